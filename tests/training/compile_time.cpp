// SPDX-License-Identifier: MIT
// Every law of training gives the program what it gives the compiler.
#include "support/compile_time.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/training.hpp>
#include <reckon/training/rollouts.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::training;
using reckon::test::figures;
using reckon::test::same_at_run_time;

namespace {

constexpr any_run dense{.model = models::llama_3_1_8b,
                        .gpu = gpus::h100_sxm_80gb,
                        .parallel = {.tensor = 4, .pipeline = 2, .data = 8},
                        .accumulation = 16,
                        .sequence = 8192};
constexpr any_run mixture{.model = models::deepseek_v2_lite,
                          .gpu = gpus::h100_sxm_80gb,
                          .parallel = {.data = 16, .expert = 8},
                          .recompute = full_recompute,
                          .micro_batch = 2,
                          .accumulation = 4,
                          .sequence = 4096};

template <auto Law> void of_both(std::string_view law) {
    same_at_run_time<Law, dense>(law);
    same_at_run_time<Law, mixture>(law);
}

} // namespace

TEST_CASE("laws of training by the compiler and by the program") {
    of_both<[](auto const& r) {
        memory_report const m = memory_of(r);
        return figures(m.check.ok(), m.allocated.value, m.reserved.low, m.reserved.high,
                       m.on_device.value, m.activations.logits);
    }>("memory");
    of_both<[](auto const& r) {
        auto const s = step_of(r, calibration_for(r.gpu));
        return figures(s.total.value, s.total.low, s.total.high, s.mfu, s.bubble, s.exchange);
    }>("step");
    of_both<[](auto const& r) {
        auto const d = duration_of(r, tokens{15e12});
        return figures(d.steps, d.total.value);
    }>("duration");
}
