// SPDX-License-Identifier: MIT
// One small table, written as text in 100 columns, as Markdown or as a JSON array.
#pragma once
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reckon::inline v0::io {

/// On which side of its column a cell stands.
enum class alignment : unsigned char { left, right };

/// How a cell is marked where colour is wanted.
enum class emphasis : unsigned char { none, strong, good, warning, bad, faint };

/// The head of a column.
struct table_column {
    std::string title{}; ///< for people
    std::string key{};   ///< for programs: the member's name in JSON; empty: the title
    alignment align{alignment::left};
};

/// A cell; `number` is what JSON gets instead of the text.
struct table_cell {
    std::string text{};
    emphasis mark{emphasis::none};
    std::optional<double> number{};

    // NOLINTBEGIN(google-explicit-constructor): a text is a cell
    table_cell(std::string shown = {}, emphasis how = emphasis::none)
        : text(std::move(shown)), mark(how) {}
    table_cell(char const* shown) : text(shown) {}
    // NOLINTEND(google-explicit-constructor)
    table_cell(std::string shown, double value, emphasis how = emphasis::none)
        : text(std::move(shown)), mark(how), number(value) {}
};

/// Rows may be shorter than the list of columns; what is missing is empty.
struct table {
    std::vector<table_column> columns{};
    std::vector<std::vector<table_cell>> rows{};
};

/// How a table is printed on a terminal.
struct text_style {
    std::size_t width{100}; ///< columns of the terminal
    bool colour{false};     ///< ANSI sequences; see wants_colour
};

/// Colour is for terminals whose user has not said no (https://no-color.org). Whether the output is
/// a
/// terminal is the caller's to know: isatty(STDOUT_FILENO).
[[nodiscard]] inline bool wants_colour(bool is_terminal) {
    char const* const refused = std::getenv("NO_COLOR");
    return is_terminal && (refused == nullptr || *refused == '\0');
}

namespace detail {

struct code_point {
    std::size_t length{1};  ///< bytes
    std::size_t columns{1}; ///< 0 for combining marks, 2 for wide scripts
};

/// The next character; a byte that is not UTF-8 counts as one character of one column.
[[nodiscard]] inline code_point next_code_point(std::string_view s) noexcept {
    auto const lead = static_cast<unsigned char>(s[0]);
    std::size_t const length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if (length == 1 || length > s.size()) { return {}; }
    std::uint32_t value = lead & (0xFFU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        auto const byte = static_cast<unsigned char>(s[i]);
        if ((byte & 0xC0U) != 0x80U) { return {}; }
        value = value << 6 | (byte & 0x3FU);
    }
    bool const combining =
        (value >= 0x300 && value <= 0x36F) || (value >= 0x200B && value <= 0x200F);
    bool const wide =
        (value >= 0x1100 && value <= 0x115F) || (value >= 0x2E80 && value <= 0xA4CF) ||
        (value >= 0xAC00 && value <= 0xD7A3) || (value >= 0xF900 && value <= 0xFAFF) ||
        (value >= 0xFE30 && value <= 0xFE6F) || (value >= 0xFF00 && value <= 0xFF60) ||
        (value >= 0x1F300 && value <= 0x1FAFF) || (value >= 0x20000 && value <= 0x3FFFD);
    return {length, combining ? std::size_t{0} : wide ? std::size_t{2} : std::size_t{1}};
}

/// Columns that a text takes on a terminal.
[[nodiscard]] inline std::size_t display_width(std::string_view s) noexcept {
    std::size_t columns = 0;
    while (!s.empty()) {
        code_point const c = next_code_point(s);
        columns += c.columns;
        s.remove_prefix(c.length);
    }
    return columns;
}

/// A name from a file must not move the cursor or ring the bell.
[[nodiscard]] inline std::string harmless(std::string_view s) {
    std::string out;
    for (char const c : s) {
        auto const byte = static_cast<unsigned char>(c);
        out += c == '\n' || c == '\t' || c == '\r' ? ' ' : byte < 0x20 || byte == 0x7F ? '?' : c;
    }
    return out;
}

/// Lines of at most `width` columns, broken at blanks where there are any.
[[nodiscard]] inline std::vector<std::string> wrapped(std::string_view s, std::size_t width) {
    std::vector<std::string> lines;
    width = std::max<std::size_t>(width, 2);
    while (display_width(s) > width) {
        std::size_t used = 0;
        std::size_t cut = 0;
        std::size_t blank = 0;
        while (cut < s.size()) {
            code_point const c = next_code_point(s.substr(cut));
            if (used + c.columns > width) { break; }
            if (s[cut] == ' ') { blank = cut; }
            used += c.columns;
            cut += c.length;
        }
        if (s[cut] == ' ') { blank = cut; }
        std::size_t const end = blank > 0 ? blank : cut;
        lines.emplace_back(s.substr(0, end));
        s.remove_prefix(std::min(end + (blank > 0 ? 1 : 0), s.size()));
    }
    lines.emplace_back(s);
    return lines;
}

[[nodiscard]] constexpr std::string_view ansi(emphasis mark) noexcept {
    switch (mark) {
    case emphasis::none: return "";
    case emphasis::strong: return "\x1b[1m";
    case emphasis::good: return "\x1b[32m";
    case emphasis::warning: return "\x1b[33m";
    case emphasis::bad: return "\x1b[31m";
    case emphasis::faint: return "\x1b[2m";
    }
    return "";
}

[[nodiscard]] inline table_cell const& cell_at(std::vector<table_cell> const& row, std::size_t i) {
    static table_cell const empty{};
    return i < row.size() ? row[i] : empty;
}

inline constexpr std::size_t gap = 2;

/// Natural widths, then the widest columns narrowed until the table fits.
[[nodiscard]] inline std::vector<std::size_t> column_widths(table const& t, std::size_t width) {
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < t.columns.size(); ++i) {
        std::size_t widest = display_width(harmless(t.columns[i].title));
        for (auto const& row : t.rows) {
            widest = std::max(widest, display_width(harmless(cell_at(row, i).text)));
        }
        widths.push_back(std::max<std::size_t>(widest, 1));
    }
    std::size_t total = widths.empty() ? 0 : (widths.size() - 1) * gap;
    for (std::size_t const w : widths) {
        total += w;
    }
    while (total > width) {
        auto const widest = std::max_element(widths.begin(), widths.end());
        if (*widest <= 6) {
            break;
        } // too many columns for this terminal: better wide than unreadable
        --*widest;
        --total;
    }
    return widths;
}

inline void write_row(std::string& out, table const& t, std::vector<table_cell> const& row,
                      std::vector<std::size_t> const& widths, bool colour) {
    std::vector<std::vector<std::string>> cells;
    std::size_t height = 1;
    for (std::size_t i = 0; i < widths.size(); ++i) {
        cells.push_back(wrapped(harmless(cell_at(row, i).text), widths[i]));
        height = std::max(height, cells.back().size());
    }
    for (std::size_t line = 0; line < height; ++line) {
        std::string written;
        std::size_t pending = 0; // blanks are written only before text, so that no line ends in one
        for (std::size_t i = 0; i < widths.size(); ++i) {
            std::string const part = line < cells[i].size() ? cells[i][line] : "";
            std::size_t const columns = display_width(part);
            std::size_t const fill = widths[i] > columns ? widths[i] - columns : 0;
            bool const right = t.columns[i].align == alignment::right;
            pending += right ? fill : 0;
            if (!part.empty()) {
                emphasis const mark = cell_at(row, i).mark;
                bool const marked = colour && mark != emphasis::none;
                written.append(pending, ' ')
                    .append(marked ? ansi(mark) : "")
                    .append(part)
                    .append(marked ? "\x1b[0m" : "");
                pending = 0;
            }
            pending += (right ? 0 : fill) + gap;
        }
        out.append(written).append("\n");
    }
}

} // namespace detail

