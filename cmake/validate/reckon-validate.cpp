// SPDX-License-Identifier: MIT
// Whether what a repository deploys would start: reckon_validate() of CMake, the pre-commit hook and the GitHub
// Action all run this program.
//
//   reckon-validate [--accelerator NAME] [--most-gpus N] [--proof FILE.cpp] FILE..
//
// One line for each deployment that would not start, on standard error:
//   FILE:LINE: deployment "NAME": needs .. GiB per GPU, .. GiB usable on ..; would fit with --flag N or ..
//
// --proof writes the same deployments as static_asserts, so that a compiler checks them again.
// Exit status: 0 all start, 1 some do not, 2 the call itself makes no sense.
#include <reckon/io/deployment_file.hpp>
#include <reckon/io/read_file.hpp>
#include <reckon/io/verdict_text.hpp>

#include <cstdio>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

using reckon::count;

struct options {
    std::string_view accelerator{};
    std::string_view proof{};
    count most_gpus = 16;
    std::vector<std::string_view> files{};
};

constexpr reckon::recipe narrower[] = {reckon::fp8_block128, reckon::int4_g128};

int wrong_call(std::string_view why) {
    std::fprintf(stderr, "reckon-validate: %.*s\n", static_cast<int>(why.size()), why.data());
    return 2;
}

/// What is wrong with a deployment; empty where it starts.
std::string objection(reckon::io::written_deployment const& w, count most_gpus) {
    if (!w.read) { return std::string(w.read.error().message.view()); }
    if (reckon::io::starts(*w.read, w.shrinks_context)) { return {}; }
    return reckon::io::refusal_in_words(*w.read, in_fields(w.form), narrower, most_gpus);
}

/// A C++ string literal.
std::string literal(std::string_view text) {
    std::string out = "\"";
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F) { // three octal digits end by themselves
            out += '\\';
            for (unsigned const shift : {6U, 3U, 0U}) {
                out += static_cast<char>('0' + (byte >> shift & 7U));
            }
            continue;
        }
        if (c == '"' || c == '\\') { out += '\\'; }
        out += c;
    }
    return out + "\"";
}

/// The assertion of a deployment that starts, where a command line can say all of it.
std::string assertion(reckon::io::written_deployment const& w, std::string_view file,
                      std::size_t number) {
    auto const& d = *w.read;
    auto const line = reckon::write_command_line(d);
    if (!line || w.shrinks_context) { return {}; }
    std::string const n = std::to_string(number);
    return "constexpr auto accelerator_" + n + " = *reckon::find_gpu(" + literal(d.gpu.id.view()) +
           ");\n#line " + std::to_string(w.line) + " " + literal(file) +
           "\nstatic_assert(reckon::fits(reckon::read_command_line(" + literal(line->view()) +
           "), accelerator_" + n + ", {.concurrency = " + std::to_string(d.concurrency) + "}), " +
           literal("deployment " + w.name + " does not start") + ");\n";
}

constexpr char usage[] =
    "reckon-validate [--accelerator NAME] [--most-gpus N] [--proof FILE.cpp] FILE..\n"
    "Whether the deployments in these files would start: engine command lines, deployments as\n"
    "JSON (.json) or TOML (.toml), Kubernetes manifests (.yaml, .yml).\n"
    "  --accelerator NAME  what a file without \"# reckon: accelerator=NAME\" starts on\n"
    "  --most-gpus N       how many GPUs a remedy may ask for (16)\n"
    "  --proof FILE.cpp    writes those that start as static_asserts\n"
    "Exit status: 0 all start, 1 some do not, 2 the call itself makes no sense.\n";

/// Options, or what is wrong with them.
int read_options(int argc, char** argv, options& o) {
    for (int i = 1; i < argc; ++i) {
        std::string_view const word = argv[i];
        if (word.substr(0, 2) != "--") {
            o.files.push_back(word);
            continue;
        }
        if (i + 1 == argc) { return wrong_call(std::string(word) + " needs a value."); }
        std::string_view const value = argv[++i];
        if (word == "--accelerator") {
            o.accelerator = value;
        } else if (word == "--proof") {
            o.proof = value;
        } else if (word == "--most-gpus") {
            auto const number = reckon::io::command::read_plain_count(value);
            if (!number || *number < 1 || *number > 100000) {
                return wrong_call("--most-gpus must be a number from 1 to 100000.");
            }
            o.most_gpus = *number;
        } else {
            return wrong_call("there is no option " + std::string(word) +
                              "; there are --accelerator, --most-gpus and --proof.");
        }
    }
    if (o.files.empty()) { return wrong_call("no file was given to check."); }
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    options o;
    if (argc == 2 && std::string_view(argv[1]) == "--help") {
        std::fputs(usage, stdout);
        return 0;
    }
    if (int const status = read_options(argc, argv, o); status != 0) { return status; }
    std::string proof = "// Written by reckon-validate: what was checked, for the compiler.\n"
                        "#include <reckon/catalog/find_gpu.hpp>\n"
                        "#include <reckon/io/command_line.hpp>\n\nnamespace {\n";
    std::size_t checked = 0;
    std::size_t refused = 0;
    for (std::string_view const file : o.files) {
        auto const text = reckon::io::read_text_file(file);
        if (!text) {
            std::fprintf(stderr, "%s\n", text.error().message.characters);
            ++refused;
            continue;
        }
        auto const found = reckon::io::read_deployments(*text, file, o.accelerator);
        for (reckon::io::written_deployment const& w : found) {
            ++checked;
            std::string const why = objection(w, o.most_gpus);
            if (why.empty()) {
                proof += assertion(w, file, checked);
                continue;
            }
            std::fprintf(stderr, "%.*s:%lld: deployment \"%s\": %s\n",
                         static_cast<int>(file.size()), file.data(), static_cast<long long>(w.line),
                         w.name.c_str(), why.c_str());
            ++refused;
        }
    }
    if (refused > 0) { return 1; }
    if (!o.proof.empty()) {
        std::ofstream out{std::string(o.proof)};
        out << proof << "} // namespace\n";
        if (!out.flush()) { return wrong_call("cannot write " + std::string(o.proof) + "."); }
    }
    std::printf(checked == 1 ? "%zu deployment starts\n" : "%zu deployments start\n", checked);
    return 0;
}
