// SPDX-License-Identifier: MIT
#include "accuracy/csv.hpp"
#include "accuracy/report.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <limits>
#include <map>
#include <ostream>

namespace accuracy {

namespace {

/// The p-quantile, 0 <= p <= 1, linear between neighbours; not a number for nothing.
double quantile(std::vector<double> values, double p) {
    if (values.empty()) { return std::numeric_limits<double>::quiet_NaN(); }
    std::sort(values.begin(), values.end());
    double const at = p * static_cast<double>(values.size() - 1);
    auto const below = static_cast<std::size_t>(std::floor(at));
    std::size_t const above = std::min(below + 1, values.size() - 1);
    double const between = at - std::floor(at);
    return values[below] + (values[above] - values[below]) * between;
}

std::string fixed(double value, int decimals = 4) {
    if (std::isnan(value)) { return "nan"; }
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", decimals, value);
    // "-0.0000" and "0.0000" are the same figure.
    return text[0] == '-' &&
                   std::string_view(text).find_first_of("123456789") == std::string_view::npos
               ? text + 1
               : text;
}

std::string shortest(double value) {
    char text[64];
    std::snprintf(text, sizeof text, "%.10g", value);
    return text;
}

std::string csv_cell(std::string_view cell) {
    if (cell.find_first_of(",\"\r\n") == std::string_view::npos) { return std::string(cell); }
    std::string out = "\"";
    for (char const c : cell) {
        if (c == '"') { out += '"'; }
        out += c;
    }
    return out + '"';
}

std::string percent(double fraction, int decimals = 1) {
    return std::isnan(fraction) ? "-" : fixed(100 * fraction, decimals) + " %";
}

} // namespace

summary summarise(std::vector<outcome const*> const& rows) {
    summary s;
    s.n = rows.size();
    std::vector<double> errors;
    std::vector<double> sizes;
    std::size_t agreed = 0;
    for (outcome const* const o : rows) {
        if (!o->covered()) { continue; }
        ++s.covered;
        if (o->verdict) {
            agreed += *o->predicted.value == o->measured ? 1 : 0;
            s.unsafe += *o->predicted.value == 1 && o->measured == 0 ? 1 : 0;
            continue;
        }
        errors.push_back(o->error());
        sizes.push_back(std::fabs(o->error()));
        if (o->predicted.low && o->predicted.high) {
            ++s.with_interval;
            s.inside +=
                o->measured >= *o->predicted.low && o->measured <= *o->predicted.high ? 1 : 0;
        }
    }
    s.median = quantile(sizes, 0.5);
    s.p90 = quantile(sizes, 0.9);
    s.bias = quantile(errors, 0.5);
    s.right = s.covered > 0 ? static_cast<double>(agreed) / static_cast<double>(s.covered)
                            : std::numeric_limits<double>::quiet_NaN();
    return s;
}

void report::declare(std::string quantity, bool verdict) {
    declared_.push_back({std::move(quantity), verdict});
}

std::vector<outcome const*> report::rows_of(std::string_view quantity) const {
    std::vector<outcome const*> rows;
    for (outcome const& o : outcomes_) {
        if (o.quantity == quantity) { rows.push_back(&o); }
    }
    return rows;
}

std::vector<report::line> report::lines() const {
    std::vector<line> all;
    for (line const& base : declared_) {
        for (std::string_view const suffix : serving_suffixes) {
            std::string const name = base.quantity + std::string(suffix);
            if (suffix.empty() || !rows_of(name).empty()) { all.push_back({name, base.verdict}); }
        }
    }
    return all;
}

void report::print(std::ostream& out) const {
    std::map<std::string, std::map<std::string, std::size_t>> uncovered;
    for (line const& l : lines()) {
        auto const rows = rows_of(l.quantity);
        summary const s = summarise(rows);
        out << l.quantity << " n=" << s.n << " covered=" << s.covered;
        if (l.verdict) {
            out << " right=" << fixed(s.right) << " unsafe=" << s.unsafe << '\n';
        } else {
            out << " median=" << fixed(s.median) << " p90=" << fixed(s.p90)
                << " bias=" << fixed(s.bias) << '\n';
        }
        for (outcome const* const o : rows) {
            if (!o->covered()) { ++uncovered[l.quantity][o->predicted.reason]; }
        }
    }
    print_wrong(out);
    print_stated(out);
    print_plain(out);
    if (!uncovered.empty()) { out << "\nuncovered rows by reason\n"; }
    for (line const& l : lines()) {
        auto const found = uncovered.find(l.quantity);
        if (found == uncovered.end()) { continue; }
        std::vector<std::pair<std::size_t, std::string>> reasons;
        for (auto const& [reason, n] : found->second) {
            reasons.emplace_back(n, reason);
        }
        std::sort(reasons.begin(), reasons.end(), [](auto const& a, auto const& b) {
            return a.first != b.first ? a.first > b.first : a.second < b.second;
        });
        for (auto const& [n, reason] : reasons) {
            out << "  " << l.quantity << ": " << n << " x " << reason << '\n';
        }
    }
}

void report::write_rows(std::filesystem::path const& file) const {
    std::ofstream out(file);
    if (!out) { throw bad_input(file.string() + " cannot be written."); }
    out << "file,row,quantity,measured,predicted,error,low,high,reason\n";
    auto const cell = [](std::optional<double> const& value) {
        return value ? shortest(*value) : std::string();
    };
    for (outcome const& o : outcomes_) {
        out << o.file << ',' << o.row << ',' << o.quantity << ',';
        if (o.verdict) {
            out << (o.measured == 1 ? "yes" : "no") << ','
                << (!o.covered()              ? ""
                    : *o.predicted.value == 1 ? "yes"
                                              : "no")
                << ",,,,";
        } else {
            out << shortest(o.measured) << ',' << cell(o.predicted.value) << ','
                << (o.covered() ? shortest(o.error()) : "") << ',' << cell(o.predicted.low) << ','
                << cell(o.predicted.high) << ',';
        }
        out << csv_cell(o.predicted.reason) << '\n';
    }
    if (!out.flush()) { throw bad_input(file.string() + " could not be written to the end."); }
}

/// Sizes are exact or have a reason: which rows differ from what was published, and why.
void report::write_sizes(std::ostream& out, std::filesystem::path const& explained) const {
    struct size_table {
        std::string_view quantity;
        std::string_view what;
        double alike; ///< errors up to here are rounding
    };
    constexpr size_table sizes[] = {
        {"models.total_params", "totals are met to the parameter", 0},
        {"models.checkpoint_bytes", "checkpoints are met within 0.01 %", 0.0001},
        {"quantized_sizes.bytes", "quantised files are met within 0.5 %", 0.005},
    };
    std::map<std::array<std::string, 3>, std::string> reasons;
    if (std::filesystem::exists(explained)) {
        table const known = table::read(explained);
        known.require({"quantity", "model", "detail", "why"});
        for (std::size_t i = 0; i < known.size(); ++i) {
            record const row{known, i};
            reasons[{std::string(row["quantity"]), std::string(row["model"]),
                     std::string(row["detail"])}] = row["why"];
        }
    }
    out << "## Models and files\n\n";
    for (size_table const& t : sizes) {
        std::size_t covered = 0;
        std::size_t alike = 0;
        for (outcome const* const o : rows_of(t.quantity)) {
            covered += o->covered() ? 1 : 0;
            alike += o->covered() && std::fabs(o->error()) <= t.alike ? 1 : 0;
        }
        out << alike << " of " << covered << ' ' << t.what << ".\n\n";
    }
    out << "| quantity | model | file | published | predicted | error | why |\n"
           "|---|---|---|---:|---:|---:|---|\n";
    for (size_table const& t : sizes) {
        for (outcome const* const o : rows_of(t.quantity)) {
            if (!o->covered() || std::fabs(o->error()) <= t.alike) { continue; }
            auto const why = reasons.find({o->quantity, o->model, o->detail});
            out << "| " << o->quantity << " | " << o->model << " | " << o->detail << " | "
                << fixed(o->measured, 0) << " | " << fixed(*o->predicted.value, 0) << " | "
                << percent(o->error(), 2) << " | "
                << (why != reasons.end() ? why->second : "not explained") << " |\n";
        }
    }
    out << '\n';
}

void report::write_markdown(std::filesystem::path const& file,
                            std::filesystem::path const& reference,
                            std::filesystem::path const& plots) const {
    std::ofstream out(file);
    if (!out) { throw bad_input(file.string() + " cannot be written."); }
    out << "# Predictions held against published measurements\n\n"
           "Generated by `bench/accuracy --reference bench/reference --markdown docs/accuracy.md`; "
           "do not edit.\n\n"
           "Every row of `bench/reference` was measured or published by others and names its "
           "source. Error is\n"
           "predicted / measured - 1; `median` and `p90` are of its absolute value, `bias` is its "
           "median. Rows\n"
           "without a prediction are counted, with the reason, at the end.\n\n"
           "| quantity | rows | covered | median | p90 | bias | inside the 80 % interval "
           "|\n|---|---:|---:|---:|---:|---:|---:|\n";
    std::vector<std::string> verdicts;
    for (line const& l : lines()) {
        summary const s = summarise(rows_of(l.quantity));
        if (l.verdict) {
            verdicts.push_back("`" + l.quantity + "`: " + std::to_string(s.covered) + " of " +
                               std::to_string(s.n) + " launches judged, " + percent(s.right) +
                               " right, " + std::to_string(s.unsafe) +
                               " said to fit that did not.");
            continue;
        }
        out << "| " << l.quantity << " | " << s.n << " | " << s.covered << " | "
            << percent(s.median) << " | " << percent(s.p90) << " | " << percent(s.bias) << " | "
            << (s.with_interval > 0
                    ? percent(static_cast<double>(s.inside) / static_cast<double>(s.with_interval))
                    : "-")
            << " |\n";
    }
    out << '\n';
    for (std::string const& verdict : verdicts) {
        out << verdict << "\n\n";
    }

    write_others(out, reference);
    write_unstated(out);
    write_sizes(out, reference / "explained.csv");
    if (std::ifstream in(reference / "held_out.md", std::ios::binary); in) {
        out << in.rdbuf() << '\n';
    }
    if (!plots.empty()) { link_plots(out, plots.lexically_proximate(file.parent_path())); }

    struct axis {
        std::string_view title;
        std::string outcome::* key;
    };
    for (axis const by : {axis{"source", &outcome::group}, axis{"accelerator", &outcome::gpu},
                          axis{"model", &outcome::model}, axis{"engine", &outcome::engine}}) {
        bool any = false;
        for (line const& l : lines()) {
            if (l.verdict) { continue; }
            std::map<std::string, std::vector<outcome const*>> parts;
            for (outcome const* const o : rows_of(l.quantity)) {
                if (o->covered() && !(o->*by.key).empty()) { parts[o->*by.key].push_back(o); }
            }
            if (parts.size() < 2) { continue; }
            if (!any) {
                out << "## By " << by.title << "\n\n| quantity | " << by.title
                    << " | covered | median | p90 | bias |\n|---|---|---:|---:|---:|---:|\n";
            }
            any = true;
            for (auto const& [name, rows] : parts) {
                summary const s = summarise(rows);
                if (s.covered < 3) { continue; }
                out << "| " << l.quantity << " | " << name << " | " << s.covered << " | "
                    << percent(s.median) << " | " << percent(s.p90) << " | " << percent(s.bias)
                    << " |\n";
            }
        }
        if (any) { out << '\n'; }
    }

    std::vector<outcome const*> worst;
    for (outcome const& o : outcomes_) {
        if (o.covered() && !o.verdict) { worst.push_back(&o); }
    }
    auto const distance = [](outcome const* o) {
        return std::fabs(std::log(std::max(1e-9, *o->predicted.value / o->measured)));
    };
    std::sort(worst.begin(), worst.end(), [&](outcome const* a, outcome const* b) {
        return distance(a) != distance(b) ? distance(a) > distance(b)
                                          : a < b; // rows stand in one array
    });
    if (worst.size() > 30) { worst.resize(30); }
    out << "## The 30 worst rows\n\n| file | row | quantity | model | accelerator | engine | "
           "measured | predicted | why |\n"
           "|---|---:|---|---|---|---|---:|---:|---|\n";
    for (outcome const* const o : worst) {
        out << "| " << o->file << " | " << o->row << " | " << o->quantity << " | " << o->model
            << " | " << o->gpu << " | " << o->engine << " | " << shortest(o->measured) << " | "
            << shortest(std::round(*o->predicted.value * 1000) / 1000) << " | " << why_off(*o)
            << " |\n";
    }
    std::size_t wrong = 0;
    for (outcome const& o : outcomes_) {
        if (!o.verdict || !o.covered() || *o.predicted.value == o.measured) { continue; }
        if (wrong++ == 0) {
            out << "\n## Wrong verdicts\n\n| file | row | model | accelerator | engine | really | "
                   "predicted |\n|---|---:|---|---|---|---|---|\n";
        }
        out << "| " << o.file << " | " << o.row << " | " << o.model << " | " << o.gpu << " | "
            << o.engine << " | " << (o.measured == 1 ? "fits" : "does not fit") << " | "
            << (*o.predicted.value == 1 ? "fits" : "does not fit") << " |\n";
    }
    out << "\n## Rows without a prediction\n\n| quantity | rows | reason |\n|---|---:|---|\n";
    for (line const& l : lines()) {
        std::map<std::string, std::size_t> reasons;
        for (outcome const* const o : rows_of(l.quantity)) {
            if (!o->covered()) { ++reasons[o->predicted.reason]; }
        }
        std::vector<std::pair<std::string, std::size_t>> ordered(reasons.begin(), reasons.end());
        std::sort(ordered.begin(), ordered.end(), [](auto const& a, auto const& b) {
            return a.second != b.second ? a.second > b.second : a.first < b.first;
        });
        for (auto const& [reason, n] : ordered) {
            out << "| " << l.quantity << " | " << n << " | " << reason << " |\n";
        }
    }
    if (!out.flush()) { throw bad_input(file.string() + " could not be written to the end."); }
}

} // namespace accuracy
