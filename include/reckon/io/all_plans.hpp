// SPDX-License-Identifier: MIT
// Every plan of a question, in memory that grows with it: for reports, where `recommend` keeps as many as its type
// has room for.
#pragma once
#include <reckon/recommend/recommend_into.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace reckon::inline v0::io {

/// The best plans of each model, accelerator and precision, from best to worst. Errors: those of `recommend`.
template <model M> [[nodiscard]] result<std::vector<plan>>
all_plans(std::span<candidate<M> const> models, workload const& load, std::span<any_gpu const> gpus,
          std::span<offer const> offers, plan_rules const& rules = {}) {
    count most = 0;
    for (candidate<M> const& c : models) {
        auto const formats = static_cast<count>(std::max<std::size_t>(1, c.precisions.size()));
        most = reckon::detail::add(most, formats);
    }
    most = reckon::detail::multiply(most, static_cast<count>(gpus.size()),
                                    std::max<count>(0, rules.plans_per_gpu));
    std::vector<plan> plans(static_cast<std::size_t>(most));
    result<std::size_t> const found = recommend_into<M>(plans, models, load, gpus, offers, rules);
    if (!found) { return found.error(); }
    plans.resize(*found);
    return plans;
}

} // namespace reckon::inline v0::io
