// SPDX-License-Identifier: MIT
// Why a layout or a plan is none: what it needs, what there is, and the first rule that it breaks.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/recommend/search.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using serving::constraint;

TEST_CASE("a refusal says what is needed and what there is, and what would fit") {
    serving::memory_report m{.capacity = bytes{110},
                             .budget = bytes{100},
                             .weights = bytes{60},
                             .kv_cache = bytes{30},
                             .steady_cache = bytes{10},
                             .request_cache = bytes{10},
                             .cache_pool = bytes{50},
                             .activations = estimate<bytes>::exactly(bytes{8}),
                             .runtime = estimate<bytes>::exactly(bytes{7}),
                             .outside = estimate<bytes>::exactly(bytes{20}),
                             .cache_tokens = tokens{1004},
                             .tokens_needed = tokens{1600},
                             .layout = {layout_defect::query_heads, 15, 2}};
    engine e{};
    e.block_tokens = 16;
    layout const halves{.data = 2};
    workload load{.concurrency = 7};
    auto const refused = [&](constraint broken) {
        m.broken = broken;
        return detail::refuse({1, 2, 3}, halves, m, load, 7, e);
    };
    struct row {
        constraint broken;
        double need, have;
    };
    for (row const& r : {row{constraint::weights, 60, 100}, row{constraint::runtime, 75, 100},
                         row{constraint::device, 120, 110}, row{constraint::cache, 1600, 1004},
                         row{constraint::layout, 15, 2}, row{constraint::context, 105, 100}}) {
        CAPTURE(static_cast<int>(r.broken));
        refusal const no = refused(r.broken);
        CHECK(no.need == r.need);
        CHECK(no.have == r.have);
        CHECK(no.broken == r.broken);
        CHECK(no.gpu == 2);
        CHECK(no.division == m.layout);
        bool const divides = r.broken != constraint::layout;
        CHECK(no.fitting_requests == (divides ? 10 : 0)); // five in each half
        // Four in the fuller half: 251 tokens each, of whole blocks 240.
        CHECK(no.fitting_context == tokens{divides ? 240.0 : 0.0});
    }
    e.block_tokens = 0;
    CHECK(refused(constraint::cache).fitting_context == tokens{251});
    load = {.rate = per_second(1)};
    CHECK(refused(constraint::cache).fitting_context == tokens{});
    m.steady_cache = bytes{0}; // a request keeps nothing
    CHECK(refused(constraint::cache).fitting_requests == count{1} << 41);
}

TEST_CASE("the first rule that a plan breaks: at the limit none, above it that one") {
    plan p{};
    p.speed.time_per_token = estimate<seconds>::exactly(2_s);
    p.speed.time_to_first_token = estimate<seconds>::exactly(3_s);
    p.speed.end_to_end = estimate<seconds>::exactly(5_s);
    p.price = usd_per_hour(7);
    p.power = 11_W;
    plan_rules rules{};
    auto const judged = [&] {
        refusal r{};
        r.broken = constraint::cache; // is forgotten
        detail::judge(r, p, rules);
        return r;
    };
    CHECK(judged().broken == constraint::none);
    rules.time_per_token = 2_s;
    rules.time_to_first_token = 3_s;
    rules.end_to_end = 5_s;
    rules.budget = usd_per_hour(7);
    rules.power = 11_W;
    CHECK(judged().broken == constraint::none);
    rules.power = 10_W;
    CHECK(judged().broken == constraint::power);
    CHECK(near(judged().need, 11));
    CHECK(near(judged().have, 10));
    p.power = unknown;
    CHECK(judged().broken == constraint::power_unknown);
    rules.budget = usd_per_hour(6);
    CHECK(judged().broken == constraint::budget);
    p.price = unknown;
    CHECK(judged().broken == constraint::price_unknown);
    rules.end_to_end = 4_s;
    CHECK(judged().broken == constraint::end_to_end);
    CHECK(judged().need == 5);
    rules.time_to_first_token = 1_s;
    CHECK(judged().broken == constraint::time_to_first_token);
    rules.time_per_token = 1_s;
    CHECK(judged().broken == constraint::time_per_token);
}
