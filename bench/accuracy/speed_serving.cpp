// SPDX-License-Identifier: MIT
// speed_serving.csv: which group a row belongs to, and the load that it describes.
#include "accuracy/names.hpp"
#include "accuracy/speed.hpp"

#include <reckon/serving/speculation.hpp>

#include <algorithm>

namespace accuracy {

namespace {

using namespace reckon;

bool speculation_off(std::string_view notes) {
    auto const says = [&](auto... words) { return (contains(notes, words) || ...); };
    return says("no mtp", "no speculative", "without speculative", "mtp off", "speculation off");
}

bool speculates(std::string_view notes) {
    auto const says = [&](auto... words) { return (contains(notes, words) || ...); };
    return !speculation_off(notes) &&
           says("mtp speculative decoding on", "mtp-", "mtp on", "speculative decoding on", "eagle",
                "simulated mtp", "draft model");
}

/// The suffix of the group that a row may never leave. Only what the notes say of the
/// configuration.
std::string_view group_of(record const& row) {
    std::string const notes = lower(row["notes"]);
    std::string const load = lower(row["batch_or_concurrency"]);
    auto const says = [&](auto... words) { return (contains(notes, words) || ...); };
    if (says("disaggregat", "decode instance", "prefill instance", "prefill on ", "decode on ",
             "prefill/decode separat", "decode profile", "during prefill", "during decode") ||
        contains(load, "production")) {
        return "_disaggregated";
    }
    bool const off = speculation_off(notes);
    if (speculates(notes)) { return "_speculative"; }
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

/// Engines of one kind: "prefill 8 GPU (tp4 ep1 x2)" are two of four devices each.
struct stated_pool {
    count devices{};
    count tensor{1};
    count expert{1};
    count engines{}; ///< 0: not stated
};

stated_pool pool_named(std::string_view notes, std::string_view role) {
    auto const at = notes.find(std::string(role) + " ");
    if (at == std::string_view::npos) { return {}; }
    std::string_view const text = notes.substr(at, notes.find(')', at) - at);
    auto const after = [&](std::string_view key) -> std::optional<count> {
        auto const place = text.find(key);
        if (place == std::string_view::npos) { return std::nullopt; }
        std::string_view const digits = text.substr(place + key.size());
        return whole_number(digits.substr(0, digits.find_first_not_of("0123456789")));
    };
    auto const devices = after(std::string(role) + " ");
    auto const tensor = after("(tp");
    auto const expert = after(" ep");
    auto const engines = after(" x");
    if (!devices || !tensor || !expert || !engines || *engines < 1) { return {}; }
    return stated_pool{*devices, *tensor, *expert, *engines};
}

/// The layout of a fleet of data-parallel ranks that share experts. Copies of busy experts fill up ranks that
/// the experts do not go into evenly (288 on 72): such a rank does what one of 64 with 256 does.
std::optional<reckon::layout> fleet_of(any_model const& m, count ranks) {
    for (count even = ranks; even > 1; --even) {
        reckon::layout const l{.tensor = 1, .pipeline = 1, .data = even, .expert = even};
        if (check(m, l).ok()) { return l; }
    }
    return std::nullopt;
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

/// The number behind `words`, or nothing.
std::optional<double> after_words(std::string_view text, std::string_view words) {
    auto const at = text.find(words);
    if (at == std::string_view::npos) { return std::nullopt; }
    std::string_view const rest = text.substr(at + words.size());
    return number(rest.substr(0, rest.find_first_not_of("0123456789.")));
}

/// The rate of an open loop and the requests of its run, where a row states them.
struct stated_arrivals {
    double rate{};     ///< 0: all at once
    double requests{}; ///< 0: not stated
    bool known{};
};

stated_arrivals arrivals_of(std::string_view load, std::string_view notes) {
    /// The number that ends before `at`.
    auto const before = [](std::string_view text, std::size_t at) -> std::optional<double> {
        text = text.substr(0, at);
        auto const last = text.find_last_of("0123456789");
        if (last == std::string_view::npos || at - last > 12) { return std::nullopt; }
        text = text.substr(0, last + 1);
        auto const first = text.find_last_not_of("0123456789.");
        return number(first == std::string_view::npos ? text : text.substr(first + 1));
    };
    stated_arrivals found{};
    for (std::string_view const unit : {"req/s", "requests/s", "sessions/s", "rps"}) {
        auto const at = load.find(unit);
        if (at == std::string_view::npos) { continue; }
        if (auto const rate = before(load, at)) { found = {*rate, 0, true}; }
    }
    if (auto const at = load.find("rate"); !found.known && at != std::string_view::npos) {
        auto const first = load.find_first_of("0123456789", at);
        if (first != std::string_view::npos) {
            std::string_view const digits = load.substr(first);
            if (auto const rate =
                    number(digits.substr(0, digits.find_first_not_of("0123456789.")))) {
                found = {*rate, 0, true};
            }
        }
    }
    if (!found.known && contains(load, "inf")) { found.known = true; }
    if (auto const at = notes.find(" requests"); at != std::string_view::npos) {
        found.requests = before(notes, at).value_or(0);
    } else if (auto const named = notes.find("requests"); named != std::string_view::npos) {
        found.requests = before(notes, named).value_or(0);
    }
    return found;
}

/// What a table calls a device, as the catalogue does.
struct stated_device {
    std::string name{};
    count of_one{1}; ///< of these, ranks of an engine, in one that the table counts
};

stated_device device_of(std::string_view gpu) {
    // Each half of these cards is a device: at which batch vLLM changes its kernel of attention shows the heads of
    // a rank, and at 2, 4 and 8 cards they are those of 4, 8 and 16 ranks.
    if (gpu == "MI250" || gpu == "MI250X") { return {std::string(gpu) + " GCD", 2}; }
    // Counted by tiles: ZE_FLAT_DEVICE_HIERARCHY is FLAT there (vLLM/Max1550/README.md of the source).
    if (gpu.starts_with("Intel-Max-1550")) { return {"Max 1550 tile", 1}; }
    // The scripts of this source write to Polaris' file system, whose nodes have the variant of 40 GB; and four
    // of its devices were too small for the caches of a 70B model.
    if (gpu == "A100 (memory size not stated in repo)") { return {"A100 SXM 40GB", 1}; }
    // Of the two memories of this superchip the first.
    if (gpu.starts_with("GH200 (")) { return {"GH200 96GB", 1}; }
    return {std::string(gpu), 1};
}

/// A count in a table, so many times.
std::string times(std::string_view counted, count of_one) {
    auto const n = whole_number(counted);
    return n && of_one > 1 ? std::to_string(of_one * *n) : std::string(counted);
}

struct engine_limits {
    engine profile{};
    double requests{};
};

engine_limits engine_of(record const& row, bool static_batch) {
    std::string const name = lower(row["engine"]);
    engine_limits e{engines::vllm, 1024};
    if (contains(name, "sglang")) { e.profile = engines::sglang; }
    // Which kernels decode is a matter of the release.
    if (contains(name, "vllm") && contains(lower(row["engine_version"]), "2024")) {
        e.profile.version = {0, 6, 1};
    }
    if (contains(name, "deepspeed")) { e.profile.name = "DeepSpeed"; }
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
                                      : kind.starts_with("input_tok_s")  ? "input_throughput"
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
        std::string const notes = lower(row["notes"]);
        // On one of these devices each run holds 17 s that neither requests nor tokens explain: their times are
        // 17.0 s and 13.9 ms for each token of one request, and the same 17 s with 16, 32 and 64.
        r.suspect = row["gpu"] == "Intel-Max-1550 (PVC)" && row["n_gpus"] == "1";
        bool const fleet = contains(notes, "8-gpu node") || contains(notes, "per node");
        bool const prefill_only = base == "input_throughput";
        bool const decode_only = kind.ends_with("decode_only") || (fleet && !prefill_only);
        stated_pool const prefillers =
            suffix == "_disaggregated" ? pool_named(notes, "prefill") : stated_pool{};
        stated_pool const decoders =
            suffix == "_disaggregated" ? pool_named(notes, "decode") : stated_pool{};
        bool const apart_pools = prefillers.engines > 0 && decoders.engines > 0;
        // This laboratory draws lengths evenly from 80 to 100 % of those it states.
        bool const mixed =
            contains(notes, "inferencex db dump") || contains(notes, "aggregated serving; date");
        double const drawn = mixed ? 0.9 : 1;
        auto prompt = number(row["isl"]);
        auto output = decode_only || prefill_only
                          ? std::optional<double>(number(row["osl"]).value_or(1))
                          : number(row["osl"]);
        if (prompt) { *prompt *= drawn; }
        if (output) { *output *= drawn; }
        if (!prompt || !output) {
            refuse("prompt and output lengths are not stated");
            continue;
        }
        auto const model = model_named(row["model"]);
        if (!model) {
            refuse(model.reason);
            continue;
        }
        // vLLM refuses these, and a clock then measures refusals; others serve what they were not made for.
        if (figure<tokens> const longest = (*model)->max_context;
            contains(lower(row["engine"]), "vllm") && longest.known() &&
            tokens{*prompt + *output} > longest.value()) {
            refuse("the requests are longer than the model's context");
            continue;
        }
        auto const used = device_of(row["gpu"]);
        auto const gpu = gpu_named(used.name);
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
        // "moe_tp 4" beside tp 2: experts over more ranks than attention, which is then data-parallel.
        auto const experts_at = notes.find("moe_tp ");
        count const attention_ranks = whole_number(row["tp"]).value_or(1);
        count const expert_ranks =
            experts_at == std::string::npos
                ? 0
                : whole_number(notes.substr(experts_at + 7, 1)).value_or(0) *
                      std::max<count>(1, whole_number(row["ep"]).value_or(1));
        bool const apart = expert_ranks > attention_ranks && row["dp"].empty() &&
                           expert_ranks % attention_ranks == 0;
        std::string const spread_over = apart ? std::to_string(expert_ranks) : "";
        std::string const spread_groups =
            apart ? std::to_string(expert_ranks / attention_ranks) : "";
        auto const layout = [&]() -> found<stated_layout> {
            if (fleet) {
                auto const ranks = fleet_of(m, whole_number(row["ep"]).value_or(1));
                return ranks ? found<stated_layout>{stated_layout{*ranks, 1}, {}}
                             : found<stated_layout>::none("the parallel layout is not stated");
            }
            if (apart_pools) {
                return layout_of(std::to_string(decoders.devices / decoders.engines),
                                 std::to_string(decoders.tensor), "", row["dp"],
                                 std::to_string(decoders.expert), m);
            }
            std::string const devices = times(row["n_gpus"], used.of_one);
            std::string const ranks = times(row["tp"], used.of_one);
            return layout_of(apart ? spread_over : devices, ranks, row["pp"],
                             apart ? spread_groups : row["dp"], row["ep"], m);
        }();
        if (suffix == "_disaggregated" && !fleet && !apart_pools) {
            refuse("the pools of prefill and decoding are not stated");
            continue;
        }
        if (!layout) {
            refuse(untold && !apart ? "the parallel layout is not stated" : layout.reason);
            continue;
        }

        bool const at_a_rate = suffix == "_open_loop";
        stated_arrivals const arriving =
            at_a_rate ? arrivals_of(lower(row["batch_or_concurrency"]), notes) : stated_arrivals{};
        if (at_a_rate && !arriving.known) {
            refuse("the rate of requests is not stated");
            continue;
        }

        speed_case load{};
        load.calibration = &calibration_for(*gpu);
        load.set = hardware_of(*gpu);
        load.engine_set = generation_named(row["engine"], row["engine_version"], gpu->architecture);
        load.engine = &factors_of(load.engine_set);
        load.prompt = *prompt;
        load.what = base == "tpot"                ? metric::time_per_token
                    : base == "ttft"              ? metric::time_to_first_token
                    : base == "output_throughput" ? metric::output_rate
                    : prefill_only                ? metric::input_rate
                                                  : metric::total_rate;
        bool const fixed = contains(notes, "static batch") || contains(notes, "fixed batch");
        bool const engine_only = contains(notes, "engine only") ||
                                 contains(notes, "single-request prefill") ||
                                 (*output <= 1 && load.what == metric::time_to_first_token);
        load.how = decode_only    ? protocol::decode_only
                   : prefill_only ? protocol::prefill_only
                   : apart_pools  ? protocol::disaggregated
                   : engine_only  ? protocol::first_token
                   : fixed        ? protocol::static_batch
                   : at_a_rate    ? protocol::open_loop
                                  : protocol::closed_loop;
        if (mixed) { load.start = serving::loop_start::drawn_lengths(); }
        auto limits = engine_of(row, fixed || engine_only);
        if (prefill_only) { limits.profile.batched_tokens = 16384; }
        auto const replicas = static_cast<double>(layout->replicas);
        double concurrency = number(row["batch_or_concurrency"]).value_or(0);
        if (fleet) {
            // "128 per GPU"; a prefill instance is full.
            std::string_view const each = row["batch_or_concurrency"];
            auto const stated = number(each.substr(0, each.find(' ')));
            if (!prefill_only && !stated) {
                refuse("the requests in flight of the fleet are not stated");
                continue;
            }
            concurrency = (prefill_only ? 64 : *stated) * static_cast<double>(layout->layout.data);
        }
        double waiting = 0;
        serving::request_shape const request{
            tokens{*prompt}, tokens{decode_only ? std::max(1.0, *output) : *output}};
        if (at_a_rate) {
            concurrency = replicas;
        } else if (concurrency <= 0) {
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
        if (fleet) {
            load.scale =
                number(row["n_gpus"]).value_or(8) / static_cast<double>(layout->layout.devices());
        }
        if (apart_pools) {
            auto const engines = static_cast<double>(decoders.engines);
            concurrency = std::max(1.0, concurrency / engines);
            // Output counts by the devices that decode, all tokens by all of them.
            load.scale = engines / static_cast<double>(
                                       decoders.devices +
                                       (load.what == metric::total_rate ? prefillers.devices : 0));
            auto const filling =
                layout_of(std::to_string(prefillers.devices / prefillers.engines),
                          std::to_string(prefillers.tensor), "",
                          prefillers.expert > 1 ? std::string_view(row["dp"]) : std::string_view{},
                          std::to_string(prefillers.expert), m);
            if (!filling) {
                refuse(filling.reason);
                continue;
            }
            auto const pool = serving::passes_at(
                m, *gpu, rates_of(*gpu, *weights, filling->layout.layer_group()), *cache,
                filling->layout, limits.profile, request,
                std::max(1.0, concurrency * engines / static_cast<double>(prefillers.engines)),
                serving::weights_of_all_stages(m, *weights, filling->layout, limits.profile));
            if (!pool.known()) {
                refuse("a peak, bandwidth or link of the accelerator was never published");
                continue;
            }
            load.prefill_pool = pool.value();
        } else if (kind.ends_with("per_gpu")) {
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
        if (prefill_only && fleet) {
            // The published fleets all overlap two batches.
            auto halves = limits.profile;
            halves.batched_tokens /= 2;
            load.half = serving::passes_at(
                            m, *gpu, rates_of(*gpu, *weights, layout->layout.layer_group()), *cache,
                            layout->layout, halves, request, concurrency / replicas,
                            serving::weights_of_all_stages(m, *weights, layout->layout, halves))
                            .value();
        }
        if (at_a_rate) {
            auto const room = room_of(m, *gpu, *weights, *cache, layout->layout, limits.profile);
            double held =
                room ? serving::requests_that_fit(m, *cache, layout->layout, limits.profile, *room,
                                                  {request.prompt, request.output * 0.5})
                     : 0;
            auto const batch = after_words(row["batch_or_concurrency"], "max_num_seqs ");
            held = std::min({held, limits.requests, batch.value_or(limits.requests)});
            if (held < 1) {
                refuse("predicted not to fit");
                continue;
            }
            auto const groups = static_cast<double>(layout->layout.data);
            for (double n = 1;; n = std::min(2 * n, held)) {
                auto const more = serving::passes_at(
                    m, *gpu, rates_of(*gpu, *weights, layout->layout.layer_group()), *cache,
                    layout->layout, limits.profile, request, n * groups,
                    serving::weights_of_all_stages(m, *weights, layout->layout, limits.profile));
                load.by_load.push_back(more.value());
                if (n >= held) { break; }
            }
            load.prompts_per_pass =
                static_cast<double>(serving::batched_tokens_on(limits.profile, *gpu)) / *prompt;
            // Conversations are of lengths that deviate by about their mean.
            bool const ragged = contains(notes, "sharegpt");
            load.arrive = {.rate = per_second(arriving.rate),
                           .prompt_variation = ragged ? 1.0 : 0.0,
                           .output_variation = ragged ? 1.0 : 0.0};
            load.requests = arriving.requests;
            if (load.requests <= 0 && in_per_second(load.arrive.rate) <= 0) {
                refuse("how many requests came at once is not stated");
                continue;
            }
        }
        load.passes.waiting = waiting;
        // Without batching in flight all are held, or the launch fails.
        if (load.how == protocol::static_batch && !contains(notes, "no in-flight batching")) {
            auto const room = room_of(m, *gpu, *weights, *cache, layout->layout, limits.profile);
            double const held = room ? serving::requests_that_fit(m, *cache, layout->layout,
                                                                  limits.profile, *room, request)
                                     : 0;
            if (held >= 1 && held < load.passes.in_group) {
                load.rounds =
                    serving::rounds_of(
                        m, *gpu, rates_of(*gpu, *weights, layout->layout.layer_group()), *cache,
                        layout->layout, limits.profile, request, concurrency / replicas, held,
                        serving::weights_of_all_stages(m, *weights, layout->layout, limits.profile))
                        .value();
            }
        }
        auto const with_drafts = [&](count ahead) {
            return serving::speculating(
                load.passes, m, *cache, layout->layout, limits.profile, request,
                serving::weights_of_all_stages(m, *weights, layout->layout, limits.profile),
                serving::own_module(ahead));
        };
        bool const drafts_on =
            suffix == "_speculative" || (suffix == "_disaggregated" && speculates(notes));
        if (drafts_on) {
            // How far ahead: MTP-3; where it is not said, the one token of the published module.
            auto const at = notes.find("mtp-");
            auto const ahead =
                at == std::string::npos ? std::nullopt : whole_number(notes.substr(at + 4, 1));
            load.passes = with_drafts(ahead.value_or(1));
        }
        if (suffix == "_mtp_unknown") {
            // Nobody says whether the module ran: the second answer is a row of its own.
            speed_row other = r;
            other.result.quantity += "_if_on";
            other.load = load;
            other.load->passes = with_drafts(1);
            out.push_back(std::move(other));
        }
        r.load = load;
        out.push_back(std::move(r));
    }
    return out;
}

} // namespace accuracy
