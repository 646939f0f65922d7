// SPDX-License-Identifier: MIT
// Fits the constants of `calibration`, one set for each generation of hardware, to the tables of
// speed: coordinate descent, golden section along each axis, on absolute log ratios. Deterministic.
//
// Printed beside each set: rows, median errors by quantity, the spread that 80 % of the rows lie
// in, and what a fit without one model, one accelerator or one source says of what it has not seen.
#include "accuracy/speed.hpp"

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

/// One constant: how to read and write it, and the physical limits it may not leave.
struct axis {
    char const* name;
    double low;
    double high;
    double (*get)(calibration const&);
    void (*set)(calibration&, double);
};

constexpr axis axes[] = {
    {"weight_streaming", 0.15, 0.95,
     [](calibration const& c) { return c.weight_streaming.fraction; },
     [](calibration& c, double v) { c.weight_streaming = reckon::efficiency(v); }},
    {"cache_streaming", 0.05, 0.95, [](calibration const& c) { return c.cache_streaming.fraction; },
     [](calibration& c, double v) { c.cache_streaming = reckon::efficiency(v); }},
    {"decode_matmul", 0.03, 0.95, [](calibration const& c) { return c.decode_matmul.fraction; },
     [](calibration& c, double v) { c.decode_matmul = reckon::efficiency(v); }},
    {"prefill_matmul", 0.03, 0.95, [](calibration const& c) { return c.prefill_matmul.fraction; },
     [](calibration& c, double v) { c.prefill_matmul = reckon::efficiency(v); }},
    {"expert_matmul", 0.1, 1.0, [](calibration const& c) { return c.expert_matmul.fraction; },
     [](calibration& c, double v) { c.expert_matmul = reckon::efficiency(v); }},
    {"link", 0.05, 0.95, [](calibration const& c) { return c.link.fraction; },
     [](calibration& c, double v) { c.link = reckon::efficiency(v); }},
    {"per_layer us", 0.5, 200,
     [](calibration const& c) { return reckon::in_microseconds(c.per_layer); },
     [](calibration& c, double v) { c.per_layer = reckon::microseconds(v); }},
    {"per_mixture us", 0.5, 300,
     [](calibration const& c) { return reckon::in_microseconds(c.per_mixture); },
     [](calibration& c, double v) { c.per_mixture = reckon::microseconds(v); }},
    {"per_collective us", 1, 200,
     [](calibration const& c) { return reckon::in_microseconds(c.per_collective); },
     [](calibration& c, double v) { c.per_collective = reckon::microseconds(v); }},
    {"per_step ms", 0.05, 40,
     [](calibration const& c) { return reckon::in_milliseconds(c.per_step); },
     [](calibration& c, double v) { c.per_step = reckon::milliseconds(v); }},
    {"per_request ms", 1, 500,
     [](calibration const& c) { return reckon::in_milliseconds(c.per_request); },
     [](calibration& c, double v) { c.per_request = reckon::milliseconds(v); }},
};

/// One factor of an engine generation.
struct engine_axis {
    char const* name;
    double reckon::engine_factors::* value;
};

constexpr engine_axis engine_axes[] = {
    {"weight_streaming", &reckon::engine_factors::weight_streaming},
    {"cache_streaming", &reckon::engine_factors::cache_streaming},
    {"decode_matmul", &reckon::engine_factors::decode_matmul},
    {"prefill_matmul", &reckon::engine_factors::prefill_matmul},
    {"overhead", &reckon::engine_factors::overhead},
    {"request", &reckon::engine_factors::request},
};

/// Where the fit of all hardware together begins, and what it is drawn to where the rows do not
/// say: kernels' fractions and launch times of a data-centre accelerator. Each generation then
/// begins with, and is drawn to, what all of them have in common.
constexpr calibration prior{.name = "prior",
                            .weight_streaming = reckon::efficiency(0.8),
                            .cache_streaming = reckon::efficiency(0.7),
                            .decode_matmul = reckon::efficiency(0.5),
                            .prefill_matmul = reckon::efficiency(0.5),
                            .expert_matmul = reckon::efficiency(0.6),
                            .link = reckon::efficiency(0.5),
                            .per_layer = reckon::microseconds(10),
                            .per_mixture = reckon::microseconds(20),
                            .per_collective = reckon::microseconds(8),
                            .per_step = reckon::milliseconds(1),
                            .per_request = reckon::milliseconds(60),
                            .spread = 0.5,
                            .source = reckon::provenance::fitted};

struct constants {
    std::map<std::string, calibration> hardware;
    std::map<std::string, reckon::engine_factors> engines;

    /// What all servers, or all machines of one person, have in common.
    [[nodiscard]] calibration common(std::string_view set) const {
        auto const found =
            hardware.find(set.starts_with("local") ? "local others" : "uncalibrated");
        return found == hardware.end() ? prior : found->second;
    }
    [[nodiscard]] calibration of(speed_row const& r) const {
        auto const h = hardware.find(r.load->set);
        auto const e = engines.find(r.load->engine_set);
        calibration const c = h == hardware.end() ? common(r.load->set) : h->second;
        return e == engines.end() ? c : under(c, e->second);
    }
};

