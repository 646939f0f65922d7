// SPDX-License-Identifier: MIT
#include "audit/record.hpp"

#include <reckon/io/csv.hpp>
#include <reckon/io/read_file.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace audit {

namespace {

using reckon::errc;
using reckon::error;
using reckon::result;
using reckon::sentence;

error wrong(std::string_view file, std::size_t line, std::string_view why) {
    sentence s{file};
    if (line > 0) { s.append(":").append(static_cast<reckon::count>(line)); }
    return {errc::malformed, s.append(": ").append(why)};
}

/// A table whose columns are exactly these, in this order.
template <std::size_t N>
result<reckon::io::csv_table> table_of(std::string const& path,
                                       std::string_view const (&columns)[N]) {
    auto const text = reckon::io::read_text_file(path);
    if (!text) { return text.error(); }
    auto table = reckon::io::read_csv(*text);
    if (!table) { return wrong(path, 0, table.error().message.view()); }
    if (!std::ranges::equal(table->columns, columns)) {
        sentence why{"the columns must be"};
        for (std::string_view const c : columns) {
            why.append(c == columns[0] ? " " : ", ").append(c);
        }
        return wrong(path, 1, why.append(".").view());
    }
    return table;
}

constexpr std::string_view article_columns[] = {"article", "title", "published", "address"};
constexpr std::string_view source_columns[] = {"tag", "source", "address"};
constexpr std::string_view check_columns[] = {"claim", "what",     "law",    "arguments",
                                              "unit",  "expected", "against"};
constexpr std::string_view claim_columns[] = {
    "id",     "article",      "section",    "kind",       "claim",   "inputs",
    "stated", "unit",         "recomputed", "truth",      "verdict", "within",
    "reason", "not_computed", "notes",      "consequence"};

/// Whether a text names a tag: as a word of its own.
bool names(std::string_view text, std::string_view tag) {
    auto const part_of_word = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '-';
    };
    for (std::size_t at = text.find(tag); at != std::string_view::npos;
         at = text.find(tag, at + 1)) {
        std::size_t const end = at + tag.size();
        bool const begins = at == 0 || !part_of_word(text[at - 1]);
        if (begins && (end == text.size() || !part_of_word(text[end]))) { return true; }
    }
    return false;
}

} // namespace

result<record> read_record(std::string const& folder) {
    record r{};
    std::string const of_articles = folder + "/articles.csv";
    auto const articles = table_of(of_articles, article_columns);
    if (!articles) { return articles.error(); }
    for (auto const& row : articles->rows) {
        auto const& f = row.fields;
        r.articles.push_back({f[0], f[1], f[2], f[3]});
    }

    auto const sources = table_of(folder + "/claim_sources.csv", source_columns);
    if (!sources) { return sources.error(); }
    for (auto const& row : sources->rows) {
        auto const& f = row.fields;
        r.sources.push_back({f[0], f[1], f[2]});
    }

    std::string const of_claims = folder + "/claims.csv";
    auto const claims = table_of(of_claims, claim_columns);
    if (!claims) { return claims.error(); }
    for (auto const& row : claims->rows) {
        auto const& f = row.fields;
        if (std::ranges::find(verdicts, f[10]) == std::end(verdicts)) {
            return wrong(of_claims, row.line,
                         "the verdict '" + f[10] + "' is none of the six that there are.");
        }
        if (std::ranges::none_of(r.articles, [&](article const& a) { return a.id == f[1]; })) {
            return wrong(of_claims, row.line, "the article '" + f[1] + "' is not in articles.csv.");
        }
        r.claims.push_back({f[0],
                            f[1],
                            f[2],
                            f[3],
                            f[4],
                            f[5],
                            f[6],
                            f[7],
                            f[8],
                            f[9],
                            f[10],
                            f[11],
                            f[12],
                            f[13],
                            f[14],
                            f[15],
                            {},
                            {}});
        for (source const& known : r.sources) {
            if (names(f[14], known.tag)) { r.claims.back().sources.push_back(known); }
        }
    }

    std::string const of_checks = folder + "/claim_checks.csv";
    auto const checks = table_of(of_checks, check_columns);
    if (!checks) { return checks.error(); }
    for (auto const& row : checks->rows) {
        auto const& f = row.fields;
        auto const of = std::ranges::find(r.claims, f[0], &claim::id);
        if (of == r.claims.end()) {
            return wrong(of_checks, row.line, "there is no claim '" + f[0] + "'.");
        }
        if (!f[6].empty() && f[6] != "stated") {
            return wrong(of_checks, row.line,
                         "against is '" + f[6] + "'; leave it empty or write stated.");
        }
        of->checks.push_back({f[0], f[1], f[2], f[3], f[4], f[5], !f[6].empty()});
    }
    for (claim const& c : r.claims) {
        if (c.checks.empty() == c.not_computed.empty()) {
            return wrong(of_claims, 0,
                         "claim " + c.id + " needs either checks or a reason why it has none.");
        }
    }
    return r;
}

} // namespace audit
