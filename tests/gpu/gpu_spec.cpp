// SPDX-License-Identifier: MIT
// An accelerator of one's own: figures, unknown figures, and what a narrow format is multiplied in.
#include <reckon/gpu.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;

namespace {

constexpr gpu_spec<hopper> card{
    .id = "my-card",
    .name = "My card",
    .memory = bytes{80_GB},
    .bandwidth = 3.35_TBps,
    .peak = peak_rates{}.with(arithmetic::bf16, 989_TFLOPps).with(arithmetic::fp8, 1979_TFLOPps),
};

// A user's own type is an accelerator without touching the library.
struct home_made {
    std::string_view name = "home-made";
    volta architecture{};
    figure<bytes> memory{bytes{16_GB}};
    figure<bytes> memory_usable{};
    figure<memory_bandwidth> bandwidth{};
    peak_rates peak = peak_rates{}.with(arithmetic::fp16, 125_TFLOPps);
    figure<watts> power{};
    fabric link{};
    host_link host{};
    figure<count> gpus_per_node{};
};

template <auto Value> struct is_structural {};
using structural = is_structural<card>;

} // namespace

static_assert(gpu<gpu_spec<hopper>>);
static_assert(gpu<any_gpu>);
static_assert(gpu<home_made>);
static_assert(!gpu<int>);
static_assert(std::is_trivially_copyable_v<any_gpu>);

TEST_CASE("a figure that nobody gave is unknown, not zero") {
    static_assert(card.memory.known());
    static_assert(!card.memory_usable.known());
    static_assert(!card.power);
    static_assert(!card.gpus_per_node.known());
    static_assert(!card.peak[arithmetic::int8].known());
    CHECK_FALSE(card.memory_usable.known());
    CHECK(card.memory_usable.value_or(bytes{1_GB}) == bytes{1e9});
    CHECK(figure<count>{} == figure<count>{unknown});
    CHECK_FALSE(figure<count>{} == figure<count>{0});
}

TEST_CASE("the run-time type holds what the static one holds") {
    constexpr any_gpu any = card;
    static_assert(any.architecture.name == "Hopper");
    static_assert(any.memory == card.memory);
    CHECK(any.architecture.maker == vendor::nvidia);
    CHECK(any.peak == card.peak);
    gpu_spec<hopper> counted = card;
    counted.compute_units = {132, provenance::observed};
    CHECK(any_gpu(counted).compute_units.value() == 132);
    CHECK(any_gpu(counted).compute_units.source == provenance::observed);
    CHECK_FALSE(any_gpu(counted) == any);
    CHECK(any.architecture.native.has(arithmetic::fp8));
    CHECK_FALSE(any.architecture.native.has(arithmetic::fp4));
}

TEST_CASE("what is not native runs at the rate of what it is widened to") {
    static_assert(peak_for(card, arithmetic::fp8).value() == 1979_TFLOPps);
    static_assert(peak_for(card, arithmetic::fp4).value() == 989_TFLOPps);  // weight-only on Hopper
    static_assert(peak_for(card, arithmetic::fp16).value() == 989_TFLOPps); // one figure for both
    static_assert(!peak_for(card, arithmetic::int8).known()); // native, and not published here
    constexpr home_made old{};
    CHECK(executed_as(old.architecture, arithmetic::bf16) == arithmetic::fp16); // no bf16 on Volta
    CHECK(peak_for(old, arithmetic::fp8).value() == 125_TFLOPps);
    CHECK(peak_for(any_gpu(card), arithmetic::fp4).value() == 989_TFLOPps);
}

TEST_CASE("accelerators are equal where every member is") {
    auto const differs = [](auto change) {
        any_gpu const one = card;
        any_gpu other = one;
        change(other);
        return one == card && other == other && !(other == one) && !(one == other);
    };
    CHECK(differs([](any_gpu& g) { g.id = "another"; }));
    CHECK(differs([](any_gpu& g) { g.name = "Another"; }));
    CHECK(differs([](any_gpu& g) { g.architecture = any_architecture(volta{}); }));
    CHECK(differs([](any_gpu& g) { g.memory = bytes{81_GB}; }));
    CHECK(differs([](any_gpu& g) { g.memory_usable = bytes{79_GB}; }));
    CHECK(differs([](any_gpu& g) { g.bandwidth = 3_TBps; }));
    CHECK(differs([](any_gpu& g) { g.peak = g.peak.with(arithmetic::int8, 1_TFLOPps); }));
    CHECK(differs([](any_gpu& g) { g.compute_units = 132; }));
    CHECK(differs([](any_gpu& g) { g.power = watts_of(700); }));
    CHECK(differs([](any_gpu& g) { g.link.kind = "another"; }));
    CHECK(differs([](any_gpu& g) { g.host.lanes = 8; }));
    CHECK(differs([](any_gpu& g) { g.gpus_per_node = 8; }));
    CHECK(differs([](any_gpu& g) { g.mig_instances = 7; }));
    CHECK(differs([](any_gpu& g) { g.street_price = usd{1}; }));
    CHECK(differs([](any_gpu& g) { g.street_price_date = {2026}; }));
    CHECK(differs([](any_gpu& g) { g.released = {2026}; }));
    CHECK(differs([](any_gpu& g) { g.unified_memory = true; }));
    CHECK(differs([](any_gpu& g) { g.grade = confidence::a; }));
}
