// SPDX-License-Identifier: MIT
// Prefix caching: the part of a prompt whose cache is still there is not computed again.
//
//   computed = max(P (1 - h), 1)                  tokens of a prompt that pass through the layers
//   prompt   = pass(computed tokens, each seeing h P to P)
//   room     = distinct x cache(S)                kept once, whoever shares it
//   requests = (pool - room) / cache(P + O - S)   S: whole blocks of the prefix
//
//   symbol   | meaning                                                    | unit  | domain
//   P, O     | tokens of prompt and answer                                | token | >= 1
//   h        | fraction of the prompt found in the cache                  | -     | 0 .. 1
//   distinct | different prefixes that stay cached                        | -     | >= 0
//
// Hits save products, not memory traffic of decoding: every request still reads all of its own context.
// The last token is always computed: its logits are needed. Only whole blocks are found again; what follows them is
// each request's own, as are its windows and the states of its recurrent layers.
// Source:       vLLM, "Automatic Prefix Caching" (blocks are shared by hash); SGLang's RadixAttention
//               (2312.07104). DeepSeek, "DeepSeek-V3/R1 Inference System Overview": 342B of 608B input
//               tokens hit (56.3 %), 73.7k input tokens a second and node with hits, which is 32.2k computed.
// Not modelled: eviction and its effect on h; hits that come from the host or a disk (serving/offload.hpp has
//               the time of reading); states of recurrent layers, which engines cache at few places.
// Error:        not measured alone; the identity above in tests/serving/prefix_cache.cpp.
#pragma once
#include <reckon/serving/passes.hpp>

namespace reckon::inline v0::serving {

/// Tokens of a prompt that are computed at a hit fraction. Domain: 0 <= hit <= 1, prompt >= 1.
[[nodiscard]] constexpr double tokens_computed(tokens prompt, double hit) noexcept {
    return reckon::detail::max(1.0, in_tokens(prompt) * (1 - hit));
}

/// A load whose prompts are found in the cache to a fraction `hit`: `passes` of the same load with shorter
/// prompts that see all of their context. `closed_loop` and the others read it as it is.
template <model M, gpu G>
[[nodiscard]] constexpr load_passes
reusing(load_passes p, M const& m, G const& g, cache_recipe const& cache, reckon::layout const& l,
        engine const& e, request_shape request, weight_bytes const& w, double hit) noexcept {
    if (!(hit > 0)) { return p; }
    detail::computed_prompt const each{tokens_computed(request.prompt, hit),
                                       in_tokens(request.prompt)};
    matrix_work const matrices = matrix_flops(m, l, e.sharding);
    auto const attention = detail::attention_of(m, cache, l, each.contexts(), phase::prefill);
    p.prompt = detail::prompts_of(m, w, attention, l, each, 1, matrices);
    detail::fill_chunk(p, m, g, w, attention, l, e, each, matrices);
    return p;
}

/// Prefixes that many requests share: a system prompt, a document that is asked about.
struct shared_prefix {
    tokens length{};
    count distinct{1}; ///< different ones that should stay cached
};

/// What shared prefixes take of a rank's cache, and what is left for requests.
struct prefix_room {
    bytes kept{};     ///< by the prefixes, once each
    bytes each{};     ///< by a request beside its prefix
    bytes pool{};     ///< what the engine sets aside for the cache
    count requests{}; ///< of the full lengths that fit at once in one data-parallel group; 0: none
    double hit{};     ///< fraction of a prompt that is its prefix
};

/// The room of `prefix` in a deployment with requests of `d.request`, on the fullest rank as `memory_of` finds
/// it. Domain: d.request.known(), prefix.length <= d.request.prompt, prefix.distinct >= 0.
template <model M, gpu G>
[[nodiscard]] constexpr prefix_room room_for(deployment<M, G> const& d,
                                             shared_prefix const& prefix) noexcept {
    tokens const whole = d.request.prompt + d.request.output;
    deployment<M, G> one = d;
    one.concurrency = 1;
    one.max_context = whole;
    memory_report const r = memory_of(one);
    engine const e = settled(d.engine, d.model, d.gpu, d.layout);
    cache_recipe const kept = cache_as_kept(d.model, d.kv_cache, e);
    double const blocks =
        reckon::detail::floor(in_tokens(prefix.length) / static_cast<double>(e.block_tokens));
    tokens const shared{blocks * static_cast<double>(e.block_tokens)};
    cache_paging const paging{e.block_tokens, 0, e.prediction_modules};
    bytes const of_prefix = shared > tokens{0} ? cache_of_request(d.model, kept, shared, d.layout,
                                                                  r.fullest_stage, paging)
                                               : bytes{};
    bytes const own =
        request_cache_of(d.model, kept, whole - shared, d.layout, r.fullest_stage, paging).steady;
    prefix_room room{.kept = of_prefix * static_cast<double>(prefix.distinct),
                     .each = own,
                     .pool = r.cache_pool,
                     .hit = prefix.length / d.request.prompt};
    if (!r.fits() || !(r.cache_pool > room.kept)) { return room; }
    constexpr double most = 1e12;
    double const many = room.each > bytes{} ? (room.pool - room.kept) / room.each : most;
    room.requests = static_cast<count>(reckon::detail::min(many, most));
    return room;
}

} // namespace reckon::inline v0::serving
