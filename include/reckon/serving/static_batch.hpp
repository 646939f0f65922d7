// SPDX-License-Identifier: MIT
// A static batch: all prompts filled first, then every request decodes to the end together.
//
//   fill  = b slot          all prompts, in passes as large as the engine takes
//   total = fill + output step
//
//   symbol | meaning                                  | unit | domain
//   b      | requests of the batch in one group       | -    | >= 1
//
// Source:       the protocol of gptSessionBenchmark and of LLM-Inference-Bench (2411.00136).
// Not modelled: requests of unequal length, sampling on the host.
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

} // namespace reckon::inline v0::serving
