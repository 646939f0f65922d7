// SPDX-License-Identifier: MIT
// serving_memory.csv: one rank's memory report of a launch, or a launch that failed.
//
// An engine's launch is turned into an `engine` profile with its own defaults (what it profiles,
// and with how many requests), then serving::memory_of is asked. Rules:
// docs/laws/engine_reserve.md.
#include "accuracy/names.hpp"
#include "accuracy/tables.hpp"

#include <reckon/serving/memory_of.hpp>

#include <algorithm>
#include <cmath>
#include <string>

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

/// "0.10.1.1" -> 10; an unstated or dated version is nothing.
std::optional<int> minor_version(std::string_view version) {
    if (!version.starts_with("0.")) { return std::nullopt; }
    version.remove_prefix(2);
    auto const value = whole_number(version.substr(0, version.find_first_not_of("0123456789")));
    return value ? std::optional<int>(static_cast<int>(*value)) : std::nullopt;
}

/// The integer after `key` in the notes' description of the launch.
std::optional<long long> flag(std::string_view notes, std::string_view key) {
    auto const at = notes.find(key);
    if (at == std::string_view::npos) { return std::nullopt; }
    std::string_view rest = notes.substr(at + key.size());
    return whole_number(rest.substr(0, rest.find_first_not_of("0123456789")));
}

struct launch {
    any_model const* model{};
    found<recipe> weights{};
    cache_recipe cache{};
    stated_layout layout{};
    engine profile{};
    found<any_gpu> gpu{};
    tokens context{};
    count context_parallel{1};
    tokens profiled_tokens{};
    double profiled_requests{};
    engine_family family{};
    double cached_values_scale{1}; ///< llama.cpp caches more than the latent in some of its modes
};

/// SGLang's default --mem-fraction-static, from server_args: what it reserves for activations and
/// graphs.
double static_fraction(double capacity_gib, double chunk, count ranks) {
    double reserved =
        512 + 1.5 * std::max(chunk, 2048.0) + 2 * 160 + 1024.0 * static_cast<double>(ranks) / 8;
    if (capacity_gib > 60) { reserved = std::max(reserved, 10240.0); }
    return std::round(1000 * (capacity_gib * 1024 - reserved) / (capacity_gib * 1024)) / 1000;
}

/// The formats that engines really cache in: beside an indexer, an fp8 latent is stored in FlashMLA's
/// layout, and the indexer's keys in fp8 whatever the cache (16 bit on Ascend).
cache_recipe cache_of_engine(any_precision const& asked_for, any_model const& model, bool ascend) {
    bool indexed_latent = false;
    model.groups.for_each([&](auto const& group) {
        group.attention.for_each_state([&](cached_state const& s) {
            indexed_latent =
                indexed_latent || (s.kind == state_kind::index && keeps_latent(group.attention));
        });
    });
    if (!indexed_latent || ascend) { return cache_recipe(asked_for); }
    bool const narrow = asked_for == any_precision(fp8);
    return (narrow ? cache_recipe(fp8_latent) : cache_recipe(asked_for))
        .with(state_kind::index, any_precision(fp8_index_keys));
}

