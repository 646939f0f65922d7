// SPDX-License-Identifier: MIT
// training.csv: the rows that state a quantity, counted; nothing is predicted yet.
#include "accuracy/tables.hpp"

namespace accuracy {

void check_training(table const& rows, report& into) {
    rows.require({"metric", "value"});
    into.declare("training.peak_memory");
    into.declare("training.throughput");
    into.declare("training.fits", true);
    into.declare("training.gpu_hours");
    for (std::size_t i = 0; i < rows.size(); ++i) {
        record const row{rows, i};
        std::string const metric = lower(row["metric"]);
        std::string const quantity = metric == "peak_mem_gib" ? "training.peak_memory"
                                     : metric == "tok_s_gpu"  ? "training.throughput"
                                     : metric == "fits"       ? "training.fits"
                                     : metric == "gpu_hours"  ? "training.gpu_hours"
                                                              : "";
        if (quantity.empty() || row["value"].empty()) { continue; }
        into.add({.file = "training.csv",
                  .row = i + 1,
                  .quantity = quantity,
                  .measured = quantity == "training.fits"
                                  ? (lower(row["value"]) == "no" || row["value"] == "0" ? 0.0 : 1.0)
                                  : number(row["value"]).value_or(0),
                  .predicted = prediction::none("training is not modelled yet"),
                  .group = std::string(row["source_group"]),
                  .model = std::string(row["model"]),
                  .gpu = std::string(row["gpu"]),
                  .engine = std::string(row["framework"]),
                  .verdict = quantity == "training.fits"});
    }
}

} // namespace accuracy
