// SPDX-License-Identifier: MIT
// Bytes of weights, gradients and optimizer state on one rank, by recipe and sharding.
//
//   weights   = N w / (shards weights ? d : 1)
//   gradients = N g / (shards gradients ? d : 1)
//   optimizer = (N m + S b) / (shards optimizer ? d : 1)
//   adapters  = A (2 a + m' + 2 b),   frozen base in its format instead of N (w + g + m)
//
//   symbol  | meaning                                                        | unit | domain
//   N       | parameters on the rank (dense and experts apart)                | -    | > 0
//   w, g, m | bytes of a weight, a gradient, a master copy (training::numerics)| byte | >= 0
//   S, b    | values that the optimizer remembers, bytes of one              | -, byte | >= 0
//           | GaLore of rank r: r (m + 2 n) of a layer's matrix, m its shorter side |  |
//   d       | ranks that share: data x context for dense weights, fewer for experts | - | >= 1
//   A, a    | values of adapters, bytes of one                               | -, byte | >= 0
//
// Source:       GaLore (2403.03507), table 1; ZeRO (1910.02054): 16 N, 4 N + 12 N / d, 2 N + 14 N / d, 16 N / d; Megatron-LM: 18 N,
//               6 N + 12 N / d. ZeRO's own example: 7.5 B on 64 ranks 120 / 31.4 / 16.6 / 1.88 GB.
// Not modelled: padding of shards, error feedback of compressed gradients.
// Error:        exact for a stated recipe; docs/laws/training_state.md.
#pragma once
#include <reckon/training/rank_facts.hpp>

namespace reckon::inline v0::training {

/// Bytes of one rank.
struct model_state {
    bytes weights{}; ///< trainable ones that the model computes with
    bytes gradients{};
    bytes optimizer{}; ///< with master copies
    bytes frozen{};    ///< of adapters' base
    bytes host{};      ///< of these, in the host's memory instead
    bytes disk{};      ///< of these, on the drives behind it
    [[nodiscard]] constexpr bytes total() const noexcept {
        return weights + gradients + optimizer + frozen;
    }
    friend constexpr bool operator==(model_state const&, model_state const&) noexcept = default;
};

/// What passes through the host's memory at once of a state that lies on its drives, DeepSpeed's defaults: one
/// group of 1e9 parameters with 16 bytes each while the optimizer steps (`sub_group_size`), and 1e9 weights with
/// five buffers of 1e8 between their uses (`max_in_cpu`, `buffer_count`, `buffer_size`).
inline constexpr bytes disk_optimizer_window{16e9};
inline constexpr bytes disk_weights_window{2e9 + 5 * 2e8};

namespace detail {

/// State of `n` trainable parameters with `states` remembered values, shared by `d` ranks.
constexpr void keep(model_state& s, double n, double states, numerics const& k, optimizer const& o,
                    shards stage, double d) noexcept {
    s.weights += bytes{n * k.weights / (stage >= shards::weights ? d : 1)};
    s.gradients += bytes{n * k.gradients / (stage >= shards::gradients ? d : 1)};
    s.optimizer +=
        bytes{(n * k.master + states * o.state_bytes) / (stage >= shards::optimizer ? d : 1)};
}

} // namespace detail

/// State of what is held by one rank.
[[nodiscard]] constexpr model_state state_of(held const& h, double outside_layers,
                                             numerics const& k, optimizer const& o,
                                             adapter const& a, state_sharding const& z,
                                             parallelism const& p) noexcept {
    model_state s{};
    double const d = z.ranks(p.state_ranks());
    double const de = z.ranks(p.expert_state_ranks());
    if (a.frozen_base()) {
        // Adapters are trained in one format; their optimizer remembers as many values as for a matrix.
        numerics const in{.weights = a.bytes, .gradients = a.bytes, .master = 0};
        optimizer const own{.state_bytes = a.bytes};
        detail::keep(s, h.adapters, h.adapters * o.matrix_states, in, own, z.stage, d);
        detail::keep(s, h.expert_adapters, h.expert_adapters * o.matrix_states, in, own, z.stage,
                     de);
        bool const shared = z.stage >= shards::weights;
        s.frozen = h.frozen / (shared ? d : 1) + h.frozen_experts / (shared ? de : 1);
        if (a.embeddings) {
            detail::keep(s, outside_layers, outside_layers * o.other_states, k, o, z.stage, d);
        }
    } else {
        double const others = h.vectors + outside_layers;
        double const matrices = reckon::detail::max(0.0, h.dense - others);
        double const of_others = others * o.other_states;
        double const of_experts = h.experts * o.matrix_states;
        auto const r = static_cast<double>(o.low_rank);
        double const projected = reckon::detail::min(r * (h.shorter + 2 * h.longer),
                                                     matrices * o.matrix_states + of_experts);
        double const dense_states = o.factored       ? h.factors
                                    : o.low_rank > 0 ? projected + of_others
                                                     : matrices * o.matrix_states + of_others;
        detail::keep(s, h.dense, dense_states, k, o, z.stage, d);
        detail::keep(s, h.experts, o.factored || o.low_rank > 0 ? 0 : of_experts, k, o, z.stage,
                     de);
    }
    auto const move = [&](bytes away, state_place to, bytes window) {
        bool const on_disk = to == state_place::disk;
        s.host += on_disk ? min(away, window) : away;
        if (on_disk) { s.disk += away; }
    };
    if (z.optimizer_at != state_place::device) {
        move(s.optimizer, z.optimizer_at, disk_optimizer_window);
        s.optimizer = {};
    }
    if (z.weights_at != state_place::device) {
        move(s.weights + s.frozen, z.weights_at, disk_weights_window);
        s.weights = {};
        s.frozen = {};
    }
    return s;
}

/// The same of `n` parameters that nobody enumerated, as papers calculate it.
[[nodiscard]] constexpr model_state state_on_paper(double n, numerics const& k, optimizer const& o,
                                                   shards stage = shards::nothing,
                                                   count ranks = 1) noexcept {
    held h{};
    h.dense = n;
    return state_of(h, 0, k, o, {}, {.stage = stage}, {.data = ranks});
}

} // namespace reckon::inline v0::training
