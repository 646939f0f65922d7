// SPDX-License-Identifier: MIT
// Time of one optimizer step of a run, by part.
//
//   step      = slowdown [ (m + bubble) t(slowest rank) + exchange + optimizer + host + fixed ]
//   t(rank)   = sum over its layers: work (1 + back + again) / rate + kept bytes x passes / bandwidth
//               + collectives of tensor, expert and context ranks + launches
//   back      = 2 where weights are trained, 1 where they are frozen; 2.5 for fused attention
//   again     = recomputed part of the forward pass
//   bubble    = (p - 1) / v  (1F1B),  (p - 1) / 3  (ZB-H1),  2 (p / 2 - 1) / 3  (DualPipe)
//   host      = copies to and from the host's memory and drives that are not hidden (training/offload.hpp)
//   exchange  = gradients and weights between ranks that share them, what is not hidden
//   MFU       = 3 x forward FLOPs of the model / (step x devices x 16 bit peak);  HFU counts recompute
//
//   symbol  | meaning                                            | unit | domain
//   m, p, v | micro-batches a step, pipeline ranks, pieces a rank | -    | >= 1
//   rate    | datasheet peak x achieved fraction                  | FLOP/s | > 0
//
// Source:       PaLM (2204.02311) appendix B for MFU; 2104.04473 (bubble), 2401.10241 (ZB-H1), 2412.19437
//               (DualPipe: F&B = 3, B = 2, W = 1 units of a forward pass); NCCL's ring algorithms.
// Not modelled: input pipelines, stragglers, imbalance of natural routing.
// Error:        training.throughput in docs/accuracy.md.
#pragma once
#include <reckon/bandwidth/collectives.hpp>
#include <reckon/detail/estimate.hpp>
#include <reckon/training/activations.hpp>
#include <reckon/training/model_state.hpp>
#include <reckon/training/offload.hpp>
#include <reckon/training/rates.hpp>
#include <reckon/training/validate.hpp>

