// SPDX-License-Identifier: MIT
// The intermediate results of one pass of llama.cpp through a model, in the order in which the engine
// computes them, packed as it packs them.
//
//   one layer, T tokens, 4 bytes a value:
//     norm h; queries, keys, values; attention: scores (without flash attention) H cells T, result;
//     output projection h; norm h; gate, up, their product i each; down h
//   inputs that live as long as they are read: token ids, positions, two index lists, the mask
//     cells T (2 bytes with flash attention, 4 without), the ids of the R rows that are asked for
//
//   symbol | meaning                                  | unit   | domain
//   T      | tokens of a micro-batch                  | -      | >= 1
//   R      | rows of logits asked for                 | -      | 1 .. T
//   cells  | cells of one stream's cache              | -      | >= 256
//   H, h, i| query heads, hidden width, inner width   | -      | >= 1
//
// Source: ggml-org/llama.cpp v0.5.0 (commit 0ad4a86): the engine's own listing of its graphs
// (GGML_SCHED_DEBUG=2) for llama, qwen3moe, gpt-oss, deepseek2 and gemma; in-place rules of ggml-alloc.c.
// Held to the byte by tests/live/llama_cpp.
#pragma once
#include <reckon/memory/llama_cpp/graph_allocator.hpp>
#include <reckon/memory/llama_cpp/layer_facts.hpp>

namespace reckon::inline v0 {

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
    graph_block key_places{};
    graph_block value_places{};
    graph_block mask{};
    graph_block key_rotation{};   ///< matrix that keys and queries are rotated with
    graph_block value_rotation{}; ///< and values
    bool made{false};
};

/// The walk through the layers on one device.
class pass_walk {
public:
    constexpr pass_walk(llama_cpp_pass const& pass, count alignment) noexcept
        : pass_(pass), memory_(alignment), rows_(pass.tokens) {}

    constexpr graph_block reals(count width, count rows) noexcept {
        return memory_.take(multiply(real_bytes, width, rows));
    }
    constexpr graph_block take(count amount) noexcept { return memory_.take(amount); }
    constexpr void give(graph_block const& b) noexcept { memory_.give(b); }
    [[nodiscard]] constexpr count peak() const noexcept { return memory_.peak(); }

    constexpr void begin(graph_block const& embedded) noexcept { stream_ = embedded; }
    constexpr void place_positions() noexcept {
        positions_ = memory_.take(multiply(id_bytes, pass_.tokens));
    }
    constexpr void place_outputs() noexcept {
        output_ids_ = memory_.take(multiply(id_bytes, pass_.outputs));
    }
    /// Where the cache is written and what may be seen, for a cache that layer `l` reads.
    constexpr void place_cache(cache_inputs& c, llama_cpp_layer const& l) noexcept {
        if (c.made) { return; }
        c.made = true;
        count const rows = pass_.tokens;
        if (rotates(pass_.packed_keys, l.key_head)) {
            count const side = key_rotation(l.key_head);
            c.key_rotation = memory_.take(multiply(real_bytes, side, side));
        }
        if (rotates(pass_.packed_values, l.value_head)) {
            c.value_rotation = memory_.take(multiply(real_bytes, least_rotation, least_rotation));
        }
        c.key_places = memory_.take(multiply(index_bytes, rows));
        if (l.values > 0) {
            // A transposed value cache is written value by value.
            c.value_places = memory_.take(
                multiply(index_bytes, rows, pass_.flash_attention ? count{1} : l.values));
        }
        c.mask = memory_.take(multiply(c.cells, rows, pass_.flash_attention ? count{2} : count{4}));
    }

