// SPDX-License-Identifier: MIT
// Why a deployment does not fit, and what would mend it.
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <optional>

using namespace reckon;
using namespace reckon::literals;
using serving::remedy;
using serving::remedy_kind;

namespace {
constexpr recipe narrower[] = {fp8_block128, int4_g128};

std::optional<remedy> find(serving::refusal_report const& r, remedy_kind kind) {
    for (remedy const& way : r.remedies) {
        if (way.kind == kind) { return way; }
    }
    return std::nullopt;
}
} // namespace

// The same call in a constant expression.
static_assert(why_not(deployment{.model = models::llama_3_1_8b,
                                 .gpu = gpus::h100_sxm_80gb,
                                 .max_context = 8_Ktok},
                      narrower, 8)
                  .remedies.empty());

TEST_CASE(
    "P1: R1 under tensor parallelism: what shares the latent cache mends, in order of its price") {
    deployment const d{.name = "r1",
                       .model = models::deepseek_r1,
                       .gpu = gpus::h200_sxm,
                       .layout = {.tensor = 8},
                       .weights = fp8_block128,
                       .max_context = 32_Ktok,
                       .concurrency = 64};
    serving::refusal_report const why = why_not(d, narrower, 16);
    CHECK(why.memory.broken == serving::constraint::cache);
    CHECK(why.remedies[0].kind == remedy_kind::context_parallel);
    CHECK(why.remedies[0].mends);
    CHECK(why.remedies[0].devices == 8);
    auto const data = find(why, remedy_kind::data_parallel);
    CHECK(data);
    // Four groups would hold the cache, but not the buffers of experts that see the tokens of all of them.
    CHECK((data->mends && data->value == 8 && data->devices == 8));
    auto const cache = find(why, remedy_kind::narrow_cache);
    CHECK(cache);
    CHECK_FALSE(cache->mends);
    CHECK(in_bytes(cache->freed) == doctest::Approx(70272.0 / 2 * 2097152));
    // More tensor ranks than a machine has are no remedy, and a latent would not be divided by them.
    CHECK_FALSE(find(why, remedy_kind::tensor_parallel));
    auto const context = find(why, remedy_kind::less_context);
    CHECK(context);
    auto shorter = d;
    shorter.max_context = tokens{context->value};
    CHECK(fits(shorter));
}

TEST_CASE("weights that are too large: fewer requests are no remedy") {
    deployment const d{
        .model = models::qwen3_32b, .gpu = gpus::rtx_4090, .weights = bf16, .max_context = 4_Ktok};
    serving::refusal_report const why = why_not(d, narrower, 8);
    CHECK(why.memory.broken == serving::constraint::weights);
    CHECK_FALSE(find(why, remedy_kind::less_context));
    CHECK_FALSE(find(why, remedy_kind::fewer_requests));
    auto const narrow = find(why, remedy_kind::narrow_weights);
    CHECK(narrow);
    CHECK((narrow->mends && narrow->to.view() == "int4-g128"));
    auto const offload = find(why, remedy_kind::offload);
    CHECK(offload);
    CHECK(offload->mends);
    auto offloaded = d;
    offloaded.engine.host_weights = bytes{offload->value};
    CHECK(fits(offloaded));
    CHECK(memory_of(offloaded).host == bytes{offload->value});
}

TEST_CASE("what is no question of size has no remedy of size") {
    deployment d{.model = models::llama_3_1_8b,
                 .gpu = gpus::h100_sxm_80gb,
                 .layout = {.tensor = 3},
                 .max_context = 8_Ktok};
    CHECK(why_not(d, narrower, 8).memory.broken == serving::constraint::layout);
    CHECK(why_not(d, narrower, 8).remedies.empty());
    d.layout = {};
    d.max_context = 1_Mtok;
    CHECK(why_not(d, narrower, 8).memory.broken == serving::constraint::context);
    CHECK(why_not(d, narrower, 8).remedies.empty());
}

TEST_CASE("every remedy has a name") {
    for (int k = 0; k <= static_cast<int>(remedy_kind::offload); ++k) {
        CHECK_FALSE(name(static_cast<remedy_kind>(k)).empty());
    }
}
