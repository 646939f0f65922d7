// SPDX-License-Identifier: MIT
// The flags that say what a deployment has beside its engine's defaults, engine by engine.
#pragma once
#include <reckon/catalog/hub_names.hpp>
#include <reckon/io/command_line.hpp>
#include <reckon/io/command_line/arguments.hpp>

namespace reckon::inline v0::io::command {

/// The member in which a launch differs from a deployment; empty where none does.
template <class D>
[[nodiscard]] constexpr std::string_view first_difference(launch const& l, D const& d) noexcept {
    engine const& a = l.engine;
    engine const& b = d.engine;
    if (!(l.name == d.name)) { return "name"; }
    if (l.layout.tensor != d.layout.tensor) { return "layout.tensor"; }
    if (l.layout.pipeline != d.layout.pipeline) { return "layout.pipeline"; }
    if (l.replicas != 1 || l.layout.data != d.layout.data) { return "layout.data"; }
    if (l.layout.expert != d.layout.expert) { return "layout.expert"; }
    if (l.layout.context != d.layout.context) { return "layout.context"; }
    if (!(l.layout == d.layout)) { return "layout.redundant_experts"; }
    if (!(l.weights == d.weights)) { return "weights"; }
    if (!(l.kv_cache == d.kv_cache)) { return "kv_cache"; }
    if (!(l.max_context == d.max_context)) { return "max_context"; }
    if (a.memory_utilization != b.memory_utilization) { return "engine.memory_utilization"; }
    if (a.batched_tokens != b.batched_tokens) { return "engine.batched_tokens"; }
    if (a.sequences != b.sequences) { return "engine.sequences"; }
    if (a.unchunked != b.unchunked) { return "engine.unchunked"; }
    if (a.block_tokens != b.block_tokens) { return "engine.block_tokens"; }
    if (!(a.cache_bytes == b.cache_bytes)) { return "engine.cache_bytes"; }
    if (a.graphs != b.graphs) { return "engine.graphs"; }
    if (a.captured != b.captured) { return "engine.captured"; }
    if (a.prediction_modules != b.prediction_modules) { return "engine.prediction_modules"; }
    if (a.exchanged_tokens != b.exchanged_tokens) { return "engine.exchanged_tokens"; }
    if (a.adapters != b.adapters) { return "engine.adapters"; }
    if (a.adapter_rank != b.adapter_rank) { return "engine.adapter_rank"; }
    if (a.images != b.images) { return "engine.images"; }
    if (!(a.host_weights == b.host_weights)) { return "engine.host_weights"; }
    if (!(a == b)) { return "engine"; }
    any_model const model = d.model;
    if (!(l.model == model)) { return "model"; }
    return {};
}

namespace detail {

/// A decimal number in as few digits as give it back.
[[nodiscard]] constexpr text<31> shortest(double number) noexcept {
    text<31> digits{};
    for (int decimals = 0; decimals < 16; ++decimals) {
        double const scale = reckon::detail::power(10, decimals);
        double const scaled = number * scale;
        if (scaled > 9e15) { break; }
        digits = text<31>{};
        auto const whole = static_cast<count>(scaled + 0.5);
        auto const unit = static_cast<count>(scale);
        digits.append(whole / unit);
        if (decimals > 0) {
            digits.append(".");
            for (count place = unit / 10; place > 0; place /= 10) {
                digits.append(whole / place % 10);
            }
        }
        if (read_decimal(digits.view()) == number) { break; }
    }
    return digits;
}

/// Collects flags with their values.
class flag_writer {
public:
    argument_list words{};

