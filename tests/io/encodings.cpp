// SPDX-License-Identifier: MIT
// Bytes that are no UTF-8, paths that are no files, and names of formats of a cache.
#include <reckon/io/command_line/formats.hpp>
#include <reckon/io/file_head.hpp>
#include <reckon/io/json.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace reckon;
using io::detail::first_bad_utf8;

TEST_CASE("UTF-8 (RFC 3629, section 4): what is well formed") {
    for (std::string_view const good :
         {"", "ASCII", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xEC\x80\x80", "\xED\x9F\xBF",
          "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80", "\xF3\xBF\xBF\xBF",
          "\xF4\x8F\xBF\xBF", "a\xE6\xA8\xA1z"}) {
        CAPTURE(good);
        CHECK(first_bad_utf8(good) == std::string_view::npos);
    }
}

TEST_CASE("UTF-8: what is not, and where") {
    struct row {
        std::string_view text;
        std::size_t at;
    };
    for (row const& r :
         {row{"\x80", 0}, row{"ab\xBF", 2},       // a byte that goes on from nothing
          row{"\xC0\x80", 0}, row{"\xC1\xBF", 0}, // longer than need be
          row{"\xE0\x9F\xBF", 0}, row{"\xF0\x8F\xBF\xBF", 0}, row{"\xED\xA0\x80", 0}, // a surrogate
          row{"\xF4\x90\x80\x80", 0}, row{"\xF5\x80\x80\x80", 0},      // above U+10FFFF
          row{"x\xC2", 1}, row{"\xE6\xA8", 0}, row{"\xF0\x9F\x9A", 0}, // cut off
          row{"\xC2z", 0}, row{"\xE6\xA8z", 0}, row{"\xE6\xC0\x80", 0}, row{"\xF0\x9F\x9Az", 0}}) {
        CAPTURE(r.text);
        CHECK(first_bad_utf8(r.text) == r.at);
    }
    // A reader says so instead of reading on.
    for (char const* const bad : {"{\"a\": \"\x80\"}", "{\"\xED\xA0\x80\": 1}"}) {
        auto const read = io::parse_json(bad, "config.json");
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().code == errc::malformed);
    }
}

TEST_CASE("quotes cut a long text between characters") {
    std::string const han(20, '\0');
    std::string text;
    for (std::size_t i = 0; i < han.size(); ++i) {
        text += "\xE6\xA8\xA1";
    }
    std::string const cut = io::detail::in_quotes(text, 10);
    CHECK(cut.starts_with("\"\xE6\xA8\xA1\xE6\xA8\xA1\xE6\xA8\xA1"));
    CHECK(first_bad_utf8(cut) == std::string_view::npos);
    CHECK(io::detail::in_quotes("short") == "\"short\"");
}

TEST_CASE("what is no file that can be read is said to be none") {
    auto const said = [](std::string_view path) {
        auto const file = io::file_head::open(path);
        REQUIRE_FALSE(file.has_value());
        return std::string(file.error().message.view());
    };
    CHECK(said("").ends_with("this is not a file name; give the path of a file."));
    CHECK(said(std::string_view("a\0b", 3))
              .ends_with("this is not a file name; give the path of a file."));
    CHECK(said("/dev/null")
              .ends_with(
                  "this is not a regular file that can be read; check its type and permissions."));
    CHECK(said("/").ends_with("this is a directory; give the path of a file in it."));
    CHECK(said("/no/such/file").ends_with("there is no such file; check the path."));
}

TEST_CASE("formats of a cache by the names that engines take") {
    auto const format = [](std::string_view name) {
        return io::command::cache_format(name, any_precision(fp16)).value();
    };
    CHECK(format("") == any_precision(fp16));
    CHECK(format("auto") == any_precision(fp16));
    CHECK(format("bf16") == any_precision(bf16));
    CHECK(format("bfloat16") == any_precision(bf16));
    CHECK(format("fp8") == any_precision(fp8));
    CHECK(format("fp8_e4m3") == any_precision(fp8));
    CHECK(format("fp8_ds_mla") == any_precision(fp8));
    CHECK(format("fp8_e5m2") == any_precision(fp8_e5m2));
    CHECK(format("nvfp4") == any_precision(nvfp4));
    CHECK(format("fp4_e2m1") == any_precision(mxfp4));
    CHECK_FALSE(io::command::cache_format("int3", any_precision(bf16)).has_value());

    auto const states = [](std::string_view name) {
        return io::command::with_states(cache_recipe{}, name).value()[state_kind::recurrent];
    };
    CHECK(states("auto") == any_precision(fp32));
    CHECK(states("float32") == any_precision(fp32));
    CHECK(states("float16") == any_precision(fp16));
    CHECK(states("bfloat16") == any_precision(bf16));
    auto const wrong = io::command::with_states(cache_recipe{}, "fp4");
    REQUIRE_FALSE(wrong.has_value());
    CHECK(std::string(wrong.error().message.view()).find("'fp4'") != std::string::npos);
}
