// SPDX-License-Identifier: MIT
// Why a deployment does not fit, and what would mend it.
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>
#include <vector>

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
    for (cache_recipe const& narrow :
         {cache_recipe(fp8), cache_recipe(nvfp4)}) { // as narrow, or narrower
        deployment same = d;
        same.kv_cache = narrow;
        same.concurrency = 640;
        CHECK_FALSE(find(why_not(same, narrower, 8), remedy_kind::narrow_cache));
    }
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

TEST_CASE("each remedy is the deployment that it names, and frees what that has to spare more") {
    serving::any_deployment d{.model = models::deepseek_r1,
                              .gpu = gpus::h200_sxm,
                              .layout = {.tensor = 8},
                              .weights = fp8_block128,
                              .max_context = 32_Ktok,
                              .concurrency = 64};
    d.engine.prediction_modules = 1;
    engine const e = serving::settled(d.engine, d.model, d.gpu, d.layout);
    serving::memory_report const before = memory_of(d);
    auto const spare = [](serving::memory_report const& m) {
        return min(m.headroom(), m.capacity - m.budget - m.outside.value);
    };
    std::vector<remedy_kind> offered;
    auto const check = [&](remedy const& r, serving::any_deployment const& changed) {
        CAPTURE(std::string(name(r.kind)));
        offered.push_back(r.kind);
        serving::memory_report const after = memory_of(changed);
        CHECK(r.freed == spare(after) - spare(before));
        CHECK(r.mends == after.fits());
        CHECK(r.devices == changed.layout.devices());
        CHECK((r.freed > bytes{0} || r.mends));
        layout const& l = changed.layout;
        auto const n = static_cast<count>(r.value);
        switch (r.kind) {
        case remedy_kind::fewer_sequences:
            CHECK(changed.engine.sequences == n);
            CHECK(n >= 64); // what the load asks for
            break;
        case remedy_kind::smaller_chunks:
            CHECK(changed.engine.batched_tokens == n);
            CHECK((n >= 512 && n < e.batched_tokens));
            break;
        case remedy_kind::no_drafting: CHECK(changed.engine.prediction_modules == 0); break;
        case remedy_kind::no_graphs:
            CHECK_FALSE(changed.engine.graphs);
            CHECK(changed.engine.memory_utilization == e.memory_utilization);
            break;
        case remedy_kind::utilization: { // whole percents of what the driver's part leaves
            double const room = (before.capacity - before.outside.high) / before.capacity;
            CHECK(changed.engine.memory_utilization == r.value);
            CHECK(r.value == std::floor(room * 100) / 100);
            CHECK(r.value > e.memory_utilization);
            break;
        }
        case remedy_kind::narrow_cache: CHECK(changed.kv_cache == cache_recipe(fp8)); break;
        case remedy_kind::context_parallel: CHECK(l.context == n); break;
        case remedy_kind::data_parallel:
            CHECK(l == layout{.tensor = 8 / n, .data = n, .expert = 8});
            break;
        case remedy_kind::tensor_parallel: CHECK(l.tensor == n); break;
        case remedy_kind::pipeline: CHECK(l == layout{.tensor = 8, .pipeline = n}); break;
        case remedy_kind::less_context:
            CHECK(changed.max_context == largest_context(d));
            CHECK(r.value == in_tokens(changed.max_context));
            CHECK(r.mends);
            break;
        case remedy_kind::fewer_requests:
            CHECK(changed.concurrency == largest_concurrency(d));
            CHECK(n == changed.concurrency);
            CHECK(r.mends);
            break;
        case remedy_kind::narrow_weights: CHECK(changed.weights.name.view() == r.to.view()); break;
        case remedy_kind::offload: { // what is missing, in whole GiB
            double const missing = -in_gibibytes(spare(before));
            CHECK(changed.engine.host_weights == gibibytes(std::ceil(missing)));
            break;
        }
        }
    };
    serving::refusal_report const why = why_not(d, narrower, 32, check);
    CHECK(why.remedies.size() == offered.size());
    for (remedy_kind const kind :
         {remedy_kind::smaller_chunks, remedy_kind::no_drafting, remedy_kind::utilization,
          remedy_kind::narrow_cache, remedy_kind::context_parallel, remedy_kind::data_parallel,
          remedy_kind::pipeline, remedy_kind::less_context, remedy_kind::fewer_requests,
          remedy_kind::narrow_weights}) {
        CAPTURE(std::string(name(kind)));
        CHECK(std::find(offered.begin(), offered.end(), kind) != offered.end());
    }
    // As few devices as there may be: sixteen for one pipeline stage more, and none for less.
    offered.clear();
    (void)why_not(d, narrower, 15, check);
    CHECK(std::find(offered.begin(), offered.end(), remedy_kind::less_context) != offered.end());
    CHECK(std::find(offered.begin(), offered.end(), remedy_kind::pipeline) == offered.end());
    offered.clear();
    (void)why_not(d, narrower, 16, check);
    CHECK(std::find(offered.begin(), offered.end(), remedy_kind::pipeline) != offered.end());
    // Graphs are what an engine takes from its own share, or from beside it; without any there is nothing to leave out.
    offered.clear();
    d.engine.graphs = false;
    d.engine.prediction_modules = 0;
    serving::refusal_report const plain = why_not(d, narrower, 8);
    CHECK_FALSE(find(plain, remedy_kind::no_graphs));
    CHECK_FALSE(find(plain, remedy_kind::no_drafting));
}

