// SPDX-License-Identifier: MIT
// speed_serving.csv: which group a row belongs to, and the load that it describes.
#include "accuracy/names.hpp"
#include "accuracy/speed.hpp"

#include <reckon/serving/speculation.hpp>

#include <algorithm>

namespace accuracy {

namespace {

using namespace reckon;

/// The suffix of the group that a row may never leave. Only what the notes say of the
/// configuration.
std::string_view group_of(record const& row) {
    std::string const notes = lower(row["notes"]);
    std::string const load = lower(row["batch_or_concurrency"]);
    auto const says = [&](auto... words) { return (contains(notes, words) || ...); };
    if (says("disaggregat", "decode instance", "prefill instance", "prefill on ", "decode on ",
             "during prefill", "during decode") ||
        contains(load, "production")) {
        return "_disaggregated";
    }
    bool const off =
        says("no mtp", "no speculative", "without speculative", "mtp off", "speculation off");
    bool const on =
        !off && says("mtp speculative decoding on", "mtp-", "mtp on", "speculative decoding on",
                     "eagle", "simulated mtp", "draft model");
    if (on) { return "_speculative"; }
    if (contains(load, "open loop") || contains(load, "server") || contains(load, "interactive") ||
        contains(load, "rate") || contains(load, "req/s") || says("open loop")) {
        return "_open_loop";
    }
    // One family of tables marks every row that speculates, so that its silence is an answer.
    bool const stated = off || says("aggregated serving; date");
    bool const flagged = says("a speculative flag appears nearby");
    if (!stated && (flagged || ships_prediction_module(row["model"]))) { return "_mtp_unknown"; }
    return "";
}

/// What the engine keeps its cache in where a table does not say: TensorRT-LLM's fp8 and fp4
/// checkpoints carry cache scales, vLLM's and SGLang's default is 16 bit.
found<any_precision> cache_of(record const& row, recipe const& weights) {
    std::string const engine = lower(row["engine"]);
    bool const tensorrt = contains(engine, "tensorrt") || contains(engine, "trt");
    arithmetic const operands = weights[tensor_role::ffn_up].operands;
    if (row["kv_format"].empty() && tensorrt &&
        (operands == arithmetic::fp8 || operands == arithmetic::fp4)) {
        return {any_precision(fp8), {}};
    }
    return cache_named(row["kv_format"]);
}

struct engine_limits {
    engine profile{};
    double requests{};
};

engine_limits engine_of(record const& row, bool static_batch) {
    std::string const name = lower(row["engine"]);
    engine_limits e{engines::vllm, 1024};
    if (contains(name, "sglang")) { e.profile = engines::sglang; }
    if (contains(name, "trt") || contains(name, "tensorrt")) { e.requests = 2048; }
    if (static_batch) { e.profile.batched_tokens = 16384; }
    return e;
}

/// Bytes for the cache on one rank: what vLLM and TensorRT-LLM leave beside weights and engine.
std::optional<bytes> room_of(any_model const& m, any_gpu const& g, recipe const& weights,
                             cache_recipe const& cache, reckon::layout const& l, engine const& e) {
    serving::memory_report stage{};
    serving::detail::fill_stage(stage, m, weights, cache, l, e, tokens{1}, 1, 0);
    auto const capacity = serving::capacity_of(g, e);
    if (!capacity.known()) { return std::nullopt; }
    bytes const reserve = bytes{gibibytes(l.layer_group() > 1 ? 3.0 : 1.5)};
    return (capacity.value() - stage.weights - reserve) * 0.92;
}

} // namespace

std::vector<speed_row> serving_rows(table const& rows) {
    rows.require({"source_group", "engine", "engine_version", "model", "weight_format", "kv_format",
                  "gpu", "n_gpus", "tp", "pp", "ep", "dp", "batch_or_concurrency", "isl", "osl",
                  "metric", "value", "notes"});
    std::vector<speed_row> out;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        record const row{rows, i};
        std::string const kind(row["metric"]);
        auto const measured = number(row["value"]);
        std::string_view const base = kind == "tpot_ms"                  ? "tpot"
                                      : kind == "ttft_ms"                ? "ttft"
                                      : kind.starts_with("output_tok_s") ? "output_throughput"
                                      : kind.starts_with("total_tok_s")  ? "total_throughput"
                                                                         : "";
        if (base.empty() || !measured || *measured <= 0) { continue; }
        std::string_view const suffix = group_of(row);
        speed_row r{};
        r.result = {.file = "speed_serving.csv",
                    .row = i + 1,
                    .quantity = "speed_serving." + std::string(base) + std::string(suffix),
                    .measured = *measured,
                    .predicted = {},
                    .group = std::string(row["source_group"]),
                    .model = std::string(row["model"]),
                    .gpu = std::string(row["gpu"]),
                    .engine = lower(row["engine"])};
        auto const refuse = [&](std::string why) {
            r.result.predicted = prediction::none(std::move(why));
            out.push_back(std::move(r));
        };
        if (suffix == "_disaggregated") {
            refuse("disaggregated serving is not modelled yet");
            continue;
        }
        if (suffix == "_open_loop") {
            refuse("open-loop arrivals are not modelled yet");
            continue;
        }

        std::string const notes = lower(row["notes"]);
        bool const decode_only = kind.ends_with("decode_only");
        auto const prompt = number(row["isl"]);
        auto const output = decode_only ? std::optional<double>(number(row["osl"]).value_or(1))
                                        : number(row["osl"]);
        if (!prompt || !output) {
            refuse("prompt and output lengths are not stated");
            continue;
        }
        auto const model = model_named(row["model"]);
        if (!model) {
            refuse(model.reason);
            continue;
        }
        // Of the two memories of this superchip the first.
        bool const unsaid = row["gpu"].starts_with("GH200 (");
        auto const gpu = gpu_named(unsaid ? "GH200 96GB" : row["gpu"]);
        if (!gpu) {
            refuse(gpu.reason);
            continue;
        }
        any_model const& m = **model;
        auto const weights = format_named(row["weight_format"], m, gpu->architecture.maker);
        if (!weights) {
            refuse(weights.reason);
            continue;
        }
        auto const cache = cache_of(row, *weights);
        if (!cache) {
            refuse(cache.reason);
            continue;
        }
        bool const untold = row["tp"].empty() && row["pp"].empty() && row["dp"].empty();
        auto const layout = layout_of(row["n_gpus"], row["tp"], row["pp"], row["dp"], row["ep"], m);
        if (!layout) {
            refuse(untold ? "the parallel layout is not stated" : layout.reason);
            continue;
        }

        speed_case load{};
        load.calibration = &calibration_for(*gpu);
        load.set = hardware_of(*gpu);
        load.engine_set =
            generation_named(row["engine"], row["engine_version"], gpu->architecture.maker);
        load.engine = &factors_of(load.engine_set);
        load.prompt = *prompt;
        load.what = base == "tpot"                ? metric::time_per_token
                    : base == "ttft"              ? metric::time_to_first_token
                    : base == "output_throughput" ? metric::output_rate
                                                  : metric::total_rate;
        bool const fixed = contains(notes, "static batch") || contains(notes, "fixed batch");
        bool const engine_only = contains(notes, "engine only") ||
                                 contains(notes, "single-request prefill") ||
                                 (*output <= 1 && load.what == metric::time_to_first_token);
        load.how = decode_only   ? protocol::decode_only
                   : engine_only ? protocol::first_token
                   : fixed       ? protocol::static_batch
                                 : protocol::closed_loop;
        auto const limits = engine_of(row, fixed || engine_only);
        auto const replicas = static_cast<double>(layout->replicas);
        double concurrency = number(row["batch_or_concurrency"]).value_or(0);
        double waiting = 0;
        serving::request_shape const request{
            tokens{*prompt}, tokens{decode_only ? std::max(1.0, *output) : *output}};
        if (concurrency <= 0) {
            if (!lower(row["batch_or_concurrency"]).starts_with("max")) {
                refuse("the concurrency is not stated");
                continue;
            }
            load.how = protocol::saturated;
            auto const room = room_of(m, *gpu, *weights, *cache, layout->layout, limits.profile);
            if (!room) {
                refuse("the accelerator's memory is not known");
                continue;
            }
            double const held = serving::requests_that_fit(m, *cache, layout->layout,
                                                           limits.profile, *room, request);
            if (held < 1) {
                refuse("predicted not to fit");
                continue;
            }
            auto const groups = static_cast<double>(layout->layout.data);
            concurrency = std::min(held, limits.requests) * groups * replicas;
        } else if (load.how == protocol::closed_loop) {
            auto const room = room_of(m, *gpu, *weights, *cache, layout->layout, limits.profile);
            double const held =
                room ? serving::requests_that_fit(m, *cache, layout->layout, limits.profile, *room,
                                                  {request.prompt, request.output * 0.5})
                     : 0;
            double const places =
                std::max(1.0, held * static_cast<double>(layout->layout.data) * replicas);
            if (room && held >= 1 && places < concurrency) {
                waiting =
                    (concurrency - places) / replicas / static_cast<double>(layout->layout.data);
                concurrency = places;
            }
        }
        load.scale = replicas;
        if (kind.ends_with("per_gpu")) {
            load.scale /= number(row["n_gpus"])
                              .value_or(static_cast<double>(layout->layout.devices()) * replicas);
        }
        bool const local = contains(lower(row["engine"]), "llama.cpp");
        if (local) {
            load.calibration = &local_calibration_for(*gpu);
            load.set = std::string(load.calibration->name.view());
        }
        auto const passes = serving::passes_at(
            m, *gpu,
            local ? local_rates_of(*gpu, *weights)
                  : rates_of(*gpu, *weights, layout->layout.layer_group()),
            *cache, layout->layout, limits.profile, request, concurrency / replicas,
            serving::weights_of_all_stages(m, *weights, layout->layout, limits.profile));
        if (!passes.known()) {
            refuse("a peak, bandwidth or link of the accelerator was never published");
            continue;
        }
        load.passes = passes.value();
        load.passes.waiting = waiting;
        if (suffix == "_speculative") {
            // How far ahead: MTP-3; where it is not said, the one token of the published module.
            auto const at = notes.find("mtp-");
            auto const ahead =
                at == std::string::npos ? std::nullopt : whole_number(notes.substr(at + 4, 1));
            load.passes = serving::speculating(
                load.passes, m, *cache, layout->layout, limits.profile, request,
                serving::weights_of_all_stages(m, *weights, layout->layout, limits.profile),
                serving::own_module(ahead.value_or(1)));
        }
        r.load = load;
        out.push_back(std::move(r));
    }
    return out;
}

} // namespace accuracy
