// SPDX-License-Identifier: MIT
// The claims, their checks and the articles, as data/ holds them.
#pragma once
#include <reckon/detail/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace audit {

/// A page that claims something.
struct article {
    std::string id;        ///< "000"
    std::string title;     ///< as published
    std::string published; ///< day and time, empty where the page has none
    std::string address;   ///< empty where no public one was found
};

/// Where a figure was read, by the tag that notes name it with.
struct source {
    std::string tag;     ///< "DS-V3"
    std::string what;    ///< in words
    std::string address; ///< empty where no public one was recorded
};

/// One number that a claim is held against: a law, its inputs, and what is written in the claim's row.
struct check {
    std::string claim;
    std::string what;
    std::string law;
    std::string arguments;
    std::string unit;
    std::string expected;
    bool against_stated{}; ///< it is what the article should have stated
};

/// One sentence of an article, and what became of it.
struct claim {
    std::string id;
    std::string article;
    std::string section;
    std::string kind;
    std::string text;
    std::string inputs;
    std::string stated;
    std::string unit;
    std::string recomputed; ///< by people, in words
    std::string truth;
    std::string verdict;
    std::string within; ///< of a claim that is right within so many per cent
    std::string reason;
    std::string not_computed; ///< why, where it has no checks
    std::string notes;        ///< and sources, as tags of data/claim_sources.csv
    std::string consequence;  ///< what follows for who believes it; of the most consequential ones
    std::vector<check> checks;
    std::vector<source> sources; ///< those that the notes name
};

struct record {
    std::vector<article> articles;
    std::vector<source> sources;
    std::vector<claim> claims;
};

/// The six words that a verdict may be, in the order of reports.
inline constexpr std::string_view verdicts[] = {
    "right", "right within", "wrong", "internally inconsistent", "ambiguous unit", "unverifiable"};

/// The tables of that folder. Errors name file, line and field.
[[nodiscard]] reckon::result<record> read_record(std::string const& folder);

} // namespace audit
