// SPDX-License-Identifier: MIT
// Activations by closed form: passes in flight, blocks of the square-root scheme, what layers keep of one token.
#include "support/near.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/training/memory_of.hpp>
#include <reckon/training/remedies.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

using namespace reckon;
using namespace reckon::training;
using reckon::test::near;

TEST_CASE(
    "passes in flight (Korthikanti 2205.05198, 4.2.3): L (1 + (p - 1) / (p v)) on the first rank") {
    for (count const p : {2, 4, 8}) {
        parallelism l{.pipeline = p};
        for (count stage = 0; stage < p; ++stage) {
            CHECK(in_flight(l, 1000, stage) == static_cast<double>(p - stage));
            CHECK(in_flight(l, 1, stage) == 1); // no more than there are
        }
        for (count const v : {2, 3}) {
            l.virtual_stages = v;
            auto const P = static_cast<double>(p);
            auto const V = static_cast<double>(v);
            CHECK(near(in_flight(l, 1000, 0), P * (1 + (P - 1) / (P * V))));
            // Each later rank holds two pieces fewer.
            CHECK(near(in_flight(l, 1000, 0) - in_flight(l, 1000, 1), 2 / V));
            CHECK(near(in_flight(l, 1, 0), 1));
        }
        l.virtual_stages = 1;
        l.order = schedule::gpipe;
        CHECK(in_flight(l, 37, 0) == 37);
        l.order = schedule::dual_pipe;
        CHECK(in_flight(l, 1000, 0) == static_cast<double>(p + 1));
        CHECK(in_flight(l, 2, 0) == 2);
    }
    CHECK(in_flight(parallelism{}, 64, 0) == 1);
}

TEST_CASE("a block of the square-root scheme has the number whose square is nearest") {
    for (count n = 1; n <= 300; ++n) {
        CAPTURE(n);
        count const k = square_root_of(n);
        auto const off = [&](count i) { return std::abs(i * i - n); };
        CHECK(off(k) <= off(k + 1));
        CHECK((k == 1 || off(k) <= off(k - 1)));
    }
    CHECK(square_root_of(80) == 9);
    CHECK(square_root_of(12) == 3);
}

TEST_CASE("what a layer keeps of one token, by its matrices") {
    constexpr count h = 512;
    SUBCASE("a plain block: queries, keys, values, output, up, down put out 9 h") {
        layers<gqa, plain_ffn> const one{
            .at = layer_set::range(0, 1),
            .attention = {.query_heads = 8, .kv_heads = 8, .head_dim = 64},
            .feed_forward = {4 * h}};
        saved_values const v = values_of(one, h);
        CHECK(v.products == 9 * h);
        CHECK(v.widest == 4 * h);
        // Every second product again: the input (2 bytes), attention's output and half of the rest.
        layer_activations const kept = activations_of(v, parallelism{}, frameworks::on_paper,
                                                      recompute_kind::every_second, 100, 100);
        CHECK(in_bytes(kept.partly) == 100 * (2 * h + 2 * (4.5 * h + h)));
        CHECK(in_bytes(kept.input) == 100 * 2 * h);
    }
    SUBCASE("latent attention: rotated parts are kept beside what the latents unfold to") {
        constexpr count heads = 16;
        constexpr count nope = 128;
        constexpr count rope = 64;
        constexpr count value = 96;
        layers<mla, gated> const one{.at = layer_set::range(0, 1),
                                     .attention = {.query_heads = heads,
                                                   .q_lora_rank = 256,
                                                   .kv_lora_rank = 128,
                                                   .qk_nope_dim = nope,
                                                   .qk_rope_dim = rope,
                                                   .v_dim = value},
                                     .feed_forward = {4 * h}};
        saved_values const v = values_of(one, h);
        count const queries = heads * (nope + rope);
        count const unfolded = heads * (nope + value);
        count const output = heads * value;
        count const rotated_keys = heads * rope;
        CHECK(v.attention == queries + unfolded + output + rotated_keys);
    }
    SUBCASE("a mixture: each of the experts that a token meets, and the shared one") {
        constexpr count i = 256;
        layers<gqa, moe> const one{
            .at = layer_set::range(0, 1),
            .attention = {.query_heads = 8, .kv_heads = 8, .head_dim = 64},
            .feed_forward = {
                .routed = 32, .per_token = 4, .intermediate = i, .shared_intermediate = 3 * i}};
        saved_values const v = values_of(one, h);
        count const attention = 4 * h;
        count const routed = 4 * (i + i + h);
        count const shared = 3 * i + 3 * i + h;
        CHECK(v.products == attention + routed + shared);
        CHECK(v.experts >= 4 * 2 * i); // both halves of the gate
        CHECK(v.router == 4 * 32);
    }
}

