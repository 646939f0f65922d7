// SPDX-License-Identifier: MIT
// Ceilings, work, links, queues: what is done, and how fast at best.
#include "audit/laws.hpp"

#include <reckon/bandwidth/ceilings.hpp>
#include <reckon/bandwidth/offload.hpp>
#include <reckon/flops/forward.hpp>
#include <reckon/gpu/pcie.hpp>
#include <reckon/memory/kv_cache.hpp>
#include <reckon/memory/weights.hpp>
#include <reckon/model/parameters.hpp>
#include <reckon/parallel/layout.hpp>
#include <reckon/serving/admission.hpp>
#include <reckon/serving/capacity_on_paper.hpp>

namespace audit {

namespace {

using namespace reckon;

memory_bandwidth memory_in(arguments& a) {
    if (a.has("bandwidth")) { return gigabytes_per_second(a.number("bandwidth")); }
    return a.known(a.gpu().bandwidth, "the bandwidth");
}

bytes read_in(arguments& a) {
    if (a.has("bytes")) { return bytes{a.number("bytes")}; }
    any_model const m = a.model();
    return weights_of(m, a.recipe()).total();
}

peak_flop_rate peak_in(arguments& a) {
    if (a.has("peak")) { return teraflops_per_second(a.number("peak")); }
    any_gpu const g = a.gpu();
    return a.known(g.peak[a.operands()], "the peak");
}

double parameters_in(arguments& a) {
    if (a.has("parameters")) { return a.number("parameters"); }
    return static_cast<double>(parameters_of(a.model()).active);
}

/// A pass of so many tokens that all see `context` and are not decided by the head.
forward_work work_in(arguments& a, double tokens_here, double context) {
    any_model const m = a.model();
    return forward_flops(m, pass{.tokens = tokens_here,
                                 .expert_tokens = tokens_here,
                                 .logit_rows = 0,
                                 .context = context,
                                 .when = phase::prefill});
}

link_bandwidth link_in(arguments& a) {
    return a.known(pcie_bandwidth(a.whole("generation"), a.whole("lanes")), "that link");
}

constexpr law laws[] = {
    {"tokens_by_memory", "bandwidth/ceilings.hpp",
     [](arguments& a) { return of(tokens_by_memory(memory_in(a), read_in(a))); }},
    {"tokens_by_compute", "bandwidth/ceilings.hpp",
     [](arguments& a) {
         return of(
             tokens_by_compute(peak_in(a), efficiency{a.number("achieved")}, parameters_in(a)));
     }},
    {"bandwidth_for", "bandwidth/ceilings.hpp",
     [](arguments& a) { return of(bandwidth_for(read_in(a), per_second(a.number("rate")))); }},
    {"ridge_point", "bandwidth/ceilings.hpp",
     [](arguments& a) {
         any_gpu const g = a.gpu();
         return of(ridge_point(a.known(g.peak[a.operands()], "the peak"),
                               a.known(g.bandwidth, "the bandwidth")));
     }},
    {"flops_of_tokens", "bandwidth/ceilings.hpp",
     [](arguments& a) {
         return of(flops_of_token(parameters_in(a)) * tokens{a.number("tokens")});
     }},
    {"time_at", "bandwidth/ceilings.hpp",
     [](arguments& a) {
         return of(time_at(sustained_teraflops_per_second(a.number("rate")), parameters_in(a),
                           tokens{a.number("tokens")}));
     }},
    {"pass_time", "bandwidth/ceilings.hpp",
     [](arguments& a) { return of(1 / steps_by_memory(memory_in(a), read_in(a))); }},
    {"pass_with_offload", "bandwidth/offload.hpp",
     [](arguments& a) {
         return of(pass_with_offload(bytes{a.number("resident")}, bytes{a.number("spilled")},
                                     memory_in(a), link_in(a), efficiency{a.number("achieved")}));
     }},
    {"offload_slowdown", "bandwidth/offload.hpp",
     [](arguments& a) {
         return plain(offload_slowdown(bytes{a.number("resident")}, bytes{a.number("spilled")},
                                       memory_in(a), link_in(a), efficiency{a.number("achieved")}));
     }},
    {"flops_of_token", "bandwidth/ceilings.hpp",
     [](arguments& a) {
         count const multiplied = active_without_embedding(parameters_of(a.model()));
         return of(flops_of_token(static_cast<double>(multiplied)) * tokens{1});
     }},
    {"flops_of_encoder", "flops/forward.hpp",
     [](arguments& a) { return of(work_in(a, 1, 0).linear); }},
    {"flops_of_scores", "flops/forward.hpp",
     [](arguments& a) { return of(work_in(a, 1, a.number("context")).scores); }},
    {"flops_of_pass", "flops/forward.hpp",
     [](arguments& a) { return of(work_in(a, a.number("tokens"), a.number("context")).total()); }},
    {"devices", "parallel/layout.hpp",
     [](arguments& a) {
         layout const l{.tensor = a.whole("tensor"), .pipeline = a.whole("pipeline")};
         return plain(static_cast<double>(l.devices()));
     }},
    {"requests_in_flight", "serving/capacity_on_paper.hpp",
     [](arguments& a) {
         return plain(serving::requests_in_flight(per_second(a.number("rate")),
                                                  seconds{a.number("seconds")}));
     }},
    {"devices_on_paper", "serving/capacity_on_paper.hpp",
     [](arguments& a) {
         any_model const m = a.model();
         any_gpu const g = a.gpu();
         auto const c = serving::capacity_on_paper(
             {.capacity = a.known(g.memory, "the memory"),
              .memory = a.known(g.bandwidth, "the bandwidth"),
              .peak = a.known(peak_for(g, arithmetic::fp16), "the peak"),
              .achieved = efficiency{a.number("achieved")},
              .weights = weights_of(m, a.recipe()).total(),
              .cache = cache_per_token(m, cache_recipe(bf16)),
              .active_parameters = static_cast<double>(parameters_of(m).active)},
             {.rate = per_second(a.number("rate")),
              .prompt = tokens{a.number("prompt")},
              .output = tokens{a.number("output")},
              .reserved = tokens{a.number("reserved")},
              .held = tokens{a.number("held")}});
         if (!c.possible()) { a.fail("not one request fits"); }
         return plain(c.possible() ? static_cast<double>(c.devices()) : 0);
     }},
    {"threshold_rule", "serving/admission.hpp",
     [](arguments& a) {
         return plain(
             static_cast<double>(serving::threshold_rule(a.whole("waiting"), a.whole("most"))));
     }},
    {"admitted", "serving/admission.hpp",
     [](arguments& a) {
         return plain(static_cast<double>(serving::admitted(a.whole("waiting"), a.whole("most"))));
     }},
};

} // namespace

std::span<law const> speed_laws() { return laws; }

} // namespace audit
