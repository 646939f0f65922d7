// SPDX-License-Identifier: MIT
// The time of one forward pass on one rank: a bound that nothing beats, and an estimate beside it.
//
//   bound    = max( (W + C) / bw, sum_i F_i / peak_i, S / link )
//   estimate = max(R, M) + (1 - c.hidden) min(R, M) + max( (C + C') / (bw e_c), scores / (peak e_m) )
//              + S / (link e_l) + L o_layer + L_x o_mixture + n_h o_collective + o_step + b o_sequence
//   R        = (W - P + A) / (bw e_w);   the estimate is no less than the bound in any case
//   M        = sum_i F_i / (peak_i e_m kept_i)
//
//   symbol      | meaning                                              | unit
//   W, C, S     | bytes of weights and cache read, bytes sent          | byte
//   C'          | of the cache, what kernels read again (decode_attention.hpp) | byte
//   P           | of the weights, what real routing spares of even one   | byte
//   A           | bytes of activations that products read and write    | byte
//   F_i, peak_i | FLOPs and datasheet rate of one operand type         | FLOP, FLOP/s
//   e           | achieved fractions (bandwidth/calibration.hpp)       | -
//   kept        | what narrow operands keep (narrow_operands.hpp)      | -
//   overlap     | of reading weights and multiplying: 0.7              | -
//   o           | overheads; n_h hops of collectives, b requests       | s
//   L, L_x      | launches, in plain layers and mixtures (bandwidth/launches.hpp) | -
//
// Source:       roofline (Williams et al. 2009); the rest of the form, and the overlap, were chosen on
//               5,000 published points (docs/laws/step.md).
// Not modelled: tile quantisation (bandwidth/tiles.hpp), overlap of network and compute, power throttling.
// Error:        docs/accuracy.md, measured with bench/accuracy.
#pragma once
#include <reckon/bandwidth/calibration.hpp>
#include <reckon/bandwidth/collectives.hpp>
#include <reckon/bandwidth/launches.hpp>
#include <reckon/bandwidth/narrow_operands.hpp>
#include <reckon/flops/forward.hpp>
#include <reckon/gpu/gpu_spec.hpp>
#include <reckon/precision/recipe.hpp>

#include <cstdint>
#include <string_view>

