// SPDX-License-Identifier: MIT
#include "support/near.hpp"

#include <reckon/catalog/find_gpu.hpp>
#include <reckon/cost/price_performance.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using reckon::test::near;
using reckon::test::within;

TEST_CASE("AT-25: an A100 by the watt and by the dollar") {
    auto const a100 = *find_gpu("a100-sxm-80gb");
    peak_flop_rate const peak = peak_for(a100, arithmetic::fp16).value();
    CHECK(near(teraflops_per_watt(peak, a100.power.value()), 0.78));
    CHECK(near(in_usd(price_of_petaflops(usd{120000}, peak * 8)), 48076.9, within(1e-6)));
    auto const h100 = *find_gpu("h100-sxm-80gb");
    CHECK(near(teraflops_per_watt(peak_for(h100, arithmetic::fp16).value(), h100.power.value()),
               1.41, within(5e-3)));
}

TEST_CASE("tokens a dollar are the price of a token turned over") {
    CHECK(near(tokens_per_dollar(tokens_per_second(2040), usd_per_hour(63.296)),
               2040 * 3600 / 63.296));
}
