// SPDX-License-Identifier: MIT
// Curves of a service in round numbers, for sums by hand.
#pragma once
#include <reckon/serving/queueing.hpp>
#include <reckon/units.hpp>

namespace reckon::test {

/// One request decodes in 10 ms a step, three in 20 ms, seven in 60 ms; a prompt beside others takes 100 ms.
[[nodiscard]] constexpr serving::service_curve bent() {
    using namespace literals;
    serving::service_curve c{};
    c.steps.push_back({1, 10_ms});
    c.steps.push_back({3, 20_ms});
    c.steps.push_back({7, 60_ms});
    c.most = 7;
    c.prompt = 150_ms;
    c.slot = 100_ms;
    c.prompts_per_pass = 4;
    c.output = 50;
    c.per_request = 5_ms;
    return c;
}

/// A group with two places: one request decodes in 1 s a step, two in 1.5 s; two tokens an answer, and a prompt takes
/// 0.5 s beside others. It finishes 1 / (0.5 + 2) = 0.4 a second with one, 2 / (1 + 3) = 0.5 with two of them.
[[nodiscard]] constexpr serving::service_curve two_places() {
    using namespace literals;
    serving::service_curve c{};
    c.steps.push_back({1, 1_s});
    c.steps.push_back({2, 1.5_s});
    c.most = 2;
    c.prompt = 700_ms;
    c.slot = 500_ms;
    c.prompts_per_pass = 4;
    c.output = 2;
    c.per_request = 40_ms;
    return c;
}

} // namespace reckon::test
