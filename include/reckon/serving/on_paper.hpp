// SPDX-License-Identifier: MIT
// The check that a person makes with a pocket calculator: weights and cache against capacity, nothing
// else.
//
//   W(rank) = A / (t p) + (W - A) / (t d p)
//   C(rank) = c ceil(N / d) T,    c = values of a token on the rank x b / p
//   fit     = floor( (u M - W(rank)) / c )        tokens that fit on a rank
//
//   symbol  | meaning                                                        | unit       | domain
//   W       | weights of the whole model (memory/weights.hpp)                | byte       | > 0
//   A       | attention blocks: parameters x element bits / 8, without scales| byte       | <= W
//   t, d, p | tensor, data and pipeline degrees                              | -          | >= 1
//   N, T    | requests at once; tokens that each may grow to                 | -, token   | >= 1
//   b       | bytes of a cached value; an MLA latent is whole on each rank,  | byte       | > 0
//           | key-value heads are divided over t                             |            |
//   M       | capacity as sold                                               | byte       | > 0
//   u       | fraction of it that is used                                    | -          | (0, 1]
//
// Source:       AT-08: DeepSeek-R1 in FP8 on 8 x H200 at u = 0.9: 608,438 tokens under t = 8,
//               466,321 tokens a rank under d = 8.
// Deviations:   from memory_of: what every rank repeats (latent projections, norms, router, embedding
//               under d) is divided too, and a driver's share, activations and runtime are left out.
//               From engines::on_paper, the same budget for every other law: A has no scales here, because AT-08's
//               466,321 tokens are stated without them; under t alone, where nothing is repeated, both agree.
// Not modelled: whatever an engine needs to run, windows and states that do not grow; a deployment
//               that passes here may still not start.
// Error:        weights of a rank are up to 15 % low for MLA models (tests/serving/on_paper.cpp).
#pragma once
#include <reckon/memory/kv_cache.hpp>
#include <reckon/memory/weights.hpp>
#include <reckon/serving/deployment.hpp>

namespace reckon::inline v0::serving {

/// Bytes and tokens of one rank.
struct paper_check {
    bytes budget{};
    bytes weights{};
    bytes_per_token cache_per_token{};
    tokens needed{}; ///< by the load
    tokens fit{};    ///< beside the weights
    [[nodiscard]] constexpr bytes cache() const noexcept { return cache_per_token * needed; }
    [[nodiscard]] constexpr bool fits() const noexcept { return weights + cache() <= budget; }
    friend constexpr bool operator==(paper_check const&, paper_check const&) noexcept = default;
};

/// A of the equation: all parameters of the attention blocks in the elements of their format.
template <model M>
[[nodiscard]] constexpr bytes attention_on_paper(M const& m, recipe const& weights) noexcept {
    count parameters = 0;
    m.groups.for_each([&](auto const& group) {
        count in_layer = 0;
        group.attention.for_each_tensor(m.hidden, [&](tensor const& t) {
            in_layer = reckon::detail::add(in_layer, t.parameters());
        });
        parameters =
            reckon::detail::add(parameters, reckon::detail::multiply(in_layer, group.at.size()));
    });
    any_precision const& format = weights[tensor_role::attention_output];
    return bytes{static_cast<double>(parameters) * static_cast<double>(format.payload_bits) /
                 static_cast<double>(format.payload_elements) / 8};
}

/// The check for `m` on devices of this capacity. Unknown where the capacity is.
template <model M>
[[nodiscard]] constexpr figure<paper_check>
on_paper(M const& m, figure<bytes> capacity, recipe const& weights, cache_recipe const& cache,
         layout const& l, tokens context, count concurrency, double utilization = 0.9) noexcept {
    if (!capacity.known()) { return unknown; }
    auto const t = static_cast<double>(l.tensor);
    auto const d = static_cast<double>(l.data);
    auto const p = static_cast<double>(l.pipeline);
    bytes const all = weights_of(m, weights).total();
    bytes const attention = attention_on_paper(m, weights);
    paper_check r{};
    r.budget = capacity.value() * utilization;
    r.weights = attention / (t * p) + (all - attention) / (t * d * p);
    r.cache_per_token = cache_per_token(m, cache, layout{.tensor = l.tensor}) / p;
    r.needed = context * static_cast<double>(reckon::detail::ceil_div(concurrency, l.data));
    r.fit = tokens_that_fit(r.budget - r.weights, r.cache_per_token);
    return {r, provenance::exact};
}

/// The check for a deployment, at 0.9 of the capacity sold, whatever its engine would use.
template <model M, gpu G>
[[nodiscard]] constexpr figure<paper_check> on_paper(deployment<M, G> const& d) noexcept {
    return on_paper(d.model, d.gpu.memory, d.weights, d.kv_cache, d.layout, d.max_context,
                    d.concurrency);
}

} // namespace reckon::inline v0::serving
