// SPDX-License-Identifier: MIT
// Fields of config.json that cannot change a tensor, and what becomes of fields nobody knows.
//
// A field that a family reads is honoured. Any other is ignored only if it is on the list below,
// holds
// a neutral value (null, false, 0, empty), or has a name that speaks of no shape. What is left, a
// "num_memory_layers" of 4, is refused by name: ignoring it would give a wrong size silently.
#pragma once
#include <reckon/io/json.hpp>

#include <algorithm>
#include <string_view>

namespace reckon::inline v0::io::hugging_face {

/// Sorted. Names from PretrainedConfig and the config classes of the supported families
/// (transformers, src/transformers/models/*/configuration_*.py), and from published files.
inline constexpr std::string_view harmless_fields[] = {
    "_attn_implementation",
    "_attn_implementation_autoset",
    "_commit_hash",
    "_name_or_path",
    "activation",
    "activation_function",
    "add_bos_token",
    "apply_residual_connection_post_layernorm",
    "architectures",
    "attention_dropout",
    "attention_multiplier",
    "attention_probs_dropout_prob",
    "attn_implementation",
    "attn_logit_softcapping",
    "attn_pdrop",
    "auto_map",
    "aux_loss_alpha",
    "bad_words_ids",
    "beam_search",
    "begin_suppress_tokens",
    "bos_token_id",
    "cache_implementation",
    "chunk_size_feed_forward",
    "classifier_dropout",
    "decoder_start_token_id",
    "diversity_penalty",
    "do_sample",
    "dtype",
    "early_stopping",
    "embd_pdrop",
    "embedding_dropout",
    "embedding_multiplier",
    "encoder_no_repeat_ngram_size",
    "eos_token_id",
    "ep_size",
    "exponential_decay_length_penalty",
    "final_logit_softcapping",
    "finetuning_task",
    "forced_bos_token_id",
    "forced_eos_token_id",
    "hidden_act",
    "hidden_activation",
    "hidden_dropout",
    "hidden_dropout_prob",
    "id2label",
    "ignore_index",
    "initial_context_length",
    "initializer_range",
    "is_decoder",
    "is_encoder_decoder",
    "label2id",
    "layer_norm_eps",
    "layer_norm_epsilon",
    "layernorm_epsilon",
    "length_penalty",
    "logit_scale",
    "logits_scaling",
    "max_length",
    "max_new_tokens",
    "min_length",
    "mlp_dropout",
    "model_type",
    "n_group",
    "no_repeat_ngram_size",
    "norm_eps",
    "norm_epsilon",
    "norm_topk_prob",
    "num_beam_groups",
    "num_beams",
    "num_return_sequences",
    "original_max_position_embeddings",
    "output_attentions",
    "output_hidden_states",
    "output_router_logits",
    "output_scores",
    "pad_token_id",
    "partial_rotary_factor",
    "prefix",
    "pretraining_tp",
    "problem_type",
    "query_pre_attn_scalar",
    "reorder_and_upcast_attn",
    "remove_invalid_values",
    "repetition_penalty",
    "resid_pdrop",
    "residual_dropout",
    "residual_multiplier",
    "return_dict",
    "return_dict_in_generate",
    "rms_norm_eps",
    "rope_interleave",
    "rope_local_base_freq",
    "rope_parameters",
    "rope_ratio",
    "rope_scaling",
    "rope_theta",
    "rotary_dim",
    "rotary_pct",
    "routed_scaling_factor",
    "router_aux_loss_coef",
    "router_jitter_noise",
    "router_z_loss_coef",
    "scale_attn_by_inverse_layer_idx",
    "scale_attn_weights",
    "scoring_func",
    "sep_token_id",
    "seq_aux",
    "summary_activation",
    "summary_first_dropout",
    "summary_proj_to_labels",
    "summary_type",
    "summary_use_proj",
    "suppress_tokens",
    "swiglu_alpha",
    "swiglu_limit",
    "task_specific_params",
    "temperature",
    "tf_legacy_loss",
    "tie_encoder_decoder",
    "tokenizer_class",
    "top_k",
    "top_p",
    "topk_group",
    "topk_method",
    "torch_dtype",
    "torchscript",
    "transformers_version",
    "typical_p",
    "unsloth_fixed",
    "unsloth_version",
    "use_bfloat16",
    "use_cache",
    "use_flash_attn",
};

/// Parts of names that speak of a shape.
inline constexpr std::string_view shape_words[] = {
    "adapter",   "attention",  "attn",        "audio",      "bias",   "block",
    "blocks",    "compress",   "compression", "conv",       "cross",  "decoder",
    "dense",     "depth",      "dim",         "dims",       "embd",   "embed",
    "embedding", "embeddings", "encoder",     "engram",     "expert", "experts",
    "ffn",       "gate",       "gated",       "group",      "groups", "head",
    "heads",     "hidden",     "index",       "indexer",    "inner",  "intermediate",
    "k",         "kv",         "latent",      "layer",      "layers", "layout",
    "linear",    "lora",       "mamba",       "mlp",        "moe",    "mtp",
    "n",         "nextn",      "norm",        "norms",      "num",    "pattern",
    "position",  "positions",  "proj",        "projection", "q",      "rank",
    "ratio",     "residual",   "rnn",         "share",      "shared", "sink",
    "sinks",     "size",       "sizes",       "sliding",    "sparse", "ssm",
    "state",     "step",       "tie",         "tied",       "tower",  "v",
    "vision",    "vocab",      "width",       "window",
};

/// Whether a word of this field's name is one of those that sizes are called by.
[[nodiscard]] constexpr bool speaks_of_shape(std::string_view name) noexcept {
    while (!name.empty()) {
        std::size_t const end = std::min(name.find('_'), name.size());
        std::string_view const word = name.substr(0, end);
        if (std::find(std::begin(shape_words), std::end(shape_words), word) !=
            std::end(shape_words)) {
            return true;
        }
        name.remove_prefix(std::min(end + 1, name.size()));
    }
    return false;
}

/// Whether a value switches nothing on: null, false, 0, or empty.
[[nodiscard]] inline bool is_neutral(nlohmann::json const& value) {
    if (value.is_boolean()) { return !value.get<bool>(); }
    if (value.is_number()) { return value.get<double>() == 0.0; }
    if (value.is_string()) { return value.get_ref<std::string const&>().empty(); }
    return value.is_null() || value.empty();
}

/// Refuses the first field that was not read and may change a tensor.
inline void refuse_unknown_shapes(json_fields& fields, std::string_view family) {
    for (auto const& [name, value] : fields.object().items()) {
        bool const harmless = std::find(std::begin(harmless_fields), std::end(harmless_fields),
                                        name) != std::end(harmless_fields);
        if (harmless || fields.seen(name) || is_neutral(value) || !speaks_of_shape(name)) {
            continue;
        }
        fields.refuse(errc::unsupported, name, "is ", detail::shown(value),
                      ", and what that changes in a model of type ", detail::in_quotes(family),
                      " is not known here; remove it only if it changes no weight and no cache.");
    }
}

} // namespace reckon::inline v0::io::hugging_face
