// SPDX-License-Identifier: MIT
// Whether a model that somebody typed or a file described can exist, before any law counts with it.
//
// The laws themselves do not check: they are exact for every model that passes here. The limits are
// far above anything published (widest model 2026: 16,384; most layers: 126; most experts: 896), so
// that a hit is a slip of units or a damaged file and never a model that is merely new.
#pragma once
#include <reckon/detail/result.hpp>
#include <reckon/model/parameters.hpp>
#include <reckon/units/makers.hpp>

#include <concepts>
#include <string_view>

namespace reckon::inline v0 {

/// The largest values that `check` accepts.
namespace model_limits {
inline constexpr count layers = layer_set::capacity; ///< 256
inline constexpr count hidden = count{1} << 20;
inline constexpr count vocabulary = count{1} << 24;
inline constexpr count heads = count{1} << 12;
inline constexpr count head_dim = count{1} << 14;
inline constexpr count intermediate = count{1} << 22;
inline constexpr count experts = count{1} << 16;
inline constexpr count window = count{1} << 30;
inline constexpr count context = count{1} << 30; ///< a billion tokens
inline constexpr count mtp_layers = 16;
inline constexpr count streams = 64;
inline constexpr count taps = 256;
inline constexpr count side_parameters = count{1} << 44; ///< 17 trillion
} // namespace model_limits

namespace detail {

/// Keeps the first defect and the place that it was found in.
class model_inspector {
public:
    constexpr explicit model_inspector(std::string_view model) noexcept : model_(model) {}

    constexpr void enter(layer_set const& at) noexcept {
        first_ = 0;
        while (first_ < layer_set::capacity && !at.contains(first_)) {
            ++first_;
        }
        last_ = layer_set::capacity - 1;
        while (last_ > first_ && !at.contains(last_)) {
            --last_;
        }
        in_layers_ = true;
    }
    constexpr void leave() noexcept { in_layers_ = false; }

