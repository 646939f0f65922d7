// SPDX-License-Identifier: MIT
// Fits the constants of training/fitted.hpp to the throughputs of training.csv.
//
//   calibrate_training --reference DIR [--header FILE | --check FILE] [--hold-out]
//
// Coordinate descent on the sum of |log(predicted / measured)|, cut at 0.8, every source weighing the square
// root of its rows; multiplicative steps that halve. The same rows give the same header on every machine.
#include "accuracy/training_run.hpp"

#include <reckon/training/step_of.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace {

using namespace reckon;
using training::calibration;

struct measured {
    training::any_run run{};
    double rate{};
    std::string group{};
    std::size_t generation{};
    std::size_t framework{};
    double weight{};
    bool waits{}; ///< the framework is transformers' trainer
    bool loops{}; ///< over its experts
    bool
        uneven{}; ///< several devices with sequences of several lengths: they wait for the longest, which says nothing
                  ///< of their links, only of what they wait for beside it
};

struct generation {
    std::string_view id;
    calibration start;
};
struct habit {
    std::string_view id;
    std::string_view framework;
};
constexpr habit habits[] = {{"megatron", "Megatron-Core"},
                            {"torchtitan", "torchtitan"},
                            {"composer", "Composer"},
                            {"internevo", "InternEvo"},
                            {"hugging_face", "transformers"},
                            {"hugging_face_fused", "transformers, fused kernels"},
                            {"hugging_face_chunked", "transformers, chunked loss"},
                            {"torchtune", "torchtune"},
                            {"deepspeed", "DeepSpeed"}};

/// What transformers' trainer waits for, with the bounds of what is physical.
struct wait {
    std::string_view id;
    seconds training::framework::* of;
    double low;
    double high;
};
constexpr wait waits[] = {{"gathering", &training::framework::gathering, 0.1e-3, 50e-3},
                          {"adapting", &training::framework::adapting, 0.02e-3, 10e-3},
                          {"looping", &training::framework::looping, 0.02e-3, 5e-3}};

/// All that is fitted: constants of each generation, a factor for each framework, and those waits.
struct constants {
    std::vector<generation> generations{};
    std::vector<double> slowdown = std::vector<double>(std::size(habits), 1.0);
    std::vector<double> waited{5e-3, 1e-3, 0.5e-3};
};

std::vector<measured> read(std::filesystem::path const& file) {
    auto const rows = accuracy::table::read(file);
    std::vector<measured> all;
    std::map<std::string, double> of_group;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        accuracy::record const row{rows, i};
        auto const value = accuracy::number(row["value"]);
        if (row["metric"] != "tok_s_gpu" || !value || !(*value > 0)) { continue; }
        auto const stated = accuracy::run_of(row);
        if (!stated || stated->no_gpu) { continue; }
        measured m{.run = stated->run, .rate = *value, .group = std::string(row["source_group"])};
        if (!training::step_of(m.run, training::calibrations::others).valid()) { continue; }
        std::string_view const name = m.run.gpu.architecture.name;
        m.generation = name == ampere::name            ? 0
                       : name == hopper::name          ? 1
                       : name == blackwell::name       ? 2
                       : name == blackwell_ultra::name ? 3
                                                       : 4;
        m.framework = std::size(habits);
        for (std::size_t h = 0; h < std::size(habits); ++h) {
            // "torchtitan, eager loss" takes the time of torchtitan; "transformers, fused kernels" has its own.
            std::string_view const name_of = m.run.framework.name.view();
            bool const variant =
                (name_of.starts_with("torchtitan") && habits[h].id == "torchtitan") ||
                (name_of.starts_with("Megatron-Core") && habits[h].id == "megatron");
            if (variant || name_of == habits[h].framework) { m.framework = h; }
        }
        m.run.framework.slowdown = 1;
        m.waits = m.run.framework.gathering > seconds{};
        m.loops = m.run.framework.looping > seconds{};
        m.uneven = stated->mean_length && m.run.parallel.devices() > 1;
        of_group[m.group] += 1;
        all.push_back(std::move(m));
    }
    for (measured& m : all) {
        m.weight = 1 / std::sqrt(of_group[m.group]);
    }
    return all;
}

