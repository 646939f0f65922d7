// SPDX-License-Identifier: MIT
#include "accuracy/training_models.hpp"
#include "accuracy/training_run.hpp"

#include <reckon/training/memory_of.hpp>

#include <cmath>
#include <regex>

namespace accuracy {

using namespace reckon;
using namespace reckon::training;

count first_number(std::string_view cell, count otherwise) {
    std::size_t i = 0;
    while (i < cell.size() && (cell[i] < '0' || cell[i] > '9')) {
        ++i;
    }
    count n = 0;
    bool any = false;
    for (; i < cell.size() && cell[i] >= '0' && cell[i] <= '9'; ++i) {
        n = n * 10 + (cell[i] - '0');
        any = true;
    }
    return any ? n : otherwise;
}

namespace {

struct stack {
    framework habits{};
    numerics copies{mixed_16bit};
    shards stage{shards::nothing};
    bool transformers{};
};

/// What a framework is, and the recipe it has where a row says no other.
stack stack_of(record const& row) {
    std::string const name = lower(row["framework"]);
    std::string const group = lower(row["source_group"]);
    if (contains(name, "torchtune")) {
        return {frameworks::torchtune, pure_16bit, shards::nothing};
    }
    if (contains(name, "composer") || contains(name, "fms-fsdp")) {
        return {frameworks::composer, fp32_kept, shards::weights};
    }
    if (contains(name, "torchtitan") || contains(name, "automodel")) {
        // The loss is compiled since 2025; Blackwell was not there before.
        bool const older = contains(row["version"], "2024") ||
                           (row["version"].empty() && !contains(row["gpu"], "B200"));
        return {older ? frameworks::torchtitan_eager_loss : frameworks::torchtitan, fp32_kept,
                shards::weights};
    }
    if (contains(name, "megatron-deepspeed")) {
        return {frameworks::deepspeed, mixed_16bit_own_gradients, shards::optimizer};
    }
    if (contains(name, "megatron") || contains(name, "nemo")) {
        return {frameworks::megatron, mixed_16bit_main_gradients, shards::nothing};
    }
    if (contains(name, "internevo")) {
        return {frameworks::internevo, mixed_16bit, shards::optimizer};
    }
    if (contains(name, "alst") || contains(name, "deepspeed zero")) {
        return {frameworks::deepspeed, mixed_16bit, shards::weights};
    }
    if (contains(name, "qwenlm")) {
        return {frameworks::hugging_face_16bit_loss, pure_16bit, shards::nothing, true};
    }
    if (contains(name, "baseline-peft-bnb") && first_number(row["n_gpus"], 1) == 1) {
        return {frameworks::hugging_face_upcast, pure_16bit, shards::nothing, true};
    }
    if (contains(name, "swift")) {
        return {frameworks::hugging_face_eager, pure_16bit, shards::nothing, true};
    }
    if (contains(name, "lit")) { return {frameworks::litgpt, pure_16bit, shards::nothing, true}; }
    if (contains(name, "liger")) {
        return {frameworks::hugging_face_chunked, pure_16bit, shards::nothing, true};
    }
    if (contains(name, "foak") || contains(group, "unsloth")) {
        return {frameworks::hugging_face_fused, pure_16bit, shards::nothing, true};
    }
    return {frameworks::hugging_face, pure_16bit, shards::nothing, true};
}

/// Whether NVIDIA's own recipe runs a step as one CUDA graph. Sources: NVIDIA-NeMo/Megatron-Bridge
/// src/megatron/bridge/perf_recipes/{llama,qwen,deepseek}/*@067f987df03b, cuda_graph_scope: pre-training of Llama 3 8B on
/// Blackwell; of Qwen3's mixtures and DeepSeek-V3 in mxfp8, since the container of June 2026 (docs/performance-summary.md).
bool is_graphed(record const& row) {
    std::string const group = lower(row["source_group"]);
    bool const summary = contains(group, "bridge perf");
    bool const card = contains(group, "bridge cards");
    if ((!summary && !card) || lower(row["method"]) != "pretrain" ||
        row["gpu"].find('B') == std::string_view::npos) {
        return false;
    }
    std::string const model = lower(row["model"]);
    if (contains(model, "llama3") && contains(model, "8b")) {
        return !contains(row["dtype"], "nvfp4") || contains(row["gpu"], "GB300");
    }
    bool const mixture = contains(model, "qwen3_") || contains(model, "qwen3-30b") ||
                         contains(model, "qwen3-235b") || contains(model, "deepseek-v3") ||
                         contains(model, "deepseek_v3");
    std::string const dtype = lower(row["dtype"]);
    bool const narrow = contains(dtype, "mxfp8") || contains(dtype, "fp8_mx");
    bool const since = summary ? row["version"] >= "26.06" : !contains(row["notes"], "functional");
    return mixture && narrow && since;
}

role_set targets_of(std::string const& method, std::string_view group) {
    using enum tensor_role;
    if (contains(method, "all-linear") || contains(method, "target=all") ||
        contains(method, "all linear")) {
        return all_linear;
    }
    role_set found{};
    if (contains(method, "q_proj") || contains(method, "c_attn")) {
        found = found.with(attention_q);
    }
    if (contains(method, "k_proj") || contains(method, "c_attn")) {
        found = found.with(attention_k);
    }
    if (contains(method, "v_proj") || contains(method, "c_attn")) {
        found = found.with(attention_v);
    }
    if (contains(method, "o_proj") || contains(method, "c_proj")) {
        found = found.with(attention_output);
    }
    if (contains(method, "gate_proj") || contains(method, "mlp")) {
        found = found | dense_projections;
    }
    if (!found.empty()) { return found; }
    if (contains(method, "attention qkv")) { return roles(attention_q, attention_k, attention_v); }
    return contains(lower(group), "litgpt")
               ? query_and_value
               : query_and_value.with(attention_k).with(attention_output);
}

/// Values that a row says are trained, "trainable params 2867200", "trainable 573,888" or "trainable 33.6896(0.4 %)"
/// in millions; 0 where it does not.
double trainable_values(std::string const& notes) {
    std::smatch part;
    if (!std::regex_search(notes, part, std::regex("trainable (?:params )?([0-9][0-9,.]*)"))) {
        return 0;
    }
    std::string digits = part[1];
    std::erase(digits, ',');
    double const value = std::stod(digits);
    return digits.find('.') == std::string::npos ? value : value * 1e6;
}

} // namespace

found<any_gpu> training_gpu(std::string const& gpu) {
    auto g = gpu_named(gpu);
    struct alias {
        std::string_view part;
        std::string_view name;
    };
    constexpr alias aliases[] = {{"H100", "H100 SXM 80GB"},
                                 {"A100 40", "A100 SXM4 40GB"},
                                 {"A100 SXM4 40", "A100 SXM4 40GB"},
                                 {"A100", "A100 SXM4 80GB"},
                                 {"A800", "A800 SXM4 80GB"},
                                 {"H800", "H800 SXM 80GB"},
                                 {"GB300", "GB300"},
                                 {"GB200", "GB200"},
                                 {"B300", "B300"},
                                 {"B200", "B200"},
                                 {"H200", "H200 SXM 141GB"},
                                 {"V100 32", "V100 SXM2 32GB"},
                                 {"MI300X", "MI300X"},
                                 {"A10G", "A10G"},
                                 {"Blackwell", "B200"},
                                 {"H20", "H20"}};
    for (alias const& a : aliases) {
        if (g) { break; }
        if (contains(gpu, a.part)) { g = gpu_named(a.name); }
    }
    if (!g) { return g; }
    if (contains(gpu, "HBM2e")) {
        // A variant of H100 limited to 500 W; its owners reckon with 835 TFLOP/s in 16 bit instead of 989.
        constexpr double limited = 835.0 / 989.4;
        for (auto& peak : g.value->peak.of) {
            if (peak.known()) { peak.quoted = peak.quoted * limited; }
        }
    }
    return g;
}

found<stated_run> run_of(record const& row) {
    auto const refuse = [](std::string why) { return found<stated_run>::none(std::move(why)); };
    if (std::string const kind = lower(row["evidence"]); contains(kind, "formula") ||
                                                         contains(kind, "rule of thumb") ||
                                                         contains(kind, "author-computed")) {
        return refuse("a formula's figure, not a measurement");
    }
    std::string const method = lower(row["method"]);
    std::string const notes = lower(row["notes"]);
    stated_run s{};
    any_run& r = s.run;
    auto const m = trained_model(row["model"], row["params"], row["notes"]);
    if (!m) { return refuse(m.reason); }
    r.model = **m;
    if (row["gpu"].empty() || contains(row["gpu"], "not stated")) {
        s.no_gpu = true;
        r.gpu = *gpu_named("A100 SXM4 80GB");
    } else {
        auto const g = training_gpu(std::string(row["gpu"]));
        if (!g) { return refuse(g.reason); }
        r.gpu = *g;
    }
    stack const known = stack_of(row);
    r.framework = is_graphed(row) ? frameworks::megatron_graphed : known.habits;
    r.numerics = known.copies;
    r.sharding.stage = known.stage;
    std::string const dtype = lower(row["dtype"]);
    std::string const optimizer = lower(row["optimizer"]);
    std::string const zero = lower(row["zero_fsdp"]);

    // What a named recipe says where its row does not. Source: NVIDIA-NeMo/Megatron-Bridge
    // src/megatron/bridge/recipes/nemotronh/{h100,gb200}/nemotron_3_nano.py@067f987df03b.
    bool const lightning = contains(notes, "recipe nemotron_3_5_lightning_pretrain");
    r.prediction_modules = lightning && r.model.mtp.layers > 0;

    // Layout.
    parallelism& p = r.parallel;
    p.tensor = first_number(row["tp"], 1);
    p.pipeline = first_number(row["pp"], 1);
    p.context = first_number(row["cp"], 1);
    p.expert = first_number(row["ep"], lightning ? 8 : 1);
    p.sequence = p.tensor > 1 && row["sp"] != "n";
    count gpus = first_number(row["n_gpus"], 0);
    // One device's figures: these configurations say `devices: 1`.
    bool const alone = contains(notes, "extra gpus may be unused") &&
                       (contains(method, "lora") || contains(lower(row["model"]), "tiny-llama"));
    if (alone) {
        gpus = 1;
        r.sharding.stage = shards::nothing;
    }
    count const inside = p.tensor * p.pipeline * p.context;
    if (!row["dp"].empty()) {
        p.data = first_number(row["dp"], 1);
    } else if (gpus > 0 && inside > 0) {
        p.data = std::max(count{1}, gpus / inside);
    } else {
        p.data = p.expert;
    }
    if (gpus > 0 && inside * p.data != gpus && gpus % std::max(count{1}, inside) == 0) {
        p.data = gpus / inside;
    }
    count const layers = layer_count(r.model);
    if (contains(row["vp"], "layers")) { // layers of one virtual stage
        p.virtual_stages = std::max(count{1}, layers / (p.pipeline * first_number(row["vp"], 1)));
    } else {
        p.virtual_stages = first_number(row["vp"], 1);
    }
    if (p.pipeline == 1) { p.virtual_stages = 1; }
    std::smatch part;
    std::string const notes_text(notes);
    if (std::regex_search(notes_text, part, std::regex("expert-tensor-parallel-size=([0-9]+)"))) {
        p.expert_tensor = std::stoll(part[1]);
    }

    // State.
    if (alone) {
        r.sharding.stage = shards::nothing;
    } else if (contains(zero, "fsdp") || contains(zero, "zero-3") || contains(zero, "zero3") ||
               contains(zero, "hsdp")) {
        r.sharding.stage = shards::weights;
    } else if (contains(zero, "zero-2") || contains(zero, "zero2")) {
        r.sharding.stage = shards::gradients;
    } else if (contains(zero, "zero-1") || contains(zero, "zero1") || contains(zero, "dist-opt") ||
               contains(optimizer, "dist-opt") || contains(optimizer, "distributed optimizer")) {
        r.sharding.stage = shards::optimizer;
    } else if (contains(zero, "none") || contains(zero, "ddp")) {
        r.sharding.stage = shards::nothing;
    }
    std::string const group_name = lower(row["source_group"]);
    if (contains(group_name, "bridge") || contains(group_name, "nemo perf")) {
        // Their recipes use the distributed optimizer unless they say that they shard everything.
        if (r.sharding.stage < shards::optimizer) { r.sharding.stage = shards::optimizer; }
    }
    if (contains(notes, "optim_grads_params")) { r.sharding.stage = shards::weights; }
    if (std::regex_search(zero, part, std::regex("zero1=([0-9]+)"))) {
        r.sharding.group = std::stoll(part[1]);
        if (p.state_ranks() % r.sharding.group != 0) { r.sharding.group = 0; }
    }
    if (contains(optimizer, "offload") || contains(zero, "offload")) {
        r.sharding.optimizer_at = state_place::host;
    }
    if (contains(zero, "cpu offload")) { r.sharding.weights_at = state_place::host; }
    if (contains(dtype, "amp autocast") && !contains(method, "lora") && known.transformers &&
        r.sharding.stage == shards::weights) {
        r.numerics = fp32_kept;
    }
    if (contains(dtype, "pure bf16") || contains(dtype, "bf16 (weights, grads") ||
        contains(dtype, "bf16-true")) {
        r.numerics = pure_16bit;
    }
    if (contains(lower(row["framework"]), "megatron-deepspeed")) {
        if (!contains(lower(row["framework"]), "zero")) {
            r.numerics = mixed_16bit;
        } else if (contains(notes, "date 02-28") || contains(notes, "date 03-")) {
            // BLOOM's log: from then on an optimizer that adds gradients up in fp32 as well, on every rank.
            r.numerics = mixed_16bit;
            r.numerics.gradients = 6;
        }
    }
    r.optimizer = r.numerics.master == 0 && r.numerics.weights == 2 ? adam_16bit : adam;
    if (contains(optimizer, "8-bit") || contains(optimizer, "8bit")) { r.optimizer = adam_8bit; }
    if (contains(optimizer, "4bit") || contains(optimizer, "4-bit")) { r.optimizer = adam_4bit; }
    if (contains(optimizer, "muon")) { r.optimizer = muon; }
    if (contains(optimizer, "sgd")) { r.optimizer = sgd; }
    if (contains(optimizer, "bf16 exp_avg")) { r.optimizer = adam_16bit; }
    if (contains(dtype, "fp8") || contains(dtype, "float8") || contains(dtype, "mxfp8")) {
        r.numerics.products = arithmetic::fp8;
    }
    if (contains(dtype, "nvfp4") || contains(dtype, "fp4")) {
        r.numerics.products = arithmetic::fp4;
    }
    if (contains(dtype, "fp16") && !contains(dtype, "bf16")) {
        r.numerics.products = arithmetic::fp16;
    }
    if (executed_as(r.gpu.architecture, r.numerics.products) != r.numerics.products) {
        r.numerics.products = executed_as(r.gpu.architecture, r.numerics.products);
    }

    // Adapters.
    if (contains(method, "lora")) {
        r.adapter.kind = contains(method, "dora") ? adapter_kind::dora : adapter_kind::lora;
        if (std::regex_search(method, part, std::regex("(?:r|rank)=([0-9]+)"))) {
            r.adapter.rank = std::stoll(part[1]);
        }
        r.adapter.targets = targets_of(method, row["source_group"]);
        bool const narrow = contains(dtype, "pure") || contains(dtype, "-true") ||
                            r.framework.name == frameworks::torchtune.name ||
                            contains(row["source_group"], "NVIDIA");
        r.adapter.bytes = narrow ? 2 : 4;
        if (contains(method, "config_hub")) {
            // LitGPT's configurations: every linear layer of these, queries and values of all others.
            std::string const name = lower(row["model"]);
            bool const all =
                contains(name, "gemma") || contains(name, "phi") || contains(name, "tiny-llama");
            r.adapter.targets = all ? all_linear : query_and_value;
            r.adapter.rank = all ? 8 : 32;
        }
        if (contains(notes, "c_attn,c_proj,w1,w2")) {
            r.adapter.targets = all_linear;
            r.adapter.rank = 64;
        }
        if (contains(method, "qlora") || contains(dtype, "nf4")) {
            r.adapter.base =
                contains(method, "int8")   ? recipe(int8)
                : contains(method, "gptq") ? recipe(int4_g128)
                : contains(dtype, "-dq") || contains(method, "-dq") ||
                        (known.transformers && !contains(lower(row["framework"]), "lit"))
                    ? recipe(nf4_double)
                    : recipe(nf4);
        }
        r.adapter.embeddings = contains(method, "emb+head");
    } else if (double const values = trainable_values(notes_text);
               values > 0 && !contains(method, "full")) {
        // Another kind of small values beside frozen weights: as many of them as the row says. Prompts are part of
        // what a layer reads, adapters of version 2 stand behind every matrix.
        r.adapter = {.kind = adapter_kind::lora, .rank = 1, .targets = query_and_value, .bytes = 4};
        if (contains(method, "adapter_v2")) { r.adapter.targets = all_linear; }
        if (contains(dtype, "-true")) { r.adapter.bytes = 2; }
        if (contains(method, "nf4")) {
            r.adapter.base = contains(method, "-dq") ? recipe(nf4_double) : recipe(nf4);
        }
        rank_facts const f = facts_of(r.model, parallelism{}, r.adapter, 1);
        double one = 0;
        for (group_facts const& g : f.groups) {
            one += g.layer.adapters * static_cast<double>(g.at.size());
        }
        r.adapter.rank = std::max(count{1}, static_cast<count>(values / std::max(1.0, one) + 0.5));
    } else if (std::regex_search(method, part, std::regex("galore_rank=([0-9]+)"))) {
        count const rank = std::stoll(part[1]);
        // Its projections are kept in 8 bit only where the experiment says so, its moments with "quantize".
        r.optimizer = galore(rank, contains(notes, "quantize") ? adam_8bit : r.optimizer);
    } else if (contains(method, "galore") || contains(method, "lisa") ||
               contains(method, "longlora")) {
        return refuse("a method of adaptation that is not modelled: " +
                      method.substr(0, method.find_first_of(" _")));
    } else if (!(contains(method, "full") || contains(method, "pretrain") ||
                 contains(method, "sft") || method.empty())) {
        return refuse("a method of adaptation that is not modelled");
    }

    // Batch.
    std::string sequence = lower(row["seq_len"]);
    if (sequence.empty() && contains(notes, "data packed")) {
        sequence = "4096";
    } // fms-acceleration's scenarios
    r.sequence = first_number(sequence, 0);
    s.mixed_lengths = contains(sequence, "mean") || contains(sequence, "max") ||
                      contains(sequence, "<=") || contains(sequence, "avg");
    if (contains(sequence, "short chat")) {
        return refuse("sequences of several lengths, the longest not stated");
    }
    s.mean_length = contains(sequence, "mean");
    if (r.sequence == 0 && contains(lower(row["framework"]), "torchtitan") &&
        contains(lower(row["model"]), "llama-3")) {
        r.sequence = 8192; // seq_len of all of torchtitan's llama3 configurations
    }
    if (r.sequence == 0) { return refuse("the row states no sequence length"); }
    count const global = first_number(row["global_batch"], 0);
    r.micro_batch = first_number(row["micro_batch"], 0);
    if (r.micro_batch == 0) {
        // One sequence is ms-swift's default.
        bool const swift = contains(lower(row["framework"]), "swift") &&
                           !contains(lower(row["framework"]), "megatron");
        if (global == 0 && !swift) { return refuse("the row states no batch"); }
        r.micro_batch = 1;
    }
    if (contains(row["micro_batch"], "not stated")) { // a local batch that a pipeline cuts
        r.accumulation = p.pipeline > 1 ? r.micro_batch : 1;
        if (p.pipeline > 1) { r.micro_batch = 1; }
    } else if (global > 0) {
        r.accumulation = std::max(count{1}, global / (r.micro_batch * p.data));
    } else {
        r.accumulation = p.pipeline > 1 ? 4 * p.pipeline : 1;
    }
    if (p.virtual_stages > 1) { // a whole number of rounds
        r.accumulation = std::max(p.pipeline, r.accumulation / p.pipeline * p.pipeline);
    }
    while (p.virtual_stages > 1 && p.pipeline * p.virtual_stages > layers) {
        --p.virtual_stages;
    }

    // Recompute.
    std::string const again = lower(row["recompute"]);
    bool const torchtune = r.framework.name == frameworks::torchtune.name;
    if (again.empty() && r.framework.name == frameworks::torchtitan.name) {
        r.recompute.kind = recompute_kind::every_second; // its default
    } else if (again.empty() && torchtune) {
        r.recompute = full_recompute; // what its recipes set
        // Cross-entropy in chunks came with release 0.3 of September 2024.
        bool const older =
            std::regex_search(std::string(row["version"]), std::regex("2024-0[1-8]"));
        if (!older) { r.framework.loss_chunk = 0.125; }
    } else if (again.empty() && contains(notes, "lightning_pretrain_config;")) {
        r.recompute.kind = recompute_kind::feed_forward; // "moe", "layernorm"
    } else if (again.starts_with("none") || again.empty()) {
        r.recompute = {};
    } else if (contains(again, "per-op") || contains(again, "op)")) {
        r.recompute.kind = recompute_kind::every_second;
    } else if (contains(again, "mlp") || contains(again, "moe")) {
        r.recompute.kind = recompute_kind::feed_forward;
    } else if (contains(again, "full") || contains(again, "yes") ||
               contains(again, "gradient_checkpointing")) {
        r.recompute = full_recompute;
    } else if (contains(again, "selective")) {
        r.recompute = selective_recompute;
    }
    if (contains(again, "offload")) { r.sharding.host_checkpoints = true; }

    // Habits that a row states.
    std::string const attention = lower(row["attention_impl"]);
    if (contains(attention, "unfused") || contains(attention, "pre-flash") ||
        contains(notes, "transformer-impl=local")) {
        r.framework.fused_attention = false;
    }
    if (contains(lower(row["framework"]), "scattermoe")) { r.framework.looping = {}; } // one kernel
    std::string const trained = lower(row["model"]);
    if (contains(trained, "offloading")) {
        return refuse("activations in the host's memory, which are not modelled");
    }
    if (contains(trained, "distill")) { return refuse("a second model that is distilled from"); }
    if (contains(attention, "eager")) { r.framework.fused_attention = false; }
    if (r.framework.name == frameworks::litgpt.name && p.data > 1 &&
        r.sharding.stage == shards::weights && contains(method, "lora")) {
        // Its scripts give FSDP activation_checkpointing_policy={Block}.
        r.recompute = full_recompute;
        r.framework.loads_whole = true;
    }
    if (contains(sequence, "ms-agent") && !contains(notes, "packing")) {
        // Samples of many lengths: the logits of one length fit into the blocks of no other.
        r.framework.reserved_logits = 1;
    }
    if (contains(lower(row["framework"]), "swift") && known.transformers &&
        !contains(trained, "qwen") && !contains(trained, "baichuan")) {
        // Of 2023's models only these brought fused attention along: eager scores are kept in fp32 and
        // 16 bit, and differentiated in both.
        r.framework.fused_attention = false;
        r.framework.score_bytes = 6;
        r.framework.score_gradients = 8;
    }
    if (known.transformers && contains(trained, "bigcode")) {
        // Its code computes the loss in the logits' own format, which autocast makes fp32; the fused kernel
        // spares one copy of them.
        bool const fused = r.framework.name == frameworks::hugging_face_fused.name;
        double const eager = frameworks::hugging_face_eager.logit_bytes;
        if (contains(dtype, "amp autocast")) {
            r.framework.logit_bytes = fused ? eager - 4 : eager;
        } else if (!fused) {
            r.framework.logit_bytes = frameworks::hugging_face_16bit_loss.logit_bytes;
        }
    }
    if (contains(attention, "liger") || contains(notes, "chunked")) { r.framework.loss_chunk = 0; }
    if (contains(attention, "liger")) { r.framework.block_gradients = 1; }
    if (contains(notes, "cross-entropy-loss-fusion=true")) {
        r.framework.logit_bytes =
            10; // compiled, so not in place: 16 bit, fp32, and its exponentials
    }
    if (torchtune && contains(notes, "cumulative: ")) { // a ladder: each step keeps those before it
        bool const eager = contains(notes, "baseline") || contains(notes, "+ packed");
        if (!eager) { r.framework.logit_bytes = 8; }
        if (!eager && !contains(notes, "+ compil")) { r.framework.loss_chunk = 0; }
        if (contains(notes, "baseline")) {
            return refuse("sequences of several lengths, the longest not stated");
        }
        if (contains(notes, "+ optimizer step") || contains(notes, "+ activation off") ||
            contains(notes, "+ 8-bit")) {
            r.numerics.gradients = 0; // the optimizer steps as gradients come
        }
    } else if (contains(attention, "torch.compile")) {
        r.framework.logit_bytes = std::min(r.framework.logit_bytes, 8.0);
    }
    if (contains(notes, "num-layers=")) {
        r.framework.dropout = !contains(notes, "hidden-dropout=0.0");
        if (contains(notes, "no-gradient-accumulation-fusion")) {
            r.framework.cached_gradients = 0;
        }
    }
    if (contains(lower(row["framework"]), "megatron-deepspeed")) { r.framework.dropout = true; }
    if (contains(lower(row["framework"]), "qwenlm") && contains(method, "full")) {
        // ZeRO-2 on one device: 16 bit gradients beside fp32 ones, buckets of 5e8 values both ways.
        r.framework.keeps_gradients = true;
        r.framework.step_copies = 0;
        r.framework.workspace = bytes{2e9};
        r.numerics = mixed_16bit;
        r.numerics.gradients = 6;
        r.optimizer = adam;
    }
    if (r.sharding.stage == shards::weights && p.pipeline > 1) { r.sharding.reshards = false; }
    if (r.sharding.stage != shards::nothing && row["dp"].empty() && gpus == 0) {
        return refuse("the row does not say how many ranks share the state");
    }
    if (torchtune && gpus == 1 && contains(method, "full") && !contains(notes, "cumulative") &&
        !contains(lower(row["framework"]), "torchao")) {
        // Its recipes for one device: the optimizer steps as gradients come, its 8 bit states are paged out.
        r.numerics.gradients = 0;
        r.optimizer = adam_8bit;
        r.sharding.optimizer_at = state_place::host;
    }
    std::string const where = lower(row["unit_note"]);
    s.last_rank = contains(notes, "last rank") || contains(where, "last pipeline stage");
    s.first_rank = contains(where, "first pipeline stage");
    return {std::move(s), {}};
}

} // namespace accuracy
