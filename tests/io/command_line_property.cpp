// SPDX-License-Identifier: MIT
// Written and read back, every deployment that an engine can be told is the same one; and no text,
// however wild, is answered with anything but a launch or a sentence.
#include "support/property.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/io/command_line/write.hpp>
#include <reckon/io/deployment_json.hpp>
#include <reckon/io/kubernetes.hpp>
#include <reckon/io/kubernetes_reader.hpp>

#include <doctest/doctest.h>

#include <string>

using reckon::count;
using reckon::test::holds;
using reckon::tokens;

namespace {

using deployment = reckon::serving::any_deployment;

count number(count low, count high) { return *rc::gen::inRange<count>(low, high + 1); }
bool coin() { return *rc::gen::arbitrary<bool>(); }
count power_of_two(int most) { return count{1} << *rc::gen::inRange(0, most + 1); }
double hundredths(int low, int high) {
    return static_cast<double>(*rc::gen::inRange(low, high + 1)) / 100;
}

std::string_view any_model_name() {
    return *rc::gen::element<std::string_view>(
        "DeepSeek-R1", "deepseek-r1-fp4", "Llama-3.1-8B", "gpt-oss-120b", "Qwen3-235B-A22B",
        "qwen3-235b-a22b-fp8", "Qwen3-Next-80B-A3B", "DeepSeek-V3.2", "Kimi-K2-Instruct",
        "gemma-3-27b", "Qwen3-VL-8B");
}

std::string any_name() {
    std::string const letters = "aZ9 '\"\\$#-_.,:{}[]&*!|>%@`";
    std::string name;
    for (count n = number(0, 12); n > 0; --n) {
        name +=
            letters[static_cast<std::size_t>(number(0, static_cast<count>(letters.size()) - 1))];
    }
    while (!name.empty() && name[0] == '-') { // a value that begins with a dash would be a flag
        name.erase(0, 1);
    }
    return name;
}

/// What all engines can be told.
deployment any_deployment(reckon::engine const& engine) {
    deployment d{};
    d.model = *reckon::find_model(any_model_name());
    d.gpu = reckon::gpus::h200_sxm;
    d.weights = d.model.published;
    d.kv_cache = reckon::io::command::packs_latents(d.model, engine) && engine.name.view() == "vLLM"
                     ? reckon::cache_recipe(reckon::fp8)
                     : reckon::cache_recipe(reckon::io::command::compute_type(d.weights));
    d.engine = engine;
    d.max_context = tokens{static_cast<double>(number(1, 40960))};
    if (coin()) { d.engine.memory_utilization = hundredths(1, 100); }
    if (coin()) { d.engine.sequences = number(1, 4096); }
    if (coin()) { d.engine.batched_tokens = number(1, 1 << 20); }
    return d;
}

void choose_vllm(deployment& d) {
    bool const mixture = reckon::io::command::detail::has_experts(d.model);
    d.layout = {.tensor = power_of_two(5), .pipeline = number(1, 4)};
    if (mixture && coin()) { d.layout.data = power_of_two(4); }
    if (mixture && coin()) { d.layout.expert = d.layout.layer_group(); }
    if (d.layout.expert > 1 && coin()) { d.layout.redundant_experts = number(1, 64); }
    if (coin()) { d.layout.context = d.layout.tensor; }
    d.name = reckon::label(std::string_view(any_name()));
    if (coin()) { d.engine.block_tokens = power_of_two(8); }
    if (coin()) { d.engine.captured = number(1, 1024); }
    if (coin()) { d.engine.graphs = false; }
    if (coin()) {
        d.engine.cache_bytes = reckon::bytes{static_cast<double>(number(1, count{1} << 40))};
    }
    if (coin()) { d.engine.host_weights = reckon::gibibytes(hundredths(1, 10000)); }
    if (coin()) { d.engine.unchunked = static_cast<count>(in_tokens(d.max_context)); }
    if (coin()) { d.engine.prediction_modules = d.model.mtp.layers; }
    if (coin()) {
        d.engine.adapters = number(1, 32);
        d.engine.adapter_rank = power_of_two(8);
    }
    if (coin()) { d.kv_cache = reckon::fp8; }
    if (reckon::io::command::is_plain(d.weights) && coin()) { d.weights = reckon::fp8_per_tensor; }
    if (coin()) { d.model.sides = reckon::io::command::detail::without_towers(d.model.sides); }
}

void choose_sglang(deployment& d) {
    choose_vllm(d);
    d.layout.context = 1;
    d.engine.cache_bytes = {};
    if (d.layout.expert == 1) { d.layout.redundant_experts = 0; }
}

void choose_tensorrt_llm(deployment& d) {
    d.layout = {.tensor = power_of_two(5), .pipeline = number(1, 4)};
    if (reckon::io::command::detail::has_experts(d.model) && coin()) {
        d.layout.expert = d.layout.tensor;
    }
    if (coin()) { d.layout.data = std::exchange(d.layout.tensor, 1); }
    if (coin()) { d.kv_cache = reckon::fp8; }
}

void choose_llama_cpp(deployment& d) {
    d.engine = reckon::engines::llama_cpp;
    d.model.sides = reckon::io::command::detail::without_towers(d.model.sides);
    d.name = reckon::label(std::string_view(any_name()));
    d.concurrency = number(1, 64);
    d.engine.sequences = d.concurrency;
    if (coin()) { d.engine.batched_tokens = number(1, 4096); }
    d.layout.pipeline = number(1, 8);
    std::string_view const type =
        *rc::gen::element<std::string_view>("Q4_K_M", "Q8_0", "BF16", "IQ3_XS");
    d.weights = *reckon::gguf_recipe_for(d.model, type);
    d.kv_cache = *rc::gen::element<reckon::cache_recipe>(reckon::fp16, reckon::gguf::q8_0,
                                                         reckon::gguf::q4_0);
}

std::string difference(deployment const& d, reckon::launch const& back) {
    return std::string(reckon::io::command::first_difference(back, d));
}

void check_round_trip(deployment const& d) {
    auto const line = reckon::write_command_line(d);
    if (!line) { RC_FAIL(std::string(line.error().message.view())); }
    RC_LOG() << line->view();
    auto const back = reckon::read_command_line(line->view());
    if (!back) { RC_FAIL(std::string(back.error().message.view())); }
    RC_ASSERT(difference(d, *back) == "");
    if (d.layout.devices() <= 8) {
        auto const yaml = reckon::io::write_container(d, {.image = "x"});
        if (!yaml) { RC_FAIL(std::string(yaml.error().message.view())); }
        RC_LOG() << *yaml;
        auto const contained = reckon::io::read_container(*yaml);
        if (!contained) { RC_FAIL(std::string(contained.error().message.view())); }
        RC_ASSERT(difference(d, *contained) == "");
    }
}

void check_json(deployment d) {
    d.concurrency = number(1, 1000);
    if (coin()) { d.request = {tokens{1024}, tokens{static_cast<double>(number(1, 9999))}}; }
    auto const text = reckon::io::write_json(d);
    if (!text) { RC_FAIL(std::string(text.error().message.view())); }
    RC_LOG() << *text;
    auto const back = reckon::io::read_deployment_json(*text);
    if (!back) { RC_FAIL(std::string(back.error().message.view())); }
    RC_ASSERT(back->name == d.name);
    RC_ASSERT(back->model == d.model);
    RC_ASSERT(back->gpu == d.gpu);
    RC_ASSERT(back->layout == d.layout);
    RC_ASSERT(back->weights == d.weights);
    RC_ASSERT(back->kv_cache == d.kv_cache);
    RC_ASSERT(back->max_context == d.max_context);
    RC_ASSERT(back->concurrency == d.concurrency);
    RC_ASSERT(back->request == d.request);
    RC_ASSERT(back->engine == d.engine);
}

} // namespace

