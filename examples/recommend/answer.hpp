// SPDX-License-Identifier: MIT
// What was found, and which of it is worth telling.
#pragma once
#include "recommend/question.hpp"

#include <reckon/recommend/relax.hpp>

#include <memory>
#include <optional>
#include <vector>

namespace recommend {

using findings = reckon::recommendation<256, 4096>;

/// A refused choice with its numbers worked out again, and what would mend it.
struct refused {
    reckon::refusal why{};
    reckon::serving::memory_report memory{};
    reckon::count carried_by{}; ///< devices of this type, beyond what was allowed; 0: none found
    reckon::count carried_narrow{};          ///< the same with weights in `narrow`
    std::optional<reckon::layout> instead{}; ///< a layout of as many devices that carries the load
};

/// A layout worked out on paper: serving/on_paper.hpp.
struct paper_row {
    std::uint16_t gpu{};
    reckon::layout spread{};
    reckon::serving::paper_check check{};
};

struct answer {
    question asked{};
    std::unique_ptr<findings> found{};
    std::vector<refused> refusals{}; ///< those to show
    std::vector<paper_row> on_paper{};
    reckon::relaxations relaxed{}; ///< without a plan: limits that admit one alone
    reckon::recipe narrow{};       ///< the precision that refusals are also tried in
    bool narrow_tried{};

    [[nodiscard]] reckon::any_gpu const& gpu(std::uint16_t i) const { return asked.gpus[i]; }
    [[nodiscard]] bool carried() const { return !found->plans.empty(); }
};

/// Searches; an error where the question makes no sense for this model.
[[nodiscard]] reckon::result<std::shared_ptr<answer const>> find_answer(question const& asked);

} // namespace recommend
