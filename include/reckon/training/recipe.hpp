// SPDX-License-Identifier: MIT
// What a training run keeps a parameter in, what its optimizer remembers, and what it adapts.
//
// Sources: ZeRO (1910.02054) 16 = 2 + 2 + 12; Megatron-LM theoretical_memory_usage.py 18 = 2 + 4 + 12,
// 6 + 12 / d with the distributed optimizer; QLoRA (2305.14314); DoRA (2402.09353); Muon
// (2502.16982); Adafactor (1804.04235); Lion (2302.06675); GaLore (2403.03507); DeepSeek-V3 (2412.19437), section 3.3.3, for
// values kept in fp8.
#pragma once
#include <reckon/detail/text.hpp>
#include <reckon/precision/arithmetic.hpp>
#include <reckon/precision/recipe.hpp>

#include <cstdint>

namespace reckon::inline v0::training {

/// Bytes of a value that waits for the backward pass, by what reads it there. Between layers values have 2.
struct kept_values {
    double linear_inputs{2};     ///< what a linear layer multiplied, for its weights' gradient
    double attention_outputs{2}; ///< the same behind attention, whose own gradient reads them too
    double activation_inputs{2}; ///< what a block's activation function read
    friend constexpr bool operator==(kept_values const&, kept_values const&) noexcept = default;
};
/// 16 bit, as frameworks do of their own accord.
inline constexpr kept_values kept_in_16bit{};
/// As DeepSeek-V3 keeps them (2412.19437, section 3.3.3): fp8, and behind attention E5M6, 12 bits; a scale for each
/// tile of 1 x 128, assumed to be in fp32.
inline constexpr kept_values kept_in_fp8 = [] {
    constexpr double scale = 4.0 / 128;
    constexpr double e5m6 = 12.0 / 8;
    return kept_values{.linear_inputs = 1 + scale,
                       .attention_outputs = e5m6 + scale,
                       .activation_inputs = 1 + scale};
}();

/// Bytes of one parameter in its several copies, what products run in, and what they keep.
struct numerics {
    text<39> name{};
    double weights{2}; ///< that the model computes with, or keeps between uses where it is sharded
    double gradients{2};  ///< as accumulated
    double master{4};     ///< copy that the optimizer updates; 0: it updates the weights
    double gathered{2};   ///< of a gathered layer, where weights are sharded
    double dispatched{2}; ///< of a value on its way to an expert; what comes back has 2
    arithmetic products{arithmetic::bf16};
    kept_values kept{};
    /// The same with the products of linear layers in `narrow`: the copies stay.
    [[nodiscard]] constexpr numerics with_products(arithmetic narrow) const noexcept {
        numerics changed = *this;
        changed.products = narrow;
        return changed;
    }
    friend constexpr bool operator==(numerics const&, numerics const&) noexcept = default;
};

/// 16 bit weights and gradients, fp32 master (ZeRO paper, DeepSpeed): 16 bytes with Adam.
inline constexpr numerics mixed_16bit{.name = "16 bit, fp32 master"};
/// 16 bit weights, fp32 gradients and master (Megatron-LM): 18 bytes with Adam.
inline constexpr numerics mixed_16bit_main_gradients{.name = "16 bit, fp32 gradients and master",
                                                     .gradients = 4};
/// 16 bit weights and gradients, fp32 master and fp32 gradients of the ranks' own share (DeepSpeed, whose
/// documentation counts 4 N + 16 N / d for ZeRO-2): 20 bytes with Adam on one rank.
inline constexpr numerics mixed_16bit_own_gradients{.name = "16 bit, fp32 master, own gradients",
                                                    .master = 8};
/// fp32 kept, 16 bit computed in (PyTorch FSDP and amp): 16 bytes with Adam.
inline constexpr numerics fp32_kept{
    .name = "fp32 kept, 16 bit computed", .weights = 4, .gradients = 4, .master = 0};
/// Everything in 16 bit, the optimizer's state too if it is `adam_16bit`: 8 bytes.
inline constexpr numerics pure_16bit{.name = "pure 16 bit", .master = 0};
/// Everything in fp32: 16 bytes with Adam.
inline constexpr numerics full_fp32{.name = "fp32",
                                    .weights = 4,
                                    .gradients = 4,
                                    .master = 0,
                                    .gathered = 4,
                                    .products = arithmetic::tf32};

/// What an optimizer remembers of a parameter.
struct optimizer {
    text<23> name{};
    double matrix_states{2}; ///< values a parameter of a matrix in a layer
    double other_states{2};  ///< values a parameter of embeddings, heads and vectors
    double state_bytes{4};
    bool factored{false}; ///< one value a row and column instead of one a parameter
    count low_rank{
        0}; ///< r: of a layer's matrix it remembers r x (shorter + 2 longer side), not more than
            ///< without (GaLore: a projection, and two moments of what is projected); 0: all
    friend constexpr bool operator==(optimizer const&, optimizer const&) noexcept = default;
};
inline constexpr optimizer adam{.name = "Adam"};
inline constexpr optimizer adam_16bit{.name = "Adam, 16 bit states", .state_bytes = 2};
inline constexpr optimizer adam_8bit{.name = "Adam, 8 bit states", .state_bytes = 1};
inline constexpr optimizer adam_4bit{.name = "Adam, 4 bit states", .state_bytes = 0.5};
inline constexpr optimizer lion{.name = "Lion", .matrix_states = 1, .other_states = 1};
/// Momentum alone for matrices, Adam for the rest.
inline constexpr optimizer muon{.name = "Muon", .matrix_states = 1};
inline constexpr optimizer adafactor{
    .name = "Adafactor", .matrix_states = 0, .other_states = 0, .factored = true};
inline constexpr optimizer sgd{.name = "SGD", .matrix_states = 0, .other_states = 0};
inline constexpr optimizer sgd_momentum{
    .name = "SGD with momentum", .matrix_states = 1, .other_states = 1};

/// GaLore (2403.03507, table 1): Adam on gradients of layers' matrices projected to rank `r`, an optimizer's values in
/// the format of `inside`; embedding and head are left to `inside`. Domain: r >= 1.
[[nodiscard]] constexpr optimizer galore(count r, optimizer inside = adam) noexcept {
    inside.name = "GaLore";
    inside.low_rank = r;
    return inside;
}

/// A set of tensor roles: the modules that an adapter is attached to.
struct role_set {
    std::uint32_t bits{};
    [[nodiscard]] constexpr bool has(tensor_role r) const noexcept {
        return (bits >> static_cast<unsigned>(r) & 1U) != 0;
    }
    [[nodiscard]] constexpr role_set with(tensor_role r) const noexcept {
        return {bits | 1U << static_cast<unsigned>(r)};
    }
    [[nodiscard]] constexpr bool empty() const noexcept { return bits == 0; }
    friend constexpr role_set operator|(role_set a, role_set b) noexcept {
        return {a.bits | b.bits};
    }
    friend constexpr bool operator==(role_set, role_set) noexcept = default;
};
/// The set of these roles: `roles(tensor_role::attention_q, tensor_role::attention_v)`.
template <class... Roles> [[nodiscard]] constexpr role_set roles(Roles... r) noexcept {
    role_set all{};
    ((all = all.with(r)), ...);
    return all;
}
inline constexpr role_set query_and_value =
    roles(tensor_role::attention_q, tensor_role::attention_v);
/// Every projection of attention; MLA's latents too.
inline constexpr role_set attention_projections =
    roles(tensor_role::attention_q, tensor_role::attention_k, tensor_role::attention_v,
          tensor_role::attention_output, tensor_role::latent_down, tensor_role::latent_up_q,
          tensor_role::latent_up_kv);
inline constexpr role_set dense_projections =
    roles(tensor_role::ffn_gate, tensor_role::ffn_up, tensor_role::ffn_down);
inline constexpr role_set expert_projections =
    roles(tensor_role::expert_gate, tensor_role::expert_up, tensor_role::expert_down,
          tensor_role::shared_gate, tensor_role::shared_up, tensor_role::shared_down);
inline constexpr role_set all_linear = attention_projections | dense_projections |
                                       expert_projections |
                                       roles(tensor_role::mixer_in, tensor_role::mixer_out);

/// What is trained beside frozen weights; none: the weights themselves are.
enum class adapter_kind : std::uint8_t { none, lora, dora };

/// Low-rank adapters beside frozen weights: r (rows + columns) values a matrix, DoRA's magnitudes `rows`
/// more. A frozen base in nf4 is QLoRA.
struct adapter {
    adapter_kind kind{adapter_kind::none};
    count rank{16};
    role_set targets{query_and_value};
    recipe base{bf16};      ///< how the frozen weights are stored
    double bytes{4};        ///< of an adapter's value and of its gradient
    bool embeddings{false}; ///< embedding and head are trained whole beside it
    [[nodiscard]] constexpr bool frozen_base() const noexcept { return kind != adapter_kind::none; }
    friend constexpr bool operator==(adapter const&, adapter const&) noexcept = default;
};

/// What is thrown away in the forward pass and computed again in the backward pass.
enum class recompute_kind : std::uint8_t {
    none,
    scores,           ///< the products of unfused attention (Megatron "selective", core_attn)
    every_second,     ///< all but every second matrix product and attention's (torchtitan "op")
    cheap_operations, ///< what norms, MLA's up-projections and experts' activation functions put out
                      ///< (DeepSeek-V3, 2412.19437; Megatron "layernorm", "mla_up_proj", "moe_act")
    feed_forward,     ///< the inside of feed-forward blocks and experts (Megatron "mlp", "moe")
    blocks,           ///< all but the inputs of blocks of `block` layers; 1: full recompute
    square_root,      ///< blocks of sqrt(L) layers (1604.06174)
};
/// What is computed again in the backward pass, in how long blocks, and for which share of the
/// layers.
struct recompute {
    recompute_kind kind{recompute_kind::none};
    count block{1};     ///< layers of one block
    double fraction{1}; ///< of the layers that it is done for
    friend constexpr bool operator==(recompute const&, recompute const&) noexcept = default;
};
inline constexpr recompute no_recompute{};
inline constexpr recompute full_recompute{.kind = recompute_kind::blocks};
inline constexpr recompute selective_recompute{.kind = recompute_kind::scores};

} // namespace reckon::inline v0::training
