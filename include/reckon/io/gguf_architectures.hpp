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

enum class mixer : unsigned char { heads, latent };

/// A window that the file writes is in every layer, unless `period` says that of so many layers the
/// last one sees everything; `window` is what is meant where the file writes none.
struct architecture {
    std::string_view name;
    mixer kind{mixer::heads};
    count period{0};
    count window{0};
};

inline constexpr architecture architectures[] = {
    {"llama"},
    {"qwen2"},
    {"qwen2moe"},
    {"qwen3"},
    {"qwen3moe"},
    {"gemma"},
    {"gemma2", mixer::heads, 2, 4096},
    {"gemma3", mixer::heads, 6},
    {"phi3"},
    {"deepseek"},
    {"deepseek2", mixer::latent},
    {"gpt-oss", mixer::heads, 2, 128},
    {"glm4moe"},
    {"minimax-m2"},
    {"falcon"},
    {"gpt2"},
    {"starcoder2"},
    {"granite"},
    {"olmo2", mixer::heads, 4},
    {"command-r"},
    {"smollm3"},
    {"seed_oss"},
    {"dots1"},
    {"bloom"},
    {"gptneox"},
};

/// Architectures that are known and not modelled: refused with the reason.
struct architecture_gap {
    std::string_view name;
    std::string_view why;
};
inline constexpr std::string_view constant_state = "its layers keep a state of constant size";
inline constexpr std::string_view index_keys =
    "its sparse attention keeps an index key for each token";
inline constexpr std::string_view no_cache = "encoders keep no cache and have another head";
inline constexpr std::string_view differing_heads =
    "its layers with and without a window have different heads";
inline constexpr std::string_view not_a_language_model =
    "it is the tower of another sense, not a language model; give the language model's file";
inline constexpr architecture_gap architecture_gaps[] = {
    {"llama4", "its chunked attention and its layers by turns are not described yet"},
    {"qwen3next", constant_state},
    {"qwen35", constant_state},
    {"qwen35moe", constant_state},
    {"kimi-linear", constant_state},
    {"mamba", constant_state},
    {"mamba2", constant_state},
    {"jamba", constant_state},
    {"falcon-h1", constant_state},
    {"nemotron_h", constant_state},
    {"nemotron_h_moe", constant_state},
    {"granitehybrid", constant_state},
    {"plamo2", constant_state},
    {"lfm2", constant_state},
    {"lfm2moe", constant_state},
    {"rwkv6", constant_state},
    {"rwkv6qwen2", constant_state},
    {"rwkv7", constant_state},
    {"arwkv7", constant_state},
    {"deepseek32", index_keys},
    {"glm-dsa", index_keys},
    {"deepseek4", "its attention is compressed and sparse by layer"},
    {"gemma3n", "its layers share caches and have embeddings of their own"},
    {"gemma4", differing_heads},
    {"mimo2", differing_heads},
    {"step35", differing_heads},
    {"deci", "its layers differ one by one"},
    {"openelm", "its layers differ one by one"},
    {"bert", no_cache},
    {"modern-bert", no_cache},
    {"nomic-bert", no_cache},
    {"nomic-bert-moe", no_cache},
    {"jina-bert-v2", no_cache},
    {"jina-bert-v3", no_cache},
    {"neo-bert", no_cache},
    {"eurobert", no_cache},
    {"gemma-embedding", no_cache},
    {"llama-embed", no_cache},
    {"t5encoder", no_cache},
    {"t5", "encoder-decoder models have two stacks and two caches"},
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