TEST_CASE("read(write(d)) == d") {
    CHECK(holds("vLLM", [] {
        auto d = any_deployment(reckon::engines::vllm);
        choose_vllm(d);
        check_round_trip(d);
    }));
    CHECK(holds("SGLang", [] {
        auto d = any_deployment(reckon::engines::sglang);
        choose_sglang(d);
        check_round_trip(d);
    }));
    CHECK(holds("TensorRT-LLM", [] {
        auto d = any_deployment(reckon::engines::tensorrt_llm);
        choose_tensorrt_llm(d);
        check_round_trip(d);
    }));
    CHECK(holds("llama.cpp", [] {
        auto d = any_deployment(reckon::engines::vllm);
        choose_llama_cpp(d);
        check_round_trip(d);
    }));
}

TEST_CASE("JSON: read(write(d)) == d") {
    CHECK(holds("all engines", [] {
        int const which = *rc::gen::inRange(0, 4);
        auto d = any_deployment(which == 0   ? reckon::engines::vllm
                                : which == 1 ? reckon::engines::sglang
                                : which == 2 ? reckon::engines::tensorrt_llm
                                             : reckon::engines::llama_cpp);
        reckon::any_model const whole = d.model;
        if (which == 0) { choose_vllm(d); }
        if (which == 1) { choose_sglang(d); }
        if (which == 2) { choose_tensorrt_llm(d); }
        if (which == 3) { choose_llama_cpp(d); }
        d.model = whole; // JSON names models whole
        check_json(d);
    }));
}

TEST_CASE("any text is a launch or a sentence") {
    CHECK(holds("words from the vocabulary", [] {
        std::string line = *rc::gen::element<std::string>("vllm serve ", "sglang serve ",
                                                          "trtllm-serve ", "llama-server ", "");
        for (count n = number(0, 12); n > 0; --n) {
            line += *rc::gen::element<std::string>(
                "--tensor-parallel-size", "-tp=", "4", "gpt-oss-20b", "-1", "'", "\"", "\\", "\n",
                " # ", "--kv-cache-dtype", "fp8", "--hf-overrides", "{}", "=", "--no-", "--", "-",
                "-hf", "Qwen/Qwen3-8B-GGUF:Q8_0", "--max-model-len", "1e9", "99999999999999999999",
                "$", "-O", "-c");
            if (coin()) { line += ' '; }
        }
        auto const read = reckon::read_command_line(line);
        if (!read) {
            RC_ASSERT(!read.error().message.empty());
            return;
        }
        RC_ASSERT(read->layout.devices() >= 1);
        RC_ASSERT(in_tokens(read->max_context) >= 0);
    }));
}
