// SPDX-License-Identifier: MIT
// A model and the formats of its weights from a Hugging Face config.json.
//
// Fails closed: a field that changes weights or cache is honoured or refused by name, a family that
// is
// not modelled is refused with the reason, and a file that contradicts itself is no model. Errors
// are
// one sentence with the field, its value and what would be right.
//
// Not modelled: prediction modules of GLM-4.6 are counted with embeddings, as GLM-4.5's (apart from
// the
// model's parameters, in any_model::mtp); quantised routers and GPTQ's group indices are not
// counted.
#pragma once
#include <reckon/io/hugging_face/families.hpp>
#include <reckon/io/hugging_face/known_fields.hpp>
#include <reckon/io/hugging_face/published.hpp>
#include <reckon/io/read_file.hpp>

#include <filesystem>
#include <string>
#include <string_view>

namespace reckon::inline v0::io {

/// 8 MiB: published files have up to 1 MB (lists of unquantised modules).
inline constexpr std::uintmax_t config_file_limit = std::uintmax_t{8} << 20;

namespace hugging_face {

/// "Qwen2.5-7B" from "Qwen/Qwen2.5-7B" or a path.
[[nodiscard]] inline std::string_view last_component(std::string_view path) {
    while (path.ends_with('/') || path.ends_with('\\')) {
        path.remove_suffix(1);
    }
    std::size_t const cut = path.find_last_of("/\\");
    return cut == std::string_view::npos ? path : path.substr(cut + 1);
}

/// A name for the model in the file at `path`: the file's own if it is not config.json, else the
/// folder's; in the cache of huggingface_hub the repository's (models--org--
/// name/snapshots/<commit>).
[[nodiscard]] inline std::string name_from_path(std::filesystem::path const& file) {
    if (file.stem() != "config") { return file.stem().string(); }
    std::filesystem::path folder = file.parent_path();
    if (folder.parent_path().filename() == "snapshots") {
        folder = folder.parent_path().parent_path();
    }
    std::string const name = folder.filename().string();
    std::size_t const dashes = name.starts_with("models--") ? name.rfind("--") : std::string::npos;
    return dashes == std::string::npos ? name : name.substr(dashes + 2);
}

/// A name fit to be printed: control characters, which a file or a path may hold, become '?'. What is
/// too long is cut and marked like any label, but never inside a UTF-8 sequence.
[[nodiscard]] inline label printable_name(std::string_view name) {
    std::string shown(name);
    for (char& c : shown) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) { c = '?'; }
    }
    constexpr std::size_t most = sizeof(label::characters) - 1;
    if (shown.size() > most) {
        std::size_t end = most - 1;
        while (end > 0 && (static_cast<unsigned char>(shown[end]) & 0xC0U) == 0x80U) {
            --end;
        }
        shown = shown.substr(0, end) + "~";
    }
    return label(std::string_view(shown));
}

/// What a parsed config.json describes. `source`: its name in messages; `separate`:
/// hf_quant_config.json, or null.
[[nodiscard]] inline result<any_model> model_from(nlohmann::json const& document,
                                                  std::string_view source, std::string_view name,
                                                  nlohmann::json const* separate) {
    json_fields fields(document, source);
    family const* const known = find_family(fields);
    if (known == nullptr) { return *fields.failure(); }
    description d = known->read(fields);
    if (!fields.failure()) { d.model.published = read_recipe(fields, d, separate); }
    if (!fields.failure()) { refuse_unknown_shapes(fields, known->type); }
    if (fields.failure()) { return *fields.failure(); }
    std::string_view const written = last_component(fields.text_or("_name_or_path", ""));
    d.model.name = printable_name(!name.empty() ? name : !written.empty() ? written : known->type);
    if (auto const sound = check(d.model); !sound) { return sound.error(); }
    return d.model;
}

} // namespace hugging_face

/// The model of a config.json's text. `name` becomes the model's name; empty takes the file's own.
/// `source` names the text in errors, `hf_quant_config` is the text of the file of that name that
/// NVIDIA's older quantised models have beside config.json.
[[nodiscard]] inline result<any_model> parse_hugging_face(std::string_view json_text,
                                                          std::string_view name = {},
                                                          std::string_view source = "config.json",
                                                          std::string_view hf_quant_config = {}) {
    auto const document = parse_json(json_text, source);
    if (!document) { return document.error(); }
    if (hf_quant_config.empty()) {
        return hugging_face::model_from(*document, source, name, nullptr);
    }
    auto const separate = parse_json(hf_quant_config, "hf_quant_config.json");
    if (!separate) { return separate.error(); }
    return hugging_face::model_from(*document, source, name, &*separate);
}

/// The model of a config.json, or of the directory that holds one.
[[nodiscard]] inline result<any_model> read_hugging_face(std::string_view path) {
    namespace fs = std::filesystem;
    std::error_code code;
    fs::path file{path};
    if (fs::is_directory(file, code)) { file /= "config.json"; }
    auto const text = read_text_file(file.string(), config_file_limit);
    if (!text) { return text.error(); }
    std::string quantization;
    fs::path const beside = file.parent_path() / "hf_quant_config.json";
    if (file.filename() == "config.json" && fs::exists(beside, code)) {
        auto const second = read_text_file(beside.string(), config_file_limit);
        if (!second) { return second.error(); }
        quantization = *second;
    }
    return parse_hugging_face(*text, hugging_face::name_from_path(file),
                              detail::shown_path(file.string(), 48), quantization);
}

} // namespace reckon::inline v0::io
