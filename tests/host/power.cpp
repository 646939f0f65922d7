// SPDX-License-Identifier: MIT
// Power and heat: AT-26.
#include "support/near.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/host/power.hpp>
#include <reckon/units/literals.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;

TEST_CASE("AT-26: eight A100 SXM are 3.2 kW, and 8 kW only with a host and a PUE of 1.23") {
    watts const gpus_alone = host::machine_power(8, gpus::a100_sxm_80gb.power.value(), {});
    CHECK(near(in_kilowatts(gpus_alone), 3.2));
    watts const machine = host::machine_power(8, gpus::a100_sxm_80gb.power.value(), 3.3_kW);
    CHECK(near(in_kilowatts(machine), 6.5));
    CHECK(near(8.0 / in_kilowatts(machine), 1.23, within(1e-3)));
}

TEST_CASE("heat is power") {
    CHECK(near(host::in_btu_per_hour(1_W), 3.412142, within(1e-6)));
    CHECK(near(host::in_btu_per_hour(10.2_kW), 34803.8, within(1e-5)));
}

TEST_CASE("supplies and racks") {
    static_assert(host::supplies_for(10.2_kW, 3.3_kW, 2) == 6); // as a DGX H100 has: 4 + 2
    static_assert(host::supplies_for(3.3_kW, 3.3_kW, 1) == 2);
    static_assert(host::machines_in_rack(40_kW, 10.2_kW) == 3);
    static_assert(host::machines_in_rack(10_kW, 10.2_kW) == 0);
}

TEST_CASE("supplies and racks at run time: whole ones, from exactly enough to one watt more") {
    CHECK(host::supplies_for(watts_of(9000), watts_of(3000), 0) == 3);
    CHECK(host::supplies_for(watts_of(9001), watts_of(3000), 0) == 4);
    CHECK(host::supplies_for(watts_of(9001), watts_of(3000), 2) == 6);
    CHECK(host::machines_in_rack(watts_of(9000), watts_of(3000)) == 3);
    CHECK(host::machines_in_rack(watts_of(8999), watts_of(3000)) == 2);
    CHECK(near(in_watts(host::machine_power(8, watts_of(700), watts_of(4600))), 10'200));
    CHECK(host::supplies_for(watts_of(1e300), watts_of(1e-300), 0) == 9'000'000'000'000'000);
    CHECK(host::machines_in_rack(watts_of(1e300), watts_of(1e-300)) == 9'000'000'000'000'000);
}
