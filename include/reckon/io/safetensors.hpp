// SPDX-License-Identifier: MIT
// The tensors of a checkpoint in safetensors: one file, or the shards that an index lists.
//
// Only headers are read, never a weight: a checkpoint of 700 GB is measured exactly from 20 MB.
#pragma once
#include <reckon/io/json.hpp>
#include <reckon/io/read_file.hpp>
#include <reckon/io/safetensors_header.hpp>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace reckon::inline v0::io {

/// The tensors of one checkpoint and what reading them took.
struct safetensors_checkpoint {
    tensor_list tensors{};
    std::vector<std::string> files{}; ///< in the order of listed_tensor::part
    count header_bytes{};             ///< of all files
    count file_bytes{}; ///< of all files, headers included; 0 where they are not there
    std::optional<count>
        index_total{}; ///< what the index says of the tensors' bytes (metadata.total_size)
    count bytes_read{};
};

/// Reads one file's header and checks it against the file's size.
[[nodiscard]] inline result<safetensors_checkpoint> read_safetensors_file(std::string_view path) {
    auto opened = file_head::open(path);
    if (!opened) { return opened.error(); }
    file_head file = std::move(opened).value();
    std::string const shown = detail::shown_path(path, 64);
    // Most shards' headers are in the first 64 KiB; the first eight bytes tell how long it is.
    auto head = file.first(count{1} << 16);
    if (!head) { return head.error(); }
    detail::shortage missing{};
    auto header = parse_safetensors(*head, shown, file.size(), &missing);
    if (!header && missing.more > 0) {
        count const whole = static_cast<count>(head->size()) + missing.more;
        if (whole > safetensors_limits::header_in_file) {
            sentence why{shown};
            why.append(": the header has ").append_grouped(whole).append(" bytes; at most ");
            why.append_grouped(safetensors_limits::header_in_file)
                .append(" of a file are read, and no published model needs that.");
            return error{errc::unreadable, why};
        }
        head = file.first(whole);
        if (!head) { return head.error(); }
        header = parse_safetensors(*head, shown, file.size());
    }
    if (!header) { return header.error(); }
    safetensors_header whole = std::move(header).value();
    return safetensors_checkpoint{.tensors = std::move(whole.tensors),
                                  .files = {std::string(path)},
                                  .header_bytes = whole.header_bytes,
                                  .file_bytes = file.size(),
                                  .index_total = {},
                                  .bytes_read = file.bytes_read()};
}

/// What model.safetensors.index.json says: which shard holds each tensor.
struct safetensors_index {
    std::optional<count> total_size{};
    std::vector<std::pair<std::string, std::string>> weight_map{}; ///< tensor, file name; by tensor
    std::vector<std::string> files{};                              ///< every file name once, sorted
};

/// Reads the JSON of an index of shards. `source`: its name in messages.
[[nodiscard]] inline result<safetensors_index>
parse_safetensors_index(std::string_view json_text,
                        std::string_view source = "model.safetensors.index.json") {
    auto const document = parse_json(json_text, source);
    if (!document) { return document.error(); }
    json_fields fields(*document, source);
    safetensors_index index{};
    if (nlohmann::json const* const metadata = fields.object_or_none("metadata")) {
        auto const total = metadata->find("total_size");
        if (total != metadata->end()) {
            // Written as 1369062772000.0 by some savers of float sums.
            bool const whole = total->is_number_unsigned() &&
                               total->get<std::uint64_t>() <=
                                   static_cast<std::uint64_t>(reckon::detail::count_max);
            bool const real = total->is_number_float() && total->get<double>() >= 0 &&
                              total->get<double>() < 9e15;
            if (whole || real) {
                index.total_size =
                    whole ? total->get<count>() : static_cast<count>(total->get<double>());
            }
            if (!whole && !real) {
                fields.refuse(errc::wrong_type, "metadata.total_size", "is ", detail::shown(*total),
                              "; it must be a number of bytes.");
            }
        }
    }
    nlohmann::json const* const map = fields.object_or_none("weight_map");
    if (fields.failure()) { return *fields.failure(); }
    if (map == nullptr) {
        fields.refuse(errc::missing_field, "weight_map",
                      "is missing; is this the index of a checkpoint?");
        return *fields.failure();
    }
    std::set<std::string> files;
    for (auto const& [tensor, file] : map->items()) {
        bool const is_name = file.is_string() && !file.get_ref<std::string const&>().empty();
        std::string const name = is_name ? file.get<std::string>() : std::string{};
        // The shards lie beside the index: a name that leads elsewhere is not followed.
        if (!is_name || name.find_first_of(std::string_view("/\\\0", 3)) != std::string::npos ||
            name == "..") {
            fields.refuse(errc::wrong_type, "weight_map", "gives ", detail::shown(file),
                          " as the file of ", detail::in_quotes(tensor),
                          "; it must be the name of a file beside the index.");
            return *fields.failure();
        }
        files.insert(name);
        index.weight_map.emplace_back(tensor, name);
    }
    if (index.weight_map.empty()) {
        fields.refuse(errc::missing_field, "weight_map",
                      "is empty; is this the index of a checkpoint?");
        return *fields.failure();
    }
    index.files.assign(files.begin(), files.end());
    return index;
}

