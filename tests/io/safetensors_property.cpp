// SPDX-License-Identifier: MIT
// safetensors headers of any content: what is written is what is read, in whatever order it is listed.
#include "support/property.hpp"
#include "support/safetensors_writer.hpp"
#include "support/weight_file.hpp"

#include <reckon/io/safetensors.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

using reckon::count;
using reckon::test::bytes_of;
using reckon::test::holds;
using reckon::test::safetensors_writer;

namespace {

safetensors_writer any_file() {
    safetensors_writer w;
    auto const tensors = *rc::gen::inRange(0, 12);
    for (int i = 0; i < tensors; ++i) {
        using dtype_row = std::pair<std::string, count>;
        auto const [dtype, bits] =
            *rc::gen::element(dtype_row("BF16", 16), dtype_row("F32", 32), dtype_row("F8_E4M3", 8),
                              dtype_row("I64", 64), dtype_row("F4", 4));
        std::vector<count> shape{*rc::gen::inRange<count>(0, 40) * 2};
        auto const more = *rc::gen::inRange(0, 3);
        for (int d = 0; d < more; ++d) {
            shape.push_back(*rc::gen::inRange<count>(1, 100));
        }
        w.add("model.layers." + std::to_string(i) + "." +
                  *rc::gen::element<std::string>("self_attn.q_proj.weight", "mlp.gate.weight", "x"),
              dtype, shape, bits);
    }
    return w;
}

} // namespace

TEST_CASE("sums are those of the writer, and their parts add up") {
    CHECK(holds("bytes and elements", [] {
        safetensors_writer const w = any_file();
        auto const read = reckon::io::parse_safetensors(bytes_of(w.header()), "any",
                                                        static_cast<count>(w.file_bytes()));
        RC_ASSERT(read.has_value());
        RC_ASSERT(read->tensors.total() ==
                  (reckon::io::tensor_amount{w.tensors(), w.elements(), w.data_bytes()}));
        reckon::io::tensor_amount groups{};
        for (auto const& g : read->tensors.by_group()) {
            groups.add(g.elements, g.bytes, g.tensors);
        }
        RC_ASSERT(groups == read->tensors.total());
    }));
}

TEST_CASE("a file of another size than its header says is refused") {
    CHECK(holds("one byte more or less", [] {
        safetensors_writer const w = any_file();
        auto const size = static_cast<count>(w.file_bytes());
        for (count const other : {size - 1, size + 1}) {
            RC_ASSERT(
                !reckon::io::parse_safetensors(bytes_of(w.header()), "any", other).has_value());
        }
    }));
}

TEST_CASE("the beginning of a header is never taken for one, and says what it lacks") {
    CHECK(holds("a prefix asks for the rest", [] {
        std::string const whole = any_file().header();
        auto const cut = *rc::gen::inRange<std::size_t>(0, whole.size());
        reckon::io::detail::shortage missing{};
        RC_ASSERT(
            !reckon::io::parse_safetensors(bytes_of(whole.substr(0, cut)), "any", {}, &missing)
                 .has_value());
        RC_ASSERT(missing.more == static_cast<count>((cut < 8 ? 8 : whole.size()) - cut));
    }));
}
