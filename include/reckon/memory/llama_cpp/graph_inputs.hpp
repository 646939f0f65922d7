// SPDX-License-Identifier: MIT
// The buffer of one pass of llama.cpp on one side: what goes into a graph from outside, and its room.
//
// Inputs are the tokens' positions, the places in the caches that are written, the masks of what may be
// seen, matrices that quantised caches are rotated with, and the rows of logits asked for. Each is placed
// when the engine begins the piece of the graph that first reads it, and given back behind its last
// reader. Where devices take turns (pipelining), four copies of each are kept from beginning to end.
//
// Source: ggml-org/llama.cpp v0.5.0 (commit 0ad4a86), ggml/src/ggml-backend.cpp (GGML_SCHED_MAX_COPIES);
//         its listing of the graphs.
#pragma once
#include <reckon/memory/llama_cpp/carried.hpp>
#include <reckon/memory/llama_cpp/graph_allocator.hpp>
#include <reckon/memory/llama_cpp/layer_facts.hpp>

namespace reckon::inline v0 {

/// Copies of a pass's inputs where devices take turns.
inline constexpr count llama_cpp_pipeline_copies = 4;

/// What the graph knows of the pass.
struct llama_cpp_pass {
    count tokens{};  ///< T
    count outputs{}; ///< R
    bool flash_attention{true};
    count hidden{};
    count vocabulary{};
    count streams{1};
    count sequences{1};
    count cached_value_bytes{2}; ///< of a value in a cache without blocks
    bool packed_keys{};          ///< keys are kept in blocks under a scale
    bool packed_values{};        ///< and values
    count copies{1};             ///< of every input; more than one are kept to the end
};

namespace detail {

/// The smallest part of a head that is rotated before it is quantised; heads that it does not divide are not.
inline constexpr count least_rotation = 64;
/// Keys are rotated in the largest such part, doubled as long as it divides the head.
[[nodiscard]] constexpr count key_rotation(count head) noexcept {
    count side = least_rotation;
    while (head % (2 * side) == 0) {
        side *= 2;
    }
    return side;
}
[[nodiscard]] constexpr bool rotates(bool packed, count head) noexcept {
    return packed && head > 0 && head % least_rotation == 0;
}

inline constexpr count real_bytes = 4; ///< results are fp32
inline constexpr count id_bytes = 4;
inline constexpr count index_bytes = 8; ///< places in the cache

/// What one cache (all layers, or windowed layers) is addressed with.
struct cache_inputs {
    count cells{};
    count last{}; ///< the last layer that reads it on this side
    graph_block key_places{};
    graph_block value_places{};
    graph_block mask{};
    graph_block key_rotation{};   ///< matrix that keys and queries are rotated with
    graph_block value_rotation{}; ///< and values
    bool key_rotated{};
    bool value_rotated{};
    bool places_placed{};
    bool mask_placed{};
};

/// The buffer, and the inputs in it.
class pass_memory {
public:
    constexpr pass_memory(llama_cpp_pass const& pass, count alignment) noexcept
        : pass_(pass), rows_(pass.tokens), memory_(alignment) {}

    [[nodiscard]] constexpr count peak() const noexcept { return memory_.peak(); }
    constexpr graph_block reals(count width, count rows) noexcept {
        return memory_.take(multiply(real_bytes, width, rows));
    }
    constexpr graph_block take(count amount) noexcept { return memory_.take(amount); }
    constexpr void give(graph_block const& b) noexcept { memory_.give(b); }

    /// Something that comes from outside; an empty block where its copies are kept.
    constexpr graph_block input(count amount) noexcept {
        if (pass_.copies == 1) { return take(amount); }
        for (count i = 0; i < pass_.copies; ++i) {
            take(amount);
        }
        return {};
    }
    /// A weight that is copied over for one product, if the pass is long enough.
    constexpr graph_block lend(count amount) noexcept {
        return rows_ < llama_cpp_least_lent ? graph_block{} : take(amount);
    }
    constexpr void place_positions() noexcept {
        if (has_positions_) { return; }
        has_positions_ = true;
        positions_ = input(multiply(id_bytes, pass_.tokens));
    }
    constexpr void place_outputs() noexcept {
        if (has_outputs_) { return; }
        has_outputs_ = true;
        output_ids_ = input(multiply(id_bytes, pass_.outputs));
    }
    constexpr void place_key_rotation(cache_inputs& c, llama_cpp_layer const& l) noexcept {
        if (c.key_rotated || !rotates(pass_.packed_keys, l.key_head)) { return; }
        c.key_rotated = true;
        count const side = key_rotation(l.key_head);
        c.key_rotation = input(multiply(real_bytes, side, side));
    }
    constexpr void place_value_rotation(cache_inputs& c, llama_cpp_layer const& l) noexcept {
        if (c.value_rotated || !rotates(pass_.packed_values, l.value_head)) { return; }
        c.value_rotated = true;
        c.value_rotation = input(multiply(real_bytes, least_rotation, least_rotation));
    }
    constexpr void place_places(cache_inputs& c, llama_cpp_layer const& l) noexcept {
        if (c.places_placed) { return; }
        c.places_placed = true;
        c.key_places = input(multiply(index_bytes, pass_.tokens));
        if (l.values > 0) {
            // A transposed value cache is written value by value.
            c.value_places = input(
                multiply(index_bytes, pass_.tokens, pass_.flash_attention ? count{1} : l.values));
        }
    }
    constexpr void place_mask(cache_inputs& c) noexcept {
        if (c.mask_placed) { return; }
        c.mask_placed = true;
        c.mask =
            input(multiply(c.cells, pass_.tokens, pass_.flash_attention ? count{2} : count{4}));
    }

protected:
    llama_cpp_pass pass_;
    count rows_;
    graph_block positions_{};
    graph_block output_ids_{};

private:
    graph_allocator memory_;
    bool has_positions_{};
    bool has_outputs_{};
};

} // namespace detail

} // namespace reckon::inline v0
