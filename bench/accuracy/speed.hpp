// SPDX-License-Identifier: MIT
// Rows of speed as loads: what was asked, under which protocol, apart from any calibration.
#pragma once
#include "accuracy/csv.hpp"
#include "accuracy/report.hpp"

#include <reckon/bandwidth/calibrations.hpp>
#include <reckon/bandwidth/engine_factors.hpp>
#include <reckon/bandwidth/two_batches.hpp>
#include <reckon/serving/closed_loop.hpp>
#include <reckon/serving/overload.hpp>
#include <reckon/serving/queueing.hpp>
#include <reckon/serving/saturated.hpp>
#include <reckon/serving/single_stream.hpp>
#include <reckon/serving/static_batch.hpp>

#include <optional>
#include <string>
#include <vector>

namespace accuracy {

/// How a number was taken.
enum class protocol {
    closed_loop,
    static_batch,
    saturated,
    first_token,
    decode_only,
    prefill_only,
    disaggregated,
    open_loop,
    stream_prompt,
    stream_generation
};

/// What the number is.
enum class metric { time_per_token, time_to_first_token, output_rate, total_rate, input_rate };

struct speed_case {
    reckon::serving::load_passes passes{};
    std::optional<reckon::serving::load_passes>
        prefill_pool{}; ///< where other devices fill prompts
    reckon::serving::stream_passes stream{};
    std::optional<reckon::serving::load_passes>
        half{}; ///< a fleet's prompts in two batches that take turns
    std::vector<reckon::serving::load_passes>
        by_load{}; ///< the same with 1, 2, 4 requests in flight and as many as are held
    std::optional<reckon::serving::batch_rounds>
        rounds{};                       ///< of a static batch that memory does not hold at once
    double prompts_per_pass{};          ///< of these
    reckon::serving::arrivals arrive{}; ///< at a rate; at once where it is 0
    double requests{};                  ///< of a run at a rate; 0: not stated
    reckon::calibration const* calibration{};
    reckon::engine_factors const* engine{&reckon::engines::as_fitted};
    reckon::serving::loop_start start{}; ///< of a closed loop
    protocol how{};
    metric what{};
    std::string set{}; ///< the hardware whose constants it is fitted with
    std::string
        engine_set{}; ///< the engine generation whose factors it is fitted with; may be empty
    double prompt{};  ///< tokens of a request
    double scale{1};  ///< replicas, or one over devices
};

/// Which of a calibration's spreads a number has.
enum class spread_kind { per_token, first_token, throughput };
[[nodiscard]] spread_kind spread_kind_of(speed_case const& c) noexcept;
[[nodiscard]] double spread_of(speed_case const& c, reckon::spreads const& all) noexcept;

/// The prediction in the table's unit: milliseconds or tokens a second.
[[nodiscard]] double predicted(speed_case const& c, reckon::calibration const& with) noexcept;

/// A row's outcome, with the load where it could be described.
struct speed_row {
    outcome result{};
    std::optional<speed_case> load{};
    bool suspect{}; ///< its table marks it as faulty: judged, not fitted
};

/// The engine generation of a row; empty where nobody measured the engine.
[[nodiscard]] std::string generation_named(std::string_view engine, std::string_view version,
                                           reckon::any_architecture const& on);
/// The hardware of a calibration: an architecture, apart where it has no fabric between devices.
[[nodiscard]] std::string hardware_of(reckon::any_gpu const& gpu);

[[nodiscard]] std::vector<speed_row> serving_rows(table const& rows);
[[nodiscard]] std::vector<speed_row> single_rows(table const& rows);

} // namespace accuracy
