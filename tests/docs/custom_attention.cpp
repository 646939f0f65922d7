// SPDX-License-Identifier: MIT
// docs/tutorials/custom_attention.md: a kind of attention that the library has never heard of.
#include <reckon/io/format.hpp>
#include <reckon/reckon.hpp>

#include <iostream>

using namespace reckon::literals;
using reckon::count;
using reckon::io::to_text;

// [family]
/// Latents by group: each of `latents` groups of heads keeps a latent of `rank` values in place of keys
/// and values. Tensor-parallel ranks share the latents, which one latent for all heads forbids.
struct grouped_latents {
    count query_heads{};
    count head_dim{};
    count latents{};
    count rank{};

    constexpr void for_each_tensor(count hidden, auto&& visit) const noexcept {
        using enum reckon::tensor_role;
        using axis = reckon::shard_axis;
        count const heads = query_heads * head_dim;
        visit(reckon::tensor{attention_q, axis::query_heads, heads, hidden, 1, 1, query_heads});
        visit(reckon::tensor{latent_down, axis::kv_heads, latents * rank, hidden, 1, 1, latents});
        // Keys and values out of the latent of the head's group.
        visit(reckon::tensor{latent_up_kv, axis::query_heads, 2 * heads, rank, 1, 1, query_heads});
        visit(
            reckon::tensor{attention_output, axis::query_heads, hidden, heads, 1, 1, query_heads});
    }
    constexpr void for_each_state(auto&& visit) const noexcept {
        visit(reckon::cached_state{.heads = latents, .values_per_head = rank});
    }
    constexpr void for_each_score(reckon::phase when, auto&& visit) const noexcept {
        // A prompt is multiplied with expanded keys and values, a decoding query with the latent itself.
        count const width = when == reckon::phase::prefill ? head_dim : rank;
        visit(reckon::score_work{query_heads, width, width});
    }
    friend constexpr bool operator==(grouped_latents const&,
                                     grouped_latents const&) noexcept = default;
};
static_assert(reckon::attention<grouped_latents>);
// [/family]

// [model]
using layers = reckon::layers<grouped_latents, reckon::gated>;
constexpr reckon::model_spec<layers> ours{
    .name = "Ours-8B",
    .hidden = 4096,
    .vocabulary = 128'256,
    .max_context = 128_Ktok,
    .groups = {layers{.at = reckon::layer_set::range(0, 32),
                      .attention = {.query_heads = 32, .head_dim = 128, .latents = 2, .rank = 512},
                      .feed_forward = {.intermediate = 14'336}}}};
static_assert(reckon::model<decltype(ours)>);
// [/model]

// [proof]
constexpr count attention_by_hand = 4096 * 4096      // queries
                                    + 4096 * 1024    // two latents
                                    + 2 * 4096 * 512 // keys and values out of them
                                    + 4096 * 4096;   // output
static_assert(reckon::parameters_of(ours).total ==
              2 * 128'256 * 4096 + 4096 + 32 * (attention_by_hand + 3 * 4096 * 14'336 + 2 * 4096));
static_assert(reckon::cache_per_token(ours, reckon::bf16) ==
              reckon::bytes{32. * 2 * 512 * 2} / 1_tok);
static_assert(reckon::cache_per_token(ours, reckon::bf16, {.tensor = 2}) ==
              reckon::bytes{32. * 512 * 2} / 1_tok);
// [/proof]

int main() {
    std::cout << "# answer\n";
    // [answer]
    auto const show = [](auto const& model) {
        reckon::deployment const d{.model = model,
                                   .gpu = reckon::gpus::l40s,
                                   .layout = {.tensor = 2},
                                   .max_context = 32_Ktok,
                                   .concurrency = 8,
                                   .request = {.prompt = 8000_tok, .output = 500_tok}};
        auto const memory = reckon::memory_of(d);
        std::cout << model.name.view() << ": weights " << to_text(memory.weights) << ", KV cache "
                  << to_text(memory.kv_cache) << ", "
                  << to_text(reckon::speed_of(d).time_per_token.value) << " a token\n";
    };
    show(ours);
    show(reckon::models::llama_3_1_8b);
    // [/answer]
}
