// SPDX-License-Identifier: MIT
// Pictures for a report, as SVG that stands within HTML: bars, points, lines. Colours are those of the page's style.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace recommend {

/// A bar of parts laid end to end, as memory by use.
struct bar {
    std::string label{};
    std::vector<double> parts{}; ///< in the order of `stacked_bars`' keys
    double whole{};              ///< where the frame ends
};

/// A point with a name; those on the front are joined.
struct dot {
    std::string label{};
    double x{};
    double y{};
    bool on_front{};
};

/// A line over x, drawn in steps where `steps`.
struct curve {
    std::string label{};
    std::vector<double> x{};
    std::vector<double> y{};
    bool steps{};
};

struct axes {
    std::string x{}; ///< titles with units
    std::string y{};
    bool log_x{};
    bool log_y{};
};

/// Text within HTML or SVG.
[[nodiscard]] std::string escaped(std::string_view text);

[[nodiscard]] std::string stacked_bars(std::vector<std::string> const& keys,
                                       std::vector<bar> const& bars, std::string const& unit);
[[nodiscard]] std::string scatter(axes const& a, std::vector<dot> const& dots);
[[nodiscard]] std::string lines(axes const& a, std::vector<curve> const& curves);

} // namespace recommend