TEST_CASE("every remedy has a name") {
    for (int k = 0; k <= static_cast<int>(remedy_kind::offload); ++k) {
        CHECK_FALSE(name(static_cast<remedy_kind>(k)).empty());
    }
}

TEST_CASE(
    "remedies in their order: what mends first, by what it costs users; else by what it frees") {
    using serving::remedy;
    using serving::remedy_kind;
    static_vector<remedy, 24> list{};
    auto const add = [&](remedy_kind kind, double freed, bool mends) {
        serving::detail::insert_ranked(list, {.kind = kind, .freed = bytes{freed}, .mends = mends});
    };
    add(remedy_kind::narrow_cache, 3, false);
    add(remedy_kind::pipeline, 5, true);
    add(remedy_kind::no_graphs, 4, false);
    add(remedy_kind::utilization, 1, true);
    add(remedy_kind::offload, 3, false); // as much as the first, and later
    add(remedy_kind::tensor_parallel, 9, true);
    remedy_kind const order[] = {remedy_kind::utilization,  remedy_kind::tensor_parallel,
                                 remedy_kind::pipeline,     remedy_kind::no_graphs,
                                 remedy_kind::narrow_cache, remedy_kind::offload};
    REQUIRE(list.size() == 6);
    for (std::size_t i = 0; i < 6; ++i) {
        CHECK(list[i].kind == order[i]);
    }
}

namespace {
/// What is offered for `d`, each checked to be the deployment that it names.
std::vector<std::pair<remedy, serving::any_deployment>> offers(serving::any_deployment const& d,
                                                               count most_devices) {
    std::vector<std::pair<remedy, serving::any_deployment>> all;
    (void)why_not(d, narrower, most_devices,
                  [&](remedy const& r, serving::any_deployment const& changed) {
                      all.emplace_back(r, changed);
                  });
    return all;
}
std::optional<std::pair<remedy, serving::any_deployment>>
offer(serving::any_deployment const& d, count most_devices, remedy_kind kind) {
    for (auto const& one : offers(d, most_devices)) {
        if (one.first.kind == kind) { return one; }
    }
    return std::nullopt;
}
} // namespace

TEST_CASE("what binds is the budget or the device around it, whichever has less to spare") {
    using search = serving::detail::remedy_search<any_model, any_gpu, int>;
    serving::memory_report m{};
    m.capacity = bytes{100};
    m.budget = bytes{90};
    m.weights = bytes{50};
    m.outside.value = bytes{4};
    CHECK(search::spare(m) == bytes{6}); // of the device; of the budget 40
    m.weights = bytes{85};
    CHECK(search::spare(m) == bytes{5});
}

