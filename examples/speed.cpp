// SPDX-License-Identifier: MIT
// How fast one deployment is, what binds it, and how that changes with the requests in flight.
//
//   speed --model llama-3.1-70b --gpu h100 --gpus 4 --prompt 2000 --output 500 --concurrency 32 --svg speed.svg
#include "speed/answer.hpp"
#include "speed/gnuplot.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <unistd.h>

namespace {

int refused(reckon::error const& why) {
    std::cerr << "speed: " << why.message.view() << '\n';
    return 2;
}

reckon::error not_a_number_in(std::string_view option, double value, std::string_view range) {
    return {reckon::errc::out_of_range, reckon::sentence(option)
                                            .append(" is ")
                                            .append_fixed(value, 3)
                                            .append("; it must be ")
                                            .append(range)
                                            .append(".")};
}

} // namespace

int main(int argc, char** argv) {
    speed::typed_subject t{};
    speed::question q{};
    std::string format = "table";
    std::string svg;
    std::string gnuplot = "gnuplot";
    bool script = false;
    CLI::App app{
        "Says how fast a deployment serves, what binds it, and how that changes with load.",
        "speed"};
    speed::add_subject_options(app, t);
    auto* const rate = app.add_option("--requests-per-second", q.rate,
                                      "Arrivals: adds p50, p90 and p99 of the latency");
    app.add_option("--length-variation", q.varied.prompt_variation,
                   "Standard deviation over mean of prompts and answers that arrive (default: 0)")
        ->needs(rate);
    app.add_option("--prefix-hit", q.hit,
                   "Fraction of prompts that is found in the cache (default: 0)");
    app.add_option("--sweep", q.sweep, "Requests in flight to list (default: powers of 2 that fit)")
        ->delimiter(',');
    app.add_option("--format", format, "table, markdown or csv: the sweep alone (default: table)");
    app.add_option("--svg", svg, "Draw throughput per GPU against interactivity into this file");
    app.add_option("--gnuplot", gnuplot, "The gnuplot to draw with (default: gnuplot)");
    app.add_flag("--script", script, "Print what gnuplot would be told, and nothing else");
    app.footer("\nExit status: 0 when it fits, 1 when it does not, 2 when the question is wrong.");
    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& e) {
        if (e.get_exit_code() == 0) { return app.exit(e); }
        std::cerr << "speed: " << e.what() << "; speed --help lists the options\n";
        return 2;
    }
    auto const d = speed::understand(t);
    if (!d) { return refused(d.error()); }
    q.deployment = *d;
    constexpr std::string_view formats[] = {"table", "markdown", "csv"};
    if (std::find(std::begin(formats), std::end(formats), format) == std::end(formats)) {
        return refused(speed::detail::not_one_of("--format", format, formats));
    }
    constexpr double most_a_second = 1e9;
    if (rate->count() > 0 && !(q.rate > 0 && q.rate <= most_a_second)) {
        return refused(not_a_number_in("--requests-per-second", q.rate, "above 0 and up to 1e9"));
    }
    if (!(q.hit >= 0 && q.hit <= 1)) {
        return refused(not_a_number_in("--prefix-hit", q.hit, "from 0 to 1"));
    }
    q.varied.output_variation = q.varied.prompt_variation;
    for (reckon::count const n : q.sweep) {
        if (auto const bad = speed::detail::below_one("--sweep", n)) { return refused(*bad); }
    }
    auto const a = speed::find_answer(q);
    if (!a) { return refused(a.error()); }
    if (!svg.empty()) {
        if (auto const failed = speed::draw(speed::to_script(*a), svg, gnuplot)) {
            return refused(*failed);
        }
    }
    if (script) {
        std::cout << speed::to_script(*a);
    } else if (format == "csv") {
        std::cout << speed::to_csv(*a);
    } else {
        bool const colour = reckon::io::wants_colour(isatty(STDOUT_FILENO) == 1);
        std::cout << speed::to_text(*a, format == "markdown", colour);
    }
    return a->memory.fits() ? 0 : 1;
}
