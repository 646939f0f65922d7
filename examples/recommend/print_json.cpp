// SPDX-License-Identifier: MIT
#include "recommend/print_json.hpp"
#include "recommend/words.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace recommend {

using json = nlohmann::ordered_json;
using reckon::count;
using reckon::in_bytes;
using reckon::in_seconds;
using reckon::in_tokens;

// Six significant digits: what is estimated is not known better.
json rounded(double value) {
    if (value == 0 || !std::isfinite(value)) { return value; }
    double const scale = std::pow(10.0, 5 - std::floor(std::log10(std::fabs(value))));
    return std::round(value * scale) / scale;
}

json known_or_null(bool known, double value) { return known ? rounded(value) : json(nullptr); }

json layout_of(reckon::layout const& l) {
    return {{"tensor", l.tensor},
            {"data", l.data},
            {"expert", l.expert},
            {"pipeline", l.pipeline},
            {"devices", l.devices()}};
}

json conflicts_of(reckon::conflicts const& found) {
    json excluded = json::array();
    for (reckon::conflict const& c : found) {
        bool const pair = c.second != reckon::serving::constraint::none;
        auto const figure = [](reckon::figure<double> const& f) {
            return known_or_null(f.known(), f.value_or(0));
        };
        excluded.push_back(
            {{"rule", reckon::serving::name(c.first)},
             {"limit", rounded(c.first_limit)},
             {"needed", figure(c.first_needed)},
             {"other_rule", pair ? json(reckon::serving::name(c.second)) : json(nullptr)},
             {"other_limit", pair ? rounded(c.second_limit) : json(nullptr)},
             {"other_needed", figure(c.second_needed)},
             {"sentence", std::string(reckon::explain(c).view())}});
    }
    return excluded;
}

json preference_of(reckon::preference const& why) {
    if (!why.made) { return nullptr; }
    constexpr double known = 1e100; // beyond: nobody quotes a price
    return {{"over", why.over},
            {"decided_by", reckon::name(why.by)},
            {"given_up", rounded(why.given_up)},
            {"times_better", known_or_null(why.times_better < known, why.times_better)}};
}

