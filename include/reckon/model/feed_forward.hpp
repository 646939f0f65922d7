// SPDX-License-Identifier: MIT
// Feed-forward families: dense, gated or not, and mixtures of experts.
#pragma once
#include <concepts>
#include <variant>

#include <reckon/detail/visit.hpp>
#include <reckon/model/tensor.hpp>

namespace reckon::inline v0 {

/// How tokens meet experts. All zero for a dense block.
struct routing {
    count experts{};   ///< routed experts
    count per_token{}; ///< of which a token uses this many
    friend constexpr bool operator==(routing const&, routing const&) noexcept = default;
};

template <class F>
concept feed_forward = requires(F const& f, count hidden) {
    f.for_each_tensor(hidden, [](tensor const&) {}); // calls it with every weight of a layer
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
    [[nodiscard]] constexpr count width() const noexcept { return detail::multiply(count{3}, intermediate); }
    friend constexpr bool operator==(gated const&, gated const&) noexcept = default;
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
    [[nodiscard]] constexpr count width() const noexcept { return detail::multiply(count{2}, intermediate); }
    friend constexpr bool operator==(plain_ffn const&, plain_ffn const&) noexcept = default;
};

/// A mixture of gated experts, with experts that every token uses beside the routed ones.
///
///   parameters = E h (router) + E (score correction) + E 3 h i + 3 h s (shared)
///   active     = E h + E + k 3 h i + 3 h s
struct moe {
    count routed{};                 ///< E, experts to choose from
    count per_token{};              ///< k, chosen for each token
    count intermediate{};           ///< i, width of one routed expert
    count shared_intermediate{};    ///< s, width of all shared experts together; 0: none
    bool score_correction{false};   ///< a score correction of E values (DeepSeek-V3)
    bool gated_shared{false};       ///< a gate of h values on the shared expert (Qwen)
    bool biases{false};             ///< biases on router and experts (gpt-oss)

    constexpr void for_each_tensor(count hidden, auto&& visit) const noexcept {
        using enum tensor_role;
        auto const by_expert = shard_axis::experts;
        visit(tensor{router, shard_axis::none, routed, hidden});
        if (score_correction) {
            visit(tensor{router_bias, shard_axis::none, routed, 1, 1, 1, 1, true});
        }
        visit(tensor{expert_gate, by_expert, intermediate, hidden, routed, per_token, routed});
        visit(tensor{expert_up, by_expert, intermediate, hidden, routed, per_token, routed});
        visit(tensor{expert_down, by_expert, hidden, intermediate, routed, per_token, routed});
        if (shared_intermediate > 0) {
            auto const by_width = shard_axis::width;
            visit(tensor{shared_gate, by_width, shared_intermediate, hidden, 1, 1, shared_intermediate});
            visit(tensor{shared_up, by_width, shared_intermediate, hidden, 1, 1, shared_intermediate});
            visit(tensor{shared_down, by_width, hidden, shared_intermediate, 1, 1, shared_intermediate});
        }
        if (gated_shared) { visit(tensor{router, shard_axis::none, 1, hidden}); }
        if (biases) {
            visit(tensor{bias, shard_axis::none, routed, 1, 1, 1, 1, true});
            visit(tensor{bias, by_expert, detail::add(2 * intermediate, hidden), 1, routed, per_token, routed, true});
        }
    }
    [[nodiscard]] constexpr routing experts() const noexcept { return {routed, per_token}; }
    [[nodiscard]] constexpr count width() const noexcept {
        return detail::add(detail::multiply(count{3}, intermediate, per_token),
                           detail::multiply(count{3}, shared_intermediate));
    }
    friend constexpr bool operator==(moe const&, moe const&) noexcept = default;
};

/// Any of the shipped families, chosen at run time.
struct any_feed_forward {
    std::variant<gated, plain_ffn, moe> family{};

    constexpr any_feed_forward() noexcept = default;
    template <class F>
        requires(!std::same_as<F, any_feed_forward> && feed_forward<F>)
    // NOLINTNEXTLINE(google-explicit-constructor)
    constexpr any_feed_forward(F const& f) noexcept : family(f) {}

    constexpr void for_each_tensor(count hidden, auto&& visit) const noexcept {
        detail::visit_in_turn(family, [&](auto const& f) { f.for_each_tensor(hidden, visit); });
    }
    [[nodiscard]] constexpr routing experts() const noexcept {
        return detail::visit_in_turn(family, [](auto const& f) { return f.experts(); });
    }
    [[nodiscard]] constexpr count width() const noexcept {
        return detail::visit_in_turn(family, [](auto const& f) { return f.width(); });
    }
    friend constexpr bool operator==(any_feed_forward const&, any_feed_forward const&) noexcept = default;
};

} // namespace reckon::inline v0
