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
#include <atomic>
#include <cmath>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <thread>
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

/// Fewer rows than this say too little of a spread.
constexpr std::size_t least_rows = 20;

/// A row as constants see it that were fitted without it.
struct unseen {
    speed_row const* row{};
    double log{};
    bool of_own_set{}; ///< other rows of its hardware were there
};

/// Constants that know other rows of a set err on new ones by this, four times of five; those that know only its
/// relatives by more. `like` stands in where there are too few.
reckon::spreads spreads_of(std::vector<unseen> const& rows, std::vector<unseen> const& like) {
    auto const of_kind = [&](accuracy::spread_kind kind) {
        std::vector<double> sizes;
        for (auto const* from : {&rows, &like}) {
            for (unseen const& u : *from) {
                if (accuracy::spread_kind_of(*u.row->load) == kind) {
                    sizes.push_back(std::fabs(u.log));
                }
            }
            if (sizes.size() >= least_rows) { break; }
        }
        return sizes.size() < least_rows ? 1.0 : std::expm1(quantile(sizes, 0.8));
    };
    return {of_kind(accuracy::spread_kind::per_token), of_kind(accuracy::spread_kind::first_token),
            of_kind(accuracy::spread_kind::throughput)};
}

/// Of a node of the trees: of its own rows where it has some, else of rows of relatives that a fit had never seen,
/// and then no narrower than those that it had.
reckon::spreads spreads_of_set(std::string const& set, bool own, std::vector<unseen> const& all) {
    auto const under = [&](unseen const& u, std::string const& node) {
        auto const up = calibrate::lineage_of(u.row->load->set);
        return std::find(up.begin(), up.end(), node) != up.end();
    };
    auto const those = [&](bool known) {
        std::vector<unseen> rows;
        std::vector<unseen> like;
        for (unseen const& u : all) {
            if (!under(u, calibrate::lineage_of(set).front()) || u.of_own_set != known) {
                continue;
            }
            like.push_back(u);
            if (under(u, set)) { rows.push_back(u); }
        }
        return spreads_of(rows, like);
    };
    reckon::spreads const mine = those(own);
    if (own) { return mine; }
    reckon::spreads const known = those(true);
    return {std::max(mine.per_token, known.per_token),
            std::max(mine.first_token, known.first_token),
            std::max(mine.throughput, known.throughput)};
}

std::string header_of(std::map<std::string, std::vector<speed_row const*>> const& sets,
                      std::map<std::string, std::size_t> const& engine_rows, constants const& k,
                      std::vector<unseen> const& held) {
    std::ostringstream out;
    out << "// SPDX-License-Identifier: MIT\n"
           "// The fitted constants of hardware and engine generations.\n//\n"
           "// Written by `bench/calibrate` (bench/reference/README.md says how); run it again "
           "instead of\n"
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
        bool const own = measured != sets.end() && measured->second.size() >= 12;
        out << '\n';
        if (own) {
            auto const& rows = measured->second;
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
        reckon::spreads const spread = spreads_of_set(set.name, own, held);
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
            << "), .per_request = milliseconds(" << ms(c.per_request) << "), .launched = {"
            << figures(c.launched.latent) << ", " << figures(c.launched.rounding) << ", "
            << figures(c.launched.fused) << "},\n    .spread = {" << figures(spread.per_token)
            << ", " << figures(spread.first_token) << ", " << figures(spread.throughput)
            << "}, .source = provenance::" << (own ? "fitted" : "assumed") << "};\n";
    }
    out << "\n} // namespace calibrations\n\nnamespace engines {\n\n/// Engine generations, found "
           "by name.\ninline constexpr engine_factors fitted[] = {\n";
    for (auto const& [name, f] : k.engines) {
        out << "    // " << engine_rows.find(name)->second << " rows\n    {.name = \"" << name
            << "\", .streaming = " << figures(f.streaming) << ", .wait = " << figures(f.wait)
            << ", .mixture = " << figures(f.mixture) << ",\n     .matmul = " << figures(f.matmul)
            << ", .overhead = " << figures(f.overhead) << ", .request = " << figures(f.request)
            << "},\n";
    }
    out << "};\n\n} // namespace engines\n\n} // namespace reckon::inline v0\n";
    return out.str();
}

/// One fit without the rows of one source, accelerator or model.
struct left_out {
    std::string name{};
    std::vector<unseen> rows{};
};

/// Fits without each value of `key` in turn, on all cores.
std::vector<left_out> without_each(std::vector<speed_row const*> const& chosen,
                                   constants const& fitted, std::string accuracy::outcome::* key) {
    std::vector<left_out> parts;
    std::map<std::string, std::size_t> place;
    for (auto const* r : chosen) {
        if (place.emplace(r->result.*key, parts.size()).second) {
            parts.push_back({.name = r->result.*key});
        }
    }
    std::atomic<std::size_t> next{0};
    auto const work = [&] {
        for (std::size_t i = next++; i < parts.size(); i = next++) {
            std::vector<speed_row const*> in;
            std::vector<speed_row const*> out;
            std::set<std::string> known;
            for (auto const* r : chosen) {
                bool const here = r->result.*key == parts[i].name;
                (here ? out : in).push_back(r);
                if (!here) { known.insert(r->load->set); }
            }
            constants const without = calibrate::refit(in, out, fitted);
            for (auto const* r : out) {
                parts[i].rows.push_back(
                    {r, log_ratio(*r, without.of(*r)), known.contains(r->load->set)});
            }
        }
    };
    std::vector<std::jthread> workers;
    for (unsigned n = 1; n < std::thread::hardware_concurrency(); ++n) {
        workers.emplace_back(work);
    }
    work();
    workers.clear();
    return parts;
}

