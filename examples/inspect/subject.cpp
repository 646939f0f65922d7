// SPDX-License-Identifier: MIT
#include "inspect/subject.hpp"

#include <reckon/io/format.hpp>
#include <reckon/io/gguf.hpp>
#include <reckon/io/hugging_face.hpp>
#include <reckon/io/safetensors.hpp>

#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

namespace inspect {
namespace {

namespace fs = std::filesystem;
using reckon::result;

std::string files_in_words(std::size_t files, reckon::count file_bytes,
                           reckon::count header_bytes) {
    return (files == 1 ? std::string("1 file") : std::to_string(files) + " files") + ", " +
           reckon::io::with_commas(file_bytes) + " bytes, of which " +
           reckon::io::with_commas(header_bytes) + " are headers";
}

result<subject> from_gguf(std::string const& path) {
    auto read = reckon::io::read_gguf(path);
    if (!read) { return read.error(); }
    reckon::io::gguf_file file = std::move(read).value();
    subject s{};
    s.source = "GGUF version " + std::to_string(file.version) + ", " +
               files_in_words(file.files.size(), file.file_bytes, file.header_bytes);
    auto const model = reckon::io::model_of_gguf(file);
    if (model) { s.model = *model; }
    if (!model) { s.why_no_model = model.error().message.view(); }
    s.title = model ? std::string(model->name.view()) : fs::path(path).filename().string();
    s.stored = std::move(file.tensors);
    return s;
}

/// The configuration beside a checkpoint says what its tensors are part of.
void add_configuration(subject& s, fs::path const& folder) {
    std::error_code ignored;
    fs::path const file = folder / "config.json";
    if (!fs::exists(file, ignored)) {
        s.why_no_model = "There is no config.json beside the tensors: how many heads share a cache "
                         "is not known.";
        return;
    }
    auto const model = reckon::io::read_hugging_face(file.string());
    if (model) {
        s.model = *model;
        s.title = model->name.view();
    } else {
        s.why_no_model = model.error().message.view();
    }
}

result<subject> from_safetensors(std::string const& path) {
    auto read = reckon::io::read_safetensors(path);
    if (!read) { return read.error(); }
    reckon::io::safetensors_checkpoint checkpoint = std::move(read).value();
    subject s{};
    s.title = fs::path(path).filename().string();
    if (checkpoint.files.empty()) {
        s.source = "an index of safetensors whose shards are not beside it";
        if (checkpoint.index_total) {
            s.source += "; it promises " + reckon::io::with_commas(*checkpoint.index_total) +
                        " bytes of tensors";
        }
        std::error_code none;
        add_configuration(s, fs::is_directory(path, none) ? fs::path(path)
                                                          : fs::path(path).parent_path());
        return s;
    }
    s.source = "safetensors, " + files_in_words(checkpoint.files.size(), checkpoint.file_bytes,
                                                checkpoint.header_bytes);
    if (checkpoint.index_total && *checkpoint.index_total != checkpoint.tensors.total().bytes) {
        s.source += "; its index says " + reckon::io::with_commas(*checkpoint.index_total) +
                    " bytes of tensors, which the headers contradict";
    }
    std::error_code ignored;
    add_configuration(s, fs::is_directory(path, ignored) ? fs::path(path)
                                                         : fs::path(path).parent_path());
    s.stored = std::move(checkpoint.tensors);
    return s;
}

result<subject> from_configuration(std::string const& path) {
    auto const model = reckon::io::read_hugging_face(path);
    if (!model) { return model.error(); }
    return subject{.title = std::string(model->name.view()),
                   .source = "a configuration file",
                   .model = *model,
                   .why_no_model = {},
                   .stored = {}};
}

} // namespace

result<subject> find_subject(std::string const& name) {
    std::error_code ignored;
    std::string_view const view = name;
    if (view.ends_with(".gguf")) { return from_gguf(name); }
    if (view.ends_with(".safetensors") || view.ends_with(".index.json")) {
        return from_safetensors(name);
    }
    if (view.ends_with(".json")) { return from_configuration(name); }
    auto const known = reckon::find_model(view);
    bool const dots = view.starts_with("./") || view.starts_with("../") || view.starts_with("/") ||
                      view.starts_with("~");
    bool const exists = fs::exists(fs::path(name), ignored);
    if (dots || (exists && (!known || view.find('/') != std::string_view::npos))) {
        if (!fs::is_directory(fs::path(name), ignored)) {
            if (!exists) {
                return from_configuration(name);
            } // which says that there is no such file
            reckon::sentence why{reckon::io::detail::shown_path(name)};
            return reckon::error{reckon::errc::unsupported,
                                 why.append(": the name does not end in .json, .safetensors or "
                                            ".gguf, so its format is not known.")};
        }
        bool const tensors = fs::exists(fs::path(name) / "model.safetensors", ignored) ||
                             fs::exists(fs::path(name) / "model.safetensors.index.json", ignored);
        return tensors ? from_safetensors(name) : from_configuration(name);
    }
    if (!known) { return known.error(); }
    return subject{.title = std::string(known->name.view()),
                   .source = "the catalogue",
                   .model = *known,
                   .why_no_model = {},
                   .stored = {}};
}

} // namespace inspect