namespace {

/// A half of a layer that is made of the tensors it is told, and scores so many values of keys and queries.
struct made_of {
    tensor list[3]{};
    std::size_t size{};
    count scored{};
    count states{};
    constexpr void for_each_tensor(count, auto&& visit) const {
        for (std::size_t i = 0; i < size; ++i) {
            visit(list[i]);
        }
    }
    constexpr void for_each_state(auto&& visit) const {
        if (states == 0) { return; }
        visit(cached_state{2, 1000}); // of a cache, which no scan moves
        visit(cached_state{.heads = 4, .values_per_head = states, .kind = state_kind::recurrent});
    }
    constexpr void for_each_score(phase, auto&& visit) const {
        if (scored > 0) { visit(score_work{3, scored, 1}); }
    }
};
struct made_layer {
    made_of attention{};
    made_of feed_forward{};
    norm_layout norms{.per_layer = 2, .bias = true};
};

} // namespace

TEST_CASE("saved values, tensor by tensor") {
    using enum tensor_role;
    using v = saved_values;
    // Of three rows, five columns, two copies of which (of experts) four are used; a layer of seven hidden values.
    auto const of = [](tensor_role role) { return tensor{role, shard_axis::none, 3, 5, 2, 4}; };
    constexpr double v::* members[] = {
        &v::whole,     &v::hidden,   &v::attention,  &v::feed_forward, &v::experts, &v::dispatched,
        &v::router,    &v::heads,    &v::widest,     &v::products,     &v::scanned, &v::normed,
        &v::activated, &v::attended, &v::multiplied, &v::returned,     &v::lifted,  &v::eager};
    auto const same = [&](made_layer const& layer, saved_values expected, adapter const& a = {}) {
        saved_values const found = values_of(layer, 7, a);
        int index = 0;
        for (auto const member : members) {
            CAPTURE(index);
            CHECK(found.*member == expected.*member);
            ++index;
        }
    };
    saved_values none{}; // two norms: 2 x 7 values in, as many out
    none.hidden = 7;
    none.normed = 14;
    none.whole = 28;
    same({}, none);
    made_layer plain{};
    plain.norms.bias = false; // written out: five times each
    saved_values written = none;
    written.eager = 70;
    same(plain, written);
    plain.norms.per_layer = 1;
    saved_values one = none;
    one.normed = 7;
    one.whole = 14;
    one.eager = 35;
    same(plain, one);
    plain.norms.per_layer = 0; // what enters the projections is kept all the same
    one.eager = 0;
    same(plain, one);

    struct added {
        double v::* to;
        double values;
    };
    struct row {
        tensor_role role;
        added adds[6];
    };
    auto const plus = [&](std::initializer_list<added> all) {
        saved_values sum = none;
        for (added const& a : all) {
            if (a.to != nullptr) { sum.*a.to += a.values; }
        }
        return sum;
    };
    auto const check_row = [&](row const& r, bool attention) {
        CAPTURE(static_cast<int>(r.role));
        made_layer layer{};
        made_of& half = attention ? layer.attention : layer.feed_forward;
        half.list[0] = of(r.role);
        half.size = 1;
        auto const& a = r.adds;
        same(layer, plus({a[0], a[1], a[2], a[3], a[4], a[5]}));
    };
    for (row const& r : {
             row{latent_down, {{&v::whole, 12}, {&v::normed, 6}}},
             row{attention_output, {{&v::attention, 10}, {&v::attended, 10}, {&v::products, 7}}},
             row{mixer_out,
                 {{&v::attention, 10}, {&v::attended, 10}, {&v::products, 7}, {&v::scanned, 90}}},
             row{attention_q, {{&v::attention, 6}, {&v::products, 6}, {&v::eager, 6}}},
             row{attention_k, {{&v::attention, 6}, {&v::products, 6}, {&v::eager, 6}}},
             row{attention_v, {{&v::attention, 6}, {&v::products, 6}}},
             row{mixer_in, {{&v::attention, 6}, {&v::products, 6}}},
             row{latent_up_q, {{&v::attention, 6}, {&v::products, 6}, {&v::lifted, 6}}},
             row{latent_up_kv, {{&v::attention, 6}, {&v::products, 6}, {&v::lifted, 6}}},
         }) {
        check_row(r, true);
    }
    // Dense matrices have no copies; of experts four are used.
    for (row const& r : {
             row{ffn_up, {{&v::widest, 3}, {&v::feed_forward, 3}, {&v::products, 3}}},
             row{shared_up, {{&v::widest, 3}, {&v::feed_forward, 3}, {&v::products, 3}}},
             row{ffn_gate, {{&v::feed_forward, 3}, {&v::products, 3}}},
             row{shared_gate, {{&v::feed_forward, 3}, {&v::products, 3}}},
             row{ffn_down, {{&v::feed_forward, 5}, {&v::multiplied, 5}, {&v::products, 3}}},
             row{shared_down, {{&v::feed_forward, 5}, {&v::multiplied, 5}, {&v::products, 3}}},
             row{expert_up,
                 {{&v::dispatched, 20}, {&v::widest, 12}, {&v::experts, 12}, {&v::products, 12}}},
             row{expert_gate, {{&v::experts, 12}, {&v::products, 12}}},
             row{expert_down,
                 {{&v::experts, 20},
                  {&v::activated, 20},
                  {&v::multiplied, 20},
                  {&v::dispatched, 12},
                  {&v::returned, 12},
                  {&v::products, 12}}},
             row{router, {{&v::router, 12}}},
         }) {
        check_row(r, false);
    }
    // A gate's activation lies beside its input, by the width of what it meets.
    made_layer gated{};
    gated.feed_forward = {{of(ffn_gate), of(ffn_up)}, 2};
    same(gated, plus({{&v::feed_forward, 6}, {&v::products, 6}, {&v::widest, 3}, {&v::eager, 3}}));
    gated.feed_forward = {{of(expert_gate), of(expert_up)}, 2};
    same(gated, plus({{&v::experts, 24},
                      {&v::products, 24},
                      {&v::widest, 12},
                      {&v::eager, 12},
                      {&v::dispatched, 20}}));
    // Queries and keys that are normed are kept before as well; latents are counted with their own norms.
    tensor vector = of(norm);
    vector.vector = true;
    made_layer normed{};
    normed.attention = {{of(attention_q), of(attention_k), vector}, 3};
    same(normed, plus({{&v::attention, 24}, {&v::products, 12}, {&v::eager, 12}}));
    normed.attention = {{of(attention_q), of(latent_down), vector}, 3};
    same(normed, plus({{&v::attention, 6},
                       {&v::products, 6},
                       {&v::eager, 6},
                       {&v::whole, 12},
                       {&v::normed, 6}}));
    vector.role = bias;
    normed.attention = {{of(attention_q), vector}, 2};
    same(normed, plus({{&v::attention, 6}, {&v::products, 6}, {&v::eager, 6}}));
    normed.attention = made_of{};
    normed.feed_forward = {{vector}, 1};
    same(normed, none);
    // Keys that are repeated for three heads: 3 (9 + 1) values, of which six come out of the matrix.
    made_layer latent{};
    latent.attention = {{of(latent_up_kv)}, 1, 9};
    same(latent, plus({{&v::attention, 6 + 24.0},
                       {&v::products, 6},
                       {&v::lifted, 6 + 24.0},
                       {&v::heads, 3}}));
    latent.attention.scored = 0; // fewer than come out: none are repeated
    same(latent, plus({{&v::attention, 6}, {&v::products, 6}, {&v::lifted, 6}}));
    latent.attention = {{of(attention_v)}, 1, 9};
    same(latent, plus({{&v::attention, 6}, {&v::products, 6}, {&v::heads, 3}}));
    // States of 4 x 64 values at the end of each 128 tokens, four bytes written and read twice: 8 x 256 / 128.
    made_layer scan{};
    scan.attention.states = 64;
    same(scan, plus({{&v::scanned, 16}}));
}

