// SPDX-License-Identifier: MIT
// Feed-forward families: dense, gated or not, and mixtures of experts.
#pragma once
#include <reckon/detail/one_of.hpp>
#include <reckon/detail/visitor.hpp>
#include <reckon/model/tensor.hpp>

#include <concepts>

namespace reckon::inline v0 {

/// How tokens meet experts. All zero for a dense block.
struct routing {
    count experts{};   ///< routed experts
    count per_token{}; ///< of which a token uses this many
    friend constexpr bool operator==(routing const&, routing const&) noexcept = default;
};

/// What the laws ask of a feed-forward family; users may bring their own type.
template <class F>
concept feed_forward = requires(F const& f, count hidden) {
    f.for_each_tensor(hidden, detail::visitor<tensor>{}); // calls it with every weight of a layer
    { f.experts() } -> std::same_as<routing>;
    { f.width() } -> std::convertible_to<count>; // live intermediate values of one token
};

/// Gated feed-forward (SwiGLU, GeGLU): parameters = 3 h i.
struct gated {
    count intermediate{};
    constexpr void for_each_tensor(count hidden, auto&& visit) const noexcept {
        using enum tensor_role;
        visit(tensor{ffn_gate, shard_axis::width, intermediate, hidden, 1, 1, intermediate});
        visit(tensor{ffn_up, shard_axis::width, intermediate, hidden, 1, 1, intermediate});
        visit(tensor{ffn_down, shard_axis::width, hidden, intermediate, 1, 1, intermediate});
    }
    [[nodiscard]] static constexpr routing experts() noexcept { return {}; }
    [[nodiscard]] constexpr count width() const noexcept {
        return detail::multiply(count{3}, intermediate);
    }
    friend constexpr bool operator==(gated const&, gated const&) noexcept = default;
};

/// Gated feed-forward, and behind it a small one that lets in the token's embedding for this layer
/// (Gemma 3n, Gemma 4 E2B and E4B). The table of these embeddings is a side part of the model.
///
///   parameters = 3 h i + 3 h p + h  (+ 2 h r + h beside attention)  (+ s h + s^2 + s^3 + 2 h)
///
///   symbol | meaning
///   p      | width of the embedding: a gate, a projection back, and the layer's slice of the projection
///          | of the token's usual embedding
///   r      | rank of the learned residual beside attention (LAuReL), 0: none
///   s      | residual streams that every layer predicts and corrects (AltUp), 0: one
///
/// Source: Gemma3nTextDecoderLayer and Gemma4TextDecoderLayer of transformers; published totals of both
/// sizes of both families reproduced.
struct embedding_gated {
    count intermediate{};
    count embedding_dim{};
    count laurel_rank{};
    count streams{};
    constexpr void for_each_tensor(count hidden, auto&& visit) const noexcept {
        using enum tensor_role;
        auto const whole = shard_axis::none; // engines replicate these small matrices
        gated{intermediate}.for_each_tensor(hidden, visit);
        visit(tensor{ffn_gate, whole, embedding_dim, hidden});
        visit(tensor{ffn_up, whole, embedding_dim, hidden});
        visit(tensor{ffn_down, whole, hidden, embedding_dim});
        visit(tensor{norm, whole, hidden, 1, 1, 1, 1, true});
        if (laurel_rank > 0) {
            visit(tensor{ffn_up, whole, laurel_rank, hidden});
            visit(tensor{ffn_down, whole, hidden, laurel_rank});
            visit(tensor{norm, whole, hidden, 1, 1, 1, 1, true});
        }
        if (streams > 0) {
            count const square = detail::multiply(streams, streams);
            visit(tensor{mixing, whole, streams, hidden});
            visit(tensor{mixing, whole, square, detail::add(streams, 1)});
            visit(tensor{norm, whole, 2 * hidden, 1, 1, 1, 1, true});
        }
    }
    [[nodiscard]] static constexpr routing experts() noexcept { return {}; }
    [[nodiscard]] constexpr count width() const noexcept { return gated{intermediate}.width(); }
    friend constexpr bool operator==(embedding_gated const&,
                                     embedding_gated const&) noexcept = default;
};

/// Two matrices and an activation (GPT, Falcon, squared-ReLU): parameters = 2 h i (+ i + h biases).
struct plain_ffn {
    count intermediate{};
    bool biases{false};
    constexpr void for_each_tensor(count hidden, auto&& visit) const noexcept {
        using enum tensor_role;
        visit(tensor{ffn_up, shard_axis::width, intermediate, hidden, 1, 1, intermediate});
        visit(tensor{ffn_down, shard_axis::width, hidden, intermediate, 1, 1, intermediate});
        if (biases) {
            visit(tensor{bias, shard_axis::width, intermediate, 1, 1, 1, intermediate, true});
            visit(tensor{bias, shard_axis::none, hidden, 1, 1, 1, 1, true});
        }
    }
    [[nodiscard]] static constexpr routing experts() noexcept { return {}; }
    [[nodiscard]] constexpr count width() const noexcept {
        return detail::multiply(count{2}, intermediate);
    }
    friend constexpr bool operator==(plain_ffn const&, plain_ffn const&) noexcept = default;
};

/// No feed-forward block: layers that are only a mixer (Nemotron-H).
struct no_feed_forward {
    static constexpr void for_each_tensor(count, auto&&) noexcept {}
    [[nodiscard]] static constexpr routing experts() noexcept { return {}; }
    [[nodiscard]] static constexpr count width() noexcept { return 0; }
    friend constexpr bool operator==(no_feed_forward const&,
                                     no_feed_forward const&) noexcept = default;
};

/// A mixture of experts, with experts that every token uses beside the routed ones.
///
///   parameters = E w (router) + E (score correction) + E m l i + m h s (shared) + 2 h l (latent)
///              (+ h + E for a router that scales its input and what comes out of the experts)
///   active     = the same with k instead of E experts, but all of the router
///
///   w = h;  m = 3 matrices where experts are gated, else 2;  l = h, or the latent width that routed
///   experts work in (Nemotron-3 Super, Kimi-K3), which costs 2 h l for the way in and out
struct moe {
    count routed{};               ///< E, experts to choose from
    count per_token{};            ///< k, chosen for each token
    count intermediate{};         ///< i, width of one routed expert
    count shared_intermediate{};  ///< s, width of all shared experts together; 0: none
    bool score_correction{false}; ///< a score correction of E values (DeepSeek-V3)
    bool gated_shared{false};     ///< a gate of h values on the shared expert (Qwen)
    bool biases{false};           ///< biases on router and experts (gpt-oss)
    count latent{};               ///< l, 0: experts work in the hidden width
    bool latent_norm{false};      ///< a norm of l values (Kimi-K3)
    bool gated_experts{true};     ///< three matrices an expert, or two (squared ReLU)
    bool router_scale{
        false}; ///< scales of h values before the router and one an expert after it (Gemma 4)
    bool image_correction{
        false}; ///< a second score correction, for tokens of images (DeepSeek-V4.1)

