// SPDX-License-Identifier: MIT
// What an engine will print of its memory when it starts, in its own words, to be held beside its log.
//
//   vLLM           Model loading took 95.9 GiB memory ...
//   SGLang         Load weight end. ... mem usage=95.9 GB; its GB are GiB, as in its logs
//   TensorRT-LLM   Allocated 25.97 GiB for max tokens in paged KV cache
//   llama.cpp      model buffer size, KV buffer size in MiB
//
// Source: the log lines of vLLM 0.21, SGLang 0.5, TensorRT-LLM 1.0 and llama.cpp; figures are those of
// serving/launch_figures.hpp.
#pragma once
#include <reckon/io/format.hpp>
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

/// The lines, without time stamps and prefixes. Empty for an engine whose words are not known, and where
/// the deployment has no figures (a layout that does not divide, a device of unknown memory).
template <model M, gpu G>
[[nodiscard]] std::vector<std::string> launch_report(serving::deployment<M, G> const& d) {
    serving::launch_figures const f = serving::launch_figures_of(d);
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
        serving::memory_report const r = memory_of(d);
        auto const mib = [](bytes b) { return detail::with_decimals(in_mebibytes(b), 2); };
        return {"model buffer size = " + mib(r.weights) + " MiB",
                "KV buffer size = " + mib(r.kv_cache) + " MiB"};
    }
    return {};
}

} // namespace reckon::inline v0::io