/// The launch of a row, as its engine would do it; the reason why it cannot be followed otherwise.
found<launch> launch_of(record const& row, any_model const& model) {
    launch l{};
    l.model = &model;
    l.family = family_of(row["engine"]);
    std::string const version_text = lower(row["engine_version"]);
    std::string const notes = lower(row["notes"]);
    auto const minor = minor_version(row["engine_version"]);
    bool const first_engine =
        contains(version_text, "v0") || (minor && *minor < 8) || version_text.starts_with("202");
    l.gpu = gpu_named(row["gpu"]);
    bool const amd = l.gpu && l.gpu->architecture.maker == vendor::amd;
    l.weights = format_named(row["weight_format"], model, amd ? vendor::amd : vendor::nvidia);
    auto const cache = cache_named(row["kv_dtype"]);
    if (!cache) { return found<launch>::none(cache.reason); }
    auto const layout = layout_of(row["n_gpus"], row["tp"], row["pp"], row["dp"], row["ep"], model);
    if (!layout) { return found<launch>::none(layout.reason); }
    l.cache = cache_of_engine(*cache, model, contains(lower(row["engine"]), "ascend"));
    // A launch that drafts with the model's own module caches the module's layer too.
    if ((contains(notes, "mtp draft") || contains(notes, "mtp on")) && model.mtp.layers > 0) {
        auto const layers_in_all = static_cast<double>(layer_count(model));
        l.cached_values_scale *=
            (layers_in_all + static_cast<double>(model.mtp.layers)) / layers_in_all;
    }
    l.layout = *layout;
    l.context_parallel =
        flag(notes, "decode_context_parallel=").value_or(flag(notes, "dcp=").value_or(1));
    auto const stated = number(row["gpu_total_mem_gib"]);
    if (stated) {
        if (!l.gpu) { l.gpu = {any_gpu{}, {}}; }
        l.gpu.value->memory_usable = {bytes{gibibytes(*stated)}, provenance::observed};
        if (!l.gpu->memory.known()) { l.gpu.value->memory = bytes{gibibytes(*stated)}; }
    }
    double const capacity = l.gpu && l.gpu->memory_usable.known()
                                ? in_gibibytes(l.gpu->memory_usable.value())
                            : l.gpu && l.gpu->memory.known() ? in_gibibytes(l.gpu->memory.value())
                                                             : 0;
    count const ranks = l.layout.layout.layer_group();
    bool const fabric =
        l.gpu && l.gpu->link.each_way.known() && l.gpu->link.scale_up.value_or(1) > 1;
    auto const fraction = number(row["gpu_memory_utilization"]);
    // Devices above 70 GiB other than the A100 profile with larger batches by default.
    bool const large = capacity > 70 && !contains(row["gpu"], "A100") &&
                       !contains(row["gpu"], "GB10") && !first_engine;
    double const longest = number(row["max_model_len"]).value_or(0);
    l.profiled_requests = number(row["max_num_seqs"]).value_or(large ? 1024 : 256);
    double batched = number(row["max_num_batched_tokens"]).value_or(large ? 8192 : 2048);
    engine e{};
    switch (l.family) {
    case engine_family::vllm: {
        e = engines::vllm;
        e.memory_utilization = fraction.value_or(0.9);
        e.block_tokens = whole_number(row["block_size"]).value_or(16);
        // Before chunked prefill was the default, a launch profiled one prompt of full length.
        if (first_engine && row["max_num_batched_tokens"].empty()) {
            batched = std::max(batched, std::min(longest, 32768.0));
        }
        // The sampler's bytes a logit changed with its code: 39 in V0, about 13 in the first V1,
        // 38.7 until 0.16, 15.2 from 0.17 on. Tables that name no version date from the third
        // period.
        e.sampler_bytes_per_logit = first_engine ? 39.0
                                    : !minor     ? 38.7
                                    : *minor < 10 || version_text.starts_with("0.10.0") ||
                                            version_text.starts_with("0.10.1")
                                        ? 13.5
                                    : *minor < 17 ? 38.7
                                                  : 15.2;
        double const recent = minor && *minor >= 18 ? 1 : 0;
        double non_torch = recent == 1 ? 0.25 : capacity > 30 ? 0.13 : 0.03;
        if (ranks > 1) { non_torch = !fabric ? 0.3 : recent == 1 ? 2.1 : 0.55; }
        double const graphs = minor && *minor >= 21 ? 0.5 : 0;
        e.runtime = gibibytes(non_torch + graphs);
        e.absorbed_copy_bytes = minor && *minor < 7 ? 0 : engines::vllm.absorbed_copy_bytes;
        break;
    }
    case engine_family::sglang: {
        e = engines::sglang;
        if (number(row["max_num_batched_tokens"])) {
            batched = *number(row["max_num_batched_tokens"]);
        } else {
            batched = 8192;
        }
        e.memory_utilization = fraction.value_or(
            capacity > 0 ? static_fraction(capacity, batched, ranks * l.layout.layout.pipeline)
                         : 0.88);
        // The fraction is of what is free before loading: total less context and collectives.
        double const before = 0.5 + (ranks > 1 ? 1.3 : 0);
        e.runtime = gibibytes(before * e.memory_utilization);
        break;
    }
    case engine_family::llama_cpp:
        e = engine{.name = "llama.cpp",
                   .memory_utilization = 1,
                   .batched_tokens = 512,
                   .block_tokens = 1,
                   .spread = 0.5};
        batched = number(row["max_num_batched_tokens"]).value_or(512);
        // Logits and the residual stream of a micro-batch in fp32, on the device that owns the
        // output, beside 0.3 GiB of context.
        e.runtime = bytes{gibibytes(0.3)} +
                    bytes{batched * static_cast<double>(model.vocabulary + model.hidden) * 4};
        break;
    case engine_family::tensorrt:
        e = engines::vllm;
        e.memory_utilization = fraction.value_or(0.9);
        e.sampler_bytes_per_logit = 8;
        e.absorbed_copy_bytes = 0;
        break;
    case engine_family::other:
        return found<launch>::none("engine '" + std::string(row["engine"]) + "' has no profile");
    }
    e.collectives = {};
    e.batched_tokens = static_cast<count>(batched);
    l.profile = e;
    l.profiled_tokens = tokens{batched};
    l.context = longest > 0                            ? tokens{longest}
                : l.family == engine_family::llama_cpp ? tokens{2048}
                                                       : model.max_context.value_or(tokens{1});
    return {l, {}};
}

bytes peak_of(launch const& l) {
    return activation_peak(*l.model, l.profile, l.layout.layout, l.profiled_tokens,
                           l.profiled_requests);
}

