// SPDX-License-Identifier: MIT
// Machines for rent in the catalogue, and the links.
#include "support/near.hpp"

#include <reckon/catalog/find_gpu.hpp>
#include <reckon/catalog/find_offer.hpp>
#include <reckon/catalog/instance_sources.hpp>
#include <reckon/catalog/link_sources.hpp>
#include <reckon/catalog/links.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <ranges>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>

using namespace reckon;
using reckon::test::near;
using reckon::test::within;

namespace {

constexpr offer p4d = *find_instance("p4d.24xlarge");

interconnect const& link_called(std::string_view name) {
    return *std::ranges::find_if(catalog::links,
                                 [&](auto const& l) { return l.name.view() == name; });
}

} // namespace

// Acceptance test AT-22: eight A100 of 40 GB, and what one of them costs.
static_assert(p4d.gpus == 8 && p4d.gpu_id.view() == "a100-sxm-40gb");
static_assert(p4d.on_demand.value().as_of == date{2026, 7, 20});

TEST_CASE("AT-22: p4d.24xlarge") {
    CHECK(near(in_usd_per_hour(p4d.on_demand.value().rate), 21.957642));
    CHECK(near(in_usd_per_hour(per_gpu(p4d).value()), 2.745, within(0.0002)));
    CHECK(in_gibibytes(p4d.host_memory.value()) == 1152);
    CHECK(p4d.vcpus.value() == 96);
    CHECK(in_gigabytes_per_second(p4d.network.value()) == 50); // 400 Gbit/s
    CHECK_FALSE(p4d.reserved_1y.known());                      // nobody published it
}

TEST_CASE("the machine of persona P1") {
    constexpr auto p5en = find_instance("p5en.48xlarge");
    static_assert(p5en.has_value());
    CHECK(near(in_usd_per_hour(p5en->on_demand.value().rate), 63.296));
    CHECK(p5en->gpu_id.view() == "h200-sxm");
    CHECK(p5en->on_demand.value().as_of == date{2026, 7, 20});
}

// A table is a contiguous range of constants, though its rows are made where they are first asked for.
static_assert(std::ranges::contiguous_range<decltype(catalog::instances)>);
static_assert(!catalog::instances.empty() && catalog::instances[0] == catalog::instances.front());

TEST_CASE("a table is read as an array is") {
    std::span<offer const> const all = catalog::instances;
    CHECK(all.size() == catalog::instances.size());
    CHECK(all.data() == catalog::instances.data());
    CHECK(&all.back() == &catalog::instances.back());
    CHECK(&all[3] == &catalog::instances[3]);
    CHECK(catalog::instances.end() == all.data() + all.size());
}

TEST_CASE("what a row leaves out nobody has said") {
    static_assert(!catalog::quoted({}).known());
    static_assert(catalog::quoted({0.5, 2026, 7}).value() == price(usd_per_hour(0.5), {2026, 7}));
    constexpr offer bare = catalog::offered({.provider = "somebody", .instance = "one"});
    static_assert(bare.gpus == 1 && bare.gpu_id.empty() && bare.region.empty());
    static_assert(!bare.host_memory.known() && !bare.vcpus.known() && !bare.network.known());
    CHECK_FALSE(bare.on_demand.known());
}

TEST_CASE("every offer has a source and an accelerator that exists, or none") {
    CHECK(catalog::instance_sources.size() == catalog::instances.size());
    for (auto const& s : catalog::instance_sources) {
        CHECK_FALSE(s.source.empty());
    }
    std::set<std::pair<std::string_view, std::string_view>> seen;
    for (offer const& o : catalog::instances) {
        CAPTURE(std::string(o.instance.view()));
        CHECK(seen.emplace(o.provider.view(), o.instance.view()).second);
        CHECK(o.gpus >= 1);
        if (!o.gpu_id.empty()) {
            auto const g = find_gpu(o.gpu_id.view());
            REQUIRE(g.has_value());
            CHECK(g->id == o.gpu_id);
        }
        for (auto const how : {purchase::on_demand, purchase::booked, purchase::spot}) {
            if (!o.price_of(how).known()) { continue; }
            CHECK(o.price_of(how).value().as_of.year >= 2025);
            CHECK(in_usd_per_hour(per_gpu(o, how).value()) > 0.05);
            CHECK(in_usd_per_hour(per_gpu(o, how).value()) < 50);
        }
        // A spot machine that costs more than one on demand is a mistake in the table.
        if (o.on_demand.known() && o.spot.known()) {
            CHECK(o.spot.value().rate < o.on_demand.value().rate);
        }
    }
}

