// SPDX-License-Identifier: MIT
// Comma-separated values (RFC 4180): rows with the line that each begins on.
//
// Fields may stand in double quotes, with "" for a quote; lines end in LF or CRLF; a byte order mark is
// skipped, and so are empty lines. The first row names the columns.
#pragma once
#include <reckon/detail/nearest.hpp>
#include <reckon/detail/result.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reckon::inline v0::io {

/// One row, and where it begins.
struct csv_row {
    std::size_t line{};
    std::vector<std::string> fields{};
};

/// A table of text.
struct csv_table {
    std::vector<std::string> columns{};
    std::vector<csv_row> rows{};

    /// The position of a column; nothing where there is none of that name.
    [[nodiscard]] std::optional<std::size_t> column(std::string_view name) const {
        for (std::size_t i = 0; i < columns.size(); ++i) {
            if (columns[i] == name) { return i; }
        }
        return std::nullopt;
    }
};

namespace detail {

[[nodiscard]] inline error csv_error(std::size_t line, std::string_view why) {
    sentence message{"line "};
    return {errc::malformed, message.append(static_cast<count>(line)).append(": ").append(why)};
}

/// One row from the front of `rest`; `line` goes on to the next row.
[[nodiscard]] inline result<csv_row> next_row(std::string_view& rest, std::size_t& line) {
    csv_row row{.line = line, .fields = {}};
    std::string field;
    bool quoted = false;
    bool closed = false; // a quoted field has ended; only a separator may follow
    auto const ends = [&](std::size_t i) {
        return rest[i] == '\n' || (rest[i] == '\r' && i + 1 < rest.size() && rest[i + 1] == '\n');
    };
    std::size_t i = 0;
    for (; i < rest.size(); ++i) {
        char const c = rest[i];
        if (quoted) {
            if (c == '"' && i + 1 < rest.size() && rest[i + 1] == '"') {
                field += '"';
                ++i;
            } else if (c == '"') {
                quoted = false;
                closed = true;
            } else {
                line += c == '\n' ? 1 : 0;
                field += c;
            }
        } else if (ends(i)) {
            i += rest[i] == '\r' ? 2 : 1;
            break;
        } else if (c == ',') {
            row.fields.push_back(std::exchange(field, {}));
            closed = false;
        } else if (closed) {
            return csv_error(line, "text follows a closing quote; put a comma between fields.");
        } else if (c == '"' && field.empty()) {
            quoted = true;
        } else if (c == '"') {
            return csv_error(line, "a quote stands inside a field; put the whole field in quotes "
                                   "and write each quote in it twice.");
        } else {
            field += c;
        }
    }
    if (quoted) {
        return csv_error(row.line, "a quoted field is never closed; end it with a double quote.");
    }
    row.fields.push_back(std::move(field));
    rest.remove_prefix(i);
    ++line;
    return row;
}

} // namespace detail

/// The table in `text`. Errors: malformed, with the line: quotes that do not match, no columns, a column
/// without a name or with that of another, a row with more or fewer fields than there are columns.
[[nodiscard]] inline result<csv_table> read_csv(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) { text.remove_prefix(3); }
    csv_table table{};
    std::size_t line = 1;
    while (!text.empty()) {
        auto row = detail::next_row(text, line);
        if (!row) { return row.error(); }
        csv_row read = std::move(row).value();
        if (read.fields.size() == 1 && read.fields.front().empty()) { continue; }
        if (table.columns.empty()) {
            for (std::string const& name : read.fields) {
                sentence why{"the column "};
                reckon::detail::append_typed(why, name);
                if (name.empty()) {
                    return detail::csv_error(read.line, "a column has no name; name every column.");
                }
                if (table.column(name)) {
                    return detail::csv_error(
                        read.line, why.append(" is there twice; name each column once.").view());
                }
                table.columns.push_back(name);
            }
            continue;
        }
        if (read.fields.size() != table.columns.size()) {
            sentence why{"there are "};
            why.append(static_cast<count>(read.fields.size())).append(" fields for ");
            why.append(static_cast<count>(table.columns.size()));
            return detail::csv_error(
                read.line, why.append(" columns; quote a field that has a comma in it.").view());
        }
        table.rows.push_back(std::move(read));
    }
    if (table.columns.empty()) {
        return detail::csv_error(1, "there is no row of column names; begin with one.");
    }
    return table;
}

/// A field as it is written: in quotes where it must be.
[[nodiscard]] inline std::string csv_field(std::string_view field) {
    if (field.find_first_of(",\"\r\n") == std::string_view::npos) { return std::string(field); }
    std::string out = "\"";
    for (char const c : field) {
        out += c == '"' ? "\"\"" : std::string(1, c);
    }
    return out + "\"";
}

} // namespace reckon::inline v0::io
