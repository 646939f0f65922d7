// SPDX-License-Identifier: MIT
// DeepSpeed's JSON configuration: read into a run, and written from one.
//
// What decides memory and time is read: batch sizes, precision, stage of ZeRO, offload, optimizer. "auto", which
// transformers fills in, leaves what the run says. Settings without effect on either are known by name and
// skipped; any other is refused by name. What is written is read again before it is handed out: a run with a
// setting that DeepSpeed lacks is refused by name.
//
// Source: deepspeed.ai/docs/config-json; train_batch_size = micro-batch x accumulation x data-parallel ranks.
#pragma once
#include <reckon/detail/nearest.hpp>
#include <reckon/io/json.hpp>
#include <reckon/io/training/settings.hpp>

#include <string>
#include <string_view>

namespace reckon::inline v0::io::training {

namespace detail {

/// An integer that may be "auto": then `otherwise`.
[[nodiscard]] inline count integer_or_auto(json_fields& f, std::string_view name, count otherwise) {
    constexpr count most = 1000000000;
    nlohmann::json const* const value = f.find(name);
    if (value == nullptr || (value->is_string() && *value == "auto")) { return otherwise; }
    return f.integer(name, 1, most);
}

/// `enabled` of bf16 and fp16, which may be "auto".
[[nodiscard]] inline bool enabled(json_fields& f, std::string_view name) {
    nlohmann::json const* const part = f.object_or_none(name);
    if (part == nullptr) { return false; }
    auto const on = part->find("enabled");
    return on != part->end() &&
           ((on->is_boolean() && on->get<bool>()) || (on->is_string() && *on == "auto"));
}

/// Where a part of the state is kept.
[[nodiscard]] inline reckon::training::state_place offloaded(json_fields& zero,
                                                             std::string_view name) {
    using reckon::training::state_place;
    nlohmann::json const* const part = zero.object_or_none(name);
    if (part == nullptr) { return state_place::device; }
    json_fields f(*part, zero.source(), "zero_optimization.");
    std::string_view const device = f.text_or("device", "none");
    if (f.failure()) {
        zero.refuse(errc::wrong_type, name, "has a device that is not a text.");
        return state_place::device;
    }
    if (device != "none" && device != "cpu" && device != "nvme") {
        zero.refuse(errc::unknown_name, name, "has device ", io::detail::in_quotes(device),
                    "; it is none, cpu or nvme.");
    }
    return device == "cpu"    ? state_place::host
           : device == "nvme" ? state_place::disk
                              : state_place::device;
}

/// Settings that decide neither bytes nor seconds here.
inline constexpr std::string_view deepspeed_ignored[] = {"scheduler",
                                                         "gradient_clipping",
                                                         "steps_per_print",
                                                         "wall_clock_breakdown",
                                                         "dump_state",
                                                         "prescale_gradients",
                                                         "zero_allow_untested_optimizer",
                                                         "zero_force_ds_cpu_optimizer",
                                                         "communication_data_type",
                                                         "seq_parallel_communication_data_type",
                                                         "amp",
                                                         "csv_monitor",
                                                         "wandb",
                                                         "tensorboard",
                                                         "flops_profiler",
                                                         "comms_logger",
                                                         "checkpoint",
                                                         "activation_checkpointing",
                                                         "autotuning",
                                                         "elasticity",
                                                         "aio",
                                                         "sparse_gradients",
                                                         "memory_breakdown",
                                                         "logging"};
inline constexpr std::string_view deepspeed_known[] = {"train_batch_size",
                                                       "train_micro_batch_size_per_gpu",
                                                       "gradient_accumulation_steps",
                                                       "zero_optimization",
                                                       "bf16",
                                                       "fp16",
                                                       "optimizer",
                                                       "data_types"};

} // namespace detail

/// Applies a DeepSpeed configuration to `r`, whose model, device, layout and sequence it does not state.
[[nodiscard]] inline result<reckon::training::any_run>
read_deepspeed(std::string_view text, std::string_view source, reckon::training::any_run r) {
    using namespace reckon::training;
    auto const parsed = parse_json(text, source);
    if (!parsed) { return parsed.error(); }
    json_fields f(*parsed, source);
    for (auto const& item : parsed->items()) {
        std::string_view const key = item.key();
        bool known = false;
        for (std::string_view const k : detail::deepspeed_known) {
            known = known || k == key;
        }
        for (std::string_view const k : detail::deepspeed_ignored) {
            known = known || k == key;
        }
        if (!known) {
            sentence s = sentence(source).append(": ");
            reckon::detail::append_typed(s, key);
            s.append(" is no setting that is known of DeepSpeed");
            reckon::detail::append_nearest(s, key, detail::deepspeed_known);
            return error{errc::unknown_name, s.append(".")};
        }
    }
    r.framework = frameworks::deepspeed;
    r.micro_batch = detail::integer_or_auto(f, "train_micro_batch_size_per_gpu", r.micro_batch);
    r.accumulation = detail::integer_or_auto(f, "gradient_accumulation_steps", r.accumulation);
    count const batch = detail::integer_or_auto(f, "train_batch_size", 0);
    bool const bf = detail::enabled(f, "bf16");
    bool const fp = detail::enabled(f, "fp16");
    r.numerics = bf ? mixed_16bit_main_gradients : fp ? mixed_16bit : full_fp32;
    if (nlohmann::json const* const part = f.object_or_none("data_types");
        part != nullptr && (bf || fp)) {
        // What gradients are added up in; with bf16 it is fp32 where nothing is said.
        json_fields d(*part, source, "data_types.");
        std::string_view const added = d.text_or("grad_accum_dtype", bf ? "fp32" : "fp16");
        if (d.failure()) { return *d.failure(); }
        if (added != "fp32" && added != "bf16" && added != "fp16") {
            f.refuse(errc::unknown_name, "data_types", "has grad_accum_dtype ",
                     io::detail::in_quotes(added), "; it is fp32, bf16 or fp16.");
        }
        r.numerics = added == "fp32" ? mixed_16bit_main_gradients : mixed_16bit;
    }
    if (fp && !bf) { r.numerics.products = arithmetic::fp16; }
    if (nlohmann::json const* const part = f.object_or_none("optimizer"); part != nullptr) {
        json_fields o(*part, source, "optimizer.");
        std::string_view const type = o.text_or("type", "AdamW");
        if (o.failure()) { return *o.failure(); }
        if (type == "Adam" || type == "AdamW" || type == "Lamb") {
            r.optimizer = adam;
        } else if (type == "Lion") {
            r.optimizer = lion;
        } else if (type == "SGD") {
            r.optimizer = sgd;
        } else if (type == "Muon") {
            r.optimizer = muon;
        } else {
            f.refuse(errc::unsupported, "optimizer", "has type ", io::detail::in_quotes(type),
                     "; Adam, AdamW, Lamb, Lion, Muon and SGD are modelled.");
        }
    }
    r.sharding = {};
    if (nlohmann::json const* const part = f.object_or_none("zero_optimization"); part != nullptr) {
        json_fields z(*part, source, "zero_optimization.");
        r.sharding.stage = static_cast<shards>(z.integer_or("stage", 0, 0, 3));
        r.sharding.optimizer_at = detail::offloaded(z, "offload_optimizer");
        r.sharding.weights_at = detail::offloaded(z, "offload_param");
        if (z.failure()) { return *z.failure(); }
        if (r.sharding.stage != shards::weights) {
            std::string const stage = std::to_string(static_cast<int>(r.sharding.stage));
            if (r.sharding.weights_at != state_place::device) {
                f.refuse(errc::contradiction, "zero_optimization", "offloads weights in stage ",
                         stage, "; offload_param needs stage 3.");
            } else if (r.sharding.optimizer_at == state_place::disk) {
                f.refuse(errc::contradiction, "zero_optimization",
                         "offloads the optimizer to nvme in stage ", stage,
                         "; that needs stage 3.");
            }
        }
    }
    if (f.failure()) { return *f.failure(); }
    if (batch > 0 && batch != r.global_batch()) {
        sentence s = sentence(source).append(": train_batch_size is ").append(batch);
        s.append(", but micro-batch x accumulation x data-parallel ranks is ")
            .append(r.micro_batch)
            .append(" x ");
        return error{errc::contradiction, s.append(r.accumulation)
                                              .append(" x ")
                                              .append(r.parallel.data)
                                              .append(" = ")
                                              .append(r.global_batch())
                                              .append(".")};
    }
    return r;
}

/// The configuration that says what `r` says, or which setting DeepSpeed lacks. Layout, sequence, recompute and
/// adapters are not in it.
[[nodiscard]] inline result<std::string> write_deepspeed(reckon::training::any_run const& r) {
    using namespace reckon::training;
    nlohmann::ordered_json out;
    out["train_batch_size"] = r.global_batch();
    out["train_micro_batch_size_per_gpu"] = r.micro_batch;
    out["gradient_accumulation_steps"] = r.accumulation;
    bool const narrow = r.numerics.weights <= 2;
    bool const half = r.numerics.products == arithmetic::fp16;
    out["bf16"]["enabled"] = narrow && !half;
    out["fp16"]["enabled"] = narrow && half;
    bool const wide = r.numerics.gradients > 2;
    if (narrow && wide == half) { out["data_types"]["grad_accum_dtype"] = wide ? "fp32" : "bf16"; }
    out["zero_optimization"]["stage"] = static_cast<int>(r.sharding.stage);
    auto const place = [&](char const* part, state_place at) {
        if (at == state_place::device) { return; }
        auto& said = out["zero_optimization"][part];
        said["device"] = at == state_place::disk ? "nvme" : "cpu";
        if (at == state_place::disk) { said["nvme_path"] = "/local_nvme"; }
    };
    place("offload_optimizer", r.sharding.optimizer_at);
    place("offload_param", r.sharding.weights_at);
    out["optimizer"]["type"] = r.optimizer == lion   ? "Lion"
                               : r.optimizer == sgd  ? "SGD"
                               : r.optimizer == muon ? "Muon"
                                                     : "AdamW";
    return detail::proved(out.dump(2) + "\n", r, "DeepSpeed", [&](std::string const& text) {
        return read_deepspeed(text, "DeepSpeed", r);
    });
}

} // namespace reckon::inline v0::io::training
