// SPDX-License-Identifier: MIT
// The model that Megatron-LM's arguments describe.
//
//   ffn-hidden-size    4 h, or 2/3 of it rounded down to 64 with --swiglu, where it is not given
//   vocabulary         rounded up to a multiple of --make-vocab-size-divisible-by x tensor ranks
//   moe-layer-freq     n: every n-th layer is a mixture, the first one among them; a pattern as "([0]*3+[1]*58)"
//
// Source: megatron/training/arguments.py (validate_args), megatron/training/tokenizer (vocab_size_with_padding).
#pragma once
#include <reckon/io/training/megatron/arguments.hpp>
#include <reckon/model/validate.hpp>

namespace reckon::inline v0::io::training::megatron {

namespace detail {

/// Tokenizers whose vocabulary is in their name; that of the others is in a file.
struct tokenizer {
    std::string_view name{};
    count entries{};
};
inline constexpr tokenizer tokenizers[] = {{"GPT2BPETokenizer", 50257}, {"Llama2Tokenizer", 32000}};

/// Which of `layers` are mixtures of experts: a frequency, or a list of [0] and [1] with repetitions.
[[nodiscard]] inline result<layer_set> mixture_layers(std::string_view pattern, count layers) {
    layer_set found{};
    if (auto const every = command::read_plain_count(pattern)) {
        if (*every < 1) {
            return error{errc::out_of_range, "--moe-layer-freq must be at least 1, or a pattern."};
        }
        for (count i = 0; i < layers; i += *every) {
            found = found | layer_set::range(i, i + 1);
        }
        return found;
    }
    auto const wrong = [&] {
        sentence s{"--moe-layer-freq is "};
        reckon::detail::append_typed(s, pattern);
        return error{errc::malformed,
                     s.append("; it must be a number or a pattern as \"([0]*3+[1]*58)\" of ")
                         .append(layers)
                         .append(" layers.")};
    };
    count at = 0;
    std::size_t i = 0;
    while (i < pattern.size()) {
        char const c = pattern[i];
        if (c == '(' || c == ')' || c == '+' || c == ' ') {
            ++i;
            continue;
        }
        std::size_t const close = c == '[' ? pattern.find(']', i) : std::string_view::npos;
        if (close == std::string_view::npos) { return wrong(); }
        std::string_view const inside = pattern.substr(i + 1, close - i - 1);
        i = close + 1;
        count times = 1;
        if (i < pattern.size() && pattern[i] == '*') {
            std::size_t end = i + 1;
            while (end < pattern.size() && command::is_digit(pattern[end])) {
                ++end;
            }
            auto const n = command::read_plain_count(pattern.substr(i + 1, end - i - 1));
            if (!n || *n < 0 || *n > layers) { return wrong(); }
            times = *n;
            i = end;
        }
        for (count k = 0; k < times; ++k) {
            for (char const digit : inside) {
                if (digit == ',' || digit == ' ') { continue; }
                if ((digit != '0' && digit != '1') || at >= layers) { return wrong(); }
                if (digit == '1') { found = found | layer_set::range(at, at + 1); }
                ++at;
            }
        }
    }
    if (at != layers) { return wrong(); }
    return found;
}

} // namespace detail

/// The model, if the arguments describe one: `--num-layers` and what belongs to it. Domain: has(layers).
[[nodiscard]] inline result<any_model> read_model(arguments const& a) {
    auto const missing = [](std::string_view name) {
        return error{
            errc::missing_field,
            sentence(name).append(" is missing: --num-layers describes a model, which needs it.")};
    };
    if (!a.has(sets::hidden)) { return missing("--hidden-size"); }
    if (!a.has(sets::heads)) { return missing("--num-attention-heads"); }
    count const layers = a.number(sets::layers, 0);
    count const most_layers = model_limits::layers;
    if (layers > most_layers) {
        return error{errc::out_of_range, sentence("--num-layers is ")
                                             .append(layers)
                                             .append("; at most ")
                                             .append(most_layers)
                                             .append(" can be calculated.")};
    }
    any_model m{.name = "from arguments", .hidden = a.number(sets::hidden, 0)};
    count const heads = a.number(sets::heads, 1);
    if (!a.has(sets::head_dim) && !a.has(sets::latent) && m.hidden % heads != 0) {
        return error{errc::contradiction, sentence("--num-attention-heads ")
                                              .append(heads)
                                              .append(" does not divide --hidden-size ")
                                              .append(m.hidden)
                                              .append("; give --kv-channels, or heads that do.")};
    }
    count const multiple = reckon::detail::multiply(a.number(sets::vocabulary_multiple, 128),
                                                    a.number(sets::tensor, 1));
    if (a.has(sets::padded_vocabulary)) {
        m.vocabulary = a.number(sets::padded_vocabulary, 0);
    } else if (a.has(sets::vocabulary)) {
        count const typed = a.number(sets::vocabulary, 0);
        m.vocabulary = reckon::detail::multiply((typed - 1) / multiple + 1, multiple);
    } else if (auto const* const known =
                   std::find_if(std::begin(detail::tokenizers), std::end(detail::tokenizers),
                                [&](detail::tokenizer const& t) {
                                    return t.name == a.text(sets::tokenizer, "");
                                });
               known != std::end(detail::tokenizers)) {
        m.vocabulary = reckon::detail::multiply((known->entries - 1) / multiple + 1, multiple);
    } else {
        return missing("--padded-vocab-size (or --vocab-size; a tokenizer's file is not read)");
    }
    m.tied_embeddings = !a.has(sets::untied);
    std::string_view const positions =
        a.has(sets::rotary) ? "rope" : a.text(sets::positions, "learned_absolute");
    if (positions == "learned_absolute" && !a.has(sets::no_positions)) {
        if (!a.has(sets::position_rows)) { return missing("--max-position-embeddings"); }
        m.learned_positions = a.number(sets::position_rows, 0);
    }
    std::string_view const norm = a.text(sets::norms, "LayerNorm");
    if (norm != "LayerNorm" && norm != "RMSNorm") {
        sentence s{"--normalization is "};
        reckon::detail::append_typed(s, norm);
        return error{errc::unknown_name, s.append("; it is LayerNorm or RMSNorm.")};
    }
    norm_layout const norms{2, norm == "LayerNorm"};
    m.final_norm_bias = norms.bias;
    bool const biases = !a.has(sets::no_biases);
    any_attention attention{};
    if (a.has(sets::latent)) {
        attention = mla{.query_heads = heads,
                        .q_lora_rank = a.number(sets::q_latent, 0),
                        .kv_lora_rank = a.number(sets::kv_latent, 32),
                        .qk_nope_dim = a.number(sets::nope_dim, 128),
                        .qk_rope_dim = a.number(sets::rope_dim, 64),
                        .v_dim = a.number(sets::value_dim, 128)};
    } else {
        attention =
            gqa{.query_heads = heads,
                .kv_heads = a.has(sets::grouped) ? a.number(sets::groups, 1) : heads,
                .head_dim = a.number(sets::head_dim, m.hidden / heads),
                .qkv_bias = biases || a.has(sets::qkv_biases),
                .output_bias = biases,
                .query_key_norm = a.has(sets::qk_norms) ? qk_norm::per_head : qk_norm::none};
    }
    bool const is_gated = a.has(sets::gated);
    if (biases && is_gated) {
        return error{errc::unsupported, "biases of gated blocks (--swiglu) are not modelled; add "
                                        "--disable-bias-linear to calculate without them."};
    }
    // Two thirds of 4 h, in multiples of 64, keep a gated block as large as a plain one.
    count const gated_width = (4 * m.hidden * 2 / 3) / 64 * 64;
    count const width = a.number(sets::width, is_gated ? gated_width : 4 * m.hidden);
    any_feed_forward const dense =
        is_gated ? any_feed_forward(gated{width}) : any_feed_forward(plain_ffn{width, biases});
    layer_set mixtures{};
    any_feed_forward experts{};
    if (a.has(sets::experts)) {
        auto const at = detail::mixture_layers(a.text(sets::mixture_layers, "1"), layers);
        if (!at) { return at.error(); }
        mixtures = *at;
        experts = moe{.routed = a.number(sets::experts, 1),
                      .per_token = a.number(sets::per_token, 2),
                      .intermediate = a.number(sets::expert_width, width),
                      .shared_intermediate = a.number(sets::shared_width, 0),
                      .score_correction = a.has(sets::score_correction),
                      .gated_shared = a.has(sets::shared_gate),
                      .gated_experts = is_gated};
    }
    layer_set const all = layer_set::range(0, layers);
    layer_set const plain = all - mixtures;
    // The group of the last layer stands last: prediction modules are shaped as it.
    bool const mixture_last = mixtures.contains(layers - 1);
    for (bool const mixture : {!mixture_last, mixture_last}) {
        layer_set const at = mixture ? mixtures : plain;
        if (at.size() > 0) {
            m.groups.list.push_back({at, attention, mixture ? experts : dense, norms});
        }
    }
    m.mtp.layers = a.number(sets::prediction, 0);
    if (auto const wrong = defect_of(m)) { return *wrong; }
    return m;
}

} // namespace reckon::inline v0::io::training::megatron
