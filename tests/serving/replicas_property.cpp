// SPDX-License-Identifier: MIT
// Replicas for rates at random: enough, no more than enough, and ready when the rate is there.
#include "support/random_deployment.hpp"

#include <reckon/serving/replicas.hpp>
#include <reckon/units.hpp>

#include <algorithm>
#include <vector>

using namespace reckon;
using reckon::test::below;
using reckon::test::holds;
using serving::range_for;
using serving::replica_range;
using serving::replica_rules;
using serving::replicas_for;

namespace {

constexpr double slack = 1e-9; // of products in another order

double fraction() { return static_cast<double>(1 + below(1'000)) / 1'000; }

replica_rules random_rules() {
    return {.capacity = per_second(static_cast<double>(1 + below(10'000)) / 64),
            .planned_use = fraction(),
            .spare = below(4),
            .starting = seconds{static_cast<double>(below(20'000))},
            .least = below(5)};
}
request_rate random_rate() { return per_second(static_cast<double>(below(1'000'000)) / 128); }

std::vector<request_rate> random_day() {
    std::vector<request_rate> day(static_cast<std::size_t>(1 + below(30)));
    std::generate(day.begin(), day.end(), random_rate);
    return day;
}

} // namespace

TEST_CASE("replicas carry the rate, and one less would not") {
    CHECK(holds("at every rate, growing or not", [] {
        replica_rules const r = random_rules();
        request_rate const rate = random_rate();
        double const growth = below(2) == 0 ? 0 : static_cast<double>(below(1'000)) / 1'000;
        count const n = *replicas_for(rate, r, growth) - r.spare;
        double const ahead = in_per_second(rate) + growth * in_seconds(r.starting);
        double const each = in_per_second(r.capacity) * r.planned_use;
        RC_ASSERT(n >= r.least);
        RC_ASSERT(static_cast<double>(n) * each >= ahead * (1 - slack));
        RC_ASSERT(n == r.least || static_cast<double>(n - 1) * each < ahead * (1 + slack));
    }));
}

TEST_CASE("what never needs fewer replicas") {
    CHECK(holds(
        "a higher rate, one that grows faster, a slower start, a smaller share, more spares", [] {
            replica_rules const r = random_rules();
            request_rate const rate = random_rate();
            double const growth = fraction();
            count const n = *replicas_for(rate, r, growth);
            RC_ASSERT(*replicas_for(rate + random_rate(), r, growth) >= n);
            RC_ASSERT(*replicas_for(rate, r, growth + fraction()) >= n);
            replica_rules slow = r;
            slow.starting = r.starting + seconds{static_cast<double>(below(10'000))};
            RC_ASSERT(*replicas_for(rate, slow, growth) >= n);
            replica_rules careful = r;
            careful.planned_use = r.planned_use * fraction();
            RC_ASSERT(*replicas_for(rate, careful, growth) >= n);
            replica_rules strong = r;
            strong.capacity = r.capacity * (1 + fraction());
            RC_ASSERT(*replicas_for(rate, strong, growth) <= n);
            replica_rules spare = r;
            spare.spare += 1;
            RC_ASSERT(*replicas_for(rate, spare, growth) == n + 1);
        }));
    CHECK(holds("two services apart need no fewer than one for both", [] {
        replica_rules r = random_rules();
        r.spare = r.least = 0;
        request_rate const a = random_rate();
        request_rate const b = random_rate();
        // A sum of two rates may round across a whole number of replicas: then one is allowed.
        RC_ASSERT(*replicas_for((a + b) * (1 - slack), r) <=
                  *replicas_for(a, r) + *replicas_for(b, r));
    }));
}

TEST_CASE("over a day") {
    CHECK(holds("the most are those of its peak, and the fewest lie between", [] {
        std::vector<request_rate> const day = random_day();
        replica_rules const r = random_rules();
        replica_range const found = *range_for(day, minutes(60), r);
        RC_ASSERT(found.most == *replicas_for(*std::max_element(day.begin(), day.end()), r));
        RC_ASSERT(found.least <= found.most);
        RC_ASSERT(found.least >= *replicas_for(*std::min_element(day.begin(), day.end()), r));
    }));
    CHECK(holds("it does not matter with which hour it begins", [] {
        std::vector<request_rate> day = random_day();
        replica_rules const r = random_rules();
        replica_range const found = *range_for(day, minutes(60), r);
        std::rotate(day.begin(), day.begin() + below(static_cast<count>(day.size())), day.end());
        RC_ASSERT(*range_for(day, minutes(60), r) == found);
    }));
    CHECK(holds("a slower start raises the fewest and leaves the most", [] {
        std::vector<request_rate> const day = random_day();
        replica_rules const r = random_rules();
        replica_rules slow = r;
        slow.starting = r.starting + seconds{static_cast<double>(below(100'000))};
        replica_range const before = *range_for(day, minutes(60), r);
        replica_range const after = *range_for(day, minutes(60), slow);
        RC_ASSERT(after.least >= before.least);
        RC_ASSERT(after.most == before.most);
    }));
    CHECK(holds("whoever starts at once follows the rate", [] {
        std::vector<request_rate> const day = random_day();
        replica_rules r = random_rules();
        r.starting = seconds{};
        auto const [low, high] = std::minmax_element(day.begin(), day.end());
        replica_range const found = *range_for(day, minutes(60), r);
        RC_ASSERT(found.least == *replicas_for(*low, r));
        RC_ASSERT(found.most == *replicas_for(*high, r));
    }));
    CHECK(holds("what takes a day to start runs all day", [] {
        std::vector<request_rate> const day = random_day();
        replica_rules r = random_rules();
        r.starting = minutes(60) * static_cast<double>(day.size());
        replica_range const found = *range_for(day, minutes(60), r);
        RC_ASSERT(found.least == found.most);
    }));
}
