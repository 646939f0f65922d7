// SPDX-License-Identifier: MIT
// A GGUF file of a model as llama.cpp wants it for an architecture: its keys, a vocabulary of nothing but
// a size, and every tensor by name. The data is a hole: nothing is ever computed with it.
#pragma once

#include "support/gguf_writer.hpp"

#include <reckon/model/model_spec.hpp>
#include <reckon/precision/gguf.hpp>

#include <filesystem>
#include <string_view>

namespace reckon::live {

/// The header of `m` for llama.cpp's `architecture`.
[[nodiscard]] test::gguf_writer file_of(any_model const& m, std::string_view architecture,
                                        recipe const& r);

/// Writes the header and makes the file as long as its tensors say, without writing them.
void write_sparse(test::gguf_writer const& file, std::filesystem::path const& path);

} // namespace reckon::live