    /// "M: hidden is -5; give an integer from 1 to 1,048,576."
    constexpr void range(std::string_view field, count value, count low, count high) noexcept {
        if (found_ || (value >= low && value <= high)) { return; }
        sentence why = place(field);
        why.append(" is ")
            .append_grouped(value)
            .append("; give an integer from ")
            .append_grouped(low);
        why.append(" to ").append_grouped(high).append(".");
        found_ = error{errc::out_of_range, why};
    }
    /// "M: kv_heads of layers 0..31 is 7, which does not divide query_heads, 32; ..."
    constexpr void divides(std::string_view field, count value, std::string_view of,
                           count whole) noexcept {
        if (found_ || whole % value == 0) { return; }
        sentence why = place(field);
        why.append(" is ").append_grouped(value).append(", which does not divide ").append(of);
        why.append(", ").append_grouped(whole).append(
            "; every group of query heads must be equally large.");
        found_ = error{errc::contradiction, why};
    }
    /// "M: per_token of layers 3..60 is 9, more than routed, 8; ..."
    constexpr void at_most(std::string_view field, count value, std::string_view of,
                           count limit) noexcept {
        if (found_ || value <= limit) { return; }
        sentence why = place(field);
        why.append(" is ").append_grouped(value).append(", more than ").append(of).append(", ");
        why.append_grouped(limit).append("; it must be at most as large.");
        found_ = error{errc::contradiction, why};
    }
    constexpr void refuse(errc code, std::string_view field, std::string_view what) noexcept {
        if (!found_) { found_ = error{code, place(field).append(" ").append(what)}; }
    }
    constexpr void refuse_layer(count layer, std::string_view what) noexcept {
        if (found_) { return; }
        sentence why = place("layer");
        found_ = error{errc::contradiction,
                       why.append(" ").append_grouped(layer).append(" ").append(what)};
    }
    [[nodiscard]] constexpr possible_error const& found() const noexcept { return found_; }

private:
    [[nodiscard]] constexpr sentence place(std::string_view field) const noexcept {
        sentence where{};
        where.append(model_.empty() ? std::string_view("the model") : model_)
            .append(": ")
            .append(field);
        if (in_layers_) {
            where.append(" of layers ").append_grouped(first_).append("..").append_grouped(last_);
        }
        return where;
    }
    std::string_view model_;
    count first_{};
    count last_{};
    bool in_layers_{};
    possible_error found_{};
};

// ---- families: a template of a user's own is inspected through its tensors alone ----------------
constexpr void inspect_tensor(tensor const& t, model_inspector& in) noexcept {
    in.range("rows of a tensor", t.rows, 1, count{1} << 40);
    in.range("cols of a tensor", t.cols, 1, count{1} << 40);
    in.range("copies of a tensor", t.copies, 1, model_limits::experts);
    in.range("active copies of a tensor", t.active, 0, t.copies);
}

constexpr void inspect_family(gqa const& a, model_inspector& in) noexcept {
    in.range("query_heads", a.query_heads, 1, model_limits::heads);
    in.range("kv_heads", a.kv_heads, 1, model_limits::heads);
    in.range("head_dim", a.head_dim, 1, model_limits::head_dim);
    in.range("value_dim", a.value_dim, 0, model_limits::head_dim);
    if (!in.found()) { in.divides("kv_heads", a.kv_heads, "query_heads", a.query_heads); }
}

constexpr void inspect_family(mla const& a, model_inspector& in) noexcept {
    in.range("query_heads", a.query_heads, 1, model_limits::heads);
    in.range("q_lora_rank", a.q_lora_rank, 0, model_limits::hidden);
    in.range("kv_lora_rank", a.kv_lora_rank, 1, model_limits::hidden);
    in.range("qk_nope_dim", a.qk_nope_dim, 1, model_limits::head_dim);
    in.range("qk_rope_dim", a.qk_rope_dim, 0, model_limits::head_dim);
    in.range("v_dim", a.v_dim, 1, model_limits::head_dim);
}

template <class Inner>
constexpr void inspect_family(windowed<Inner> const& a, model_inspector& in) noexcept {
    inspect_family(a.inner, in);
    in.range("window", a.window, 1, model_limits::window);
}

constexpr void inspect_family(no_attention const&, model_inspector&) noexcept {}

template <class Inner>
constexpr void inspect_family(encoder<Inner> const& a, model_inspector& in) noexcept {
    inspect_family(a.inner, in);
}

template <class Inner>
constexpr void inspect_family(selected<Inner> const& a, model_inspector& in) noexcept {
    inspect_family(a.inner, in);
    in.range("top_k", a.top_k, 1, model_limits::window);
}

template <class Inner>
constexpr void inspect_family(indexed<Inner> const& a, model_inspector& in) noexcept {
    inspect_family(a.inner, in);
    in.range("index_heads", a.index_heads, 1, model_limits::heads);
    in.range("index_dim", a.index_dim, 1, model_limits::head_dim);
    in.range("top_k", a.top_k, 1, model_limits::window);
    in.range("query_width", a.query_width, 1, model_limits::hidden);
    in.range("key_norms", a.key_norms, 0, 16);
}

constexpr void inspect_family(compressed_attention const& a, model_inspector& in) noexcept {
    in.range("query_heads", a.query_heads, 1, model_limits::heads);
    in.range("head_dim", a.head_dim, 1, model_limits::head_dim);
    in.range("q_lora_rank", a.q_lora_rank, 1, model_limits::hidden);
    in.range("o_lora_rank", a.o_lora_rank, 1, model_limits::hidden);
    in.range("o_groups", a.o_groups, 1, model_limits::heads);
    in.range("window", a.window, 1, model_limits::window);
    in.range("ratio", a.ratio, 0, model_limits::window);
    in.range("index_heads", a.index_heads, 0, model_limits::heads);
    in.range("index_dim", a.index_dim, a.index_heads > 0 ? 1 : 0, model_limits::head_dim);
    in.range("top_k", a.top_k, 0, model_limits::window);
    if (!in.found()) { in.divides("o_groups", a.o_groups, "query_heads", a.query_heads); }
}

constexpr void inspect_family(shared_compressed_attention const& a, model_inspector& in) noexcept {
    inspect_family(a.window_part(), in);
    in.range("ratio", a.ratio, a.compresses || a.selects ? 1 : 0, model_limits::window);
    in.range("index_heads", a.index_heads, a.selects ? 1 : 0, model_limits::heads);
    in.range("index_dim", a.index_dim, a.compresses || a.selects ? 1 : 0, model_limits::head_dim);
    in.range("top_k", a.top_k, 0, model_limits::window);
}

template <class Inner>
constexpr void inspect_family(cross_attending<Inner> const& a, model_inspector& in) noexcept {
    inspect_family(a.inner, in);
    in.range("source", a.source, 0, model_limits::window);
}

template <class Inner>
constexpr void inspect_family(hyper_connected<Inner> const& a, model_inspector& in) noexcept {
    inspect_family(a.inner, in);
    in.range("streams", a.streams, 1, model_limits::streams);
}

constexpr void inspect_family(gated_delta_net const& a, model_inspector& in) noexcept {
    in.range("key_heads", a.key_heads, 1, model_limits::heads);
    in.range("key_dim", a.key_dim, 1, model_limits::head_dim);
    in.range("value_heads", a.value_heads, 1, model_limits::heads);
    in.range("value_dim", a.value_dim, 1, model_limits::head_dim);
    in.range("taps", a.taps, 1, model_limits::taps);
    if (!in.found()) { in.divides("key_heads", a.key_heads, "value_heads", a.value_heads); }
}

constexpr void inspect_family(kimi_delta const& a, model_inspector& in) noexcept {
    in.range("query_heads", a.query_heads, 1, model_limits::heads);
    in.range("head_dim", a.head_dim, 1, model_limits::head_dim);
    in.range("taps", a.taps, 1, model_limits::taps);
}

constexpr void inspect_family(lightning const& a, model_inspector& in) noexcept {
    in.range("query_heads", a.query_heads, 1, model_limits::heads);
    in.range("head_dim", a.head_dim, 1, model_limits::head_dim);
}

constexpr void inspect_family(mamba const& a, model_inspector& in) noexcept {
    in.range("inner", a.inner, 1, model_limits::hidden);
    in.range("state", a.state, 1, model_limits::head_dim);
    in.range("time_rank", a.time_rank, 1, model_limits::hidden);
    in.range("taps", a.taps, 1, model_limits::taps);
}

constexpr void inspect_family(short_convolution const& a, model_inspector& in) noexcept {
    in.range("width", a.width, 1, model_limits::hidden);
    in.range("taps", a.taps, 2, model_limits::taps);
}

constexpr void inspect_family(mamba2 const& a, model_inspector& in) noexcept {
    in.range("query_heads", a.query_heads, 1, model_limits::heads);
    in.range("head_dim", a.head_dim, 1, model_limits::head_dim);
    in.range("groups", a.groups, 1, model_limits::heads);
    in.range("state", a.state, 1, model_limits::head_dim);
    in.range("taps", a.taps, 1, model_limits::taps);
    if (!in.found()) { in.divides("groups", a.groups, "query_heads", a.query_heads); }
}

constexpr void inspect_family(no_feed_forward const&, model_inspector&) noexcept {}

constexpr void inspect_family(gated const& f, model_inspector& in) noexcept {
    in.range("intermediate", f.intermediate, 1, model_limits::intermediate);
}

constexpr void inspect_family(plain_ffn const& f, model_inspector& in) noexcept {
    in.range("intermediate", f.intermediate, 1, model_limits::intermediate);
}

constexpr void inspect_family(embedding_gated const& f, model_inspector& in) noexcept {
    in.range("intermediate", f.intermediate, 1, model_limits::intermediate);
    in.range("embedding_dim", f.embedding_dim, 1, model_limits::hidden);
    in.range("laurel_rank", f.laurel_rank, 0, model_limits::hidden);
    in.range("streams", f.streams, 0, model_limits::streams);
}

constexpr void inspect_family(moe const& f, model_inspector& in) noexcept {
    in.range("routed", f.routed, 1, model_limits::experts);
    in.range("per_token", f.per_token, 1, model_limits::experts);
    in.at_most("per_token", f.per_token, "routed", f.routed);
    in.range("intermediate", f.intermediate, 1, model_limits::intermediate);
    in.range("shared_intermediate", f.shared_intermediate, 0, model_limits::intermediate);
    in.range("latent", f.latent, 0, model_limits::hidden);
    if (f.gated_shared && f.shared_intermediate == 0) {
        in.refuse(errc::contradiction, "gated_shared",
                  "is set without shared experts; give shared_intermediate.");
    }
}

// A template, so that including this does not yet instantiate a visit of every family; of these types
// themselves, or a family of a user's own that converts to them would come back here for ever.
template <class Any>
    requires(std::same_as<Any, any_attention> || std::same_as<Any, any_feed_forward>)
constexpr void inspect_family(Any const& any, model_inspector& in) noexcept {
    any.family.visit([&in](auto const& family) {
        if constexpr (requires { inspect_family(family, in); }) { inspect_family(family, in); }
    });
}

template <class Family>
constexpr void inspect_or_count(Family const& family, count hidden, model_inspector& in) noexcept {
    if constexpr (requires { inspect_family(family, in); }) { inspect_family(family, in); }
    if (!in.found()) {
        family.for_each_tensor(hidden, [&in](tensor const& t) { inspect_tensor(t, in); });
    }
}

template <model M> constexpr void inspect_layers(M const& m, model_inspector& in) noexcept {
    layer_set seen{};
    count layers_in_all = 0;
    m.groups.for_each([&](auto const& group) {
        count const here = group.at.size();
        if (here == 0) {
            in.refuse(errc::out_of_range, "a layer group",
                      "has no layers; give it some or leave it out.");
        }
        layer_set const twice = seen & group.at;
        for (count i = 0; i < layer_set::capacity && twice.size() > 0; ++i) {
            if (twice.contains(i)) { in.refuse_layer(i, "is in two layer groups; put it in one."); }
        }
        for (int word = 0; word < 4; ++word) {
            seen.words[word] |= group.at.words[word];
        }
        layers_in_all += here;
        in.enter(group.at);
        in.range("norms.per_layer", group.norms.per_layer, 0, 16);
        in.range("norms.scalars", group.norms.scalars, 0, 16);
        inspect_or_count(group.attention, m.hidden, in);
        inspect_or_count(group.feed_forward, m.hidden, in);
        in.leave();
    });
    in.range("the number of layers", layers_in_all, 1, model_limits::layers);
    for (count i = 0; i < layers_in_all; ++i) {
        if (!seen.contains(i)) {
            in.refuse_layer(
                i, "is in no layer group, though later layers are; number them without a gap.");
        }
    }
}

constexpr void inspect_recipe(recipe const& r, model_inspector& in) noexcept {
    auto const formats = static_cast<count>(r.palette.size());
    in.range("the number of formats in published", formats, 1,
             static_cast<count>(r.palette.capacity()));
    for (std::uint8_t const choice : r.choice) {
        in.range("a format chosen by published", choice, 0, formats - 1);
    }
    for (recipe_exception const& e : r.exceptions) {
        in.range("a format chosen by published", e.format, 0, formats - 1);
    }
}

} // namespace detail

/// The first thing wrong with a model in one sentence, or nothing.
template <model M> [[nodiscard]] constexpr possible_error defect_of(M const& m) noexcept {
    detail::model_inspector in{std::string_view(m.name)};
    in.range("hidden", m.hidden, 1, model_limits::hidden);
    in.range("vocabulary", m.vocabulary, 1, model_limits::vocabulary);
    if constexpr (requires { m.learned_positions; }) {
        in.range("learned_positions", m.learned_positions, 0, model_limits::vocabulary);
    }
    figure<tokens> const context = m.max_context;
    if (context.known()) {
        double const longest = in_tokens(context.value());
        // Not a number compares false with everything, so the test is for the good case.
        bool const sane = longest >= 1 && longest <= static_cast<double>(model_limits::context);
        if (!sane) {
            in.refuse(errc::out_of_range, "max_context",
                      "is not between 1 and 1,073,741,824 tokens; "
                      "give the longest sequence, or leave it unknown.");
        }
    }
    mtp_module const mtp = m.mtp;
    in.range("mtp.layers", mtp.layers, 0, model_limits::mtp_layers);
    in.range("mtp.extra", mtp.extra, 0, model_limits::side_parameters);
    in.range("layers that a prediction module repeats", mtp.like.size(), 0,
             model_limits::mtp_layers);
    if (!in.found() && (mtp.like - layer_set::range(0, layer_count(m))).size() > 0) {
        in.refuse(errc::contradiction, "mtp.like", "names a layer that the model does not have.");
    }
    for_each_side(m, [&](side_part const& part) {
        in.range("values of a side part", part.values, 1, model_limits::side_parameters);
        in.range("bits of a side part", part.bits, 1, 64);
    });
    image_encoder const images = image_encoder_of(m);
    count const least = images == image_encoder{} ? 0 : 1; // all of it is known, or nothing
    in.range("images.patches", images.patches, least, model_limits::vocabulary);
    in.range("images.entries", images.entries, least, model_limits::vocabulary);
    in.range("images.positions", images.positions, least, model_limits::vocabulary);
    in.range("images.width", images.width, least, model_limits::hidden);
    in.range("images.live_values", images.live_values, least, 3 * model_limits::intermediate);
    detail::inspect_recipe(m.published, in);
    if (!in.found()) { detail::inspect_layers(m, in); }
    return in.found();
}

/// The model's parameters, or the first thing wrong with it: what every reader calls last.
/// After success no count of the model is zero, negative or saturated.
template <model M> [[nodiscard]] constexpr result<count> check(M const& m) noexcept {
    if (auto const defect = defect_of(m)) { return *defect; }
    parameter_counts const n = parameters_of(m);
    if (detail::add(n.total, n.mtp) == detail::count_max) {
        sentence why{};
        why.append(std::string_view(m.name))
            .append(": the parameters exceed 9.2e18; hidden, the widths or "
                    "the number of experts are not those of a model.");
        return error{errc::out_of_range, why};
    }
    return n.total;
}

} // namespace reckon::inline v0
