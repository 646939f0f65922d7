// SPDX-License-Identifier: MIT
// Weights of a model of 10 values a token, every term in numbers that a reader can check.
#include "support/printing.hpp"

#include <reckon/memory/engine.hpp>
#include <reckon/memory/weights.hpp>
#include <reckon/precision/formats.hpp>
#include <reckon/precision/gguf.hpp>
#include <reckon/units/makers.hpp>

#include <doctest/doctest.h>

using namespace reckon;

namespace {

/// Layer 0 has a block of 101, layers 1 to 3 have 8 experts of 31 (2 of them a token) and a shared one of 21. Parameters:
/// queries 32 x 10, keys 16 x 10, values 10 x 10, output 10 x 20; router 8 x 10.
any_model small() {
    gqa const attention{.query_heads = 4, .kv_heads = 2, .head_dim = 8, .value_dim = 5};
    moe const experts{.routed = 8, .per_token = 2, .intermediate = 31, .shared_intermediate = 21};
    any_model m{};
    m.hidden = 10;
    m.vocabulary = 101;
    m.groups.list.push_back({layer_set::range(0, 1), attention, gated{101}, {}});
    m.groups.list.push_back({layer_set::range(1, 4), attention, experts, {}});
    return m;
}
constexpr double projections = 320 + 160 + 100 + 200;

/// bf16, but for the values of the first quarter of the layers.
recipe narrow_first_values() {
    recipe r = bf16;
    r.palette.push_back(any_precision(fp8));
    r.exceptions.push_back({tensor_role::attention_v,
                            {.first_fraction = 4},
                            static_cast<std::uint8_t>(r.palette.size() - 1),
                            0});
    return r;
}
/// Whole hundreds, whatever the size.
constexpr allocator_rules hundreds{bytes{100}, bytes{1e9}, bytes{1e9}, bytes{1e9}};

weight_bytes held(any_model const& m, recipe const& r, layout const& l = {}, count stage = 0,
                  allocator_rules const& allocator = {},
                  sharding_rules const& rules = megatron_sharding) {
    return weights_of(m, r, l, stage, rules, allocator);
}
sharding_rules tiles_of(expert_padding const& padding) {
    sharding_rules rules = megatron_sharding;
    rules.mxfp4 = padding;
    return rules;
}

} // namespace

TEST_CASE("every part, two bytes a value") {
    weight_bytes const w = held(small(), bf16);
    CHECK(w.embedding == bytes{2.0 * 101 * 10});
    CHECK(w.attention == bytes{2 * 4 * projections});
    CHECK(w.dense_ffn == bytes{2.0 * 3 * 101 * 10});
    CHECK(w.shared_experts == bytes{2.0 * 3 * 3 * 21 * 10});
    CHECK(w.routed_experts == bytes{2.0 * 3 * 8 * 3 * 31 * 10});
    // Two norms a layer and one behind them; three routers.
    CHECK(w.other == bytes{2.0 * (4 * 2 * 10 + 10 + 3 * 8 * 10)});
    CHECK(w.head == bytes{2.0 * 101 * 10});
    CHECK(w.rounding == bytes{});
    CHECK(w.total() == w.embedding + w.attention + w.dense_ffn + w.shared_experts +
                           w.routed_experts + w.other + w.head);
}

TEST_CASE("a table of positions is whole on the ranks of the first stage") {
    for (count const rows : {0, 1, 7}) {
        CAPTURE(rows);
        any_model m = small();
        m.learned_positions = rows;
        bytes const table{2.0 * 10 * static_cast<double>(rows)};
        CHECK(held(m, bf16).embedding == bytes{2020} + table);
        CHECK(held(m, bf16, {.tensor = 2}).embedding == bytes{1010} + table);
        CHECK(held(m, bf16, {.pipeline = 2}, 1).embedding == bytes{});
    }
    // A scale of the table is none where there is no table.
    recipe const scaled = recipe(bf16).with(tensor_role::embedding, fp8_per_tensor);
    any_model m = small();
    CHECK(held(m, scaled).embedding == bytes{1010 + 4});
    m.learned_positions = 7;
    CHECK(held(m, scaled).embedding == bytes{1010 + 4 + 70 + 4});
}

