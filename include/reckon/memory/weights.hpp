// SPDX-License-Identifier: MIT
// Bytes of weights that one rank holds, and that a checkpoint takes.
//
//   W(rank) = sum over tensors t, layers l of the rank's stage:
//             share(t) [ p_t payload(f) + blocks(t, f) scale(f) ] / 8,   f = recipe(role(t), l)
//   + embedding, towers and tables on the first stage, final norm, head and closing parts on the last
//
//   symbol   | meaning                                            | unit | domain
//   share    | fraction of the tensor on one rank (parallel/)     | -    | (0, 1]
//   p_t      | parameters of the tensor, all experts              | -    | > 0
//   f        | the format that the recipe gives this tensor       | -    |
//
// Source:       checkpoint layouts; 26 published checkpoint sizes within 0.1 %.
// Deviations:   scales are shared like the elements they belong to; a scale block cut by a rank's
//               border is counted once.
// Experts in MXFP4 are padded to the tiles of the engine's kernel on the device (sharding_rules).
// Not modelled: file headers; tables (memory/rotary_table.hpp).
// Error:        tests/memory/weights.cpp; docs/accuracy.md.
#pragma once
#include <reckon/memory/allocated.hpp>
#include <reckon/model/parameters.hpp>
#include <reckon/parallel/sharding.hpp>
#include <reckon/precision/formats.hpp>
#include <reckon/precision/storage.hpp>

namespace reckon::inline v0 {

/// Bytes by part.
struct weight_bytes {
    bytes embedding{};
    bytes attention{};
    bytes dense_ffn{};
    bytes shared_experts{};
    bytes routed_experts{};
    bytes other{}; ///< norms, router, biases, side parts
    bytes head{};
    bytes rounding{}; ///< what the allocator adds; not in the total

