// SPDX-License-Identifier: MIT
// Rows that a user wrote, as CSV or as JSON, and their fields by name: what laws of cost and hardware read.
//
//   gpu,gpus,currency,on_demand_per_hour,price_date        {"offers": [{"gpu": "h100", "gpus": 8, ...
//
// Both become rows of named texts with the place that each begins at, so that one reader of fields serves
// both. An empty field and a null are fields that nobody gave.
#pragma once
#include <reckon/detail/date.hpp>
#include <reckon/detail/nearest.hpp>
#include <reckon/io/csv.hpp>
#include <reckon/io/json.hpp>
#include <reckon/io/quantity_text.hpp>

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reckon::inline v0::io {

/// One row: "prices.csv:3", and what stands in it.
struct user_row {
    std::string place{};
    std::vector<std::pair<std::string, std::string>> fields{};
};

namespace detail {

/// The line on which each object of each list at the top of a valid JSON text begins.
[[nodiscard]] inline std::map<std::string, std::vector<std::size_t>>
lines_of_objects(std::string_view text) {
    std::map<std::string, std::vector<std::size_t>> lines;
    std::size_t line = 1;
    std::size_t depth = 0;
    std::string word; // the last text that was read, which is the key where a list follows
    std::string list;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char const c = text[i];
        if (c == '\n') { ++line; }
        if (c == '"') {
            std::size_t const begin = i + 1;
            for (++i; i < text.size() && text[i] != '"'; ++i) {
                if (text[i] == '\\') { ++i; }
            }
            word = std::string(text.substr(begin, i - begin));
        } else if (c == '{' || c == '[') {
            if (depth == 1 && c == '[') { list = word; }
            if (depth == 2 && c == '{') { lines[list].push_back(line); }
            ++depth;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return lines;
}

[[nodiscard]] inline error at_place(std::string_view place, errc code, std::string_view why) {
    sentence message{place};
    return {code, message.append(": ").append(why)};
}

[[nodiscard]] inline result<std::vector<user_row>>
rows_of_json(std::string_view text, std::string_view source, std::string_view list) {
    auto const document = parse_json(text, source);
    if (!document) { return document.error(); }
    auto const found = document->find(std::string(list));
    if (found == document->end() || !found->is_array()) {
        sentence why{"there is no list \""};
        return at_place(source, errc::missing_field,
                        why.append(list).append("\"; add one of objects.").view());
    }
    auto lines = lines_of_objects(text);
    std::vector<std::size_t> const& begins = lines[std::string(list)];
    std::vector<user_row> rows;
    for (std::size_t i = 0; i < found->size(); ++i) {
        nlohmann::json const& object = (*found)[i];
        sentence place{source};
        if (!object.is_object()) {
            place.append(": ").append(list).append("[").append(static_cast<count>(i)).append("]");
            return at_place(place.view(), errc::wrong_type, "it must be an object in braces.");
        }
        // A list may hold other things than objects, which have been refused: lines and rows are alike.
        if (rows.size() < begins.size()) {
            place.append(":").append(static_cast<count>(begins[rows.size()]));
        }
        user_row row{.place = std::string(place.view()), .fields = {}};
        for (auto const& [name, value] : object.items()) {
            if (value.is_null()) { continue; }
            if (value.is_structured()) {
                return at_place(row.place, errc::wrong_type,
                                in_quotes(name) + " is " + shown(value) +
                                    "; it must be a text, a number, true or false.");
            }
            row.fields.emplace_back(name, value.is_string() ? value.get_ref<std::string const&>()
                                                            : value.dump());
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

[[nodiscard]] inline result<std::vector<user_row>> rows_of_csv(std::string_view text,
                                                               std::string_view source) {
    auto const table = read_csv(text);
    if (!table) { return at_place(source, table.error().code, table.error().message.view()); }
    std::vector<user_row> rows;
    for (csv_row const& read : table->rows) {
        sentence place{source};
        place.append(":").append(static_cast<count>(read.line));
        user_row row{.place = std::string(place.view()), .fields = {}};
        for (std::size_t i = 0; i < table->columns.size(); ++i) {
            if (!read.fields[i].empty()) {
                row.fields.emplace_back(table->columns[i], read.fields[i]);
            }
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

} // namespace detail

/// The rows of a text: JSON where it begins with a brace, else CSV. `list` names the list of objects in
/// JSON. Errors name file and line.
[[nodiscard]] inline result<std::vector<user_row>>
user_rows(std::string_view text, std::string_view source, std::string_view list) {
    std::size_t const first = text.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    auto rows = first != std::string_view::npos && text[first] == '{'
                    ? detail::rows_of_json(text, source, list)
                    : detail::rows_of_csv(text, source);
    if (rows && rows->empty()) {
        return detail::at_place(source, errc::missing_field,
                                "there are no rows; give at least one.");
    }
    return rows;
}

/// The day that a text names, "2026-11-09" or "2026-11". Nothing where it names none.
[[nodiscard]] constexpr std::optional<date> parse_date(std::string_view written) noexcept {
    bool const whole = written.size() == 10 && written[4] == '-' && written[7] == '-';
    bool const month_only = written.size() == 7 && written[4] == '-';
    if (!whole && !month_only) { return std::nullopt; }
    int numbers[3]{};
    for (std::size_t i = 0, part = 0; i < written.size(); ++i) {
        if (written[i] == '-' && (i == 4 || i == 7)) {
            ++part;
        } else if (written[i] >= '0' && written[i] <= '9') {
            numbers[part] = numbers[part] * 10 + (written[i] - '0');
        } else {
            return std::nullopt;
        }
    }
    date const d{numbers[0], numbers[1], numbers[2]};
    constexpr int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (d.month < 1 || d.month > 12 || (whole && d.day < 1)) { return std::nullopt; }
    bool const leap = d.year % 4 == 0 && (d.year % 100 != 0 || d.year % 400 == 0);
    int const last = d.month == 2 && !leap ? 28 : days[d.month - 1];
    return d.day > last ? std::nullopt : std::optional<date>(d);
}

/// The fields of one row by name. The first defect is kept, "prices.csv:3: gpus is "x"; ...".
class row_fields {
public:
    row_fields(user_row const& row, std::span<std::string_view const> known) : row_(&row) {
        for (auto const& [name, value] : row.fields) {
            if (std::find(known.begin(), known.end(), name) != known.end()) { continue; }
            sentence why{};
            reckon::detail::append_typed(why, name);
            why.append(" is no field of it; choose from");
            for (std::string_view const k : known) {
                why.append(k == known.front() ? " " : ", ").append(k);
            }
            fail(errc::unknown_name, why.append(".").view());
        }
    }

    [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
    [[nodiscard]] std::string_view text(std::string_view name) const {
        std::string const* const value = find(name);
        return value == nullptr ? std::string_view{} : std::string_view(*value);
    }
    /// A name that must be there.
    [[nodiscard]] std::string_view needed(std::string_view name) {
        if (!has(name)) { refuse(errc::missing_field, name, "is missing; give it."); }
        return short_text(name, name_bytes);
    }
    /// A text that fits where names are kept; a longer one is refused, not cut.
    [[nodiscard]] std::string_view short_text(std::string_view name, std::size_t most) {
        std::string_view const given = text(name);
        if (given.size() <= most) { return given; }
        sentence why{"is "};
        why.append(detail::in_quotes(given, 24)).append("; it must have at most ");
        refuse(errc::out_of_range, name,
               why.append(static_cast<count>(most)).append(" bytes.").view());
        return {};
    }
    /// Above 0 and at most `most`; nothing where nobody gave it.
    [[nodiscard]] std::optional<double> above_zero(std::string_view name, double most) {
        std::string const* const value = find(name);
        if (value == nullptr) { return std::nullopt; }
        detail::split_text const parts = detail::split(detail::trimmed(*value));
        auto const number = parts.well_formed && parts.unit.empty()
                                ? detail::to_double(parts.number)
                                : std::nullopt;
        if (number && *number > 0 && *number <= most) { return number; }
        sentence why{"is "};
        why.append(detail::in_quotes(*value)).append("; it must be a number above 0, at most ");
        refuse(number ? errc::out_of_range : errc::wrong_type, name,
               why.append_fixed(most, 0).append(".").view());
        return std::nullopt;
    }
    /// A whole number from 1 up.
    [[nodiscard]] std::optional<count> whole(std::string_view name, double most) {
        auto const number = above_zero(name, most);
        if (number && reckon::detail::floor(*number) != *number) {
            refuse(errc::out_of_range, name, "is no whole number; round it.");
        }
        return number ? std::optional<count>(static_cast<count>(*number)) : std::nullopt;
    }
    /// A day that is not after `today`.
    [[nodiscard]] std::optional<date> day(std::string_view name, date today) {
        std::string const* const value = find(name);
        if (value == nullptr) { return std::nullopt; }
        auto const found = parse_date(*value);
        if (!found) {
            refuse(errc::malformed, name,
                   "is " + detail::in_quotes(*value) + "; write a day as 2026-11-09.");
        } else if (days_between(*found, today) < 0) {
            refuse(errc::out_of_range, name,
                   "is " + detail::in_quotes(*value) +
                       ", which is in the future; give the day on "
                       "which it was read.");
        }
        return found;
    }
    [[nodiscard]] bool yes(std::string_view name) {
        std::string_view const value = text(name);
        if (value == "yes" || value == "true") { return true; }
        if (!value.empty() && value != "no" && value != "false") {
            refuse(errc::wrong_type, name, "is " + detail::in_quotes(value) + "; write yes or no.");
        }
        return false;
    }

    void refuse(errc code, std::string_view name, std::string_view why) {
        fail(code, std::string(name).append(" ").append(why));
    }
    void fail(errc code, std::string_view why) {
        if (!failure_) { failure_ = detail::at_place(row_->place, code, why); }
    }
    [[nodiscard]] std::optional<error> const& failure() const noexcept { return failure_; }

    /// What a label holds.
    static constexpr std::size_t name_bytes = sizeof(label::characters) - 1;

private:
    [[nodiscard]] std::string const* find(std::string_view name) const {
        for (auto const& [given, value] : row_->fields) {
            if (given == name) { return &value; }
        }
        return nullptr;
    }
    user_row const* row_;
    std::optional<error> failure_{};
};

} // namespace reckon::inline v0::io
