// SPDX-License-Identifier: MIT
#include "accuracy/serving_launch.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace accuracy {

namespace {

using namespace reckon;

/// What was out in a month, for rows that date a launch instead of naming its release.
/// Source: release dates of vllm-project/vllm and sgl-project/sglang on GitHub.
struct release {
    std::string_view since; ///< year and month
    engine_version version;
};
constexpr release vllm_releases[] = {
    {"2023-06", {0, 1, 0}},  {"2023-09", {0, 2, 0}},  {"2024-01", {0, 3, 0}},
    {"2024-04", {0, 4, 0}},  {"2024-06", {0, 5, 0}},  {"2024-09", {0, 6, 0}},
    {"2025-02", {0, 7, 0}},  {"2025-04", {0, 8, 0}},  {"2025-06", {0, 9, 0}},
    {"2025-08", {0, 10, 0}}, {"2025-10", {0, 11, 0}}, {"2025-12", {0, 12, 0}},
    {"2026-01", {0, 13, 0}}, {"2026-02", {0, 15, 0}}};
constexpr release sglang_releases[] = {{"2024-07", {0, 3, 0}},
                                       {"2025-01", {0, 4, 0}},
                                       {"2025-09", {0, 5, 2}},
                                       {"2025-11", {0, 5, 4}},
                                       {"2026-01", {0, 6, 0}}};

/// "0.10.1.1" -> 0.10.1; a date is that of the release; `otherwise` where neither is said.
template <std::size_t N>
engine_version version_of(std::string_view text, release const (&releases)[N],
                          engine_version otherwise) {
    if (text.starts_with("20")) {
        engine_version found{};
        for (release const& r : releases) {
            if (text.substr(0, r.since.size()) >= r.since) { found = r.version; }
        }
        return found;
    }
    std::vector<int> parts;
    for (std::size_t at = 0; at < text.size() && parts.size() < 3;) {
        auto const end = text.find_first_not_of("0123456789", at);
        auto const value = whole_number(text.substr(at, end - at));
        if (!value) { break; }
        parts.push_back(static_cast<int>(*value));
        if (end == std::string_view::npos || text[end] != '.') { break; }
        at = end + 1;
    }
    if (parts.size() > 1) { return {parts[0], parts[1], parts.size() > 2 ? parts[2] : 0}; }
    return otherwise;
}

/// What tables call V0 is the engine before 0.8, whatever the package; what they leave open is taken for the
/// releases most rows are of.
engine_version vllm_version(std::string_view text) {
    std::string const t = lower(text);
    engine_version const version = version_of(t, vllm_releases, {0, 13, 0});
    return contains(t, "v0") && version > engine_version{0, 7} ? engine_version{0, 7} : version;
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

/// What a checkpoint's own configuration says of its formats, where a table says "int4".
struct checkpoint {
    std::string_view name;
    recipe weights;
    any_precision cache;
};

std::optional<checkpoint> checkpoint_named(std::string_view name) {
    checkpoint const known[] = {
        // Experts alone, in groups of 32 (compressed-tensors), a cache in fp8: log of sostrowsk/dgx-spark-local-llm,
        // "Checkpoint size: 66.97 GiB", "kv_cache_dtype=torch.float8_e4m3fn".
        {"poolside/Laguna-S-2.1-INT4", experts_in(int4_g32_symmetric, bf16), fp8},
        // pack-quantized, int4, group_size 32; dense blocks, router and head are in its ignore list; 17.2 GB.
        {"cyankiwi/gemma-4-26B-A4B-it-qat-AWQ-INT4",
         recipe(int4_g32_symmetric)
             .with(tensor_role::shared_gate, bf16)
             .with(tensor_role::shared_up, bf16)
             .with(tensor_role::shared_down, bf16),
         bf16},
    };
    for (checkpoint const& c : known) {
        if (name == c.name) { return c; }
    }
    return std::nullopt;
}

/// Drafters with a checkpoint of their own, of published size.
struct drafter {
    std::string_view word; ///< in the notes
    std::string_view model;
    double gib;
};
constexpr drafter drafters[] = {
    {"dflash", "poolside/Laguna-S-2.1", 2.08}, // log of sostrowsk/dgx-spark-local-llm
};

/// Bytes of expanded keys and values over those of the latent: vLLM before 0.7 pads both to 256 values a head.
/// Source: vllm-project/vllm v0.5 models/deepseek_v2 (head size 256).
double expanded_over_latent(any_model const& m, layout const& l) {
    constexpr double padded = 256;
    double scale = 1;
    m.groups.for_each([&](any_layers const& group) {
        if (auto const* latent = reckon::get_if<mla>(&group.attention.family)) {
            scale = static_cast<double>(reckon::detail::ceil_div(latent->query_heads, l.tensor)) *
                    2 * padded / static_cast<double>(latent->kv_lora_rank + latent->qk_rope_dim);
        }
    });
    return scale;
}

/// What the notes say of the launch that no column does.
void read_notes(launch& l, record const& row, std::string_view notes) {
    engine& e = l.told.engine;
    any_model const& model = l.model();
    double const longest = number(row["max_model_len"]).value_or(0);
    auto const batched = number(row["max_num_batched_tokens"]);
    auto const has = [&](auto... parts) { return (contains(notes, parts) || ...); };
    // "the identity closes exactly at 0.95, so 0.95 was used"
    if (auto const end = notes.find(" was used");
        row["gpu_memory_utilization"].empty() && end != std::string_view::npos) {
        auto const from = notes.find_last_not_of("0123456789.", end - 1) + 1;
        if (auto const used = number(notes.substr(from, end - from));
            used && *used > 0 && *used < 1) {
            e.memory_utilization = *used;
        }
    }
    if (has("mtp draft", "mtp on", "mtp included")) {
        e.prediction_modules = model.mtp.layers;
        e.drafted_tokens = model.mtp.layers > 0 ? 3 : 0; // no column tells how many
    }
    // llm-compressor and AutoRound leave the modules of models with delta nets in 16 bit (cards of Qwen3.6).
    if (e.prediction_modules > 0 && l.weights && has_delta_net(model)) {
        l.wide_modules = mtp_weights_of(model, recipe(bf16), e.prediction_modules, l.told.layout) -
                         mtp_weights_of(model, l.told.weights, e.prediction_modules, l.told.layout);
    }
    for (drafter const& draft : drafters) {
        if (has(draft.word) && row["model"].starts_with(draft.model)) {
            l.wide_modules += gibibytes(draft.gib);
            l.no_tokens = "the layers of the drafter, whose cache the tokens share, are not known";
        }
    }
    if (has("lora")) {
        e.adapters = 1;
        e.adapter_rank = 32; // the rank is never stated; notebooks of Unsloth ask for 16 to 64
    }
    bool const unsloth = has("unsloth") || contains(lower(row["engine_version"]), "unsloth");
    if (unsloth && e.sequences == 0 && l.weights && l.gpu) {
        auto const capacity = serving::capacity_of(l.told.gpu, e);
        double const left = in_gibibytes(capacity.value_or(bytes{})) * e.memory_utilization -
                            in_gibibytes(weights_of(model, l.told.weights, l.told.layout).total());
        e.sequences = unsloth_sequences(left);
        if (!batched) { e.batched_tokens = static_cast<count>(std::max(longest, 256.0)); }
    }
}

} // namespace

engine_family family_of(std::string_view name) {
    std::string const n = lower(name);
    if (contains(n, "llama.cpp") || contains(n, "ollama")) { return engine_family::llama_cpp; }
    if (contains(n, "hpu")) { return engine_family::other; } // a fork that keeps padded copies
    if (contains(n, "vllm")) { return engine_family::vllm; }
    if (contains(n, "sglang")) { return engine_family::sglang; }
    if (contains(n, "trt") || contains(n, "tensorrt")) { return engine_family::tensorrt; }
    return engine_family::other;
}

std::optional<long long> flag(std::string_view notes, std::string_view key) {
    auto const at = notes.find(key);
    if (at == std::string_view::npos) { return std::nullopt; }
    std::string_view rest = notes.substr(at + key.size());
    return whole_number(rest.substr(0, rest.find_first_not_of("0123456789")));
}

bool is_latent(any_model const& m) {
    bool latent = false;
    m.groups.for_each([&](auto const& group) { latent = latent || keeps_latent(group.attention); });
    return latent;
}

found<any_gpu> device_of(record const& row) {
    auto known = gpu_for_memory(row["gpu"]);
    if (known || !row["gpu"].empty()) { return known; }
    // "GPU not printed (24 GB class)"
    std::string_view const notes = row["notes"];
    for (std::string_view const word : {" GB class", " GB-class"}) {
        auto const at = notes.find(word);
        if (at == std::string_view::npos) { continue; }
        auto const from = notes.find_last_not_of("0123456789", at - 1);
        auto sized = gpu_of_size(notes.substr(from + 1, at - from + 2));
        if (sized) { return sized; }
    }
    return known;
}

found<launch> launch_of(record const& row, any_model const& model) {
    launch l{};
    l.family = family_of(row["engine"]);
    std::string const notes = lower(row["notes"]);
    l.gpu = device_of(row);
    vendor const maker = l.gpu ? l.gpu->architecture.maker : vendor::nvidia;
    l.weights = format_named(row["weight_format"], model, maker);
    // V4-Pro on H200 logs a quarter more than the checkpoint's bytes; which kernel's layout it is, is not known.
    if (l.family == engine_family::sglang && l.weights && l.gpu &&
        !l.gpu->architecture.name.empty() &&
        (*l.weights)[tensor_role::expert_up].operands == arithmetic::fp4 &&
        !l.gpu->architecture.native.has(arithmetic::fp4)) {
        return found<launch>::none(
            "how SGLang holds FP4 experts on devices without FP4 is not modelled");
    }
    auto cache = cache_named(row["kv_dtype"]);
    if (!cache) { return found<launch>::none(cache.reason); }
    if (auto const own = checkpoint_named(row["model"]); own && l.weights) {
        l.weights.value = own->weights;
        if (row["kv_dtype"].empty()) { cache.value = own->cache; }
    }
    auto const layout = layout_of(row["n_gpus"], row["tp"], row["pp"], row["dp"], row["ep"], model);
    if (!layout) { return found<launch>::none(layout.reason); }
    if (auto const stated = number(row["gpu_total_mem_gib"])) {
        if (!l.gpu) { l.gpu = {any_gpu{}, {}}; }
        l.gpu.value->memory_usable = {bytes{gibibytes(*stated)}, provenance::observed};
        if (!l.gpu->memory.known()) { l.gpu.value->memory = bytes{gibibytes(*stated)}; }
    }
    auto& d = l.told;
    d.model = model;
    if (l.gpu) { d.gpu = *l.gpu; }
    if (l.weights) { d.weights = *l.weights; }
    d.kv_cache = *cache;
    d.layout = layout->layout;
    d.layout.context =
        flag(notes, "decode_context_parallel=").value_or(flag(notes, "dcp=").value_or(1));
    d.concurrency = d.layout.data;
    double const longest = number(row["max_model_len"]).value_or(0);
    d.max_context = longest > 0 ? tokens{longest} : model.max_context.value_or(tokens{1});
    // Engines serve longer contexts where asked to.
    if (d.model.max_context.known() && d.model.max_context.value() < d.max_context) {
        d.model.max_context = d.max_context;
    }
    auto const batched = number(row["max_num_batched_tokens"]);
    engine& e = d.engine;
    switch (l.family) {
    case engine_family::vllm: {
        engine_version const version = vllm_version(row["engine_version"]);
        e = engines::vllm_release(version);
        if (version < engine_version{0, 7}) {
            l.cached_values_scale = expanded_over_latent(model, d.layout);
        }
        break;
    }
    case engine_family::sglang:
        e = engines::sglang_release(
            version_of(row["engine_version"], sglang_releases, engine_version{0, 6}));
        if (contains(lower(row["engine"]), "ascend")) { e = engines::on_ascend(e); }
        break;
    case engine_family::tensorrt: e = engines::tensorrt_llm; break;
    case engine_family::llama_cpp:
    case engine_family::other:
        return found<launch>::none("engine '" + std::string(row["engine"]) + "' has no profile");
    }
    if (auto const fraction = number(row["gpu_memory_utilization"])) {
        e.memory_utilization = *fraction;
    }
    e.sequences = whole_number(row["max_num_seqs"]).value_or(0);
    e.batched_tokens = batched ? static_cast<count>(*batched) : 0;
    // Prompts of a stated chunk are never taken whole; V0 chunks those that are longer than it takes.
    bool const too_long =
        e.unchunked > 0 && in_tokens(d.max_context) > static_cast<double>(e.unchunked);
    if (batched || too_long) { e.unchunked = 0; }
    if (l.family == engine_family::vllm) {
        e.block_tokens = whole_number(row["block_size"]).value_or(e.block_tokens);
    }
    read_notes(l, row, notes);
    if (!check(d.model, d.layout).ok()) { d.layout.context = 1; }
    return {l, {}};
}

} // namespace accuracy
