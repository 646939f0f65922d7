// SPDX-License-Identifier: MIT
// How many devices a rate of requests needs, by division: a first number, before serving/speed_of.hpp.
//
//   n*      = floor((u M - W) / (c R))              requests that memory holds at once
//   step    = (W + n* c S) / B                      every byte once
//   prefill = e P / (2 N),  decode = n* / step      tokens a second of one device
//   devices = ceil(q T_in / prefill) + ceil(q T_out / decode)
//   in flight = q t                                 Little's law
//
//   symbol | meaning                                                    | unit   | domain
//   u, M   | fraction used of the capacity sold                         | -, byte| (0, 1], > 0
//   W, c   | bytes of weights; of the cache of one token                | byte   | > 0
//   R, S   | tokens that a request may need; that it has on average     | token  | > 0
//   B, P, e| bandwidth, dense peak, achieved share of it                |        | > 0
//   N      | parameters that a token uses                               | -      | > 0
//   q, t   | requests a second; time that one of them stays             | 1/s, s | >= 0
//
// Source:       AT-16: 100 requests a second of 500 + 200 tokens on DeepSeek-LLM-7B and A100 80GB at e = 0.5:
//               n* = 169, a step of 31.2 ms, 5 + 4 = 9 devices.
// Deviations:   prompts and answers each on devices of their own; step times at full bandwidth.
// Not modelled: queues and percentiles (serving/queueing.hpp), overheads, spare devices.
// Error:        a lower bound of devices; tests/serving/capacity_on_paper.cpp.
#pragma once
#include <reckon/bandwidth/ceilings.hpp>
#include <reckon/detail/math.hpp>

namespace reckon::inline v0::serving {

/// One device with a model on it, as far as division needs to know them.
struct paper_device {
    bytes capacity{}; ///< as sold
    double utilization{0.9};
    memory_bandwidth memory{};
    peak_flop_rate peak{};
    efficiency achieved{1}; ///< of the peak, in prefill
    bytes weights{};
    bytes_per_token cache{};
    double active_parameters{};
};

/// What is asked of it. A rate without tokens is no load: none of these has a default.
struct paper_load {
    request_rate rate{};
    tokens prompt{};
    tokens output{};
    tokens reserved{}; ///< context that a request may need
    tokens held{};     ///< context that it has on average while it decodes
};

/// What one device does, and how many are needed.
struct paper_capacity {
    count batch{}; ///< n*; 0: the weights leave no room
    seconds step{};
    token_rate prefill{}; ///< of one device
    token_rate decode{};
    double for_prompts{}; ///< devices, before rounding up
    double for_answers{};
    [[nodiscard]] constexpr bool possible() const noexcept { return batch > 0; }
    /// Domain: possible().
    [[nodiscard]] constexpr count devices() const noexcept {
        return static_cast<count>(reckon::detail::ceil(for_prompts)) +
               static_cast<count>(reckon::detail::ceil(for_answers));
    }
};

/// Domain: everything above 0. `possible()` is false where not one request fits.
[[nodiscard]] constexpr paper_capacity capacity_on_paper(paper_device const& d,
                                                         paper_load const& l) noexcept {
    paper_capacity c{};
    c.prefill = tokens_by_compute(d.peak, d.achieved, d.active_parameters);
    c.for_prompts = l.prompt * l.rate / c.prefill;
    bytes const free = d.capacity * d.utilization - d.weights;
    c.batch = static_cast<count>(reckon::detail::max(
        0.0, reckon::detail::min(reckon::detail::floor(free / (d.cache * l.reserved)), 9e15)));
    if (c.batch == 0) { return c; }
    auto const n = static_cast<double>(c.batch);
    c.decode = tokens_by_memory(d.memory, d.weights, n, d.cache * l.held);
    c.step = tokens{n} / c.decode;
    c.for_answers = l.output * l.rate / c.decode;
    return c;
}

/// Little's law: requests in the system at once, on average.
[[nodiscard]] constexpr double requests_in_flight(request_rate rate, seconds each_stays) noexcept {
    return rate * each_stays;
}

} // namespace reckon::inline v0::serving
