// SPDX-License-Identifier: MIT
// What the C interface is asked, read from JSON.
#pragma once
#include <reckon/catalog/find_gpu.hpp>
#include <reckon/catalog/find_model.hpp>
#include <reckon/io/command_line.hpp>
#include <reckon/io/deployment_json.hpp>
#include <reckon/recommend.hpp>

#include <string_view>
#include <vector>

namespace reckon_c {

using reckon::count;
using reckon::errc;

/// A deployment, and how far a remedy may go.
struct deployment_question {
    reckon::serving::any_deployment deployment{};
    count most_gpus{16};
};

/// A load, and what may carry it.
struct recommend_question {
    reckon::any_model model{};
    reckon::workload load{};
    reckon::plan_rules rules{};
    std::vector<reckon::any_gpu> gpus{};
    std::vector<reckon::recipe> precisions{};
    std::size_t most_plans{8};
};

namespace detail {

inline constexpr std::string_view source = "the question";
inline constexpr count most = count{1} << 40;

/// A length in tokens, 0 where it is not said.
[[nodiscard]] inline reckon::tokens tokens_field(reckon::io::json_fields& from,
                                                 std::string_view name) {
    return reckon::tokens{static_cast<double>(from.integer_or(name, 0, 1, most))};
}

/// What is wrong with the fields: one that was read, else one that nobody asked for.
[[nodiscard]] inline reckon::possible_error wrong_field(reckon::io::json_fields& from) {
    for (auto const& [key, value] : from.object().items()) {
        if (!from.seen(key)) {
            from.refuse(errc::unknown_name, key, "is no field of this question; leave it out.");
        }
    }
    if (from.failure()) { return *from.failure(); }
    return {};
}

[[nodiscard]] inline reckon::result<reckon::serving::any_deployment>
launched(reckon::io::json_fields& from, reckon::any_model const* model) {
    std::string_view const line = from.text_or("command_line", "");
    std::string_view const accelerator = from.text_or("accelerator", "");
    reckon::launch_load load{
        .concurrency = from.integer_or("concurrency", 0, 1, most),
        .request = {tokens_field(from, "prompt_tokens"), tokens_field(from, "output_tokens")}};
    for (char const* needed : {"command_line", "accelerator"}) {
        if (!from.contains(needed)) {
            from.refuse(errc::missing_field, needed,
                        "is missing; write it, or a \"deployment\" instead.");
        }
    }
    if (from.failure()) { return *from.failure(); }
    auto const read = model == nullptr ? reckon::read_command_line(line)
                                       : reckon::read_command_line(line, *model);
    if (!read) { return read.error(); }
    auto const gpu = reckon::find_gpu(accelerator);
    if (!gpu) { return gpu.error(); }
    return read->on(*gpu, load);
}

} // namespace detail

[[nodiscard]] inline reckon::result<deployment_question>
read_deployment_question(std::string_view text, reckon::any_model const* model) {
    auto const document = reckon::io::parse_json(text, detail::source);
    if (!document) { return document.error(); }
    reckon::io::json_fields from(*document, detail::source);
    deployment_question q{};
    q.most_gpus = from.integer_or("most_gpus", q.most_gpus, 1, 100'000);
    nlohmann::json const* const whole = from.object_or_none("deployment");
    if (whole != nullptr && model != nullptr) {
        return reckon::error{errc::contradiction,
                             "a deployment names its model; hand in none beside it."};
    }
    auto const read = whole != nullptr
                          ? reckon::io::read_deployment_json(whole->dump(), "the deployment")
                          : detail::launched(from, model);
    if (auto const wrong = detail::wrong_field(from)) { return *wrong; }
    if (!read) { return read.error(); }
    q.deployment = *read;
    return q;
}

namespace detail {

[[nodiscard]] inline reckon::possible_error read_candidates(reckon::io::json_fields& from,
                                                            recommend_question& q) {
    for (std::string_view const name : from.texts_or_none("accelerators")) {
        auto const gpu = reckon::find_gpu(name);
        if (!gpu) { return gpu.error(); }
        q.gpus.push_back(*gpu);
    }
    if (q.gpus.empty()) {
        q.gpus.assign(reckon::catalog::gpus.begin(), reckon::catalog::gpus.end());
    }
    if (std::string_view const format = from.text_or("weights", ""); !format.empty()) {
        auto const weights = reckon::io::detail::named_recipe(q.model, format);
        if (!weights) { return weights.error(); }
        q.precisions.push_back(*weights);
    }
    return {};
}

[[nodiscard]] inline reckon::possible_error read_rules(reckon::io::json_fields& from,
                                                       recommend_question& q) {
    using reckon::objective;
    std::string_view const wanted = from.text_or("rank_by", name(q.rules.rank_by));
    bool known = false;
    for (objective const o : {objective::cost, objective::hourly_cost, objective::throughput,
                              objective::latency, objective::devices}) {
        if (name(o) == wanted) {
            q.rules.rank_by = o;
            known = true;
        }
    }
    if (!known) {
        from.refuse(errc::unknown_name, "rank_by",
                    "is none of cost, hourly-cost, throughput, latency and gpus.");
    }
    q.rules.max_devices = from.integer_or("max_gpus", q.rules.max_devices, 1, 100'000);
    q.most_plans = static_cast<std::size_t>(from.integer_or("most_plans", 8, 1, 32));
    double limit = 0;
    auto const time = [&](std::string_view key) -> reckon::figure<reckon::seconds> {
        limit = 0;
        reckon::io::detail::read_number(from, key, limit);
        if (limit > 0) { return reckon::seconds{limit}; }
        return {};
    };
    q.rules.time_to_first_token = time("time_to_first_token_s");
    q.rules.time_per_token = time("time_per_token_s");
    return {};
}

} // namespace detail

[[nodiscard]] inline reckon::result<recommend_question>
read_recommend_question(std::string_view text, reckon::any_model const* model) {
    auto const document = reckon::io::parse_json(text, detail::source);
    if (!document) { return document.error(); }
    reckon::io::json_fields from(*document, detail::source);
    recommend_question q{};
    std::string_view const named = from.text_or("model", "");
    if ((model != nullptr) == from.contains("model")) {
        from.refuse(errc::missing_field, "model",
                    model == nullptr ? "is missing; write a name, or hand in a model."
                                     : "is given beside a model that is handed in; give one.");
        return *from.failure();
    }
    if (model == nullptr) {
        auto const found = reckon::find_model(named);
        if (!found) { return found.error(); }
        q.model = *found;
    } else {
        q.model = *model;
    }
    q.load.context = detail::tokens_field(from, "context_tokens");
    q.load.request = {detail::tokens_field(from, "prompt_tokens"),
                      detail::tokens_field(from, "output_tokens")};
    q.load.concurrency = from.integer_or("concurrency", 0, 1, detail::most);
    double rate = 0;
    reckon::io::detail::read_number(from, "requests_per_second", rate);
    q.load.rate = reckon::per_second(rate);
    if (auto const wrong = detail::read_candidates(from, q)) { return *wrong; }
    if (auto const wrong = detail::read_rules(from, q)) { return *wrong; }
    if (auto const wrong = detail::wrong_field(from)) { return *wrong; }
    return q;
}

} // namespace reckon_c