    [[nodiscard]] constexpr bytes total() const noexcept {
        return embedding + attention + dense_ffn + shared_experts + routed_experts + other + head;
    }
    friend constexpr bool operator==(weight_bytes const&, weight_bytes const&) noexcept = default;
};

namespace detail {

/// The part that each role counts to.
struct parts_by_role {
    bytes weight_bytes::* of[tensor_roles]{};
    [[nodiscard]] constexpr bytes weight_bytes::* operator[](tensor_role r) const noexcept {
        return of[static_cast<int>(r)];
    }
};
inline constexpr parts_by_role weight_parts = [] {
    parts_by_role parts{};
    for (int i = 0; i < tensor_roles; ++i) {
        auto const role = static_cast<tensor_role>(i);
        parts.of[i] = is_routed_expert(role)   ? &weight_bytes::routed_experts
                      : is_shared_expert(role) ? &weight_bytes::shared_experts
                      : is_dense_ffn(role)     ? &weight_bytes::dense_ffn
                      : is_attention(role)     ? &weight_bytes::attention
                                               : &weight_bytes::other;
    }
    return parts;
}();

/// A norm of that many values.
[[nodiscard]] constexpr tensor norm_vector(count values) noexcept {
    return {.role = tensor_role::norm, .rows = values, .vector = true};
}

/// Tensors of `t`'s shape in `n` layers under a format.
[[nodiscard]] constexpr stored_parts stored(tensor const& t, storage_factors const& format,
                                            double n, double share) noexcept {
    // Those of one layer first: an allocator must find whole bytes whole.
    double const copies = static_cast<double>(t.copies) * share;
    double const elements = static_cast<double>(t.rows) * static_cast<double>(t.cols);
    stored_parts parts{format.values(elements * copies) * n, {}};
    if (format.scaled) {
        auto const blocks = static_cast<double>(blocks_of(format.block, t.rows, t.cols));
        parts.scales = format.scales(blocks * (copies * n), copies * n);
    }
    return parts;
}
/// The same where a format is asked for once.
[[nodiscard]] constexpr stored_parts stored(tensor const& t, any_precision const& format, double n,
                                            double share) noexcept {
    return stored(t, storage_factors(format), n, share);
}

/// The palette entry for a tensor, or the recipe's fallback where its rows are not whole blocks.
[[nodiscard]] constexpr any_precision const& format_for(recipe const& r, std::uint8_t entry,
                                                        tensor const& t) noexcept {
    any_precision const& wanted = r.palette[entry];
    return storage_factors(wanted).holds_rows_of(t.cols) ? wanted : r.palette[r.ragged[entry]];
}
/// The format of a tensor of which a recipe makes no exception.
[[nodiscard]] constexpr any_precision const& format_for(recipe const& r, tensor const& t) noexcept {
    return t.vector ? r[t.role] : format_for(r, r.choice[static_cast<int>(t.role)], t);
}

} // namespace detail

/// The layers of a group that one stage holds, with what recipes ask about them.
struct staged_group {
    layer_set at{};
    stage_layers stage{};
    double held{}; ///< how many of the group's layers the stage holds
    count model_layers{};
    count queries_per_key{1};
};

namespace detail {

/// Those of a recipe that makes exceptions for some layers.
[[nodiscard]] constexpr stored_parts stored_by_layer(recipe const& r, tensor const& t,
                                                     staged_group const& g, double share) noexcept {
    double rest = g.held;
    stored_parts sum{};
    layer_set taken{};
    for (recipe_exception const& e : r.exceptions) {
        if (e.role != t.role || g.queries_per_key < e.min_group) { continue; }
        double chosen = 0;
        for (count i = g.stage.first; i < g.stage.end; ++i) {
            if (g.at.contains(i) && !taken.contains(i) && e.layers.chooses(i, g.model_layers)) {
                taken.insert(i);
                chosen += 1;
            }
        }
        rest -= chosen;
        if (chosen > 0) {
            sum += detail::stored(t, detail::format_for(r, e.format, t), chosen, share);
        }
    }
    if (rest > 0) { sum += detail::stored(t, detail::format_for(r, t), rest, share); }
    return sum;
}

} // namespace detail

/// Bytes of tensor `t` in the layers of a staged group.
[[nodiscard]] constexpr stored_parts stored_in(recipe const& r, tensor const& t,
                                               staged_group const& g, double share) noexcept {
    if (!t.vector && !r.exceptions.empty()) { return detail::stored_by_layer(r, t, g, share); }
    return detail::stored(t, detail::format_for(r, t), g.held, share);
}

namespace detail {

/// Bytes of the experts' matrices `t` of one layer on a rank with that share of them, padded to a
/// kernel's tiles. Rows and columns are features and width (gate, up), or width and features (down).
[[nodiscard]] constexpr bytes padded_experts(tensor const& t, any_precision const& format,
                                             expert_padding const& pad, layout const& l,
                                             double share) noexcept {
    auto const up = [](count size, count to) { return multiply(ceil_div(size, to), to); };
    bool const down = t.role == tensor_role::expert_down;
    count const cut = l.expert > 1 ? 1 : l.layer_group(); // ranks that divide each expert's width
    count const width = ceil_div(down ? t.cols : t.rows, cut);
    count const features = down ? t.rows : t.cols;
    double const copies = static_cast<double>(t.copies) * share * static_cast<double>(cut);
    tensor own = t;
    own.rows = down ? features : width;
    own.cols = down ? width : features;
    tensor padded = t;
    padded.rows = down ? up(features, pad.features) : up(width, pad.width);
    padded.cols = up(down ? up(width, pad.width) : up(features, pad.features), pad.contraction);
    tensor const& scaled = pad.scales ? padded : own;
    auto const elements = [](tensor const& of) {
        return static_cast<double>(of.rows) * static_cast<double>(of.cols);
    };
    auto const blocks = static_cast<double>(blocks_of(format.block, scaled.rows, scaled.cols));
    return stored_bytes(format, elements(padded) * copies, blocks * copies, copies);
}

} // namespace detail

namespace detail {

/// The sum of the law over the tensors of one group of layers after another. It is no template, so that families share
/// its code; formats are read once.
struct weight_sum {
    recipe const& r;
    rank_shares shares;
    allocator_rules const& allocator;
    bool rounds{};
    bool by_layer{}; ///< exceptions for some layers
    bool pads{};     ///< experts, to a kernel's tiles
    storage_factors formats[recipe::formats]{};
    staged_group staged{};
    held_matrices matrices{};
    weight_bytes w{};
    double latent_down{};  ///< values of projections into latents on the rank
    double latent_up_kv{}; ///< and of those out of them, to keys and values

