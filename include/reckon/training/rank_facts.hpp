// SPDX-License-Identifier: MIT
// What one rank holds of a layer of each group: parameters by who shares them, values that a token keeps,
// adapters. Enumerated once; stages are sums over it.
//
// Source: the tensors of model/ and the shares of parallel/sharding.hpp; nothing is counted twice.
#pragma once
#include <reckon/memory/weights.hpp>
#include <reckon/training/run.hpp>
#include <reckon/training/saved_values.hpp>

namespace reckon::inline v0::training {

/// Parameters of one layer, or of what lies outside of layers, on one rank.
struct held {
    double dense{};    ///< divided by tensor ranks and repeated by data-parallel ones
    double experts{};  ///< routed experts
    double vectors{};  ///< of `dense`, those that are no matrices
    double factors{};  ///< rows + columns of its matrices, for factored optimizers
    double shorter{};  ///< of layers' matrices, experts' too, the shorter sides
    double longer{};   ///< and the longer ones, for projections of gradients
    double adapters{}; ///< values of adapters
    double expert_adapters{};
    double work{};          ///< FLOPs of a token in matrices, less routed experts
    double expert_work{};   ///< in routed experts, balanced over their ranks
    double block_work{};    ///< of both, that of feed-forward blocks and experts
    double lifting_work{};  ///< of `work`, that of MLA's up-projections from its latents
    bytes frozen{};         ///< base weights in their format, of `dense`
    bytes frozen_experts{}; ///< of `experts`
    /// Adds another's, so many times.
    constexpr void add(held const& more, double times) noexcept {
        dense += more.dense * times;
        experts += more.experts * times;
        vectors += more.vectors * times;
        factors += more.factors * times;
        shorter += more.shorter * times;
        longer += more.longer * times;
        adapters += more.adapters * times;
        expert_adapters += more.expert_adapters * times;
        work += more.work * times;
        expert_work += more.expert_work * times;
        block_work += more.block_work * times;
        lifting_work += more.lifting_work * times;
        frozen += more.frozen * times;
        frozen_experts += more.frozen_experts * times;
    }
    friend constexpr bool operator==(held const&, held const&) noexcept = default;
};

namespace detail {

/// Adds tensor `t`, `times` times, as one rank of this spread holds it.
constexpr void hold(held& h, tensor const& t, double times, parallelism const& p,
                    adapter const& a) noexcept {
    bool const routed = t.axis == shard_axis::experts;
    double const share = local_share(t, megatron_sharding, routed ? p.experts() : p.dense());
    double const all = static_cast<double>(t.parameters()) * share * times;
    (routed ? h.experts : h.dense) += all;
    if (!t.vector && t.role != tensor_role::embedding) {
        // 2 FLOP a multiply-add; experts meet the tokens of all their ranks, dealt out by tensor ranks.
        double const one = 2 * static_cast<double>(t.active_parameters()) * times;
        double const here = routed ? one / static_cast<double>(p.tensor) : one * share;
        (routed ? h.expert_work : h.work) += here;
        if (routed || is_dense_ffn(t.role) || is_shared_expert(t.role)) { h.block_work += here; }
        if (t.role == tensor_role::latent_up_q || t.role == tensor_role::latent_up_kv) {
            h.lifting_work += here;
        }
    }
    auto const matrices = static_cast<double>(t.copies) * times;
    if (t.vector && !routed) { h.vectors += all; }
    if (!t.vector) {
        h.factors += static_cast<double>(t.rows + t.cols) * matrices * share;
        if (t.role != tensor_role::embedding && t.role != tensor_role::head) {
            h.shorter +=
                static_cast<double>(reckon::detail::min(t.rows, t.cols)) * matrices * share;
            h.longer += static_cast<double>(reckon::detail::max(t.rows, t.cols)) * matrices * share;
        }
    }
    if (!a.frozen_base()) { return; }
    (routed ? h.frozen_experts : h.frozen) +=
        reckon::detail::stored(t, reckon::detail::format_for(a.base, t), times, share).total();
    if (t.vector || !a.targets.has(t.role)) { return; }
    double const values = static_cast<double>(a.rank) * static_cast<double>(t.rows + t.cols) +
                          (a.kind == adapter_kind::dora ? static_cast<double>(t.rows) : 0.0);
    (routed ? h.expert_adapters : h.adapters) += values * matrices * share;
}

} // namespace detail

/// One group of layers as one rank holds it.
struct group_facts {
    layer_set at{};
    held layer{};
    saved_values saved{};
    double scores{}; ///< FLOPs of a token against half of its sequence
    bool mixture{};
    count experts_per_token{};
    double adapted{}; ///< matrices with an adapter, routed experts' left out
    double experts{}; ///< on the rank
};

/// All that memory and time ask of a model under a spread.
struct rank_facts {
    static constexpr std::size_t most_groups = 16;
    static_vector<group_facts, most_groups> groups{};
    held embedding{}; ///< with positions and towers
    held head{};      ///< with final norm and closing parts
    held tied_copy{}; ///< the head of a tied model, where it is on another stage than the embedding
    held prediction{};   ///< all prediction modules, shaped as layers of the last group
    double predicting{}; ///< prediction modules that are trained
    count layers{};
    double hidden{};
    double vocabulary{};
};

/// What one rank holds of `m`.
template <model M>
[[nodiscard]] constexpr rank_facts facts_of(M const& m, parallelism const& p, adapter const& a,
                                            double sequence,
                                            bool prediction_modules = false) noexcept {
    rank_facts f{};
    f.hidden = static_cast<double>(m.hidden);
    f.vocabulary = static_cast<double>(m.vocabulary);
    m.groups.for_each([&](auto const& group) {
        group_facts g{.at = group.at, .saved = values_of(group, m.hidden, a)};
        for_each_tensor(group, m.hidden, [&](tensor const& t) {
            detail::hold(g.layer, t, 1, p, a);
            bool const one = !t.vector && t.axis != shard_axis::experts;
            if (one && a.frozen_base() && a.targets.has(t.role)) { g.adapted += 1; }
        });
        group.attention.for_each_score(phase::prefill, [&](score_work const& work) {
            g.scores += 2 * work.seen(sequence / 2) * static_cast<double>(work.heads) *
                        static_cast<double>(work.score_width + work.value_width) /
                        static_cast<double>(p.tensor);
        });
        g.mixture = group.feed_forward.experts().experts > 0;
        g.experts = static_cast<double>(group.feed_forward.experts().experts) /
                    static_cast<double>(p.expert);
        g.experts_per_token = group.feed_forward.experts().per_token;
        f.layers += group.at.size();
        f.groups.push_back(g);
    });
    auto const table = [&](tensor_role role) {
        return tensor{role, shard_axis::vocabulary, m.vocabulary, m.hidden, 1, 1, m.vocabulary};
    };
    detail::hold(f.embedding, table(tensor_role::embedding), 1, p, a);
    if (m.learned_positions > 0) {
        detail::hold(f.embedding,
                     {tensor_role::embedding, shard_axis::none, m.learned_positions, m.hidden}, 1,
                     p, a);
    }
    detail::hold(f.head,
                 {tensor_role::norm, shard_axis::none, vectors_outside_layers(m), 1, 1, 1, 1, true},
                 1, p, a);
    if (m.tied_embeddings) {
        detail::hold(f.tied_copy, table(tensor_role::embedding), 1, p, a);
        f.head.work = 2 * f.tied_copy.dense;
    } else {
        detail::hold(f.head, table(tensor_role::head), 1, p, a);
    }
    for_each_side(m, [&](side_part const& part) {
        if (part.is_table()) { return; }
        tensor const whole{tensor_role::wide, shard_axis::none, part.values, 1, 1, 1, 1, true};
        detail::hold(part.is_closing() ? f.head : f.embedding, whole, 1, p, a);
    });
    if (prediction_modules && m.mtp.layers > 0) {
        auto const modules = static_cast<double>(m.mtp.layers);
        f.predicting = modules;
        for_each_predicting_tensor(m, [&](tensor const& t, count times) {
            detail::hold(f.prediction, t, static_cast<double>(times) * modules, p, a);
        });
        detail::hold(f.prediction, {tensor_role::wide, shard_axis::none, m.hidden, 2 * m.hidden},
                     modules, p, a);
    }
    return f;
}

/// The same for a run.
template <class Run> [[nodiscard]] constexpr rank_facts facts_of(Run const& r) noexcept {
    return facts_of(r.model, r.parallel, r.adapter, static_cast<double>(r.sequence),
                    r.prediction_modules);
}

/// Layers of each group on a pipeline rank, all its virtual stages together, and in one of them at most.
struct stage_content {
    static_vector<double, rank_facts::most_groups> layers{};
    double in_all{};
    bool first{};
    bool last{};
    friend constexpr bool operator==(stage_content const&, stage_content const&) noexcept = default;
};
/// What a pipeline rank holds. Domain: 0 <= stage < p.pipeline.
[[nodiscard]] constexpr stage_content content_of(rank_facts const& f, parallelism const& p,
                                                 count stage) noexcept {
    stage_content c{.first = stage == 0, .last = stage == p.pipeline - 1};
    for (group_facts const& g : f.groups) {
        double n = 0;
        for (count k = 0; k < p.virtual_stages; ++k) {
            stage_layers const here =
                chunk_layers{p.pipeline, p.virtual_stages}.piece(f.layers, stage, k);
            n += static_cast<double>(g.at.size_in(here.first, here.end));
        }
        c.layers.push_back(n);
        c.in_all += n;
    }
    return c;
}

/// Everything that a pipeline rank holds.
[[nodiscard]] constexpr held held_by(rank_facts const& f, stage_content const& c) noexcept {
    held h{};
    for (std::size_t i = 0; i < f.groups.size(); ++i) {
        h.add(f.groups[i].layer, c.layers[i]);
    }
    if (c.first) { h.add(f.embedding, 1); }
    if (c.last) {
        h.add(f.head, 1);
        h.add(f.prediction, 1);
        if (!c.first) { h.add(f.tied_copy, 1); }
    }
    return h;
}

} // namespace reckon::inline v0::training
