// SPDX-License-Identifier: MIT
// A draft model with a checkpoint of its own beside the model that it drafts for.
//
//   weights = those of the draft under its own tensor parallelism (- embedding, - head, where they are the model's)
//   cache   = a request's under the model + the same request's under the draft, in blocks of one pool
//
//   symbol | meaning                                            | unit | domain
//   tensor | ranks that divide the draft; 0: as many as the model | -  | >= 0
//
// Both lie on the ranks of the last pipeline stage. The model's own prediction modules need none of this:
// `engine::prediction_modules` counts them.
//
// Source:       vllm/v1/spec_decode (the drafter's layers join the cache's groups, EAGLE takes embedding and head from the
//               model where they have its shape), vllm/config/speculative.py (draft_tensor_parallel_size: 1, or the model's).
// Deviations:   activations of the draft's pass are below the model's and not added; graphs are those of the engine.
// Not modelled: SGLang, which loads the draft behind its pool; a draft that attends to a window of its own.
// Error:        exact as sums; tests/serving/draft_model.cpp.
#pragma once
#include <reckon/serving/launch_figures.hpp>
#include <reckon/serving/limits.hpp>

namespace reckon::inline v0::serving {

/// A second model that drafts, with what it is stored in. An aggregate: name the members.
template <class Model> struct draft_model {
    Model model{};
    recipe weights{bf16};
    cache_recipe kv_cache{bf16};
    count tensor{};
    bool own_embedding{true}; ///< false: the model's is used (EAGLE)
    bool own_head{true};

    friend constexpr bool operator==(draft_model const&, draft_model const&) noexcept = default;
};

/// The layout of a draft beside a model under `l`.
template <class D> [[nodiscard]] constexpr reckon::layout
layout_of_draft(draft_model<D> const& draft, reckon::layout const& l) noexcept {
    return {.tensor = draft.tensor > 0 ? draft.tensor : l.tensor};
}

/// What a draft takes on one rank beside a model under `l`, for requests of `context` tokens. Domain: a settled engine; a
/// layout that divides the draft.
template <model D>
[[nodiscard]] constexpr resident resident_draft(draft_model<D> const& draft,
                                                reckon::layout const& l, engine const& e,
                                                tokens context) noexcept {
    reckon::layout const own = layout_of_draft(draft, l);
    weight_bytes const w = weights_of(draft.model, draft.weights, own, 0, e.sharding, e.allocator);
    bytes const theirs =
        (draft.own_embedding ? bytes{} : w.embedding) + (draft.own_head ? bytes{} : w.head);
    cache_paging paging = detail::paging_of(e);
    paging.prediction_modules = 0; // those are the model's
    return {w.total() - theirs + w.rounding + rotary_table(draft.model, e),
            request_cache_of(draft.model, cache_as_kept(draft.model, draft.kv_cache, e), context,
                             own, 0, paging)};
}

/// Bytes of the fullest rank of a deployment with a draft model beside it, and the first rule that they break.
template <model M, gpu G, model D>
[[nodiscard]] constexpr memory_report memory_of(deployment<M, G> const& d,
                                                draft_model<D> const& draft) noexcept {
    memory_report refused{};
    refused.layout = check(draft.model, layout_of_draft(draft, d.layout));
    if (!refused.layout.ok()) {
        refused.broken = constraint::layout;
        return refused;
    }
    engine const e = settled(d.engine, d.model, d.gpu, d.layout);
    return memory_of(d.model, d.gpu, d.weights, d.kv_cache, d.layout, d.engine, d.max_context,
                     d.concurrency, resident_draft(draft, d.layout, e, d.max_context));
}

/// What an engine prints when it starts both: the draft's weights are loaded with the model's, and a block of the pool
/// holds a block of either's cache.
template <model M, gpu G, model D> [[nodiscard]] constexpr launch_figures
launch_figures_of(deployment<M, G> const& d, draft_model<D> const& draft) noexcept {
    memory_report const both = memory_of(d, draft);
    launch_figures f{};
    if (both.steady_cache > bytes{}) {
        double const part = memory_of(d).steady_cache / both.steady_cache;
        f = figures_of_pool(d, both.cache_pool * part, both.fullest_stage);
        f.pool = both.cache_pool;
    }
    f.weights = both.weights;
    f.activations = both.activations.value;
    return f;
}

/// The largest `max_context` at which both fit with all else as it is; 0 where none does.
template <model M, gpu G, model D> [[nodiscard]] constexpr tokens
largest_context(deployment<M, G> d, draft_model<D> const& draft) noexcept {
    auto const guess = static_cast<count>(in_tokens(largest_context(d)));
    return tokens{static_cast<double>(
        reckon::detail::largest_that(1, detail::longest_of(d.model), guess, [&](count n) {
            d.max_context = tokens{static_cast<double>(n)};
            return memory_of(d, draft).fits();
        }))};
}

} // namespace reckon::inline v0::serving
