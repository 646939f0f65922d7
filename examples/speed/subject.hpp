// SPDX-License-Identifier: MIT
// The deployment that a command line describes, for the programs that ask how fast one is.
#pragma once
#include <reckon/catalog/find_gpu.hpp>
#include <reckon/catalog/find_model.hpp>
#include <reckon/detail/nearest.hpp>
#include <reckon/io/hugging_face.hpp>
#include <reckon/io/quantity_text.hpp>
#include <reckon/model/gguf_facts.hpp>
#include <reckon/precision/find_precision.hpp>
#include <reckon/serving.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>

namespace speed {

/// Options as typed.
struct typed_subject {
    std::string model{};
    std::string gpu{};
    std::string precision{"published"};
    std::string kv_cache{"bf16"};
    std::string engine{"vllm"};
    std::string prompt{};
    std::string output{};
    reckon::count gpus{1};
    reckon::count tensor{};
    reckon::count pipeline{1};
    reckon::count data{1};
    reckon::count expert{};
    reckon::count concurrency{1};
};

inline void add_subject_options(CLI::App& app, typed_subject& t) {
    app.add_option("--model", t.model, "A name of the catalogue, or the path of a config.json")
        ->required();
    app.add_option("--gpu", t.gpu, "An accelerator of the catalogue")->required();
    app.add_option("--gpus", t.gpus, "How many of them (default: 1)");
    app.add_option("--tensor", t.tensor, "Tensor parallelism (default: what the others leave)");
    app.add_option("--pipeline", t.pipeline, "Pipeline parallelism (default: 1)");
    app.add_option("--data", t.data, "Data-parallel attention (default: 1)");
    app.add_option("--expert", t.expert,
                   "Ranks that hold whole experts (default: all under --data, else 1)");
    app.add_option("--precision", t.precision,
                   "How weights are stored: bf16, fp8, Q4_K_M (default: as published)");
    app.add_option("--kv-cache", t.kv_cache, "How the cache is stored (default: bf16)");
    app.add_option("--engine", t.engine, "vllm, sglang or paper (default: vllm)");
    app.add_option("--prompt", t.prompt, "Tokens of a prompt: 2000 or 2K")->required();
    app.add_option("--output", t.output, "Tokens of an answer")->required();
    app.add_option("--concurrency", t.concurrency, "Requests in flight (default: 1)");
}

namespace detail {

inline reckon::error about(std::string_view option, reckon::error const& why) {
    return {why.code, reckon::sentence(option).append(": ").append(why.message.view())};
}

template <std::size_t N>
reckon::error not_one_of(std::string_view option, std::string_view given,
                         std::string_view const (&names)[N]) {
    reckon::sentence s = reckon::sentence(option).append(": ");
    reckon::detail::append_typed(s, given);
    s.append(" is not one of ");
    for (std::size_t i = 0; i < N; ++i) {
        s.append(i == 0 ? "" : ", ").append(names[i]);
    }
    reckon::detail::append_nearest(s, given, names);
    return {reckon::errc::unknown_name, s.append(".")};
}

inline reckon::possible_error below_one(std::string_view option, reckon::count value) {
    constexpr reckon::count most = reckon::count{1} << 20;
    if (value >= 1 && value <= most) { return {}; }
    return reckon::error{reckon::errc::out_of_range,
                         reckon::sentence(option).append(" is ").append_grouped(value).append(
                             "; it must be from 1 to 1,048,576.")};
}

inline reckon::result<reckon::tokens> length(std::string_view option, std::string const& text) {
    auto const read = reckon::io::parse_tokens(text);
    if (!read) { return about(option, read.error()); }
    if (!(*read >= reckon::tokens{1})) {
        return reckon::error{reckon::errc::out_of_range,
                             reckon::sentence(option).append(": must be at least 1 token.")};
    }
    return *read;
}

} // namespace detail

/// The deployment, with a context of prompt and answer; the first thing that is wrong with it otherwise.
inline reckon::result<reckon::any_deployment> understand(typed_subject const& t) {
    using detail::about;
    reckon::any_deployment d{};
    auto const model = t.model.ends_with(".json") ? reckon::io::read_hugging_face(t.model)
                                                  : reckon::find_model(t.model);
    if (!model) { return about("--model", model.error()); }
    d.model = *model;
    auto const gpu = reckon::find_gpu(t.gpu);
    if (!gpu) { return about("--gpu", gpu.error()); }
    d.gpu = *gpu;
    d.weights = d.model.published;
    if (t.precision != "published") {
        auto const recipe = reckon::find_recipe(t.precision, reckon::gguf_facts_of(d.model));
        if (!recipe) { return about("--precision", recipe.error()); }
        d.weights = *recipe;
    }
    auto const cache = reckon::find_cache_precision(t.kv_cache);
    if (!cache) { return about("--kv-cache", cache.error()); }
    d.kv_cache = *cache;
    constexpr std::string_view engines[] = {"vllm", "sglang", "paper"};
    reckon::engine const known[] = {reckon::engines::vllm, reckon::engines::sglang,
                                    reckon::engines::on_paper};
    auto const* const named = std::find(std::begin(engines), std::end(engines), t.engine);
    if (named == std::end(engines)) { return detail::not_one_of("--engine", t.engine, engines); }
    d.engine = known[named - std::begin(engines)];
    for (auto const& [option, value] : {std::pair{"--gpus", t.gpus},
                                        {"--pipeline", t.pipeline},
                                        {"--data", t.data},
                                        {"--concurrency", t.concurrency}}) {
        if (auto const bad = detail::below_one(option, value)) { return *bad; }
    }
    reckon::count const others = reckon::detail::multiply(t.pipeline, t.data);
    reckon::count const tensor =
        t.tensor > 0 ? t.tensor : std::max<reckon::count>(1, t.gpus / others);
    d.layout = {.tensor = tensor, .pipeline = t.pipeline, .data = t.data};
    d.layout.expert = t.expert > 0 ? t.expert : t.data > 1 ? d.layout.layer_group() : 1;
    if (t.tensor < 0 || t.expert < 0 || d.layout.devices() != t.gpus) {
        return reckon::error{reckon::errc::contradiction,
                             reckon::sentence("--gpus is ")
                                 .append_grouped(t.gpus)
                                 .append(", and tensor ")
                                 .append(tensor)
                                 .append(" x pipeline ")
                                 .append(t.pipeline)
                                 .append(" x data ")
                                 .append(t.data)
                                 .append(" is another number of accelerators.")};
    }
    if (reckon::layout_check const c = check(d.model, d.layout); !c.ok()) {
        return reckon::error{reckon::errc::indivisible_layout, explain(c).append(".")};
    }
    auto const prompt = detail::length("--prompt", t.prompt);
    if (!prompt) { return prompt.error(); }
    auto const output = detail::length("--output", t.output);
    if (!output) { return output.error(); }
    d.request = {*prompt, *output};
    d.max_context = *prompt + *output;
    d.concurrency = t.concurrency;
    if (d.model.max_context.known() && d.max_context > d.model.max_context.value()) {
        return reckon::error{reckon::errc::out_of_range,
                             reckon::sentence("--prompt and --output are together ")
                                 .append_fixed(in_tokens(d.max_context), 0)
                                 .append(" tokens, above the model's maximum of ")
                                 .append_fixed(in_tokens(d.model.max_context.value()), 0)
                                 .append(".")};
    }
    return d;
}

/// "Llama-3.1-70B in bf16 on 4 x H100 SXM 80GB, TP4, vLLM".
inline std::string title_of(reckon::any_deployment const& d) {
    std::string out = std::string(std::string_view(d.model.name)) + " in " +
                      std::string(std::string_view(d.weights.name)) + " on " +
                      std::to_string(d.layout.devices()) + " x " +
                      std::string(std::string_view(d.gpu.name));
    auto const degree = [&](char const* what, reckon::count n) {
        if (n > 1) { out += std::string(", ") + what + std::to_string(n); }
    };
    degree("TP", d.layout.tensor);
    degree("PP", d.layout.pipeline);
    degree("DP", d.layout.data);
    degree("EP", d.layout.expert);
    return out + ", " + std::string(std::string_view(d.engine.name));
}

} // namespace speed
