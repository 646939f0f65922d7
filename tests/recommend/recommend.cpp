// SPDX-License-Identifier: MIT
// Plans ranked by what was asked for, refusals with what was short, and the rules that plans keep.
#include "support/allocations.hpp"
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/instances.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/recommend.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <span>
#include <string>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using serving::constraint;

namespace {
constexpr any_gpu three[] = {gpus::h100_sxm_80gb, gpus::h200_sxm, gpus::a100_sxm_80gb};
constexpr recipe wide_and_narrow[] = {bf16, fp8_block128};
constexpr std::span<offer const> no_offers{};
constexpr std::span<recipe const> as_published{};
constexpr any_model r1 = models::deepseek_r1;
constexpr any_model llama = models::llama_3_1_8b;

/// AT-32.
constexpr workload long_and_many{.context = 32768_tok, .concurrency = 64};
constexpr workload chat{.context = 4096_tok, .request = {1000_tok, 500_tok}, .concurrency = 256};

recommendation<> ask(any_model const& m, workload const& load, std::span<any_gpu const> gpus,
                     plan_rules const& rules, std::span<recipe const> precisions = as_published,
                     std::span<offer const> offers = no_offers) {
    auto const found = recommend(m, load, gpus, precisions, offers, rules);
    REQUIRE(found);
    return *found;
}
refusal const* refused(recommendation<> const& found, std::uint16_t gpu, count devices,
                       bool data_parallel) {
    for (refusal const& r : found.refusals) {
        if (r.gpu == gpu && r.spread.devices() == devices && (r.spread.data > 1) == data_parallel) {
            return &r;
        }
    }
    return nullptr;
}
bool ranked(recommendation<> const& found) {
    recommendation<> again = found;
    again.put_in_order();
    return std::equal(found.begin(), found.end(), again.begin(),
                      [](plan const& a, plan const& b) { return choice(a) == choice(b); });
}
} // namespace

TEST_CASE("AT-32: 8 x H200 under data-parallel attention serve R1, 8 x H100 do not") {
    for (engine const& under : {engines::vllm, engines::on_paper}) {
        CAPTURE(std::string_view(under.name));
        // One engine of at most eight: replicas of a tensor-parallel one would be more.
        recommendation<> const found =
            ask(r1, long_and_many, three,
                {.max_devices = 8, .rank_by = objective::devices, .serving_engine = under});
        REQUIRE(found.plans.size() == 1);
        plan const& best = found.plans[0];
        CHECK(best.gpu == 1);
        CHECK(best.devices() == 8);
        CHECK(best.replicas == 1);
        CHECK(best.spread.data > 1);
        CHECK(best.memory.fits());

        refusal const* h100 = refused(found, 0, 8, false);
        REQUIRE(h100 != nullptr);
        CHECK(h100->broken == constraint::weights);
        CHECK(h100->need > h100->have);
        CHECK(h100->fitting_requests == 0);

        refusal const* h200 = refused(found, 1, 8, false);
        REQUIRE(h200 != nullptr);
        CHECK(h200->broken == constraint::cache);
        CHECK(h200->need == 2097152);
        CHECK(h200->fitting_devices == 8); // under data-parallel attention
        if (under == engines::on_paper) {
            CHECK(h200->have == 608438);
            CHECK(h200->fitting_requests == 18);      // floor(608,438 / 32,768)
            CHECK(h200->fitting_context == 9506_tok); // floor(608,438 / 64)
        }
    }
}

TEST_CASE("what is short is mended by what the refusal says") {
    recommendation<> const found = ask(r1, long_and_many, three, {.max_devices = 8});
    int mended = 0;
    for (refusal const& r : found.refusals) {
        if (r.broken != constraint::cache) { continue; }
        CAPTURE(std::string_view(three[r.gpu].name));
        CAPTURE(r.spread.tensor);
        CAPTURE(r.spread.data);
        auto const fits_with = [&](tokens context, count requests) {
            return serving::memory_of(r1, three[r.gpu], r1.published, bf16, r.spread, engines::vllm,
                                      context, requests)
                .fits();
        };
        CHECK_FALSE(fits_with(32768_tok, 64));
        if (r.fitting_requests > 0) {
            CHECK(fits_with(32768_tok, r.fitting_requests));
            ++mended;
        }
        if (r.fitting_context > 0_tok) {
            CHECK(fits_with(r.fitting_context, 64));
            CHECK_FALSE(fits_with(r.fitting_context + 16_tok, 64));
            ++mended;
        }
    }
    CHECK(mended > 0);
}