namespace {

json whole(double n) { return static_cast<count>(std::llround(std::clamp(n, -9e18, 9e18))); }
json size(reckon::bytes b) { return whole(in_bytes(b)); }
/// Integers without a point.
json number(double value) { return value == std::floor(value) ? whole(value) : rounded(value); }
std::string text(std::string_view s) { return std::string(s); }

json interval(double value, double low, double high, reckon::provenance from) {
    return {{"value", rounded(value)},
            {"low", rounded(low)},
            {"high", rounded(high)},
            {"from", reckon::name(from)}};
}
json seconds_of(reckon::estimate<reckon::seconds> const& e) {
    return interval(in_seconds(e.value), in_seconds(e.low), in_seconds(e.high), e.source);
}

json asked_of(answer const& a) {
    reckon::workload const& w = a.asked.filled;
    return {{"context_tokens", whole(in_tokens(w.context))},
            {"concurrency", w.concurrency > 0 ? json(w.concurrency) : json(nullptr)},
            {"requests_per_second",
             w.concurrency > 0 ? json(nullptr) : rounded(reckon::in_per_second(w.rate))},
            {"prompt_tokens", whole(in_tokens(w.request.prompt))},
            {"output_tokens", whole(in_tokens(w.request.output))},
            {"lengths_assumed", a.asked.lengths_assumed},
            {"engine", text(a.asked.rules.serving_engine.name)},
            {"kv_cache", text(a.asked.rules.kv_cache[reckon::state_kind::cache].name)},
            {"max_gpus", a.asked.rules.max_devices},
            {"objective", reckon::name(a.asked.rules.rank_by)},
            {"alike", rounded(a.asked.rules.alike)}};
}

json model_of(answer const& a, served const& one) {
    reckon::any_model const& m = one.model;
    auto const n = reckon::parameters_of(m);
    json weights = json::array();
    for (reckon::recipe const& r : one.precisions) {
        weights.push_back(
            {{"precision", text(r.name)}, {"bytes", size(reckon::weights_of(m, r).total())}});
    }
    auto const excluded = a.asked.exclusion_of(one);
    return {{"name", text(m.name)},
            {"licence", one.terms.name.empty() ? json(nullptr) : json(text(one.terms.name))},
            {"commercial_use", reckon::name(one.terms.commercial)},
            {"left_out_because", excluded ? json(excluded->message.view()) : json(nullptr)},
            {"quality", a.asked.quality_stated ? json(one.quality) : json(nullptr)},
            {"parameters", n.total},
            {"active_parameters", n.active},
            {"max_context_tokens",
             m.max_context.known() ? whole(in_tokens(m.max_context.value())) : json(nullptr)},
            {"weights", weights},
            {"kv_cache_bytes_per_token", number(reckon::in_bytes_per_token(
                                             reckon::cache_per_token(m, a.asked.rules.kv_cache)))}};
}

json memory_of(reckon::serving::memory_report const& m) {
    reckon::weight_bytes const& w = m.weight_parts;
    auto const fitted = [](reckon::estimate<reckon::bytes> const& e) {
        return json{{"value", size(e.value)},
                    {"low", size(e.low)},
                    {"high", size(e.high)},
                    {"from", reckon::name(e.source)}};
    };
    return {{"capacity", size(m.capacity)},
            {"budget", size(m.budget)},
            {"weights", size(m.weights)},
            {"weights_by_part",
             {{"routed_experts", size(w.routed_experts)},
              {"shared_experts", size(w.shared_experts)},
              {"dense_feed_forward", size(w.dense_ffn)},
              {"attention", size(w.attention)},
              {"embedding", size(w.embedding)},
              {"head", size(w.head)},
              {"norms_and_routers", size(w.other)},
              {"made_at_load", size(m.weights - w.total())}}},
            {"kv_cache", size(m.kv_cache)},
            {"activations", fitted(m.activations)},
            {"runtime", fitted(m.runtime)},
            {"headroom", size(m.headroom())},
            {"cache_tokens_needed", whole(in_tokens(m.tokens_needed))},
            {"cache_tokens_that_fit", whole(in_tokens(m.cache_tokens))}};
}

json speed_of(reckon::plan const& p) {
    reckon::serving::speed_report const& v = p.speed;
    auto const n = static_cast<double>(p.replicas);
    auto const rate = [&](reckon::token_rate r) { return reckon::in_tokens_per_second(r) * n; };
    auto const& all = v.output_throughput;
    return {{"time_to_first_token_s", seconds_of(v.time_to_first_token)},
            {"time_per_token_s", seconds_of(v.time_per_token)},
            {"end_to_end_s", seconds_of(v.end_to_end)},
            {"output_tokens_per_second",
             interval(rate(all.value), rate(all.low), rate(all.high), all.source)},
            {"requests_per_second", rounded(reckon::in_per_second(v.requests) * n)},
            {"roofline_prefill_s", rounded(in_seconds(v.prefill_bound))},
            {"roofline_step_s", rounded(in_seconds(v.decode_bound))},
            {"decode_bound_by", reckon::name(v.bound_by)}};
}

json refusal_of(answer const& a, refused const& r) {
    json j{{"model", text(a.asked.model_of(r.why).name)},
           {"gpu", text(a.gpu(r.why.gpu).id)},
           {"gpus", r.why.spread.devices()},
           {"layout", layout_of(r.why.spread)},
           {"precision", text(a.asked.weights_of(r.why).name)},
           {"rule", reckon::serving::name(r.why.broken)},
           {"numbers", numbers_text(r)}};
    if (r.instead) { j["layout_that_carries_it"] = layout_of(*r.instead); }
    if (r.carried_by > 0) { j["gpus_that_carry_it"] = r.carried_by; }
    if (r.why.fitting_requests > 0) { j["requests_that_fit"] = r.why.fitting_requests; }
    if (r.why.fitting_context > reckon::tokens{0}) {
        j["context_that_fits"] = whole(in_tokens(r.why.fitting_context));
    }
    return j;
}

json paper_of(answer const& a, paper_row const& r) {
    return {{"gpu", text(a.gpu(r.of.gpu).id)},
            {"layout", layout_of(r.spread)},
            {"budget_bytes", size(r.check.budget)},
            {"weights_bytes", size(r.check.weights)},
            {"kv_cache_bytes", size(r.check.cache())},
            {"tokens_needed", whole(in_tokens(r.check.needed))},
            {"tokens_that_fit", whole(in_tokens(r.check.fit))}};
}

json change_of(answer const& a, changed_load const& c) {
    reckon::effect const& e = c.then;
    return {{"what", c.what},
            {"traffic_factor", c.by.traffic},
            {"lengths_factor", c.by.lengths},
            {"first_plan_holds", e.holds},
            {"rule_broken", e.holds ? json(nullptr) : json(reckon::serving::name(e.broken.broken))},
            {"best_then", e.carried ? plan_of(a.asked, e.best) : json(nullptr)}};
}

} // namespace

