// SPDX-License-Identifier: MIT
// A command line with a misspelt flag stops the build, and the error says which flag and which is near.
//
// within-lines: 8
// expect-match: '--tensor-paralel-size\\?' is no flag
// expect-match-gcc: is no flag of vLLM that is known; the nearest flag is --tensor-parallel-size
// expect-match: unknown_name
// expect-match: command_line_refused
// forbid-match: boost::units
#include <reckon/catalog/gpus.hpp>
#include <reckon/io/command_line/proof.hpp>

#ifdef RECKON_CONTROL
constexpr reckon::launch r1 =
    reckon::launch_of<"vllm serve deepseek-ai/DeepSeek-R1 --tensor-parallel-size 8">;
#else
constexpr reckon::launch r1 =
    reckon::launch_of<"vllm serve deepseek-ai/DeepSeek-R1 --tensor-paralel-size 8">;
#endif
static_assert(r1.layout.devices() > 0);
