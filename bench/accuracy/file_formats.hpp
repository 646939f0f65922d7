// SPDX-License-Identifier: MIT
// What a publisher's name of a quantised file says of its tensors: mixtures of llama.cpp and of others,
// MLX's affine groups, formats of engines' checkpoints.
#pragma once
#include "accuracy/names.hpp"

#include <reckon/model/model_spec.hpp>
#include <reckon/precision/recipe.hpp>

#include <string_view>

namespace accuracy {

/// What a file holds of a model, and how.
struct file_format {
    reckon::recipe tensors{};
    found<reckon::recipe>
        module{};      ///< of prediction modules; a reason where the file leaves them out
    bool text_alone{}; ///< GGUF keeps towers in a file of their own
};

/// Bytes of the file.
[[nodiscard]] double bytes_of(file_format const& format, reckon::any_model const& model);

/// The format that quantized_sizes.csv calls `name`, for one model.
[[nodiscard]] found<file_format> file_format_named(std::string_view name,
                                                   reckon::any_model const& model);

} // namespace accuracy