TEST_CASE("beside adapters, inputs of frozen matrices are not kept") {
    using enum tensor_role;
    using v = saved_values;
    auto const of = [](tensor_role role) { return tensor{role, shard_axis::none, 3, 5, 2, 4}; };
    auto const with = [&](tensor_role in_attention, tensor_role in_block, role_set targets) {
        made_layer layer{};
        layer.attention = {{of(in_attention)}, 1};
        layer.feed_forward = {{of(in_block)}, 1};
        return values_of(layer, 7, {.kind = adapter_kind::lora, .targets = targets});
    };
    // Both halves' inputs, one of them, none: of 28 and 14 values seven each.
    for (tensor_role const in : {attention_q, attention_v, latent_down, mixer_in, latent_up_q}) {
        for (tensor_role const up : {ffn_gate, ffn_up, expert_up, expert_gate, shared_up}) {
            CHECK(with(in, up, roles(in, up)).whole - with(in, up, roles(in)).whole == 7);
            CHECK(with(in, up, roles(in, up)).normed - with(in, up, roles(up)).normed == 7);
            CHECK(with(in, up, roles(in)).whole - with(in, up, {}).whole == 7);
            CHECK(with(in, up, roles(in)).normed - with(in, up, {}).normed == 7);
        }
    }
    // An output projection or a down projection reads no input of the layer's.
    CHECK(with(attention_output, ffn_up, roles(attention_output, ffn_up)).whole == 28 - 7);
    CHECK(with(attention_q, ffn_down, roles(attention_q, ffn_down)).whole == 28 - 7);
    // Without a block there is no second one.
    made_layer alone{};
    alone.attention = {{of(attention_q)}, 1};
    CHECK(values_of(alone, 7, {.kind = adapter_kind::lora, .targets = {}}).whole == 28 - 7);
    // What enters the last matrices, and experts.
    struct row {
        tensor_role role;
        double v::* kept;
        double values;
    };
    for (row const& r :
         {row{ffn_down, &v::feed_forward, 5}, row{shared_down, &v::multiplied, 5},
          row{expert_down, &v::experts, 20}, row{expert_down, &v::activated, 20},
          row{expert_down, &v::multiplied, 20}, row{expert_up, &v::dispatched, 20}}) {
        CHECK(with(attention_q, r.role, roles(r.role)).*r.kept == r.values);
        CHECK(with(attention_q, r.role, roles(attention_q)).*r.kept == 0);
    }
    CHECK(with(attention_q, expert_down, {}).returned == 12); // outputs are
    CHECK(with(attention_q, expert_down, {}).products == 6 + 12);
}

