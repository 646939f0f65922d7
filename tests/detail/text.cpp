// SPDX-License-Identifier: MIT
// Text of fixed capacity: what it keeps, how it marks a cut, and how it writes numbers.
#include <reckon/detail/text.hpp>

#include <doctest/doctest.h>

#include <concepts>
#include <limits>
#include <string>
#include <string_view>
#include <type_traits>

using namespace reckon;

namespace {
constexpr double infinity = std::numeric_limits<double>::infinity();

sentence fixed(double number, int decimals) { return sentence{}.append_fixed(number, decimals); }
sentence grouped(count number) { return sentence{}.append_grouped(number); }
std::string str(std::string_view view) { return std::string(view); }

template <text<8> Value> struct named {};
} // namespace

static_assert(std::is_trivially_copyable_v<sentence>);
static_assert(text<5>("abc") == text<5>(std::string_view("abcdef", 3)));
static_assert(std::same_as<named<"H200">, named<text<8>("H2").append("00")>>); // structural
static_assert(!std::same_as<named<"H200">, named<"H100">>);

TEST_CASE("what fits is kept, what does not is cut and marked") {
    CHECK(str(text<5>("abcde")) == "abcde");
    CHECK(str(text<5>("abcdef")) == "abcd~");
    CHECK(str(text<5>("abcde").append("")) == "abcde");
    CHECK(str(text<5>("abcde").append("f")) == "abcd~");
    CHECK(str(text<5>("abc").append("de")) == "abcde");
    CHECK(str(text<5>("abc").append("def").append("ghi")) == "abcd~");
    CHECK(text<5>().empty());
    CHECK_FALSE(text<5>("a").empty());
    // The 63 bytes of a label are enough for every name, the 64th is not.
    CHECK(label(std::string(63, 'x')).view() == std::string(63, 'x'));
    CHECK(label(std::string(64, 'x')).view() == std::string(62, 'x') + "~");
}

TEST_CASE("integers") {
    CHECK(str(sentence{}.append(count{0})) == "0");
    CHECK(str(sentence{}.append(count{-12345})) == "-12345");
    CHECK(str(grouped(0)) == "0");
    CHECK(str(grouped(999)) == "999");
    CHECK(str(grouped(1000)) == "1,000");
    CHECK(str(grouped(2097152)) == "2,097,152");
    CHECK(str(grouped(-1000000)) == "-1,000,000");
    CHECK(str(grouped(std::numeric_limits<count>::max())) == "9,223,372,036,854,775,807");
    CHECK(str(grouped(std::numeric_limits<count>::min())) == "-9,223,372,036,854,775,808");
}

TEST_CASE("decimals are rounded half up") {
    CHECK(str(fixed(94.05, 1)) == "94.1"); // 94.05 is 94.0499... in binary; times ten it is 940.5
    CHECK(str(fixed(94.04, 1)) == "94.0");
    CHECK(str(fixed(0.5, 0)) == "1");
    CHECK(str(fixed(0.49, 0)) == "0");
    CHECK(str(fixed(2.5, 0)) == "3"); // not to even
    CHECK(str(fixed(0.005, 2)) == "0.01");
    CHECK(str(fixed(0.0, 1)) == "0.0");
    CHECK(str(fixed(-1.25, 1)) == "-1.3");
    CHECK(str(fixed(3.0, 3)) == "3.000");
    CHECK(str(fixed(0.0625, 4)) == "0.0625");
}

TEST_CASE("a carry reaches the thousands") {
    CHECK(str(fixed(999.96, 1)) == "1,000.0");
    CHECK(str(fixed(999999.5, 0)) == "1,000,000");
    CHECK(str(fixed(1234567.891, 2)) == "1,234,567.89");
}

TEST_CASE("numbers that cannot be written are named") {
    CHECK(str(fixed(infinity, 1)) == "infinity");
    CHECK(str(fixed(std::numeric_limits<double>::quiet_NaN(), 1)) == "not a number");
    CHECK(str(fixed(1e16, 1)) == ">9e15");
    CHECK(str(fixed(-1e300, 1)) == "->9e15");
    // Near the limit decimals are left out, and nothing wraps.
    CHECK(str(fixed(8.9e15, 3)) == "8,900,000,000,000,000");
}

TEST_CASE("writing is constexpr") {
    static_assert(sentence("needs ").append_fixed(673.15, 1).append(" GB") ==
                  sentence("needs 673.2 GB"));
    static_assert(sentence{}.append_grouped(2097152).view() == "2,097,152");
    CHECK(sentence("a").append("b").view() == "ab");
}
