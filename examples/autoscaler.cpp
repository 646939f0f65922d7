// SPDX-License-Identifier: MIT
// An autoscaler's loop, which recomputes everything on every tick: how many replicas the load of now, and of the time
// that a new one takes to start, needs to keep the promised latency.
//
//   autoscaler h200-sxm "vllm serve Qwen/Qwen3-32B --max-model-len 32768" --max-ttft 2s --max-tpot 50ms day.csv
//
// The trace has the columns time (s), rate (requests a second), prompt and output (tokens, on average); each line is
// answered as soon as it is read, so that it may come from a pipe that never ends.
// Exit status: 0 the trace has ended, 2 something was not understood.
#include "autoscaler/controller.hpp"

#include <reckon/catalog/find_gpu.hpp>
#include <reckon/io/command_line.hpp>
#include <reckon/io/csv.hpp>
#include <reckon/io/format.hpp>
#include <reckon/io/quantity_text.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace reckon;
using io::to_text;

constexpr std::string_view columns[] = {"time", "rate", "prompt", "output"};

int refused(sentence const& why) {
    std::cerr << "autoscaler: " << why.view() << '\n';
    return 2;
}

/// Options as typed; what is empty was not given.
struct typed {
    std::string gpu, command, trace, ttft, tpot, storage, start, warm_up, hold = "10min";
    std::string tail = "p99";
    double planned_use = 0.8;
    double variation = 1;
    count spare = 1;
    count least = 1;
    bool times{};
};

std::optional<error> read_duration(char const* option, std::string const& text, auto&& keep) {
    if (text.empty()) { return {}; }
    auto const time = io::parse_duration(text);
    if (!time) {
        return error{time.error().code, sentence(option).append(": ").append(time.error().message)};
    }
    keep(*time);
    return {};
}

result<autoscaler::settings> settings_of(typed const& t) {
    auto const gpu = find_gpu(t.gpu);
    if (!gpu) { return gpu.error(); }
    auto const launched = read_command_line(t.command);
    if (!launched) { return launched.error(); }
    autoscaler::settings s{
        .replica = launched->on(*gpu),
        .calibration = calibration_for(*gpu, launched->engine),
        .like = {.prompt_variation = t.variation, .output_variation = t.variation},
        .planned_use = t.planned_use,
        .spare = t.spare,
        .least = t.least};
    auto const memory = memory_of(s.replica);
    if (!memory.fits()) {
        return error{
            errc::out_of_range,
            sentence("a replica does not start: ").append(explain(s.replica, memory).view())};
    }
    for (auto const p : {serving::percentile::mean, serving::percentile::p50,
                         serving::percentile::p90, serving::percentile::p99}) {
        if (name(p) == t.tail) { s.limits.of = p; }
    }
    seconds start{};
    seconds warm_up{};
    for (auto const& wrong :
         {read_duration("--max-ttft", t.ttft, [&](seconds x) { s.limits.time_to_first_token = x; }),
          read_duration("--max-tpot", t.tpot, [&](seconds x) { s.limits.time_per_token = x; }),
          read_duration("--start", t.start, [&](seconds x) { start = x; }),
          read_duration("--warm-up", t.warm_up, [&](seconds x) { warm_up = x; }),
          read_duration("--hold", t.hold, [&](seconds x) { s.hold = x; })}) {
        if (wrong) { return *wrong; }
    }
    host::load_path path{};
    if (!t.storage.empty()) {
        auto const rate = io::parse_link_bandwidth(t.storage);
        if (!rate) {
            return error{rate.error().code, sentence("--storage: ").append(rate.error().message)};
        }
        path.storage = data_rate_bytes_per_second(in_gigabytes_per_second(*rate) * 1e9);
    }
    bytes const weights = memory.weights * static_cast<double>(s.replica.layout.devices());
    s.cold = {start, host::loading_of(weights, path).streamed(), warm_up};
    return s;
}

/// One line of the trace under its line of column names.
result<autoscaler::sample> read_sample(std::string const& header, std::string const& line) {
    auto const table = io::read_csv(header + "\n" + line);
    if (!table) {
        std::string_view const why = table.error().message.view();
        return error{errc::malformed, sentence(why.substr(why.find(": ") + 2))};
    }
    double values[std::size(columns)]{};
    for (std::size_t i = 0; i < std::size(columns); ++i) {
        auto const at = table->column(columns[i]);
        sentence why{};
        if (!at) {
            return error{errc::missing_field,
                         why.append("there is no column ")
                             .append(columns[i])
                             .append("; needed are time, rate, prompt and output.")};
        }
        std::string const& field = table->rows.front().fields[*at];
        auto const number = io::command::read_decimal(field);
        if (!number || *number > 1e15) {
            reckon::detail::append_typed(why.append(columns[i]).append(" is "), field);
            return error{errc::out_of_range, why.append("; it must be a number, 0 or more.")};
        }
        values[i] = *number;
    }
    if (values[2] < 1 || values[3] < 1) {
        return error{errc::out_of_range,
                     "a request without prompt or output costs nothing; give one token or more."};
    }
    return autoscaler::sample{values[0], per_second(values[1]), tokens{values[2]},
                              tokens{values[3]}};
}

