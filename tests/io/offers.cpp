// SPDX-License-Identifier: MIT
// A user's own prices and accelerators, beside the catalogue's.
#include "support/near.hpp"

#include <reckon/cost/cheapest_offer.hpp>
#include <reckon/cost/rent_of.hpp>
#include <reckon/io/offers.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using io::read_accelerators;
using io::read_offers;
using reckon::test::near;

namespace {

constexpr date today{2026, 11, 22};

std::string refused(std::string_view text, io::offer_reading const& reading = {.today = today}) {
    auto const read = read_offers(text, "prices.csv", reading);
    return read ? "accepted" : std::string(read.error().message.view());
}

} // namespace

TEST_CASE("a contract in CSV") {
    auto const o = read_offers("gpu,gpus,currency,on_demand_per_hour,price_date,region\n"
                               "h100-sxm,8,USD,19.5,2026-10-01,Frankfurt\n",
                               "prices.csv", {.today = today});
    REQUIRE(o.has_value());
    offer const& first = o->at(0);
    CHECK(first.gpu_id.view() == "h100-sxm-80gb");
    CHECK(first.gpus == 8);
    CHECK(first.provider.view() == "own");
    CHECK(first.region.view() == "Frankfurt");
    CHECK(near(in_usd_per_hour(first.on_demand.value().rate), 19.5));
    CHECK(first.on_demand.value().as_of == date{2026, 10, 1});
    CHECK_FALSE(first.spot.known());
    CHECK_FALSE(first.vcpus.known());
}

TEST_CASE("the same in JSON, in another currency") {
    constexpr exchange_rate rates[] = {{currency::euro, usd{1.25}, {2026, 9, 1}}};
    auto const o = read_offers(R"({"offers": [
        {"gpu": "h200", "gpus": 8, "provider": "Rechenzentrum", "instance": "big", "vcpus": 192,
         "host_memory_gib": 2048, "network_gbps": 3200, "currency": "EUR",
         "on_demand_per_hour": 20, "reserved_1y_per_hour": 16.0, "spot_per_hour": null,
         "price_date": "2026-10-01"}]})",
                               "prices.json", {.today = today, .rates = rates});
    REQUIRE(o.has_value());
    offer const& first = o->at(0);
    CHECK(first.gpu_id.view() == "h200-sxm");
    CHECK(near(in_usd_per_hour(first.on_demand.value().rate), 25));
    CHECK(near(in_usd_per_hour(first.reserved_1y.value().rate), 20));
    CHECK(first.on_demand.value().as_of == date{2026, 9, 1}); // as old as the rate
    CHECK(first.vcpus.value() == 192);
    CHECK(near(in_gigabytes_per_second(first.network.value()), 400));
}

TEST_CASE("a machine that is owned has a price an hour") {
    auto const o = read_offers("gpu,gpus,currency,purchase,life_years,power_kw,tariff_per_kwh,"
                               "maintenance_a_year,price_date\n"
                               "a100-sxm-80gb,8,USD,120000,5,8,0.12,0.05,2026-03\n",
                               "own.csv", {.today = today});
    REQUIRE(o.has_value());
    // 192,048 USD in 43,800 hours (AT-23).
    CHECK(near(in_usd_per_hour(o->at(0).on_demand.value().rate), 192048 / 43800.0));
    CHECK(o->at(0).on_demand.value().as_of == date{2026, 3, 0});
}

TEST_CASE("own machines stand beside the catalogue's and win where they are cheaper") {
    auto const own = *read_offers("gpu,gpus,currency,on_demand_per_hour,price_date\n"
                                  "h200,8,USD,10,2026-10-01\n",
                                  "prices.csv", {.today = today});
    std::vector<offer> const all = io::beside_catalogue(own);
    CHECK(all.size() == catalog::instances.size() + 1);
    CHECK(cheapest_offer("h200-sxm", all)->provider.view() == "own");
    CHECK(rent_of("h200-sxm", 8, 8, all).offer == 0);
    CHECK(cheapest_offer("t4", all)->provider.view() != "own");
}

