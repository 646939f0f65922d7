// SPDX-License-Identifier: MIT
// Several engines on one device: their budgets add up.
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using serving::together;

namespace {
constexpr serving::memory_report at(double utilization) {
    deployment d{.model = models::llama_3_1_8b,
                 .gpu = gpus::h100_sxm_80gb,
                 .weights = fp8_per_tensor,
                 .max_context = 8_Ktok};
    d.engine.memory_utilization = utilization;
    return memory_of(d);
}
} // namespace

TEST_CASE("two halves fit, less the contexts of both") {
    serving::memory_report const halves[] = {at(0.45), at(0.45)};
    CHECK(together(halves).fits());
    CHECK(together(halves).claimed == halves[0].capacity * 0.9 + engines::vllm.context * 2);
    serving::memory_report const both[] = {at(0.5), at(0.5)};
    CHECK(both[0].fits());
    CHECK_FALSE(together(both).fits()); // 100 % of the device leave the drivers nothing
    CHECK(together(both).headroom() < bytes{0});
}

TEST_CASE("one that does not fit by itself spoils all") {
    serving::memory_report const mixed[] = {at(0.5), at(0.12)};
    CHECK_FALSE(mixed[1].fits());
    CHECK_FALSE(together(mixed).fits());
    CHECK(together(mixed).claimed < mixed[0].capacity);
    CHECK(together({}).fits());
}
