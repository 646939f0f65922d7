// SPDX-License-Identifier: MIT
// The formats that an engine really keeps a cache in, for the one that was asked for.
//
//   latent beside a sparse indexer, 8 bit asked for:  FlashMLA's entry, 512 fp8 + 4 fp32 scales + 64 bf16
//                                                     = 656 bytes for 576 values; DeepSeek-V4's, 448 fp8
//                                                     + 64 bf16 + 8 scales = 584 bytes for 512
//   the indexer's keys, whatever was asked for:       128 fp8 + 1 fp32 scale = 132 bytes
//
// Source:       vLLM and SGLang logs of DeepSeek-V3.2 and GLM-5: 61 x (656 + 132) = 48,068 and 78 x 788 =
//               61,464 bytes a token; sglang#11309.
// Not modelled: Ascend, whose indexer keys are 16 bit.
#pragma once
#include <reckon/memory/engine.hpp>
#include <reckon/memory/kv_cache.hpp>

namespace reckon::inline v0 {

/// `asked` as `e` keeps it for `m`.
template <model M>
[[nodiscard]] constexpr cache_recipe cache_as_kept(M const& m, cache_recipe const& asked,
                                                   engine const& e) noexcept {
    if (!e.packs_indexed_latents) { return asked; }
    count latent_values = 0; // of a latent that an indexer stands beside
    m.groups.for_each([&](auto const& group) {
        bool indexed = false;
        count values = 0;
        group.attention.for_each_state([&](cached_state const& s) {
            indexed = indexed || s.kind == state_kind::index;
            if (s.kind == state_kind::cache && s.shared_latent) { values = s.values_per_head; }
        });
        if (indexed) { latent_values = detail::max(latent_values, values); }
    });
    if (latent_values == 0) { return asked; }
    cache_recipe kept = asked.with(state_kind::index, any_precision(fp8_index_keys));
    if (asked[state_kind::cache] != any_precision(fp8)) { return kept; }
    for (any_precision const& packed : {any_precision(fp8_latent), any_precision(fp8_latent_v4)}) {
        if (packed.payload_elements == latent_values) {
            kept = kept.with(state_kind::cache, packed);
        }
    }
    return kept;
}

} // namespace reckon::inline v0
