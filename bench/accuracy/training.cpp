// SPDX-License-Identifier: MIT
// training.csv: memory, verdicts, throughput and device hours from a row's configuration.
#include "accuracy/plain_rules.hpp"
#include "accuracy/tables.hpp"
#include "accuracy/training_run.hpp"

#include <reckon/model/parameters.hpp>
#include <reckon/training/duration_of.hpp>
#include <reckon/training/memory_of.hpp>

#include <optional>
#include <regex>
#include <string>
#include <vector>

namespace accuracy {

namespace {

using namespace reckon;
using namespace reckon::training;

double gib(bytes b) { return in_bytes(b) / 1073741824.0; }

/// Answers of the plain rules, in the order of plain_rules.
using answers = std::vector<std::optional<double>>;
enum class rule : std::size_t { sixteen_bytes = serving_rules, six_n_d, simumax, number_of };
void set(answers& a, rule which, std::optional<double> value) {
    a.resize(static_cast<std::size_t>(rule::number_of));
    a[static_cast<std::size_t>(which)] = value;
}

/// 6 N D of tokens, in device seconds at 40 % of the peak.
std::optional<double> six_n_d(any_run const& r, double tokens_in_all) {
    constexpr double usual = 0.4;
    figure<peak_flop_rate> const peak = peak_for(r.gpu, arithmetic::bf16);
    if (!peak.known()) { return std::nullopt; }
    auto const n = static_cast<double>(parameters_of(r.model).active);
    return 6 * n * tokens_in_all / (usual * peak.value().base_value);
}

/// What people reckon without a tool, and what SimuMax says of its own runs.
answers plain_answers(record const& row, std::string const& quantity) {
    answers a;
    if (quantity == "training.gpu_hours") {
        if (auto const c = campaign_of(row)) {
            if (auto const s = six_n_d(c->run, c->tokens)) { set(a, rule::six_n_d, *s / 3600); }
        }
        return a;
    }
    auto const stated = run_of(row);
    if (!stated) { return a; }
    any_run const& r = stated->run;
    if (quantity == "training.throughput") {
        if (auto const s = six_n_d(r, 1)) { set(a, rule::six_n_d, 1 / *s); }
    } else if (quantity == "training.peak_memory" && !r.adapter.frozen_base()) {
        auto const n = static_cast<double>(parameters_of(r.model).total);
        set(a, rule::sixteen_bytes, gib(bytes{16 * n / static_cast<double>(r.parallel.devices())}));
        std::smatch said;
        std::string const notes(row["notes"]);
        if (std::regex_search(notes, said, std::regex("SimuMax prediction: ([0-9.]+) GiB"))) {
            set(a, rule::simumax, std::stod(said[1]));
        }
    }
    return a;
}

prediction memory(record const& row) {
    auto const stated = run_of(row);
    if (!stated) { return prediction::none(stated.reason); }
    stated_run s = *stated;
    memory_report m = s.last_rank    ? memory_of_stage(s.run, s.run.parallel.pipeline - 1)
                      : s.first_rank ? memory_of_stage(s.run, 0)
                                     : memory_of(s.run);
    if (s.mean_length) {
        // The longest sequence decides, unless the optimizer's step is fuller than any of them.
        constexpr count far_longer = 8;
        s.run.sequence *= far_longer;
        memory_report const longest = memory_of(s.run);
        if (m.when != moment::step || longest.when != moment::step) {
            return prediction::none("sequences of several lengths, the longest not stated");
        }
        m = longest; // what the allocator keeps is that of the longest
    }
    if (!m.valid()) { return prediction::none("refused: " + std::string(explain(m.check).view())); }
    // LitGPT prints bytes / 1e9; where the source's program is not known, "GB" is read as GiB.
    bool const decimal =
        contains(row["unit"], "as printed") && contains(lower(row["framework"]), "litgpt");
    auto const printed = [&](bytes b) { return decimal ? in_gigabytes(b) : gib(b); };
    std::string const kind = lower(row["mem_kind"]);
    estimate<bytes> const& e = kind.starts_with("allocated") || kind.starts_with("active")
                                   ? m.allocated
                               : kind == "nvidia-smi" ? m.on_device
                                                      : m.reserved;
    return prediction::within(printed(e.value), printed(e.low), printed(e.high));
}

prediction throughput(record const& row) {
    auto const stated = run_of(row);
    if (!stated) { return prediction::none(stated.reason); }
    if (stated->no_gpu) { return prediction::none("the row names no accelerator"); }
    // A mean length is that of the padded sequences, which the rate counts: it decides the time.
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
    if (stated->mean_length) {
        return prediction::none("sequences of several lengths, the longest not stated");
    }
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
                  .verdict = verdict,
                  .plain = verdict ? answers{} : plain_answers(row, quantity)});
    }
}

} // namespace accuracy
