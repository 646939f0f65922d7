// SPDX-License-Identifier: MIT
// What the families of config.json have in common: widths, windows, and how layers form groups.
#pragma once
#include <reckon/io/json.hpp>
#include <reckon/model/model_spec.hpp>
#include <reckon/model/validate.hpp>

#include <algorithm>
#include <string_view>

namespace reckon::inline v0::io::hugging_face {

/// How the Linear modules of a family are called, which lists of unquantised modules go by.
/// Of `experts_apart` it is known which lists leave all but the routed experts alone.
enum class naming : unsigned char {
    standard,
    fused,
    block_sparse,
    fused_experts,
    experts_apart,
    other
};

/// A family's reader fills one of these.
struct description {
    any_model model{};
    naming names{naming::standard};
    bool wide_router{false};  ///< the checkpoint keeps the routers in 32 bit
    std::string_view dtype{}; ///< of a text model inside a file, where the file itself has none
    recipe (*adjust)(recipe const&){nullptr}; ///< what the family stores otherwise
    /// Of a text model inside a file, where the file itself has none.
    nlohmann::json const* quantization{nullptr};
};

/// What a family's config class says about fields that are not written.
struct backbone_defaults {
    bool tied{false};              ///< tie_word_embeddings
    bool kv_heads_required{false}; ///< else num_key_value_heads is num_attention_heads
    count head_dim{0};             ///< 0: hidden_size / num_attention_heads
};

/// The fields that nearly every decoder has.
struct backbone {
    count layers{};
    count hidden{};
    count vocabulary{};
    count heads{};
    count kv_heads{};
    count head_dim{};
    bool tied{};
    figure<tokens> context{};
};

/// num_hidden_layers, hidden_size, vocab_size: without a default although the config classes have
/// some, because a file that does not say how large its model is describes none.
inline void read_widths(json_fields& f, backbone& b) {
    b.layers = f.integer("num_hidden_layers", "n_layer", 1, model_limits::layers);
    b.hidden = f.integer("hidden_size", "n_embd", 1, model_limits::hidden);
    b.vocabulary = f.integer("vocab_size", 1, model_limits::vocabulary);
    b.heads = f.integer("num_attention_heads", "n_head", 1, model_limits::heads);
}

/// head_dim, or hidden_size / num_attention_heads where it divides.
[[nodiscard]] inline count read_head_dim(json_fields& f, backbone const& b, count otherwise) {
    if (f.find("head_dim") != nullptr) { return f.integer("head_dim", 1, model_limits::head_dim); }
    if (otherwise > 0) { return otherwise; }
    if (b.hidden % b.heads != 0 && !f.failure()) {
        text<80> numbers{};
        numbers.append_grouped(b.hidden).append(" by ").append_grouped(b.heads);
        f.refuse(errc::contradiction, "hidden_size", "does not divide by num_attention_heads, ",
                 numbers.view(), "; correct one of them or add head_dim.");
    }
    return std::max(b.hidden / b.heads, count{1});
}

/// num_key_value_heads; all heads where it may be missing. Refuses what does not divide `heads`.
[[nodiscard]] inline count read_kv_heads(json_fields& f, count heads, bool required) {
    count const kv = required ? f.integer("num_key_value_heads", 1, model_limits::heads)
                              : f.integer_or("num_key_value_heads", heads, 1, model_limits::heads);
    if (heads % kv != 0) {
        text<48> numbers{};
        numbers.append_grouped(kv).append(", which does not divide ").append_grouped(heads);
        f.refuse(errc::contradiction, "num_key_value_heads", "is ", numbers.view(),
                 " (num_attention_heads); every key head serves equally many query heads.");
    }
    return kv;
}

/// The longest sequence: max_position_embeddings, or original_max_position_embeddings x factor
/// where
/// YaRN stretches further than that (as vLLM derives max_model_len). Files with linear scaling
/// write
/// the stretched length already (DeepSeek-Coder: 16,384 = 4 x 4,096). Unknown where nothing is
/// said.
[[nodiscard]] inline figure<tokens>
read_context(json_fields& f, std::string_view field = "max_position_embeddings") {
    count const written = f.integer_or(field, 0, 1, model_limits::context);
    nlohmann::json const* scaling = f.object_or_none("rope_scaling");
    if (scaling == nullptr) { scaling = f.object_or_none("rope_parameters"); }
    if (written == 0) { return unknown; }
    if (scaling == nullptr) { return tokens{static_cast<double>(written)}; }
    json_fields rope(*scaling, f.source(), "rope_scaling.");
    std::string_view const kind = rope.text_or("rope_type", rope.text_or("type", "default"));
    count const before =
        rope.integer_or("original_max_position_embeddings", written, 1, model_limits::context);
    nlohmann::json const* const factor = rope.find("factor");
    double stretch = 1;
    if (factor != nullptr && kind == "yarn") {
        if (factor->is_number()) { stretch = factor->get<double>(); }
        if (!(stretch >= 1 && stretch <= 4096)) {
            rope.refuse(errc::out_of_range, "factor", "is ", detail::shown(*factor),
                        "; it must be a number from 1 to 4096.");
        }
    }
    if (rope.failure()) { f.fail(*rope.failure()); }
    double const stretched = static_cast<double>(before) * stretch;
    double const most = static_cast<double>(model_limits::context);
    return tokens{std::min(std::max(stretched, static_cast<double>(written)), most)};
}

/// The sizes that nearly all families have, by transformers' names.
[[nodiscard]] inline backbone read_backbone(json_fields& f, backbone_defaults const& otherwise) {
    backbone b{};
    read_widths(f, b);
    b.kv_heads = read_kv_heads(f, b.heads, otherwise.kv_heads_required);
    b.head_dim = read_head_dim(f, b, otherwise.head_dim);
    b.tied = f.flag_or("tie_word_embeddings", otherwise.tied);
    b.context = read_context(f);
    return b;
}

/// A model with everything of the backbone and no layers yet.
[[nodiscard]] inline any_model model_of(backbone const& b) {
    any_model m{};
    m.hidden = b.hidden;
    m.vocabulary = b.vocabulary;
    m.tied_embeddings = b.tied;
    m.max_context = b.context;
    return m;
}

/// The width of a dense feed-forward block.
[[nodiscard]] inline count read_intermediate(json_fields& f) {
    return f.integer("intermediate_size", 1, model_limits::intermediate);
}

/// Refuses a flag that no family here can honour.
inline void refuse_flag(json_fields& f, std::string_view name, std::string_view why) {
    if (f.flag_or(name, false)) { f.refuse(errc::unsupported, name, "is true: ", why); }
}

// ---- windows
// --------------------------------------------------------------------------------------

/// Which layers see only a window of the context.
struct window_pattern {
    layer_set sliding{};
    count window{};
};

/// sliding_window: absent takes the class's default, null and 0 mean none.
[[nodiscard]] inline count read_window(json_fields& f, count otherwise) {
    if (f.contains("sliding_window") && f.find("sliding_window") == nullptr) { return 0; }
    return f.integer_or("sliding_window", otherwise, 0, model_limits::window);
}

/// A window that is there is there in every layer, unless layer_types says otherwise.
[[nodiscard]] inline layer_set all_layers_if(count window, backbone const& b) {
    return window > 0 ? layer_set::range(0, b.layers) : layer_set{};
}

/// layer_types where it is written, else `otherwise`. A window that spans the context is none.
[[nodiscard]] inline window_pattern read_pattern(json_fields& f, backbone const& b, count window,
                                                 layer_set const& otherwise) {
    window_pattern pattern{otherwise, window};
    if (f.find("layer_types") != nullptr) {
        auto const types = f.texts_or_none("layer_types");
        pattern.sliding = {};
        if (static_cast<count>(types.size()) != b.layers && !f.failure()) {
            text<64> numbers{};
            numbers.append(static_cast<count>(types.size()))
                .append(" entries, but num_hidden_layers is ")
                .append(b.layers);
            f.refuse(errc::contradiction, "layer_types", "has ", numbers.view(),
                     "; give one entry a layer.");
        }
        for (std::size_t i = 0; i < types.size(); ++i) {
            if (types[i] == "sliding_attention") {
                pattern.sliding.insert(static_cast<count>(i));
            } else if (types[i] != "full_attention") {
                f.refuse(errc::unsupported, "layer_types", "contains ", detail::in_quotes(types[i]),
                         "; only full_attention and sliding_attention are modelled so far.");
            }
        }
    }
    if (pattern.sliding.size() > 0 && window == 0) {
        f.refuse(errc::missing_field, "sliding_window",
                 "is missing although some layers have one; add it in tokens.");
    }
    if (b.context.known() && static_cast<double>(window) >= in_tokens(b.context.value())) {
        pattern.sliding = {};
    }
    return pattern;
}

// ---- groups
// ---------------------------------------------------------------------------------------

/// Layers by feed-forward: those in `dense` and the rest.
struct feed_forward_plan {
    layer_set dense{};
    any_feed_forward dense_block{};
    any_feed_forward other_block{};
};

/// One group for each combination of attention and feed-forward that occurs, the last layer's last
/// (prediction modules are shaped as the last group).
[[nodiscard]] inline any_groups compose(count layer_total, gqa const& attention,
                                        window_pattern const& pattern,
                                        feed_forward_plan const& plan, norm_layout norms) {
    layer_set const all = layer_set::range(0, layer_total);
    windowed<gqa> const local{.inner = attention, .window = pattern.window};
    any_groups groups{};
    auto const add = [&](bool last) {
        for (bool const dense : {true, false}) {
            for (bool const sliding : {true, false}) {
                layer_set const by_block = dense ? all & plan.dense : all - plan.dense;
                layer_set const at =
                    sliding ? by_block & pattern.sliding : by_block - pattern.sliding;
                if (at.size() == 0 || at.contains(layer_total - 1) != last) { continue; }
                any_attention const chosen =
                    sliding ? any_attention(local) : any_attention(attention);
                groups.list.push_back(
                    {at, chosen, dense ? plan.dense_block : plan.other_block, norms});
            }
        }
    };
    add(false);
    add(true);
    return groups;
}

/// The same feed-forward in every layer.
[[nodiscard]] inline feed_forward_plan everywhere(any_feed_forward const& block) {
    return {layer_set{}, block, block};
}

} // namespace reckon::inline v0::io::hugging_face
