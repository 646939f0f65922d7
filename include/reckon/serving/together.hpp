// SPDX-License-Identifier: MIT
// Several engines on one device.
//
//   claimed = sum (budget + outside);   fit together when each fits and claimed <= capacity
//
// An engine fills its budget whatever its load needs, so budgets add up, not needs. Each is a process
// with a driver's context of its own, which `outside` or the budget already has.
//
// Source:       vLLM and SGLang size their pool from the device's memory at start, not from what others
//               leave: `utilisation` is of the whole device.
// Not modelled: engines that start into what others have left (SGLang's free memory before loading).
#pragma once
#include <reckon/serving/memory_of.hpp>

#include <span>

namespace reckon::inline v0::serving {

/// What several deployments claim of one device.
struct shared_device {
    bytes capacity{};
    bytes claimed{};
    bool each_fits{true};
    [[nodiscard]] constexpr bytes headroom() const noexcept { return capacity - claimed; }
    [[nodiscard]] constexpr bool fits() const noexcept { return each_fits && claimed <= capacity; }
    friend constexpr bool operator==(shared_device const&, shared_device const&) noexcept = default;
};

/// The claims of these reports, all of the same device. An empty span claims nothing of nothing.
[[nodiscard]] constexpr shared_device together(std::span<memory_report const> reports) noexcept {
    shared_device sum{};
    for (memory_report const& r : reports) {
        sum.capacity = r.capacity;
        sum.claimed += r.budget + r.outside.value;
        sum.each_fits = sum.each_fits && r.fits();
    }
    return sum;
}

} // namespace reckon::inline v0::serving
