// SPDX-License-Identifier: MIT
// A command line with the draft model that it names: both models' weights and caches in one launch.
//
//   constexpr auto line = reckon::read_drafted_command_line(
//       "vllm serve Qwen/Qwen3-32B -tp 2 --max-model-len 32768 "
//       "--speculative-config '{\"model\": \"Qwen/Qwen3-0.6B\", \"num_speculative_tokens\": 5}'");
//   static_assert(reckon::fits(line, reckon::gpus::h200_sxm));
//
//   draft    "model" of --speculative-config; --spec-model, --speculative-model of older releases
//   weights  the draft's checkpoint under --dtype, or as "quantization" says
//   cache    in the format of the model's, in blocks of the same pool
//   ranks    as many as divide the model: vLLM refuses any other "draft_tensor_parallel_size"
//
// A line without a draft model reads as with read_command_line. A line with one is refused there, so that nobody forgets
// it. What both take: serving/draft_model.hpp.
//
// Sources: vLLM docs, features/speculative_decoding/draft_model (the flag's form); vllm/config/speculative.py (a method
//          left out is draft_model; both vocabularies must be equal unless use_heterogeneous_vocab; the cache's format is
//          the model's); vllm/v1/spec_decode/draft_model.py (both tensor degrees must be equal).
// Not modelled: SGLang's STANDALONE, which fills a pool behind the model's; llama.cpp's --model-draft; EAGLE, Medusa and
//          other heads that read the model's hidden states, whose checkpoints are no models of the catalogue.
#pragma once
#include <reckon/io/command_line.hpp>
#include <reckon/serving/draft_model.hpp>

namespace reckon::inline v0 {

/// A launch, and the draft model beside it if the line names one.
struct drafted_launch {
    launch target{};
    bool drafts{};
    serving::draft_model<any_model> draft{};
    count drafted_tokens{}; ///< of one step; 0: the line does not say

