// SPDX-License-Identifier: MIT
// Every verdict is one sentence with its numbers.
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace reckon;
using namespace reckon::literals;
using serving::any_deployment;
using serving::constraint;

namespace {
any_deployment r1() {
    return {.name = "r1-prod",
            .model = models::deepseek_r1,
            .gpu = gpus::h200_sxm,
            .layout = {.tensor = 8},
            .weights = fp8_block128,
            .max_context = 32768_tok,
            .concurrency = 64,
            .engine = engines::on_paper};
}
std::string said(any_deployment const& d) {
    return std::string(serving::explain(d, memory_of(d)).view());
}
} // namespace

TEST_CASE("weights, cache and what is left") {
    any_deployment d = r1();
    CHECK(said(d) ==
          "r1-prod: needs 231.5 GB per GPU, 126.9 GB usable on H200 SXM 141GB; the KV cache of "
          "2,097,152 tokens does not fit beside the weights, 608,438 would");
    d.gpu = gpus::h100_sxm_80gb;
    CHECK(said(d) == "r1-prod: needs 231.5 GB per GPU, 72.0 GB usable on H100 SXM 80GB; the "
                     "weights alone take 84.1 GB");
    d = r1();
    d.layout = {.tensor = 1, .data = 8, .expert = 8};
    CHECK(said(d) == "r1-prod: fits with 14.3 GB to spare of 126.9 GB per GPU on H200 SXM 141GB");
}

TEST_CASE("the engine's reserve") {
    any_deployment d{.name = "tight",
                     .model = models::llama_3_1_8b,
                     .gpu = gpus::rtx_4090,
                     .max_context = 8192_tok,
                     .concurrency = 1};
    d.gpu.memory_usable = bytes{18_GB};
    CHECK(memory_of(d).broken == constraint::runtime);
    CHECK(said(d).find("tight: needs ") == 0);
    CHECK(said(d).find("GB per GPU, 16.2 GB usable on RTX 4090 24GB; the weights leave no room for "
                       "the engine's ") != std::string::npos);
}

TEST_CASE("a device of unknown memory") {
    any_deployment d = r1();
    d.gpu.memory = unknown;
    d.gpu.memory_usable = unknown;
    CHECK(said(d) == "r1-prod: the memory of H200 SXM 141GB is not known; give it in the gpu_spec");
}

TEST_CASE("a deployment without a name") {
    any_deployment d = r1();
    d.name = "";
    d.max_context = 200000_tok;
    CHECK(said(d) == "a context of 200,000 tokens is above the model's maximum of 163,840");
}

TEST_CASE("every rule has a name") {
    for (int rule = 0; rule <= static_cast<int>(constraint::price_unknown); ++rule) {
        CHECK_FALSE(serving::name(static_cast<constraint>(rule)).empty());
    }
    CHECK(serving::name(constraint::cache) == "KV cache");
    CHECK(serving::name(constraint::price_unknown) == "unknown price");
    CHECK(name(resource::memory) == "memory bandwidth");
    CHECK(name(resource::overhead) == "overhead");
}

TEST_CASE("the longest names still leave room for the numbers") {
    any_deployment d = r1();
    d.name = label(std::string(63, 'n'));
    d.gpu.name = label(std::string(63, 'g'));
    CHECK(said(d).find("608,438 would") != std::string::npos);
}

TEST_CASE("sentences show their numbers as they are") {
    any_deployment const busy{.model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb};
    serving::memory_report tight{};
    tight.broken = serving::constraint::device;
    tight.budget = bytes{70.04e9};
    tight.capacity = bytes{80e9};
    tight.outside.value = bytes{10.26e9};
    CHECK(serving::explain(busy, tight).view() ==
          "the engine's budget of 70.0 GB fits, but beside it the driver's context, graphs and "
          "what else it does not count take 10.3 GB, more than the 10.0 GB left on H100 SXM 80GB; "
          "lower the utilization");
    serving::memory_report full{};
    full.broken = serving::constraint::runtime;
    full.budget = bytes{16.2e9};
    full.weights = bytes{15e9};
    full.runtime.value = bytes{2.04e9};
    full.activations.value = bytes{1.52e9};
    CHECK(serving::explain(busy, full).view() ==
          "needs 18.6 GB per GPU, 16.2 GB usable on H100 SXM 80GB; the weights leave no room for "
          "the engine's 3.6 GB");
    serving::any_deployment nobody = busy;
    nobody.concurrency = 0;
    CHECK(serving::explain(nobody, memory_of(nobody)).view() ==
          "the concurrency is 0 requests; it must be at least 1");
    serving::any_deployment d{
        .model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb, .max_context = tokens{0.5}};
    CHECK(serving::explain(d, memory_of(d)).view() ==
          "context and concurrency must be at least 1 (context is 0 tokens)");
}
