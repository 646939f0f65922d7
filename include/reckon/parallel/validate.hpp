// SPDX-License-Identifier: MIT
// Whether a layout divides a model.
//
// Source: the asserts of vLLM's and Megatron's parallel layers: heads, vocabulary and width must be
// whole on every rank; key-value heads divide the ranks or are divided by them; experts are whole.
#pragma once
#include <reckon/detail/result.hpp>
#include <reckon/model/model_spec.hpp>
#include <reckon/parallel/layout.hpp>

#include <cstdint>
#include <string_view>

namespace reckon::inline v0 {

/// Why a layout was refused: `have` does not go into `need`, or is out of bounds.
enum class layout_defect : std::uint8_t {
    none,
    not_positive,         ///< a degree below 1
    query_heads,          ///< tensor does not divide the query heads
    kv_heads,             ///< tensor and key-value heads do not divide each other
    width,                ///< tensor does not divide a feed-forward width
    expert_width,         ///< tensor x data does not divide an expert's width
    experts,              ///< expert does not divide the routed experts
    expert_ranks,         ///< expert is neither 1 nor tensor x data
    pipeline,             ///< more stages than layers
    data_without_experts, ///< data-parallel attention where no experts are shared: use replicas
    context_ranks,        ///< context does not divide tensor, or the ranks that repeat a head
    redundant_experts,    ///< expert ranks do not divide the experts with their second copies
};

/// What is wrong with a layout, with the two numbers that do not fit together.
struct layout_check {
    layout_defect defect{layout_defect::none};
    count need{}; ///< what should be divided
    count have{}; ///< by this degree
    [[nodiscard]] constexpr bool ok() const noexcept { return defect == layout_defect::none; }
    friend constexpr bool operator==(layout_check const&, layout_check const&) noexcept = default;
};

/// The first defect of `l` for `m`; ok() where every rank gets whole heads, experts and rows. Any
/// values.
template <model M> [[nodiscard]] constexpr layout_check check(M const& m,
                                                              layout const& l) noexcept {
    using enum layout_defect;
    if (l.tensor < 1) { return {not_positive, 1, l.tensor}; }
    if (l.pipeline < 1) { return {not_positive, 1, l.pipeline}; }
    if (l.data < 1) { return {not_positive, 1, l.data}; }
    if (l.expert < 1) { return {not_positive, 1, l.expert}; }
    if (l.context < 1) { return {not_positive, 1, l.context}; }
    if (l.redundant_experts < 0) { return {redundant_experts, 0, l.redundant_experts}; }
    count const all_layers = layer_count(m);
    if (l.pipeline > all_layers) { return {pipeline, all_layers, l.pipeline}; }
    if (l.expert != 1 && l.expert != l.layer_group()) {
        return {expert_ranks, l.layer_group(), l.expert};
    }
    layout_check found{};
    bool has_experts = false;
    auto const divides = [&](layout_defect rule, count degree, count parts) {
        if (degree > 1 && found.ok() && !detail::divides(degree, parts)) {
            found = {rule, parts, degree};
        }
    };
    m.groups.for_each([&](auto const& group) {
        auto const whole_on_ranks = [&](tensor const& t) {
            switch (t.axis) {
            case shard_axis::none:
            case shard_axis::vocabulary: return;
            case shard_axis::query_heads: return divides(query_heads, l.tensor, t.units);
            case shard_axis::width: return divides(width, l.tensor, t.units);
            case shard_axis::kv_heads:
                if (l.tensor > t.units && t.units > 0) {
                    // More ranks than heads: each head lies on as many of them.
                    if (found.ok() && !detail::divides(t.units, l.tensor)) {
                        found = {kv_heads, t.units, l.tensor};
                    }
                    return;
                }
                return divides(kv_heads, l.tensor, t.units);
            case shard_axis::experts: break;
            }
            has_experts = true;
            if (l.expert > 1) {
                return divides(experts, l.expert, detail::add(t.units, l.redundant_experts));
            }
            if (!t.vector) {
                divides(expert_width, l.layer_group(),
                        t.role == tensor_role::expert_down ? t.cols : t.rows);
            }
        };
        if (l.tensor > 1) { group.attention.for_each_tensor(m.hidden, whole_on_ranks); }
        for_each_tensor_beside_attention(group, m.hidden, whole_on_ranks);
    });
    if (found.ok() && l.data > 1 && !has_experts) { found = {data_without_experts, 1, l.data}; }
    if (found.ok() && l.redundant_experts > 0 && l.expert <= 1) {
        found = {redundant_experts, 0, l.redundant_experts};
    }
    if (found.ok() && l.context > 1) {
        // A head that only one rank keeps has no other rank to share its tokens with.
        count repeats = l.tensor;
        m.groups.for_each([&](auto const& group) {
            group.attention.for_each_state([&](cached_state const& s) {
                if (s.kind == state_kind::cache && !s.shared_latent && s.heads > 0) {
                    repeats = detail::min(repeats, detail::max(count{1}, l.tensor / s.heads));
                }
            });
        });
        if (!detail::divides(l.context, repeats)) { found = {context_ranks, repeats, l.context}; }
    }
    return found;
}

/// The defect as a sentence: which numbers do not go together, and what would.
[[nodiscard]] constexpr sentence explain(layout_check const& c) noexcept {
    sentence s{};
    auto const nearest = [&](count below, count above) {
        if (above == 0) { return s.append("; the nearest that does is ").append(below); }
        return s.append("; the nearest that do are ").append(below).append(" and ").append(above);
    };
    auto const divides = [&](std::string_view degree_name, std::string_view what) {
        s.append(degree_name).append(" ").append(c.have).append(" does not divide ").append(c.need);
        s.append(" ").append(what);
        count below = detail::min(c.have - 1, c.need);
        while (below > 1 && c.need % below != 0) {
            --below;
        }
        if (c.have > c.need) { return nearest(below, 0); }
        count above = c.have + 1;
        while (above < c.need && c.need % above != 0) {
            ++above;
        }
        return nearest(below, above);
    };
    switch (c.defect) {
    case layout_defect::none: return "the layout divides the model";
    case layout_defect::not_positive:
        return s.append("a degree of parallelism is ")
            .append(c.have)
            .append("; it must be at least 1");
    case layout_defect::query_heads: return divides("tensor parallelism", "attention heads");
    case layout_defect::kv_heads:
        if (c.have < c.need) {
            return divides("tensor parallelism", "key-value heads, nor they it");
        }
        s.append("tensor parallelism ").append(c.have).append(" is no multiple of ").append(c.need);
        s.append(" key-value heads");
        return nearest(c.have / c.need * c.need, detail::add(c.have / c.need * c.need, c.need));
    case layout_defect::width:
        return divides("tensor parallelism", "columns of the feed-forward width");
    case layout_defect::expert_width:
        return divides("tensor x data parallelism", "columns of an expert");
    case layout_defect::experts: return divides("expert parallelism", "routed experts");
    case layout_defect::context_ranks:
        return divides("context parallelism", "tensor ranks that keep the same heads");
    case layout_defect::redundant_experts:
        return s.append("redundant experts are ")
            .append(c.have)
            .append("; they must be 0, or at least 0 where whole experts lie on ranks (expert = "
                    "tensor x data)");
    case layout_defect::expert_ranks:
        return s.append("expert parallelism is ")
            .append(c.have)
            .append("; it must be 1 or tensor x data = ")
            .append(c.need);
    case layout_defect::pipeline:
        return s.append("pipeline parallelism ")
            .append(c.have)
            .append(" is more than the model's ")
            .append(c.need)
            .append(" layers");
    case layout_defect::data_without_experts:
        return s.append("data parallelism ")
            .append(c.have)
            .append(" of a model without experts is that many separate replicas; set data to 1 and "
                    "count replicas");
    }
    return s;
}

} // namespace reckon::inline v0
