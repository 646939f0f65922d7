// SPDX-License-Identifier: MIT
// Five articles, sentence by sentence: what they claim, what the library's laws calculate, who is right.
//
//   audit --totals
//   audit --article 004 --verdict wrong
//   audit --claim 000-018 --format json
//   audit --format markdown > docs/articles.md
#include "audit/report.hpp"

#include <reckon/io/read_file.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <string>
#include <unistd.h>
#include <vector>

int main(int argc, char** argv) {
    std::string data = "data";
    std::string article;
    std::string verdict;
    std::string claim;
    std::string format = "table";
    std::string compare_with;
    bool only_totals = false;
    bool strict = false;
    CLI::App app{"Holds the claims of sizing articles against the library's laws.", "audit"};
    app.add_option("--data", data, "The folder with claims.csv and its like (default: data)");
    app.add_option("--article", article, "Only this article: 000 to 004");
    app.add_option("--verdict", verdict, "Only claims with this verdict");
    app.add_option("--claim", claim, "Only this claim");
    app.add_option("--format", format, "table, csv, json or markdown (default: table)")
        ->check(CLI::IsMember({"table", "csv", "json", "markdown"}));
    app.add_flag("--totals", only_totals,
                 "Only how many there are by verdict, and what is not calculated");
    app.add_option("--check", compare_with,
                   "Say whether this file is what --format markdown prints");
    app.add_flag("--strict", strict, "Fail where one of the claims that are listed does not hold");
    app.footer(
        "\nExit status: 0 when every number is reproduced, 1 when one is not (or, with --strict, "
        "when a claim does not hold), 2 when the question is wrong.");
    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& e) {
        if (e.get_exit_code() == 0) { return app.exit(e); }
        std::cerr << "audit: " << e.what() << "; audit --help lists the options\n";
        return 2;
    }
    auto const record = audit::read_record(data);
    if (!record) {
        std::cerr << "audit: " << record.error().message.view() << '\n';
        return 2;
    }
    std::vector<audit::audited> claims = audit::audit_all(*record);
    std::string const troubles = audit::troubles(claims);
    std::erase_if(claims, [&](audit::audited const& a) {
        return (!article.empty() && a.of->article != article) ||
               (!verdict.empty() && a.of->verdict != verdict) ||
               (!claim.empty() && a.of->id != claim);
    });
    if (claims.empty()) {
        std::cerr << "audit: no claim is meant; articles are 000 to 004, verdicts";
        for (std::string_view const v : audit::verdicts) {
            std::cerr << (v == audit::verdicts[0] ? " " : ", ") << v;
        }
        std::cerr << ", claims as in 000-018\n";
        return 2;
    }
    reckon::io::text_style const style{
        .width = 100, .colour = reckon::io::wants_colour(isatty(STDOUT_FILENO) == 1)};
    if (!compare_with.empty()) {
        auto const there = reckon::io::read_text_file(compare_with);
        if (!there) {
            std::cerr << "audit: " << there.error().message.view() << '\n';
            return 2;
        }
        bool const current = *there == audit::page(*record, claims);
        std::cout << compare_with
                  << (current ? " is current.\n"
                              : " is not what audit --format markdown prints; write it again.\n");
        return current && troubles.empty() ? 0 : 1;
    }
    if (only_totals) {
        std::cout << audit::totals(*record, claims, style);
    } else if (format == "csv") {
        std::cout << audit::as_csv(claims);
    } else if (format == "json") {
        std::cout << audit::as_json(claims);
    } else if (format == "markdown") {
        std::cout << audit::page(*record, claims);
    } else {
        std::cout << audit::as_text(claims, style);
    }
    std::cerr << troubles;
    bool const fails = strict && std::ranges::any_of(claims, &audit::audited::refuted);
    return troubles.empty() && !fails ? 0 : 1;
}
