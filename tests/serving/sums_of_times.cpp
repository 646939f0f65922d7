// SPDX-License-Identifier: MIT
// Times that are put together: means add, deviations add in squares, and nothing is left of nothing.
#include "support/near.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving/breakdown.hpp>
#include <reckon/serving/disaggregated.hpp>
#include <reckon/serving/offload.hpp>

#include <doctest/doctest.h>

#include <cmath>

using namespace reckon;
using reckon::test::near;

TEST_CASE("percentiles of a sum") {
    using times = serving::percentiles<seconds>;
    times const a{seconds{2}, seconds{2}, seconds{5}, seconds{8}};
    times const b{seconds{1}, seconds{1}, seconds{5}, seconds{9}};
    times const sum = serving::detail::sum_of(a, b, seconds{0.5});
    CHECK(near(sum.mean, seconds{3.5}));
    CHECK(near(sum.p50, seconds{3.5}));
    CHECK(near(sum.p90, seconds{3.5 + std::sqrt(3.0 * 3 + 4 * 4)}, reckon::test::within(1e-9)));
    CHECK(near(sum.p99, seconds{3.5 + std::sqrt(6.0 * 6 + 8 * 8)}, reckon::test::within(1e-9)));
    // With a time that is always the same, every percentile moves by it.
    times const fixed{seconds{4}, seconds{4}, seconds{4}, seconds{4}};
    CHECK(near(serving::detail::sum_of(a, fixed, seconds{0}).p99, seconds{12}));
}

TEST_CASE("the causes of a pass share its time, and one that does nothing has only overhead") {
    pass_time t{};
    t.weights = seconds{3};
    t.cache = seconds{1};
    t.compute = seconds{4};
    t.network = seconds{0.5};
    t.overhead = seconds{0.25};
    t.total = seconds{5};
    serving::time_split const s = serving::split_of(t);
    CHECK(near(s[serving::cause::weights] * 4, s[serving::cause::compute] * 3));
    CHECK(near(s[serving::cause::weights] + s[serving::cause::cache] + s[serving::cause::compute] +
                   s[serving::cause::network] + s[serving::cause::overhead],
               seconds{5}));
    pass_time idle{};
    idle.overhead = seconds{1};
    idle.total = seconds{1};
    serving::time_split const nothing = serving::split_of(idle);
    CHECK(nothing[serving::cause::overhead] == seconds{1});
    CHECK(nothing[serving::cause::weights] == seconds{0});
}

TEST_CASE("without a link, experts on the host still have their time") {
    // One device sends nothing: no link has to be known.
    any_gpu alone = gpus::h100_sxm_80gb;
    alone.link = {};
    alone.host = {};
    serving::host_processor const host{.bandwidth = gigabytes_per_second(300),
                                       .products = sustained_teraflops_per_second(5),
                                       .link = link_gigabytes_per_second(25)};
    CHECK(serving::hybrid_stream_of(any_model(models::deepseek_v3), alone, bf16, bf16,
                                    {tokens{1000}, tokens{100}}, host, calibration_for(alone))
              .known());
}
