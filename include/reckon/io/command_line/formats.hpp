// SPDX-License-Identifier: MIT
// Number formats by the names that command lines give them: of weights, of caches, of states.
//
//   weights  a 16 bit checkpoint is stored in dtype, or quantised at load by the method named;
//            a quantised checkpoint stays as it is, and the method named must be its own
//   cache    "auto" is the type that the model computes in
//
// Sources: vLLM docs features/quantization (fp8 online: one scale a tensor; in-flight bitsandbytes: 64
//          values to a scale) and vllm/config (dtype, cache_dtype); SGLang
//          docs/advanced_features/server_arguments.md; vLLM recipes, DeepSeek-V3_2.md (its default cache
//          is fp8); llama.cpp tools/server/README.md (cache types).
// Deviations: SGLang scales fp8 weights by channel; the scales are below 0.1 % of the weights.
#pragma once
#include <reckon/detail/nearest.hpp>
#include <reckon/detail/result.hpp>
#include <reckon/memory/cache_layout.hpp>
#include <reckon/memory/kv_cache.hpp>
#include <reckon/precision/gguf.hpp>
#include <reckon/precision/recipe.hpp>

#include <string_view>

namespace reckon::inline v0::io::command {

/// A format of the library as one that is chosen at run time; a function, so that tables can hold
/// it.
template <auto const& Format> [[nodiscard]] constexpr any_precision format_of() noexcept {
    return any_precision(Format);
}

/// A method of `--quantization`.
struct quantization_method {
    std::string_view name{};
    count bits{};                        ///< of a value in a checkpoint of the method; 0: several
    any_precision (*at_load)() noexcept; ///< what a 16 bit checkpoint becomes; null: it cannot
};

inline constexpr quantization_method quantization_methods[] = {
    {"fp8", 8, format_of<fp8_per_tensor>},
    {"fp8_per_tensor", 8, format_of<fp8_per_tensor>},
    {"fp8_per_block", 8, format_of<fp8_block128>},
    {"ptpc_fp8", 8, format_of<fp8_per_channel>},
    {"w8a8_fp8", 8, format_of<fp8_per_channel>},
    {"mxfp8", 8, format_of<mxfp8>},
    {"bitsandbytes", 4, format_of<nf4>},
    {"awq", 4, nullptr},
    {"awq_marlin", 4, nullptr},
    {"gptq", 0, nullptr},
    {"gptq_marlin", 0, nullptr},
    {"marlin", 4, nullptr},
    {"moe_wna16", 0, nullptr},
    {"auto-round", 0, nullptr},
    {"inc", 0, nullptr},
    {"compressed-tensors", 0, nullptr},
    {"modelopt", 0, nullptr},
    {"modelopt_fp8", 8, nullptr},
    {"modelopt_fp4", 4, nullptr},
    {"modelopt_mixed", 0, nullptr},
    {"modelopt_mxfp8", 8, nullptr},
    {"petit_nvfp4", 4, nullptr},
    {"mxfp4", 4, nullptr},
    {"fbgemm_fp8", 8, nullptr},
    {"w8a8_int8", 8, nullptr},
    {"w4afp8", 4, nullptr},
    {"quark", 0, nullptr},
    {"qoq", 4, nullptr},
    {"gguf", 0, nullptr},
    {"deepseek_v4_fp8", 0, nullptr},
    {"gpt_oss_mxfp4", 4, nullptr},
};

/// Where weights are multiplied values without scales, in 16 bit or more.
[[nodiscard]] constexpr bool is_plain(any_precision const& p) noexcept {
    return p.payload_elements == 1 && p.block_bits == 0 && p.tensor_bits == 0 &&
           p.payload_bits >= 16;
}
/// The format of most weights: the experts', which are the feed-forward's where there are none.
[[nodiscard]] constexpr any_precision const& bulk_format(recipe const& r) noexcept {
    return is_plain(r[tensor_role::expert_gate]) ? r[tensor_role::ffn_gate]
                                                 : r[tensor_role::expert_gate];
}
/// Whether neither most weights nor attention's are quantised.
[[nodiscard]] constexpr bool is_plain(recipe const& r) noexcept {
    return is_plain(bulk_format(r)) && is_plain(r[tensor_role::attention_q]);
}

namespace detail {

[[nodiscard]] constexpr bool half_type(std::string_view dtype) noexcept {
    return dtype == "half" || dtype == "float16";
}
[[nodiscard]] constexpr bool full_type(std::string_view dtype) noexcept {
    return dtype == "float" || dtype == "float32";
}

[[nodiscard]] constexpr error unknown_value(std::string_view flag, std::string_view value,
                                            std::string_view known) noexcept {
    sentence why{};
    why.append(flag).append(" ");
    reckon::detail::append_typed(why, value);
    return {errc::unknown_name, why.append(" is not known; known are ").append(known).append(".")};
}

} // namespace detail

/// How the engine stores the weights of a checkpoint that is `published` so.
[[nodiscard]] constexpr result<recipe> weights_as_loaded(recipe const& published,
                                                         std::string_view dtype,
                                                         std::string_view method) noexcept {
    bool const plain = is_plain(published);
    if (!(dtype.empty() || dtype == "auto" || dtype == "bfloat16" || detail::half_type(dtype) ||
          detail::full_type(dtype))) {
        return detail::unknown_value("--dtype", dtype,
                                     "auto, bfloat16, half, float16, float and float32");
    }
    if (!method.empty()) {
        quantization_method const* found = nullptr;
        for (quantization_method const& m : quantization_methods) {
            if (m.name == method) { found = &m; }
        }
        if (found == nullptr) {
            return detail::unknown_value(
                "--quantization", method,
                "fp8, bitsandbytes, mxfp8, ptpc_fp8, w8a8_fp8 at load, and the "
                "methods of checkpoints: awq, gptq, compressed-tensors, "
                "modelopt, modelopt_fp4, mxfp4, fbgemm_fp8, quark");
        }
        if (plain && found->at_load != nullptr) { return recipe(found->at_load()); }
        sentence why{};
        why.append("--quantization ").append(method);
        if (plain) {
            why.append(" needs a checkpoint of that method, and this one is stored in ");
            why.append(published.name.view());
            return error{errc::contradiction,
                         why.append("; name the quantised checkpoint, or hand in its model.")};
        }
        count const stored =
            bulk_format(published).payload_elements > 1 ? 0 : bulk_format(published).payload_bits;
        if (found->bits != 0 && stored != 0 && stored != found->bits) {
            why.append(" is a method of ").append(found->bits);
            why.append(" bits, and the checkpoint is stored in ").append(published.name.view());
            return error{errc::contradiction, why.append("; leave the flag out.")};
        }
    }
    if (!plain) {
        if (detail::full_type(dtype)) {
            sentence why{};
            return error{errc::unsupported,
                         why.append("--dtype ")
                             .append(dtype)
                             .append(" of a quantised checkpoint is not modelled; leave it out.")};
        }
        return published;
    }
    if (detail::half_type(dtype)) { return recipe(fp16); }
    if (detail::full_type(dtype)) { return recipe(fp32); }
    if (dtype == "bfloat16") { return recipe(bf16); }
    // "auto" stores what is published in 32 bit in 16.
    return bulk_format(published).payload_bits > 16 ? recipe(fp16) : published;
}

/// The type that the model computes in: what a cache is kept in unless it is told otherwise.
[[nodiscard]] constexpr any_precision compute_type(recipe const& weights) noexcept {
    any_precision const& norms = weights[tensor_role::norm];
    bool const known = norms == any_precision(fp16) || norms == any_precision(fp32);
    return is_plain(weights) && known ? norms : any_precision(bf16);
}

/// A format of `--kv-cache-dtype`; "auto" is `automatic`.
[[nodiscard]] constexpr result<any_precision>
cache_format(std::string_view name, any_precision const& automatic) noexcept {
    if (name.empty() || name == "auto") { return automatic; }
    if (name == "bfloat16" || name == "bf16") { return any_precision(bf16); }
    if (detail::half_type(name)) { return any_precision(fp16); }
    if (name == "fp8" || name == "fp8_e4m3" || name == "fp8_ds_mla") { return any_precision(fp8); }
    if (name == "fp8_e5m2") { return any_precision(fp8_e5m2); }
    if (name == "nvfp4") { return any_precision(nvfp4); }
    if (name == "fp4_e2m1") { return any_precision(mxfp4); }
    return detail::unknown_value(
        "--kv-cache-dtype", name,
        "auto, bfloat16, float16, fp8, fp8_e4m3, fp8_e5m2, fp8_ds_mla, nvfp4 "
        "and fp4_e2m1");
}

/// A format of recurrent states; "auto" leaves the library's, fp32.
[[nodiscard]] constexpr result<cache_recipe> with_states(cache_recipe const& cache,
                                                         std::string_view name) noexcept {
    if (name.empty() || name == "auto") { return cache; }
    if (detail::full_type(name)) { return cache.with(state_kind::recurrent, any_precision(fp32)); }
    if (detail::half_type(name)) { return cache.with(state_kind::recurrent, any_precision(fp16)); }
    if (name == "bfloat16") { return cache.with(state_kind::recurrent, any_precision(bf16)); }
    return detail::unknown_value("the format of recurrent states", name,
                                 "auto, float32, float16 and bfloat16");
}

/// Whether the engine packs an 8 bit cache of this model into a layout of its own: latents beside an
/// indexer, as DeepSeek-V3.2's and V4's.
[[nodiscard]] constexpr bool packs_latents(any_model const& m, engine const& e) noexcept {
    cache_recipe const asked{fp8};
    return !(cache_as_kept(m, asked, e)[state_kind::cache] == asked[state_kind::cache]);
}

} // namespace reckon::inline v0::io::command
