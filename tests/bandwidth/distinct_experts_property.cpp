// SPDX-License-Identifier: MIT
// More tokens never wake fewer experts, and never more than there are.
#include "support/near.hpp"
#include "support/property.hpp"

#include <reckon/bandwidth/distinct_experts.hpp>

#include <cmath>
#include <cstdint>

using reckon::count;
using reckon::distinct_experts;
using reckon::test::holds;

TEST_CASE("distinct experts") {
    CHECK(holds("lie between one token's and all, and grow with the batch",
                [](std::uint8_t e, std::uint8_t k, std::uint16_t b, std::uint8_t more) {
                    count const experts = 1 + e;
                    count const chosen = 1 + k % experts;
                    double const batch = b / 16.0;
                    double const now = distinct_experts(experts, chosen, batch);
                    double const then = distinct_experts(experts, chosen, batch + more / 16.0);
                    RC_ASSERT(now <= then + 1e-9);
                    RC_ASSERT(then <= static_cast<double>(experts) + 1e-9);
                    RC_ASSERT(batch < 1 || now >= static_cast<double>(chosen) - 1e-9);
                    RC_ASSERT(now <= static_cast<double>(chosen) * batch + 1e-9);
                }));
    CHECK(holds("are fewer where some are popular, and no fewer for more tokens",
                [](std::uint8_t e, std::uint8_t k, std::uint8_t b, std::uint8_t more) {
                    count const experts = 1 + e;
                    count const chosen = 1 + k % experts;
                    double const batch = 1.0 + b;
                    double const popular = reckon::awake_experts(experts, chosen, batch);
                    RC_ASSERT(popular <= distinct_experts(experts, chosen, batch) + 1e-9);
                    RC_ASSERT(popular >= static_cast<double>(chosen) - 1e-9);
                    RC_ASSERT(popular <=
                              reckon::awake_experts(experts, chosen, batch + more / 16.0) + 1e-9);
                }));
    CHECK(holds(
        "follow the formula at whole batches", [](std::uint8_t e, std::uint8_t k, std::uint8_t b) {
            count const experts = 1 + e;
            count const chosen = 1 + k % experts;
            double const n = static_cast<double>(experts);
            double const expected = n * (1 - std::pow(1 - static_cast<double>(chosen) / n, b));
            RC_ASSERT(std::abs(distinct_experts(experts, chosen, b) - expected) < 1e-9 * n);
        }));
}