    constexpr weight_sum(recipe const& formats_by_role, layout const& spread,
                         sharding_rules const& by, allocator_rules const& allocated) noexcept
        : r(formats_by_role), shares(by, spread), allocator(allocated),
          rounds(allocated.step > bytes{0}), by_layer(!formats_by_role.exceptions.empty()) {
        bool const tiles = by.mxfp4 != expert_padding{};
        for (std::size_t i = 0; i < r.palette.size(); ++i) {
            formats[i].read(r.palette[i]);
            pads = pads || (tiles && is_mxfp4(r.palette[i]));
        }
    }

    /// Turns to the layers `at` of a stage; false if it holds none.
    [[nodiscard]] constexpr bool turn_to(layer_set const& at, count queries_per_key) noexcept {
        count const held = at.size_in(staged.stage.first, staged.stage.end);
        staged.at = at;
        staged.held = static_cast<double>(held);
        staged.queries_per_key = queries_per_key;
        return held > 0;
    }
    /// All tensors of these layers that share matrices are in.
    constexpr void close() noexcept {
        if (!rounds) { return; }
        w.rounding += matrices.take_rounding(allocator) * staged.held;
    }
    /// Takes in a tensor of these layers.
    constexpr void operator()(tensor const& t) noexcept {
        storage_factors const& format = formats[r.choice[static_cast<int>(t.role)]];
        double const share = shares(t);
        if (t.role == tensor_role::latent_down) { latent_down += values_held(t, share); }
        if (t.role == tensor_role::latent_up_kv) { latent_up_kv += values_held(t, share); }
        if (is_particular(t, format)) { return add_particular(t, share); }
        stored_parts const layer = stored(t, format, 1, share);
        w.*weight_parts[t.role] += layer.total() * staged.held;
        if (rounds && is_linear(t.role) && !t.vector) { matrices.add(t.role, layer.values); }
    }
    /// Bytes of a tensor that belongs to no layer.
    [[nodiscard]] constexpr bytes whole(tensor const& t) noexcept {
        stored_parts const size = stored(t, format_for(r, t), 1, shares(t));
        w.rounding += counted(allocator, size.values) - size.values;
        return size.total();
    }

private:
    /// Values of a tensor of these layers on the rank.
    [[nodiscard]] constexpr double values_held(tensor const& t, double share) const noexcept {
        return static_cast<double>(t.parameters()) * share * staged.held;
    }
    /// Whether formats differ by layer or by its shape, or a kernel pads it.
    [[nodiscard]] constexpr bool is_particular(tensor const& t,
                                               storage_factors const& format) const noexcept {
        return !t.vector &&
               (by_layer || (pads && is_routed_expert(t.role)) || !format.holds_rows_of(t.cols));
    }
    /// The same where formats differ by layer or by shape, or a kernel pads.
    constexpr void add_particular(tensor const& t, double share) noexcept {
        stored_parts const size = stored_in(r, t, staged, share);
        bool const padded = pads && is_routed_expert(t.role) && is_mxfp4(r[t.role]);
        w.*weight_parts[t.role] +=
            padded ? padded_experts(t, r[t.role], shares.rules.mxfp4, shares.l, share) * staged.held
                   : size.total();
        if (rounds && is_linear(t.role)) { matrices.add(t.role, size.values / staged.held); }
    }
    [[nodiscard]] static constexpr bool is_mxfp4(any_precision const& format) noexcept {
        return format == any_precision(mxfp4);
    }
};

/// The sum over a stage: weights of one of its ranks, and what laws of copies ask about them.
template <model M>
[[nodiscard]] constexpr weight_sum weights_on_stage(M const& m, recipe const& r, layout const& l,
                                                    count stage, sharding_rules const& rules,
                                                    allocator_rules const& allocator) noexcept {
    weight_sum sum(r, l, rules, allocator);
    weight_bytes& w = sum.w;
    stage_layers const here = layers_on_stage(m, l, stage);
    sum.staged.stage = here;
    if (sum.by_layer) {
        sum.staged.model_layers = layer_count(m);
        sum.staged.stage.end = detail::min(here.end, sum.staged.model_layers);
    }
    auto const attend = [&](auto const& attention, layer_set const& at) {
        if (!sum.turn_to(at, queries_per_key(attention))) { return; }
        attention.for_each_tensor(m.hidden, sum);
        sum.close();
    };
    // Where formats differ by layer, what is rounded is a mean over a group: the same in whatever order groups stand.
    if (sum.by_layer) {
        m.groups.for_each([&](auto const& group) { attend(group.attention, group.at); });
    } else {
        for_each_attention(m, attend);
    }
    m.groups.for_each([&](auto const& group) {
        if (!sum.turn_to(group.at, queries_per_key(group.attention))) { return; }
        for_each_tensor_beside_attention(group, m.hidden, sum);
        sum.close();
    });
    bool const is_first = stage == 0;
    bool const is_last = stage == l.pipeline - 1;
    tensor const table{.role = tensor_role::embedding,
                       .axis = shard_axis::vocabulary,
                       .rows = m.vocabulary,
                       .cols = m.hidden,
                       .units = m.vocabulary};
    if (is_first) {
        w.embedding += sum.whole(table);
        if (m.learned_positions > 0) {
            tensor const positions{tensor_role::embedding, shard_axis::none, m.learned_positions,
                                   m.hidden};
            w.embedding += sum.whole(positions);
        }
    }
    if (is_last) {
        tensor const norm = norm_vector(vectors_outside_layers(m));
        w.other += detail::stored(norm, r[tensor_role::norm], 1, sum.shares(norm)).total();
        // A tied head needs a second copy only where it lives on another stage than the embedding.
        if (!m.tied_embeddings) {
            tensor head = table;
            head.role = tensor_role::head;
            w.head += sum.whole(head);
        } else if (!is_first) {
            w.head += sum.whole(table);
        }
    }
    for_each_side(m, [&](side_part const& part) {
        if (part.is_closing() ? is_last : is_first) { w.other += bytes{part.bytes_stored()}; }
    });
    return sum;
}

} // namespace detail

/// Weights of one rank of pipeline stage `stage`.
template <model M>
[[nodiscard]] constexpr weight_bytes weights_of(M const& m, recipe const& r, layout const& l = {},
                                                count stage = 0,
                                                sharding_rules const& rules = megatron_sharding,
                                                allocator_rules const& allocator = {}) noexcept {
    return detail::weights_on_stage(m, r, l, stage, rules, allocator).w;
}

/// Bytes of the multi-token-prediction modules of a model, in a checkpoint or on one rank of a layout:
/// modules x (repeated layers + 2 h h projection + 3 h norms + extra) (+ embedding and head of their own).
template <model M>
[[nodiscard]] constexpr bytes
mtp_weights_of(M const& m, recipe const& r, count modules, layout const& l = {},
               sharding_rules const& rules = megatron_sharding) noexcept {
    if (modules == 0 || m.mtp.layers == 0) { return {}; }
    bytes layer{};
    auto const add = [&](tensor const& t, double times) {
        layer +=
            detail::stored(t, detail::format_for(r, t), times, local_share(t, rules, l)).total();
    };
    for_each_predicting_tensor(
        m, [&](tensor const& t, count times) { add(t, static_cast<double>(times)); });
    layer += bytes{4.0 * static_cast<double>(m.mtp.extra)};
    add({m.mtp.projection, shard_axis::none, m.hidden, 2 * m.hidden}, 1);
    add(detail::norm_vector(3 * m.hidden), 1);
    count const tables = m.mtp.own_tables();
    add({tensor_role::embedding, shard_axis::vocabulary, m.vocabulary, m.hidden, tables, tables,
         m.vocabulary},
        1);
    return layer * static_cast<double>(modules);
}

/// The same for all modules of a checkpoint.
template <model M> [[nodiscard]] constexpr bytes mtp_weights_of(M const& m,
                                                                recipe const& r) noexcept {
    return mtp_weights_of(m, r, m.mtp.layers);
}

/// Bytes of the tensors of a checkpoint: the model and its prediction modules.
template <model M> [[nodiscard]] constexpr bytes checkpoint_bytes(M const& m,
                                                                  recipe const& r) noexcept {
    return weights_of(m, r).total() + mtp_weights_of(m, r);
}

} // namespace reckon::inline v0
