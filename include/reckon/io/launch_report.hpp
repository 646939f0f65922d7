// SPDX-License-Identifier: MIT
// What an engine will print of its memory when it starts, in its own words, to be held beside its log.
//
//   vLLM           Model loading took 95.9 GiB memory ...
//   SGLang         Load weight end. ... mem usage=95.9 GB; its GB are GiB, as in its logs
//   TensorRT-LLM   Allocated 25.97 GiB for max tokens in paged KV cache
//   llama.cpp      the lines of io/llama_cpp_report.hpp
//
// Source: the log lines of vLLM 0.21, SGLang 0.5, TensorRT-LLM 1.0 and llama.cpp; figures are those of
// serving/launch_figures.hpp.
#pragma once
#include <reckon/io/format.hpp>
#include <reckon/io/llama_cpp_report.hpp>
#include <reckon/serving/launch_figures.hpp>

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace reckon::inline v0::io {

namespace detail {
inline std::string with_decimals(double value, int decimals) {
    char digits[64]{};
    std::snprintf(digits, sizeof digits, "%.*f", decimals, value);
    return digits;
}
} // namespace detail

/// A deployment on llama.cpp as its own settings: everything on the devices, one slot a request, each with a
/// cache of its own.
template <model M, gpu G>
[[nodiscard]] llama_cpp_settings llama_cpp_settings_of(serving::deployment<M, G> const& d) {
    llama_cpp_settings s{.sequences = d.concurrency,
                         .unified = false,
                         .micro_batch = d.engine.batched_tokens,
                         .keys = d.kv_cache[state_kind::cache],
                         .values = d.kv_cache[state_kind::cache],
                         .outputs = d.concurrency,
                         .gpu_layers = -1,
                         .split = {d.layout.pipeline}};
    s.context =
        reckon::detail::multiply(static_cast<count>(in_tokens(d.max_context)), d.concurrency);
    return s;
}

/// The lines, without time stamps and prefixes. Empty for an engine whose words are not known, and where
/// the deployment has no figures (a layout that does not divide, a device of unknown memory).
/// \param f  the figures, of which a draft model beside the deployment may be part
template <model M, gpu G>
[[nodiscard]] std::vector<std::string> launch_report(serving::deployment<M, G> const& d,
                                                     serving::launch_figures const& f) {
    if (!(f.weights > bytes{0}) || !(memory_of(d).capacity > bytes{0})) { return {}; }
    auto const gib = [](bytes b, int decimals = 2) {
        return detail::with_decimals(in_gibibytes(b), decimals);
    };
    auto const tokens_text = [](tokens n) { return with_commas(static_cast<count>(in_tokens(n))); };
    std::string_view const name = d.engine.name.view();
    if (name == "vLLM") {
        std::vector<std::string> lines{"Model loading took " + gib(f.weights, 4) + " GiB memory",
                                       "Available KV cache memory: " + gib(f.pool) + " GiB"};
        if (f.pool > bytes{0}) {
            lines.push_back("GPU KV cache size: " + tokens_text(f.cache_tokens) + " tokens");
            lines.push_back("Maximum concurrency for " + tokens_text(d.max_context) +
                            " tokens per request: " + detail::with_decimals(f.concurrency, 2) +
                            "x");
        }
        return lines;
    }
    if (name == "SGLang") {
        return {"Load weight end. mem usage=" + gib(f.weights) + " GB.",
                "KV Cache is allocated. #tokens: " +
                    std::to_string(static_cast<count>(in_tokens(f.cache_tokens))) +
                    ", KV size: " + gib(max(f.pool, bytes{0})) + " GB",
                "max_total_num_tokens=" +
                    std::to_string(static_cast<count>(in_tokens(f.cache_tokens)))};
    }
    if (name == "TensorRT-LLM") {
        return {"Allocated " + gib(max(f.pool, bytes{0})) +
                " GiB for max tokens in paged KV cache (" +
                std::to_string(static_cast<count>(in_tokens(f.cache_tokens))) + ")."};
    }
    if (name == "llama.cpp") {
        llama_cpp_settings const s = llama_cpp_settings_of(d);
        auto const memory = llama_cpp_memory_of(d.model, d.weights, s);
        if (!memory) { return {}; }
        return llama_cpp_report(d.model, s, *memory, llama_cpp_device(d.gpu));
    }
    return {};
}

/// The same with the deployment's own figures.
template <model M, gpu G>
[[nodiscard]] std::vector<std::string> launch_report(serving::deployment<M, G> const& d) {
    return launch_report(d, serving::launch_figures_of(d));
}

/// What the report leaves out, as a sentence; empty where nothing is known to be.
template <model M, gpu G>
[[nodiscard]] std::string left_out_of_report(serving::deployment<M, G> const& d) {
    engine const e = serving::settled(d.engine, d.model, d.gpu, d.layout);
    if (!serving::encoder_left_out(d.model, e)) { return {}; }
    std::string const name(std::string_view(d.model.name));
    std::string_view const why = !e.encoder.known()         ? "its shape is not known"
                                 : !d.engine.images_allowed ? "no rule of the engine is known"
                                                            : "the command line leaves it out";
    return "Not counted: what the encoder of images of " + name +
           " takes beside its weights while it runs; " + std::string(why) + '.';
}

} // namespace reckon::inline v0::io