double log_ratio(speed_row const& r, calibration const& c) {
    double const p = accuracy::predicted(*r.load, c);
    return p > 0 && std::isfinite(p) ? std::log(p / r.result.measured) : 5.0;
}

struct weighted {
    speed_row const* row{};
    double weight{1};
};

/// A row that is off by more than a factor of three is not this law's, and pulls no further.
double loss(double log_of_ratio) { return std::min(std::fabs(log_of_ratio), 1.1); }

/// Lowers `cost(log x)` along one axis, x from `low` to `high`: coarse first, for there are several
/// valleys, then golden section around the best. Returns the lowest cost and its place.
std::pair<double, double> descend(double best, double now, double low, double high, auto&& cost) {
    low = std::log(low);
    high = std::log(high);
    constexpr int steps = 12;
    double at = std::clamp(std::log(now), low, high);
    for (int i = 0; i <= steps; ++i) {
        double const x = low + (high - low) * i / steps;
        if (double const c = cost(x); c < best) {
            best = c;
            at = x;
        }
    }
    constexpr double golden = 0.6180339887498949;
    double left = std::max(low, at - (high - low) / steps);
    double right = std::min(high, at + (high - low) / steps);
    for (int i = 0; i < 14; ++i) {
        double const x1 = right - golden * (right - left);
        double const x2 = left + golden * (right - left);
        if (cost(x1) < cost(x2)) {
            right = x2;
        } else {
            left = x1;
        }
    }
    double const middle = (left + right) / 2;
    if (double const c = cost(middle); c < best) {
        best = c;
        at = middle;
    }
    return {best, std::exp(at)};
}

/// What leaving the prior costs: a factor of e on one constant as much as this in the mean log
/// error.
constexpr double pull = 0.002;

constants fit_all(std::vector<speed_row const*> const& chosen, int rounds) {
    constants k;
    // Every source counts with the square root of its rows, so that the largest does not decide
    // alone.
    std::map<std::string, double> rows_of;
    auto const key = [](speed_row const& r) {
        return r.load->set + r.result.group + r.result.quantity;
    };
    for (auto const* r : chosen) {
        rows_of[key(*r)] += 1;
    }
    std::map<std::string, std::vector<weighted>> by_hardware;
    std::map<std::string, std::vector<weighted>> by_engine;
    for (auto const* r : chosen) {
        weighted const w{r, 1 / std::sqrt(rows_of[key(*r)])};
        by_hardware[r->load->set].push_back(w);
        if (!r->load->engine_set.empty()) { by_engine[r->load->engine_set].push_back(w); }
    }
    auto const fit_one = [&](calibration c, calibration const& from,
                             std::vector<weighted> const& rows) {
        auto const cost = [&](calibration const& candidate) {
            double sum = 0;
            double all = 0;
            for (weighted const& w : rows) {
                auto const e = k.engines.find(w.row->load->engine_set);
                sum += w.weight *
                       loss(log_ratio(*w.row, e == k.engines.end() ? candidate
                                                                   : under(candidate, e->second)));
                all += w.weight;
            }
            double away = 0;
            for (axis const& a : axes) {
                away += std::fabs(std::log(a.get(candidate) / a.get(from)));
            }
            return sum / all + pull * away;
        };
        double best = cost(c);
        for (int sweep = 0; sweep < 6; ++sweep) {
            double const before = best;
            for (axis const& a : axes) {
                auto const [lowest, at] = descend(best, a.get(c), a.low, a.high, [&](double x) {
                    calibration candidate = c;
                    a.set(candidate, std::exp(x));
                    return cost(candidate);
                });
                if (lowest < best) {
                    best = lowest;
                    a.set(c, at);
                }
            }
            if (before - best < 1e-4) { break; }
        }
        return c;
    };
    std::vector<weighted> servers;
    std::vector<weighted> machines;
    for (auto const& [name, rows] : by_hardware) {
        auto& into = name.starts_with("local") ? machines : servers;
        into.insert(into.end(), rows.begin(), rows.end());
    }
    by_hardware.erase("local others");
    by_hardware.erase("uncalibrated");
    if (!servers.empty()) { k.hardware["uncalibrated"] = fit_one(prior, prior, servers); }
    if (!machines.empty()) { k.hardware["local others"] = fit_one(prior, prior, machines); }
    std::map<std::string, calibration> start;
    for (auto const& [name, rows] : by_hardware) {
        if (rows.size() >= 12) { start[name] = k.common(name); }
    }
    for (auto const& [name, c] : start) {
        k.hardware[name] = c;
    }
    for (auto const& [name, rows] : by_engine) {
        if (rows.size() >= 24) { k.engines[name] = {}; }
    }
    for (int round = 0; round < rounds; ++round) {
        for (auto const& [name, from] : start) {
            k.hardware[name] = fit_one(k.hardware[name], from, by_hardware[name]);
        }
        for (auto& [name, f] : k.engines) {
            auto const& rows = by_engine[name];
            auto const cost = [&](reckon::engine_factors const& candidate) {
                double sum = 0;
                double all = 0;
                for (weighted const& w : rows) {
                    auto const h = k.hardware.find(w.row->load->set);
                    if (h == k.hardware.end()) { continue; }
                    sum += w.weight * loss(log_ratio(*w.row, under(h->second, candidate)));
                    all += w.weight;
                }
                double away = 0;
                for (engine_axis const& a : engine_axes) {
                    away += std::fabs(std::log(candidate.*a.value));
                }
                return (all > 0 ? sum / all : 0) + pull * away;
            };
            double best = cost(f);
            for (int sweep = 0; sweep < 4; ++sweep) {
                double const before = best;
                for (engine_axis const& a : engine_axes) {
                    auto const [lowest, at] = descend(best, f.*a.value, 0.1, 10, [&](double x) {
                        reckon::engine_factors candidate = f;
                        candidate.*a.value = std::exp(x);
                        return cost(candidate);
                    });
                    if (lowest < best) {
                        best = lowest;
                        f.*a.value = at;
                    }
                }
                if (before - best < 1e-4) { break; }
            }
        }
    }
    return k;
}

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
    {"local_others", "local others"},
    {"uncalibrated", "uncalibrated"},
};

