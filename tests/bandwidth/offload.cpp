// SPDX-License-Identifier: MIT
// Weights behind a link: AT-17 and AT-31.
#include "support/near.hpp"

#include <reckon/bandwidth/offload.hpp>
#include <reckon/gpu/pcie.hpp>
#include <reckon/units/literals.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;

namespace {
constexpr link_bandwidth pcie4 = pcie_bandwidth(4, 16).value();
constexpr memory_bandwidth card = gigabytes_per_second(1008);
} // namespace

TEST_CASE("AT-17: 26 GB of which 4 are behind PCIe 4.0 x16") {
    constexpr efficiency copies{0.75};
    CHECK(near(in_milliseconds(pass_with_offload(bytes{22e9}, bytes{4e9}, card, pcie4, copies)),
               191.1, within(1e-3)));
    CHECK(near(in_milliseconds(pass_with_offload(bytes{26e9}, {}, card, pcie4, copies)), 25.8,
               within(1e-3)));
    CHECK(near(offload_slowdown(bytes{22e9}, bytes{4e9}, card, pcie4, copies), 7.41, within(1e-3)));
    CHECK(offload_slowdown(bytes{26e9}, {}, card, pcie4, copies) == 1);
    // 4 MB: 0.17 ms.
    CHECK(near(in_milliseconds(pass_with_offload({}, bytes{4e6}, card, pcie4, copies)), 0.17,
               within(1e-2)));
}

TEST_CASE("AT-17, AT-31: 2 TB of CXL behind 63 GB/s") {
    CHECK(near(in_seconds(pass_with_offload({}, bytes{2e12}, card, pcie_bandwidth(5, 16).value(),
                                            efficiency{1})),
               31.7, within(2e-3)));
}