TEST_CASE("plans are ranked by the objective") {
    for (objective const by : {objective::cost, objective::hourly_cost, objective::throughput,
                               objective::latency, objective::devices}) {
        CAPTURE(name(by));
        recommendation<> const found = ask(llama, chat, three, {.rank_by = by, .plans_per_gpu = 4},
                                           wide_and_narrow, catalog::instances);
        REQUIRE(found.plans.size() > 3);
        CHECK(ranked(found));
        for (plan const& p : found.plans) {
            double const least = badness(p, by);
            double const apart = 1 + found.limits.alike;
            CHECK(badness(found.plans[0], by) <= (least < 0 ? least / apart : least * apart));
            CHECK(p.memory.fits());
            CHECK(p.replicas * p.concurrency >= 256);
        }
    }
}

TEST_CASE("a price is that of all devices, and of an output token at this load") {
    constexpr offer market[] = {
        {.instance = "eight",
         .gpu_id = "h100-sxm-80gb",
         .gpus = 8,
         .on_demand = price{80_USD_per_hour, {2026, 1, 1}}},
        {.instance = "one",
         .gpu_id = "h100-sxm-80gb",
         .gpus = 1,
         .on_demand = price{12_USD_per_hour, {2026, 1, 1}}},
    };
    recommendation<> const found =
        ask(llama, chat, three, {.rank_by = objective::cost}, as_published, market);
    for (plan const& p : found.plans) {
        CHECK(p.price.known() == (p.gpu == 0)); // nobody rents the others out
        CHECK(p.per_token.known() == (p.gpu == 0));
        if (!p.price.known()) { continue; }
        // Whole machines: one accelerator alone is rented alone, any that share a fabric in an eight.
        offer const& rented = market[p.rented.offer];
        CHECK(rented.gpus * p.rented.machines >= p.devices());
        CHECK(near(p.price.value(),
                   rented.on_demand.value().rate * static_cast<double>(p.rented.machines)));
        if (p.spread.devices() > 1) { CHECK(rented.gpus == 8); }
        CHECK(near(p.per_token.value() * p.output_throughput(), p.price.value()));
    }
    CHECK(found.plans[0].gpu == 0); // unknown prices come last
}

TEST_CASE("rules: devices, latency, vendors") {
    recommendation<> const few = ask(llama, chat, three, {.max_devices = 2, .plans_per_gpu = 8});
    for (plan const& p : few.plans) {
        CHECK(p.devices() <= 2);
    }

    plan_rules slow{.rank_by = objective::devices, .plans_per_gpu = 8};
    recommendation<> const free_of_rules = ask(llama, chat, three, slow);
    REQUIRE_FALSE(free_of_rules.plans.empty());
    seconds const usual = free_of_rules.plans[0].speed.time_per_token.value;
    plan_rules strict = slow;
    strict.time_per_token = usual * 0.8;
    recommendation<> const quick = ask(llama, chat, three, strict);
    for (plan const& p : quick.plans) {
        CHECK(p.speed.time_per_token.value <= usual * 0.8);
    }
    bool told = false;
    for (refusal const& r : quick.refusals) {
        if (r.broken != constraint::time_per_token) { continue; }
        CHECK(r.need > r.have);
        CHECK(near(r.have, in_seconds(usual * 0.8)));
        told = true;
    }
    CHECK(told);

    strict.time_per_token = 1_us;
    CHECK(ask(llama, chat, three, strict).plans.empty());
    strict = slow;
    strict.time_to_first_token = 1_us;
    CHECK(ask(llama, chat, three, strict).plans.empty());
    plan_rules amd = slow;
    amd.vendors = vendor_set::of({vendor::amd});
    CHECK(ask(llama, chat, three, amd).plans.empty());
    CHECK(ask(llama, chat, three, amd).refusals.empty());
}

TEST_CASE("a load larger than one engine holds takes replicas") {
    constexpr any_gpu small[] = {gpus::rtx_4090};
    workload many = chat;
    many.concurrency = 2000;
    recommendation<> const found =
        ask(llama, many, small, {.max_devices = 1000, .plans_per_gpu = 8});
    REQUIRE_FALSE(found.plans.empty());
    for (plan const& p : found.plans) {
        CHECK(p.replicas > 1);
        CHECK(p.replicas * p.concurrency >= 2000);
        CHECK(p.memory.fits());
        // No replica could be left out: each holds what fits.
        CHECK((p.replicas - 1) * p.concurrency < 2000);
    }
}

TEST_CASE("a model whose cache is all windows is planned like any other") {
    constexpr any_model mistral = models::mistral_7b_v0_1;
    constexpr any_gpu small[] = {gpus::rtx_4090};
    workload load{.context = 16384_tok, .concurrency = 64};
    recommendation<> const found = ask(mistral, load, small, {.max_devices = 64});
    REQUIRE_FALSE(found.plans.empty());
    CHECK(found.plans[0].memory.fits());
    load.concurrency = 0;
    load.rate = 1_rps;
    CHECK_FALSE(ask(mistral, load, small, {.max_devices = 64}).plans.empty());
}

