// SPDX-License-Identifier: MIT
#include "recommend/reader.hpp"

#include <reckon/detail/nearest.hpp>
#include <reckon/io/quantity_text.hpp>
#include <reckon/io/user_rows.hpp>

namespace recommend {

using reckon::errc;
using reckon::error;
using reckon::sentence;

namespace {

std::string_view trimmed(std::string_view s) { return reckon::io::detail::trimmed(s); }

} // namespace

void reader::about(std::string_view name, error const& why) {
    fail({why.code, at(name).append(": ").append(why.message)});
}

void reader::not_one_of(std::string_view name, std::string_view choices) {
    sentence why = at(name).append(": ");
    reckon::detail::append_typed(why, text(name));
    fail({errc::unknown_name, why.append(" is not one of ").append(choices)});
}

void reader::tokens(std::string_view name, reckon::tokens& into) {
    if (!has(name)) { return; }
    if (given_->texts(name).size() > 1) {
        return fail({errc::contradiction, at(name).append(" is given twice; give one length")});
    }
    if (!take(name, reckon::io::parse_tokens(text(name)), into)) { return; }
    if (into < reckon::tokens{1}) {
        fail({errc::out_of_range, at(name).append(" is 0; it must be at least 1 token")});
    }
}

std::optional<reckon::count> reader::count_in(std::string_view name, std::string_view written,
                                              std::string_view what, reckon::count least) {
    reckon::count value = 0;
    bool digit = false;
    for (char const c : trimmed(written)) {
        if (c == ',' && digit) { continue; }
        if (c < '0' || c > '9') {
            sentence why = at(name).append(": ");
            reckon::detail::append_typed(why, written);
            why.append(" is not a whole number of ").append(what);
            why.append(" from ").append(least).append(" up; write it as ");
            fail({errc::malformed, why.append(least == 0 ? "1" : "64")});
            return std::nullopt;
        }
        digit = true;
        value = reckon::detail::add(reckon::detail::multiply(value, reckon::count{10}),
                                    static_cast<reckon::count>(c - '0'));
    }
    if (!digit || value < least) {
        fail({errc::out_of_range, at(name)
                                      .append(" is ")
                                      .append(digit ? "0" : "empty")
                                      .append("; it must be at least ")
                                      .append(least)});
        return std::nullopt;
    }
    return value;
}

void reader::count(std::string_view name, std::string_view what, reckon::count& into,
                   reckon::count least) {
    if (!has(name)) { return; }
    into = count_in(name, text(name), what, least).value_or(into);
}

std::optional<double> reader::number_in(std::string_view name, std::string_view written,
                                        amount_form const& form) {
    std::string_view number = trimmed(written);
    if (!form.unit.empty() && number.ends_with(form.unit)) {
        number = trimmed(number.substr(0, number.size() - form.unit.size()));
    }
    auto const value = reckon::io::detail::to_double(std::string(number));
    bool const in = value && (*value > 0 || (form.zero && *value == 0)) && *value <= form.most;
    if (in) { return value; }
    sentence why = at(name).append(": ");
    reckon::detail::append_typed(why, written);
    why.append(" is not a number ").append(form.zero ? "from 0 to " : "above 0 and up to ");
    if (form.most >= 1e9) {
        why.append(form.most >= 1e12 ? "1e12" : "1e9");
    } else {
        why.append_fixed(form.most, 0);
    }
    fail({errc::out_of_range, why.append("; write it as ").append(form.example)});
    return std::nullopt;
}

void reader::amount(std::string_view name, amount_form const& form, double& into) {
    if (!has(name)) { return; }
    into = number_in(name, text(name), form).value_or(into);
}

void reader::share(std::string_view name, double& into) {
    if (!has(name)) { return; }
    std::string const written = text(name);
    bool const percent = trimmed(written).ends_with('%');
    auto const n = number_in(
        name, written,
        {.unit = "%", .example = "60% or 0.6", .most = percent ? 100.0 : 1.0, .zero = true});
    if (n) { into = percent ? *n / 100 : *n; }
}

void reader::duration(std::string_view name, reckon::seconds& into) {
    if (has(name)) { take(name, reckon::io::parse_duration(text(name)), into); }
}

void reader::limit(std::string_view name, reckon::figure<reckon::seconds>& into) {
    if (!has(name)) { return; }
    reckon::seconds most{};
    duration(name, most);
    into = reckon::figure<reckon::seconds>{most};
}

void reader::day(std::string_view name, std::optional<reckon::date>& into) {
    if (!has(name)) { return; }
    into = reckon::io::parse_date(text(name));
    if (into) { return; }
    sentence why = at(name).append(": ");
    reckon::detail::append_typed(why, text(name));
    fail({errc::malformed, why.append(" is no day; write it as 2026-11-22")});
}

} // namespace recommend
