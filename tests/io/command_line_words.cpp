// SPDX-License-Identifier: MIT
// Words as a POSIX shell splits them, numbers as engines read them, members of JSON objects.
#include <reckon/io/command_line/arguments.hpp>
#include <reckon/io/command_line/json_object.hpp>
#include <reckon/io/command_line/numbers.hpp>
#include <reckon/io/command_line/words.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using namespace reckon::io::command;

std::vector<std::string> words_of(std::string_view line) {
    words from(line);
    std::vector<std::string> all;
    while (from.next()) {
        all.emplace_back(from.word());
    }
    if (from.mistake()) { all = {"!", std::string(from.mistake()->message.view())}; }
    return all;
}

using list = std::vector<std::string>;

} // namespace

TEST_CASE("words of a shell") {
    CHECK(words_of("").empty());
    CHECK(words_of(" \t\r\n ").empty());
    CHECK(words_of("a b  c") == list{"a", "b", "c"});
    CHECK(words_of("a \\\n  b\\\n") == list{"a", "b"});
    CHECK(words_of("a \\\r\n  b \\") == list{"a", "b"});
    CHECK(words_of("'a b' \"c d\"") == list{"a b", "c d"});
    CHECK(words_of("a'b c'd \"x\"'y'z") == list{"ab cd", "xyz"});
    CHECK(words_of(R"(a\ b \'c \"d)") == list{"a b", "'c", "\"d"});
    CHECK(words_of(R"("a\"b\\c\$d\e")") == list{R"(a"b\c$d\e)"});
    CHECK(words_of("'$x `y` | &'") == list{"$x `y` | &"});
    CHECK(words_of("'' \"\" a") == list{"", "", "a"});
    CHECK(words_of("a # the rest\n") == list{"a"});
    CHECK(words_of("# first\na b#c") == list{"a", "b#c"});
    CHECK(words_of(R"(--x '{"a": [1, 2]}')") == list{"--x", R"({"a": [1, 2]})"});
    CHECK(words_of(R"(--x={"a":1})") == list{"--x={a:1}"}); // as a shell would
    CHECK(words_of("a\nb").front() == "!");
    CHECK(words_of("a 'b").front() == "!");
    CHECK(words_of("a \"b").front() == "!");
    CHECK(words_of("a;b").front() == "!");
    CHECK(words_of("a $(b)").front() == "!");
    // A word that is quoted as a whole is no burden; words with quotes inside are up to a limit.
    CHECK(words_of("'" + std::string(5000, 'x') + "'").front().size() == 5000);
    CHECK(words_of("a'" + std::string(5000, 'x') + "'").front() == "!");
}

TEST_CASE("a word put back comes again") {
    words from(std::string_view("a b"));
    REQUIRE(from.next());
    REQUIRE(from.next());
    from.put_back();
    REQUIRE(from.next());
    CHECK(from.word() == "b");
    CHECK_FALSE(from.next());
}

TEST_CASE("whole numbers") {
    CHECK(read_plain_count("32768") == 32768);
    CHECK(read_plain_count("+7") == 7);
    CHECK(read_plain_count("-1") == -1);
    CHECK(read_plain_count("1_000") == 1000);
    CHECK(read_plain_count("9223372036854775807") == 9223372036854775807);
    for (char const* wrong :
         {"", "-", "1.5", "0x10", "1__0", "_1", "1_", "9223372036854775808", " 1", "1 "}) {
        CAPTURE(wrong);
        CHECK_FALSE(read_plain_count(wrong).has_value());
    }
}

TEST_CASE("numbers with letters, as vLLM documents them") {
    CHECK(read_human_count("1k") == 1000);
    CHECK(read_human_count("1K") == 1024);
    CHECK(read_human_count("25.6k") == 25600);
    CHECK(read_human_count("2M") == 2097152);
    CHECK(read_human_count("3g") == 3000000000);
    CHECK(read_human_count("1T") == 1099511627776);
    CHECK(read_human_count("17") == 17);
    for (char const* wrong :
         {"25.6K", "k", "1kb", "-1k", "99999999999T", "1.k", "99999999999999999999k"}) {
        CAPTURE(wrong);
        CHECK_FALSE(read_human_count(wrong).has_value());
    }
}

TEST_CASE("decimal numbers are those of the compiler") {
    CHECK(read_decimal("0.92") == 0.92);
    CHECK(read_decimal(".9") == 0.9);
    CHECK(read_decimal("1") == 1.0);
    CHECK(read_decimal("9e-1") == 0.9);
    CHECK(read_decimal("0.123456789012345") == 0.123456789012345);
    CHECK(read_decimal("10.") == 10.0);
    for (char const* wrong : {"", ".", "nan", "inf", "-1", "1e999", "0.9x", "1.2.3", "e5"}) {
        CAPTURE(wrong);
        CHECK_FALSE(read_decimal(wrong).has_value());
    }
}

TEST_CASE("members of a JSON object") {
    std::string_view const text =
        R"( {"method": "mtp", "n": 3 , "deep": {"a": ["]", 1]}, "s":"\"}"} )";
    CHECK(json_member(text, "method") == "mtp");
    CHECK(json_member(text, "n") == "3");
    CHECK(json_member(text, "deep") == R"({"a": ["]", 1]})");
    CHECK(json_member(text, "s") == R"(\"})");
    CHECK(json_member(text, "none").empty());
    auto const sound = [](std::string_view t) {
        json_members members(t);
        while (members.next()) {}
        return members.sound();
    };
    CHECK(sound(text));
    CHECK(sound("{}"));
    for (char const* wrong : {"", "{", "[]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\":1} x",
                              "{\"a\":[1}", "{\"a"}) {
        CAPTURE(wrong);
        CHECK_FALSE(sound(wrong));
    }
}

TEST_CASE("words are quoted where a shell needs it, and only there") {
    reckon::argument_list given;
    for (std::string_view const word : {"--a=b,c:d", "two words", "it's", "", "$x", "{\"a\":1}"}) {
        given.add(word);
    }
    auto const line = reckon::shell_line(given);
    REQUIRE(line.has_value());
    CHECK(std::string(line->view()) == R"(--a=b,c:d 'two words' 'it'\''s' '' '$x' '{"a":1}')");
    CHECK(words_of(line->view()) == list{"--a=b,c:d", "two words", "it's", "", "$x", "{\"a\":1}"});
    reckon::argument_list full;
    for (int i = 0; i < 65; ++i) {
        full.add("x");
    }
    CHECK(full.overflowed());
    CHECK_FALSE(reckon::shell_line(full).has_value());
}
