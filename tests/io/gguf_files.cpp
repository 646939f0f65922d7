// SPDX-License-Identifier: MIT
// GGUF files on disk: gigabytes of which only the header is read, and files in parts.
#include "support/gguf_of_model.hpp"
#include "support/processor_time.hpp"
#include "support/slower.hpp"
#include "support/weight_file.hpp"

#include <reckon/catalog/find_model.hpp>
#include <reckon/io/gguf.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using reckon::count;
using reckon::test::gguf_kind;
using reckon::test::gguf_writer;

namespace {

std::string refusal(std::string const& path) {
    auto const read = reckon::io::read_gguf(path);
    return read ? std::string("accepted") : std::string(read.error().message.view());
}

} // namespace

TEST_CASE("a sparse file of 40 GB is read to the byte, quickly, and hardly read at all") {
    reckon::any_model const made = *reckon::find_model("llama-3.1-70b");
    // A vocabulary and its merges, as large as Llama's: 7.8 MB of metadata.
    reckon::test::gguf_of_model file(made, *reckon::gguf_recipe_for(made, "Q4_K_M"),
                                     {.architecture = "llama", .file_type = 15});
    file.writer()
        .texts("tokenizer.ggml.tokens", 128256, "token")
        .texts("tokenizer.ggml.merges", 280147, "mer ges");
    file.writer().numbers("tokenizer.ggml.token_type", gguf_kind::i32,
                          std::vector<std::uint64_t>(128256, 1), 4);
    std::string const header = file.writer().header();
    reckon::test::temporary_folder const folder;
    std::string const path =
        folder.write("Llama-3.1-70B-Q4_K_M.gguf", header, file.writer().file_bytes());
    REQUIRE(std::filesystem::file_size(path) > 42'000'000'000);

    auto const read = reckon::io::read_gguf(path);
    double best = 1e9; // of five, because other tests take the caches
    for (int i = 0; i < 5; ++i) {
        double const took = reckon::test::processor_seconds(
            [&] { CHECK(reckon::io::read_gguf_model(path).has_value()); });
        best = std::min(best, took);
    }
    REQUIRE(read.has_value());
    CHECK(read->tensors.total().bytes == file.writer().tensor_bytes());
    CHECK(read->tensors.total().elements == file.writer().elements());
    CHECK(read->header_bytes == static_cast<count>(header.size()));
    CHECK(read->bytes_read < (count{16} << 20));
    CHECK(best < 0.25 * reckon::test::slower); // optimised it takes 25 ms; tests are built without
    auto const model = reckon::io::model_of_gguf(*read);
    REQUIRE(model.has_value());
    CHECK(reckon::parameters_of(*model) == reckon::parameters_of(made));
}

TEST_CASE("a small file is read up to its header's end") {
    reckon::test::temporary_folder const folder;
    gguf_writer w;
    w.tensor("a", "F32", {1000});
    std::string const path = folder.write("a.gguf", w.header(), w.file_bytes());
    auto const read = reckon::io::read_gguf(path);
    REQUIRE(read.has_value());
    CHECK(read->file_bytes == static_cast<count>(w.file_bytes()));
    CHECK(read->files.size() == 1);
    CHECK(
        refusal(folder.write("cut.gguf", w.header(), w.file_bytes() - 1)).find("it was cut off") !=
        std::string::npos);
    CHECK(refusal(folder.write("half.gguf", w.header().substr(0, 40))).find("needs") !=
          std::string::npos);
    CHECK(refusal(folder.write("empty.gguf", "")).find("the file is empty") != std::string::npos);
    CHECK(refusal(folder.at("none.gguf")).find("there is no such file") != std::string::npos);
    CHECK(refusal(folder.path()).find("this is a directory") != std::string::npos);
}

TEST_CASE("a header that goes on for ever is not followed") {
    reckon::test::temporary_folder const folder;
    gguf_writer w;
    w.list("tokens", gguf_kind::u8, 1ULL << 33);
    CHECK(refusal(folder.write("a.gguf", w.header(), std::uintmax_t{1} << 34))
              .find("are read, six times what any published model has") != std::string::npos);
}

TEST_CASE("a split file is read from any of its parts, when all are there") {
    reckon::any_model const made = *reckon::find_model("llama-3.2-1b");
    reckon::test::gguf_of_model whole(made, *reckon::gguf_recipe_for(made, "Q8_0"), {"llama"});
    auto const parsed = reckon::io::parse_gguf(reckon::test::bytes_of(whole.writer().header()));
    REQUIRE(parsed.has_value());
    count const tensors = whole.writer().tensors();
    reckon::test::temporary_folder const folder;
    std::uintmax_t bytes = 0;
    auto const write_part = [&](int number, int claimed, count promised) {
        gguf_writer w;
        if (number == 1) { // gguf-split --no-tensor-first-split keeps the metadata apart
            w.text("general.architecture", "llama")
                .u32("llama.block_count", 16)
                .u32("llama.embedding_length", 2048);
            w.u32("llama.attention.head_count", 32)
                .u32("llama.attention.head_count_kv", 8)
                .u32("llama.attention.key_length", 64);
            w.u32("llama.feed_forward_length", 8192).u32("llama.context_length", 131072);
        }
        w.scalar("split.no", gguf_kind::u16, static_cast<std::uint64_t>(claimed - 1), 2)
            .scalar("split.count", gguf_kind::u16, 3, 2);
        w.scalar("split.tensors.count", gguf_kind::i32, static_cast<std::uint64_t>(promised), 4);
        for (std::size_t i = 0; i < parsed->tensors.size(); ++i) {
            if (number == 1 || i % 2 != static_cast<std::size_t>(number % 2)) { continue; }
            reckon::io::listed_tensor const t = parsed->tensors[i];
            w.tensor(t.name, t.type, {t.shape.begin(), t.shape.end()});
        }
        bytes += w.file_bytes();
        return folder.write("m-0000" + std::to_string(number) + "-of-00003.gguf", w.header(),
                            w.file_bytes());
    };
    std::string const first = write_part(1, 1, tensors);
    std::string const second = write_part(2, 2, tensors);
    CHECK(refusal(second).find("m-00003-of-00003.gguf: there is no such file") !=
          std::string::npos);
    std::string const third = write_part(3, 3, tensors);
    for (std::string const& path : {first, second, third}) {
        auto const read = reckon::io::read_gguf(path);
        if (!read) { FAIL(std::string(read.error().message.view())); }
        CHECK(read->tensors.total().bytes == whole.writer().tensor_bytes());
        CHECK(read->file_bytes == static_cast<count>(bytes));
        CHECK(read->files.size() == 2);
        auto const model = reckon::io::model_of_gguf(*read);
        REQUIRE(model.has_value());
        CHECK(std::string_view(model->name) == "m");
        CHECK(reckon::parameters_of(*model) == reckon::parameters_of(made));
    }
    // One part alone says so.
    auto const alone =
        reckon::io::parse_gguf(reckon::test::bytes_of(std::string(whole.writer().header())));
    REQUIRE(alone.has_value());

    (void)write_part(3, 2, tensors);
    CHECK(refusal(first).find("the name says part 3 of 3, the metadata part 2 of 3") !=
          std::string::npos);
    (void)write_part(3, 3, tensors);
    (void)write_part(1, 1, tensors + 1);
    CHECK(refusal(first).find("tensors, but 148 were split; a part is of another model") !=
          std::string::npos);
    std::filesystem::rename(second, folder.at("renamed.gguf"));
    CHECK(refusal(folder.at("renamed.gguf")).find("this is one of 3 parts") != std::string::npos);
    CHECK(refusal(folder.write("m-00004-of-00003.gguf", "GGUF"))
              .find("the name gives a part beyond the number of parts") != std::string::npos);
}
