// SPDX-License-Identifier: MIT
// What a training framework does of its own accord: when gradients exist, what a logit costs, what it
// caches, how much its allocator keeps beyond what is allocated. Data, with where each figure is from.
#pragma once
#include <reckon/detail/provenance.hpp>
#include <reckon/detail/text.hpp>
#include <reckon/training/fitted.hpp>
#include <reckon/units/names.hpp>

namespace reckon::inline v0::training {

/// Habits of a framework. `spread` and `reserved_spread` are factors within which 80 % of the
/// measurements of allocated and reserved memory lie.
struct framework {
    text<31> name{};
    bool keeps_gradients{true}; ///< buffers for all of the step; else made in the backward pass
    bool fused_attention{true}; ///< no matrix of scores in memory; else these bytes of each:
    double score_bytes{2};      ///< kept
    double score_gradients{0};  ///< while one layer is differentiated
    bool keeps_expert_outputs{
        true};               ///< for the gradient of the router's weights; not where these multiply
                             ///< what enters an expert's last matrix
    bool dropout{false};     ///< masks of one byte a value behind attention and feed-forward
    double logit_bytes{6};   ///< a logit at the peak of the loss
    double loss_chunk{1};    ///< fraction of the micro-batch whose logits exist at once
    double hidden_copies{0}; ///< copies of the last hidden states beside the logits
    double step_copies{0};   ///< of the weights, while the optimizer steps (PyTorch foreach)
    double cached_gradients{
        0}; ///< bytes a weight of one layer kept for fused accumulation (Transformer Engine)
    double gathered_layers{2}; ///< layers whole on a device at once, where weights are sharded
    bool gathers_root{true};   ///< embedding and head stay whole, where weights are sharded
    double input_copies{
        0}; ///< of recomputed layers' inputs in the backward pass, where weights are sharded
    bool loads_whole{
        false}; ///< a rank has all weights before it keeps its share of them (Lit-GPT under FSDP:
                ///< 1.7 of the weights on two devices, 1.37 on four, whatever the batch)
    bool eager{false}; ///< no fused kernels: norms, rotations and gates keep what they pass through
    double block_gradients{
        5}; ///< values of a feed-forward width while one layer is differentiated (Liger's SwiGLU
            ///< writes them over what was kept: 1)
    double hidden_bytes{
        2};            ///< of a hidden value between layers (4: peft's preparation of a 4 bit base)
    bytes workspace{}; ///< libraries' own buffers in the allocator
    double reserved{0.05};     ///< kept by the allocator beyond the peak of what is allocated
    double reserved_logits{0}; ///< and this fraction of the logits, whose blocks fit nothing else
    bytes reserved_blocks{};   ///< and this much whatever the size
    double reserved_moments{
        0}; ///< and, where weights are sharded, this fraction of what the lesser of pass
            ///< and step holds only for its own time, in blocks of its own streams
    double fragmented{0.03}; ///< that it cannot give back when the device is full
    bytes context{};         ///< on the device beside the allocator: driver, collectives
    seconds gathering{};     ///< of a layer and pass that no work hides, where weights are sharded
    seconds adapting{};      ///< of a matrix and pass: the small kernels of its adapter
    seconds looping{};   ///< of an expert and pass, where experts are computed one after the other
    bool graphed{false}; ///< a step is one CUDA graph: nothing is launched kernel by kernel
    double slowdown{1};  ///< of a step's time, by that of Megatron-Core on the same device
    double spread{0.1};
    double reserved_spread{0.2};
    provenance source{provenance::assumed};
    friend constexpr bool operator==(framework const&, framework const&) noexcept = default;
};

namespace frameworks {

/// Megatron-Core with Transformer Engine: 6 bytes a logit (16 bit logits, fp32 softmax in place), cached
/// weight gradients of one layer, 0.1 GB of workspaces; the router's weights enter the experts' fused SwiGLU
/// (weighted_bias_swiglu_impl, since 0.12). Reserved / allocated: median 1.05 of 29 runs.
inline constexpr framework megatron{.name = "Megatron-Core",
                                    .keeps_expert_outputs = false,
                                    .cached_gradients = 2,
                                    .workspace = bytes{0.1e9},
                                    .reserved = 0.05,
                                    .context = bytes{2.5e9},
                                    .spread = 0.05,
                                    .reserved_spread = 0.1,
                                    .source = provenance::fitted};
/// The same with a whole step in one CUDA graph (`--cuda-graph-impl local --cuda-graph-scope full_iteration`).
inline constexpr framework megatron_graphed = [] {
    framework f = megatron;
    f.name = "Megatron-Core, graphed";
    f.graphed = true;
    return f;
}();
/// PyTorch FSDP2 with compiled blocks and a compiled loss (torchtitan since 2025): logits and their gradient in
/// 16 bit.
inline constexpr framework torchtitan{.name = "torchtitan",
                                      .keeps_gradients = true,
                                      .logit_bytes = 4,
                                      .reserved = 0.06,
                                      .context = bytes{2e9},
                                      .slowdown = slowdowns::torchtitan,
                                      .spread = 0.15,
                                      .reserved_spread = 0.2,
                                      .source = provenance::fitted};
/// The same before the loss was compiled (releases of 2024): the logits in 16 bit, in fp32, and their gradients.
inline constexpr framework torchtitan_eager_loss = [] {
    framework f = torchtitan;
    f.name = "torchtitan, eager loss";
    f.logit_bytes = 14;
    return f;
}();
/// transformers' trainer: what the allocator keeps is fitted to 169 pairs of readings of fms-acceleration,
/// 4 % and 3.4 bytes a logit and 2.9 GB with the context; the fullest run that went through had allocated 74.8 of
/// 79.2 GiB, so that 4.5 % are fragments. Logits, their fp32 copy and its gradient; foreach AdamW.
inline constexpr framework hugging_face{.name = "transformers",
                                        .keeps_gradients = false,
                                        .logit_bytes = 12,
                                        .hidden_copies = 2,
                                        .step_copies = 1,
                                        .input_copies = 1,
                                        .reserved = 0.05,
                                        .reserved_logits = 0.28,
                                        .reserved_blocks = bytes{2.2e9},
                                        .reserved_moments = 1,
                                        .fragmented = 0.045,
                                        .context = bytes{0.8e9},
                                        .gathering = waits::gathering,
                                        .adapting = waits::adapting,
                                        .looping = waits::looping,
                                        .slowdown = slowdowns::hugging_face,
                                        .spread = 0.06,
                                        .reserved_spread = 0.35,
                                        .source = provenance::fitted};
/// The same with fused kernels for cross-entropy (Unsloth, fms-acceleration), or compiled.
inline constexpr framework hugging_face_fused = [] {
    framework f = hugging_face;
    f.name = "transformers, fused kernels";
    f.slowdown = slowdowns::hugging_face_fused;
    f.reserved_logits = 0.7;
    f.logit_bytes = 8;
    return f;
}();
/// The same with the loss computed in chunks beside the head (Liger).
inline constexpr framework hugging_face_chunked = [] {
    framework f = hugging_face;
    f.name = "transformers, chunked loss";
    f.slowdown = slowdowns::hugging_face_chunked;
    f.reserved = 0.1;
    f.loss_chunk = 0;
    return f;
}();
/// transformers before logits stayed in 16 bit: fp32 logits, their shifted copy and gradients.
inline constexpr framework hugging_face_eager = [] {
    framework f = hugging_face;
    f.name = "transformers, fp32 logits";
    f.logit_bytes = 18;
    return f;
}();
/// The same behind peft's prepare_model_for_kbit_training: what is not quantised, and so the hidden states and
/// the logits, in fp32.
inline constexpr framework hugging_face_upcast = [] {
    framework f = hugging_face;
    f.name = "transformers, fp32 hidden states";
    f.logit_bytes = 16;
    f.hidden_bytes = 4;
    return f;
}();
/// transformers with a model that computes its loss in 16 bit (Qwen's own code): logits, their shifted copy,
/// log-softmax and two gradients.
inline constexpr framework hugging_face_16bit_loss = [] {
    framework f = hugging_face;
    f.name = "transformers, 16 bit loss";
    f.logit_bytes = 10;
    return f;
}();
/// Lit-GPT: eager kernels (TinyLlama on one A100: 29.8 GiB).
inline constexpr framework litgpt = [] {
    framework f = hugging_face;
    f.name = "LitGPT";
    f.step_copies = 0;
    f.input_copies = 0;
    f.eager = true;
    f.spread = 0.25;
    return f;
}();
/// torchtune: eager, fused AdamW in the weights' dtype.
inline constexpr framework torchtune{.name = "torchtune",
                                     .keeps_gradients = false,
                                     .logit_bytes = 18,
                                     .reserved = 0.06,
                                     .context = bytes{0.8e9},
                                     .slowdown = slowdowns::torchtune,
                                     .spread = 0.1,
                                     .reserved_spread = 0.2,
                                     .source = provenance::fitted};
/// DeepSpeed under its own trainers (Megatron-DeepSpeed, ALST): two buckets of 5e8 16 bit values for its
/// collectives, the defaults of `allgather_bucket_size` and `reduce_bucket_size`.
inline constexpr framework deepspeed{.name = "DeepSpeed",
                                     .gathered_layers = 2,
                                     .workspace = bytes{2e9},
                                     .reserved = 0.08,
                                     .context = bytes{2.5e9},
                                     .slowdown = slowdowns::deepspeed,
                                     .spread = 0.15,
                                     .reserved_spread = 0.2,
                                     .source = provenance::fitted};
/// MosaicML's Composer over PyTorch FSDP (llm-foundry): no compiled blocks.
inline constexpr framework composer = [] {
    framework f = torchtitan_eager_loss;
    f.name = "Composer";
    f.slowdown = slowdowns::composer;
    return f;
}();
/// InternEvo: Megatron-like, hybrid ZeRO. What it allocates is not explained by its documents: spread.
inline constexpr framework internevo = [] {
    framework f = megatron;
    f.name = "InternEvo";
    f.slowdown = slowdowns::internevo;
    f.reserved = 0.5;
    f.spread = 0.4;
    return f;
}();
/// A sum on paper: what the laws count and nothing else.
inline constexpr framework on_paper{.name = "on paper",
                                    .logit_bytes = 0,
                                    .gathered_layers = 0,
                                    .gathers_root = false,
                                    .reserved = 0,
                                    .fragmented = 0,
                                    .spread = 0,
                                    .reserved_spread = 0,
                                    .source = provenance::exact};

} // namespace frameworks

} // namespace reckon::inline v0::training
