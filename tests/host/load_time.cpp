// SPDX-License-Identifier: MIT
// Loading weights: AT-21, and the slowest part of a path.
#include "support/near.hpp"

#include <reckon/gpu/pcie.hpp>
#include <reckon/host/load_time.hpp>
#include <reckon/units/literals.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;

namespace {
constexpr data_rate gb_s(double n) { return data_rate_bytes_per_second(n * 1e9); }
constexpr bytes r1{671026419200.0};
constexpr bytes llm_67b{134850002944.0};
} // namespace

TEST_CASE("AT-21: over the network and from disks") {
    CHECK(near(in_seconds(host::load_time(r1, host::network_bandwidth(100))), 53.7, within(1e-3)));
    CHECK(near(in_seconds(host::load_time(r1, gb_s(6))), 111.8, within(1e-3)));
    CHECK(near(in_seconds(host::load_time(llm_67b, gb_s(3))), 44.95, within(1e-4)));
    CHECK(near(in_seconds(host::load_time(llm_67b, gb_s(6))), 22.5, within(2e-3)));
    CHECK(near(in_gigabytes_per_second(host::network_bandwidth(200)), 25)); // HDR
}

TEST_CASE("the slowest part decides, or all of them one after the other") {
    host::load_path path{.storage = gb_s(6),
                         .network = unknown,
                         .link = pcie_bandwidth(5, 16),
                         .copies = efficiency{0.8},
                         .accelerators = 8};
    host::loading l = host::loading_of(r1, path);
    CHECK(l.limit == host::load_limit::storage);
    CHECK(near(in_seconds(l.streamed()), 111.8, within(1e-3)));
    CHECK(near(in_seconds(l.copy), 671.026 / (8 * 0.8 * 63.015), within(1e-4)));
    CHECK(l.staged() == l.read + l.copy);

    path.network = host::network_bandwidth(10); // 1.25 GB/s
    CHECK(host::loading_of(r1, path).limit == host::load_limit::network);
    path = {.storage = gb_s(100), .link = pcie_bandwidth(3, 16)};
    CHECK(host::loading_of(r1, path).limit == host::load_limit::link);
    CHECK(name(host::load_limit::link) == "host link");
}

TEST_CASE("a path of which nothing is known takes no time, and says so") {
    constexpr host::loading none = host::loading_of(r1, {});
    static_assert(none.limit == host::load_limit::nothing && none.staged() == seconds{});
    CHECK(name(none.limit) == "nothing known");
}

TEST_CASE("a cold start is the sum of its parts") {
    constexpr host::cold_start cold{.start = 20_s, .load = 112_s, .warm_up = 60_s};
    static_assert(cold.total() == 192_s);
}

TEST_CASE("paths at run time: equal halves, and a cold start's parts") {
    // 8 GB/s of storage and eight links of 1 GB/s: equally long, the storage keeps its name.
    host::load_path const even{.storage = gb_s(8),
                               .link = link_gigabytes_per_second(1),
                               .copies = efficiency{1},
                               .accelerators = 8};
    host::loading const l = host::loading_of(bytes{16e9}, even);
    CHECK(near(in_seconds(l.read), 2));
    CHECK(near(in_seconds(l.copy), 2));
    CHECK(l.limit == host::load_limit::storage);
    CHECK(near(in_seconds(l.streamed()), 2));
    CHECK(near(in_seconds(l.staged()), 4));
    // Network as quick as storage: the first of equals.
    host::load_path const twins{.storage = gb_s(8), .network = gb_s(8)};
    CHECK(host::loading_of(bytes{16e9}, twins).limit == host::load_limit::storage);
    CHECK(host::loading_of(bytes{16e9}, twins).copy == seconds{});
    CHECK(in_seconds(host::cold_start{20_s, 112_s, 60_s}.total()) == 192);
    CHECK(host::load_path{}.accelerators == 1);
}
