// SPDX-License-Identifier: MIT
// The preflight of llama.cpp's lines, which put layers, experts and caches where they are told.
#pragma once
#include <reckon/detail/result.hpp>
#include <reckon/gpu/gpu_spec.hpp>

#include <string>

/// Prints what the line would do on accelerators of that kind. Whether it starts; an error for a line that
/// is not understood.
[[nodiscard]] reckon::result<bool> llama_cpp_preflight(std::string const& line,
                                                       reckon::any_gpu const& gpu);
