// SPDX-License-Identifier: MIT
// Bytes of activations that a pipeline rank holds at its fullest moment.
//
//   in flight       = min(m, p - i)                        1F1B, rank i of p, m micro-batches
//                   = min(m v, 2 (p - 1 - i) + (v - 1) p + 1) / v   interleaved, v pieces a rank
//                   = m  (GPipe),  p + 1  (DualPipe, both directions)
//   kept(layer)     = T sum of values(layer) k / ranks  + masks + scores      without recompute
//                   = 2 T h / blocks                                   inputs of recomputed blocks
//                   = the same less what norms, MLA's up-projections and experts' activations put out, where
//                     these are done again
//   working         = one block's layers as without recompute + 2 T (g w + 2 h) of gradients inside it
//   logits          = T c V b / t + 2 T h u
//                   (+ copies of all inputs where weights are sharded, a habit of transformers' trainer)
//   peak            = in flight x sum of kept + max(working, logits on the last rank)
//
//   symbol | meaning                                                   | unit  | domain
//   T      | tokens of a micro-batch on a rank: micro x sequence / context | token | > 0
//   w, g   | values of the feed-forward width, and how often a framework has them there | - | >= 0
//   V, b, c, u | vocabulary, bytes a logit, fraction of rows whose logits live at once, copies of the
//          | last hidden states (training::framework)                  | -     | >= 0
//   k      | bytes of a value by what reads it (training::kept_values): 2, or 1 to 1.5 with scales in fp8 | byte | > 0
//   t      | tensor ranks; they divide everything under sequence parallelism, else only what is divided
//          | by heads and widths                                       | -     | >= 1
//
// Source:       2205.05198 (per layer, selective, full); 2104.04473 (interleaved); 1604.06174 (square
//               root); fms-acceleration's benchmarks (14 f + 14 h bytes a token of a layer with LoRA).
// Not modelled: imbalance of natural routing: experts' tokens are counted as balanced.
// Error:        docs/laws/training_activations.md.
#pragma once
#include <reckon/training/rank_facts.hpp>

