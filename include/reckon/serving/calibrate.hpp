// SPDX-License-Identifier: MIT
// A calibration of one's own: the shipped one, moved as far as a few measurements demand.
//
//   minimise  sum over rows ( ln(predicted / measured) / sigma )^2 + sum over factors ( ln f / tau )^2
//
//   symbol | meaning                                                                | domain
//   f      | the six factors of bandwidth/engine_factors.hpp, on the shipped constants | > 0
//   sigma  | noise of a row: 0.1, as ln                                             | > 0
//   tau    | how far engines usually are from the shipped constants, as ln          | > 0
//
// A factor that no row speaks of stays 1; three rows (time per token alone and in a crowd, first token) move the main
// ones. The spread of each quantity follows what is left: that of the shipped calibration counts as four rows.
// Gauss-Newton with damping (Levenberg-Marquardt) on logarithms; deterministic, without allocation.
// Source:       ridge regression towards the shipped values; tau as bench/calibrate draws engines to 1; noise: runs
//               of one configuration months apart differ by 1.27 at the ninetieth percentile.
// Deviations:   what is left over is that of the rows that were fitted, so that few rows look better than they are.
// Not modelled: outliers, which pull like any other row; rows of several accelerators at once (one call each).
// Error:        tests/serving/calibrate.cpp: on rows that a known machine would give, the machine is found.
#pragma once
#include <reckon/detail/elementary.hpp>
#include <reckon/detail/result.hpp>
#include <reckon/serving/closed_loop.hpp>
#include <reckon/serving/speed_of.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace reckon::inline v0::serving {

/// What somebody measured of a load with a fixed number of requests in flight.
enum class measured_quantity : std::uint8_t {
    time_per_token,
    time_to_first_token,
    output_throughput
};

[[nodiscard]] constexpr std::string_view name(measured_quantity q) noexcept {
    constexpr std::string_view names[] = {"time per token", "time to first token",
                                          "output throughput"};
    return names[static_cast<std::size_t>(q)];
}

/// One row of a user's own: a load, and what it did. Made by `measured`.
struct measurement {
    label name{}; ///< of the deployment, for sentences
    load_passes load{};
    measured_quantity what{};
    double value{};     ///< in seconds, or tokens a second of all requests together
    loop_start start{}; ///< cold, as benchmarks begin
};

namespace detail {
template <model M, gpu G>
[[nodiscard]] constexpr result<measurement>
row_of(deployment<M, G> const& d, measured_quantity what, double value, loop_start start) noexcept {
    if (layout_check const l = check(d.model, d.layout); !l.ok()) {
        return error{errc::indivisible_layout, explain(l)};
    }
    if (!d.request.known() || d.concurrency < d.layout.data) {
        return error{
            errc::missing_field,
            sentence(
                "a measurement needs the lengths of prompt and answer, and a concurrency of at "
                "least one request for each data-parallel group: ")
                .append_grouped(d.layout.data)
                .append(".")};
    }
    figure<load_passes> const load =
        passes_of(d.model, d.gpu, d.weights, d.kv_cache, d.layout, d.engine, d.request,
                  static_cast<double>(d.concurrency));
    if (!load.known()) {
        return error{errc::unknown_figure,
                     sentence("a peak, bandwidth or link of ")
                         .append(std::string_view(d.gpu.name))
                         .append(" was never published; give it in the gpu_spec.")};
    }
    label const shown = d.name.empty() ? label(std::string_view(d.gpu.name)) : d.name;
    return measurement{shown, load.value(), what, value, start};
}
} // namespace detail

/// A row: `d` with its request and concurrency took `value` for each token, or to the first one.
template <model M, gpu G>
[[nodiscard]] constexpr result<measurement> measured(deployment<M, G> const& d,
                                                     measured_quantity what, seconds value,
                                                     loop_start start = {}) noexcept {
    if (what == measured_quantity::output_throughput) {
        return error{errc::wrong_type, "an output throughput is measured in tokens a second."};
    }
    return detail::row_of(d, what, in_seconds(value), start);
}

/// A row: `d` with its request and concurrency wrote `value` tokens a second, all requests together.
template <model M, gpu G>
[[nodiscard]] constexpr result<measurement> measured(deployment<M, G> const& d, token_rate value,
                                                     loop_start start = {}) noexcept {
    return detail::row_of(d, measured_quantity::output_throughput, in_tokens_per_second(value),
                          start);
}

/// What `c` says of the quantity of a row, in the unit of the row.
[[nodiscard]] constexpr double predicted(measurement const& m, calibration const& c) noexcept {
    loop_times const t = closed_loop(m.load, c, m.start);
    switch (m.what) {
    case measured_quantity::time_per_token: return in_seconds(t.time_per_token);
    case measured_quantity::time_to_first_token: return in_seconds(t.time_to_first_token);
    case measured_quantity::output_throughput: break;
    }
    return in_tokens_per_second(t.output_throughput);
}

