// SPDX-License-Identifier: MIT
// Weights that do not stay on the device: read over a link for every pass, or multiplied where they lie.
//
//   streamed  read     = S x (weights read in the pass) / W         S of a rank's W bytes stay on the host
//             time     = pass without them + read / (link e_s)      less what is hidden behind each other
//   computed  experts  = max( E / (bw e_b), F / rate )               E bytes and F FLOPs of the awake experts
//             time     = pass without experts + experts + layers (hop + 2 T h 2 / link)
//
//   symbol   | meaning                                                      | unit   | domain
//   link     | what the host's memory, or a disk, is read over: PCIe, NVMe  | byte/s | > 0
//   bw       | the host's memory bandwidth, all sockets that have a copy    | byte/s | > 0
//   rate     | products a second that the host really does                  | FLOP/s | > 0
//   hop      | hand-over to the host and back, in each layer of experts     | s      | >= 0
//   T, h     | tokens of the pass, width of an activation of 2 bytes        | -      | >= 1
//
// The host's experts and the device take turns: a layer needs the one before it.
// Source:       vLLM's --cpu-offload-gb; ktransformers and llama.cpp's --n-cpu-moe. DeepSeek-V3 in Q4_K_M, one
//               RTX 4090D, Xeon Gold 6454S with 8 x DDR5-4800 a socket (ktransformers, DeepseekR1_V3_tutorial, V0.2):
//               decoding with 8 and 6 experts takes 82 and 73 ms on two sockets, 115 and 97 ms on one. So 8
//               experts cost 36 and 72 ms, 0.56 of the bandwidth of 614 and 307 GB/s, and all else 45 ms, of
//               which the device's own pass explains a quarter: 0.5 ms a layer for the hand-over.
// Deviations:   the experts that a batch wakes are read once; caches of the processor are not counted.
// Not modelled: experts of some layers on the device and of others on the host in one call; experts that are
//               computed a layer later (ktransformers' deferral); reading ahead what a router will ask for.
// Error:        6 rows of generation and 6 of prompts by ktransformers: median 7 and 4 %, worst 11 and 21 %, from
//               the page that the two constants come from, releases V0.2 and V0.2.1; tests/serving/offload.cpp.
#pragma once
#include <reckon/serving/passes.hpp>

namespace reckon::inline v0::serving {

/// A place that weights are read from for every pass: the host's memory over PCIe, or a disk.
struct weight_stream {
    link_bandwidth each_way{};
    efficiency reached{0.8}; ///< of the link; pinned copies over PCIe 4 x16 reach 25 of 31.5 GB/s
    double
        hidden{}; ///< fraction of the shorter of reading and computing that runs behind the other
};

/// `t` where `away` of the rank's `held` bytes of weights are read over `from` in each pass, and the rest on
/// the device. Domain: 0 <= away <= held, held > 0.
[[nodiscard]] constexpr pass_time streamed(pass_time t, pass_cost const& cost, bytes away,
                                           bytes held, weight_stream const& from) noexcept {
    if (!(away > bytes{0})) { return t; }
    double const share = away / held;
    // The device reads that part from the link instead of its memory.
    seconds const reading = cost.weights * share / (from.each_way * from.reached);
    seconds const least = cost.weights * share / from.each_way;
    seconds const spared = min(t.weights * share, t.total);
    t.weights = t.weights - spared;
    t.network = t.network + reading;
    seconds const rest = t.total - spared;
    t.total = rest + reading - min(rest, reading) * from.hidden;
    if (least > t.bound) {
        t.bound = least;
        t.bound_by = resource::network;
    }
    return t;
}

/// A machine whose processor multiplies the experts out of its own memory.
struct host_processor {
    memory_bandwidth bandwidth{};   ///< datasheet, of all channels that hold a copy
    efficiency reached{0.56};       ///< of it, reading experts
    flop_rate products{};           ///< sustained, for prompts
    link_bandwidth link{};          ///< between device and host, one direction
    seconds hop{microseconds(500)}; ///< hand-over and back in each layer of experts
};

/// The time of a pass whose experts the host computes.
struct hybrid_time {
    pass_time device{}; ///< of all but the experts
    seconds experts{};  ///< on the host
    seconds handover{};
    seconds total{};
    seconds
        bound{}; ///< no machine of these peaks is faster: the device's bound and the host's bandwidth
    bool host_binds{};
};

/// `cost` of a pass whose routed experts, `experts` of its weights, the host computes for `tokens_here`
/// tokens of width `hidden`. Domain: bandwidth, products and link > 0.
[[nodiscard]] constexpr hybrid_time on_host(pass_cost cost, bytes experts, double tokens_here,
                                            count hidden, host_processor const& host,
                                            device_rates const& rates, calibration const& c,
                                            efficiency matmul) noexcept {
    hybrid_time t{};
    flops const work = cost.work.experts;
    cost.weights -= experts;
    cost.spared = {}; // all of it experts
    cost.work.experts = {};
    t.device = time_of(cost, rates, c, matmul);
    t.experts = max(experts / (host.bandwidth * host.reached), work / host.products);
    constexpr double there_and_back = 2;
    bytes const activations{there_and_back * tokens_here * static_cast<double>(hidden) *
                            activation_value_bytes};
    t.handover = (host.hop + activations / host.link) * cost.mixtures;
    t.total = t.device.total + t.experts + t.handover;
    t.bound = t.device.bound + experts / host.bandwidth;
    t.host_binds = t.experts > t.device.total;
    return t;
}

/// A stream of one user on such a machine.
struct hybrid_stream {
    hybrid_time step{};
    hybrid_time prompt{}; ///< all of it
    token_rate generation_rate{};
    token_rate prompt_rate{};
};

/// One stream with `prompt` tokens, a step with `prompt + output` behind it, with every routed expert on the
/// host. Unknown where no rate of the device was ever published. Domain: prompt, output >= 1; a model with
/// routed experts, `host` as in `on_host`.
template <model M, gpu G>
[[nodiscard]] constexpr figure<hybrid_stream>
hybrid_stream_of(M const& m, G const& g, recipe const& weights, cache_recipe const& cache,
                 request_shape request, host_processor const& host, calibration const& c) noexcept {
    figure<device_rates> const rates = rates_of(g, weights, 1);
    if (!rates.known()) { return unknown; }
    constexpr reckon::layout alone{};
    weight_bytes const w = weights_of(m, weights, alone);
    weight_bytes without = w;
    without.routed_experts = bytes{};
    matrix_work const matrices = matrix_flops(m, alone);
    double const prompt = in_tokens(request.prompt);
    auto const run = [&](double tokens_here, context_span seen, phase when, efficiency matmul) {
        pass const p{.tokens = tokens_here,
                     .expert_tokens = tokens_here,
                     .logit_rows = 1,
                     .context = seen,
                     .when = when};
        pass_cost const cost = detail::cost_of(m, w, cache, alone, p, 1, matrices);
        bytes const experts = cost.weights - weights_read(m, without, tokens_here);
        return on_host(cost, experts, tokens_here, m.hidden, host, rates.value(), c, matmul);
    };
    hybrid_stream s{};
    s.step = run(1, {prompt, prompt + in_tokens(request.output)}, phase::decode, c.decode_matmul);
    s.prompt = run(prompt, {0, prompt}, phase::prefill, c.prefill_matmul);
    s.generation_rate = tokens{1} / s.step.total;
    s.prompt_rate = request.prompt / s.prompt.total;
    return s;
}

} // namespace reckon::inline v0::serving
