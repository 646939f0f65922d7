// SPDX-License-Identifier: MIT
// Parameters of vision and audio towers with their projectors, from their part of a config.json.
//
//   a layer of width w and inner width i   4 w w + 2 w i (+ w i gated)   + biases and norms as the tower has them
//   patches                                3 p p f w (f frames)
//   h is the width of the text model that a projector leads to. The limits of the fields keep every sum
//   below 2^60.
//
// With them comes the encoder's shape for the largest image. How large that is, a config.json says for towers of a fixed
// size alone; for the others it is what the family publishes in its preprocessor_config.json.
//
// Source: modeling files of transformers and mlx-vlm; each sum closes published totals of the models
//         named, to the parameter (tests/io/hugging_face_multimodal.cpp, data/models.csv).
#pragma once
#include <reckon/io/hugging_face/layer_lists.hpp>
#include <reckon/io/hugging_face/nested.hpp>

namespace reckon::inline v0::io::hugging_face {

/// Sizes that every tower has, under the names that most use.
struct tower_sizes {
    count width{};
    count inner{};
    count layers{};
    count patch{};
};

/// Sizes of a tower; `depth`: what its family calls the number of layers.
[[nodiscard]] inline tower_sizes read_tower_sizes(json_fields& v, std::string_view depth) {
    no_shapes(v, {"num_attention_heads", "num_heads", "num_key_value_heads", "layer_norm_eps",
                  "vision_use_head", "num_channels", "in_channels", "in_chans", "head_dim"});
    return {v.integer("hidden_size", 1, model_limits::hidden),
            v.integer("intermediate_size", 1, model_limits::intermediate),
            v.integer(depth, 1, model_limits::layers), v.integer("patch_size", 1, 1024)};
}

/// w x w matrices of attention and two matrices of feed-forward, with biases and two LayerNorms.
[[nodiscard]] constexpr count biased_layer(count w, count i) noexcept {
    using reckon::detail::multiply;
    return multiply(count{4}, w, w + 1) + multiply(count{2}, w, i) + i + w + 4 * w;
}

/// n^2, saturating.
[[nodiscard]] inline count square(count n) noexcept { return reckon::detail::multiply(n, n); }

/// SigLIP without its pooling head, a norm and one matrix (Gemma 3). `entries`: that an image becomes.
[[nodiscard]] inline tower siglip_tower(json_fields& v, count h, count entries) {
    tower_sizes const s = read_tower_sizes(v, "num_hidden_layers");
    count const image = v.integer("image_size", 1, 1 << 13);
    count const positions = square(image / s.patch);
    return {s.layers * biased_layer(s.width, s.inner) + 3 * square(s.patch) * s.width + s.width +
                positions * s.width + 2 * s.width + s.width + s.width * h,
            {positions, entries, entries, s.width, 2 * s.inner}};
}

/// Pixtral: gated layers without biases; a norm, a merger of 2 x 2 patches and two matrices
/// (Mistral-Small-3, Ministral-3).
[[nodiscard]] inline tower pixtral_tower(json_fields& v, count h, count merge) {
    tower_sizes const s = read_tower_sizes(v, "num_hidden_layers");
    // Positions are rotary: the size is that of the largest image, whose rows end in a break each.
    count const rows = v.integer_or("image_size", 1540, 1, 1 << 13) / s.patch / merge;
    count const w = s.width;
    return {s.layers * (4 * w * w + 3 * w * s.inner + 2 * w) + 3 * square(s.patch) * w + w + w +
                square(merge) * w * w + w * h + h * h,
            {square(rows * merge), square(rows), square(rows) + rows, w, 3 * s.inner}};
}

/// Pixels of the largest image of Qwen2-VL and Qwen2.5-VL (max_pixels of their preprocessor_config.json), in patches that
/// are merged `merge` x `merge`.
[[nodiscard]] inline image_encoder qwen2_images(count patch, count merge, count width,
                                                count live_values) noexcept {
    constexpr count most_pixels = 12'845'056;
    count const patches = most_pixels / square(patch);
    count const entries = patches / square(merge);
    return {patches, entries, entries, width, live_values};
}

/// Qwen2-VL's: LayerNorms and two matrices in each layer; the width of the text model is hidden_size.
[[nodiscard]] inline tower qwen2_tower(json_fields& v, count h) {
    count const w = v.integer("embed_dim", 1, model_limits::hidden);
    count const layers = v.integer("depth", 1, model_limits::layers);
    count const ratio = v.integer_or("mlp_ratio", 4, 1, 64);
    count const patch = v.integer("patch_size", 1, 1024);
    count const frames = v.integer_or("temporal_patch_size", 2, 1, 64);
    count const merge = v.integer_or("spatial_merge_size", 2, 1, 16);
    count const merged = square(merge) * w;
    if (v.integer_or("hidden_size", h, 1, model_limits::hidden) != h) {
        v.refuse(errc::contradiction, "hidden_size", "is not the width of the text model.");
    }
    no_shapes(v, {"num_heads", "in_channels", "in_chans", "spatial_patch_size"});
    return {layers * biased_layer(w, ratio * w) + 3 * frames * square(patch) * w + 2 * w +
                merged * (merged + 1) + merged * h + h,
            qwen2_images(patch, merge, w, 2 * ratio * w)};
}

/// Qwen2.5-VL's: RMSNorms and three matrices with biases in each layer.
[[nodiscard]] inline tower qwen25_tower(json_fields& v, count h) {
    tower_sizes const s = read_tower_sizes(v, "depth");
    count const w = s.width;
    count const frames = v.integer_or("temporal_patch_size", 2, 1, 64);
    count const merge = v.integer_or("spatial_merge_size", 2, 1, 16);
    count const merged = square(merge) * w;
    count const out = v.integer_or("out_hidden_size", h, 1, model_limits::hidden);
    no_shapes(v, {"spatial_patch_size", "window_size", "fullatt_block_indexes"});
    return {s.layers * (4 * w * (w + 1) + 3 * w * s.inner + 2 * s.inner + w + 2 * w) +
                3 * frames * square(s.patch) * w + w + merged * (merged + 1) + merged * out + out,
            qwen2_images(s.patch, merge, w, 3 * s.inner)};
}

/// Llama 4's: a class token, positions, a shuffle of pixels into vision_output_dim, and a matrix. An image is 16 tiles
/// (max_patches of preprocessor_config.json) and one of all; the shuffle takes 2 x 2 patches.
[[nodiscard]] inline tower llama4_tower(json_fields& v, count h) {
    tower_sizes const s = read_tower_sizes(v, "num_hidden_layers");
    count const w = s.width;
    count const image = v.integer("image_size", 1, 1 << 13);
    count const in = v.integer("projector_input_dim", 1, model_limits::hidden);
    count const out = v.integer("projector_output_dim", 1, model_limits::hidden);
    count const seen = v.integer("vision_output_dim", 1, model_limits::hidden);
    no_shapes(v, {"vision_feature_layer", "vision_feature_select_strategy", "pixel_shuffle_ratio",
                  "multi_modal_projector_bias", "projector_dropout", "norm_eps"});
    constexpr count tiles = 17;
    count const patches = square(image / s.patch);
    count const entries = tiles * patches / 4;
    return {s.layers * biased_layer(w, s.inner) + 3 * square(s.patch) * w + w + (patches + 1) * w +
                4 * w + s.inner * in + in * out + seen * h,
            {tiles * (patches + 1), entries, entries, w, 2 * s.inner}};
}

/// Llama-3.2-Vision's: layers and gated global layers, positions for every shape of tiles. Patches of a tile are padded to
/// whole eights, and all of them are read by cross attention.
[[nodiscard]] inline tower mllama_tower(json_fields& v, count h) {
    tower_sizes const s = read_tower_sizes(v, "num_hidden_layers");
    count const w = s.width;
    count const global = v.integer("num_global_layers", 0, model_limits::layers);
    count const tiles = v.integer("max_num_tiles", 1, 64);
    nlohmann::json const* const shapes = v.find("supported_aspect_ratios");
    bool const listed = shapes != nullptr && shapes->is_array();
    count const ratios = 1 + std::min<count>(listed ? static_cast<count>(shapes->size()) : 8, 64);
    count const image = v.integer("image_size", 1, 1 << 13);
    count const places = square(image / s.patch) + 1;
    count const out = v.integer("vision_output_dim", 1, model_limits::hidden);
    no_shapes(v, {"attention_heads", "intermediate_layers_indices", "max_aspect_ratio_id"});
    count const positions =
        places * w + 1 + ratios * tiles * places * w + 2 * (ratios * tiles * w + 1);
    count const layer = biased_layer(w, s.inner) - 4 * w; // attention has no biases
    count const seen = tiles * ((places + 7) / 8 * 8);
    return {(s.layers + global) * layer + 2 * global + 3 * square(s.patch) * w + w + positions +
                4 * w + out * h + h,
            {seen, seen, 1, w, 2 * s.inner}};
}

/// MoonViT of Kimi-VL and Kimi-K2.5: layers with biases, a table of positions, a merger of 2 x 2. The largest image has
/// 4,096 patches for Kimi-VL (in_token_limit of preprocessor_config.json), 16,384 for Kimi-K2.5 (in_patch_limit).
[[nodiscard]] inline tower moonvit_tower(json_fields& v, count h) {
    count const patches = v.contains("vt_hidden_size") ? 16384 : 4096;
    count const w = v.integer("vt_hidden_size", "hidden_size", 1, model_limits::hidden);
    count const i =
        v.integer("vt_intermediate_size", "intermediate_size", 1, model_limits::intermediate);
    count const layers =
        v.integer("vt_num_hidden_layers", "num_hidden_layers", 1, model_limits::layers);
    count const patch = v.integer("patch_size", 1, 1024);
    count const table =
        v.integer("init_pos_emb_height", 1, 1 << 16) * v.integer("init_pos_emb_width", 1, 1 << 16);
    no_shapes(v, {"vt_num_attention_heads", "num_attention_heads", "init_pos_emb_time",
                  "merge_kernel_size", "merge_type", "mm_hidden_size", "mm_projector_type",
                  "pos_emb_type", "projector_hidden_act", "projector_ln_eps", "text_hidden_size",
                  "video_attn_type", "spatial_merge_size", "num_channels"});
    count const merged = 4 * w;
    return {layers * biased_layer(w, i) + 3 * square(patch) * w + w + table * w + 2 * w + 2 * w +
                merged * (merged + 1) + merged * h + h,
            {patches, patches / 4, patches / 4, w, 2 * i}};
}

/// Kimi-K3's: RMSNorms, no biases, attention wider than the stream, a norm behind the projector.
[[nodiscard]] inline count kimi_k3_tower(json_fields& v, count h) {
    count const w = v.integer("vt_hidden_size", 1, model_limits::hidden);
    count const i = v.integer("vt_intermediate_size", 1, model_limits::intermediate);
    count const layers = v.integer("vt_num_hidden_layers", 1, model_limits::layers);
    count const heads = v.integer("qkv_hidden_size", 1, model_limits::hidden);
    count const patch = v.integer("patch_size", 1, 1024);
    count const table =
        v.integer("init_pos_emb_height", 1, 1 << 16) * v.integer("init_pos_emb_width", 1, 1 << 16);
    refuse_flag(v, "attn_bias", "biases in this tower are not modelled.");
    refuse_flag(v, "linear_bias", "biases in this tower are not modelled.");
    refuse_flag(v, "patch_embed_proj_bias", "biases in this tower are not modelled.");
    require_text(v, "norm_type", "rmsnorm");
    no_shapes(v, {"vt_num_attention_heads", "init_pos_emb_time", "merge_kernel_size", "merge_type",
                  "mlp_type", "mm_hidden_size", "mm_projector_type", "pos_emb_type",
                  "pos_emb_interpolation_mode", "projector_hidden_act", "projector_ln_eps",
                  "text_hidden_size", "activation_func"});
    count const merged = 4 * w;
    return layers * (4 * w * heads + 2 * w * i + 2 * w) + 3 * square(patch) * w + table * w + w +
           merged * merged + merged * h + h;
}

/// Gemma 4's: gated layers with four norms, positions along both sides, one matrix.
[[nodiscard]] inline count gemma4_tower(json_fields& v, count h) {
    tower_sizes const s = read_tower_sizes(v, "num_hidden_layers");
    count const w = s.width;
    count const d = v.integer("head_dim", 1, model_limits::head_dim);
    count const heads = v.integer("num_attention_heads", 1, model_limits::heads);
    count const table = v.integer("position_embedding_size", 1, model_limits::vocabulary);
    count const standard = v.flag_or("standardize", false) ? 2 * w : 0;
    no_shapes(v, {"global_head_dim", "pooling_kernel_size", "use_clipped_linears", "layer_types",
                  "default_output_length", "max_position_embeddings", "attention_bias",
                  "use_bidirectional_attention"});
    return s.layers * (4 * heads * d * w + 2 * d + 3 * w * s.inner + 4 * w) +
           3 * square(s.patch) * w + 2 * table * w + standard + w * h;
}

/// What the encoder-free Gemma 4 has in its place: patches of model_patch_size in three colours between
/// norms with biases, positions along both sides, one matrix.
[[nodiscard]] inline count gemma4_patches(json_fields& v, count h) {
    count const values = 3 * square(v.integer("model_patch_size", 1, 1024));
    count const w = v.integer("mm_embed_dim", 1, model_limits::hidden);
    count const table = v.integer("mm_posemb_size", 1, model_limits::vocabulary);
    no_shapes(v, {"patch_size", "pooling_kernel_size", "num_soft_tokens", "output_proj_dims"});
    return 2 * values + values * w + w + 2 * w + 2 * table * w + 2 * w + w * h;
}
/// Gemma 4's projection of sound: one matrix.
[[nodiscard]] inline count gemma4_frames(json_fields& a, count h) {
    no_shapes(a, {"audio_samples_per_token", "hidden_size", "output_proj_dims"});
    return a.integer("audio_embed_dim", 1, model_limits::hidden) * h;
}

/// Gemma 4's ears: a Conformer of two halves of feed-forward, attention by distance and a convolution.
[[nodiscard]] inline count gemma4_ears(json_fields& a, count h) {
    count const w = a.integer("hidden_size", 1, model_limits::hidden);
    count const layers = a.integer("num_hidden_layers", 1, model_limits::layers);
    count const heads = a.integer("num_attention_heads", 1, model_limits::heads);
    count const taps = a.integer_or("conv_kernel_size", 5, 1, model_limits::taps);
    count const out = a.integer("output_proj_dims", 1, model_limits::hidden);
    auto const channels = read_numbers(a, "subsampling_conv_channels", 1, 4096);
    if (channels.size() != 2) {
        a.refuse(errc::missing_field, "subsampling_conv_channels",
                 "must name the channels of two convolutions.");
        return 0;
    }
    no_shapes(a, {"attention_chunk_size", "attention_context_left", "attention_context_right",
                  "attention_logit_cap", "attention_invalid_logits_value", "residual_weight",
                  "use_clipped_linears", "gradient_clipping"});
    constexpr count mel_quarter = 32; // 128 bands, halved twice
    count const c0 = channels[0];
    count const c1 = channels[1];
    count const input = 9 * c0 + c0 + 9 * c0 * c1 + c1 + mel_quarter * c1 * w;
    count const layer = 16 * w * w + 4 * w           // feed-forward, twice
                        + 5 * w * w + w / heads      // attention and its positions
                        + 3 * w * w + (2 + taps) * w // convolution
                        + 3 * w;                     // norms around
    return input + layers * layer + w * out + out + out * h;
}

/// Gemma 3n's ears: the same Conformer with its own names, and a vocabulary of 128 marks.
[[nodiscard]] inline count gemma3n_ears(json_fields& a, count h) {
    count const w = a.integer("hidden_size", 1, model_limits::hidden);
    count const layers = a.integer("conf_num_hidden_layers", 1, model_limits::layers);
    count const heads = a.integer("conf_num_attention_heads", 1, model_limits::heads);
    count const taps = a.integer_or("conf_conv_kernel_size", 5, 1, model_limits::taps);
    count const marks = a.integer_or("vocab_size", 128, 1, model_limits::vocabulary);
    count const bands = a.integer_or("input_feat_size", 128, 4, 4096);
    auto const channels = read_numbers(a, "sscp_conv_channel_size", 1, 4096);
    if (channels.size() != 2) {
        a.refuse(errc::missing_field, "sscp_conv_channel_size",
                 "must hold the channels of two convolutions.");
        return 0;
    }
    no_shapes(a, {"conf_attention_chunk_size", "conf_attention_context_left",
                  "conf_attention_context_right", "conf_attention_invalid_logits_value",
                  "conf_attention_logit_cap", "conf_positional_bias_size", "conf_reduction_factor",
                  "conf_residual_weight", "sscp_conv_group_norm_eps", "sscp_conv_kernel_size",
                  "sscp_conv_stride_size", "sscp_conv_eps", "vocab_offset", "gradient_clipping"});
    count const c0 = channels[0];
    count const c1 = channels[1];
    count const input = 9 * c0 + c0 + 9 * c0 * c1 + c1 + bands / 4 * c1 * w;
    count const layer =
        16 * w * w + 4 * w + 5 * w * w + w / heads + 3 * w * w + (2 + taps) * w + 4 * w;
    return input + layers * layer + marks * w + 2 * w + w * h;
}

/// Gemma 3n's eyes: MobileNet-V5, whose layers its file does not list, and a projector with marks.
/// The size is what the published total leaves beside text, ears and projector.
[[nodiscard]] inline count gemma3n_tower(json_fields& v, count h) {
    constexpr count mobilenet_v5_300m = 294'108'480;
    require_text(v, "architecture", "mobilenetv5_300m_enc");
    count const w = v.integer_or("hidden_size", 2048, 1, model_limits::hidden);
    count const marks = v.integer_or("vocab_size", 128, 1, model_limits::vocabulary);
    no_shapes(v, {"do_pooling", "model_args", "num_classes", "vocab_offset"});
    return mobilenet_v5_300m + marks * w + 2 * w + w * h;
}

} // namespace reckon::inline v0::io::hugging_face
