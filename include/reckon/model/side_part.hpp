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
    vision,        ///< tower: an encoder of images with its projector
    audio,         ///< tower
    store,         ///< looked up by n-grams of tokens (Engram)
    hyper_head,    ///< closing: what joins the streams of hyper-connections (DeepSeek-V4)
    pooler,        ///< closing: behind the first token of an encoder (BERT)
    routing_table, ///< table: experts by token instead of by score (DeepSeek-V4)
};

[[nodiscard]] constexpr std::string_view name(side_kind kind) noexcept {
    constexpr std::string_view names[] = {"vision tower",          "audio tower", "n-gram store",
                                          "hyper-connection head", "pooler",      "routing table"};
    return names[static_cast<std::size_t>(kind)];
}

/// One side part. Whole on every tensor-parallel rank, which is what engines do at worst (vLLM can
/// divide a tower).
struct side_part {
    side_kind kind{};
    count values{};
    count bits{16}; ///< of one value: publishers quantise the text model alone

    [[nodiscard]] constexpr bool is_table() const noexcept {
        return kind == side_kind::routing_table;
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

/// The side parts of a model; most have none.
using side_parts = static_vector<side_part, 4>;

} // namespace reckon::inline v0
