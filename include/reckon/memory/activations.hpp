// SPDX-License-Identifier: MIT
// The peak of live activations of a forward pass, on one rank.
//
//   forward = T a (w / n + 3 h)                 w = live values of dense and shared blocks, 3 i
//   sampler = N V c
//   experts = what routed experts' kernels write (memory/expert_workspace.hpp)
//   images  = the pass of an encoder of images; entries = what it leaves (memory/image_encoder.hpp)
//   peak    = max(images, entries + max(forward + experts, max(forward, sampler) + b))
//           = max(images, entries + experts + max(forward, sampler) + b)      where experts' buffers are kept
//
//   symbol | meaning                                             | unit  | domain
//   T      | tokens of one forward pass (prefill chunk)          | token | >= 0
//   N      | requests whose logits are sampled at once           | -     | >= 0
//   a, c   | bytes of an activation; of a logit in the sampler   | byte  | engine profile
//   n      | tensor-parallel ranks                               | -     | >= 1
//   b      | buffers of attention's own (memory/sparse_prefill)  | byte  | >= 0
//
// Source:       fitted on 28 vLLM launches, median error 3.1 %, worst 0.21 GiB. Mixtures follow the same
//               rule: gpt-oss-20b logged 7.38 GiB, its sampler alone is 7.38.
// Deviations:   buffers that are kept and those that sparse prefill gathers into are one allocation in vLLM;
//               here their sum, too much by the smaller.
// Not modelled: MLA prefill workspaces.
#pragma once
#include <reckon/memory/engine.hpp>
#include <reckon/memory/expert_workspace.hpp>
#include <reckon/memory/image_encoder.hpp>
#include <reckon/model/model_spec.hpp>

namespace reckon::inline v0 {

/// What is particular to a pass that the laws above do not tell.
struct pass_particulars {
    bytes attention{}; ///< buffers of attention's own
    bool
        experts_own{}; ///< experts' kernels bring their buffers, and none are kept (FlashInfer's for fp4)
    bool later_stage{}; ///< images go through the first pipeline stage alone
};

/// Bytes at the peak. Domain: a settled engine.
template <model M>
[[nodiscard]] constexpr bytes activation_peak(M const& m, engine const& e, layout const& l,
                                              tokens in_flight, double sampled_requests,
                                              pass_particulars const& pass = {}) noexcept {
    bool const hands_over = e.experts.chunk > 0;
    double const values = in_tokens(in_flight) * e.activation_bytes;
    double forward = 0;
    bytes experts{};
    bytes both{};
    m.groups.for_each([&](auto const& group) {
        auto width = static_cast<double>(group.feed_forward.width());
        bytes workspace{};
        if (hands_over) {
            expert_shape const shape = experts_of(group.feed_forward, m.hidden);
            width -= static_cast<double>(shape.inputs + 1) * static_cast<double>(shape.per_token) *
                     static_cast<double>(shape.width);
            workspace = expert_workspace_bytes(shape, e, l, in_flight);
        }
        double const here =
            values * (width / static_cast<double>(l.tensor) + 3 * static_cast<double>(m.hidden));
        forward = detail::max(forward, here);
        experts = max(experts, workspace);
        both = max(both, bytes{here} + workspace);
    });
    bytes const sampler{sampled_requests * static_cast<double>(m.vocabulary) *
                        e.sampler_bytes_per_logit};
    bool const kept = e.experts.keeps_workspace && !pass.experts_own;
    bytes const attended = max(bytes{forward}, sampler) + pass.attention;
    bytes const text = kept ? experts + attended : max(both, attended);
    if (pass.later_stage) { return text; }
    return max(encoder_pass(e.encoder, e, in_flight),
               encoder_entries(e.encoder, e, m.hidden, in_flight) + text);
}

} // namespace reckon::inline v0
