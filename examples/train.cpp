// SPDX-License-Identifier: MIT
// A training run before its first step: does it fit, how is it split, how long does it take.
//
//   train --model llama-2-7b --gpu rtx-4090 --method lora --framework fused --recompute full
//   train --model deepseek-v3 --gpu h800-sxm --gpus 2048 --fp8 --batch 15360 --tokens 14.8e12 --price 2
#include "train/page.hpp"
#include "train/question.hpp"
#include "train/settings.hpp"

#include <CLI/CLI.hpp>

#include <iostream>
#include <string>
#include <unistd.h>

int main(int argc, char** argv) {
    train::typed t{};
    CLI::App app{"Answers what a training run needs: memory of the fullest device, time of a step, "
                 "duration.",
                 "train"};
    app.add_option("--model", t.model,
                   "A model of the catalogue (needless where --megatron describes one)");
    app.add_option("--gpu", t.gpu, "An accelerator of the catalogue")->required();
    app.add_option("--gpus", t.gpus, "Devices (default: 1)");
    app.add_option("--method", t.method, "full, lora, qlora or dora (default: full)");
    app.add_option("--rank", t.rank, "Rank of the adapters (default: 16)");
    app.add_option("--targets", t.targets,
                   "Modules with adapters: all, attention or qv (default: all)");
    app.add_option("--precision", t.precision,
                   "mixed, main-gradients, fp32-kept, pure or fp32 (default: mixed)");
    app.add_flag("--fp8", t.fp8, "Products of linear layers in fp8");
    app.add_flag("--fp8-dispatch", t.fp8_dispatch, "Values travel to experts in fp8");
    app.add_option("--kept", t.kept,
                   "Values that wait for the backward pass: 16bit, or fp8 as DeepSeek-V3 keeps "
                   "them (default: 16bit)");
    app.add_option("--optimizer", t.optimizer,
                   "adam, adam-16bit, adam-8bit, adam-4bit, adafactor, lion, muon, sgd");
    app.add_option("--recompute", t.recompute,
                   "none, selective, every-second, cheap, feed-forward, full or sqrt "
                   "(default: none)");
    app.add_option("--recompute-block", t.block,
                   "Layers of one block under --recompute full (default: 1)");
    app.add_option(
        "--framework", t.framework,
        "megatron, torchtitan, transformers, fused, liger, torchtune, deepspeed, litgpt");
    app.add_option("--zero", t.zero,
                   "What data-parallel ranks share: 0 to 3 (default: 1 on several devices)");
    app.add_option("--shard-group", t.shard_group,
                   "Ranks that share, where fewer than all (hybrid sharding)");
    app.add_flag("--keep-gathered", t.whole,
                 "Gathered weights stay whole until the last micro-batch");
    app.add_option("--tensor", t.tensor,
                   "Tensor parallelism; without any degree, layouts are searched");
    app.add_option("--pipeline", t.pipeline, "Pipeline parallelism");
    app.add_option("--virtual-stages", t.virtual_stages,
                   "Pieces of the model on one pipeline rank");
    app.add_option("--schedule", t.schedule,
                   "1f1b, gpipe, zero-bubble or dualpipe (default: 1f1b)");
    app.add_option("--context-parallel", t.context, "Context parallelism");
    app.add_option("--expert", t.expert, "Expert parallelism");
    app.add_option("--expert-places", t.places,
                   "Machines that a token's experts stand on at most, by the router's rule");
    app.add_option("--micro-batch", t.micro, "Sequences of a pass (default: 1)");
    app.add_option("--batch", t.batch, "Sequences of a step");
    app.add_option("--sequence", t.sequence, "Tokens of a sequence (default: 4096)");
    app.add_option("--tokens", t.tokens, "Tokens of the whole run: duration, checkpoints, energy");
    app.add_option("--price", t.price, "US dollars an hour and device");
    app.add_flag("--prediction-modules", t.prediction, "Train the model's prediction modules too");
    app.add_flag("--offload-optimizer{cpu}", t.optimizer_at,
                 "Optimizer state in the host's memory, or with =nvme on its drives");
    app.add_flag("--offload-weights{cpu}", t.weights_at, "The same of the weights");
    app.add_flag("--offload-checkpoints", t.checkpoints,
                 "Inputs of recomputed layers in the host's memory");
    app.add_option("--megatron", t.megatron,
                   "Megatron-LM's arguments in quotes, or a file with them")
        ->group("Settings that you have");
    app.add_option("--torchtitan", t.torchtitan, "torchtitan's TOML")
        ->group("Settings that you have");
    app.add_option("--deepspeed", t.deepspeed, "DeepSpeed's JSON")->group("Settings that you have");
    app.add_option("--hf", t.trainer, "TrainingArguments of transformers as JSON")
        ->group("Settings that you have");
    app.add_option("--peft", t.peft, "adapter_config.json of peft")
        ->group("Settings that you have");
    app.add_option(
           "--write", t.write,
           "Print the settings of the run for megatron, torchtitan, deepspeed or hf instead")
        ->group("Settings that you have");
    app.add_option("--format", t.format, "table, markdown or json (default: table)");
    app.footer("\nExit status: 0 when it fits, 1 when it does not, 2 when the question is wrong.");
    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& e) {
        if (e.get_exit_code() == 0) { return app.exit(e); }
        std::cerr << "train: " << e.what() << "; train --help lists the options\n";
        return 2;
    }
    auto const q = train::understand(t);
    if (!q) {
        std::cerr << "train: " << q.error().message.view() << '\n';
        return 2;
    }
    if (!q->write.empty()) {
        auto const text = train::settings_of(*q);
        if (!text) {
            std::cerr << "train: --write: " << text.error().message.view() << '\n';
            return 2;
        }
        std::cout << *text;
        return 0;
    }
    train::page const p = train::answer(*q);
    std::cout << train::printed(p, q->format, reckon::io::wants_colour(isatty(STDOUT_FILENO) == 1));
    return p.fits ? 0 : 1;
}
