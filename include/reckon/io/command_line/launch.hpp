// SPDX-License-Identifier: MIT
// What a command line launches: a deployment without its accelerator.
#pragma once
#include <reckon/io/command_line/settings.hpp>
#include <reckon/serving/fits.hpp>

namespace reckon::inline v0 {

/// The load that a launch is judged under. Zeros: what the engine insists on when it starts.
struct launch_load {
    count concurrency{};
    serving::request_shape request{};
};

/// Everything of a deployment that an engine's command line says.
struct launch {
    label name{}; ///< the served name, if one was given
    any_model model{};
    reckon::layout layout{};
    /// Copies of the whole that the command line starts side by side, each on devices of its own.
    count replicas{1};
    recipe weights{};
    cache_recipe kv_cache{};
    tokens max_context{};
    /// Requests of `max_context` that the engine makes room for before it serves, all ranks together.
    count concurrency{1};
    /// Whether the engine shortens the context to what fits instead of refusing to start.
    bool shrinks_context{};
    reckon::engine engine{};
    io::command::flag_list ignored{};  ///< read, without effect on memory
    io::command::flag_list repeated{}; ///< given more than once; the last one counts

    /// Devices that all replicas take together.
    [[nodiscard]] constexpr count devices() const noexcept {
        return detail::multiply(replicas, layout.devices());
    }
    /// One replica on accelerators of that type.
    template <gpu G>
    [[nodiscard]] constexpr serving::deployment<any_model, G>
    on(G const& device, launch_load const& load = {}) const noexcept {
        return {.name = name,
                .model = model,
                .gpu = device,
                .layout = layout,
                .weights = weights,
                .kv_cache = kv_cache,
                .max_context = max_context,
                .concurrency = load.concurrency > 0 ? load.concurrency : concurrency,
                .request = load.request,
                .engine = engine};
    }
    friend constexpr bool operator==(launch const&, launch const&) noexcept = default;
};

} // namespace reckon::inline v0
