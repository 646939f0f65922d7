// SPDX-License-Identifier: MIT
// Fitting the constants to a few rows of one's own.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving/calibrate.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;
using serving::measured_quantity;
using serving::measurement;

namespace {

/// A calibration of the test's own, so that nothing here follows the shipped constants.
constexpr calibration shipped{.name = "as shipped",
                              .weight_streaming = efficiency(0.7),
                              .cache_streaming = efficiency(0.7),
                              .decode_matmul = efficiency(0.7),
                              .prefill_matmul = efficiency(0.5),
                              .expert_matmul = efficiency(0.5),
                              .link = efficiency(0.5),
                              .per_layer = microseconds(50),
                              .per_mixture = microseconds(30),
                              .per_collective = microseconds(6),
                              .per_step = microseconds(400),
                              .per_sequence = microseconds(15),
                              .per_request = milliseconds(60),
                              .spread = {.per_token = 0.3, .first_token = 0.8, .throughput = 0.25},
                              .source = provenance::fitted};
/// The machine that the rows come from.
constexpr engine_factors truth{
    .name = "truth", .streaming = 1.2, .matmul = 1.4, .overhead = 0.6, .request = 0.5};

using llama_on_h100 = deployment<std::remove_cvref_t<decltype(models::llama_3_1_70b)>,
                                 std::remove_cvref_t<decltype(gpus::h100_sxm_80gb)>>;
constexpr llama_on_h100 server(count concurrency, double prompt, double output) {
    return {.name = "my server",
            .model = models::llama_3_1_70b,
            .gpu = gpus::h100_sxm_80gb,
            .layout = {.tensor = 4},
            .concurrency = concurrency,
            .request = {.prompt = tokens{prompt}, .output = tokens{output}}};
}

constexpr measurement as_true(llama_on_h100 const& d, measured_quantity what) {
    measurement m = what == measured_quantity::output_throughput
                        ? serving::measured(d, tokens_per_second(1)).value()
                        : serving::measured(d, what, 1_s).value();
    m.value = serving::predicted(m, under(shipped, truth));
    return m;
}

constexpr std::array<measurement, 3> three_rows{
    as_true(server(1, 1000, 500), measured_quantity::time_per_token),
    as_true(server(64, 1000, 500), measured_quantity::time_per_token),
    as_true(server(1, 4000, 500), measured_quantity::time_to_first_token)};

std::string why(auto const& refused) { return std::string(refused.error().message.view()); }
bool says(std::string const& sentence, std::string_view part) {
    return sentence.find(part) != std::string::npos;
}
double off(measurement const& m, calibration const& c) {
    return std::abs(std::log(serving::predicted(m, c) / m.value));
}

} // namespace

TEST_CASE("three rows move the main constants most of the way") {
    auto const own = calibrate(three_rows, shipped);
    REQUIRE(own);
    CHECK(own->error_after < 0.2 * own->error_before);
    CHECK(own->error_after < 0.05);
    for (measurement const& m : three_rows) {
        CHECK(off(m, own->fitted) < off(m, shipped));
    }
    // And what was not measured is predicted better too.
    for (count const concurrency : {4, 16, 128}) {
        for (auto const what :
             {measured_quantity::time_per_token, measured_quantity::time_to_first_token,
              measured_quantity::output_throughput}) {
            CAPTURE(concurrency);
            CAPTURE(name(what));
            measurement const unseen = as_true(server(concurrency, 2000, 300), what);
            CHECK(off(unseen, own->fitted) < 0.5 * off(unseen, shipped));
        }
    }
    CHECK(own->factors.mixture == 1); // no row speaks of mixtures
    // Two rows are of tokens, one of the first; the shipped spread counts as four.
    auto const left = [&](double before, std::span<measurement const> rows) {
        double sum = 4 * std::pow(std::log(1 + before) / 1.2816, 2);
        for (measurement const& m : rows) {
            sum += off(m, own->fitted) * off(m, own->fitted);
        }
        return std::exp(1.2816 * std::sqrt(sum / (4 + static_cast<double>(rows.size())))) - 1;
    };
    CHECK(near(own->fitted.spread.per_token, left(0.3, std::span(three_rows).first(2)),
               within(1e-9)));
    CHECK(near(own->fitted.spread.first_token, left(0.8, std::span(three_rows).last(1)),
               within(1e-9)));
    CHECK(near(own->fitted.spread.throughput, 0.25, within(1e-9)));
    CHECK(own->fitted.source == provenance::fitted);
    CHECK(own->fitted.name == text<31>("as shipped, refitted"));
}

