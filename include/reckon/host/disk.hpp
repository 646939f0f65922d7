// SPDX-License-Identifier: MIT
// What disks hold and deliver together.
//
//   level | holds          | reads | writes | may lose, in any case
//   0     | n d            | n r   | n r    | 0
//   1     | d              | n r   | r      | n - 1
//   5     | (n - 1) d      | n r   | -      | 1
//   6     | (n - 2) d      | n r   | -      | 2
//   10    | n d / 2        | n r   | n r / 2| 1
//
//   symbol | meaning                                     | unit         | domain
//   n      | disks                                       | -            | level 5: >= 3, 6: >= 4, 10: even
//   d, r   | capacity and rate of one                    | byte, byte/s | > 0
//
// Source:       definition of the levels (SNIA, Common RAID Disk Data Format). AT-21: 8 TB raw in level 10
//               are 4 TB.
// Not modelled: writes of level 5 and 6, which depend on their size; controllers and buses.
// Error:        0; tests/host/disk.cpp.
#pragma once
#include <reckon/detail/result.hpp>
#include <reckon/units/makers.hpp>

namespace reckon::inline v0::host {

/// Disks as one.
struct array_of_disks {
    bytes capacity{};
    data_rate reads{};
    count may_lose{}; ///< whichever they are
    friend constexpr bool operator==(array_of_disks const&,
                                     array_of_disks const&) noexcept = default;
};

/// Errors: unsupported for other levels, out_of_range for too few disks or an odd number of them.
[[nodiscard]] constexpr result<array_of_disks> raid(count level, count disks, bytes each,
                                                    data_rate rate) noexcept {
    struct rule {
        count level, least, parity, may_lose;
        bool mirrored;
    };
    constexpr rule rules[] = {{0, 1, 0, 0, false},
                              {5, 3, 1, 1, false},
                              {6, 4, 2, 2, false},
                              {10, 4, 0, 1, true},
                              {1, 2, 0, 0, true}};
    sentence why{"RAID "};
    why.append(level);
    for (rule const& r : rules) {
        if (r.level != level) { continue; }
        if (disks < r.least || (level == 10 && disks % 2 != 0)) {
            why.append(" of ").append(disks).append(" disks does not exist; give at least ");
            why.append(r.least).append(level == 10 ? ", an even number." : ".");
            return error{errc::out_of_range, why};
        }
        auto const n = static_cast<double>(disks);
        double const held = level == 1 ? 1 : r.mirrored ? n / 2 : n - static_cast<double>(r.parity);
        return array_of_disks{each * held, rate * n, level == 1 ? disks - 1 : r.may_lose};
    }
    return error{errc::unsupported, why.append(" is not known; choose 0, 1, 5, 6 or 10.")};
}

} // namespace reckon::inline v0::host
