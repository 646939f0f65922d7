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

/// Program and backend of a row, as a generation of engines; empty where a table does not say.
std::string program_of(record const& row) {
    std::string const tool = lower(row["tool"]);
    std::string const backend = lower(row["backend"]);
    auto const is = [&](std::string_view name) { return contains(tool, name); };
    if (is("autoawq")) { return "AutoAWQ"; }
    if (is("exllama")) { return "ExLlama"; }
    if (is("mlc")) { return "MLC"; }
    if (is("vllm")) { return "vLLM alone"; }
    if (!is("llama")) { return ""; }
    if (contains(backend, "not stated")) { return ""; }
    if (contains(backend, "amdvlk")) { return "llama.cpp AMDVLK"; }
    if (contains(backend, "vulkan")) { return "llama.cpp Vulkan"; }
    if (contains(backend, "rocm")) { return "llama.cpp ROCm"; }
    return "";
}

/// llama.cpp uses flash attention by itself since late 2025; before, tables say when it was asked for.
bool fused_attention(record const& row) {
    std::string const notes = lower(row["notes"]);
    std::string_view const version = row["version"];
    if (!contains(lower(row["tool"]), "llama")) { return true; }
    auto const build = version.starts_with('b') ? whole_number(version.substr(1)) : std::nullopt;
    return contains(notes, "fa=true") || contains(version, "2026") || build.value_or(0) > 6700;
}

/// The mixture of a llama.cpp file; a publisher's own mixture (Q4_K_XL) as the usual one of its letter,
/// whose bytes are then scaled to those of the file.
found<recipe> file_format(record const& row, any_model const& m, vendor maker) {
    std::string format(row["format"]);
    if (format.find("_XL") != std::string::npos) {
        format.erase(format.find("_XL"));
        format += format.starts_with("Q8") ? "" : format.starts_with("Q6") ? "" : "_M";
        if (format == "Q8_K") { format = "Q8_0"; }
    }
    if (format.starts_with("EXL2")) { format = "int4"; }
    bool const gguf = contains(lower(row["tool"]), "llama");
    auto const named = gguf ? format_named("gguf " + format, m, maker) : found<recipe>{};
    return named ? named : format_named(format, m, maker);
}

/// Bytes of the file over those of the mixture, where the table states them; so is a mixture's own
/// choice of layers accounted for.
double of_described_bytes(record const& row, any_model const& m, recipe const& weights) {
    if (auto const bits = after(row["format"], "EXL2 ");
        bits && row["format"].starts_with("EXL2")) {
        auto const exact = number(row["format"].substr(5, 3));
        return exact.value_or(*bits) / bits_per_weight(weights[tensor_role::ffn_up]);
    }
    auto const stated = number(row["model_size_gib"]);
    if (!stated) { return 1; }
    double const ratio = in_bytes(bytes{gibibytes(*stated)}) /
                         in_bytes(weights_of(m, weights, reckon::layout{}).total());
    // Beyond this the table's size is of something else.
    constexpr double most = 1.25;
    return ratio < most && ratio > 1 / most ? ratio : 1;
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
        auto const weights = file_format(row, m, gpu->architecture.maker);
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
        load.engine_set = program_of(row);
        load.engine = &factors_of(load.engine_set);
        load.how = prompt_test ? protocol::stream_prompt : protocol::stream_generation;
        load.what = metric::output_rate;
        // A micro-batch that the test states: pp1024(ub128). One source asks ROCm's builds for 2,048.
        bool const wide = contains(row["notes"], "longctx") && contains(row["backend"], "ROCm");
        auto const passes = serving::passes_of_stream(
            m, *gpu, *weights, any_precision(bf16),
            {.prompt = tokens{prompt_test ? length : 1},
             .output = tokens{length},
             .depth = tokens{depth},
             .micro_batch = tokens{std::max(1.0, after(test, "(ub").value_or(wide ? 2048 : 512))},
             .devices = std::max<count>(1, whole_number(row["n_gpus"]).value_or(1)),
             .score_traffic = fused_attention(row) ? 0 : llama_cpp_kernels.score_traffic});
        if (!passes.known()) {
            refuse("no peak or no bandwidth of the accelerator was ever published");
            continue;
        }
        load.stream = passes.value();
        double const scale = of_described_bytes(row, m, *weights);
        load.stream.micro_batch.weights = load.stream.micro_batch.weights * scale;
        load.stream.step.weights = load.stream.step.weights * scale;
        r.load = load;
        r.suspect = contains(row["notes"], "SUSPECT");
        out.push_back(std::move(r));
    }
    return out;
}

} // namespace accuracy