    constexpr void for_each_tensor(count hidden, auto&& visit) const noexcept {
        using enum tensor_role;
        auto const by_expert = shard_axis::experts;
        count const inside = latent > 0 ? latent : hidden;
        visit(tensor{router, shard_axis::none, routed, hidden});
        if (score_correction) {
            visit(tensor{router_bias, shard_axis::none, routed, 1, 1, 1, 1, true});
        }
        if (image_correction) {
            visit(tensor{router_bias, shard_axis::none, routed, 1, 1, 1, 1, true});
        }
        if (gated_experts) {
            visit(tensor{expert_gate, by_expert, intermediate, inside, routed, per_token, routed});
        }
        visit(tensor{expert_up, by_expert, intermediate, inside, routed, per_token, routed});
        visit(tensor{expert_down, by_expert, inside, intermediate, routed, per_token, routed});
        if (latent > 0) {
            // The way in and out is the same for all experts, and whole on every rank.
            visit(tensor{shared_up, shard_axis::none, latent, hidden});
            visit(tensor{shared_down, shard_axis::none, hidden, latent});
            if (latent_norm) { visit(tensor{norm, shard_axis::none, latent, 1, 1, 1, 1, true}); }
        }
        if (shared_intermediate > 0) {
            auto const by_width = shard_axis::width;
            if (gated_experts) {
                visit(tensor{shared_gate, by_width, shared_intermediate, hidden, 1, 1,
                             shared_intermediate});
            }
            visit(tensor{shared_up, by_width, shared_intermediate, hidden, 1, 1,
                         shared_intermediate});
            visit(tensor{shared_down, by_width, hidden, shared_intermediate, 1, 1,
                         shared_intermediate});
        }
        if (gated_shared) { visit(tensor{router, shard_axis::none, 1, hidden}); }
        if (router_scale) {
            visit(tensor{router, shard_axis::none, detail::add(hidden, routed), 1, 1, 1, 1, true});
        }
        if (biases) {
            visit(tensor{bias, shard_axis::none, routed, 1, 1, 1, 1, true});
            visit(tensor{bias, by_expert, detail::add(2 * intermediate, hidden), 1, routed,
                         per_token, routed, true});
        }
    }
    [[nodiscard]] constexpr routing experts() const noexcept { return {routed, per_token}; }
    [[nodiscard]] constexpr count width() const noexcept {
        count const matrices = gated_experts ? 3 : 2;
        return detail::multiply(
            matrices, detail::add(detail::multiply(intermediate, per_token), shared_intermediate));
    }
    friend constexpr bool operator==(moe const&, moe const&) noexcept = default;
};

/// Any of the shipped families, chosen at run time.
struct any_feed_forward {
    one_of<gated, plain_ffn, moe, no_feed_forward, embedding_gated> family{};

    constexpr any_feed_forward() noexcept = default;
    template <class F>
        requires(!std::same_as<F, any_feed_forward> && feed_forward<F>)
    // NOLINTNEXTLINE(google-explicit-constructor)
    constexpr any_feed_forward(F const& f) noexcept : family(f) {}

    constexpr void for_each_tensor(count hidden, auto&& visit) const noexcept {
        family.visit([&](auto const& f) { f.for_each_tensor(hidden, visit); });
    }
    [[nodiscard]] constexpr routing experts() const noexcept {
        return family.visit([](auto const& f) { return f.experts(); });
    }
    [[nodiscard]] constexpr count width() const noexcept {
        return family.visit([](auto const& f) { return f.width(); });
    }
    friend constexpr bool operator==(any_feed_forward const&,
                                     any_feed_forward const&) noexcept = default;
};

} // namespace reckon::inline v0
