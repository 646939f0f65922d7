// SPDX-License-Identifier: MIT
// The arguments of Megatron-LM's training scripts as data, and finding one.
//
// Every argument is in one of three lists: those that set something of a run, those that would change its
// bytes or seconds in a way that is not modelled (refused by name), and those that leave both as they are.
//
// Source: NVIDIA/Megatron-LM megatron/training/arguments.py, core/transformer/transformer_config.py,
//         core/model_parallel_config.py and training/config/*.py as of August 2026 (d98e8a64ddf3), whose
//         dataclasses become arguments by replacing '_' by '-'.
#pragma once
#include <reckon/detail/nearest.hpp>
#include <reckon/detail/result.hpp>
#include <reckon/io/training/megatron/ignored_kernels.hpp>
#include <reckon/io/training/megatron/ignored_operation.hpp>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace reckon::inline v0::io::training::megatron {

/// What an argument sets.
enum class sets : std::uint8_t {
    tensor,
    pipeline,
    context,
    expert,
    expert_tensor,
    sequence_parallel,
    piece_layers, ///< layers of one virtual stage
    pieces,       ///< virtual stages of a pipeline rank
    micro_batch,
    global_batch,
    sequence,
    prediction,
    bf16,
    fp16,
    fp8,
    fp4,
    narrow_inputs, ///< of activation functions, kept in fp8
    gradients_16bit,
    gradients_fp32,
    precise, ///< the formats of the optimizer's values are chosen
    gradient_format,
    master_format,
    moment_format,
    square_format,
    optimizer,
    momentum,
    distributed,
    instances,
    megatron_fsdp,
    fsdp_stage,
    torch_fsdp,
    keeps_gathered,
    host_optimizer,
    host_fraction,
    recompute,
    recompute_method,
    recompute_layers,
    recompute_modules,
    recompute_scores,
    recompute_experts,
    hidden_dropout,
    attention_dropout,
    backend,
    implementation,
    flash,
    no_fused_gradients,
    layers, ///< from here on: the shape of the model
    hidden,
    width,
    heads,
    grouped,
    groups,
    head_dim,
    gated,
    untied,
    positions,
    rotary,
    no_positions,
    position_rows,
    vocabulary,
    tokenizer,
    padded_vocabulary,
    vocabulary_multiple,
    no_biases,
    qkv_biases,
    norms,
    qk_norms,
    latent,
    q_latent,
    kv_latent,
    nope_dim,
    rope_dim,
    value_dim,
    experts,
    expert_width,
    per_token,
    shared_width,
    shared_gate,
    mixture_layers,
    score_correction,
    number_of,
};

/// What stands behind an argument.
enum class takes : std::uint8_t { nothing, number, word, words };

/// One argument that matters.
struct flag {
    std::string_view name{};
    sets what{};
    takes arity{takes::number};
    count least{1}; ///< of a number
};