TEST_CASE("what several accelerators are called is not taken for one of them") {
    constexpr auto t4g = find_instance("g5g.xlarge"); // T4G: not in the catalogue
    static_assert(t4g->gpu_id.empty());
    for (offer const& o : catalog::instances) {
        if (o.gpu.view() == "H100" || o.gpu.view() == "A100 80GB") { CHECK(o.gpu_id.empty()); }
    }
}

TEST_CASE("prices keep the day on which they were read") {
    constexpr auto p5 = find_instance("p5.48xlarge");
    CHECK(p5->on_demand.value().as_of == date{2026, 7, 20});
    CHECK(p5->spot.value().as_of == date{2026, 6, 0}); // another source, another day
    constexpr auto block = find_instance("p5.48xlarge (Capacity Block)");
    CHECK_FALSE(block->on_demand.known());
    CHECK(near(in_usd_per_hour(block->booked.value().rate), 41.53));
    constexpr auto p5e = find_instance("p5e.48xlarge");
    CHECK_FALSE(p5e->on_demand.known()); // not sold on demand
}

TEST_CASE("offers by accelerator") {
    static_assert(!offers_for("h200-sxm").empty());
    static_assert(offers_for("").empty());
    static_assert(offers_for("rtx-3090").empty());
    for (auto const row : offers_for("h200-sxm")) {
        CHECK(catalog::instances[row].gpu_id.view() == "h200-sxm");
    }

    auto const eight = cheapest_offer("h200-sxm", {.least_gpus = 8});
    REQUIRE(eight.has_value());
    CHECK(eight->gpus == 8);
    auto const any = cheapest_offer("h200-sxm");
    CHECK(per_gpu(*any).value() <= per_gpu(*eight).value());
    CHECK_FALSE(cheapest_offer("rtx-4090").has_value()); // private hosts only
    CHECK(cheapest_offer("rtx-4090", {.marketplace = true})->provider == label("Vast.ai"));
    auto const none = cheapest_offer("gb300");
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error().message.view() ==
          "no offer in the table has 1 x gb300 on demand from a provider");
}

TEST_CASE("an instance by name") {
    CHECK_FALSE(find_instance("p4d.24xlarg").has_value()); // never nearly
    CHECK(find_instance("p4d.24xlarg").error().code == errc::unknown_name);
}

TEST_CASE("links: sold, achieved, latency") {
    CHECK(catalog::links.size() == 52);
    CHECK(catalog::link_sources.size() == catalog::links.size());
    auto const& nvlink4 = link_called("NVLink 4 (H100/H200/GH200)");
    CHECK(nvlink4.each_way.value() == link_gigabytes_per_second(450));
    CHECK(near(in_gigabytes_per_second(nvlink4.achieved.value()), 396.4));
    CHECK(nvlink4.achieved.source == provenance::observed);
    auto const& hdr = link_called("InfiniBand HDR 4x");
    CHECK(hdr.each_way.value() == link_gigabytes_per_second(25)); // AT-21
    CHECK(near(in_microseconds(hdr.latency.value()), 0.6));
    CHECK_FALSE(link_called("UALink 200G 1.0").each_way.known());
    CHECK_FALSE(link_called("Google ICI v6e").each_way.known()); // the direction is not stated
    for (auto const& l : catalog::links) {
        CAPTURE(std::string(l.name.view()));
        if (l.each_way.known() && l.both_ways.known()) {
            CHECK(near(2 * in_gigabytes_per_second(l.each_way.value()),
                       in_gigabytes_per_second(l.both_ways.value())));
        }
    }
}
