// SPDX-License-Identifier: MIT
#include "support/near.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/model/parameters.hpp>
#include <reckon/training/memory_of.hpp>
#include <reckon/training/model_state.hpp>

#include <doctest/doctest.h>

#include <algorithm>

using namespace reckon;
using namespace reckon::training;
using reckon::test::near;
using reckon::test::within;

namespace {

constexpr double gigabytes_of(model_state const& s) { return in_gigabytes(s.total()); }

/// What one rank holds of a dense model.
template <class Model>
constexpr held all_of(Model const& m, parallelism const& p = {}, adapter const& a = {}) {
    rank_facts const f = facts_of(m, p, a, 4096);
    return held_by(f, content_of(f, p, 0));
}

} // namespace

TEST_CASE("AT-05: ZeRO's example of 7.5 B parameters on 64 ranks") {
    constexpr double n = 7.5e9;
    CHECK(near(gigabytes_of(state_on_paper(n, mixed_16bit, adam)), 120.0));
    CHECK(
        near(gigabytes_of(state_on_paper(n, mixed_16bit, adam, shards::optimizer, 64)), 31.40625));
    CHECK(
        near(gigabytes_of(state_on_paper(n, mixed_16bit, adam, shards::gradients, 64)), 16.640625));
    CHECK(near(gigabytes_of(state_on_paper(n, mixed_16bit, adam, shards::weights, 64)), 1.875));
}

TEST_CASE("AT-05: sums that articles make") {
    constexpr model_state two = state_on_paper(2e9, mixed_16bit, adam);
    CHECK(near(in_gigabytes(two.weights), 4.0));
    CHECK(near(in_gigabytes(two.gradients), 4.0));
    CHECK(near(in_gigabytes(two.optimizer), 8.0 + 16.0)); // master and moments
    CHECK(near(gigabytes_of(two), 32.0));
    CHECK(near(gigabytes_of(state_on_paper(20e9, mixed_16bit, adam, shards::weights, 8)), 40.0));
    constexpr model_state small = state_on_paper(1e8, mixed_16bit, adam);
    CHECK(near(in_gigabytes(small.weights + small.gradients), 0.4));
    CHECK(near(gigabytes_of(small), 1.6));
    CHECK(near(gigabytes_of(state_on_paper(1e9, full_fp32, adam)), 16.0));
}

TEST_CASE("bytes a parameter of published recipes") {
    constexpr double n = 1e9;
    auto const bytes_each = [&](numerics const& k, optimizer const& o) {
        return gigabytes_of(state_on_paper(n, k, o));
    };
    CHECK(near(bytes_each(mixed_16bit_main_gradients, adam), 18.0));
    CHECK(near(bytes_each(fp32_kept, adam), 16.0));
    CHECK(near(bytes_each(pure_16bit, adam_16bit), 8.0));
    CHECK(near(bytes_each(pure_16bit, adam_8bit), 6.0)); // torchao: 51.6 -> 39.2 GB for Llama-2-7B
    CHECK(near(bytes_each(pure_16bit, adam_4bit), 5.0));
    CHECK(near(bytes_each(mixed_16bit, lion), 12.0));
    CHECK(near(bytes_each(mixed_16bit, muon), 12.0));
    CHECK(near(bytes_each(mixed_16bit, sgd), 8.0));
    CHECK(near(bytes_each(mixed_16bit, sgd_momentum), 12.0));
    // Megatron's distributed optimizer: 6 + 12 / d.
    CHECK(near(
        gigabytes_of(state_on_paper(n, mixed_16bit_main_gradients, adam, shards::optimizer, 8)),
        7.5));
}

TEST_CASE("Adafactor remembers rows and columns, not parameters") {
    constexpr held h = all_of(models::llama_3_1_8b);
    model_state const s = state_of(h, 0, mixed_16bit, adafactor, {}, {}, {});
    model_state const none = state_of(h, 0, mixed_16bit, sgd, {}, {}, {});
    CHECK(s.optimizer > none.optimizer);
    CHECK(in_megabytes(s.optimizer - none.optimizer) < 20);
}

