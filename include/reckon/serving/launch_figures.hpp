// SPDX-License-Identifier: MIT
// What an engine prints of its memory when it starts, so that two columns can be held side by side.
//
//   concurrency = requests of full context that the pool holds: in pages of one size where layers keep
//                 unlike amounts (memory/unified_pages.hpp), else pool / cache of one
//   tokens      = floor(pool / bytes a token), in whole blocks, where every layer keeps every token or the
//                 release counts windowed layers so
//               = floor(concurrency x context) otherwise
//
// Source:       vLLM vllm/v1/core/kv_cache_utils.py; logs: gpt-oss-120b on 4 x A100, 45.32 GiB: 2,640,144
//               tokens, 284.25 x 16,384; Gemma-4-26B on GB10, 83.89 GiB: 3,875,400 tokens, 14.78 x 262,144.
// Error:        docs/accuracy.md, kv_tokens_given_kv_bytes.
#pragma once
#include <reckon/memory/unified_pages.hpp>
#include <reckon/serving/memory_of.hpp>

namespace reckon::inline v0::serving {

/// Of the fullest rank; tokens and concurrency of one data-parallel group.
struct launch_figures {
    bytes weights{};
    bytes activations{};
    bytes pool{};
    tokens cache_tokens{};
    double concurrency{}; ///< requests of full context that the pool holds
    friend constexpr bool operator==(launch_figures const&,
                                     launch_figures const&) noexcept = default;
};

/// The tokens and the concurrency that a pool of that size is printed as.
/// Domain: a layout that divides the model, context >= 1.
template <model M, gpu G>
[[nodiscard]] constexpr launch_figures figures_of_pool(deployment<M, G> const& d, bytes pool,
                                                       count stage) noexcept {
    engine const e = settled(d.engine, d.model, d.gpu, d.layout);
    cache_recipe const kept = cache_as_kept(d.model, d.kv_cache, e);
    bytes const request =
        cache_of_request(d.model, kept, d.max_context, d.layout, stage, detail::paging_of(e));
    bytes_per_token const whole =
        cache_per_token_without_windows(d.model, kept, d.layout, stage, e.prediction_modules);
    launch_figures f{.pool = pool};
    unified_pages const pages = pages_of(d.model, kept, d.max_context, d.layout, stage,
                                         detail::paging_of(e), e.drafted_tokens);
    bool const unified = e.unifies_pages && pages.known() && d.layout.context == 1;
    if (request > bytes{} && pool > bytes{}) {
        f.concurrency = unified ? pages.concurrency(pool) : pool / request;
    }
    // One kind of layer that keeps every token: what a token takes is a rate.
    bool const alike =
        cache_per_token(d.model, kept, d.layout, stage, e.prediction_modules) == whole &&
        pages.groups == 1;
    if (alike || (e.prints_windows_whole && pages.known())) {
        auto const block = static_cast<double>(e.block_tokens * d.layout.context);
        f.cache_tokens =
            tokens{reckon::detail::floor(in_tokens(tokens_that_fit(pool, whole)) / block) * block};
    } else {
        f.cache_tokens = tokens{reckon::detail::floor(f.concurrency * in_tokens(d.max_context))};
    }
    return f;
}

/// What the engine of `d` will print.
template <model M, gpu G>
[[nodiscard]] constexpr launch_figures launch_figures_of(deployment<M, G> const& d) noexcept {
    memory_report const r = memory_of(d);
    launch_figures f =
        r.capacity > bytes{} ? figures_of_pool(d, r.cache_pool, r.fullest_stage) : launch_figures{};
    f.weights = r.weights;
    f.activations = r.activations.value;
    return f;
}

} // namespace reckon::inline v0::serving