/// The table of docs/accuracy.md.
std::string report_of(std::vector<errors> const& columns, std::vector<unseen> const& held) {
    std::map<std::string, std::pair<double, double>> inside; // rows, and those in their interval
    std::map<std::pair<std::string, bool>, reckon::spreads> known;
    for (unseen const& u : held) {
        std::pair const set{u.row->load->set, u.of_own_set};
        auto const at = known.find(set);
        double const spread = accuracy::spread_of(
            *u.row->load,
            at != known.end()
                ? at->second
                : known.emplace(set, spreads_of_set(set.first, set.second, held)).first->second);
        inside[u.row->result.quantity].first += 1;
        inside[u.row->result.quantity].second += std::fabs(u.log) <= std::log1p(spread) ? 1 : 0;
    }
    std::ostringstream out;
    out << "## Constants that have not seen the rows\n\n"
           "The constants of speed are fitted on the rows that the figures above judge. Here they "
           "are fitted anew\n"
           "without each accelerator, each source and each model in turn, and judged on what was "
           "left out: median of\n"
           "the absolute error, and how many rows lie in the 80 % interval of constants that have "
           "not seen their\n"
           "accelerator or model. Written by `bench/calibrate --hold-out`.\n\n"
           "| quantity | rows | fitted | without its accelerator | without its source | without "
           "its model | inside |\n"
           "|---|---:|---:|---:|---:|---:|---:|\n";
    for (auto const& [quantity, logs] : columns.front()) {
        out << "| " << quantity << " | " << logs.size();
        auto const percent = [&](double fraction) {
            char text[32];
            std::snprintf(text, sizeof text, " | %.1f %%", 100 * fraction);
            out << text;
        };
        for (errors const& column : columns) {
            std::vector<double> sizes;
            for (double const x : column.at(quantity)) {
                sizes.push_back(std::fabs(std::expm1(x)));
            }
            percent(quantile(sizes, 0.5));
        }
        percent(inside[quantity].second / inside[quantity].first);
        out << " |\n";
    }
    return out.str();
}

/// Writes a file, or says whether it is already so.
bool put(std::filesystem::path const& file, std::string const& content, bool check) {
    if (!check) {
        std::ofstream out(file);
        out << content;
        return true;
    }
    std::ifstream in(file, std::ios::binary);
    std::ostringstream there;
    there << in.rdbuf();
    if (there.str() == content) { return true; }
    std::cerr << "calibrate: " << file.string() << " is not what the tables give: write it anew.\n";
    return false;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"Fit reckon's calibration constants to published measurements of speed"};
    std::string reference;
    std::string skip;
    std::string hold_out;
    bool residuals = false;
    bool check = false;
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
    app.add_flag("--check", check, "write nothing: fail if --header or --hold-out would change");
    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& error) { return app.exit(error) == 0 ? 0 : 2; }
    if (!header.empty() && hold_out.empty()) {
        std::cerr << "calibrate: --header needs --hold-out, because its spreads are those of rows "
                     "that a fit has "
                     "not seen.\n";
        return 2;
    }
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
                              !accuracy::contains(r.result.quantity, "_speculative") &&
                              !accuracy::contains(r.result.quantity, "_disaggregated") &&
                              !accuracy::contains(r.result.quantity, "_open_loop") &&
                              !accuracy::contains(r.result.quantity, "input_throughput");
            if (!r.load || !base || r.suspect || skipped.contains(r.result.group)) { continue; }
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
        // Each row as the constants see it that it was fitted with, and those that have not seen it.
        std::map<speed_row const*, std::vector<double>> seen_as;
        for (auto const* r : chosen) {
            seen_as[r].push_back(log_ratio(*r, fitted.of(*r)));
        }
        std::vector<unseen> held;
        std::string report;
        if (!hold_out.empty()) {
            std::vector<errors> columns{everything};
            for (auto const key :
                 {&accuracy::outcome::gpu, &accuracy::outcome::group, &accuracy::outcome::model}) {
                std::vector<left_out> parts = without_each(chosen, fitted, key);
                errors column;
                for (left_out const& part : parts) {
                    errors here;
                    for (unseen const& u : part.rows) {
                        column[u.row->result.quantity].push_back(u.log);
                        here[u.row->result.quantity].push_back(u.log);
                        seen_as[u.row].push_back(u.log);
                        // Without a whole laboratory often a whole generation of engines is missing, which
                        // shipped constants know.
                        if (key != &accuracy::outcome::group) { held.push_back(u); }
                    }
                    std::printf("without %s:%s\n", part.name.c_str(), line_of(here).c_str());
                }
                std::printf("\nheld out:%s\n", line_of(column).c_str());
                std::fflush(stdout);
                columns.push_back(std::move(column));
            }
            report = report_of(columns, held);
        }
        bool alike = true;
        if (!header.empty()) {
            alike = put(header, header_of(sets, engine_rows, fitted, held), check) && alike;
        }
        if (!hold_out.empty()) { alike = put(hold_out, report, check) && alike; }
        if (!dump.empty()) {
            std::ofstream out(dump);
            out << "file,row,quantity,measured,predicted,without_accelerator,without_source,"
                   "without_model\n";
            for (auto const* r : chosen) {
                out << r->result.file << ',' << r->result.row << ',' << r->result.quantity << ','
                    << r->result.measured;
                for (double const log : seen_as.at(r)) {
                    out << ',' << r->result.measured * std::exp(log);
                }
                out << '\n';
            }
        }
        return alike ? 0 : 1;
    } catch (std::exception const& error) { std::cerr << "calibrate: " << error.what() << '\n'; }
    return 2;
}
