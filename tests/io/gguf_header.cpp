// SPDX-License-Identifier: MIT
// GGUF headers from bytes: exact sums, and a sentence for everything that can be wrong with one.
#include "support/gguf_writer.hpp"
#include "support/weight_file.hpp"

#include <reckon/io/gguf_header.hpp>

#include <doctest/doctest.h>

#include <string>

using reckon::count;
using reckon::errc;
using reckon::test::bytes_of;
using reckon::test::gguf_kind;
using reckon::test::gguf_writer;

namespace {

// The sentence that refuses a header, without the name of its source.
std::string refusal(std::string const& header, std::optional<count> file_bytes = {}) {
    auto const read = reckon::io::parse_gguf(bytes_of(header), "m.gguf", file_bytes);
    if (read) { return "accepted"; }
    std::string const message(read.error().message.view());
    REQUIRE(message.starts_with("m.gguf: "));
    return message.substr(8);
}

gguf_writer small() {
    gguf_writer w;
    w.text("general.architecture", "llama").u32("llama.block_count", 2);
    w.tensor("token_embd.weight", "Q8_0", {64, 100}).tensor("output_norm.weight", "F32", {64});
    return w;
}

} // namespace

TEST_CASE("every type takes the bytes that ggml gives its blocks") {
    for (reckon::test::ggml_type const& type : reckon::test::ggml_types) {
        CAPTURE(type.name);
        gguf_writer w;
        w.tensor("a", type.name, {type.block_elements * 3, 5, 2});
        auto const read = reckon::io::parse_gguf(bytes_of(w.header()));
        REQUIRE(read.has_value());
        reckon::io::listed_tensor const t = read->tensors[0];
        CHECK(t.type == type.name);
        CHECK(t.elements == type.block_elements * 30);
        CHECK(t.bytes == type.block_bytes * 30);
        CHECK(read->types[0] == type.number);
    }
}

TEST_CASE("sums, offsets and groups of a small file") {
    gguf_writer w = small();
    auto const read =
        reckon::io::parse_gguf(bytes_of(w.header()), "m.gguf", static_cast<count>(w.file_bytes()));
    REQUIRE(read.has_value());
    CHECK(read->version == 3);
    CHECK(read->header_bytes == static_cast<count>(w.header().size()));
    CHECK(read->data_begin == w.data_begin());
    CHECK(read->data_end == static_cast<count>(w.file_bytes()));
    CHECK(read->tensors.total() == reckon::io::tensor_amount{2, 6464, 6400 / 32 * 34 + 256});
    CHECK(read->tensors.of(reckon::io::tensor_group::embeddings).bytes == 6800);
    CHECK(read->tensors.of(reckon::io::tensor_group::norms).elements == 64);
    auto const types = read->tensors.by_type();
    REQUIRE(types.size() == 2);
    CHECK(types[0].type == "Q8_0");
    CHECK(read->tensors[1].offset == w.data_begin() + 6816); // 6,800 rounded up to 32
    CHECK(read->metadata.string("general.architecture") == "llama");
    CHECK(read->metadata.integer("llama.block_count") == 2);
}

TEST_CASE("version 2 is read like 3; the data's alignment may be another") {
    gguf_writer w(2);
    w.alignment(64).tensor("a", "F32", {3}).tensor("b", "F32", {3});
    auto const read = reckon::io::parse_gguf(bytes_of(w.header()));
    REQUIRE(read.has_value());
    CHECK(read->version == 2);
    CHECK(read->data_begin % 64 == 0);
    CHECK(read->tensors[1].offset == read->data_begin + 64);
}

TEST_CASE("values of every type, lists in lists included") {
    gguf_writer w;
    w.scalar("u8", gguf_kind::u8, 255, 1)
        .scalar("i8", gguf_kind::i8, 0xFF, 1)
        .scalar("u16", gguf_kind::u16, 65535, 2);
    w.scalar("i16", gguf_kind::i16, 300, 2)
        .scalar("i32", gguf_kind::i32, 0x80000000U, 4)
        .scalar("f32", gguf_kind::f32, 0x3F800000, 4);
    w.scalar("yes", gguf_kind::boolean, 1, 1)
        .scalar("u64", gguf_kind::u64, 1ULL << 40, 8)
        .scalar("i64", gguf_kind::i64, 7, 8);
    w.scalar("f64", gguf_kind::f64, 0, 8).scalar("huge", gguf_kind::u64, ~0ULL, 8);
    w.numbers("same", gguf_kind::u32, {8, 8, 8}, 4)
        .numbers("different", gguf_kind::u32, {8, 4, 8}, 4);
    w.numbers("pattern", gguf_kind::boolean, {1, 0, 1}, 1)
        .texts("words", 3, "abc")
        .texts("long", 5000, "x");
    std::string inner;
    for (int i = 0; i < 2; ++i) { // two lists of one text each
        gguf_writer::number(inner, 8, 4);
        gguf_writer::number(inner, 1, 8);
        gguf_writer::string(inner, "deep");
    }
    w.list("lists", gguf_kind::list, 2)
        .raw(inner)
        .text("chat", std::string(10000, 'c'))
        .u32("last", 9);
    auto const read = reckon::io::parse_gguf(bytes_of(w.header()));
    REQUIRE(read.has_value());
    auto const& m = read->metadata;
    CHECK(m.integer("u8") == 255);
    CHECK_FALSE(m.integer("i8")); // -1
    CHECK(m.integer("u16") == 65535);
    CHECK(m.integer("i16") == 300);
    CHECK_FALSE(m.integer("i32"));
    CHECK_FALSE(m.integer("f32"));
    CHECK(m.integer("yes") == 1);
    CHECK(m.integer("u64") == count{1} << 40);
    CHECK(m.integer("i64") == 7);
    CHECK_FALSE(m.integer("f64"));
    CHECK_FALSE(m.integer("huge"));
    CHECK(m.integer("same") == 8);
    CHECK_FALSE(m.integer("different"));
    CHECK(m.element("different", 1) == 4);
    CHECK_FALSE(m.element("different", 3));
    CHECK(m.element("pattern", 1) == 0);
    CHECK(m.list_length("words") == 3);
    CHECK(m.list_length("long") == 5000);
    CHECK(m.list_length("lists") == 2);
    CHECK_FALSE(m.string("chat")); // passed over, only its length is kept
    CHECK(m.integer("last") == 9);
    CHECK_FALSE(m.integer("absent"));
}