TEST_CASE("own accelerators, and prices for them") {
    auto const own = read_accelerators("id,name,architecture,memory_gb,bandwidth_gb_s,fp16_tflops,"
                                       "power_w,like\n"
                                       "lab-card,Lab Card,Ada,48,864,181,300,\n"
                                       "quiet-4090,,,,,,250,rtx-4090\n",
                                       "cards.csv");
    REQUIRE(own.has_value());
    any_gpu const& card = own->at(0);
    CHECK(card.architecture.maker == vendor::nvidia);
    CHECK(card.memory.value() == gigabytes(48));
    CHECK(near(in_teraflops_per_second(peak_for(card, arithmetic::bf16).value()), 181));
    CHECK_FALSE(card.peak[arithmetic::fp8].known()); // nobody said
    any_gpu const& quiet = own->at(1);
    CHECK(quiet.name.view() == "quiet-4090");
    CHECK(quiet.power.value() == watts_of(250));
    CHECK(near(in_gigabytes_per_second(quiet.bandwidth.value()), 1008)); // as the catalogue's
    CHECK_FALSE(card.compute_units.known());
    CHECK(quiet.compute_units.value() == 128); // as the catalogue's

    io::offer_reading const reading{.today = today, .accelerators = *own};
    auto const o = read_offers("gpu,gpus,currency,on_demand_per_hour,price_date\n"
                               "Lab Card,4,USD,2,2026-10-01\n",
                               "prices.csv", reading);
    CHECK(o->at(0).gpu_id.view() == "lab-card");
    CHECK(io::find_gpu_among("t4", *own)->id.view() == "t4");
}

TEST_CASE("what is wrong is named with file, line and field") {
    std::string const head = "gpu,gpus,currency,on_demand_per_hour,price_date\n";
    auto const row = [&](char const* text) {
        return refused(head + "t4,1,USD,1,2026-10-01\n" + text);
    };
    CHECK(row("t4,8,USD,-1,2026-10-01\n") ==
          "prices.csv:3: on_demand_per_hour is \"-1\"; it must be a number above 0, at most "
          "1,000,000,000.");
    CHECK(row("t4,8,USD,0,2026-10-01\n").starts_with("prices.csv:3: on_demand_per_hour is \"0\""));
    CHECK(row("t4,8,USD,inf,2026-10-01\n").starts_with("prices.csv:3: on_demand_per_hour is"));
    CHECK(row("t4,8,USD,1 USD,2026-10-01\n").starts_with("prices.csv:3: on_demand_per_hour is"));
    CHECK(row("t4,8,USD,1,\n") == "prices.csv:3: price_date is missing; a price without the day on "
                                  "which it was true is none.");
    CHECK(row("t4,8,,1,2026-10-01\n") == "prices.csv:3: currency is missing; give it.");
    CHECK(row("t4,8,XYZ,1,2026-10-01\n")
              .starts_with("prices.csv:3: currency 'XYZ' is no currency that is known; choose "));
    CHECK(row("t4,8,EUR,1,2026-10-01\n") ==
          "prices.csv:3: on_demand_per_hour cannot be used: an amount in EUR needs a dated rate to "
          "become US dollars; give an exchange_rate of EUR.");
    CHECK(
        row("t4,8,USD,1,2026-12-01\n") ==
        "prices.csv:3: price_date is \"2026-12-01\", which is in the future; give the day on which "
        "it was read.");
    CHECK(row("t4,8,USD,1,01.10.2026\n") ==
          "prices.csv:3: price_date is \"01.10.2026\"; write a day as 2026-11-09.");
    CHECK(row("t4,0,USD,1,2026-10-01\n").starts_with("prices.csv:3: gpus is \"0\""));
    CHECK(row("t4,1.5,USD,1,2026-10-01\n") == "prices.csv:3: gpus is no whole number; round it.");
    CHECK(row("t4,,USD,1,2026-10-01\n") ==
          "prices.csv:3: gpus is missing; say how many are in the machine.");
    CHECK(row("h101,8,USD,1,2026-10-01\n")
              .starts_with("prices.csv:3: gpu: no accelerator is called 'h101'"));
    CHECK(row("t4,8,USD,,2026-10-01\n") ==
          "prices.csv:3: no price is given; give one, as on_demand_per_hour or as purchase and "
          "life_years.");
    CHECK(row("t4,8,USD,1\n").starts_with("prices.csv: line 3: there are 4 fields for 5 columns"));
    CHECK(refused("gpu,gpus,price\nt4,1,2\n")
              .starts_with(
                  "prices.csv:2: 'price' is no field of it; choose from provider, instance"));
    CHECK(refused(head) == "prices.csv: there are no rows; give at least one.");
    CHECK(refused("") == "prices.csv: line 1: there is no row of column names; begin with one.");
    CHECK(refused(head + std::string(100, 'x') + ",1,USD,1,2026-10-01\n")
              .starts_with("prices.csv:2: gpu is \"xxxxxxxxxxxxxxxxxxxxxxxx...\"; it must have at "
                           "most 63 bytes."));
}

