// SPDX-License-Identifier: MIT
// Numbers and units as messages write them.
#include <reckon/io/out_of_memory.hpp>

#include <doctest/doctest.h>

using reckon::io::detail::number_at;
using reckon::io::detail::unit_at;

TEST_CASE("engines write binary units by either name") {
    constexpr double kibi = 1024;
    for (char const* const unit : {"GiB", "GB", " GiB", "\tGB", "\r\n GB of"}) {
        CAPTURE(unit);
        CHECK(unit_at(unit, 0) == kibi * kibi * kibi);
    }
    CHECK(unit_at("MiB", 0) == kibi * kibi);
    CHECK(unit_at("MB", 0) == kibi * kibi);
    CHECK(unit_at("KiB", 0) == kibi);
    CHECK(unit_at("KB", 0) == kibi);
    CHECK(unit_at("kB", 0) == kibi);
    CHECK(unit_at("TiB", 0) == kibi * kibi * kibi * kibi);
    CHECK(unit_at("TB", 0) == kibi * kibi * kibi * kibi);
    CHECK(unit_at("bytes", 0) == 1);
    CHECK(unit_at("B", 0) == 1);
    CHECK(unit_at("tokens", 0) == 0);
    CHECK(unit_at("   ", 0) == 0);
    CHECK(unit_at("", 0) == 0);
    CHECK(unit_at("1 GiB", 1) == kibi * kibi * kibi);
    CHECK(unit_at("GiB", 7) == 0); // behind the end
}

TEST_CASE("numbers, with or without a bracket and a point") {
    auto const value = [](char const* text) { return number_at(text, 0).value; };
    CHECK(value("12") == 12);
    CHECK(value(" (3.25)") == 3.25);
    CHECK(value("0.5.7") == 0.5); // the second point ends it
    CHECK(value("7.") == 7);
    CHECK(number_at("7. of", 0).end == 2);
    CHECK_FALSE(number_at("none", 0).good);
    CHECK_FALSE(number_at("(", 0).good);
    CHECK_FALSE(number_at("", 0).good);
    CHECK_FALSE(number_at("12", 5).good);
    // Eighteen digits are read, the rest is left: no overflow of what follows.
    CHECK(number_at("1234567890123456789", 0).end == 18);
}
