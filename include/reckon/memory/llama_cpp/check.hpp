// SPDX-License-Identifier: MIT
// Whether llama.cpp would start a model with these settings, and whether its memory is known here.
// Source: ggml-org/llama.cpp v0.5.0 (commit 0ad4a86), llama_init_from_model: what it refuses.
#pragma once
#include <reckon/detail/result.hpp>
#include <reckon/memory/llama_cpp/cache.hpp>

#include <string_view>

namespace reckon::inline v0 {

/// Sequences that the engine serves at most.
inline constexpr count llama_cpp_most_sequences = 256;

namespace detail {

[[nodiscard]] constexpr error refused(errc code, std::string_view before, count value,
                                      std::string_view after) noexcept {
    error why{code, {}};
    why.message.append(before).append(value).append(after);
    return why;
}

/// A state that llama.cpp keeps by rules that are not described here.
[[nodiscard]] constexpr bool keeps_otherwise(cached_state const& s) noexcept {
    if (s.kind == state_kind::index || s.stride != 1) { return true; }
    return s.kind == state_kind::cache && s.shared_latent && s.window > 0;
}

} // namespace detail

/// One sentence where the engine would refuse the launch, or where its rule is not known; else nothing.
template <model M> [[nodiscard]] constexpr possible_error
check_llama_cpp(M const& m, llama_cpp_settings const& s) noexcept {
    using detail::refused;
    if (s.sequences < 1 || s.sequences > llama_cpp_most_sequences) {
        return refused(errc::out_of_range, "-np ", s.sequences,
                       ": llama.cpp serves 1 to 256 sequences at once.");
    }
    if (s.batch < 1) { return refused(errc::out_of_range, "-b ", s.batch, " is not above zero."); }
    if (s.micro_batch < 1) {
        return refused(errc::out_of_range, "-ub ", s.micro_batch, " is not above zero.");
    }
    if (s.context < 0) {
        return refused(errc::out_of_range, "-c ", s.context,
                       " is negative; 0 stands for the model's own context.");
    }
    if (s.context == 0 && !m.max_context.known()) {
        return error{errc::missing_field,
                     "the model does not say how long its context is; name one with -c."};
    }
    if (s.host_experts < 0) {
        return refused(errc::out_of_range, "--n-cpu-moe ", s.host_experts, " is negative.");
    }
    if (s.split.devices < 1 || s.split.devices > llama_cpp_most_devices) {
        return refused(errc::out_of_range, "", s.split.devices,
                       " devices: llama.cpp divides layers over 1 to 16.");
    }
    for (double const share : s.split.shares) {
        if (!(share >= 0) || share > 1e30) {
            return error{errc::out_of_range, "a share of --tensor-split must be 0 or more."};
        }
    }
    if (s.outputs < 0) {
        return refused(errc::out_of_range, "rows of logits: ", s.outputs, " is negative.");
    }
    bool const packed_values = s.values.payload_elements > 1;
    if (packed_values && !s.flash_attention) {
        error why{errc::contradiction, {}};
        why.message.append("--cache-type-v ")
            .append(s.values.name.view())
            .append(" needs flash attention; add -fa on, or keep values in f16.");
        return why;
    }
    possible_error found{};
    m.groups.for_each([&](auto const& group) {
        if (found) { return; }
        group.attention.for_each_state([&](cached_state const& state) {
            if (found || !detail::keeps_otherwise(state)) { return; }
            found =
                error{errc::unsupported,
                      "how llama.cpp keeps indexed and compressed caches is not known here, only "
                      "keys and values, latents, windows and recurrent states."};
        });
        cached_widths const w = cached_widths_of(group.attention);
        if (found || w.heads == 0) { return; }
        if (w.values == 0 && !(s.keys == s.values)) {
            error why{errc::contradiction, {}};
            why.message.append("a latent cache is one for keys and values: --cache-type-k ")
                .append(s.keys.name.view())
                .append(" and --cache-type-v ")
                .append(s.values.name.view())
                .append(" must be the same.");
            found = why;
            return;
        }
        auto const whole = [&](count width, any_precision const& format, std::string_view flag) {
            if (found || storage_factors(format).holds_rows_of(width / w.heads)) { return; }
            error why{errc::indivisible_layout, {}};
            why.message.append(flag)
                .append(format.name.view())
                .append(" is stored in blocks of ")
                .append(format.payload_elements)
                .append(", which do not divide a head of ")
                .append(width / w.heads)
                .append(" values; use f16.");
            found = why;
        };
        whole(w.keys, s.keys, "--cache-type-k ");
        whole(w.values, s.values, "--cache-type-v ");
    });
    return found;
}

} // namespace reckon::inline v0