TEST_CASE("a header that is cut off says how many bytes it needs, wherever it is cut") {
    std::string const whole = small().header();
    for (std::size_t cut = 0; cut < whole.size(); ++cut) {
        CAPTURE(cut);
        reckon::io::detail::shortage missing{};
        auto const read =
            reckon::io::parse_gguf(bytes_of(whole.substr(0, cut)), "m.gguf", {}, &missing);
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().code == errc::unreadable);
        CHECK(missing.more > 0);
        CHECK(cut + static_cast<std::size_t>(missing.more) <=
              whole.size()); // never more than is needed
        CHECK(read.error().message.view().find("more bytes are needed") != std::string_view::npos);
    }
    CHECK(refusal(whole.substr(0, 30)) ==
          "byte 24: the number of metadata pairs is cut off: at least 72 more bytes are needed.");
}

TEST_CASE("what is no GGUF, or one that nobody reads") {
    CHECK(refusal("PK\x03\x04zzzz") == "byte 4: the magic is not 'GGUF'; this is no GGUF file.");
    CHECK(refusal(gguf_writer(1).header()).find("is 1, a format of 2023") != std::string::npos);
    CHECK(refusal(gguf_writer(4).header()) == "byte 8: the version is 4; 2 and 3 are read.");
    CHECK(refusal(gguf_writer(0).header()) == "byte 8: the version is 0; 2 and 3 are read.");
    CHECK(refusal(gguf_writer(0x03000000).header()).find("is big endian") != std::string::npos);
}

TEST_CASE("counts that lie cost nothing and are refused") {
    gguf_writer w = small();
    count const size = static_cast<count>(w.file_bytes());
    CHECK(refusal(w.claim(1ULL << 60, 2).header(), size) ==
          "byte 16: the number of tensors is 1152921504606846976; no model has more than 131,072, "
          "so this number is damaged.");
    CHECK(refusal(w.claim(~0ULL, 2).header()).find("is 18446744073709551615; no model") !=
          std::string::npos);
    CHECK(refusal(w.claim(2, 1ULL << 61).header(), size)
              .find("the number of metadata pairs is 2305843009213693952") != std::string::npos);
    CHECK(refusal(w.claim(131072, 2).header(), size)
              .find("needs 3276828 bytes more at least, but the file ends") != std::string::npos);
    gguf_writer list;
    list.list("tokens", gguf_kind::text, 1ULL << 62);
    CHECK(refusal(list.header()).find("metadata \"tokens\" needs") != std::string::npos);
    gguf_writer numbers;
    numbers.list("scores", gguf_kind::f64, 1ULL << 62);
    CHECK(refusal(numbers.header(), 4096)
              .find("metadata \"scores\" needs 18446744073709551615 bytes more at least, but the "
                    "file ends") != std::string::npos);
}

TEST_CASE("lengths of texts that lie") {
    std::string length;
    gguf_writer::number(length, 1ULL << 63, 8);
    gguf_writer value;
    value.scalar("name", gguf_kind::text, 0, 0).raw(length);
    CHECK(
        refusal(value.header(), 4096) ==
        "byte 48: metadata \"name\" has a length of 9223372036854775808 bytes, above the limit of "
        "268435456; the file is damaged.");
    // A key or a name of a tensor as long as the format allows, in a file that ends before.
    gguf_writer key;
    key.u32("k", 1).claim(0, 2);
    std::string cut = key.header();
    gguf_writer::number(cut, 60000, 8);
    CHECK(refusal(cut + std::string(20, 'k'), 100)
              .find("a metadata key needs 60000 bytes more at least, but the file ends after ") !=
          std::string::npos);
    gguf_writer tensor;
    tensor.claim(1, 0);
    std::string named = tensor.header();
    gguf_writer::number(named, 1000, 8);
    CHECK(refusal(named + std::string(30, 'n'), 100)
              .find("a tensor's name needs 1000 bytes more at least, but the file ends after ") !=
          std::string::npos);
}

