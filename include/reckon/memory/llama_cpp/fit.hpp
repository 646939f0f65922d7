// SPDX-License-Identifier: MIT
// How many layers fit on a device, and how long a context fits with a given number of them.
//
//   layers_on_device = the largest ngl in 0 .. L + 1 with  device(ngl) <= free
//   largest_context  = the largest n_ctx, in the engine's steps, with  device(n_ctx) <= free, host <= host_free
//
// Both are searches over the same law that answers one launch, so they are exact at its edge: one layer,
// or one step of 256 cells (of each stream), more does not fit. Layers differ, and full offload has another
// compute buffer than partial offload, so every ngl is asked; contexts are halved, because bytes grow with them.
#pragma once
#include <reckon/memory/llama_cpp/memory.hpp>

namespace reckon::inline v0 {

/// The best -ngl for `free` bytes of the device, L + 1 at most; 0 where not even the head fits.
template <model M> [[nodiscard]] constexpr result<count>
layers_on_device(M const& m, recipe const& weights, bytes free, llama_cpp_settings s,
                 llama_cpp_alignment const& alignment = {}) noexcept {
    for (count n = layer_count(m) + 1; n > 0; --n) {
        s.gpu_layers = n;
        auto const memory = llama_cpp_memory_of(m, weights, s, alignment);
        if (!memory) { return memory.error(); }
        if (memory->device.total() <= free) { return n; }
    }
    return count{0};
}

/// The longest context that fits into `free` bytes of the device and `host_free` of the host, in tokens
/// over all sequences; 0 where not even the shortest does. At most the model's own context for each sequence.
template <model M> [[nodiscard]] constexpr result<count>
largest_context(M const& m, recipe const& weights, bytes free, bytes host_free,
                llama_cpp_settings s, llama_cpp_alignment const& alignment = {}) noexcept {
    count const streams = s.unified ? 1 : detail::max(count{1}, s.sequences);
    count const step = detail::multiply(llama_cpp_cell_step, streams);
    count const longest = detail::multiply(longest_context(m), streams);
    if (longest < step) {
        return error{errc::missing_field,
                     "the model does not say how long its context is, so there is no largest one."};
    }
    error refusal{};
    auto const fits = [&](count steps) {
        s.context = detail::multiply(steps, step);
        auto const memory = llama_cpp_memory_of(m, weights, s, alignment);
        if (!memory) {
            refusal = memory.error();
            return false;
        }
        return memory->device.total() <= free && memory->host.total() <= host_free;
    };
    count low = 0;
    count high = longest / step + 1;
    while (high - low > 1) {
        count const middle = low + (high - low) / 2;
        (fits(middle) ? low : high) = middle;
    }
    if (!refusal.message.empty()) { return refusal; }
    return detail::multiply(low, step);
}

} // namespace reckon::inline v0