TEST_CASE("many rows find the machine") {
    std::vector<measurement> rows;
    for (count const concurrency : {1, 4, 16, 64, 256}) {
        for (double const prompt : {200.0, 2000.0, 16000.0}) {
            for (auto const what :
                 {measured_quantity::time_per_token, measured_quantity::time_to_first_token,
                  measured_quantity::output_throughput}) {
                rows.push_back(as_true(server(concurrency, prompt, 500), what));
            }
        }
    }
    auto const own = calibrate(rows, shipped);
    REQUIRE(own);
    CHECK(own->error_after < 0.01);
    CHECK(near(own->factors.streaming, truth.streaming, within(0.05)));
    CHECK(near(own->factors.matmul, truth.matmul, within(0.05)));
    CHECK(near(own->factors.overhead, truth.overhead, within(0.05)));
    CHECK(near(own->factors.request, truth.request, within(0.1)));
    CHECK(near(own->factors.wait, truth.wait, within(0.05)));
    // What is left is little, so the interval shrinks; but not to nothing.
    CHECK(own->fitted.spread.per_token < 0.6 * shipped.spread.per_token);
    CHECK(own->fitted.spread.per_token > 0.05);
}

TEST_CASE("every further row brings the fit nearer to the machine, on the whole of its loads") {
    std::vector<measurement> const all = [] {
        std::vector<measurement> rows;
        for (count const concurrency : {1, 8, 32, 128}) {
            for (double const prompt : {500.0, 5000.0}) {
                rows.push_back(
                    as_true(server(concurrency, prompt, 400), measured_quantity::time_per_token));
                rows.push_back(as_true(server(concurrency, prompt, 400),
                                       measured_quantity::time_to_first_token));
            }
        }
        return rows;
    }();
    auto const error_on_all = [&](calibration const& c) {
        double sum = 0;
        for (measurement const& m : all) {
            sum += off(m, c) * off(m, c);
        }
        return sum;
    };
    double before = error_on_all(shipped);
    for (std::size_t n = 1; n <= all.size(); ++n) {
        auto const own = calibrate(std::span(all).first(n), shipped);
        REQUIRE(own);
        CAPTURE(n);
        CHECK(own->error_after <= own->error_before);
        double const now = error_on_all(own->fitted);
        constexpr double noise = 0.02; // of a row, below which nothing is left to learn
        CHECK(now <= before * 1.05 + static_cast<double>(all.size()) * noise * noise);
        before = std::min(before, now);
    }
    CHECK(before < 0.02 * error_on_all(shipped));
}

TEST_CASE("what is minimised, term by term") {
    namespace d = serving::detail;
    // Rows that are 10 and 20 % off under a noise of 0.1, and a factor e^0.3 away under a reach of 0.6.
    std::array<measurement, 2> rows{three_rows[0], three_rows[1]};
    rows[0].value = serving::predicted(rows[0], shipped) / 1.1;
    rows[1].value = serving::predicted(rows[1], shipped) / 0.8;
    serving::fit_strength s{};
    s.reach.request = 0.6; // of which no time per token speaks
    d::log_factors x{};
    double const off1 = std::log(1.1) / 0.1;
    double const off2 = std::log(0.8) / 0.1;
    CHECK(near(d::misfit(rows, shipped, x, s), (off1 * off1 + off2 * off2) / 2));
    x.of[5] = 0.3;
    CHECK(
        near(d::misfit(rows, shipped, x, s), (off1 * off1 + off2 * off2 + 0.25) / 2, within(1e-9)));
    CHECK(near(x.factors().request, std::exp(0.3)));
    CHECK(x.factors().streaming == 1);
    CHECK(near(d::left_over(rows[0], shipped), std::log(1.1), within(1e-9)));
    // The spread that two rows leave, beside a shipped one of 0.3 that counts as four: standard deviations, as
    // 80 % of a normal distribution lies within 1.2816 of them.
    double const before = std::log(1.3) / 1.2816;
    double const sum = 4 * before * before + 0.01 * (off1 * off1 + off2 * off2);
    CHECK(near(d::spread_of(rows, shipped, measured_quantity::time_per_token, 0.3, 4),
               std::exp(1.2816 * std::sqrt(sum / 6)) - 1, within(1e-9)));
    CHECK(near(d::spread_of(rows, shipped, measured_quantity::output_throughput, 0.3, 4), 0.3,
               within(1e-9)));
    CHECK(d::spread_of(rows, shipped, measured_quantity::output_throughput, 0.3, 0) == 0.3);
    // One row that nothing stands beside.
    CHECK(near(
        d::spread_of(std::span(rows).first(1), shipped, measured_quantity::time_per_token, 0.3, 0),
        std::exp(1.2816 * std::log(1.1)) - 1, within(1e-9)));
    // The same row as a throughput: all of eight requests in flight, a token each step.
    measurement as_rate = three_rows[1];
    as_rate.what = measured_quantity::output_throughput;
    CHECK(near(serving::bound_of(as_rate), 64 / serving::bound_of(three_rows[1])));
    as_rate.load.groups = 3;
    CHECK(near(serving::bound_of(as_rate), 3 * 64 / serving::bound_of(three_rows[1])));
    as_rate.load.tokens_per_step = 2;
    CHECK(near(serving::bound_of(as_rate), 2 * 3 * 64 / serving::bound_of(three_rows[1])));
}

