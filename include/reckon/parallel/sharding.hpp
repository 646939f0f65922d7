// SPDX-License-Identifier: MIT
// Which part of a tensor one rank holds.
//
//   share = 1 / degree                              heads, width, vocabulary and experts divide
//         = ceil(units / degree) / units            key-value heads: fewer than ranks are replicated
//         = (units + R) / (units degree)            whole experts, R of them held twice
//         = 1                                       latents, norms, router
//
//   symbol | meaning                                          | domain
//   units  | indivisible parts of the tensor's axis           | > 0
//   degree | ranks that the tensor's role is divided over     | > 0
//
// Source:       vLLM and SGLang model code (ColumnParallelLinear, QKVParallelLinear, FusedMoE,
//               ReplicatedLinear for q_a, kv_a and the router); serving_memory rows: 9 launches of
//               DeepSeek-V3/R1 within 0.3 %.
// Not modelled: padding of the vocabulary to 64 rows a rank.
// Error:        weights per rank: see docs/accuracy.md.
#pragma once
#include <reckon/model/model_spec.hpp>
#include <reckon/parallel/layout.hpp>

#include <cstdint>

namespace reckon::inline v0 {

/// The ranks that a tensor is divided over.
enum class divided : std::uint8_t {
    by_nothing, ///< replicated
    by_tensor,  ///< the tensor-parallel ranks of one attention group
    by_all,     ///< all ranks of a layer: tensor x data
};

/// To what multiples a kernel pads the matrices of routed experts on one rank. 1: not at all.
struct expert_padding {
    count width{1};       ///< values of the intermediate width
    count features{1};    ///< values of the residual stream
    count contraction{1}; ///< input features of either, on top
    bool scales{true};    ///< whether scale blocks are padded alike
    friend constexpr bool operator==(expert_padding const&,
                                     expert_padding const&) noexcept = default;
};

/// For every role, the ranks that share it: an engine's habit, as data.
struct sharding_rules {
    divided of[tensor_roles]{};
    expert_padding mxfp4{}; ///< of experts in MXFP4, whose kernels take whole tiles
    /// Equal parts of every tensor, whatever its axis: a sum on paper, not what an engine can do.
    bool evenly{false};
    [[nodiscard]] constexpr divided operator[](tensor_role r) const noexcept {
        return of[static_cast<int>(r)];
    }
    friend constexpr bool operator==(sharding_rules const&,
                                     sharding_rules const&) noexcept = default;
};

/// Megatron-style sharding as vLLM and SGLang do it: projections by heads, feed-forward by width,
/// vocabulary by rows, experts over all ranks; latents, norms and router on every rank.
inline constexpr sharding_rules megatron_sharding = [] {
    sharding_rules rules{};
    for (int r = 0; r < tensor_roles; ++r) {
        auto const role = static_cast<tensor_role>(r);
        rules.of[r] = is_routed_expert(role) ? divided::by_all
                      : role == tensor_role::latent_down || role == tensor_role::norm ||
                              role == tensor_role::router || role == tensor_role::router_bias
                          ? divided::by_nothing
                          : divided::by_tensor;
    }
    return rules;
}();

/// Weights divided by the number of ranks, as acceptance figures AT-08 and AT-32 do it: attention by
/// the tensor-parallel ranks of its group, everything else by all ranks of a layer.
inline constexpr sharding_rules even_sharding = [] {
    sharding_rules rules{};
    for (int r = 0; r < tensor_roles; ++r) {
        rules.of[r] =
            is_attention(static_cast<tensor_role>(r)) ? divided::by_tensor : divided::by_all;
    }
    rules.evenly = true;
    return rules;
}();

/// The layers of a model that stage `stage` holds. A single stage holds all there may be, which nobody counts.
template <model M>
[[nodiscard]] constexpr stage_layers layers_on_stage(M const& m, layout const& l,
                                                     count stage) noexcept {
    if (l.pipeline == 1) { return {0, layer_set::capacity}; }
    return layers_of_stage(layer_count(m), l.pipeline, stage);
}

/// How many ranks of a layer share what is divided in that way.
[[nodiscard]] constexpr count degree(divided by, layout const& l) noexcept {
    return by == divided::by_all ? l.layer_group() : by == divided::by_tensor ? l.tensor : 1;
}

/// Whether ranks that share the tensor divide its input features, and sum their products.
[[nodiscard]] constexpr bool divides_input(tensor_role r) noexcept {
    return r == tensor_role::attention_output || r == tensor_role::ffn_down ||
           r == tensor_role::shared_down || r == tensor_role::expert_down ||
           r == tensor_role::mixer_out;
}

/// The law above under one layout, its divisions done: for sums over many tensors.
struct rank_shares {
    sharding_rules const& rules;
    layout const& l;
    double part[3]{1, 1, 1}; ///< 1 / degree, by `divided`

    constexpr rank_shares(sharding_rules const& by, layout const& spread) noexcept
        : rules(by), l(spread) {
        for (divided const among : {divided::by_tensor, divided::by_all}) {
            count const ranks = degree(among, l);
            if (ranks > 1) { part[static_cast<int>(among)] = 1.0 / static_cast<double>(ranks); }
        }
    }
    /// The fraction of tensor `t` on one rank of its layer.
    [[nodiscard]] constexpr double operator()(tensor const& t) const noexcept {
        if (t.axis == shard_axis::none && !rules.evenly) { return 1; }
        bool const by_expert = t.axis == shard_axis::experts && !rules.evenly;
        divided const among = by_expert ? divided::by_all : rules[t.role];
        bool const repeats = (by_expert && l.redundant_experts > 0) ||
                             (t.axis == shard_axis::kv_heads && !rules.evenly);
        return repeats ? repeated(t, among) : part[static_cast<int>(among)];
    }

private:
    /// Of parts that lie on more than one rank.
    [[nodiscard]] constexpr double repeated(tensor const& t, divided among) const noexcept {
        count const ranks = degree(among, l);
        if (ranks <= 1) { return 1; }
        auto const units = static_cast<double>(t.units);
        if (t.axis == shard_axis::kv_heads) {
            return static_cast<double>(detail::ceil_div(t.units, ranks)) / units;
        }
        return static_cast<double>(detail::add(t.units, l.redundant_experts)) / units /
               static_cast<double>(ranks);
    }
};

/// The same of one tensor.
[[nodiscard]] constexpr double local_share(tensor const& t, sharding_rules const& rules,
                                           layout const& l) noexcept {
    return rank_shares(rules, l)(t);
}

/// Tokens of a context of that many that one rank keeps: decode context parallelism deals them out.
[[nodiscard]] constexpr double local_tokens(double context, layout const& l) noexcept {
    return l.context > 1 ? detail::ceil(context / static_cast<double>(l.context)) : context;
}

/// Key-value heads, or other cached parts, that one rank keeps.
[[nodiscard]] constexpr count local_heads(cached_state const& state, layout const& l) noexcept {
    return state.shared_latent ? state.heads : detail::ceil_div(state.heads, l.tensor);
}

} // namespace reckon::inline v0
