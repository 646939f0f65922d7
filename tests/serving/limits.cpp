// SPDX-License-Identifier: MIT
// How far a deployment can go: the edge is where the answer says.
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;

namespace {
constexpr deployment llama{.name = "rag-8b",
                           .model = models::llama_3_1_8b,
                           .gpu = gpus::l4,
                           .weights = fp8_per_tensor,
                           .max_context = 8_Ktok,
                           .concurrency = 4};
} // namespace

// On paper: 0.9 x 24 GB less weights, over 131,072 bytes a token.
constexpr auto on_paper = [] {
    auto d = llama;
    d.engine = engines::on_paper;
    d.concurrency = 1;
    return d;
}();
static_assert(largest_context(on_paper) ==
              tokens{detail::floor((24e9 * 0.9 - in_bytes(memory_of(on_paper).weights)) / 131072)});
static_assert(largest_concurrency(llama) ==
              static_cast<count>(memory_of(llama).cache_pool / (memory_of(llama).kv_cache / 4)));

TEST_CASE("a context is no longer than the model's") {
    deployment d = llama;
    d.gpu.memory_usable = bytes{gibibytes(1000)};
    d.concurrency = 1;
    CHECK(largest_context(d) == 131072_tok);
    d.model.max_context = unknown;
    CHECK(largest_context(d) > 131072_tok);
}

TEST_CASE("one token, one request: the least that fits is found") {
    deployment d = llama; // on paper: 0.9 of the memory, 131,072 bytes a token, and nothing else
    d.engine = engines::on_paper;
    d.concurrency = 1;
    bytes const weights = memory_of(d).weights;
    auto const holding = [&](double tokens_held) {
        return (weights + bytes{131'072} * tokens_held) / 0.9;
    };
    for (double const n : {0.0, 1.0, 2.0, 17.0}) {
        d.gpu.memory = holding(n + 0.5);
        CHECK(largest_context(d) == tokens{n});
    }
    d.max_context = 100_tok;
    for (count const n : {0, 1, 2, 5}) {
        d.gpu.memory = holding(100 * static_cast<double>(n) + 50);
        CHECK(largest_concurrency(d) == n);
    }
}

TEST_CASE("nothing fits where the weights do not") {
    deployment d = llama;
    d.weights = bf16;
    d.gpu.memory_usable = bytes{gibibytes(8)};
    CHECK(largest_context(d) == 0_tok);
    CHECK(largest_concurrency(d) == 0);
    CHECK_FALSE(fewest_gpus(d, 1));
    CHECK(fewest_gpus(d, 8).spread.devices() == 4);
}

TEST_CASE("the finest precision of a list") {
    deployment d = llama;
    recipe const ladder[] = {fp32, bf16, fp8_per_tensor, int4_g128};
    CHECK(finest_precision_that_fits(d, ladder) == 2);
    d.concurrency = 1;
    CHECK(finest_precision_that_fits(d, ladder) == 1);
    d.concurrency = 12;
    CHECK(finest_precision_that_fits(d, ladder) == 3);
    d.concurrency = 1000;
    CHECK(finest_precision_that_fits(d, ladder) == std::size(ladder)); // none
}

TEST_CASE(
    "the fewest devices: layers shared where devices stand together, stages where they do not") {
    // 16.06 GB of weights: two devices of 12 GiB, four of 7.
    deployment d = llama;
    d.weights = bf16;
    d.engine = engines::on_paper;
    d.max_context = 1_Ktok;
    d.concurrency = 1;
    d.gpu.memory = bytes{gibibytes(12)};
    CHECK(fewest_gpus(d, 2).spread == layout{.tensor = 2});
    CHECK_FALSE(fewest_gpus(d, 1));
    d.gpu.gpus_per_node = 1;
    CHECK(fewest_gpus(d, 2).spread == layout{.pipeline = 2});
    d.gpu.gpus_per_node = 2;
    d.gpu.memory = bytes{gibibytes(5)};
    CHECK(fewest_gpus(d, 8).spread == layout{.tensor = 2, .pipeline = 2});
    // The table of the vocabulary is 1.05 GB, and stages at the ends have one each: with 2 GB, 17 stages
    // of two layers or one.
    d.gpu.gpus_per_node = 1;
    d.gpu.memory = bytes{2e9};
    CHECK(fewest_gpus(d, 64).spread == layout{.pipeline = 17});
    CHECK_FALSE(fewest_gpus(d, 16));
    d.gpu.memory = bytes{1.5e9}; // and no more stages than there are layers
    CHECK_FALSE(fewest_gpus(d, 64));
    // A latent is not divided by tensor ranks: R1's cache is, by groups with requests of their own, or by stages.
    serving::any_deployment r1{.model = models::deepseek_r1,
                               .gpu = gpus::h200_sxm,
                               .weights = fp8_block128,
                               .max_context = 32_Ktok,
                               .engine = engines::on_paper};
    auto const holds = [&](count requests) {
        r1.concurrency = requests;
        return fewest_gpus(r1, 16).spread;
    };
    CHECK(holds(1) == layout{.tensor = 2, .pipeline = 3});
    CHECK(holds(64) == layout{.pipeline = 7});
    CHECK(holds(96) == layout{.data = 8, .expert = 8});
    CHECK(holds(200) == layout{.pipeline = 5, .data = 2, .expert = 2});
}

TEST_CASE("the fewest devices may be a pipeline: R1 with 64 requests on H200") {
    deployment const r1{.model = models::deepseek_r1,
                        .gpu = gpus::h200_sxm,
                        .weights = fp8_block128,
                        .max_context = 32_Ktok,
                        .concurrency = 64};
    serving::found_layout const found = fewest_gpus(r1, 64);
    CHECK(found.fits);
    CHECK(found.spread == layout{.pipeline = 7});
    CHECK_FALSE(fewest_gpus(r1, 6)); // 673 GB of weights alone leave 6 x 136 GB too little
}
