// SPDX-License-Identifier: MIT
#include "recommend/question.hpp"

#include <reckon/io/hugging_face.hpp>
#include <reckon/io/quantity_text.hpp>
#include <reckon/model/gguf_facts.hpp>
#include <reckon/precision/find_precision.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <string_view>

namespace recommend {
namespace {

using reckon::errc;
using reckon::error;
using reckon::result;
using reckon::sentence;

/// Options as typed; what is empty was not given.
struct typed {
    std::string model, context, concurrency, rate, prompt, output, kv_cache, max_gpus, objective,
        max_ttft, max_tpot, max_latency, budget, max_power, spare, engine, format, top;
    std::vector<std::string> precisions, gpus, owned;
    bool all_refusals{};
};

std::string_view trimmed(std::string_view s) {
    while (!s.empty() && s.front() == ' ') {
        s.remove_prefix(1);
    }
    while (!s.empty() && s.back() == ' ') {
        s.remove_suffix(1);
    }
    return s;
}

error about(std::string_view option, error const& why) {
    return {why.code, sentence(option).append(": ").append(why.message)};
}

error not_one_of(std::string_view option, std::string_view given, std::string_view choices) {
    return {errc::unknown_name, sentence(option)
                                    .append(": '")
                                    .append(given.substr(0, 40))
                                    .append("' is not one of ")
                                    .append(choices)};
}

result<reckon::tokens> read_tokens(std::string_view option, std::string const& text) {
    auto const read = reckon::io::parse_tokens(text);
    if (!read) { return about(option, read.error()); }
    if (*read < reckon::tokens{1}) {
        return error{errc::out_of_range,
                     sentence(option).append(" is 0; it must be at least 1 token")};
    }
    return *read;
}

/// A whole number from 1 on, with or without commas.
result<reckon::count> read_count(std::string_view option, std::string const& text,
                                 std::string_view what) {
    reckon::count value = 0;
    bool digit = false;
    for (char const c : trimmed(text)) {
        if (c == ',' && digit) { continue; }
        if (c < '0' || c > '9') {
            return error{errc::malformed, sentence(option)
                                              .append(": '")
                                              .append(std::string_view(text).substr(0, 40))
                                              .append("' is not a whole number of ")
                                              .append(what)
                                              .append(" from 1 up; write it as 64")};
        }
        digit = true;
        value = reckon::detail::add(reckon::detail::multiply(value, reckon::count{10}),
                                    static_cast<reckon::count>(c - '0'));
    }
    if (!digit || value < 1) {
        return error{errc::out_of_range, sentence(option)
                                             .append(" is ")
                                             .append(digit ? "0" : "empty")
                                             .append("; it must be at least 1")};
    }
    return value;
}

/// Requests per second; a rate per minute would be read wrongly, so no unit is taken.
result<reckon::request_rate> read_rate(std::string const& text) {
    auto const number = reckon::io::detail::to_double(std::string(trimmed(text)));
    constexpr double most = 1e9;
    if (!number || !(*number > 0) || *number > most) {
        return error{errc::out_of_range,
                     sentence("--requests-per-second: '")
                         .append(std::string_view(text).substr(0, 40))
                         .append("' is not a number above 0 and up to 1e9; write it as 10 or 0.5")};
    }
    return reckon::per_second(*number);
}

result<reckon::figure<reckon::seconds>> read_limit(std::string_view option,
                                                   std::string const& text) {
    if (text.empty()) { return reckon::figure<reckon::seconds>{}; }
    auto const read = reckon::io::parse_duration(text);
    if (!read) { return about(option, read.error()); }
    return reckon::figure<reckon::seconds>{*read};
}

/// A number above 0 in a unit that may be written behind it.
result<double> read_amount(std::string_view option, std::string const& text, std::string_view unit,
                           std::string_view example) {
    std::string_view number = trimmed(text);
    if (number.ends_with(unit)) { number = trimmed(number.substr(0, number.size() - unit.size())); }
    auto const value = reckon::io::detail::to_double(std::string(number));
    if (!value || !(*value > 0) || *value > 1e9) {
        return error{errc::out_of_range,
                     sentence(option)
                         .append(": '")
                         .append(std::string_view(text).substr(0, 40))
                         .append("' is not a number above 0 and up to 1e9; write it as ")
                         .append(example)};
    }
    return *value;
}

/// "h100=16": an accelerator of the catalogue, and how many of it one has.
result<reckon::stock> read_stock(std::string const& text) {
    std::size_t const equals = text.find('=');
    if (equals == std::string::npos) {
        return error{errc::malformed, sentence("--own: '")
                                          .append(std::string_view(text).substr(0, 40))
                                          .append("' does not say how many; write it as h100=16")};
    }
    auto const g = reckon::find_gpu(trimmed(std::string_view(text).substr(0, equals)));
    if (!g) { return about("--own", g.error()); }
    auto const n = read_count("--own", text.substr(equals + 1), "GPUs");
    if (!n) { return n.error(); }
    return reckon::stock{reckon::label(g->id.view()), *n, reckon::unknown};
}

/// A name of the catalogue, or a file: what looks like a path and exists is a file, a bare name is the
/// catalogue's if it has it.
result<reckon::any_model> read_model(std::string const& name, std::string& file) {
    namespace fs = std::filesystem;
    std::error_code ignored;
    bool const exists = fs::exists(fs::path(name), ignored);
    bool const path_like =
        name.find('/') != std::string::npos || name.find('\\') != std::string::npos;
    bool const is_json = name.ends_with(".json");
    auto const known = reckon::find_model(name);
    bool const dots = name.starts_with("./") || name.starts_with("../") || name.starts_with("/") ||
                      name.starts_with("~");
    if (is_json || dots || (exists && (path_like || !known))) {
        file = name;
        return reckon::io::read_hugging_face(name);
    }
    return known;
}

result<reckon::recipe> read_precision(std::string const& name, reckon::any_model const& m) {
    if (name == "published") { return m.published; }
    return reckon::find_recipe(name, reckon::gguf_facts_of(m));
}

/// "a,b c" in one option or several is one list.
std::vector<std::string> split(std::vector<std::string> const& given) {
    std::vector<std::string> parts;
    for (std::string const& one : given) {
        std::size_t begin = 0;
        while (begin <= one.size()) {
            std::size_t const end = std::min(one.find(',', begin), one.size());
            parts.emplace_back(trimmed(std::string_view(one).substr(begin, end - begin)));
            begin = end + 1;
        }
    }
    return parts;
}

result<reckon::objective> read_objective(std::string const& name) {
    using enum reckon::objective;
    for (auto const o : {cost, hourly_cost, throughput, latency, devices, energy}) {
        if (name == reckon::name(o)) { return o; }
    }
    return not_one_of("--objective", name, "cost, hourly-cost, throughput, latency, gpus, energy");
}

result<reckon::engine> read_engine(std::string const& name) {
    if (name == "vllm") { return reckon::engines::vllm; }
    if (name == "sglang") { return reckon::engines::sglang; }
    if (name == "paper") { return reckon::engines::on_paper; }
    return not_one_of("--engine", name, "vllm, sglang, paper");
}

result<page_format> read_format(std::string const& name) {
    if (name == "table") { return page_format::table; }
    if (name == "json") { return page_format::json; }
    if (name == "markdown") { return page_format::markdown; }
    return not_one_of("--format", name, "table, json, markdown");
}

/// Stores what was read, or keeps the first error.
class reader {
public:
    template <class T, class Target> bool store(result<T> const& read, Target& target) {
        if (!read && !failed_) { failed_ = read.error(); }
        if (read) { target = *read; }
        return read.has_value();
    }
    void fail(error const& why) {
        if (!failed_) { failed_ = why; }
    }
    [[nodiscard]] bool ok() const { return !failed_; }
    [[nodiscard]] std::optional<error> const& failed() const { return failed_; }

private:
    std::optional<error> failed_{};
};

void read_load(reader& r, typed const& t, question& q) {
    if (!t.prompt.empty()) { r.store(read_tokens("--prompt", t.prompt), q.load.request.prompt); }
    if (!t.output.empty()) { r.store(read_tokens("--output", t.output), q.load.request.output); }
    if (!t.context.empty()) {
        r.store(read_tokens("--context", t.context), q.load.context);
    } else if (q.load.request.known()) {
        q.load.context = q.load.request.prompt + q.load.request.output;
        q.context_assumed = true;
    } else {
        r.fail({errc::missing_field, "say how many tokens a request may grow to: --context 32768, "
                                     "or --prompt and --output"});
    }
    if (!t.concurrency.empty()) {
        r.store(read_count("--concurrency", t.concurrency, "requests"), q.load.concurrency);
    }
    if (!t.rate.empty()) { r.store(read_rate(t.rate), q.load.rate); }
    if (!t.concurrency.empty() && !t.rate.empty()) {
        r.fail({errc::contradiction, "--concurrency and --requests-per-second exclude each other: "
                                     "give one, the other follows"});
    }
    if (t.concurrency.empty() && t.rate.empty()) {
        r.fail({errc::missing_field, "say how much is asked: --concurrency 64 (requests at once) "
                                     "or --requests-per-second 2"});
    }
    q.lengths_assumed = !q.load.request.known();
    if (r.ok()) { r.store(reckon::checked(q.load), q.filled); }
}

void read_rules(reader& r, typed const& t, question& q) {
    q.rules.max_devices = 16;
    q.rules.plans_per_gpu = 1;
    if (!t.max_gpus.empty()) {
        r.store(read_count("--max-gpus", t.max_gpus, "GPUs"), q.rules.max_devices);
    }
    // What one owns has no rent to rank by.
    if (!t.owned.empty()) { q.rules.rank_by = reckon::objective::devices; }
    if (!t.objective.empty()) { r.store(read_objective(t.objective), q.rules.rank_by); }
    if (!t.engine.empty()) { r.store(read_engine(t.engine), q.rules.serving_engine); }
    r.store(read_limit("--max-ttft", t.max_ttft), q.rules.time_to_first_token);
    r.store(read_limit("--max-tpot", t.max_tpot), q.rules.time_per_token);
    r.store(read_limit("--max-latency", t.max_latency), q.rules.end_to_end);
    if (!t.budget.empty()) {
        double most = 0;
        if (r.store(read_amount("--budget", t.budget, "USD", "20 (USD an hour)"), most)) {
            q.rules.budget = reckon::usd_per_hour(most);
        }
    }
    if (!t.max_power.empty()) {
        double most = 0;
        if (r.store(read_amount("--max-power", t.max_power, "kW", "10 (kW of all boards)"), most)) {
            q.rules.power = reckon::kilowatts(most);
        }
    }
    if (!t.spare.empty()) { r.store(read_count("--spare", t.spare, "replicas"), q.rules.spare); }
    if (!t.kv_cache.empty()) {
        auto const format = reckon::find_cache_precision(t.kv_cache);
        if (!format) { r.fail(about("--kv-cache", format.error())); }
        if (format) { q.rules.kv_cache = *format; }
    }
}

void read_gpus(reader& r, typed const& t, question& q) {
    q.gpus_named = !t.gpus.empty();
    if (!q.gpus_named) {
        q.gpus.assign(reckon::catalog::gpus.begin(), reckon::catalog::gpus.end());
    }
    for (std::string const& name : split(t.gpus)) {
        auto const row = reckon::find_gpu_index(name);
        if (!row) {
            r.fail(about("--gpus", row.error()));
            return;
        }
        reckon::any_gpu const& g = reckon::catalog::gpus[*row];
        if (std::find(q.gpus.begin(), q.gpus.end(), g) == q.gpus.end()) { q.gpus.push_back(g); }
    }
    for (std::string const& text : split(t.owned)) {
        auto const own = read_stock(text);
        if (!own) {
            r.fail(own.error());
            return;
        }
        auto const same = [&](auto const& other) { return other.gpu == own->gpu; };
        if (std::any_of(q.owned.begin(), q.owned.end(), same)) {
            r.fail(
                {errc::contradiction,
                 sentence("--own names ").append(own->gpu).append(" twice; add the numbers up")});
            return;
        }
        q.owned.push_back(*own);
    }
    if (!q.owned.empty() && q.gpus_named) {
        r.fail({errc::contradiction, "--own and --gpus exclude each other: what one owns is what "
                                     "there is to choose from"});
        return;
    }
    if (!q.owned.empty()) {
        q.gpus_named = true;
        std::erase_if(q.gpus, [&](reckon::any_gpu const& g) {
            return std::none_of(q.owned.begin(), q.owned.end(), [&](reckon::stock const& own) {
                return own.gpu.view() == g.id.view();
            });
        });
        // Nothing is bought, so that all of it may be used.
        if (t.max_gpus.empty()) {
            q.rules.max_devices = 0;
            for (reckon::stock const& own : q.owned) {
                q.rules.max_devices = std::max(q.rules.max_devices, own.devices);
            }
        }
    }
    // Who names an accelerator knows that he can run on it.
    if (q.gpus_named) { q.rules.vendors = reckon::vendor_set::all(); }
}

result<question> read(typed const& t) {
    question q{};
    reader r;
    if (t.model.empty()) {
        return error{errc::missing_field,
                     "say which model: --model deepseek-r1, or the path of a config.json"};
    }
    r.store(read_model(t.model, q.model_file), q.model);
    if (r.ok()) { read_load(r, t, q); }
    if (r.ok()) { read_rules(r, t, q); }
    if (r.ok()) { read_gpus(r, t, q); }
    q.as_published = t.precisions.empty();
    for (std::string const& name : split(t.precisions)) {
        if (!r.ok()) { break; }
        auto const found = read_precision(name, q.model);
        if (!found) { r.fail(about("--precision", found.error())); }
        if (found &&
            std::find(q.precisions.begin(), q.precisions.end(), *found) == q.precisions.end()) {
            q.precisions.push_back(*found);
        }
    }
    if (q.precisions.empty()) { q.precisions.push_back(q.model.published); }
    if (!t.format.empty()) { r.store(read_format(t.format), q.format); }
    reckon::count top = 10;
    if (!t.top.empty()) { r.store(read_count("--top", t.top, "plans"), top); }
    q.top = static_cast<std::size_t>(std::min<reckon::count>(top, 1000));
    q.all_refusals = t.all_refusals;
    if (!r.ok()) { return *r.failed(); }
    return q;
}

void describe(CLI::App& app, typed& t) {
    auto const add = [&](char const* group, std::string const& flag, std::string& value,
                         std::string const& shown, std::string const& help) {
        app.add_option("--" + flag, value, help)->type_name(shown)->group(group);
    };
    app.set_help_flag(); // Listed last, so made last.
    add("What to serve", "model", t.model, "NAME|PATH",
        "A name of the catalogue, or the path of a config.json");
    app.add_option("--precision", t.precisions,
                   "How weights are stored, one or several: fp8,int4-g128,Q4_K_M")
        ->type_name("NAME[,..]")
        ->group("What to serve")
        ->expected(1)
        ->take_all();
    add("What to serve", "kv-cache", t.kv_cache, "NAME",
        "How the KV cache is stored (default: bf16)");
    add("The load", "context", t.context, "TOKENS",
        "Tokens that a request may grow to: 32768 or 32K");
    add("The load", "concurrency", t.concurrency, "N", "Requests at once ...");
    add("The load", "requests-per-second", t.rate, "RATE",
        "... or requests that arrive in a second");
    add("The load", "prompt", t.prompt, "TOKENS", "Typical prompt (default: half of the context)");
    add("The load", "output", t.output, "TOKENS", "Typical answer (default: half of the context)");
    app.add_option("--gpus", t.gpus,
                   "Accelerators to choose from: h200,mi300x (default: all usual)")
        ->type_name("NAME[,..]")
        ->group("What to choose from")
        ->expected(1)
        ->take_all();
    add("What to choose from", "max-gpus", t.max_gpus, "N", "At most so many (default: 16)");
    add("What to choose from", "max-ttft", t.max_ttft, "TIME", "Slowest first token: 2s");
    add("What to choose from", "max-tpot", t.max_tpot, "TIME", "Slowest token after it: 50ms");
    add("What to choose from", "max-latency", t.max_latency, "TIME",
        "Slowest request from end to end: 30s");
    add("What to choose from", "budget", t.budget, "USD", "Most rent for an hour: 20");
    add("What to choose from", "max-power", t.max_power, "KW", "Most power of all boards: 10");
    add("What to choose from", "spare", t.spare, "N", "Replicas beyond those needed: 1 for N+1");
    app.add_option("--own", t.owned, "Only these, at most so many: h100=16,l40s=8")
        ->type_name("NAME=N[,..]")
        ->group("What to choose from")
        ->expected(1)
        ->take_all();
    add("What to choose from", "engine", t.engine, "NAME",
        "vllm, sglang, or paper: nothing reserved (default: vllm)");
    add("What to choose from", "objective", t.objective, "NAME",
        "cost, hourly-cost, throughput, latency, gpus or energy (default: cost; with --own: gpus)");
    add("What to print", "format", t.format, "NAME", "table, json or markdown (default: table)");
    add("What to print", "top", t.top, "N", "Plans to list (default: 10)");
    app.add_flag("--all-refusals", t.all_refusals,
                 "List every refused choice, not only the telling ones")
        ->group("What to print");
    app.set_help_flag("-h,--help", "Print this help")->group("Other");
    app.set_version_flag("--version",
                         std::to_string(reckon::version_major) + "." +
                             std::to_string(reckon::version_minor) + "." +
                             std::to_string(reckon::version_patch),
                         "Print the version")
        ->group("Other");
    app.footer("\nExample:\n  recommend --model deepseek-r1 --context 32768 --concurrency 64 "
               "--gpus h100,h200,b200\n"
               "\nExit status: 0 with a plan, 1 without one, 2 when the question cannot be read.");
}

} // namespace

void complain(error const& why) {
    std::string_view sentence = why.message.view();
    if (sentence.ends_with('.')) { sentence.remove_suffix(1); }
    std::cerr << "recommend: " << sentence << '\n';
}

command_line read_command_line(int argc, char const* const* argv) {
    typed t;
    CLI::App app{"Recommends accelerators to serve a large language model, with the reasons.",
                 "recommend"};
    describe(app, t);
    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& e) {
        if (e.get_exit_code() == 0) { return {{}, app.exit(e)}; }
        std::cerr << "recommend: " << e.what() << "; recommend --help lists the options\n";
        return {{}, 2};
    }
    auto q = read(t);
    if (!q) {
        complain(q.error());
        return {{}, 2};
    }
    return {*q, 0};
}

} // namespace recommend
