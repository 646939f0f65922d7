// SPDX-License-Identifier: MIT
// Which tensor of a model is stored in which format: mixed precision, as data.
//
// A checkpoint is never in one format: norms, routers and embeddings stay wide, and GGUF mixtures give
// some layers more bits. A recipe is a small palette of formats, a choice for each role, and
// exceptions for some layers.
#pragma once
#include <reckon/detail/static_vector.hpp>
#include <reckon/precision/formats.hpp>
#include <reckon/precision/precision.hpp>

#include <concepts>
#include <cstdint>

namespace reckon::inline v0 {

/// What a tensor is for; recipes and sharding rules are tables over these.
enum class tensor_role : std::uint8_t {
    embedding,        ///< token and position embeddings
    head,             ///< the output matrix
    norm,             ///< norm weights and biases
    bias,             ///< biases of projections, attention sinks
    attention_q,      ///< query projection
    attention_k,      ///< key projection
    attention_v,      ///< value projection
    attention_output, ///< output projection
    latent_down,      ///< MLA: down-projections to the query and key-value latents
    latent_up_q,      ///< MLA: query up-projection
    latent_up_kv,     ///< MLA: key and value up-projections, absorbed in decoding
    mixer_in,         ///< linear attention and state-space layers: input projections
    mixer_out,        ///< and their output projection
    indexer,          ///< sparse attention: projections of the indexer, whole on every rank
    compressor,       ///< compressed attention: projections into shared entries
    ffn_gate,         ///< dense feed-forward: gate
    ffn_up,
    ffn_down,
    shared_gate, ///< shared experts
    shared_up,
    shared_down,
    expert_gate, ///< routed experts
    expert_up,
    expert_down,
    router,      ///< expert scores
    router_bias, ///< expert score correction (DeepSeek-V3: fp32)
    convolution, ///< short convolutions of linear layers
    wide,        ///< small matrices that no format quantises (head weights, time steps)
    mixing,      ///< hyper-connections between residual streams (DeepSeek-V4: fp32)
};
inline constexpr int tensor_roles = 29;

/// The three matrices of an expert that a router chooses.
[[nodiscard]] constexpr bool is_routed_expert(tensor_role r) noexcept {
    return r == tensor_role::expert_gate || r == tensor_role::expert_up ||
           r == tensor_role::expert_down;
}
/// The three matrices of an expert that every token passes.
[[nodiscard]] constexpr bool is_shared_expert(tensor_role r) noexcept {
    return r == tensor_role::shared_gate || r == tensor_role::shared_up ||
           r == tensor_role::shared_down;
}
/// The matrices of a block without experts.
[[nodiscard]] constexpr bool is_dense_ffn(tensor_role r) noexcept {
    return r == tensor_role::ffn_gate || r == tensor_role::ffn_up || r == tensor_role::ffn_down;
}
/// All that stands between the norms and the feed-forward block: projections, latents, indexers,
/// mixers.
[[nodiscard]] constexpr bool is_attention(tensor_role r) noexcept {
    return r >= tensor_role::attention_q && r <= tensor_role::compressor;
}
/// Matrices that quantised formats quantise: attention and feed-forward, but not the router.
[[nodiscard]] constexpr bool is_linear(tensor_role r) noexcept {
    return r >= tensor_role::attention_q && r <= tensor_role::expert_down;
}

/// A choice of layers by position i of L, as llama.cpp's mixtures make it. The parts are joined by
/// "or"; all zero chooses every layer.
struct layer_rule {
    count first{};          ///< i < first
    count first_fraction{}; ///< i < L / first_fraction
    count last_fraction{};  ///< i >= (last_fraction - 1) L / last_fraction
    count stride{}; ///< (i - L / first_fraction) % stride == stride - 1, past the first part
    [[nodiscard]] constexpr bool chooses(count i, count layers) const noexcept {
        if (first == 0 && first_fraction == 0 && last_fraction == 0 && stride == 0) { return true; }
        count const head = first_fraction > 0 ? layers / first_fraction : 0;
        if (i < first || i < head) { return true; }
        if (last_fraction > 0 && i >= (last_fraction - 1) * layers / last_fraction) { return true; }
        return stride > 0 && (i - head) % stride == stride - 1;
    }
    friend constexpr bool operator==(layer_rule const&, layer_rule const&) noexcept = default;
};

/// Tensors of `role` in the chosen layers take palette entry `format`, if the model's heads are
/// grouped at least `min_group` to a key head (llama.cpp spends more on a shared value).
struct recipe_exception {
    tensor_role role{};
    layer_rule layers{};
    std::uint8_t format{};
    count min_group{};
    friend constexpr bool operator==(recipe_exception const&,
                                     recipe_exception const&) noexcept = default;
};

/// Which format each role of tensor is stored in, with exceptions for some layers.
struct recipe {
    /// Formats in one recipe at most: a GGUF mixture has up to six, and what they fall back to.
    static constexpr std::size_t formats = 10;

