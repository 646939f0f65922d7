// SPDX-License-Identifier: MIT
// transformers' TrainingArguments (and TRL's SFTConfig) as JSON: read into a run, and written from one.
//
//   data parallelism = devices;  global batch = per_device_train_batch_size x gradient_accumulation_steps x devices
//   copies of a parameter: weights stay in what they were loaded in, model_init_kwargs' dtype or fp32;
//   bf16 and fp16 compute in 16 bit beside them
//
// An adapter is the caller's (peft's adapter_config.json, io/training/peft.hpp). A DeepSpeed configuration
// inside is read by io/training/deepspeed.hpp. What is written is read again before it is handed out.
//
// Source: huggingface/transformers src/transformers/training_args.py (00349ae87edd) and TRL's SFTConfig: names,
//         defaults and meanings; fsdp options in training_args.py's documentation.
#pragma once
#include <reckon/gpu/machine.hpp>
#include <reckon/io/training/deepspeed.hpp>
#include <reckon/io/training/settings.hpp>
#include <reckon/io/training/transformers/keys.hpp>

#include <vector>

namespace reckon::inline v0::io::training {

namespace trainer {

/// An optimizer by transformers' name: what it remembers where weights are fp32, whether it updates them by
/// copies (foreach).
struct named_optimizer {
    std::string_view name{};
    reckon::training::optimizer is{};
    bool copies{};
};
inline constexpr named_optimizer optimizers[] = {
    {"adamw_torch", reckon::training::adam, true},
    {"adamw_torch_fused", reckon::training::adam, false},
    {"adamw_hf", reckon::training::adam, false},
    {"adamw_apex_fused", reckon::training::adam, false},
    {"adamw_bnb_8bit", reckon::training::adam_8bit, false},
    {"adamw_8bit", reckon::training::adam_8bit, false},
    {"adamw_torch_8bit", reckon::training::adam_8bit, false},
    {"adamw_torch_4bit", reckon::training::adam_4bit, false},
    {"adafactor", reckon::training::adafactor, false},
    {"lion_32bit", reckon::training::lion, false},
    {"sgd", reckon::training::sgd, false}};

/// The optimizer, whose states have the weights' format where transformers leaves it to them.
[[nodiscard]] inline reckon::training::optimizer in_weights(reckon::training::optimizer const& o,
                                                            reckon::training::numerics const& k) {
    using namespace reckon::training;
    return o == adam && k == pure_16bit ? adam_16bit : o;
}

/// `fsdp` and `fsdp_config`.
inline void read_sharding(json_fields& f, reckon::training::any_run& r) {
    using namespace reckon::training;
    std::vector<std::string> words;
    if (nlohmann::json const* const given = f.find("fsdp"); given != nullptr) {
        if (given->is_boolean()) {
            if (given->get<bool>()) { words.emplace_back("full_shard"); }
        } else if (given->is_array()) {
            for (std::string_view const w : f.texts_or_none("fsdp")) {
                words.emplace_back(w);
            }
        } else {
            std::string word;
            for (char const c : std::string(f.text_or("fsdp", "")) + " ") {
                if (c != ' ' && c != ',') {
                    word += c;
                } else if (!word.empty()) {
                    words.push_back(word);
                    word.clear();
                }
            }
        }
    }
    for (std::string const& w : words) {
        bool const hybrid = w == "hybrid_shard" || w == "hybrid_shard_zero2";
        if (w == "full_shard" || w == "hybrid_shard") {
            r.sharding.stage = shards::weights;
        } else if (w == "shard_grad_op" || w == "hybrid_shard_zero2") {
            r.sharding.stage = shards::gradients;
        } else if (w == "offload") {
            r.sharding.weights_at = state_place::host;
            r.sharding.optimizer_at = state_place::host;
        } else if (w != "auto_wrap" && w != "no_shard") {
            f.refuse(
                errc::unknown_name, "fsdp", "has ", io::detail::in_quotes(w),
                "; full_shard, shard_grad_op, hybrid_shard, hybrid_shard_zero2, no_shard, offload "
                "and auto_wrap are known.");
        }
        if (hybrid) { r.sharding.group = std::min(widest_layer(r.gpu), r.parallel.data); }
    }
    if (r.sharding.weights_at == state_place::host && r.sharding.stage == shards::nothing) {
        f.refuse(errc::contradiction, "fsdp",
                 "offloads weights that are not sharded; add full_shard.");
    }
    if (nlohmann::json const* const part = f.object_or_none("fsdp_config"); part != nullptr) {
        auto const at = part->find("activation_checkpointing");
        if (at != part->end() && at->is_boolean() && at->get<bool>()) {
            r.recompute = full_recompute;
        }
    }
}

/// `bf16`, `fp16` and what they make of weights and states.
inline void read_formats(json_fields& f, reckon::training::any_run& r) {
    using namespace reckon::training;
    bool const bf = f.flag_or("bf16", false);
    bool const half = f.flag_or("fp16", false);
    if (bf && half) {
        f.refuse(errc::contradiction, "bf16", "and \"fp16\" exclude each other; keep one.");
    }
    std::string loaded = "float32";
    if (nlohmann::json const* const part = f.object_or_none("model_init_kwargs"); part != nullptr) {
        for (char const* const key : {"torch_dtype", "dtype"}) {
            auto const at = part->find(key);
            if (at != part->end() && at->is_string()) { loaded = at->get<std::string>(); }
        }
    }
    bool const narrow = loaded == "bfloat16" || loaded == "float16" || loaded == "auto";
    if (!narrow && loaded != "float32") {
        f.refuse(errc::unknown_name, "model_init_kwargs", "has dtype ",
                 io::detail::in_quotes(loaded), "; it is float32, bfloat16, float16 or auto.");
    }
    r.numerics = narrow ? pure_16bit : bf || half ? fp32_kept : full_fp32;
    if (half || loaded == "float16") { r.numerics.products = arithmetic::fp16; }
}

} // namespace trainer

/// Applies TrainingArguments to `r`, whose model, device, number of devices and adapter they do not state.
[[nodiscard]] inline result<reckon::training::any_run>
read_training_arguments(std::string_view text, std::string_view source,
                        reckon::training::any_run r) {
    using namespace reckon::training;
    auto const parsed = parse_json(text, source);
    if (!parsed) { return parsed.error(); }
    for (auto const& item : parsed->items()) {
        std::string_view const key = item.key();
        auto const in = [&](auto const& names) {
            return std::find(std::begin(names), std::end(names), key) != std::end(names);
        };
        if (in(trainer::known) || in(trainer::ignored)) { continue; }
        sentence const typed =
            detail::unknown_setting(source, key, "TrainingArguments", trainer::known).message;
        return error{errc::unknown_name, typed};
    }
    json_fields f(*parsed, source);
    constexpr count most = 1'000'000'000;
    r.parallel = {.data = r.parallel.devices()};
    r.sharding = {};
    r.prediction_modules = false;
    count const older = f.integer_or("per_gpu_train_batch_size", 8, 1, most);
    r.micro_batch = f.integer_or("per_device_train_batch_size", older, 1, most);
    r.accumulation = f.integer_or("gradient_accumulation_steps", 1, 1, most);
    r.sequence =
        f.integer_or("max_length", f.integer_or("max_seq_length", r.sequence, 1, most), 1, most);
    r.recompute = f.flag_or("gradient_checkpointing", false) ? full_recompute : no_recompute;
    r.sharding.host_checkpoints = f.flag_or("activation_offloading", false);
    if (r.sharding.host_checkpoints && !(r.recompute == full_recompute)) {
        f.refuse(errc::unsupported, "activation_offloading",
                 "is modelled with gradient_checkpointing alone; add that.");
    }
    r.framework = f.flag_or("use_liger_kernel", false) ? frameworks::hugging_face_chunked
                  : f.flag_or("torch_compile", false)  ? frameworks::hugging_face_fused
                                                       : frameworks::hugging_face;
    if (f.flag_or("auto_find_batch_size", false)) {
        f.refuse(errc::unsupported, "auto_find_batch_size",
                 "leaves the micro-batch to trial and error; give per_device_train_batch_size.");
    }
    for (std::string_view const other : {"parallelism_config", "tp_size"}) {
        nlohmann::json const* const given = f.find(other);
        if (given != nullptr && !(given->is_number_integer() && *given <= 1)) {
            f.refuse(errc::unsupported, other,
                     "is not modelled: transformers' ranks are data-parallel; leave it out.");
        }
    }
    trainer::read_formats(f, r);
    trainer::read_sharding(f, r);
    std::string_view const name = f.text_or("optim", "adamw_torch_fused");
    trainer::named_optimizer const* found = nullptr;
    for (trainer::named_optimizer const& o : trainer::optimizers) {
        if (o.name == name) { found = &o; }
    }
    if (found == nullptr) {
        f.refuse(errc::unsupported, "optim", "is ", io::detail::in_quotes(name),
                 "; adamw_torch, adamw_torch_fused, adamw_bnb_8bit, adamw_torch_4bit, adafactor, "
                 "lion_32bit and sgd are modelled.");
    } else {
        r.optimizer = trainer::in_weights(found->is, r.numerics);
        r.framework.step_copies = found->copies ? 1 : 0;
    }
    nlohmann::json const* const zero = f.find("deepspeed");
    if (zero != nullptr && !zero->is_object()) {
        f.refuse(errc::unsupported, "deepspeed",
                 "is a path; put the configuration itself there, or read that file by itself.");
    }
    if (f.failure()) { return *f.failure(); }
    if (zero != nullptr) {
        framework const habits = r.framework;
        auto const with = read_deepspeed(zero->dump(), source, r);
        if (!with) { return with.error(); }
        r = *with;
        r.framework = habits;
    }
    return r;
}

/// The TrainingArguments that say what `r` says, or which setting they lack. An adapter is not in them.
[[nodiscard]] inline result<std::string>
write_training_arguments(reckon::training::any_run const& r) {
    using namespace reckon::training;
    any_run flat = r; // all ranks are data-parallel
    flat.parallel = {.data = r.parallel.data};
    if (std::string_view const lost = first_difference(flat, r); !lost.empty()) {
        return detail::cannot_say("TrainingArguments", lost);
    }
    nlohmann::ordered_json out;
    out["per_device_train_batch_size"] = r.micro_batch;
    out["gradient_accumulation_steps"] = r.accumulation;
    out["max_length"] = r.sequence;
    out["gradient_checkpointing"] = r.recompute.kind == recompute_kind::blocks;
    if (r.sharding.host_checkpoints) { out["activation_offloading"] = true; }
    bool const half = r.numerics.products == arithmetic::fp16;
    bool const narrow = r.numerics.weights <= 2;
    bool const mixed = r.numerics.gathered <= 2;
    out["bf16"] = mixed && !half;
    out["fp16"] = mixed && half;
    if (narrow) { out["model_init_kwargs"]["dtype"] = half ? "float16" : "bfloat16"; }
    for (trainer::named_optimizer const& o : trainer::optimizers) {
        bool const same = r.optimizer == trainer::in_weights(o.is, r.numerics);
        if (same && o.copies == (r.framework.step_copies > 0)) {
            out["optim"] = o.name;
            break;
        }
    }
    bool const hybrid = r.sharding.group > 0;
    if (r.numerics.master > 0 || r.sharding.stage == shards::optimizer) {
        // Master copies and ZeRO-1 are DeepSpeed's.
        any_run z = r;
        z.framework = frameworks::deepspeed;
        auto const inside = write_deepspeed(z);
        if (!inside) { return inside.error(); }
        out["deepspeed"] = nlohmann::ordered_json::parse(*inside);
    } else if (r.sharding.stage == shards::weights || r.sharding.stage == shards::gradients) {
        std::string words = r.sharding.stage == shards::weights
                                ? hybrid ? "hybrid_shard" : "full_shard"
                            : hybrid ? "hybrid_shard_zero2"
                                     : "shard_grad_op";
        if (r.sharding.weights_at == state_place::host) { words += " offload"; }
        out["fsdp"] = words + " auto_wrap";
    }
    out["use_liger_kernel"] = r.framework.name == frameworks::hugging_face_chunked.name;
    out["torch_compile"] = r.framework.name == frameworks::hugging_face_fused.name;
    return detail::proved(out.dump(2) + "\n", r, "TrainingArguments", [&](std::string const& text) {
        return read_training_arguments(text, "TrainingArguments", r);
    });
}

} // namespace reckon::inline v0::io::training