TEST_CASE("a rate of requests is carried by replicas of the batch that suits") {
    for (double const rate : {0.5, 5.0, 50.0, 500.0}) {
        CAPTURE(rate);
        workload load = chat;
        load.concurrency = 0;
        load.rate = per_second(rate);
        recommendation<> const found =
            ask(llama, load, three, {.max_devices = 4096, .plans_per_gpu = 4});
        REQUIRE_FALSE(found.plans.empty());
        for (plan const& p : found.plans) {
            CHECK(p.memory.fits());
            CHECK(in_per_second(p.speed.requests) * static_cast<double>(p.replicas) >=
                  rate * (1 - 1e-9));
            CHECK((p.replicas == 1 ||
                   in_per_second(p.speed.requests) * static_cast<double>(p.replicas - 1) < rate));
        }
    }
}

TEST_CASE("a device whose rate nobody published is refused by name, not guessed") {
    any_gpu mute = gpus::h100_sxm_80gb;
    mute.bandwidth = unknown;
    any_gpu const only[] = {mute};
    recommendation<> const found = ask(llama, chat, only, {});
    CHECK(found.plans.empty());
    REQUIRE_FALSE(found.refusals.empty());
    bool told = false;
    for (refusal const& r : found.refusals) {
        told = told || r.broken == constraint::rate_unknown;
    }
    CHECK(told);
    mute = gpus::h100_sxm_80gb;
    mute.memory = unknown;
    mute.memory_usable = unknown;
    any_gpu const empty[] = {mute};
    recommendation<> const none = ask(llama, chat, empty, {});
    CHECK(none.plans.empty());
    for (refusal const& r : none.refusals) {
        CHECK((r.broken == constraint::memory_unknown || r.broken == constraint::layout));
    }
}

TEST_CASE("questions that make no sense") {
    auto const said = [](auto const& r) {
        REQUIRE_FALSE(r);
        return std::string(r.error().message.view());
    };
    CHECK(said(recommend(llama, chat, {}, as_published, no_offers)) ==
          "no accelerators were given to choose from");
    CHECK(said(recommend(llama, chat, three, as_published, no_offers, {.max_devices = 0})) ==
          "the number of devices allowed is 0; it must be from 1 to 1,000,000,000,000");
    workload too_long = chat;
    too_long.context = 200000_tok;
    too_long.request = {};
    CHECK(said(recommend(llama, too_long, three, as_published, no_offers)) ==
          "a context of 200,000 tokens is above the 131,072 that Llama-3.1-8B was made for; ask "
          "for at most that");
    CHECK(said(recommend(llama, workload{.context = 4096_tok}, three, as_published, no_offers))
              .find("neither a concurrency nor a request rate") == 0);
}

TEST_CASE(
    "the same question has the same answer, and equals keep the order in which they were given") {
    constexpr any_gpu twins[] = {gpus::h100_sxm_80gb, gpus::h100_sxm_80gb, gpus::h100_sxm_80gb};
    recommendation<> const found = ask(llama, chat, twins, {.rank_by = objective::devices});
    REQUIRE(found.plans.size() == 3);
    for (std::uint16_t i = 0; i < 3; ++i) {
        CHECK(found.plans[i].gpu == i);
    }
    recommendation<> const again = ask(llama, chat, twins, {.rank_by = objective::devices});
    for (std::uint16_t i = 0; i < 3; ++i) {
        CHECK(found.plans[i].spread == again.plans[i].spread);
        CHECK(found.plans[i].speed.end_to_end == again.plans[i].speed.end_to_end);
    }
}

TEST_CASE("what does not fit into the answer is counted") {
    auto const found =
        recommend<2, 1>(r1, long_and_many, catalog::gpus, as_published, no_offers, {});
    REQUIRE(found);
    CHECK(found->plans.size() == 2);
    CHECK(found->refusals.size() == 1);
    CHECK(found->refusals_dropped > 0);
    CHECK(found->plans_tried > 100);
}

TEST_CASE("a search over the whole catalogue allocates nothing") {
    auto const before = reckon::test::allocations();
    auto const found =
        recommend(r1, long_and_many, catalog::gpus, as_published, catalog::instances, {});
    auto const after = reckon::test::allocations();
    CHECK(after == before);
    REQUIRE(found);
    CHECK(found->plans.size() > 1);
    CHECK(ranked(*found));
    for (plan const& p : found->plans) {
        CHECK(p.memory.fits());
    }
}
