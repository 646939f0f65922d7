// SPDX-License-Identifier: MIT
#include "audit/laws.hpp"

namespace audit {

namespace {

constexpr std::string_view by_hand = "the article's own arithmetic";

constexpr law arithmetic[] = {
    {"sum", by_hand,
     [](arguments& a) { return plain(a.number("a") + a.number("b") + a.number_or("c", 0)); }},
    {"product", by_hand, [](arguments& a) { return plain(a.number("a") * a.number("b")); }},
    {"quotient", by_hand, [](arguments& a) { return plain(a.number("a") / a.number("b")); }},
    {"share_saved", by_hand,
     [](arguments& a) { return plain(1 - a.number("to") / a.number("from")); }},
    {"share_added", by_hand,
     [](arguments& a) { return plain(a.number("to") / a.number("from") - 1); }},
};

} // namespace

std::span<law const> arithmetic_of_articles() { return arithmetic; }

law const* find_law(std::string_view name) {
    for (auto const& room : {memory_laws(), speed_laws(), hardware_laws(), training_laws(),
                             money_laws(), arithmetic_of_articles()}) {
        for (law const& l : room) {
            if (l.name == name) { return &l; }
        }
    }
    return nullptr;
}

} // namespace audit
