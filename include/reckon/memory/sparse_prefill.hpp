// SPDX-License-Identifier: MIT
// The buffers that an engine sets aside for the prefill of sparse latent attention.
//
//   gathered = max(k L i, n L v)             keys for the indexer, then latents in 16 bit, in one buffer
//   scores   = min(4 T L, s)                 of every token of a pass against every key, in parts of s
//   buffers  = gathered + scores             where devices have the kernels that gather (FlashMLA, DeepGEMM)
//            = 4 T L                         elsewhere: nothing is gathered, and no part is cut
//
//   symbol | meaning                                                          | unit  | domain
//   L, T   | longest context that is served; tokens of one pass               | token | > 0
//   k, n   | contexts of indexer keys, of latents, that are gathered at once  | -     | >= 0
//   i, v   | bytes of a token: of the indexer as it is cached, of the latent  | byte  | > 0
//          | in 16 bit                                                        |       |
//   s      | scores at once                                                   | byte  | >= 0
//
// Source:       vllm/v1/attention/backends/mla/indexer.py (40 contexts of keys), flashmla_sparse.py (5 of latents),
//               model_executor/layers/sparse_attn_indexer.py (both reserved while the engine profiles, with
//               VLLM_SPARSE_INDEXER_MAX_LOGITS_MB for the scores, 512 MiB by default).
// Deviations:   without those kernels the scores are taken to be whole: three launches of GLM-5.1 on RTX PRO 6000
//               leave 7.1, 2.1 and 1 GiB beside weights and cache, and 4 T L is 6.2, 2.0 and 0.8.
// Not modelled: compressed caches.
// Error:        DeepSeek-V3.2 at 163,840 tokens: 900 MiB of latents against 825 MiB of keys, as the source says;
//               tests/memory/sparse_prefill.cpp.
#pragma once
#include <reckon/memory/engine.hpp>
#include <reckon/memory/kv_cache.hpp>

namespace reckon::inline v0 {

/// Where devices lack the kernels: nothing is gathered, and all scores are there at once.
inline constexpr sparse_prefill whole_scores{.most_scores = bytes{1e30}};

/// Bytes on every rank; 0 where no indexer stands beside a latent that keeps every token, and where the
/// engine sets none aside. Domain: a settled engine, a cache as kept.
template <model M> [[nodiscard]] constexpr bytes sparse_prefill_buffers(M const& m,
                                                                        cache_recipe const& kept,
                                                                        engine const& e,
                                                                        tokens context) noexcept {
    if (e.sparse == sparse_prefill{}) { return {}; }
    double key = 0;
    double latent = 0;
    m.groups.for_each([&](auto const& group) {
        group.attention.for_each_state([&](cached_state const& s) {
            if (!s.grows() || s.stride > 1 || !s.shared_latent) { return; }
            auto const values = static_cast<double>(s.values_per_head);
            if (s.kind == state_kind::index) {
                key = detail::max(key, values * bits_per_weight(kept[s.kind]) / 8);
            } else if (s.kind == state_kind::cache) {
                latent = detail::max(latent, values * 2);
            }
        });
    });
    if (key == 0 || latent == 0) { return {}; }
    constexpr double score_bytes = 4;
    double const length = in_tokens(context);
    double const gathered =
        detail::max(e.sparse.key_contexts * key, e.sparse.latent_contexts * latent);
    bytes const scores{score_bytes * static_cast<double>(e.batched_tokens) * length};
    return bytes{gathered * length} + min(scores, e.sparse.most_scores);
}

} // namespace reckon::inline v0
