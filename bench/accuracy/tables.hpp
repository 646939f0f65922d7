// SPDX-License-Identifier: MIT
// One function a table: it declares the table's quantities and adds an outcome for each row that
// states one.
#pragma once
#include "accuracy/csv.hpp"
#include "accuracy/report.hpp"

namespace accuracy {

void check_models(table const& rows, report& into);
void check_quantized_sizes(table const& rows, report& into);
void check_serving_memory(table const& rows, report& into);
void check_speed_serving(table const& rows, report& into);
void check_speed_single(table const& rows, report& into);
void check_training(table const& rows, report& into);

} // namespace accuracy
