// SPDX-License-Identifier: MIT
// FLOPs of a forward pass on one rank, by the operands they are multiplied in.
//
//   linear(T)  = 2 T sum over matrices of share x active parameters
//   scores     = 2 pairs sum over layers of (heads / n) (score_width + value_width)
//   head       = 2 R V h / n,   R = rows of logits: one a request in engines
//
//   symbol | meaning                                                   | unit  | domain
//   T      | tokens of the pass                                        | token | >= 0
//   pairs  | query tokens x context tokens seen (causal: about half)   | -     | >= 0
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
    [[nodiscard]] constexpr flops total() const noexcept { return linear + experts + head + scores; }
    friend constexpr bool operator==(forward_work const&, forward_work const&) noexcept = default;
};

/// What a pass is asked to do, for one data-parallel group.
struct pass {
    double tokens{};        ///< query tokens of this group
    double expert_tokens{}; ///< query tokens of all groups that share the experts
    double logit_rows{};    ///< rows that go through the head
    double mean_context{};  ///< context tokens that a query token sees, on average
    phase when{};           ///< scores in the form of prefill or of decoding
};

template <model M>
[[nodiscard]] constexpr forward_work forward_flops(M const& m, pass const& p, layout const& l = {},
                                                   sharding_rules const& rules = megatron_sharding) noexcept {
    double linear = 0;
    double experts = 0;
    double scores = 0;
    m.groups.for_each([&](auto const& group) {
        auto const n = static_cast<double>(group.at.size());
        for_each_tensor(group, m.hidden, [&](tensor const& t) {
            if (t.vector) { return; }
            double const one = 2 * n * static_cast<double>(t.active_parameters()) * local_share(t, rules, l);
            if (is_routed_expert(t.role)) {
                experts += one * p.expert_tokens;
            } else {
                linear += one * p.tokens;
            }
        });
        group.attention.for_each_score(p.when, [&](score_work const& work) {
            scores += 2 * n * p.tokens * work.seen(p.mean_context) *
                      (static_cast<double>(work.heads) / static_cast<double>(l.tensor)) *
                      static_cast<double>(work.score_width + work.value_width);
        });
    });
    double const head = 2 * p.logit_rows * static_cast<double>(m.vocabulary) * static_cast<double>(m.hidden) /
                        static_cast<double>(l.tensor);
    return {flops{linear}, flops{experts}, flops{head}, flops{scores}};
}

} // namespace reckon::inline v0
