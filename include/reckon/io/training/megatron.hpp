// SPDX-License-Identifier: MIT
// Megatron-LM's arguments: read into a run, and written from one.
//
//   data parallelism = devices / (tensor x pipeline x context)     devices: torchrun's, else the run's
//   global batch     = micro-batch x accumulation x data           default: one micro-batch a rank
//   expert tensor parallelism is the tensor parallelism where it is not given
//
// Where `--num-layers` is given, the model is read too; else the caller's stands. What is written is read
// again before it is handed out: a run with a setting that Megatron-LM lacks is refused by name.
//
// Source: megatron/flags.hpp. With --bf16 gradients are added up in fp32 unless --grad-reduce-in-bf16, with
//         --fp16 in 16 bit unless --accumulate-allreduce-grads-in-fp32; dropout is 0.1 where it is not given.
#pragma once
#include <reckon/io/training/megatron/model.hpp>
#include <reckon/io/training/megatron/recompute.hpp>
#include <reckon/io/training/settings.hpp>

#include <cmath>

namespace reckon::inline v0::io::training {

namespace megatron::detail {

using namespace reckon::training;

[[nodiscard]] inline possible_error read_layout(arguments const& a, any_run& r) {
    parallelism& p = r.parallel;
    count const devices = a.devices().value_or(p.devices());
    p = {.tensor = a.number(sets::tensor, 1),
         .context = a.number(sets::context, 1),
         .pipeline = a.number(sets::pipeline, 1),
         .expert = a.number(sets::expert, 1)};
    // Without tensor ranks there is nothing to deal out: Megatron-LM drops the flag itself.
    p.sequence = p.tensor == 1 || a.has(sets::sequence_parallel);
    bool const mixtures = p.expert > 1 || a.has(sets::expert_tensor);
    p.expert_tensor = mixtures ? a.number(sets::expert_tensor, p.tensor) : 1;
    r.model.groups.for_each([&](auto const& group) {
        if (group.feed_forward.experts().experts > 0) {
            p.expert_tensor = a.number(sets::expert_tensor, p.tensor);
        }
    });
    count const layers = layer_count(r.model);
    if (a.has(sets::pieces) && a.has(sets::piece_layers)) {
        return error{errc::contradiction,
                     "--num-virtual-stages-per-pipeline-rank and "
                     "--num-layers-per-virtual-pipeline-stage say the same; keep one."};
    }
    p.virtual_stages = a.number(sets::pieces, 1);
    if (a.has(sets::piece_layers)) {
        count const each = reckon::detail::multiply(a.number(sets::piece_layers, 1), p.pipeline);
        if (layers < each || layers % each != 0) {
            return error{errc::indivisible_layout,
                         sentence("--num-layers-per-virtual-pipeline-stage ")
                             .append(a.number(sets::piece_layers, 1))
                             .append(" x pipeline parallelism ")
                             .append(p.pipeline)
                             .append(" does not divide the ")
                             .append(layers)
                             .append(" layers.")};
        }
        p.virtual_stages = layers / each;
    }
    return io::training::detail::spread(r, devices, "Megatron-LM");
}

[[nodiscard]] inline possible_error read_numerics(arguments const& a, any_run& r) {
    if (a.has(sets::bf16) && a.has(sets::fp16)) {
        return error{errc::contradiction, "--bf16 and --fp16 exclude each other; keep one."};
    }
    bool const narrow = a.has(sets::bf16) || a.has(sets::fp16);
    bool const fp32_gradients =
        a.has(sets::gradients_fp32) || (a.has(sets::bf16) && !a.has(sets::gradients_16bit));
    r.numerics = !narrow ? full_fp32 : fp32_gradients ? mixed_16bit_main_gradients : mixed_16bit;
    if (a.has(sets::fp16)) { r.numerics.products = arithmetic::fp16; }
    if (std::string_view const f = a.text(sets::fp8, ""); !f.empty()) {
        if (f != "e4m3" && f != "hybrid") {
            return not_one_of("--fp8-format", f, "e4m3 or hybrid");
        }
        r.numerics.products = arithmetic::fp8;
    }
    if (std::string_view const f = a.text(sets::fp4, ""); !f.empty()) {
        if (f != "e2m1") { return not_one_of("--fp4-format", f, "e2m1"); }
        r.numerics.products = arithmetic::fp4;
    }
    if (a.has(sets::narrow_inputs)) { r.numerics.kept.activation_inputs = 1; }
    std::string_view const name = a.text(sets::optimizer, "adam");
    if (name == "adam") {
        r.optimizer = adam;
    } else if (name == "sgd") {
        auto const momentum = command::read_decimal(a.text(sets::momentum, "0.9"));
        if (!momentum) {
            return not_one_of("--sgd-momentum", a.text(sets::momentum, ""), "a number");
        }
        r.optimizer = *momentum > 0 ? sgd_momentum : sgd;
    } else if (name == "muon" || name == "dist_muon") {
        r.optimizer = muon;
    } else if (name == "lion") {
        r.optimizer = lion;
    } else {
        return not_one_of(
            "--optimizer", name,
            "adam, sgd, muon, dist_muon or lion (soap and adaptive_muon are not modelled)");
    }
    if (!a.has(sets::precise)) { return {}; }
    std::string_view const first = a.text(sets::moment_format, "fp32");
    std::string_view const second = a.text(sets::square_format, "fp32");
    if (first != second) {
        return error{errc::unsupported,
                     "--exp-avg-dtype and --exp-avg-sq-dtype differ, which is not "
                     "modelled; give both the same format."};
    }
    if (!(r.optimizer == adam) && first != "fp32") {
        return error{errc::unsupported,
                     "--exp-avg-dtype is modelled for --optimizer adam alone; leave it out."};
    }
    if (first == "bf16" || first == "fp16") {
        r.optimizer = adam_16bit;
    } else if (first == "fp8") {
        r.optimizer = adam_8bit;
    } else if (first != "fp32") {
        return not_one_of("--exp-avg-dtype", first, "fp32, fp16, bf16 or fp8");
    }
    std::string_view const gradients = a.text(sets::gradient_format, "fp32");
    if (gradients == "bf16") {
        kept_values const kept = r.numerics.kept;
        r.numerics = mixed_16bit.with_products(r.numerics.products);
        r.numerics.kept = kept;
    } else if (gradients != "fp32") {
        return not_one_of("--main-grads-dtype", gradients, "fp32 or bf16");
    }
    std::string_view const master = a.text(sets::master_format, "fp32");
    if (master == "fp16") {
        r.numerics.master = 2;
    } else if (master != "fp32") {
        return not_one_of("--main-params-dtype", master, "fp32 or fp16");
    }
    return {};
}

[[nodiscard]] inline possible_error read_sharding(arguments const& a, any_run& r) {
    state_sharding& z = r.sharding;
    z = {.stage = a.has(sets::distributed) ? shards::optimizer : shards::nothing};
    if (a.has(sets::megatron_fsdp)) {
        constexpr std::string_view names[] = {"no_shard", "optim", "optim_grads",
                                              "optim_grads_params"};
        std::string_view const typed = a.text(sets::fsdp_stage, names[3]);
        auto const* const at = std::find(std::begin(names), std::end(names), typed);
        if (at == std::end(names)) {
            return not_one_of("--data-parallel-sharding-strategy", typed,
                              "no_shard, optim, optim_grads or optim_grads_params");
        }
        z.stage = static_cast<shards>(at - std::begin(names));
    }
    if (a.has(sets::torch_fsdp)) {
        z.stage = shards::weights;
        z.reshards = !a.has(sets::keeps_gathered);
    }
    if (count const n = a.number(sets::instances, 1); n > 1) {
        count const ranks = r.parallel.state_ranks();
        if (ranks % n != 0) {
            return error{errc::indivisible_layout,
                         sentence("--num-distributed-optimizer-instances ")
                             .append(n)
                             .append(" does not divide the ")
                             .append(ranks)
                             .append(" ranks of data x context parallelism.")};
        }
        z.group = ranks / n;
    }
    if (a.has(sets::host_optimizer)) {
        auto const part = command::read_decimal(a.text(sets::host_fraction, "1"));
        if (!part || *part != 1) {
            return error{errc::unsupported,
                         "--optimizer-offload-fraction other than 1 is not modelled; "
                         "leave it out to offload all of the optimizer."};
        }
        z.optimizer_at = state_place::host;
    }
    return {};
}

[[nodiscard]] inline possible_error read_habits(arguments const& a, any_run& r) {
    r.framework = frameworks::megatron;
    constexpr std::string_view usual = "0.1";
    auto const dropout = command::read_decimal(a.text(sets::hidden_dropout, usual));
    auto const inside = command::read_decimal(a.text(sets::attention_dropout, usual));
    if (!dropout || !inside || *dropout > 1 || *inside > 1) {
        return error{errc::out_of_range,
                     "--hidden-dropout and --attention-dropout are numbers from 0 to 1."};
    }
    r.framework.dropout = *dropout > 0;
    if (a.has(sets::no_fused_gradients)) { r.framework.cached_gradients = 0; }
    std::string_view const implementation = a.text(sets::implementation, "transformer_engine");
    if (implementation == "local") {
        r.framework.fused_attention = a.has(sets::flash);
    } else if (implementation != "transformer_engine") {
        return not_one_of("--transformer-impl", implementation,
                          "transformer_engine or local (others are not modelled)");
    }
    std::string_view const backend = a.text(sets::backend, "auto");
    if (backend == "unfused" || backend == "local") {
        r.framework.fused_attention = false;
    } else if (backend != "auto" && backend != "flash" && backend != "fused") {
        return not_one_of("--attention-backend", backend, "auto, flash, fused, unfused or local");
    }
    return {};
}

} // namespace megatron::detail

/// Applies a line of Megatron-LM's arguments to `r`, whose device (and model, unless the line describes one)
/// it does not state.
[[nodiscard]] inline result<reckon::training::any_run> read_megatron(std::string_view line,
                                                                     reckon::training::any_run r) {
    using megatron::sets;
    auto const read = megatron::read_arguments(line);
    if (!read) { return read.error(); }
    megatron::arguments const& a = *read;
    if (a.has(sets::layers)) {
        auto const m = megatron::read_model(a);
        if (!m) { return m.error(); }
        r.model = *m;
    } else if (a.has(sets::hidden) || a.has(sets::heads) || a.has(sets::experts)) {
        return error{errc::missing_field,
                     "arguments describe a model, but --num-layers is missing; give "
                     "it, or leave the model to --model."};
    }
    r.adapter = {};
    r.prediction_modules = a.number(sets::prediction, 0) > 0;
    using step = possible_error (*)(megatron::arguments const&, reckon::training::any_run&);
    constexpr step steps[] = {megatron::detail::read_layout, megatron::detail::read_numerics,
                              megatron::detail::read_sharding, megatron::detail::read_recompute,
                              megatron::detail::read_habits};
    for (step const one : steps) {
        if (auto const wrong = one(a, r)) { return *wrong; }
    }
    r.micro_batch = a.number(sets::micro_batch, 1);
    r.sequence = a.number(sets::sequence, r.sequence);
    r.accumulation = 1;
    if (a.has(sets::global_batch)) {
        if (auto const wrong = detail::deal_out(r, a.number(sets::global_batch, 1), "Megatron-LM",
                                                "--global-batch-size")) {
            return *wrong;
        }
    }
    return r;
}

/// The arguments that say what `r` says, without those of its model; or which setting they cannot say.
[[nodiscard]] inline result<std::string> write_megatron(reckon::training::any_run const& r) {
    using namespace reckon::training;
    std::string out;
    auto const add = [&](std::string_view flag) {
        out.append(out.empty() ? "" : " ").append(flag);
    };
    auto const number = [&](std::string_view flag, count n) {
        add(flag);
        out.append(" ").append(std::to_string(n));
    };
    parallelism const& p = r.parallel;
    number("--tensor-model-parallel-size", p.tensor);
    number("--pipeline-model-parallel-size", p.pipeline);
    if (p.virtual_stages > 1) {
        number("--num-virtual-stages-per-pipeline-rank", p.virtual_stages);
    }
    if (p.context > 1) { number("--context-parallel-size", p.context); }
    if (p.tensor > 1 && p.sequence) { add("--sequence-parallel"); }
    bool mixtures = false;
    r.model.groups.for_each(
        [&](auto const& g) { mixtures = mixtures || g.feed_forward.experts().experts > 0; });
    if (mixtures) {
        number("--expert-model-parallel-size", p.expert);
        number("--expert-tensor-parallel-size", p.expert_tensor);
    }
    number("--micro-batch-size", r.micro_batch);
    number("--global-batch-size", r.global_batch());
    number("--seq-length", r.sequence);
    bool const narrow = r.numerics.weights <= 2;
    bool const half = r.numerics.products == arithmetic::fp16;
    if (narrow) { add(half ? "--fp16" : "--bf16"); }
    if (half && r.numerics.gradients > 2) { add("--accumulate-allreduce-grads-in-fp32"); }
    if (narrow && !half && r.numerics.gradients <= 2) { add("--grad-reduce-in-bf16"); }
    if (r.numerics.products == arithmetic::fp8) { add("--fp8-format hybrid"); }
    if (r.numerics.products == arithmetic::fp4) { add("--fp4-format e2m1"); }
    if (r.numerics.kept.activation_inputs == 1) { add("--activation-func-fp8-input-store"); }
    bool const half_states = r.optimizer == adam_16bit;
    if (half_states || r.optimizer == adam_8bit || (narrow && r.numerics.master == 2)) {
        add("--use-precision-aware-optimizer");
        std::string const format = half_states ? "bf16" : r.optimizer == adam_8bit ? "fp8" : "fp32";
        add("--exp-avg-dtype " + format + " --exp-avg-sq-dtype " + format);
        if (r.numerics.master == 2) { add("--main-params-dtype fp16"); }
    }
    add(r.optimizer == sgd            ? "--optimizer sgd --sgd-momentum 0"
        : r.optimizer == sgd_momentum ? "--optimizer sgd"
        : r.optimizer == muon         ? "--optimizer muon"
        : r.optimizer == lion         ? "--optimizer lion"
                                      : "--optimizer adam");
    state_sharding const& z = r.sharding;
    switch (z.stage) {
    case shards::nothing: break;
    case shards::optimizer: add("--use-distributed-optimizer"); break;
    case shards::gradients:
        add("--use-megatron-fsdp --data-parallel-sharding-strategy optim_grads");
        break;
    case shards::weights:
        add(z.reshards ? "--use-megatron-fsdp --data-parallel-sharding-strategy optim_grads_params"
                       : "--use-torch-fsdp2 --torch-fsdp2-no-reshard-after-forward");
        break;
    }
    if (z.group > 0 && p.state_ranks() % z.group == 0 && p.state_ranks() > z.group) {
        number("--num-distributed-optimizer-instances", p.state_ranks() / z.group);
    }
    if (z.optimizer_at == state_place::host) { add("--optimizer-cpu-offload"); }
    switch (r.recompute.kind) {
    case recompute_kind::scores: add("--recompute-granularity selective"); break;
    case recompute_kind::cheap_operations:
        add("--recompute-granularity selective --recompute-modules layernorm mla_up_proj moe_act");
        break;
    case recompute_kind::feed_forward:
        add("--recompute-granularity selective --recompute-modules mlp moe");
        break;
    case recompute_kind::blocks:
        add("--recompute-granularity full");
        if (r.recompute.fraction < 1) {
            auto const here =
                static_cast<double>(layer_count(r.model)) /
                static_cast<double>(reckon::detail::multiply(p.pipeline, p.virtual_stages));
            add("--recompute-method block");
            number(
                "--recompute-num-layers",
                std::max(count{1}, static_cast<count>(std::lround(r.recompute.fraction * here))));
        } else {
            add("--recompute-method uniform");
            number("--recompute-num-layers", r.recompute.block);
        }
        break;
    default: break;
    }
    if (!r.framework.dropout) { add("--hidden-dropout 0 --attention-dropout 0"); }
    if (!r.framework.fused_attention) { add("--attention-backend unfused"); }
    if (r.framework.cached_gradients == 0) { add("--no-gradient-accumulation-fusion"); }
    if (r.prediction_modules) { number("--mtp-num-layers", r.model.mtp.layers); }
    return detail::proved(out, r, "Megatron-LM",
                          [&](std::string const& text) { return read_megatron(text, r); });
}

} // namespace reckon::inline v0::io::training
