// SPDX-License-Identifier: MIT
#include "support/near.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/model/parameters.hpp>
#include <reckon/training/memory_of.hpp>
#include <reckon/training/model_state.hpp>

#include <doctest/doctest.h>

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
