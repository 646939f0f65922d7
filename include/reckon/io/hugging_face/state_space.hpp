// SPDX-License-Identifier: MIT
// State-space layers among layers that keep a cache: jamba, nemotron_h, granitemoehybrid.
//
// Source: JambaConfig and GraniteMoeHybridConfig of transformers, configuration_nemotron_h.py of the
// published repositories. A file of Nemotron-H whose time_step_limit is Infinity is no JSON: write a
// number.
#pragma once
#include <reckon/io/hugging_face/layer_lists.hpp>

#include <string>
#include <string_view>

namespace reckon::inline v0::io::hugging_face {

/// JambaConfig: attention where i % attn_layer_period == attn_layer_offset, experts where
/// i % expert_layer_period == expert_layer_offset (defaults 8, 4, 2, 1).
[[nodiscard]] inline description read_jamba(json_fields& f) {
    backbone const b = read_backbone(f, {.kv_heads_required = true});
    mamba state{};
    state.inner = reckon::detail::multiply(f.integer_or("mamba_expand", 2, 1, 64), b.hidden);
    state.state = f.integer_or("mamba_d_state", 16, 1, model_limits::head_dim);
    state.time_rank = f.integer_or("mamba_dt_rank", (b.hidden + 15) / 16, 1, model_limits::hidden);
    state.taps = f.integer_or("mamba_d_conv", 4, 1, model_limits::taps);
    refuse_flag(f, "mamba_proj_bias", "biases on its projections are not modelled.");
    if (!f.flag_or("mamba_conv_bias", true)) {
        f.refuse(errc::unsupported, "mamba_conv_bias",
                 "is false; a convolution without biases is not modelled.");
    }
    count const attention_period = f.integer_or("attn_layer_period", 8, 1, model_limits::layers);
    count const attention_offset = f.integer_or("attn_layer_offset", 4, 0, model_limits::layers);
    count const expert_period = f.integer_or("expert_layer_period", 2, 1, model_limits::layers);
    count const expert_offset = f.integer_or("expert_layer_offset", 1, 0, model_limits::layers);
    moe block{.intermediate = read_intermediate(f)};
    read_routing(f, block, "num_experts");
    (void)f.find("num_logits_to_keep");
    (void)f.find("use_mamba_kernels");
    if (read_window(f, 0) > 0) {
        f.refuse(errc::unsupported, "sliding_window",
                 "is set; windows are unknown in this family.");
    }
    description d{.model = model_of(b), .names = naming::other};
    if (f.failure()) { return d; }
    d.model.groups = group_layers(f, b.layers, [&](count i) {
        bool const attends = i % attention_period == attention_offset;
        bool const experts = block.routed > 1 && i % expert_period == expert_offset;
        return any_layers{{},
                          attends ? any_attention(attention_of(b)) : any_attention(state),
                          experts ? any_feed_forward(block)
                                  : any_feed_forward(gated{block.intermediate}),
                          {}};
    });
    return d;
}

/// NemotronHConfig: one mixer or one feed-forward a layer, with one norm: M, *, E and - in
/// hybrid_override_pattern, or words in layers_block_type. Squared ReLU: two matrices.
[[nodiscard]] inline description read_nemotron_h(json_fields& f) {
    std::string kinds(f.text_or("hybrid_override_pattern", ""));
    if (kinds.empty()) {
        for (std::string_view const word : f.texts_or_none("layers_block_type")) {
            kinds += word == "mamba"       ? 'M'
                     : word == "attention" ? '*'
                     : word == "moe"       ? 'E'
                     : word == "mlp"       ? '-'
                                           : '?';
        }
    }
    if (kinds.empty() || kinds.find_first_not_of("M*E-") != std::string::npos) {
        f.refuse(errc::missing_field, "hybrid_override_pattern",
                 "must say what every layer is: M (Mamba-2), * (attention), E (experts) or - "
                 "(feed-forward).");
        return {};
    }
    backbone b{};
    auto const written = static_cast<count>(kinds.size());
    b.layers = f.integer_or("num_hidden_layers", written, 1, model_limits::layers);
    if (written != b.layers || written > model_limits::layers) {
        require_one_each(f, "hybrid_override_pattern", kinds.size(), b.layers);
    }
    b.hidden = f.integer("hidden_size", 1, model_limits::hidden);
    b.vocabulary = f.integer("vocab_size", 1, model_limits::vocabulary);
    b.heads = f.integer("num_attention_heads", 1, model_limits::heads);
    b.kv_heads = read_kv_heads(f, b.heads, true);
    b.head_dim = f.integer("head_dim", "attention_head_dim", 1, model_limits::head_dim);
    b.tied = f.flag_or("tie_word_embeddings", false);
    b.context = read_context(f);
    for (std::string_view const none :
         {"attention_bias", "mamba_proj_bias", "mlp_bias", "use_bias"}) {
        refuse_flag(f, none, "biases on the projections of this family are not modelled.");
    }
    if (!f.flag_or("use_conv_bias", true)) {
        f.refuse(errc::unsupported, "use_conv_bias",
                 "is false; a convolution without biases is not modelled.");
    }
    require_text(f, "mlp_hidden_act", "relu2");
    mamba2 state{};
    state.query_heads = f.integer("mamba_num_heads", 1, model_limits::heads);
    state.head_dim = f.integer("mamba_head_dim", 1, model_limits::head_dim);
    state.groups = f.integer("n_groups", 1, model_limits::heads);
    state.state = f.integer("ssm_state_size", 1, model_limits::head_dim);
    state.taps = f.integer("conv_kernel", 1, model_limits::taps);
    // No shapes: a width that heads and head_dim give, ranks and limits of the time step, chunks of a scan.
    for (std::string_view const idle :
         {"expand", "chunk_size", "time_step_rank", "time_step_floor", "time_step_limit",
          "time_step_max", "time_step_min", "mamba_hidden_act", "mamba_ssm_cache_dtype",
          "moe_shared_expert_overlap", "num_logits_to_keep", "rescale_prenorm_residual",
          "residual_in_fp32", "use_mamba_kernels", "n_shared_experts"}) {
        (void)f.find(idle);
    }
    bool const has_experts = kinds.find('E') != std::string::npos;
    plain_ffn dense{.intermediate =
                        f.integer_or("intermediate_size", 0, 1, model_limits::intermediate)};
    moe block{.score_correction = true, .gated_experts = false};
    if (has_experts) {
        read_routing(f, block, "n_routed_experts");
        block.intermediate = f.integer("moe_intermediate_size", 1, model_limits::intermediate);
        block.shared_intermediate =
            f.integer_or("moe_shared_expert_intermediate_size", 0, 1, model_limits::intermediate);
        block.latent = f.integer_or("moe_latent_size", 0, 1, model_limits::hidden);
    }
    description d{.model = model_of(b), .names = naming::other};
    if (f.failure()) { return d; }
    gqa const attention = attention_of(b);
    d.model.groups = group_layers(f, b.layers, [&](count i) {
        any_layers layer{{}, no_attention{}, no_feed_forward{}, {1, false}};
        switch (kinds[static_cast<std::size_t>(i)]) {
        case 'M': layer.attention = state; break;
        case '*': layer.attention = attention; break;
        case 'E': layer.feed_forward = block; break;
        default: layer.feed_forward = dense; break;
        }
        return layer;
    });
    // A module has the kinds of layers that its own pattern names: one of each is repeated.
    d.model.mtp.layers = f.integer_or("num_nextn_predict_layers", 0, 0, model_limits::mtp_layers);
    std::string module(f.text_or("mtp_hybrid_override_pattern", ""));
    for (std::string_view const word : f.texts_or_none("mtp_layers_block_type")) {
        module += word == "attention" ? '*' : word == "moe" ? 'E' : '?';
    }
    for (char const kind : module) {
        std::size_t const at = kinds.find(kind);
        if (at == std::string::npos || d.model.mtp.like.contains(static_cast<count>(at))) {
            f.refuse(errc::unsupported, "mtp_hybrid_override_pattern",
                     "repeats a kind of layer, or names one that the model does not have.");
            break;
        }
        d.model.mtp.like.insert(static_cast<count>(at));
    }
    return d;
}

/// GraniteMoeHybridConfig: layer_types of mamba and attention; a shared block beside the experts, or alone.
[[nodiscard]] inline description read_granite_hybrid(json_fields& f) {
    backbone const b = read_backbone(f, {.tied = false});
    auto const kinds = read_kinds(f, "layer_types", b.layers, {"mamba", "attention"});
    if (kinds.empty()) {
        f.refuse(errc::missing_field, "layer_types",
                 "is missing; it says which layers are state-space layers.");
    }
    mamba2 state{};
    state.query_heads = f.integer_or("mamba_n_heads", 128, 1, model_limits::heads);
    state.head_dim = f.integer("mamba_d_head", 1, model_limits::head_dim);
    state.groups = f.integer_or("mamba_n_groups", 1, 1, model_limits::heads);
    state.state = f.integer_or("mamba_d_state", 256, 1, model_limits::head_dim);
    state.taps = f.integer_or("mamba_d_conv", 4, 1, model_limits::taps);
    (void)f.find("mamba_expand");
    (void)f.find("mamba_chunk_size");
    (void)f.find("position_embedding_type");
    (void)f.find("normalization_function");
    refuse_flag(f, "mamba_proj_bias", "biases on its projections are not modelled.");
    if (!f.flag_or("mamba_conv_bias", true)) {
        f.refuse(errc::unsupported, "mamba_conv_bias",
                 "is false; a convolution without biases is not modelled.");
    }
    gqa const attention = attention_with_optional_bias(f, b);
    count const shared =
        f.integer_or("shared_intermediate_size", 1024, 1, model_limits::intermediate);
    count const routed = f.integer_or("num_local_experts", 0, 0, model_limits::experts);
    any_feed_forward block = gated{shared};
    if (routed > 0) {
        moe m{.shared_intermediate = shared};
        read_routing(f, m, "num_local_experts");
        m.intermediate = read_intermediate(f);
        block = m;
    } else {
        (void)f.find("num_experts_per_tok");
        (void)f.find("intermediate_size");
    }
    description d{.model = model_of(b), .names = naming::other};
    if (f.failure()) { return d; }
    d.model.groups = group_layers(f, b.layers, [&](count i) {
        bool const attends = kinds[static_cast<std::size_t>(i)] == "attention";
        return any_layers{{}, attends ? any_attention(attention) : any_attention(state), block, {}};
    });
    return d;
}

} // namespace reckon::inline v0::io::hugging_face
