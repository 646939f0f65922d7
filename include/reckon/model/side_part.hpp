// SPDX-License-Identifier: MIT
// What a model holds beside embedding, layers and head.
#pragma once
#include <reckon/detail/math.hpp>
#include <reckon/detail/static_vector.hpp>

#include <cstdint>
#include <string_view>

namespace reckon::inline v0 {

/// What a side part is. Towers and stores are parameters that a token of text does not pass; closing
/// parts stand behind the last layer and every token passes them; tables are no parameters.
enum class side_kind : std::uint8_t {
    vision,           ///< tower: an encoder of images with its projector
    audio,            ///< tower: an encoder of sound with its projector
    store,            ///< looked up by n-grams of tokens (Engram)
    hyper_head,       ///< closing: what makes and joins residual streams (DeepSeek-V4, Gemma 3n)
    pooler,           ///< closing: behind the first token of an encoder (BERT)
    routing_table,    ///< table: experts by token instead of by score (DeepSeek-V4)
    layer_embeddings, ///< an embedding of every token for every layer, looked up (Gemma 3n)
    encoder,          ///< of an encoder, what is in no layer: input, positions, norm (T5, Whisper)
    positions,        ///< logits by distance for each head, shared by layers (T5)
    store_scales,     ///< table: scales of a store whose values are of 8 bits (Engram)
};

[[nodiscard]] constexpr std::string_view name(side_kind kind) noexcept {
    constexpr std::string_view names[] = {
        "vision tower",  "audio tower",        "n-gram store",         "hyper-connection head",
        "pooler",        "routing table",      "per-layer embeddings", "encoder beside its layers",
        "position bias", "scales of the store"};
    return names[static_cast<std::size_t>(kind)];
}

/// One side part. Whole on every tensor-parallel rank, which is what engines do at worst (vLLM can
/// divide a tower).
struct side_part {
    side_kind kind{};
    count values{};
    count bits{16}; ///< of one value: publishers quantise the text model alone

    [[nodiscard]] constexpr bool is_table() const noexcept {
        return kind == side_kind::routing_table || kind == side_kind::store_scales;
    }
    /// On the last pipeline stage, and in the path of every token; the others are on the first.
    [[nodiscard]] constexpr bool is_closing() const noexcept {
        return kind == side_kind::hyper_head || kind == side_kind::pooler;
    }
    [[nodiscard]] constexpr count parameters() const noexcept { return is_table() ? 0 : values; }
    [[nodiscard]] constexpr double bytes_stored() const noexcept {
        return static_cast<double>(values) * static_cast<double>(bits) / 8;
    }
    friend constexpr bool operator==(side_part const&, side_part const&) noexcept = default;
};

/// An encoder of images with the largest image that the model's own preprocessing lets through: what decides
/// what its pass keeps (memory/image_encoder.hpp). Its parameters are a side part. All zero: not known.
struct image_encoder {
    count patches{};     ///< of the largest image, that the encoder attends to, as padded
    count entries{};     ///< that it becomes for the language model
    count positions{};   ///< that it takes in a prompt; 1 where cross attention reads it
    count width{};       ///< of the encoder's stream
    count live_values{}; ///< of its feed-forward block: 3 i where it is gated, else 2 i
    [[nodiscard]] constexpr bool known() const noexcept { return patches > 0; }
    friend constexpr bool operator==(image_encoder const&, image_encoder const&) noexcept = default;
};

/// The side parts of a model; most have none.
using side_parts = static_vector<side_part, 6>;

} // namespace reckon::inline v0
