// SPDX-License-Identifier: MIT
// The mixtures that llama.cpp calls file types: Q4_K_M is not 4.5 bits, it is a rule over tensors.
//
//   i is the layer of L; more(i) = i < L/8 or i >= 7L/8 or (i - L/8) % 3 == 2
//   output           Q6_K; Q5_K under IQ1 and IQ2; Q8_0 under Q8_0; the type itself for floats
//   token embedding  the base type; Q2_K under IQ1 and IQ2_XXS, IQ3_S under IQ2_S and IQ3_XXS, Q4_K
//                    under TQ; an embedding that is also the output takes the output's type
//   norms, biases,
//   router           F32
//   the rest         the base type, with more bits for attention values and outputs and for what
//                    leaves a feed-forward block, as listed in `gguf_recipe`
//   a row that is no whole number of blocks takes the next larger type with blocks of 32:
//                    Q6_K -> Q8_0, Q5_K -> Q5_1, Q4_K -> Q5_0, TQ* -> Q4_0, all others -> IQ4_NL
//
// Source:       ggml-org/llama.cpp src/llama-quant.cpp (llama_tensor_get_type) @01243c587fec;
//               checked against the sizes that its README prints for Llama-3.1-8B.
// Deviations:   IQ3_XXS as made with an importance matrix, IQ4_XS and IQ4_NL as made without: the
//               README's sizes are those; with one, IQ4_XS of a 72B is 1.1 % smaller.
// Not modelled: the metadata of a file (7.8 MB for a vocabulary of 128,256), dynamic mixtures
//               ("UD-"), fused query-key-value tensors (Falcon, Phi-3), requantising a quantised file.
// Error:        docs/accuracy.md, quantized_sizes.bytes.
#pragma once
#include <reckon/detail/nearest.hpp>
#include <reckon/detail/result.hpp>
#include <reckon/precision/gguf.hpp>
#include <reckon/precision/recipe.hpp>

#include <string_view>

namespace reckon::inline v0::gguf {

/// What the rules ask of a model; model/gguf_facts.hpp reads it off one. Zero is "not known": then
/// the rules for 70B and for eight experts are left out.
struct model_facts {
    bool tied{}; ///< the embedding is also the output
    count layers{};
    count group{}; ///< query heads to a key head
    count experts{};

    constexpr model_facts() noexcept = default;
    // NOLINTNEXTLINE(google-explicit-constructor): the one fact that changes the size of any model
    constexpr model_facts(bool tied_embeddings) noexcept : tied(tied_embeddings) {}
    constexpr model_facts(bool tied_embeddings, count l, count g, count e) noexcept
        : tied(tied_embeddings), layers(l), group(g), experts(e) {}

