// SPDX-License-Identifier: MIT
// Fits the constants of `calibration` and the factors of engines (calibrate/fit.hpp) to the tables of
// speed, and writes them as a header. Deterministic.
//
// Printed beside each set: rows, median errors by quantity, the spread that 80 % of the rows lie
// in, and what a fit without one model, one accelerator or one source says of what it has not seen.
#include "accuracy/speed.hpp"
#include "calibrate/fit.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace {

using accuracy::speed_row;
using reckon::calibration;

using calibrate::axes;
using calibrate::axis;
using calibrate::constants;
using calibrate::engine_axes;
using calibrate::engine_axis;
using calibrate::log_ratio;

double quantile(std::vector<double> v, double p) {
    if (v.empty()) { return std::nan(""); }
    std::sort(v.begin(), v.end());
    return v[static_cast<std::size_t>(std::min(static_cast<double>(v.size() - 1),
                                               std::floor(p * static_cast<double>(v.size()))))];
}

using errors = std::map<std::string, std::vector<double>>;

void collect(std::vector<speed_row const*> const& rows, constants const& k, errors& into) {
    for (auto const* r : rows) {
        into[r->result.quantity].push_back(log_ratio(*r, k.of(*r)));
    }
}

std::string line_of(errors const& all) {
    std::string out;
    for (auto const& [quantity, logs] : all) {
        std::vector<double> sizes;
        for (double const x : logs) {
            sizes.push_back(std::fabs(std::expm1(x)));
        }
        char text[160];
        std::snprintf(text, sizeof text, "  %s %zu: %.1f %% p90 %.0f %% bias %+.1f %%",
                      quantity.substr(quantity.find('.') + 1).c_str(), logs.size(),
                      100 * quantile(sizes, 0.5), 100 * quantile(sizes, 0.9),
                      100 * std::expm1(quantile(logs, 0.5)));
        out += text;
    }
    return out;
}

/// Two decimals of a fraction, three figures of a time: more would pretend.
std::string figures(double v) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3g", v);
    return text;
}

struct named {
    char const* identifier;
    char const* name;
};
constexpr named hardware_sets[] = {
    {"ampere", "Ampere"},
    {"ada", "Ada"},
    {"hopper", "Hopper"},
    {"blackwell", "Blackwell"},
    {"blackwell_workstation", "Blackwell workstation"},
    {"blackwell_ultra", "Blackwell Ultra"},
    {"cdna2", "CDNA2"},
    {"cdna3", "CDNA3"},
    {"cdna4", "CDNA4"},
    {"gaudi2", "Gaudi2"},
    {"gaudi3", "Gaudi3"},
    {"xe_hpc", "Xe-HPC"},
    {"local_nvidia", "local NVIDIA"},
    {"local_nvidia_servers", "local NVIDIA servers"},
    {"local_amd", "local AMD"},
    {"local_apple", "local Apple"},
    {"local_others", "local"},
    {"uncalibrated_nvidia", "server NVIDIA"},
    {"uncalibrated_amd", "server AMD"},
    {"uncalibrated_intel", "server Intel"},
    {"uncalibrated", "all"},
};

/// Constants fit the rows that they were fitted to better than others: 82 % of these stand for 80 %
/// of all.
constexpr double inside = 0.82;
/// Fewer rows than this say too little of a spread.
constexpr std::size_t least_rows = 20;

/// Of each kind of quantity; of `all` rows where a set has too few.
reckon::spreads spreads_of(std::vector<speed_row const*> const& rows,
                           std::vector<speed_row const*> const& all, constants const& k) {
    auto const of_kind = [&](accuracy::spread_kind kind) {
        std::vector<double> sizes;
        for (auto const* from : {&rows, &all}) {
            for (auto const* r : *from) {
                if (accuracy::spread_kind_of(*r->load) == kind) {
                    sizes.push_back(std::fabs(log_ratio(*r, k.of(*r))));
                }
            }
            if (sizes.size() >= least_rows) { break; }
        }
        return sizes.size() < least_rows ? 1.0 : std::expm1(quantile(sizes, inside));
    };
    return {of_kind(accuracy::spread_kind::per_token), of_kind(accuracy::spread_kind::first_token),
            of_kind(accuracy::spread_kind::throughput)};
}

