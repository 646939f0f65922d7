// SPDX-License-Identifier: MIT
// The roofline of an accelerator with the kernels of a deployment on it.
//
//   roofline --model deepseek-r1 --gpu h200 --gpus 8 --data 8 --prompt 4000 --output 1000 --concurrency 256 --svg r.svg
#include "speed/gnuplot.hpp"
#include "speed/subject.hpp"

#include <reckon/io/table.hpp>
#include <reckon/serving/breakdown.hpp>
#include <reckon/serving/roofline.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

namespace {

using namespace reckon;

/// The kernels of one kind of pass, and the pass as a whole.
struct drawn_pass {
    std::string name{};
    serving::kernel_points kernels{};
    serving::roofline_point whole{};
    flops work{};
    seconds total{};
};

struct picture {
    any_deployment deployment{};
    device_rates rates{};
    std::vector<drawn_pass> passes{};
};

double teraflops(flop_rate r) { return in_teraflops_per_second(r); }
double teraflops(peak_flop_rate r) { return in_teraflops_per_second(r); }

using speed::fixed;
using speed::plain;

result<picture> pictured(any_deployment const& d) {
    auto const load = serving::passes_of(d.model, d.gpu, d.weights, d.kv_cache, d.layout, d.engine,
                                         d.request, static_cast<double>(d.concurrency));
    if (!load.known()) {
        return error{errc::unknown_figure, sentence("a peak, bandwidth or link of ")
                                               .append(std::string_view(d.gpu.name))
                                               .append(" that this needs was never published.")};
    }
    serving::load_passes const& p = load.value();
    calibration const c = calibration_for(d.gpu, d.engine);
    serving::load_times const t = serving::times_of(p, c);
    weight_bytes const w = serving::weights_of_all_stages(d.model, d.weights, d.layout, d.engine);
    picture out{.deployment = d, .rates = p.rates};
    double const batch = std::max(1.0, p.in_group / p.stages);
    double const prompt = in_tokens(d.request.prompt);
    auto const busy = [&](double tokens, double rows, phase when) {
        pass const work{tokens, tokens * p.groups, rows, {}, when};
        return busy_shares_of(d.model, d.gpu, work, d.layout, d.engine.sharding);
    };
    out.passes.push_back({"decode",
                          serving::kernels_of(d.model, w, p.step, batch * p.groups, p.rates, c,
                                              c.decode_matmul, busy(batch, batch, phase::decode)),
                          serving::point_of(p.step, t.decode, p.rates), p.step.work.total(),
                          t.decode.total});
    out.passes.push_back({"prefill",
                          serving::kernels_of(d.model, w, p.prompt, prompt * p.groups, p.rates, c,
                                              c.prefill_matmul, busy(prompt, 1, phase::prefill)),
                          serving::point_of(p.prompt, t.prefill, p.rates), p.prompt.work.total(),
                          t.prefill.total});
    return out;
}

/// A share of the compute units, or nothing where nobody counts them.
std::string percent(figure<double> const& share) {
    return share.known() ? fixed(100 * share.value(), 0) + " %" : "";
}

io::table kernel_table(picture const& p) {
    using enum io::alignment;
    io::table t{{{"pass", "pass", left},
                 {"kernel", "kernel", left},
                 {"FLOP/byte", "intensity", right},
                 {"roof TFLOP/s", "attainable_tflops", right},
                 {"reached", "reached_tflops", right},
                 {"of the roof", "fraction", right},
                 {"busy units", "busy", right},
                 {"limit", "limit", left}},
                {}};
    for (drawn_pass const& d : p.passes) {
        for (serving::kernel_point const& k : d.kernels) {
            t.rows.push_back({d.name, std::string(k.name), fixed(in_flops_per_byte(k.intensity), 1),
                              fixed(teraflops(k.attainable), 1), fixed(teraflops(k.reached), 1),
                              fixed(100 * (k.reached / k.attainable), 0) + " %", percent(k.busy),
                              std::string(name(k.limit))});
        }
        t.rows.push_back({d.name, "whole pass", fixed(in_flops_per_byte(d.whole.intensity), 1),
                          fixed(teraflops(d.work / (d.total * d.whole.of_ceiling)), 1),
                          fixed(teraflops(d.work / d.total), 1),
                          fixed(100 * d.whole.of_ceiling, 0) + " %", "",
                          std::string(name(d.whole.limit))});
    }
    return t;
}

std::string to_text(picture const& p, bool markdown, bool colour) {
    device_rates const& r = p.rates;
    std::string out = (markdown ? "# " : "") + speed::title_of(p.deployment) + "\n";
    out += markdown ? "\n" : "";
    out += "One device: " + fixed(in_gigabytes_per_second(r.memory), 0) + " GB/s, " +
           fixed(teraflops(r.linear), 0) + " TFLOP/s dense in the operands of linear layers; " +
           fixed(static_cast<double>(p.deployment.concurrency), 0) + " requests of " +
           fixed(in_tokens(p.deployment.request.prompt), 0) + " and " +
           fixed(in_tokens(p.deployment.request.output), 0) + " tokens in flight.\n\n";
    io::table const t = kernel_table(p);
    return out + (markdown ? io::to_markdown(t) : io::to_text(t, {.width = 100, .colour = colour}));
}

/// Roofs as lines, kernels as points where they are and where the roof above them is.
std::string to_script(picture const& p) {
    device_rates const& r = p.rates;
    std::string out = "set terminal svg size 900,600 dynamic background rgb 'white'\n";
    out += "set title " + speed::in_quotes(speed::title_of(p.deployment)) + "\n";
    out += "set xlabel 'arithmetic intensity: FLOP per byte'\n"
           "set ylabel 'TFLOP/s of one device'\n"
           "set logscale xy\nset grid\nset key bottom right\nset samples 400\n";
    std::vector<double> peaks;
    for (peak_flop_rate const peak : {r.linear, r.experts, r.head, r.scores}) {
        double const tera = teraflops(peak);
        if (std::find(peaks.begin(), peaks.end(), tera) == peaks.end()) { peaks.push_back(tera); }
    }
    std::sort(peaks.begin(), peaks.end());
    constexpr double tera_per_giga = 1e-3;
    double const slope = in_gigabytes_per_second(r.memory) * tera_per_giga;
    double left = 1;
    double right = 2 * peaks.back() / slope;
    double low = peaks.front();
    for (drawn_pass const& d : p.passes) {
        for (serving::kernel_point const& k : d.kernels) {
            left = std::min(left, in_flops_per_byte(k.intensity) / 2);
            right = std::max(right, in_flops_per_byte(k.intensity) * 8); // room for its name
            low = std::min(low, teraflops(k.reached) / 2);
        }
    }
    out += "set xrange [" + plain(left) + ":" + plain(right) + "]\n";
    out += "set yrange [" + plain(low) + ":" + plain(peaks.back() * 2) + "]\n";
    for (drawn_pass const& d : p.passes) {
        out += "$" + d.name + " << EOD\n";
        for (serving::kernel_point const& k : d.kernels) {
            out += plain(in_flops_per_byte(k.intensity)) + " " + plain(teraflops(k.reached)) + " " +
                   std::string(k.name) + "\n";
        }
        out += "EOD\n$" + d.name + "_pass << EOD\n" + plain(in_flops_per_byte(d.whole.intensity)) +
               " " + plain(teraflops(d.work / d.total)) + "\nEOD\n";
    }
    out += "least(a, b) = a < b ? a : b\nplot ";
    for (double const peak : peaks) {
        out += "least(" + plain(slope) + " * x, " + plain(peak) + ") linewidth 2 title '" +
               plain(slope) + " TB/s, " + plain(peak) + " TFLOP/s', ";
    }
    for (auto const& [name, colour] : {std::pair{"decode", "#1f77b4"}, {"prefill", "#d62728"}}) {
        std::string const block = std::string("$") + name;
        out += block + " using 1:2 with points pointtype 7 linecolor rgb '" + colour + "' title '" +
               name + "', " + block + " using 1:2:3 with labels left offset 1,-0.6 notitle, " +
               block + "_pass using 1:2 with points pointtype 2 linewidth 2 linecolor rgb '" +
               colour + "' title '" + name + ", whole pass'" + (name[0] == 'd' ? ", " : "\n");
    }
    return out;
}

int refused(error const& why) {
    std::cerr << "roofline: " << why.message.view() << '\n';
    return 2;
}

} // namespace