/// Aligned text; the titles over a rule.
[[nodiscard]] inline std::string to_text(table const& t, text_style style = {}) {
    auto const widths = detail::column_widths(t, style.width);
    std::string out;
    std::vector<table_cell> titles;
    std::vector<table_cell> rule;
    for (std::size_t i = 0; i < widths.size(); ++i) {
        titles.emplace_back(t.columns[i].title, emphasis::strong);
        rule.emplace_back(std::string(widths[i], '-'), emphasis::faint);
    }
    detail::write_row(out, t, titles, widths, style.colour);
    detail::write_row(out, t, rule, widths, style.colour);
    for (auto const& row : t.rows) {
        detail::write_row(out, t, row, widths, style.colour);
    }
    return out;
}

/// A GitHub-flavoured Markdown table.
[[nodiscard]] inline std::string to_markdown(table const& t) {
    auto const escaped = [](std::string_view s) {
        std::string out;
        for (char const c : detail::harmless(s)) {
            if (c == '|' || c == '\\' || c == '`' || c == '*' || c == '<' || c == '[') {
                out += '\\';
            }
            out += c;
        }
        return out;
    };
    std::string out = "|";
    for (auto const& column : t.columns) {
        out.append(" ").append(escaped(column.title)).append(" |");
    }
    out += "\n|";
    for (auto const& column : t.columns) {
        out.append(column.align == alignment::right ? " ---: |" : " --- |");
    }
    for (auto const& row : t.rows) {
        out += "\n|";
        for (std::size_t i = 0; i < t.columns.size(); ++i) {
            out.append(" ").append(escaped(detail::cell_at(row, i).text)).append(" |");
        }
    }
    return out + "\n";
}

/// One object a row; numbers where the cells have them, else the text.
[[nodiscard]] inline std::string to_json(table const& t) {
    auto rows = nlohmann::ordered_json::array();
    for (auto const& row : t.rows) {
        auto object = nlohmann::ordered_json::object();
        for (std::size_t i = 0; i < t.columns.size(); ++i) {
            table_cell const& cell = detail::cell_at(row, i);
            std::string const& key =
                t.columns[i].key.empty() ? t.columns[i].title : t.columns[i].key;
            if (cell.number) {
                object[key] = *cell.number;
            } else {
                object[key] = cell.text;
            }
        }
        rows.push_back(std::move(object));
    }
    // Text that is not UTF-8 is replaced: dump would throw.
    return rows.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

} // namespace reckon::inline v0::io
