// SPDX-License-Identifier: MIT
// What a local model server asks before it loads: several models that stay resident, the bytes that are free
// on each device and on the host, and for each model the layers on the GPU and the longest context.
//
//   local_server --device 23GiB --host 60GiB Qwen/Qwen3-30B-A3B:Q4_K_M@32K Qwen/Qwen3-0.6B:Q8_0
//
// A model is a GGUF file or a repository with a GGUF type; behind '@' stands the context that it is of no use
// without. Exit status: 0 all are seated, 1 one is not, 2 something was not understood.
#include <reckon/catalog/find_model.hpp>
#include <reckon/io/command_line.hpp>
#include <reckon/io/format.hpp>
#include <reckon/io/gguf.hpp>
#include <reckon/io/quantity_text.hpp>
#include <reckon/io/table.hpp>
#include <reckon/memory/llama_cpp/residents.hpp>

#include <CLI/CLI.hpp>

#include <iostream>
#include <string>
#include <vector>

namespace {

using namespace reckon;
using io::to_text;
using resident = llama_cpp_resident<any_model>;

struct wish {
    std::string name{}; ///< as typed, without the context
    bool file{};
    resident wanted{};
};

result<wish> read_wish(std::string const& typed, llama_cpp_settings const& settings,
                       count wanted_context) {
    wish w{.name = typed};
    w.wanted.settings = settings;
    w.wanted.wanted_context = wanted_context;
    if (std::size_t const at = typed.rfind('@'); at != std::string::npos) {
        auto const least = io::parse_tokens(std::string_view(typed).substr(at + 1));
        if (!least) { return least.error(); }
        w.wanted.least_context = static_cast<count>(in_tokens(*least));
        w.name = typed.substr(0, at);
    }
    w.file = w.name.ends_with(".gguf");
    std::string_view type{};
    if (w.file) {
        auto const model = io::read_gguf_model(w.name);
        if (!model) { return model.error(); }
        w.wanted.model = *model;
    } else {
        auto const parts = io::command::detail::split_repository(w.name);
        auto const model = find_model(parts.model);
        if (!model) { return model.error(); }
        w.wanted.model = *model;
        type = parts.type;
    }
    auto const stored = io::command::detail::recipe_of_type(w.wanted.model, type);
    if (!stored) { return stored.error(); }
    w.wanted.weights = *stored;
    return w;
}

std::string placed(wish const& w, llama_cpp_seat const& seat) {
    count const layers = layer_count(w.wanted.model);
    if (!seat.loads) { return "not loaded"; }
    std::string text = std::to_string(std::min(seat.settings.gpu_layers, layers + 1)) + " of " +
                       std::to_string(layers + 1);
    if (seat.settings.host_experts > 0) {
        text += ", experts of " + std::to_string(seat.settings.host_experts) + " on the host";
    }
    return text;
}

std::string line_of(wish const& w, llama_cpp_seat const& seat) {
    llama_cpp_settings const& s = seat.settings;
    std::string line = "llama-server " + std::string(w.file ? "-m " : "-hf ") + w.name + " -c " +
                       std::to_string(s.context) + " -np " + std::to_string(s.sequences) +
                       (s.unified && s.sequences > 1 ? " -kvu" : "") + " -ngl " +
                       std::to_string(s.gpu_layers) + " -fit off";
    if (s.host_experts > 0) { line += " --n-cpu-moe " + std::to_string(s.host_experts); }
    if (s.split.devices > 1) {
        line += " -ts ";
        for (count d = 0; d < s.split.devices; ++d) {
            // Whole MiB are near enough: a share decides over whole layers.
            auto const mebi = static_cast<count>(s.split.shares[d] / 1048576);
            line += (d > 0 ? "," : "") + std::to_string(mebi);
        }
    }
    return line;
}

int refused(error const& why) {
    std::cerr << "local_server: " << why.message.view() << '\n';
    return 2;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"Where the models of a local server go, and how long their contexts can be."};
    std::vector<std::string> devices;
    std::vector<std::string> models;
    std::string host = "16GiB";
    std::string margin = "1GiB";
    std::string wanted = "128K";
    count parallel = 1;
    app.add_option("models", models,
                   "FILE.gguf or user/Model:TYPE, '@32K' behind it for the least "
                   "context; the most important first")
        ->required();
    app.add_option("--device", devices, "free memory of a device, once for each: 23GiB")
        ->required();
    app.add_option("--host", host, "free memory of the host (16GiB)");
    app.add_option("--margin", margin, "to leave free on each device (1GiB)");
    app.add_option("--context", wanted, "the most context that is wanted (128K)");
    app.add_option("--parallel", parallel, "requests at once, sharing the context (1)")
        ->check(CLI::Range(count{1}, llama_cpp_most_sequences));
    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& e) { return app.exit(e) == 0 ? 0 : 2; }
    std::vector<bytes> free;
    for (std::string const& text : devices) {
        auto const size = io::parse_bytes(text);
        if (!size) { return refused(size.error()); }
        free.push_back(*size);
    }
    auto const host_free = io::parse_bytes(host);
    if (!host_free) { return refused(host_free.error()); }
    auto const kept = io::parse_bytes(margin);
    if (!kept) { return refused(kept.error()); }
    auto const longest = io::parse_tokens(wanted);
    if (!longest) { return refused(longest.error()); }
    std::vector<wish> wishes;
    std::vector<resident> residents;
    llama_cpp_settings const settings{.sequences = parallel, .outputs = parallel};
    for (std::string const& model : models) {
        auto read = read_wish(model, settings, static_cast<count>(in_tokens(*longest)));
        if (!read) { return refused(read.error()); }
        residents.push_back(read->wanted);
        wishes.push_back(*std::move(read));
    }
    std::vector<llama_cpp_seat> seats(residents.size());
    if (auto const why = seat_residents<any_model>(residents, free, *host_free, *kept, seats)) {
        return refused(*why);
    }

    using enum io::alignment;
    io::table t{.columns = {{.title = "model"},
                            {.title = "layers on the GPU"},
                            {.title = "context", .align = right}}};
    for (std::size_t d = 0; d < free.size(); ++d) {
        t.columns.push_back({.title = "GPU " + std::to_string(d), .align = right});
    }
    t.columns.push_back({.title = "host", .align = right});
    std::vector<bytes> used(free.size() + 1, bytes{0});
    bool all = true;
    for (std::size_t i = 0; i < wishes.size(); ++i) {
        llama_cpp_seat const& seat = seats[i];
        all = all && seat.loads;
        std::vector<io::table_cell> row{wishes[i].name, placed(wishes[i], seat)};
        if (seat.loads) {
            row.emplace_back(io::with_commas(seat.memory.extent.context()));
            for (std::size_t d = 0; d < free.size(); ++d) {
                row.emplace_back(to_text(seat.memory.devices[d].total()));
                used[d] += seat.memory.devices[d].total();
            }
            row.emplace_back(to_text(seat.memory.host.total()));
            used.back() += seat.memory.host.total();
        }
        t.rows.push_back(row);
    }
    std::vector<io::table_cell> rest{"left", "", ""};
    for (std::size_t d = 0; d < free.size(); ++d) {
        rest.emplace_back(to_text(free[d] - used[d]));
    }
    rest.emplace_back(to_text(*host_free - used.back()));
    t.rows.push_back(rest);
    std::cout << to_text(t) << '\n';
    for (std::size_t i = 0; i < wishes.size(); ++i) {
        if (seats[i].loads) { std::cout << line_of(wishes[i], seats[i]) << '\n'; }
    }
    return all ? 0 : 1;
}
