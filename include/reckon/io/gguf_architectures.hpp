// SPDX-License-Identifier: MIT
// What the name of an architecture in a GGUF file tells that its metadata do not.
//
// Source: ggml-org/llama.cpp src/llama-arch.cpp (names), src/models/*.cpp (windows).
#pragma once
#include <reckon/detail/nearest.hpp>
#include <reckon/detail/result.hpp>
#include <reckon/io/gguf_metadata.hpp>
#include <reckon/io/json.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace reckon::inline v0::io::gguf {

/// Decoders keep what they attended to; encoders see a whole text at once and keep nothing.
enum class mixer : unsigned char { decoder, encoder };

/// A window that the file writes is in every layer, unless `period` says that of so many layers the
/// last one sees everything; `window` is what is meant where the file writes none.
struct architecture {
    std::string_view name;
    mixer kind{mixer::decoder};
    count period{0};
    count window{0};
};

inline constexpr architecture architectures[] = {
    {"llama"},
    {"llama4", mixer::decoder, 4, 8192},
    {"deci"},
    {"mistral3"},
    {"qwen2"},
    {"qwen2vl"},
    {"qwen2moe"},
    {"qwen3"},
    {"qwen3vl"},
    {"qwen3moe"},
    {"qwen3vlmoe"},
    {"qwen3next"},
    {"qwen35"},
    {"qwen35moe"},
    {"gemma"},
    {"gemma2", mixer::decoder, 2, 4096},
    {"gemma3", mixer::decoder, 6},
    {"gemma3n", mixer::decoder, 5},
    {"gemma4"},
    {"phi2"},
    {"phi3"},
    {"phimoe"},
    {"deepseek"},
    {"deepseek2"},
    {"deepseek2-ocr"},
    {"deepseek32"},
    {"deepseek4"},
    {"kimi-linear"},
    {"gpt-oss", mixer::decoder, 2, 128},
    {"chatglm"},
    {"glm4"},
    {"glm4moe"},
    {"glm-dsa"},
    {"minimax-m2"},
    {"minimax-m3"},
    {"mimo2"},
    {"step35"},
    {"falcon"},
    {"gpt2"},
    {"gptj"},
    {"gptneox"},
    {"starcoder"},
    {"starcoder2"},
    {"bloom"},
    {"mpt"},
    {"granite"},
    {"granitemoe"},
    {"granitehybrid"},
    {"jamba"},
    {"lfm2"},
    {"lfm2moe"},
    {"mamba2"},
    {"nemotron"},
    {"nemotron_h"},
    {"nemotron_h_moe"},
    {"olmo"},
    {"olmo2", mixer::decoder, 4},
    {"olmoe"},
    {"command-r"},
    {"cohere2", mixer::decoder, 4},
    {"internlm2"},
    {"baichuan"},
    {"exaone"},
    {"exaone4", mixer::decoder, 4},
    {"ernie4_5"},
    {"ernie4_5-moe"},
    {"hunyuan-dense"},
    {"hunyuan-moe"},
    {"bailingmoe"},
    {"bailingmoe2"},
    {"smollm3"},
    {"seed_oss"},
    {"dots1"},
    {"arcee"},
    {"stablelm"},
    {"orion"},
    {"xverse"},
    {"minicpm"},
    {"bert", mixer::encoder},
    {"nomic-bert", mixer::encoder},
    {"nomic-bert-moe", mixer::encoder},
    {"eurobert", mixer::encoder},
};

/// Architectures that are known and not modelled: refused with the reason.
struct architecture_gap {
    std::string_view name;
    std::string_view why;
};
inline constexpr std::string_view own_state =
    "its layers keep a state of constant size of a kind of its own";
inline constexpr std::string_view encoder_windows = "it sees windows of the text by turns";
inline constexpr std::string_view not_a_language_model =
    "it is the tower of another sense, not a language model; give the language model's file";
inline constexpr architecture_gap architecture_gaps[] = {
    {"mamba", "its state-space layers have no norms, unlike Jamba's"},
    {"falcon-h1", "its layers have attention and a state space side by side"},
    {"plamo2", own_state},
    {"rwkv6", own_state},
    {"rwkv6qwen2", own_state},
    {"rwkv7", own_state},
    {"arwkv7", own_state},
    {"openelm", "its heads differ layer by layer in more than 8 kinds"},
    {"modern-bert", encoder_windows},
    {"gemma-embedding", encoder_windows},
    {"jina-bert-v2", "its biases and norms are of kinds of their own"},
    {"jina-bert-v3", "its biases and norms are of kinds of their own"},
    {"neo-bert", "its biases and norms are of kinds of their own"},
    {"llama-embed", "whether it looks ahead is not in its file"},
    {"t5encoder", "its relative positions have weights"},
    {"t5", "encoder-decoder models have two stacks and two caches"},
    {"bitnet", "its layers have norms inside the blocks"},
    {"clip", not_a_language_model},
    {"wavtokenizer-dec", not_a_language_model},
};

/// The row of the file's architecture.
[[nodiscard]] inline result<architecture const*> find_architecture(gguf_metadata const& metadata,
                                                                   std::string_view source) {
    sentence why{source};
    why.append(": \"general.architecture\" ");
    auto const written = metadata.string("general.architecture");
    if (!written || written->empty()) {
        bool const there = metadata.contains("general.architecture");
        why.append(there ? "is not the name of an architecture" : "is missing");
        return error{errc::missing_field, why.append("; is this the file of a model?")};
    }
    for (architecture const& known : architectures) {
        if (known.name == *written) { return &known; }
    }
    why.append("is ").append(io::detail::in_quotes(*written, 32));
    for (architecture_gap const& gap : architecture_gaps) {
        if (gap.name != *written) { continue; }
        return error{errc::unsupported,
                     why.append(", which is not modelled yet: ").append(gap.why).append(".")};
    }
    constexpr std::size_t known_names = sizeof(architectures) / sizeof(architectures[0]);
    std::string_view names[known_names];
    for (std::size_t i = 0; i < known_names; ++i) {
        names[i] = architectures[i].name;
    }
    why.append(", which is not known");
    reckon::detail::append_nearest(why, *written, names);
    return error{errc::unsupported,
                 why.append("; the bytes of its tensors are, its cache is not.")};
}

} // namespace reckon::inline v0::io::gguf