TEST_CASE("what a layer keeps of a token, value by value: bytes, and who divides them") {
    // Ten tokens on four tensor ranks, of which two share the width of an expert: whole values are divided by tokens,
    // heads and widths by four, copies for experts in halves of it. Formats of 1.25, 1.5 and 1.125 bytes.
    parallelism p{.tensor = 4, .expert_tensor = 2};
    constexpr kept_values narrow{
        .linear_inputs = 1.25, .attention_outputs = 1.5, .activation_inputs = 1.125};
    framework f{.keeps_expert_outputs = false, .block_gradients = 3, .hidden_bytes = 4};
    struct row {
        double saved_values::* value;
        double kept, cheap, inside, second, backward, widened, passing, input;
    };
    auto const check_all = [&](row const& r) {
        saved_values v{};
        v.*r.value = 8;
        auto const of = [&](recompute_kind kind) {
            return activations_of(v, p, f, kind, 10, 6, narrow);
        };
        layer_activations const a = of(recompute_kind::none);
        CHECK(in_bytes(a.kept) == 10 * r.kept);
        CHECK(in_bytes(a.partly) == 10 * r.kept); // all of it where nothing is done again
        CHECK(in_bytes(of(recompute_kind::cheap_operations).partly) == 10 * r.cheap);
        CHECK(in_bytes(of(recompute_kind::feed_forward).partly) == 10 * r.inside);
        CHECK(in_bytes(of(recompute_kind::every_second).partly) == 10 * r.second);
        CHECK(in_bytes(of(recompute_kind::scores).partly) == 10 * r.kept); // there are none
        CHECK(in_bytes(a.backward) == 10 * r.backward);
        CHECK(in_bytes(a.widened) == 10 * r.widened);
        CHECK(in_bytes(a.passing) == 10 * r.passing);
        CHECK(in_bytes(a.input) == 10 * r.input);
    };
    // Eight of each value alone; what is a part of another (`of`) is only taken out of it and added in its format:
    // normed 8 (1.25 - 2) / 4, attended 8 (1.5 - 2) / 4, multiplied 8 (1.25 - 1.125) / 4, returned -8 x 1.25 / 2.
    using v = saved_values;
    for (row const& r : {
             // kept, and partly kept: cheap, inside, second; backward, widened, passing, input
             row{&v::whole, 4, 4, 4, 0, 0, 0, 0, 0},
             row{&v::hidden, 0, 0, 0, 8 + 4, 8, 0, 0, 8},
             row{&v::attention, 4, 4, 4, 0, 0, 0, 0, 0},
             row{&v::feed_forward, 2.25, 2.25, 0, 0, 0, 4, 0, 0},
             row{&v::experts, 2.25, 2.25, 0, 0, 0, 4, 0, 0},
             row{&v::dispatched, 5, 5, 0, 0, 0, 0, 0, 0},
             row{&v::router, 4, 4, 0, 0, 0, 0, 0, 0},
             row{&v::widest, 0, 0, 0, 0, 12, 0, 0, 0},
             row{&v::products, 0, 0, 0, 2, 0, 0, 0, 0},
             row{&v::scanned, 0, 0, 0, 0, 0, 0, 0, 0},
             row{&v::normed, -1.5, -4, -1.5, 0, 0, 0, 0, 0},
             row{&v::activated, 0, -2.5, 0, 0, 0, 0, 0, 0},
             row{&v::attended, -1, -1, -1, 0, 0, 4, 0, 0},
             row{&v::multiplied, 0.25, 0.25, 0, 0, 0, -4, 0, 0},
             row{&v::returned, -5, -5, 0, 0, 0, 0, 8, 0},
             row{&v::lifted, 0, -4, 0, 0, 0, 0, 0, 0},
             row{&v::eager, 0, 0, 0, 0, 0, 0, 0, 0},
             row{&v::heads, 0, 0, 0, 0, 0, 0, 0, 0},
         }) {
        check_all(r);
    }
    // Without sequence parallelism the whole ones are whole.
    p.sequence = false;
    for (row const& r :
         {row{&v::whole, 16, 16, 16, 0, 0, 0, 0, 0}, row{&v::hidden, 0, 0, 0, 32 + 4, 32, 0, 0, 32},
          row{&v::router, 16, 16, 0, 0, 0, 0, 0, 0}, row{&v::normed, -6, -16, -6, 0, 0, 0, 0, 0},
          row{&v::attention, 4, 4, 4, 0, 0, 0, 0, 0}}) {
        check_all(r);
    }
    p.sequence = true;
    // Kernels that are not fused, experts' outputs that are kept, and nothing narrow.
    f.eager = true;
    f.keeps_expert_outputs = true;
    for (row const& r :
         {row{&v::eager, 4, 4, 4, 0, 0, 0, 0, 0}, row{&v::returned, 3, 3, 0, 0, 0, 0, 0, 0}}) {
        check_all(r);
    }
    saved_values all{};
    all.attended = all.experts = 8;
    CHECK(activations_of(all, p, f, recompute_kind::none, 10, 6).widened == bytes{});
    // Scores of eight heads over six tokens, 2 bytes kept and 5 while one layer is differentiated; under dropout with
    // three bytes of masks and what they let through, and two masks of the hidden values.
    f = {.fused_attention = false, .score_bytes = 2, .score_gradients = 5};
    saved_values heads{};
    heads.heads = 8;
    auto const scores = [&](recompute_kind kind) {
        return activations_of(heads, p, f, kind, 10, 6, narrow);
    };
    CHECK(in_bytes(scores(recompute_kind::none).kept) == 10 * 8 * 6 * 2 / 4);
    CHECK(in_bytes(scores(recompute_kind::none).backward) == 10 * 8 * 6 * 5 / 4);
    CHECK(scores(recompute_kind::scores).partly == bytes{});
    CHECK(in_bytes(scores(recompute_kind::feed_forward).partly) == 10 * 8 * 6 * 2 / 4);
    f.dropout = true;
    CHECK(in_bytes(scores(recompute_kind::none).kept) == 10 * 8 * 6 * 5 / 4);
    heads.hidden = 8;
    CHECK(in_bytes(scores(recompute_kind::none).kept) == 10 * (8 * 6 * 5 / 4 + 2 * 8 / 4));
    CHECK(in_bytes(scores(recompute_kind::scores).partly) == 10 * 2 * 8 / 4);
    CHECK(in_bytes(scores(recompute_kind::feed_forward).partly) ==
          10 * (8 * 6 * 5 / 4 + 2 * 8 / 4));
}

