// SPDX-License-Identifier: MIT
// A GGUF mixture for one model: the facts that llama.cpp's rules ask for, read off the model.
#pragma once
#include <reckon/model/model_spec.hpp>
#include <reckon/precision/gguf_recipes.hpp>

namespace reckon::inline v0 {

/// What llama.cpp's mixtures look at when they choose the type of a tensor.
template <model M> [[nodiscard]] constexpr gguf::model_facts gguf_facts_of(M const& m) noexcept {
    gguf::model_facts facts{m.tied_embeddings, layer_count(m), 1, 0};
    m.groups.for_each([&facts](auto const& group) {
        // Layers without keys of their own have no group; where groups differ the largest decides.
        facts.group = detail::max(facts.group, queries_per_key(group.attention));
        facts.experts = detail::max(facts.experts, group.feed_forward.experts().experts);
    });
    return facts;
}

/// The mixture of that file type for this model: `gguf_recipe_for(models::llama_3_1_8b, "Q4_K_M")`.
template <model M>
[[nodiscard]] constexpr result<recipe> gguf_recipe_for(M const& m,
                                                       std::string_view file_type) noexcept {
    return gguf::gguf_recipe(file_type, gguf_facts_of(m));
}

} // namespace reckon::inline v0