TEST_CASE("six equations with six unknowns") {
    // A = B B' + 6 is symmetric and positive definite; y is solved from A y.
    double const y[] = {1, -2, 3, -4, 5, -6};
    double a[6][6]{};
    double b[6]{};
    for (int i = 0; i < 6; ++i) {
        for (int j = 0; j < 6; ++j) {
            a[i][j] = i == j ? 6 : 0;
            for (int k = 0; k < 6; ++k) {
                a[i][j] += ((3 * i + 5 * k) % 7 - 3) * ((3 * j + 5 * k) % 7 - 3);
            }
        }
    }
    for (int i = 0; i < 6; ++i) {
        for (int j = 0; j < 6; ++j) {
            b[i] += a[i][j] * y[j];
        }
    }
    serving::detail::solve(a, b);
    for (int i = 0; i < 6; ++i) {
        CHECK(near(b[i], y[i], within(1e-9)));
    }
}

TEST_CASE("no factor that is a little larger or smaller fits better") {
    for (double const noise : {0.1, 0.5}) {
        serving::fit_strength s{};
        s.noise = noise;
        auto const own = calibrate(three_rows, shipped, s);
        REQUIRE(own);
        serving::detail::log_factors found{};
        for (std::size_t j = 0; j < serving::detail::factor_count; ++j) {
            found.of[j] = std::log(own->factors.*serving::detail::factor_members[j]);
        }
        double const least = serving::detail::misfit(three_rows, shipped, found, s);
        for (double& one : found.of) {
            double const at = one;
            for (double const moved : {-0.01, 0.01}) {
                one = at + moved;
                CHECK(serving::detail::misfit(three_rows, shipped, found, s) > least);
            }
            one = at;
        }
        double sum = 0;
        for (measurement const& m : three_rows) {
            sum += off(m, own->fitted) * off(m, own->fitted);
        }
        CHECK(near(own->error_after, std::sqrt(sum / 3), within(1e-9)));
    }
}

TEST_CASE("a row that speaks of one factor alone: the least in closed form, to the last step") {
    // Nothing is read, multiplied or launched: a first token is what a request takes, 60 ms by the shipped constants.
    measurement m{.what = measured_quantity::time_to_first_token};
    m.load.rates = three_rows[0].load.rates;
    m.load.output = 1;
    calibration bare = shipped;
    bare.per_layer = bare.per_mixture = bare.per_step = bare.per_sequence = bare.per_collective =
        seconds{};
    for (double const times : {0.8, 1.3}) {
        for (double const noise : {0.1, 2.0}) {
            m.value = 0.060 * times;
            auto const own = calibrate(std::span(&m, 1), bare, {.noise = noise});
            REQUIRE(own);
            // (x - ln times)^2 / noise^2 + x^2 / 1.05^2 is least where both slopes are alike.
            double const row = 1 / (noise * noise);
            double const reach = 1 / (1.05 * 1.05);
            CHECK(near(std::log(own->factors.request), std::log(times) * row / (row + reach),
                       within(1e-9)));
            CHECK(own->factors.streaming == 1);
        }
    }
}