    precision_name name{};
    static_vector<any_precision, formats> palette{};
    std::uint8_t choice[tensor_roles]{};
    /// What a palette entry becomes where a row is not a whole number of its blocks.
    std::uint8_t ragged[formats]{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    static_vector<recipe_exception, 8> exceptions{};

    constexpr recipe() noexcept = default;
    /// Every linear layer in `linear`; embeddings, head, norms and router in 16 bit, the router's
    /// correction in fp32: what fp8, int4 and fp4 checkpoints do. A plain 32 or 16 bit format is
    /// used for all of them.
    template <class P>
        requires(!std::same_as<P, recipe> && precision<P>)
    // NOLINTNEXTLINE(google-explicit-constructor): `.weights = fp8_block128`
    constexpr recipe(P const& linear) noexcept : name(std::string_view(linear.name)) {
        bool const plain =
            linear.payload_elements == 1 && linear.block_bits == 0 && linear.payload_bits >= 16;
        palette.push_back(any_precision(linear));
        palette.push_back(plain ? any_precision(linear) : any_precision(bf16));
        palette.push_back(any_precision(fp32));
        for (int r = 0; r < tensor_roles; ++r) {
            choice[r] = is_linear(static_cast<tensor_role>(r)) ? 0 : 1;
        }
        choice[static_cast<int>(tensor_role::router_bias)] = 2;
    }

    [[nodiscard]] constexpr any_precision const& operator[](tensor_role r) const noexcept {
        return palette[choice[static_cast<int>(r)]];
    }
    /// The same recipe with the tensors of `role` in `format`.
    [[nodiscard]] constexpr recipe with(tensor_role role,
                                        any_precision const& format) const noexcept {
        recipe changed = *this;
        for (std::size_t i = 0; i < changed.palette.size(); ++i) {
            if (changed.palette[i] == format) {
                changed.choice[static_cast<int>(role)] = static_cast<std::uint8_t>(i);
                return changed;
            }
        }
        changed.choice[static_cast<int>(role)] = static_cast<std::uint8_t>(changed.palette.size());
        changed.palette.push_back(format);
        return changed;
    }
    friend constexpr bool operator==(recipe const&, recipe const&) noexcept = default;
};

/// Routed experts in one format, the rest in another: gpt-oss, DeepSeek-V4, Kimi-K2-Thinking.
template <precision Experts, precision Rest>
[[nodiscard]] constexpr recipe experts_in(Experts const& experts, Rest const& rest) noexcept {
    recipe mixed = recipe(rest)
                       .with(tensor_role::expert_gate, experts)
                       .with(tensor_role::expert_up, experts)
                       .with(tensor_role::expert_down, experts);
    mixed.name = precision_name(std::string_view(experts.name))
                     .append("+")
                     .append(std::string_view(rest.name));
    return mixed;
}

} // namespace reckon::inline v0
