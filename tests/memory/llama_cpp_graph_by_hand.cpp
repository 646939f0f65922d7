// SPDX-License-Identifier: MIT
// One layer of llama.cpp's graph in a buffer without steps: where a matrix that outgrows all else comes to lie.
#include "support/printing.hpp"

#include <reckon/memory/llama_cpp/carried.hpp>
#include <reckon/memory/llama_cpp/compute_graph.hpp>
#include <reckon/memory/llama_cpp/graph_inputs.hpp>
#include <reckon/memory/llama_cpp/layer_facts.hpp>

#include <doctest/doctest.h>

#include <initializer_list>

using namespace reckon;

namespace {

/// Bytes of one value of each of the 32 tokens.
constexpr count u = 4 * 32;
/// More than all results together.
constexpr count large = 1'000'000;

constexpr llama_cpp_layer facts{.known = true,
                                .heads = 4,
                                .queries = 32,
                                .keys = 16,
                                .values = 10,
                                .attended = 20,
                                .key_head = 8,
                                .value_head = 5,
                                .width = 20,
                                .gated = true};
constexpr llama_cpp_pass pass{.tokens = 32, .outputs = 1, .hidden = 10, .vocabulary = 101};

/// The highest end of one layer whose stream is there.
count peak_of(llama_cpp_layer const& l, llama_cpp_carried const& host, bool last = false,
              llama_cpp_pass const& with = pass) {
    detail::pass_walk walk(with, 1);
    detail::cache_inputs cache{.cells = 256};
    walk.begin(walk.input(4 * 10 * with.tokens));
    walk.layer({l, host, cache, last, false}, [] {});
    return walk.peak();
}

} // namespace

TEST_CASE("results alone: queries twice, keys twice, the stream and its norm") {
    // Stream 0 .. 10, norm .. 20, queries .. 52 and again .. 84. Values and keys lie where the first were, 20 .. 46; keys
    // again behind all else, .. 100. A pass of one token has a 32nd of it.
    CHECK(peak_of(facts, {}) == 100 * u);
    llama_cpp_pass one = pass;
    one.tokens = 1;
    CHECK(peak_of(facts, {}, false, one) == 100 * 4);
}

TEST_CASE("norms of a layer on the host are copied behind what is alive") {
    // Before attention the stream and its norm, 20; before the block the positions lie there as well.
    llama_cpp_carried const host{.layer = true, .norm = large};
    CHECK(peak_of(facts, host) == 21 * u + large);
    llama_cpp_layer behind = facts;
    behind.post_norms = true;
    CHECK(peak_of(behind, host) == 21 * u + large);
    // In the last layer one row goes on, too few to be copied for. Without positions attention's result is at 10 .. 30; the
    // id of that row and the projection, 10, lie behind it when the norm behind attention is copied.
    CHECK(peak_of(facts, host, true) == 20 * u + large);
    CHECK(peak_of(behind, host, true) == 40 * u + 4 + large);
    // Picked behind the layer instead, all rows pass both norms, and no id is there before: the projection is at 30 .. 40,
    // gate 10 .. 30, up 40 .. 60, and the block's result 40 .. 50 when its norm is copied.
    llama_cpp_layer late = behind;
    late.rows_last = true;
    CHECK(peak_of(late, host, true) == 50 * u + large);
    // A pass of 31 tokens is computed where the layer lies.
    llama_cpp_pass few = pass;
    few.tokens = 31;
    CHECK(peak_of(facts, host, false, few) < large);
    // A layer that is not on the host copies nothing, whatever its norm.
    CHECK(peak_of(facts, {.norm = large}) == 100 * u);
}

TEST_CASE("the norm of heads is copied for queries, and once more for keys") {
    // Behind the stream, its norm and the queries, 52; positions go behind it, so that the second has no room before them.
    CHECK(peak_of(facts, {.layer = true, .head_norm = large}) == 53 * u + 2 * large);
}

TEST_CASE("matrices of the host are copied when they are due") {
    using enum tensor_role;
    auto const with = [](tensor_role role) {
        llama_cpp_carried host{.layer = true};
        host.of[static_cast<int>(role)] = large;
        return peak_of(facts, host);
    };
    CHECK(with(attention_q) == 20 * u + large + 33 * u); // positions and queries behind it
    // Positions are behind the norm, so that the queries end at 53 and 85; values and keys lie within.
    CHECK(with(attention_v) == 85 * u + large);
    CHECK(with(attention_k) == 85 * u + large);
    CHECK(with(attention_output) == 41 * u + large);
    // The block: normed, stream and positions are 21; gate 41, up 61, product 81.
    CHECK(with(ffn_gate) == 21 * u + large + 20 * u);
    CHECK(with(ffn_up) == 41 * u + large + 20 * u);
}

