// SPDX-License-Identifier: MIT
// Fits calibrations and engine factors to rows of speed: penalised least absolute log ratios.
//
//   minimise  sum w reach atan(|ln(predicted / measured)| / reach) / scale
//             + sum (ln(constant / parent) / sigma)^2 / 2
//
// w is 1 / sqrt(rows of the same source, hardware, engine and quantity), so that the largest source does
// not decide alone; the arc tangent lets go of rows that nothing explains.
// Constants stand in a tree: all hardware -> its maker -> its family -> its generation. Where one has few
// rows, or rows that do not speak of a constant, its maker's value stays; so unseen hardware is
// predicted by its family and not by a few odd rows. Engine factors are drawn to 1.
// Levenberg-Marquardt on iteratively reweighted squares; deterministic.
#pragma once
#include "accuracy/speed.hpp"

#include <map>
#include <string>
#include <vector>

namespace calibrate {

using accuracy::speed_row;

inline constexpr int constants_of_hardware = 12;
inline constexpr int factors_of_engine = 6;

/// One constant of a calibration: how to read and write it.
struct axis {
    char const* name;
    double prior; ///< where the tree begins
    double sigma; ///< how far makers and generations usually are from it, as ln
    double (*get)(reckon::calibration const&);
    void (*set)(reckon::calibration&, double);
};
extern axis const axes[constants_of_hardware];

/// One factor of an engine generation, and the constants that it scales.
struct engine_axis {
    char const* name;
    double sigma; ///< how far generations usually are from 1, as ln
    double reckon::engine_factors::* value;
    std::vector<int> scales;
};
extern engine_axis const engine_axes[factors_of_engine];

struct constants {
    std::map<std::string, reckon::calibration> hardware; ///< generations, makers and "all"
    std::map<std::string, reckon::engine_factors> engines;

    /// That of a set of hardware, else of its maker, else of all.
    [[nodiscard]] reckon::calibration of_set(std::string const& set) const;
    [[nodiscard]] reckon::calibration of(speed_row const& r) const;
};

/// The maker whose hardware a set is of, "" for none: "NVIDIA servers", "AMD local".
[[nodiscard]] std::string maker_of(std::string const& set);

/// The family of generations that share a design, "" for none.
[[nodiscard]] std::string family_of(std::string const& set);
[[nodiscard]] double log_ratio(speed_row const& r, reckon::calibration const& c);
[[nodiscard]] constants fit(std::vector<speed_row const*> const& rows);

} // namespace calibrate