    /// One layer; the last one keeps only the rows that are asked for, and gives the inputs back.
    constexpr void layer(llama_cpp_layer const& l, cache_inputs& c, bool last,
                         bool last_of_cache) noexcept {
        graph_block const normed = reals(pass_.hidden, rows_);
        graph_block const attended =
            l.latent > 0      ? latent_attention(l, c, normed, last, last_of_cache)
            : l.convolved > 0 ? state_space(l, normed)
                              : attention(l, c, normed, last, last_of_cache);
        graph_block mixed = reals(pass_.hidden, rows_);
        give(attended);
        if (last && !l.rows_last) { keep_outputs(mixed); }
        give(stream_);
        stream_ = mixed; // the sum is made in place
        feed_forward(l);
        if (last && l.rows_last) {
            graph_block const kept = reals(pass_.hidden, pass_.outputs);
            give(stream_);
            give(output_ids_);
            stream_ = kept;
            rows_ = pass_.outputs;
        }
    }
    /// The final norm and the logits.
    constexpr void head() noexcept {
        graph_block const logits = reals(pass_.vocabulary, rows_); // the norm is made in place
        give(stream_);
        give(logits);
    }

private:
    // A result computed from `from` alone, which it replaces.
    constexpr void move(graph_block& from, count width) noexcept {
        graph_block const to = reals(width, rows_);
        give(from);
        from = to;
    }
    constexpr void done_writing(cache_inputs const& c, bool last) noexcept {
        if (!last) { return; }
        give(c.key_places);
    }
    constexpr graph_block attention(llama_cpp_layer const& l, cache_inputs& c,
                                    graph_block const& normed, bool last,
                                    bool last_of_cache) noexcept {
        graph_block const flat_q = reals(l.queries, rows_);
        graph_block q = reals(l.queries, rows_); // given positions, or normalised by head
        give(flat_q);
        bool const rotated_keys = c.key_rotation.size > 0;
        bool const rotated_values = c.value_rotation.size > 0;
        if (rotated_keys) { move(q, l.queries); }
        graph_block v{};
        graph_block k{};
        auto const project_values = [&] {
            v = reals(l.values, rows_);
            if (l.values_last) { give(normed); }
            if (rotated_values) { move(v, l.values); }
        };
        if (!l.values_last) { project_values(); }
        k = reals(l.keys, rows_);
        if (!l.values_last) { give(normed); }
        move(k, l.keys);
        if (last) { give(positions_); }
        if (l.values_last) { project_values(); }
        if (rotated_keys) {
            move(k, l.keys);
            if (last_of_cache) { give(c.key_rotation); }
        }
        give(k);
        done_writing(c, last_of_cache);
        give(v);
        if (last_of_cache) { give(c.value_places); }
        if (pass_.flash_attention) {
            graph_block result = reals(l.attended, rows_);
            give(q);
            if (last_of_cache) { give(c.mask); }
            if (rotated_values) {
                move(result, l.attended);
                if (last_of_cache) { give(c.value_rotation); }
            }
            return result;
        }
        graph_block const scores = reals(multiply(c.cells, l.heads), rows_);
        give(q);
        if (last_of_cache) { give(c.mask); }
        graph_block const weighted = reals(l.attended, rows_);
        give(scores);
        graph_block const result = reals(l.attended, rows_);
        give(weighted);
        return result;
    }
    // Mamba-2 within a few percent: the inputs, their convolution with the inputs before them, and the scan,
    // which returns the states of the sequences behind its results.
    constexpr graph_block state_space(llama_cpp_layer const& l,
                                      graph_block const& normed) noexcept {
        graph_block const in = reals(l.mixed_in, rows_);
        give(normed);
        graph_block const joined = reals(l.convolved, rows_);
        graph_block const convolved = reals(l.convolved, rows_);
        give(joined);
        graph_block const scanned =
            reals(1, add(multiply(l.inner, rows_), multiply(l.state, pass_.sequences)));
        graph_block const skipped = reals(l.inner, rows_);
        give(convolved);
        graph_block const result = reals(l.inner, rows_);
        give(skipped);
        give(scanned);
        give(in);
        return result;
    }
    constexpr graph_block latent_attention(llama_cpp_layer const& l, cache_inputs& c,
                                           graph_block const& normed, bool last,
                                           bool last_of_cache) noexcept {
        graph_block q{};
        if (l.query_latent > 0) {
            graph_block const down = reals(l.query_latent, rows_);
            q = reals(l.queries, rows_);
            give(down);
        } else {
            q = reals(l.queries, rows_);
        }
        graph_block const absorbed = reals(multiply(l.heads, l.latent), rows_);
        graph_block const rotated = reals(multiply(l.heads, l.rotated), rows_);
        give(q);
        graph_block const query = reals(multiply(l.heads, l.keys), rows_);
        give(absorbed);
        give(rotated);
        graph_block const compressed = reals(l.keys, rows_);
        give(normed);
        graph_block const latent = reals(l.latent, rows_);
        graph_block const rotated_key = reals(l.rotated, rows_);
        give(compressed);
        if (last) { give(positions_); }
        graph_block const key = reals(l.keys, rows_);
        give(latent);
        give(rotated_key);
        give(key);
        done_writing(c, last_of_cache);
        graph_block seen{};
        if (pass_.flash_attention) {
            seen = reals(multiply(l.heads, l.latent), rows_);
            give(query);
            if (last_of_cache) { give(c.mask); }
        } else {
            // Values are read out of the keys, turned around.
            graph_block const turned = take(
                multiply(multiply(c.cells, pass_.streams), l.latent, pass_.cached_value_bytes));
            graph_block const scores = reals(multiply(c.cells, l.heads), rows_);
            give(query);
            if (last_of_cache) { give(c.mask); }
            seen = reals(multiply(l.heads, l.latent), rows_);
            give(turned);
            give(scores);
        }
        graph_block const up = reals(l.attended, rows_);
        give(seen);
        graph_block const result = reals(l.attended, rows_);
        give(up);
        return result;
    }
    constexpr void keep_outputs(graph_block& mixed) noexcept {
        graph_block const kept = reals(pass_.hidden, pass_.outputs);
        give(mixed);
        graph_block const kept_stream = reals(pass_.hidden, pass_.outputs);
        give(stream_);
        give(output_ids_);
        stream_ = kept_stream;
        mixed = kept;
        rows_ = pass_.outputs;
    }
    constexpr graph_block gated_block(count width, graph_block const& in, bool in_done) noexcept {
        graph_block const gate = reals(width, rows_);
        graph_block const up = reals(width, rows_);
        if (in_done) { give(in); }
        graph_block const product = reals(width, rows_);
        give(gate);
        give(up);
        graph_block const down = reals(pass_.hidden, rows_);
        give(product);
        return down;
    }
    constexpr graph_block plain_block(count width, graph_block const& in) noexcept {
        graph_block const up = reals(width, rows_);
        give(in);
        graph_block const down = reals(pass_.hidden, rows_);
        give(up);
        return down;
    }
    constexpr void feed_forward(llama_cpp_layer const& l) noexcept {
        graph_block const normed = reals(pass_.hidden, rows_);
        graph_block const out = l.experts > 0 ? experts(l, normed)
                                : l.gated     ? gated_block(l.width, normed, true)
                                              : plain_block(l.width, normed);
        give(stream_);
        stream_ = out; // the sum is made in place
    }
    constexpr graph_block experts(llama_cpp_layer const& l, graph_block const& normed) noexcept {
        graph_block const scores = reals(l.experts, rows_);
        graph_block corrected{};
        if (l.corrected) { corrected = reals(l.experts, rows_); }
        graph_block const order = take(multiply(id_bytes, l.experts, rows_));
        give(corrected);
        graph_block const flat_weights = reals(l.chosen, rows_);
        give(scores);
        graph_block weights = flat_weights;
        if (l.normalised) {
            weights = reals(l.chosen, rows_);
            give(flat_weights);
        }
        graph_block const gate = reals(multiply(l.expert_width, l.chosen), rows_);
        graph_block const up = reals(multiply(l.expert_width, l.chosen), rows_);
        bool const shared = l.shared_width > 0;
        if (!shared) { give(normed); }
        graph_block const product = reals(multiply(l.expert_width, l.chosen), rows_);
        give(gate);
        give(up);
        graph_block const down = reals(multiply(pass_.hidden, l.chosen), rows_);
        give(product);
        give(order);
        give(weights);
        graph_block const sum = reals(pass_.hidden, rows_);
        give(down);
        if (shared) { give(gated_block(l.shared_width, normed, true)); }
        return sum;
    }

    llama_cpp_pass pass_;
    graph_allocator memory_;
    count rows_;
    graph_block stream_{};
    graph_block positions_{};
    graph_block output_ids_{};
};

} // namespace detail

} // namespace reckon::inline v0
