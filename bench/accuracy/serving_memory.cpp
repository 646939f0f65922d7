// SPDX-License-Identifier: MIT
// serving_memory.csv: one rank's memory report of a launch, or a launch that failed.
//
// An engine's launch is turned into an `engine` profile with its own defaults (what it profiles,
// and with how many requests), then serving::memory_of is asked. Rules:
// docs/laws/engine_reserve.md.
#include "accuracy/names.hpp"
#include "accuracy/tables.hpp"

#include <reckon/memory/unified_pages.hpp>
#include <reckon/serving/launch_figures.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace accuracy {

namespace {

using namespace reckon;

enum class engine_family { vllm, sglang, llama_cpp, tensorrt, other };

engine_family family_of(std::string_view name) {
    std::string const n = lower(name);
    if (contains(n, "llama.cpp") || contains(n, "ollama")) { return engine_family::llama_cpp; }
    if (contains(n, "vllm")) { return engine_family::vllm; }
    if (contains(n, "sglang")) { return engine_family::sglang; }
    if (contains(n, "trt") || contains(n, "tensorrt")) { return engine_family::tensorrt; }
    return engine_family::other;
}

/// The integer after `key` in the notes' description of the launch.
std::optional<long long> flag(std::string_view notes, std::string_view key) {
    auto const at = notes.find(key);
    if (at == std::string_view::npos) { return std::nullopt; }
    std::string_view rest = notes.substr(at + key.size());
    return whole_number(rest.substr(0, rest.find_first_not_of("0123456789")));
}

/// A launch as its engine was told it.
struct launch {
    serving::deployment<any_model, any_gpu> told{};
    found<recipe> weights{};
    found<any_gpu> gpu{};
    engine_family family{};
    double cached_values_scale{1}; ///< llama.cpp caches more than the latent in some of its modes