int main(int argc, char** argv) {
    speed::typed_subject t{};
    std::string format = "table";
    std::string svg;
    std::string gnuplot = "gnuplot";
    bool script = false;
    CLI::App app{
        "Shows where the kernels of a deployment stand under the roofline of its accelerator.",
        "roofline"};
    speed::add_subject_options(app, t);
    app.add_option("--format", format, "table or markdown (default: table)");
    app.add_option("--svg", svg, "Draw the roofline into this file");
    app.add_option("--gnuplot", gnuplot, "The gnuplot to draw with (default: gnuplot)");
    app.add_flag("--script", script, "Print what gnuplot would be told, and nothing else");
    app.footer("\nExit status: 0 with an answer, 2 when the question is wrong.");
    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& e) {
        if (e.get_exit_code() == 0) { return app.exit(e); }
        std::cerr << "roofline: " << e.what() << "; roofline --help lists the options\n";
        return 2;
    }
    constexpr std::string_view formats[] = {"table", "markdown"};
    if (std::find(std::begin(formats), std::end(formats), format) == std::end(formats)) {
        return refused(speed::detail::not_one_of("--format", format, formats));
    }
    auto const d = speed::understand(t);
    if (!d) { return refused(d.error()); }
    auto const p = pictured(*d);
    if (!p) { return refused(p.error()); }
    if (!svg.empty()) {
        if (auto const failed = speed::draw(to_script(*p), svg, gnuplot)) {
            return refused(*failed);
        }
    }
    if (script) {
        std::cout << to_script(*p);
    } else {
        bool const colour = io::wants_colour(isatty(STDOUT_FILENO) == 1);
        std::cout << to_text(*p, format == "markdown", colour);
    }
    return 0;
}
