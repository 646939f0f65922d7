// SPDX-License-Identifier: MIT
// Which reader is for which model_type, and which types are refused with which reason.
#pragma once
#include <reckon/detail/nearest.hpp>
#include <reckon/io/hugging_face/classic.hpp>
#include <reckon/io/hugging_face/deepseek.hpp>
#include <reckon/io/hugging_face/deepseek_v4.hpp>
#include <reckon/io/hugging_face/dense.hpp>
#include <reckon/io/hugging_face/encoder.hpp>
#include <reckon/io/hugging_face/hybrid.hpp>
#include <reckon/io/hugging_face/mixtures.hpp>
#include <reckon/io/hugging_face/sparse.hpp>
#include <reckon/io/hugging_face/state_space.hpp>

#include <string>
#include <string_view>

namespace reckon::inline v0::io::hugging_face {

struct family {
    std::string_view type;         ///< model_type
    std::string_view architecture; ///< architectures[0]
    description (*read)(json_fields&);
};

/// A type that shares another's architecture stands after it.
inline constexpr family families[] = {
    {"llama", "LlamaForCausalLM", read_llama},
    {"mistral", "MistralForCausalLM", read_mistral},
    {"mixtral", "MixtralForCausalLM", read_mixtral},
    {"qwen2", "Qwen2ForCausalLM", read_qwen2},
    {"qwen2_moe", "Qwen2MoeForCausalLM", read_qwen2_moe},
    {"qwen3", "Qwen3ForCausalLM", read_qwen3},
    {"qwen3_moe", "Qwen3MoeForCausalLM", read_qwen3_moe},
    {"phi3", "Phi3ForCausalLM", read_phi3},
    {"gemma2", "Gemma2ForCausalLM", read_gemma2},
    {"gemma3_text", "Gemma3ForCausalLM", read_gemma3_text},
    {"gpt_oss", "GptOssForCausalLM", read_gpt_oss},
    {"deepseek", "DeepseekForCausalLM", read_deepseek_v1},
    {"deepseek_v2", "DeepseekV2ForCausalLM", read_deepseek_v2},
    {"deepseek_v3", "DeepseekV3ForCausalLM", read_deepseek_v3},
    {"kimi_k2", "DeepseekV3ForCausalLM", read_deepseek_v3},
    {"glm4_moe", "Glm4MoeForCausalLM", read_glm4_moe},
    {"minimax_m2", "MiniMaxM2ForCausalLM", read_minimax_m2},
    {"falcon", "FalconForCausalLM", read_falcon},
    {"gpt2", "GPT2LMHeadModel", read_gpt2},
    {"starcoder2", "Starcoder2ForCausalLM", read_starcoder2},
    {"granite", "GraniteForCausalLM", read_granite},
    {"olmo2", "Olmo2ForCausalLM", read_olmo2},
    {"cohere", "CohereForCausalLM", read_cohere},
    {"deepseek_v32", "DeepseekV32ForCausalLM", read_deepseek_v32},
    {"deepseek_v4", "DeepseekV4ForCausalLM", read_deepseek_v4},
    {"glm_moe_dsa", "GlmMoeDsaForCausalLM", read_glm_moe_dsa},
    {"minimax_m3", "MiniMaxM3ForCausalLM", read_minimax_m3},
    {"minimax_m1", "MiniMaxM1ForCausalLM", read_minimax_m1},
    {"minimax_text_01", "MiniMaxText01ForCausalLM", read_minimax_m1},
    {"qwen3_next", "Qwen3NextForCausalLM", read_qwen3_next},
    {"qwen3_5", "Qwen3_5ForConditionalGeneration", read_qwen3_5},
    {"qwen3_5_moe", "Qwen3_5MoeForConditionalGeneration", read_qwen3_5},
    {"qwen3_5_text", "Qwen3_5ForCausalLM", read_qwen3_next},
    {"qwen3_5_moe_text", "Qwen3_5MoeForCausalLM", read_qwen3_next},
    {"kimi_linear", "KimiLinearForCausalLM", read_kimi_linear},
    {"jamba", "JambaForCausalLM", read_jamba},
    {"nemotron_h", "NemotronHForCausalLM", read_nemotron_h},
    {"granitemoehybrid", "GraniteMoeHybridForCausalLM", read_granite_hybrid},
    {"bert", "BertModel", read_bert},
};

/// Types that are known and not modelled: refused with the reason rather than as unknown.
struct known_gap {
    std::string_view type;
    std::string_view why;
};
inline constexpr std::string_view linear_state =
    "its linear attention layers keep a state of constant size";
inline constexpr std::string_view state_space =
    "its state-space layers keep a state of constant size";
inline constexpr std::string_view encoder = "encoders keep no cache and have another head";
inline constexpr std::string_view encoder_decoder =
    "encoder-decoder models have two stacks and two caches";
inline constexpr std::string_view vision =
    "its vision tower has weights of its own; pass the text model's config.json if there is one";
inline constexpr known_gap known_gaps[] = {
    {"kimi_k3", linear_state},
    {"minimax", linear_state},
    {"minimax_m3_vl", vision},
    {"mamba", state_space},
    {"mamba2", state_space},
    {"falcon_mamba", state_space},
    {"falcon_h1", state_space},
    {"bamba", state_space},
    {"zamba", state_space},
    {"zamba2", state_space},
    {"rwkv", state_space},
    {"lfm2", state_space},
    {"recurrent_gemma", state_space},
    {"roberta", encoder},
    {"xlm-roberta", encoder},
    {"distilbert", encoder},
    {"deberta-v2", encoder},
    {"electra", encoder},
    {"modernbert", encoder},
    {"nomic_bert", encoder},
    {"t5", encoder_decoder},
    {"mt5", encoder_decoder},
    {"umt5", encoder_decoder},
    {"bart", encoder_decoder},
    {"mbart", encoder_decoder},
    {"whisper", encoder_decoder},
    {"m2m_100", encoder_decoder},
    {"t5gemma", encoder_decoder},
    {"gemma3", vision},
    {"gemma3n", vision},
    {"gemma4", vision},
    {"llama4", vision},
    {"mllama", vision},
    {"mistral3", vision},
    {"pixtral", vision},
    {"llava", vision},
    {"llava_next", vision},
    {"qwen2_vl", vision},
    {"qwen2_5_vl", vision},
    {"qwen3_vl", vision},
    {"qwen3_vl_moe", vision},
    {"kimi_k25", vision},
    {"kimi_vl", vision},
    {"glm4v", vision},
    {"glm4v_moe", vision},
    {"internvl_chat", vision},
    {"deepseek_vl_v2", vision},
    {"paligemma", vision},
    {"llama4_text", "its chunked attention layers are not described yet"},
    {"nemotron-nas", "its layers differ one by one"},
    {"mimo_v2_flash", "its windowed layers have other heads than the rest"},
    {"gemma4_text", "its global layers have other heads than the rest"},
    {"cohere2", "its layers with and without windows are not described yet"},
};

/// "; the nearest ... are", or as many types as a sentence holds where nothing is near.
[[nodiscard]] inline std::string nearest_types(std::string_view type) {
    std::string near;
    std::string all;
    int others = 0;
    for (family const& known : families) {
        std::string_view const stem = type.substr(0, type.find('_'));
        bool const close = reckon::detail::edit_distance(type, known.type) <= 2 ||
                           (stem.size() >= 4 && known.type.starts_with(stem));
        if (close) { near += (near.empty() ? "" : ", ") + std::string(known.type); }
        if (all.size() > 160) {
            ++others;
        } else {
            all += (all.empty() ? "" : ", ") + std::string(known.type);
        }
    }
    if (others > 0) { all += " and " + std::to_string(others) + " others"; }
    return near.empty() ? "; known are " + all + "."
                        : "; the nearest known types are " + near + ".";
}

/// The family of the file, by model_type and architectures[0], which must not contradict each
/// other.
/// A recorded failure where there is none.
[[nodiscard]] inline family const* find_family(json_fields& f) {
    std::string_view const type = f.text_or("model_type", "");
    auto const architectures = f.texts_or_none("architectures");
    std::string_view const architecture =
        architectures.empty() ? std::string_view{} : architectures.front();
    if (f.failure()) { return nullptr; }
    if (type.empty() && architecture.empty()) {
        f.refuse(errc::missing_field, "model_type",
                 "and \"architectures\" are missing; is this a model's config.json?");
        return nullptr;
    }
    for (known_gap const& gap : known_gaps) {
        if (gap.type != type) { continue; }
        f.refuse(errc::unsupported, "model_type", "is ", detail::in_quotes(type),
                 ", which is not modelled yet: ", gap.why, ".");
        return nullptr;
    }
    family const* by_type = nullptr;
    family const* by_architecture = nullptr;
    for (family const& known : families) {
        if (by_type == nullptr && known.type == type) { by_type = &known; }
        if (by_architecture == nullptr && known.architecture == architecture) {
            by_architecture = &known;
        }
    }
    if (!type.empty() && by_type == nullptr) {
        f.refuse(errc::unsupported, "model_type", "is ", detail::in_quotes(type, 24),
                 nearest_types(type));
        return nullptr;
    }
    if (!architecture.empty() && by_architecture == nullptr) {
        f.refuse(errc::unsupported, "architectures", "holds ", detail::in_quotes(architecture),
                 ", which is not supported; a language model of type ",
                 by_type != nullptr ? by_type->type : "llama", " is ",
                 by_type != nullptr ? by_type->architecture : "LlamaForCausalLM", ".");
        return nullptr;
    }
    if (by_type != nullptr && by_architecture != nullptr && by_type->architecture != architecture) {
        f.refuse(errc::contradiction, "architectures", "holds ", detail::in_quotes(architecture),
                 ", but model_type is ", detail::in_quotes(type), "; correct one of them.");
        return nullptr;
    }
    return by_type != nullptr ? by_type : by_architecture;
}

} // namespace reckon::inline v0::io::hugging_face
