// SPDX-License-Identifier: MIT
// The feed-forward block and the norms of one layer of a GGUF file, by the tensors that it has.
//
// Source: ggml-org/llama.cpp src/models/*.cpp (load_arch_tensors), gguf-py/gguf/constants.py.
#pragma once
#include <reckon/io/gguf_reader.hpp>
#include <reckon/model/feed_forward.hpp>
#include <reckon/model/model_spec.hpp>

#include <string>
#include <string_view>

namespace reckon::inline v0::io::gguf {

/// The feed-forward block of layer `i` without experts: gated, also where gate and up are one
/// tensor, or plain.
[[nodiscard]] inline any_feed_forward read_dense(model_reader& r, count i) {
    count const width = r.at("feed_forward_length", i, 1, model_limits::intermediate);
    bool const fused = r.rows(i, "ffn_up.weight") == 2 * width; // Phi-3: gate and up in one
    if (r.has(i, "ffn_gate.weight") || fused) { return gated{width}; }
    return plain_ffn{width, r.has(i, "ffn_up.bias")};
}

/// The mixture of layer `i`. Refuses more experts a token than there are.
[[nodiscard]] inline moe read_moe(model_reader& r, count i) {
    moe block{};
    block.routed = r.at("expert_count", i, 1, model_limits::experts);
    block.per_token = r.at("expert_used_count", i, 1, model_limits::experts);
    if (block.per_token > block.routed) {
        r.refuse(errc::contradiction, "expert_used_count", "is more than expert_count.");
    }
    bool const own_width = r.contains("expert_feed_forward_length");
    block.intermediate = r.at(own_width ? "expert_feed_forward_length" : "feed_forward_length", i,
                              1, model_limits::intermediate);
    block.gated_experts =
        r.has_any(i, {"ffn_gate_exps.weight", "ffn_gate_up_exps.weight", "ffn_gate.0.weight"});
    // Gemma 4 has its shared expert where other models have a dense block.
    block.shared_intermediate =
        std::max(r.rows(i, "ffn_up_shexp.weight"), r.rows(i, "ffn_up.weight"));
    block.score_correction =
        r.has_any(i, {"exp_probs_b.bias", "exp_probs_b.weight", "exp_probs_b"});
    block.gated_shared = r.has(i, "ffn_gate_inp_shexp.weight");
    block.biases = r.has(i, "ffn_gate_inp.bias");
    block.latent = r.rows(i, "ffn_latent_down.weight");
    block.latent_norm = r.has(i, "ffn_norm_exps.weight") && block.latent > 0;
    block.router_scale = r.has(i, "ffn_gate_inp.scale");
    return block;
}

/// A dense block, and behind it the token's embedding for this layer.
[[nodiscard]] inline embedding_gated read_embedding_gated(model_reader& r, count i) {
    return {.intermediate = r.at("feed_forward_length", i, 1, model_limits::intermediate),
            .embedding_dim = r.rows(i, "inp_gate.weight"),
            .laurel_rank = r.rows(i, "laurel_l.weight"),
            .streams = r.rows(i, "altup_router.weight")};
}

/// What follows attention in layer `i`, as its tensors say.
[[nodiscard]] inline any_feed_forward read_block(model_reader& r, count i) {
    if (r.has(i, "ffn_gate_inp.weight")) { return read_moe(r, i); }
    if (r.has(i, "inp_gate.weight")) { return read_embedding_gated(r, i); }
    if (r.has(i, "ffn_up.weight")) { return read_dense(r, i); }
    return no_feed_forward{};
}

/// Norms as wide as the model, by the names that layers give them, and single values beside them.
[[nodiscard]] inline norm_layout read_norms(model_reader const& r, count i) {
    norm_layout norms{0, false};
    for (std::string_view const name :
         {"attn_norm", "attn_norm_2", "attn_output_norm", "post_attention_norm", "ffn_norm",
          "pre_ffw_norm_2", "post_ffw_norm", "post_ffw_norm_1", "post_ffw_norm_2",
          "layer_output_norm"}) {
        norms.per_layer += r.has(i, std::string(name) + ".weight") ? 1 : 0;
        norms.bias = norms.bias || r.has(i, std::string(name) + ".bias");
    }
    norms.scalars = r.elements(i, "layer_output_scale.weight");
    return norms;
}

} // namespace reckon::inline v0::io::gguf
