// SPDX-License-Identifier: MIT
// Two half batches that take turns: one computes while the other exchanges tokens with its experts.
//
//   t = 2 (half - overlapped min(busy, network)),   busy = half - network
//
//   symbol     | meaning                                                          | unit | domain
//   half       | pass of a half batch: it reads all weights                       | s    | >= 0
//   network    | of that pass                                                     | s    | 0 .. half
//   overlapped | of the shorter of the two, behind the longer                     | -    | 0 .. 1
//
// The halves read the weights twice, so that decoding of few requests loses by it and prompts gain. An engine that may
// choose takes the shorter of this and of one batch.
// Source:       DeepSeek-V3 (2412.19437), 3.2.2 and 3.4: two micro-batches, of whose multiprocessors 20 of 132 communicate.
//               calibration::overlapped: SGLang's large-scale expert parallelism (LMSYS, May 2025), whose
//               prompts gain 27 to 35 % where all hidden would give 80 %.
// Not modelled: the first half's start and the last one's end; halves of unlike length.
// Error:        speed_serving.input_throughput_disaggregated in docs/accuracy.md.
#pragma once
#include <reckon/bandwidth/pass_time.hpp>

namespace reckon::inline v0 {

/// The time of a batch in two halves, from the pass of a half; `overlapped` is that of a calibration.
/// Domain: 0 <= overlapped <= 1.
[[nodiscard]] constexpr seconds two_batches(pass_time const& half, double overlapped) noexcept {
    seconds const shorter = min(half.total - half.network, half.network);
    return (half.total - shorter * overlapped) * 2.0;
}

} // namespace reckon::inline v0
