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
#include <reckon/memory/llama_cpp/graph_feed_forward.hpp>

namespace reckon::inline v0::detail {

/// The walk through the layers on one side. `ahead` places the inputs that are first read between here
/// and the next thing copied from the host.
class pass_walk : public feed_forward_walk {
public:
    using feed_forward_walk::feed_forward_walk;

    /// The stream between layers, and its first norm where that is computed elsewhere.
    constexpr void begin(graph_block const& stream, graph_block const& normed = {}) noexcept {
        stream_ = stream;
        normed_ = normed;
    }
    /// Its first norm alone: the stream itself arrives behind the first cache, where that is on the host.
    constexpr void begin_with_norm(graph_block const& normed) noexcept {
        normed_ = normed;
        stream_is_late_ = true;
    }
    /// Without layers: only the rows that are asked for arrive.
    constexpr void begin_with_outputs() noexcept {
        rows_ = pass_.outputs;
        stream_ = input(multiply(real_bytes, pass_.hidden, rows_));
        if (pass_.copies > 1) { reals(pass_.hidden, rows_); } // the norm is not made in place
    }

    /// One layer; the last one keeps only the rows that are asked for, and gives the inputs back.
    constexpr void layer(layer_step const& at, auto const& ahead) noexcept {
        llama_cpp_layer const& l = at.facts;
        graph_block const normed = normed_.size > 0 ? normed_ : block_norm(at.host);
        normed_ = {};
        graph_block const attended = l.latent > 0      ? latent_attention(at, normed, ahead)
                                     : l.convolved > 0 ? state_space(l, normed)
                                                       : attention(at, normed, ahead);
        graph_block const weight = lend(at.host[tensor_role::attention_output]);
        if (at.host.layer && at.last && !l.rows_last) { place_outputs(); }
        graph_block mixed = reals(pass_.hidden, rows_);
        give(weight);
        give(attended);
        if (at.host.layer && l.post_norms) { give(lend(at.host.norm)); } // made in place
        if (at.last && !l.rows_last) { keep_outputs(mixed); }
        give(stream_);
        stream_ = mixed; // the sum is made in place
        feed_forward(at, ahead);
        if (at.last && l.rows_last) {
            graph_block const kept = reals(pass_.hidden, pass_.outputs);
            give(stream_);
            give(output_ids_);
            stream_ = kept;
            rows_ = pass_.outputs;
        }
    }
    /// The final norm and the logits. `weight`: bytes of a head that is copied from the host.
    constexpr void head(count weight) noexcept {
        graph_block const lent = lend(weight);
        graph_block const logits = reals(pass_.vocabulary, rows_); // the norm is made in place
        give(lent);
        give(stream_);
        give(logits);
    }
    /// The first norm of a layer that lies elsewhere, where the engine computes it here.
    constexpr void norm_for_next() noexcept { reals(pass_.hidden, rows_); }

private:
    constexpr graph_block block_norm(llama_cpp_carried const& host) noexcept {
        graph_block const normed = reals(pass_.hidden, rows_);
        if (host.layer) { give(lend(host.norm)); } // the product is made in place
        return normed;
    }
    // What a layer reads of a cache that lies on the host: all of it.
    struct copied_cache {
        graph_block keys{};
        graph_block values{};
    };
    constexpr copied_cache copy_cache(layer_step const& at, auto const& ahead) noexcept {
        copied_cache copied{};
        if (!at.host.cache) { return copied; }
        copied.keys = take(at.host.keys);
        // In the order in which they are read: values with the keys, or behind the masked scores.
        if (!pass_.flash_attention) { place_mask(at.cache); }
        copied.values = take(at.host.values);
        place_mask(at.cache);
        if (stream_is_late_) {
            stream_ = input(multiply(real_bytes, pass_.hidden, rows_));
            stream_is_late_ = false;
        }
        // With weights on the device nothing else is copied before the next layer's cache.
        if (!at.host.layer && !at.host.experts) { ahead(); }
        return copied;
    }
    constexpr void give_back(copied_cache const& c) noexcept {
        give(c.keys);
        give(c.values);
    }
    // A result computed from `from` alone, which it replaces.
    constexpr void move(graph_block& from, count width) noexcept {
        graph_block const to = reals(width, rows_);
        give(from);
        from = to;
    }
    constexpr graph_block attention(layer_step const& at, graph_block const& normed,
                                    auto const& ahead) noexcept {
        using enum tensor_role;
        llama_cpp_layer const& l = at.facts;
        cache_inputs& c = at.cache;
        bool const last_of_cache = at.last_of_cache;
        graph_block weight = lend(at.host[attention_q]);
        if (at.host.layer && at.host.head_norm == 0) { place_for_heads(at); }
        graph_block const flat_q = reals(l.queries, rows_);
        give(weight);
        if (at.host.head_norm > 0) {
            weight = lend(at.host.head_norm);
            place_for_heads(at);
            give(weight);
        }
        graph_block q = reals(l.queries, rows_); // given positions, or normalised by head
        give(flat_q);
        bool const rotated_keys = rotates(pass_.packed_keys, l.key_head);
        bool const rotated_values = rotates(pass_.packed_values, l.value_head);
        if (rotated_keys) { move(q, l.queries); }
        graph_block v{};
        graph_block k{};
        auto const project_values = [&] {
            weight = lend(at.host[attention_v]);
            if (at.host.layer) { place_value_rotation(c, l); }
            v = reals(l.values, rows_);
            give(weight);
            if (l.values_last) { give(normed); }
            if (rotated_values) { move(v, l.values); }
        };
        if (!l.values_last) { project_values(); }
        weight = lend(at.host[attention_k]);
        k = reals(l.keys, rows_);
        give(weight);
        if (!l.values_last) { give(normed); }
        if (at.host.layer) { give(lend(at.host.head_norm)); }
        move(k, l.keys);
        if (at.last) { give(positions_); }
        if (l.values_last) { project_values(); }
        if (rotated_keys) {
            move(k, l.keys);
            if (last_of_cache) { give(c.key_rotation); }
        }
        give(k);
        if (last_of_cache) { give(c.key_places); }
        give(v);
        if (last_of_cache) { give(c.value_places); }
        copied_cache const copied = copy_cache(at, ahead);
        if (pass_.flash_attention) {
            graph_block result = reals(l.attended, rows_);
            give_back(copied);
            give(q);
            if (last_of_cache) { give(c.mask); }
            if (rotated_values) {
                move(result, l.attended);
                if (last_of_cache) { give(c.value_rotation); }
            }
            return result;
        }
        graph_block const scores = reals(multiply(c.cells, l.heads), rows_);
        give(copied.keys);
        give(q);
        if (last_of_cache) { give(c.mask); }
        graph_block const weighted = reals(l.attended, rows_);
        give(copied.values);
        give(scores);
        graph_block const result = reals(l.attended, rows_);
        give(weighted);
        return result;
    }
    // Inputs that the queries of a layer on the host are computed with.
    constexpr void place_for_heads(layer_step const& at) noexcept {
        place_positions();
        place_key_rotation(at.cache, at.facts);
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
    constexpr graph_block latent_attention(layer_step const& at, graph_block const& normed,
                                           auto const& ahead) noexcept {
        using enum tensor_role;
        llama_cpp_layer const& l = at.facts;
        cache_inputs& c = at.cache;
        // Roles that stand for two matrices, by the rows of each.
        count const down_rows = add(l.query_latent, l.keys);
        auto const down = [&](count rows) { return at.host[latent_down] / down_rows * rows; };
        count const heads = detail::max(count{1}, l.heads);
        count const nope = l.queries / heads - l.rotated;
        count const up_rows = detail::max(count{1}, add(nope, l.attended / heads));
        count const keys_up = at.host[latent_up_kv] / up_rows * nope;
        count const values_up = at.host[latent_up_kv] - keys_up;
        auto const norm_of = [&](count width) {
            if (at.host.layer) { give(lend(multiply(real_bytes, width))); }
        };
        // A latent of queries that is not there takes no room.
        graph_block weight = lend(down(l.query_latent));
        graph_block const compressed_q = reals(l.query_latent, rows_);
        give(weight);
        norm_of(l.query_latent);
        weight = lend(at.host[latent_up_q]);
        graph_block const q = reals(l.queries, rows_);
        give(weight);
        give(compressed_q);
        weight = lend(keys_up);
        if (at.host.layer) { place_positions(); }
        graph_block const absorbed = reals(multiply(l.heads, l.latent), rows_);
        give(weight);
        graph_block const rotated = reals(multiply(l.heads, l.rotated), rows_);
        give(q);
        graph_block const query = reals(multiply(l.heads, l.keys), rows_);
        give(absorbed);
        give(rotated);
        weight = lend(down(l.keys));
        graph_block const compressed = reals(l.keys, rows_);
        give(weight);
        give(normed);
        graph_block const latent = reals(l.latent, rows_);
        graph_block const rotated_key = reals(l.rotated, rows_);
        norm_of(l.latent);
        give(compressed);
        if (at.last) { give(positions_); }
        graph_block const key = reals(l.keys, rows_);
        give(latent);
        give(rotated_key);
        give(key);
        if (at.last_of_cache) { give(c.key_places); }
        copied_cache const copied = copy_cache(at, ahead);
        graph_block seen{};
        if (pass_.flash_attention) {
            seen = reals(multiply(l.heads, l.latent), rows_);
            give_back(copied);
            give(query);
            if (at.last_of_cache) { give(c.mask); }
        } else {
            // Values are read out of the keys, turned around.
            graph_block const turned = take(
                multiply(multiply(c.cells, pass_.streams), l.latent, pass_.cached_value_bytes));
            give(copied.values);
            graph_block const scores = reals(multiply(c.cells, l.heads), rows_);
            give(copied.keys);
            give(query);
            if (at.last_of_cache) { give(c.mask); }
            seen = reals(multiply(l.heads, l.latent), rows_);
            give(turned);
            give(scores);
        }
        weight = lend(values_up);
        graph_block const up = reals(l.attended, rows_);
        give(weight);
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
    constexpr void feed_forward(layer_step const& at, auto const& ahead) noexcept {
        using enum tensor_role;
        llama_cpp_layer const& l = at.facts;
        block_weights const host{at.host[ffn_gate], at.host[ffn_up], at.host[ffn_down]};
        graph_block const normed = block_norm(at.host);
        // What is copied last: a matrix, or the norm behind it.
        bool const closing = at.host.layer && l.post_norms;
        auto const at_matrix = [&] {
            if (!closing) { ahead(); }
        };
        graph_block const out = l.experts > 0 ? experts(at, normed, at_matrix)
                                : l.gated     ? gated_block(l.width, host, normed, at_matrix)
                                              : plain_block(l.width, host, normed, at_matrix);
        if (closing) {
            graph_block const weight = lend(at.host.norm);
            ahead();
            give(weight);
        }
        give(stream_);
        stream_ = out; // the sum is made in place
    }
    graph_block stream_{};
    graph_block normed_{};
    bool stream_is_late_{};
};

} // namespace reckon::inline v0::detail
