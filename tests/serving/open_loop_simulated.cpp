// SPDX-License-Identifier: MIT
// The laws of open loops, and of runs beyond capacity, against a simulation of an engine, pass by pass, over seven kinds
// of load.
#include "support/near.hpp"

#include <reckon/serving/overload.hpp>
#include <reckon/serving/queueing.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <random>
#include <vector>

using namespace reckon;
using reckon::test::near;
using reckon::test::within;
using serving::arrivals;
using serving::queue_times;
using serving::service_curve;

namespace {

// The generator is fixed by the standard, distributions are not: so they are written here.
class chance {
public:
    explicit chance(std::uint64_t seed) : bits_(seed) {}
    double uniform() { return (static_cast<double>(bits_() >> 11U) + 0.5) * 0x1p-53; }
    double exponential(double rate) { return -std::log(uniform()) / rate; }
    /// Of mean 1 and this coefficient of variation, lognormal.
    double length(double variation) {
        if (variation == 0) { return 1; }
        double const s = std::sqrt(std::log(1 + variation * variation));
        double const radius = std::sqrt(-2 * std::log(uniform()));
        return std::exp(s * radius * std::cos(2 * std::acos(-1.0) * uniform()) - s * s / 2);
    }

private:
    std::mt19937_64 bits_;
};

struct request {
    double arrived{};
    double prompt{}; ///< what is left of it, in mean prompts
    double output{};
    double left{};
    double first{};
};

/// Sorted latencies of requests, in seconds.
struct observed {
    std::vector<double> first_token{};
    std::vector<double> per_token{};
    std::vector<double> end_to_end{};
    double in_flight{};
    double duration{}; ///< of the run
};

double quantile(std::vector<double> const& sorted, double q) {
    return sorted[static_cast<std::size_t>(q * static_cast<double>(sorted.size()))];
}
double mean(std::vector<double> const& all) {
    double sum = 0;
    for (double const x : all) {
        sum += x;
    }
    return sum / static_cast<double>(all.size());
}

/// An engine that decodes whoever is in flight in every pass and fills the rest of it with prompts, first
/// come, first served. The first `warming` of the requests are not looked at.
observed simulate(service_curve const& c, arrivals const& a, std::size_t requests,
                  std::size_t warming) {
    chance random(7);
    std::vector<request> all(requests);
    double arrived = 0;
    for (request& r : all) {
        arrived += random.exponential(in_per_second(a.rate));
        r = {arrived, random.length(a.prompt_variation),
             std::max(2.0, std::round(c.output * random.length(a.output_variation))), 0, 0};
        r.left = r.output;
    }
    std::deque<std::size_t> without_place;
    std::deque<std::size_t> filling;
    std::vector<std::size_t> decoding;
    observed seen;
    double const slot = in_seconds(c.slot);
    double const fixed = in_seconds(c.per_request + c.prompt - c.slot);
    double now = 0;
    double in_flight = 0;
    double watched = 0; // seconds after those, and while requests still come
    std::size_t next = 0;
    std::size_t done = 0;
    while (done < requests) {
        while (next < requests && all[next].arrived <= now) {
            without_place.push_back(next++);
        }
        while (!without_place.empty() &&
               static_cast<double>(decoding.size() + filling.size()) < c.most) {
            filling.push_back(without_place.front());
            without_place.pop_front();
        }
        if (decoding.empty() && filling.empty()) {
            now = all[next].arrived;
            continue;
        }
        double room = c.prompts_per_pass;
        std::vector<std::size_t> filled;
        while (!filling.empty() && room > 1e-12) {
            request& r = all[filling.front()];
            double const taken = std::min(room, r.prompt);
            r.prompt -= taken;
            room -= taken;
            if (r.prompt > 1e-12) { break; }
            filled.push_back(filling.front());
            filling.pop_front();
        }
        auto const batch = static_cast<double>(decoding.size());
        double const pass =
            (batch > 0 ? in_seconds(c.step(batch)) : 0.0) + (c.prompts_per_pass - room) * slot;
        now += pass;
        if (next > warming && next < requests) {
            in_flight += pass * (batch + static_cast<double>(filling.size() + filled.size()));
            watched += pass;
        }
        std::vector<std::size_t> still;
        for (std::size_t const i : decoding) {
            if (--all[i].left > 0) {
                still.push_back(i);
                continue;
            }
            ++done;
            if (i >= warming) {
                seen.per_token.push_back((now - all[i].first) / (all[i].output - 1));
                seen.end_to_end.push_back(now - all[i].arrived + fixed);
            }
        }
        decoding.swap(still);
        for (std::size_t const i : filled) {
            all[i].first = now;
            --all[i].left;
            decoding.push_back(i);
            if (i >= warming) { seen.first_token.push_back(now - all[i].arrived + fixed); }
        }
    }
    seen.duration = now;
    seen.in_flight = in_flight / watched;
    std::sort(seen.first_token.begin(), seen.first_token.end());
    std::sort(seen.per_token.begin(), seen.per_token.end());
    std::sort(seen.end_to_end.begin(), seen.end_to_end.end());
    return seen;
}

/// A group whose step is a straight line; times in milliseconds.
service_curve group(double step, double per_request, double slot, double prompts_per_pass,
                    double output, double most) {
    service_curve c{};
    for (double n : {1.0, most}) {
        c.steps.push_back({n, milliseconds(step + per_request * n)});
    }
    c.most = most;
    c.slot = milliseconds(slot);
    c.prompt = milliseconds(slot * 1.1);
    c.prompts_per_pass = prompts_per_pass;
    c.output = output;
    return c;
}

struct load {
    char const* name;
    service_curve curve;
    double variation; ///< of prompts and answers
};
load const loads[] = {
    {"a small model that chats", group(7, 0.02, 20, 8, 300, 256), 0},
    {"a large model that chats", group(25, 0.1, 80, 8, 300, 256), 0},
    {"the same with lengths that vary", group(25, 0.1, 80, 8, 300, 256), 1},
    {"short prompts, a large batch", group(10, 0.05, 3, 60, 200, 1024), 0.5},
    {"a mixture that writes long answers", group(12, 0.4, 30, 8, 500, 512), 0.5},
    {"documents and short answers", group(25, 0.1, 350, 1, 200, 128), 0.5},
    {"prompts of two passes", group(25, 0.1, 1200, 0.5, 300, 64), 0},
};

void compare(load const& l, double utilization, std::size_t requests, within at_the_median,
             within in_the_tail, within token) {
    CAPTURE(l.name);
    CAPTURE(utilization);
    arrivals const a{l.curve.capacity() * utilization, l.variation, l.variation};
    queue_times const law = queue_of(l.curve, a);
    REQUIRE(law.stable);
    observed const seen = simulate(l.curve, a, requests, requests / 10);
    CHECK(near(law.in_flight, seen.in_flight, token));
    auto const& first = law.time_to_first_token;
    CHECK(near(in_seconds(first.mean), mean(seen.first_token), at_the_median));
    CHECK(near(in_seconds(first.p50), quantile(seen.first_token, 0.5), at_the_median));
    CHECK(near(in_seconds(first.p90), quantile(seen.first_token, 0.9), in_the_tail));
    CHECK(near(in_seconds(first.p99), quantile(seen.first_token, 0.99), in_the_tail));
    auto const& each = law.time_per_token;
    CHECK(near(in_seconds(each.mean), mean(seen.per_token), token));
    CHECK(near(in_seconds(each.p50), quantile(seen.per_token, 0.5), token));
    CHECK(near(in_seconds(each.p90), quantile(seen.per_token, 0.9), token));
    CHECK(near(in_seconds(each.p99), quantile(seen.per_token, 0.99), within(0.2)));
    auto const& whole = law.end_to_end;
    CHECK(near(in_seconds(whole.mean), mean(seen.end_to_end), within(0.12)));
    CHECK(near(in_seconds(whole.p50), quantile(seen.end_to_end, 0.5), within(0.12)));
    CHECK(near(in_seconds(whole.p90), quantile(seen.end_to_end, 0.9), within(0.12)));
    CHECK(near(in_seconds(whole.p99), quantile(seen.end_to_end, 0.99), within(0.12)));
}

} // namespace

