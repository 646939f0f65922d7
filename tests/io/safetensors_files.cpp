// SPDX-License-Identifier: MIT
// safetensors checkpoints on disk: gigabytes of which only headers are read, shards and their index.
#include "support/processor_time.hpp"
#include "support/safetensors_writer.hpp"
#include "support/weight_file.hpp"

#include <reckon/io/safetensors.hpp>

#include <doctest/doctest.h>

#include <string>

using reckon::count;
using reckon::io::tensor_group;
using reckon::test::safetensors_writer;

namespace {

std::string refusal(std::string const& path) {
    auto const read = reckon::io::read_safetensors(path);
    return read ? std::string("accepted") : std::string(read.error().message.view());
}

// A matrix in fp8 with fp32 scales on tiles of 128 x 128, as DeepSeek-V3's checkpoint has it.
void tiled(safetensors_writer& w, std::string const& name, count rows, count columns) {
    w.add(name + ".weight", "F8_E4M3", {rows, columns}, 8);
    w.add(name + ".weight_scale_inv", "F32", {(rows + 127) / 128, (columns + 127) / 128}, 32);
}

void block(safetensors_writer& w, std::string const& at, count width) {
    tiled(w, at + ".gate_proj", width, 7168);
    tiled(w, at + ".up_proj", width, 7168);
    tiled(w, at + ".down_proj", 7168, width);
}

// Source: config.json and model.safetensors.index.json of deepseek-ai/DeepSeek-V3.
safetensors_writer deepseek_v3() {
    safetensors_writer w;
    w.add("model.embed_tokens.weight", "BF16", {129280, 7168}, 16);
    for (int i = 0; i < 62; ++i) {
        std::string const layer = "model.layers." + std::to_string(i);
        if (i == 61) { // the prediction module, with an embedding and a head of its own
            w.add(layer + ".embed_tokens.weight", "BF16", {129280, 7168}, 16)
                .add(layer + ".enorm.weight", "BF16", {7168}, 16);
            w.add(layer + ".hnorm.weight", "BF16", {7168}, 16)
                .add(layer + ".eh_proj.weight", "BF16", {7168, 14336}, 16);
            w.add(layer + ".shared_head.norm.weight", "BF16", {7168}, 16)
                .add(layer + ".shared_head.head.weight", "BF16", {129280, 7168}, 16);
        }
        std::string const attention = layer + ".self_attn";
        tiled(w, attention + ".q_a_proj", 1536, 7168);
        tiled(w, attention + ".q_b_proj", 128 * 192, 1536);
        tiled(w, attention + ".kv_a_proj_with_mqa", 576, 7168);
        tiled(w, attention + ".kv_b_proj", 128 * 256, 512);
        tiled(w, attention + ".o_proj", 7168, 128 * 128);
        w.add(attention + ".q_a_layernorm.weight", "BF16", {1536}, 16)
            .add(attention + ".kv_a_layernorm.weight", "BF16", {512}, 16);
        w.add(layer + ".input_layernorm.weight", "BF16", {7168}, 16)
            .add(layer + ".post_attention_layernorm.weight", "BF16", {7168}, 16);
        if (i < 3) {
            block(w, layer + ".mlp", 18432);
            continue;
        }
        w.add(layer + ".mlp.gate.weight", "BF16", {256, 7168}, 16)
            .add(layer + ".mlp.gate.e_score_correction_bias", "F32", {256}, 32);
        for (int e = 0; e < 256; ++e) {
            block(w, layer + ".mlp.experts." + std::to_string(e), 2048);
        }
        block(w, layer + ".mlp.shared_experts", 2048);
    }
    w.add("model.norm.weight", "BF16", {7168}, 16)
        .add("lm_head.weight", "BF16", {129280, 7168}, 16);
    return w;
}

} // namespace

