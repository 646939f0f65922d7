// SPDX-License-Identifier: MIT
// One stream on a machine of one's own: llama.cpp's way with prompts and tokens.
//
//   prompt     = t_micro m / (1 + g (s - 1)),   m = P / min(P, u),   s = m n / (m + n - 1)
//   generation = t_step                         of one token, through all devices in turn
//   A          = scores x traffic               read and written beside the cache, not behind products
//   experts' products are padded to whole tiles (bandwidth/distinct_experts.hpp)
//
//   symbol  | meaning                                                       | unit  | domain
//   P       | tokens of the prompt                                          | token | > 0
//   u       | micro-batch, 512 by default                                   | token | >= 1
//   n       | devices that share the layers (`--split-mode layer`)          | -     | >= 1
//   t_micro | pass of a micro-batch through all layers                      | s     | > 0
//   s, g    | speed-up of equal stages that never wait; how much of it is reached, 0.42 | - |
//   traffic | bytes that a score moves: 0 fused, 24 not (six passes of fp32: the product, the mask, the
//           | softmax and its input to the next product)                    | byte  | >= 0
//
// Every micro-batch reads the weights anew. Devices hold different layers: micro-batches follow each
// other through them, a token passes one after the other and gains nothing.
// Source:       llama.cpp, pull request 6017 (pipelines of micro-batches); llama-bench's defaults.
//               g and 24: XiongjieDai's tables of May 2024, two to eight devices and prompts of 512 to 8,192
//               tokens without flash attention. The seconds that a long prompt adds are in the ratio of the
//               cards' bandwidths, not of their peaks: 75 ms a micro-batch on an L40S, 38 ms on an A100.
// Deviations:   of 70B in 4 bit on four devices g is about 0, on eight 0.3.
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
    double score_traffic{0}; ///< bytes of a score through memory: 0 with flash attention
};

/// Its passes, before any clock.
struct stream_passes {
    pass_cost micro_batch{};
    pass_cost step{};
    double batches{1};
    double devices{1};
    double prompt{};
    double staged{}; ///< what is reached of the speed-up of several devices
    device_rates rates{};
};

/// Unknown where no rate of the device was ever published. Domain: prompt, output, micro_batch > 0.
template <model M, gpu G>
[[nodiscard]] constexpr figure<stream_passes>
passes_of_stream(M const& m, G const& g, recipe const& weights, cache_recipe const& cache,
                 stream_shape const& ask) noexcept {
    local_kernels const& kernels = local_kernels_for(g.architecture.maker);
    figure<device_rates> const rates = local_rates_of(g, weights, kernels);
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
                    .staged = kernels.staged,
                    .rates = rates.value()};
    p.micro_batch = detail::cost_of(m, w, cache, alone,
                                    {.tokens = batch,
                                     .expert_tokens = batch,
                                     .logit_rows = 1,
                                     .context = {depth, depth + prompt},
                                     .when = phase::prefill},
                                    1, matrices);
    double scores = 0;
    double padding = 1;
    m.groups.for_each([&](auto const& group) {
        group.attention.for_each_score(phase::prefill, [&](score_work const& work) {
            scores += static_cast<double>(work.heads) * work.seen({depth, depth + prompt}) *
                      static_cast<double>(group.at.size());
        });
        routing const mixture = group.feed_forward.experts();
        if (mixture.experts > 0) {
            padding = padding_of_tiles(mixture.experts, mixture.per_token, batch, kernels.tile);
        }
    });
    p.micro_batch.work.experts = p.micro_batch.work.experts * padding;
    p.micro_batch.cache = p.micro_batch.cache + bytes{scores * batch * ask.score_traffic};
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

/// The times of one stream and their rates: what llama-bench prints as pp and tg.
struct stream_times {
    seconds prompt{};
    seconds step{};
    token_rate prompt_rate{};
    token_rate generation_rate{};
};

/// The law above with measured fractions. Domain: the passes of a prompt of at least one token.
[[nodiscard]] constexpr stream_times times_of_stream(stream_passes const& p,
                                                     calibration const& c) noexcept {
    stream_times t{};
    seconds const micro = time_of(p.micro_batch, p.rates, c, c.prefill_matmul).total;
    double const ideal = p.batches * p.devices / (p.batches + p.devices - 1);
    t.prompt = micro * (p.batches / (1 + p.staged * (ideal - 1)));
    t.step = time_of(p.step, p.rates, c, c.decode_matmul).total;
    t.prompt_rate = tokens{p.prompt} / t.prompt;
    t.generation_rate = tokens{1} / t.step;
    return t;
}

} // namespace reckon::inline v0::serving
