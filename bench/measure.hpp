// SPDX-License-Identifier: MIT
// How the benchmarks run what they measure.
#pragma once
#include "support/allocations.hpp"

#include <benchmark/benchmark.h>

/// Runs `body` for as long as the benchmark wants, reports allocations and fails if there is one.
template <class Body> void measure(benchmark::State& state, Body&& body) {
    std::size_t counted = 0;
    for (auto _ : state) {
        std::size_t const before = reckon::test::allocations();
        body();
        counted += reckon::test::allocations() - before;
    }
    state.counters["allocations"] = static_cast<double>(counted);
    if (counted > 0) { state.SkipWithError("it allocates"); }
}
