// SPDX-License-Identifier: MIT
// The models of training.csv: the catalogue's, those of papers and benchmarks that never became a
// checkpoint, and shapes that a row writes out.
#pragma once
#include "accuracy/names.hpp"

#include <string>
#include <string_view>

namespace accuracy {

/// The model of a row. `notes` may state the shape as Megatron's arguments ("num-layers=12; ...").
[[nodiscard]] found<shared_model> trained_model(std::string_view name, std::string_view params,
                                                std::string_view notes);

} // namespace accuracy
