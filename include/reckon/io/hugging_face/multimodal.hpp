// SPDX-License-Identifier: MIT
// Text models with towers beside them: gemma3, gemma3n, gemma4, llama4, mllama, mistral3, qwen2_vl,
// qwen2_5_vl, qwen3_vl, kimi_vl, kimi_k25, kimi_k3.
//
// The tower is counted as a part of its own; the text model is read by its family's reader.
#pragma once
#include <reckon/io/hugging_face/deepseek.hpp>
#include <reckon/io/hugging_face/gemma.hpp>
#include <reckon/io/hugging_face/hybrid.hpp>
#include <reckon/io/hugging_face/llama4.hpp>
#include <reckon/io/hugging_face/towers.hpp>

namespace reckon::inline v0::io::hugging_face {

/// A text model under text_config and a tower under vision_config.
template <class Read, class Tower>
[[nodiscard]] description with_tower(json_fields& f, std::string_view family, Read const& read,
                                     Tower const& tower) {
    description d = read_text_part(f, family, read);
    read_side(f, d, "vision_config", side_kind::vision, family,
              [&](json_fields& v) { return tower(v, d.model.hidden); });
    return d;
}

/// Gemma3Config: images of 256 tokens.
[[nodiscard]] inline description read_gemma3(json_fields& f) {
    no_shapes(f, {"boi_token_index", "eoi_token_index", "image_token_index"});
    count const entries = f.integer_or("mm_tokens_per_image", 256, 1, 1 << 16);
    return with_tower(f, "gemma3", read_gemma3_text,
                      [entries](json_fields& v, count h) { return siglip_tower(v, h, entries); });
}

/// Gemma3nConfig: eyes and ears.
[[nodiscard]] inline description read_gemma3n(json_fields& f) {
    no_shapes(f, {"audio_soft_tokens_per_image", "vision_soft_tokens_per_image", "audio_token_id"});
    description d = with_tower(f, "gemma3n", read_gemma3n_text, gemma3n_tower);
    read_side(f, d, "audio_config", side_kind::audio, "gemma3n",
              [&](json_fields& a) { return gemma3n_ears(a, d.model.hidden); });
    return d;
}

/// Gemma4Config: eyes, and ears where audio_config is there.
[[nodiscard]] inline description read_gemma4(json_fields& f) {
    no_shapes(f, {"vision_soft_tokens_per_image", "vision_soft_tokens_per_video_frame",
                  "audio_soft_tokens_per_image", "audio_ms_per_token", "audio_token_id",
                  "hidden_size"});
    description d = with_tower(f, "gemma4", read_gemma4_text, gemma4_tower);
    read_side(f, d, "audio_config", side_kind::audio, "gemma4",
              [&](json_fields& a) { return gemma4_ears(a, d.model.hidden); });
    return d;
}

/// Gemma4UnifiedConfig (12B): no encoders.
[[nodiscard]] inline description read_gemma4_unified(json_fields& f) {
    no_shapes(f, {"vision_soft_tokens_per_image", "vision_soft_tokens_per_video_frame",
                  "audio_soft_tokens_per_image", "audio_ms_per_token", "audio_token_id"});
    description d = with_tower(f, "gemma4_unified", read_gemma4_text, gemma4_patches);
    read_side(f, d, "audio_config", side_kind::audio, "gemma4_unified",
              [&](json_fields& a) { return gemma4_frames(a, d.model.hidden); });
    return d;
}

/// Llama4Config.
[[nodiscard]] inline description read_llama4(json_fields& f) {
    no_shapes(f, {"boi_token_index", "eoi_token_index", "image_token_index"});
    return with_tower(f, "llama4", read_llama4_text, llama4_tower);
}

/// MllamaTextConfig: self-attention, or in cross_attention_layers attention to the patches of one image
/// of max_num_tiles tiles, with two gates a layer. The eight rows of the embedding beyond the
/// vocabulary are not counted.
[[nodiscard]] inline description read_mllama(json_fields& f) {
    count source = 0;
    if (nlohmann::json const* const vision = f.object_or_none("vision_config")) {
        json_fields v(*vision, f.source(), "vision_config.");
        count const places =
            square(v.integer("image_size", 1, 1 << 13) / v.integer("patch_size", 1, 1024)) + 1;
        source = places * v.integer("max_num_tiles", 1, 64);
        if (v.failure()) { f.fail(*v.failure()); }
    }
    auto const read_text = [source](json_fields& t) {
        backbone const b = read_backbone(t, {.kv_heads_required = true});
        gqa const plain = attention_of(b);
        gqa across = plain;
        across.query_key_norm = qk_norm::per_head;
        layer_set crossing{};
        for (count const i : read_numbers(t, "cross_attention_layers", 0, b.layers - 1)) {
            crossing.insert(i);
        }
        if (crossing.size() > 0 && source == 0) {
            t.refuse(errc::missing_field, "cross_attention_layers",
                     "attend to images, but vision_config is missing.");
        }
        gated const block{read_intermediate(t)};
        description d{.model = model_of(b)};
        if (t.failure()) { return d; }
        cross_attending<gqa> const to_image{across, source, false, b.heads};
        d.model.groups = group_layers(t, b.layers, [&](count i) {
            return crossing.contains(i) ? any_layers{{}, to_image, block, {2, false, 2}}
                                        : any_layers{{}, plain, block, {}};
        });
        return d;
    };
    no_shapes(f, {"image_token_index"});
    return with_tower(f, "mllama", read_text, mllama_tower);
}

/// Mistral3Config: any text model of Mistral's with a Pixtral tower.
[[nodiscard]] inline description read_mistral3(json_fields& f) {
    no_shapes(f, {"vision_feature_layer", "vision_feature_select_strategy", "projector_hidden_act",
                  "image_token_index"});
    refuse_flag(f, "multimodal_projector_bias", "biases in the projector are not modelled.");
    count const merge = f.integer_or("spatial_merge_size", 2, 1, 16);
    auto const tower = [merge](json_fields& v, count h) { return pixtral_tower(v, h, merge); };
    return with_tower(f, "mistral3", read_llama, tower);
}

/// Qwen2VLConfig and Qwen2_5_VLConfig: the text model inside, or beside the tower in older files.
template <class Tower>
[[nodiscard]] description read_qwen2_family(json_fields& f, std::string_view family,
                                            Tower const& tower) {
    no_shapes(f, {"vision_start_token_id", "vision_end_token_id", "vision_token_id"});
    description d{};
    if (f.contains("text_config")) {
        d = read_text_part(f, family, read_qwen2);
    } else {
        d = read_qwen2(f);
    }
    read_side(f, d, "vision_config", side_kind::vision, family,
              [&](json_fields& v) { return tower(v, d.model.hidden); });
    return d;
}
/// Qwen2VLConfig
[[nodiscard]] inline description read_qwen2_vl(json_fields& f) {
    return read_qwen2_family(f, "qwen2_vl", qwen2_tower);
}
/// Qwen2_5_VLConfig
[[nodiscard]] inline description read_qwen2_5_vl(json_fields& f) {
    return read_qwen2_family(f, "qwen2_5_vl", qwen25_tower);
}

/// Qwen3VLConfig and Qwen3VLMoeConfig: Qwen3 with a tower that feeds inner layers as well.
template <class Read>
[[nodiscard]] description read_qwen3_family(json_fields& f, std::string_view family,
                                            Read const& read) {
    no_shapes(f, {"vision_start_token_id", "vision_end_token_id"});
    return with_tower(f, family, read, [](json_fields& v, count) { return qwen_tower(v); });
}
/// Qwen3VLConfig
[[nodiscard]] inline description read_qwen3_vl(json_fields& f) {
    return read_qwen3_family(f, "qwen3_vl", read_qwen3);
}
/// Qwen3VLMoeConfig
[[nodiscard]] inline description read_qwen3_vl_moe(json_fields& f) {
    return read_qwen3_family(f, "qwen3_vl_moe", read_qwen3_moe);
}

/// KimiVLConfig and KimiK25Config: a text model of DeepSeek-V3's shape with MoonViT.
[[nodiscard]] inline description read_kimi_vl(json_fields& f) {
    no_shapes(f, {"use_unified_vision_chunk"});
    return with_tower(f, "kimi_vl", read_deepseek_v3, moonvit_tower);
}

/// KimiK3Config: Kimi Linear with a tower of its own.
[[nodiscard]] inline description read_kimi_k3(json_fields& f) {
    return with_tower(f, "kimi_k3", read_kimi_linear, kimi_k3_tower);
}

} // namespace reckon::inline v0::io::hugging_face
