// SPDX-License-Identifier: MIT
// speed_single.csv: one stream on one machine, mostly llama.cpp: prompts (pp) and generation (tg).
#include "accuracy/names.hpp"
#include "accuracy/speed.hpp"

#include <algorithm>

namespace accuracy {

namespace {

using namespace reckon;

/// The number behind the first `key`, or nothing: "pp2048 @ d32768" -> 32768 for "d".
std::optional<double> after(std::string_view text, std::string_view key) {
    auto const at = text.find(key);
    if (at == std::string_view::npos) { return std::nullopt; }
    std::string_view rest = text.substr(at + key.size());
    while (!rest.empty() && rest.front() == ' ') {
        rest.remove_prefix(1);
    }
    return number(rest.substr(0, rest.find_first_not_of("0123456789")));
}

} // namespace

std::vector<speed_row> single_rows(table const& rows) {
    rows.require({"source_group", "tool", "backend", "model", "format", "gpu", "n_gpus", "test",
                  "tokens_per_s"});
    std::vector<speed_row> out;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        record const row{rows, i};
        auto const measured = number(row["tokens_per_s"]);
        if (!measured || *measured <= 0) { continue; }
        std::string const test = lower(row["test"]);
        bool const prompt_test = test.starts_with("pp") || test.starts_with("prefill");
        bool const generation = test.starts_with("tg") || test.starts_with("decode");
        if (!prompt_test && !generation) { continue; }
        speed_row r{};
        r.result = {.file = "speed_single.csv",
                    .row = i + 1,
                    .quantity = prompt_test ? "speed_single.prompt" : "speed_single.generation",
                    .measured = *measured,
                    .predicted = {},
                    .group = std::string(row["source_group"]),
                    .model = std::string(row["model"]),
                    .gpu = std::string(row["gpu"]),
                    .engine = lower(row["tool"])};
        auto const refuse = [&](std::string why) {
            r.result.predicted = prediction::none(std::move(why));
            out.push_back(std::move(r));
        };
        if (contains(row["backend"], "CPU") || contains(row["gpu"], "offload")) {
            refuse("layers on the host are not modelled yet");
            continue;
        }
        auto const model = model_named(row["model"]);
        if (!model) {
            refuse(model.reason);
            continue;
        }
        auto const gpu = gpu_named(row["gpu"]);
        if (!gpu) {
            refuse(gpu.reason);
            continue;
        }
        any_model const& m = **model;
        auto const weights = format_named(row["format"], m, gpu->architecture.maker);
        if (!weights) {
            refuse(weights.reason);
            continue;
        }
        // What was there before, and what the test adds.
        double const depth =
            std::max({after(test, "@ d").value_or(0), after(test, "@d").value_or(0),
                      after(test, "ctx").value_or(0)});
        double const length = prompt_test
                                  ? after(test, "pp").value_or(after(test, "prefill").value_or(512))
                                  : after(test, "tg").value_or(128);
        speed_case load{};
        load.calibration = &local_calibration_for(*gpu);
        load.set = std::string(load.calibration->name.view());
        load.how = prompt_test ? protocol::stream_prompt : protocol::stream_generation;
        load.what = metric::output_rate;
        // A micro-batch that the test states: pp1024(ub128).
        auto const passes = serving::passes_of_stream(
            m, *gpu, *weights, any_precision(bf16),
            {.prompt = tokens{prompt_test ? length : 1},
             .output = tokens{length},
             .depth = tokens{depth},
             .micro_batch = tokens{std::max(1.0, after(test, "(ub").value_or(512))},
             .devices = std::max<count>(1, whole_number(row["n_gpus"]).value_or(1))});
        if (!passes.known()) {
            refuse("no peak or no bandwidth of the accelerator was ever published");
            continue;
        }
        load.stream = passes.value();
        r.load = load;
        out.push_back(std::move(r));
    }
    return out;
}

} // namespace accuracy
