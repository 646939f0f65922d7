// SPDX-License-Identifier: MIT
// A command line that would run out of memory, or has a misspelt flag, does not build.
#include <reckon/catalog/gpus.hpp>
#include <reckon/io/command_line/proof.hpp>

static_assert(reckon::proven_to_start<"vllm serve deepseek-ai/DeepSeek-R1 --tensor-parallel-size 8 "
                                      "--max-model-len 32768 --gpu-memory-utilization 0.92",
                                      reckon::gpus::h200_sxm>);

int main() {}
