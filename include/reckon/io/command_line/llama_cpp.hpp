// SPDX-License-Identifier: MIT
// `llama-server` and `llama-cli` to a launch.
//
//   cache      -c tokens in all; -np slots have c / np each; without -np four slots share them, and the
//              load is four requests of c / 4, which fill the cache exactly
//   layout     one device, or as many as --device names or --tensor-split gives equal shares; layers are
//              split, so that they are pipeline stages
//   weights    of -hf user/model:TYPE, that GGUF type; of a file, the recipe of the model handed in
//   fit        on unless said otherwise: a context that is left out is shortened to what fits
//
// Sources: ggml-org/llama.cpp tools/server/README.md @00dc8057ab28 (defaults); issue 23652 and pull
//          request 17997 (four slots in one cache without -np); issue 11681 (-c is divided by -np).
// Deviations: the devices that a machine has are not in the command line: without --device and
//          --tensor-split it is one.
// Not modelled: in a deployment layers, experts or cache in the host's memory, uneven devices, keys and
//          values in formats of their own: llama_cpp_line.hpp reads all of these; row and tensor split; and
//          what the table refuses by name, llama_cpp_flags.hpp.
#pragma once
#include <reckon/io/command_line/apply.hpp>
#include <reckon/io/command_line/llama_cpp_flags.hpp>
#include <reckon/io/command_line/numbers.hpp>
#include <reckon/io/command_line/resolve.hpp>
#include <reckon/model/gguf_facts.hpp>

#include <algorithm>

