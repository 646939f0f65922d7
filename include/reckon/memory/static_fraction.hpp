// SPDX-License-Identifier: MIT
// The utilisation that an engine works out for itself.
//
//   reserve = c + a max(T, T0) + r t p + g B + q B d (+ q' B d where B > B0) + m + s
//   u       = round((C - max(reserve, least)) / C, 3 decimals)
//             x v (1 - w (P / P0 - 1)),   0.8 <= 1 - w (...) <= 1.05      where images are encoded
//
//   symbol  | meaning                                             | unit  | domain
//   T       | tokens of one forward pass                          | token | >= 0
//   t, p, d | tensor, pipeline and data degrees; the terms with d |       |
//           | only where d > 1                                    | -     | >= 1
//   B       | largest batch captured into graphs                  | -     | >= 0
//   m, s    | graphs of latent attention's prefill; drafting      | MiB   | >= 0
//   C       | the device's memory                                 | MiB   | > 0
//   P, P0   | parameters of the encoders of images; of ViT-L/14   | -     | >= 0
//
// Source:       sgl-project/sglang, python/sglang/srt: memory settings of ServerArgs.
// Deviations:   prefill graphs of other than latent attention (8 MiB a size) are left out. SGLang reckons P / P0 as
//               layers x width^2, by those names in the configuration, else as that of ViT-L/14.
// Not modelled: DeepEP buffers.
// Error:        Kimi-K2.5 on eight devices of 283.6 GiB kept 0.826, here 0.824.
#pragma once
#include <reckon/memory/engine.hpp>

namespace reckon::inline v0 {

/// u by the law above, a share of `capacity`. `latent`: latent attention; `predicts`: a drafting
/// model or module; `tower`: parameters of the encoders of images. 0 without a capacity.
[[nodiscard]] constexpr double static_fraction(static_reserve const& r, bytes capacity,
                                               layout const& l, count batched_tokens,
                                               count captured, bool latent, bool predicts,
                                               count tower = 0) noexcept {
    double const mib = in_mebibytes(capacity);
    if (!(mib > 0)) { return 0; }
    auto const ranks = static_cast<double>(detail::multiply(l.tensor, l.data, l.pipeline));
    auto const batch = static_cast<double>(captured);
    double reserved = r.constant +
                      r.per_batched_token *
                          detail::max(static_cast<double>(batched_tokens), r.least_batched_tokens) +
                      r.per_rank * ranks + r.per_captured * batch;
    if (l.data > 1) {
        double const groups = batch * static_cast<double>(l.data);
        reserved += r.per_captured_group * groups;
        if (captured > r.many_captured) { reserved += r.per_captured_group_of_many * groups; }
    }
    if (latent) { reserved += r.latent_prefill; }
    if (mib > r.least_from) { reserved = detail::max(reserved, r.least); }
    if (predicts) { reserved += r.per_prediction; }
    constexpr double decimals = 1000;
    double share = detail::floor(decimals * (mib - reserved) / mib + 0.5) / decimals;
    if (tower > 0 && r.tower > 0) {
        double const size = static_cast<double>(tower) / r.tower_parameters;
        double const by_size = 1 - r.tower_slope * (size - 1);
        share *= r.tower * detail::max(r.tower_least, detail::min(r.tower_most, by_size));
    }
    return detail::max(share, 0.0);
}

} // namespace reckon::inline v0