namespace {

/// One group of layers that keep 100 bytes a token, 8 of their input; eight tokens.
rank_facts hundred_bytes() {
    rank_facts f{};
    f.hidden = 4;
    f.vocabulary = 32;
    group_facts g{};
    g.saved.hidden = 4;
    g.saved.whole = 50;
    f.groups.push_back(g);
    return f;
}
any_run eight_tokens() {
    any_run r{};
    r.sequence = 8;
    r.framework = frameworks::on_paper;
    return r;
}
stage_content layers_of(double n) {
    stage_content c{.in_all = n, .first = true};
    c.layers.push_back(n);
    return c;
}

} // namespace

TEST_CASE("activations of a rank: layers in blocks, parts of them, passes in flight") {
    any_run r = eight_tokens();
    rank_facts const f = hundred_bytes();
    auto const of = [&](stage_content const& c) { return activations_of(r, f, c, 0); };
    // Eight tokens: 800 bytes a layer, 64 of its input; 2 x 2 x 4 bytes of gradients of hidden values.
    CHECK(in_bytes(of(layers_of(6)).kept) == 6 * 800);
    CHECK(in_bytes(of(layers_of(6)).working) == 8 * 16);
    r.recompute = {.kind = recompute_kind::blocks};
    CHECK(in_bytes(of(layers_of(6)).kept) == 6 * 64);
    CHECK(in_bytes(of(layers_of(6)).working) == 8 * 16 + 800); // done again in the backward pass
    r.recompute.block = 3;
    CHECK(in_bytes(of(layers_of(6)).kept) == 6 * 64 / 3.0);
    CHECK(in_bytes(of(layers_of(6)).working) == 8 * 16 + 3 * 800);
    r.recompute.block = 10; // no more than there are
    CHECK(near(in_bytes(of(layers_of(6)).kept), 64));
    CHECK(in_bytes(of(layers_of(6)).working) == 8 * 16 + 6 * 800);
    CHECK(near(in_bytes(of(layers_of(1)).kept), 64));                // one layer is a block of one
    r.recompute = {.kind = recompute_kind::square_root, .block = 5}; // of nine layers: three
    CHECK(near(in_bytes(of(layers_of(9)).kept), 9 * 64 / 3.0));
    r.recompute = {.kind = recompute_kind::blocks, .fraction = 0.25};
    CHECK(in_bytes(of(layers_of(8)).kept) == 2 * 64 + 6 * 800);
    CHECK(in_bytes(of(layers_of(8)).working) == 8 * 16 + 800);
    r.recompute.fraction = 0; // of none of them
    CHECK(in_bytes(of(layers_of(8)).kept) == 8 * 800);
    CHECK(in_bytes(of(layers_of(8)).working) == 8 * 16);
    // What is kept in part is made up for while a layer is differentiated.
    rank_facts normed = f;
    normed.groups[0].saved.normed = 20;
    r.recompute = {.kind = recompute_kind::cheap_operations, .fraction = 0.5};
    CHECK(in_bytes(activations_of(r, normed, layers_of(2), 0).kept) == 8 * (100 + 100 - 40));
    CHECK(in_bytes(activations_of(r, normed, layers_of(2), 0).working) == 8 * (16 + 40));
    // Inputs in the host's memory are not on the device; half of the layers have none.
    r.recompute = {.kind = recompute_kind::blocks, .fraction = 0.5};
    r.sharding.host_checkpoints = true;
    CHECK(in_bytes(of(layers_of(8)).kept) == 4 * 800);
    CHECK(in_bytes(of(layers_of(8)).host) == 4 * 64);
    // The first of two pipeline ranks has two passes in flight.
    r.parallel.pipeline = 2;
    r.accumulation = 4;
    CHECK(in_bytes(of(layers_of(8)).kept) == 2 * 4 * 800);
    CHECK(in_bytes(of(layers_of(8)).host) == 2 * 4 * 64);
    r.sharding.host_checkpoints = false;
    CHECK(of(layers_of(8)).host == bytes{});
    // Nothing is moved that is not done again.
    r.recompute = {};
    r.sharding.host_checkpoints = true;
    CHECK(of(layers_of(8)).host == bytes{});
    CHECK(in_bytes(of(layers_of(8)).kept) == 2 * 8 * 800);
}