    /// llama.cpp's "70B": eight queries share a value, so it can afford one.
    [[nodiscard]] constexpr bool is_70b() const noexcept { return layers == 80 && group == 8; }
};

namespace detail {

inline constexpr layer_rule more{.first_fraction = 8, .last_fraction = 8, .stride = 3};
inline constexpr layer_rule first_eighth{.first_fraction = 8};

/// What a type becomes for rows that are no whole number of its blocks.
[[nodiscard]] constexpr any_precision fall_back(any_precision const& wanted) noexcept {
    if (wanted.payload_elements < 256) { return wanted; }
    if (wanted == any_precision(q6_k)) { return q8_0; }
    if (wanted == any_precision(q5_k)) { return q5_1; }
    if (wanted == any_precision(q4_k)) { return q5_0; }
    if (wanted == any_precision(tq1_0) || wanted == any_precision(tq2_0)) { return q4_0; }
    return iq4_nl;
}

/// Builds a mixture role by role.
class mixture {
public:
    constexpr mixture(std::string_view name, any_precision const& base, any_precision const& output,
                      any_precision const& embedding, model_facts const& facts) noexcept
        : facts_(facts) {
        made_.name = precision_name(name);
        std::uint8_t const linear = entry(base);
        std::uint8_t const wide = entry(f32);
        for (int r = 0; r < tensor_roles; ++r) {
            made_.choice[r] = is_linear(static_cast<tensor_role>(r)) ? linear : wide;
        }
        made_.choice[static_cast<int>(tensor_role::head)] = entry(output);
        made_.choice[static_cast<int>(tensor_role::embedding)] =
            entry(facts.tied ? output : embedding);
    }
    /// All tensors of the role.
    constexpr mixture& all(tensor_role role, any_precision const& format) noexcept {
        made_.choice[static_cast<int>(role)] = entry(format);
        return *this;
    }
    constexpr mixture& some(tensor_role role, layer_rule layers,
                            any_precision const& format) noexcept {
        made_.exceptions.push_back({role, layers, entry(format), 0});
        return *this;
    }
    /// Attention values: `shared` where at least four queries share one, or four experts follow.
    constexpr mixture& values(any_precision const& shared, any_precision const& otherwise,
                              bool experts_count = false) noexcept {
        bool const many = facts_.group >= 4 || (experts_count && facts_.experts >= 4);
        all(tensor_role::attention_v, many ? shared : otherwise);
        if (facts_.group == 0 && !many) {
            made_.exceptions.push_back({tensor_role::attention_v, {}, entry(shared), 4});
        }
        return *this;
    }
    /// What leaves dense, shared and routed feed-forward blocks.
    constexpr mixture& down(any_precision const& format) noexcept {
        return all(tensor_role::ffn_down, format)
            .all(tensor_role::shared_down, format)
            .all(tensor_role::expert_down, format);
    }
    constexpr mixture& down(layer_rule layers, any_precision const& format) noexcept {
        return some(tensor_role::ffn_down, layers, format)
            .some(tensor_role::shared_down, layers, format)
            .some(tensor_role::expert_down, layers, format);
    }
    /// Mixtral: keys and values are small beside eight experts, and so get 8 bits.
    constexpr mixture& eight_experts(any_precision const& keys,
                                     any_precision const& output) noexcept {
        if (facts_.experts != 8) { return *this; }
        made_.exceptions = {};
        return all(tensor_role::attention_k, keys)
            .all(tensor_role::attention_v, keys)
            .all(tensor_role::attention_output, output);
    }
    [[nodiscard]] constexpr recipe finished() noexcept {
        std::size_t const chosen = made_.palette.size();
        for (std::size_t i = 0; i < chosen; ++i) {
            made_.ragged[i] = entry(fall_back(made_.palette[i]));
        }
        return made_;
    }

private:
    constexpr std::uint8_t entry(any_precision const& format) noexcept {
        for (std::size_t i = 0; i < made_.palette.size(); ++i) {
            if (made_.palette[i] == format) { return static_cast<std::uint8_t>(i); }
        }
        // Ten are enough for every mixture below (tests/precision/gguf_recipes.cpp); were they not,
        // the first entry, which is the base type, is a format and an index past the end is not.
        return made_.palette.push_back(format) ? static_cast<std::uint8_t>(made_.palette.size() - 1)
                                               : std::uint8_t{0};
    }
    recipe made_{};
    model_facts facts_;
};

} // namespace detail

/// The mixture of that name ("Q4_K_M"), as `llama-quantize` writes it for such a model.
[[nodiscard]] constexpr result<recipe> gguf_recipe(std::string_view type,
                                                   model_facts const& facts = {}) noexcept {
    using enum tensor_role;
    using detail::first_eighth;
    using detail::mixture;
    using detail::more;
    bool const is_70b = facts.is_70b();
    auto const uniform = [&](any_precision const& base, any_precision const& output) {
        return mixture(type, base, output, base, facts).finished();
    };
    // ---- one type for all linear tensors --------------------------------------------------------
    if (type == "F32") { return uniform(f32, f32); }
    if (type == "F16") { return uniform(f16, f16); }
    if (type == "BF16") { return uniform(bf16, bf16); }
    if (type == "Q8_0") { return uniform(q8_0, q8_0); }
    if (type == "Q6_K") { return uniform(q6_k, q6_k); }
    if (type == "Q5_0") { return uniform(q5_0, q6_k); }
    if (type == "Q5_1") { return uniform(q5_1, q6_k); }
    if (type == "Q4_0") { return uniform(q4_0, q6_k); }
    if (type == "Q4_1") { return uniform(q4_1, q6_k); }
    if (type == "Q5_K_S") {
        return mixture(type, q5_k, q6_k, q5_k, facts).eight_experts(q8_0, q5_k).finished();
    }
    if (type == "TQ1_0") { return mixture(type, tq1_0, q6_k, q4_k, facts).finished(); }
    if (type == "TQ2_0") { return mixture(type, tq2_0, q6_k, q4_k, facts).finished(); }
    // ---- k-quants -------------------------------------------------------------------------------
    if (type == "Q5_K_M" || type == "Q5_K") {
        mixture m(type, q5_k, q6_k, q5_k, facts);
        m.some(attention_v, more, q6_k).eight_experts(q8_0, q5_k);
        return m.down(more, q6_k).finished();
    }
    if (type == "Q4_K_M" || type == "Q4_K") {
        mixture m(type, q4_k, q6_k, q4_k, facts);
        m.some(attention_v, more, q6_k);
        if (is_70b) { m.all(attention_v, q5_k); }
        return m.eight_experts(q8_0, q5_k).down(more, q6_k).finished();
    }
    if (type == "Q4_K_S") {
        mixture m(type, q4_k, q6_k, q4_k, facts);
        m.some(attention_v, {.first = 4}, q5_k);
        if (is_70b) { m.all(attention_v, q5_k); }
        return m.eight_experts(q8_0, q5_k).down(first_eighth, q5_k).finished();
    }
    if (type == "Q3_K_S") {
        mixture m(type, q3_k, q6_k, q3_k, facts);
        if (is_70b) { m.all(attention_v, q5_k); }
        return m.eight_experts(q8_0, q5_k).finished();
    }
    if (type == "Q3_K_M" || type == "Q3_K") {
        mixture m(type, q3_k, q6_k, q3_k, facts);
        m.some(attention_v, {.first = 2}, q5_k)
            .all(attention_v, is_70b ? any_precision(q5_k) : any_precision(q4_k));
        m.all(attention_output, q4_k).eight_experts(q8_0, q5_k);
        return m.down({.first_fraction = 16}, q5_k).down(q4_k).finished();
    }
    if (type == "Q3_K_L") {
        mixture m(type, q3_k, q6_k, q3_k, facts);
        return m.all(attention_v, q5_k)
            .all(attention_output, q5_k)
            .eight_experts(q8_0, q5_k)
            .down(q5_k)
            .finished();
    }
    if (type == "Q2_K") {
        mixture m(type, q2_k, q6_k, q2_k, facts);
        m.values(q4_k, q3_k).all(attention_output, q3_k);
        if (is_70b) { m.all(attention_v, q5_k); }
        return m.eight_experts(q8_0, q5_k).down(q3_k).finished();
    }
    if (type == "Q2_K_S") {
        mixture m(type, q2_k, q6_k, q2_k, facts);
        m.values(q4_k, q2_k);
        if (is_70b) { m.all(attention_v, q5_k); }
        return m.eight_experts(q8_0, q5_k).down(first_eighth, q4_k).finished();
    }
    // ---- i-quants -------------------------------------------------------------------------------
    if (type == "IQ4_XS" || type == "IQ4_NL") {
        any_precision const base = type == "IQ4_XS" ? any_precision(iq4_xs) : any_precision(iq4_nl);
        mixture m(type, base, q6_k, base, facts);
        return m.values(q5_k, base).eight_experts(q8_0, q5_k).down(first_eighth, q5_k).finished();
    }
    if (type == "IQ3_M" || type == "IQ3_S" || type == "IQ3_XXS") {
        bool const small = type == "IQ3_XXS";
        any_precision const base = small ? any_precision(iq3_xxs) : any_precision(iq3_s);
        mixture m(type, base, small ? any_precision(q5_k) : any_precision(q6_k), iq3_s, facts);
        if (small) {
            m.values(q4_k, base)
                .all(attention_k, iq2_s)
                .all(attention_q, iq2_s)
                .all(attention_output, iq3_s);
            if (is_70b) { m.all(attention_v, q5_k); }
            return m.eight_experts(q8_0, q5_k).finished();
        }
        bool const medium = type == "IQ3_M";
        if (medium) {
            m.all(attention_v, q4_k).all(attention_output, q4_k);
        } else {
            m.values(q4_k, base);
        }
        if (is_70b) { m.all(attention_v, q5_k); }
        m.eight_experts(q8_0, q5_k);
        if (medium) { m.down(first_eighth, q4_k); }
        return m.finished();
    }
    if (type == "IQ3_XS") { // IQ3_S with a thinner middle
        mixture m(type, iq3_s, q6_k, iq3_s, facts);
        m.values(q4_k, iq3_s).all(attention_k, iq3_xxs).all(attention_q, iq3_xxs);
        if (is_70b) { m.all(attention_v, q5_k); }
        m.eight_experts(q8_0, q5_k);
        for (tensor_role const role :
             {ffn_gate, ffn_up, shared_gate, shared_up, expert_gate, expert_up}) {
            m.all(role, iq3_xxs).some(role, {.first_fraction = 8, .last_fraction = 8}, iq3_s);
        }
        return m.finished();
    }
    if (type == "IQ2_M" || type == "IQ2_S") {
        any_precision const base = type == "IQ2_M" ? any_precision(iq2_s) : any_precision(iq2_xs);
        mixture m(type, base, q5_k, iq3_s, facts);
        m.values(q4_k, iq3_s, true).all(attention_output, iq3_s);
        return m.eight_experts(q4_k, q5_k).down(first_eighth, iq3_s).finished();
    }
    if (type == "IQ2_XS" || type == "IQ2_XXS" || type == "IQ1_M" || type == "IQ1_S") {
        bool const one = type == "IQ1_M" || type == "IQ1_S";
        any_precision const base = type == "IQ2_XS"    ? any_precision(iq2_xs)
                                   : type == "IQ2_XXS" ? any_precision(iq2_xxs)
                                   : type == "IQ1_M"   ? any_precision(iq1_m)
                                                       : any_precision(iq1_s);
        mixture m(type, base, q5_k, q2_k, facts);
        m.values(q4_k, q2_k, true);
        if (one) { m.all(attention_output, iq2_xxs); }
        return m.eight_experts(q4_k, q5_k).down(first_eighth, q2_k).finished();
    }
    if (type == "MXFP4") { // gpt-oss: experts as published, the rest in 8 bit
        mixture m(type, q8_0, q8_0, q8_0, facts);
        return m.all(expert_gate, mxfp4).all(expert_up, mxfp4).all(expert_down, mxfp4).finished();
    }
    sentence why{};
    if (type.substr(0, 3) == "UD-") {
        reckon::detail::append_typed(why, type);
        return error{errc::unsupported,
                     why.append(" is mixed anew for each model (Unsloth's dynamic types): read the "
                                "file itself, as llama-server -m FILE.gguf names it.")};
    }
    why.append("no GGUF mixture is called ");
    reckon::detail::append_typed(why, type);
    why.append(
        "; known are F32, F16, BF16, Q8_0, Q6_K, Q5_K_M/S, Q5_0/1, Q4_K_M/S, Q4_0/1, Q3_K_L/M/S, "
        "Q2_K, "
        "Q2_K_S, IQ4_XS/NL, IQ3_M/S/XS/XXS, IQ2_M/S/XS/XXS, IQ1_M/S, TQ1_0, TQ2_0 and MXFP4.");
    return error{errc::unknown_name, why};
}

} // namespace reckon::inline v0::gguf
