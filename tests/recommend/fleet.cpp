// SPDX-License-Identifier: MIT
// A day of traffic as replicas by the hour: the promise holds in every hour, and with a replica less it does not.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/recommend/fleet.hpp>
#include <reckon/recommend/fleet_cost.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;
using serving::percentile;

namespace {
constexpr serving::deployment llama{.model = models::llama_3_1_70b,
                                    .gpu = gpus::h100_sxm_80gb,
                                    .layout = {.tensor = 4},
                                    .weights = fp8_block128};
constexpr length_share prompts[] = {{500_tok, 0.6}, {2000_tok, 0.3}, {8000_tok, 0.1}};
constexpr length_share answers[] = {{100_tok, 0.5}, {500_tok, 0.5}};
/// Requests a second, from midnight: a quiet night, a working day with two peaks.
constexpr std::array<request_rate, 24> day = [] {
    constexpr double rates[] = {4,  3,  2,  2,  2,  3,  6,  12, 24, 40, 48, 46,
                                38, 42, 50, 47, 40, 30, 24, 20, 16, 12, 8,  6};
    std::array<request_rate, 24> all{};
    for (std::size_t i = 0; i < 24; ++i) {
        all[i] = per_second(4 * rates[i]);
    }
    return all;
}();
constexpr traffic office{.prompt = {prompts}, .output = {answers}, .rates = day};
constexpr fleet_rules promise{
    .limits = {.time_to_first_token = 2_s, .time_per_token = 50_ms, .of = percentile::p99},
    .starting = {.start = 60_s, .load = 30_s, .warm_up = 90_s}};

std::string why(auto const& refused) { return std::string(refused.error().message.view()); }
} // namespace

TEST_CASE("every hour keeps its promise, also with the spare gone; with one less it breaks") {
    auto const f = fleet_of(llama, office, promise);
    REQUIRE(f);
    REQUIRE(f->hours.size() == 24);
    CHECK(f->busiest == 14);
    CHECK(f->quietest == 2);
    CHECK(f->range == serving::replica_range{f->hours[2].replicas, f->hours[14].replicas});
    auto d = llama;
    d.request = mean_request(office);
    auto const curve = serving::curve_of(d, calibration_for(llama.gpu, llama.engine));
    REQUIRE(curve);
    auto const kept_by = [&](request_rate rate, count replicas) {
        return promise.limits.kept_by(
            serving::queue_of(*curve, arrivals_at(office, rate / static_cast<double>(replicas))));
    };
    for (fleet_hour const& h : f->hours) {
        CAPTURE(in_per_second(h.rate));
        CHECK(promise.limits.kept_by(h.queue));
        CHECK(kept_by(h.rate, h.replicas - 1));
        // The largest rate of a replica is known to one part in a thousand of its capacity.
        if (h.replicas > 2) { CHECK_FALSE(kept_by(h.rate * 1.002, h.replicas - 2)); }
        CHECK(near(h.use, h.rate / (f->capacity * static_cast<double>(h.replicas))));
    }
    // Without the spread of lengths the same machines would promise more.
    traffic alike = office;
    length_share const mean_prompt[] = {{office.prompt.mean(), 1}};
    length_share const mean_answer[] = {{office.output.mean(), 1}};
    alike.prompt = {mean_prompt};
    alike.output = {mean_answer};
    CHECK(fleet_of(llama, alike, promise)->capacity > f->capacity);
    // Nor less at a looser percentile.
    fleet_rules loose = promise;
    loose.limits.of = percentile::p50;
    CHECK(fleet_of(llama, office, loose)->capacity >= f->capacity);
}

TEST_CASE("a scaler that knows the day, and one that only sees it") {
    auto const f = fleet_of(llama, office, promise);
    REQUIRE(f);
    CHECK(near(f->lead, 180_s));
    CHECK(f->unforeseen.most >= f->range.most);
    // Who takes four hours to start must run four hours ahead: the night at what the morning needs.
    fleet_rules slow = promise;
    slow.starting.start = hours(4);
    auto const s = fleet_of(llama, office, slow);
    REQUIRE(s);
    CHECK(s->range == f->range);
    CHECK(s->unforeseen.most == f->range.most);
    CHECK(s->unforeseen.least > f->unforeseen.least);
}

// The same in a constant expression: an engine whose step is a straight line, with eight places.
namespace {
constexpr serving::service_curve eight_places = [] {
    serving::service_curve c{.most = 8, .prompt = 100_ms, .slot = 90_ms, .output = 100};
    c.steps.push_back({1, 20_ms});
    c.steps.push_back({8, 30_ms});
    return c;
}();
constexpr request_rate four_hours[] = {per_second(1), per_second(4), per_second(2), per_second(0)};
constexpr traffic short_day{.prompt = {prompts}, .output = {answers}, .rates = four_hours};
constexpr auto planned = fleet_of<4>(eight_places, short_day, {.spare = 1});
} // namespace
static_assert(planned->busiest == 1 && planned->quietest == 3);
static_assert(planned->range.least == 2); // one that always runs, and a spare
static_assert(planned->range.most > planned->hours[2].replicas);
static_assert(planned->hours[1].queue.stable && !planned->hours[3].queue.stable);

