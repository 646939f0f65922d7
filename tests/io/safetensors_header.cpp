// SPDX-License-Identifier: MIT
// safetensors headers from bytes: exact sums, and a sentence for everything that can be wrong with one.
#include "support/safetensors_writer.hpp"
#include "support/weight_file.hpp"

#include <reckon/io/safetensors_header.hpp>

#include <doctest/doctest.h>

#include <string>

using reckon::count;
using reckon::errc;
using reckon::io::tensor_group;
using reckon::test::bytes_of;
using reckon::test::safetensors_writer;

namespace {

std::string refused(std::string const& bytes, std::optional<count> file_bytes = {}) {
    auto const read = reckon::io::parse_safetensors(bytes_of(bytes), "s", file_bytes);
    if (read) { return "accepted"; }
    std::string const message(read.error().message.view());
    REQUIRE(message.starts_with("s: "));
    return message.substr(3);
}
std::string refused_json(std::string_view json) { return refused(safetensors_writer::raw(json)); }
std::string tensor(std::string_view fields) {
    return refused_json(R"({"t":{)" + std::string(fields) + "}}");
}

} // namespace

TEST_CASE("every dtype takes its bits") {
    struct {
        std::string_view name;
        count bits;
    } const dtypes[] = {{"BOOL", 8}, {"F4", 4},      {"F6_E2M3", 6}, {"F6_E3M2", 6}, {"U8", 8},
                        {"I8", 8},   {"F8_E5M2", 8}, {"F8_E4M3", 8}, {"F8_E8M0", 8}, {"I16", 16},
                        {"U16", 16}, {"F16", 16},    {"BF16", 16},   {"I32", 32},    {"U32", 32},
                        {"F32", 32}, {"F64", 64},    {"I64", 64},    {"U64", 64},    {"C64", 64}};
    for (auto const& [name, bits] : dtypes) {
        CAPTURE(name);
        safetensors_writer w;
        w.add("t", name, {3, 8}, bits);
        auto const read = reckon::io::parse_safetensors(bytes_of(w.header()), "s",
                                                        static_cast<count>(w.file_bytes()));
        REQUIRE(read.has_value());
        CHECK(read->tensors.total() == reckon::io::tensor_amount{1, 24, 3 * bits});
        CHECK(read->tensors[0].type == name);
    }
}

TEST_CASE("sums by group and dtype; scalars and empty tensors; offsets in the file") {
    safetensors_writer w;
    w.add("model.embed_tokens.weight", "BF16", {100, 8}, 16)
        .add("model.layers.0.self_attn.q_proj.weight", "F8_E4M3", {8, 8}, 8);
    w.add("model.layers.0.self_attn.q_proj.weight_scale_inv", "F32", {1, 1}, 32)
        .add("scale", "F32", {}, 32)
        .add("nothing", "F32", {0, 7}, 32);
    auto const read = reckon::io::parse_safetensors(bytes_of(w.header()));
    REQUIRE(read.has_value());
    CHECK(read->data_bytes == w.data_bytes());
    CHECK(read->tensors.size() == 5);
    CHECK(read->tensors.of(tensor_group::embeddings) == reckon::io::tensor_amount{1, 800, 1600});
    CHECK(read->tensors.of(tensor_group::attention) == reckon::io::tensor_amount{2, 65, 68});
    CHECK(read->tensors[0].offset == static_cast<count>(w.header().size()));
    CHECK(read->tensors[0].shape[0] == 100);
    auto const types = read->tensors.by_type();
    REQUIRE(types.size() == 3);
    CHECK(types[0].type == "BF16");
    CHECK(types[1].type == "F8_E4M3");
    CHECK(types[2].amount == reckon::io::tensor_amount{3, 2, 8});
}

TEST_CASE("tensors may be listed in another order than they lie in") {
    std::string const json =
        R"({"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
    CHECK(refused_json(json) == "accepted");
}

