// SPDX-License-Identifier: MIT
// Which layers llama.cpp puts on the device, and the bytes of weights on both sides.
//
//   first = max(0, L + 1 - ngl)     the layers first .. L - 1 are on the device
//   head on the device  <=>  ngl >= 1;  the token embedding is always on the host
//   device = sum of layers first .. L - 1, without the routed experts of layers 0 .. n_cpu_moe - 1
//            + head + final norm
//   host   = everything else; a tied head on the device is a second copy of the embedding
//
// On several devices the slots first .. L, the head being slot L, are divided in proportion to shares:
// slot i goes to the first device whose sum of shares up to and with it, over all shares, is above
// (i - first) / (L + 1 - first). So devices hold whole layers one behind the other, and the head is on the
// last that has any.
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
// Not modelled: rows divided over devices (--split-mode row, tensor); overrides by tensor name; repacked
//               formats (their sums are the same); rows that CUDA pads to 512 values.
// Error:        0 on every live case; tests/live/llama_cpp, tests/memory/llama_cpp.cpp.
#pragma once
#include <reckon/detail/static_vector.hpp>
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

/// What one device holds: the layers first .. end - 1, and the head where it is there.
struct llama_cpp_stage {
    count first{};
    count end{};
    bool head{};
    friend constexpr bool operator==(llama_cpp_stage const&,
                                     llama_cpp_stage const&) noexcept = default;
};
/// By device.
using llama_cpp_stages = static_vector<llama_cpp_stage, llama_cpp_most_devices>;

/// Which device holds what: the law of shares above, in the engine's single precision.
[[nodiscard]] constexpr llama_cpp_stages stages_of(llama_cpp_settings const& s,
                                                   count layers) noexcept {
    llama_cpp_stages stages{};
    count const devices =
        detail::min(llama_cpp_most_devices, detail::max(count{1}, s.split.devices));
    float upto[llama_cpp_most_devices]{};
    float sum = 0;
    bool equal = true;
    for (double const share : s.split.shares) {
        equal = equal && !(share > 0);
    }
    for (count d = 0; d < devices; ++d) {
        sum += equal ? 1.0F : static_cast<float>(s.split.shares[d]);
        upto[d] = sum;
    }
    count const start = first_device_layer(s, layers);
    auto const slots = static_cast<float>(layers + 1 - start);
    auto const device_of = [&](count i) {
        float const at = static_cast<float>(i - start) / slots;
        count d = 0;
        while (d + 1 < devices && !(upto[d] / sum > at)) {
            ++d;
        }
        return d;
    };
    count next = start;
    for (count d = 0; d < devices; ++d) {
        llama_cpp_stage stage{.first = next, .end = next};
        while (next < layers && device_of(next) == d) {
            stage.end = ++next;
        }
        stage.head = head_on_device(s) && device_of(layers) == d;
        stages.push_back(stage);
    }
    return stages;
}

namespace detail {

/// What --n-cpu-moe keeps on the host: the routed experts' matrices, and their biases.
[[nodiscard]] constexpr bool follows_experts(tensor const& t) noexcept {
    return is_routed_expert(t.role) ||
           (t.role == tensor_role::bias && t.axis == shard_axis::experts);
}

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
            (follows_experts(t) ? w.experts : w.rest) += stored_in(r, t, staged, 1).total();
        });
    });
    return w;
}

/// Bytes of a tensor outside the layers.
[[nodiscard]] constexpr bytes stored_whole(recipe const& r, tensor const& t) noexcept {
    return stored(t, format_for(r, t), 1, 1).total();
}
/// Bytes of the matrix that logits are computed with; a tied one is the embedding's.
template <model M> [[nodiscard]] constexpr bytes head_weights(M const& m,
                                                              recipe const& r) noexcept {
    tensor_role const role = m.tied_embeddings ? tensor_role::embedding : tensor_role::head;
    return stored_whole(r, {role, shard_axis::none, m.vocabulary, m.hidden});
}
/// Final norm and head. A tied head is a tensor of its own where it is not beside the embedding.
template <model M> [[nodiscard]] constexpr bytes closing_weights(M const& m, recipe const& r,
                                                                 bool on_device) noexcept {
    bytes const norms = stored_whole(r, norm_vector(vectors_outside_layers(m)));
    return m.tied_embeddings && !on_device ? norms : norms + head_weights(m, r);
}

} // namespace detail

/// Weights of one device.
template <model M> [[nodiscard]] constexpr bytes
llama_cpp_weights(M const& m, recipe const& r, llama_cpp_settings const& s,
                  llama_cpp_stage const& stage) noexcept {
    // Experts kept on the host, of layers that are otherwise here.
    count const experts_from = detail::min(stage.end, detail::max(stage.first, s.host_experts));
    auto const above = detail::weights_of_layers(m, r, experts_from, stage.end);
    bytes sum = detail::weights_of_layers(m, r, stage.first, experts_from).rest + above.rest +
                above.experts;
    if (stage.head) { sum += detail::closing_weights(m, r, true); }
    return sum;
}

/// Weights on both sides, all devices together: the law above.
template <model M> [[nodiscard]] constexpr llama_cpp_sides
llama_cpp_weights(M const& m, recipe const& r, llama_cpp_settings const& s) noexcept {
    count const layers = layer_count(m);
    count const first = first_device_layer(s, layers);
    count const experts_from = detail::min(layers, detail::max(first, s.host_experts));
    auto const below = detail::weights_of_layers(m, r, 0, first);
    llama_cpp_sides sides{};
    using enum tensor_role;
    sides.host = detail::stored_whole(r, {embedding, shard_axis::none, m.vocabulary, m.hidden}) +
                 below.rest + below.experts +
                 detail::weights_of_layers(m, r, first, experts_from).experts;
    if constexpr (requires { m.learned_positions; }) {
        if (m.learned_positions > 0) {
            sides.host += detail::stored_whole(
                r, {embedding, shard_axis::none, m.learned_positions, m.hidden});
        }
    }
    if (!head_on_device(s)) { sides.host += detail::closing_weights(m, r, false); }
    for (llama_cpp_stage const& stage : stages_of(s, layers)) {
        sides.device += llama_cpp_weights(m, r, s, stage);
    }
    return sides;
}

} // namespace reckon::inline v0
