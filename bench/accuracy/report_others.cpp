// SPDX-License-Identifier: MIT
// What else the report says of a run: the wrong verdicts, and the same rows as rules of thumb and other tools
// answer them.
#include "accuracy/csv.hpp"
#include "accuracy/plain_rules.hpp"
#include "accuracy/report.hpp"

#include <cmath>
#include <cstdio>
#include <iterator>
#include <ostream>
#include <string>
#include <utility>

namespace accuracy {

namespace {

std::string percent(double fraction) {
    if (std::isnan(fraction)) { return "-"; }
    char text[64];
    std::snprintf(text, sizeof text, "%.1f %%", 100 * fraction);
    return text;
}

std::string decimals(double value) {
    if (std::isnan(value)) { return "nan"; }
    char text[64];
    std::snprintf(text, sizeof text, "%.4f", value);
    return text;
}

/// A tool's bytes of cache a token: "70272 B/token (...)"; nothing where it gave no number.
std::optional<double> bytes_of_token(std::string_view answer) {
    auto const unit = answer.find(" B/token");
    if (unit == std::string_view::npos) { return std::nullopt; }
    return number(answer.substr(0, unit));
}

} // namespace

std::vector<outcome> answered_by(std::vector<outcome const*> const& rows, std::size_t plain_rule) {
    std::vector<outcome> answered;
    for (outcome const* const o : rows) {
        if (!o->covered() || plain_rule >= o->plain.size() || !o->plain[plain_rule]) { continue; }
        answered.push_back(*o);
        answered.back().predicted = prediction::of(*o->plain[plain_rule]);
    }
    return answered;
}

summary summarise(std::vector<outcome> const& rows) {
    std::vector<outcome const*> each;
    each.reserve(rows.size());
    for (outcome const& o : rows) {
        each.push_back(&o);
    }
    return summarise(each);
}

void report::print_wrong(std::ostream& out) const {
    bool first = true;
    for (outcome const& o : outcomes_) {
        if (!o.verdict || !o.covered() || *o.predicted.value == o.measured) { continue; }
        if (std::exchange(first, false)) { out << "\nwrong verdicts\n"; }
        out << "  " << o.quantity << ": row " << o.row << ", " << o.model;
        if (!o.gpu.empty()) { out << " on " << o.gpu; }
        if (*o.predicted.value == 1) {
            out << ": does not fit, said to";
            if (o.spare) { out << " with " << percent(*o.spare) << " to spare"; }
        } else {
            out << ": fits, said not to";
        }
        out << '\n';
    }
}

void report::print_plain(std::ostream& out) const {
    bool first = true;
    for (line const& l : lines()) {
        for (std::size_t rule = 0; rule < std::size(plain_rules); ++rule) {
            auto const rows = answered_by(rows_of(l.quantity), rule);
            if (rows.empty()) { continue; }
            if (std::exchange(first, false)) { out << "\nthe same rows by rules of thumb\n"; }
            summary const s = summarise(rows);
            out << "  " << l.quantity << ", " << plain_rules[rule] << ": covered=" << s.covered;
            if (l.verdict) {
                out << " right=" << decimals(s.right) << " unsafe=" << s.unsafe << '\n';
            } else {
                out << " median=" << decimals(s.median) << " p90=" << decimals(s.p90)
                    << " bias=" << decimals(s.bias) << '\n';
            }
        }
    }
}

void report::write_others(std::ostream& out, std::filesystem::path const& reference) const {
    bool first = true;
    for (line const& l : lines()) {
        for (std::size_t rule = 0; rule < std::size(plain_rules); ++rule) {
            auto const rows = answered_by(rows_of(l.quantity), rule);
            if (rows.empty()) { continue; }
            if (std::exchange(first, false)) {
                out << "## The same rows by rules of thumb\n\nKV tokens by the rules: what is left "
                       "of the "
                       "memory sold, over 4 x layers x width bytes a token.\n\n"
                       "| quantity | rule | rows | median | p90 | bias | right | said to fit and "
                       "did not "
                       "|\n|---|---|---:|---:|---:|---:|---:|---:|\n";
            }
            summary const s = summarise(rows);
            out << "| " << l.quantity << " | " << plain_rules[rule] << " | " << s.covered << " | ";
            if (l.verdict) {
                out << "| | | " << percent(s.right) << " | " << s.unsafe << " |\n";
            } else {
                out << percent(s.median) << " | " << percent(s.p90) << " | " << percent(s.bias)
                    << " | | |\n";
            }
        }
    }
    if (!first) { out << '\n'; }

    auto const answers = reference / "peer_outputs.csv";
    if (!std::filesystem::exists(answers)) { return; }
    table const peers = table::read(answers);
    peers.require({"peer", "question", "output", "reference_value"});
    first = true;
    for (std::size_t i = 0; i < peers.size(); ++i) {
        record const peer{peers, i};
        auto const asked = number(peer["reference_value"]);
        auto const given = bytes_of_token(peer["output"]);
        if (peer["peer"] == "REFERENCE" || !asked || !given || !(*given > 0)) { continue; }
        std::vector<outcome> rows;
        for (outcome const& o : outcomes_) {
            if (!o.covered() || o.cache_token != *asked) { continue; }
            rows.push_back(o);
            rows.back().predicted = prediction::of(*o.predicted.value * *asked / *given);
        }
        if (rows.empty()) { continue; }
        if (std::exchange(first, false)) {
            out << "## The same rows by other tools\n\nTokens that a pool of known bytes holds, "
                   "where the "
                   "question that the tools were asked (`bench/reference/peer_outputs.csv`)\nis "
                   "the "
                   "row's: what a token of the cache takes.\n\n"
                   "| tool | rows | bytes a token | truly | median error "
                   "|\n|---|---:|---:|---:|---:|\n";
        }
        out << "| " << peer["peer"] << " | " << rows.size() << " | " << *given << " | " << *asked
            << " | " << percent(summarise(rows).median) << " |\n";
    }
    if (!first) { out << '\n'; }
}

} // namespace accuracy