    constexpr void flag(std::string_view name) noexcept { words.add(name); }
    constexpr void flag(std::string_view name, std::string_view value) noexcept {
        words.add(name);
        words.add(value);
    }
    constexpr void number(std::string_view name, count value, count standard) noexcept {
        if (value != standard) { flag(name, text<31>{}.append(value).view()); }
    }
    constexpr void decimal(std::string_view name, double value, double standard) noexcept {
        if (value != standard) { flag(name, shortest(value).view()); }
    }
};

/// The names of an engine's flags for what all engines have.
struct spelling {
    std::string_view name{};
    std::string_view context{};
    std::string_view utilization{};
    std::string_view batched{};
    std::string_view sequences{};
    std::string_view block{};
    std::string_view captured{};
    std::string_view no_graphs{};
    std::string_view cache{};
    std::string_view states{};
    std::string_view host{};
    std::string_view text_only{};
};
inline constexpr spelling vllm_spelling{
    "--served-model-name",          "--max-model-len",  "--gpu-memory-utilization",
    "--max-num-batched-tokens",     "--max-num-seqs",   "--block-size",
    "--max-cudagraph-capture-size", "--enforce-eager",  "--kv-cache-dtype",
    "--mamba-ssm-cache-dtype",      "--cpu-offload-gb", "--language-model-only"};
inline constexpr spelling sglang_spelling{
    "--served-model-name",    "--context-length",       "--mem-fraction-static",
    "--chunked-prefill-size", "--max-running-requests", "--page-size",
    "--cuda-graph-max-bs",    "--disable-cuda-graph",   "--kv-cache-dtype",
    "--mamba-ssm-dtype",      "--cpu-offload-gb",       "--language-only"};
inline constexpr spelling tensorrt_llm_spelling{.context = "--max_seq_len",
                                                .utilization = "--free_gpu_memory_fraction",
                                                .batched = "--max_num_tokens",
                                                .sequences = "--max_batch_size",
                                                .cache = "--kv_cache_dtype"};

/// Weights: the first of the engine's choices that gives them.
constexpr void write_weights(flag_writer& out, recipe const& wanted,
                             recipe const& published) noexcept {
    auto const gives = [&](std::string_view dtype, std::string_view method) {
        auto const read = weights_as_loaded(published, dtype, method);
        return read && *read == wanted;
    };
    if (gives({}, {})) { return; }
    for (std::string_view const dtype : {"bfloat16", "float16", "float32"}) {
        if (gives(dtype, {})) { return out.flag("--dtype", dtype); }
    }
    for (quantization_method const& m : quantization_methods) {
        if (m.at_load != nullptr && gives({}, m.name)) {
            return out.flag("--quantization", m.name);
        }
    }
}

/// The cache's formats: the first of the engine's names that give them.
template <std::size_t Names>
constexpr void write_cache(flag_writer& out, spelling const& s, cache_recipe const& wanted,
                           any_precision const& automatic,
                           std::string_view const (&names)[Names]) noexcept {
    for (std::string_view const name : names) {
        auto const read = cache_format(name, automatic);
        if (!read || !(*read == wanted[state_kind::cache])) { continue; }
        for (std::string_view const state : {"", "float16", "bfloat16"}) {
            auto const with = with_states(cache_recipe(*read), state);
            if (!with || !(*with == wanted)) { continue; }
            if (!name.empty()) { out.flag(s.cache, name); }
            if (!std::string_view(state).empty()) { out.flag(s.states, state); }
            return;
        }
    }
}

/// What is not the engine's default, in the order of the members.
template <class D>
constexpr void write_common(flag_writer& out, spelling const& s, D const& d, any_model const& model,
                            engine const& standard) noexcept {
    auto const length = static_cast<count>(in_tokens(d.max_context));
    bool const longest = model.max_context.known() && d.max_context == model.max_context.value();
    if (!longest) { out.number(s.context, length, -1); }
    engine const& e = d.engine;
    out.decimal(s.utilization, e.memory_utilization, standard.memory_utilization);
    out.number(s.sequences, e.sequences, standard.sequences);
    out.number(s.batched, e.batched_tokens, standard.batched_tokens);
    if (!s.block.empty()) { out.number(s.block, e.block_tokens, standard.block_tokens); }
    if (!s.captured.empty()) { out.number(s.captured, e.captured, standard.captured); }
    if (!s.no_graphs.empty() && !e.graphs) { out.flag(s.no_graphs); }
    if (!s.host.empty()) { out.decimal(s.host, in_gibibytes(e.host_weights), 0); }
}

template <class D>
constexpr void write_vllm(flag_writer& out, D const& d, any_model const& model,
                          bool text_only) noexcept {
    engine const& standard = engines::vllm;
    if (!d.name.empty()) { out.flag("--served-model-name", d.name.view()); }
    out.number("--tensor-parallel-size", d.layout.tensor, 1);
    out.number("--pipeline-parallel-size", d.layout.pipeline, 1);
    out.number("--data-parallel-size", d.layout.data, 1);
    out.number("--decode-context-parallel-size", d.layout.context, 1);
    if (d.layout.expert > 1) { out.flag("--enable-expert-parallel"); }
    out.number("--num-redundant-experts", d.layout.redundant_experts, 0);
    write_weights(out, d.weights, model.published);
    write_common(out, vllm_spelling, d, model, standard);
    bool const own = packs_latents(model, d.engine);
    write_cache(out, vllm_spelling, d.kv_cache, own ? any_precision(fp8) : compute_type(d.weights),
                {"", "bfloat16", "float16", "fp8", "fp8_e5m2", "nvfp4"});
    if (!(d.engine.cache_bytes == bytes{})) {
        out.number("--kv-cache-memory-bytes", static_cast<count>(in_bytes(d.engine.cache_bytes)),
                   0);
    }
    if (d.engine.unchunked != standard.unchunked) { out.flag("--no-enable-chunked-prefill"); }
    if (d.engine.prediction_modules > 0) {
        out.flag("--speculative-config", R"({"method":"mtp","num_speculative_tokens":1})");
    }
    if (d.engine.adapters > 0) {
        out.flag("--enable-lora");
        out.number("--max-loras", d.engine.adapters, 1);
        out.number("--max-lora-rank", d.engine.adapter_rank, 16);
    }
    if (d.engine.exchanged_tokens == engines::vllm_exchanged_tokens) {
        out.flag("--all2all-backend", "deepep_low_latency");
    }
    if (text_only) { out.flag("--language-model-only"); }
    if (d.engine.images > 0) {
        text<63> limit{};
        out.flag("--limit-mm-per-prompt",
                 limit.append("{\"image\":").append(d.engine.images).append("}").view());
    }
    if (standard.reserves_for_images && !d.engine.reserves_for_images) {
        out.flag("--skip-mm-profiling");
    }
}

template <class D>
constexpr void write_sglang(flag_writer& out, D const& d, any_model const& model,
                            bool text_only) noexcept {
    engine const& standard = engines::sglang;
    if (!d.name.empty()) { out.flag("--served-model-name", d.name.view()); }
    out.number("--tp-size", reckon::detail::multiply(d.layout.tensor, d.layout.data), 1);
    out.number("--pp-size", d.layout.pipeline, 1);
    if (d.layout.data > 1) {
        out.number("--dp-size", d.layout.data, 1);
        out.flag("--enable-dp-attention");
    }
    out.number("--ep-size", d.layout.expert, 1);
    out.number("--ep-num-redundant-experts", d.layout.redundant_experts, 0);
    write_weights(out, d.weights, model.published);
    write_common(out, sglang_spelling, d, model, standard);
    if (d.engine.unchunked != standard.unchunked) { out.flag("--chunked-prefill-size", "-1"); }
    write_cache(out, sglang_spelling, d.kv_cache, compute_type(d.weights),
                {"", "bfloat16", "fp8_e4m3", "fp8_e5m2", "fp4_e2m1"});
    if (d.engine.prediction_modules > 0) { out.flag("--speculative-algorithm", "NEXTN"); }
    if (d.engine.adapters > 0) {
        out.flag("--enable-lora");
        out.number("--max-loras-per-batch", d.engine.adapters, 8);
        out.number("--max-lora-rank", d.engine.adapter_rank, 0);
    }
    if (text_only) { out.flag("--language-only"); }
}

template <class D>
constexpr void write_tensorrt_llm(flag_writer& out, D const& d, any_model const& model) noexcept {
    out.number("--tp_size", reckon::detail::multiply(d.layout.tensor, d.layout.data), 1);
    out.number("--pp_size", d.layout.pipeline, 1);
    out.number("--ep_size", d.layout.expert, 1);
    if (d.layout.data > 1) { out.flag("--enable_attention_dp"); }
    write_common(out, tensorrt_llm_spelling, d, model, engines::tensorrt_llm);
    write_cache(out, tensorrt_llm_spelling, d.kv_cache, compute_type(d.weights),
                {"", "fp8", "nvfp4"});
}

template <class D> constexpr void write_llama_cpp(flag_writer& out, D const& d) noexcept {
    if (!d.name.empty()) { out.flag("--alias", d.name.view()); }
    auto const length = static_cast<count>(in_tokens(d.max_context));
    out.number("-c", reckon::detail::multiply(length, d.concurrency), -1);
    out.number("-np", d.concurrency, -1);
    out.number("-ub", d.engine.batched_tokens, engines::llama_cpp.batched_tokens);
    for (cache_type const& type : cache_types) {
        if (type.name != "f16" && cache_recipe(type.format()) == d.kv_cache) {
            out.flag("-ctk", type.name);
            out.flag("-ctv", type.name);
            break;
        }
    }
    if (d.layout.pipeline > 1) {
        command_text shares{};
        for (count i = 0; i < d.layout.pipeline && i < 64; ++i) {
            shares.append(i == 0 ? "1" : ",1");
        }
        out.flag("-ts", shares.view());
    }
}

inline constexpr std::string_view gguf_types[] = {
    "F32",     "F16",    "BF16",  "Q8_0",  "Q6_K",   "Q5_K_M",  "Q5_K_S", "Q5_0",  "Q5_1",
    "Q4_K_M",  "Q4_K_S", "Q4_0",  "Q4_1",  "Q3_K_L", "Q3_K_M",  "Q3_K_S", "Q2_K",  "Q2_K_S",
    "IQ4_XS",  "IQ4_NL", "IQ3_M", "IQ3_S", "IQ3_XS", "IQ3_XXS", "IQ2_M",  "IQ2_S", "IQ2_XS",
    "IQ2_XXS", "IQ1_M",  "IQ1_S", "TQ1_0", "TQ2_0",  "MXFP4"};

[[nodiscard]] constexpr error cannot_say(engine_kind kind, std::string_view member) noexcept {
    sentence why{};
    why.append("a command line of ").append(name(kind)).append(" cannot say the deployment's ");
    return {errc::unsupported,
            why.append(member).append("; set it to what the engine can be told, or write JSON.")};
}

/// Of the names that the catalogue has for the model of `row`, the first whose checkpoint is stored and made for contexts as
/// `m` is; `otherwise` where none is.
[[nodiscard]] constexpr std::string_view name_like(any_model const& m, std::size_t row,
                                                   auto const& names,
                                                   std::string_view otherwise) noexcept {
    figure<tokens> const own = catalog::model<any_model>(row).max_context;
    for (auto const& n : names) {
        if (n.model != row || !(catalog::model_format(n.format) == m.published)) { continue; }
        figure<tokens> const context =
            n.max_context == 0 ? own : figure<tokens>(tokens{static_cast<double>(n.max_context)});
        if (context == m.max_context) { return n.name; }
    }
    return otherwise;
}

/// The catalogue's name of a model that is stored so: its own name, or an alias of that format.
[[nodiscard]] constexpr std::string_view name_of_stored(any_model const& m) noexcept {
    auto const own = find_model(m.name.view());
    if (!own || (own->published == m.published && own->max_context == m.max_context)) {
        return m.name.view();
    }
    auto const* row = reckon::detail::find_by_name(
        catalog::model_aliases, reckon::detail::comparable_name(m.name.view()).view());
    return name_like(m, row->model, catalog::model_aliases, m.name.view());
}

/// The repository that engines load it from, "deepseek-ai/DeepSeek-R1"; the catalogue's name where none is
/// known.
[[nodiscard]] constexpr std::string_view repository_of(any_model const& m) noexcept {
    auto const* row = reckon::detail::find_by_name(
        catalog::model_aliases, reckon::detail::comparable_name(m.name.view()).view());
    if (row == nullptr) { return m.name.view(); }
    return name_like(m, row->model, catalog::hub_names, name_of_stored(m));
}

} // namespace detail

} // namespace reckon::inline v0::io::command
