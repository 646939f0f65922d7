// SPDX-License-Identifier: MIT
// What an engine reserves for the encoder of images beside its weights.
//
//   items   = max(1, min(T / p, N r))                images of the largest size that one pass takes
//   pass    = items P a (w + c v)                    the encoder's own activations
//   entries = max(T, items e) h a                    what the language model reads, kept until it has read it
//
//   symbol | meaning                                                        | unit  | domain
//   T, N   | tokens of one pass; requests of one batch                      | token, - | >= 0
//   r      | images that one prompt may have                                | -     | >= 1
//   P, e, p| of the largest image: patches that the encoder attends to,     | -     | > 0
//          | entries that it becomes, positions that it takes in the prompt |       |
//   v, w   | width of the encoder; live values of its feed-forward block:   | -     | > 0
//          | 3 i where it is gated, else 2 i                                |       |
//   h, a   | width of the language model; bytes of a value                  | -, byte | > 0
//   c      | widths of the encoder's stream that the engine's layers keep   | -     | > 0
//
// The pass of the encoder is over before the language model's begins, so that the peak is the larger of the two;
// entries stay (memory/activations.hpp).
//
// Source:       vllm/v1/core/encoder_cache_manager.py compute_encoder_budget (the larger of a pass and of the largest
//               item), vllm/v1/worker/gpu_model_runner.py profile_run (as many of the largest images as the budget
//               holds, entries padded to it), before V1 vllm/worker/model_runner.py profile_run (one image a request).
//               c is the engine's (`encoder_widths`), the encoder's shape the model's (`images`, model/side_part.hpp).
// Deviations:   DeepStack's entries (Qwen3-VL) are up to four times as wide.
// Not modelled: videos and sound, whose items may be larger; towers divided by tensor parallelism.
// Error:        -3.5 % and +3.9 % for the two launches that c is fitted on; tests/memory/image_encoder.cpp.
#pragma once
#include <reckon/memory/engine.hpp>

namespace reckon::inline v0 {

/// Images of the largest size in one pass. Domain: a known encoder.
[[nodiscard]] constexpr double images_in_pass(image_encoder const& v, engine const& e,
                                              tokens in_pass) noexcept {
    double const room = detail::floor(in_tokens(in_pass) / static_cast<double>(v.positions));
    auto const asked = static_cast<double>(
        detail::multiply(detail::max(count{1}, e.sequences), detail::max(count{1}, e.images)));
    return detail::max(1.0, detail::min(room, asked));
}

/// Activations of the encoder's own pass; 0 for an encoder that is not known, or not reserved for.
[[nodiscard]] constexpr bytes encoder_pass(image_encoder const& v, engine const& e,
                                           tokens in_pass) noexcept {
    if (!v.known() || !e.reserves_for_images) { return {}; }
    double const values =
        static_cast<double>(v.live_values) + e.encoder_widths * static_cast<double>(v.width);
    return bytes{images_in_pass(v, e, in_pass) * static_cast<double>(v.patches) *
                 e.activation_bytes * values};
}

/// What images become, as the language model reads it, while its pass runs.
[[nodiscard]] constexpr bytes encoder_entries(image_encoder const& v, engine const& e, count hidden,
                                              tokens in_pass) noexcept {
    if (!v.known() || !e.reserves_for_images) { return {}; }
    double const made = images_in_pass(v, e, in_pass) * static_cast<double>(v.entries);
    return bytes{detail::max(in_tokens(in_pass), made) * static_cast<double>(hidden) *
                 e.activation_bytes};
}

} // namespace reckon::inline v0
