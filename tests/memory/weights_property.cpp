// SPDX-License-Identifier: MIT
// However a model is spread, its ranks together hold all of it.
#include "support/near.hpp"
#include "support/printing.hpp"
#include "support/property.hpp"

#include <reckon/catalog/models.hpp>
#include <reckon/memory.hpp>
#include <reckon/parallel.hpp>
#include <reckon/units.hpp>

#include <cstdint>

using namespace reckon;
using reckon::test::holds;

namespace {
bool close(bytes a, bytes b) { return static_cast<bool>(reckon::test::near(a, b)); }

template <class M> bytes all_stages(M const& m, recipe const& r, layout const& l) {
    bytes sum{};
    for (count s = 0; s < l.pipeline; ++s) {
        sum += weights_of(m, r, l, s).total();
    }
    return sum;
}
} // namespace

TEST_CASE("pipelines") {
    CHECK(holds("the stages of an untied model sum to the model", [](std::uint8_t p) {
        layout const l{.pipeline = 1 + p % 61};
        RC_ASSERT(close(all_stages(models::deepseek_r1, fp8_block128, l),
                        weights_of(models::deepseek_r1, fp8_block128).total()));
    }));
    CHECK(holds("... also where groups of layers alternate", [](std::uint8_t p) {
        layout const l{.pipeline = 1 + p % 24};
        RC_ASSERT(close(all_stages(models::gpt_oss_20b, models::gpt_oss_20b.published, l),
                        weights_of(models::gpt_oss_20b, models::gpt_oss_20b.published).total()));
    }));
}

TEST_CASE("ranks of a layer") {
    CHECK(holds("never hold less than the model together, and never more than it each",
                [](std::uint8_t t, std::uint8_t d, bool whole) {
                    layout l{.tensor = count{1} << t % 5, .data = count{1} << d % 4};
                    if (whole) { l.expert = l.layer_group(); }
                    auto const& m = models::deepseek_r1;
                    RC_PRE(check(m, l).ok());
                    bytes const all = weights_of(m, fp8_block128).total();
                    bytes const rank = weights_of(m, fp8_block128, l).total();
                    RC_ASSERT(rank <= all);
                    RC_ASSERT(rank * static_cast<double>(l.layer_group()) >= all * (1 - 1e-12));
                    // On paper they hold exactly the model once for each attention group's share.
                    bytes const even = weights_of(m, fp8_block128, l, 0, even_sharding).total();
                    RC_ASSERT(even <= rank * (1 + 1e-12));
                }));
    CHECK(holds("twice the ranks never hold more each", [](std::uint8_t t) {
        count const ranks = count{1} << t % 6;
        auto const& m = models::llama_3_1_70b;
        RC_ASSERT(weights_of(m, bf16, layout{.tensor = 2 * ranks}).total() <=
                  weights_of(m, bf16, layout{.tensor = ranks}).total());
    }));
}
