// SPDX-License-Identifier: MIT
// How long a replica takes from nothing to its first token: reading weights is most of it.
//
//   streamed = W / min(s, n, g l)              every part works at once; the slowest decides
//   staged   = W / min(s, n) + W / (g l)       read into the host's memory, then copied
//   cold     = start + load + warm-up
//
//   symbol | meaning                                                        | unit   | domain
//   W      | bytes of the weights of one machine's replica                  | byte   | >= 0
//   s, n   | sustained rate of its storage; of the network to a store       | byte/s | > 0, or none
//   g, l   | accelerators that copy at once, each over a link of its own; one direction | -, byte/s | >= 1
//   start  | machine or container, process, imports                         | s      | >= 0
//   warm-up| compiling, capturing graphs, filling caches                    | s      | >= 0
//
// Tensor and expert ranks each copy their own part, so that links add up; ranks that all read the whole
// file from one store do not: give `read` as often as it is read.
// Source:       definition. AT-21: 671.03 GB over 100 Gbit/s: 53.7 s; 134.85 GB at 3 GB/s: 44.95 s.
// Not modelled: decompression and requantisation while loading, page caches that are warm.
// Error:        start and warm-up are the user's to measure: an engine's log prints both.
#pragma once
#include <reckon/detail/math.hpp>
#include <reckon/detail/provenance.hpp>
#include <reckon/units/makers.hpp>

namespace reckon::inline v0::host {

/// Bytes over one path.
[[nodiscard]] constexpr seconds load_time(bytes read, data_rate rate) noexcept {
    return read / rate;
}

/// A network is sold in bits a second, one direction: 100 Gbit/s are 12.5 GB/s.
[[nodiscard]] constexpr data_rate network_bandwidth(double gigabits) noexcept {
    constexpr double bits_a_byte = 8;
    return data_rate_bytes_per_second(gigabits * 1e9 / bits_a_byte);
}

/// What weights travel through; a part that is unknown is no limit.
struct load_path {
    figure<data_rate> storage{};
    figure<data_rate> network{};
    figure<link_bandwidth> link{}; ///< of one accelerator, one direction
    efficiency copies{1};          ///< share of the link that copies achieve
    count accelerators{1};         ///< that copy at once
};

/// Which part of the path is slowest.
enum class load_limit : unsigned char { nothing, storage, network, link };

[[nodiscard]] constexpr std::string_view name(load_limit l) noexcept {
    constexpr std::string_view names[] = {"nothing known", "storage", "network", "host link"};
    return names[static_cast<int>(l)];
}

/// The time of filling accelerators with weights, by its two halves: one while the other, or one
/// after the other.
struct loading {
    seconds read{}; ///< into the host's memory
    seconds copy{}; ///< from there to the accelerators
    load_limit limit{load_limit::nothing};
    [[nodiscard]] constexpr seconds streamed() const noexcept { return max(read, copy); }
    [[nodiscard]] constexpr seconds staged() const noexcept { return read + copy; }
    friend constexpr bool operator==(loading const&, loading const&) noexcept = default;
};

/// The times of both halves of the path.
[[nodiscard]] constexpr loading loading_of(bytes weights, load_path const& p) noexcept {
    loading l{};
    auto const slower = [&](figure<data_rate> const& rate, load_limit which) {
        if (!rate.known() || weights / rate.value() <= l.read) { return; }
        l.read = weights / rate.value();
        l.limit = which;
    };
    slower(p.storage, load_limit::storage);
    slower(p.network, load_limit::network);
    if (p.link.known()) {
        l.copy = weights / (p.link.value() * p.copies * static_cast<double>(p.accelerators));
        if (l.copy > l.read) { l.limit = load_limit::link; }
    }
    return l;
}

/// From nothing to the first token.
struct cold_start {
    seconds start{};
    seconds load{};
    seconds warm_up{};
    [[nodiscard]] constexpr seconds total() const noexcept { return start + load + warm_up; }
    friend constexpr bool operator==(cold_start const&, cold_start const&) noexcept = default;
};

} // namespace reckon::inline v0::host
