// SPDX-License-Identifier: MIT
// What an engine takes on one rank beside weights, cache and activations.
//
//   runtime = libraries (+ collectives where a layer is shared: over a fabric, or over the host's bus)
//             (+ the process itself, where device and host share one memory)
//   graphs  = pool + modules x pool of one,   0 where decoding is not captured
//   context = the driver's, of one process
//   exchange = buffers of DeepEP's low-latency exchange, where it is told (memory/low_latency_exchange.hpp)
//
// Source:       memory/engines/; docs/laws/engine_reserve.md.
// Not modelled: what kernels of libraries allocate for themselves at request time.
// Error:        within the engine's spread; docs/accuracy.md.
#pragma once
#include <reckon/detail/estimate.hpp>
#include <reckon/serving/settled.hpp>

namespace reckon::inline v0::serving {

/// By part, each with its interval.
struct engine_reserve {
    estimate<bytes> runtime{};
    estimate<bytes> graphs{};
    estimate<bytes> context{};
    estimate<bytes> exchange{}; ///< exact
    friend constexpr bool operator==(engine_reserve const&,
                                     engine_reserve const&) noexcept = default;
};

/// Domain: a settled engine.
template <gpu G>
[[nodiscard]] constexpr engine_reserve reserve_of(engine const& e, G const& g,
                                                  reckon::layout const& l) noexcept {
    provenance const from = e.spread > 0 ? provenance::fitted : provenance::exact;
    auto const about = [&](bytes value) { return estimate<bytes>::within(value, e.spread, from); };
    bytes runtime = e.runtime;
    if (l.layer_group() > 1) {
        runtime = runtime + (has_fabric(g) ? e.collectives : e.bus_collectives);
    }
    if (shares_memory(g)) { runtime = runtime + e.host_process; }
    auto const modules = static_cast<double>(e.prediction_modules);
    return {about(runtime),
            about(e.graphs ? e.graph_pool + e.graph_pool_per_module * modules : bytes{}),
            about(e.context),
            {}};
}

} // namespace reckon::inline v0::serving