TEST_CASE(
    "a rank of unlike layers is as busy as its busiest, and one without a kind has none of it") {
    any_run r = eight_tokens();
    rank_facts f = hundred_bytes();
    f.groups.push_back(f.groups[0]);
    f.groups[1].saved.whole = 100;
    f.groups[1].saved.hidden = 8;
    stage_content both = layers_of(2);
    both.layers.push_back(3);
    CHECK(in_bytes(activations_of(r, f, both, 0).kept) == 8 * (2 * 100 + 3 * 200));
    CHECK(in_bytes(activations_of(r, f, both, 0).working) == 8 * 32);
    both.layers[1] = 0;
    CHECK(in_bytes(activations_of(r, f, both, 0).kept) == 8 * 2 * 100);
    CHECK(in_bytes(activations_of(r, f, both, 0).working) == 8 * 16);
    std::swap(f.groups[0], f.groups[1]);
    std::swap(both.layers[0], both.layers[1]); // the same the other way round
    CHECK(in_bytes(activations_of(r, f, both, 0).kept) == 8 * 2 * 100);
    both.layers[0] = 1;
    CHECK(in_bytes(activations_of(r, f, both, 0).working) == 8 * 32);
}

TEST_CASE("copies of inputs: of recomputed layers under a frozen base whose weights are sharded") {
    any_run r = eight_tokens();
    r.recompute = {.kind = recompute_kind::blocks, .fraction = 0.5};
    r.framework.input_copies = 3;
    r.sharding.stage = shards::weights;
    r.adapter = {.kind = adapter_kind::lora};
    auto const working = [&] {
        return in_bytes(activations_of(r, hundred_bytes(), layers_of(6), 0).working);
    };
    CHECK(working() == 8 * 16 + 800 + 6 * 0.5 * 3 * 64);
    r.sharding.stage = shards::gradients;
    CHECK(working() == 8 * 16 + 800);
    r.sharding.stage = shards::weights;
    r.adapter = {};
    CHECK(working() == 8 * 16 + 800);
    r.adapter = {.kind = adapter_kind::lora};
    r.recompute.kind = recompute_kind::scores;
    CHECK(working() == 8 * 16);
}