TEST_CASE("what an allocator adds: matrices that are held in one are rounded in one") {
    // A layer's queries, keys and values 1,160 bytes, its output 400. Gate and up 4,040, down 2,020. Shared 840 and 420;
    // routed 9,920 and 4,960; the router is no matrix of these.
    double const layers = 4 * (40 + 0) + (60 + 80) + 3 * (60 + 80 + 80 + 40);
    CHECK(held(small(), bf16, {}, 0, hundreds).rounding == bytes{layers + 80 + 80});
    any_model m = small();
    m.learned_positions = 7; // 140 bytes
    CHECK(held(m, bf16, {}, 0, hundreds).rounding == bytes{layers + 80 + 80 + 60});
    // Steps of a byte round nothing but what is near a whole thirty: 10 of 1,160, 4,040 and 9,920 bytes.
    allocator_rules const thirties{bytes{1}, bytes{100}, bytes{30}, bytes{15}};
    CHECK(held(small(), bf16, {}, 0, thirties).rounding == bytes{4 * 10 + 10 + 3 * 10});
    m.tied_embeddings = true;
    CHECK(held(m, bf16, {}, 0, hundreds).rounding == bytes{layers + 80 + 60});
    // Where formats differ by layer, each group by itself: 1,060 bytes in layer 0, 1,160 in the others.
    CHECK(held(small(), narrow_first_values(), {}, 0, hundreds).rounding ==
          bytes{layers + 80 + 80});
    // The first stage holds layers 0 and 1, and the embedding.
    CHECK(held(small(), narrow_first_values(), {.pipeline = 2}, 0, hundreds).rounding ==
          bytes{2 * 40 + (60 + 80) + (60 + 80 + 80 + 40) + 80});
}

TEST_CASE("an exception for a fraction of the layers, on the stage that has them") {
    recipe const r = narrow_first_values();
    CHECK(held(small(), r).attention == bytes{2 * 4 * projections - 100});
    CHECK(held(small(), r, {.pipeline = 2}, 0).attention == bytes{2 * 2 * projections - 100});
    CHECK(held(small(), r, {.pipeline = 2}, 1).attention == bytes{2 * 2 * projections});
    // Of two exceptions for a layer the first counts: a byte a value in layer 0, four in the others.
    recipe two = r;
    two.exceptions.push_back({tensor_role::attention_v, {}, 2, 0});
    two.palette[2] = any_precision(fp32);
    CHECK(held(small(), two).attention == bytes{2 * 4 * projections - 100 + 3 * 200});
}

TEST_CASE("rows that are no whole blocks are in the recipe's other format") {
    // Q4_K has 144 bytes on 256 values of a row: queries, keys and values, gate and up. Output and down have 20 and 101.
    any_model m{};
    m.hidden = 256;
    m.vocabulary = 101;
    gqa const heads{.query_heads = 4, .kv_heads = 2, .head_dim = 8, .value_dim = 5};
    m.groups.list.push_back({layer_set::range(0, 2), heads, gated{101}, {}});
    recipe r = any_precision(gguf::q4_k);
    r.ragged[0] = 1; // bf16, as embedding and head are
    CHECK(held(m, r).attention == bytes{2 * ((32 + 16 + 10) * 144 + 2 * 256 * 20.0)});
    CHECK(held(m, r).dense_ffn == bytes{2 * (2 * 101 * 144 + 2 * 256 * 101.0)});
    // Also of a head that is so stored, and of an exception for some layers.
    recipe const narrow_head = r.with(tensor_role::head, any_precision(gguf::q4_k));
    CHECK(held(m, narrow_head).head == bytes{101 * 144});
    r.exceptions.push_back({tensor_role::attention_output, {.first = 1}, 2, 0});
    CHECK(held(m, r).attention == bytes{2 * (32 + 16 + 10) * 144 + 256 * 20 * 4 + 256 * 20 * 2.0});
}

