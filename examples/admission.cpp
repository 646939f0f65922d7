// SPDX-License-Identifier: MIT
// Kubernetes' admission check: would the containers of a pod run out of memory when they start?
//
//   admission review.json            an AdmissionReview: its answer, allowed or denied with the reason
//   kubectl create -f r1.yaml --dry-run=client -o json | admission
//   admission --accelerator h200-sxm r1.yaml
//
// Containers that run no engine and ask for no accelerator are passed over. What is not understood is a warning, or
// with --strict a denial. Behind a webhook, examples/service answers the same at /admission.
// Exit status: 0 allowed, 1 denied, 2 the input was not understood.
#include "admission/review.hpp"

#include <reckon/io/read_file.hpp>

#include <CLI/CLI.hpp>

#include <iostream>
#include <iterator>
#include <string>

namespace {

int refused(reckon::error const& why) {
    std::cerr << "admission: " << why.message.view() << '\n';
    return 2;
}

/// The file's text, or all of standard input.
reckon::result<std::string> read_input(std::string const& file) {
    if (!file.empty() && file != "-") { return reckon::io::read_text_file(file); }
    return std::string(std::istreambuf_iterator<char>(std::cin), {});
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"Whether the containers of a pod would run out of memory when they start."};
    std::string file;
    admission::rules rules;
    app.add_option("file", file,
                   "an AdmissionReview or an object as JSON, or manifests as YAML; without it, "
                   "standard input");
    app.add_option("--accelerator", rules.accelerator, "where an object says none: h200-sxm");
    app.add_option("--most-gpus", rules.most_gpus, "GPUs that a remedy may ask for (16)")
        ->check(CLI::Range(reckon::count{1}, reckon::count{100000}));
    app.add_flag("--strict", rules.strict, "deny what is not understood");
    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& e) { return app.exit(e) == 0 ? 0 : 2; }
    auto const text = read_input(file);
    if (!text) { return refused(text.error()); }
    auto const answer =
        admission::judge(*text, file.empty() || file == "-" ? "standard input" : file, rules);
    if (!answer) { return refused(answer.error()); }
    if (!answer->review.empty()) {
        std::cout << answer->review;
    } else {
        for (auto const& [mark, sentences] :
             {std::pair("denied: ", answer->found.refusals),
              std::pair("warning: ", answer->found.warnings), std::pair("", answer->found.notes)}) {
            for (std::string const& s : sentences) {
                std::cout << mark << s << '\n';
            }
        }
        if (answer->found.allowed()) { std::cout << "allowed\n"; }
    }
    return answer->found.allowed() ? 0 : 1;
}
