// SPDX-License-Identifier: MIT
// Every law of two descriptions of one model, in one setting: which is the first that differs?
#pragma once

#include <reckon/bandwidth/weight_traffic.hpp>
#include <reckon/catalog/gpus.hpp>
#include <reckon/flops.hpp>
#include <reckon/memory/kv_cache.hpp>
#include <reckon/memory/weights.hpp>
#include <reckon/parallel/validate.hpp>
#include <reckon/serving.hpp>

#include <string_view>

namespace reckon::test {

struct setting {
    layout ranks{};
    recipe weights{bf16};
    cache_recipe cache{bf16};
    tokens context{1000};
    count block{1};
    count requests{1};
};

// Bit for bit; the sums of both are made in the same order, or exact. Prediction modules and formats of
// the publisher are left to the caller: files of some types do not say them.
template <model A, model B>
[[nodiscard]] std::string_view first_difference(A const& a, B const& b, setting const& s) {
    if (layer_count(a) != layer_count(b)) { return "number of layers"; }
    if (!(a.max_context == b.max_context)) { return "longest context"; }
    parameter_counts left = parameters_of(a);
    parameter_counts right = parameters_of(b);
    left.mtp = right.mtp = 0;
    if (!(left == right)) { return "parameters"; }
    if (check(a, s.ranks).defect != check(b, s.ranks).defect) { return "whether it divides"; }
    for (count stage = 0; stage < s.ranks.pipeline; ++stage) {
        weight_bytes const held = weights_of(a, s.weights, s.ranks, stage);
        if (!(held == weights_of(b, s.weights, s.ranks, stage))) { return "weights of a rank"; }
        if (!(cache_per_token(a, s.cache, s.ranks, stage) ==
              cache_per_token(b, s.cache, s.ranks, stage))) {
            return "cache of a token";
        }
        if (!(cache_of_request(a, s.cache, s.context, s.ranks, stage, s.block) ==
              cache_of_request(b, s.cache, s.context, s.ranks, stage, s.block))) {
            return "cache of a request";
        }
        double const met = static_cast<double>(s.requests);
        if (!(weights_read(a, held, met) == weights_read(b, held, met))) { return "traffic"; }
    }
    for (phase const when : {phase::prefill, phase::decode}) {
        double const length = units::access::base(s.context);
        pass const p{
            .tokens = 3, .expert_tokens = 7, .logit_rows = 2, .context = length, .when = when};
        if (!(forward_flops(a, p, s.ranks) == forward_flops(b, p, s.ranks))) { return "work"; }
    }
    auto const deployed = [&s](auto const& m) {
        serving::deployment d{.model = m, .gpu = gpus::h200_sxm};
        d.layout = s.ranks;
        d.weights = s.weights;
        d.kv_cache = s.cache;
        d.max_context = s.context;
        d.concurrency = s.requests;
        return d;
    };
    auto const da = deployed(a);
    auto const db = deployed(b);
    serving::memory_report const ma = memory_of(da);
    serving::memory_report const mb = memory_of(db);
    bool const same_memory = ma.weights == mb.weights && ma.kv_cache == mb.kv_cache &&
                             ma.activations == mb.activations && ma.runtime == mb.runtime &&
                             ma.cache_tokens == mb.cache_tokens &&
                             ma.tokens_needed == mb.tokens_needed && ma.broken == mb.broken;
    if (!same_memory) { return "memory of a deployment"; }
    serving::speed_report const sa = speed_of(da);
    serving::speed_report const sb = speed_of(db);
    bool const same_speed = sa.known == sb.known && sa.time_per_token == sb.time_per_token &&
                            sa.time_to_first_token == sb.time_to_first_token &&
                            sa.output_throughput == sb.output_throughput &&
                            sa.requests == sb.requests && sa.bound_by == sb.bound_by;
    return same_speed ? std::string_view{} : std::string_view("speed of a deployment");
}

} // namespace reckon::test
