// SPDX-License-Identifier: MIT
// Attention with an indexer: deepseek_v32, glm_moe_dsa, minimax_m3.
//
// Source: inference code and configurations of DeepSeek-V3.2-Exp; GlmMoeDsaConfig of transformers;
// config.json of MiniMax-M3. Not modelled: prediction modules of MiniMax-M3, which its file
// announces and its checkpoint does not hold.
#pragma once
#include <reckon/io/hugging_face/deepseek.hpp>
#include <reckon/io/hugging_face/layer_lists.hpp>

namespace reckon::inline v0::io::hugging_face {

/// Latent attention with an indexer in every layer, or in those that indexer_types calls full; the
/// others see what the last such layer selected.
[[nodiscard]] inline description read_indexed_mla(json_fields& f, bool own_embeddings) {
    description d = read_deepseek_v3(f);
    d.model.mtp.own_embeddings = d.model.mtp.layers > 0 && own_embeddings;
    count const layers = layer_count(d.model);
    indexed<mla> shape{};
    shape.index_heads = f.integer("index_n_heads", 1, model_limits::heads);
    shape.index_dim = f.integer("index_head_dim", 1, model_limits::head_dim);
    shape.top_k = f.integer("index_topk", 1, model_limits::window);
    auto const kinds = read_kinds(f, "indexer_types", layers, {"full", "shared"});
    // How indexer_types came about, and how modules repeat theirs.
    for (std::string_view const derived :
         {"index_topk_freq", "index_skip_topk_offset", "index_topk_pattern",
          "index_share_for_mtp_iteration", "indexer_rope_interleave"}) {
        (void)f.find(derived);
    }
    auto const blocks = read_kinds(f, "mlp_layer_types", layers, {"dense", "sparse"});
    if (f.failure()) { return d; }
    any_groups const plain = d.model.groups;
    d.model.groups = group_layers(f, layers, [&](count i) {
        any_layers layer{};
        for (any_layers const& group : plain.list) {
            if (group.at.contains(i)) { layer = group; }
        }
        shape.inner = (*reckon::get_if<mla>(&layer.attention.family));
        shape.query_heads = shape.inner.query_heads;
        shape.query_width = shape.inner.q_lora_rank > 0 ? shape.inner.q_lora_rank : d.model.hidden;
        bool const shared = !kinds.empty() && kinds[static_cast<std::size_t>(i)] == "shared";
        layer.attention =
            shared ? any_attention(selected<mla>{shape.inner, shape.top_k}) : any_attention(shape);
        bool const dense = layer.feed_forward.experts().experts == 0;
        if (!blocks.empty() && dense != (blocks[static_cast<std::size_t>(i)] == "dense")) {
            f.refuse(errc::contradiction, "mlp_layer_types",
                     "contradicts first_k_dense_replace and moe_layer_freq; correct one of them.");
        }
        return layer;
    });
    // A module has an indexer of its own, even where the last layer has none.
    for (any_layers const& group : d.model.groups.list) {
        bool const own = reckon::holds<indexed<mla>>(group.attention.family);
        if (kinds.empty() || kinds.back() == "full" || d.model.mtp.layers == 0 || !own ||
            group.feed_forward.experts().experts == 0) {
            continue;
        }
        for (count i = 0; i < layers; ++i) {
            if (group.at.contains(i)) {
                d.model.mtp.like = layer_set::range(i, i + 1);
                break;
            }
        }
    }
    return d;
}

/// DeepseekV32Config
[[nodiscard]] inline description read_deepseek_v32(json_fields& f) {
    return read_indexed_mla(f, true);
}

/// GLM-5's modules have no copies of embedding and head.
[[nodiscard]] inline description read_glm_moe_dsa(json_fields& f) {
    (void)f.find("moe_router_dtype"); // the product runs in 32 bit, the weights are stored in 16
    return read_indexed_mla(f, false);
}

/// moe_layer_freq and sparse_attention_freq are lists of 0 and 1, one entry a layer.
[[nodiscard]] inline description read_minimax_m3(json_fields& f) {
    backbone const b = read_backbone(f, {.kv_heads_required = true, .head_dim = 128});
    gqa plain = attention_of(b);
    if (f.flag_or("use_qk_norm", true)) { plain.query_key_norm = qk_norm::per_head; }
    require_text(f, "qk_norm_type", "per_head");
    plain.output_gate = f.flag_or("attention_output_gate", false);
    moe block{.intermediate = f.integer("moe_intermediate_size", "intermediate_size", 1,
                                        model_limits::intermediate),
              .score_correction = f.flag_or("use_routing_bias", true)};
    read_routing(f, block, "num_local_experts");
    count const shared = f.integer_or("n_shared_experts", 0, 0, 1024);
    block.shared_intermediate =
        shared *
        f.integer_or("shared_intermediate_size", block.intermediate, 1, model_limits::intermediate);
    auto const experts = read_numbers(f, "moe_layer_freq", 0, 1);
    require_one_each(f, "moe_layer_freq", experts.size(), b.layers);
    gated const dense{f.integer("dense_intermediate_size", 1, model_limits::intermediate)};
    for (std::string_view const announced :
         {"num_mtp_modules", "num_nextn_predict_layers", "first_k_dense_replace"}) {
        (void)f.find(announced);
    }
    (void)f.find("use_gemma_norm");
    indexed<gqa> sparse{
        .inner = plain, .query_width = b.hidden, .head_weights = false, .query_heads = b.heads};
    std::vector<count> chosen(static_cast<std::size_t>(b.layers), 0);
    if (nlohmann::json const* const settings = f.object_or_none("sparse_attention_config")) {
        json_fields s(*settings, f.source(), "sparse_attention_config.");
        sparse.index_heads = s.integer("sparse_num_index_heads", 1, model_limits::heads);
        sparse.index_dim = s.integer("sparse_index_dim", 1, model_limits::head_dim);
        sparse.top_k = s.integer("sparse_topk_blocks", 1, 1 << 20) *
                       s.integer("sparse_block_size", 1, 1 << 10);
        if (s.flag_or("use_sparse_attention", true)) {
            chosen = read_numbers(s, "sparse_attention_freq", 0, 1);
            require_one_each(s, "sparse_attention_freq", chosen.size(), b.layers);
        }
        if (s.failure()) { f.fail(*s.failure()); }
    }
    description d{.model = model_of(b), .names = naming::other};
    if (f.failure()) { return d; }
    d.model.groups = group_layers(f, b.layers, [&](count i) {
        auto const at = static_cast<std::size_t>(i);
        any_attention const attention =
            chosen[at] != 0 ? any_attention(sparse) : any_attention(plain);
        return any_layers{{},
                          attention,
                          experts[at] != 0 ? any_feed_forward(block) : any_feed_forward(dense),
                          {}};
    });
    return d;
}

} // namespace reckon::inline v0::io::hugging_face
