// SPDX-License-Identifier: MIT
// Slots for low-rank adapters (LoRA), which an engine sets aside whether or not one is loaded.
//
//   bytes = n r b sum over layers and linear matrices t of copies (in_local + out_local)
//
//   symbol            | meaning                                              | unit | domain
//   n, r              | adapters on the device at once; their largest rank   | -    | >= 0
//   b                 | bytes of a value                                     | byte | 2
//   in_local, out_local | features of the matrix on one rank: the divided    | -    | > 0
//                     | side by its share, the other whole                   |      |
//
// A matrix divided by its output keeps factor A whole and B divided; one divided by its input the other
// way round, as engines do unless told to divide both.
// Source:       Hu et al. 2106.09685; vLLM's stacked adapter weights. Unsloth on vLLM 0.8 logs 0.26 GiB
//               more for Llama-3.2-3B at rank 64 and 0.14 more for Qwen3-4B at rank 32.
// Deviations:   the vocabulary's slots are left out, routed experts too, which few engines adapt.
// Error:        0.18 and 0.13 GiB for the two above; tests/memory/adapters.cpp.
#pragma once
#include <reckon/memory/engine.hpp>
#include <reckon/model/model_spec.hpp>
#include <reckon/parallel/sharding.hpp>

namespace reckon::inline v0 {

/// Bytes of the slots on one rank of `stage`.
template <model M>
[[nodiscard]] constexpr bytes adapter_slots(M const& m, engine const& e, layout const& l,
                                            count stage) noexcept {
    if (e.adapters < 1 || e.adapter_rank < 1) { return {}; }
    stage_layers const here = layers_on_stage(m, l, stage);
    double features = 0;
    m.groups.for_each([&](auto const& group) {
        auto const n = static_cast<double>(group.at.size_in(here.first, here.end));
        for_each_tensor(group, m.hidden, [&](tensor const& t) {
            if (!is_linear(t.role) || is_routed_expert(t.role) || t.vector) { return; }
            double const share = local_share(t, e.sharding, l);
            bool const by_input = divides_input(t.role);
            features += n * static_cast<double>(t.copies) *
                        (static_cast<double>(t.cols) * (by_input ? share : 1) +
                         static_cast<double>(t.rows) * (by_input ? 1 : share));
        });
    });
    return bytes{features * static_cast<double>(detail::multiply(e.adapters, e.adapter_rank)) *
                 activation_value_bytes};
}

} // namespace reckon::inline v0