/// The least time, or the largest throughput, that the datasheet's peaks allow for a row.
[[nodiscard]] constexpr double bound_of(measurement const& m) noexcept {
    calibration const any{.weight_streaming = efficiency(1),
                          .cache_streaming = efficiency(1),
                          .decode_matmul = efficiency(1),
                          .prefill_matmul = efficiency(1),
                          .link = efficiency(1)};
    load_times const t = times_of(m.load, any);
    double const step = in_seconds(t.decode.bound) / m.load.tokens_per_step;
    switch (m.what) {
    case measured_quantity::time_per_token: return step;
    case measured_quantity::time_to_first_token: return in_seconds(t.prefill.bound);
    case measured_quantity::output_throughput: break;
    }
    return m.load.in_group * m.load.groups / step;
}

/// How strongly rows and the shipped calibration pull.
struct fit_strength {
    double noise{0.1};      ///< of a row, as ln
    double shipped_rows{4}; ///< rows that the shipped spread counts as
    engine_factors reach{.streaming = 0.35,
                         .wait = 1.0,
                         .mixture = 0.7,
                         .matmul = 0.7,
                         .overhead = 1.0,
                         .request = 1.05}; ///< usual distances of engines from 1, as ln
};

/// The result of a fit.
struct own_calibration {
    calibration fitted{};
    engine_factors factors{}; ///< on the shipped constants
    double error_before{};    ///< root mean square of ln(predicted / measured)
    double error_after{};
};

namespace detail {

inline constexpr std::size_t factor_count = 6;
inline constexpr double engine_factors::* factor_members[factor_count] = {
    &engine_factors::streaming, &engine_factors::wait,     &engine_factors::mixture,
    &engine_factors::matmul,    &engine_factors::overhead, &engine_factors::request};

struct log_factors {
    double of[factor_count]{};
    [[nodiscard]] constexpr engine_factors factors() const noexcept {
        engine_factors f{};
        for (std::size_t j = 0; j < factor_count; ++j) {
            f.*factor_members[j] = reckon::detail::exp(of[j]);
        }
        return f;
    }
};

[[nodiscard]] constexpr double left_over(measurement const& m, calibration const& c) noexcept {
    return reckon::detail::log(predicted(m, c) / m.value);
}

/// Half of what is minimised.
[[nodiscard]] constexpr double misfit(std::span<measurement const> rows, calibration const& shipped,
                                      log_factors const& x, fit_strength const& s) noexcept {
    calibration const c = under(shipped, x.factors());
    double sum = 0;
    for (measurement const& m : rows) {
        double const r = left_over(m, c) / s.noise;
        sum += r * r;
    }
    for (std::size_t j = 0; j < factor_count; ++j) {
        double const away = x.of[j] / (s.reach.*factor_members[j]);
        sum += away * away;
    }
    return sum / 2;
}

/// Solves `a` y = `b` for a symmetric positive definite matrix, in place.
constexpr void solve(double (&a)[factor_count][factor_count], double (&b)[factor_count]) noexcept {
    for (std::size_t i = 0; i < factor_count; ++i) {
        for (std::size_t j = i + 1; j < factor_count; ++j) {
            double const by = a[j][i] / a[i][i];
            for (std::size_t k = i; k < factor_count; ++k) {
                a[j][k] -= by * a[i][k];
            }
            b[j] -= by * b[i];
        }
    }
    for (std::size_t i = factor_count; i-- > 0;) {
        for (std::size_t k = i + 1; k < factor_count; ++k) {
            b[i] -= a[i][k] * b[k];
        }
        b[i] /= a[i][i];
    }
}

/// The spread that rows of one quantity leave, with the shipped one as so many rows.
[[nodiscard]] constexpr double spread_of(std::span<measurement const> rows, calibration const& c,
                                         measured_quantity what, double shipped,
                                         double shipped_rows) noexcept {
    constexpr double of_80_percent = 1.2816; // standard deviations of a normal distribution
    double const before = reckon::detail::log(1 + shipped) / of_80_percent;
    double sum = before * before * shipped_rows;
    double n = shipped_rows;
    for (measurement const& m : rows) {
        if (m.what != what) { continue; }
        double const r = left_over(m, c);
        sum += r * r;
        n += 1;
    }
    return n > 0 ? reckon::detail::exp(of_80_percent * reckon::detail::sqrt(sum / n)) - 1 : shipped;
}

/// A row that cannot be, as a sentence.
[[nodiscard]] constexpr possible_error check_row(measurement const& m, std::size_t index) noexcept {
    constexpr double rounding_of_tables = 0.01;
    sentence where = sentence("row ").append(static_cast<count>(index)).append(" (");
    where.append(m.name.view()).append("): ");
    bool const rate = m.what == measured_quantity::output_throughput;
    auto const shown = [&](sentence& s, double value) {
        rate ? s.append_fixed(value, 1).append(" tokens a second")
             : s.append_fixed(value * 1e3, 3).append(" ms");
    };
    if (!(m.value > 0) || !reckon::detail::finite(m.value)) {
        where.append("the ").append(name(m.what)).append(" is ");
        shown(where, m.value);
        return error{errc::out_of_range, where.append("; it must be above 0.")};
    }
    double const bound = bound_of(m);
    bool const possible = rate ? m.value <= bound * (1 + rounding_of_tables)
                               : m.value >= bound * (1 - rounding_of_tables);
    if (possible) { return {}; }
    where.append(rate ? "an " : "a ").append(name(m.what)).append(" of ");
    shown(where, m.value);
    where.append(" is better than the peaks of the device allow (");
    shown(where, bound);
    return error{
        errc::contradiction,
        where.append("); check its unit, model, precision, device and number of devices.")};
}

} // namespace detail