namespace detail {

[[nodiscard]] inline std::optional<error> check_against_index(safetensors_checkpoint const& found,
                                                              safetensors_index const& index,
                                                              std::string_view source) {
    sentence why{source};
    std::vector<std::pair<std::string_view, std::string_view>> held;
    found.tensors.for_each([&](listed_tensor const& t) {
        std::string const& path = found.files[static_cast<std::size_t>(t.part)];
        held.emplace_back(t.name, std::string_view(path).substr(path.find_last_of("/\\") + 1));
    });
    std::sort(held.begin(), held.end());
    for (auto const& [tensor, file] :
         index.weight_map) { // ascending, as the JSON library keeps objects
        auto const at = std::lower_bound(
            held.begin(), held.end(), std::pair<std::string_view, std::string_view>(tensor, file));
        if (at != held.end() && at->first == tensor && at->second == file) { continue; }
        why.append(": ")
            .append(in_quotes(file))
            .append(" does not hold the tensor ")
            .append(in_quotes(tensor, 64));
        return error{
            errc::contradiction,
            why.append(" that the index promises; index and shards are of different versions.")};
    }
    if (held.size() != index.weight_map.size()) {
        why.append(": the shards hold ")
            .append_grouped(static_cast<count>(held.size()))
            .append(" tensors, the index lists ");
        why.append_grouped(static_cast<count>(index.weight_map.size()));
        return error{errc::contradiction,
                     why.append("; index and shards are of different versions.")};
    }
    return {};
}

} // namespace detail

/// The checkpoint of an index: all of its shards lie beside it, or none of them. Then no tensor is
/// known, and the index's own sum is all that there is (DeepSeek-V3's is twice what its tensors take).
[[nodiscard]] inline result<safetensors_checkpoint> read_safetensors_index(std::string_view path) {
    auto const text = read_text_file(path);
    if (!text) { return text.error(); }
    std::string const shown = detail::shown_path(path, 64);
    auto const index = parse_safetensors_index(*text, shown);
    if (!index) { return index.error(); }
    safetensors_checkpoint all{};
    all.index_total = index->total_size;
    all.bytes_read = static_cast<count>(text->size());
    std::filesystem::path const folder = std::filesystem::path(path).parent_path();
    std::error_code code;
    bool const any_there =
        std::any_of(index->files.begin(), index->files.end(), [&](std::string const& name) {
            return std::filesystem::exists(folder / name, code);
        });
    if (!any_there) { return all; } // an index alone, as a browser downloads it
    for (std::string const& name : index->files) {
        auto const one = read_safetensors_file((folder / name).string());
        if (!one) { return one.error(); }
        all.tensors.append(one->tensors);
        all.files.push_back(one->files.front());
        all.header_bytes += one->header_bytes;
        all.file_bytes += one->file_bytes;
        all.bytes_read += one->bytes_read;
        // append() opens a new part only behind tensors, so an empty shard would shift the numbers.
        if (one->tensors.empty()) { all.files.pop_back(); }
    }
    if (auto const wrong = detail::check_against_index(all, *index, shown)) { return *wrong; }
    all.tensors.find_groups();
    return all;
}

/// A safetensors file, an index, or a folder with either.
[[nodiscard]] inline result<safetensors_checkpoint> read_safetensors(std::string_view path) {
    namespace fs = std::filesystem;
    std::error_code code;
    if (!path.empty() && fs::is_directory(fs::path(path), code)) {
        for (std::string_view const name : {"model.safetensors.index.json", "model.safetensors"}) {
            fs::path const file = fs::path(path) / name;
            if (fs::exists(file, code)) { return read_safetensors(file.string()); }
        }
        return detail::unreadable(
            path, "the folder holds neither model.safetensors.index.json nor model.safetensors.");
    }
    return path.ends_with(".json") ? read_safetensors_index(path) : read_safetensors_file(path);
}

} // namespace reckon::inline v0::io