    [[nodiscard]] any_model const& model() const noexcept { return told.model; }
};

/// "0.10.1.1" -> 0.10.1. What tables call V0 is the engine before 0.8, whatever the package; what they
/// date is of that time; what they leave open is taken for the releases most rows are of.
engine_version vllm_version(std::string_view text) {
    std::string const t = lower(text);
    std::vector<int> parts;
    for (std::size_t at = 0; at < t.size() && parts.size() < 3;) {
        auto const end = t.find_first_not_of("0123456789", at);
        auto const value = whole_number(t.substr(at, end - at));
        if (!value) { break; }
        parts.push_back(static_cast<int>(*value));
        if (end == std::string::npos || t[end] != '.') { break; }
        at = end + 1;
    }
    engine_version version{0, 13, 0};
    if (parts.size() > 1) { version = {parts[0], parts[1], parts.size() > 2 ? parts[2] : 0}; }
    if (t.starts_with("202")) { version = {0, 6}; }
    if (contains(t, "v0") && version > engine_version{0, 7}) { version = {0, 7}; }
    return version;
}

/// Sequences that Unsloth asks vLLM for, by what is left for the cache.
/// Source: unslothai/unsloth-zoo unsloth_zoo/vllm_utils.py load_vllm.
count unsloth_sequences(double left_gib) {
    struct step {
        double up_to;
        count sequences;
    };
    for (step const s : {step{2, 128},
                         {4, 160},
                         {8, 192},
                         {12, 224},
                         {16, 256},
                         {24, 288},
                         {40, 320},
                         {48, 226},
                         {80, 368}}) {
        if (left_gib <= s.up_to) { return s.sequences; }
    }
    return 400;
}

/// llama.cpp with everything on the devices. Logits and the residual stream of a micro-batch are fp32,
/// on the device that owns the output; the token embedding stays in the host's memory.
engine llama_cpp(any_model const& m, recipe const& weights, double batched) {
    engine e{.name = "llama.cpp", .memory_utilization = 1, .block_tokens = 1, .spread = 0.5};
    e.batched_tokens = static_cast<count>(batched);
    e.context = gibibytes(0.3);
    e.charge.context = charged::inside;
    e.prints_windows_whole = true;
    e.runtime = bytes{batched * static_cast<double>(m.vocabulary + m.hidden) * 4};
    if (!m.tied_embeddings) { e.host_weights = weights_of(m, weights).embedding; }
    return e;
}

/// The launch of a row, as its engine would do it; the reason why it cannot be followed otherwise.
found<launch> launch_of(record const& row, any_model const& model) {
    launch l{};
    l.family = family_of(row["engine"]);
    std::string const notes = lower(row["notes"]);
    auto const has = [&](auto... parts) { return (contains(notes, parts) || ...); };
    l.gpu = gpu_for_memory(row["gpu"]);
    bool const amd = l.gpu && l.gpu->architecture.maker == vendor::amd;
    l.weights = format_named(row["weight_format"], model, amd ? vendor::amd : vendor::nvidia);
    auto const cache = cache_named(row["kv_dtype"]);
    if (!cache) { return found<launch>::none(cache.reason); }
    auto const layout = layout_of(row["n_gpus"], row["tp"], row["pp"], row["dp"], row["ep"], model);
    if (!layout) { return found<launch>::none(layout.reason); }
    if (auto const stated = number(row["gpu_total_mem_gib"])) {
        if (!l.gpu) { l.gpu = {any_gpu{}, {}}; }
        l.gpu.value->memory_usable = {bytes{gibibytes(*stated)}, provenance::observed};
        if (!l.gpu->memory.known()) { l.gpu.value->memory = bytes{gibibytes(*stated)}; }
    }
    auto& d = l.told;
    d.model = model;
    d.model.max_context = unknown; // engines serve longer contexts where asked to
    if (l.gpu) { d.gpu = *l.gpu; }
    if (l.weights) { d.weights = *l.weights; }
    d.kv_cache = *cache;
    d.layout = layout->layout;
    d.layout.context =
        flag(notes, "decode_context_parallel=").value_or(flag(notes, "dcp=").value_or(1));
    d.concurrency = d.layout.data;
    double const longest = number(row["max_model_len"]).value_or(0);
    d.max_context = longest > 0                            ? tokens{longest}
                    : l.family == engine_family::llama_cpp ? tokens{2048}
                                                           : model.max_context.value_or(tokens{1});
    auto const batched = number(row["max_num_batched_tokens"]);
    engine& e = d.engine;
    switch (l.family) {
    case engine_family::vllm: e = engines::vllm_release(vllm_version(row["engine_version"])); break;
    case engine_family::sglang: e = engines::sglang; break;
    case engine_family::llama_cpp: e = llama_cpp(model, d.weights, batched.value_or(512)); break;
    case engine_family::tensorrt: e = engines::tensorrt_llm; break;
    case engine_family::other:
        return found<launch>::none("engine '" + std::string(row["engine"]) + "' has no profile");
    }
    // Ascend's kernels keep the indexer's keys in 16 bit.
    if (contains(lower(row["engine"]), "ascend")) { e.packs_indexed_latents = false; }
    if (auto const fraction = number(row["gpu_memory_utilization"])) {
        e.memory_utilization = *fraction;
    }
    if (l.family != engine_family::llama_cpp) {
        e.sequences = whole_number(row["max_num_seqs"]).value_or(0);
        e.batched_tokens = batched ? static_cast<count>(*batched) : 0;
        // Prompts of a stated chunk are never taken whole.
        if (batched) { e.unchunked = 0; }
        if (l.family == engine_family::vllm) {
            e.block_tokens = whole_number(row["block_size"]).value_or(e.block_tokens);
        }
        if (has("mtp draft", "mtp on", "mtp included")) { e.prediction_modules = model.mtp.layers; }
        if (has("lora")) {
            e.adapters = 1;
            e.adapter_rank = 32; // the rank is never stated; notebooks of Unsloth ask for 16 to 64
        }
        bool const unsloth = has("unsloth") || contains(lower(row["engine_version"]), "unsloth");
        if (unsloth && e.sequences == 0 && l.weights && l.gpu) {
            auto const capacity = serving::capacity_of(d.gpu, e);
            double const left = in_gibibytes(capacity.value_or(bytes{})) * e.memory_utilization -
                                in_gibibytes(weights_of(model, d.weights, d.layout).total());
            e.sequences = unsloth_sequences(left);
            if (!batched) { e.batched_tokens = static_cast<count>(std::max(longest, 256.0)); }
        }
    }
    if (!check(d.model, d.layout).ok()) { d.layout.context = 1; }
    return {l, {}};
}

/// Whether a printed number of tokens means something: engines whose layers keep unlike amounts print
/// what their requests could hold.
std::string no_rate(launch const& l) {
    bool compressed = false;
    bool fixed = false;
    l.model().groups.for_each([&](auto const& group) {
        group.attention.for_each_state([&](cached_state const& s) {
            compressed = compressed || s.stride > 1;
            fixed = fixed || s.fixed;
        });
    });
    if (compressed) { return "the pages of compressed caches are not modelled yet"; }
    if (fixed && l.family == engine_family::sglang) {
        return "SGLang's pools beside recurrent states are not modelled yet";
    }
    return {};
}

bool is_latent(any_model const& m) {
    bool latent = false;
    m.groups.for_each([&](auto const& group) { latent = latent || keeps_latent(group.attention); });
    return latent;
}

/// The fullest rank, without a verdict: also where the device is not known.
serving::memory_report rank_of(launch const& l) {
    auto const& d = l.told;
    engine const e = serving::settled(d.engine, d.model, d.gpu, d.layout);
    cache_recipe const kept = cache_as_kept(d.model, d.kv_cache, e);
    serving::memory_report fullest{};
    for (count stage = 0; stage < d.layout.pipeline; ++stage) {
        serving::memory_report here{};
        serving::detail::fill_stage(here, d.model, d.weights, kept, d.layout, e, tokens{1}, 1,
                                    stage);
        if (stage == 0 || here.weights > fullest.weights) { fullest = here; }
    }
    return fullest;
}

/// Tokens that the engine prints for a pool of that size.
double tokens_of_pool(launch const& l, bytes pool, count stage) {
    auto const& d = l.told;
    engine const e = serving::settled(d.engine, d.model, d.gpu, d.layout);
    if (l.family == engine_family::vllm && !e.prints_windows_whole) {
        // Modules draft three tokens unless told otherwise, which no column tells.
        constexpr count drafted = 3;
        unified_pages const pages =
            pages_of(d.model, cache_as_kept(d.model, d.kv_cache, e), d.max_context, d.layout, stage,
                     serving::detail::paging_of(e), e.prediction_modules > 0 ? drafted : 0);
        if (pages.groups > 1) {
            return std::floor(pages.concurrency(pool) * in_tokens(d.max_context));
        }
    }
    return std::floor(in_tokens(serving::figures_of_pool(d, pool, stage).cache_tokens) /
                      l.cached_values_scale);
}

} // namespace