/// Why a printed number of tokens is no rate: engines that unify pages of unlike layers print what
/// their requests could hold, which moves with the context asked for.
std::string no_rate(launch const& l, std::optional<int> minor) {
    constexpr int unified_since = 14; // vLLM 0.14: tokens of windowed models are no rate either
    bool fixed = false;
    bool windowed_layers = false;
    l.model->groups.for_each([&](auto const& group) {
        group.attention.for_each_state([&](cached_state const& s) {
            fixed = fixed || s.fixed || s.stride > 1;
            windowed_layers = windowed_layers || s.window > 0;
        });
    });
    bool const later = l.family == engine_family::vllm && (!minor || *minor >= unified_since);
    if (fixed || (windowed_layers && later)) {
        return "tokens printed for layers of unlike caches are no rate, the page layout is not "
               "modelled yet";
    }
    return {};
}

/// Bytes a token of the printed pool: engines print full attention for all layers, also windowed
/// ones.
double printed_bytes_per_token(launch const& l) {
    any_model full = *l.model;
    for (any_layers& group : full.groups.list) {
        if (auto const* window = std::get_if<windowed<gqa>>(&group.attention.family)) {
            group.attention = window->inner;
        }
    }
    return in_bytes_per_token(cache_per_token(full, l.cache, l.layout.layout, 0)) *
           l.cached_values_scale / static_cast<double>(l.context_parallel);
}

bool is_latent(any_model const& m) {
    bool latent = false;
    m.groups.for_each([&](auto const& group) { latent = latent || keeps_latent(group.attention); });
    return latent;
}

serving::memory_report asked(launch const& l) {
    engine e = l.profile;
    // The engine profiles its own largest batch, whatever the load will be.
    if (l.family != engine_family::llama_cpp && e.activation_bytes > 0) {
        e.runtime = e.runtime + peak_of(l);
    }
    e.activation_bytes = 0;
    e.sampler_bytes_per_logit = 0;
    any_model m = *l.model;
    m.max_context = unknown; // engines serve longer contexts where asked to
    return serving::memory_of(m, *l.gpu, *l.weights, l.cache, l.layout.layout, e, l.context,
                              l.layout.layout.data);
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
            any_model const& m = **model;
            auto const* latent = std::get_if<mla>(&m.groups.list[0].attention.family);
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
        auto const minor = minor_version(row["engine_version"]);
        if (known && known->family == engine_family::vllm && is_latent(**model) && minor &&
            *minor < 7) {
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
            return known->gpu && serving::capacity_of(*known->gpu, known->profile).known();
        };

        if (auto const measured = number(row["weights_gib"]); measured && *measured > 0) {
            add("weights", *measured, if_known([&] {
                    if (by_hand) { return prediction::none(placed); }
                    if (!known->weights) { return prediction::none(known->weights.reason); }
                    serving::memory_report r{};
                    serving::detail::fill_stage(r, *known->model, *known->weights, known->cache,
                                                known->layout.layout, known->profile, tokens{1}, 1,
                                                0);
                    return prediction::of(in_gibibytes(r.weights));
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
                        if (known->layout.layout.pipeline > 1) {
                            return prediction::none(
                                "which device owns llama.cpp's output is not stated");
                        }
                        return prediction::of(in_gibibytes(known->profile.runtime) - 0.3);
                    }
                    if (!known->gpu && row["max_num_seqs"].empty()) {
                        return prediction::none(
                            "the accelerator, which decides the engine's batch, is not known");
                    }
                    return prediction::of(in_gibibytes(peak_of(*known)));
                }));
        }
        auto const pool = number(row["kv_cache_gib"]);
        auto const held = number(row["kv_tokens"]);
        bool const split = by_hand && known->layout.layout.pipeline > 1;
        if (pool && held && *pool > 0 && *held > 0) {
            add("kv_tokens_given_kv_bytes", *held, if_known([&] {
                    if (split) {
                        return prediction::none("how llama.cpp split the layers is not stated");
                    }
                    if (auto const why = no_rate(*known, minor); !why.empty()) {
                        return prediction::none(why);
                    }
                    double const each = printed_bytes_per_token(*known);
                    return prediction::of(std::floor(in_bytes(bytes{gibibytes(*pool)}) / each));
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
                auto const r = asked(*known);
                bytes const room = r.budget - r.weights - r.activations.value - r.runtime.value;
                if (room <= bytes{0}) { return prediction::none("predicted not to fit at all"); }
                return prediction::of(read(room));
            });
        };
        if (pool && *pool > 0) {
            add("kv_bytes", *pool,
                from_command_line([](bytes room) { return in_gibibytes(room); }));
        }
        if (held && *held > 0) {
            add("kv_tokens", *held, from_command_line([&](bytes room) {
                    return std::floor(in_bytes(room) / printed_bytes_per_token(*known));
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
                    auto const r = asked(*known);
                    // SGLang starts with any pool; the others want one request of full length.
                    bool const ok = known->family == engine_family::sglang
                                        ? r.cache_tokens > tokens{0}
                                        : r.fits();
                    return prediction::of(ok ? 1 : 0);
                }),
                true);
        }
    }
}

} // namespace accuracy