inline constexpr flag flags[] = {
    {"--accumulate-allreduce-grads-in-fp32", sets::gradients_fp32, takes::nothing},
    {"--activation-func-fp8-input-store", sets::narrow_inputs, takes::nothing},
    {"--add-qkv-bias", sets::qkv_biases, takes::nothing},
    {"--attention-backend", sets::backend, takes::word},
    {"--attention-dropout", sets::attention_dropout, takes::word},
    {"--bf16", sets::bf16, takes::nothing},
    {"--context-parallel-size", sets::context},
    {"--data-parallel-sharding-strategy", sets::fsdp_stage, takes::word},
    {"--disable-bias-linear", sets::no_biases, takes::nothing},
    {"--exp-avg-dtype", sets::moment_format, takes::word},
    {"--exp-avg-sq-dtype", sets::square_format, takes::word},
    {"--expert-model-parallel-size", sets::expert},
    {"--expert-tensor-parallel-size", sets::expert_tensor},
    {"--ffn-hidden-size", sets::width},
    {"--fp16", sets::fp16, takes::nothing},
    {"--fp4-format", sets::fp4, takes::word},
    {"--fp8-format", sets::fp8, takes::word},
    {"--global-batch-size", sets::global_batch},
    {"--grad-reduce-in-bf16", sets::gradients_16bit, takes::nothing},
    {"--group-query-attention", sets::grouped, takes::nothing},
    {"--hidden-dropout", sets::hidden_dropout, takes::word},
    {"--hidden-size", sets::hidden},
    {"--kv-channels", sets::head_dim},
    {"--kv-lora-rank", sets::kv_latent},
    {"--main-grads-dtype", sets::gradient_format, takes::word},
    {"--main-params-dtype", sets::master_format, takes::word},
    {"--make-vocab-size-divisible-by", sets::vocabulary_multiple},
    {"--max-position-embeddings", sets::position_rows},
    {"--micro-batch-size", sets::micro_batch},
    {"--moe-ffn-hidden-size", sets::expert_width},
    {"--moe-layer-freq", sets::mixture_layers, takes::word},
    {"--moe-layer-recompute", sets::recompute_experts, takes::nothing},
    {"--moe-router-enable-expert-bias", sets::score_correction, takes::nothing},
    {"--moe-router-topk", sets::per_token},
    {"--moe-shared-expert-gate", sets::shared_gate, takes::nothing},
    {"--moe-shared-expert-intermediate-size", sets::shared_width},
    {"--mtp-num-layers", sets::prediction, takes::number, 0},
    {"--multi-latent-attention", sets::latent, takes::nothing},
    {"--no-gradient-accumulation-fusion", sets::no_fused_gradients, takes::nothing},
    {"--no-position-embedding", sets::no_positions, takes::nothing},
    {"--normalization", sets::norms, takes::word},
    {"--num-attention-heads", sets::heads},
    {"--num-distributed-optimizer-instances", sets::instances},
    {"--num-experts", sets::experts},
    {"--num-layers", sets::layers},
    {"--num-layers-per-virtual-pipeline-stage", sets::piece_layers},
    {"--num-query-groups", sets::groups},
    {"--num-virtual-stages-per-pipeline-rank", sets::pieces},
    {"--optimizer", sets::optimizer, takes::word},
    {"--optimizer-cpu-offload", sets::host_optimizer, takes::nothing},
    {"--optimizer-offload-fraction", sets::host_fraction, takes::word},
    {"--padded-vocab-size", sets::padded_vocabulary},
    {"--pipeline-model-parallel-size", sets::pipeline},
    {"--position-embedding-type", sets::positions, takes::word},
    {"--q-lora-rank", sets::q_latent},
    {"--qk-head-dim", sets::nope_dim},
    {"--qk-layernorm", sets::qk_norms, takes::nothing},
    {"--qk-pos-emb-head-dim", sets::rope_dim},
    {"--recompute-activations", sets::recompute_scores, takes::nothing},
    {"--recompute-granularity", sets::recompute, takes::word},
    {"--recompute-method", sets::recompute_method, takes::word},
    {"--recompute-modules", sets::recompute_modules, takes::words},
    {"--recompute-num-layers", sets::recompute_layers},
    {"--seq-length", sets::sequence},
    {"--sequence-parallel", sets::sequence_parallel, takes::nothing},
    {"--sgd-momentum", sets::momentum, takes::word},
    {"--swiglu", sets::gated, takes::nothing},
    {"--tensor-model-parallel-size", sets::tensor},
    {"--tokenizer-type", sets::tokenizer, takes::word},
    {"--torch-fsdp2-no-reshard-after-forward", sets::keeps_gathered, takes::nothing},
    {"--transformer-impl", sets::implementation, takes::word},
    {"--untie-embeddings-and-output-weights", sets::untied, takes::nothing},
    {"--use-distributed-optimizer", sets::distributed, takes::nothing},
    {"--use-flash-attn", sets::flash, takes::nothing},
    {"--use-megatron-fsdp", sets::megatron_fsdp, takes::nothing},
    {"--use-precision-aware-optimizer", sets::precise, takes::nothing},
    {"--use-rotary-position-embeddings", sets::rotary, takes::nothing},
    {"--use-torch-fsdp2", sets::torch_fsdp, takes::nothing},
    {"--v-head-dim", sets::value_dim},
    {"--vocab-size", sets::vocabulary},
};

