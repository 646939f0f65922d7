// SPDX-License-Identifier: MIT
#include "recommend/page.hpp"

#include <algorithm>
#include <string_view>

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

std::string bold(std::string const& text, bool colour) {
    return colour ? "\x1b[1m" + text + "\x1b[0m" : text;
}

} // namespace

std::string to_text(page const& p, reckon::io::text_style style) {
    reckon::io::text_style const inner{style.width - margin, style.colour};
    std::string out = bold(p.title, style.colour) + "\n";
    for (std::string const& sentence : p.lead) {
        out += paragraph(sentence, style.width);
    }
    for (section const& s : p.sections) {
        out += "\n" + bold(s.heading, style.colour) + "\n";
        if (!s.grid.rows.empty()) {
            out += indented(reckon::io::to_text(s.grid, inner), s.titled ? 0 : 2);
        }
        for (std::string const& sentence : s.notes) {
            out += paragraph(sentence, style.width);
        }
    }
    return out;
}

std::string to_markdown(page const& p) {
    std::string out = "# " + p.title + "\n";
    for (std::string const& sentence : p.lead) {
        out += "\n" + sentence + "\n";
    }
    for (section const& s : p.sections) {
        out += "\n## " + s.heading + "\n";
        if (!s.grid.rows.empty()) { out += "\n" + reckon::io::to_markdown(s.grid); }
        for (std::string const& sentence : s.notes) {
            out += "\n" + sentence + "\n";
        }
    }
    return out;
}

} // namespace recommend