TEST_CASE("loads of which answers take most of the time, up to 85 % of what is kept up with") {
    for (std::size_t i = 0; i < 5; ++i) {
        for (double const utilization : {0.3, 0.6, 0.85}) {
            compare(loads[i], utilization, 30000, within(0.09), within(0.12), within(0.08));
        }
    }
}

TEST_CASE("prompts that take most of the time: within a fifth") {
    for (std::size_t const i : {std::size_t{5}, std::size_t{6}}) {
        for (double const utilization : {0.3, 0.6, 0.8}) {
            compare(loads[i], utilization, 30000, within(0.17), within(0.15), within(0.2));
        }
    }
}

TEST_CASE("too few places: the wait for one, on average") {
    service_curve few = group(25, 0.1, 80, 8, 100, 16);
    for (double const utilization : {0.6, 0.8, 0.9}) {
        for (double const variation : {0.0, 1.0}) {
            CAPTURE(utilization);
            CAPTURE(variation);
            arrivals const a{few.capacity() * utilization, variation, variation};
            queue_times const law = queue_of(few, a);
            observed const seen = simulate(few, a, 100000, 10000);
            CHECK(law.waits > 0.02);
            CHECK(near(law.in_flight, std::min(seen.in_flight, few.most), within(0.03)));
            CHECK(near(in_seconds(law.time_to_first_token.mean), mean(seen.first_token),
                       within(0.3)));
            CHECK(near(in_seconds(law.time_to_first_token.p99), quantile(seen.first_token, 0.99),
                       within(0.4)));
        }
    }
}

TEST_CASE("runs beyond capacity: eight times what there are places for, all at once or several "
          "times too fast") {
    std::vector<double> token;
    std::vector<double> first;
    for (load const& l : loads) {
        for (double const most : {1.0, 4.0, 16.0, l.curve.most}) {
            service_curve c = l.curve;
            c.most = most;
            auto const n = static_cast<std::size_t>(8 * most);
            for (double const beyond : {2.0, 3.0, 1e6}) {
                CAPTURE(l.name);
                CAPTURE(most);
                CAPTURE(beyond);
                arrivals const a{c.capacity() * beyond, 0, 0};
                auto const law = serving::overloaded(c, a.rate, static_cast<double>(n));
                observed const seen = simulate(c, a, n, 0);
                double const each = mean(seen.per_token);
                CHECK(near(in_seconds(law.time_per_token), each, within(0.06)));
                CHECK(near(in_seconds(law.duration), seen.duration, within(0.13)));
                token.push_back(std::abs(in_seconds(law.time_per_token) / each - 1));
                first.push_back(
                    std::abs(in_seconds(law.time_to_first_token) / mean(seen.first_token) - 1));
                // Who is alone never waits for its own prompt between tokens.
                if (most == 1) { CHECK(near(in_seconds(law.time_per_token), each, within(1e-9))); }
            }
        }
    }
    std::sort(token.begin(), token.end());
    std::sort(first.begin(), first.end());
    CHECK(quantile(token, 0.5) < 0.01);
    CHECK(quantile(token, 0.9) < 0.04);
    CHECK(quantile(first, 0.5) < 0.05);
    CHECK(quantile(first, 0.9) < 0.15);
}