TEST_CASE("DeepSeek-V3's checkpoint: published elements and bytes, in one sparse file of 689 GB") {
    safetensors_writer const w = deepseek_v3();
    reckon::test::temporary_folder const folder;
    std::string const path = folder.write("model.safetensors", w.header(), w.file_bytes());
    auto read = reckon::io::read_safetensors(path);
    double const took =
        reckon::test::processor_seconds([&] { read = reckon::io::read_safetensors(path); });
    if (!read) { FAIL(std::string(read.error().message.view())); }
    reckon::io::tensor_amount const total = read->tensors.total();
    CHECK(total.elements == 684'531'386'000); // what huggingface.co shows for the repository
    CHECK(total.bytes == 688'574'839'360);
    CHECK(total.tensors == 91'991); // entries of the published index
    CHECK(read->bytes_read < (count{16} << 20));
    CHECK(took < 10.0); // 13 MB of names, without optimisation
    auto const groups = read->tensors.by_group();
    auto const elements = [&](tensor_group g) {
        return groups[static_cast<std::size_t>(g)].elements;
    };
    CHECK(elements(tensor_group::embeddings) == 129280 * 7168);
    CHECK(elements(tensor_group::head) == 129280 * 7168);
    CHECK(elements(tensor_group::router) == 58 * (256 * 7168 + 256));
    // Weights and their scales, one on each of 16 x 56 tiles.
    CHECK(elements(tensor_group::experts) == count{58} * 256 * 3 * (2048 * 7168 + 16 * 56));
    CHECK(elements(tensor_group::shared_experts) == count{58} * 3 * (2048 * 7168 + 16 * 56));
    CHECK(elements(tensor_group::dense_ffn) == count{3} * 3 * (18432 * 7168 + 144 * 56));
    CHECK(elements(tensor_group::norms) == 61 * (2 * 7168 + 1536 + 512) + 7168);
    CHECK(elements(tensor_group::mtp) > 13'463'426'304);
    CHECK(elements(tensor_group::mtp) < 13'465'000'000); // with scales
    CHECK(elements(tensor_group::other) == 0);
    CHECK(elements(tensor_group::vision) == 0);
}

TEST_CASE("shards beside their index") {
    reckon::test::temporary_folder const folder;
    safetensors_writer a;
    a.add("model.embed_tokens.weight", "BF16", {10, 4}, 16);
    safetensors_writer b;
    b.add("lm_head.weight", "BF16", {10, 4}, 16).add("model.norm.weight", "BF16", {4}, 16);
    std::string const second = "model-00002-of-00002.safetensors";
    folder.write("model-00001-of-00002.safetensors", a.header(), a.file_bytes());
    std::string const index = R"({"metadata":{"total_size":168},"weight_map":{
        "model.embed_tokens.weight":"model-00001-of-00002.safetensors",
        "lm_head.weight":"model-00002-of-00002.safetensors","model.norm.weight":"model-00002-of-00002.safetensors"}})";
    std::string const path = folder.write("model.safetensors.index.json", index);
    CHECK(refusal(path).find(second + ": there is no such file") != std::string::npos);
    std::string const alone = folder.write(
        "alone.index.json",
        R"({"metadata":{"total_size":168},"weight_map":{"a":"elsewhere.safetensors"}})");
    auto const promised = reckon::io::read_safetensors(alone);
    REQUIRE(promised.has_value());
    CHECK(promised->index_total == 168);
    CHECK(promised->tensors.empty());
    CHECK(promised->files.empty());
    folder.write(second, b.header(), b.file_bytes());
    for (std::string const& way : {path, folder.path()}) {
        auto const read = reckon::io::read_safetensors(way);
        REQUIRE(read.has_value());
        CHECK(read->tensors.total() == reckon::io::tensor_amount{3, 84, 168});
        CHECK(read->index_total == 168);
        CHECK(read->files.size() == 2);
        CHECK(read->tensors[1].part == 1);
        CHECK(read->file_bytes == static_cast<count>(a.file_bytes() + b.file_bytes()));
    }
    safetensors_writer less;
    less.add("lm_head.weight", "BF16", {10, 4}, 16);
    folder.write(second, less.header(), less.file_bytes());
    CHECK(refusal(path).find(
              "does not hold the tensor \"model.norm.weight\" that the index promises") !=
          std::string::npos);
    safetensors_writer more;
    more.add("lm_head.weight", "BF16", {10, 4}, 16)
        .add("model.norm.weight", "BF16", {4}, 16)
        .add("extra", "BF16", {4}, 16);
    folder.write(second, more.header(), more.file_bytes());
    CHECK(refusal(path).find("the shards hold 4 tensors, the index lists 3") != std::string::npos);
}

TEST_CASE("an index that cannot be") {
    auto const refused = [](std::string_view json) {
        auto const read = reckon::io::parse_safetensors_index(json, "i");
        return read ? std::string("accepted") : std::string(read.error().message.view());
    };
    CHECK(refused("{}") == "i: \"weight_map\" is missing; is this the index of a checkpoint?");
    CHECK(refused(R"({"weight_map":{}})") ==
          "i: \"weight_map\" is empty; is this the index of a checkpoint?");
    CHECK(refused(R"({"weight_map":[]})").find("it must be an object") != std::string::npos);
    CHECK(refused(R"({"weight_map":{"a":"../../etc/passwd"}})")
              .find("it must be the name of a file beside the index") != std::string::npos);
    CHECK(refused(R"({"weight_map":{"a":".."}})")
              .find("it must be the name of a file beside the index") != std::string::npos);
    CHECK(refused(R"({"weight_map":{"a":1}})").find("gives 1 as the file of \"a\"") !=
          std::string::npos);
    CHECK(refused(R"({"weight_map":{"a":"x","a":"y"}})").find("is written twice") !=
          std::string::npos);
    CHECK(refused(std::string(100000, '[')).find("nested deeper than 64") != std::string::npos);
    CHECK(refused(R"({"weight_map":)" + std::string(100000, '[')).find("nested deeper than 64") !=
          std::string::npos);
    CHECK(refused(R"({"weight_map":{"a":"x")").find("the JSON ends too early, after ") !=
          std::string::npos);
    CHECK(refused(R"({"metadata":{"total_size":9223372036854775808},"weight_map":{"a":"x"}})")
              .find("it must be a number of bytes") != std::string::npos);
    CHECK(refused(R"({"metadata":{"total_size":"big"},"weight_map":{"a":"x"}})")
              .find("it must be a number of bytes") != std::string::npos);
    CHECK(refused(R"({"metadata":{"total_size":1369062772000.0},"weight_map":{"a":"x"}})") ==
          "accepted");
}

TEST_CASE("files that are none") {
    reckon::test::temporary_folder const folder;
    safetensors_writer w;
    w.add("t", "F32", {1000}, 32);
    CHECK(refusal(folder.write("cut.safetensors", w.header(), w.file_bytes() - 1))
              .find("it was cut off") != std::string::npos);
    CHECK(refusal(folder.write("long.safetensors", w.header(), w.file_bytes() + 1))
              .find("bytes follow that no tensor owns") != std::string::npos);
    CHECK(refusal(folder.write("empty.safetensors", "")).find("the file is empty") !=
          std::string::npos);
    CHECK(refusal(folder.write("half.safetensors", w.header().substr(0, 20)))
              .find("give a header of ") != std::string::npos);
    CHECK(refusal(folder.write("huge.safetensors", safetensors_writer::raw("{", 99'000'000),
                               100'000'000))
              .find("at most 15,000,000 of a file are read") != std::string::npos);
    CHECK(refusal(folder.path()).find("the folder holds neither") != std::string::npos);
    CHECK(refusal(folder.at("none.safetensors")).find("there is no such file") !=
          std::string::npos);
}
