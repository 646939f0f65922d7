// SPDX-License-Identifier: MIT
// What stands around accelerators.
#include "support/near.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/host/plan.hpp>
#include <reckon/units/literals.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using host::host_for;
using reckon::test::near;
using reckon::test::within;

TEST_CASE("eight H100 stand in a machine of 10.2 kW") {
    auto const p = *host_for(gpus::h100_sxm_80gb, 8, {.weights = bytes{135e9}});
    CHECK(p.machines == 1);
    CHECK(p.cores == 112);
    CHECK(near(in_terabytes(p.memory), 1.28)); // twice 640 GB
    CHECK(near(in_kilowatts(p.power), 10.2));
    CHECK(p.supplies == 6);
    CHECK(near(in_gigabytes_per_second(p.network), 400)); // 8 x 400 Gbit/s
    CHECK(near(in_gigabytes(p.disk), 2 * 135 + 500.0));
    CHECK(near(in_kilowatts(p.site_power), 10.2 * 1.3));
    CHECK(near(p.heat_btu_per_hour, host::in_btu_per_hour(10.2_kW)));
    CHECK(p.racks == 1);
    CHECK(p.source == provenance::assumed);
}

TEST_CASE("machines and racks are whole, and large weights ask for more memory") {
    auto const p = *host_for(gpus::h200_sxm, 72, {.weights = bytes{3e12}, .rack = 25_kW});
    CHECK(p.machines == 9);
    CHECK(p.racks == 5); // two in each
    CHECK(near(in_terabytes(p.memory), 3.016));
    CHECK(host_for(gpus::h200_sxm, 9, {})->machines == 2);
    CHECK(host_for(gpus::h200_sxm, 8, {.rack = 5_kW})->racks == 0); // no rack feeds one
    CHECK(host_for(gpus::rtx_4090, 2, {}, host::workstation)->power == 1250_W);
}

TEST_CASE("bad input") {
    CHECK(host_for(gpus::h200_sxm, 0, {}).error().message.view() ==
          "a plan of 0 accelerators, 8 in a machine, is none; give at least one each.");
    any_gpu unknown_power = gpus::h200_sxm;
    unknown_power.power = unknown;
    CHECK(host_for(unknown_power, 8, {}).error().message.view() ==
          "H200 SXM 141GB has no known power; give it in the gpu_spec.");
    CHECK(host_for(any_gpu{}, 8, {}).error().code == errc::unknown_figure);
    CHECK(host_for(gpus::h200_sxm, 8, {.power_usage_effectiveness = 0.9}).error().code ==
          errc::out_of_range);
    CHECK(host_for(gpus::h200_sxm, 8, {.rack = 0_W}).error().code == errc::out_of_range);
}
