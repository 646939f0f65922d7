// SPDX-License-Identifier: MIT
// quantized_sizes.csv: the sizes of quantised checkpoints and files.
#include "accuracy/file_formats.hpp"
#include "accuracy/tables.hpp"

#include <string>

namespace accuracy {

void check_quantized_sizes(table const& rows, report& into) {
    rows.require({"model", "format", "published_size", "unit_as_given", "exact_bytes",
                  "unit_really", "bytes_used"});
    into.declare("quantized_sizes.bytes");
    for (std::size_t i = 0; i < rows.size(); ++i) {
        record const row{rows, i};
        auto const measured = number(row["bytes_used"]);
        if (!measured) { continue; }
        auto const model = model_named(row["model"]);
        auto const stored = model ? file_format_named(row["format"], **model)
                                  : found<file_format>::none(model.reason);
        prediction p =
            stored ? prediction::of(bytes_of(*stored, **model)) : prediction::none(stored.reason);
        into.add({.file = "quantized_sizes.csv",
                  .row = i + 1,
                  .quantity = "quantized_sizes.bytes",
                  .measured = *measured,
                  .predicted = std::move(p),
                  .group = std::string(row["format"].substr(0, row["format"].find(' '))),
                  .model = std::string(row["model"]),
                  .detail = std::string(row["format"])});
    }
}

} // namespace accuracy
