// SPDX-License-Identifier: MIT
// The parts of a launch of llama.cpp for a model of 10 values a token: sums that a reader can check.
#include "support/printing.hpp"

#include <reckon/catalog/models.hpp>
#include <reckon/memory/llama_cpp/fit.hpp>

#include <doctest/doctest.h>

using namespace reckon;

namespace {

constexpr gqa heads{.query_heads = 4, .kv_heads = 2, .head_dim = 8, .value_dim = 5};
constexpr mla latents{.query_heads = 4,
                      .q_lora_rank = 6,
                      .kv_lora_rank = 12,
                      .qk_nope_dim = 8,
                      .qk_rope_dim = 4,
                      .v_dim = 10};
constexpr moe experts{.routed = 8, .per_token = 2, .intermediate = 31, .biases = true};

/// Layer 0 dense, layers 1 to 3 with experts. Parameters of a layer's attention: 32 x 10 + 16 x 10 + 10 x 10 + 10 x 20.
any_model small() {
    any_model m{};
    m.hidden = 10;
    m.vocabulary = 101;
    m.groups.list.push_back({layer_set::range(0, 1), heads, gated{101}, {}});
    m.groups.list.push_back({layer_set::range(1, 4), heads, experts, {}});
    return m;
}
any_model of(any_attention const& attention, any_feed_forward const& block = gated{20},
             norm_layout norms = {}) {
    any_model m{};
    m.hidden = 10;
    m.vocabulary = 101;
    m.groups.list.push_back({layer_set::range(0, 2), attention, block, norms});
    return m;
}
llama_cpp_layer facts(any_model const& m) { return llama_cpp_layer_of(m.groups.list[0]); }

} // namespace

TEST_CASE("a layer of heads, and one of latents, in widths") {
    llama_cpp_layer const l = facts(of(windowed<gqa>{heads, 40}, experts, {.per_layer = 3}));
    CHECK(l.known);
    CHECK(l.heads == 4);
    CHECK(l.queries == 32);
    CHECK(l.keys == 16);
    CHECK(l.values == 10);
    CHECK(l.attended == 20);
    CHECK(l.key_head == 8);
    CHECK(l.value_head == 5);
    CHECK(l.window == 40);
    CHECK(l.experts == 8);
    CHECK(l.chosen == 2);
    CHECK(l.expert_width == 31);
    CHECK((l.rows_last && l.values_last && l.normalised && l.post_norms));
    llama_cpp_layer const d = facts(of(latents));
    CHECK(d.known);
    CHECK(d.queries == 4 * 12);
    CHECK(d.keys == 16);
    CHECK(d.values == 0);
    CHECK(d.attended == 40);
    CHECK(d.latent == 12);
    CHECK(d.query_latent == 6);
    CHECK(d.rotated == 4);
    CHECK(d.width == 20);
    CHECK(d.gated);
    CHECK_FALSE(d.post_norms);
}

TEST_CASE("what a graph is not known for") {
    CHECK_FALSE(llama_cpp_layer{}.known);
    auto const known = [](any_attention const& a, any_feed_forward const& f = gated{20},
                          norm_layout norms = {}) { return facts(of(a, f, norms)).known; };
    CHECK(known(heads));
    gqa a = heads;
    a.output_gate = true;
    CHECK_FALSE(known(a));
    CHECK_FALSE(known(windowed<gqa>{a, 40}));
    a = heads;
    a.borrowed_keys = true;
    CHECK_FALSE(known(a));
    a = heads;
    a.keys_as_values = true;
    CHECK_FALSE(known(a));
    a = heads;
    a.head_gate = true;
    CHECK_FALSE(known(a));
    mla gate = latents;
    gate.output_gate = true;
    CHECK_FALSE(known(gate));
    CHECK_FALSE(known(no_attention{}));
    CHECK(known(heads, experts));
    moe f = experts;
    f.gated_experts = false;
    CHECK_FALSE(known(heads, f));
    f = experts;
    f.latent = 7;
    CHECK_FALSE(known(heads, f));
    f = experts;
    f.gated_shared = true;
    CHECK_FALSE(known(heads, f));
    f = experts;
    f.router_scale = true;
    CHECK_FALSE(known(heads, f));
    CHECK_FALSE(known(heads, plain_ffn{20}));
    CHECK(facts(of(heads, plain_ffn{20})).width == 20);
    CHECK_FALSE(known(heads, no_feed_forward{}));
    CHECK_FALSE(known(heads, gated{20}, {.per_layer = 1}));
    CHECK_FALSE(known(heads, gated{20}, {.bias = true}));
    CHECK_FALSE(known(heads, gated{20}, {.scalars = 1}));
    // Scores are taken as they are behind latents without a correction: DeepSeek-V2.
    moe plain = experts;
    CHECK(facts(of(heads, plain)).normalised);
    CHECK_FALSE(facts(of(latents, plain)).normalised);
    plain.score_correction = true;
    CHECK(facts(of(latents, plain)).normalised);
}