TEST_CASE("the last rank: logits, the last hidden states and what prediction modules keep") {
    any_run r = eight_tokens();
    rank_facts f = hundred_bytes();
    r.framework.logit_bytes = 6;
    r.framework.loss_chunk = 0.5;
    r.framework.hidden_copies = 3;
    stage_content c = layers_of(2);
    CHECK(activations_of(r, f, c, 0).logits == bytes{});
    c.last = true;
    auto const of = [&] { return activations_of(r, f, c, 0); };
    // 32 logits of 6 bytes, half of the rows at once; three copies of four values of two bytes.
    CHECK(in_bytes(of().logits) == 8 * (32 * 6 * 0.5 + 2 * 3 * 4));
    CHECK(of().peak() == of().kept + of().logits);
    f.predicting = 2;
    CHECK(in_bytes(of().logits) == 3 * 8 * (32 * 6 * 0.5 + 2 * 3 * 4));
    CHECK(in_bytes(of().kept) == (2 + 2) * 800);
    // In a pipeline the last rank has one pass in flight, or all of them, which are the modules' too.
    r.parallel.pipeline = 2;
    r.accumulation = 5;
    CHECK(in_bytes(activations_of(r, f, c, 1).kept) == (2 + 2) * 800);
    r.parallel.order = schedule::gpipe;
    CHECK(in_bytes(activations_of(r, f, c, 1).kept) == 5 * (2 + 2) * 800);
    r.parallel.order = schedule::dual_pipe; // p + 1 = 3 of its layers, one of the modules'
    CHECK(in_bytes(activations_of(r, f, c, 1).kept) == (3 * 2 + 2) * 800);
    // Tensor ranks share logits, and hold the hidden states whole.
    r = eight_tokens();
    r.framework.logit_bytes = 6;
    r.framework.hidden_copies = 3;
    r.parallel.tensor = 4;
    CHECK(in_bytes(of().logits) == 3 * 8 * (32 * 6 / 4 + 2 * 3 * 4));
}

TEST_CASE("weights that are gathered: the layers at once, and the root, less the own share") {
    any_run r{.model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb, .parallel = {.data = 8}};
    r.sharding.stage = shards::weights;
    r.numerics = fp32_kept;
    r.framework = frameworks::torchtitan;
    constexpr double embedding = 128256.0 * 4096;
    constexpr double layer = 2.0 * 4096 * 4096 + 2.0 * 4096 * 1024 + 3.0 * 4096 * 14336 + 2 * 4096;
    double const root = r.framework.gathers_root ? 2 * embedding : 0;
    double const values = root + r.framework.gathered_layers * layer;
    CHECK(near(in_bytes(memory_of(r).gathered), values * r.numerics.gathered * 7 / 8,
               reckon::test::within(1e-4)));
    r.sharding.reshards = false; // everything stays whole, with its gradients
    CHECK(near(in_bytes(memory_of(r).gathered),
               8.03e9 * (r.numerics.gathered + r.numerics.gradients) * 7 / 8,
               reckon::test::within(1e-3)));
}

TEST_CASE("factored states of experts are none") {
    held h{};
    h.experts = 1000;
    numerics const k = mixed_16bit;
    CHECK(in_bytes(state_of(h, 0, k, adafactor, {}, {}, {}).optimizer) == 1000 * k.master);
    CHECK(in_bytes(state_of(h, 0, k, adam, {}, {}, {}).optimizer) == 1000 * (k.master + 8));
}

TEST_CASE("what is moved into the host's memory is there, whole") {
    held h{};
    h.dense = 1000;
    h.experts = 500;
    numerics const k = mixed_16bit;
    model_state const here = state_of(h, 0, k, adam, {}, {}, {});
    model_state const moved =
        state_of(h, 0, k, adam, {},
                 {.optimizer_at = state_place::host, .weights_at = state_place::host}, {});
    CHECK(moved.weights == bytes{});
    CHECK(moved.optimizer == bytes{});
    CHECK(near(moved.host, here.weights + here.optimizer));
    CHECK(near(moved.host + moved.total(), here.total()));
}