namespace reckon::inline v0 {

/// The resource that a time is spent on.
enum class resource : std::uint8_t { memory, compute, network, overhead };

[[nodiscard]] constexpr std::string_view name(resource r) noexcept {
    constexpr std::string_view names[] = {"memory bandwidth", "compute", "network", "overhead"};
    return names[static_cast<int>(r)];
}

/// Everything one rank does in a pass.
struct pass_cost {
    bytes weights{}; ///< where all experts are equally popular: what bounds
    bytes cache{};
    forward_work work{};
    link_traffic sent{};
    double layers{};
    double mixtures{};  ///< of these, layers that route tokens to experts
    double sequences{}; ///< requests that the host schedules and samples
    bytes spared{};     ///< of the weights: popular experts are awake already
    double latents{};   ///< of the layers, those of latent attention
    bytes again{}; ///< of the cache, by kernels that read it more than once (decode_attention.hpp)
};

/// Time by cause. `total` is not the sum where causes overlap: weights stream while products run.
struct pass_time {
    seconds weights{};
    seconds cache{};
    seconds compute{};
    seconds network{};
    seconds overhead{};
    seconds activations{}; ///< inputs and outputs of products, norms and residuals
    seconds total{};
    seconds bound{};
    resource bound_by{};
    friend constexpr bool operator==(pass_time const&, pass_time const&) noexcept = default;
};

/// The rates of one device that a pass needs, resolved once: datasheet bandwidth, the peaks of the
/// operands that a recipe's matrices really run in, and the link of a layer's ranks.
struct device_rates {
    memory_bandwidth memory{};
    peak_flop_rate linear{};
    peak_flop_rate experts{};
    peak_flop_rate head{};
    peak_flop_rate scores{};
    link_bandwidth link{};
    double domains{1};     ///< scale-up domains that the ranks of a layer are in
    double linear_kept{1}; ///< of the achieved fraction, by narrow operands
    double experts_kept{1};
    bool rounds{}; ///< layers round activations for narrow units before their products
    bool fuses{};  ///< experts multiply in native 4 bit, which engines have as one kernel
};

/// The link that `ranks` ranks of a layer share: the fabric while they are inside one scale-up
/// domain, the host link where there is no fabric or beyond it.
template <gpu G> [[nodiscard]] constexpr figure<link_bandwidth> link_between(G const& g,
                                                                             count ranks) noexcept {
    bool const inside = g.link.scale_up.known() && ranks <= g.link.scale_up.value();
    if (inside && g.link.each_way.known()) { return g.link.each_way; }
    return g.host.each_way;
}

/// Unknown where a figure that the pass needs was never published.
template <gpu G>
[[nodiscard]] constexpr figure<device_rates> rates_of(G const& g, recipe const& r,
                                                      count ranks) noexcept {
    figure<peak_flop_rate> const linear = peak_for(g, r[tensor_role::attention_output].operands);
    figure<peak_flop_rate> const experts = peak_for(g, r[tensor_role::expert_up].operands);
    figure<peak_flop_rate> const head = peak_for(g, r[tensor_role::head].operands);
    figure<peak_flop_rate> const scores = peak_for(g, arithmetic::bf16);
    figure<link_bandwidth> const link = link_between(g, ranks);
    if (!g.bandwidth.known() || !linear.known() || !experts.known() || !head.known() ||
        !scores.known() || (ranks > 1 && !link.known())) {
        return unknown;
    }
    count const domain = detail::max(count{1}, g.link.scale_up.value_or(ranks));
    arithmetic const in_layers = r[tensor_role::attention_output].operands;
    arithmetic const in_experts = r[tensor_role::expert_up].operands;
    return device_rates{.memory = g.bandwidth.value(),
                        .linear = linear.value(),
                        .experts = experts.value(),
                        .head = head.value(),
                        .scores = scores.value(),
                        .link = link.value_or(link_bandwidth{}),
                        .domains = static_cast<double>(detail::ceil_div(ranks, domain)),
                        .linear_kept = kept_on(g, in_layers),
                        .experts_kept = kept_on(g, in_experts),
                        .rounds = in_narrow_units(g, in_layers),
                        .fuses = in_narrow_units(g, in_experts) &&
                                 (in_experts == arithmetic::fp4 || in_experts == arithmetic::int4)};
}

/// The time of a pass on one rank by the law above. `matmul`: the achieved fraction of peak of
/// products.
[[nodiscard]] constexpr pass_time time_of(pass_cost const& cost, device_rates const& rates,
                                          calibration const& c, efficiency matmul) noexcept {
    pass_time t{};
    bool const sends = cost.sent.collectives > 0;
    seconds const products = cost.work.linear / rates.linear + cost.work.experts / rates.experts +
                             cost.work.head / rates.head;
    seconds const scores = cost.work.scores / rates.scores;
    bytes const sent =
        cost.sent.reduced + cost.sent.exchanged * sent_once(cost.sent.copies, rates.domains);
    seconds const reading = (cost.weights + cost.cache) / rates.memory;
    seconds const sending = sends ? sent / rates.link : seconds{0};
    t.bound = max(max(reading, products + scores), sending);
    t.bound_by = reading >= products + scores && reading >= sending ? resource::memory
                 : products + scores >= sending                     ? resource::compute
                                                                    : resource::network;
    t.weights = (cost.weights - cost.spared) / (rates.memory * c.weight_streaming);
    t.activations = cost.work.moved / (rates.memory * c.weight_streaming);
    seconds const streaming = t.weights + t.activations;
    t.cache = (cost.cache + cost.again) / (rates.memory * c.cache_streaming);
    // Experts share the tokens of a pass, so that their products are short and reach less.
    seconds const multiplying =
        (cost.work.linear / rates.linear / rates.linear_kept + cost.work.head / rates.head +
         cost.work.experts / rates.experts / (c.expert_matmul.fraction * rates.experts_kept)) /
        matmul.fraction;
    seconds const scoring = scores / matmul.fraction;
    t.compute = multiplying + scoring;
    t.network =
        (sends ? sent / (rates.link * c.link) : seconds{0}) + c.per_collective * cost.sent.hops;
    t.overhead = c.per_layer * launches(cost.layers, cost.latents, rates.rounds, c.launched) +
                 c.per_mixture * launches_of_mixtures(cost.mixtures, rates.fuses, c.launched) +
                 c.per_step + c.per_sequence * cost.sequences;
    // Weights are prefetched while the products before them run, most of the time.
    seconds const busy = max(streaming, multiplying) +
                         min(streaming, multiplying) * (1 - c.hidden) + max(t.cache, scoring);
    t.total = max(busy + t.network + t.overhead, t.bound);
    return t;
}

/// The cause that takes most of the estimate.
[[nodiscard]] constexpr resource dominant(pass_time const& t) noexcept {
    seconds const memory = t.weights + t.activations + t.cache;
    seconds most = memory;
    resource cause = resource::memory;
    if (t.compute > most) {
        most = t.compute;
        cause = resource::compute;
    }
    if (t.network > most) {
        most = t.network;
        cause = resource::network;
    }
    if (t.overhead > most) { cause = resource::overhead; }
    return cause;
}

} // namespace reckon::inline v0