TEST_CASE("cells of windows, and the caches of both kinds") {
    llama_cpp_extent const e{.cells = 4096, .streams = 2, .sequences = 3, .micro_batch = 512};
    CHECK(llama_cpp_cells({}, e, 0) == 4096);
    CHECK(llama_cpp_cells({}, e, 1) == 768);                   // 3 + 512
    CHECK(llama_cpp_cells({}, e, 100) == 1024);                // 3 x 100 + 512
    CHECK(llama_cpp_cells({.unified = false}, e, 100) == 768); // 100 + 512
    CHECK(llama_cpp_cells({}, e, 5000) == 4096);               // no more than there are
    CHECK(llama_cpp_cells({.full_window = true}, e, 1) == 4096);
    any_model m = of(heads); // 16 values of keys and 10 of values a token
    m.groups.list.push_back({layer_set::range(2, 5), windowed<gqa>{heads, 1}, gated{20}, {}});
    double const whole = 2 * 4096 * 2 * 2;
    double const seen = 3 * 768 * 2 * 2;
    auto const of_kind = [&](llama_cpp_caches which) {
        return llama_cpp_cache_of(m, {}, e, 0, 5, which);
    };
    CHECK(of_kind(llama_cpp_caches::whole).keys == bytes{whole * 16});
    CHECK(of_kind(llama_cpp_caches::whole).values == bytes{whole * 10});
    CHECK(of_kind(llama_cpp_caches::windowed).keys == bytes{seen * 16});
    CHECK(of_kind(llama_cpp_caches::windowed).values == bytes{seen * 10});
    CHECK(of_kind(llama_cpp_caches::all).keys == bytes{(whole + seen) * 16});
    CHECK(llama_cpp_cache_of(m, {}, e) == of_kind(llama_cpp_caches::all));
    // Without flash attention every layer's values are as wide as the widest; latents have none.
    gqa wide = heads;
    wide.value_dim = 7;
    m.groups.list[1].attention = any_attention(wide);
    CHECK(llama_cpp_cache_of(m, {}, e).values == bytes{4096.0 * 4 * (2 * 10 + 3 * 14)});
    CHECK(llama_cpp_cache_of(m, {.flash_attention = false}, e).values ==
          bytes{4096.0 * 4 * 5 * 14});
    CHECK(widest_values(m) == 14);
    CHECK(widest_values(of(latents)) == 0);
    CHECK(llama_cpp_cache_of(of(latents), {.flash_attention = false}, e).values == bytes{});
}

TEST_CASE("weights on both sides: layers, experts and their biases, the head, positions") {
    // Bytes in 16 bit: a dense layer with its norms; one of experts without them; the experts with their biases of
    // 31 + 31 + 10 each; the embedding, the head, the last norm.
    constexpr double dense = 2 * (780 + 3030 + 20);
    constexpr double rest = 2 * (780 + 80 + 8 + 20);
    constexpr double routed = 2 * 8 * (3 * 31 * 10 + 72);
    constexpr double table = 2 * 101 * 10;
    constexpr double norm = 2 * 10;
    struct row {
        count gpu_layers;
        count host_experts;
        double device;
        double host;
    };
    row const rows[] = {
        {5, 0, dense + 3 * (rest + routed) + norm + table, table},
        {5, 1, dense + 3 * (rest + routed) + norm + table, table},
        {5, 2, dense + 3 * rest + 2 * routed + norm + table, table + routed},
        {5, 4, dense + 3 * rest + norm + table, table + 3 * routed},
        {5, 9, dense + 3 * rest + norm + table, table + 3 * routed},
        {3, 3, 2 * rest + routed + norm + table, table + dense + rest + 2 * routed},
        {3, 1, 2 * (rest + routed) + norm + table, table + dense + rest + routed},
        {1, 0, norm + table, table + dense + 3 * (rest + routed)},
        {0, 0, 0, table + dense + 3 * (rest + routed) + norm + table},
    };
    for (row const& at : rows) {
        CAPTURE(at.gpu_layers);
        CAPTURE(at.host_experts);
        any_model m = small();
        llama_cpp_settings const s{.gpu_layers = at.gpu_layers, .host_experts = at.host_experts};
        CHECK(llama_cpp_weights(m, bf16, s).device == bytes{at.device});
        CHECK(llama_cpp_weights(m, bf16, s).host == bytes{at.host});
        for (count const positions : {1, 7}) {
            m.learned_positions = positions;
            CHECK(llama_cpp_weights(m, bf16, s).host ==
                  bytes{at.host + 20.0 * static_cast<double>(positions)});
        }
        m = small();
        m.tied_embeddings = true; // a second copy on the device, none on the host
        CHECK(llama_cpp_weights(m, bf16, s).device == bytes{at.device});
        CHECK(llama_cpp_weights(m, bf16, s).host ==
              bytes{at.host - (at.gpu_layers == 0 ? table : 0)});
    }
}

