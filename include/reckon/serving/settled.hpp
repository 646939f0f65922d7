// SPDX-License-Identifier: MIT
// An engine with everything decided that it was not told: what it does by itself on this device.
//
//   defaults = those of the largest class of devices that this one belongs to
//
// Source:       the defaults and their sources are the engine's own, memory/engines/.
#pragma once
#include <reckon/gpu/gpu_spec.hpp>
#include <reckon/memory/attention_groups.hpp>
#include <reckon/memory/engine.hpp>
#include <reckon/memory/sparse_prefill.hpp>
#include <reckon/memory/static_fraction.hpp>

namespace reckon::inline v0::serving {

/// What the engine counts as the device's memory: what the driver reports, else what is sold.
template <gpu G> [[nodiscard]] constexpr figure<bytes> capacity_of(G const& g,
                                                                   engine const& e) noexcept {
    if (e.of_nominal_capacity || !g.memory_usable.known()) {
        if (!g.memory.known()) { return unknown; }
        return {g.memory.value(),
                e.of_nominal_capacity ? provenance::datasheet : provenance::assumed};
    }
    return g.memory_usable;
}

/// Whether devices of this type share layers over a fabric of their own.
template <gpu G> [[nodiscard]] constexpr bool has_fabric(G const& g) noexcept {
    return g.link.each_way.known() && g.link.scale_up.value_or(1) > 1;
}

/// Whether the device's memory is the host's too (GB10, Jetson, Apple, APUs).
template <gpu G> [[nodiscard]] constexpr bool shares_memory(G const& g) noexcept {
    if constexpr (requires { static_cast<bool>(g.unified_memory); }) {
        return g.unified_memory;
    } else {
        return false;
    }
}

/// What the engine chooses by itself on `g`; zeros where it has no defaults.
template <gpu G>
[[nodiscard]] constexpr device_defaults defaults_on(engine const& e, G const& g) noexcept {
    if (e.defaults.empty()) { return {}; }
    bytes const capacity = capacity_of(g, e).value_or(bytes{});
    bool const small =
        (e.small_batches_on_shared && shares_memory(g)) ||
        (!e.small_batches_on.empty() &&
         std::string_view(g.name).find(e.small_batches_on.view()) != std::string_view::npos);
    device_defaults own = e.defaults[0];
    for (device_defaults const& of_class : e.defaults) {
        if (of_class.from <= capacity) { own = of_class; }
    }
    if (small) {
        own.batched_tokens = e.defaults[0].batched_tokens;
        own.sequences = e.defaults[0].sequences;
    }
    return own;
}

/// Tokens of one forward pass at most, as told or as chosen.
template <gpu G> [[nodiscard]] constexpr count batched_tokens_on(engine const& e,
                                                                 G const& g) noexcept {
    return e.batched_tokens > 0 ? e.batched_tokens : defaults_on(e, g).batched_tokens;
}

/// Whether a model reads images: it has an encoder of them.
template <model M> [[nodiscard]] constexpr bool encodes_images(M const& m) noexcept {
    bool encodes = false;
    for_each_side(
        m, [&](side_part const& part) { encodes = encodes || part.kind == side_kind::vision; });
    return encodes;
}

/// Whether a model's encoder of images runs without anything that counts what its pass takes: its shape is not
/// known, or no rule of the engine is. Domain: a settled engine.
template <model M>
[[nodiscard]] constexpr bool encoder_left_out(M const& m, engine const& e) noexcept {
    bool const counts_passes = e.activation_bytes > 0; // budgets on paper do not
    return counts_passes && encodes_images(m) && !(e.encoder.known() && e.reserves_for_images);
}

/// `told` on `g`: zero settings become what the engine chooses. Settling twice changes nothing.
template <model M, gpu G>
[[nodiscard]] constexpr engine settled(engine const& told, M const& m, G const& g,
                                       reckon::layout const& l) noexcept {
    engine e = told;
    device_defaults const own = defaults_on(e, g);
    if (e.batched_tokens == 0) { e.batched_tokens = own.batched_tokens; }
    if (e.sequences == 0) { e.sequences = own.sequences; }
    if (own.runtime > bytes{0}) { e.runtime = own.runtime; }
    if (e.captured == 0) {
        e.captured = l.layer_group() >= e.wide_from ? own.captured_wide : own.captured;
    }
    for (expert_kernel const& kernel : e.expert_kernels) {
        bool const any = kernel.architecture.empty();
        if (any || (std::string_view(g.architecture.name) == kernel.architecture.view() &&
                    (!kernel.needs_fabric || has_fabric(g)))) {
            e.sharding.mxfp4 = kernel.padding;
            break;
        }
    }
    // The kernels of sparse prefill are for servers' devices.
    if (e.sparse != sparse_prefill{} && !has_fabric(g)) { e.sparse = whole_scores; }
    if (!e.encoder.known() && encodes_images(m)) { e.encoder = image_encoder_of(m); }
    if (e.images == 0) { e.images = e.images_allowed; }
    if (e.shares_in_groups) { e.sharding = in_attention_groups(e.sharding, l); }
    if (e.memory_utilization == 0) {
        bool latent = false;
        m.groups.for_each(
            [&](auto const& group) { latent = latent || keeps_latent(group.attention); });
        count tower = 0;
        for_each_side(m, [&](side_part const& part) {
            if (part.kind == side_kind::vision) {
                tower = reckon::detail::add(tower, part.parameters());
            }
        });
        e.memory_utilization =
            static_fraction(e.reserve, capacity_of(g, e).value_or(bytes{}), l, e.batched_tokens,
                            e.graphs ? e.captured : 0, latent, e.prediction_modules > 0, tower);
    }
    return e;
}

} // namespace reckon::inline v0::serving
