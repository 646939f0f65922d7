// SPDX-License-Identifier: MIT
// Time of copies between a device and the host's memory, where parts of a run are kept there.
//
//   optimizer   = (gradients + weights) / (e L) + 2 optimizer bytes / H     once a step, behind nothing
//   weights     = m x 2 (weights + frozen) / (e L)                          forward and backward
//   checkpoints = m x 2 kept inputs / (e L)                                 away, and back
//   shown       = optimizer + max(0, weights + checkpoints - m t)           the rest is behind the passes
//
//   symbol | meaning                                                        | unit   | domain
//   L, e   | host link of one device, one direction; share copies achieve   | byte/s, - | > 0
//   H      | host memory's bandwidth for one device, while the CPU updates  | byte/s | > 0
//   m, t   | micro-batches a step; time of one on the device                | -, s   | > 0
//
// Source:       ZeRO-Offload (2101.06840): gradients go down, weights come up, the CPU updates; e as AT-17's.
// Deviations:   both directions share the link's figure of one; DeepSpeed's delayed update would hide more.
// Not modelled: NVMe behind the host, NUMA.
// Error:        H is assumed: 12 channels of DDR5-4800 (460 GB/s, of which CPU Adam reaches 80 %) for 8 devices.
#pragma once
#include <reckon/training/activations.hpp>
#include <reckon/training/model_state.hpp>

namespace reckon::inline v0::training {

/// What copies achieve on a host link, and what updates in the host's memory reach for one device.
struct host_rates {
    efficiency copies{0.75};
    double update{0.8 * 460e9 / 8}; ///< bytes a second
    double link_otherwise{31.5e9};  ///< PCIe 4.0 x16, where nobody published the device's
    provenance source{provenance::assumed};
};

/// Seconds of one step between a device and its host.
struct host_copies {
    seconds optimizer{};
    seconds weights{};
    seconds checkpoints{};
    /// What is not hidden behind `passes`, the time of all micro-batches.
    [[nodiscard]] constexpr seconds shown(seconds passes) const noexcept {
        seconds const streamed = weights + checkpoints;
        return optimizer + (streamed > passes ? streamed - passes : seconds{});
    }
    friend constexpr bool operator==(host_copies const&, host_copies const&) noexcept = default;
};

/// Those of a rank with `state` (as if nothing were offloaded) and `kept` bytes of inputs of recomputed layers in
/// one micro-batch.
template <class Run>
[[nodiscard]] constexpr host_copies copies_of(Run const& r, model_state const& state, bytes kept,
                                              host_rates const& h = {}) noexcept {
    host_copies c{};
    host_link const host = r.gpu.host;
    double const link =
        (host.each_way.known() ? host.each_way.value().base_value : h.link_otherwise) *
        h.copies.fraction;
    auto const m = static_cast<double>(r.accumulation);
    if (r.sharding.host_optimizer) {
        c.optimizer = seconds{in_bytes(state.gradients + state.weights) / link +
                              2 * in_bytes(state.optimizer) / h.update};
    }
    if (r.sharding.host_weights) {
        c.weights = seconds{m * 2 * in_bytes(state.weights + state.frozen) / link};
    }
    if (r.sharding.host_checkpoints) { c.checkpoints = seconds{m * 2 * in_bytes(kept) / link}; }
    return c;
}

} // namespace reckon::inline v0::training