TEST_CASE("a header that is cut off says how many bytes it needs") {
    safetensors_writer w;
    w.add("t", "F32", {2}, 32);
    std::string const whole = w.header();
    for (std::size_t cut = 0; cut < whole.size(); ++cut) {
        CAPTURE(cut);
        reckon::io::detail::shortage missing{};
        auto const read =
            reckon::io::parse_safetensors(bytes_of(whole.substr(0, cut)), "s", {}, &missing);
        REQUIRE_FALSE(read.has_value());
        CHECK(read.error().code == errc::unreadable);
        CHECK(missing.more == static_cast<count>((cut < 8 ? 8 : whole.size()) - cut));
    }
    CHECK(refused(whole.substr(0, 20)) ==
          "the header has 96 bytes, of which 20 are here; 76 more bytes are needed.");
}

TEST_CASE("lengths that lie") {
    CHECK(refused(safetensors_writer::raw("{}", 100'000'001))
              .find("give a header of 100000001 bytes; it has 2 to 100,000,000") !=
          std::string::npos);
    CHECK(refused(safetensors_writer::raw("{}", 0)).find("give a header of 0 bytes") !=
          std::string::npos);
    CHECK(refused(std::string(8, '\xFF')).find("give a header of 18446744073709551615 bytes") !=
          std::string::npos);
    CHECK(refused(safetensors_writer::raw("{}", 1000), 10) ==
          "the first eight bytes give a header of 1,000 bytes, but the file has 10; this is no "
          "safetensors file, or it was cut off.");
    safetensors_writer w;
    w.add("t", "F32", {2}, 32);
    count const size = static_cast<count>(w.file_bytes());
    CHECK(refused(w.header(), size) == "accepted");
    CHECK(refused(w.header(), size - 1) == "the header describes a file of 104 bytes, but it has "
                                           "103; it was cut off: download or copy it again.");
    CHECK(refused(w.header(), size + 1) == "the header describes a file of 104 bytes, but it has "
                                           "105; bytes follow that no tensor owns.");
}

TEST_CASE("what is no header") {
    CHECK(refused_json("[]").find("byte 8 is not the brace") != std::string::npos);
    CHECK(refused_json("{\"a\":\xFF}").find("byte 13 of the header is not UTF-8") !=
          std::string::npos);
    CHECK(refused_json("{\"a\":").find("the header is not valid JSON at byte ") == 0);
    CHECK(refused_json("{\"a\": 5}") == "tensor \"a\" is a number; it must be an object.");
    CHECK(refused_json("{\"a\": [[[[[]]]]]}") == "tensor \"a\" is a list; it must be an object.");
    CHECK(refused_json("{\"a\":" + std::string(100000, '[')) ==
          "tensor \"a\" is a list; it must be an object.");
    CHECK(refused_json("{\"__metadata__\":{\"a\":{}}}") ==
          "\"__metadata__\" holds an object; it must hold texts only.");
    CHECK(refused_json("{\"__metadata__\":{},\"__metadata__\":{}}") ==
          "\"__metadata__\" is written twice.");
    CHECK(refused_json("{}") == "accepted");
}

TEST_CASE("brackets a hundred thousand deep, wherever they stand") {
    std::string const lists(100000, '[');
    std::string objects;
    for (int i = 0; i < 100000; ++i) {
        objects += "{\"a\":";
    }
    auto const refused_soon = [](std::string const& json) {
        std::string const said = refused_json(json);
        CAPTURE(said);
        CHECK(said.size() < 160);
        CHECK(said.back() == '.');
        CHECK((said.starts_with("tensor \"t\" ") || said.starts_with("tensor \"a\" ") ||
               said.starts_with("\"__metadata__\" ")));
    };
    for (std::string const& deep : {lists, objects}) {
        refused_soon("{\"t\":" + deep);
        refused_soon("{\"__metadata__\":" + deep);
        refused_soon("{\"__metadata__\":{\"a\":" + deep);
        refused_soon(R"({"t":{"dtype":)" + deep);
        refused_soon(R"({"t":{"dtype":"F32","shape":)" + deep);
        refused_soon(R"({"t":{"dtype":"F32","shape":[2],"data_offsets":)" + deep);
        refused_soon(R"({"t":{"dtype":"F32","shape":[2],"data_offsets":[0,)" + deep);
    }
    refused_soon(objects);
}

