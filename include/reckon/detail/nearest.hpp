// SPDX-License-Identifier: MIT
// What somebody typed, and the names that it may have meant, for the sentence that refuses it.
#pragma once
#include <reckon/detail/text.hpp>

#include <cstddef>
#include <string_view>

namespace reckon::inline v0::detail {

/// What somebody typed, fit to be printed in a sentence: at most 40 bytes, no control characters, no
/// half of a UTF-8 sequence at the cut.
template <std::size_t Capacity>
constexpr void append_typed(text<Capacity>& sentence, std::string_view typed) noexcept {
    constexpr std::size_t most = 40;
    std::size_t shown = typed.size() < most ? typed.size() : most;
    auto const continues = [&](std::size_t i) {
        return i < typed.size() && (static_cast<unsigned char>(typed[i]) & 0xC0U) == 0x80U;
    };
    while (shown > 0 && shown < typed.size() && continues(shown)) {
        --shown;
    }
    sentence.append("'");
    for (char const c : typed.substr(0, shown)) {
        bool const control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
        sentence.append(control ? std::string_view("?") : std::string_view(&c, 1));
    }
    sentence.append(shown < typed.size() ? "...'" : "'");
}

/// Insertions, deletions, replacements and swaps of neighbours that turn a into b (optimal string
/// alignment distance); names are cut at 48 characters.
[[nodiscard]] constexpr int edit_distance(std::string_view a, std::string_view b) noexcept {
    constexpr std::size_t longest = 48;
    a = a.substr(0, longest);
    b = b.substr(0, longest);
    int rows[3][longest + 1]{};
    for (std::size_t j = 0; j <= b.size(); ++j) {
        rows[0][j] = static_cast<int>(j);
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        int* const now = rows[i % 3];
        int const* const before = rows[(i + 2) % 3];
        int const* const earlier = rows[(i + 1) % 3];
        now[0] = static_cast<int>(i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            int best = before[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            best = before[j] + 1 < best ? before[j] + 1 : best;
            best = now[j - 1] + 1 < best ? now[j - 1] + 1 : best;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                earlier[j - 2] + 1 < best) {
                best = earlier[j - 2] + 1;
            }
            now[j] = best;
        }
    }
    return rows[a.size() % 3][b.size()];
}

/// Appends "; the nearest names are x, y, z": at most three, and none that shares too little with the
/// wanted name to be worth reading (more than half of it changed).
template <std::size_t Capacity, std::size_t Names>
constexpr void append_nearest(text<Capacity>& sentence, std::string_view wanted,
                              std::string_view const (&names)[Names]) noexcept {
    int best[3] = {1000, 1000, 1000};
    std::size_t which[3]{};
    int const limit = static_cast<int>(wanted.size() < 4 ? 2 : wanted.size() / 2);
    for (std::size_t n = 0; n < Names; ++n) {
        int const distance = edit_distance(wanted, names[n]);
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