TEST_CASE("GaLore remembers r (m + 2 n) of a layer's matrix (2403.03507, table 1)") {
    constexpr held h = all_of(models::llama_3_1_8b);
    // Of a layer: queries and output 4096 x 4096, keys and values 1024 x 4096, three of 4096 x 14336.
    CHECK(h.shorter == 32 * (2 * 4096 + 2 * 1024 + 3 * 4096));
    CHECK(h.longer == 32 * (4 * 4096 + 3 * 14336));
    constexpr double outside = 2 * 128256.0 * 4096;
    auto const state = [&](optimizer const& o) {
        return in_bytes(state_of(h, outside, pure_16bit, o, {}, {}, {}).optimizer);
    };
    double const of_128 = 128 * (h.shorter + 2 * h.longer) * 2; // in 16 bit
    CHECK(near(state(galore(128, adam_16bit)), of_128 + 2 * 2 * (outside + h.vectors)));
    // Four times the rank, four times the values of layers; a rank as high as the matrices is Adam.
    CHECK(near(state(galore(512, adam_16bit)) - state(galore(128, adam_16bit)), 3 * of_128));
    CHECK(state(galore(4096, adam_16bit)) == state(adam_16bit));
}

TEST_CASE("what ranks hold is what the model has") {
    constexpr held whole = all_of(models::llama_3_1_70b);
    static_assert(whole.dense == static_cast<double>(parameters_of(models::llama_3_1_70b).total));
    static_assert(whole.experts == 0);
    constexpr held v3 = all_of(models::deepseek_v3);
    static_assert(v3.dense + v3.experts ==
                  static_cast<double>(parameters_of(models::deepseek_v3).total));
    // All ranks of a layout together hold each expert once.
    constexpr parallelism spread{.data = 64, .expert = 64};
    static_assert(all_of(models::deepseek_v3, spread).experts * 64 == v3.experts);
    // Forward FLOPs of a token are twice its active parameters, less the embedding and vectors.
    double const active =
        static_cast<double>(active_without_embedding(parameters_of(models::llama_3_1_70b)));
    CHECK(near(whole.work, 2 * active, within(1e-4)));
}

TEST_CASE("pipeline stages add up to the model, the shared embedding twice") {
    for (count const pieces : {count{1}, count{2}, count{5}}) {
        parallelism const p{.pipeline = 8, .virtual_stages = pieces};
        rank_facts const f = facts_of(models::llama_3_1_70b, p, {}, 4096);
        double sum = 0;
        for (count stage = 0; stage < p.pipeline; ++stage) {
            sum += held_by(f, content_of(f, p, stage)).dense;
        }
        CHECK(near(sum, static_cast<double>(parameters_of(models::llama_3_1_70b).total)));
    }
    parallelism const p{.pipeline = 2};
    rank_facts const f = facts_of(models::llama_3_2_1b, p, {}, 4096);
    double sum = 0;
    for (count stage = 0; stage < 2; ++stage) {
        sum += held_by(f, content_of(f, p, stage)).dense;
    }
    auto const n = parameters_of(models::llama_3_2_1b);
    CHECK(near(sum, static_cast<double>(n.total + n.embedding)));
}

TEST_CASE("LoRA trains r (rows + columns) a matrix") {
    constexpr adapter lora{.kind = adapter_kind::lora, .rank = 8, .targets = query_and_value};
    constexpr held h = all_of(models::llama_2_7b, {}, lora);
    static_assert(h.adapters ==
                  4194304); // peft prints it for r = 8 on q_proj and v_proj of Llama-2-7B
    constexpr adapter all{.kind = adapter_kind::lora, .rank = 16, .targets = all_linear};
    static_assert(all_of(models::llama_3_1_8b, {}, all).adapters ==
                  41943040); // Unsloth prints it, r = 16
    constexpr adapter dora{.kind = adapter_kind::dora, .rank = 8, .targets = query_and_value};
    static_assert(all_of(models::llama_2_7b, {}, dora).adapters == 4194304 + 32 * 2 * 4096);
}