double error_of(measured const& m, constants const& c) {
    double const slow = m.framework < c.slowdown.size() ? c.slowdown[m.framework] : 1.0;
    calibration const& k = c.generations[m.generation].start;
    if (!m.waits) {
        return std::log(training::step_of(m.run, k).per_device.base_value / slow / m.rate);
    }
    training::any_run run = m.run;
    for (std::size_t w = 0; w < std::size(waits); ++w) {
        run.framework.*waits[w].of = seconds{c.waited[w]};
    }
    if (!m.loops) { run.framework.looping = {}; }
    return std::log(training::step_of(run, k).per_device.base_value / slow / m.rate);
}

double loss(std::vector<measured> const& rows, constants const& c, std::size_t generation,
            std::size_t framework, std::string const& without) {
    double sum = 0;
    for (measured const& m : rows) {
        if (generation < c.generations.size() && (m.generation != generation || m.uneven)) {
            continue;
        }
        if (framework < std::size(habits) && m.framework != framework) { continue; }
        if (m.group == without) { continue; }
        sum += m.weight * std::min(0.8, std::abs(error_of(m, c)));
    }
    return sum;
}

/// The constants of a generation that are fitted, with the bounds of what is physical, and where the search starts.
struct knob {
    double (*get)(calibration const&);
    void (*set)(calibration&, double);
    double low;
    double high;
    double start;
};
constexpr knob knobs[] = {
    {[](calibration const& k) { return k.matmul.fraction; },
     [](calibration& k, double v) { k.matmul = efficiency(v); }, 0.3, 0.95, 0.7},
    {[](calibration const& k) { return k.narrow.fraction; },
     [](calibration& k, double v) { k.narrow = efficiency(v); }, 0.2, 0.95, 0.55},
    {[](calibration const& k) { return k.experts.fraction; },
     [](calibration& k, double v) { k.experts = efficiency(v); }, 0.1, 1, 0.6},
    {[](calibration const& k) { return k.attention.fraction; },
     [](calibration& k, double v) { k.attention = efficiency(v); }, 0.1, 0.8, 0.5},
    {[](calibration const& k) { return k.passes; }, [](calibration& k, double v) { k.passes = v; },
     1, 8, 3},
    {[](calibration const& k) { return k.mixture_passes; },
     [](calibration& k, double v) { k.mixture_passes = v; }, 1, 20, 3},
    {[](calibration const& k) { return k.link.fraction; },
     [](calibration& k, double v) { k.link = efficiency(v); }, 0.15, 0.95, 0.6},
    {[](calibration const& k) { return k.network.fraction; },
     [](calibration& k, double v) { k.network = efficiency(v); }, 0.15, 0.95, 0.7},
    {[](calibration const& k) { return k.hidden; }, [](calibration& k, double v) { k.hidden = v; },
     0.3, 0.98, 0.8},
    {[](calibration const& k) { return in_seconds(k.per_layer); },
     [](calibration& k, double v) { k.per_layer = seconds{v}; }, 20e-6, 5e-3, 300e-6},
    {[](calibration const& k) { return in_seconds(k.per_mixture); },
     [](calibration& k, double v) { k.per_mixture = seconds{v}; }, 20e-6, 5e-3, 300e-6},
    {[](calibration const& k) { return in_seconds(k.per_step); },
     [](calibration& k, double v) { k.per_step = seconds{v}; }, 1e-3, 0.3, 10e-3},
};

/// Three digits, so that the header says what was fitted.
double rounded(double v) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3g", v);
    return std::stod(text);
}