TEST_CASE("rows that agree leave the calibration where it is") {
    measurement exact = three_rows[1];
    exact.value = serving::predicted(exact, shipped);
    auto const own = calibrate(std::span(&exact, 1), shipped);
    REQUIRE(own);
    CHECK(own->factors.streaming == 1);
    CHECK(own->error_after == own->error_before);
    CHECK(own->fitted.spread.first_token == doctest::Approx(shipped.spread.first_token));
    CHECK(own->fitted.spread.per_token < shipped.spread.per_token);
}

TEST_CASE("stronger rows pull further") {
    serving::fit_strength weak{};
    weak.noise = 1;
    auto const a_little = calibrate(three_rows, shipped, weak);
    auto const a_lot = calibrate(three_rows, shipped);
    REQUIRE(a_little);
    REQUIRE(a_lot);
    CHECK(a_lot->error_after < a_little->error_after);
    CHECK(a_little->error_after < a_little->error_before);
}

TEST_CASE("rows that cannot be are refused by name") {
    auto const with = [](double value, measured_quantity what) {
        std::array<measurement, 3> rows = three_rows;
        rows[1].what = what;
        rows[1].value = value;
        return calibrate(rows, shipped);
    };
    double const least = serving::bound_of(three_rows[1]);
    auto const faster = with(0.9 * least, measured_quantity::time_per_token);
    REQUIRE(!faster);
    CHECK(faster.error().code == errc::contradiction);
    CHECK(says(why(faster), "row 2 (my server)"));
    CHECK(says(why(faster), "better than the peaks"));
    CHECK(with(1.001 * least, measured_quantity::time_per_token));
    CHECK(says(why(with(64 / least * 1.1, measured_quantity::output_throughput)),
               "tokens a second is better than the peaks"));
    CHECK(says(why(with(1e-9, measured_quantity::time_to_first_token)), "row 2"));
    for (double const bad : {0.0, -1.0, std::numeric_limits<double>::infinity(),
                             std::numeric_limits<double>::quiet_NaN()}) {
        CHECK(says(why(with(bad, measured_quantity::time_per_token)), "must be above 0"));
    }
    CHECK(says(why(calibrate({}, shipped)), "no measurements"));
    // Each number as it is, in the unit of the row.
    std::array<measurement, 3> rows = three_rows;
    auto const sentence_of = [&](char const* format, double value) {
        char text[300];
        std::snprintf(text, sizeof text, format, value, serving::bound_of(rows[0]) * 1e3);
        return std::string(text);
    };
    rows[0].value = 1.25e-6;
    CHECK(why(calibrate(rows, shipped)) ==
          sentence_of("row 1 (my server): a time per token of %.3f ms is better than the peaks of "
                      "the device allow "
                      "(%.3f ms); check its unit, model, precision, device and number of devices.",
                      1.25e-3));
    rows[0].what = measured_quantity::output_throughput;
    rows[0].value = 54321.06;
    char rate[300];
    std::snprintf(rate, sizeof rate,
                  "row 1 (my server): an output throughput of 54,321.1 tokens a second is better "
                  "than the peaks of the "
                  "device allow (%.1f tokens a second); check its unit, model, precision, device "
                  "and number of devices.",
                  serving::bound_of(rows[0]));
    CHECK(why(calibrate(rows, shipped)) == rate);
    rows[0].value = -2;
    CHECK(why(calibrate(rows, shipped)) ==
          "row 1 (my server): the output throughput is -2.0 tokens a second; it must be above 0.");
}

TEST_CASE("a row needs a load that can be") {
    auto d = server(8, 1000, 500);
    d.layout.tensor = 3;
    CHECK(!serving::measured(d, tokens_per_second(1)));
    d = server(8, 1000, 500);
    d.request = {};
    CHECK(says(why(serving::measured(d, tokens_per_second(1))), "lengths"));
    d = server(0, 1000, 500);
    CHECK(says(why(serving::measured(d, tokens_per_second(1))), "each data-parallel group: 1"));
    CHECK(says(
        why(serving::measured(server(8, 1000, 500), measured_quantity::output_throughput, 1_s)),
        "tokens a second"));
    any_deployment unpublished{.model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb};
    unpublished.gpu.bandwidth = unknown;
    unpublished.request = {100_tok, 100_tok};
    CHECK(says(why(serving::measured(unpublished, tokens_per_second(1))), "never published"));
}

// In a constant expression too.
static_assert(calibrate(std::span(three_rows).first(1), shipped)->error_after < 0.1);
