// SPDX-License-Identifier: MIT
// A sound command line that would run out of memory stops the build with the bytes.
//
// within-lines: 14
// expect-match: deployment_does_not_fit
// expect-match: constraint.*weights
// expect-match-gcc: GB usable on H100 SXM 80GB; the weights alone take 85\.4 GB
// forbid-match: boost::units
#include <reckon/catalog/gpus.hpp>
#include <reckon/io/command_line/proof.hpp>

#ifdef RECKON_CONTROL
static_assert(
    reckon::proven_to_start<"vllm serve deepseek-ai/DeepSeek-R1 -tp 8", reckon::gpus::h200_sxm>);
#else
static_assert(reckon::proven_to_start<"vllm serve deepseek-ai/DeepSeek-R1 -tp 8",
                                      reckon::gpus::h100_sxm_80gb>);
#endif