TEST_CASE("lists nested too deep, types unknown, texts too long") {
    std::string deep;
    for (int i = 0; i < 100000; ++i) {
        gguf_writer::number(deep, 9, 4);
        gguf_writer::number(deep, 1, 8);
    }
    gguf_writer nested;
    nested.list("a", gguf_kind::list, 1).raw(deep);
    CHECK(refusal(nested.header()).find("nests lists deeper than 8") != std::string::npos);
    gguf_writer odd;
    odd.scalar("a", static_cast<gguf_kind>(13), 0, 1);
    CHECK(refusal(odd.header()).find("metadata \"a\" has the value type 13; there are 0 to 12") !=
          std::string::npos);
    gguf_writer truth;
    truth.scalar("a", gguf_kind::boolean, 2, 1);
    CHECK(refusal(truth.header()).find("is a truth value other than 0 and 1") != std::string::npos);
    gguf_writer key;
    key.u32(std::string(70000, 'k'), 1);
    CHECK(refusal(key.header()).find("a metadata key has a length of 70000 bytes") !=
          std::string::npos);
    gguf_writer empty_key;
    empty_key.u32("", 1);
    CHECK(refusal(empty_key.header()).find("a metadata key is empty") != std::string::npos);
    gguf_writer bad_key;
    bad_key.u32("a\xFF", 1);
    CHECK(refusal(bad_key.header()).find("a metadata key is not UTF-8") != std::string::npos);
    gguf_writer twice;
    twice.u32("a", 1).u32("a", 2);
    CHECK(refusal(twice.header()) == "metadata \"a\" is written twice; the file is damaged.");
}

TEST_CASE("tensors that cannot be") {
    auto const with = [](auto&& change) {
        gguf_writer w;
        w.tensor("first", "F32", {8});
        change(w);
        return w.header();
    };
    CHECK(refusal(with([](gguf_writer& w) {
              w.tensor_at("t", 0, {1, 1, 1, 1, 1}, 32);
          })).find("\"t\" has 5 dimensions") != std::string::npos);
    CHECK(refusal(with([](gguf_writer& w) {
              w.tensor_at("t", 0, {count{-1} - 0x7FFFFFFFFFFFFFFF}, 32);
          })) == "byte 82: tensor \"t\" has a dimension of 9223372036854775808, above 2^63.");
    CHECK(refusal(with([](gguf_writer& w) {
              w.tensor_at("t", 0, {count{1} << 40, count{1} << 40}, 32);
          })).find("more than 2^63 bits") != std::string::npos);
    CHECK(refusal(with([](gguf_writer& w) {
              w.tensor_at("t", 31, {32}, 32);
          })).find("is of type Q4_0_4_4, which was removed") != std::string::npos);
    CHECK(refusal(with([](gguf_writer& w) {
              w.tensor_at("t", 99, {32}, 32);
          })).find("has the type number 99, which is not known") != std::string::npos);
    CHECK(refusal(with([](gguf_writer& w) {
              w.tensor_at("t", 12, {128, 2}, 32);
          })).find("has rows of 128, which are no whole blocks of Q4_K (256)") !=
          std::string::npos);
    CHECK(refusal(with([](gguf_writer& w) {
              w.tensor_at("t", 0, {8}, 40);
          })).find("begins at 40, which is no multiple of the alignment, 32") != std::string::npos);
    CHECK(refusal(with([](gguf_writer& w) {
              w.tensor_at("t", 0, {8}, 0);
          })).find("inside \"first\"") != std::string::npos);
    CHECK(refusal(with([](gguf_writer& w) {
              w.tensor_at("t", 0, {8}, ~0ULL);
          })).find("above 2^63") != std::string::npos);
    CHECK(refusal(with([](gguf_writer& w) {
              w.tensor_at("t", 0, {8}, 0x7FFFFFFFFFFFFFE0);
          })).find("ends above 2^63") != std::string::npos);
    CHECK(refusal(with([](gguf_writer& w) { w.tensor_at("first", 0, {8}, 32); })) ==
          "tensor \"first\" is listed twice; the file is damaged.");
    CHECK(refusal(with([](gguf_writer& w) {
              w.tensor_at(std::string(2000, 'n'), 0, {8}, 32);
          })).find("a tensor's name has a length of 2000") != std::string::npos);
    CHECK(refusal(with([](gguf_writer& w) {
              w.tensor_at("", 0, {8}, 32);
          })).find("a tensor's name is empty") != std::string::npos);
    CHECK(refusal(with([](gguf_writer& w) { w.tensor_at("t", 0, {count{1} << 30}, 32); }), 4096)
              .find("it was cut off") != std::string::npos);
    gguf_writer alignment;
    alignment.u32("general.alignment", 48).tensor("a", "F32", {8});
    CHECK(refusal(alignment.header()) == "\"general.alignment\" is 48; it must be a power of two.");
}
