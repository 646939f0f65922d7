// SPDX-License-Identifier: MIT
// The small matchers of lists of modules against those of the standard library and of POSIX.
#include "support/property.hpp"

#include <reckon/io/hugging_face/module_patterns.hpp>

#include <fnmatch.h>
#include <regex>
#include <string>

using reckon::io::hugging_face::glob_matches;
using reckon::io::hugging_face::small_regex;
using reckon::test::holds;

namespace {

int roll(int sides) { return *rc::gen::inRange(0, sides); }
std::string of_letters(std::string const& alphabet, int most) {
    std::string s;
    for (int n = roll(most + 1); n > 0; --n) {
        s += alphabet[static_cast<std::size_t>(roll(static_cast<int>(alphabet.size())))];
    }
    return s;
}

std::string atom(int depth);
std::string sequence(int depth) {
    std::string s;
    for (int n = roll(4); n > 0; --n) {
        s += atom(depth);
    }
    return s;
}
/// Something that the matcher says it knows, with or without a repeat.
std::string atom(int depth) {
    constexpr char const* single[] = {"a",     "b",    "1",     ".",      "\\.",     "\\d", "\\w",
                                      "[ab1]", "[^a]", "[a-b]", "[0-1.]", "[^0-9b]", "_"};
    constexpr char const* repeats[] = {"", "", "*", "+", "?"};
    if (depth > 0 && roll(4) == 0) {
        std::string const open = roll(2) == 0 ? "(" : "(?:";
        std::string s = open + sequence(depth - 1);
        for (int n = roll(3); n > 0; --n) {
            s += "|" + sequence(depth - 1);
        }
        return s + ")" + (roll(3) == 0 ? "?" : "");
    }
    return std::string(single[roll(13)]) + repeats[roll(5)];
}

} // namespace

TEST_CASE("regular expressions") {
    CHECK(holds("match what std::regex matches from the start", [] {
        std::string const pattern =
            std::string(roll(5) == 0 ? "^" : "") + sequence(2) + (roll(4) == 0 ? "$" : "");
        std::string const name = of_letters("ab1._", 8);
        std::size_t budget = 1'000'000;
        small_regex::answer const ours = small_regex::match(pattern, name, budget);
        bool const theirs =
            std::regex_search(name, std::regex(pattern), std::regex_constants::match_continuous);
        RC_LOG() << pattern << " against " << name << "\n";
        RC_ASSERT(ours != small_regex::answer::unknown);
        RC_ASSERT((ours == small_regex::answer::yes) == theirs);
        RC_ASSERT(budget < 1'000'000);
    }));
}

TEST_CASE("shell patterns") {
    CHECK(holds("match what fnmatch matches", [] {
        std::string const pattern = of_letters("ab.*?", 8);
        std::string const name = of_letters("ab.", 8);
        RC_LOG() << pattern << " against " << name << "\n";
        RC_ASSERT(glob_matches(pattern, name) == (fnmatch(pattern.c_str(), name.c_str(), 0) == 0));
    }));
}

TEST_CASE("what the matcher does not know is unknown, not a guess") {
    for (std::string const pattern :
         {"a{2}", "a+?", "a*+", "(ab)*", "(ab)+", "(?=a)a", "(?!b)a", "\\bab", "\\Aab", "\\1",
          "[\\d]a", "(ab", "[ab", "\\", "*a", "+a", "?a", "{a", ")a"}) {
        CAPTURE(pattern);
        std::size_t budget = 1'000'000;
        CHECK(small_regex::match(pattern, "abab", budget) == small_regex::answer::unknown);
    }
    // Two hundred groups in one another are more than anybody writes.
    std::size_t budget = 1'000'000;
    CHECK(small_regex::match(std::string(300, '(') + "a" + std::string(300, ')'), "a", budget) ==
          small_regex::answer::unknown);
}
