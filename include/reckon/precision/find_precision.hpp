// SPDX-License-Identifier: MIT
// Formats by the names that engines, model cards and people give them: "fp8", "awq", "q4_k_m".
//
// A name is one format or none. Where the field uses one word for several ("fp4", "int4" without a
// group), the reading that checkpoints have is taken if there is one, else the name is refused with
// the candidates.
#pragma once
#include <reckon/detail/nearest.hpp>
#include <reckon/detail/result.hpp>
#include <reckon/precision/formats.hpp>
#include <reckon/precision/gguf_recipes.hpp>

#include <string_view>

namespace reckon::inline v0 {

namespace detail {

/// Lower case, '-' for '_' and ' '.
[[nodiscard]] constexpr text<31> plain_format_name(std::string_view name) noexcept {
    text<31> plain{};
    for (char c : name) {
        if (c >= 'A' && c <= 'Z') { c = static_cast<char>(c - 'A' + 'a'); }
        plain.append(c == '_' || c == ' ' ? std::string_view("-") : std::string_view(&c, 1));
    }
    return plain;
}

/// Names separated by ' ', the format, and whether values of a cache are stored so.
struct format_row {
    std::string_view names;
    any_precision (*format)() noexcept;
    bool for_cache;
};
template <auto const& Format> [[nodiscard]] constexpr any_precision make_format() noexcept {
    return any_precision(Format);
}

inline constexpr format_row format_rows[] = {
    {"fp32 float32 f32 float", make_format<fp32>, true},
    {"bf16 bfloat16", make_format<bf16>, true},
    {"fp16 float16 f16 half", make_format<fp16>, true},
    {"fp8 fp8-e4m3 e4m3 fp8-e4m3fn float8 float8-e4m3 float8-e4m3fn", make_format<fp8>, true},
    {"fp8-e5m2 e5m2 float8-e5m2", make_format<fp8_e5m2>, true},
    {"fp8-tensor fp8-per-tensor fp8-static", make_format<fp8_per_tensor>, false},
    {"fp8-channel fp8-per-channel fp8-dynamic fp8-w8a8", make_format<fp8_per_channel>, false},
    {"fp8-block128 fp8-block fp8-128x128 fp8-blockwise", make_format<fp8_block128>, false},
    {"fp8-block128-e8m0 fp8-ue8m0", make_format<fp8_block128_e8m0>, false},
    {"int8 w8a8 int8-w8a8 w8a8-int8 i8", make_format<int8>, true},
    {"mxfp8", make_format<mxfp8>, true},
    {"mxfp6", make_format<mxfp6>, false},
    {"mxfp4", make_format<mxfp4>, true},
    {"nvfp4", make_format<nvfp4>, true},
    {"int4 w4a16 awq gptq awq-int4 gptq-int4 awq-marlin gptq-marlin int4-g128",
     make_format<int4_g128>, false},
    {"int4-g64", make_format<int4_g64>, false},
    {"int4-g32 gptq-g32", make_format<int4_g32>, false},
    {"int4-g32-sym int4-g32-symmetric", make_format<int4_g32_symmetric>, false},
    {"nf4 bnb-nf4", make_format<nf4>, false},
    {"nf4-double bnb-4bit bitsandbytes-4bit bnb-nf4-double", make_format<nf4_double>, false},
    {"q8-0", make_format<gguf::q8_0>, true},
    {"q5-1", make_format<gguf::q5_1>, true},
    {"q5-0", make_format<gguf::q5_0>, true},
    {"q4-1", make_format<gguf::q4_1>, true},
    {"q4-0", make_format<gguf::q4_0>, true},
    {"iq4-nl", make_format<gguf::iq4_nl>, true},
};

/// Every name that a suggestion may give.
inline constexpr std::string_view suggested_formats[] = {
    "fp32",        "bf16",         "fp16",   "fp8",      "fp8-e5m2",      "fp8-tensor",
    "fp8-channel", "fp8-block128", "int8",   "w8a8",     "mxfp8",         "mxfp6",
    "mxfp4",       "nvfp4",        "int4",   "awq",      "gptq",          "int4-g64",
    "int4-g32",    "int4-g32-sym", "nf4",    "bnb-4bit", "mxfp4-experts", "q8_0",
    "q6_k",        "q5_k_m",       "q5_k_s", "q5_0",     "q5_1",          "q4_k_m",
    "q4_k_s",      "q4_0",         "q4_1",   "q3_k_l",   "q3_k_m",        "q3_k_s",
    "q2_k",        "q2_k_s",       "iq4_xs", "iq4_nl",   "iq3_m",         "iq3_s",
    "iq3_xs",      "iq3_xxs",      "iq2_m",  "iq2_s",    "iq2_xs",        "iq2_xxs",
    "iq1_m",       "iq1_s",        "tq1_0",  "tq2_0",
};

[[nodiscard]] constexpr bool holds_name(std::string_view names, std::string_view wanted) noexcept {
    while (!names.empty()) {
        auto const end = names.find(' ') == std::string_view::npos ? names.size() : names.find(' ');
        if (names.substr(0, end) == wanted) { return true; }
        names.remove_prefix(end < names.size() ? end + 1 : end);
    }
    return false;
}

[[nodiscard]] constexpr format_row const* find_format(std::string_view plain) noexcept {
    for (format_row const& row : format_rows) {
        if (holds_name(row.names, plain)) { return &row; }
    }
    return nullptr;
}

[[nodiscard]] constexpr error no_format(std::string_view name, std::string_view what) noexcept {
    sentence why{};
    append_typed(why, name);
    auto const plain = plain_format_name(name);
    if (plain.view() == "fp4") {
        why.append(" is no single format: write nvfp4 (16 values to a scale) or mxfp4 (32).");
        return {errc::contradiction, why};
    }
    if (plain.view() == "auto") {
        why.append(" is an engine's choice, not a format: write the one that the checkpoint has, "
                   "mostly bf16.");
        return {errc::contradiction, why};
    }
    bool is_mixture = false;
    for (std::string_view const known : suggested_formats) {
        is_mixture = is_mixture || plain_format_name(known) == plain;
    }
    if (is_mixture) { // find_recipe knows every suggested name, so only a single format was wanted
        why.append(" mixes formats over the tensors of a model; name a single format, such as q8_0 "
                   "or fp8.");
        return {errc::contradiction, why};
    }
    why.append(" is no ").append(what);
    append_nearest(why, plain.view(), suggested_formats);
    return {errc::unknown_name, why.append(".")};
}

} // namespace detail

/// The format in which single tensors or cached values are stored: "fp8", "bf16", "q8_0".
[[nodiscard]] constexpr result<any_precision> find_precision(std::string_view name) noexcept {
    auto const* row = detail::find_format(detail::plain_format_name(name).view());
    if (row == nullptr) { return detail::no_format(name, "number format"); }
    return row->format();
}

/// The same, if engines store a KV cache in it.
[[nodiscard]] constexpr result<any_precision> find_cache_precision(std::string_view name) noexcept {
    auto const* row = detail::find_format(detail::plain_format_name(name).view());
    if (row == nullptr) { return detail::no_format(name, "number format"); }
    if (!row->for_cache) {
        sentence why{};
        detail::append_typed(why, name);
        why.append(" is a format of weights; a cache is kept in bf16, fp16, fp8, fp8-e5m2, int8, "
                   "nvfp4, q8_0 or q4_0.");
        return error{errc::unsupported, why};
    }
    return row->format();
}

/// How a checkpoint or an engine stores a model's weights: every linear layer in the format, the
/// rest in 16 bit; or a GGUF mixture, for which `facts` says what its rules ask of the model.
[[nodiscard]] constexpr result<recipe> find_recipe(std::string_view name,
                                                   gguf::model_facts const& facts = {}) noexcept {
    auto const plain = detail::plain_format_name(name);
    if (plain.view() == "mxfp4-experts" || plain.view() == "mxfp4+bf16") {
        return experts_in(mxfp4, bf16);
    }
    if (plain.view() == "int4-experts" || plain.view() == "int4-g32-sym+bf16") {
        return experts_in(int4_g32_symmetric, bf16);
    }
    // GGUF file types: Q4_K_M and its like, but not the plain floats, which every format has.
    text<31> type{};
    for (char c : plain.view()) {
        if (c >= 'a' && c <= 'z') { c = static_cast<char>(c - 'a' + 'A'); }
        type.append(c == '-' ? std::string_view("_") : std::string_view(&c, 1));
    }
    bool const quantised = type.view().substr(0, 1) == "Q" || type.view().substr(0, 2) == "IQ" ||
                           type.view().substr(0, 2) == "TQ";
    if (quantised) {
        auto const mixture = gguf::gguf_recipe(type.view(), facts);
        if (mixture) { return *mixture; }
        return detail::no_format(name, "weight format");
    }
    auto const* row = detail::find_format(plain.view());
    if (row == nullptr) { return detail::no_format(name, "weight format"); }
    // A checkpoint's fp8 has scales; without a word on them, one to a tensor, as vLLM's own does.
    if (row->format() == any_precision(fp8)) { return recipe(fp8_per_tensor); }
    return recipe(row->format());
}

} // namespace reckon::inline v0
