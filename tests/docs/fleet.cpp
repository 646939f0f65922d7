// SPDX-License-Identifier: MIT
// docs/laws/fleet.md: a day of traffic as replicas and money.
#include <reckon/io/format.hpp>
#include <reckon/reckon.hpp>
#include <reckon/recommend/fleet.hpp>
#include <reckon/recommend/fleet_cost.hpp>
#include <reckon/recommend/fleet_search.hpp>

#include <array>
#include <iostream>
#include <span>
#include <type_traits>

using namespace reckon;
using namespace reckon::literals;
using serving::percentile;

int main() {
    constexpr serving::deployment llama{.model = models::llama_3_1_70b,
                                        .gpu = gpus::h100_sxm_80gb,
                                        .layout = {.tensor = 4},
                                        .weights = fp8_block128};
    std::array<request_rate, 24> rates_by_hour{};
    for (std::size_t hour = 0; hour < 24; ++hour) {
        rates_by_hour[hour] = per_second(hour < 8 ? 8 : hour < 18 ? 150 : 60);
    }
    offer const machine{.gpus = 8,
                        .on_demand = price{usd_per_hour(32), {2026, 9, 1}},
                        .reserved_1y = price{usd_per_hour(20), {2026, 9, 1}}};
    std::array const formats{recipe(fp8_block128)};
    using candidate_model = candidate<std::remove_cvref_t<decltype(models::llama_3_1_70b)>>;
    std::array const one{candidate_model{&models::llama_3_1_70b, formats}};
    std::span<candidate_model const> const choice(one);
    std::array<any_gpu, 2> const devices{gpus::h100_sxm_80gb, gpus::h200_sxm};
    // [day]
    constexpr length_share prompts[] = {{500_tok, 0.6}, {2000_tok, 0.3}, {8000_tok, 0.1}};
    constexpr length_share answers[] = {{100_tok, 0.5}, {500_tok, 0.5}};
    traffic const day{.prompt = {prompts}, .output = {answers}, .rates = rates_by_hour};
    fleet_rules const promise{
        .limits = {.time_to_first_token = 2_s, .time_per_token = 50_ms, .of = percentile::p99},
        .starting = {.start = 60_s, .warm_up = 90_s},
        .path = {.network = host::network_bandwidth(100)}};
    auto const f = fleet_of(llama, day, promise); // replicas, use and waiting of every hour
    auto const c = cost_of(*f, llama.layout.devices(), machine); // fixed, scaled, reserved, ...
    auto const best =
        recommend_fleets(choice, day, devices, catalog::instances, {.max_devices = 320}, promise);
    // [/day]
    std::cout << "# day\n"
              << f->range.least << " to " << f->range.most << " replicas, "
              << io::to_text(c->of[static_cast<int>(c->cheapest)].value()) << '\n'
              << (best ? best->plans.size() : 0) << " ways to carry it are ranked\n";
}
