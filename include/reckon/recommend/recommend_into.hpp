// SPDX-License-Identifier: MIT
// The best plans in a caller's room: an autoscaler's loop keeps one array for all its questions.
//
//   plan best[8];
//   auto const found = recommend_into(best, candidates, load, gpus, offers, rules);   // *found of them, best first
//
// The plans are those of `recommend`; refusals are not kept.
#pragma once
#include <reckon/recommend/recommend.hpp>

#include <cstddef>
#include <span>

namespace reckon::inline v0 {

namespace detail {

/// What a search offers, without its refusals.
struct plans_in_room {
    span_list<plan> plans{};
    plan_rules const& limits;

    constexpr void accept(plan const& p) noexcept { keep_plan(plans, p, limits); }
    constexpr void refuse(refusal const&) noexcept {}
    [[nodiscard]] constexpr bool is_beaten(plan const& p) const noexcept {
        return keeps_better(plans, p, limits);
    }
};

} // namespace detail

/// Writes the best plans into `room`, from best to worst, and returns how many there are: at most as many as it holds,
/// and at most `rules.plans_per_gpu` of one model, accelerator and precision. Errors: those of `recommend`.
template <model M>
[[nodiscard]] constexpr result<std::size_t>
recommend_into(std::span<plan> room, std::span<candidate<M> const> models, workload const& load,
               std::span<any_gpu const> gpus, std::span<offer const> offers,
               plan_rules const& rules = {}) noexcept {
    result<workload> const asked = checked_question(models, load, gpus, rules);
    if (!asked) { return asked.error(); }
    if (possible_error const wrong = defect_of(rules, offers)) { return *wrong; }
    if (room.empty()) { return std::size_t{0}; }
    plan of_few[ranked_together]{};
    bool const few = room.size() < ranked_together;
    detail::plans_in_room found{{few ? std::span<plan>(of_few) : room}, rules};
    search(models, *asked, gpus, offers, rules, found);
    put_in_order(found.plans.room.first(found.plans.size()), rules);
    std::size_t const kept = found.plans.size() < room.size() ? found.plans.size() : room.size();
    for (std::size_t i = 0; few && i < kept; ++i) {
        room[i] = of_few[i];
    }
    return kept;
}

} // namespace reckon::inline v0