TEST_CASE("what one layer copies: its matrices, one norm, its cache") {
    any_model m = small();
    gqa normed = heads;
    normed.query_key_norm = qk_norm::per_head;
    m.groups.list[1].attention = any_attention(normed);
    m.groups.list.push_back({layer_set::range(4, 5), latents, gated{20}, {}});
    llama_cpp_extent const e{.cells = 512, .streams = 1, .sequences = 1, .micro_batch = 64};
    recipe r = bf16; // but for the values of the first three layers
    r.palette.push_back(any_precision(fp8));
    r.exceptions.push_back({tensor_role::attention_v, {.first = 3}, 3, 0});
    using enum tensor_role;
    auto const copied = [&](count i, llama_cpp_host_parts const& host) {
        return detail::carried_by(m, r, {}, e, i, host);
    };
    llama_cpp_carried const layer = copied(1, {.layer = true});
    CHECK((layer.layer && !layer.experts && !layer.cache));
    CHECK(layer[attention_q] == 2 * 320);
    CHECK(layer[attention_v] == 100);
    CHECK(layer[router] == 2 * 80);
    CHECK(layer[expert_up] == 0);
    CHECK(layer.norm == 2 * 10);
    CHECK(layer.head_norm == 2 * 8);
    CHECK(layer.keys == 0);
    CHECK(copied(3, {.layer = true})[attention_v] == 200);
    CHECK(copied(0, {.layer = true}).head_norm == 0);
    CHECK(copied(0, {.layer = true})[ffn_down] == 2 * 1010);
    llama_cpp_carried const routed = copied(1, {.experts = true});
    CHECK(routed[expert_up] == 2 * 8 * 310);
    CHECK(routed[attention_q] == 0);
    CHECK(routed.norm == 0);
    CHECK(copied(1, {})[attention_q] == 0);
    // 512 cells of 16 and of 10 values. Of latents, values are the front of each key: all but the last four of the last.
    llama_cpp_carried const cache = copied(1, {.cache = true});
    CHECK(cache.keys == 512 * 16 * 2);
    CHECK(cache.values == 512 * 10 * 2);
    CHECK(cache.norm == 0);
    CHECK(copied(4, {.cache = true}).keys == 512 * 16 * 2);
    CHECK(copied(4, {.cache = true}).values == 512 * 16 * 2 - 4 * 2);
}

TEST_CASE("a part's total, and a context that nobody published") {
    llama_cpp_part const part{.weights = bytes{1},
                              .cache = {bytes{10}, bytes{100}, bytes{1000}, bytes{10000}},
                              .compute = bytes{1e5},
                              .logits = bytes{1e6}};
    CHECK(part.total() == bytes{1111111});
    CHECK(longest_context(small()) == 0);
    CHECK(longest_context(models::qwen3_8b) == 40960);
    // Of devices that hold the same the first is named.
    auto const none = llama_cpp_memory_of(small(), bf16, {.context = 256, .split = {3}});
    REQUIRE(none);
    CHECK(none->devices.size() == 3);
    CHECK(none->fullest == 0);
    CHECK(none->device.total() == bytes{});
    // One expert makes a mixture.
    CHECK(detail::is_mixture(of(heads, moe{.routed = 1, .per_token = 1, .intermediate = 31})));
    CHECK_FALSE(detail::is_mixture(of(heads)));
}

TEST_CASE(
    "states that are kept by rules of their own are refused, windows of keys and values are not") {
    auto const refusal = [](any_attention const& a) {
        return check_llama_cpp(of(a), {.context = 256}).has_value();
    };
    CHECK_FALSE(refusal(heads));
    CHECK_FALSE(refusal(windowed<gqa>{heads, 40}));
    CHECK_FALSE(refusal(latents));
    for (count const window : {1, 40}) { // a latent that sees a window, and nothing else
        CHECK(refusal(hyper_connected<compressed_attention>{
            {.query_heads = 4, .head_dim = 16, .window = window}, 1}));
    }
    CHECK_FALSE(
        refusal(hyper_connected<compressed_attention>{{.query_heads = 4, .head_dim = 16}, 1}));
    CHECK(refusal(indexed<gqa>{heads, 2, 32, 64, 10}));
    CHECK_FALSE(
        refusal(mamba2{.query_heads = 4, .head_dim = 8, .groups = 1, .state = 3, .taps = 4}));
}

TEST_CASE("a buffer in steps of single bytes") {
    graph_allocator a(1);
    auto const five = a.take(5);
    auto const fence = a.take(1);
    a.give(five);
    CHECK(a.take(4).first == 0);
    CHECK(a.take(1).first == 4); // a hole of one byte is one
    CHECK(a.peak() == 6);
    a.give(fence); // a block of one byte too
    CHECK(a.take(1).first == 5);
    CHECK(a.take(1).first == 6);
}
