// SPDX-License-Identifier: MIT
// Files that are not what they should be.
#include "support/processor_time.hpp"

#include <reckon/io/hugging_face.hpp>
#include <reckon/io/read_file.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <string_view>

namespace {

namespace fs = std::filesystem;

/// A folder of the test's own, removed at its end.
class scratch {
public:
    scratch()
        : folder_(fs::temp_directory_path() /
                  ("reckon-io-" + std::to_string(std::random_device{}()))) {
        fs::create_directories(folder_);
    }
    ~scratch() {
        std::error_code code;
        fs::remove_all(folder_, code);
    }
    scratch(scratch const&) = delete;
    scratch& operator=(scratch const&) = delete;

    [[nodiscard]] std::string file(std::string_view name, std::string_view content) const {
        fs::create_directories((folder_ / name).parent_path());
        std::ofstream(folder_ / name, std::ios::binary) << content;
        return (folder_ / name).string();
    }
    [[nodiscard]] fs::path const& folder() const { return folder_; }

private:
    fs::path folder_;
};

std::string why(reckon::result<std::string> const& r) {
    return std::string(r.error().message.view());
}
std::string why(reckon::result<reckon::any_model> const& r) {
    return std::string(r.error().message.view());
}

constexpr std::string_view tiny =
    R"({"model_type": "llama", "hidden_size": 64, "intermediate_size": 128, "num_attention_heads": 4,
    "num_hidden_layers": 2, "vocab_size": 512})";

} // namespace

TEST_CASE("a file is read whole, bytes as they are") {
    scratch const s;
    std::string const bytes("a\r\n\0b\xFF", 6);
    CHECK(*reckon::io::read_text_file(s.file("x.txt", bytes)) == bytes);
}

TEST_CASE("missing, empty and directory") {
    scratch const s;
    std::string const folder = s.folder().string();
    CHECK(why(reckon::io::read_text_file(folder + "/none"))
              .ends_with("/none: there is no such file; check the path."));
    CHECK(why(reckon::io::read_text_file(s.file("empty", "")))
              .ends_with("/empty: the file is empty; download or copy it again."));
    CHECK(why(reckon::io::read_text_file(folder))
              .ends_with(": this is a directory; give the path of a file in it."));
    CHECK(why(reckon::io::read_text_file("")) ==
          ": this is not a file name; give the path of a file.");
    CHECK(reckon::io::read_text_file(folder).error().code == reckon::errc::unreadable);
}

TEST_CASE("a file that is too large is refused by its size, without reading it") {
    scratch const s;
    std::string const path = s.file("large/config.json", "{");
    fs::resize_file(path, std::uintmax_t{1} << 30); // sparse: takes no room on the disk
    auto as_text = reckon::io::read_text_file(path);
    auto as_model = reckon::io::read_hugging_face(path);
    double const took = reckon::test::processor_seconds([&] {
        as_text = reckon::io::read_text_file(path);
        as_model = reckon::io::read_hugging_face(path);
    });
    REQUIRE(!as_text);
    REQUIRE(!as_model);
    CHECK(why(as_text).ends_with("the file has 1,073,741,824 bytes, and at most 67,108,864 are "
                                 "read; is this the right file?"));
    CHECK(why(as_model).ends_with("the file has 1,073,741,824 bytes, and at most 8,388,608 are "
                                  "read; is this the right file?"));
    CHECK(took < 0.2);
}

TEST_CASE("a model is read from a file or from its folder") {
    scratch const s;
    std::string const path = s.file("Tiny-Llama/config.json", tiny);
    CHECK(reckon::io::read_hugging_face(path)->name.view() == "Tiny-Llama");
    CHECK(reckon::io::read_hugging_face(fs::path(path).parent_path().string())->name.view() ==
          "Tiny-Llama");
    CHECK(why(reckon::io::read_hugging_face(s.folder().string()))
              .ends_with("/config.json: there is no such file; check the path."));
    CHECK(why(reckon::io::read_hugging_face(s.file("odd/config.json", "{\"a\"}")))
              .find("/odd/config.json: not valid JSON") != std::string::npos);
}

TEST_CASE("the second file of a quantised model is taken into account") {
    scratch const s;
    std::string const path = s.file("nv/config.json", tiny);
    CHECK(reckon::io::read_hugging_face(path)->published.name.view() == "fp32");
    (void)s.file("nv/hf_quant_config.json",
                 R"({"quantization": {"quant_algo": "FP8", "exclude_modules": ["lm_head"]}})");
    CHECK(reckon::io::read_hugging_face(path)->published.name.view() == "fp8-tensor");
    (void)s.file("nv/hf_quant_config.json", "{");
    CHECK(why(reckon::io::read_hugging_face(path))
              .starts_with("hf_quant_config.json: the JSON ends too early"));
}

TEST_CASE("long paths and control characters do not spoil the sentence") {
    std::string const path = std::string(400, 'd') + "/con\x1b[31mfig.json";
    std::string const sentence = why(reckon::io::read_text_file(path));
    CHECK(sentence.size() < 200);
    CHECK(sentence.find('\x1b') == std::string::npos);
    CHECK(sentence.ends_with("permissions.")); // the remedy is not what gets cut
}
