// SPDX-License-Identifier: MIT
// Time of copies between a device, the host's memory and the drives behind it, where parts of a run are kept there.
//
//   optimizer   = (gradients + weights) / (e L) + 2 optimizer bytes / H     once a step, behind nothing
//               + optimizer bytes (1 / R + 1 / W)                           where it lies on drives
//   weights     = m x 2 (weights + frozen) / min(e L, R)                    forward and backward; R on drives
//               + weights / W                                               once a step, written where they lie
//   checkpoints = m x 2 kept inputs / (e L)                                 away, and back
//   shown       = optimizer + written + max(0, weights + checkpoints - m t)   the rest is behind the passes
//
//   symbol | meaning                                                        | unit   | domain
//   L, e   | host link of one device, one direction; share copies achieve   | byte/s, - | > 0
//   H      | host memory's bandwidth for one device, while the CPU updates  | byte/s | > 0
//   R, W   | drives' bandwidth for one device, reading and writing          | byte/s | > 0
//   m, t   | micro-batches a step; time of one on the device                | -, s   | > 0
//
// Source:       ZeRO-Offload (2101.06840): gradients go down, weights come up, the CPU updates; e as AT-17's.
//               ZeRO-Infinity (2104.07857): the optimizer's state is read and written once a step, each rank its
//               own share over its own link; weights are read for both passes.
// Deviations:   both directions share the link's figure of one; DeepSpeed's delayed update would hide more. Drives
//               are read, and written, before and after the update, as DeepSpeed does unless `pipeline_read` and
//               `pipeline_write` are set.
// Not modelled: NUMA, wear; gradients on drives, which stay in the host's memory.
// Error:        H is assumed: 12 channels of DDR5-4800 (460 GB/s, of which CPU Adam reaches 80 %) for 8 devices; R
//               and W are a drive a device as its maker quotes it (DGX H100 has 8 of 3.84 TB).
#pragma once
#include <reckon/training/activations.hpp>
#include <reckon/training/model_state.hpp>

namespace reckon::inline v0::training {

/// What copies achieve on a host link, and what updates in the host's memory reach for one device.
struct host_rates {
    efficiency copies{0.75};
    double update{0.8 * 460e9 / 8}; ///< bytes a second
    double link_otherwise{31.5e9};  ///< PCIe 4.0 x16, where nobody published the device's
    double disk_read{6.8e9}; ///< of the drives of one device (one PM9A3 of 3.84 TB: 6.8 and 4 GB/s)
    double disk_write{4e9};
    provenance source{provenance::assumed};
};

/// Seconds of one step between a device, its host and the host's drives.
struct host_copies {
    seconds optimizer{}; ///< links, update, and drives where its state lies there
    seconds written{};   ///< weights, to the drives where they lie
    seconds weights{};
    seconds checkpoints{};
    /// What is not hidden behind `passes`, the time of all micro-batches.
    [[nodiscard]] constexpr seconds shown(seconds passes) const noexcept {
        seconds const streamed = weights + checkpoints;
        return optimizer + written + (streamed > passes ? streamed - passes : seconds{});
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
    if (r.sharding.optimizer_at != state_place::device) {
        double const held = in_bytes(state.optimizer);
        double const drives = r.sharding.optimizer_at == state_place::disk
                                  ? held / h.disk_read + held / h.disk_write
                                  : 0;
        c.optimizer = seconds{in_bytes(state.gradients + state.weights) / link +
                              2 * held / h.update + drives};
    }
    if (r.sharding.weights_at != state_place::device) {
        bool const drives = r.sharding.weights_at == state_place::disk;
        double const slowest = drives ? reckon::detail::min(link, h.disk_read) : link;
        c.weights = seconds{m * 2 * in_bytes(state.weights + state.frozen) / slowest};
        if (drives) { c.written = seconds{in_bytes(state.weights) / h.disk_write}; }
    }
    if (r.sharding.host_checkpoints) { c.checkpoints = seconds{m * 2 * in_bytes(kept) / link}; }
    return c;
}

} // namespace reckon::inline v0::training
