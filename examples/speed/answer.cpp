// SPDX-License-Identifier: MIT
#include "speed/answer.hpp"
#include "speed/gnuplot.hpp"

#include <algorithm>

namespace speed {
namespace {

using namespace reckon;
using serving::cause;

std::string milliseconds_text(seconds t) {
    double const ms = in_milliseconds(t);
    return fixed(ms, ms < 100 ? 1 : 0);
}

/// The load of `d` in flight, with what the cache spares.
figure<serving::load_passes> passes(question const& q, count concurrency) {
    any_deployment const& d = q.deployment;
    auto const p = serving::passes_of(d.model, d.gpu, d.weights, d.kv_cache, d.layout, d.engine,
                                      d.request, static_cast<double>(concurrency));
    if (!p.known()) { return unknown; }
    return serving::reusing(p.value(), d.model, d.gpu, d.kv_cache, d.layout, d.engine, d.request,
                            serving::weights_of_all_stages(d.model, d.weights, d.layout, d.engine),
                            q.hit);
}

sweep_point point_at(question const& q, count concurrency, calibration const& c) {
    sweep_point p{.concurrency = concurrency};
    p.times = serving::closed_loop(passes(q, concurrency).value(), c, serving::loop_start::warm());
    p.all = static_cast<double>(concurrency) * in_tokens(q.deployment.request.output) /
            in_seconds(p.times.end_to_end);
    p.per_user = 1 / in_seconds(p.times.time_per_token);
    p.per_accelerator = p.all / static_cast<double>(q.deployment.layout.devices());
    return p;
}

std::vector<count> loads_of(question const& q, count most) {
    if (!q.sweep.empty()) { return q.sweep; }
    constexpr count widest = 4096;
    std::vector<count> all;
    count const last = std::min(most, widest);
    for (count n = 1; n < last; n *= 2) {
        all.push_back(n);
    }
    if (last > 0) { all.push_back(last); }
    return all;
}

io::table sweep_table(answer const& a) {
    using enum io::alignment;
    io::table t{{{"in flight", "concurrency", right},
                 {"first token ms", "first_token_s", right},
                 {"token ms", "token_s", right},
                 {"tokens/s a user", "tokens_per_second_user", right},
                 {"tokens/s a GPU", "tokens_per_second_gpu", right},
                 {"tokens/s", "tokens_per_second", right},
                 {"fits", "fits", left}},
                {}};
    for (sweep_point const& p : a.sweep) {
        t.rows.push_back({fixed(static_cast<double>(p.concurrency), 0),
                          milliseconds_text(p.times.time_to_first_token),
                          milliseconds_text(p.times.time_per_token), fixed(p.per_user, 1),
                          fixed(p.per_accelerator, 1), fixed(p.all, 0),
                          p.concurrency <= a.most ? "yes" : "no"});
    }
    return t;
}

io::table parts_table(answer const& a) {
    using enum io::alignment;
    io::table t{{{"", "cause", left},
                 {"first token ms", "first_token_ms", right},
                 {"token ms", "token_ms", right},
                 {"request", "share", right}},
                {}};
    for (std::size_t i = 0; i < serving::causes; ++i) {
        auto const c = static_cast<cause>(i);
        t.rows.push_back({std::string(name(c)),
                          fixed(in_milliseconds(a.parts.time_to_first_token[c]), 2),
                          fixed(in_milliseconds(a.parts.time_per_token[c]), 2),
                          fixed(100 * a.parts.end_to_end.share(c), 0) + " %"});
    }
    return t;
}

io::table rates_table(answer const& a) {
    using enum io::alignment;
    io::table t{{{"", "time", left},
                 {"mean", "mean", right},
                 {"p50", "p50", right},
                 {"p90", "p90", right},
                 {"p99", "p99", right},
                 {"p99 in 80 % of cases", "p99_interval", right}},
                {}};
    auto const row = [&](char const* what, serving::percentiles<estimate<seconds>> const& p) {
        t.rows.push_back({what, milliseconds_text(p.mean.value), milliseconds_text(p.p50.value),
                          milliseconds_text(p.p90.value), milliseconds_text(p.p99.value),
                          milliseconds_text(p.p99.low) + " .. " + milliseconds_text(p.p99.high)});
    };
    row("first token ms", a.arriving.time_to_first_token);
    row("token ms", a.arriving.time_per_token);
    return t;
}

std::string roofline_text(char const* what, serving::roofline_point const& p) {
    return std::string(what) + " does " + fixed(in_flops_per_byte(p.intensity), 1) +
           " FLOP for each byte; the ridge is at " + fixed(in_flops_per_byte(p.ridge), 0) +
           ", so that " + std::string(name(p.limit)) + " is its roof. It reaches " +
           fixed(100 * p.of_ceiling, 0) + " % of it: " + fixed(100 * p.of_bandwidth, 0) +
           " % of the bandwidth, " + fixed(100 * p.of_peak, 0) + " % of the peak.";
}

std::string interval(estimate<seconds> const& t) {
    return milliseconds_text(t.value) + " ms (" + milliseconds_text(t.low) + " .. " +
           milliseconds_text(t.high) + ")";
}

std::vector<std::string> summary(answer const& a) {
    any_deployment const& d = a.asked.deployment;
    calibration const c = calibration_for(d.gpu, d.engine);
    auto const about = [&](seconds t, double spread) {
        return interval(estimate<seconds>::within(t, spread, c.source));
    };
    std::vector<std::string> lines;
    lines.push_back("Requests of " + fixed(in_tokens(d.request.prompt), 0) + " and " +
                    fixed(in_tokens(d.request.output), 0) + " tokens, " +
                    fixed(static_cast<double>(d.concurrency), 0) + " in flight" +
                    (a.asked.hit > 0 ? ", " + fixed(100 * a.asked.hit, 0) + " % of prompts cached"
                                     : std::string()) +
                    ". Constants: " + std::string(c.name.view()) + ", " +
                    std::string(name(c.source)) + "; intervals hold 80 % of measurements.");
    lines.push_back(a.memory.fits()
                        ? "It fits; up to " + fixed(static_cast<double>(a.most), 0) +
                              " such requests at once."
                        : "It does not fit: " + std::string(explain(d, a.memory).view()) + ".");
    lines.push_back("First token " + about(a.loop.time_to_first_token, c.spread.first_token) +
                    ", every further one " + about(a.loop.time_per_token, c.spread.per_token) +
                    ", " + fixed(point_at(a.asked, d.concurrency, c).all, 0) +
                    " tokens a second in all.");
    return lines;
}

} // namespace

result<answer> find_answer(question const& q) {
    answer a{.asked = q};
    any_deployment const& d = q.deployment;
    calibration const c = calibration_for(d.gpu, d.engine);
    auto const load = passes(q, d.concurrency);
    if (!load.known()) {
        return error{errc::unknown_figure, sentence("a peak, bandwidth or link of ")
                                               .append(std::string_view(d.gpu.name))
                                               .append(" that this needs was never published.")};
    }
    a.memory = memory_of(d);
    a.most = largest_concurrency(d);
    a.speed = speed_of(d);
    a.loop = serving::closed_loop(load.value(), c, serving::loop_start::warm());
    a.parts = serving::breakdown_of(load.value(), c);
    if (q.rate > 0) {
        serving::arrivals arriving = q.varied;
        arriving.rate = per_second(q.rate);
        arriving.prefix_hit = q.hit;
        auto const found = open_loop(d, arriving, c);
        if (!found) { return found.error(); }
        a.arriving = *found;
    }
    for (count const n : loads_of(q, a.most)) {
        a.sweep.push_back(point_at(q, n, c));
    }
    return a;
}

std::string to_text(answer const& a, bool markdown, bool colour) {
    auto const heading = [&](std::string const& s) {
        return markdown ? "\n## " + s + "\n\n" : "\n" + s + "\n";
    };
    auto const grid = [&](io::table const& t) {
        return markdown ? io::to_markdown(t) : io::to_text(t, {.width = 100, .colour = colour});
    };
    auto const paragraph = [&](std::string const& s) {
        if (markdown) { return "\n" + s + "\n"; }
        std::string out;
        for (std::string const& line : io::detail::wrapped(s, 100)) {
            out += line + "\n";
        }
        return out;
    };
    std::string out = (markdown ? "# " : "") + title_of(a.asked.deployment) + "\n";
    for (std::string const& line : summary(a)) {
        out += paragraph(line);
    }
    if (a.asked.rate > 0) {
        serving::queue_times const& q = a.arriving.queue;
        out += heading(fixed(a.asked.rate, 2) + " requests a second");
        out += grid(rates_table(a));
        out += paragraph(fixed(q.in_flight, 1) + " requests in flight on average, " +
                         fixed(100 * q.utilization, 0) + " % of the " +
                         fixed(in_per_second(q.capacity), 2) + " a second that are kept up with; " +
                         fixed(100 * q.waits, 1) + " % wait for a place.");
    }
    out += heading("Where the time goes");
    out += grid(parts_table(a));
    out += paragraph("A request is bound by " + std::string(name(a.parts.binds)) + ". " +
                     roofline_text("A decode step", a.parts.decode) + " " +
                     roofline_text("A prompt", a.parts.prefill));
    out += heading("Requests in flight");
    return out + grid(sweep_table(a));
}

std::string to_csv(answer const& a) {
    std::string out = "concurrency,time_to_first_token_s,time_per_token_s,tokens_per_second_user,"
                      "tokens_per_second_gpu,tokens_per_second,fits\n";
    for (sweep_point const& p : a.sweep) {
        out += std::to_string(p.concurrency) + "," +
               plain(in_seconds(p.times.time_to_first_token)) + "," +
               plain(in_seconds(p.times.time_per_token)) + "," + plain(p.per_user) + "," +
               plain(p.per_accelerator) + "," + plain(p.all) + "," +
               (p.concurrency <= a.most ? "yes" : "no") + "\n";
    }
    return out;
}

std::string to_script(answer const& a) {
    any_deployment const& d = a.asked.deployment;
    std::string out = "set terminal svg size 900,600 dynamic background rgb 'white'\n";
    out += "set title " +
           in_quotes(title_of(d) + ": " + fixed(in_tokens(d.request.prompt), 0) + " in, " +
                     fixed(in_tokens(d.request.output), 0) + " out") +
           "\n";
    out += "set xlabel 'interactivity: tokens per second and user'\n"
           "set ylabel 'throughput: output tokens per second and GPU'\n"
           "set grid\nset xrange [0:*]\nset yrange [0:*]\nset key off\n"
           "set offsets 0, graph 0.05, graph 0.08, 0\n"
           "$sweep << EOD\n";
    for (sweep_point const& p : a.sweep) {
        if (p.concurrency <= a.most) {
            out += plain(p.per_user) + " " + plain(p.per_accelerator) + " " +
                   std::to_string(p.concurrency) + "\n";
        }
    }
    return out + "EOD\n"
                 "plot $sweep using 1:2 with linespoints linewidth 2 pointtype 7 linecolor rgb "
                 "'#1f77b4', "
                 "$sweep using 1:2:3 with labels offset 1.5,0.8\n";
}

} // namespace speed
