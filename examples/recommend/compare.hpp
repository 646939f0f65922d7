// SPDX-License-Identifier: MIT
// Two or more choices under one load, side by side.
#pragma once
#include "recommend/question.hpp"

#include <optional>
#include <string>
#include <vector>

namespace recommend {

/// "h100x8 fp8 tp8": accelerators, how many, and what else was said.
struct contender {
    std::string written{};
    question asked{}; ///< of one model, one format, one accelerator
    reckon::count devices{};
    std::optional<reckon::layout> spread{}; ///< where it was said
    std::optional<reckon::plan>
        found{};               ///< of `devices`, else of the most below that carry the load
    reckon::refusal nearest{}; ///< where nothing was found
};

struct comparison {
    reckon::workload load{};
    reckon::objective by{};
    market prices{};
    output print{};
    std::vector<contender> contenders{};
};

[[nodiscard]] reckon::result<comparison> find_comparison(given const& g);

} // namespace recommend
