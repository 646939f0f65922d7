// SPDX-License-Identifier: MIT
// One tick of an autoscaler: from the load that is seen to the replicas that are wanted.
//
//   capacity  the rate that one replica carries within the limits of latency, for the lengths of this tick
//   needed    replicas_for(rate, capacity, planned use, growth x time to start, spare)
//   wanted    the most that was needed within the last `hold`: up at once, down only after a quiet while
//
// Replicas that are asked for serve after a cold start; those that stop are the ones that have not begun to serve
// first.
#pragma once
#include <reckon/host/load_time.hpp>
#include <reckon/serving/open_loop.hpp>
#include <reckon/serving/replicas.hpp>

#include <deque>
#include <utility>

namespace autoscaler {

/// What is seen at a tick.
struct sample {
    double time{}; ///< seconds
    reckon::request_rate rate{};
    reckon::tokens prompt{}; ///< of a request, on average
    reckon::tokens output{};
};

/// What stays the same from tick to tick.
struct settings {
    reckon::serving::any_deployment replica{};
    reckon::calibration calibration{};
    reckon::serving::arrivals like{}; ///< how lengths vary
    reckon::serving::latency_limits limits{};
    double planned_use{1};
    reckon::count spare{1};
    reckon::count least{1};
    reckon::host::cold_start cold{};
    reckon::seconds hold{}; ///< that fewer must have been enough before any are stopped
};

/// What a tick answers.
struct decision {
    reckon::request_rate capacity{}; ///< of one replica
    reckon::count needed{};          ///< by this tick's load
    reckon::count wanted{};
    reckon::count serving{};            ///< of those, that have started
    reckon::count starting{};           ///< of those, that have not
    reckon::serving::queue_times met{}; ///< what requests meet now; not stable where too few serve
};

class controller {
public:
    explicit controller(settings const& s) : settings_(s) {}

    /// Times must rise. Errors: a load that one replica cannot carry, requests longer than its context.
    [[nodiscard]] reckon::result<decision> tick(sample const& seen);

private:
    void scale(reckon::count wanted, double now);

    settings settings_;
    bool begun_{};
    sample last_{};
    std::deque<std::pair<double, reckon::count>> needed_{}; ///< falling, of the last `hold`
    reckon::count serving_{};
    std::deque<double> starting_{}; ///< when each will serve
};

} // namespace autoscaler