    /// Bytes of the fullest rank on accelerators of that type, and the first rule that they break.
    template <gpu G>
    [[nodiscard]] constexpr serving::memory_report
    memory_on(G const& device, launch_load const& load = {}) const noexcept {
        auto const d = target.on(device, load);
        return drafts ? serving::memory_of(d, draft) : serving::memory_of(d);
    }
    friend constexpr bool operator==(drafted_launch const&,
                                     drafted_launch const&) noexcept = default;
};

/// Whether both models start and hold the load that the engine insists on.
template <gpu G> [[nodiscard]] constexpr bool fits(drafted_launch const& l, G const& device,
                                                   launch_load const& load = {}) noexcept {
    return l.memory_on(device, load).fits();
}
/// The same of a line just read. A refused one stops a constant expression.
template <gpu G>
[[nodiscard]] constexpr bool fits(result<drafted_launch> const& read, G const& device,
                                  launch_load const& load = {}) noexcept {
    return fits(read.value(), device, load);
}

/// The verdict as one sentence, which names the draft model and what it takes. `r`: l.memory_on(device, load).
template <gpu G> [[nodiscard]] constexpr sentence explain(drafted_launch const& l, G const& device,
                                                          serving::memory_report const& r,
                                                          launch_load const& load = {}) noexcept {
    auto const d = l.target.on(device, load);
    sentence s = serving::explain(d, r);
    if (!l.drafts || !(r.capacity > bytes{0})) { return s; }
    serving::memory_report const alone = serving::memory_of(d);
    return s.append("; with the draft model ")
        .append(std::string_view(l.draft.model.name))
        .append(": ")
        .append_fixed(in_gigabytes(r.weights - alone.weights), 2)
        .append(" GB of weights and ")
        .append_fixed(in_gigabytes(r.kv_cache - alone.kv_cache), 2)
        .append(" GB of cache");
}

namespace io::command {

namespace detail {

/// Whether the draft is a model of its own, not heads that read the model's states.
[[nodiscard]] constexpr bool drafts_by_model(parsed_line const& line) noexcept {
    std::string_view const method = line.flags.drafting_method;
    return line.engine == engine_kind::vllm && !line.flags.draft.empty() &&
           !drafts_by_lookup(method, line.flags.draft) &&
           (method.empty() || method == "draft_model");
}

/// The draft model of a line, in its formats. `model`: what a path stands for, or null to find it by name.
[[nodiscard]] constexpr result<serving::draft_model<any_model>>
draft_of(settings const& s, launch const& target, any_model const* model) noexcept {
    result<any_model> found = error{};
    sentence why{};
    if (model != nullptr) {
        found = *model;
    } else if (is_path(s.draft)) {
        reckon::detail::append_typed(why.append("the draft model "), s.draft);
        return error{
            errc::missing_field,
            why.append(" is a path: read it first, with io::read_hugging_face, and hand in "
                       "the model behind the line's own.")};
    } else if (found = find_model(s.draft); !found) {
        return error{found.error().code,
                     why.append("the draft model: ").append(found.error().message)};
    }
    count const ranks = s.draft_ranks.value_or(target.layout.tensor);
    if (ranks != target.layout.tensor) {
        why.append("vLLM divides a draft model by as many ranks as the model, ");
        why.append(target.layout.tensor).append(", and draft_tensor_parallel_size is ");
        return error{errc::contradiction, why.append(ranks).append("; leave it out.")};
    }
    if (target.layout.pipeline > 1) {
        return error{errc::unsupported, "vLLM does not draft with a model under pipeline "
                                        "parallelism; leave one of them out."};
    }
    if (found->vocabulary != target.model.vocabulary) {
        why.append("the draft model ").append(std::string_view(found->name)).append(" has ");
        why.append_grouped(found->vocabulary).append(" words and ");
        why.append(std::string_view(target.model.name)).append(" ");
        why.append_grouped(target.model.vocabulary);
        return error{errc::contradiction,
                     why.append("; vLLM refuses a draft of another vocabulary.")};
    }
    auto const weights = weights_as_loaded(found->published, s.dtype, s.draft_quantization);
    if (!weights) {
        return error{weights.error().code,
                     why.append("the draft model: ").append(weights.error().message)};
    }
    auto const cache = cache_format(s.cache_format, compute_type(*weights));
    if (!cache) { return cache.error(); }
    return serving::draft_model<any_model>{*found, *weights, cache_recipe(*cache)};
}

/// What the words launch, with their draft model.
[[nodiscard]] constexpr result<drafted_launch> read_drafted(words& from, any_model const* model,
                                                            any_model const* draft) noexcept {
    words again = from;
    auto const line = parse_line(from, nullptr, model);
    if (!line) { return line.error(); }
    if (!drafts_by_model(*line)) {
        auto const alone = read(again, nullptr, model);
        if (!alone) { return alone.error(); }
        return drafted_launch{.target = *alone};
    }
    settings without = line->flags;
    without.drafting_method = {};
    without.draft = {};
    auto const target = vllm_launch(without, line->model);
    if (!target) { return target.error(); }
    auto const beside = draft_of(line->flags, *target, draft);
    if (!beside) { return beside.error(); }
    return drafted_launch{*target, true, *beside, line->flags.drafted_tokens.value_or(0)};
}

} // namespace detail

} // namespace io::command

/// What a command line launches, with the draft model that it names. Errors: those of read_command_line; a draft that no
/// name of the catalogue is like, that is divided by other ranks, or has another vocabulary.
[[nodiscard]] constexpr result<drafted_launch>
read_drafted_command_line(std::string_view line) noexcept {
    io::command::words from(line);
    return io::command::detail::read_drafted(from, nullptr, nullptr);
}
/// The same with the models that paths in it stand for.
[[nodiscard]] constexpr result<drafted_launch>
read_drafted_command_line(std::string_view line, any_model const& model,
                          any_model const& draft) noexcept {
    io::command::words from(line);
    return io::command::detail::read_drafted(from, &model, &draft);
}

} // namespace reckon::inline v0
