// SPDX-License-Identifier: MIT
// Which reader is for which model_type, and which types are refused with which reason.
#pragma once
#include <reckon/detail/nearest.hpp>
#include <reckon/io/hugging_face/classic.hpp>
#include <reckon/io/hugging_face/classic_more.hpp>
#include <reckon/io/hugging_face/decoders.hpp>
#include <reckon/io/hugging_face/deepseek.hpp>
#include <reckon/io/hugging_face/deepseek_v4.hpp>
#include <reckon/io/hugging_face/dense.hpp>
#include <reckon/io/hugging_face/encoder.hpp>
#include <reckon/io/hugging_face/encoder_decoder.hpp>
#include <reckon/io/hugging_face/experts.hpp>
#include <reckon/io/hugging_face/gemma.hpp>
#include <reckon/io/hugging_face/hybrid.hpp>
#include <reckon/io/hugging_face/lfm2.hpp>
#include <reckon/io/hugging_face/llama4.hpp>
#include <reckon/io/hugging_face/mixtures.hpp>
#include <reckon/io/hugging_face/multimodal.hpp>
#include <reckon/io/hugging_face/nas.hpp>
#include <reckon/io/hugging_face/sparse.hpp>
#include <reckon/io/hugging_face/state_space.hpp>

#include <string>
#include <string_view>

namespace reckon::inline v0::io::hugging_face {

/// One kind of config.json, by both of its names, and what reads it.
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
    {"xlm-roberta", "XLMRobertaModel", read_roberta},
    {"roberta", "RobertaModel", read_roberta},
    {"gemma", "GemmaForCausalLM", read_gemma},
    {"gemma3", "Gemma3ForConditionalGeneration", read_gemma3},
    {"gemma3n", "Gemma3nForConditionalGeneration", read_gemma3n},
    {"gemma3n_text", "Gemma3nForCausalLM", read_gemma3n_text},
    {"gemma4", "Gemma4ForConditionalGeneration", read_gemma4},
    {"gemma4_text", "Gemma4ForCausalLM", read_gemma4_text},
    {"gemma4_unified", "Gemma4UnifiedForConditionalGeneration", read_gemma4_unified},
    {"llama4", "Llama4ForConditionalGeneration", read_llama4},
    {"llama4_text", "Llama4ForCausalLM", read_llama4_text},
    {"mllama", "MllamaForConditionalGeneration", read_mllama},
    {"mistral3", "Mistral3ForConditionalGeneration", read_mistral3},
    {"ministral3", "Ministral3ForCausalLM", read_llama},
    {"qwen2_vl", "Qwen2VLForConditionalGeneration", read_qwen2_vl},
    {"qwen2_5_vl", "Qwen2_5_VLForConditionalGeneration", read_qwen2_5_vl},
    {"qwen3_vl", "Qwen3VLForConditionalGeneration", read_qwen3_vl},
    {"qwen3_vl_moe", "Qwen3VLMoeForConditionalGeneration", read_qwen3_vl_moe},
    {"kimi_vl", "KimiVLForConditionalGeneration", read_kimi_vl},
    {"kimi_k25", "KimiK25ForConditionalGeneration", read_kimi_vl},
    {"kimi_k3", "KimiK3ForConditionalGeneration", read_kimi_k3},
    {"smollm3", "SmolLM3ForCausalLM", read_smollm3},
    {"internlm2", "InternLM2ForCausalLM", read_internlm2},
    {"olmo3", "Olmo3ForCausalLM", read_olmo3},
    {"olmoe", "OlmoeForCausalLM", read_olmoe},
    {"exaone", "ExaoneForCausalLM", read_exaone},
    {"minicpm", "MiniCPMForCausalLM", read_minicpm},
    {"apertus", "ApertusForCausalLM", read_apertus},
    {"exaone4", "Exaone4ForCausalLM", read_exaone4},
    {"seed_oss", "SeedOssForCausalLM", read_seed_oss},
    {"glm", "GlmForCausalLM", read_glm},
    {"glm4", "Glm4ForCausalLM", read_glm4},
    {"glm4_moe_lite", "Glm4MoeLiteForCausalLM", read_deepseek_v3},
    {"cohere2", "Cohere2ForCausalLM", read_cohere2},
    {"ernie4_5", "Ernie4_5ForCausalLM", read_ernie4_5},
    {"ernie4_5_moe", "Ernie4_5_MoeForCausalLM", read_ernie4_5_moe},
    {"bailing_moe", "BailingMoeV2ForCausalLM", read_bailing_moe},
    {"dots1", "Dots1ForCausalLM", read_dots1},
    {"mimo", "MiMoForCausalLM", read_mimo},
    {"mimo_v2_flash", "MiMoV2FlashForCausalLM", read_mimo_v2_flash},
    {"step3p5", "Step3p5ForCausalLM", read_step3p5},
    {"laguna", "LagunaForCausalLM", read_laguna},
    {"phi", "PhiForCausalLM", read_phi},
    {"gptj", "GPTJForCausalLM", read_gptj},
    {"gpt_neox", "GPTNeoXForCausalLM", read_gpt_neox},
    {"bloom", "BloomForCausalLM", read_bloom},
    {"opt", "OPTForCausalLM", read_opt},
    {"lfm2", "Lfm2ForCausalLM", read_lfm2},
    {"lfm2_moe", "Lfm2MoeForCausalLM", read_lfm2_moe},
    {"nemotron-nas", "DeciLMForCausalLM", read_nemotron_nas},
    {"deci", "DeciLMForCausalLM", read_deci},
    {"t5", "T5ForConditionalGeneration", read_t5},
    {"bart", "BartForConditionalGeneration", read_bart},
    {"whisper", "WhisperForConditionalGeneration", read_whisper},
};

/// Types that are known and not modelled: refused with the reason rather than as unknown.
struct known_gap {
    std::string_view type;
    std::string_view why;
};
inline constexpr std::string_view state_space =
    "its state-space layers keep a state of constant size";
inline constexpr std::string_view encoder = "encoders of this family are not described yet";
inline constexpr std::string_view encoder_decoder =
    "of the encoders with a decoder, t5, bart and whisper are described";
inline constexpr std::string_view vision =
    "its vision tower has weights of its own; pass the text model's config.json if there is one";
inline constexpr known_gap known_gaps[] = {
    {"minimax", "it is described under its older name, minimax_text_01"},
    {"minimax_m3_vl", vision},
    {"deepseek_v41",
     "its vision tower and its drafter are not described; the catalogue has the text model"},
    {"mamba", state_space},
    {"mamba2", state_space},
    {"falcon_mamba", state_space},
    {"falcon_h1", state_space},
    {"bamba", state_space},
    {"zamba", state_space},
    {"zamba2", state_space},
    {"rwkv", state_space},
    {"recurrent_gemma", state_space},
    {"distilbert", encoder},
    {"deberta-v2", encoder},
    {"electra", encoder},
    {"modernbert", encoder},
    {"nomic_bert", encoder},
    {"mt5", encoder_decoder},
    {"umt5", encoder_decoder},
    {"mbart", encoder_decoder},
    {"m2m_100", encoder_decoder},
    {"t5gemma", encoder_decoder},
    {"pixtral", vision},
    {"llava", vision},
    {"llava_next", vision},
    {"glm4v", vision},
    {"glm4v_moe", vision},
    {"internvl_chat", vision},
    {"deepseek_vl_v2", vision},
    {"paligemma", vision},
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
