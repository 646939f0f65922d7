// SPDX-License-Identifier: MIT
// What somebody typed, and the names that it may have meant, for the sentence that refuses it.
#pragma once
#include <reckon/detail/text.hpp>

#include <cstddef>
#include <string_view>

namespace reckon::inline v0::detail {

/// Bytes of the UTF-8 character at the beginning of `rest` that may be printed; 0: none, a control
/// character or no UTF-8.
[[nodiscard]] constexpr std::size_t printable_bytes(std::string_view rest) noexcept {
    auto const byte = [&](std::size_t i) { return static_cast<unsigned char>(rest[i]); };
    unsigned char const first = byte(0);
    if (first < 0x80) { return first >= 0x20 && first != 0x7F ? 1 : 0; }
    std::size_t const size = first >= 0xC2 && first < 0xE0   ? 2
                             : first >= 0xE0 && first < 0xF0 ? 3
                             : first >= 0xF0 && first < 0xF5 ? 4
                                                             : 0;
    if (size == 0 || size > rest.size()) { return 0; }
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) { return 0; }
    }
    bool const control = first == 0xC2 && byte(1) < 0xA0; // U+0080 to U+009F
    return control ? 0 : size;
}

/// What somebody typed, fit to be printed in a sentence: at most 40 bytes, '?' for control characters and
/// what is no UTF-8, no half of a character at the cut.
template <std::size_t Capacity>
constexpr void append_typed(text<Capacity>& sentence, std::string_view typed) noexcept {
    constexpr std::size_t most = 40;
    sentence.append("'");
    std::size_t shown = 0;
    while (shown < typed.size() && shown < most) {
        std::size_t const size = printable_bytes(typed.substr(shown));
        if (shown + size > most) { break; }
        sentence.append(size == 0 ? std::string_view("?") : typed.substr(shown, size));
        shown += size == 0 ? 1 : size;
    }
    sentence.append(shown < typed.size() ? "...'" : "'");
}

/// Insertions, deletions, replacements and swaps of neighbours that turn a into b (optimal string
/// alignment distance); names are cut at 48 characters. Above `limit` any number above it: names that are
/// far apart are left early, because a table of hundreds is searched in constant expressions too.
[[nodiscard]] constexpr int edit_distance(std::string_view a, std::string_view b,
                                          int limit = 1000) noexcept {
    constexpr std::size_t longest = 48;
    a = a.substr(0, longest);
    b = b.substr(0, longest);
    std::size_t const apart = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
    if (static_cast<int>(apart) > limit) { return limit + 1; }
    int rows[3][longest + 1]{};
    for (std::size_t j = 0; j <= b.size(); ++j) {
        rows[0][j] = static_cast<int>(j);
    }
    int least_before = 0;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        int* const now = rows[i % 3];
        int const* const before = rows[(i + 2) % 3];
        int const* const earlier = rows[(i + 1) % 3];
        now[0] = static_cast<int>(i);
        int least = now[0];
        for (std::size_t j = 1; j <= b.size(); ++j) {
            int best = before[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            best = before[j] + 1 < best ? before[j] + 1 : best;
            best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                earlier[j - 2] + 1 < best) {
                best = earlier[j - 2] + 1;
            }
            now[j] = best;
            least = best < least ? best : least;
        }
        // A swap looks two rows back: both must be beyond the limit.
        if (least > limit && least_before > limit) { return limit + 1; }
        least_before = least;
    }
    return rows[a.size() % 3][b.size()];
}

/// Appends "; the nearest names are x, y, z": at most three, and none that shares too little with the
/// wanted name to be worth reading: more than half of it changed, or more than six characters.
template <std::size_t Capacity, std::size_t Names>
constexpr void append_nearest(text<Capacity>& sentence, std::string_view wanted,
                              std::string_view const (&names)[Names]) noexcept {
    int best[3] = {1000, 1000, 1000};
    std::size_t which[3]{};
    constexpr std::size_t most = 6; // edits that a person makes without meaning another name
    std::size_t const half = wanted.size() / 2;
    int const limit = static_cast<int>(wanted.size() < 4 ? 2 : half < most ? half : most);
    for (std::size_t n = 0; n < Names; ++n) {
        // Nothing that would come fourth needs its distance known.
        int const distance = edit_distance(wanted, names[n], limit < best[2] ? limit : best[2] - 1);
        for (int place = 0; place < 3; ++place) {
            if (distance > limit || distance >= best[place]) { continue; }
            for (int down = 2; down > place; --down) {
                best[down] = best[down - 1];
                which[down] = which[down - 1];
            }
            best[place] = distance;
            which[place] = n;
            break;
        }
    }
    if (best[0] == 1000) { return; }
    sentence.append(best[1] == 1000 ? "; the nearest name is " : "; the nearest names are ");
    for (int place = 0; place < 3 && best[place] != 1000; ++place) {
        sentence.append(place > 0 ? ", " : "").append(names[which[place]]);
    }
}

} // namespace reckon::inline v0::detail