constants fit(std::vector<measured> const& rows, std::string const& without = "") {
    constants c{.generations = {{"ampere", {.name = "Ampere"}},
                                {"hopper", {.name = "Hopper"}},
                                {"blackwell", {.name = "Blackwell"}},
                                {"blackwell_ultra", {.name = "Blackwell Ultra"}},
                                {"others", {.name = "other generations"}}}};
    for (generation& g : c.generations) {
        for (knob const& k : knobs) {
            k.set(g.start, k.start);
        }
        g.start.source = provenance::fitted;
    }
    for (double step = 0.2; step > 0.02; step *= 0.7) {
        for (int round = 0; round < 3; ++round) {
            for (std::size_t g = 0; g < c.generations.size(); ++g) {
                for (knob const& k : knobs) {
                    double const now = k.get(c.generations[g].start);
                    double best = loss(rows, c, g, std::size(habits), without);
                    double chosen = now;
                    for (double const factor : {1 + step, 1 / (1 + step)}) {
                        double const tried = rounded(std::clamp(now * factor, k.low, k.high));
                        k.set(c.generations[g].start, tried);
                        double const here = loss(rows, c, g, std::size(habits), without);
                        if (here < best - 1e-9) {
                            best = here;
                            chosen = tried;
                        }
                    }
                    k.set(c.generations[g].start, chosen);
                }
            }
            // Megatron-Core is the unit.
            for (std::size_t h = 1; h < std::size(habits); ++h) {
                double const now = c.slowdown[h];
                double best = loss(rows, c, c.generations.size(), h, without);
                double chosen = now;
                for (double const factor : {1 + step, 1 / (1 + step)}) {
                    c.slowdown[h] = rounded(std::clamp(now * factor, 0.8, 3.0));
                    double const here = loss(rows, c, c.generations.size(), h, without);
                    if (here < best - 1e-9) {
                        best = here;
                        chosen = c.slowdown[h];
                    }
                }
                c.slowdown[h] = chosen;
            }
            for (std::size_t w = 0; w < std::size(waits); ++w) {
                double const now = c.waited[w];
                double best = loss(rows, c, c.generations.size(), std::size(habits), without);
                double chosen = now;
                for (double const factor : {1 + step, 1 / (1 + step)}) {
                    c.waited[w] = rounded(std::clamp(now * factor, waits[w].low, waits[w].high));
                    double const here =
                        loss(rows, c, c.generations.size(), std::size(habits), without);
                    if (here < best - 1e-9) {
                        best = here;
                        chosen = c.waited[w];
                    }
                }
                c.waited[w] = chosen;
            }
        }
    }
    return c;
}

double quantile(std::vector<double> values, double p) {
    if (values.empty()) { return std::nan(""); }
    std::sort(values.begin(), values.end());
    return values[static_cast<std::size_t>(p * static_cast<double>(values.size() - 1) + 0.5)];
}

std::string shown(double v) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3g", v);
    return text;
}

