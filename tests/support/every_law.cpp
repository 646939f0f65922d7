// SPDX-License-Identifier: MIT
#include "support/every_law.hpp"
#include "support/every_model.hpp"

#include <reckon/bandwidth/weight_traffic.hpp>
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/model_names.hpp>
#include <reckon/flops.hpp>
#include <reckon/memory/weights.hpp>
#include <reckon/parallel/validate.hpp>
#include <reckon/serving.hpp>

namespace reckon::test {
namespace {

template <model A, model B>
[[nodiscard]] std::string_view difference(A const& a, B const& b, setting const& s) {
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

} // namespace

std::string_view first_difference(any_model const& a, any_model const& b, setting const& s) {
    return difference(a, b, s);
}

std::string_view difference_from_type(std::size_t index, any_model const& value, setting const& s) {
    std::string_view found = "whether there is such a model";
    std::size_t place = 0;
    for_each_catalogue_model([&](std::string_view id, auto const& compiled) {
        if (place++ != index) { return; }
        if (catalog::model_ids[index] != id) {
            found = "place in the table";
        } else if (!(mtp_weights_of(compiled, fp8_block128) ==
                     mtp_weights_of(value, fp8_block128))) {
            found = "prediction modules";
        } else if (!(compiled.published == value.published)) {
            found = "published format";
        } else {
            found = difference(compiled, value, s);
        }
    });
    return place == catalog::model_count ? found : "number of models";
}

} // namespace reckon::test
