// SPDX-License-Identifier: MIT
// Files of many gigabytes, sparse on the disk but true to their formats: sums to the byte, less than
// 16 MiB read, in less than 50 ms. This program is optimised whatever the build is, because the promise
// is about programs that people run.
#include "support/gguf_of_model.hpp"
#include "support/safetensors_writer.hpp"
#include "support/slower.hpp"
#include "support/weight_file.hpp"

#include <reckon/catalog/find_model.hpp>
#include <reckon/io/gguf.hpp>
#include <reckon/io/safetensors.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <string>

using reckon::count;
using reckon::test::gguf_kind;
using reckon::test::gguf_writer;
using reckon::test::safetensors_writer;
using reckon::test::slower;

namespace {

/// What one reading costs. Time is the processor's: the files' headers lie in the system's cache, so on a
/// machine that does nothing else it is the time that passes, and on a busy one it is still true.
struct cost {
    double seconds{1e9};
    count
        bytes{}; ///< that the process asked the system for, by its own count; -1 where it has none
};

count bytes_read_by_process() {
    std::ifstream file("/proc/self/io");
    std::string key;
    for (count value = 0; file >> key >> value;) {
        if (key == "rchar:") { return value; }
    }
    return -1;
}

template <class Read> cost cost_of(Read const& read) {
    cost best{};
    for (int i = 0; i < 10; ++i) {
        count const before = bytes_read_by_process();
        std::clock_t const begin = std::clock();
        read();
        double const took = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
        best.seconds = std::min(best.seconds, took);
        best.bytes = before < 0 ? -1 : bytes_read_by_process() - before;
    }
    return best;
}

std::string shown(cost const& c) {
    return std::to_string(c.seconds * 1e3) + " ms, " + std::to_string(c.bytes) + " bytes read";
}

void check_cost(cost const& c, count claimed) {
    MESSAGE(shown(c));
    CHECK(c.seconds < 0.050 * slower);
    CHECK(claimed < (count{16} << 20));
    CHECK(c.bytes < (count{16} << 20));
}

/// The names that transformers gives the tensors of a Llama; `put(name, shape)` for each.
template <class Put> void llama_tensors(reckon::any_model const& m, Put const& put) {
    auto const& group = m.groups.list[0];
    auto const& a = (*reckon::get_if<reckon::gqa>(&group.attention.family));
    count const h = m.hidden;
    count const i = (*reckon::get_if<reckon::gated>(&group.feed_forward.family)).intermediate;
    count const q = a.query_heads * a.head_dim;
    count const kv = a.kv_heads * a.head_dim;
    put("model.embed_tokens.weight", {m.vocabulary, h});
    for (count layer = 0; layer < reckon::layer_count(m); ++layer) {
        std::string const at = "model.layers." + std::to_string(layer);
        put(at + ".input_layernorm.weight", {h});
        put(at + ".self_attn.q_proj.weight", {q, h});
        put(at + ".self_attn.k_proj.weight", {kv, h});
        put(at + ".self_attn.v_proj.weight", {kv, h});
        put(at + ".self_attn.o_proj.weight", {h, q});
        put(at + ".post_attention_layernorm.weight", {h});
        put(at + ".mlp.gate_proj.weight", {i, h});
        put(at + ".mlp.up_proj.weight", {i, h});
        put(at + ".mlp.down_proj.weight", {h, i});
    }
    put("model.norm.weight", {h});
    put("lm_head.weight", {m.vocabulary, h});
}

/// A vocabulary and its merges, as large as Llama 3's: 7.8 MB of metadata.
void add_vocabulary(gguf_writer& w) {
    w.texts("tokenizer.ggml.tokens", 128256, "token")
        .texts("tokenizer.ggml.merges", 280147, "mer ges");
    w.numbers("tokenizer.ggml.token_type", gguf_kind::i32, std::vector<std::uint64_t>(128256, 1),
              4);
}

} // namespace