void check_serving_memory(table const& rows, report& into) {
    rows.require({"engine",
                  "engine_version",
                  "model",
                  "weight_format",
                  "kv_dtype",
                  "gpu",
                  "gpu_total_mem_gib",
                  "n_gpus",
                  "tp",
                  "pp",
                  "dp",
                  "ep",
                  "max_model_len",
                  "max_num_seqs",
                  "max_num_batched_tokens",
                  "block_size",
                  "gpu_memory_utilization",
                  "weights_gib",
                  "activation_peak_gib",
                  "kv_cache_gib",
                  "kv_tokens",
                  "fits",
                  "notes"});
    for (std::string_view const q :
         {"weights", "activation", "kv_tokens_given_kv_bytes", "kv_bytes", "kv_tokens"}) {
        into.declare("serving_memory." + std::string(q));
    }
    into.declare("serving_memory.fits", true);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        record const row{rows, i};
        std::string const notes = lower(row["notes"]);
        auto const model = model_named(row["model"]);
        found<launch> known = model ? launch_of(row, **model) : found<launch>::none(model.reason);
        if (known && known->family == engine_family::llama_cpp && is_latent(**model)) {
            // llama.cpp's modes for latent attention: 1 caches the latent twice, 2 and 3 once.
            auto const* latent = reckon::get_if<mla>(&(*model)->groups.list[0].attention.family);
            auto const mode = flag(notes, "mla_attn=");
            if (!mode && !contains(notes, "mla_attn=")) {
                known = found<launch>::none("how llama.cpp caches latent attention is not stated");
            } else if (latent != nullptr && mode == 1) {
                known.value->cached_values_scale =
                    static_cast<double>(2 * latent->kv_lora_rank + latent->qk_rope_dim) /
                    static_cast<double>(latent->kv_lora_rank + latent->qk_rope_dim);
            } else if (latent != nullptr && (!mode || mode == 0)) {
                known.value->cached_values_scale =
                    static_cast<double>(
                        latent->query_heads *
                        (latent->qk_nope_dim + latent->qk_rope_dim + latent->v_dim)) /
                    static_cast<double>(latent->kv_lora_rank + latent->qk_rope_dim);
            }
        }
        if (known && known->family == engine_family::vllm && is_latent(**model) &&
            known->told.engine.version < engine_version{0, 7}) {
            known = found<launch>::none("vLLM before 0.7 caches expanded keys and values");
        }
        outcome base{.file = "serving_memory.csv",
                     .row = i + 1,
                     .group = std::string(row["engine"]),
                     .model = std::string(row["model"]),
                     .gpu = std::string(row["gpu"]),
                     .engine = std::string(row["engine"])};
        auto const add = [&](std::string_view quantity, double measured, prediction p,
                             bool verdict = false) {
            outcome o = base;
            o.quantity = "serving_memory." + std::string(quantity);
            o.measured = measured;
            o.predicted = std::move(p);
            o.verdict = verdict;
            into.add(std::move(o));
        };
        auto const if_known = [&](auto&& predicted) {
            return known ? predicted() : prediction::none(known.reason);
        };
        bool const by_hand = known && known->family == engine_family::llama_cpp;
        std::string const placed = "which tensors llama.cpp put on the device is not stated";
        auto const capacity_known = [&] {
            return known->gpu && serving::capacity_of(*known->gpu, known->told.engine).known();
        };

        if (auto const measured = number(row["weights_gib"]); measured && *measured > 0) {
            add("weights", *measured, if_known([&] {
                    if (by_hand) { return prediction::none(placed); }
                    if (!known->weights) { return prediction::none(known->weights.reason); }
                    return prediction::of(in_gibibytes(rank_of(*known).weights));
                }));
        }
        if (auto const measured = number(row["activation_peak_gib"]); measured && *measured > 0) {
            add("activation", *measured, if_known([&] {
                    if (known->family == engine_family::llama_cpp) {
                        if (is_latent(**model)) {
                            return prediction::none(
                                "llama.cpp's workspace for latent attention is not modelled yet");
                        }
                        if (!contains(notes, "flash_attn=1")) {
                            return prediction::none("llama.cpp's score buffers without flash "
                                                    "attention are not modelled yet");
                        }
                        if (known->told.layout.pipeline > 1) {
                            return prediction::none(
                                "which device owns llama.cpp's output is not stated");
                        }
                        return prediction::of(in_gibibytes(known->told.engine.runtime));
                    }
                    if (!known->gpu && row["max_num_seqs"].empty()) {
                        return prediction::none(
                            "the accelerator, which decides the engine's batch, is not known");
                    }
                    return prediction::of(in_gibibytes(rank_of(*known).activations.value));
                }));
        }
        auto const pool = number(row["kv_cache_gib"]);
        auto const held = number(row["kv_tokens"]);
        bool const split = by_hand && known->told.layout.pipeline > 1;
        if (pool && held && *pool > 0 && *held > 0) {
            add("kv_tokens_given_kv_bytes", *held, if_known([&] {
                    if (split) {
                        return prediction::none("how llama.cpp split the layers is not stated");
                    }
                    if (auto const why = no_rate(*known); !why.empty()) {
                        return prediction::none(why);
                    }
                    return prediction::of(tokens_of_pool(*known, bytes{gibibytes(*pool)}, 0));
                }));
        }
        auto const from_command_line = [&](auto&& read) {
            return if_known([&] {
                if (by_hand) {
                    return prediction::none(
                        "llama.cpp allocates what is asked for, not what is free");
                }
                if (!known->weights) { return prediction::none(known->weights.reason); }
                if (!known->gpu) { return prediction::none(known->gpu.reason); }
                if (!capacity_known()) {
                    return prediction::none("the accelerator's memory is not known");
                }
                auto const r = serving::memory_of(known->told);
                if (r.cache_pool <= bytes{0}) {
                    return prediction::none("predicted not to fit at all");
                }
                return prediction::of(read(r));
            });
        };
        if (pool && *pool > 0) {
            add("kv_bytes", *pool, from_command_line([](serving::memory_report const& r) {
                    return in_gibibytes(r.cache_pool);
                }));
        }
        if (held && *held > 0) {
            add("kv_tokens", *held, from_command_line([&](serving::memory_report const& r) {
                    return tokens_of_pool(*known, r.cache_pool, r.fullest_stage);
                }));
        }
        std::string const fits = lower(row["fits"]);
        if (fits == "yes" || fits == "no") {
            add("fits", fits == "yes" ? 1 : 0, if_known([&] {
                    if (!known->gpu) { return prediction::none(known->gpu.reason); }
                    if (!capacity_known()) {
                        return prediction::none("the accelerator's memory is not known");
                    }
                    if (!known->weights) { return prediction::none(known->weights.reason); }
                    if (by_hand && !contains(notes, "full gpu offload")) {
                        return prediction::none(placed);
                    }
                    auto const r = serving::memory_of(known->told);
                    // SGLang starts with any pool; the others want one request of full length.
                    bool const ok = known->family == engine_family::sglang
                                        ? r.cache_pool > bytes{0} && r.weights < r.budget
                                        : r.fits();
                    return prediction::of(ok ? 1 : 0);
                }),
                true);
        }
    }
}

} // namespace accuracy
