// SPDX-License-Identifier: MIT
// No estimate beats the roofline, whatever is done on whatever device.
#include "support/near.hpp"
#include "support/printing.hpp"
#include "support/property.hpp"

#include <reckon/bandwidth.hpp>
#include <reckon/units.hpp>

#include <cstdint>

using namespace reckon;
using reckon::test::holds;

namespace {
double up_to(std::uint32_t n, double most) { return most * (1.0 + n) / 4294967296.0; }
efficiency fraction(std::uint32_t n) { return efficiency(up_to(n, 1.0)); }

pass_cost random_cost() {
    auto const n = [] { return *rc::gen::arbitrary<std::uint32_t>(); };
    pass_cost c{};
    c.weights = gigabytes(up_to(n(), 200));
    c.cache = gigabytes(up_to(n(), 100));
    c.work = {teraflops(up_to(n(), 100)), teraflops(up_to(n(), 100)), teraflops(up_to(n(), 10)),
              teraflops(up_to(n(), 10)), gigabytes(up_to(n(), 10))};
    c.sent = {gigabytes(up_to(n(), 10)), gigabytes(up_to(n(), 10)), static_cast<double>(n() % 200),
              static_cast<double>(n() % 600)};
    c.sequences = static_cast<double>(n() % 1000);
    c.layers = static_cast<double>(n() % 100);
    return c;
}
device_rates random_rates() {
    auto const n = [] { return *rc::gen::arbitrary<std::uint32_t>(); };
    return {gigabytes_per_second(up_to(n(), 8000)), teraflops_per_second(up_to(n(), 5000)),
            teraflops_per_second(up_to(n(), 5000)), teraflops_per_second(up_to(n(), 5000)),
            teraflops_per_second(up_to(n(), 5000)), link_gigabytes_per_second(up_to(n(), 900))};
}
calibration random_calibration() {
    auto const n = [] { return *rc::gen::arbitrary<std::uint32_t>(); };
    return {.name = "random",
            .weight_streaming = fraction(n()),
            .cache_streaming = fraction(n()),
            .decode_matmul = fraction(n()),
            .prefill_matmul = fraction(n()),
            .link = fraction(n()),
            .per_layer = microseconds(up_to(n(), 100)),
            .per_collective = microseconds(up_to(n(), 100)),
            .per_step = milliseconds(up_to(n(), 10)),
            .per_sequence = microseconds(up_to(n(), 100))};
}
constexpr double slack = 1 - 1e-12; // sums in another order
} // namespace

TEST_CASE("bound and estimate") {
    CHECK(holds("the estimate is never faster than the bound", [] {
        calibration const c = random_calibration();
        pass_time const t = time_of(random_cost(), random_rates(), c, c.decode_matmul);
        RC_ASSERT(t.total >= t.bound * slack);
        RC_ASSERT(t.total >= (t.network + t.overhead) * slack);
        RC_ASSERT(t.total >= max(t.weights, t.cache) * slack);
    }));
    CHECK(holds("the bound is the largest of reading, multiplying and sending", [] {
        pass_cost const cost = random_cost();
        device_rates const r = random_rates();
        calibration const c = random_calibration();
        pass_time const t = time_of(cost, r, c, c.decode_matmul);
        seconds const reading = (cost.weights + cost.cache) / r.memory;
        seconds const multiplying = cost.work.linear / r.linear + cost.work.experts / r.experts +
                                    cost.work.head / r.head + cost.work.scores / r.scores;
        seconds const sending = cost.sent.collectives > 0
                                    ? (cost.sent.reduced + cost.sent.exchanged) / r.link
                                    : seconds{0};
        seconds const most = max(reading, max(multiplying, sending));
        RC_ASSERT(static_cast<bool>(reckon::test::near(t.bound, most)));
        RC_ASSERT(t.bound_by != resource::overhead);
        RC_ASSERT(t.bound_by != resource::memory || reading == most);
        RC_ASSERT(t.bound_by != resource::network || sending == most);
    }));
    CHECK(holds("more to do never takes less", [] {
        pass_cost const cost = random_cost();
        pass_cost const more = random_cost();
        pass_cost const both{
            cost.weights + more.weights,
            cost.cache + more.cache,
            {cost.work.linear + more.work.linear, cost.work.experts + more.work.experts,
             cost.work.head + more.work.head, cost.work.scores + more.work.scores,
             cost.work.moved + more.work.moved},
            {cost.sent.reduced + more.sent.reduced, cost.sent.exchanged + more.sent.exchanged,
             cost.sent.collectives + more.sent.collectives, cost.sent.hops + more.sent.hops},
            cost.layers + more.layers};
        device_rates const r = random_rates();
        calibration const c = random_calibration();
        RC_ASSERT(time_of(both, r, c, c.decode_matmul).total >=
                  time_of(cost, r, c, c.decode_matmul).total * slack);
        RC_ASSERT(time_of(both, r, c, c.decode_matmul).bound >=
                  time_of(cost, r, c, c.decode_matmul).bound * slack);
    }));
}