/// The shipped calibration `shipped`, for its device and engine, moved by `rows`. The fitted one is never further
/// from the rows. Refuses no rows at all, and a row that is not positive or beats the device's peaks, by name.
[[nodiscard]] constexpr result<own_calibration>
calibrate(std::span<measurement const> rows, calibration const& shipped,
          fit_strength const& strength = {}) noexcept {
    using detail::factor_count;
    if (rows.empty()) {
        return error{errc::missing_field,
                     "there are no measurements to fit; one is enough to begin with."};
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (possible_error const bad = detail::check_row(rows[i], i + 1)) { return *bad; }
    }
    constexpr int most_steps = 40;
    constexpr double difference = 1e-4; // of a logarithm
    constexpr double enough = 1e-9;     // of the misfit
    detail::log_factors x{};
    double best = detail::misfit(rows, shipped, x, strength);
    double damping = 1e-3;
    for (int step = 0; step < most_steps; ++step) {
        double normal[factor_count][factor_count]{};
        double downhill[factor_count]{};
        calibration const here = under(shipped, x.factors());
        calibration beside[factor_count]{};
        for (std::size_t j = 0; j < factor_count; ++j) {
            detail::log_factors moved = x;
            moved.of[j] -= difference; // down: factors are cut off above
            beside[j] = under(shipped, moved.factors());
            double const reach = strength.reach.*detail::factor_members[j];
            normal[j][j] = 1 / (reach * reach);
            downhill[j] = -x.of[j] / (reach * reach);
        }
        for (measurement const& m : rows) {
            double const r = detail::left_over(m, here);
            double slope[factor_count]{};
            for (std::size_t j = 0; j < factor_count; ++j) {
                slope[j] = (r - detail::left_over(m, beside[j])) / difference / strength.noise;
            }
            for (std::size_t j = 0; j < factor_count; ++j) {
                downhill[j] -= slope[j] * r / strength.noise;
                for (std::size_t k = 0; k < factor_count; ++k) {
                    normal[j][k] += slope[j] * slope[k];
                }
            }
        }
        for (std::size_t j = 0; j < factor_count; ++j) {
            normal[j][j] *= 1 + damping;
        }
        detail::solve(normal, downhill);
        detail::log_factors next = x;
        for (std::size_t j = 0; j < factor_count; ++j) {
            constexpr double longest = 0.7; // no factor doubles in one step
            next.of[j] += reckon::detail::max(-longest, reckon::detail::min(longest, downhill[j]));
        }
        double const there = detail::misfit(rows, shipped, next, strength);
        if (!(there < best)) {
            damping *= 10;
            if (damping > 1e6) { break; }
            continue;
        }
        bool const done = best - there < enough * best;
        x = next;
        best = there;
        damping /= 10;
        if (done) { break; }
    }
    own_calibration out{};
    out.factors = x.factors();
    out.factors.name = "own measurements";
    out.fitted = under(shipped, out.factors);
    out.fitted.name.append(", refitted");
    out.fitted.source = provenance::fitted;
    auto const error_of = [&](calibration const& c) {
        double sum = 0;
        for (measurement const& m : rows) {
            double const r = detail::left_over(m, c);
            sum += r * r;
        }
        return reckon::detail::sqrt(sum / static_cast<double>(rows.size()));
    };
    out.error_before = error_of(shipped);
    out.error_after = error_of(out.fitted);
    auto const left = [&](measured_quantity what, double spread) {
        return detail::spread_of(rows, out.fitted, what, spread, strength.shipped_rows);
    };
    spreads const& before = shipped.spread;
    out.fitted.spread = {left(measured_quantity::time_per_token, before.per_token),
                         left(measured_quantity::time_to_first_token, before.first_token),
                         left(measured_quantity::output_throughput, before.throughput)};
    return out;
}

} // namespace reckon::inline v0::serving

namespace reckon::inline v0 {
using serving::calibrate;
} // namespace reckon::inline v0
