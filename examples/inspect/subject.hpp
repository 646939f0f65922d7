// SPDX-License-Identifier: MIT
// What is inspected: a model of the catalogue, a configuration, or the files of a checkpoint.
#pragma once
#include <reckon/io/tensor_list.hpp>
#include <reckon/reckon.hpp>

#include <optional>
#include <string>

namespace inspect {

struct subject {
    std::string title{};
    std::string source{}; ///< where its facts are from, in words
    std::optional<reckon::any_model> model{};
    std::string why_no_model{}; ///< a sentence, where only tensors are known
    std::optional<reckon::io::tensor_list> stored{};
};

/// A name of the catalogue; or the path of a config.json, of a safetensors file or its index, of a
/// GGUF file, or of a folder with the first two.
[[nodiscard]] reckon::result<subject> find_subject(std::string const& name);

} // namespace inspect