TEST_CASE("remedies: each applies where it can, and saves what it says") {
    any_run r{.model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb, .parallel = {.data = 8}};
    r.micro_batch = 2;
    auto const offers = [](any_run const& run, std::string_view name) {
        remedy_list const all = remedies_of(run);
        return std::any_of(all.begin(), all.end(),
                           [&](remedy const& one) { return one.name == name; });
    };
    bytes const now = memory_of(r).on_device.value;
    for (remedy const& one : remedies_of(r)) {
        CAPTURE(std::string(one.name));
        CHECK(near(one.on_device + one.saved, now));
        if (one.slower.known()) { CHECK(one.slower.value() > 0); }
    }
    CHECK(offers(r, "full recompute"));
    CHECK(offers(r, "shard the optimizer (ZeRO-1)"));
    CHECK(offers(r, "shard everything (ZeRO-3, FSDP)"));
    CHECK(offers(r, "half the micro-batch"));
    CHECK(offers(r, "LoRA of rank 16 on all linear layers"));
    CHECK(offers(r, "optimizer in the host's memory"));
    CHECK_FALSE(offers(r, "no recompute"));
    CHECK_FALSE(offers(r, "half the adapter's rank"));

    r.micro_batch = 1;
    r.parallel.data = 1;
    r.recompute = full_recompute;
    r.sharding.optimizer_at = state_place::host;
    CHECK(offers(r, "no recompute"));
    CHECK(offers(r, "recompute in blocks of sqrt(L)"));
    CHECK_FALSE(offers(r, "full recompute"));
    CHECK_FALSE(offers(r, "shard the optimizer (ZeRO-1)")); // nobody to share with
    CHECK_FALSE(offers(r, "shard everything (ZeRO-3, FSDP)"));
    CHECK_FALSE(offers(r, "half the micro-batch"));
    CHECK_FALSE(offers(r, "optimizer in the host's memory"));

    r.sharding.optimizer_at = state_place::device;
    r.adapter = {.kind = adapter_kind::lora, .targets = all_linear};
    CHECK(offers(r, "half the adapter's rank"));
    CHECK(offers(r, "frozen weights in nf4 (QLoRA)"));
    CHECK_FALSE(offers(r, "LoRA of rank 16 on all linear layers"));
    r.adapter.base = nf4_double;
    CHECK_FALSE(offers(r, "frozen weights in nf4 (QLoRA)"));

    any_run pair = r; // two are enough to share
    pair.parallel.data = 2;
    CHECK(offers(pair, "shard the optimizer (ZeRO-1)"));
    any_run sharded = r;
    sharded.parallel.data = 8;
    sharded.sharding.stage = shards::weights; // all of it is
    CHECK_FALSE(offers(sharded, "shard everything (ZeRO-3, FSDP)"));
    CHECK_FALSE(offers(sharded, "shard the optimizer (ZeRO-1)"));
    sharded.sharding.stage = shards::optimizer;
    CHECK(offers(sharded, "shard everything (ZeRO-3, FSDP)"));
    CHECK_FALSE(offers(sharded, "shard the optimizer (ZeRO-1)"));
    sharded.sharding.optimizer_at = state_place::disk;
    CHECK_FALSE(offers(sharded, "optimizer in the host's memory"));
    CHECK_FALSE(offers(sharded, "optimizer on the host's drives"));
    sharded.sharding.optimizer_at = state_place::host;
    CHECK(offers(sharded, "optimizer on the host's drives"));
    // Logits in chunks, where they are what is fullest and not in chunks yet.
    any_run wide = r;
    wide.adapter = {};
    wide.framework.cached_gradients = 0;
    wide.framework.loss_chunk = 1;
    wide.framework.logit_bytes = 100;
    CHECK(offers(wide, "loss in chunks"));
    wide.framework.logit_bytes = 0;
    CHECK_FALSE(offers(wide, "loss in chunks"));
    wide.framework.logit_bytes = 1e4;
    wide.framework.loss_chunk = 0.1;
    CHECK_FALSE(offers(wide, "loss in chunks"));
    for (recompute_kind const kind : {recompute_kind::none, recompute_kind::scores}) {
        wide.recompute = {.kind = kind};
        CHECK(offers(wide, "recompute of norms, up-projections, activations") ==
              (kind == recompute_kind::none));
    }
    // Half a rank is rounded up, and half a micro-batch is made up for by twice as many.
    any_run odd = r;
    odd.micro_batch = 3;
    odd.accumulation = 5;
    odd.adapter.rank = 5;
    any_run half = odd;
    half.adapter.rank = 3;
    any_run fewer = odd;
    fewer.micro_batch = 1;
    fewer.accumulation = 10;
    for (remedy const& one : remedies_of(odd)) {
        if (one.name == "half the adapter's rank") {
            CHECK(near(one.on_device, memory_of(half).on_device.value));
        }
        if (one.name == "half the micro-batch") {
            CHECK(near(one.on_device, memory_of(fewer).on_device.value));
            CHECK(near(one.slower.value(), step_of(odd).per_device / step_of(fewer).per_device));
        }
    }
    r.parallel.tensor = 3; // does not divide: no remedy of a run that is none
    CHECK(remedies_of(r).empty());
}
