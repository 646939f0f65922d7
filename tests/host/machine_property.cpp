// SPDX-License-Identifier: MIT
// Machines around accelerators: parts add, the slowest part decides, and what is bought is enough but not one too many.
#include "support/near.hpp"
#include "support/property.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/host/disk.hpp>
#include <reckon/host/load_time.hpp>
#include <reckon/host/plan.hpp>
#include <reckon/host/power.hpp>

using namespace reckon;
using namespace reckon::host;
using reckon::test::holds;

namespace {

double some(int low, int high, double step = 1) { return *rc::gen::inRange(low, high) * step; }
count some_count(int low, int high) { return *rc::gen::inRange(low, high); }
template <class A, class B> bool same(A a, B b) {
    return static_cast<bool>(reckon::test::near(a, b, reckon::test::within(1e-9)));
}

load_path some_path() {
    load_path p{};
    if (some_count(0, 4) > 0) { p.storage = data_rate_bytes_per_second(some(1, 100, 1e8)); }
    if (some_count(0, 4) > 0) { p.network = network_bandwidth(some(1, 400)); }
    if (some_count(0, 4) > 0) { p.link = link_gigabytes_per_second(some(1, 64)); }
    p.copies = efficiency(some(1, 100, 0.01));
    p.accelerators = some_count(1, 9);
    return p;
}

} // namespace

TEST_CASE("loading") {
    CHECK(holds("takes at least as long as every part of the path, and as long as one of them", [] {
        bytes const w = gigabytes(some(1, 1000));
        load_path const p = some_path();
        loading const l = loading_of(w, p);
        seconds slowest{};
        if (p.storage.known()) { slowest = max(slowest, load_time(w, p.storage.value())); }
        if (p.network.known()) { slowest = max(slowest, load_time(w, p.network.value())); }
        RC_ASSERT(l.read == slowest);
        if (p.link.known()) { slowest = max(slowest, l.copy); }
        RC_ASSERT(l.streamed() == slowest);
        RC_ASSERT(l.staged() >= l.streamed());
        RC_ASSERT(l.staged() <= l.streamed() * 2);
        RC_ASSERT((l.limit == load_limit::nothing) == (slowest == seconds{}));
        RC_ASSERT((l.limit == load_limit::link) == (l.copy > l.read));
    }));
    CHECK(holds("twice the weights take twice as long, twice the accelerators copy in half", [] {
        bytes const w = gigabytes(some(1, 1000));
        load_path p = some_path();
        loading const l = loading_of(w, p);
        RC_ASSERT(same(loading_of(w * 2, p).staged(), l.staged() * 2));
        p.accelerators *= 2;
        RC_ASSERT(same(loading_of(w, p).copy * 2, l.copy));
        RC_ASSERT(loading_of(w, p).read == l.read);
    }));
    CHECK(holds("a cold start is the sum of its parts", [] {
        cold_start const c{seconds{some(0, 100)}, seconds{some(0, 100)}, seconds{some(0, 100)}};
        RC_ASSERT(same(c.total(), c.load + c.warm_up + c.start));
    }));
}

TEST_CASE("disks") {
    CHECK(holds("no level holds more than its disks, and what may be lost is not held", [] {
        constexpr count levels[] = {0, 1, 5, 6, 10};
        count const level = levels[some_count(0, 5)];
        count const disks = some_count(0, 40);
        bytes const each = gigabytes(some(1, 30000));
        data_rate const rate = data_rate_bytes_per_second(some(1, 100, 1e8));
        result<array_of_disks> const r = raid(level, disks, each, rate);
        count const least = level == 0 ? 1 : level == 1 ? 2 : level == 5 ? 3 : 4;
        RC_ASSERT(r.has_value() == (disks >= least && (level != 10 || disks % 2 == 0)));
        if (!r.has_value()) {
            RC_ASSERT(r.error().code == errc::out_of_range);
            return;
        }
        array_of_disks const a = r.value();
        RC_ASSERT(same(a.reads, rate * static_cast<double>(disks)));
        RC_ASSERT(a.capacity <= each * static_cast<double>(disks - a.may_lose));
        RC_ASSERT(a.capacity >= each);
        // Mirrors hold each byte twice; one more pair holds one more disk.
        if (level == 10) {
            RC_ASSERT(same(raid(10, disks + 2, each, rate).value().capacity, a.capacity + each));
        }
        if (level == 5 || level == 6) {
            RC_ASSERT(same(a.capacity, each * static_cast<double>(disks - a.may_lose)));
        }
    }));
}

TEST_CASE("power") {
    CHECK(holds("supplies carry the machine, and one fewer would not", [] {
        watts const machine = watts_of(some(1, 20000));
        watts const each = watts_of(some(100, 4000));
        count const spare = some_count(0, 4);
        count const n = supplies_for(machine, each, spare) - spare;
        RC_ASSERT(each * static_cast<double>(n) >= machine * (1 - 1e-12));
        RC_ASSERT(each * static_cast<double>(n - 1) < machine);
    }));
    CHECK(holds("a rack feeds what it holds, and one more would be too much", [] {
        watts const rack = watts_of(some(1, 100000));
        watts const machine = watts_of(some(1, 20000));
        auto const n = static_cast<double>(machines_in_rack(rack, machine));
        RC_ASSERT(machine * n <= rack * (1 + 1e-12));
        RC_ASSERT(machine * (n + 1) > rack);
    }));
    CHECK(holds("heat is power, in proportion", [] {
        watts const p = watts_of(some(1, 1000000));
        RC_ASSERT(same(in_btu_per_hour(p * 2), 2 * in_btu_per_hour(p)));
        RC_ASSERT(same(in_btu_per_hour(p) / in_watts(p), 3600 / 1055.05585262));
    }));
}

TEST_CASE("what stands around accelerators") {
    CHECK(holds("is enough machines and not one too many, and grows with every wish", [] {
        count const n = some_count(1, 200);
        host_wishes w{.weights = gigabytes(some(0, 3000)), .copies = some(0, 4)};
        host_plan const p = host_for(gpus::h100_sxm_80gb, n, w).value();
        RC_ASSERT(p.machines * dgx_h100.accelerators >= n);
        RC_ASSERT((p.machines - 1) * dgx_h100.accelerators < n);
        RC_ASSERT(p.memory >= w.weights);
        RC_ASSERT(p.site_power >= p.power * static_cast<double>(p.machines));
        RC_ASSERT(
            same(p.heat_btu_per_hour, in_btu_per_hour(p.power * static_cast<double>(p.machines))));
        host_wishes more = w;
        more.weights = w.weights * 2 + gigabytes(1);
        RC_ASSERT(host_for(gpus::h100_sxm_80gb, n, more).value().memory >= p.memory);
        RC_ASSERT(host_for(gpus::h100_sxm_80gb, n, more).value().disk >= p.disk);
        more = w;
        more.copies += 1;
        RC_ASSERT(same(host_for(gpus::h100_sxm_80gb, n, more).value().disk, p.disk + w.weights));
        RC_ASSERT(host_for(gpus::h100_sxm_80gb, n + 8, w).value().machines == p.machines + 1);
        // Racks: enough, and not one too many.
        if (p.racks > 0) {
            count const in_rack = machines_in_rack(w.rack, p.power);
            RC_ASSERT(p.racks * in_rack >= p.machines);
            RC_ASSERT((p.racks - 1) * in_rack < p.machines);
        }
    }));
}
