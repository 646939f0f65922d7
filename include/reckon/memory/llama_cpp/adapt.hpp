// SPDX-License-Identifier: MIT
// What llama.cpp changes of a launch by itself when it does not fit (--fit, on unless said otherwise).
//
//   nothing   if every device keeps the margin free
//   context   if none was asked for: n_min + (n_max - n_min) (target - used_min) / (used_max - used_min),
//             down to the engine's step; n_min where that is not enough
//   placement if no -ngl was given: the most layers that fit. Of a mixture of experts first all layers
//             without their routed experts, then as many whole layers from the last one on as fit
//
//   symbol      | meaning                                                  | unit  | domain
//   n_max       | the model's own context, for each stream                 | token | >= 256
//   n_min       | --fit-ctx, 4096                                          | token | >= 1
//   used_min, _max | bytes of all devices with the contexts n_min, n_max  | byte  | > 0
//   target      | bytes free on all devices less the margins               | byte  | any
//   margin      | --fit-target, 1 GiB a device                             | byte  | >= 0
//
// Source:       ggml-org/llama.cpp common/fit.cpp @08033df02cc3 (common_params_fit_impl); pull requests
//               16653, 18679, 19070.
// Deviations:   of a layer that does not fit as a whole the engine may keep some of its experts' matrices
//               on the device; here its experts are on the host. Several devices are filled in one
//               proportion, where the engine gives each as many layers as it holds.
#pragma once
#include <reckon/memory/llama_cpp/fit.hpp>

namespace reckon::inline v0 {

/// What the engine may change, and how far.
struct llama_cpp_latitude {
    bool adapts{true};  ///< --fit
    bool context{true}; ///< no -c was given
    bool layers{true};  ///< no -ngl, --n-cpu-moe or other placement was
    count least_context{4096};
    bytes margin{gibibytes(1)};
    friend constexpr bool operator==(llama_cpp_latitude const&,
                                     llama_cpp_latitude const&) noexcept = default;
};

namespace detail {

[[nodiscard]] constexpr bytes on_devices(llama_cpp_memory const& memory) noexcept {
    bytes sum{};
    for (llama_cpp_part const& part : memory.devices) {
        sum += part.total();
    }
    return sum;
}

} // namespace detail

/// The settings that the engine starts with on devices of which each has `free` bytes. Unchanged where it
/// changes nothing, and where all that it may change does not help.
template <model M> [[nodiscard]] constexpr result<llama_cpp_settings>
llama_cpp_adapted(M const& m, recipe const& weights, bytes free, llama_cpp_settings s,
                  llama_cpp_latitude const& may,
                  llama_cpp_alignment const& alignment = {}) noexcept {
    auto const asked = llama_cpp_memory_of(m, weights, s, alignment);
    if (!asked) { return asked.error(); }
    bytes const room = free - may.margin;
    auto const keeps_margin = [&](llama_cpp_memory const& memory) {
        return memory.device.total() <= room;
    };
    if (!may.adapts || keeps_margin(*asked)) { return s; }
    auto const devices = static_cast<double>(asked->devices.size());
    count const streams = asked->extent.streams;
    count const least = detail::multiply(may.least_context, streams);
    bool const over_all = detail::on_devices(*asked) > devices * room;
    if (may.context && over_all && longest_context(m) > may.least_context) {
        s.context = least;
        auto const shortest = llama_cpp_memory_of(m, weights, s, alignment);
        if (!shortest) { return shortest.error(); }
        bytes const used = detail::on_devices(*shortest);
        bytes const more = detail::on_devices(*asked) - used;
        bytes const target = devices * room;
        if (target > used) { // and what was asked for is above the target
            count const longest = detail::multiply(longest_context(m), streams);
            auto const step = detail::multiply(llama_cpp_cell_step, streams);
            double const part = (target - used) / more;
            auto const extra = static_cast<count>(static_cast<double>(longest - least) * part);
            s.context = detail::max(least, (least + extra) / step * step);
            if (asked->devices.size() == 1) { return s; }
        }
    }
    if (!may.layers || s.gpu_layers == 0) { return s; }
    count const layers = layer_count(m);
    auto const with = [&](count on_device, count host_experts) {
        s.gpu_layers = on_device;
        s.host_experts = host_experts;
        auto const memory = llama_cpp_memory_of(m, weights, s, alignment);
        return memory.has_value() && keeps_margin(*memory);
    };
    if (!detail::is_mixture(m)) {
        for (count n = layers + 1; n > 0; --n) {
            if (with(n, 0)) { return s; }
        }
    } else {
        for (count kept = 0; kept <= layers; ++kept) {
            if (with(layers + 1, kept)) { return s; }
        }
        for (count n = layers; n > 0; --n) {
            if (with(n, layers)) { return s; }
        }
    }
    s.gpu_layers = 0;
    s.host_experts = 0;
    s.idle_device = true;
    return s;
}

} // namespace reckon::inline v0
