// SPDX-License-Identifier: MIT
// How many layers fit on the devices, and how long a context fits with a given number of them.
//
//   layers_on_device = the largest ngl in 0 .. L + 1 with  device(ngl) <= free on every device
//   largest_context  = the largest n_ctx, in the engine's steps, with  device(n_ctx) <= free, host <= host_free
//
// Both are searches over the same law that answers one launch, so they are exact at its edge: one layer,
// or one step of 256 cells (of each stream), more does not fit. Layers differ, and full offload has another
// compute buffer than partial offload, so every ngl is asked; contexts are halved, because bytes grow with them
// (but for the packing of a pass, where a longer context may fall a little better).
#pragma once
#include <reckon/memory/llama_cpp/memory.hpp>

#include <span>

namespace reckon::inline v0 {

/// Whether every device has room for what is put on it. `free`: a figure for each.
[[nodiscard]] constexpr bool fits_on_devices(llama_cpp_memory const& memory,
                                             std::span<bytes const> free) noexcept {
    for (std::size_t d = 0; d < memory.devices.size(); ++d) {
        if (d >= free.size() || memory.devices[d].total() > free[d]) { return false; }
    }
    return true;
}

namespace detail {
/// Whether any layer has routed experts.
template <model M> [[nodiscard]] constexpr bool is_mixture(M const& m) noexcept {
    bool mixture = false;
    m.groups.for_each(
        [&](auto const& group) { mixture = mixture || group.feed_forward.experts().experts > 0; });
    return mixture;
}
[[nodiscard]] constexpr possible_error check_room(llama_cpp_settings const& s,
                                                  std::span<bytes const> free) noexcept {
    auto const given = static_cast<count>(free.size());
    if (given == max(count{1}, s.split.devices)) { return {}; }
    error why{errc::missing_field, {}};
    why.message.append("memory is given for ")
        .append(given)
        .append(" of ")
        .append(s.split.devices)
        .append(" devices; give one figure for each.");
    return why;
}
/// The same bytes for each device.
struct room_of_devices {
    bytes each[llama_cpp_most_devices]{};
    std::size_t devices{};
    [[nodiscard]] constexpr std::span<bytes const> span() const noexcept {
        return std::span<bytes const>(each).first(devices);
    }
};
[[nodiscard]] constexpr room_of_devices same_room(llama_cpp_settings const& s,
                                                  bytes free) noexcept {
    room_of_devices room{};
    room.devices =
        static_cast<std::size_t>(min(llama_cpp_most_devices, max(count{1}, s.split.devices)));
    for (bytes& each : room.each) {
        each = free;
    }
    return room;
}
} // namespace detail

/// The best -ngl for `free` bytes of each device, L + 1 at most; 0 where not even the head fits.
template <model M> [[nodiscard]] constexpr result<count>
layers_on_device(M const& m, recipe const& weights, std::span<bytes const> free,
                 llama_cpp_settings s, llama_cpp_alignment const& alignment = {}) noexcept {
    if (possible_error const why = detail::check_room(s, free)) { return *why; }
    for (count n = layer_count(m) + 1; n > 0; --n) {
        s.gpu_layers = n;
        auto const memory = llama_cpp_memory_of(m, weights, s, alignment);
        if (!memory) { return memory.error(); }
        if (fits_on_devices(*memory, free)) { return n; }
    }
    return count{0};
}
/// The same for devices of which each has `free` bytes.
template <model M> [[nodiscard]] constexpr result<count>
layers_on_device(M const& m, recipe const& weights, bytes free, llama_cpp_settings const& s,
                 llama_cpp_alignment const& alignment = {}) noexcept {
    return layers_on_device(m, weights, detail::same_room(s, free).span(), s, alignment);
}

/// The longest context that fits into `free` bytes of each device and `host_free` of the host, in tokens
/// over all sequences; 0 where not even the shortest does. At most the model's own context for each sequence.
template <model M> [[nodiscard]] constexpr result<count>
largest_context(M const& m, recipe const& weights, std::span<bytes const> free, bytes host_free,
                llama_cpp_settings s, llama_cpp_alignment const& alignment = {}) noexcept {
    if (possible_error const why = detail::check_room(s, free)) { return *why; }
    count const own = longest_context(m);
    count const streams = extent_of(s, own).streams;
    count const step = detail::multiply(llama_cpp_cell_step, streams);
    count const longest = detail::multiply(own, streams);
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
        return fits_on_devices(*memory, free) && memory->host.total() <= host_free;
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
/// The same for devices of which each has `free` bytes.
template <model M> [[nodiscard]] constexpr result<count>
largest_context(M const& m, recipe const& weights, bytes free, bytes host_free,
                llama_cpp_settings const& s, llama_cpp_alignment const& alignment = {}) noexcept {
    return largest_context(m, weights, detail::same_room(s, free).span(), host_free, s, alignment);
}

} // namespace reckon::inline v0