TEST_CASE("latents: the rows of the up-projection that make keys are copied first, those of values "
          "later") {
    using enum tensor_role;
    // One head of 8 + 4 values over a latent of 12, and values of 4: of 12 rows, 8 make keys.
    llama_cpp_layer const l{.known = true,
                            .heads = 1,
                            .queries = 12,
                            .keys = 16,
                            .attended = 4,
                            .latent = 12,
                            .rotated = 4,
                            .width = 20,
                            .gated = true};
    llama_cpp_carried host{.layer = true};
    host.of[static_cast<int>(latent_up_kv)] = 12 * 100'000;
    // Stream, norm and queries, 32; the rows; positions, 1, and absorbed queries, 12. Values fit where the rows were.
    CHECK(peak_of(l, host) == 45 * u + 8 * 100'000);
    // A latent of queries, 6, is there while they are made; positions lie where it was.
    llama_cpp_layer compressed = l;
    compressed.query_latent = 6;
    CHECK(peak_of(compressed, host) == (20 + 6 + 12 + 12) * u + 8 * 100'000);
}

TEST_CASE("a device without layers gets the rows that are asked for, and one more where copies are "
          "kept") {
    for (count const copies : {1, 2, 4}) {
        CAPTURE(copies);
        llama_cpp_pass with = pass;
        with.outputs = 3;
        with.copies = copies;
        detail::pass_walk walk(with, 1);
        walk.begin_with_outputs();
        CHECK(walk.peak() == 3 * 4 * 10 * (copies + (copies > 1 ? 1 : 0)));
    }
}

TEST_CASE("what one pass is, unless said otherwise") {
    constexpr llama_cpp_pass plain{};
    CHECK(plain.flash_attention);
    CHECK(plain.streams == 1);
    CHECK(plain.sequences == 1);
    CHECK(plain.copies == 1);
    CHECK(plain.cached_value_bytes == 2); // f16
}

TEST_CASE("what is read next is placed once: behind the last thing that a layer copies") {
    using enum tensor_role;
    llama_cpp_layer plain = facts;
    plain.gated = false;
    llama_cpp_layer behind = facts;
    behind.post_norms = true;
    llama_cpp_layer routed = facts;
    routed.experts = 8;
    routed.chosen = 2;
    routed.expert_width = 5;
    llama_cpp_layer shared = routed;
    shared.shared_width = 7;
    auto const times = [](llama_cpp_layer const& l, llama_cpp_carried host,
                          std::initializer_list<tensor_role> matrices) {
        for (tensor_role const r : matrices) {
            host.of[static_cast<int>(r)] = 100;
        }
        int calls = 0;
        detail::pass_walk walk(pass, 1);
        detail::cache_inputs cache{.cells = 256};
        walk.begin(walk.input(10 * u));
        walk.layer({l, host, cache, false, false}, [&] { ++calls; });
        return calls;
    };
    for (llama_cpp_layer const& l : {facts, plain, behind, routed, shared}) {
        CHECK(times(l, {}, {}) == 0); // all of it lies there
        CHECK(times(l, {.cache = true, .keys = 100, .values = 100}, {}) == 1);
    }
    CHECK(times(facts, {.layer = true}, {ffn_gate, ffn_up, ffn_down}) == 1);
    CHECK(times(facts, {.layer = true, .cache = true}, {ffn_gate, ffn_up, ffn_down}) == 1);
    CHECK(times(plain, {.layer = true}, {ffn_up, ffn_down}) == 1);
    CHECK(times(behind, {.layer = true, .norm = 100}, {ffn_gate, ffn_up, ffn_down}) == 1);
    CHECK(times(routed, {.layer = true, .experts = true}, {expert_gate, expert_up, expert_down}) ==
          1);
    CHECK(times(routed, {.experts = true}, {expert_gate, expert_up, expert_down}) == 1);
    CHECK(times(shared, {.experts = true}, {expert_gate, expert_up, expert_down}) == 1);
    CHECK(times(shared, {.layer = true, .experts = true},
                {expert_gate, expert_up, expert_down, shared_gate, shared_up, shared_down}) == 1);
}

TEST_CASE("layers give back what they take: the fourth needs no more room than the third") {
    for (bool const late : {false, true}) {
        for (bool const on_host : {false, true}) {
            CAPTURE(late);
            CAPTURE(on_host);
            auto const peak_of_layers = [&](int layers) {
                detail::pass_walk walk(pass, 1);
                detail::cache_inputs cache{.cells = 256};
                graph_block const first = walk.input(10 * u);
                if (late) {
                    walk.begin_with_norm(first); // the stream comes behind the first cache
                } else {
                    walk.begin(first);
                }
                llama_cpp_carried const host{
                    .layer = on_host, .cache = true, .norm = 40, .keys = 5000, .values = 3000};
                for (int i = 0; i < layers; ++i) {
                    walk.layer({facts, host, cache, false, false}, [] {});
                }
                return walk.peak();
            };
            CHECK(peak_of_layers(3) == peak_of_layers(4));
            CHECK(peak_of_layers(3) == peak_of_layers(20));
        }
    }
}
