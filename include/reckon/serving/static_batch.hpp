// SPDX-License-Identifier: MIT
// A static batch: all prompts filled first, then every request decodes to the end together.
//
//   fill  = b slot          all prompts, in passes as large as the engine takes
//   total = fill + output step
//
// More requests than memory holds run in rounds, as engines with batching in flight take them in:
//
//   total = floor(b / h) total(h) + total(b mod h)
//
//   symbol | meaning                                  | unit | domain
//   b      | requests of the batch in one group       | -    | >= 1
//   h      | requests of a group that memory holds    | -    | >= 1
//
// Source:       the protocol of gptSessionBenchmark and of LLM-Inference-Bench (2411.00136), whose times double where
//               2 h is passed: Llama-2-7B on 40 GB takes 22 ms a step for 16 requests of 2,048 tokens, 44 for 32.
// Not modelled: requests of unequal length, sampling on the host; requests that are let in and put out again.
// Error:        docs/accuracy.md.
#pragma once
#include <reckon/serving/passes.hpp>

namespace reckon::inline v0::serving {

/// When a static batch has its first tokens, and when it is done.
struct batch_times {
    seconds first_token{};
    seconds total{};
};

/// The times of a batch that is filled and then decoded, by the law above. Domain: a load that is
/// answered.
[[nodiscard]] constexpr batch_times static_batch(load_passes const& p,
                                                 calibration const& c) noexcept {
    load_times const t = times_of(p, c);
    seconds const fill = p.in_group > 1 ? t.slot * p.in_group : t.prompt;
    return {fill, fill + t.step * p.output};
}

/// A batch in rounds: as many full ones as there are, and the rest.
struct batch_rounds {
    load_passes round{}; ///< of a full one
    double full{1};
    load_passes rest{};
    double left{}; ///< requests of a group in the rest; 0: none

    /// Of a group, in all rounds.
    [[nodiscard]] constexpr double requests() const noexcept {
        return round.in_group * full + left;
    }
};

/// The rounds of `batch` requests of which each group holds `held` at a time. Unknown where a rate is; domain: as
/// `passes_of`, held >= 1, `w` the weights of all stages.
template <model M, gpu G>
[[nodiscard]] constexpr figure<batch_rounds>
rounds_of(M const& m, G const& g, figure<device_rates> const& rates, cache_recipe const& cache,
          reckon::layout const& l, engine const& e, request_shape request, double batch,
          double held, weight_bytes const& w) noexcept {
    auto const groups = static_cast<double>(l.data);
    double const all = reckon::detail::max(1.0, batch / groups);
    double const each = reckon::detail::min(all, reckon::detail::floor(held));
    figure<load_passes> const round =
        passes_at(m, g, rates, cache, l, e, request, each * groups, w);
    if (!round.known()) { return unknown; }
    batch_rounds r{.round = round.value(), .full = reckon::detail::floor(all / each)};
    r.left = all - r.full * each;
    if (r.left > 0) {
        r.rest = passes_at(m, g, rates, cache, l, e, request, r.left * groups, w).value();
    }
    return r;
}

/// The times of a batch in rounds; first tokens are those of the first.
[[nodiscard]] constexpr batch_times static_batch(batch_rounds const& r,
                                                 calibration const& c) noexcept {
    batch_times const one = static_batch(r.round, c);
    seconds const rest = r.left > 0 ? static_batch(r.rest, c).total : seconds{0};
    return {one.first_token, one.total * r.full + rest};
}

} // namespace reckon::inline v0::serving
