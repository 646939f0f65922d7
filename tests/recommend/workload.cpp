// SPDX-License-Identifier: MIT
// Loads that make no sense are refused in one sentence; the others are filled in.
#include "support/printing.hpp"

#include <reckon/recommend.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <string>

using namespace reckon;
using namespace reckon::literals;

namespace {
std::string refused(workload const& load, errc code) {
    auto const r = checked(load);
    REQUIRE_FALSE(r);
    CHECK(r.error().code == code);
    return std::string(r.error().message.view());
}
workload filled(workload const& load) {
    auto const r = checked(load);
    REQUIRE(r);
    return *r;
}
constexpr workload good{.context = 4096_tok, .concurrency = 8};
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
} // namespace

static_assert(checked(good).has_value());
static_assert(checked({.context = 4096_tok, .rate = 2_rps}).has_value());

TEST_CASE("either a concurrency or a rate") {
    CHECK(refused({.context = 4096_tok}, errc::contradiction) ==
          "neither a concurrency nor a request rate is given; give one of them.");
    CHECK(refused({.context = 4096_tok, .concurrency = 8, .rate = 2_rps}, errc::contradiction) ==
          "both a concurrency and a request rate are given; give one, the other follows.");
}

TEST_CASE("numbers out of range") {
    CHECK(refused({.context = 0_tok, .concurrency = 8}, errc::out_of_range) ==
          "the context is 0 tokens; it must be from 1 to 1e15.");
    CHECK(refused({.concurrency = 8}, errc::out_of_range).find("the context is 0 tokens") == 0);
    CHECK(
        refused({.context = tokens{-5}, .concurrency = 8}, errc::out_of_range).find("-5 tokens") !=
        std::string::npos);
    CHECK(refused({.context = tokens{1e16}, .concurrency = 8}, errc::out_of_range)
              .find("must be from 1") != std::string::npos);
    CHECK_FALSE(checked({.context = tokens{not_a_number}, .concurrency = 8}));
    CHECK_FALSE(checked({.context = tokens{infinity}, .concurrency = 8}));
    CHECK(refused({.context = 4096_tok, .concurrency = -1}, errc::out_of_range) ==
          "the concurrency is -1; it must be from 1 to 2^40 requests.");
    CHECK_FALSE(checked({.context = 4096_tok, .concurrency = std::numeric_limits<count>::max()}));
    CHECK(refused({.context = 4096_tok, .rate = per_second(-1)}, errc::out_of_range) ==
          "the request rate is -1.000 per second; it must be above 0 and at most 1e9.");
    CHECK_FALSE(checked({.context = 4096_tok, .rate = per_second(not_a_number)}));
    CHECK_FALSE(checked({.context = 4096_tok, .rate = per_second(infinity)}));
}

TEST_CASE("lengths that are not given follow from the context") {
    CHECK(filled(good).request == serving::request_shape{2048_tok, 2048_tok});
    workload load = good;
    load.request.prompt = 4000_tok;
    CHECK(filled(load).request == serving::request_shape{4000_tok, 96_tok});
    load.request = {.output = 100_tok};
    CHECK(filled(load).request == serving::request_shape{3996_tok, 100_tok});
    load.request = {1000_tok, 500_tok};
    CHECK(filled(load) == load);
}

TEST_CASE("lengths that exceed the context") {
    workload load = good;
    load.request = {4000_tok, 97_tok};
    CHECK(refused(load, errc::contradiction) ==
          "prompt 4,000 and output 97 together exceed the context of 4,096 tokens.");
    load.request = {4096_tok, {}};
    CHECK_FALSE(checked(load)); // nothing is left for an answer
    load.request = {4000_tok, 96_tok};
    CHECK(checked(load));
}

TEST_CASE("names of objectives and sets of vendors") {
    CHECK(name(objective::cost) == "cost");
    CHECK(name(objective::devices) == "gpus");
    constexpr vendor_set two = vendor_set::of({vendor::nvidia, vendor::apple});
    static_assert(two.has(vendor::nvidia) && two.has(vendor::apple) && !two.has(vendor::amd));
    CHECK(vendor_set::all().has(vendor::other));
    CHECK(common_vendors.has(vendor::amd));
    CHECK_FALSE(common_vendors.has(vendor::huawei));
}