json plan_of(question const& asked, reckon::plan const& p) {
    reckon::any_gpu const& g = asked.gpu_of(p);
    json offered = nullptr;
    if (p.rented.machines > 0) {
        reckon::offer const& o = asked.prices.offers[p.rented.offer];
        offered = {{"provider", text(o.provider)},
                   {"instance", text(o.instance)},
                   {"region", text(o.region)},
                   {"machines", p.rented.machines},
                   {"seller", reckon::name(reckon::seller_of(o))},
                   {"price_date", date_text(o.on_demand.value().as_of)}};
    }
    return {
        {"model", text(asked.model_of(p).name)},
        {"gpu", text(g.id)},
        {"gpu_name", text(g.name)},
        {"gpus", p.devices()},
        {"replicas", p.replicas},
        {"spare_replicas", p.spare},
        {"layout", layout_of(p.spread)},
        {"precision", text(asked.weights_of(p).name)},
        {"concurrency_per_replica", p.concurrency},
        {"memory_per_gpu_bytes", memory_of(p.memory)},
        {"speed", speed_of(p)},
        {"usd_per_hour", known_or_null(p.price.known(), reckon::in_usd_per_hour(p.price.value_or(
                                                            reckon::usd_per_second{})))},
        {"usd_per_million_output_tokens",
         known_or_null(p.per_token.known(), reckon::in_usd_per_million_tokens(
                                                p.per_token.value_or(reckon::usd_per_token{})))},
        {"offer", offered},
        {"board_power_w",
         known_or_null(p.power.known(), reckon::in_watts(p.power.value_or(reckon::watts{})))}};
}

json data_of(answer const& a) {
    json plans = json::array();
    for (std::size_t i = 0; i < std::min(a.asked.print.top, a.found->plans.size()); ++i) {
        plans.push_back(plan_of(a.asked, a.found->plans[i]));
    }
    json refusals = json::array();
    for (refused const& r : a.refusals) {
        refusals.push_back(refusal_of(a, r));
    }
    json paper = json::array();
    for (paper_row const& r : a.on_paper) {
        paper.push_back(paper_of(a, r));
    }
    json models = json::array();
    for (served const& one : a.asked.models) {
        models.push_back(model_of(a, one));
    }
    json changes = json::array();
    for (changed_load const& c : a.changes) {
        changes.push_back(change_of(a, c));
    }
    json best = json::array();
    if (a.best_by_two) {
        for (reckon::plan const& p : *a.best_by_two) {
            best.push_back(plan_of(a.asked, p));
        }
    }
    json relaxed = json::array();
    for (reckon::relaxation const& r : a.relaxed) {
        relaxed.push_back({{"rule", reckon::serving::name(r.rule)},
                           {"limit", rounded(r.limit)},
                           {"needed", rounded(r.needed)},
                           {"plan", plan_of(a.asked, r.instead)}});
    }
    return {{"asked", asked_of(a)},
            {"models", models},
            {"plans", plans},
            {"front_by_cost_and_latency", best},
            {"changes", changes},
            {"refused", refusals},
            {"refused_in_all", a.found->refusals.size()},
            {"limits_that_admit_a_plan", relaxed},
            {"limits_that_exclude_every_plan", conflicts_of(a.excluded)},
            {"first_preferred", preference_of(a.preferred)},
            {"on_paper", paper}};
}

std::vector<json> rows_of(answer const& a) {
    std::vector<json> rows;
    auto const row = [&](reckon::choice of, count gpus, std::string const& layout) {
        return json{{"rank", nullptr},
                    {"model", text(a.asked.model_of(of).name)},
                    {"precision", text(a.asked.weights_of(of).name)},
                    {"gpu", text(a.gpu(of.gpu).id)},
                    {"gpus", gpus},
                    {"layout", layout},
                    {"usd_per_hour", nullptr},
                    {"usd_per_million_output_tokens", nullptr},
                    {"time_to_first_token_s", nullptr},
                    {"time_per_token_s", nullptr},
                    {"output_tokens_per_second", nullptr},
                    {"board_power_w", nullptr},
                    {"refused_by", nullptr},
                    {"needed_and_had", nullptr}};
    };
    for (std::size_t i = 0; i < std::min(a.asked.print.top, a.found->plans.size()); ++i) {
        reckon::plan const& p = a.found->plans[i];
        json r = row(p, p.devices(), layout_text(p.spread, p.replicas, p.spare));
        json const all = plan_of(a.asked, p);
        r["rank"] = i + 1;
        for (char const* const key :
             {"usd_per_hour", "usd_per_million_output_tokens", "board_power_w"}) {
            r[key] = all[key];
        }
        for (char const* const key :
             {"time_to_first_token_s", "time_per_token_s", "output_tokens_per_second"}) {
            r[key] = all["speed"][key]["value"];
        }
        rows.push_back(std::move(r));
    }
    for (refused const& one : a.refusals) {
        json r = row(one.why, one.why.spread.devices(), layout_text(one.why.spread));
        r["refused_by"] = reckon::serving::name(one.why.broken);
        r["needed_and_had"] = numbers_text(one);
        rows.push_back(std::move(r));
    }
    return rows;
}

} // namespace recommend
