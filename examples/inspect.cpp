// SPDX-License-Identifier: MIT
// A model's anatomy: its parameters by part, its bytes as stored, and what a request keeps.
//
//   inspect deepseek-v3
//   inspect Llama-3.1-8B-Instruct-Q4_K_M.gguf --cache q8_0
#include "inspect/page.hpp"
#include "inspect/subject.hpp"

#include <reckon/io/table.hpp>
#include <reckon/precision/find_precision.hpp>

#include <CLI/CLI.hpp>

#include <iostream>
#include <string>
#include <unistd.h>

namespace {

int complain(std::string_view why) {
    std::cerr << "inspect: " << why << '\n';
    return 2;
}

} // namespace

int main(int argc, char** argv) {
    std::string name;
    std::string cache = "bf16";
    std::string format = "table";
    CLI::App app{"Shows what a model is made of: parameters, bytes as stored, state of a request.",
                 "inspect"};
    app.add_option("model", name,
                   "A name of the catalogue; or a config.json, a safetensors file or its index, a "
                   "GGUF file, a folder")
        ->type_name("PATH|NAME")
        ->required();
    app.add_option("--cache", cache, "How keys and values are kept (default: bf16)")
        ->type_name("NAME");
    app.add_option("--format", format, "table, json or markdown (default: table)")
        ->type_name("NAME");
    app.footer("\nExamples:\n  inspect deepseek-v3\n  inspect Llama-3.1-8B-Instruct-Q4_K_M.gguf "
               "--cache q8_0\n"
               "  inspect model.safetensors.index.json --format json\n\nExit status: 0, or 2 when "
               "the model cannot be read.");
    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& e) {
        if (e.get_exit_code() == 0) { return app.exit(e); }
        return complain(std::string(e.what()) + "; inspect --help lists the options");
    }
    if (format != "table" && format != "json" && format != "markdown") {
        return complain("--format: '" + format.substr(0, 40) +
                        "' is not one of table, json, markdown");
    }
    auto const kept = reckon::find_cache_precision(cache);
    if (!kept) { return complain("--cache: " + std::string(kept.error().message.view())); }
    auto const subject = inspect::find_subject(name);
    if (!subject) { return complain(subject.error().message.view()); }
    inspect::page const page = inspect::page_of(*subject, *kept);
    if (format == "json") {
        std::cout << inspect::to_json(page);
    } else if (format == "markdown") {
        std::cout << inspect::to_markdown(page);
    } else {
        std::cout << inspect::to_text(
            page, {.width = 100, .colour = reckon::io::wants_colour(isatty(STDOUT_FILENO) == 1)});
    }
    return 0;
}
