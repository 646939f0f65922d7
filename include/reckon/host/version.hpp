// SPDX-License-Identifier: MIT
// Versions as numbers between points, compared number by number: 535.104.05 is newer than 535.86.09.
#pragma once
#include <reckon/detail/nearest.hpp>
#include <reckon/detail/result.hpp>

#include <compare>
#include <cstdint>
#include <string_view>

namespace reckon::inline v0::host {

/// Up to four numbers; what is not written is 0, so that 12.2 is 12.2.0.
struct version {
    std::uint32_t part[4]{};
    friend constexpr bool operator==(version const&, version const&) noexcept = default;
    friend constexpr auto operator<=>(version const&, version const&) noexcept = default;
};

/// "535.54.03", "12.2", "6.0.2-115" (what follows the numbers after '-' or '+' does not count).
/// Error: malformed.
[[nodiscard]] constexpr result<version> parse_version(std::string_view written) noexcept {
    version v{};
    int at = 0;
    bool digit = false;
    constexpr std::uint32_t most = 100'000'000;
    auto const wrong = [&] {
        sentence why{};
        detail::append_typed(why, written);
        return error{errc::malformed,
                     why.append(" is no version; write it as numbers between points: 535.54.03.")};
    };
    for (char const c : written.substr(0, written.find_first_of("-+"))) {
        if (c >= '0' && c <= '9') {
            digit = true;
            v.part[at] = v.part[at] * 10 + static_cast<std::uint32_t>(c - '0');
            if (v.part[at] > most) { return wrong(); }
        } else if (c == '.' && digit && at < 3) {
            ++at;
            digit = false;
        } else {
            return wrong();
        }
    }
    if (!digit) { return wrong(); }
    return v;
}

/// "535.54.3": without the zeros in front that drivers are written with, and at least two numbers.
[[nodiscard]] constexpr text<47> version_text(version const& v) noexcept {
    text<47> out{};
    int const last = v.part[3] != 0 ? 3 : v.part[2] != 0 ? 2 : 1;
    for (int i = 0; i <= last; ++i) {
        out.append(i > 0 ? "." : "").append(static_cast<count>(v.part[i]));
    }
    return out;
}

} // namespace reckon::inline v0::host
