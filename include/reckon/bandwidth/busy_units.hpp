// SPDX-License-Identifier: MIT
// How much of a device the products of a pass keep busy: the law of single products (bandwidth/tiles.hpp) over all matrices of
// a rank, by the work of each.
//
//   busy = sum F_i / sum (F_i / busy_i)
//
//   symbol       | meaning                                                         | unit | domain
//   F_i, busy_i  | FLOPs of a matrix for the pass, and the share of the device     | FLOP, - | >= 0, (0, 1]
//
// A matrix writes rows of the pass by features of the rank. Projections back to the stream (attention's output, down) are divided
// along their depth, so that their outputs stay whole. Experts awake are products of one kernel, each with its share of the rows.
// Source:       bandwidth/tiles.hpp; what engines divide: parallel/sharding.hpp.
// Deviations:   each matrix is a kernel of its own, where engines join gate and up, or query, key and value.
// Not modelled: favoured experts, whose rows fill tiles that others leave empty.
// Error:        that of single products, docs/laws/tiles.md; no estimate of a step is multiplied by it.
#pragma once
#include <reckon/bandwidth/distinct_experts.hpp>
#include <reckon/bandwidth/tiles.hpp>
#include <reckon/flops/forward.hpp>

namespace reckon::inline v0 {

/// Shares of a device by kind of product; unknown where nobody counts its units, 1 where there is no such product.
struct busy_shares {
    figure<double> linear{};
    figure<double> experts{};
    figure<double> head{};
};

namespace detail {

/// Work of matrices, as it is and as the tiles of a device multiply it.
struct tiled_work {
    double useful{};
    double worked{};
    constexpr void add(output_shape const& o, double flops, count units) noexcept {
        if (!(flops > 0)) { return; }
        useful += flops;
        worked += flops / best_tiling(o, units).busy;
    }
    [[nodiscard]] constexpr double busy() const noexcept {
        return worked > 0 ? useful / worked : 1;
    }
};

/// What one tensor writes on a rank that holds `share` of it.
[[nodiscard]] constexpr output_shape output_of(tensor const& t, double share, bool whole_experts,
                                               routing const& mixture, pass const& p) noexcept {
    auto const features = static_cast<double>(t.rows);
    double const columns = divides_input(t.role) ? features : detail::max(1.0, features * share);
    if (!is_routed_expert(t.role)) { return {p.tokens, columns, static_cast<double>(t.active)}; }
    double const awake = distinct_experts(mixture.experts, mixture.per_token, p.expert_tokens);
    double const here = detail::max(1.0, whole_experts ? awake * share : awake);
    double const routed = p.expert_tokens * static_cast<double>(mixture.per_token);
    return {detail::max(1.0, routed / detail::max(1.0, awake)), whole_experts ? features : columns,
            here};
}

} // namespace detail

/// The shares of a pass of `p` on one rank of `l`. Domain: a layout that divides the model, p.tokens > 0.
template <model M, gpu G>
[[nodiscard]] constexpr busy_shares busy_shares_of(M const& m, G const& g, pass const& p,
                                                   layout const& l,
                                                   sharding_rules const& rules) noexcept {
    figure<count> const counted = tile_units(g);
    if (!counted.known() || counted.value() < 1) { return {}; }
    count const units = counted.value();
    detail::tiled_work linear{};
    detail::tiled_work experts{};
    m.groups.for_each([&](auto const& group) {
        auto const layers = static_cast<double>(group.at.size());
        routing const mixture = group.feed_forward.experts();
        for_each_tensor(group, m.hidden, [&](tensor const& t) {
            if (t.vector) { return; }
            double const share = local_share(t, rules, l);
            double const work = layers * static_cast<double>(t.active_parameters()) * share;
            output_shape const o = detail::output_of(t, share, l.expert > 1, mixture, p);
            (is_routed_expert(t.role) ? experts : linear).add(o, work, units);
        });
    });
    double const columns = static_cast<double>(m.vocabulary) / static_cast<double>(l.tensor);
    double const head = p.logit_rows > 0 ? best_tiling({p.logit_rows, columns}, units).busy : 1;
    auto const as_known = [&](double busy) { return figure<double>(busy, counted.source); };
    return {as_known(linear.busy()), as_known(experts.busy()), as_known(head)};
}

} // namespace reckon::inline v0
