// SPDX-License-Identifier: MIT
// The three ways in which tools write lists of modules.
#include <reckon/io/hugging_face/module_patterns.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using reckon::io::hugging_face::glob_matches;
using reckon::io::hugging_face::module_patterns;
using reckon::io::hugging_face::small_regex;

namespace {
small_regex::answer match(std::string_view pattern, std::string_view name) {
    std::size_t budget = 1'000'000;
    return small_regex::match(pattern, name, budget);
}
} // namespace

static_assert(glob_matches("model.layers.*.self_attn*", "model.layers.17.self_attn.q_proj"));
static_assert(glob_matches("*lm_head*", "lm_head"));
static_assert(glob_matches("a?c", "abc"));
static_assert(!glob_matches("a?c", "ac"));
static_assert(!glob_matches("model.layers.1.*", "model.layers.11.mlp"));
static_assert(glob_matches("", ""));
static_assert(!glob_matches("", "a"));

TEST_CASE("plain names match whole components") {
    module_patterns list({"gate", "lm_head", "model.layers.3.mlp"});
    CHECK(list.matches("model.layers.0.mlp.gate"));
    CHECK(!list.matches("model.layers.0.mlp.gate_proj"));
    CHECK(list.matches("lm_head"));
    CHECK(list.matches("model.layers.3.mlp.up_proj"));
    CHECK(!list.matches("model.layers.33.mlp.up_proj"));
}

TEST_CASE("shell patterns match a module or what contains it") {
    module_patterns list({"model.layers.*.self_attn", "*.mlp.shared_expert.*"});
    CHECK(list.matches("model.layers.5.self_attn.q_proj"));
    CHECK(list.matches("model.layers.5.mlp.shared_expert.up_proj"));
    CHECK(!list.matches("model.layers.5.mlp.experts.0.up_proj"));
}

TEST_CASE("regular expressions match from the start, as Python's re.match does") {
    using answer = small_regex::answer;
    CHECK(match(".*self_attn.*", "model.layers.1.self_attn.q_proj") == answer::yes);
    CHECK(match("self_attn", "model.layers.1.self_attn") == answer::no);
    CHECK(match(".*mlp\\.(gate|up|gate_up|down)_proj.*", "model.layers.1.mlp.up_proj") ==
          answer::yes);
    CHECK(match(".*mlp\\.(gate|up|gate_up|down)_proj.*", "model.layers.1.mlp.experts.0.up_proj") ==
          answer::no);
    CHECK(match(".*gate$", "model.layers.1.mlp.gate") == answer::yes);
    CHECK(match(".*gate$", "model.layers.1.mlp.gate_proj") == answer::no);
    CHECK(match("model\\.layers\\.[0-9]+\\.mlp", "model.layers.12.mlp.up_proj") == answer::yes);
    CHECK(match("model\\.layers\\.[^0]\\.mlp", "model.layers.0.mlp") == answer::no);
    CHECK(match("model\\.layers\\.\\d+\\.x?mlp", "model.layers.3.mlp") == answer::yes);
    CHECK(match("^(a|b)?c", "c") == answer::yes);
    CHECK(match("(?:a|b)c", "bc") == answer::yes);
    CHECK(match("a|b", "b") == answer::yes);
    CHECK(match("(a(b|c))d", "acd") == answer::yes);
    CHECK(match("", "anything") == answer::yes);
}

TEST_CASE("what the matcher does not know is said to be unknown") {
    using answer = small_regex::answer;
    for (std::string_view const odd :
         {"(ab)+c", "a{2}", "(?!x)a", "a*?b", "a\\bc", "[a", "(a", "a\\", "*a"}) {
        CAPTURE(odd);
        CHECK(match(odd, "aaaaaab") == answer::unknown);
    }
    // Exponential in a backtracking matcher without a budget.
    std::string const bomb = ".*.*.*.*.*.*.*.*.*.*.*.*.*.*.*x";
    CHECK(match(bomb, std::string(60, 'a')) == answer::unknown);
    CHECK(match(std::string(5000, '('), "a") == answer::unknown);
}
