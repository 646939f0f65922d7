// SPDX-License-Identifier: MIT
// A list of the best plans, in room of any kind: what a search keeps, and when nothing can be better.
//
// At most `plans_per_gpu` of one model, accelerator and precision are kept, from best to worst; a full list takes
// nothing that is worse than its last.
#pragma once
#include <reckon/recommend/plan.hpp>
#include <reckon/recommend/rules.hpp>

#include <cstddef>
#include <span>

namespace reckon::inline v0 {

/// A list in a caller's room, as static_vector is one in its own.
template <class T> struct span_list {
    std::span<T> room{};
    std::size_t used{};

    [[nodiscard]] constexpr std::size_t capacity() const noexcept { return room.size(); }
    [[nodiscard]] constexpr std::size_t size() const noexcept { return used; }
    [[nodiscard]] constexpr T const* begin() const noexcept { return room.data(); }
    [[nodiscard]] constexpr T const* end() const noexcept { return room.data() + used; }
    [[nodiscard]] constexpr T const& operator[](std::size_t i) const noexcept { return room[i]; }
    [[nodiscard]] constexpr T& operator[](std::size_t i) noexcept { return room[i]; }
    constexpr bool push_back(T const& item) noexcept {
        if (used == room.size()) { return false; }
        room[used++] = item;
        return true;
    }
};

namespace detail {

/// Puts `p` where it belongs in `plans`, if it belongs there.
template <class List>
constexpr void keep_plan(List& plans, plan const& p, plan_rules const& limits) noexcept {
    count same_and_better = 0;
    count same_from_place = 0;
    std::size_t place = plans.size();
    std::size_t worst_same = plans.size();
    for (std::size_t i = 0; i < plans.size(); ++i) {
        bool const same = choice(plans[i]) == choice(p);
        bool const is_better = better(plans[i], p, limits.rank_by);
        if (!is_better && place == plans.size()) { place = i; }
        if (!same) { continue; }
        worst_same = i;
        same_and_better += is_better ? 1 : 0;
        same_from_place += i >= place ? 1 : 0;
    }
    if (same_and_better >= limits.plans_per_gpu) { return; }
    std::size_t end = plans.size();
    if (same_and_better + same_from_place >= limits.plans_per_gpu) {
        end = worst_same; // it makes room
    } else if (plans.size() < plans.capacity()) {
        plans.push_back(p);
    } else if (place == plans.size()) {
        return;
    } else {
        end = plans.capacity() - 1;
    }
    for (std::size_t i = end; i > place; --i) {
        plans[i] = plans[i - 1];
    }
    plans[place] = p;
}

/// Whether enough better plans are kept, of its kind or in all.
template <class List> [[nodiscard]] constexpr bool keeps_better(List const& plans, plan const& p,
                                                                plan_rules const& limits) noexcept {
    bool const full = plans.size() == plans.capacity();
    if (full && (plans.size() == 0 || better(plans[plans.size() - 1], p, limits.rank_by))) {
        return true;
    }
    count better_ones = 0;
    for (plan const& known : plans) {
        if (choice(known) == choice(p) && better(known, p, limits.rank_by)) { ++better_ones; }
    }
    return better_ones >= limits.plans_per_gpu;
}

} // namespace detail
} // namespace reckon::inline v0