TEST_CASE("a frozen base is stored in its format, and has no gradients") {
    constexpr adapter lora{.kind = adapter_kind::lora, .rank = 16, .targets = query_and_value};
    constexpr adapter qlora{.kind = adapter_kind::lora,
                            .rank = 16,
                            .targets = attention_projections,
                            .base = nf4_double};
    constexpr auto const& m = models::llama_3_1_8b;
    model_state const s = state_of(all_of(m, {}, lora), 0, pure_16bit, adam, lora, {}, {});
    model_state const q = state_of(all_of(m, {}, qlora), 0, pure_16bit, adam, qlora, {}, {});
    CHECK(near(in_gigabytes(s.frozen), 16.06, within(0.001)));
    // fms-acceleration: 5.89 GB of Llama-3-8B in nf4 with double quantisation.
    CHECK(near(in_gigabytes(q.total()), 5.89, within(0.01)));
    CHECK(s.gradients < s.frozen / 100.0);
}

TEST_CASE("DeepSpeed's documentation: 4 N + 16 N / d in stage 2, 20 N on one rank") {
    constexpr double n = 1e9;
    for (count const d : {1, 4, 64}) {
        model_state const s =
            state_on_paper(n, mixed_16bit_own_gradients, adam, shards::optimizer, d);
        CHECK(near(in_bytes(s.total()), 4 * n + 16 * n / static_cast<double>(d)));
    }
}

TEST_CASE("offload moves state into the host's memory, and none is lost") {
    constexpr held h = all_of(models::llama_3_1_8b);
    model_state const here = state_of(h, 0, mixed_16bit, adam, {}, {}, {});
    model_state const away =
        state_of(h, 0, mixed_16bit, adam, {}, {.optimizer_at = state_place::host}, {});
    CHECK(away.optimizer == bytes{});
    CHECK(near(away.total() + away.host, here.total()));
}

TEST_CASE("a tensor on one rank: parameters, work, sides, adapters, by its role and axis") {
    using enum tensor_role;
    // Eight rows, six columns, three times, on two tensor ranks and two of experts. An adapter of rank 4 in 16 bit.
    parallelism const p{.tensor = 2, .data = 2, .expert = 2};
    adapter a{.kind = adapter_kind::lora, .rank = 4, .targets = roles(ffn_up, expert_up, norm)};
    auto const of = [&](tensor const& t) {
        held h{};
        reckon::training::detail::hold(h, t, 3, p, a);
        return h;
    };
    // Half of 48 values three times; two FLOPs each; rows and columns 14 x 3 / 2; sides 6 and 8; adapters 4 x 14.
    tensor const up{ffn_up, shard_axis::width, 8, 6, 1, 1, 8};
    held expected{};
    expected.dense = 72;
    expected.factors = 21;
    expected.shorter = 9;
    expected.longer = 12;
    expected.adapters = 84;
    expected.work = expected.block_work = 144;
    expected.frozen = bytes{144};
    CHECK(of(up) == expected);
    a.kind = adapter_kind::dora; // a magnitude for each row
    expected.adapters += 12;
    CHECK(of(up) == expected);
    a.kind = adapter_kind::lora;
    a.targets = {};
    expected.adapters = 0;
    CHECK(of(up) == expected);
    a.kind = adapter_kind::none;
    expected.frozen = {};
    CHECK(of(up) == expected);
    tensor lying = up; // the longer side is the longer one either way
    lying.rows = 6;
    lying.cols = 8;
    lying.units = 6;
    CHECK(of(lying) == expected);
    expected.block_work = 0;
    tensor other = up;
    other.role = attention_q;
    CHECK(of(other) == expected);
    for (tensor_role const r : {shared_up, ffn_down}) {
        other.role = r;
        CHECK(of(other).block_work == 144);
    }
    for (tensor_role const r : {latent_up_q, latent_up_kv}) {
        other.role = r;
        CHECK(of(other).lifting_work == 144);
    }
    other.role = latent_down; // whole on every rank
    CHECK(of(other).lifting_work == 0);
    CHECK(of(other).work == 288);
    CHECK(of(other).dense == 144);
    // Tables: no product with an embedding; neither is projected.
    tensor table{embedding, shard_axis::vocabulary, 8, 6, 1, 1, 8};
    expected.work = 0;
    expected.shorter = expected.longer = 0;
    CHECK(of(table) == expected);
    table.role = head;
    expected.work = 144;
    CHECK(of(table) == expected);
    // A vector is held, and nothing else.
    a = {.kind = adapter_kind::lora, .rank = 4, .targets = roles(norm)};
    held vector{};
    vector.dense = vector.vectors = 24;
    vector.frozen = bytes{48};
    CHECK(of({norm, shard_axis::none, 8, 1, 1, 1, 1, true}) == vector);
    // Four experts, two of them on a rank and two of them used: work is dealt out by tensor ranks.
    a.targets = roles(expert_up);
    held experts{};
    experts.experts = 2 * 48 * 3;
    experts.expert_work = experts.block_work = 2 * 2 * 48 * 3 / 2.0;
    experts.factors = 14 * 4 * 3 / 2.0;
    experts.shorter = 6 * 6;
    experts.longer = 8 * 6;
    experts.frozen_experts = bytes{576};
    experts.expert_adapters = 4 * 14 * 6;
    CHECK(of({expert_up, shard_axis::experts, 8, 6, 4, 2, 4}) == experts);
    held twice = experts;
    twice.add(expected, 3);
    CHECK(twice.experts == experts.experts);
    CHECK(twice.dense == 3 * 72);
    CHECK(twice.work == 3 * 144);
    CHECK(twice.factors == experts.factors + 3 * 21);
    held none{};
    none.add(experts, 2);
    held doubled = experts;
    for (double held::* const part :
         {&held::experts, &held::expert_work, &held::block_work, &held::factors, &held::shorter,
          &held::longer, &held::expert_adapters}) {
        doubled.*part *= 2;
    }
    doubled.frozen_experts *= 2;
    CHECK(none == doubled);
    held odd{};
    odd.vectors = odd.adapters = odd.lifting_work = 5;
    odd.frozen = bytes{5};
    none = {};
    none.add(odd, 2);
    CHECK(none.vectors == 10);
    CHECK(none.adapters == 10);
    CHECK(none.lifting_work == 10);
    CHECK(none.frozen == bytes{10});
}

