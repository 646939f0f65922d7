// SPDX-License-Identifier: MIT
// A model: groups of layers with an attention and a feed-forward family each, embeddings and head.
#pragma once
#include <reckon/detail/provenance.hpp>
#include <reckon/detail/static_vector.hpp>
#include <reckon/detail/text.hpp>
#include <reckon/detail/visitor.hpp>
#include <reckon/model/attention.hpp>
#include <reckon/model/feed_forward.hpp>
#include <reckon/model/layer_set.hpp>
#include <reckon/model/side_part.hpp>
#include <reckon/units/names.hpp>

#include <concepts>
#include <string_view>

namespace reckon::inline v0 {

/// Norms of one layer: how many, and whether they carry a bias (LayerNorm) or not (RMSNorm).
struct norm_layout {
    count per_layer{2};
    bool bias{false};
    count scalars{}; ///< single values beside the norms (Gemma 4 scales a layer's output by one)
    friend constexpr bool operator==(norm_layout const&, norm_layout const&) noexcept = default;
};

// Equality of the templates below is written out, and that of their parts is no friend: a compiler checks a defaulted one,
// member by member, and declares a friend, for each of the hundred types of layers and models that the catalogue has. The
// bindings stop the build where a member is added and not compared.

/// The layers of a model that share an attention and a feed-forward shape.
template <attention Attention, feed_forward FeedForward> struct layers {
    layer_set at{};
    Attention attention{};
    FeedForward feed_forward{};
    norm_layout norms{};

    template <class A, class F>
        requires(!std::same_as<Attention, A> || !std::same_as<FeedForward, F>)
    // NOLINTNEXTLINE(google-explicit-constructor): static groups become run-time groups
    constexpr operator layers<A, F>() const noexcept {
        return {at, attention, feed_forward, norms};
    }
};

/// The same layers of the same shapes.
template <class A, class F>
[[nodiscard]] constexpr bool operator==(layers<A, F> const& a, layers<A, F> const& b) noexcept {
    auto const& [at, attention, feed_forward, norms] = a; // a member that is added must be compared
    return at == b.at && attention == b.attention && feed_forward == b.feed_forward &&
           norms == b.norms;
}

/// A group whose families are chosen at run time.
using any_layers = layers<any_attention, any_feed_forward>;

namespace detail {
/// Whether other layers than `at` attend like a group whose attention those share.
template <class A, class B>
[[nodiscard]] constexpr bool attend_alike(layer_set const& at, A const& a, B const& b) noexcept {
    if constexpr (std::same_as<decltype(a.attention), decltype(b.attention)> &&
                  std::equality_comparable<decltype(a.attention)>) {
        return (at & b.at) == layer_set{} && a.attention == b.attention;
    } else {
        return false;
    }
}

/// Calls visit(attention, layers), once for groups side by side that attend alike. By itself because what compares every
/// family is then compiled where it is asked for.
constexpr void visit_attention(auto const& groups, auto&& visit) noexcept {
    for (std::size_t i = 0; i < groups.size(); ++i) {
        layer_set at = groups[i].at;
        for (; i + 1 < groups.size() && attend_alike(at, groups[i], groups[i + 1]); ++i) {
            at = at | groups[i + 1].at;
        }
        visit(groups[i].attention, at);
    }
}
} // namespace detail

/// Static groups, one after the other; aggregate-initialised as {first, second, ...}.
template <class... Groups> struct group_list;
template <class Last> struct group_list<Last> {
    Last first{};
    constexpr void for_each(auto&& visit) const noexcept { visit(first); }
    constexpr void for_each_attention(auto&& visit, layer_set before = {}) const noexcept {
        visit(first.attention, first.at | before);
    }
};
template <class First, class... Rest>
    requires(sizeof...(Rest) > 0)
struct group_list<First, Rest...> {
    First first{};
    group_list<Rest...> rest{};
    constexpr void for_each(auto&& visit) const noexcept {
        visit(first);
        rest.for_each(visit);
    }
    /// `before`: layers of groups before that attend like the first.
    constexpr void for_each_attention(auto&& visit, layer_set before = {}) const noexcept {
        layer_set const at = first.at | before;
        if (detail::attend_alike(at, first, rest.first)) {
            return rest.for_each_attention(visit, at);
        }
        visit(first.attention, at);
        rest.for_each_attention(visit);
    }
};

/// Equal groups in equal order.
template <class... Groups>
[[nodiscard]] constexpr bool operator==(group_list<Groups...> const& a,
                                        group_list<Groups...> const& b) noexcept {
    if constexpr (sizeof...(Groups) == 1) {
        return a.first == b.first;
    } else {
        return a.first == b.first && a.rest == b.rest;
    }
}

/// Static groups in order: `.groups = grouped(layers<mla, gated>{...}, layers<mla, moe>{...})`.
template <class Last> [[nodiscard]] constexpr group_list<Last> grouped(Last const& last) noexcept {
    return {last};
}
/// The same of several groups.
template <class First, class... Rest>
    requires(sizeof...(Rest) > 0)
[[nodiscard]] constexpr group_list<First, Rest...> grouped(First const& first,
                                                           Rest const&... rest) noexcept {
    return {first, grouped(rest...)};
}

/// Groups chosen at run time.
struct any_groups {
    static_vector<any_layers, 8> list{};
    constexpr void for_each(auto&& visit) const noexcept {
        for (any_layers const& group : list) {
            visit(group);
        }
    }
    constexpr void for_each_attention(auto&& visit) const noexcept {
        detail::visit_attention(list, visit);
    }
    friend constexpr bool operator==(any_groups const&, any_groups const&) noexcept = default;
};

/// Multi-token prediction: extra layers that draft tokens, shaped as layers of the model.
/// parameters = layers x (the layers that one repeats + 2 h h + 3 h + extra + own_tables V h).
struct mtp_module {
    count layers{};
    bool own_embeddings{false};
    layer_set
        like{}; ///< the layers of the model that one module repeats; empty: one of the last group
    count
        extra{}; ///< fp32 values beside (DeepSeek-V4: score correction, head of the hyper-connections)
    tensor_role projection{tensor_role::head}; ///< the role whose format the 2 h h have
    bool own_head{false}; ///< a head of its own though the embedding is the model's (Step-3.5)
    /// Tables of V h values that each module has for itself: embedding and head, or the head alone.
    [[nodiscard]] constexpr count own_tables() const noexcept {
        return own_embeddings ? 2 : own_head ? 1 : 0;
    }
    friend constexpr bool operator==(mtp_module const&, mtp_module const&) noexcept = default;
};

/// A model as composed values. `model_spec<layers<mla, gated>, layers<mla, moe>>` is the type of
/// DeepSeek-V3; `any_model` holds the same facts chosen at run time.
template <class Groups> struct basic_model {
    label name{};
    count hidden{};              ///< h, width of the residual stream
    count vocabulary{};          ///< V, rows of the embedding
    bool tied_embeddings{false}; ///< the head is the embedding
    count learned_positions{};   ///< rows of a position table (GPT-2), 0 with rotary positions
    bool final_norm_bias{false};
    bool embedding_norm{false};   ///< a norm behind the embedding, like the final one (BLOOM)
    bool head_bias{false};        ///< a bias of V values on the head (GPT-J, Phi-2)
    figure<tokens> max_context{}; ///< the longest sequence that the model was made for
    Groups groups{};
    mtp_module mtp{};
    recipe published{bf16}; ///< how the publisher stores the weights
    side_parts sides{};     ///< vision towers and other parts beside the layers
    image_encoder images{}; ///< the shape of the encoder of images, where there is one

    constexpr
    operator basic_model<any_groups>() const noexcept // NOLINT(google-explicit-constructor)
        requires(!std::same_as<Groups, any_groups>)
    {
        basic_model<any_groups> any{.name = name,
                                    .hidden = hidden,
                                    .vocabulary = vocabulary,
                                    .tied_embeddings = tied_embeddings,
                                    .learned_positions = learned_positions,
                                    .final_norm_bias = final_norm_bias,
                                    .embedding_norm = embedding_norm,
                                    .head_bias = head_bias,
                                    .max_context = max_context,
                                    .groups = {},
                                    .mtp = mtp,
                                    .published = published,
                                    .sides = sides,
                                    .images = images};
        groups.for_each([&any](auto const& group) { any.groups.list.push_back(group); });
        return any;
    }
    friend constexpr bool operator==(basic_model const& a, basic_model const& b) noexcept {
        auto const& [name_, hidden_, vocabulary_, tied_embeddings_, learned_positions_,
                     final_norm_bias_, embedding_norm_, head_bias_, max_context_, groups_, mtp_,
                     published_, sides_, images_] = a;
        return name_ == b.name && hidden_ == b.hidden && vocabulary_ == b.vocabulary &&
               tied_embeddings_ == b.tied_embeddings && learned_positions_ == b.learned_positions &&
               final_norm_bias_ == b.final_norm_bias && embedding_norm_ == b.embedding_norm &&
               head_bias_ == b.head_bias && max_context_ == b.max_context && groups_ == b.groups &&
               mtp_ == b.mtp && published_ == b.published && sides_ == b.sides &&
               images_ == b.images;
    }
};

/// A model whose families are known to the compiler.
template <class... Groups> using model_spec = basic_model<group_list<Groups...>>;
/// A model whose families are chosen at run time: from a file, or by name.
using any_model = basic_model<any_groups>;

/// What the laws ask of a model; users may bring their own type.
template <class M>
concept model = requires(M const& m) {
    { m.name } -> std::convertible_to<std::string_view>;
    { m.hidden } -> std::convertible_to<count>;
    { m.vocabulary } -> std::convertible_to<count>;
    { m.tied_embeddings } -> std::convertible_to<bool>;
    { m.max_context } -> std::convertible_to<figure<tokens>>;
    { m.mtp } -> std::convertible_to<mtp_module>;
    { m.published } -> std::convertible_to<recipe>;
    m.groups.for_each(detail::visitor<>{});
};

/// L, the number of layers without prediction modules.
template <model M> [[nodiscard]] constexpr count layer_count(M const& m) noexcept {
    count layers_in_all = 0;
    m.groups.for_each([&](auto const& group) { layers_in_all += group.at.size(); });
    return layers_in_all;
}

/// Norm weights and biases that belong to no layer: final norm, embedding norm, head bias.
template <model M> [[nodiscard]] constexpr count vectors_outside_layers(M const& m) noexcept {
    count const norm = m.hidden * (m.final_norm_bias ? 2 : 1);
    return norm * (m.embedding_norm ? 2 : 1) + (m.head_bias ? m.vocabulary : 0);
}

/// Calls visit(side_part) for every part beside the layers; a model type of a user's own may have none.
template <model M> constexpr void for_each_side(M const& m, auto&& visit) noexcept {
    if constexpr (requires { m.sides; }) {
        for (side_part const& part : m.sides) {
            visit(part);
        }
    }
}

/// Calls visit(attention, layers) for the attention of all groups, once for groups side by side that differ in their
/// feed-forward blocks alone: DeepSeek's dense layers attend like those with experts.
template <model M> constexpr void for_each_attention(M const& m, auto&& visit) noexcept {
    if constexpr (requires { m.groups.for_each_attention(visit); }) {
        m.groups.for_each_attention(visit);
    } else {
        m.groups.for_each([&](auto const& group) { visit(group.attention, group.at); });
    }
}

/// The encoder of images that a model's facts describe; not known() for a model type of a user's own that has none.
template <model M> [[nodiscard]] constexpr image_encoder image_encoder_of(M const& m) noexcept {
    if constexpr (requires { image_encoder{m.images}; }) {
        return m.images;
    } else {
        return {};
    }
}

namespace detail {

template <class Group> [[nodiscard]] constexpr tensor norms_of(Group const& group,
                                                               count hidden) noexcept {
    count const weights = multiply(hidden, group.norms.per_layer * (group.norms.bias ? 2 : 1));
    return {
        tensor_role::norm, shard_axis::none, add(weights, group.norms.scalars), 1, 1, 1, 1, true};
}

} // namespace detail

/// Calls visit(tensor) for every tensor of a layer group that is none of attention's own.
template <class Group>
constexpr void for_each_tensor_beside_attention(Group const& group, count hidden,
                                                auto&& visit) noexcept {
    group.feed_forward.for_each_tensor(hidden, visit);
    visit(detail::norms_of(group, hidden));
}

/// Calls visit(tensor) for every tensor of a layer group.
template <class Group>
constexpr void for_each_tensor(Group const& group, count hidden, auto&& visit) noexcept {
    group.attention.for_each_tensor(hidden, visit);
    for_each_tensor_beside_attention(group, hidden, visit);
}

namespace detail {

/// Calls visit(group, times) for the layers that one prediction module repeats. Without a choice it is one
/// of the last group, which is found by its place alone.
template <model M> constexpr void for_each_predicting_group(M const& m, auto&& visit) noexcept {
    count groups = 0;
    m.groups.for_each([&](auto const&) { ++groups; });
    count place = 0;
    m.groups.for_each([&](auto const& group) {
        bool const last = ++place == groups;
        count const times =
            m.mtp.like == layer_set{} ? (last ? 1 : 0) : (group.at & m.mtp.like).size();
        if (times > 0) { visit(group, times); }
    });
}

} // namespace detail

/// Calls visit(tensor, times) for every tensor of the layers that one prediction module repeats.
template <model M> constexpr void for_each_predicting_tensor(M const& m, auto&& visit) noexcept {
    detail::for_each_predicting_group(m, [&](auto const& group, count times) {
        auto const repeated = [&](tensor const& t) { visit(t, times); };
        for_each_tensor_in_prediction(group.attention, m.hidden, repeated);
        group.feed_forward.for_each_tensor(m.hidden, repeated);
        repeated(detail::norms_of(group, m.hidden));
    });
}

/// Calls visit(state, times) for every stream of state of the layers that one prediction module repeats.
template <model M> constexpr void for_each_predicting_state(M const& m, auto&& visit) noexcept {
    detail::for_each_predicting_group(m, [&](auto const& group, count times) {
        group.attention.for_each_state([&](cached_state const& s) { visit(s, times); });
    });
}

} // namespace reckon::inline v0
