// SPDX-License-Identifier: MIT
// parse(print(x)) == x, bit for bit.
#include "support/property.hpp"

#include <reckon/io/quantity_text.hpp>

#include <bit>
#include <cstdint>

namespace {

/// Any finite number from 0 up: every exponent is as likely as any other.
double finite_from(std::uint64_t bits) {
    double const value = std::bit_cast<double>(bits & 0x7FFF'FFFF'FFFF'FFFFULL);
    return reckon::detail::finite(value) ? value : 0.0;
}

/// Round figures as well as arbitrary ones.
double amount_from(std::uint64_t bits, bool round) {
    return round ? static_cast<double>(bits % 1'000'000'000) * 1e6 : finite_from(bits);
}

} // namespace

TEST_CASE("printed quantities read back exactly") {
    namespace io = reckon::io;
    using reckon::test::holds;
    CHECK(holds("bytes", [](std::uint64_t bits, bool round) {
        reckon::bytes const q{amount_from(bits, round)};
        RC_ASSERT(io::parse_bytes(io::print(q)).value() == q);
    }));
    CHECK(holds("durations", [](std::uint64_t bits, bool round) {
        reckon::seconds const q{amount_from(bits, round)};
        RC_ASSERT(io::parse_duration(io::print(q)).value() == q);
    }));
    CHECK(holds("money", [](std::uint64_t bits, bool round) {
        reckon::usd const q{amount_from(bits, round)};
        RC_ASSERT(io::parse_money(io::print(q)).value() == q);
    }));
    CHECK(holds("bandwidth", [](std::uint64_t bits, bool round) {
        auto const q =
            reckon::units::access::make<reckon::memory_bandwidth>(amount_from(bits, round));
        RC_ASSERT(io::parse_bandwidth(io::print(q)).value() == q);
    }));
    CHECK(holds("whole tokens", [](std::uint64_t bits) {
        reckon::tokens const q{static_cast<double>(bits >> 11)};
        RC_ASSERT(io::parse_tokens(io::print(q)).value() == q);
    }));
}

namespace {
// RC_ASSERT takes an expression apart, so that || inside it would ask a value for its error.
template <class T> bool answers(reckon::result<T> const& read) {
    return read.has_value() || !read.error().message.empty();
}
} // namespace

TEST_CASE("any text is a quantity or a sentence") {
    CHECK(reckon::test::holds("parsers never misbehave", [](std::string const& text) {
        RC_ASSERT(answers(reckon::io::parse_bytes(text)));
        RC_ASSERT(answers(reckon::io::parse_tokens(text)));
        RC_ASSERT(answers(reckon::io::parse_hourly_price("$" + text + "/h")));
    }));
}