TEST_CASE("tensors that cannot be") {
    std::string_view const good = R"("dtype":"F32","shape":[2],"data_offsets":[0,8])";
    CHECK(tensor(good) == "accepted");
    CHECK(tensor(R"("shape":[2],"data_offsets":[0,8])") == "tensor \"t\" has no dtype.");
    CHECK(tensor(R"("dtype":"F32","data_offsets":[0,8])") == "tensor \"t\" has no shape.");
    CHECK(tensor(R"("dtype":"F32","shape":[2])") == "tensor \"t\" has not two data_offsets.");
    CHECK(tensor(R"("dtype":"F32","shape":[2],"data_offsets":[0])") ==
          "tensor \"t\" has not two data_offsets.");
    CHECK(tensor(R"("dtype":"F32","shape":[2],"data_offsets":[0,4,8])")
              .find("has more than two data_offsets") != std::string::npos);
    CHECK(tensor(R"("dtype":"Q4","shape":[2],"data_offsets":[0,8])")
              .find("has the dtype \"Q4\", which is not known; known are BF16") !=
          std::string::npos);
    CHECK(tensor(R"("dtype":4,"shape":[2],"data_offsets":[0,8])") ==
          "tensor \"t\" holds a number where its dtype, shape or data_offsets should be.");
    CHECK(tensor(R"("dtype":"F32","shape":[-2],"data_offsets":[0,8])")
              .find("holds a negative number") != std::string::npos);
    CHECK(tensor(R"("dtype":"F32","shape":[2.0],"data_offsets":[0,8])").find("holds a fraction") !=
          std::string::npos);
    CHECK(tensor(R"("dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,8])") ==
          "tensor \"t\" has the number 9223372036854775808 in its shape, above 2^63.");
    CHECK(tensor(R"("dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8])") ==
          "tensor \"t\" has a shape of more than 2^63 bits.");
    CHECK(tensor(R"("dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,0])") ==
          "accepted");
    CHECK(
        tensor(
            R"("dtype":"F32","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"data_offsets":[0,4])") ==
        "tensor \"t\" has more than 16 dimensions.");
    CHECK(tensor(R"("dtype":"F4","shape":[3],"data_offsets":[0,1])") ==
          "tensor \"t\" does not fill whole bytes.");
    CHECK(tensor(R"("dtype":"F32","shape":[2],"data_offsets":[8,0])") ==
          "tensor \"t\" begins at 8, behind its end, 0.");
    CHECK(tensor(R"("dtype":"F32","shape":[2],"data_offsets":[0,12])") ==
          "tensor \"t\" has data_offsets for 12 bytes, but its shape and dtype take 8.");
    CHECK(tensor(R"("dtype":"F32","shape":[2],"data_offsets":[4,12])").find("begins at byte ") !=
          std::string::npos); // a gap
    CHECK(tensor(R"("dtype":"F32","dtype":"F16","shape":[2],"data_offsets":[0,8])") ==
          "tensor \"t\" has \"dtype\" twice; keep the right one.");
    CHECK(tensor(R"("dtype":"F32","shape":[2],"shape":[2],"data_offsets":[0,8])") ==
          "tensor \"t\" has \"shape\" twice; keep the right one.");
    CHECK(tensor(R"("dtype":"F32","stride":[2],"shape":[2],"data_offsets":[0,8])")
              .find("has a field \"stride\"") != std::string::npos);
    CHECK(refused_json(R"({"t":{)" + std::string(good) +
                       R"(},"u":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})")
              .find("inside the tensor before it") != std::string::npos);
    CHECK(refused_json(R"({"t":{)" + std::string(good) +
                       R"(},"t":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}})") ==
          "tensor \"t\" is listed twice; keep the right one.");
    CHECK(
        refused_json("{\"" + std::string(5000, 'n') + "\":{}}").find("has a name of 5,000 bytes") !=
        std::string::npos);
}