TEST_CASE("scales of several layers: one on each block, one on each matrix") {
    // NVFP4: 4 bits, a byte on 16 values of a row, 4 bytes on a matrix. 5 layers of 3 matrices of 32 x 48.
    tensor const t{tensor_role::attention_q, shard_axis::none, 32, 48, 3};
    stored_parts const parts =
        stored_in(nvfp4, t, {.at = layer_set::range(0, 5), .stage = {0, 5}, .held = 5}, 1);
    CHECK(parts.values == bytes{5 * 3 * 32 * 48 / 2.0});
    CHECK(parts.scales == bytes{5 * 3 * (32 * 3 + 4.0)});
    // A group whose queries nobody counted has one to a key.
    recipe r = narrow_first_values();
    for (count const least : {1, 2}) {
        r.exceptions[0] = {tensor_role::attention_q, {}, 3, least};
        CHECK(
            stored_in(r, t, {.at = layer_set::range(0, 5), .stage = {0, 5}, .held = 5}, 1).values ==
            bytes{5 * 3 * 32 * 48.0 * static_cast<double>(least)});
    }
}

TEST_CASE("a second level of scales begins anew in every layer, whatever stands beside") {
    // nf4 with scales of a byte on 64 values and 4 bytes on 256 of them: no matrix has so many.
    double const matrices = 780 / 2.0 + (32 + 16 + 10 + 10) + 4 * 4;
    double const up = 8 * 310 / 2.0 + 8 * 31 + 4;
    double const down = 8 * 310 / 2.0 + 8 * 10 + 4;
    weight_bytes const w = held(small(), nf4_double);
    CHECK(w.attention == bytes{4 * matrices});
    CHECK(w.routed_experts == bytes{3 * (up + up + down)});
    // A kernel with tiles for MXFP4 changes nothing of other formats.
    expert_padding const tiles{.width = 64, .features = 32};
    weight_bytes const same = held(small(), nf4_double, {}, 0, {}, tiles_of(tiles));
    CHECK(same.attention == w.attention);
    CHECK(same.routed_experts == w.routed_experts);
    recipe const mixed = experts_in(mxfp4, nf4_double);
    weight_bytes const padded = held(small(), mixed, {}, 0, {}, tiles_of(tiles));
    CHECK(padded.attention == w.attention);
    // 31 become 64 and 10 become 32: half a byte a value, a byte on 32 of them.
    double const each = 64 * 32 / 2.0;
    CHECK(padded.routed_experts == bytes{3 * 8 * (each + 64 + each + 64 + each + 32 * 2)});
    // Nor are others in MXFP4, or experts beside them that are in another.
    recipe by_layer = mxfp4;
    by_layer.exceptions.push_back({tensor_role::attention_v, {.first = 1}, 1, 0});
    CHECK(held(small(), by_layer, {}, 0, {}, tiles_of(tiles)).attention ==
          held(small(), by_layer).attention);
    recipe const others = experts_in(fp8, mxfp4);
    CHECK(held(small(), others, {}, 0, {}, tiles_of(tiles)) == held(small(), others));
    // Another format of four bits is not padded.
    CHECK(held(small(), nvfp4, {}, 0, {}, tiles_of(tiles)) == held(small(), nvfp4));
}

