// SPDX-License-Identifier: MIT
// Fits calibrations and engine factors to rows of speed: penalised least absolute log ratios.
//
//   minimise  sum w reach atan(|ln(predicted / measured)| / reach) / scale
//             + sum (ln(constant / parent) / sigma)^2 / 2
//
// w is 1 / sqrt(rows of the same source, hardware, model, engine and quantity): a table of hundreds of rows of one
// launch is not hundreds of opinions. The arc tangent lets go of rows that nothing explains.
// Constants stand in a tree: all hardware -> its maker -> its family -> its generation. Each engine's generations hang
// from the engine, and those of one architecture from the same release on others of its maker. Where one has few rows,
// or rows that do not speak of a constant, its parent's value stays; so unseen hardware is predicted by its family, and
// an engine's new release by the ones before.
// What models and formats decide and no hardware does stays at the root. How far children usually are from parents
// (`sigma`, `reach_of`, `reach_of_engine`) is what left-out accelerators are predicted best with. Programs for one
// stream are a tree of their own.
// Levenberg-Marquardt on iteratively reweighted squares; deterministic.
#pragma once
#include "accuracy/speed.hpp"

#include <map>
#include <string>
#include <vector>

namespace calibrate {

using accuracy::speed_row;

inline constexpr int constants_of_hardware = 12;
inline constexpr int shared_constants = 3; ///< the same on all hardware of a tree
inline constexpr int all_constants = constants_of_hardware + shared_constants;
inline constexpr int factors_of_engine = 6;

/// One constant of a calibration: how to read and write it.
struct axis {
    char const* name;
    double prior; ///< where the tree begins
    double sigma; ///< how far makers and generations usually are from it, as ln
    double (*get)(reckon::calibration const&);
    void (*set)(reckon::calibration&, double);
};
extern axis const axes[all_constants];

/// One factor of an engine generation, and the constants that it scales.
struct engine_axis {
    char const* name;
    double sigma; ///< how far engines and generations usually are from their parent, as ln
    double reckon::engine_factors::* value;
    std::vector<int> scales;
};
extern engine_axis const engine_axes[factors_of_engine];

/// From the root of a tree to a set of hardware: "all", "server AMD", "family CDNA", "CDNA4".
[[nodiscard]] std::vector<std::string> lineage_of(std::string const& set);
/// The same for a generation of engines: "engine vLLM", "vLLM 2025"; with one of an architecture "engine vLLM",
/// "vLLM 2024 for AMD", "vLLM 2024 for CDNA3". Empty for none.
[[nodiscard]] std::vector<std::string> lineage_of_engine(std::string const& generation);

struct constants {
    std::map<std::string, reckon::calibration> hardware; ///< every node of the trees that has rows
    std::map<std::string, reckon::engine_factors> engines;
    std::map<std::string, std::vector<double>> offsets; ///< of every node from its parent, as ln

    /// That of the nearest node that has rows: the set, its family, its maker, all.
    [[nodiscard]] reckon::calibration of_set(std::string const& set) const;
    [[nodiscard]] reckon::calibration of(speed_row const& r) const;
};

[[nodiscard]] double log_ratio(speed_row const& r, reckon::calibration const& c);
[[nodiscard]] constants fit(std::vector<speed_row const*> const& rows);

/// The fit without some rows, which leaves the other tree as `all` has it.
[[nodiscard]] constants refit(std::vector<speed_row const*> const& in,
                              std::vector<speed_row const*> const& left_out, constants const& all);

} // namespace calibrate
