// SPDX-License-Identifier: MIT
// A prediction module is a layer more, and a matrix of 2 h x h before it (DeepSeek-V3, 2412.19437, 2.2).
#include "support/near.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/training/rank_facts.hpp>
#include <reckon/training/run.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::training;

TEST_CASE("what a prediction module of DeepSeek-V3 holds") {
    any_run r{.model = models::deepseek_v3, .gpu = gpus::h100_sxm_80gb};
    CHECK(facts_of(r).prediction.dense == 0);
    r.prediction_modules = true;
    constexpr double h = 7168;
    held const p = facts_of(r).prediction;
    // The projection, and attention: 7168 x 1536 + 1536 x 24576 + 7168 x 576 + 512 x 32768 + 16384 x 7168.
    CHECK(p.dense > 2 * h * h + 187e6);
    CHECK(p.dense < 2 * h * h + 187e6 + 60e6); // one shared expert and a router beside them
    // 256 experts of three matrices.
    CHECK(reckon::test::near(p.experts, 256 * 3 * h * 2048, reckon::test::within(1e-3)));
}
