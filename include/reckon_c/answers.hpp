// SPDX-License-Identifier: MIT
// What the C interface answers, as JSON. Fields say their unit; what is exact is an integer.
#pragma once
#include <reckon/catalog/instances.hpp>
#include <reckon/serving/why_not.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <reckon_c/questions.hpp>
#include <span>
#include <string>
#include <string_view>

namespace reckon_c {

using json = nlohmann::ordered_json;

namespace detail {

/// A number that a count holds, as one.
[[nodiscard]] inline json whole(double value) {
    constexpr double most_whole = 9e18;
    return static_cast<count>(std::clamp(value, -most_whole, most_whole));
}
[[nodiscard]] inline json size_of(reckon::bytes b) { return whole(in_bytes(b)); }
[[nodiscard]] inline json tokens_of(reckon::tokens t) { return whole(in_tokens(t)); }
[[nodiscard]] inline json text_of(std::string_view text) { return std::string(text); }

template <class Quantity, class Read>
[[nodiscard]] json interval(reckon::estimate<Quantity> const& e, Read const& read) {
    return {{"value", read(e.value)}, {"low", read(e.low)}, {"high", read(e.high)}};
}
[[nodiscard]] inline json seconds_of(reckon::estimate<reckon::seconds> const& e) {
    return interval(e, [](reckon::seconds s) { return in_seconds(s); });
}

} // namespace detail

[[nodiscard]] inline json facts_of(reckon::any_model const& m) {
    auto const n = reckon::parameters_of(m);
    return {
        {"name", detail::text_of(m.name)},
        {"parameters", n.total},
        {"active_parameters", n.active},
        {"layers", reckon::layer_count(m)},
        {"max_context_tokens",
         m.max_context.known() ? detail::tokens_of(m.max_context.value()) : json(nullptr)},
        {"weights_bytes", detail::size_of(reckon::weights_of(m, m.published).total())},
        {"cache_bytes_per_token", in_bytes_per_token(reckon::cache_per_token(m, reckon::bf16))}};
}

[[nodiscard]] inline json memory_answer(deployment_question const& q) {
    using detail::size_of;
    auto const& d = q.deployment;
    reckon::serving::memory_report const r = memory_of(d);
    return {{"fits", r.fits()},
            {"verdict", detail::text_of(reckon::serving::explain(d, r).view())},
            {"devices", d.layout.devices()},
            {"capacity_bytes", size_of(r.capacity)},
            {"budget_bytes", size_of(r.budget)},
            {"needed_bytes", size_of(r.needed())},
            {"weights_bytes", size_of(r.weights)},
            {"host_bytes", size_of(r.host)},
            {"kv_cache_bytes", size_of(r.kv_cache)},
            {"activations_bytes", size_of(r.activations.value)},
            {"runtime_bytes", size_of(r.runtime.value)},
            {"outside_bytes", size_of(r.outside.value)},
            {"headroom_bytes", size_of(r.headroom())},
            {"cache_tokens", detail::tokens_of(r.cache_tokens)}};
}

[[nodiscard]] inline json largest_answer(deployment_question const& q) {
    return {{"context_tokens", detail::tokens_of(reckon::largest_context(q.deployment))},
            {"concurrency", reckon::largest_concurrency(q.deployment)}};
}

[[nodiscard]] inline reckon::result<json> speed_answer(deployment_question const& q) {
    auto const& d = q.deployment;
    auto const all = estimate_of(d, calibration_for(d.gpu, d.engine));
    using reckon::serving::constraint;
    if (all.memory.broken == constraint::layout || all.memory.broken == constraint::load) {
        return reckon::error{all.memory.broken == constraint::layout
                                 ? reckon::errc::indivisible_layout
                                 : reckon::errc::out_of_range,
                             reckon::serving::explain(d, all.memory)};
    }
    if (!all.speed.known) {
        reckon::sentence why{"a peak or a bandwidth of "};
        return reckon::error{reckon::errc::unknown_figure,
                             why.append(std::string_view(d.gpu.name))
                                 .append(" that its speed needs was never published.")};
    }
    reckon::serving::speed_report const& s = all.speed;
    return json{{"time_to_first_token_s", detail::seconds_of(s.time_to_first_token)},
                {"time_per_token_s", detail::seconds_of(s.time_per_token)},
                {"end_to_end_s", detail::seconds_of(s.end_to_end)},
                {"output_tokens_per_second",
                 detail::interval(s.output_throughput,
                                  [](reckon::token_rate r) { return in_tokens_per_second(r); })},
                {"requests_per_second", in_per_second(s.requests)},
                {"bound_by", detail::text_of(name(s.bound_by))},
                {"prompt_tokens", in_tokens(s.request.prompt)},
                {"output_tokens", in_tokens(s.request.output)}};
}

[[nodiscard]] inline json why_not_answer(deployment_question const& q) {
    constexpr reckon::recipe narrower[] = {reckon::fp8_block128, reckon::int4_g128};
    auto const why = reckon::why_not(q.deployment, narrower, q.most_gpus);
    json remedies = json::array();
    for (reckon::serving::remedy const& r : why.remedies) {
        remedies.push_back({{"change", detail::text_of(name(r.kind))},
                            {"value", r.value},
                            {"to", detail::text_of(r.to.view())},
                            {"mends", r.mends},
                            {"freed_bytes", detail::size_of(r.freed)},
                            {"devices", r.devices}});
    }
    return {
        {"fits", why.memory.fits()},
        {"sentence", detail::text_of(reckon::serving::explain(q.deployment, why.memory).view())},
        {"remedies", remedies}};
}

[[nodiscard]] inline reckon::result<json> recommend_answer(recommend_question const& q) {
    auto const found =
        reckon::recommend(q.model, q.load, std::span<reckon::any_gpu const>(q.gpus),
                          std::span<reckon::recipe const>(q.precisions),
                          std::span<reckon::offer const>(reckon::catalog::instances), q.rules);
    if (!found) { return found.error(); }
    json plans = json::array();
    for (reckon::plan const& p : *found) {
        if (plans.size() == q.most_plans) { break; }
        plans.push_back({{"accelerator", detail::text_of(q.gpus[p.gpu].id)},
                         {"devices", p.devices()},
                         {"replicas", p.replicas},
                         {"layout",
                          {{"tensor", p.spread.tensor},
                           {"pipeline", p.spread.pipeline},
                           {"data", p.spread.data},
                           {"expert", p.spread.expert}}},
                         {"needed_bytes", detail::size_of(p.memory.needed())},
                         {"budget_bytes", detail::size_of(p.memory.budget)},
                         {"time_to_first_token_s", in_seconds(p.speed.time_to_first_token.value)},
                         {"time_per_token_s", in_seconds(p.speed.time_per_token.value)},
                         {"output_tokens_per_second", in_tokens_per_second(p.output_throughput())},
                         {"usd_per_hour", p.price.known() ? json(in_usd_per_hour(p.price.value()))
                                                          : json(nullptr)}});
    }
    return json{{"plans", plans}, {"ways_tried", found->plans_tried}};
}

} // namespace reckon_c
