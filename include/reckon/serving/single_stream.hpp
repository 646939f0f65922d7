// SPDX-License-Identifier: MIT
// One stream on a machine of one's own: llama.cpp's way with prompts and tokens.
//
//   prompt     = t_micro (m + n - 1) / n,    m = P / min(P, u)
//   generation = t_step                      of one token, through all devices in turn
//
//   symbol  | meaning                                                       | unit  | domain
//   P       | tokens of the prompt                                          | token | > 0
//   u       | micro-batch, 512 by default                                   | token | >= 1
//   n       | devices that share the layers (`--split-mode layer`)          | -     | >= 1
//   t_micro | pass of a micro-batch through all layers                      | s     | > 0
//
// Every micro-batch reads the weights anew. Devices hold different layers: micro-batches follow each
// other through them, a token passes one after the other and gains nothing.
// Source:       llama.cpp, pull request 6017 (pipelines of micro-batches); llama-bench's defaults.
// Deviations:   stages are taken as equal and transfers between them as free.
// Not modelled: layers on the host; tensor splits of rows.
// Error:        speed_single in docs/accuracy.md.
#pragma once
#include <reckon/bandwidth/local_rates.hpp>
#include <reckon/serving/passes.hpp>

namespace reckon::inline v0::serving {

/// What a stream asks for.
struct stream_shape {
    tokens prompt{};
    tokens output{};
    tokens depth{}; ///< tokens that were there before
    tokens micro_batch{512};
    count devices{1};
};

/// Its passes, before any clock.
struct stream_passes {
    pass_cost micro_batch{};
    pass_cost step{};
    double batches{1};
    double devices{1};
    double prompt{};
    device_rates rates{};
};

/// Unknown where no rate of the device was ever published. Domain: prompt, output, micro_batch > 0.
template <model M, gpu G>
[[nodiscard]] constexpr figure<stream_passes>
passes_of_stream(M const& m, G const& g, recipe const& weights, cache_recipe const& cache,
                 stream_shape const& ask) noexcept {
    figure<device_rates> const rates = local_rates_of(g, weights);
    if (!rates.known()) { return unknown; }
    constexpr reckon::layout alone{};
    weight_bytes const w = weights_of(m, weights, alone);
    matrix_work const matrices = matrix_flops(m, alone);
    double const prompt = in_tokens(ask.prompt);
    double const depth = in_tokens(ask.depth);
    double const batch = reckon::detail::min(prompt, in_tokens(ask.micro_batch));
    stream_passes p{.batches = prompt / batch,
                    .devices = static_cast<double>(ask.devices),
                    .prompt = prompt,
                    .rates = rates.value()};
    p.micro_batch = detail::cost_of(m, w, cache, alone,
                                    {.tokens = batch,
                                     .expert_tokens = batch,
                                     .logit_rows = 1,
                                     .context = {depth, depth + prompt},
                                     .when = phase::prefill},
                                    1, matrices);
    double const at = ask.depth > tokens{0} ? depth : prompt;
    p.step = detail::cost_of(m, w, cache, alone,
                             {.tokens = 1,
                              .expert_tokens = 1,
                              .logit_rows = 1,
                              .context = {at, at + in_tokens(ask.output)},
                              .when = phase::decode},
                             1, matrices);
    return p;
}

struct stream_times {
    seconds prompt{};
    seconds step{};
    token_rate prompt_rate{};
    token_rate generation_rate{};
};

[[nodiscard]] constexpr stream_times times_of_stream(stream_passes const& p,
                                                     calibration const& c) noexcept {
    stream_times t{};
    seconds const micro = time_of(p.micro_batch, p.rates, c, c.prefill_matmul).total;
    t.prompt = micro * ((p.batches + p.devices - 1) / p.devices);
    t.step = time_of(p.step, p.rates, c, c.decode_matmul).total;
    t.prompt_rate = tokens{p.prompt} / t.prompt;
    t.generation_rate = tokens{1} / t.step;
    return t;
}

} // namespace reckon::inline v0::serving