TEST_CASE("settings are halved to the least that is worth asking for") {
    // 65 GB of weights on 24 GB: no setting mends, so that each goes as far as it may.
    serving::any_deployment d{
        .model = models::qwen3_32b, .gpu = gpus::rtx_4090, .max_context = 4_Ktok};
    d.engine.batched_tokens = 2048;
    d.engine.sequences = 8;
    auto const chunks = offer(d, 8, remedy_kind::smaller_chunks);
    REQUIRE(chunks);
    CHECK(chunks->first.value == 512);
    CHECK_FALSE(offer(d, 8, remedy_kind::fewer_sequences)); // eight are few
    d.engine.batched_tokens = 512;
    d.engine.sequences = 1024; // whose logits are most of a pass
    auto const sequences = offer(d, 8, remedy_kind::fewer_sequences);
    REQUIRE(sequences);
    CHECK(sequences->first.value == 8);
    CHECK_FALSE(offer(d, 8, remedy_kind::smaller_chunks));
    // Without graphs their pool is free, and nothing else changes.
    auto const plain = offer(d, 8, remedy_kind::no_graphs);
    REQUIRE(plain);
    CHECK_FALSE(plain->second.engine.graphs);
    CHECK(in_bytes(plain->first.freed) == doctest::Approx(in_bytes(d.engine.graph_pool)));
}

TEST_CASE("layers are shared as wide as machines and the devices that may be asked for") {
    // A request of R1 that no layout here holds.
    serving::any_deployment d{.model = models::deepseek_r1,
                              .gpu = gpus::h200_sxm,
                              .layout = {.tensor = 2, .pipeline = 2},
                              .weights = bf16,
                              .max_context = 160_Ktok,
                              .concurrency = 64};
    auto const wider = offer(d, 8, remedy_kind::tensor_parallel);
    REQUIRE(wider);
    CHECK(wider->second.layout == layout{.tensor = 4, .pipeline = 2});
    // Experts go along where they lie whole on ranks, and groups take their part of the machine.
    d.layout = {.tensor = 2, .data = 2, .expert = 4};
    auto const beside = offer(d, 64, remedy_kind::tensor_parallel);
    REQUIRE(beside);
    CHECK(beside->second.layout == layout{.tensor = 4, .data = 2, .expert = 8});
    d.layout = {.tensor = 1, .data = 2, .expert = 2};
    auto const first = offer(d, 4, remedy_kind::tensor_parallel);
    REQUIRE(first);
    CHECK(first->second.layout == layout{.tensor = 2, .data = 2, .expert = 4});
}

TEST_CASE("one token and one request are remedies, none is not") {
    // On paper: 0.9 of the memory for weights and 131,072 bytes a token.
    serving::any_deployment d{.model = models::llama_3_1_8b,
                              .gpu = gpus::l4,
                              .max_context = 100_tok,
                              .engine = engines::on_paper};
    bytes const weights = weights_of(models::llama_3_1_8b, bf16).total();
    auto const holding = [&](double held) {
        d.gpu.memory = (weights + bytes{131'072} * held) / 0.9;
    };
    holding(1.5);
    auto const brief = offer(d, 1, remedy_kind::less_context);
    REQUIRE(brief);
    CHECK(brief->first.value == 1);
    CHECK_FALSE(offer(d, 1, remedy_kind::fewer_requests));
    holding(0.5);
    CHECK_FALSE(offer(d, 1, remedy_kind::less_context));
    d.concurrency = 3;
    holding(150);
    auto const alone = offer(d, 1, remedy_kind::fewer_requests);
    REQUIRE(alone);
    CHECK(alone->first.value == 1);
}

TEST_CASE("an engine without room, and a device without room around it, have remedies too") {
    serving::any_deployment tight{
        .model = models::llama_3_1_8b, .gpu = gpus::rtx_4090, .max_context = 8_Ktok};
    tight.gpu.memory_usable = bytes{18e9};
    CHECK(memory_of(tight).broken == serving::constraint::runtime);
    CHECK(offer(tight, 1, remedy_kind::narrow_weights)->first.mends);
    // Graphs beside the budget: what is left of 24 GB by 0.99 of it is less than they take.
    serving::any_deployment full{.model = models::llama_3_1_8b,
                                 .gpu = gpus::l4,
                                 .weights = fp8_per_tensor,
                                 .max_context = 8_Ktok};
    full.engine = engines::vllm_release({0, 16});
    full.engine.memory_utilization = 0.99;
    CHECK(memory_of(full).broken == serving::constraint::device);
    CHECK(in_bytes(offer(full, 1, remedy_kind::no_graphs)->first.freed) ==
          doctest::Approx(in_bytes(full.engine.graph_pool)));
}
