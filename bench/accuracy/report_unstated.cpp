// SPDX-License-Identifier: MIT
// Rows that do not state their configuration: no prediction can be expected to meet them, so that figures are given
// with and without them.
#include "accuracy/csv.hpp"
#include "accuracy/report.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <ostream>
#include <string>
#include <vector>

namespace accuracy {

namespace {

/// Reasons for having no prediction that are the row's, not the library's.
constexpr std::string_view words_of_silence[] = {
    "not stated",      // device, layout, how tensors were placed
    "not printed",     // a device without its name
    "mixture ''",      // a GGUF file whose mixture is not said
    "does not define", // a format whose bytes a revision decides
    "class)",          // a model known by its size alone
};

bool is_silence(std::string_view reason) {
    return std::any_of(std::begin(words_of_silence), std::end(words_of_silence),
                       [&](std::string_view word) { return reason.find(word) != reason.npos; });
}

std::string percent_of(double fraction) {
    if (std::isnan(fraction)) { return "-"; }
    char text[32];
    std::snprintf(text, sizeof text, "%.1f %%", 100 * fraction);
    return text;
}

} // namespace

void report::mark_unstated(std::filesystem::path const& known) {
    std::map<std::array<std::string, 3>, std::string> by_name;
    if (std::filesystem::exists(known)) {
        table const rows = table::read(known);
        rows.require({"file", "source", "model", "unstated"});
        for (std::size_t i = 0; i < rows.size(); ++i) {
            record const row{rows, i};
            by_name[{std::string(row["file"]), std::string(row["source"]),
                     std::string(row["model"])}] = row["unstated"];
        }
    }
    for (outcome& o : outcomes_) {
        auto const found = by_name.find({o.file, o.source, o.model});
        if (found != by_name.end()) {
            o.unstated = found->second;
        } else if (!o.covered() && is_silence(o.predicted.reason)) {
            o.unstated = o.predicted.reason;
        }
    }
}

std::vector<outcome const*> report::stated(std::string_view quantity) const {
    auto rows = rows_of(quantity);
    std::erase_if(rows, [](outcome const* o) { return !o->unstated.empty(); });
    return rows;
}

void report::print_stated(std::ostream& out) const {
    bool any = false;
    for (line const& l : lines()) {
        auto const rows = stated(l.quantity);
        if (rows.size() == rows_of(l.quantity).size()) { continue; }
        if (!any) { out << "\nrows that state their configuration\n"; }
        any = true;
        summary const s = summarise(rows);
        char text[160];
        if (l.verdict) {
            std::snprintf(text, sizeof text, " n=%zu covered=%zu right=%.4f unsafe=%zu", s.n,
                          s.covered, s.right, s.unsafe);
        } else {
            std::snprintf(text, sizeof text, " n=%zu covered=%zu median=%.4f p90=%.4f", s.n,
                          s.covered, s.median, s.p90);
        }
        out << "  " << l.quantity << text << '\n';
    }
}

void report::write_unstated(std::ostream& out) const {
    bool const any = std::any_of(outcomes_.begin(), outcomes_.end(),
                                 [](outcome const& o) { return !o.unstated.empty(); });
    if (!any) { return; }
    out << "## Rows that do not state their configuration\n\n"
           "Some rows leave out what decides their figure: the device, the layout, how tensors "
           "were "
           "placed, or a setting\n"
           "that the row's own figures show to differ from the default. No prediction can be "
           "expected to meet these. Above they\n"
           "count; here is what is left without them.\n\n"
           "| quantity | rows | state it | of these covered | median | p90 | right |\n"
           "|---|---:|---:|---:|---:|---:|---:|\n";
    for (line const& l : lines()) {
        auto const all = rows_of(l.quantity);
        auto const rows = stated(l.quantity);
        if (rows.size() == all.size()) { continue; }
        summary const s = summarise(rows);
        out << "| " << l.quantity << " | " << all.size() << " | " << s.n << " | "
            << percent_of(static_cast<double>(s.covered) / static_cast<double>(s.n)) << " | "
            << (l.verdict ? "-" : percent_of(s.median)) << " | "
            << (l.verdict ? "-" : percent_of(s.p90)) << " | "
            << (l.verdict ? percent_of(s.right) : "-") << " |\n";
    }
    // A row says the same for several quantities, or another thing for each.
    struct row_said {
        std::string model{};
        std::vector<std::string> unstated{};
    };
    std::map<std::string, std::map<std::size_t, row_said>> files;
    for (outcome const& o : outcomes_) {
        if (o.unstated.empty()) { continue; }
        row_said& said = files[o.file][o.row];
        said.model = o.model;
        if (std::find(said.unstated.begin(), said.unstated.end(), o.unstated) ==
            said.unstated.end()) {
            said.unstated.push_back(o.unstated);
        }
    }
    constexpr std::size_t most_named = 100;
    for (auto const& [file, rows] : files) {
        if (rows.size() > most_named) {
            out << "\nOf " << file << ", " << rows.size()
                << " rows; at the end they are counted by reason.\n";
            continue;
        }
        out << "\n| row of " << file << " | model | what is not stated |\n|---:|---|---|\n";
        for (auto const& [row, said] : rows) {
            out << "| " << row << " | " << said.model << " | ";
            for (std::size_t i = 0; i < said.unstated.size(); ++i) {
                out << (i > 0 ? "; " : "") << said.unstated[i];
            }
            out << " |\n";
        }
    }
    out << '\n';
}

} // namespace accuracy
