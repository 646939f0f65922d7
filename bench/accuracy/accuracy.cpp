// SPDX-License-Identifier: MIT
// Holds predictions against measurements that others published, row by row.
#include "accuracy/tables.hpp"

#include <CLI/CLI.hpp>

#include <exception>
#include <filesystem>
#include <iostream>
#include <string>

namespace {

struct job {
    std::string_view file;
    void (*check)(accuracy::table const&, accuracy::report&);
};

constexpr job jobs[] = {
    {"models.csv", accuracy::check_models},
    {"quantized_sizes.csv", accuracy::check_quantized_sizes},
    {"serving_memory.csv", accuracy::check_serving_memory},
    {"speed_serving.csv", accuracy::check_speed_serving},
    {"speed_single.csv", accuracy::check_speed_single},
    {"training.csv", accuracy::check_training},
};

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"Hold reckon's predictions against published measurements"};
    std::string reference;
    std::string rows;
    std::string markdown;
    std::string plots;
    app.add_option("--reference", reference,
                   "folder with models.csv, serving_memory.csv, speed_serving.csv, ...")
        ->required();
    app.add_option("--rows", rows, "write one CSV line a row and quantity into this file");
    app.add_option("--markdown", markdown, "write the tables of errors into this file");
    app.add_option("--plots", plots,
                   "draw predicted against measured as SVG into this folder, with gnuplot");
    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& error) { return app.exit(error) == 0 ? 0 : 2; }
    try {
        namespace fs = std::filesystem;
        if (!fs::is_directory(reference)) {
            throw accuracy::bad_input(reference + " is not a folder.");
        }
        accuracy::report report;
        bool any = false;
        for (job const& j : jobs) {
            fs::path const file = fs::path(reference) / j.file;
            if (!fs::exists(file)) { continue; }
            any = true;
            j.check(accuracy::table::read(file), report);
        }
        if (!any) {
            throw accuracy::bad_input(reference + " holds none of the measurement tables.");
        }
        report.mark_unstated(fs::path(reference) / "unstated.csv");
        if (!rows.empty()) { report.write_rows(rows); }
        if (!markdown.empty()) { report.write_markdown(markdown, reference, plots); }
        if (!plots.empty()) { report.write_plots(plots); }
        report.print(std::cout);
        return 0;
    } catch (accuracy::bad_input const& error) {
        std::cerr << "accuracy: " << error.what() << '\n';
    } catch (std::exception const& error) { std::cerr << "accuracy: " << error.what() << '\n'; }
    return 2;
}