namespace reckon::inline v0::io::command {

namespace detail {

/// Formats of `--cache-type-k` and `-v`.
struct cache_type {
    std::string_view name{};
    any_precision (*format)() noexcept;
};
inline constexpr cache_type cache_types[] = {
    {"f16", format_of<fp16>},
    {"bf16", format_of<bf16>},
    {"f32", format_of<fp32>},
    {"q8_0", format_of<reckon::gguf::q8_0>},
    {"q4_0", format_of<reckon::gguf::q4_0>},
    {"q4_1", format_of<reckon::gguf::q4_1>},
    {"iq4_nl", format_of<reckon::gguf::iq4_nl>},
    {"q5_0", format_of<reckon::gguf::q5_0>},
    {"q5_1", format_of<reckon::gguf::q5_1>},
};

[[nodiscard]] constexpr count entries_of(std::string_view list) noexcept {
    return list.empty() ? 0 : 1 + std::count(list.begin(), list.end(), ',');
}

/// The recipe of a GGUF type, in letters of either case; empty: as the model is published.
[[nodiscard]] constexpr result<recipe> recipe_of_type(any_model const& m,
                                                      std::string_view type) noexcept {
    if (type.empty()) { return m.published; }
    text<31> upper{};
    for (char c : type) {
        if (c >= 'a' && c <= 'z') { c = static_cast<char>(c - 'a' + 'A'); }
        upper.append(std::string_view(&c, 1));
    }
    return gguf_recipe_for(m, upper.view());
}

/// "--flag VALUE is no part of a deployment: why; read the line with read_llama_cpp_line."
[[nodiscard]] constexpr error beyond_deployment(std::string_view flag, std::string_view value,
                                                std::string_view why_not) noexcept {
    sentence why{};
    why.append(flag);
    if (!value.empty()) { reckon::detail::append_typed(why.append(" "), value); }
    why.append(" is no part of a deployment: ").append(why_not);
    return {errc::unsupported, why.append("; read_llama_cpp_line reads the whole line.")};
}

/// Devices in equal shares, as pipeline stages.
[[nodiscard]] constexpr possible_error fill_devices(launch& l, settings const& s) noexcept {
    sentence why{};
    if (s.devices == "none") {
        return beyond_deployment("--device", s.devices, "the model is in the host's memory");
    }
    if (s.split_mode == "row" || s.split_mode == "tensor") {
        why.append("--split-mode ").append(s.split_mode);
        return error{errc::unsupported, why.append(" is not modelled; layers are split.")};
    }
    if (!s.split_mode.empty() && s.split_mode != "layer" && s.split_mode != "none") {
        return unknown_value("--split-mode", s.split_mode, "none, layer, row and tensor");
    }
    std::string_view rest = s.split_shares;
    std::string_view const first = rest.substr(0, rest.find(','));
    while (!rest.empty()) {
        std::string_view const share = rest.substr(0, rest.find(','));
        if (share != first || share.empty()) {
            return beyond_deployment("--tensor-split", s.split_shares, "stages have equal shares");
        }
        rest.remove_prefix(share.size() < rest.size() ? share.size() + 1 : share.size());
    }
    count const named = reckon::detail::max(entries_of(s.devices), entries_of(s.split_shares));
    l.layout.pipeline = s.split_mode == "none" || named == 0 ? 1 : named;
    return {};
}

[[nodiscard]] constexpr possible_error check_layers(launch const& l, std::string_view n) noexcept {
    if (n.empty() || n == "auto" || n == "all" || n == "-1") { return {}; }
    auto const on_device = read_plain_count(n);
    count const all = layer_count(l.model) + 1; // the output layer counts as one
    sentence why{};
    if (!on_device || *on_device < 0) {
        why.append("--gpu-layers ");
        reckon::detail::append_typed(why, n);
        return error{errc::out_of_range, why.append(" must be a number of layers, auto or all.")};
    }
    if (*on_device >= all) { return {}; }
    why.append("--gpu-layers ").append(*on_device).append(" leaves layers of ");
    why.append(l.model.name.view());
    return error{errc::unsupported,
                 why.append(" in the host's memory, which is no part of a deployment; give ")
                     .append(all)
                     .append(" or more, or read the whole line with read_llama_cpp_line.")};
}

/// Settings that put a part of the model elsewhere, or keep more of it than a deployment can say.
[[nodiscard]] constexpr possible_error check_placement(settings const& s) noexcept {
    constexpr std::string_view host = "a part of the model is in the host's memory";
    if (s.all_experts_on_host) { return beyond_deployment("--cpu-moe", {}, host); }
    if (s.experts_on_host.value_or(0) > 0) { return beyond_deployment("--n-cpu-moe", {}, host); }
    if (!s.cache_on_device.value_or(true)) {
        return beyond_deployment("--no-kv-offload", {}, "the cache is in the host's memory");
    }
    if (!s.placed_tensors.empty()) {
        return beyond_deployment("--override-tensor", s.placed_tensors, host);
    }
    if (is_one_of(s.flash_attention, "off|0|false")) {
        return beyond_deployment("--flash-attn", s.flash_attention,
                                 "scores of whole contexts are not counted");
    }
    if (s.whole_windows) {
        return beyond_deployment("--swa-full", {}, "windows are counted as windows");
    }
    return {};
}

} // namespace detail

/// What the settings of a llama.cpp command line launch for a model. `type` is the GGUF type that the
/// repository's name ends in; empty: as `m` is published.
[[nodiscard]] constexpr result<launch> llama_cpp_launch(settings const& s, any_model const& m,
                                                        std::string_view type,
                                                        bool server) noexcept {
    launch l{.model = m, .engine = engines::llama_cpp};
    settings common = s;
    common.text_only = true; // a projector has a file of its own, and its flags are refused
    if (auto const wrong = detail::fill_common(l, common)) { return *wrong; }
    if (auto const wrong = detail::fill_devices(l, s)) { return *wrong; }
    if (auto const wrong = detail::check_layers(l, s.layers_on_device)) { return *wrong; }
    if (auto const wrong = detail::check_placement(s)) { return *wrong; }
    bool const chosen_context = s.context.value_or(-1) > 0;
    l.shrinks_context = s.fit.value_or(true) && !chosen_context;
    count const slots = server ? s.slots.value_or(4) : 1;
    l.engine.sequences = slots;
    l.engine.graphs = false;
    l.concurrency = slots;
    l.max_context =
        tokens{reckon::detail::floor(in_tokens(l.max_context) / static_cast<double>(slots))};
    auto const stored = detail::recipe_of_type(m, type);
    if (!stored) { return stored.error(); }
    l.weights = *stored;
    std::string_view const keys = s.cache_format.empty() ? "f16" : s.cache_format;
    std::string_view const values = s.cache_format_values.empty() ? "f16" : s.cache_format_values;
    bool two_caches = false; // a latent is kept once
    m.groups.for_each(
        [&](auto const& group) { two_caches = two_caches || !keeps_latent(group.attention); });
    if (two_caches && keys != values) {
        sentence why{};
        reckon::detail::append_typed(why.append("a cache with keys in "), keys);
        reckon::detail::append_typed(why.append(" and values in "), values);
        return error{errc::unsupported,
                     why.append(" is no part of a deployment; give --cache-type-k and "
                                "--cache-type-v the same, or read the whole line with "
                                "read_llama_cpp_line.")};
    }
    for (detail::cache_type const& known : detail::cache_types) {
        if (known.name == keys) {
            l.kv_cache = cache_recipe(known.format());
            return l;
        }
    }
    return detail::unknown_value("--cache-type-k", keys,
                                 "f32, f16, bf16, q8_0, q4_0, q4_1, iq4_nl, q5_0 and q5_1");
}

} // namespace reckon::inline v0::io::command
