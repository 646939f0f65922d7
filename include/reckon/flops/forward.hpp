// SPDX-License-Identifier: MIT
// FLOPs of a forward pass on one rank, by the operands they are multiplied in.
//
//   linear(T)  = 2 T sum over matrices of share x active parameters
//   scores     = 2 pairs sum over layers of (heads / n) (score_width + value_width); indexers' / 1
//   moved      = b T (sum over matrices of active share (rows + cols) + 4 L h)
//   head       = 2 R V h / n,   R = rows of logits: one a request in engines
//
//   symbol | meaning                                                   | unit  | domain
//   T      | tokens of the pass                                        | token | >= 0
//   pairs  | query tokens x context tokens seen (causal: about half)   | -     | >= 0
//   moved  | activations that products read and write, and norms and residuals | byte | >= 0
//   b      | bytes of an activation, 2                                 | byte  |
//
// Source:       2 FLOP a multiply-add; DeepSeek-MoE (2401.06066) counts the same way.
// Deviations:   norms, rotary embedding, softmax and routing are left out (below 1 %); the input
//               embedding is a look-up and costs none.
#pragma once
#include <reckon/model/model_spec.hpp>
#include <reckon/parallel/sharding.hpp>
#include <reckon/units/names.hpp>

namespace reckon::inline v0 {

/// Work of one rank. Linear and expert products run in the operands of their formats; scores run in
/// 16 bit (or the cache's format, which a later law may use).
struct forward_work {
    flops linear{};  ///< attention projections, dense and shared feed-forward
    flops experts{}; ///< routed experts
    flops head{};
    flops scores{};
    bytes moved{}; ///< activations through memory
    [[nodiscard]] constexpr flops total() const noexcept {
        return linear + experts + head + scores;
    }
    friend constexpr bool operator==(forward_work const&, forward_work const&) noexcept = default;
};

/// What a pass is asked to do, for one data-parallel group.
struct pass {
    double tokens{};        ///< query tokens of this group
    double expert_tokens{}; ///< query tokens of all groups that share the experts
    double logit_rows{};    ///< rows that go through the head
    context_span context{}; ///< context tokens that query tokens see
    phase when{};           ///< scores in the form of prefill or of decoding
};

/// FLOPs of the matrices of one rank: for a token, for a token that meets experts, for a row of logits.
/// They depend on the layout alone, so that one enumeration serves every pass.
struct matrix_work {
    double linear{};
    double experts{};
    double head{};
    double moved{};         ///< bytes of activations for a token, routed experts left out
    double moved_experts{}; ///< and for a token that meets experts
    double layers{};
    double latent_layers{}; ///< layers of latent attention: more and smaller products than others
    double mixtures{};      ///< layers that route tokens to experts
    routing mixture{};      ///< of the last of these
};

namespace detail {

/// The matrices of one layer, or of a part of it. It is no template, so that families share its code.
struct layer_matrices {
    rank_shares const& shares;
    double linear{}; ///< parameters on the rank that a token uses
    double experts{};
    double moved{}; ///< activations that products read and write for a token
    double moved_experts{};
    bool latent{}; ///< whether one projects into a latent

    constexpr void operator()(tensor const& t) noexcept {
        if (t.vector) { return; }
        latent = latent || t.role == tensor_role::latent_down;
        double const share = shares(t);
        double const used = static_cast<double>(t.active_parameters()) * share;
        double const sides =
            static_cast<double>(t.active) * static_cast<double>(add(t.rows, t.cols)) * share;
        bool const routed = is_routed_expert(t.role);
        (routed ? experts : linear) += used;
        (routed ? moved_experts : moved) += sides;
    }
    /// Adds those of `n` layers.
    constexpr void add_to(matrix_work& w, double n) const noexcept {
        w.linear += 2 * n * linear;
        w.experts += 2 * n * experts;
        w.moved += activation_value_bytes * moved * n;
        w.moved_experts += activation_value_bytes * moved_experts * n;
    }
};

} // namespace detail

/// Work and operands of the products with weights, for one token on one rank under `l`. Domain: a
/// layout that divides the model.
template <model M>
[[nodiscard]] constexpr matrix_work
matrix_flops(M const& m, layout const& l = {},
             sharding_rules const& rules = megatron_sharding) noexcept {
    constexpr double norms_and_residuals = 4; // two norms a layer read and write the stream once
    rank_shares const shares(rules, l);
    matrix_work w{};
    for_each_attention(m, [&](auto const& attention, layer_set const& at) {
        auto const n = static_cast<double>(at.size());
        detail::layer_matrices sum{shares};
        attention.for_each_tensor(m.hidden, sum);
        sum.add_to(w, n);
        if (sum.latent) { w.latent_layers += n; }
    });
    m.groups.for_each([&](auto const& group) {
        auto const n = static_cast<double>(group.at.size());
        detail::layer_matrices sum{shares};
        sum.moved = norms_and_residuals * static_cast<double>(m.hidden);
        for_each_tensor_beside_attention(group, m.hidden, sum);
        sum.add_to(w, n);
        w.layers += n;
        if (routing const here = group.feed_forward.experts(); here.experts > 0) {
            w.mixtures += n;
            w.mixture = here;
        }
    });
    w.head = 2 * static_cast<double>(m.vocabulary) * static_cast<double>(m.hidden) /
             static_cast<double>(l.tensor);
    return w;
}

namespace detail {
/// Multiplications of one query token with what it sees in one layer, on one rank.
[[nodiscard]] constexpr double score_products(auto const& attention, context_span const& seen,
                                              phase when, layout const& l) noexcept {
    double products = 0;
    attention.for_each_score(when, [&](score_work const& work) {
        products += work.seen(seen) * static_cast<double>(work.heads) *
                    static_cast<double>(work.score_width + work.value_width) /
                    (work.on_every_rank ? 1.0 : static_cast<double>(l.tensor));
    });
    return products;
}
} // namespace detail

/// Multiplications of one query token with what it sees, on one rank.
template <model M>
[[nodiscard]] constexpr double score_products(M const& m, context_span const& seen, phase when,
                                              layout const& l) noexcept {
    double scores = 0;
    for_each_attention(m, [&](auto const& attention, layer_set const& at) {
        scores += detail::score_products(attention, seen, when, l) * static_cast<double>(at.size());
    });
    return scores;
}

/// The work of a pass, for callers that hold that of the matrices and the products of one query token.
[[nodiscard]] constexpr forward_work forward_flops(pass const& p, matrix_work const& w,
                                                   double scores) noexcept {
    return {flops{w.linear * p.tokens}, flops{w.experts * p.expert_tokens},
            flops{w.head * p.logit_rows}, flops{2 * p.tokens * scores},
            bytes{w.moved * p.tokens + w.moved_experts * p.expert_tokens}};
}

/// The same for callers that hold the work of the matrices.
template <model M>
[[nodiscard]] constexpr forward_work forward_flops(M const& m, pass const& p, layout const& l,
                                                   matrix_work const& w) noexcept {
    return forward_flops(p, w, score_products(m, p.context, p.when, l));
}

/// The work of a pass on one rank, its matrices counted on the way.
template <model M>
[[nodiscard]] constexpr forward_work
forward_flops(M const& m, pass const& p, layout const& l = {},
              sharding_rules const& rules = megatron_sharding) noexcept {
    return forward_flops(m, p, l, matrix_flops(m, l, rules));
}

} // namespace reckon::inline v0
