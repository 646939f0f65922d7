// SPDX-License-Identifier: MIT
// torchtitan's TOML configuration: read into a run, and written from one.
//
//   devices          = replicate x shard x context x tensor x pipeline    shard -1: what is left
//   micro-batches    = local batch / pipeline micro-batch        with a pipeline
//                    = global batch / (local batch x data)       without one
//   weights are kept in fp32 and gathered in 16 bit; a pipeline keeps them gathered unless it is told not to
//
// What is written is read again before it is handed out: a run with a setting that torchtitan lacks is refused
// by name.
//
// Source: pytorch/torchtitan torchtitan/config/job_config.py (000204a4a8bf, defaults and meanings);
//         [quantize...] and expert_tensor_parallel_degree as of later releases.
#pragma once
#include <reckon/io/toml.hpp>
#include <reckon/io/training/settings.hpp>
#include <reckon/io/training/torchtitan/keys.hpp>

#include <cmath>
#include <optional>

namespace reckon::inline v0::io::training {

namespace titan {

/// Stages of a rank under a looped schedule that is told nothing else.
inline constexpr count looped_stages = 2;

/// One section of the file, its keys checked.
template <std::size_t N>
[[nodiscard]] inline result<json_fields> section(nlohmann::json const& file,
                                                 std::string_view source, std::string_view name,
                                                 std::string_view const (&keys)[N]) {
    static nlohmann::json const none = nlohmann::json::object();
    auto const at = file.find(std::string(name));
    nlohmann::json const& part = at == file.end() ? none : *at;
    if (!part.is_object()) {
        return error{errc::wrong_type, sentence(source)
                                           .append(": ")
                                           .append(name)
                                           .append(" must be a section, [")
                                           .append(name)
                                           .append("].")};
    }
    for (auto const& item : part.items()) {
        if (std::find(std::begin(keys), std::end(keys), item.key()) == std::end(keys)) {
            return detail::unknown_setting(
                source, item.key(), std::string("torchtitan's [").append(name).append("]"), keys);
        }
    }
    return json_fields(part, source, std::string(name) + ".");
}

/// A degree from 1 on, 1 where it is not given.
[[nodiscard]] inline count degree(json_fields& f, std::string_view name) {
    constexpr count most = 1'000'000;
    return f.integer_or(name, 1, 1, most);
}

/// The [parallelism] section; what it leaves open, `devices` fill.
inline void read_layout(json_fields& f, reckon::training::any_run& r, count devices) {
    using namespace reckon::training;
    parallelism& p = r.parallel;
    p = {.tensor = degree(f, "tensor_parallel_degree"),
         .context = degree(f, "context_parallel_degree"),
         .pipeline = degree(f, "pipeline_parallel_degree"),
         .expert = degree(f, "expert_parallel_degree"),
         .expert_tensor = degree(f, "expert_tensor_parallel_degree")};
    count const replicas = degree(f, "data_parallel_replicate_degree");
    constexpr count most = 1'000'000;
    count shard = f.integer_or("data_parallel_shard_degree", -1, -1, most);
    count const inside = reckon::detail::multiply(p.tensor, p.context, p.pipeline, replicas);
    if (f.failure()) { return; }
    if (shard == 0) {
        return f.refuse(errc::out_of_range, "data_parallel_shard_degree",
                        "is 0; it must be -1 (what is left) or at least 1.");
    }
    if (shard < 0 && inside <= devices && devices % inside == 0) { shard = devices / inside; }
    if (shard < 0 || reckon::detail::multiply(inside, shard) != devices) {
        std::string const product =
            std::to_string(reckon::detail::multiply(inside, std::max(count{1}, shard)));
        return f.refuse(errc::indivisible_layout, "data_parallel_shard_degree",
                        "x replicate x context x tensor x pipeline degrees are ", product,
                        " devices, which ", shard < 0 ? "do not divide " : "are not ",
                        std::to_string(devices), "; change a degree or the number of devices.");
    }
    p.data = reckon::detail::multiply(replicas, shard);
    bool const sharded = reckon::detail::multiply(shard, p.context) > 1;
    r.sharding = {.stage = sharded ? shards::weights : shards::nothing};
    if (sharded && replicas > 1) { r.sharding.group = reckon::detail::multiply(shard, p.context); }
    std::string_view const reshard = f.text_or("fsdp_reshard_after_forward", "default");
    if (reshard != "default" && reshard != "always" && reshard != "never") {
        f.refuse(errc::unknown_name, "fsdp_reshard_after_forward", "is ",
                 io::detail::in_quotes(reshard), "; it is default, always or never.");
    }
    if (sharded) {
        r.sharding.reshards = reshard == "always" || (reshard == "default" && p.pipeline == 1);
    }
    if (f.flag_or("disable_loss_parallel", false) && p.tensor > 1) {
        f.refuse(errc::unsupported, "disable_loss_parallel",
                 "is not modelled: logits are divided by tensor ranks.");
    }
    for (std::string_view const uneven :
         {"pipeline_parallel_split_points", "module_fqns_per_model_part"}) {
        nlohmann::json const* const given = f.find(uneven);
        if (given != nullptr && !given->empty()) {
            f.refuse(errc::unsupported, uneven,
                     "is not modelled: stages are equal; leave it out to calculate with such.");
        }
    }
    std::string_view const order = f.text_or("pipeline_parallel_schedule", "1F1B");
    count const each = f.integer_or("pipeline_parallel_layers_per_stage", 0, 0, most);
    if (order == "Interleaved1F1B" || order == "interleaved1f1b") {
        p.virtual_stages = p.pipeline > 1 ? looped_stages : 1;
        count const layers = layer_count(r.model);
        if (each > 0 && p.pipeline > 1) {
            count const stage = reckon::detail::multiply(each, p.pipeline);
            if (layers < stage || layers % stage != 0) {
                return f.refuse(errc::indivisible_layout, "pipeline_parallel_layers_per_stage",
                                "x pipeline degree is ", std::to_string(stage),
                                ", which does not divide the ", std::to_string(layers), " layers.");
            }
            p.virtual_stages = layers / stage;
        }
    } else if (order == "GPipe" || order == "gpipe") {
        p.order = schedule::gpipe;
    } else if (order != "1F1B" && order != "1f1b") {
        f.refuse(errc::unsupported, "pipeline_parallel_schedule", "is ",
                 io::detail::in_quotes(order), "; 1F1B, Interleaved1F1B and GPipe are modelled.");
    }
}

/// Sequence and batch of [training]; `micro`: a micro-batch of the pipeline, in sequences.
inline void read_batch(json_fields& f, reckon::training::any_run& r, count micro) {
    constexpr count most = 1'000'000'000;
    count const older = f.integer_or("batch_size", 8, 1, most); // before local_batch_size
    count const local = f.integer_or("local_batch_size", older, 1, most);
    r.sequence = f.integer_or("seq_len", 2048, 1, most);
    count const all = f.integer_or("global_batch_size", -1, -1, most);
    if (f.failure()) { return; }
    count const once = reckon::detail::multiply(local, r.parallel.data);
    if (all == 0 || (all > 0 && all % once != 0)) {
        return f.refuse(errc::indivisible_layout, "global_batch_size", "is ", std::to_string(all),
                        ", no multiple of local batch x data parallelism = ", std::to_string(once),
                        "; the nearest that is is ",
                        std::to_string(std::max(count{1}, (all + once / 2) / once) * once), ".");
    }
    count const times = all > 0 ? all / once : 1;
    if (r.parallel.pipeline == 1) {
        r.micro_batch = local;
        r.accumulation = times;
        return;
    }
    if (local % micro != 0) {
        return f.refuse(errc::indivisible_layout, "local_batch_size", "is ", std::to_string(local),
                        ", no multiple of pipeline_parallel_microbatch_size ",
                        std::to_string(micro), ".");
    }
    if (times > 1) {
        return f.refuse(
            errc::unsupported, "global_batch_size",
            "above local batch x data parallelism is not modelled under a pipeline, which "
            "would be emptied in between; raise local_batch_size.");
    }
    r.micro_batch = micro;
    r.accumulation = local / micro;
}

/// Formats of weights, gradients and states of [training].
inline void read_formats(json_fields& f, reckon::training::any_run& r) {
    using namespace reckon::training;
    std::string_view const computed = f.text_or("mixed_precision_param", "bfloat16");
    std::string_view const kept = f.text_or("dtype", "float32");
    auto const known = [](std::string_view s) { return s == "bfloat16" || s == "float32"; };
    if (!known(computed) || !known(kept)) {
        return f.refuse(errc::unknown_name, known(computed) ? "dtype" : "mixed_precision_param",
                        "is ", io::detail::in_quotes(known(computed) ? kept : computed),
                        "; it is bfloat16 or float32.");
    }
    r.numerics = kept == "bfloat16" ? pure_16bit : computed == "bfloat16" ? fp32_kept : full_fp32;
    r.optimizer = kept == "bfloat16" ? adam_16bit : adam;
    if (std::string_view const s = f.text_or("mixed_precision_reduce", "float32"); s != "float32") {
        f.refuse(errc::unsupported, "mixed_precision_reduce", "is ", io::detail::in_quotes(s),
                 "; gradients are added up in float32.");
    }
    bool const offload = f.flag_or("enable_cpu_offload", false);
    r.sharding.optimizer_at = offload ? state_place::host : state_place::device;
    r.sharding.weights_at = r.sharding.optimizer_at;
}

/// The [activation_checkpoint] section.
inline void read_recompute(json_fields& f, reckon::training::any_run& r) {
    using namespace reckon::training;
    std::string_view const mode = f.text_or("mode", "selective");
    nlohmann::json const* const given = f.find("selective_ac_option");
    std::string const option = given == nullptr     ? "2"
                               : given->is_string() ? given->get<std::string>()
                                                    : given->dump();
    if (mode == "none") {
        r.recompute = no_recompute;
    } else if (mode == "full") {
        r.recompute = full_recompute;
    } else if (mode == "selective" && option == "op") {
        r.recompute = {.kind = recompute_kind::every_second};
    } else if (mode == "selective") {
        count every = 0;
        for (char const c : option) {
            if (c < '0' || c > '9' || every > 1000) {
                every = 0;
                break;
            }
            every = every * 10 + (c - '0');
        }
        if (every < 1) {
            return f.refuse(errc::unknown_name, "selective_ac_option", "is ",
                            io::detail::in_quotes(option),
                            "; it is op, or n for every n-th layer.");
        }
        r.recompute = {.kind = recompute_kind::blocks, .fraction = 1 / static_cast<double>(every)};
    } else {
        f.refuse(errc::unsupported, "mode", "is ", io::detail::in_quotes(mode),
                 "; none, selective and full are modelled.");
    }
}

} // namespace titan

/// Applies a configuration to `r`, whose model, device and number of devices it does not state.
[[nodiscard]] inline result<reckon::training::any_run>
read_torchtitan(std::string_view text, std::string_view source, reckon::training::any_run r) {
    auto const parsed = parse_toml(text, source);
    if (!parsed) { return parsed.error(); }
    nlohmann::json const& file = *parsed;
    using namespace reckon::training;
    for (auto const& item : file.items()) {
        if (std::find(std::begin(titan::sections), std::end(titan::sections), item.key()) ==
            std::end(titan::sections)) {
            return detail::unknown_setting(source, item.key(), "torchtitan", titan::sections);
        }
    }
    auto spread = titan::section(file, source, "parallelism", titan::parallelism_keys);
    auto batch = titan::section(file, source, "training", titan::training_keys);
    auto again = titan::section(file, source, "activation_checkpoint", titan::checkpoint_keys);
    auto steps = titan::section(file, source, "optimizer", titan::optimizer_keys);
    auto kind = titan::section(file, source, "model", titan::model_keys);
    auto failing = titan::section(file, source, "fault_tolerance", titan::tolerance_keys);
    for (auto const* const part : {&spread, &batch, &again, &steps, &kind, &failing}) {
        if (!*part) { return part->error(); }
    }
    json_fields layout = *spread;
    json_fields training_part = *batch;
    json_fields recompute_part = *again;
    json_fields optimizer_part = *steps;
    json_fields model_part = *kind;
    json_fields tolerance = *failing;
    r.framework = frameworks::torchtitan;
    r.adapter = {};
    r.prediction_modules = false;
    count const micro = titan::degree(layout, "pipeline_parallel_microbatch_size");
    titan::read_layout(layout, r, r.parallel.devices());
    if (layout.failure()) { return *layout.failure(); }
    titan::read_formats(training_part, r);
    titan::read_batch(training_part, r, micro);
    titan::read_recompute(recompute_part, r);
    std::string_view const name = optimizer_part.text_or("name", "AdamW");
    if (name != "Adam" && name != "AdamW") {
        optimizer_part.refuse(errc::unsupported, "name", "is ", io::detail::in_quotes(name),
                              "; Adam and AdamW are modelled.");
    }
    std::string_view const form = optimizer_part.text_or("implementation", "fused");
    if (form == "foreach") {
        r.framework.step_copies = 1;
    } else if (form != "fused" && form != "for-loop") {
        optimizer_part.refuse(errc::unknown_name, "implementation", "is ",
                              io::detail::in_quotes(form), "; it is fused, foreach or for-loop.");
    }
    if (optimizer_part.flag_or("early_step_in_backward", false)) {
        optimizer_part.refuse(errc::unsupported, "early_step_in_backward",
                              "is not modelled; leave it out "
                              "to calculate without it.");
    }
    for (std::string_view const converter : model_part.texts_or_none("converters")) {
        if (converter.find("float8") != std::string_view::npos ||
            converter.find("mx") != std::string_view::npos) {
            r.numerics.products = arithmetic::fp8;
        } else {
            model_part.refuse(errc::unsupported, "converters", "has ",
                              io::detail::in_quotes(converter), "; float8 and mx are modelled.");
        }
    }
    if (tolerance.flag_or("enable", false)) {
        tolerance.refuse(errc::unsupported, "enable",
                         "is not modelled: replicas that come and go; leave it out.");
    }
    for (json_fields const* const f :
         {&training_part, &recompute_part, &optimizer_part, &model_part, &tolerance}) {
        if (f->failure()) { return *f->failure(); }
    }
    return r;
}

/// The TOML that says what `r` says; or which setting torchtitan lacks.
[[nodiscard]] inline result<std::string> write_torchtitan(reckon::training::any_run const& r) {
    using namespace reckon::training;
    parallelism const& p = r.parallel;
    std::string out;
    auto const say = [&](std::string_view key, std::string const& value) {
        out.append(key).append(" = ").append(value).append("\n");
    };
    auto const number = [&](std::string_view key, count n) { say(key, std::to_string(n)); };
    if (r.numerics.products == arithmetic::fp8) { out += "[model]\nconverters = [\"float8\"]\n\n"; }
    out += "[optimizer]\nname = \"AdamW\"\n";
    say("implementation", r.framework.step_copies > 0 ? "\"foreach\"" : "\"fused\"");
    bool const pipes = p.pipeline > 1;
    out += "\n[training]\n";
    number("local_batch_size",
           pipes ? reckon::detail::multiply(r.micro_batch, r.accumulation) : r.micro_batch);
    number("global_batch_size", r.global_batch());
    number("seq_len", r.sequence);
    bool const narrow = r.numerics.weights <= 2;
    say("dtype", narrow ? "\"bfloat16\"" : "\"float32\"");
    say("mixed_precision_param", r.numerics.gathered <= 2 ? "\"bfloat16\"" : "\"float32\"");
    if (r.sharding.weights_at == state_place::host) { say("enable_cpu_offload", "true"); }
    out += "\n[parallelism]\n";
    bool const whole = r.sharding.stage == shards::weights;
    count const group = r.sharding.group > 0 ? r.sharding.group : p.state_ranks();
    count const shard = whole ? std::max(count{1}, group / std::max(count{1}, p.context)) : 1;
    number("data_parallel_replicate_degree", std::max(count{1}, p.data / shard));
    number("data_parallel_shard_degree", shard);
    if (whole) {
        say("fsdp_reshard_after_forward", r.sharding.reshards ? "\"always\"" : "\"never\"");
    }
    number("tensor_parallel_degree", p.tensor);
    number("context_parallel_degree", p.context);
    number("pipeline_parallel_degree", p.pipeline);
    if (pipes) {
        number("pipeline_parallel_microbatch_size", r.micro_batch);
        bool const looped = p.virtual_stages > 1;
        say("pipeline_parallel_schedule", looped                       ? "\"Interleaved1F1B\""
                                          : p.order == schedule::gpipe ? "\"GPipe\""
                                                                       : "\"1F1B\"");
        count const stages = reckon::detail::multiply(p.pipeline, p.virtual_stages);
        if (looped) { number("pipeline_parallel_layers_per_stage", layer_count(r.model) / stages); }
    }
    number("expert_parallel_degree", p.expert);
    number("expert_tensor_parallel_degree", p.expert_tensor);
    out += "\n[activation_checkpoint]\n";
    bool const part = r.recompute.kind == recompute_kind::blocks && r.recompute.fraction > 0 &&
                      r.recompute.fraction < 1;
    say("mode", r.recompute.kind == recompute_kind::every_second || part ? "\"selective\""
                : r.recompute.kind == recompute_kind::blocks             ? "\"full\""
                                                                         : "\"none\"");
    if (r.recompute.kind == recompute_kind::every_second) { say("selective_ac_option", "\"op\""); }
    if (part) {
        say("selective_ac_option",
            "\"" + std::to_string(static_cast<count>(std::lround(1 / r.recompute.fraction))) +
                "\"");
    }
    return detail::proved(out, r, "torchtitan", [&](std::string const& text) {
        return read_torchtitan(text, "torchtitan", r);
    });
}

} // namespace reckon::inline v0::io::training
