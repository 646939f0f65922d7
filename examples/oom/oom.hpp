// SPDX-License-Identifier: MIT
// Out-of-memory messages beside what the laws say of the same launch.
#pragma once
#include <reckon/gpu/gpu_spec.hpp>
#include <reckon/io/out_of_memory.hpp>

#include <string>

/// Prints what is too large and what would mend it; an error for a line that is not understood.
[[nodiscard]] reckon::possible_error explain_engine(reckon::io::out_of_memory const& message,
                                                    std::string const& line,
                                                    reckon::any_gpu const& gpu,
                                                    reckon::count most_gpus);
/// The same of llama.cpp.
[[nodiscard]] reckon::possible_error explain_llama_cpp(reckon::io::out_of_memory const& message,
                                                       std::string const& line,
                                                       reckon::any_gpu const& gpu);