std::string header(std::vector<measured> const& rows, constants const& c) {
    std::ostringstream out;
    out << "// SPDX-License-Identifier: MIT\n"
           "// The fitted constants of training. Written by `bench/calibrate_training --header "
           "FILE`; run it again\n"
           "// instead of editing. Above each set: its rows, and the median and 90th percentile of "
           "the error on them.\n"
           "#pragma once\n#include <reckon/training/calibration.hpp>\n\n"
           "// clang-format off: a generator wrote this\n\nnamespace reckon::inline v0::training "
           "{\n\n"
           "/// Times of a step by framework, as multiples of Megatron-Core's.\nnamespace "
           "slowdowns {\n";
    for (std::size_t h = 0; h < std::size(habits); ++h) {
        std::vector<double> errors;
        for (measured const& m : rows) {
            if (m.framework == h) { errors.push_back(std::abs(std::exp(error_of(m, c)) - 1)); }
        }
        out << "/// " << errors.size() << " rows";
        if (!errors.empty()) { out << ": median " << shown(100 * quantile(errors, 0.5)) << " %"; }
        out << ".\ninline constexpr double " << habits[h].id << " = " << shown(c.slowdown[h])
            << ";\n";
    }
    out << "} // namespace slowdowns\n\n"
           "/// What transformers' trainer waits for beside the work, because its kernels are "
           "launched one by one: a layer that is\n"
           "/// gathered (PyTorch FSDP), a matrix with an adapter, an expert of a mixture computed "
           "in a loop.\nnamespace waits {\n";
    for (std::size_t w = 0; w < std::size(waits); ++w) {
        out << "inline constexpr seconds " << waits[w].id << " = milliseconds("
            << shown(1e3 * c.waited[w]) << ");\n";
    }
    out << "} // namespace waits\n\nnamespace calibrations {\n";
    for (std::size_t g = 0; g < c.generations.size(); ++g) {
        std::vector<double> errors;
        for (measured const& m : rows) {
            if (m.generation == g) { errors.push_back(std::abs(std::exp(error_of(m, c)) - 1)); }
        }
        calibration const& k = c.generations[g].start;
        bool const few = errors.size() < 12;
        out << "\n/// " << errors.size() << " rows: median " << shown(100 * quantile(errors, 0.5))
            << " %, p90 " << shown(100 * quantile(errors, 0.9))
            << " %.\ninline constexpr calibration " << c.generations[g].id << "{.name = \""
            << k.name.view() << "\", .matmul = efficiency(" << shown(k.matmul.fraction)
            << "), .narrow = efficiency(" << shown(k.narrow.fraction)
            << "),\n    .experts = efficiency(" << shown(k.experts.fraction)
            << "), .attention = efficiency(" << shown(k.attention.fraction)
            << "), .passes = " << shown(k.passes)
            << ", .mixture_passes = " << shown(k.mixture_passes) << ", .link = efficiency("
            << shown(k.link.fraction) << "),\n    .network = efficiency("
            << shown(k.network.fraction) << "), .hidden = " << shown(k.hidden)
            << ", .per_layer = microseconds(" << shown(1e6 * in_seconds(k.per_layer))
            << "), .per_mixture = microseconds(" << shown(1e6 * in_seconds(k.per_mixture))
            << "),\n    .per_step = milliseconds(" << shown(1e3 * in_seconds(k.per_step))
            << "), .spread = " << shown(std::max(few ? 0.5 : 0.1, quantile(errors, 0.8)))
            << ", .source = provenance::" << (few ? "assumed" : "fitted") << "};\n";
    }
    out << "\n} // namespace calibrations\n\n} // namespace reckon::inline v0::training\n";
    return out.str();
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"Fit the constants of training to published throughputs"};
    std::string reference;
    std::string target;
    std::string check;
    bool hold_out = false;
    app.add_option("--reference", reference, "folder with training.csv")->required();
    app.add_option("--header", target, "write the header into this file");
    app.add_option("--check", check, "compare the header with this file instead");
    app.add_flag("--hold-out", hold_out,
                 "fit without each source in turn, and print the error on it");
    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& error) { return app.exit(error) == 0 ? 0 : 2; }
    try {
        auto const rows = read(std::filesystem::path(reference) / "training.csv");
        constants const c = fit(rows);
        std::string const text = header(rows, c);
        if (hold_out) {
            std::map<std::string, int> groups;
            for (measured const& m : rows) {
                ++groups[m.group];
            }
            std::vector<double> all;
            for (auto const& [group, n] : groups) {
                constants const other = fit(rows, group);
                std::vector<double> errors;
                for (measured const& m : rows) {
                    if (m.group == group) {
                        errors.push_back(std::abs(std::exp(error_of(m, other)) - 1));
                    }
                }
                std::printf("%-40s %4d rows not seen: median %.1f %%, p90 %.1f %%\n", group.c_str(),
                            n, 100 * quantile(errors, 0.5), 100 * quantile(errors, 0.9));
                all.insert(all.end(), errors.begin(), errors.end());
            }
            std::printf("%-40s %4zu rows not seen: median %.1f %%, p90 %.1f %%\n", "all",
                        all.size(), 100 * quantile(all, 0.5), 100 * quantile(all, 0.9));
        }
        if (!check.empty()) {
            std::ifstream in(check);
            std::stringstream there;
            there << in.rdbuf();
            if (there.str() != text) {
                std::cerr << "calibrate_training: " << check
                          << " is not what these rows give; write it again with --header.\n";
                return 1;
            }
        }
        if (!target.empty()) { std::ofstream(target) << text; }
        if (target.empty() && check.empty() && !hold_out) { std::cout << text; }
        return 0;
    } catch (std::exception const& error) {
        std::cerr << "calibrate_training: " << error.what() << '\n';
    }
    return 2;
}
