// SPDX-License-Identifier: MIT
// Stages between the first and the last differ where kinds of layers alternate: the fullest is found
// for every number of stages.
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;

namespace {
void finds_the_fullest(any_model const& m, recipe const& weights) {
    CAPTURE(std::string_view(m.name));
    for (count stages = 1; stages <= layer_count(m); stages += stages < 12 ? 1 : 7) {
        for (tokens const context : {1_Ktok, 100_Ktok}) {
            serving::any_deployment d{.model = m,
                                      .gpu = gpus::h200_sxm,
                                      .layout = {.pipeline = stages},
                                      .weights = weights,
                                      .max_context = context,
                                      .concurrency = 32};
            d.model.max_context = unknown;
            d.engine.activation_bytes = 0; // weights and cache alone decide
            d.engine.sampler_bytes_per_logit = 0;
            d.engine.windows_hold_chunks = false;
            d.engine.expert_kernels.used = 0;
            d.engine.allocator = {};
            serving::memory_report const r = memory_of(d);
            bytes most{};
            for (count s = 0; s < stages; ++s) {
                most =
                    max(most, weights_of(m, weights, d.layout, s).total() +
                                  cache_of_request(m, d.kv_cache, context, d.layout, s, 16) * 32);
            }
            CAPTURE(stages);
            CHECK(in_bytes(r.weight_parts.total() + r.kv_cache) ==
                  doctest::Approx(in_bytes(most)).epsilon(1e-12));
        }
    }
}
} // namespace

TEST_CASE("windows on some layers: every sixth of Gemma 3, every fourth of Llama 4 keeps all of "
          "the context") {
    finds_the_fullest(models::gemma_3_27b, bf16);
    finds_the_fullest(models::llama_4_scout_17b_16e, bf16);
    finds_the_fullest(models::gpt_oss_20b, models::gpt_oss_20b.published);
}

TEST_CASE("mixtures on some layers") {
    finds_the_fullest(models::llama_4_maverick_17b_128e, bf16);
    finds_the_fullest(models::deepseek_v2_lite, bf16);
}

TEST_CASE("more bits on some layers") {
    // A mixture of formats by position: the first eighth and every third layer behind it in 16 bits.
    recipe mixed{int4_g128};
    mixed.palette.push_back(any_precision(bf16));
    auto const wide = static_cast<std::uint8_t>(mixed.palette.size() - 1);
    mixed.exceptions.push_back({tensor_role::ffn_down, {.first_fraction = 8, .stride = 3}, wide});
    finds_the_fullest(models::llama_3_1_8b, mixed);
    finds_the_fullest(models::gemma_3_12b, mixed);
}