void write_header(std::filesystem::path const& file,
                  std::map<std::string, std::vector<speed_row const*>> const& sets,
                  std::map<std::string, std::size_t> const& engine_rows, constants const& k) {
    std::ofstream out(file);
    out << "// SPDX-License-Identifier: MIT\n"
           "// The fitted constants of hardware and engine generations.\n//\n"
           "// Written by `bench/calibrate --reference bench/reference --header FILE`; run it "
           "again instead of\n"
           "// editing. Above each set: its rows, and the median error of each quantity on them. "
           "What is left\n"
           "// on models, accelerators and sources that a fit has not seen: docs/accuracy.md.\n"
           "#pragma once\n#include <reckon/bandwidth/engine_factors.hpp>\n\n// clang-format off: a "
           "generator wrote this\n\nnamespace reckon::inline v0 {\n\nnamespace calibrations {\n";
    for (named const& set : hardware_sets) {
        auto const fitted = k.hardware.find(set.name);
        bool const known = fitted != k.hardware.end();
        calibration const c = known ? fitted->second : k.of_set(set.name);
        auto const measured = sets.find(set.name);
        // What hardware has in common is used where nobody measured: known to a factor of two.
        reckon::spreads spread{1, 1, 1};
        bool const own = measured != sets.end() && measured->second.size() >= 12;
        out << '\n';
        if (own) {
            auto const& rows = measured->second;
            std::vector<speed_row const*> like;
            for (auto const& [name, more] : sets) {
                if (name.starts_with("local") == std::string_view(set.name).starts_with("local")) {
                    like.insert(like.end(), more.begin(), more.end());
                }
            }
            spread = spreads_of(rows, like, k);
            errors all;
            collect(rows, k, all);
            out << "/// " << rows.size() << " rows:";
            char const* separator = " ";
            for (auto const& [quantity, logs] : all) {
                std::vector<double> sizes;
                for (double const x : logs) {
                    sizes.push_back(std::fabs(std::expm1(x)));
                }
                char text[96];
                std::snprintf(text, sizeof text, "%s%s %.1f %%", separator,
                              quantity.substr(quantity.find('.') + 1).c_str(),
                              100 * quantile(sizes, 0.5));
                out << text;
                separator = ", ";
            }
            out << ".\n";
        } else {
            out << "/// What the others have in common, for hardware that nobody measured.\n";
        }
        auto const us = [](reckon::seconds s) { return figures(reckon::in_microseconds(s)); };
        auto const ms = [](reckon::seconds s) { return figures(reckon::in_milliseconds(s)); };
        out << "inline constexpr calibration " << set.identifier << "{.name = \"" << set.name
            << "\", .weight_streaming = efficiency(" << figures(c.weight_streaming.fraction)
            << "),\n    .cache_streaming = efficiency(" << figures(c.cache_streaming.fraction)
            << "), .decode_matmul = efficiency(" << figures(c.decode_matmul.fraction)
            << "), .prefill_matmul = efficiency(" << figures(c.prefill_matmul.fraction)
            << "),\n    .expert_matmul = efficiency(" << figures(c.expert_matmul.fraction)
            << "), .link = efficiency(" << figures(c.link.fraction)
            << "), .per_layer = microseconds(" << us(c.per_layer)
            << "),\n    .per_mixture = microseconds(" << us(c.per_mixture)
            << "), .per_collective = microseconds(" << us(c.per_collective)
            << "), .per_step = milliseconds(" << ms(c.per_step)
            << "),\n    .per_sequence = microseconds(" << us(c.per_sequence)
            << "), .per_request = milliseconds(" << ms(c.per_request) << "),\n    .spread = {"
            << figures(spread.per_token) << ", " << figures(spread.first_token) << ", "
            << figures(spread.throughput)
            << "}, .source = provenance::" << (own ? "fitted" : "assumed") << "};\n";
    }
    out << "\n} // namespace calibrations\n\nnamespace engines {\n\n/// Engine generations, found "
           "by name.\ninline constexpr engine_factors fitted[] = {\n";
    for (auto const& [name, f] : k.engines) {
        out << "    // " << engine_rows.at(name) << " rows\n    {.name = \"" << name
            << "\", .weight_streaming = " << figures(f.weight_streaming)
            << ", .cache_streaming = " << figures(f.cache_streaming)
            << ", .mixture = " << figures(f.mixture)
            << ",\n     .prefill_matmul = " << figures(f.prefill_matmul)
            << ", .overhead = " << figures(f.overhead) << ", .request = " << figures(f.request)
            << "},\n";
    }
    out << "};\n\n} // namespace engines\n\n} // namespace reckon::inline v0\n";
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"Fit reckon's calibration constants to published measurements of speed"};
    std::string reference;
    std::string skip;
    std::string hold_out;
    bool residuals = false;
    std::string header;
    std::string dump;

    app.add_option("--reference", reference, "folder with speed_serving.csv and speed_single.csv")
        ->required();
    app.add_option("--without", skip, "source groups to leave out, separated by commas");
    app.add_option("--header", header, "write the constants as a header of the library");
    app.add_option("--rows", dump, "write every row with its prediction as CSV");
    app.add_flag("--residuals", residuals,
                 "print what is left by source, engine, model and accelerator");
    app.add_option(
        "--hold-out", hold_out,
        "refit without each source, accelerator and model, and write the errors as Markdown");
    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& error) { return app.exit(error) == 0 ? 0 : 2; }
    try {
        namespace fs = std::filesystem;
        std::set<std::string> skipped;
        for (std::size_t at = 0; at <= skip.size();) {
            std::size_t const end = std::min(skip.find(',', at), skip.size());
            skipped.insert(skip.substr(at, end - at));
            at = end + 1;
        }
        std::vector<speed_row> rows;
        for (char const* const file : {"speed_serving.csv", "speed_single.csv"}) {
            fs::path const path = fs::path(reference) / file;
            if (!fs::exists(path)) { continue; }
            auto const t = accuracy::table::read(path);
            auto more = std::string_view(file) == "speed_serving.csv" ? accuracy::serving_rows(t)
                                                                      : accuracy::single_rows(t);
            rows.insert(rows.end(), std::make_move_iterator(more.begin()),
                        std::make_move_iterator(more.end()));
        }
        std::map<std::string, std::vector<speed_row const*>> sets;
        std::map<std::string, std::size_t> engine_rows;
        std::vector<speed_row const*> chosen;
        for (speed_row const& r : rows) {
            bool const base = !accuracy::contains(
                                  r.result.quantity.substr(r.result.quantity.find('.')), "_mtp") &&
                              !accuracy::contains(r.result.quantity, "_speculative");
            if (!r.load || !base || skipped.contains(r.result.group)) { continue; }
            sets[r.load->set].push_back(&r);
            engine_rows[r.load->engine_set] += 1;
            chosen.push_back(&r);
        }
        constants const fitted = calibrate::fit(chosen);
        errors everything;
        collect(chosen, fitted, everything);
        std::printf("all %zu rows:%s\n", chosen.size(), line_of(everything).c_str());
        for (auto const& [name, set] : sets) {
            auto const found = fitted.hardware.find(name);
            errors here;
            collect(set, fitted, here);
            std::printf("\n%s, %zu rows\n", name.c_str(), set.size());
            if (found != fitted.hardware.end()) {
                for (axis const& a : axes) {
                    std::printf("    %-18s %.4g\n", a.name, a.get(found->second));
                }
            }
            std::printf(" %s\n", line_of(here).c_str());
            if (residuals) {
                std::map<std::string, errors> parts;
                for (auto const* r : set) {
                    collect({r}, fitted,
                            parts[r->result.group + " | " + r->result.engine + " | " +
                                  r->result.model + " | " + r->result.gpu]);
                }
                for (auto const& [part, all] : parts) {
                    std::printf("    %s:%s\n", part.c_str(), line_of(all).c_str());
                }
            }
        }
        for (auto const& [name, f] : fitted.engines) {
            std::printf("\n%s, %zu rows\n", name.c_str(), engine_rows[name]);
            for (engine_axis const& a : engine_axes) {
                std::printf("    %-18s %.4g\n", a.name, f.*a.value);
            }
        }
        std::fflush(stdout);
        if (!dump.empty()) {
            std::ofstream out(dump);
            out << "file,row,quantity,measured,predicted\n";
            for (auto const* r : chosen) {
                out << r->result.file << ',' << r->result.row << ',' << r->result.quantity << ','
                    << r->result.measured << ','
                    << r->result.measured * std::exp(log_ratio(*r, fitted.of(*r))) << '\n';
            }
        }
        if (!header.empty()) { write_header(header, sets, engine_rows, fitted); }
        if (!hold_out.empty()) {
            std::ofstream out(hold_out);
            out << "## Constants that have not seen the rows\n\n"
                   "The constants of speed are fitted on the rows that the figures above judge. "
                   "Here they are fitted anew\n"
                   "without each source, each accelerator and each model in turn, and judged on "
                   "what was left out: median\n"
                   "of the absolute error. Written by `bench/calibrate --hold-out`.\n\n"
                   "| quantity | rows | fitted | without its source | without its accelerator | "
                   "without its model |\n"
                   "|---|---:|---:|---:|---:|---:|\n";
            std::vector<errors> columns{everything};
            for (auto const key :
                 {&accuracy::outcome::group, &accuracy::outcome::gpu, &accuracy::outcome::model}) {
                std::map<std::string, std::size_t> values;
                for (auto const* r : chosen) {
                    values[r->result.*key] += 1;
                }
                errors held;
                for (auto const& [value, n] : values) {
                    std::vector<speed_row const*> in;
                    std::vector<speed_row const*> left_out;
                    for (auto const* r : chosen) {
                        (r->result.*key == value ? left_out : in).push_back(r);
                    }
                    constants const without = calibrate::fit(in);
                    collect(left_out, without, held);
                    errors here;
                    collect(left_out, without, here);
                    std::printf("without %s:%s\n", value.c_str(), line_of(here).c_str());
                }
                columns.push_back(held);
                std::printf("\nheld out:%s\n", line_of(held).c_str());
                std::fflush(stdout);
            }
            for (auto const& [quantity, logs] : everything) {
                out << "| " << quantity << " | " << logs.size();
                for (errors const& column : columns) {
                    std::vector<double> sizes;
                    for (double const x : column.at(quantity)) {
                        sizes.push_back(std::fabs(std::expm1(x)));
                    }
                    char text[32];
                    std::snprintf(text, sizeof text, " | %.1f %%", 100 * quantile(sizes, 0.5));
                    out << text;
                }
                out << " |\n";
            }
        }
        return 0;
    } catch (std::exception const& error) { std::cerr << "calibrate: " << error.what() << '\n'; }
    return 2;
}