TEST_CASE("experts in MXFP4 in whole tiles: width and features of gate and up, and of down") {
    struct row {
        layout l;
        expert_padding pad;
        double up;   ///< bytes of the 8 experts' first matrices on a rank
        double down; ///< and of their last
    };
    layout const by_width{.tensor = 2};
    layout const whole{.tensor = 2, .expert = 2};
    expert_padding const tiles{.width = 64, .features = 96, .contraction = 50};
    expert_padding const own{.width = 64, .features = 96, .contraction = 50, .scales = false};
    // Width 101, features 60. Half a byte a value, a byte on 32 of a row.
    row const rows[] = {
        // 51 of the width on each of two ranks become 64; 60 become 96, and 100 as what is summed over.
        {by_width, tiles, 8 * (64 * 100 / 2.0 + 64 * 4), 8 * (96 * 100 / 2.0 + 96 * 4)},
        // Scales as they are: 51 rows of 60, and 60 rows of 51.
        {by_width, own, 8 * (64 * 100 / 2.0 + 51 * 2), 8 * (96 * 100 / 2.0 + 60 * 2)},
        // Whole experts, four on each rank: 101 become 128, and 150.
        {whole, tiles, 4 * (128 * 100 / 2.0 + 128 * 4), 4 * (96 * 150 / 2.0 + 96 * 5)},
        {whole, {}, 4 * (101 * 60 / 2.0 + 101 * 2), 4 * (60 * 101 / 2.0 + 60 * 4)},
    };
    tensor const up{tensor_role::expert_up, shard_axis::experts, 101, 60, 8, 2, 8};
    tensor const gate{tensor_role::expert_gate, shard_axis::experts, 101, 60, 8, 2, 8};
    tensor const down{tensor_role::expert_down, shard_axis::experts, 60, 101, 8, 2, 8};
    any_precision const format(mxfp4);
    for (std::size_t i = 0; i < std::size(rows); ++i) {
        CAPTURE(i);
        row const& at = rows[i];
        CHECK(detail::padded_experts(up, format, at.pad, at.l, 0.5) == bytes{at.up});
        CHECK(detail::padded_experts(gate, format, at.pad, at.l, 0.5) == bytes{at.up});
        CHECK(detail::padded_experts(down, format, at.pad, at.l, 0.5) == bytes{at.down});
    }
}

TEST_CASE("values of projections into latents and out of them, on a rank") {
    any_model m{};
    m.hidden = 10;
    m.vocabulary = 101;
    m.groups.list.push_back({layer_set::range(0, 3),
                             mla{.query_heads = 4,
                                 .q_lora_rank = 6,
                                 .kv_lora_rank = 12,
                                 .qk_nope_dim = 8,
                                 .qk_rope_dim = 4,
                                 .v_dim = 10},
                             gated{100},
                             {}});
    for (count const ranks : {1, 2}) {
        CAPTURE(ranks);
        auto const sum =
            detail::weights_on_stage(m, bf16, {.tensor = ranks}, 0, megatron_sharding, {});
        CHECK(sum.latent_down == 3 * (6 + 12 + 4) * 10); // whole on every rank
        CHECK(sum.latent_up_kv == 3 * 4 * (8 + 10) * 12 / static_cast<double>(ranks));
    }
}

TEST_CASE("prediction modules: layers like the last, a projection, three norms, values in fp32") {
    any_model m = small();
    m.mtp = {.layers = 2, .own_embeddings = true, .extra = 5};
    double const layer = 2 * (projections + 8 * 10 + 8 * 3 * 31 * 10 + 3 * 21 * 10 + 2 * 10);
    double const one = layer + 2 * 10 * 20 + 2 * 30 + 4 * 5;
    double const table = 2 * 101 * 10;
    for (count const modules : {0, 1, 2, 3}) {
        CAPTURE(modules);
        auto const n = static_cast<double>(modules);
        m.mtp.own_embeddings = true;
        CHECK(mtp_weights_of(m, bf16, modules) == bytes{n * (one + 2 * table)});
        m.mtp.own_embeddings = false;
        m.mtp.own_head = true;
        CHECK(mtp_weights_of(m, bf16, modules) == bytes{n * (one + table)});
        m.mtp.own_head = false;
        CHECK(mtp_weights_of(m, bf16, modules) == bytes{n * one});
    }
    CHECK(checkpoint_bytes(m, bf16) == held(m, bf16).total() + bytes{2 * one});
    // Two matrices in one format that scales each of them: layers like 1 and 2 are two of each.
    m.mtp = {.layers = 1, .like = layer_set::range(1, 3)};
    double const matrices = projections + 8 * 3 * 31 * 10 + 3 * 21 * 10;
    double const scales = 4.0 * (4 + 3 + 8 * 3);
    double const wide = 2.0 * (2 * (8 * 10 + 2 * 10) + 10 * 20 + 30);
    CHECK(mtp_weights_of(m, fp8_per_tensor, 1) == bytes{2 * (matrices + scales) + wide});
    m.mtp = {};
    CHECK(mtp_weights_of(m, bf16, 1) == bytes{});
}
