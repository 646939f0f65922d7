// SPDX-License-Identifier: MIT
// States, activations, duration of training.
#include "audit/laws.hpp"

#include <reckon/training/activations.hpp>
#include <reckon/training/duration_of.hpp>
#include <reckon/training/model_state.hpp>

namespace audit {

namespace {

using namespace reckon;
using namespace reckon::training;

numerics numerics_in(arguments& a) {
    std::string_view const name = a.text("numerics");
    if (name == "mixed") { return mixed_16bit; }
    if (name == "megatron") { return mixed_16bit_main_gradients; }
    if (name == "fp32") { return full_fp32; }
    a.fail("'" + std::string(name) + "' are no numerics; give mixed, megatron or fp32");
    return {};
}

bytes part_of(model_state const& s, arguments& a) {
    if (!a.has("part")) { return s.total(); }
    std::string_view const part = a.text("part");
    if (part == "optimizer") { return s.optimizer; }
    if (part == "gradients") { return s.gradients; }
    if (part == "model") { return s.weights + s.gradients; }
    a.fail("'" + std::string(part) + "' is no part of a state");
    return {};
}

/// Layers of a GPT as 2205.05198 counts them: multi-head attention, four times the width, dropout.
bytes kept_by_gpt(arguments& a) {
    count const hidden = a.whole("hidden");
    count const heads = a.whole("heads");
    layers<gqa, plain_ffn> const layer{
        .at = layer_set::range(0, 1),
        .attention = {.query_heads = heads, .kv_heads = heads, .head_dim = hidden / heads},
        .feed_forward = {4 * hidden}};
    framework f = frameworks::on_paper;
    f.fused_attention = false;
    f.dropout = true;
    double const sequence = a.number("sequence");
    layer_activations const one = activations_of(values_of(layer, hidden), parallelism{}, f,
                                                 recompute_kind::scores, sequence, sequence);
    std::string_view const keep = a.text("keep");
    if (keep != "selective" && keep != "inputs") {
        a.fail("'" + std::string(keep) + "' keeps nothing; give selective or inputs");
    }
    return (keep == "inputs" ? one.input : one.partly) * a.number("layers");
}

constexpr law laws[] = {
    {"state_on_paper", "training/model_state.hpp",
     [](arguments& a) {
         auto const stage = static_cast<shards>(a.whole_or("stage", 0));
         return of(part_of(state_on_paper(a.number("parameters"), numerics_in(a), adam, stage,
                                          a.whole_or("ranks", 1)),
                           a));
     }},
    {"gpt_activations", "training/activations.hpp",
     [](arguments& a) { return of(kept_by_gpt(a)); }},
    {"global_batch", "training/run.hpp",
     [](arguments& a) {
         any_run const r{.parallel = {.data = a.whole("ranks")},
                         .micro_batch = a.whole("micro"),
                         .accumulation = a.whole("accumulation")};
         return plain(static_cast<double>(r.global_batch()));
     }},
    {"parameter_tokens", "training/duration_of.hpp",
     [](arguments& a) {
         any_gpu const g = a.gpu();
         return plain(parameter_tokens(a.number("count"), a.known(g.peak[a.operands()], "its peak"),
                                       1, days(a.number("days"))));
     }},
    {"checkpoint", "training/duration_of.hpp",
     [](arguments& a) {
         return of(checkpoint_of(a.number("parameters"), mixed_16bit, adam).full());
     }},
    {"checkpoint_interval", "training/duration_of.hpp",
     [](arguments& a) {
         bytes const all = checkpoint_of(a.number("parameters"), mixed_16bit, adam).full();
         return of(checkpoint_interval(all / data_rate_bytes_per_second(a.number("rate") * 1e9),
                                       hours(a.number("hours"))));
     }},
};

} // namespace

std::span<law const> training_laws() { return laws; }

} // namespace audit