void print(std::string const& time, std::string const& rate, std::string const& one,
           std::string const& needed, std::string const& wanted, std::string const& serve,
           std::string const& start, std::string const& first, std::string const& token) {
    std::printf("%10s %10s %12s %7s %7s %8s %9s %12s %12s\n", time.c_str(), rate.c_str(),
                one.c_str(), needed.c_str(), wanted.c_str(), serve.c_str(), start.c_str(),
                first.c_str(), token.c_str());
    std::fflush(stdout); // whoever acts on it must not wait for a full buffer
}

void print(autoscaler::sample const& seen, autoscaler::decision const& now,
           serving::percentile tail) {
    auto const rate = [](request_rate r) { return io::detail::fixed(in_per_second(r), 2); };
    bool const idle = !(seen.rate > request_rate{});
    auto const time = [&](auto const& of) {
        return idle             ? std::string("idle")
               : now.met.stable ? to_text(at(of, tail))
                                : std::string("overloaded");
    };
    print(io::detail::fixed(seen.time, 0) + " s", rate(seen.rate), rate(now.capacity),
          std::to_string(now.needed), std::to_string(now.wanted), std::to_string(now.serving),
          std::to_string(now.starting), time(now.met.time_to_first_token),
          time(now.met.time_per_token));
}

/// Follows the trace to its end.
int follow(std::istream& trace, autoscaler::settings const& s, typed const& t) {
    autoscaler::controller loop(s);
    std::vector<double> spent;
    std::string header;
    std::string line;
    for (count number = 1; std::getline(trace, line); ++number) {
        if (line.empty() || line == "\r") { continue; }
        if (header.empty()) {
            header = line;
            print("time", "requests/s", "one carries", "needed", "wanted", "serving", "starting",
                  t.tail + " first", t.tail + " token");
            continue;
        }
        auto const seen = read_sample(header, line);
        auto const before = std::chrono::steady_clock::now();
        auto const now = seen ? loop.tick(*seen) : seen.error();
        std::chrono::duration<double, std::micro> const took =
            std::chrono::steady_clock::now() - before;
        if (!now) {
            return refused(sentence(t.trace.empty() ? "standard input" : t.trace)
                               .append(":")
                               .append(number)
                               .append(": ")
                               .append(now.error().message));
        }
        spent.push_back(took.count());
        print(*seen, *now, s.limits.of);
    }
    if (spent.empty()) {
        return refused("there is no tick in the trace; give lines below the names of its columns.");
    }
    if (t.times) {
        std::sort(spent.begin(), spent.end());
        std::fprintf(stderr, "%zu ticks: half of them within %.0f us, all within %.0f us\n",
                     spent.size(), spent[spent.size() / 2], spent.back());
    }
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"How many replicas the load of every moment needs, on every tick anew."};
    typed t;
    app.add_option("gpu", t.gpu, "the accelerator: h200-sxm, \"RTX 4090\", mi300x")->required();
    app.add_option("command", t.command, "one replica's command line, in quotes")->required();
    app.add_option("trace", t.trace,
                   "CSV of time, rate, prompt and output; without it, standard input");
    app.add_option("--max-ttft", t.ttft, "latest first token: 2s");
    app.add_option("--max-tpot", t.tpot, "longest time of a token: 50ms");
    app.add_option("--of", t.tail, "for which requests: mean, p50, p90 or p99 (p99)")
        ->check(CLI::IsMember({"mean", "p50", "p90", "p99"}));
    app.add_option("--variation", t.variation,
                   "of the lengths of requests: standard deviation over mean (1)")
        ->check(CLI::Range(0.0, 100.0));
    app.add_option("--planned-use", t.planned_use, "share of a replica to plan with (0.8)")
        ->check(CLI::Range(0.01, 1.0));
    app.add_option("--spare", t.spare, "replicas that may fail (1)")
        ->check(CLI::Range(count{0}, count{1000}));
    app.add_option("--least", t.least, "replicas that always run, besides (1)")
        ->check(CLI::Range(count{0}, count{100000}));
    app.add_option("--storage", t.storage, "rate at which weights are read: 3GB/s");
    app.add_option("--start", t.start, "until a new replica begins to read: 40s");
    app.add_option("--warm-up", t.warm_up, "from there to its first token: 60s");
    app.add_option("--hold", t.hold, "how long fewer must be enough before any stops (10min)");
    app.add_flag("--times", t.times, "say at the end how long a tick took");
    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& e) { return app.exit(e) == 0 ? 0 : 2; }
    auto const settings = settings_of(t);
    if (!settings) { return refused(settings.error().message); }
    if (t.trace.empty()) { return follow(std::cin, *settings, t); }
    std::ifstream file(t.trace);
    if (!file) { return refused(sentence(t.trace).append(" cannot be opened; check its path.")); }
    return follow(file, *settings, t);
}
