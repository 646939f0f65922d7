// SPDX-License-Identifier: MIT
// A pass that carries a step of those who decode and a piece of a prompt: chunked prefill.
//
//   cost  = weights of both, read once + cache, FLOPs and bytes sent of both + one pass's overheads
//   e_m   = F / (F_step / e_decode + F_piece / e_prefill)         the fraction that all products reach
//   stall = pass - step alone                                    what a piece delays every token by
//
//   symbol | meaning                                                        | unit  | domain
//   piece  | tokens of prompts in the pass, of all requests that are filled | token | >= 0
//   F      | FLOPs of linear layers, experts, head and scores               | FLOP  |
//
// So the size of a piece trades the first token of one against the tokens of all others: weights are read for both at
// once, and the more decode with it, the less a piece costs.
// Source:       Sarathi-Serve (2403.02310); vLLM's and TensorRT-LLM's chunked prefill.
// Deviations:   attention of pieces and of decoding requests is summed, as kernels that take both in turn do.
// Not modelled: quantisation of pieces to tiles; engines that alternate passes of one kind (SGLang's default).
// Error:        not measured alone; between the longer of its halves and their sum: tests/serving/mixed_step.cpp.
#pragma once
#include <reckon/detail/largest.hpp>
#include <reckon/serving/passes.hpp>

namespace reckon::inline v0::serving {

/// A mixed pass of one data-parallel group.
struct mixed_step {
    pass_time time{};
    seconds step{};      ///< the same requests without a piece
    seconds stall{};     ///< what the piece adds to every token
    token_rate filled{}; ///< prompt tokens of a group in a second of such passes
};

/// The pass of `p`, a load of `request`, with `piece` tokens of prompts. Domain: piece >= 0; `w` are the weights of
/// all stages; `p` was made with the same arguments.
template <model M>
[[nodiscard]] constexpr mixed_step
mixed_step_of(load_passes const& p, M const& m, cache_recipe const& cache, reckon::layout const& l,
              engine const& e, request_shape request, weight_bytes const& w, tokens piece,
              calibration const& c) noexcept {
    mixed_step out{};
    out.time = time_of(p.step, p.rates, c, c.decode_matmul);
    out.step = out.time.total;
    double const filled = in_tokens(piece);
    if (!(filled > 0)) { return out; }
    double const batch = reckon::detail::max(1.0, p.in_group / p.stages);
    double const prompts = filled / reckon::detail::max(1.0, in_tokens(request.prompt));
    pass_cost const part = detail::cost_of(m, w, cache, l,
                                           {.tokens = filled,
                                            .expert_tokens = filled * p.groups,
                                            .logit_rows = prompts,
                                            .context = {0, in_tokens(request.prompt)},
                                            .when = phase::prefill},
                                           prompts, matrix_flops(m, l, e.sharding));
    pass_cost both = p.step;
    double const choosing = (batch + filled) * p.groups;
    both.weights = weights_read(m, w, choosing);
    both.spared = max(bytes{0}, both.weights - weights_streamed(m, w, choosing));
    both.cache += part.cache;
    both.work.linear += part.work.linear;
    both.work.experts += part.work.experts;
    both.work.head += part.work.head;
    both.work.scores += part.work.scores;
    both.work.moved += part.work.moved;
    both.sent.reduced += part.sent.reduced;
    both.sent.exchanged += part.sent.exchanged;
    flops const decoding = p.step.work.total();
    flops const filling = part.work.total();
    double const share = decoding / (decoding + filling);
    efficiency const reached(
        1 / (share / c.decode_matmul.fraction + (1 - share) / c.prefill_matmul.fraction));
    out.time = time_of(both, p.rates, c, reached);
    out.stall = out.time.total - out.step;
    out.filled = piece / out.time.total;
    return out;
}

/// The largest piece, in tokens and at most `most`, with which a mixed pass takes no longer than `limit`; 0 where
/// even the step alone is too long, or one token is too many. Domain: as `mixed_step_of`, most >= 1.
template <model M>
[[nodiscard]] constexpr tokens
largest_piece(load_passes const& p, M const& m, cache_recipe const& cache, reckon::layout const& l,
              engine const& e, request_shape request, weight_bytes const& w, seconds limit,
              count most, calibration const& c) noexcept {
    constexpr count usual = 2048;
    return tokens{static_cast<double>(
        reckon::detail::largest_that(1, most, reckon::detail::min(usual, most), [&](count n) {
            return mixed_step_of(p, m, cache, l, e, request, w, tokens{static_cast<double>(n)}, c)
                       .time.total <= limit;
        }))};
}

} // namespace reckon::inline v0::serving
