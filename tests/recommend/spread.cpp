// SPDX-License-Identifier: MIT
// Which numbers of replicas are tried, and with which batches: an engine whose rate is its batch, by hand.
#include "support/printing.hpp"

#include <reckon/recommend/search.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace reckon;
using namespace reckon::literals;
using serving::constraint;

namespace {
/// So many replicas with so many requests in flight in each.
struct tried {
    count replicas;
    count in_flight;
    bool operator==(tried const&) const = default;
};
using list = std::vector<tried>;

/// A layout that finishes one request a second for each that is in flight, at one USD an hour a replica.
struct engine_of_ones {
    workload load{};
    layout l{};
    plan_rules rules{};
    engine e{};
    count allowed{1000};
    count held{1000}; ///< requests that memory holds in a replica

    [[nodiscard]] serving::speed_report speed_at(count in_flight) const {
        serving::speed_report s{};
        s.requests = per_second(static_cast<double>(in_flight));
        s.time_per_token = estimate<seconds>::exactly(seconds{static_cast<double>(in_flight)});
        return s;
    }
    [[nodiscard]] serving::memory_report memory_at(count in_flight) const {
        serving::memory_report m{};
        if (in_flight > held) { m.broken = constraint::cache; }
        return m;
    }
    [[nodiscard]] plan plan_of(count replicas, count in_flight,
                               serving::speed_report const& s) const {
        plan p{};
        p.replicas = replicas;
        p.concurrency = in_flight;
        p.speed = s;
        p.price = usd_per_hour(static_cast<double>(replicas));
        return p;
    }
    [[nodiscard]] bool allows(count replicas) const { return replicas <= allowed; }
};
/// Everything that is offered; beaten from so many replicas on.
struct everything {
    list accepted{};
    std::vector<constraint> reasons{};
    count beaten_from{1'000'000};
    void accept(plan const& p) { accepted.push_back({p.replicas, p.concurrency}); }
    void refuse(refusal const& r) { reasons.push_back(r.broken); }
    [[nodiscard]] bool is_beaten(plan const& p) const { return p.replicas >= beaten_from; }
};
} // namespace

TEST_CASE("the fewest requests of a group that carry a share") {
    engine_of_ones s{.l = {.data = 2}};
    serving::speed_report const alone = s.speed_at(2);
    auto const least = [&](double share) {
        return detail::least_batch(s, alone, {8, s.speed_at(16)}, per_second(share)).in_group;
    };
    CHECK(least(16) == 8);
    CHECK(least(15) == 8);
    CHECK(least(14) == 7);
    CHECK(least(6) == 3);
    CHECK(least(5.9) == 3);
    CHECK(least(4) == 2);
    CHECK(least(2) == 1);
    CHECK(least(0.1) == 1);
    // One request in each group is what was worked out already.
    serving::speed_report slow = s.speed_at(2);
    slow.requests = per_second(1);
    CHECK(detail::least_batch(s, slow, {8, s.speed_at(16)}, per_second(2)).in_group == 2);
    CHECK(detail::least_batch(s, slow, {8, s.speed_at(16)}, per_second(1)).speed.requests ==
          per_second(1));
    CHECK(detail::least_batch(s, slow, {1, s.speed_at(2)}, per_second(1)).in_group == 1);
}

TEST_CASE("requests in flight: each batch once, by the fewest replicas") {
    engine_of_ones s{.load = {.concurrency = 10}};
    auto const spread = [&](count fewest, everything sink = {}) {
        detail::spread_requests(s, s.speed_at(s.l.data), fewest, {}, sink);
        return sink;
    };
    CHECK(spread(1).accepted == list{{1, 10}, {2, 5}, {3, 4}, {4, 3}, {5, 2}, {10, 1}});
    CHECK(spread(3).accepted == list{{3, 4}, {4, 3}, {5, 2}, {10, 1}});
    CHECK(spread(1, {.beaten_from = 4}).accepted == list{{1, 10}, {2, 5}, {3, 4}});
    s.allowed = 5;
    CHECK(spread(1).accepted == list{{1, 10}, {2, 5}, {3, 4}, {4, 3}, {5, 2}});
    // Two groups share what a replica holds: two requests are one each.
    s.l.data = 2;
    s.allowed = 1000;
    CHECK(spread(1).accepted == list{{1, 10}, {2, 5}, {3, 4}, {4, 3}, {5, 2}});
    // A budget of three replicas: a fourth breaks it, and so would any more.
    s.l.data = 1;
    s.rules.budget = usd_per_hour(3);
    CHECK(spread(1).accepted == list{{1, 10}, {2, 5}, {3, 4}});
    CHECK(spread(1).reasons == std::vector{constraint::budget});
    // A time that large batches break: more replicas keep it. So with memory.
    s.rules = {};
    s.rules.time_per_token = 4_s;
    CHECK(spread(1).accepted == list{{3, 4}, {4, 3}, {5, 2}, {10, 1}});
    CHECK(spread(1).reasons == std::vector{constraint::time_per_token, constraint::time_per_token});
    s.rules = {};
    s.held = 3;
    CHECK(spread(2).accepted == list{{4, 3}, {5, 2}, {10, 1}});
    CHECK(spread(2).reasons == std::vector{constraint::cache, constraint::cache});
}

TEST_CASE("a rate: each batch once, by the fewest replicas") {
    engine_of_ones s{.load = {.rate = per_second(10)}};
    auto const spread = [&](count most, count fewest, everything sink = {}) {
        detail::spread_rate(s, s.speed_at(s.l.data), {most, s.speed_at(most * s.l.data)}, fewest,
                            {}, sink);
        return sink.accepted;
    };
    // Shares of 5, 3.3, 2.5 and 2; from six to nine replicas it is two again; ten take one each.
    CHECK(spread(8, 2) == list{{2, 5}, {3, 4}, {4, 3}, {5, 2}, {10, 1}});
    // The first is offered whatever its batch.
    CHECK(spread(5, 2) == list{{2, 5}, {3, 4}, {4, 3}, {5, 2}, {10, 1}});
    CHECK(spread(8, 2, {.beaten_from = 5}) == list{{2, 5}, {3, 4}, {4, 3}});
    s.allowed = 9;
    CHECK(spread(8, 2) == list{{2, 5}, {3, 4}, {4, 3}, {5, 2}});
    // Two groups in a replica: shares of 5, 3.3 and 2.5 take three, two and two in each; 2 takes one.
    s.l.data = 2;
    CHECK(spread(4, 2) == list{{2, 6}, {3, 4}, {5, 2}});
    s.l.data = 1;
    s.rules.budget = usd_per_hour(3);
    CHECK(spread(8, 2) == list{{2, 5}, {3, 4}});
}
