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

TEST_CASE("wishes are taken at their bounds, and refused beyond them") {
    auto const asked = [](auto change) {
        host::host_wishes w{.weights = bytes{100e9}};
        change(w);
        return host_for(gpus::h200_sxm, 8, w);
    };
    CHECK(asked([](auto& w) { w.weights = bytes{}; })->disk == gigabytes(500));
    CHECK(asked([](auto& w) { w.copies = 0; })->disk == gigabytes(500));
    CHECK(asked([](auto& w) { w.scratch = bytes{}; })->disk == bytes{200e9});
    CHECK(asked([](auto& w) { w.power_usage_effectiveness = 1; })->site_power == 10.2_kW);
    CHECK(asked([](auto& w) { w.rack = watts_of(1e-3); })->racks == 0);
    for (auto const& wrong :
         {asked([](auto& w) { w.weights = bytes{-1}; }), asked([](auto& w) { w.copies = -0.1; }),
          asked([](auto& w) { w.scratch = bytes{-1}; }),
          asked([](auto& w) { w.power_usage_effectiveness = 0.999; }),
          asked([](auto& w) { w.rack = watts_of(-1); })}) {
        REQUIRE_FALSE(wrong.has_value());
        CHECK(wrong.error().message.view() ==
              "weights, copies and scratch are from 0 up, a PUE from 1 up, a rack's power above 0; "
              "one of them is not.");
    }
    CHECK_FALSE(host_for(gpus::h200_sxm, 8, {}, {.accelerators = 0}).has_value());
    CHECK(host_for(gpus::h200_sxm, 1, {}, {.accelerators = 1})->machines == 1);
}

TEST_CASE("a plan of several machines, by hand") {
    host::machine_profile const four{.accelerators = 4,
                                     .cores = 48,
                                     .memory_factor = 1.5,
                                     .network_gigabits = 100,
                                     .beside = 2_kW,
                                     .supply = 2_kW,
                                     .spare_supplies = 1};
    // H200: 141 GB and 700 W.
    auto const p = *host_for(gpus::h200_sxm, 10,
                             {.weights = bytes{1e12},
                              .copies = 3,
                              .scratch = bytes{1e11},
                              .power_usage_effectiveness = 1.25,
                              .rack = 10_kW},
                             four);
    CHECK(p.machines == 3);
    CHECK(p.cores == 48);
    CHECK(near(in_gigabytes(p.memory), 1000 + 16.0)); // staged whole, beside the system
    CHECK(near(in_gigabytes(p.disk), 3100));
    CHECK(near(in_gigabytes_per_second(p.network), 50));
    CHECK(near(in_kilowatts(p.power), 4.8));
    CHECK(p.supplies == 4); // three, and one that may fail
    CHECK(p.racks == 2);    // two machines in each
    CHECK(near(in_kilowatts(p.site_power), 4.8 * 3 * 1.25));
    CHECK(near(p.heat_btu_per_hour, host::in_btu_per_hour(14.4_kW)));
    CHECK(near(in_gigabytes(host_for(gpus::h200_sxm, 4, {}, four)->memory), 4 * 141 * 1.5));
}

TEST_CASE("what is assumed where nobody says otherwise") {
    host::host_wishes const w{};
    CHECK(w.rack == 40_kW);
    CHECK(w.copies == 2);
    CHECK(w.scratch == gigabytes(500));
    CHECK(w.power_usage_effectiveness == 1.3);
    CHECK(host::memory_use{}.total() == gigabytes(16));
    CHECK(host::machine_profile{}.memory_factor == 2);
    CHECK(host::machine_profile{}.accelerators == 8);
    CHECK(host_for(gpus::h100_sxm_80gb, 2, {}, host::workstation)->machines == 1);
    CHECK(host_for(gpus::h100_sxm_80gb, 2, {}, host::workstation)->cores == 16);
}
