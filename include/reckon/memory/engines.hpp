// SPDX-License-Identifier: MIT
// The engines that are shipped.
#pragma once
#include <reckon/memory/engines/llama_cpp.hpp>
#include <reckon/memory/engines/on_paper.hpp>
#include <reckon/memory/engines/sglang.hpp>
#include <reckon/memory/engines/tensorrt_llm.hpp>
#include <reckon/memory/engines/vllm.hpp>
