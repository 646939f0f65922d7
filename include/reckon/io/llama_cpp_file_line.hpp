// SPDX-License-Identifier: MIT
// A line of llama-server whose -m names a GGUF file: the file is read, and its tensors are the recipe.
#pragma once
#include <reckon/io/command_line/llama_cpp_line.hpp>
#include <reckon/io/gguf.hpp>

#include <string>
#include <string_view>

namespace reckon::inline v0::io {

/// read_llama_cpp_line with the file that -m names; other lines as they are.
[[nodiscard]] inline result<llama_cpp_line> read_llama_cpp_file_line(std::string_view line) {
    command::words from(line);
    while (from.next()) {
        if (from.word() != "-m" && from.word() != "--model") { continue; }
        if (!from.next()) { break; }
        auto const model = read_gguf_model(std::string(from.word()));
        if (!model) { return model.error(); }
        return read_llama_cpp_line(line, *model);
    }
    return read_llama_cpp_line(line);
}

} // namespace reckon::inline v0::io
