// SPDX-License-Identifier: MIT
// Whose price it is, and rules that leave some sellers out.
#include <reckon/catalog/instances.hpp>
#include <reckon/cost/cheapest_offer.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;

namespace {
constexpr date june{2026, 6, 1};
constexpr offer of(std::string_view seller, usd_per_second rate, bool marketplace = false) {
    offer o{};
    o.provider = seller;
    o.instance = "one";
    o.gpu_id = "x";
    o.on_demand = price{rate, june};
    o.marketplace = marketplace;
    return o;
}
constexpr offer table[] = {of("AWS", 4_USD_per_hour), of("Lambda", 3_USD_per_hour),
                           of("somebody", 1_USD_per_hour, true), of("own", 5_USD_per_hour)};
} // namespace

static_assert(seller_of(table[0]) == seller_kind::cloud);
static_assert(seller_of(table[1]) == seller_kind::specialised);
static_assert(seller_of(table[2]) == seller_kind::marketplace);
static_assert(seller_of(table[3]) == seller_kind::own);
static_assert(name(seller_kind::specialised) == "specialised");

TEST_CASE("kinds of sellers that do not count") {
    static_assert(cheapest_offer("x", table)->provider == "Lambda");
    static_assert(cheapest_offer("x", table, {.specialised = false})->provider == "AWS");
    static_assert(cheapest_offer("x", table, {.marketplace = true})->provider == "somebody");
    // One's own prices count whoever else does not.
    static_assert(cheapest_offer("x", table, {.specialised = false, .clouds = false})->provider ==
                  "own");
    static_assert(!admits({}, seller_kind::marketplace) && admits({}, seller_kind::cloud));
    CHECK_FALSE(
        cheapest_offer("x", std::span(table).first(2), {.specialised = false, .clouds = false}));
}

TEST_CASE("kinds of sellers, and who counts on terms as they are") {
    CHECK(seller_of(table[0]) == seller_kind::cloud);
    CHECK(seller_of(table[1]) == seller_kind::specialised);
    CHECK(seller_of(table[2]) == seller_kind::marketplace);
    CHECK(seller_of(table[3]) == seller_kind::own);
    rental_terms const usual{};
    CHECK(admits(usual, seller_kind::cloud));
    CHECK(admits(usual, seller_kind::specialised));
    CHECK_FALSE(admits(usual, seller_kind::marketplace));
    CHECK(admits({.specialised = false, .clouds = false}, seller_kind::own));
    CHECK_FALSE(admits({.clouds = false}, seller_kind::cloud));
}

TEST_CASE("every seller of the catalogue is of some kind, and private hosts are marked") {
    count clouds = 0;
    count marketplaces = 0;
    for (offer const& o : catalog::instances) {
        clouds += seller_of(o) == seller_kind::cloud ? 1 : 0;
        marketplaces += seller_of(o) == seller_kind::marketplace ? 1 : 0;
        CHECK(seller_of(o) != seller_kind::own);
        CHECK((seller_of(o) == seller_kind::marketplace) == o.marketplace);
    }
    CHECK(clouds > 100); // AWS alone has 75
    CHECK(marketplaces > 0);
}