double spread_of(std::vector<speed_row const*> const& rows, constants const& k) {
    std::vector<double> sizes;
    for (auto const* r : rows) {
        sizes.push_back(std::fabs(log_ratio(*r, k.of(*r))));
    }
    return std::expm1(quantile(sizes, 0.8));
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
        calibration const c = known ? fitted->second : k.common(set.name);
        // What hardware has in common is used where nobody measured: known to a factor of two.
        double spread = 1;
        out << '\n';
        if (known && std::string_view(set.name) != "uncalibrated" &&
            std::string_view(set.name) != "local others") {
            auto const& rows = sets.at(set.name);
            spread = spread_of(rows, k);
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
            << "),\n    .per_request = milliseconds(" << ms(c.per_request)
            << "), .spread = " << figures(spread)
            << ", .source = provenance::" << (spread == 1 ? "assumed" : "fitted") << "};\n";
    }
    out << "\n} // namespace calibrations\n\nnamespace engines {\n\n/// Engine generations, found "
           "by name.\ninline constexpr engine_factors fitted[] = {\n";
    for (auto const& [name, f] : k.engines) {
        out << "    // " << engine_rows.at(name) << " rows\n    {.name = \"" << name
            << "\", .weight_streaming = " << figures(f.weight_streaming)
            << ", .cache_streaming = " << figures(f.cache_streaming)
            << ", .decode_matmul = " << figures(f.decode_matmul)
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
    int rounds = 4;
    app.add_option("--reference", reference, "folder with speed_serving.csv and speed_single.csv")
        ->required();
    app.add_option("--without", skip, "source groups to leave out, separated by commas");
    app.add_option("--header", header, "write the constants as a header of the library");
    app.add_option("--rounds", rounds, "how often hardware and engines are fitted in turn");
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
            bool const base =
                !accuracy::contains(r.result.quantity.substr(r.result.quantity.find('.')), "_mtp");
            if (!r.load || !base || skipped.contains(r.result.group)) { continue; }
            sets[r.load->set].push_back(&r);
            engine_rows[r.load->engine_set] += 1;
            chosen.push_back(&r);
        }
        constants const fitted = fit_all(chosen, rounds);
        errors everything;
        collect(chosen, fitted, everything);
        std::printf("all %zu rows:%s\n", chosen.size(), line_of(everything).c_str());
        for (auto const& [name, set] : sets) {
            auto const found = fitted.hardware.find(name);
            errors here;
            collect(set, fitted, here);
            std::printf("\n%s, %zu rows, spread %.3f\n", name.c_str(), set.size(),
                        spread_of(set, fitted));
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
                    // Only hardware that the rows left out ran on matters, and all of it where one
                    // set is left with too little of its own.
                    std::map<std::string, std::size_t> rest;
                    for (auto const* r : chosen) {
                        if (r->result.*key == value) { rest[r->load->set] += 0; }
                    }
                    for (auto const* r : chosen) {
                        auto const touched = rest.find(r->load->set);
                        if (touched != rest.end() && r->result.*key != value) {
                            touched->second += 1;
                        }
                    }
                    bool const all_needed = std::any_of(
                        rest.begin(), rest.end(), [](auto const& set) { return set.second < 12; });
                    for (auto const* r : chosen) {
                        if (r->result.*key == value) {
                            left_out.push_back(r);
                        } else if (all_needed || rest.contains(r->load->set)) {
                            in.push_back(r);
                        }
                    }
                    collect(left_out, fit_all(in, 1), held);
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
