// SPDX-License-Identifier: MIT
// Saturation: more requests wait than memory holds, and the engine keeps itself full.
//
//   b          = min( room / cache(prompt + output), most )    requests that fit at once, a group
//   throughput = b groups output / (b slot + output step)
//
//   symbol | meaning                                                        | unit | domain
//   room   | what is left for the cache beside weights and engine           | byte | >= 0
//   most   | requests that the engine takes at most, or that there are      | -    | >= 1
//   slot   | time of one prompt's share of a full pass                      | s    |
//   step   | time of a decode step of b requests                            | s    |
//
// In the time that b requests take, b prompts are filled and output steps are done.
// Source:       a balance of work; the offline runs of TensorRT-LLM's performance pages follow it.
// Not modelled: ramp and drain of a run, requests of unequal length.
// Error:        docs/accuracy.md.
#pragma once
#include <reckon/serving/passes.hpp>

namespace reckon::inline v0::serving {

/// Requests of this shape that one data-parallel group holds at once; 0 where the model does not
/// fit.
template <model M>
[[nodiscard]] constexpr double requests_that_fit(M const& m, cache_recipe const& cache,
                                                 reckon::layout const& l, engine const& e,
                                                 bytes room, request_shape request) noexcept {
    bytes const each =
        cache_of_request(m, cache, request.prompt + request.output, l, 0, e.block_tokens);
    if (!(room > bytes{})) { return 0; }
    return each > bytes{} ? reckon::detail::floor(room / each) : 1e9;
}

/// Output tokens a second of all groups together. Domain: passes of the batch that fits.
[[nodiscard]] constexpr token_rate saturated_throughput(load_passes const& p,
                                                        calibration const& c) noexcept {
    load_times const t = times_of(p, c);
    return tokens{p.in_group * p.groups * p.output} / (t.slot * p.in_group + t.step * p.output);
}

} // namespace reckon::inline v0::serving
