// SPDX-License-Identifier: MIT
// The parts of a launch that engines name alike.
#pragma once
#include <reckon/io/command_line/formats.hpp>
#include <reckon/io/command_line/launch.hpp>

namespace reckon::inline v0::io::command {

namespace detail {

[[nodiscard]] constexpr bool has_experts(any_model const& m) noexcept {
    bool any = false;
    m.groups.for_each(
        [&any](auto const& group) { any = any || group.feed_forward.experts().experts > 0; });
    return any;
}

/// The side parts without towers of other media.
[[nodiscard]] constexpr side_parts without_towers(side_parts const& all) noexcept {
    side_parts kept{};
    for (side_part const& part : all) {
        if (part.kind != side_kind::vision && part.kind != side_kind::audio) {
            kept.push_back(part);
        }
    }
    return kept;
}

/// The parts that engines name alike. Adapters, where they are on, are as many and of that rank unless
/// it is said; rank 0: it must be.
[[nodiscard]] constexpr possible_error fill_common(launch& l, settings const& s,
                                                   count standard_adapters = 0,
                                                   count standard_rank = 0) noexcept {
    l.name = label(s.name);
    l.ignored = s.ignored;
    l.repeated = s.repeated;
    if (s.text_only) { l.model.sides = without_towers(l.model.sides); }
    l.engine.memory_utilization = s.utilization.value_or(l.engine.memory_utilization);
    l.engine.sequences = s.sequences.value_or(l.engine.sequences);
    l.engine.batched_tokens = s.batched_tokens.value_or(l.engine.batched_tokens);
    l.engine.block_tokens = s.block_tokens.value_or(l.engine.block_tokens);
    l.engine.captured = s.captured.value_or(l.engine.captured);
    l.engine.graphs = !s.no_graphs;
    if (s.cache_bytes) { l.engine.cache_bytes = bytes{static_cast<double>(*s.cache_bytes)}; }
    if (s.host_weights) { l.engine.host_weights = gibibytes(*s.host_weights); }
    if (s.adapters_on) {
        l.engine.adapters = s.adapters.value_or(standard_adapters);
        l.engine.adapter_rank = s.adapter_rank.value_or(standard_rank);
        if (l.engine.adapter_rank == 0) {
            return error{
                errc::missing_field,
                "the rank of the adapters is not in the command line; give --max-lora-rank."};
        }
    }
    l.shrinks_context = s.context == -1;
    if (s.context.value_or(-1) > 0) {
        l.max_context = tokens{static_cast<double>(*s.context)};
    } else if (l.model.max_context.known()) {
        l.max_context = l.model.max_context.value();
    } else {
        sentence why{};
        why.append("the longest context of ").append(l.model.name.view());
        return error{errc::unknown_figure,
                     why.append(" is not known; give it on the command line.")};
    }
    if (s.unchunked) { l.engine.unchunked = static_cast<count>(in_tokens(l.max_context)); }
    return {};
}

/// Whether drafts are looked up in the text itself, without a model: by that method, or, as vLLM reads it, a draft of
/// that name.
[[nodiscard]] constexpr bool drafts_by_lookup(std::string_view method,
                                              std::string_view draft) noexcept {
    return method == "ngram" || (method.empty() && (draft == "ngram" || draft == "[ngram]"));
}

/// Drafting without a checkpoint of its own: by lookup, or with the model's prediction modules.
[[nodiscard]] constexpr possible_error fill_drafting(launch& l, std::string_view method,
                                                     std::string_view draft) noexcept {
    if ((method.empty() && draft.empty()) || drafts_by_lookup(method, draft)) { return {}; }
    bool const own =
        method == "mtp" || (method.size() > 4 && method.substr(method.size() - 4) == "_mtp");
    sentence why{};
    why.append("speculative decoding by ");
    reckon::detail::append_typed(why, method.empty() ? draft : method);
    if (!own || !draft.empty()) {
        if (!draft.empty() && !method.empty()) {
            reckon::detail::append_typed(why.append(" with "), draft);
        }
        return error{errc::unsupported,
                     why.append(" is not modelled: the draft model and its cache are not counted; "
                                "leave it out to calculate without it.")};
    }
    if (l.model.mtp.layers == 0) {
        why.append(" needs prediction modules, and ").append(l.model.name.view());
        return error{errc::contradiction, why.append(" has none that are known.")};
    }
    l.engine.prediction_modules = l.model.mtp.layers;
    return {};
}

/// The formats of weights, cache and states; `automatic` is the cache's where the line leaves it open.
[[nodiscard]] constexpr possible_error fill_formats(launch& l, settings const& s,
                                                    recipe const& weights,
                                                    any_precision const& automatic) noexcept {
    l.weights = weights;
    auto const cache = cache_format(s.cache_format, automatic);
    if (!cache) { return cache.error(); }
    auto const states = with_states(cache_recipe(*cache), s.state_format);
    if (!states) { return states.error(); }
    l.kv_cache = *states;
    return {};
}

} // namespace detail

} // namespace reckon::inline v0::io::command