TEST_CASE("facts of a mixture: experts and their tokens, scores, matrices with adapters") {
    auto const& m =
        models::qwen3_30b_a3b; // 48 layers, 128 experts of which 8 are met, 32 heads of 128
    parallelism const p{.tensor = 2, .data = 8, .expert = 4};
    constexpr adapter all{.kind = adapter_kind::lora, .targets = all_linear};
    rank_facts const f = facts_of(m, p, all, 4096);
    REQUIRE(f.groups.size() == 1);
    group_facts const& g = f.groups[0];
    CHECK(f.layers == 48);
    CHECK(f.hidden == 2048);
    CHECK(f.vocabulary == 151936);
    CHECK(f.predicting == 0);
    CHECK(g.mixture);
    CHECK(g.experts == 32);
    CHECK(g.experts_per_token == 8);
    CHECK(g.adapted == 4); // queries, keys, values, output: experts' are counted apart
    // Half of 4,096 seen, 32 heads of 128 + 128 values, two FLOPs each, on two ranks.
    CHECK(g.scores == 2 * 2048.0 * 32 * 256 / 2);
    CHECK(facts_of(m, p, {}, 4096).groups[0].adapted == 0);
    rank_facts const dense = facts_of(models::llama_3_1_8b, p, all, 4096);
    CHECK_FALSE(dense.groups[0].mixture);
    CHECK(dense.groups[0].experts == 0);
    CHECK(dense.groups[0].adapted == 7);
    // Embedding and head are divided by tensor ranks, a tied head's products too.
    CHECK(dense.embedding.dense == 128256.0 * 4096 / 2);
    CHECK(dense.head.dense == 128256.0 * 4096 / 2 + 4096);
    CHECK(dense.head.work == 2 * 128256.0 * 4096 / 2);
    rank_facts const tied = facts_of(models::llama_3_2_1b, p, {}, 4096);
    CHECK(tied.tied_copy.dense == 128256.0 * 2048 / 2);
    CHECK(tied.head.work == 2 * tied.tied_copy.dense);
    CHECK(tied.head.dense == 2048);
    // A prediction module: its layer, a projection of two widths into one, and norms.
    rank_facts const v3 = facts_of(models::deepseek_v3, {}, {}, 4096, true);
    rank_facts const without = facts_of(models::deepseek_v3, {}, {}, 4096);
    CHECK(v3.predicting == 1);
    CHECK(without.prediction == held{});
    held const& layer = v3.groups[1].layer;
    CHECK(v3.prediction.experts == layer.experts);
    CHECK(v3.prediction.expert_work == layer.expert_work);
    CHECK(near(v3.prediction.work, layer.work + 2 * 7168.0 * 2 * 7168, within(1e-6)));
    // Stages: what is first and last, and layers in between.
    stage_content const whole = content_of(f, {}, 0);
    CHECK((whole.first && whole.last));
    CHECK(whole.in_all == 48);
    parallelism const three{.pipeline = 3};
    CHECK(content_of(f, three, 0).first);
    CHECK_FALSE(content_of(f, three, 0).last);
    CHECK_FALSE(content_of(f, three, 1).first);
    CHECK_FALSE(content_of(f, three, 1).last);
    CHECK(content_of(f, three, 2).last);
    CHECK(content_of(f, three, 1).in_all == 16);
    held const middle = held_by(f, content_of(f, three, 1));
    CHECK(middle.dense == 16 * g.layer.dense);
    CHECK(held_by(f, content_of(f, three, 0)).dense == 16 * g.layer.dense + f.embedding.dense);
    CHECK(held_by(f, content_of(f, three, 2)).dense == 16 * g.layer.dense + f.head.dense);
    CHECK(held_by(tied, content_of(tied, {.pipeline = 2}, 1)).dense ==
          8 * tied.groups[0].layer.dense + tied.head.dense + tied.tied_copy.dense);
    CHECK(held_by(tied, content_of(tied, {}, 0)).dense ==
          16 * tied.groups[0].layer.dense + tied.head.dense + tied.embedding.dense);
    held const predicted = held_by(v3, content_of(v3, {}, 0));
    CHECK(predicted.experts ==
          held_by(without, content_of(without, {}, 0)).experts + layer.experts);
    // Two pieces on each of two ranks: the first quarter and the third.
    rank_facts two = f;
    group_facts early = g;
    early.at = layer_set::range(0, 12);
    two.groups[0].at = layer_set::range(12, 48);
    two.groups.push_back(early);
    stage_content const pieces = content_of(two, {.pipeline = 2, .virtual_stages = 2}, 0);
    CHECK(pieces.layers[0] == 12);
    CHECK(pieces.layers[1] == 12);
    CHECK(content_of(two, {.pipeline = 2, .virtual_stages = 2}, 1).layers[1] == 0);
}

