// SPDX-License-Identifier: MIT
// Which layers llama.cpp puts on the device, and the bytes of weights on both sides.
//
//   first = max(0, L + 1 - ngl)     the layers first .. L - 1 are on the device
//   head on the device  <=>  ngl >= 1;  the token embedding is always on the host
//   device = sum of layers first .. L - 1, without the routed experts of layers 0 .. n_cpu_moe - 1
//            + head + final norm
//   host   = everything else; a tied head on the device is a second copy of the embedding
//
//   symbol    | meaning                                     | unit | domain
//   L         | layers                                      | -    | >= 1
//   ngl       | -ngl, with the output as the first of them  | -    | any; < 0: all
//   n_cpu_moe | --n-cpu-moe                                 | -    | >= 0
//
// So -ngl 1 offloads the head alone, and everything is offloaded from L + 1 on.
//
// Source:       ggml-org/llama.cpp v0.5.0 (commit 0ad4a86), src/llama-model.cpp, load_tensors.
// Deviations:   a host that maps the file (the default) maps all between its first and its last tensor;
//               that is address space, and only what is read becomes resident.
// Not modelled: several devices (whole layers by --tensor-split); overrides by tensor name; repacked
//               formats (their sums are the same); rows that CUDA pads to 512 values.
// Error:        0 on every live case; tests/live/llama_cpp, tests/memory/llama_cpp.cpp.
#pragma once
#include <reckon/memory/llama_cpp/settings.hpp>
#include <reckon/memory/weights.hpp>

namespace reckon::inline v0 {

/// Bytes on both sides of the bus.
struct llama_cpp_sides {
    bytes device{};
    bytes host{};
    [[nodiscard]] constexpr bytes total() const noexcept { return device + host; }
    friend constexpr bool operator==(llama_cpp_sides const&,
                                     llama_cpp_sides const&) noexcept = default;
};

/// The first layer on the device; L where none is.
[[nodiscard]] constexpr count first_device_layer(llama_cpp_settings const& s,
                                                 count layers) noexcept {
    if (s.gpu_layers < 0) { return 0; }
    return detail::min(layers, detail::max(count{0}, detail::add(layers, 1) - s.gpu_layers));
}
/// Whether head and final norm are on the device.
[[nodiscard]] constexpr bool head_on_device(llama_cpp_settings const& s) noexcept {
    return s.gpu_layers != 0;
}
/// Whether nothing but the embedding, and experts kept by choice, is left on the host.
[[nodiscard]] constexpr bool wholly_on_device(llama_cpp_settings const& s, count layers) noexcept {
    return s.gpu_layers < 0 || s.gpu_layers > layers;
}

namespace detail {

/// Weights of the layers first .. end - 1, the routed experts apart.
struct layer_weights {
    bytes experts{};
    bytes rest{};
};
template <model M> [[nodiscard]] constexpr layer_weights
weights_of_layers(M const& m, recipe const& r, count first, count end) noexcept {
    layer_weights w{};
    if (first >= end) { return w; }
    count const all_layers = layer_count(m);
    m.groups.for_each([&](auto const& group) {
        staged_group const staged{group.at,
                                  {first, end},
                                  static_cast<double>(group.at.size_in(first, end)),
                                  all_layers,
                                  queries_per_key(group.attention)};
        if (staged.held == 0) { return; }
        for_each_tensor(group, m.hidden, [&](tensor const& t) {
            (is_routed_expert(t.role) ? w.experts : w.rest) += stored_in(r, t, staged, 1).total();
        });
    });
    return w;
}

} // namespace detail

/// Weights on both sides: the law above.
template <model M> [[nodiscard]] constexpr llama_cpp_sides
llama_cpp_weights(M const& m, recipe const& r, llama_cpp_settings const& s) noexcept {
    count const layers = layer_count(m);
    count const first = first_device_layer(s, layers);
    // Experts kept on the host, of layers that are otherwise on the device.
    count const experts_from = detail::min(layers, detail::max(first, s.host_experts));
    auto const below = detail::weights_of_layers(m, r, 0, first);
    auto const between = detail::weights_of_layers(m, r, first, experts_from);
    auto const above = detail::weights_of_layers(m, r, experts_from, layers);

    auto const whole = [&](tensor const& t) {
        return detail::stored(t, detail::format_for(r, r.choice[static_cast<int>(t.role)], t), 1, 1)
            .total();
    };
    using enum tensor_role;
    bytes const words = whole({embedding, shard_axis::none, m.vocabulary, m.hidden});
    bytes places{};
    if constexpr (requires { m.learned_positions; }) {
        if (m.learned_positions > 0) {
            places = whole({embedding, shard_axis::none, m.learned_positions, m.hidden});
        }
    }
    bytes const norms =
        detail::stored({norm, shard_axis::none, vectors_outside_layers(m), 1, 1, 1, 1, true},
                       r[norm], 1, 1)
            .total();
    bool const offloaded = head_on_device(s);
    llama_cpp_sides sides{};
    sides.host = words + places + below.rest + below.experts + between.experts;
    sides.device = above.rest + above.experts + between.rest;
    bytes closing = norms;
    if (!m.tied_embeddings) {
        closing += whole({head, shard_axis::none, m.vocabulary, m.hidden});
    } else if (offloaded) {
        closing += words;
    }
    (offloaded ? sides.device : sides.host) += closing;
    return sides;
}

} // namespace reckon::inline v0
