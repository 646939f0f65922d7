// SPDX-License-Identifier: MIT
// All that a launch of llama.cpp allocates, by part and by side of the bus.
//
//   device = weights + caches of its layers + compute buffer,   for each device
//   host   = weights + caches of the other layers + compute buffer + logits
//   logits = V s 4,   s = sequences: what is handed to the caller
//
// Source:       ggml-org/llama.cpp v0.5.0 (commit 0ad4a86); the parts' own headers.
// Not modelled: what a device's driver and library take before the first buffer; program text, prompt
//               cache (--cache-ram), vision and draft models; embeddings as output.
#pragma once
#include <reckon/memory/llama_cpp/check.hpp>
#include <reckon/memory/llama_cpp/compute_buffer.hpp>
#include <reckon/units/makers.hpp>

namespace reckon::inline v0 {

/// What lies on one side.
struct llama_cpp_part {
    bytes weights{};
    llama_cpp_cache cache{};
    bytes compute{};
    bytes logits{};
    [[nodiscard]] constexpr bytes total() const noexcept {
        return weights + cache.total() + compute + logits;
    }
    friend constexpr bool operator==(llama_cpp_part const&,
                                     llama_cpp_part const&) noexcept = default;
};

/// What a launch of llama.cpp allocates: on each device, and on the host.
struct llama_cpp_memory {
    llama_cpp_part device{}; ///< the fullest device, whose number is `fullest`
    llama_cpp_part host{};
    static_vector<llama_cpp_part, llama_cpp_most_devices>
        devices{}; ///< all of them, in their order
    count fullest{};
    llama_cpp_extent extent{};
    bool exact{}; ///< whether the compute buffers are known to the byte; everything else always is
    friend constexpr bool operator==(llama_cpp_memory const&,
                                     llama_cpp_memory const&) noexcept = default;
};

/// The model's own context in tokens; 0 where it is not known.
template <model M> [[nodiscard]] constexpr count longest_context(M const& m) noexcept {
    return m.max_context.known() ? static_cast<count>(in_tokens(m.max_context.value())) : 0;
}

/// Everything that a launch allocates, or one sentence why it would not start.
template <model M> [[nodiscard]] constexpr result<llama_cpp_memory>
llama_cpp_memory_of(M const& m, recipe const& weights, llama_cpp_settings const& s,
                    llama_cpp_alignment const& alignment = {}) noexcept {
    if (possible_error const why = check_llama_cpp(m, s)) { return *why; }
    llama_cpp_memory all{};
    all.extent = extent_of(s, longest_context(m));
    llama_cpp_extent const& e = all.extent;
    count const layers = layer_count(m);
    llama_cpp_compute const pass = llama_cpp_compute_of(m, weights, s, e, alignment);
    llama_cpp_stages const stages = stages_of(s, layers);
    for (std::size_t d = 0; d < stages.size(); ++d) {
        llama_cpp_part part{.weights = llama_cpp_weights(m, weights, s, stages[d])};
        if (!s.cache_on_host) {
            part.cache = llama_cpp_cache_of(m, s, e, stages[d].first, stages[d].end);
        }
        part.compute = pass.devices[d];
        if (d == 0 || part.total() > all.device.total()) {
            all.device = part;
            all.fullest = static_cast<count>(d);
        }
        all.devices.push_back(part);
    }
    count const on_host = s.cache_on_host ? layers : first_device_layer(s, layers);
    all.host = {llama_cpp_weights(m, weights, s).host, llama_cpp_cache_of(m, s, e, 0, on_host),
                pass.host,
                bytes{4.0 * static_cast<double>(detail::multiply(m.vocabulary, e.sequences))}};
    all.exact = pass.exact;
    return all;
}

} // namespace reckon::inline v0