/// An argument whose effect is not modelled, and why.
struct refused {
    std::string_view name{};
    std::string_view why{};
};
inline constexpr std::string_view uneven = "stages of unequal layers are not";
inline constexpr std::string_view hybrid = "hand in the model instead";
inline constexpr refused not_modelled[] = {
    {"--account-for-embedding-in-pipeline-split", uneven},
    {"--account-for-loss-in-pipeline-split", uneven},
    {"--attention-output-gate", hybrid},
    {"--batch-size", "older than --micro-batch-size; give that"},
    {"--checkpoint-activations", "older than --recompute-granularity; give that"},
    {"--cpu-offloading", "activations in the host's memory are not"},
    {"--cpu-offloading-num-layers", "activations in the host's memory are not"},
    {"--decoder-first-pipeline-num-layers", uneven},
    {"--decoder-last-pipeline-num-layers", uneven},
    {"--distribute-saved-activations",
     "inputs of recomputed layers divided by tensor ranks are not"},
    {"--enable-full-sharding-in-hsdp", "two levels of sharding are not"},
    {"--experimental-attention-variant", hybrid},
    {"--expert-tensor-parallel-num-weight-shards", "a third division of weights is not"},
    {"--fine-grained-activation-offloading", "activations in the host's memory are not"},
    {"--fp32-residual-connection", "hidden states are kept in 16 bit"},
    {"--fp4-param-gather", "weights kept in 4 bit are not"},
    {"--fp8-param-gather", "weights kept in 8 bit are not"},
    {"--freeze-all-layers", "frozen layers without adapters are not"},
    {"--hybrid-context-parallel", "groups of several sizes are not"},
    {"--hybrid-layer-pattern", hybrid},
    {"--hybrid-override-pattern", hybrid},
    {"--linear-attention-freq", hybrid},
    {"--model-parallel-size", "older than --tensor-model-parallel-size; give that"},
    {"--moe-expert-capacity-factor", "dropped and padded tokens are not"},
    {"--moe-latent-size", hybrid},
    {"--moe-paged-stash", "paged activations are not"},
    {"--mtp-standalone", uneven},
    {"--mtp-use-repeated-layer", "prediction modules that share their weights are not"},
    {"--outer-dp-sharding-strategy", "two levels of sharding are not"},
    {"--pipeline-model-parallel-layout", uneven},
    {"--softmax-type", hybrid},
    {"--squared-relu", "its activations are not; hand in the model instead"},
    {"--tensor-parallel-num-weight-shards", "a third division of weights is not"},
    {"--window-size", hybrid},
    {"--yaml-cfg", "arguments in a file are not read; give them here"},
};

namespace detail {

/// Whether a sorted list has the name.
template <std::size_t N>
[[nodiscard]] constexpr bool has(std::string_view const (&list)[N],
                                 std::string_view name) noexcept {
    return std::binary_search(std::begin(list), std::end(list), name);
}

/// All names that a typed one may have meant.
struct all_names {
    static constexpr std::size_t size = std::size(flags) + std::size(not_modelled) +
                                        std::size(ignored_kernels) + std::size(ignored_operation);
    std::string_view names[size]{};
    constexpr all_names() noexcept {
        std::size_t n = 0;
        for (flag const& f : flags) {
            names[n++] = f.name;
        }
        for (refused const& r : not_modelled) {
            names[n++] = r.name;
        }
        for (std::string_view const s : ignored_kernels) {
            names[n++] = s;
        }
        for (std::string_view const s : ignored_operation) {
            names[n++] = s;
        }
    }
};

} // namespace detail

/// The argument of that name, nothing where it leaves bytes and seconds as they are, or why it is refused.
struct found_flag {
    flag const* is{}; ///< null: it is ignored
};
/// The argument that was typed; null where it is one of those that change nothing here. Refuses
/// unknown ones by name.
[[nodiscard]] inline result<found_flag> find_flag(std::string_view typed) {
    for (flag const& f : flags) {
        if (f.name == typed) { return found_flag{&f}; }
    }
    if (detail::has(ignored_kernels, typed) || detail::has(ignored_operation, typed)) {
        return found_flag{};
    }
    sentence why{};
    for (refused const& r : not_modelled) {
        if (r.name != typed) { continue; }
        return error{errc::unsupported, why.append(r.name)
                                            .append(" is not modelled: ")
                                            .append(r.why)
                                            .append("; leave it out to calculate without it.")};
    }
    static constexpr detail::all_names all{};
    reckon::detail::append_typed(why, typed);
    why.append(" is no argument of Megatron-LM that is known");
    reckon::detail::append_nearest(why, typed, all.names);
    return error{errc::unknown_name, why.append(".")};
}

} // namespace reckon::inline v0::io::training::megatron