TEST_CASE("states of a rank, term by term") {
    // 1,000 dense parameters of which 50 are vectors and 200 lie outside of layers, 100 of experts; weights of 2
    // bytes, gradients of 3, masters of 4; 5 states a matrix, 6 of others, 7 bytes each. Four and two ranks share.
    held h{};
    h.dense = 1000;
    h.experts = 100;
    h.vectors = 50;
    h.factors = 9;
    h.shorter = 3;
    h.longer = 5;
    h.adapters = 10;
    h.expert_adapters = 6;
    h.frozen = bytes{800};
    h.frozen_experts = bytes{80};
    numerics const k{.weights = 2, .gradients = 3, .master = 4};
    optimizer o{.matrix_states = 5, .other_states = 6, .state_bytes = 7};
    adapter a{};
    parallelism const p{.data = 4, .expert = 2};
    auto const of = [&](shards stage) { return state_of(h, 200, k, o, a, {.stage = stage}, p); };
    double const states = (750 * 5 + 250 * 6) * 7.0;
    model_state const all = of(shards::weights);
    CHECK(near(in_bytes(all.weights), 2000 / 4.0 + 200 / 2.0));
    CHECK(near(in_bytes(all.gradients), 3000 / 4.0 + 300 / 2.0));
    CHECK(near(in_bytes(all.optimizer), (4000 + states) / 4 + (400 + 500 * 7) / 2.0));
    CHECK(near(in_bytes(of(shards::optimizer).gradients), 3300));
    CHECK(near(in_bytes(of(shards::gradients).weights), 2200));
    CHECK(near(in_bytes(of(shards::nothing).optimizer), 4400 + states + 3500));
    // No more than what is held outside and in vectors is none of matrices.
    CHECK(
        near(in_bytes(state_of(h, 2000, k, o, a, {}, p).optimizer), 4400 + 2050 * 6 * 7.0 + 3500));
    o.factored = true;
    CHECK(near(in_bytes(of(shards::nothing).optimizer), 4400 + 9 * 7.0));
    o.factored = false;
    o.low_rank = 2; // 2 x (3 + 2 x 5), and vectors and tables as before
    CHECK(near(in_bytes(of(shards::nothing).optimizer), 4400 + (26 + 250 * 6) * 7.0));
    o.low_rank = 1000; // no more than without
    CHECK(near(in_bytes(of(shards::nothing).optimizer), 4400 + states + 3500));
    // Adapters in 3 bytes each, without masters; base frozen; embeddings beside them as any weights.
    a = {.kind = adapter_kind::lora, .bytes = 3};
    model_state const adapted = of(shards::weights);
    CHECK(near(in_bytes(adapted.weights), 30 / 4.0 + 18 / 2.0));
    CHECK(near(in_bytes(adapted.gradients), 30 / 4.0 + 18 / 2.0));
    CHECK(near(in_bytes(adapted.optimizer), 150 / 4.0 + 90 / 2.0));
    CHECK(near(in_bytes(adapted.frozen), 200 + 40));
    CHECK(near(in_bytes(of(shards::gradients).frozen), 880));
    CHECK(near(in_bytes(of(shards::gradients).optimizer), 150 / 4.0 + 90 / 2.0));
    a.embeddings = true;
    model_state const beside = of(shards::weights);
    CHECK(near(in_bytes(beside.weights - adapted.weights), 400 / 4.0));
    CHECK(near(in_bytes(beside.gradients - adapted.gradients), 600 / 4.0));
    CHECK(near(in_bytes(beside.optimizer - adapted.optimizer), (800 + 200 * 6 * 7) / 4.0));
    // Drives hold all, and the host's memory what passes through it at once.
    for (double const gigabytes : {1.0, 1000.0}) {
        held large{};
        large.dense = gigabytes * 1e9;
        auto const at = [&](state_place states_at, state_place weights_at) {
            return state_of(large, 0, mixed_16bit, adam, {},
                            {.optimizer_at = states_at, .weights_at = weights_at}, {});
        };
        model_state const drives = at(state_place::disk, state_place::disk);
        CHECK(near(in_gigabytes(drives.disk), 14 * gigabytes));
        CHECK(near(in_gigabytes(drives.host),
                   std::min(12 * gigabytes, 16.0) + std::min(2 * gigabytes, 3.0)));
        CHECK(at(state_place::host, state_place::host).disk == bytes{});
        CHECK(near(in_gigabytes(at(state_place::host, state_place::device).host), 12 * gigabytes));
        CHECK(near(in_gigabytes(at(state_place::device, state_place::host).host), 2 * gigabytes));
    }
    // Ranks: those that hold the same, and what laws of sharding hear of experts.
    parallelism const both{
        .tensor = 2, .context = 3, .pipeline = 5, .data = 4, .expert = 4, .expert_tensor = 2};
    CHECK(both.devices() == 120);
    CHECK(both.state_ranks() == 12);
    CHECK(both.expert_state_ranks() == 3);
    CHECK(both.dense() == layout{.tensor = 2});
    CHECK(both.experts() == layout{.tensor = 2, .data = 4, .expert = 8});
    CHECK(parallelism{.data = 4}.experts() == layout{});
    CHECK(parallelism{.data = 4}.expert_state_ranks() == 4);
    CHECK(parallelism{.data = 2, .expert = 4}.expert_state_ranks() == 1);
    // Nobody shares where nobody is named.
    CHECK(state_on_paper(1e9, mixed_16bit, adam, shards::weights) ==
          state_on_paper(1e9, mixed_16bit, adam));
    // Fewer ranks share where a group is smaller than all, and no more than all.
    CHECK(state_sharding{.group = 2}.ranks(8) == 2);
    CHECK(state_sharding{.group = 8}.ranks(4) == 4);
    CHECK(state_sharding{.group = 1}.ranks(8) == 1);
    CHECK(state_sharding{}.ranks(8) == 8);
}
