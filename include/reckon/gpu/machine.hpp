// SPDX-License-Identifier: MIT
// How many accelerators of one type stand together.
#pragma once
#include <reckon/gpu/gpu_spec.hpp>

namespace reckon::inline v0 {

/// Accelerators in the usual machine; eight, as in most servers, where nobody says.
template <gpu G> [[nodiscard]] constexpr count machine_size(G const& g) noexcept {
    constexpr count common_server = 8;
    return g.gpus_per_node.value_or(common_server);
}

/// The accelerators of one type that can share a layer: the scale-up domain where it is known, else
/// the machine.
template <gpu G> [[nodiscard]] constexpr count widest_layer(G const& g) noexcept {
    count const node = machine_size(g);
    return detail::max(g.link.scale_up.known() ? g.link.scale_up.value() : node, node);
}

} // namespace reckon::inline v0