TEST_CASE("JSON that is no list of machines") {
    CHECK(refused("{\"prices\": []}") ==
          "prices.csv: there is no list \"offers\"; add one of objects.");
    CHECK(refused("{\"offers\": []}") == "prices.csv: there are no rows; give at least one.");
    CHECK(refused("{\"offers\": [3]}") == "prices.csv: offers[0]: it must be an object in braces.");
    CHECK(refused("{\"offers\": [{\"gpu\": [1]}]}") ==
          "prices.csv:1: \"gpu\" is a list of 1; it must be a text, a number, true or false.");
    // The line of the object, past texts with braces in them.
    CHECK(refused("{\"note\": \"} \\\" [{\",\n \"offers\": [\n  {\"gpu\": \"t4\", \"gpus\": 1, "
                  "\"currency\": \"USD\",\n   \"on_demand_per_hour\": 1, \"price_date\": "
                  "\"2026-10-01\"},\n  {\"gpu\": \"t4\"}]}")
              .starts_with("prices.csv:5: gpus is missing"));
}

TEST_CASE("purchases that do not add up") {
    std::string const head = "gpu,gpus,currency,purchase,life_years,power_kw,tariff_per_kwh,pue,"
                             "on_demand_per_hour,price_date\n";
    auto const row = [&](char const* text) { return refused(head + text); };
    CHECK(row("t4,1,USD,1000,,,,,,2026-10\n") ==
          "prices.csv:2: life_years is missing; give it beside the purchase.");
    CHECK(row("t4,1,USD,1000,3,1,,,,2026-10\n") ==
          "prices.csv:2: tariff_per_kwh is missing; power and tariff are one cost.");
    CHECK(row("t4,1,USD,,3,,,,1,2026-10\n") ==
          "prices.csv:2: life_years belongs to a machine that was bought; give its purchase too.");
    CHECK(row("t4,1,USD,1000,3,,,,1,2026-10\n") ==
          "prices.csv:2: purchase and on_demand_per_hour are two prices of one machine; keep one.");
    CHECK(row("t4,1,USD,1000,3,1,0.1,0.5,,2026-10\n") ==
          "prices.csv:2: the owner's power_usage_effectiveness is 0.5000; give 1 to 100.");
}

TEST_CASE("accelerators that cannot be used") {
    auto const said = [](char const* text) {
        auto const read = read_accelerators(text, "cards.csv");
        return read ? std::string("accepted") : std::string(read.error().message.view());
    };
    CHECK(said("id,architecture,memory_gb\nt4,Turing,16\n") ==
          "cards.csv:2: id 't4' is another accelerator's; choose one of your own.");
    CHECK(said("id,architecture,memory_gb\nx,Turing,16\nx,Ada,24\n") ==
          "cards.csv:3: id 'x' is another accelerator's; choose one of your own.");
    CHECK(said("id,architecture,memory_gb\nx,Turning,16\n")
              .starts_with("cards.csv:2: architecture "));
    CHECK(said("id,architecture\nx,Ada\n") == "cards.csv:2: memory_gb is missing; give it.");
    CHECK(said("id,like\nx,h101\n")
              .starts_with("cards.csv:2: like: no accelerator is called 'h101'"));
    CHECK(said("id,like,compute_units\nx,t4,0\n")
              .starts_with("cards.csv:2: compute_units is \"0\"; it must be a number above 0"));
    CHECK(said("id,like,compute_units\nx,t4,39.5\n")
              .starts_with("cards.csv:2: compute_units is no whole number"));
    CHECK(read_accelerators(R"({"accelerators": [{"id": "x", "like": "t4", "compute_units": 20}]})",
                            "c.json")
              ->at(0)
              .compute_units.value() == 20);
    CHECK(said("architecture,memory_gb\nAda,24\n") == "cards.csv:2: id is missing; give it.");
    CHECK(read_accelerators(R"({"accelerators": [{"id": "x", "like": "t4"}]})", "c.json")->size() ==
          1);
}

TEST_CASE("days") {
    CHECK(io::parse_date("2024-02-29") == date{2024, 2, 29});
    CHECK(io::parse_date("2026-11") == date{2026, 11, 0});
    for (char const* const text :
         {"", "2026", "2025-02-29", "2026-13-01", "2026-00-01", "2026-01-00", "2026-04-31",
          "2026/11/09", "26-11-09", "2026-11-9x"}) {
        CHECK_FALSE(io::parse_date(text).has_value());
    }
}
