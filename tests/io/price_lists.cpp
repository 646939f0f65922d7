// SPDX-License-Identifier: MIT
// Sellers' prices of tokens from files, and own machines beside them.
#include "support/near.hpp"

#include <reckon/io/price_lists.hpp>
#include <reckon/io/read_file.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using io::read_price_lists;
using reckon::test::near;

namespace {

constexpr date today{2026, 11, 22};
constexpr char const* head = "seller,currency,input_per_million,cached_per_million,"
                             "output_per_million,price_date\n";

std::string refused(std::string const& rows) {
    auto const read = read_price_lists(head + rows, "api.csv", today);
    return read ? "accepted" : std::string(read.error().message.view());
}

} // namespace

TEST_CASE("the table of data/ is one of them, and gives DeepSeek's day") {
    auto const text = io::read_text_file(RECKON_SOURCE_DIR "/data/api_prices.csv");
    auto const lists = read_price_lists(*text, "data/api_prices.csv", today);
    REQUIRE(lists.has_value());
    price_list const& r1 = lists->at(0);
    CHECK(r1.seller.view() == "DeepSeek-R1");
    CHECK(r1.as_of == date{2025, 2, 28});
    constexpr token_counts day{megatokens(266e3), megatokens(342e3), megatokens(168e3)};
    CHECK(near(in_usd(bill_of(day, r1)), 562100));
    for (price_list const& p : *lists) {
        CHECK(p.cached < p.input);
        CHECK(p.input < p.output);
    }
}

TEST_CASE("cached tokens without a price of their own cost what others cost") {
    auto const p =
        read_price_lists(std::string(head) + "x,USD,1,,4,2026-10-01\n", "api.csv", today);
    CHECK(p->at(0).cached == p->at(0).input);
}

TEST_CASE("another currency, JSON") {
    constexpr exchange_rate rates[] = {{currency::yuan, usd{0.14}, {2026, 9, 1}}};
    auto const p = read_price_lists(R"({"price_lists": [{"seller": "x", "currency": "CNY",
        "input_per_million": 4, "output_per_million": 16, "price_date": "2026-10-01"}]})",
                                    "api.json", today, rates);
    CHECK(near(in_usd_per_million_tokens(p->at(0).input), 0.56));
    CHECK(p->at(0).as_of == date{2026, 9, 1});
}

TEST_CASE("what is wrong is named with file, line and field") {
    CHECK(refused("x,USD,1,,4,\n") ==
          "api.csv:2: price_date is missing; a price without the day on "
          "which it was true is none.");
    CHECK(refused("x,USD,,1,4,2026-10-01\n") ==
          "api.csv:2: input_per_million is missing; give it.");
    CHECK(refused("x,USD,1,,0,2026-10-01\n")
              .starts_with("api.csv:2: output_per_million is \"0\"; it must be a number above 0"));
    CHECK(refused("x,JPY,1,,4,2026-10-01\n")
              .starts_with("api.csv:2: input_per_million cannot be used: an amount in JPY needs"));
    CHECK(
        refused("x,dollars,1,,4,2026-10-01\n").starts_with("api.csv:2: currency 'dollars' is no"));
    CHECK(refused(",USD,1,,4,2026-10-01\n") == "api.csv:2: seller is missing; give it.");
    CHECK(refused("x,USD,1,,4,2026-12-24\n")
              .starts_with("api.csv:2: price_date is \"2026-12-24\", "));
}