TEST_CASE("one GGUF file of 42 GB") {
    reckon::any_model const made = *reckon::find_model("llama-3.1-70b");
    reckon::test::gguf_of_model file(made, *reckon::gguf_recipe_for(made, "Q4_K_M"),
                                     {.architecture = "llama", .file_type = 15});
    add_vocabulary(file.writer());
    reckon::test::temporary_folder const folder;
    std::string const path =
        folder.write("llama.gguf", file.writer().header(), file.writer().file_bytes());
    REQUIRE(std::filesystem::file_size(path) > 42'000'000'000);
    auto const read = reckon::io::read_gguf(path);
    REQUIRE(read.has_value());
    CHECK(read->tensors.total().bytes == file.writer().tensor_bytes());
    CHECK(read->tensors.total().elements == file.writer().elements());
    check_cost(cost_of([&] { REQUIRE(reckon::io::read_gguf_model(path).has_value()); }),
               read->bytes_read);
}

TEST_CASE("a GGUF file of 85 GB in three parts, of layers with states and experts") {
    reckon::any_model made = *reckon::find_model("qwen3-next-80b-a3b");
    reckon::test::gguf_of_model whole(made, *reckon::gguf_recipe_for(made, "Q8_0"),
                                      {.architecture = "qwen3next", .post_norm = true});
    auto const parsed = reckon::io::parse_gguf(reckon::test::bytes_of(whole.writer().header()));
    REQUIRE(parsed.has_value());
    auto const tensors = parsed->tensors.size();
    reckon::test::temporary_folder const folder;
    std::string first;
    for (std::size_t number = 0; number < 3; ++number) {
        gguf_writer w;
        if (number == 0) { // the metadata lie in the first part
            w = reckon::test::gguf_metadata_of_model(
                    made, {.architecture = "qwen3next", .post_norm = true})
                    .writer();
            add_vocabulary(w);
        }
        w.scalar("split.no", gguf_kind::u16, number, 2).scalar("split.count", gguf_kind::u16, 3, 2);
        w.scalar("split.tensors.count", gguf_kind::i32, tensors, 4);
        for (std::size_t i = tensors * number / 3; i < tensors * (number + 1) / 3; ++i) {
            reckon::io::listed_tensor const t = parsed->tensors[i];
            w.tensor(t.name, t.type, {t.shape.begin(), t.shape.end()});
        }
        std::string const path =
            folder.write("next-0000" + std::to_string(number + 1) + "-of-00003.gguf", w.header(),
                         w.file_bytes());
        if (number == 0) { first = path; }
    }
    auto const read = reckon::io::read_gguf(first);
    if (!read) { FAIL(std::string(read.error().message.view())); }
    CHECK(read->file_bytes > 84'000'000'000);
    CHECK(read->tensors.total().bytes == whole.writer().tensor_bytes());
    CHECK(read->tensors.total().elements == whole.writer().elements());
    auto const model = reckon::io::model_of_gguf(*read);
    REQUIRE(model.has_value());
    CHECK(reckon::parameters_of(*model).total == reckon::parameters_of(made).total);
    check_cost(cost_of([&] { REQUIRE(reckon::io::read_gguf_model(first).has_value()); }),
               read->bytes_read);
}

TEST_CASE("one safetensors file of 16 GB") {
    reckon::any_model const made = *reckon::find_model("llama-3.1-8b");
    safetensors_writer w;
    llama_tensors(made, [&w](std::string const& name, std::vector<count> const& shape) {
        w.add(name, "BF16", shape, 16);
    });
    reckon::test::temporary_folder const folder;
    std::string const path = folder.write("model.safetensors", w.header(), w.file_bytes());
    auto const read = reckon::io::read_safetensors(path);
    REQUIRE(read.has_value());
    CHECK(read->tensors.total().bytes == 16'060'522'496); // total_size of the published index
    CHECK(read->tensors.total().elements == 8'030'261'248);
    check_cost(cost_of([&] { REQUIRE(reckon::io::read_safetensors(path).has_value()); }),
               read->bytes_read);
}

TEST_CASE("a checkpoint of 141 GB in thirty shards with their index") {
    reckon::any_model const made = *reckon::find_model("llama-3.1-70b");
    std::vector<safetensors_writer> shards(30);
    std::string map;
    std::size_t placed = 0;
    auto const shard_name = [](std::size_t i) {
        std::string const number = std::to_string(i + 1);
        return "model-" + std::string(5 - number.size(), '0') + number + "-of-00030.safetensors";
    };
    llama_tensors(made, [&](std::string const& name, std::vector<count> const& shape) {
        std::size_t const i = placed++ * 30 / 723;
        shards[i].add(name, "BF16", shape, 16);
        map += (map.empty() ? "\"" : ",\"") + name + "\":\"" + shard_name(i) + "\"";
    });
    REQUIRE(placed == 723); // entries of the published index
    reckon::test::temporary_folder const folder;
    for (std::size_t i = 0; i < shards.size(); ++i) {
        folder.write(shard_name(i), shards[i].header(), shards[i].file_bytes());
    }
    std::string const path =
        folder.write("model.safetensors.index.json",
                     R"({"metadata":{"total_size":141107412992},"weight_map":{)" + map + "}}");
    auto const read = reckon::io::read_safetensors(path);
    if (!read) { FAIL(std::string(read.error().message.view())); }
    CHECK(read->files.size() == 30);
    CHECK(read->index_total == 141'107'412'992); // of the published index
    CHECK(read->tensors.total().bytes == 141'107'412'992);
    CHECK(read->tensors.total().elements == 70'553'706'496);
    check_cost(cost_of([&] { REQUIRE(reckon::io::read_safetensors(path).has_value()); }),
               read->bytes_read);
}

TEST_CASE("as many tensors as DeepSeek-V3 has take a fraction of a second") {
    safetensors_writer w;
    for (int layer = 3; layer < 61; ++layer) {
        for (int expert = 0; expert < 256; ++expert) {
            for (std::string const part : {"gate_proj", "up_proj", "down_proj"}) {
                std::string const at = "model.layers." + std::to_string(layer) + ".mlp.experts." +
                                       std::to_string(expert) + "." + part;
                w.add(at + ".weight", "F8_E4M3", {2048, 7168}, 8);
                w.add(at + ".weight_scale_inv", "F32", {16, 56}, 32);
            }
        }
    }
    reckon::test::temporary_folder const folder;
    std::string const path = folder.write("model.safetensors", w.header(), w.file_bytes());
    auto const read = reckon::io::read_safetensors(path);
    REQUIRE(read.has_value());
    CHECK(read->tensors.size() == 89'088);
    CHECK(read->tensors.total().bytes == w.data_bytes());
    cost const c = cost_of([&] { REQUIRE(reckon::io::read_safetensors(path).has_value()); });
    MESSAGE(shown(c));
    CHECK(c.bytes < (count{16} << 20));
    // 13 MB of names, of which each is an object of JSON: three times what other files may take.
    CHECK(c.seconds < 0.5 * slower);
}
