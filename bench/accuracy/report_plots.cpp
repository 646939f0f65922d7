// SPDX-License-Identifier: MIT
// Predicted against measured, one plot a quantity, drawn by gnuplot; and what the worst rows have in common
// with the rows of their run.
#include "accuracy/csv.hpp"
#include "accuracy/report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <ostream>
#include <sstream>

namespace accuracy {

namespace {

struct plot {
    std::string_view quantity;
    std::string_view title;
    std::string_view unit;
    double within = 1.3; ///< the factor to both sides that gray lines show
    double per = 1;      ///< of the table's unit
};

constexpr double few_percent = 1.1;
constexpr double giga = 1e9;

constexpr plot plots[] = {
    {"models.total_params", "Parameters", "billions", few_percent, giga},
    {"quantized_sizes.bytes", "Weights of quantized files", "GB", few_percent, giga},
    {"serving_memory.weights", "Weights of a rank", "GiB", few_percent},
    {"serving_memory.kv_tokens_given_kv_bytes", "Tokens in a cache of known size", "tokens",
     few_percent},
    {"serving_memory.kv_tokens", "Tokens that an engine has room for", "tokens", few_percent},
    {"serving_memory.activation", "Peak of activations", "GiB"},
    {"serving_memory.beside_cache", "All but the cache", "GiB", few_percent},
    {"speed_serving.tpot", "Time per output token", "ms"},
    {"speed_serving.ttft", "Time to the first token", "ms"},
    {"speed_serving.output_throughput", "Output throughput", "tokens/s"},
    {"speed_serving.total_throughput", "Prompt and output throughput", "tokens/s"},
    {"speed_serving.tpot_disaggregated", "Time per output token of pools", "ms"},
    {"speed_serving.tpot_speculative", "Time per output token with speculation", "ms"},
    {"speed_single.generation", "One stream, generation", "tokens/s"},
    {"speed_single.prompt", "One stream, prompt", "tokens/s"},
    {"training.peak_memory", "Peak of memory in training", "GB"},
    {"training.throughput", "Throughput of training", "as published"},
    {"training.gpu_hours", "Device hours of whole runs", "h"},
};

/// As gnuplot quotes: a quotation mark in it is written twice.
std::string in_quotes(std::string_view text) {
    std::string out{"'"};
    for (char const c : text) {
        out.append(c == '\'' ? 2 : 1, c);
    }
    return out + "'";
}

/// What gnuplot is told: both axes logarithmic, the diagonal, and a factor of 1.3 to both sides.
std::string script_of(plot const& p, std::vector<outcome const*> const& rows,
                      std::filesystem::path const& svg) {
    std::ostringstream out;
    summary const s = summarise(rows);
    std::map<std::string, std::vector<outcome const*>> by_source;
    for (outcome const* const o : rows) {
        if (o->covered()) { by_source[o->group].push_back(o); }
    }
    char figures[96];
    std::snprintf(figures, sizeof figures, "%zu rows, median %.1f %%, p90 %.*f %%", s.covered,
                  100 * s.median, s.p90 < 0.1 ? 1 : 0, 100 * s.p90);
    char lines[160];
    std::snprintf(lines, sizeof lines,
                  "%g*x with lines lc rgb 'gray' title '%.0f %%', x/%g with lines lc rgb 'gray' "
                  "notitle",
                  p.within, 100 * (p.within - 1), p.within);
    out << "set terminal svg size 860,560 dynamic font 'sans-serif,12'\n"
        << "set output " << in_quotes(svg.string()) << '\n'
        << "set title " << in_quotes(std::string(p.title) + ": " + figures) << '\n'
        << "set xlabel 'measured, " << p.unit << "'\nset ylabel 'predicted, " << p.unit << "'\n"
        << "set logscale xy\nset key outside right top Left reverse noenhanced samplen 1\n"
        << "set size ratio 1\nset grid lc rgb '#dddddd'\n"
        << "set pointsize 0.3\nplot x with lines lc rgb 'black' title 'equal', " << lines;
    for (auto const& [source, list] : by_source) {
        out << ", '-' with points pt 7 title " << in_quotes(source);
    }
    out << '\n';
    for (auto const& [source, list] : by_source) {
        for (outcome const* const o : list) {
            char point[64];
            std::snprintf(point, sizeof point, "%.4g %.4g\n", o->measured / p.per,
                          *o->predicted.value / p.per);
            out << point;
        }
        out << "e\n";
    }
    return out.str();
}

std::string file_of(plot const& p) {
    std::string name(p.quantity);
    std::replace(name.begin(), name.end(), '.', '_');
    return "accuracy_" + name + ".svg";
}

} // namespace

void report::link_plots(std::ostream& out, std::filesystem::path const& from) const {
    out << "## Predicted against measured\n\nDrawn by `bench/accuracy --plots docs/plots`, one "
           "colour a source.\n\n";
    for (plot const& p : plots) {
        if (summarise(rows_of(p.quantity)).covered == 0) { continue; }
        out << "![" << p.title << "](" << (from / file_of(p)).generic_string() << ")\n";
    }
    out << '\n';
}

void report::write_plots(std::filesystem::path const& folder) const {
    std::filesystem::create_directories(folder);
    for (plot const& p : plots) {
        auto const rows = rows_of(p.quantity);
        if (summarise(rows).covered == 0) { continue; }
        std::string const script = script_of(p, rows, folder / file_of(p));
        std::FILE* const gnuplot = ::popen("gnuplot", "w");
        bool const told = gnuplot != nullptr &&
                          std::fwrite(script.data(), 1, script.size(), gnuplot) == script.size();
        if (gnuplot == nullptr || ::pclose(gnuplot) != 0 || !told) {
            throw bad_input("gnuplot did not draw " + file_of(p) + ": is it installed?");
        }
    }
}

/// Rows are read with those of their run: the same source, accelerator, engine and model.
std::string report::why_off(outcome const& o) const {
    std::vector<double> logs;
    for (outcome const& other : outcomes_) {
        if (&other != &o && other.covered() && other.quantity == o.quantity &&
            other.group == o.group && other.gpu == o.gpu && other.engine == o.engine &&
            other.model == o.model) {
            logs.push_back(std::log(std::max(1e-9, *other.predicted.value / other.measured)));
        }
    }
    double const own = std::log(std::max(1e-9, *o.predicted.value / o.measured));
    if (logs.size() < 2) { return "the only row of its run"; }
    std::sort(logs.begin(), logs.end());
    double const middle = logs[logs.size() / 2];
    char text[160];
    if (std::fabs(middle) > 0.4 && middle * own > 0) {
        std::snprintf(text, sizeof text,
                      "its whole run is off: the median of its %zu other rows is %.1f times %s",
                      logs.size(), std::exp(std::fabs(middle)),
                      middle > 0 ? "too high" : "too low");
    } else {
        std::snprintf(
            text, sizeof text,
            "it stands alone: the median of the %zu other rows of its run is off by %.0f %%",
            logs.size(), 100 * std::fabs(std::expm1(middle)));
    }
    return text;
}

} // namespace accuracy