TEST_CASE("cold start of a replica") {
    auto d = llama;
    d.max_context = 8_Ktok;
    // 100 Gbit/s are slower than four links of the host: 70.6 GB of weights in 5.7 s.
    host::cold_start const c =
        cold_start_of(d, {.network = host::network_bandwidth(100)}, 20_s, 60_s);
    double const weights = in_bytes(serving::memory_of(d).weights) * 4;
    CHECK(near(c.load, seconds{weights / 12.5e9}));
    CHECK(near(c.total(), c.load + 80_s));
    // A disk of 3 GB/s decides where it is slower.
    CHECK(near(cold_start_of(d,
                             {.storage = data_rate_bytes_per_second(3e9),
                              .network = host::network_bandwidth(100)},
                             {}, {})
                   .load,
               seconds{weights / 3e9}));
    // A fleet whose rules say how weights come calculates its lead.
    fleet_rules loading = promise;
    loading.path.network = host::network_bandwidth(100);
    CHECK(near(fleet_of(llama, office, loading)->lead, c.load + 150_s));
    // Nothing but the links: PCIe 5.0 x16, four at once.
    CHECK(cold_start_of(d, {}, {}, {}).load < 1_s);
}

TEST_CASE("what a fleet cannot promise") {
    fleet_rules hasty = promise;
    hasty.limits.time_per_token = milliseconds(1);
    CHECK(why(fleet_of(llama, office, hasty))
              .starts_with("even a lone request's time per token, "
                           "p99, is "));
    CHECK(why(fleet_of(llama, office, hasty))
              .ends_with(" ms, and the limit is 1.0 ms; no number of replicas makes one faster."));
    fleet_rules brief = promise;
    brief.limits = {.end_to_end = 3_s, .of = percentile::p90};
    CHECK(why(fleet_of(llama, office, brief))
              .starts_with("even a lone request's end-to-end time, p90, is "));
    fleet_rules few = promise;
    few.most = count{3};
    CHECK(why(fleet_of(llama, office, few)).starts_with("hour "));
    CHECK(
        why(fleet_of(llama, office, few)).ends_with(" are allowed; allow more, or promise less."));
    traffic bad = office;
    bad.prefix_hit = -1;
    CHECK(why(fleet_of(llama, bad, promise)) == "prefix_hit is -1.000; it must be from 0 to 1.");
    CHECK(why(fleet_of<12>(llama, office, promise)) ==
          "the day has 24 rates, and the answer holds 12; give fewer, or fleet_of more room.");
    auto small = llama;
    small.layout = {};
    CHECK(why(fleet_of(small, office, promise)).starts_with("the longest request does not fit: "));
    fleet_rules wrong = promise;
    wrong.spare = -1;
    CHECK(why(fleet_of(llama, office, wrong)) == "spare is -1; give 0 or more replicas.");
}

TEST_CASE("machines that hold replicas, and replicas that take machines") {
    static_assert(machines_for(5, 2, 8) == 2);
    static_assert(machines_for(5, 8, 8) == 5);
    static_assert(machines_for(5, 16, 8) == 10);
    static_assert(machines_for(3, 4, 6) == 3); // two of six stay idle
    static_assert(machines_for(0, 4, 8) == 0);
}

TEST_CASE("what a day costs") {
    constexpr date read{2026, 11, 1};
    constexpr offer eight{.provider = "a cloud",
                          .instance = "eight H100",
                          .gpus = 8,
                          .on_demand = price{usd_per_hour(32), read},
                          .reserved_1y = price{usd_per_hour(20), read}};
    auto const f = fleet_of(llama, office, promise);
    REQUIRE(f);
    auto const c = cost_of(*f, 4, eight);
    REQUIRE(c);
    CHECK(c->most == (f->most() + 1) / 2);
    CHECK(near((*c)[fleet_way::fixed].value(), usd_per_hour(32.0 * static_cast<double>(c->most))));
    CHECK(
        near((*c)[fleet_way::reserved].value(), usd_per_hour(20.0 * static_cast<double>(c->most))));
    // By hand: two replicas in a machine, and three minutes more for each machine that starts.
    double machine_hours = 0;
    for (std::size_t i = 0; i < 24; ++i) {
        auto const now = static_cast<double>((f->hours[i].replicas + 1) / 2);
        auto const next = static_cast<double>((f->hours[(i + 1) % 24].replicas + 1) / 2);
        machine_hours += now + (next > now ? (next - now) * 0.05 : 0);
    }
    CHECK(near(c->mean_paid, machine_hours / 24));
    CHECK(near((*c)[fleet_way::scaled].value(), usd_per_hour(32 * machine_hours / 24)));
    CHECK((*c)[fleet_way::base_and_peak].value() <= (*c)[fleet_way::scaled].value());
    CHECK((*c)[fleet_way::base_and_peak].value() <= (*c)[fleet_way::reserved].value());
    CHECK(c->cheapest == fleet_way::base_and_peak);
    CHECK(near(c->per_token.value() * f->mean_output(), c->least));

    offer unquoted = eight;
    unquoted.reserved_1y = unknown;
    auto const only = cost_of(*f, 4, unquoted);
    REQUIRE(only);
    CHECK_FALSE((*only)[fleet_way::reserved].known());
    CHECK(only->cheapest == fleet_way::scaled);
    unquoted.on_demand = unknown;
    CHECK(why(cost_of(*f, 4, unquoted)) ==
          "the offer eight H100 of a cloud has no price on demand; give one or another offer.");
    CHECK(why(cost_of(*f, 0, eight)) == "replicas of 0 accelerators on machines of 8 are none; "
                                        "give at least one each.");
    CHECK(why(cost_of(*f, 4, eight, purchase::spot)) ==
          "a machine bought as a spot instance is no commitment; choose reserved for a year or "
          "three.");
    CHECK(why(cost_of(fleet<>{}, 4, eight)) == "the fleet has no hours; make it with fleet_of.");
}
