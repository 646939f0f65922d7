// SPDX-License-Identifier: MIT
// The buffers of DeepEP's low-latency exchange of tokens between experts, on one rank.
//
//   there   = 16 + 2 h                                   bytes of a message to an expert, 8 bit or not: h + s < 2 h
//   back    = 2 h + s                                    and of one from it,   s = 4 floor(h / 128)
//   layout  = 2 (max(T there, E T back) + E T max(there, back) + align(4 E))      sent, received, counted; each twice
//   buffers = the next whole 128 bytes above the layout
//
//   symbol | meaning                                                          | unit  | domain
//   E      | experts that a router chooses from, second copies among them     | -     | > 0
//   T      | tokens that a rank hands over at once                            | token | > 0
//   h      | width of what is handed over                                     | -     | >= 128
//   align  | up to whole 128 bytes                                            |       |
//   s      | a scale, or a pair of 16 bit bounds, on 128 values               | byte  | >= 0
//
// They do not depend on the number of ranks: every rank has room for its tokens from every expert. Odd and even passes have
// buffers of their own.
//
// Source:       deepseek-ai/DeepEP csrc/legacy/config.hpp (LowLatencyLayout, get_low_latency_rdma_size_hint). vLLM asks for
//               VLLM_MOE_DP_CHUNK_SIZE tokens, 256 by default, and allocates before it profiles; SGLang for
//               SGLANG_DEEPEP_NUM_MAX_DISPATCH_TOKENS_PER_RANK, 128 by default, at the first pass, beside its fraction.
// Not modelled: DeepEP's normal exchange, whose buffers an allocation by NVLink and RDMA channels decides; Mooncake's and
//               pplx's exchanges; NVSHMEM's own heap.
// Error:        0 as what is asked for; tests/memory/low_latency_exchange.cpp.
#pragma once
#include <reckon/memory/engine.hpp>
#include <reckon/model/model_spec.hpp>

namespace reckon::inline v0 {

/// Bytes that a rank asks for. Domain: all positive; 0 where one is not.
[[nodiscard]] constexpr bytes low_latency_buffers(count in_pass, count hidden,
                                                  count experts) noexcept {
    if (in_pass < 1 || hidden < 1 || experts < 1) { return {}; }
    constexpr double header = 16; // of a message to experts
    constexpr double alignment = 128;
    constexpr count values_of_scale = 128;
    constexpr double wide = 2;  // bytes of a 16 bit value
    constexpr double scale = 4; // of an fp32 scale, and of a pair of 16 bit values
    auto const width = static_cast<double>(hidden);
    double const scales = scale * static_cast<double>(hidden / values_of_scale);
    double const there = header + wide * width;
    double const back = wide * width + scales;
    double const message = detail::max(there, back);
    auto const slots = static_cast<double>(detail::multiply(experts, in_pass));
    double const sent = detail::max(static_cast<double>(in_pass) * there, slots * back);
    double const counts = detail::ceil(static_cast<double>(experts) * 4 / alignment) * alignment;
    double const layout = 2 * (sent + slots * message + counts);
    return bytes{(detail::floor(layout / alignment) + 1) * alignment};
}

/// The same on a rank of `l` for a model under an engine; 0 where no experts lie whole on ranks, and for an engine that
/// exchanges otherwise (`exchanged_tokens` 0).
template <model M> [[nodiscard]] constexpr bytes exchange_buffers(M const& m, engine const& e,
                                                                  layout const& l) noexcept {
    if (l.expert <= 1) { return {}; }
    count experts = 0;
    m.groups.for_each([&](auto const& group) {
        experts = detail::max(experts, group.feed_forward.experts().experts);
    });
    if (experts == 0) { return {}; }
    return low_latency_buffers(e.exchanged_tokens, m.hidden,
                               detail::add(experts, l.redundant_experts));
}

} // namespace reckon::inline v0
