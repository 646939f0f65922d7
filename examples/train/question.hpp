// SPDX-License-Identifier: MIT
// The command line of `train`: a run, and what is asked of it.
#pragma once
#include <reckon/detail/result.hpp>
#include <reckon/training.hpp>

#include <string>

namespace train {

/// What was asked.
struct question {
    reckon::training::any_run run{};
    reckon::count gpus{1};
    bool search{};         ///< the layout is left open
    reckon::count batch{}; ///< sequences a step; 0: one micro-batch a rank
    double tokens{};       ///< 0: not asked
    double price{};        ///< US dollars an hour and device; 0: not asked
    std::string format{"table"};
    std::string write{}; ///< see typed
};

/// The options as typed.
struct typed {
    std::string model{};
    std::string gpu{};
    std::string method{"full"};
    std::string targets{"all"};
    std::string precision{"mixed"};
    std::string kept{"16bit"};
    std::string optimizer{"adam"};
    std::string recompute{"none"};
    std::string framework{"megatron"};
    std::string schedule{"1f1b"};
    std::string optimizer_at{}; ///< cpu or nvme; empty: the device
    std::string weights_at{};
    std::string megatron{}; ///< a line of Megatron-LM's arguments, or a file with one; empty: none
    std::string torchtitan{}; ///< files; empty: none
    std::string deepspeed{};
    std::string trainer{};
    std::string peft{};
    std::string write{}; ///< the framework whose settings are written instead of the answer
    std::string format{"table"};
    reckon::count gpus{1};
    reckon::count rank{16};
    reckon::count zero{-1};
    reckon::count tensor{0};
    reckon::count pipeline{0};
    reckon::count virtual_stages{1};
    reckon::count context{1};
    reckon::count shard_group{0};
    reckon::count places{0};
    reckon::count block{1};
    reckon::count expert{0};
    reckon::count micro{1};
    reckon::count batch{0};
    reckon::count sequence{4096};
    double tokens{0};
    double price{0};
    bool fp8{};
    bool fp8_dispatch{};
    bool prediction{};
    bool whole{};       ///< gathered weights stay whole until the last micro-batch
    bool checkpoints{}; ///< inputs of recomputed layers in the host's memory
};

/// The question, or one sentence that says which option is wrong.
[[nodiscard]] reckon::result<question> understand(typed const& t);

} // namespace train
