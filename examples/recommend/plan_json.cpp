// SPDX-License-Identifier: MIT
#include "recommend/plan_sections.hpp"
#include "recommend/print_json.hpp"

namespace recommend {

using json = nlohmann::ordered_json;

namespace {

json fleet_of_plan(fleet_answer const& a, reckon::fleet_plan const& p) {
    question const& q = a.asked.asked;
    auto const of = a.asked.promise.limits.of;
    // Of replicas of two kinds nobody says how requests are dealt to them.
    auto const time = [&](reckon::serving::percentiles<reckon::seconds> const& t) {
        return known_or_null(p.at_busiest.stable, reckon::in_seconds(reckon::serving::at(t, of)));
    };
    json cost = json::object();
    for (reckon::fleet_way const w : reckon::fleet_ways) {
        std::string key = "usd_per_hour_";
        for (char const c : name(w)) {
            key += c == ' ' ? '_' : c;
        }
        cost[key] =
            known_or_null(p.cost[w].known(),
                          reckon::in_usd_per_hour(p.cost[w].value_or(reckon::usd_per_second{})));
    }
    bool const priced = p.cost.of[0].known();
    reckon::offer const* const offered =
        p.rented.known() ? &q.prices.offers[p.rented.value()] : nullptr;
    return {{"model", std::string(q.model_of(p).name.view())},
            {"precision", std::string(q.weights_of(p).name.view())},
            {"gpu", std::string(q.gpu_of(p).id.view())},
            {"layout", layout_of(p.spread)},
            {"requests_per_second_per_replica", known_or_null(reckon::in_per_second(p.capacity) > 0,
                                                              reckon::in_per_second(p.capacity))},
            {"replicas_least", p.range.least},
            {"replicas_most", p.range.most},
            {"gpus_most", p.devices()},
            {"lead_s", rounded(reckon::in_seconds(p.lead))},
            {"time_to_first_token_s", time(p.at_busiest.time_to_first_token)},
            {"time_per_token_s", time(p.at_busiest.time_per_token)},
            {"end_to_end_s", time(p.at_busiest.end_to_end)},
            {"cost", cost},
            {"provider", offered ? json(offered->provider.view()) : json(nullptr)},
            {"instance", offered ? json(offered->instance.view()) : json(nullptr)},
            {"seller", offered ? json(reckon::name(reckon::seller_of(*offered))) : json(nullptr)},
            {"cheapest_way", priced ? json(name(p.cost.cheapest)) : json(nullptr)},
            {"usd_per_day", known_or_null(priced, reckon::in_usd(a_day(p.cost.least)))},
            {"usd_per_million_output_tokens",
             known_or_null(p.cost.per_token.known(),
                           reckon::in_usd_per_million_tokens(
                               p.cost.per_token.value_or(reckon::usd_per_token{})))},
            {"board_power_w",
             known_or_null(p.power.known(), reckon::in_watts(p.power.value_or(reckon::watts{})))}};
}

/// Two fleets, under the names of their parts; null where they were not asked for or there are none.
json pair_of(fleet_answer const& a, std::optional<pair_answer> const& found, char const* first,
             char const* second) {
    if (!found) { return nullptr; }
    if (!found->day) { return {{"none_because", found->why}}; }
    reckon::fleet_pair<96> const& day = *found->day;
    json hours = json::array();
    for (std::size_t h = 0; h < day.first.hours.size(); ++h) {
        hours.push_back(
            {{"requests_per_second", rounded(reckon::in_per_second(day.first.hours[h].rate))},
             {first, day.first.hours[h].replicas},
             {second, day.second.hours[h].replicas}});
    }
    auto const part = [&](reckon::fleet_plan const& p) {
        return p.range.most > 0 ? fleet_of_plan(a, p) : json(nullptr);
    };
    bool const priced = day.cost.known();
    return {
        {first, part(day.of_first)},
        {second, part(day.of_second)},
        {"gpus_most", day.devices()},
        {"usd_per_day",
         known_or_null(priced, reckon::in_usd(a_day(day.cost.value_or(reckon::usd_per_second{}))))},
        {"usd_per_million_output_tokens",
         known_or_null(
             day.per_token.known(),
             reckon::in_usd_per_million_tokens(day.per_token.value_or(reckon::usd_per_token{})))},
        {"hours", hours}};
}

json model_of(question const& q, served const& one) {
    auto const why = q.exclusion_of(one);
    return {{"name", std::string(one.model.name.view())},
            {"licence", one.terms.name.empty() ? json(nullptr) : json(one.terms.name.view())},
            {"commercial_use", reckon::name(one.terms.commercial)},
            {"left_out_because", why ? json(why->message.view()) : json(nullptr)}};
}

} // namespace

json data_of(fleet_answer const& a) {
    reckon::traffic const t = a.asked.day();
    json plans = json::array();
    for (reckon::fleet_plan const& p : a.found->plans) {
        plans.push_back(fleet_of_plan(a, p));
    }
    json hours = json::array();
    for (reckon::fleet_hour const& h : a.hours.hours) {
        hours.push_back({{"requests_per_second", rounded(reckon::in_per_second(h.rate))},
                         {"replicas", h.replicas},
                         {"use", rounded(h.use)}});
    }
    json room = nullptr;
    if (a.room) {
        reckon::host::host_plan const& h = *a.room;
        room = {
            {"machines", h.machines},
            {"gpus_per_machine", a.in_machine},
            {"cores", h.cores},
            {"memory_bytes", rounded(reckon::in_bytes(h.memory))},
            {"disk_bytes", rounded(reckon::in_bytes(h.disk))},
            {"network_bytes_per_second", rounded(reckon::in_gigabytes_per_second(h.network) * 1e9)},
            {"supplies", h.supplies},
            {"machine_power_w", rounded(reckon::in_watts(h.power))},
            {"racks", h.racks},
            {"site_power_w", rounded(reckon::in_watts(h.site_power))},
            {"heat_btu_per_hour", rounded(h.heat_btu_per_hour)}};
    }
    json models = json::array();
    for (served const& one : a.asked.asked.models) {
        models.push_back(model_of(a.asked.asked, one));
    }
    json refusals = json::array();
    for (reckon::refusal const& r : a.found->refusals) {
        question const& q = a.asked.asked;
        refusals.push_back({{"model", std::string(q.model_of(r).name.view())},
                            {"precision", std::string(q.weights_of(r).name.view())},
                            {"gpu", std::string(q.gpu_of(r).id.view())},
                            {"layout", layout_of(r.spread)},
                            {"rule", reckon::serving::name(r.broken)}});
    }
    return {
        {"asked",
         {{"percentile", reckon::serving::name(a.asked.promise.limits.of)},
          {"prompt_tokens_mean", rounded(reckon::in_tokens(t.prompt.mean()))},
          {"output_tokens_mean", rounded(reckon::in_tokens(t.output.mean()))},
          {"context_tokens", rounded(reckon::in_tokens(reckon::longest_context(t)))},
          {"requests_per_second_busiest", rounded(reckon::in_per_second(reckon::busiest_rate(t)))},
          {"requests_per_second_mean", rounded(reckon::in_per_second(reckon::mean_rate(t)))},
          {"spare_replicas", a.asked.promise.spare}}},
        {"models", models},
        {"fleets", plans},
        {"pools", pair_of(a, a.pools, "prefill", "decode")},
        {"mixture", pair_of(a, a.mixture, "first", "second")},
        {"hours_of_first", hours},
        {"room_of_first", room},
        {"limits_that_exclude_every_plan", conflicts_of(a.excluded)},
        {"first_preferred", preference_of(a.found->preferred())},
        {"refused", refusals}};
}

std::vector<json> rows_of_fleet(json const& data) {
    std::vector<json> rows;
    auto const add = [&](char const* part, json const& p) {
        if (p.is_null()) { return; }
        json flat = {{"part", part}};
        for (auto const& [key, value] : p.items()) {
            if (key == "layout" || key == "cost") {
                for (auto const& [inner, v] : value.items()) {
                    flat[inner] = v;
                }
            } else {
                flat[key] = value;
            }
        }
        rows.push_back(flat);
    };
    for (json const& p : data["fleets"]) {
        add("fleet", p);
    }
    if (data["pools"].contains("hours")) {
        add("prefill pool", data["pools"]["prefill"]);
        add("decode pool", data["pools"]["decode"]);
    }
    if (data["mixture"].contains("hours")) {
        add("first of mixture", data["mixture"]["first"]);
        add("second of mixture", data["mixture"]["second"]);
    }
    return rows;
}

} // namespace recommend