namespace reckon::inline v0::training {

/// Seconds of one step on its slowest rank, by part.
struct step_report {
    seconds products{};     ///< linear layers, head and attention, with what is computed again
    seconds experts{};      ///< routed experts
    seconds element_wise{}; ///< norms, activation functions, residuals
    seconds launches{};
    seconds tensor_links{}; ///< collectives of tensor and context ranks
    seconds expert_links{}; ///< all-to-all of experts
    seconds bubble{};
    seconds exchange{}; ///< gradients and weights, what is not hidden
    seconds optimizer{};
    seconds host{}; ///< copies to and from the host's memory, what is not hidden
    seconds fixed{};
    estimate<seconds> total{};
    tokens batch{}; ///< of one step
    token_rate per_device{};
    token_rate all{};
    flops model_work{}; ///< 3 x forward, all devices: the MFU's convention, causal attention
    flops done_work{};  ///< with recompute
    double mfu{};       ///< of the 16 bit peak
    double hfu{};
    run_check check{};
    bool rates_known{};
    [[nodiscard]] constexpr bool valid() const noexcept { return check.ok() && rates_known; }
};

/// Multiprocessors that DeepSeek-V3 gave to the exchange of tokens behind its products: 20 of an H800's 132
/// (2412.19437, section 3.2.2).
inline constexpr double dual_pipe_lent = 20.0 / 132;

namespace detail {

/// Work and time of one micro-batch on one rank.
struct pass_times {
    double products{};
    double experts{};
    double element_wise{};
    double launches{};
    double tensor_links{};
    double expert_links{};
    double forward_work{};
    double again_work{};
    [[nodiscard]] constexpr double total() const noexcept {
        return products + experts + element_wise + launches + tensor_links + expert_links;
    }
    /// Adds another's times.
    constexpr void add(pass_times const& more) noexcept {
        products += more.products;
        experts += more.experts;
        element_wise += more.element_wise;
        launches += more.launches;
        tensor_links += more.tensor_links;
        expert_links += more.expert_links;
    }
    constexpr void scale(double by) noexcept {
        for (double* const part :
             {&products, &experts, &element_wise, &launches, &tensor_links, &expert_links}) {
            *part *= by;
        }
    }
};

template <class Run>
[[nodiscard]] constexpr pass_times pass_of(Run const& r, rank_facts const& f,
                                           stage_content const& c, rates const& at,
                                           calibration const& k) noexcept {
    pass_times p{};
    parallelism const& l = r.parallel;
    double const n = r.micro_tokens();
    double const back = r.adapter.frozen_base() ? 1 : 2;
    constexpr double attention_back = 2.5; // fused attention computes its scores again
    double const part = r.recompute.fraction;
    double again = 0;
    double again_blocks = 0;
    double again_cheap = 0;
    switch (r.recompute.kind) {
    case recompute_kind::blocks:
    case recompute_kind::square_root: again = part; break;
    case recompute_kind::every_second: again = part / 2; break;
    case recompute_kind::feed_forward: again_blocks = part; break;
    case recompute_kind::cheap_operations: again_cheap = part; break;
    default: break;
    }
    double const activation = 2 * n * f.hidden;
    double const tensor_rate = rate_between(at, l.tensor, 1);
    auto const t = static_cast<double>(l.tensor);
    for (std::size_t i = 0; i < f.groups.size(); ++i) {
        double const layers_here = c.layers[i];
        if (layers_here == 0) { continue; }
        group_facts const& g = f.groups[i];
        double const repeated = again * g.layer.work + again_cheap * g.layer.lifting_work +
                                again_blocks * (g.mixture ? 0.0 : g.layer.block_work);
        double const repeated_experts =
            (again + (g.mixture ? again_blocks : 0.0)) * g.layer.expert_work;
        p.products += layers_here * n *
                      ((g.layer.work * (1 + back) + repeated) / at.linear +
                       g.scores * (1 + attention_back + again) / at.attention);
        p.experts +=
            layers_here * n * (g.layer.expert_work * (1 + back) + repeated_experts) / at.experts;
        layer_activations const a = activations_of(g.saved, l, r.framework, recompute_kind::none, n,
                                                   static_cast<double>(r.sequence));
        p.element_wise += layers_here * in_bytes(a.kept + a.passing) *
                          (g.mixture ? k.mixture_passes : k.passes) * (1 + again / 3) / at.memory;
        // A scan goes back over two and a half times what it moved forward, as fused attention does.
        p.element_wise += layers_here * n * activation_value_bytes * g.saved.scanned / t *
                          (1 + attention_back + again) / at.memory;
        // Norms and activation functions read their input and write their output again.
        p.element_wise += layers_here * again_cheap * n * 2 * activation_value_bytes *
                          (g.saved.normed * (l.sequence ? 1 / t : 1.0) + g.saved.activated / t) /
                          at.memory;
        double const launched =
            k.per_layer.base_value + (g.mixture ? k.per_mixture.base_value : 0.0);
        p.launches += r.framework.graphed ? 0 : layers_here * launched * (1 + again / 3);
        // What the host adds, kernel by kernel.
        bool const gathers = r.sharding.stage == shards::weights && l.state_ranks() > 1;
        p.launches += layers_here * ((gathers ? r.framework.gathering.base_value : 0.0) +
                                     g.adapted * r.framework.adapting.base_value +
                                     g.experts * r.framework.looping.base_value);
        // Two all-reduces forward, two backward, two more where the forward pass is done again.
        if (l.tensor > 1) {
            p.tensor_links += layers_here * (4 + 2 * again) *
                              in_bytes(ring_all_reduce(bytes{activation}, l.tensor)) / tensor_rate;
        }
        if (g.mixture && l.expert > 1) {
            // To the experts and back, forward and backward, and once more where the forward pass is done again.
            double const values = n * f.hidden / t * static_cast<double>(l.expert_tensor);
            double const there_and_back = r.numerics.dispatched + activation_value_bytes;
            p.expert_links += layers_here * (2 + again) * values * there_and_back *
                              seconds_all_to_all(at, l.expert, l.expert_tensor, g.experts_per_token,
                                                 l.expert_places);
        }
        if (l.context > 1) {
            // Keys and values of the other ranks' tokens, forward, and with their gradients backward.
            double const others = static_cast<double>(l.context - 1);
            double const keys = 2 * n * (g.saved.attention / 2) / t;
            p.tensor_links += layers_here * 3 * keys * others /
                              rate_between(at, l.context, l.tensor) * (1 - k.hidden);
        }
        p.forward_work += layers_here * n * (g.layer.work + g.layer.expert_work + g.scores);
        p.again_work += layers_here * n * (repeated + repeated_experts + again * g.scores);
    }
    if (c.last) {
        double const head = f.head.work + f.prediction.work + f.prediction.expert_work;
        p.products +=
            n * head * (r.adapter.frozen_base() && !r.adapter.embeddings ? 2 : 3) / at.linear;
        p.forward_work += n * head;
        // Logits are written and read in fp32 for the loss and its gradient.
        constexpr double logit_traffic = 16;
        p.element_wise += n * f.vocabulary / t * logit_traffic / at.memory;
    }
    if (l.order == schedule::dual_pipe) {
        // Both directions' passes lie over each other: tokens travel while others are worked on.
        double const work = p.products + p.experts + p.element_wise + p.launches;
        p.expert_links = reckon::detail::max(0.0, p.expert_links - work);
    }
    if (l.pipeline > 1) { p.tensor_links += 4 * activation / t / at.scale_out * (1 - k.hidden); }
    return p;
}

/// Seconds that gradients and weights travel between the ranks that share them, in one step.
template <class Run>
[[nodiscard]] constexpr double exchange_of(Run const& r, held const& h, rates const& at) noexcept {
    parallelism const& l = r.parallel;
    bool const frozen = r.adapter.frozen_base();
    auto const once = [&](double trained, double frozen_bytes, count ranks, count stride) {
        if (ranks <= 1) { return 0.0; }
        double const others = static_cast<double>(ranks - 1) / static_cast<double>(ranks);
        double const rate = rate_between(at, ranks, stride);
        double const gradients = trained * r.numerics.gradients;
        if (r.sharding.stage < shards::weights) {
            double const weights =
                r.sharding.stage == shards::nothing ? gradients : trained * r.numerics.weights;
            return (gradients + weights) * others / rate;
        }
        // Weights are gathered for both directions of every micro-batch, unless they stay.
        double const times = r.sharding.reshards ? static_cast<double>(r.accumulation) : 1;
        double const gathered = trained * r.numerics.gathered + frozen_bytes;
        return (2 * gathered * times +
                trained * r.numerics.gathered * (r.sharding.reshards ? times : 1)) *
               others / rate;
    };
    count const stride = l.tensor;
    count const expert_stride = reckon::detail::multiply(l.expert, l.expert_tensor);
    return once(frozen ? h.adapters : h.dense, frozen ? in_bytes(h.frozen) : 0.0, l.state_ranks(),
                stride) +
           once(frozen ? h.expert_adapters : h.experts, frozen ? in_bytes(h.frozen_experts) : 0.0,
                l.expert_state_ranks(), expert_stride);
}

} // namespace detail

/// The step of a run on what its device achieves.
template <model M, gpu G>
[[nodiscard]] constexpr step_report step_of(run<M, G> const& r, calibration const& k) noexcept {
    step_report s{};
    s.check = check(r);
    if (!s.check.ok()) { return s; }
    detail::rates at = detail::rates_of(r.gpu, r.numerics.products, k);
    if (r.parallel.order == schedule::dual_pipe) { at.lend(dual_pipe_lent); }
    s.rates_known = at.peak16 > 0 && at.linear > 0 && at.attention > 0;
    if (!s.rates_known) { return s; }
    parallelism const& l = r.parallel;
    rank_facts const f = facts_of(r);
    detail::pass_times slowest{};
    double exchange = 0;
    double optimizer_time = 0;
    host_copies copies{};
    double forward = 0;
    double again = 0;
    stage_content before{};
    detail::pass_times now{};
    // Under DualPipe a rank works on a stage from either end: the pair's mean counts.
    bool const dual = l.order == schedule::dual_pipe;
    auto const both = [&](detail::pass_times a, stage_content const& other) {
        detail::pass_times const b = detail::pass_of(r, f, other, at, k);
        a.add(b);
        a.scale(0.5);
        return a;
    };
    for (count stage = 0; stage < l.pipeline; ++stage) {
        stage_content const c = content_of(f, l, stage);
        if (!(c == before)) {
            before = c;
            now = detail::pass_of(r, f, c, at, k);
            held const h = held_by(f, c);
            exchange = reckon::detail::max(exchange, detail::exchange_of(r, h, at));
            double const outside =
                (c.first ? f.embedding.dense : 0.0) + (c.last ? f.head.dense : 0.0);
            state_sharding here = r.sharding; // as if nothing were offloaded
            here.optimizer_at = state_place::device;
            here.weights_at = state_place::device;
            model_state const state =
                state_of(h, outside, r.numerics, r.optimizer, r.adapter, here, l);
            bytes const checkpoints =
                activations_of(r, f, c, stage).host / in_flight(l, r.accumulation, stage);
            host_copies const moved = copies_of(r, state, checkpoints);
            if (moved.shown(seconds{}) > copies.shown(seconds{})) { copies = moved; }
            double const touched =
                in_bytes(state.optimizer) * 2 + in_bytes(state.gradients + state.weights);
            if (r.sharding.optimizer_at == state_place::device) {
                optimizer_time = reckon::detail::max(optimizer_time, touched / at.memory);
            }
            detail::pass_times const busy =
                dual ? both(now, content_of(f, l, l.pipeline - 1 - stage)) : now;
            if (busy.total() > slowest.total()) { slowest = busy; }
        }
        forward += now.forward_work;
        again += now.again_work;
    }
    auto const m = static_cast<double>(r.accumulation);
    auto const p = static_cast<double>(l.pipeline);
    double const slow = r.framework.slowdown;
    double const one = slowest.total();
    double idle = 0;
    switch (l.order) {
    case schedule::one_forward_one_backward:
        idle = (p - 1) / static_cast<double>(l.virtual_stages);
        break;
    case schedule::gpipe: idle = p - 1; break;
    case schedule::zero_bubble: idle = (p - 1) / 3; break;
    case schedule::dual_pipe: idle = 2 * (p / 2 - 1) / 3; break;
    }
    // What is exchanged with every micro-batch hides behind all of them, what is at the end behind one.
    double const behind = (r.sharding.stage == shards::weights ? m : 1) * one;
    double const shown =
        reckon::detail::max(exchange * (1 - k.hidden), exchange - k.hidden * behind);
    s.products = seconds{slowest.products * m * slow};
    s.experts = seconds{slowest.experts * m * slow};
    s.element_wise = seconds{slowest.element_wise * m * slow};
    s.launches = seconds{slowest.launches * m * slow};
    s.tensor_links = seconds{slowest.tensor_links * m * slow};
    s.expert_links = seconds{slowest.expert_links * m * slow};
    s.bubble = seconds{one * idle * slow};
    s.exchange = seconds{shown * slow};
    s.optimizer = seconds{optimizer_time * slow};
    s.host = copies.shown(seconds{one * m}) * slow;
    s.fixed = k.per_step;
    seconds const total = s.products + s.experts + s.element_wise + s.launches + s.tensor_links +
                          s.expert_links + s.bubble + s.exchange + s.optimizer + s.host + s.fixed;
    s.total = estimate<seconds>::within(total, k.spread, k.source);
    s.batch = r.batch_tokens();
    auto const devices = static_cast<double>(l.devices());
    s.all = s.batch / total;
    s.per_device = s.all / devices;
    double const ranks = devices / p; // that do the work of one stage each
    s.model_work = flops{3 * forward * m * ranks};
    s.done_work = flops{(3 * forward + again) * m * ranks};
    double const could = at.peak16 * devices * total.base_value;
    s.mfu = s.model_work.base_value / could;
    s.hfu = s.done_work.base_value / could;
    return s;
}

/// The step under the shipped calibration of the device.
template <model M, gpu G> [[nodiscard]] constexpr step_report step_of(run<M, G> const& r) noexcept {
    return step_of(r, training::calibration_for(r.gpu));
}

} // namespace reckon::inline v0::training
