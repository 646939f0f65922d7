// SPDX-License-Identifier: MIT
// Paid from the start on: no schedule that serves the curve is paid for less.
#include "support/near.hpp"
#include "support/property.hpp"

#include <reckon/cost/demand.hpp>
#include <reckon/cost/hybrid.hpp>
#include <reckon/units/makers.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

using namespace reckon;
using reckon::test::near;

namespace {
/// Minutes that one machine is paid for that must serve in some minutes of a day, when each stop may be taken or
/// not: all choices are tried. A pause is worth a stop where it is longer than the start.
int fewest_minutes(std::vector<bool> const& serves, int starting) {
    auto const day = static_cast<int>(serves.size());
    std::vector<int> busy;
    for (int t = 0; t < day; ++t) {
        if (serves[static_cast<std::size_t>(t)]) { busy.push_back(t); }
    }
    int paid = static_cast<int>(busy.size());
    for (std::size_t i = 0; i < busy.size(); ++i) {
        int const last = busy[i];
        int const next = i + 1 < busy.size() ? busy[i + 1] : busy[0] + day;
        int const pause = next - last - 1;
        paid += std::min(pause, starting); // kept, or stopped and started `starting` ahead
    }
    return paid;
}
} // namespace

TEST_CASE("a day with a peak, machines that take half an hour") {
    // Four hours of ten machines, twenty of two: eight start half an hour ahead.
    std::vector<count> day(24, 2);
    for (std::size_t h = 9; h < 13; ++h) {
        day[h] = 10;
    }
    machine_demand const at_once{day};
    machine_demand const slow{day, hours(1), minutes(30)};
    CHECK(near(paid_time(at_once), hours(20 * 2 + 4 * 10)));
    CHECK(near(paid_time(slow), hours(20 * 2 + 4 * 10 + 8 * 0.5)));
    // A start as long as the night is no saving: all run always.
    CHECK(near(paid_time({day, hours(1), hours(20)}), hours(240)));
    CHECK(near(paid_time({day, hours(1), hours(1000)}), hours(240)));
    CHECK(paid_time({}) == seconds{});
    // The base is chosen with the starts: at 18 % of the rent, 4 of 24 hours do not pay, 4.5 do.
    CHECK(cheapest_base(at_once, usd_per_hour(1.8), usd_per_hour(10)) == 2);
    CHECK(cheapest_base(slow, usd_per_hour(1.8), usd_per_hour(10)) == 10);
}

TEST_CASE("times in a row by hand, none of them empty") {
    struct part {
        count machines;
        double hours_long;
        bool operator==(part const&) const = default;
    };
    constexpr count day[] = {5, 1, 3};
    auto const paid = [&](seconds starting) {
        std::vector<part> all;
        machine_demand const d{day, hours(2), starting};
        d.for_each_paid([&](count n, seconds t) { all.push_back({n, in_hours(t)}); });
        return all;
    };
    CHECK(paid({}) == std::vector<part>{{5, 2}, {1, 2}, {3, 2}});
    // Half an hour ahead: the last quarter of each step is paid for the next one too.
    CHECK(paid(minutes(30)) ==
          std::vector<part>{{5, 1.5}, {5, 0.5}, {1, 1.5}, {3, 0.5}, {3, 1.5}, {5, 0.5}});
    CHECK(paid(hours(2)) == std::vector<part>{{5, 2}, {3, 2}, {5, 2}});
    CHECK(paid(hours(3)) == std::vector<part>{{5, 1}, {5, 1}, {3, 1}, {5, 1}, {5, 1}, {5, 1}});
    CHECK(paid(hours(6)) == std::vector<part>{{5, 2}, {5, 2}, {5, 2}});
    CHECK(paid(hours(7)) == paid(hours(6)));
}

TEST_CASE("paid time") {
    CHECK(reckon::test::holds("is the least of all schedules, machine by machine", [] {
        auto const drawn =
            *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 6)));
        std::vector<count> const day(drawn.begin(), drawn.end());
        int const apart = *rc::gen::inRange(1, 8);
        int const starting = *rc::gen::inRange(0, 30);
        int paid = 0;
        for (count k = 1; k <= 6; ++k) {
            std::vector<bool> serves;
            for (count const d : day) {
                serves.insert(serves.end(), static_cast<std::size_t>(apart), d >= k);
            }
            paid += fewest_minutes(serves, starting);
        }
        machine_demand const d{day, minutes(apart), minutes(starting)};
        RC_ASSERT(static_cast<bool>(near(paid_time(d) + seconds{1}, minutes(paid) + seconds{1})));
        // Times in a row are the whole day.
        seconds all{};
        d.for_each_paid([&](count, seconds lasting) { all = all + lasting; });
        RC_ASSERT(static_cast<bool>(near(all, d.duration())));
    }));
    CHECK(reckon::test::holds("leaves no cheaper base", [] {
        auto const drawn =
            *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 20)));
        std::vector<count> const day(drawn.begin(), drawn.end());
        machine_demand const d{day, hours(1), minutes(*rc::gen::inRange(0, 600))};
        usd_per_second const own = usd_per_hour(*rc::gen::inRange(0, 120) / 10.0);
        usd_per_second const rent = usd_per_hour(10);
        double const least =
            in_usd_per_hour(hybrid_cost(d, cheapest_base(d, own, rent), own, rent));
        for (count n = 0; n <= 21; ++n) {
            RC_ASSERT(least <= in_usd_per_hour(hybrid_cost(d, n, own, rent)) * (1 + 1e-9) + 1e-9);
        }
    }));
}
