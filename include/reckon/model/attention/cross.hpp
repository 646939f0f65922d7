// SPDX-License-Identifier: MIT
// Attention to what an encoder made of the prompt, of a sound or of an image.
//
//   parameters = inner, and once more for self-attention in the same layer
//   state      = inner's, for each token of the text; for a source of fixed length S beside it
//                S kv_heads (d + dv) values a request
//
//   symbol | meaning                                              | unit  | domain
//   S      | entries that the encoder makes of its input          | -     | >= 0; 0: of the prompt
//
// Where the source is the prompt (T5, BART), its tokens have their keys in the cache of the
// cross-attention and those of the answer in the cache of the self-attention. Both are equally large,
// so that a token of context costs one entry a layer, whichever it is: `context` is prompt and answer.
//
// Source:        T5 (1910.10683), BART (1910.13461), Whisper (2212.04356), Llama 3 (2407.21783, 7.2):
//                totals of Flan-T5, BART, Whisper and Llama-3.2-Vision reproduced to the parameter.
// Deviations:    every token of a pass is charged with the layers of both stacks, though a prompt
//                passes the encoder and an answer the decoder: work and time are upper bounds.
// Not modelled:  more than one image a request; whether an engine keeps the source's keys in pages.
#pragma once
#include <reckon/model/attention/concept.hpp>

namespace reckon::inline v0 {

/// A layer of a decoder that attends to a source, with self-attention of the same shape or without.
template <attention Inner> struct cross_attending {
    Inner inner{};
    count source{};  ///< entries a request (Whisper 1,500, Llama-3.2-Vision 6,404); 0: the prompt
    bool self{true}; ///< attends to the text as well
    count query_heads{inner.query_heads};

    /// Whether a token of text adds to the layer's state.
    [[nodiscard]] constexpr bool keeps_text() const noexcept { return self || source == 0; }

    constexpr void for_each_tensor(count hidden, auto&& visit) const noexcept {
        inner.for_each_tensor(hidden, visit);
        if (self) { inner.for_each_tensor(hidden, visit); }
    }
    constexpr void for_each_state(auto&& visit) const noexcept {
        if (keeps_text()) { inner.for_each_state(visit); }
        if (source == 0) { return; }
        inner.for_each_state([&](cached_state state) {
            state.values_per_head = detail::multiply(state.values_per_head, source);
            state.fixed = true;
            visit(state);
        });
    }
    constexpr void for_each_score(phase when, auto&& visit) const noexcept {
        if (keeps_text()) { inner.for_each_score(when, visit); }
        if (source == 0) { return; }
        inner.for_each_score(when, [&](score_work work) {
            work.score_width = detail::multiply(work.score_width, source);
            work.value_width = detail::multiply(work.value_width, source);
            work.fixed = true;
            visit(work);
        });
    }
    friend constexpr bool operator==(cross_attending const&,
                                     cross_attending const&) noexcept = default;
};

} // namespace reckon::inline v0
