// SPDX-License-Identifier: MIT
// The verdict of a deployment as one sentence, at run time and in a compiler's error.
#pragma once
#include <reckon/serving/memory_of.hpp>

namespace reckon::inline v0::serving {

/// A few words for each rule.
[[nodiscard]] constexpr std::string_view name(constraint c) noexcept {
    constexpr std::string_view names[] = {"fits",
                                          "layout",
                                          "context above the model's maximum",
                                          "empty load",
                                          "unknown device memory",
                                          "weights",
                                          "engine reserve",
                                          "KV cache",
                                          "device memory",
                                          "unknown device rate",
                                          "time to first token",
                                          "time per token",
                                          "throughput",
                                          "device count",
                                          "end-to-end time",
                                          "budget",
                                          "unknown price",
                                          "power",
                                          "unknown power"};
    return names[static_cast<int>(c)];
}

/// What is wrong, with the numbers: bytes a device, GB = 10^9.
/// "r1-prod: needs 236.3 GB per GPU, 135.1 GB usable on H200 SXM; the KV cache of 2,097,152 tokens does
/// not fit beside the weights, 640,123 would"
[[nodiscard]] constexpr sentence explain(memory_report const& r, label const& deployment_name,
                                         label const& gpu_name, tokens max_context,
                                         figure<tokens> longest) noexcept {
    sentence s{};
    if (!deployment_name.empty()) { s.append(deployment_name).append(": "); }
    auto const sizes = [&] {
        s.append("needs ").append_fixed(in_gigabytes(r.needed()), 1).append(" GB per GPU, ");
        s.append_fixed(in_gigabytes(r.budget), 1)
            .append(" GB usable on ")
            .append(gpu_name)
            .append("; ");
    };
    switch (r.broken) {
    case constraint::none:
        return s.append("fits with ")
            .append_fixed(in_gigabytes(r.headroom()), 1)
            .append(" GB to spare of ")
            .append_fixed(in_gigabytes(r.budget), 1)
            .append(" GB per GPU on ")
            .append(gpu_name);
    case constraint::layout: return s.append(explain(r.layout));
    case constraint::load:
        return s.append("context and concurrency must be at least 1 (context is ")
            .append_fixed(reckon::detail::floor(in_tokens(max_context)), 0)
            .append(" tokens)");
    case constraint::context:
        return s.append("a context of ")
            .append_fixed(in_tokens(max_context), 0)
            .append(" tokens is above the model's maximum of ")
            .append_fixed(in_tokens(longest.value_or(tokens{0})), 0);
    case constraint::memory_unknown:
        return s.append("the memory of ")
            .append(gpu_name)
            .append(" is not known; give it in the gpu_spec");
    case constraint::weights:
        sizes();
        return s.append("the weights alone take ")
            .append_fixed(in_gigabytes(r.weights), 1)
            .append(" GB");
    case constraint::runtime:
        sizes();
        return s.append("the weights leave no room for the engine's ")
            .append_fixed(in_gigabytes(r.runtime.value + r.activations.value), 1)
            .append(" GB");
    case constraint::cache:
        sizes();
        return s.append("the KV cache of ")
            .append_fixed(in_tokens(r.tokens_needed), 0)
            .append(" tokens does not fit beside the weights, ")
            .append_fixed(in_tokens(r.cache_tokens), 0)
            .append(" would");
    case constraint::device:
        return s.append("the engine's budget of ")
            .append_fixed(in_gigabytes(r.budget), 1)
            .append(
                " GB fits, but beside it the driver's context, graphs and what else it does not "
                "count take ")
            .append_fixed(in_gigabytes(r.outside.value), 1)
            .append(" GB, more than the ")
            .append_fixed(in_gigabytes(r.capacity - r.budget), 1)
            .append(" GB left on ")
            .append(gpu_name)
            .append("; lower the utilization");
    default: return s.append(name(r.broken));
    }
}

/// Why the deployment does not fit, in one sentence with the value and the remedy. `r`:
/// memory_of(d).
template <model M, gpu G>
[[nodiscard]] constexpr sentence explain(deployment<M, G> const& d,
                                         memory_report const& r) noexcept {
    if (r.broken == constraint::load && d.concurrency < 1) {
        sentence s{};
        if (!d.name.empty()) { s.append(d.name).append(": "); }
        return s.append("the concurrency is ")
            .append_grouped(d.concurrency)
            .append(" requests; it must be at least 1");
    }
    return explain(r, d.name, label(std::string_view(d.gpu.name)), d.max_context,
                   d.model.max_context);
}

} // namespace reckon::inline v0::serving