namespace reckon::inline v0::training {

/// Micro-batches in flight on pipeline rank `stage`, in whole passes of its layers.
[[nodiscard]] constexpr double in_flight(parallelism const& p, count micro_batches,
                                         count stage) noexcept {
    auto const m = static_cast<double>(micro_batches);
    if (p.pipeline == 1) { return 1; }
    auto const after = static_cast<double>(p.pipeline - 1 - stage);
    switch (p.order) {
    case schedule::gpipe: return m;
    case schedule::dual_pipe: return reckon::detail::min(m, static_cast<double>(p.pipeline + 1));
    case schedule::one_forward_one_backward:
    case schedule::zero_bubble: break;
    }
    auto const v = static_cast<double>(p.virtual_stages);
    if (p.virtual_stages == 1) { return reckon::detail::min(m, after + 1); }
    return reckon::detail::min(m * v, 2 * after + (v - 1) * static_cast<double>(p.pipeline) + 1) /
           v;
}

/// Largest k with k k <= n, rounded to the nearer integer: the length of a block of the square-root scheme.
[[nodiscard]] constexpr count square_root_of(count n) noexcept {
    count k = 1;
    while ((k + 1) * (k + 1) <= n) {
        ++k;
    }
    return n - k * k > (k + 1) * (k + 1) - n ? k + 1 : k;
}

/// Bytes that a layer keeps of a micro-batch, and those of its backward pass.
struct layer_activations {
    bytes kept{};     ///< without recompute
    bytes input{};    ///< what a recomputed block keeps
    bytes partly{};   ///< with recompute inside the layer
    bytes backward{}; ///< gradients while one layer is differentiated
    bytes passing{};  ///< what experts put out, where it is not kept
    bytes
        widened{}; ///< kept narrow, read by no product: in 16 bit while the layer is differentiated
};

/// One layer's, on one rank. `tokens_here`: T; `k`: bytes of what is kept.
[[nodiscard]] constexpr layer_activations
activations_of(saved_values const& v, parallelism const& p, framework const& f, recompute_kind kind,
               double tokens_here, double sequence, kept_values const& k = {}) noexcept {
    constexpr double value = activation_value_bytes;
    auto const t = static_cast<double>(p.tensor);
    double const whole = p.sequence ? 1 / t : 1.0;
    double const dispatch = static_cast<double>(p.expert_tensor) / t;
    double const masks = f.dropout ? 2 * v.hidden * whole : 0;
    // Dropout keeps its mask and what it lets through.
    double const kept_scores = f.fused_attention ? 0 : f.score_bytes + (f.dropout ? 3.0 : 0.0);
    double const scores = v.heads * sequence * kept_scores / t;
    double const functions =
        v.feed_forward + v.experts - v.multiplied; // read by activation functions
    double const outputs = value * v.returned * dispatch;
    double const outer =
        (value * (v.whole - v.normed) + k.linear_inputs * v.normed) * whole +
        (value * (v.attention - v.attended) + k.attention_outputs * v.attended) / t +
        (f.eager ? value * v.eager * whole : 0.0);
    double const inner = (k.activation_inputs * functions + k.linear_inputs * v.multiplied) / t +
                         k.linear_inputs * (v.dispatched - v.returned) * dispatch +
                         (f.keeps_expert_outputs ? outputs : 0.0) + value * v.router * whole;
    layer_activations a{};
    a.kept = bytes{tokens_here * (outer + inner + masks + scores)};
    a.passing = bytes{f.keeps_expert_outputs ? 0.0 : tokens_here * outputs};
    a.input = bytes{tokens_here * f.hidden_bytes * v.hidden * whole};
    a.backward =
        bytes{tokens_here * value * (f.block_gradients * v.widest / t + 2 * v.hidden * whole)};
    a.widened = bytes{tokens_here * value *
                      ((k.attention_outputs < value ? v.attended : 0.0) +
                       (k.activation_inputs < value ? functions : 0.0)) /
                      t};
    if (!f.fused_attention) {
        a.backward += bytes{tokens_here * v.heads * sequence * f.score_gradients / t};
    }
    switch (kind) {
    case recompute_kind::scores: a.partly = bytes{tokens_here * (outer + inner + masks)}; break;
    case recompute_kind::cheap_operations:
        a.partly =
            a.kept - bytes{tokens_here * (k.linear_inputs * (v.normed * whole + v.activated / t) +
                                          value * v.lifted / t)};
        break;
    case recompute_kind::feed_forward:
        a.partly = bytes{tokens_here * (outer + masks + scores)};
        break;
    case recompute_kind::every_second:
        // The input, attention's output and half of what products put out.
        a.partly = a.input + bytes{tokens_here * value * (v.products / 2 + v.hidden) / t};
        break;
    default: a.partly = a.kept;
    }
    return a;
}

/// Bytes of a rank's activations by part.
struct activation_bytes {
    bytes kept{};    ///< all micro-batches in flight
    bytes working{}; ///< the block that is computed again and differentiated
    bytes logits{};  ///< at the loss, on the last rank
    bytes host{};    ///< inputs of recomputed layers that lie in the host's memory instead
    [[nodiscard]] constexpr bytes peak() const noexcept { return kept + max(working, logits); }
};

/// Those of pipeline rank `c`, which is `stage`.
template <class Run>
[[nodiscard]] constexpr activation_bytes
activations_of(Run const& r, rank_facts const& f, stage_content const& c, count stage) noexcept {
    activation_bytes a{};
    double const tokens_here = r.micro_tokens();
    auto const t = static_cast<double>(r.parallel.tensor);
    bool const blocks = r.recompute.kind == recompute_kind::blocks ||
                        r.recompute.kind == recompute_kind::square_root;
    count const in_block = r.recompute.kind == recompute_kind::square_root
                               ? square_root_of(static_cast<count>(c.in_all))
                               : reckon::detail::max(count{1}, r.recompute.block);
    double const block =
        reckon::detail::min(static_cast<double>(in_block), reckon::detail::max(1.0, c.in_all));
    double const fraction = r.recompute.fraction;
    bytes kept{};
    bytes predicting{};
    bytes copies{};
    for (std::size_t i = 0; i < f.groups.size(); ++i) {
        if (c.layers[i] == 0) { continue; }
        layer_activations const one =
            activations_of(f.groups[i].saved, r.parallel, r.framework, r.recompute.kind,
                           tokens_here, static_cast<double>(r.sequence), r.numerics.kept);
        bytes const input = one.input / block;
        bool const away = blocks && r.sharding.host_checkpoints;
        bytes const done_again = away ? bytes{} : blocks ? input : one.partly;
        bytes const layer = done_again * fraction + one.kept * (1 - fraction);
        kept += layer * c.layers[i];
        predicting = layer; // a prediction module is a layer more of the last group
        if (away) { a.host += input * fraction * c.layers[i]; }
        bytes working = one.backward + one.widened;
        if (blocks && fraction > 0) {
            working += one.kept * block;
        } else if (r.recompute.kind != recompute_kind::none) {
            working += one.kept - one.partly;
        }
        a.working = max(a.working, working);
        if (blocks && r.sharding.stage == shards::weights && r.adapter.frozen_base()) {
            copies += one.input * r.framework.input_copies * fraction * c.layers[i];
        }
    }
    a.working += copies;
    double const passes = in_flight(r.parallel, r.accumulation, stage);
    a.kept = kept * passes;
    a.host = a.host * passes;
    if (c.last) {
        // The last rank differentiates at once what it computed, but under GPipe.
        a.kept += predicting * f.predicting * (r.parallel.order == schedule::gpipe ? passes : 1.0);
        a.logits = bytes{tokens_here * (1 + f.predicting) *
                         (f.vocabulary * r.framework.logit_bytes * r.framework.loss_chunk / t +
                          2 * r.framework.hidden_copies * f.hidden)};
    }
    return a;
}

} // namespace reckon::inline v0::training
