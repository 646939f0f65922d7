// SPDX-License-Identifier: MIT
// Encoders of images by model: the largest image that a model's own preprocessing lets through.
//
// Parameters of towers are the catalogue's (model/side_part.hpp); here are the shapes that decide activations.
// A model whose encoder is not among these has one that is not known, and what it takes is not counted. Names are
// compared as hubs and folders write them: without the owner, in either case.
//
// Sources: config.json (vision_config) and preprocessor_config.json of each family:
//   Qwen2-VL, Qwen2.5-VL   max_pixels 12,845,056 in patches of 14, merged 2 x 2: 16,384 entries
//   Qwen3-VL, Qwen3.5-3.8  longest_edge 16,777,216 in patches of 16, merged 2 x 2; vLLM logs "a budget of 16384 tokens"
//   Gemma-3                896 x 896 in patches of 14, pooled to 256
//   Llama-4                16 tiles of 336 x 336 and one of all, 576 patches and a class each, 144 entries a tile
//   Llama-3.2-Vision       4 tiles of 560 x 560, 1,601 patches padded to 1,608, read by cross attention
//   Mistral-Small-3        1,540 x 1,540 in patches of 14, merged 2 x 2, a break behind each row
//   Kimi-VL, Kimi-K2       in_token_limit 4,096; in_patch_limit 16,384; merged 2 x 2
#pragma once
#include <reckon/memory/engine.hpp>

#include <cstddef>
#include <string_view>

namespace reckon::inline v0 {

/// The encoder of models whose name begins so.
struct encoder_of_family {
    std::string_view begins{};
    image_encoder encoder{};
};

namespace detail {
inline constexpr image_encoder qwen_small{65536, 16384, 16384, 1024, 2 * 4096};
inline constexpr image_encoder qwen_large{65536, 16384, 16384, 1152, 2 * 4304};
} // namespace detail

/// The first that applies counts: what is more particular comes first.
inline constexpr encoder_of_family encoders_of_families[] = {
    {"Qwen2.5-VL-", {65536, 16384, 16384, 1280, 3 * 3420}},
    {"Qwen2-VL-", {65536, 16384, 16384, 1280, 2 * 5120}},
    {"Qwen3-VL-2B", detail::qwen_small},
    {"Qwen3-VL-4B", detail::qwen_small},
    {"Qwen3-VL-", detail::qwen_large},
    {"Qwen3.5-0.8B", {65536, 16384, 16384, 768, 2 * 3072}},
    {"Qwen3.5-2B", detail::qwen_small},
    {"Qwen3.5-4B", detail::qwen_small},
    {"Qwen3.5-", detail::qwen_large},
    {"Qwen3.6-", detail::qwen_large},
    {"Qwen3.8-27B", detail::qwen_large},
    {"Gemma-3-", {4096, 256, 256, 1152, 2 * 4304}},
    {"Llama-4-", {17 * 577, 17 * 144, 17 * 144, 1408, 2 * 5632}},
    {"Llama-3.2-11B-Vision", {4 * 1608, 4 * 1608, 1, 1280, 2 * 5120}},
    {"Llama-3.2-90B-Vision", {4 * 1608, 4 * 1608, 1, 1280, 2 * 5120}},
    {"Mistral-Small-3", {12100, 3025, 3025 + 55, 1024, 3 * 4096}},
    {"Kimi-VL-", {4096, 1024, 1024, 1152, 2 * 4304}},
    {"Kimi-K2.5", {16384, 4096, 4096, 1152, 2 * 4304}},
    {"Kimi-K2.6", {16384, 4096, 4096, 1152, 2 * 4304}},
};

namespace detail {
[[nodiscard]] constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
} // namespace detail

/// The encoder of the model of that name; not known() for one that is not listed.
[[nodiscard]] constexpr image_encoder encoder_named(std::string_view model) noexcept {
    std::string_view const own = model.substr(model.rfind('/') + 1); // npos + 1 is 0
    for (encoder_of_family const& f : encoders_of_families) {
        bool begins = own.size() >= f.begins.size();
        for (std::size_t i = 0; begins && i < f.begins.size(); ++i) {
            begins = detail::lower(own[i]) == detail::lower(f.begins[i]);
        }
        if (begins) { return f.encoder; }
    }
    return {};
}

} // namespace reckon::inline v0
