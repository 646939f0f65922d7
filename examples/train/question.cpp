// SPDX-License-Identifier: MIT
#include "train/question.hpp"
#include "train/settings.hpp"

#include <reckon/catalog/find_gpu.hpp>
#include <reckon/catalog/find_model.hpp>
#include <reckon/detail/nearest.hpp>

#include <algorithm>
#include <string_view>

namespace train {

namespace {

using namespace reckon;
using namespace reckon::training;

error wrong(std::string_view option, std::string_view value, auto const& names) {
    sentence s = sentence(option).append(": ");
    reckon::detail::append_typed(s, value);
    s.append(" is not one of ");
    bool first = true;
    for (std::string_view const n : names) {
        s.append(first ? "" : ", ").append(n);
        first = false;
    }
    reckon::detail::append_nearest(s, value, names);
    return {errc::unknown_name, s.append(".")};
}

template <class T, std::size_t N> struct choices {
    std::string_view names[N];
    T values[N];
    [[nodiscard]] T const* find(std::string_view name) const {
        for (std::size_t i = 0; i < N; ++i) {
            if (names[i] == name) { return &values[i]; }
        }
        return nullptr;
    }
};

constexpr choices<framework, 8> known_frameworks{
    {"megatron", "torchtitan", "transformers", "fused", "liger", "torchtune", "deepspeed",
     "litgpt"},
    {frameworks::megatron, frameworks::torchtitan, frameworks::hugging_face,
     frameworks::hugging_face_fused, frameworks::hugging_face_chunked, frameworks::torchtune,
     frameworks::deepspeed, frameworks::litgpt}};
constexpr choices<numerics, 5> known_numerics{
    {"mixed", "main-gradients", "fp32-kept", "pure", "fp32"},
    {mixed_16bit, mixed_16bit_main_gradients, fp32_kept, pure_16bit, full_fp32}};
constexpr choices<optimizer, 8> known_optimizers{
    {"adam", "adam-16bit", "adam-8bit", "adam-4bit", "adafactor", "lion", "muon", "sgd"},
    {adam, adam_16bit, adam_8bit, adam_4bit, adafactor, lion, muon, sgd}};
constexpr choices<recompute, 7> known_recompute{
    {"none", "selective", "every-second", "cheap", "feed-forward", "full", "sqrt"},
    {no_recompute,
     selective_recompute,
     {.kind = recompute_kind::every_second},
     {.kind = recompute_kind::cheap_operations},
     {.kind = recompute_kind::feed_forward},
     full_recompute,
     {.kind = recompute_kind::square_root}}};
constexpr choices<kept_values, 2> known_kept{{"16bit", "fp8"}, {kept_in_16bit, kept_in_fp8}};
constexpr choices<schedule, 4> known_schedules{{"1f1b", "gpipe", "zero-bubble", "dualpipe"},
                                               {schedule::one_forward_one_backward, schedule::gpipe,
                                                schedule::zero_bubble, schedule::dual_pipe}};
constexpr choices<state_place, 3> known_places{
    {"", "cpu", "nvme"}, {state_place::device, state_place::host, state_place::disk}};
constexpr choices<role_set, 3> known_targets{{"all", "attention", "qv"},
                                             {all_linear, attention_projections, query_and_value}};

} // namespace

result<question> understand(typed const& t) {
    question q{};
    any_run& r = q.run;
    if (t.model.empty() && t.megatron.empty()) {
        return error{errc::missing_field, "--model is required; train --help lists the options."};
    }
    if (!t.model.empty()) {
        auto const m = find_model(t.model);
        if (!m) {
            return error{m.error().code, sentence("--model: ").append(m.error().message.view())};
        }
        r.model = *m;
    }
    auto const g = find_gpu(t.gpu);
    if (!g) { return error{g.error().code, sentence("--gpu: ").append(g.error().message.view())}; }
    r.gpu = *g;
    auto const* const stack = known_frameworks.find(t.framework);
    if (stack == nullptr) { return wrong("--framework", t.framework, known_frameworks.names); }
    r.framework = *stack;
    auto const* const copies = known_numerics.find(t.precision);
    if (copies == nullptr) { return wrong("--precision", t.precision, known_numerics.names); }
    r.numerics = t.fp8 ? copies->with_products(arithmetic::fp8) : *copies;
    if (t.fp8_dispatch) { r.numerics.dispatched = 1; }
    auto const* const kept = known_kept.find(t.kept);
    if (kept == nullptr) { return wrong("--kept", t.kept, known_kept.names); }
    r.numerics.kept = *kept;
    auto const* const steps = known_optimizers.find(t.optimizer);
    if (steps == nullptr) { return wrong("--optimizer", t.optimizer, known_optimizers.names); }
    r.optimizer = *steps;
    auto const* const again = known_recompute.find(t.recompute);
    if (again == nullptr) { return wrong("--recompute", t.recompute, known_recompute.names); }
    r.recompute = *again;
    if (t.block != 1 && r.recompute.kind != recompute_kind::blocks) {
        return error{errc::contradiction,
                     "--recompute-block is the length of a block of --recompute full; give both."};
    }
    r.recompute.block = t.block;
    auto const* const order = known_schedules.find(t.schedule);
    if (order == nullptr) { return wrong("--schedule", t.schedule, known_schedules.names); }
    r.parallel.order = *order;
    auto const* const modules = known_targets.find(t.targets);
    if (modules == nullptr) { return wrong("--targets", t.targets, known_targets.names); }
    constexpr std::string_view methods[] = {"full", "lora", "qlora", "dora"};
    if (std::find(std::begin(methods), std::end(methods), t.method) == std::end(methods)) {
        return wrong("--method", t.method, methods);
    }
    if (t.method != "full") {
        r.adapter = {.kind = t.method == "dora" ? adapter_kind::dora : adapter_kind::lora,
                     .rank = t.rank,
                     .targets = *modules};
        if (t.method == "qlora") { r.adapter.base = nf4_double; }
    }
    constexpr std::string_view formats[] = {"table", "markdown", "json"};
    if (std::find(std::begin(formats), std::end(formats), t.format) == std::end(formats)) {
        return wrong("--format", t.format, formats);
    }
    if (t.gpus < 1) {
        return error{
            errc::out_of_range,
            sentence("--gpus: ").append(t.gpus).append(" is not a positive number of devices.")};
    }
    if (t.zero > 3) {
        return error{
            errc::out_of_range,
            sentence("--zero: ").append(t.zero).append(" is no stage of ZeRO; they are 0 to 3.")};
    }
    if (t.places < 0) {
        return error{
            errc::out_of_range,
            sentence("--expert-places: ").append(t.places).append(" is no number of machines.")};
    }
    if (!(t.tokens >= 0) || !(t.price >= 0)) {
        return error{errc::out_of_range, "--tokens and --price must not be negative."};
    }
    q.gpus = t.gpus;
    q.batch = t.batch;
    q.tokens = t.tokens;
    q.price = t.price;
    q.format = t.format;
    r.micro_batch = t.micro;
    r.sequence = t.sequence;
    r.prediction_modules = t.prediction;
    struct offload {
        std::string_view option;
        std::string const& typed;
        state_place& at;
    };
    for (offload const& o :
         {offload{"--offload-optimizer", t.optimizer_at, r.sharding.optimizer_at},
          offload{"--offload-weights", t.weights_at, r.sharding.weights_at}}) {
        auto const* const at = known_places.find(o.typed);
        if (at == nullptr) {
            constexpr std::string_view places[] = {"cpu", "nvme"};
            return wrong(o.option, o.typed, places);
        }
        o.at = *at;
    }
    r.sharding.host_checkpoints = t.checkpoints;
    r.sharding.group = t.shard_group;
    r.sharding.reshards = !t.whole;
    r.sharding.stage = t.zero >= 0  ? static_cast<shards>(t.zero)
                       : t.gpus > 1 ? shards::optimizer
                                    : shards::nothing;
    parallelism& p = r.parallel;
    p.context = t.context;
    p.expert_places = t.places;
    q.write = t.write;
    bool const settings = has_settings(t);
    q.search = !settings && t.gpus > 1 && t.tensor == 0 && t.pipeline == 0 && t.expert == 0;
    p.tensor = std::max(count{1}, t.tensor);
    p.pipeline = std::max(count{1}, t.pipeline);
    p.virtual_stages = t.virtual_stages;
    p.expert = std::max(count{1}, t.expert);
    count const inside =
        reckon::detail::multiply(p.tensor, p.pipeline, std::max(count{1}, p.context));
    if (t.gpus % inside != 0) {
        return error{errc::out_of_range,
                     sentence("--gpus: tensor x pipeline x context parallelism is ")
                         .append(inside)
                         .append(", which does not divide ")
                         .append(t.gpus)
                         .append(" devices; the nearest numbers of devices that it divides are ")
                         .append(std::max(count{1}, t.gpus / inside) * inside)
                         .append(" and ")
                         .append((std::max(count{1}, t.gpus / inside) + 1) * inside)
                         .append(".")};
    }
    p.data = t.gpus / inside;
    if (t.batch > 0 && !q.search) {
        count const each = reckon::detail::multiply(p.data, std::max(count{1}, t.micro));
        if (t.batch % each != 0) {
            return error{
                errc::out_of_range,
                sentence("--batch: ")
                    .append(t.batch)
                    .append(" sequences are no multiple of data parallelism x micro-batch = ")
                    .append(each)
                    .append(t.batch < each ? "; the nearest is " : "; the nearest that are are ")
                    .append(t.batch < each ? each : t.batch / each * each)
                    .append(t.batch < each ? sentence()
                                           : sentence(" and ").append(t.batch / each * each + each))
                    .append(".")};
        }
        r.accumulation = t.batch / each;
    }
    if (settings) {
        auto const with = read_settings(t, r);
        if (!with) { return with.error(); }
        r = *with;
        q.gpus = r.parallel.devices();
        if (t.model.empty() && r.model.hidden == 0) {
            return error{errc::missing_field,
                         "--megatron describes no model (--num-layers ...); give --model."};
        }
    }
    // Where layouts are searched, what they leave alone must go together in the simplest of them.
    any_run simplest = r;
    if (q.search) { simplest.parallel.order = schedule::one_forward_one_backward; }
    if (run_check const c = check(simplest); !c.ok()) {
        return error{errc::indivisible_layout, explain(c)};
    }
    return q;
}

} // namespace train
