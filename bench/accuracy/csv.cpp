// SPDX-License-Identifier: MIT
#include "accuracy/csv.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace accuracy {

namespace {

std::string_view trimmed(std::string_view cell) noexcept {
    while (!cell.empty() && (cell.front() == ' ' || cell.front() == '\t')) {
        cell.remove_prefix(1);
    }
    while (!cell.empty() && (cell.back() == ' ' || cell.back() == '\t')) {
        cell.remove_suffix(1);
    }
    return cell;
}

/// Records of fields, RFC 4180: quotes double inside quotes, and line ends may be inside them.
std::vector<std::vector<std::string>> parse(std::string_view text, std::string const& name) {
    std::vector<std::vector<std::string>> records;
    std::vector<std::string> fields;
    std::string field;
    bool quoted = false;
    bool was_quoted = false;
    std::size_t line = 1;
    auto const fail = [&](std::string_view what) {
        throw bad_input(name + ", line " + std::to_string(line) + ": " + std::string(what) + ".");
    };
    auto const end_field = [&] {
        fields.push_back(std::move(field));
        field.clear();
        was_quoted = false;
    };
    auto const end_record = [&] {
        bool const blank = fields.empty() && field.empty() && !was_quoted;
        if (!blank) {
            end_field();
            records.push_back(std::move(fields));
        }
        fields.clear();
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (c == '\n') { ++line; }
        if (quoted) {
            if (c != '"') {
                field += c;
            } else if (i + 1 < text.size() && text[i + 1] == '"') {
                field += '"';
                ++i;
            } else {
                quoted = false;
            }
        } else if (c == '"') {
            if (!field.empty() || was_quoted) {
                fail("a quote stands inside an unquoted field; double it and quote the field");
            }
            quoted = true;
            was_quoted = true;
        } else if (c == ',') {
            end_field();
        } else if (c == '\n') {
            end_record();
        } else if (c == '\r') {
            if (i + 1 < text.size() && text[i + 1] != '\n') {
                fail("a carriage return without a line feed");
            }
        } else {
            if (was_quoted) { fail("text follows a closing quote; put a comma between"); }
            field += c;
        }
    }
    if (quoted) { fail("a quoted field never ends"); }
    end_record();
    return records;
}

} // namespace

table table::read(std::filesystem::path const& file) {
    table t;
    t.name_ = file.filename().string();
    std::ifstream in(file, std::ios::binary);
    if (!in) { throw bad_input(file.string() + " cannot be opened."); }
    std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (text.starts_with("\xEF\xBB\xBF")) { text.erase(0, 3); }
    t.rows_ = parse(text, t.name_);
    if (t.rows_.empty()) { throw bad_input(t.name_ + " is empty: it needs a header row."); }
    t.header_ = std::move(t.rows_.front());
    t.rows_.erase(t.rows_.begin());
    for (std::size_t i = 0; i < t.rows_.size(); ++i) {
        if (t.rows_[i].size() != t.header_.size()) {
            throw bad_input(t.name_ + ", row " + std::to_string(i + 1) + " has " +
                            std::to_string(t.rows_[i].size()) + " fields where the header has " +
                            std::to_string(t.header_.size()) + ".");
        }
    }
    return t;
}

std::optional<std::size_t> table::column(std::string_view name) const noexcept {
    auto const found = std::find(header_.begin(), header_.end(), name);
    if (found == header_.end()) { return std::nullopt; }
    return static_cast<std::size_t>(found - header_.begin());
}

void table::require(std::vector<std::string_view> const& columns) const {
    std::string missing;
    for (std::string_view const name : columns) {
        if (!column(name)) { missing += (missing.empty() ? "" : ", ") + std::string(name); }
    }
    if (!missing.empty()) { throw bad_input(name_ + " lacks the columns " + missing + "."); }
}

std::string_view table::at(std::size_t row, std::string_view name) const noexcept {
    auto const place = column(name);
    return place ? trimmed(rows_[row][*place]) : std::string_view{};
}

std::optional<double> number(std::string_view cell) noexcept {
    // strtod, because not every standard library has std::from_chars for floating point yet; it
    // also takes words and hexadecimal, which no table means.
    char text[64]{};
    if (cell.empty() || cell.size() >= sizeof text ||
        cell.find_first_not_of("0123456789+-.eE") != std::string_view::npos) {
        return std::nullopt;
    }
    cell.copy(text, cell.size());
    char* end = nullptr;
    double const value = std::strtod(text, &end);
    if (end != text + cell.size() || !std::isfinite(value)) { return std::nullopt; }
    return value;
}

std::optional<long long> whole_number(std::string_view cell) noexcept {
    long long value = 0;
    auto const [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
    if (error != std::errc{} || end != cell.data() + cell.size()) { return std::nullopt; }
    return value;
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

bool contains(std::string_view text, std::string_view part) noexcept {
    return text.find(part) != std::string_view::npos;
}

} // namespace accuracy
