// SPDX-License-Identifier: MIT
// How many parameters a model has, exactly, by part.
//
//   total  = V h + P h + sum over groups of layers x (sum of its tensors) + h (+ V h)
//            (+ h for a norm behind the embedding, + V for a bias on the head) + side parts
//   active = total with per_token instead of all routed experts, without towers
//
//   symbol | meaning                                    | unit | domain
//   V, h   | vocabulary, hidden width                   | -    | > 0
//   P      | rows of a learned position table           | -    | >= 0
//   the last V h is the head, absent where it is tied to the embedding
//
// Source:       the tensors of model/attention.hpp and model/feed_forward.hpp; DeepSeek-V3 model.py.
// Deviations:   total is the model as it is served: with its vision tower, without prediction
//               modules. Publishers who count otherwise are explained in data/models.csv.
//               active counts the input embedding and the head, as Mixtral, DeepSeek-V2 and Qwen do;
//               `active_without_embedding` is the convention of DeepSeek-V3 ("37B") and gpt-oss.
// Not modelled: quantisation scales (they are bytes, not parameters), buffers.
// Error:        0 for every published exact total that the families describe (tests/model).
#pragma once
#include <reckon/model/model_spec.hpp>

namespace reckon::inline v0 {

/// Parameters by part; exact integers. `mtp` is counted apart from `total`.
struct parameter_counts {
    count total{};
    count active{};
    count embedding{};
    count head{};
    count attention{};
    count dense_ffn{};
    count shared_experts{};
    count routed_experts{};
    count router{};
    count norms{};
    count sides{}; ///< vision towers and other parts beside the layers
    count mtp{};
    friend constexpr bool operator==(parameter_counts const&,
                                     parameter_counts const&) noexcept = default;
};

/// The law above. Exact; saturates instead of wrapping. Domain: a model that model/validate.hpp
/// accepts.
template <model M> [[nodiscard]] constexpr parameter_counts parameters_of(M const& m) noexcept {
    parameter_counts n{};
    m.groups.for_each([&](auto const& group) {
        count const layers_here = group.at.size();
        bool in_attention = true; // biases follow the projections of their block
        for_each_tensor(group, m.hidden, [&](tensor const& t) {
            count const all = detail::multiply(layers_here, t.parameters());
            n.total = detail::add(n.total, all);
            n.active = detail::add(n.active, detail::multiply(layers_here, t.active_parameters()));
            in_attention = in_attention && !is_dense_ffn(t.role) && t.role != tensor_role::router;
            count& part = is_routed_expert(t.role)   ? n.routed_experts
                          : is_shared_expert(t.role) ? n.shared_experts
                          : is_dense_ffn(t.role)     ? n.dense_ffn
                          : t.role == tensor_role::router || t.role == tensor_role::router_bias
                              ? n.router
                          : is_attention(t.role)        ? n.attention
                          : t.role == tensor_role::norm ? n.norms
                          : in_attention                ? n.attention
                          : t.copies > 1                ? n.routed_experts
                                                        : n.dense_ffn;
            part = detail::add(part, all);
        });
    });
    n.embedding = detail::add(detail::multiply(m.vocabulary, m.hidden),
                              detail::multiply(m.learned_positions, m.hidden));
    n.head = m.tied_embeddings ? 0 : detail::multiply(m.vocabulary, m.hidden);
    count const vectors = vectors_outside_layers(m);
    n.norms = detail::add(n.norms, vectors);
    count const outside = detail::add(detail::add(n.embedding, n.head), vectors);
    n.total = detail::add(n.total, outside);
    n.active = detail::add(n.active, outside);
    for_each_side(m, [&](side_part const& part) {
        n.sides = detail::add(n.sides, part.parameters());
        n.total = detail::add(n.total, part.parameters());
        if (part.is_closing()) { n.active = detail::add(n.active, part.parameters()); }
    });
    if (m.mtp.layers > 0) {
        count one = detail::add(detail::multiply(count{2}, m.hidden, m.hidden), 3 * m.hidden);
        one = detail::add(one, m.mtp.extra);
        for_each_predicting_tensor(m, [&one](tensor const& t, count times) {
            one = detail::add(one, detail::multiply(times, t.parameters()));
        });
        one = detail::add(one, detail::multiply(m.mtp.own_tables(), m.vocabulary, m.hidden));
        n.mtp = detail::multiply(m.mtp.layers, one);
    }
    return n;
}

/// Active parameters without the input embedding, of which a token reads one row.
[[nodiscard]] constexpr count active_without_embedding(parameter_counts const& n) noexcept {
    return n.active - n.embedding;
}

} // namespace reckon::inline v0
