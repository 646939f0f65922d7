// SPDX-License-Identifier: MIT
// What may be chosen under the rules: model, accelerator, precision and layout, in the order in which searches
// try them.
#pragma once
#include <reckon/gpu/machine.hpp>
#include <reckon/recommend/plan.hpp>

#include <cstdint>
#include <span>

namespace reckon::inline v0 {

/// Whether layers shared by `ranks` devices go on in a pipeline: only beyond what can share a layer,
/// or where devices have no fabric of their own, and splitting a layer is dear.
template <gpu G> [[nodiscard]] constexpr bool pipelines(G const& g, count ranks,
                                                        count widest) noexcept {
    return ranks * 2 > widest || !g.link.each_way.known();
}

/// A model that may be chosen, in the formats that one would take it in.
template <model M> struct candidate {
    M const* served{};
    std::span<recipe const> precisions{}; ///< empty: as published
    double quality{1};                    ///< on a scale of the caller's; see plan_rules
    licence terms{};                      ///< of use; without a name: not known
};

namespace detail {

/// Whether some layer of a model routes to experts.
template <model M> [[nodiscard]] constexpr bool has_experts(M const& m) noexcept {
    bool mixture = false;
    m.groups.for_each(
        [&](auto const& group) { mixture = mixture || group.feed_forward.experts().experts > 0; });
    return mixture;
}

/// Calls visit(layout) for every layout of a replica on at most so many devices.
template <gpu G>
constexpr void for_each_layout(G const& g, count layers, bool mixture, count most_devices,
                               auto&& visit) noexcept {
    count const widest = widest_layer(g);
    for (count tensor = 1; tensor <= widest; tensor *= 2) {
        for (count data = 1; tensor * data <= widest && (data == 1 || mixture); data *= 2) {
            count const stages = pipelines(g, tensor * data, widest) ? layers : 1;
            for (count pipeline = 1; pipeline <= stages; pipeline *= 2) {
                layout const l{tensor, pipeline, data, data > 1 ? tensor * data : 1};
                if (l.devices() > most_devices) { break; }
                visit(l);
            }
        }
    }
}

/// Calls visit(choice, recipe, layout) for every way to run one replica.
template <model M>
constexpr void for_each_choice(std::span<candidate<M> const> models, std::span<any_gpu const> gpus,
                               plan_rules const& rules, auto&& visit) noexcept {
    for (std::size_t i = 0; i < gpus.size(); ++i) {
        any_gpu const& g = gpus[i];
        if (!rules.vendors.has(g.architecture.maker)) { continue; }
        count const allowed = allowance_for(rules, std::string_view(g.id)).devices;
        if (allowed < 1) { continue; }
        count const most = min(allowed, multiply(rules.max_machines, machine_size(g)));
        for (std::size_t j = 0; j < models.size(); ++j) {
            candidate<M> const& c = models[j];
            if (c.quality < rules.least_quality || !permits(rules.licences, c.terms)) { continue; }
            bool const mixture = has_experts(*c.served);
            recipe const own[] = {c.served->published};
            std::span<recipe const> const formats =
                c.precisions.empty() ? std::span<recipe const>(own) : c.precisions;
            for (std::size_t k = 0; k < formats.size(); ++k) {
                choice const of{static_cast<std::uint16_t>(j), static_cast<std::uint16_t>(i),
                                static_cast<std::uint16_t>(k)};
                for_each_layout(g, layer_count(*c.served), mixture, most,
                                [&](layout const& l) { visit(of, formats[k], l); });
            }
        }
    }
}

} // namespace detail
} // namespace reckon::inline v0
