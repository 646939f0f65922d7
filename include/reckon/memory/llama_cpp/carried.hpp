// SPDX-License-Identifier: MIT
// What the device takes over from the host for one pass: weights and caches of layers that lie there.
//
// A pass of 32 tokens or more is computed on the device also where weights are on the host: each matrix
// is copied over when its product is due, and its room given back behind it. So is the whole cache of
// such a layer. Passes of fewer tokens are computed where the weights are.
//
//   symbol | meaning                                       | unit | domain
//   c      | bytes of one matrix, as the recipe stores it  | byte | >= 0, 0: it is on the device
//
// Source:       ggml-org/llama.cpp v0.5.0 (commit 0ad4a86), ggml/src/ggml-backend.cpp (a split begins at
//               each weight of the host), ggml-cuda.cu and ggml-vulkan.cpp (32 tokens).
// Not modelled: biases, some hundred bytes.
#pragma once
#include <reckon/memory/llama_cpp/cache.hpp>
#include <reckon/memory/weights.hpp>

namespace reckon::inline v0 {

/// Passes of fewer tokens stay where the weights are.
inline constexpr count llama_cpp_least_lent = 32;

/// Bytes that one layer copies to the device, by what they are; all zero for a layer that lies there.
struct llama_cpp_carried {
    bool layer{};             ///< norms, attention and the router
    bool experts{};           ///< routed experts, also of a layer that is otherwise on the device
    bool cache{};             ///< keys and values
    count of[tensor_roles]{}; ///< matrices by role
    count norm{};             ///< one norm of the residual stream
    count head_norm{};        ///< the norm of queries or keys
    count keys{};             ///< the layer's cache
    count values{};
    [[nodiscard]] constexpr count operator[](tensor_role r) const noexcept {
        return of[static_cast<int>(r)];
    }
};

/// Where layer `i` lies: what of it is on the host.
struct llama_cpp_host_parts {
    bool layer{};
    bool experts{};
    bool cache{};
};

namespace detail {

[[nodiscard]] constexpr count whole_bytes(bytes b) noexcept {
    return static_cast<count>(in_bytes(b));
}

/// What layer `i` of a model copies, with the caches of that extent.
template <model M> [[nodiscard]] constexpr llama_cpp_carried
carried_by(M const& m, recipe const& r, llama_cpp_settings const& s, llama_cpp_extent const& e,
           count i, llama_cpp_host_parts const& host) noexcept {
    llama_cpp_carried carried{.layer = host.layer, .experts = host.experts, .cache = host.cache};
    if (!host.layer && !host.experts && !host.cache) { return carried; }
    count const layers = layer_count(m);
    m.groups.for_each([&](auto const& group) {
        if (!group.at.contains(i)) { return; }
        staged_group const alone{group.at, {i, i + 1}, 1, layers, queries_per_key(group.attention)};
        for_each_tensor(group, m.hidden, [&](tensor const& t) {
            bool const routed = is_routed_expert(t.role);
            if (t.vector || !(routed ? host.experts : host.layer)) { return; }
            carried.of[static_cast<int>(t.role)] += whole_bytes(stored_in(r, t, alone, 1).total());
        });
        if (host.layer) {
            auto const vector = [&](count n) {
                return whole_bytes(stored(norm_vector(n), r[tensor_role::norm], 1, 1).total());
            };
            carried.norm = vector(m.hidden);
            group.attention.for_each_tensor(m.hidden, [&](tensor const& t) {
                // One of the two norms, of queries and of keys, that are counted as one tensor.
                if (t.role == tensor_role::norm) { carried.head_norm = vector(t.rows / 2); }
            });
        }
    });
    if (host.cache) {
        llama_cpp_cache const cache = llama_cpp_cache_of(m, s, e, i, i + 1);
        carried.keys = whole_bytes(cache.keys);
        carried.values = whole_bytes(cache.values);
        m.groups.for_each([&](auto const& group) {
            if (!group.at.contains(i)) { return; }
            group.attention.for_each_state([&](cached_state const& state) {
                if (state.kind != state_kind::cache || !state.shared_latent) { return; }
                // Values are the front of every key: all but the last key's rotary part is copied again.
                group.attention.for_each_score(phase::decode, [&](score_work const& work) {
                    auto const rest = static_cast<double>(work.score_width - work.value_width);
                    carried.values =
                        carried.keys - static_cast<count>(rest * bits_per_weight(s.keys) / 8);
                });
            });
        });
    }
    return carried;
}

} // namespace detail

} // namespace reckon::inline v0
