// SPDX-License-Identifier: MIT
// training.csv: memory, verdicts, throughput and device hours from a row's configuration.
#include "accuracy/tables.hpp"
#include "accuracy/training_run.hpp"

#include <reckon/training/duration_of.hpp>
#include <reckon/training/memory_of.hpp>

namespace accuracy {

namespace {

using namespace reckon;
using namespace reckon::training;

double gib(bytes b) { return in_bytes(b) / 1073741824.0; }

prediction memory(record const& row) {
    auto const stated = run_of(row);
    if (!stated) { return prediction::none(stated.reason); }
    stated_run const& s = *stated;
    memory_report const m =
        s.last_rank ? memory_of_stage(s.run, s.run.parallel.pipeline - 1) : memory_of(s.run);
    if (!m.valid()) { return prediction::none("refused: " + std::string(explain(m.check).view())); }
    std::string const kind = lower(row["mem_kind"]);
    estimate<bytes> const& e = kind.starts_with("allocated") || kind.starts_with("active")
                                   ? m.allocated
                               : kind == "nvidia-smi" ? m.on_device
                                                      : m.reserved;
    return prediction::within(gib(e.value), gib(e.low), gib(e.high));
}

prediction throughput(record const& row) {
    auto const stated = run_of(row);
    if (!stated) { return prediction::none(stated.reason); }
    if (stated->no_gpu) { return prediction::none("the row names no accelerator"); }
    step_report const s = step_of(stated->run);
    if (!s.check.ok()) {
        return prediction::none("refused: " + std::string(explain(s.check).view()));
    }
    if (!s.rates_known) {
        return prediction::none("a peak or a bandwidth of the accelerator is not known");
    }
    double const rate = s.per_device.base_value;
    double const spread = s.total.high.base_value / s.total.value.base_value;
    return prediction::within(rate, rate / spread, rate * spread);
}

prediction device_hours(record const& row) {
    auto const stated = campaign_of(row);
    if (!stated) { return prediction::none(stated.reason); }
    duration_report const d = duration_of(stated->run, tokens{stated->tokens});
    if (!d.valid()) {
        return prediction::none("refused: " + std::string(explain(d.step.check).view()));
    }
    double const spread = d.total.high.base_value / d.total.value.base_value;
    return prediction::within(d.device_hours, d.device_hours / spread, d.device_hours * spread);
}

prediction fitting(record const& row) {
    auto const stated = run_of(row);
    if (!stated) { return prediction::none(stated.reason); }
    memory_report const m = memory_of(stated->run);
    if (!m.valid()) { return prediction::none("refused: " + std::string(explain(m.check).view())); }
    return prediction::of(m.fits() ? 1.0 : 0.0);
}

} // namespace

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
        bool const verdict = quantity == "training.fits";
        std::string const value = lower(row["value"]);
        bool const no = value == "no" || value == "n" || value == "0";
        into.add({.file = "training.csv",
                  .row = i + 1,
                  .quantity = quantity,
                  .measured = verdict ? (no ? 0.0 : 1.0) : number(row["value"]).value_or(0),
                  .predicted = metric == "peak_mem_gib" ? memory(row)
                               : verdict                ? fitting(row)
                               : metric == "tok_s_gpu"  ? throughput(row)
                                                        : device_hours(row),
                  .group = std::string(row["source_group"]),
                  .model = std::string(row["model"]),
                  .gpu = std::string(row["gpu"]),
                  .engine = std::string(row["framework"]),
                  .verdict = verdict});
    }
}

} // namespace accuracy
