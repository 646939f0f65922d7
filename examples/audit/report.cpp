// SPDX-License-Identifier: MIT
#include "audit/report.hpp"

#include <reckon/io/csv.hpp>
#include <reckon/io/format.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>
#include <set>

namespace audit {

namespace {

using namespace reckon::io;

table_column left(char const* title) { return {title, title, alignment::left}; }
table_column right(char const* title) { return {title, title, alignment::right}; }

std::string with_unit(std::string number, std::string const& unit) {
    if (!unit.empty() && unit != "version") { number.append(" ").append(unit); }
    return number;
}

std::string stated(claim const& c) {
    return c.stated.empty() ? std::string() : with_unit(c.stated, c.unit);
}

std::string verdict_of(claim const& c) {
    return c.within.empty() ? c.verdict : c.verdict + " " + c.within;
}

emphasis mark_of(claim const& c) {
    if (c.verdict == "right" || c.verdict == "right within") { return emphasis::good; }
    return c.verdict == "unverifiable" ? emphasis::faint : emphasis::bad;
}

/// The number that the article should have stated; a claim has one at most.
finding const* compared(audited const& a) {
    for (finding const& f : a.findings) {
        if (f.of_stated) { return &f; }
    }
    return nullptr;
}

std::size_t count_of(std::vector<audited> const& claims, auto const& is) {
    return static_cast<std::size_t>(std::ranges::count_if(claims, is));
}

std::string number(std::size_t n) { return std::to_string(n); }

table by_verdict(record const& r, std::vector<audited> const& claims) {
    table t{{left("verdict")}, {}};
    for (article const& a : r.articles) {
        t.columns.push_back(right(a.id.c_str()));
    }
    for (char const* const title : {"all", "with numbers", "reproduced"}) {
        t.columns.push_back(right(title));
    }
    auto const row = [&](std::string const& title, auto const& is) {
        std::vector<table_cell> cells{title};
        for (article const& a : r.articles) {
            cells.emplace_back(number(count_of(
                claims, [&](audited const& c) { return is(c) && c.of->article == a.id; })));
        }
        cells.emplace_back(number(count_of(claims, is)));
        cells.emplace_back(
            number(count_of(claims, [&](audited const& c) { return is(c) && c.computed(); })));
        cells.emplace_back(number(count_of(
            claims, [&](audited const& c) { return is(c) && c.computed() && c.reproduced(); })));
        t.rows.push_back(std::move(cells));
    };
    for (std::string_view const v : verdicts) {
        row(std::string(v), [&](audited const& c) { return c.of->verdict == v; });
    }
    row("all", [](audited const&) { return true; });
    return t;
}

table not_computed(std::vector<audited> const& claims) {
    std::map<std::string, std::string> ids;
    std::map<std::string, std::size_t> counts;
    for (audited const& c : claims) {
        if (c.computed()) { continue; }
        std::string& list = ids[c.of->not_computed];
        list += (list.empty() ? "" : " ") + c.of->id;
        ++counts[c.of->not_computed];
    }
    table t{{left("not calculated, because it is"), right("claims"), left("which")}, {}};
    for (auto const& [why, list] : ids) {
        t.rows.push_back({why, number(counts[why]), list});
    }
    return t;
}

} // namespace

std::string numbers_of(audited const& a) {
    std::string out;
    for (finding const& f : a.findings) {
        out += out.empty() ? "" : "; ";
        out +=
            with_unit(f.answer.empty() ? "none" : f.answer, f.of->unit) + " (" + f.of->what + ")";
    }
    return out;
}

std::string off_by(audited const& a) {
    finding const* const f = compared(a);
    if (f == nullptr) { return {}; }
    double const off = 1 / *f->of_stated;
    if (off > 2 || off < 0.5) {
        bool const more = off > 1;
        return "x " + reckon::io::detail::fixed(more ? off : 1 / off, 1) +
               (more ? " too much" : " too little");
    }
    double const percent = 100 * (off - 1);
    bool const hardly = percent < 0.1 && percent > -0.1 && off != 1;
    std::string const shown = reckon::io::detail::fixed(percent, hardly ? 4 : 2);
    return (off > 1 ? "+" : "") + shown + " %";
}

std::string as_text(std::vector<audited> const& claims, text_style style) {
    std::string out;
    for (audited const& a : claims) {
        claim const& c = *a.of;
        table t{{left(c.id.c_str()), left(c.text.c_str())}, {}};
        auto const row = [&](char const* what, std::string value, emphasis mark = emphasis::none) {
            if (!value.empty()) { t.rows.push_back({what, table_cell(std::move(value), mark)}); }
        };
        row("stated", stated(c));
        for (finding const& f : a.findings) {
            row(&f == &a.findings.front() ? "calculated" : "",
                with_unit(f.answer.empty() ? "none" : f.answer, f.of->unit) + "  " + f.of->what +
                    ", " + f.of->law + (f.reproduced() ? "" : ": " + f.trouble),
                f.reproduced() ? emphasis::none : emphasis::bad);
        }
        row("off by", off_by(a));
        row("not calculated", a.computed() ? "" : c.not_computed);
        row("verdict", verdict_of(c), mark_of(c));
        row("reason", c.reason);
        for (source const& known : c.sources) {
            row("source", known.what + (known.address.empty() ? "" : ", " + known.address));
        }
        out += (out.empty() ? "" : "\n") + to_text(t, style);
    }
    return out;
}

std::string as_csv(std::vector<audited> const& claims) {
    std::string out = "id,claim,stated,unit,recomputed,off_by,laws,reproduced,verdict,within,"
                      "reason,sources\n";
    for (audited const& a : claims) {
        claim const& c = *a.of;
        std::string laws;
        std::set<std::string> seen;
        for (finding const& f : a.findings) {
            if (seen.insert(f.of->law).second) { laws += (laws.empty() ? "" : " ") + f.of->law; }
        }
        std::string from;
        for (source const& known : c.sources) {
            from += (from.empty() ? "" : " ") + known.tag;
        }
        std::string const reproduced = !a.computed() ? "" : a.reproduced() ? "yes" : "no";
        bool first = true;
        for (std::string const& field : {c.id, c.text, c.stated, c.unit, numbers_of(a), off_by(a),
                                         laws, reproduced, c.verdict, c.within, c.reason}) {
            out += (first ? "" : ",") + csv_field(field);
            first = false;
        }
        out += "\n";
    }
    return out;
}

std::string as_json(std::vector<audited> const& claims) {
    auto all = nlohmann::ordered_json::array();
    for (audited const& a : claims) {
        claim const& c = *a.of;
        nlohmann::ordered_json one{{"id", c.id},     {"article", c.article}, {"section", c.section},
                                   {"kind", c.kind}, {"claim", c.text},      {"stated", c.stated},
                                   {"unit", c.unit}};
        auto numbers = nlohmann::ordered_json::array();
        for (finding const& f : a.findings) {
            numbers.push_back({{"what", f.of->what},
                               {"recomputed", f.answer},
                               {"unit", f.of->unit},
                               {"law", f.of->law},
                               {"header", f.header},
                               {"inputs", f.of->arguments},
                               {"reproduced", f.reproduced()}});
        }
        one["recomputed"] = std::move(numbers);
        if (std::string const off = off_by(a); !off.empty()) { one["off_by"] = off; }
        if (!a.computed()) { one["not_calculated"] = c.not_computed; }
        one["verdict"] = c.verdict;
        if (!c.within.empty()) { one["within"] = c.within; }
        one["reason"] = c.reason;
        one["notes"] = c.notes;
        auto from = nlohmann::ordered_json::array();
        for (source const& known : c.sources) {
            from.push_back(
                {{"tag", known.tag}, {"source", known.what}, {"address", known.address}});
        }
        one["sources"] = std::move(from);
        all.push_back(std::move(one));
    }
    return all.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string totals(record const& r, std::vector<audited> const& claims, text_style style) {
    std::size_t checks = 0;
    std::size_t hold = 0;
    for (audited const& a : claims) {
        checks += a.findings.size();
        hold += static_cast<std::size_t>(std::ranges::count_if(a.findings, &finding::reproduced));
    }
    return to_text(by_verdict(r, claims), style) + "\n" + number(hold) + " of " + number(checks) +
           " numbers are reproduced.\n\n" + to_text(not_computed(claims), style);
}

std::string troubles(std::vector<audited> const& claims) {
    std::string out;
    for (audited const& a : claims) {
        for (finding const& f : a.findings) {
            if (f.reproduced()) { continue; }
            out += a.of->id + ": " + f.of->what + ", " + f.of->law + "(" + f.of->arguments +
                   ") = " + with_unit(f.answer, f.of->unit) + ": " + f.trouble + "\n";
        }
    }
    return out;
}

std::string page(record const& r, std::vector<audited> const& claims) {
    std::string out =
        "# What five sizing articles claim, and what is right\n\n"
        "Written by `audit --format markdown`; do not edit. `audit --check docs/articles.md` says "
        "whether it is\n"
        "current, and a test asks.\n\n"
        "Five articles on hardware for DeepSeek were read sentence by sentence into " +
        number(claims.size()) +
        " claims (`data/claims.csv`).\n"
        "Where a claim has a number, the library's laws calculate it again "
        "(`data/claim_checks.csv` says which law, with\n"
        "which inputs); every calculated number is held by the test `example.audit_totals`.\n\n";
    table articles{{left("article"), left("title"), left("published"), left("address")}, {}};
    for (article const& a : r.articles) {
        articles.rows.push_back({a.id, a.title.empty() ? "title not recorded" : a.title,
                                 a.published.empty() ? "no date on the page" : a.published,
                                 a.address.empty() ? "no public address found" : a.address});
    }
    out += to_markdown(articles) + "\n## Totals\n\n" + to_markdown(by_verdict(r, claims)) +
           "\n`with numbers`: claims whose numbers the library calculates; `reproduced`: all of "
           "them as recorded.\n"
           "The others are words: " +
           number(count_of(claims, [](audited const& c) { return !c.computed(); })) +
           " claims, by reason under `audit --totals`.\n\n## The most consequential\n\n";
    table t{{left("claim"), right("stated"), left("right"), left("off by"), left("what follows")},
            {}};
    for (audited const& a : claims) {
        claim const& c = *a.of;
        if (c.consequence.empty()) { continue; }
        t.rows.push_back(
            {c.id + ": " + c.text, stated(c), numbers_of(a), off_by(a), c.consequence});
    }
    out += to_markdown(t);
    out += "\n## All that do not hold\n\n";
    for (article const& a : r.articles) {
        table rest{{left("claim"), right("stated"), left("calculated"), left("verdict")}, {}};
        for (audited const& one : claims) {
            claim const& c = *one.of;
            bool const holds = c.verdict == "right" || c.verdict == "right within";
            if (c.article != a.id || holds || c.verdict == "unverifiable") { continue; }
            rest.rows.push_back({c.id + ": " + c.text, stated(c), numbers_of(one),
                                 verdict_of(c) + (c.reason.empty() ? "" : ": " + c.reason)});
        }
        out += "### Article " + a.id + "\n\n" + to_markdown(rest) + "\n";
    }
    out += "## Sources\n\nTags in the notes of `data/claims.csv`:\n\n";
    table from{{left("tag"), left("source"), left("address")}, {}};
    for (source const& known : r.sources) {
        from.rows.push_back({known.tag, known.what, known.address});
    }
    out += to_markdown(from);
    return out;
}

} // namespace audit
