// SPDX-License-Identifier: MIT
// The largest integer that something still holds for.
#pragma once
#include <reckon/detail/math.hpp>

namespace reckon::inline v0::detail {

/// The largest n in [low, high] with holds(n), low - 1 if there is none. `holds` must be true up to some
/// n and false beyond it. A good guess costs two or three calls, a bad one 2 log2 of how far off it is.
/// Domain: low <= high.
constexpr count largest_that(count low, count high, count guess, auto&& holds) noexcept {
    guess = max(low, min(guess, high));
    count yes = low - 1; // nothing below low is asked for
    count no = high;
    if (holds(guess)) {
        yes = guess;
        for (count step = 1; yes < high; step = multiply(step, 2)) {
            count const next = min(add(yes, step), high);
            if (!holds(next)) {
                no = next;
                break;
            }
            yes = next;
        }
        if (yes == high) { return high; }
    } else {
        no = guess;
        for (count step = 1; no > low; step = multiply(step, 2)) {
            count const next = max(no - step, low);
            if (holds(next)) {
                yes = next;
                break;
            }
            no = next;
        }
        if (no == low) { return low - 1; }
    }
    while (no - yes > 1) {
        count const middle = yes + (no - yes) / 2;
        (holds(middle) ? yes : no) = middle;
    }
    return yes;
}

} // namespace reckon::inline v0::detail
