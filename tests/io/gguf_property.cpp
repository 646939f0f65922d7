// SPDX-License-Identifier: MIT
// GGUF headers of any content: what is written is what is read, and nothing else is accepted.
#include "support/gguf_writer.hpp"
#include "support/property.hpp"
#include "support/weight_file.hpp"

#include <reckon/io/gguf.hpp>

#include <doctest/doctest.h>

#include <string>

using reckon::count;
using reckon::test::bytes_of;
using reckon::test::ggml_type;
using reckon::test::ggml_types;
using reckon::test::gguf_kind;
using reckon::test::gguf_writer;
using reckon::test::holds;

namespace {

gguf_writer any_file() {
    gguf_writer w(*rc::gen::element(2U, 3U));
    auto const pairs = *rc::gen::inRange(0, 6);
    for (int i = 0; i < pairs; ++i) {
        std::string const key = "k" + std::to_string(i);
        switch (*rc::gen::inRange(0, 4)) {
        case 0: w.u32(key, *rc::gen::arbitrary<std::uint32_t>()); break;
        case 1: w.text(key, "value"); break;
        case 2: w.texts(key, *rc::gen::inRange(0, 30), "tok"); break;
        default:
            w.numbers(key, gguf_kind::i32, *rc::gen::arbitrary<std::vector<std::uint64_t>>(), 4);
            break;
        }
    }
    auto const tensors = *rc::gen::inRange(0, 12);
    for (int i = 0; i < tensors; ++i) {
        ggml_type const& type =
            ggml_types[*rc::gen::inRange<std::size_t>(0, std::size(ggml_types))];
        std::vector<count> shape{type.block_elements * *rc::gen::inRange<count>(1, 50)};
        auto const more = *rc::gen::inRange(0, 4);
        for (int d = 0; d < more; ++d) {
            shape.push_back(*rc::gen::inRange<count>(1, 200));
        }
        w.tensor("blk." + std::to_string(i) + "." +
                     *rc::gen::element<std::string>("attn_q", "ffn_up_exps", "attn_norm", "odd") +
                     ".weight",
                 type.name, shape);
    }
    return w;
}

} // namespace

TEST_CASE("sums are those of the writer, and their parts add up") {
    CHECK(holds("bytes and elements", [] {
        gguf_writer const w = any_file();
        auto const read =
            reckon::io::parse_gguf(bytes_of(w.header()), "any", static_cast<count>(w.file_bytes()));
        RC_ASSERT(read.has_value());
        RC_ASSERT(read->tensors.total() ==
                  (reckon::io::tensor_amount{w.tensors(), w.elements(), w.tensor_bytes()}));
        RC_ASSERT(read->data_end <= static_cast<count>(w.file_bytes()));
        reckon::io::tensor_amount groups{};
        for (auto const& g : read->tensors.by_group()) {
            groups.add(g.elements, g.bytes, g.tensors);
        }
        reckon::io::tensor_amount types{};
        for (auto const& t : read->tensors.by_type()) {
            types.add(t.amount.elements, t.amount.bytes, t.amount.tensors);
        }
        RC_ASSERT(groups == read->tensors.total());
        RC_ASSERT(types == read->tensors.total());
    }));
}

TEST_CASE("the beginning of a header is never taken for one, and says what it lacks") {
    CHECK(holds("a prefix asks for at most the rest", [] {
        std::string const whole = any_file().header();
        auto const cut = *rc::gen::inRange<std::size_t>(0, whole.size());
        reckon::io::detail::shortage missing{};
        auto const read =
            reckon::io::parse_gguf(bytes_of(whole.substr(0, cut)), "any", {}, &missing);
        RC_ASSERT(!read.has_value());
        RC_ASSERT(missing.more > 0);
        RC_ASSERT(cut + static_cast<std::size_t>(missing.more) <= whole.size());
    }));
}

TEST_CASE("bytes behind the header change nothing") {
    CHECK(holds("the header alone and with data", [] {
        std::string const whole = any_file().header();
        auto const alone = reckon::io::parse_gguf(bytes_of(whole));
        auto const longer =
            reckon::io::parse_gguf(bytes_of(whole + *rc::gen::arbitrary<std::string>()));
        RC_ASSERT(alone.has_value());
        RC_ASSERT(longer.has_value());
        RC_ASSERT(alone->header_bytes == longer->header_bytes);
        RC_ASSERT(alone->tensors.total() == longer->tensors.total());
    }));
}
