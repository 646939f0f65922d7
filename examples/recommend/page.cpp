// SPDX-License-Identifier: MIT
#include "recommend/page.hpp"

#include <reckon/io/csv.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>
#include <unistd.h>

namespace recommend {
namespace {

constexpr std::size_t margin = 2;

/// Lines of text with blanks in front; empty lines stay empty. `skip` lines are left out at the top.
std::string indented(std::string_view text, std::size_t skip = 0) {
    std::string out;
    while (!text.empty()) {
        std::size_t const end = std::min(text.find('\n'), text.size());
        if (skip > 0) {
            --skip;
        } else {
            out += end == 0 ? "" : std::string(margin, ' ');
            out.append(text.substr(0, end)).append("\n");
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::string paragraph(std::string_view sentence, std::size_t width) {
    std::string out;
    for (std::string const& line : reckon::io::detail::wrapped(sentence, width - margin)) {
        out += line + "\n";
    }
    return indented(out);
}

bool is_in(section const& s, page_depth depth) { return s.from <= depth && depth <= s.to; }

std::string bold(std::string const& text, bool colour) {
    return colour ? "\x1b[1m" + text + "\x1b[0m" : text;
}

} // namespace

std::string to_text(page const& p, reckon::io::text_style style, page_depth depth) {
    reckon::io::text_style const inner{style.width - margin, style.colour};
    std::string out = bold(p.title, style.colour) + "\n";
    for (std::string const& sentence : p.lead) {
        out += paragraph(sentence, style.width);
    }
    for (section const& s : p.sections) {
        if (!is_in(s, depth)) { continue; }
        out += "\n" + bold(s.heading, style.colour) + "\n";
        if (!s.grid.rows.empty()) {
            out += indented(reckon::io::to_text(s.grid, inner), s.titled ? 0 : 2);
        }
        for (std::string const& sentence : s.notes) {
            out += paragraph(sentence, style.width);
        }
    }
    if (!p.end.empty()) { out += "\n"; }
    for (std::string const& sentence : p.end) {
        out += paragraph(sentence, style.width);
    }
    return out;
}

std::string to_markdown(page const& p, page_depth depth) {
    std::string out = "# " + p.title + "\n";
    for (std::string const& sentence : p.lead) {
        out += "\n" + sentence + "\n";
    }
    for (section const& s : p.sections) {
        if (!is_in(s, depth)) { continue; }
        out += "\n## " + s.heading + "\n";
        if (!s.grid.rows.empty()) { out += "\n" + reckon::io::to_markdown(s.grid); }
        for (std::string const& sentence : s.notes) {
            out += "\n" + sentence + "\n";
        }
    }
    return out;
}

std::string to_csv(std::vector<nlohmann::ordered_json> const& rows) {
    std::string out;
    if (rows.empty()) { return out; }
    auto const line = [&](auto const& field) {
        bool first = true;
        for (auto const& [key, unused] : rows[0].items()) {
            out += (first ? "" : ",") + reckon::io::csv_field(field(key));
            first = false;
        }
        out += "\n";
    };
    line([](std::string const& key) { return key; });
    for (auto const& row : rows) {
        line([&](std::string const& key) {
            auto const& value = row.at(key);
            if (value.is_null()) { return std::string(); }
            return value.is_string() ? value.template get<std::string>() : value.dump();
        });
    }
    return out;
}

std::string write(report const& r, output const& how) {
    switch (how.format) {
    case page_format::table: {
        bool const colour = reckon::io::wants_colour(isatty(STDOUT_FILENO) == 1);
        return to_text(r.shown, {.width = 100, .colour = colour}, how.depth);
    }
    case page_format::markdown: return to_markdown(r.shown, how.depth);
    case page_format::json:
        // Names from files may be no UTF-8: dump would throw.
        return r.data.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
    case page_format::csv: return to_csv(r.rows);
    case page_format::html: return to_html(r.shown);
    }
    return "";
}

} // namespace recommend
