// SPDX-License-Identifier: MIT
// Bytes that one rank sends through links in a pass.
//
//   all-reduce (ring)  = 2 (n - 1) / n x message,   two a layer under tensor parallelism
//   all-to-all         = (g - 1) / g x T k h (dispatch + combine bytes), once a mixture layer
//     of prompts, across N domains: (N - 1) (1 - (1 - 1/N)^k) / k of that
//
//   symbol  | meaning                                         | unit  | domain
//   n       | tensor-parallel ranks                           | -     | >= 1
//   g       | ranks that share the experts                    | -     | >= 1
//   N       | scale-up domains that these are in              | -     | >= 1
//   k       | experts that a token chooses                    | -     | >= 0
//   message | tokens x h x bytes of an activation             | byte  | >= 0
//
// Kernels for prompts send a token to each other domain once, and it is copied there over the fabric; kernels for
// decoding send every copy by itself, which is sooner there.
// Source:       AT-18: 67B on 8 ranks, 28,672 B a token and all-reduce. DeepSeek-V3 (2412.19437)
//               3.2: dispatch in fp8, combine in bf16.
// Not modelled: trees, in-network reduction, topology inside a node.
#pragma once
#include <reckon/detail/math.hpp>
#include <reckon/model/model_spec.hpp>
#include <reckon/parallel/layout.hpp>
#include <reckon/units/names.hpp>

namespace reckon::inline v0 {

/// Bytes sent by one rank of `ranks` in a ring all-reduce of `message`.
[[nodiscard]] constexpr bytes ring_all_reduce(bytes message, count ranks) noexcept {
    if (ranks <= 1) { return {}; }
    auto const n = static_cast<double>(ranks);
    return message * (2 * (n - 1) / n);
}

/// Levels of a tree over `ranks`: how often latency is paid in an all-reduce.
[[nodiscard]] constexpr count tree_depth(count ranks) noexcept {
    count levels = 0;
    for (count reached = 1; reached < ranks; reached *= 2) {
        ++levels;
    }
    return levels;
}

/// What one rank exchanges in a pass, and in how many collectives.
struct link_traffic {
    bytes reduced{};
    bytes exchanged{};
    double collectives{};
    double hops{}; ///< devices that wait for each other in turn: log2 n in an all-reduce
    double
        copies{}; ///< experts of a token, where copies for one domain travel as one; 0 where each travels
    friend constexpr bool operator==(link_traffic const&, link_traffic const&) noexcept = default;
};

/// The part of all copies that crosses to other domains where those for one domain travel as one.
/// Domain: copies >= 0, domains >= 1; 1 inside one domain, and where each copy travels.
[[nodiscard]] constexpr double sent_once(double copies, double domains) noexcept {
    if (!(copies > 0) || !(domains > 1)) { return 1; }
    double const missed = detail::power(1 - 1 / domains, static_cast<count>(copies));
    return (domains - 1) * (1 - missed) / copies;
}

/// Traffic of a pass of `tokens_here` tokens of one data-parallel group. Activations are 16 bit;
/// experts' inputs travel in 8 bit and their outputs in 16 bit.
template <model M>
[[nodiscard]] constexpr link_traffic traffic_of(M const& m, layout const& l,
                                                double tokens_here) noexcept {
    constexpr double dispatched = 1; // experts take their inputs in 8 bit
    link_traffic sent{};
    auto const h = static_cast<double>(m.hidden);
    m.groups.for_each([&](auto const& group) {
        auto const n = static_cast<double>(group.at.size());
        routing const mixture = group.feed_forward.experts();
        bool const spread = l.data > 1 && mixture.experts > 0;
        double const reductions = l.tensor > 1 ? (spread ? 1 : 2) : 0;
        sent.reduced += ring_all_reduce(bytes{tokens_here * h * activation_value_bytes}, l.tensor) *
                        (n * reductions);
        sent.collectives += n * reductions;
        sent.hops += n * reductions * static_cast<double>(tree_depth(l.tensor));
        if (spread) {
            auto const ranks = static_cast<double>(l.layer_group());
            sent.exchanged += bytes{tokens_here / static_cast<double>(l.tensor) *
                                    static_cast<double>(mixture.per_token) * h *
                                    (dispatched + activation_value_bytes) * (ranks - 1) / ranks} *
                              n;
            sent.collectives += 2 * n;
            sent.hops += 2 * n;
        }
    });
    return sent;
}

} // namespace reckon::inline v0
