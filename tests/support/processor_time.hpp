// SPDX-License-Identifier: MIT
// How long something takes, whatever else the machine does.
#pragma once
#include <ctime>

namespace reckon::test {

/// Seconds of processor time that `work()` takes: other tests run beside this one, and a clock on the wall counts them too.
[[nodiscard]] double processor_seconds(auto&& work) {
    std::clock_t const begin = std::clock();
    work();
    return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

} // namespace reckon::test
