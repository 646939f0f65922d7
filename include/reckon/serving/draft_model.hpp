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
#include <reckon/serving/memory_of.hpp>

namespace reckon::inline v0::serving {

/// A second model that drafts, with what it is stored in. An aggregate: name the members.
template <class Model> struct draft_model {
    Model model{};
    recipe weights{bf16};
    cache_recipe kv_cache{bf16};
    count tensor{};
    bool own_embedding{true}; ///< false: the model's is used (EAGLE)
    bool own_head{true};
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

} // namespace reckon::inline v0::serving
