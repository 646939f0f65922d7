// SPDX-License-Identifier: MIT
// SGLang's `launch_server` to a launch.
//
//   layout     pipeline = --pp; without --enable-dp-attention tensor = --tp, and --dp are replicas;
//              with it --dp divides the ranks: tensor = tp / dp, data = dp
//   experts    --ep 1: divided by width; --ep tp: whole experts on all ranks
//   load       one request of max_context in each group: the pool must hold max_req_input_len
//   utilisation --mem-fraction-static; left out, SGLang works it out (memory/static_fraction.hpp)
//
// Sources: sgl-project/sglang docs/advanced_features/server_arguments.md @004813e1dd46;
//          python/sglang/srt/server_args.py (attention tensor size = tp / dp).
// Deviations: --kv-cache-dtype auto is 16 bit; on Blackwell SGLang chooses 8 bit for DeepSeek-V3.2.
// Not modelled: what the table refuses by name, sglang_flags.hpp.
#pragma once
#include <reckon/io/command_line/resolve.hpp>
#include <reckon/io/command_line/sglang_flags.hpp>

namespace reckon::inline v0::io::command {

namespace detail {

/// Ranks given by tp, of which dp groups attend to requests of their own; and expert ranks.
[[nodiscard]] constexpr possible_error fill_shared_ranks(launch& l, count ranks, count groups,
                                                         std::optional<count> expert_ranks,
                                                         bool all_experts) noexcept {
    sentence why{};
    if (ranks % groups != 0) {
        why.append("data-parallel attention in ").append(groups).append(" groups does not divide ");
        return error{errc::indivisible_layout,
                     why.append(ranks).append(" tensor-parallel ranks; choose a divisor.")};
    }
    l.layout.tensor = ranks / groups;
    l.layout.data = groups;
    count const wanted = all_experts ? ranks : expert_ranks.value_or(1);
    if (wanted != 1 && wanted != ranks) {
        why.append("expert parallelism ").append(wanted).append(" of ").append(ranks);
        return error{
            errc::unsupported,
            why.append(" ranks is not modelled: experts are divided by width (1) or lie whole "
                       "on all ranks (")
                .append(ranks)
                .append(").")};
    }
    if (wanted > 1 && !has_experts(l.model)) {
        why.append("expert parallelism needs experts, and ").append(l.model.name.view());
        return error{errc::contradiction, why.append(" has none; leave it out.")};
    }
    l.layout.expert = wanted;
    return {};
}

} // namespace detail

/// What the settings of an SGLang command line launch for a model.
[[nodiscard]] constexpr result<launch> sglang_launch(settings const& s,
                                                     any_model const& m) noexcept {
    launch l{.model = m, .engine = engines::sglang};
    l.layout.pipeline = s.pipeline.value_or(1);
    l.replicas = s.data_attention ? 1 : s.data.value_or(1);
    if (auto const wrong = detail::fill_shared_ranks(l, s.tensor.value_or(1),
                                                     s.data_attention ? s.data.value_or(1) : 1,
                                                     s.experts, s.experts_whole)) {
        return *wrong;
    }
    l.layout.redundant_experts = s.redundant_experts.value_or(0);
    l.concurrency = l.layout.data;
    if (auto const wrong = detail::fill_common(l, s, 8)) { return *wrong; }
    std::string_view const method = s.drafting_method;
    bool const own = method == "NEXTN" || method == "EAGLE";
    if (auto const wrong = detail::fill_drafting(l,
                                                 own                 ? "mtp"
                                                 : method == "NGRAM" ? "ngram"
                                                                     : method,
                                                 s.draft)) {
        return *wrong;
    }
    auto const weights = weights_as_loaded(m.published, s.dtype, s.quantization);
    if (!weights) { return weights.error(); }
    if (auto const wrong = detail::fill_formats(l, s, *weights, compute_type(*weights))) {
        return *wrong;
    }
    return l;
}

} // namespace reckon::inline v0::io::command
