// SPDX-License-Identifier: MIT
// What was found, and which of it is worth telling.
#pragma once
#include "recommend/question.hpp"

#include <reckon/recommend/pareto.hpp>
#include <reckon/recommend/relax.hpp>
#include <reckon/recommend/what_if.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace recommend {

using findings = reckon::recommendation<256, 4096>;
using front = reckon::pareto_front<64>;

/// A refused choice with its numbers worked out again, and what would mend it.
struct refused {
    reckon::refusal why{};
    page_depth from{page_depth::answer}; ///< on which pages it is told
    reckon::serving::memory_report memory{};
    reckon::count carried_by{}; ///< devices of this type, beyond what was allowed; 0: none found
    reckon::count carried_narrow{};          ///< the same with weights in `narrow`
    std::optional<reckon::layout> instead{}; ///< a layout of as many devices that carries the load
};

/// A layout worked out on paper: serving/on_paper.hpp.
struct paper_row {
    reckon::choice of{};
    reckon::layout spread{};
    reckon::serving::paper_check check{};
};

/// The first plan under another load.
struct changed_load {
    std::string what{}; ///< "10 % more requests"
    reckon::change by{};
    reckon::effect then{};
};

struct answer {
    question asked{};
    std::unique_ptr<findings> found{};
    std::vector<refused> refusals{}; ///< those to show
    std::vector<paper_row> on_paper{};
    std::vector<changed_load> changes{};
    reckon::figure<double> margin{};    ///< what the first plan may get dearer before another wins
    reckon::preference preferred{};     ///< why the first is not the best by the objective alone
    std::optional<front> best_by_two{}; ///< by cost and latency, where it is printed
    reckon::relaxations relaxed{};      ///< without a plan: limits that admit one alone
    reckon::conflicts excluded{};       ///< and those that exclude each other, or every plan
    reckon::recipe narrow{};            ///< the precision that refusals are also tried in
    bool narrow_tried{};

    [[nodiscard]] reckon::any_gpu const& gpu(std::uint16_t i) const { return asked.gpus[i]; }
    [[nodiscard]] bool carried() const { return !found->plans.empty(); }
};

/// Searches; an error where the question makes no sense for its models.
[[nodiscard]] reckon::result<std::shared_ptr<answer const>> find_answer(question const& asked);

} // namespace recommend
