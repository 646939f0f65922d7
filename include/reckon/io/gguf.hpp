// SPDX-License-Identifier: MIT
// The tensors and the model of a GGUF file, or of the parts that one was split into.
//
// Only headers are read, never a weight. A header alone, such as the first megabytes of a download,
// is parsed by parse_gguf (gguf_header.hpp).
#pragma once
#include <reckon/io/gguf_header.hpp>
#include <reckon/io/gguf_model.hpp>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reckon::inline v0::io {

/// One model's file, or its parts in order.
struct gguf_file {
    gguf_metadata metadata{}; ///< of the first part
    tensor_list tensors{};    ///< of all parts
    count version{};
    std::vector<std::string> files{}; ///< in the order of listed_tensor::part
    count header_bytes{};             ///< of all parts
    count file_bytes{};
    count bytes_read{};
};

namespace detail {

/// Reads a header in steps, as far as it goes.
[[nodiscard]] inline result<gguf_header> read_gguf_header(file_head& file, std::string_view shown) {
    count wanted = count{1} << 20;
    for (;;) {
        auto const head = file.first(wanted);
        if (!head) { return head.error(); }
        shortage missing{};
        auto header = parse_gguf(*head, shown, file.size(), &missing);
        if (header || missing.more == 0) { return header; }
        count const have = static_cast<count>(head->size());
        // By half more each time, so that every byte is parsed three times at most on the average, and
        // by enough that a large vocabulary takes two steps.
        count const step = std::max(have / 2, count{4} << 20);
        wanted = reckon::detail::add(have, std::max(missing.more, step));
        if (reckon::detail::add(have, missing.more) > gguf_limits::header_in_file) {
            sentence why{shown};
            why.append(": the header goes on behind byte ")
                .append_grouped(have)
                .append(" for at least ")
                .append_grouped(missing.more);
            why.append(" bytes; at most ").append_grouped(gguf_limits::header_in_file);
            return error{errc::unreadable,
                         why.append(" are read, six times what any published model has.")};
        }
        wanted = std::min(wanted, gguf_limits::header_in_file);
    }
}

/// 'model-00002-of-00005.gguf' as its parts 'model-', 2 and 5.
struct split_name {
    std::string_view stem{};
    count number{};
    count parts{};
};

[[nodiscard]] inline std::optional<split_name> parse_split_name(std::string_view path) {
    constexpr std::size_t tail = 5 + 4 + 5 + 5; // NNNNN-of-NNNNN.gguf
    if (path.size() <= tail || !path.ends_with(".gguf")) { return {}; }
    std::string_view const end = path.substr(path.size() - tail);
    if (end.substr(5, 4) != "-of-" || !is_number(end.substr(0, 5)) ||
        !is_number(end.substr(9, 5))) {
        return {};
    }
    auto const number = [](std::string_view digits) {
        count value = 0;
        for (char const c : digits) {
            value = value * 10 + (c - '0');
        }
        return value;
    };
    return split_name{path.substr(0, path.size() - tail), number(end.substr(0, 5)),
                      number(end.substr(9, 5))};
}

[[nodiscard]] inline std::string part_path(split_name const& name, count number) {
    std::string const digits = std::to_string(number);
    std::string const total = std::to_string(name.parts);
    return std::string(name.stem) + std::string(5 - digits.size(), '0') + digits + "-of-" +
           std::string(5 - total.size(), '0') + total + ".gguf";
}

/// What the parts of a file say of themselves must fit their names and one another.
[[nodiscard]] inline std::optional<error>
check_part(gguf_header const& part, split_name const& name, count number, std::string_view shown) {
    auto const parts = part.metadata.integer("split.count");
    auto const place = part.metadata.integer("split.no");
    sentence why{shown};
    if (parts == name.parts && place == number - 1) { return {}; }
    why.append(": the name says part ")
        .append(number)
        .append(" of ")
        .append(name.parts)
        .append(", the metadata part ");
    why.append(place.value_or(0) + 1).append(" of ").append(parts.value_or(1));
    return error{errc::contradiction, why.append("; the file was renamed, or is another model's.")};
}

} // namespace detail

/// Reads the headers of a GGUF file; for a part of a split file those of all parts, which must lie
/// beside it.
[[nodiscard]] inline result<gguf_file> read_gguf(std::string_view path) {
    gguf_file all{};
    auto const split = detail::parse_split_name(path);
    count const parts = split ? split->parts : 1;
    if (split && (split->number < 1 || split->number > parts)) {
        return detail::unreadable(
            path, "the name gives a part beyond the number of parts; was it renamed?");
    }
    for (count number = 1; number <= parts; ++number) {
        std::string const part = split ? detail::part_path(*split, number) : std::string(path);
        std::string const shown = detail::shown_path(part, 64);
        auto opened = file_head::open(part);
        if (!opened) { return opened.error(); }
        file_head file = std::move(opened).value();
        auto read = detail::read_gguf_header(file, shown);
        if (!read) { return read.error(); }
        gguf_header header = std::move(read).value();
        if (split) {
            if (auto const wrong = detail::check_part(header, *split, number, shown)) {
                return *wrong;
            }
        } else if (count const claimed = header.metadata.integer("split.count").value_or(1);
                   claimed > 1) {
            sentence why{shown};
            why.append(": this is one of ")
                .append(claimed)
                .append(" parts, but its name does not end in -00001-of-");
            return error{errc::contradiction,
                         why.append("00002.gguf or the like, so the others cannot be found; give "
                                    "it its name back.")};
        }
        if (number == 1) {
            all.metadata = std::move(header.metadata);
            all.version = header.version;
        }
        if (!header.tensors.empty() || parts == 1) {
            all.tensors.append(header.tensors);
            all.files.push_back(part);
        }
        all.header_bytes += header.header_bytes;
        all.file_bytes = reckon::detail::add(all.file_bytes, file.size());
        all.bytes_read += file.bytes_read();
    }
    std::string const shown = detail::shown_path(path, 64);
    sentence why{shown};
    if (std::string_view const twice = all.tensors.duplicate(); !twice.empty()) {
        why.append(": tensor ")
            .append(detail::in_quotes(twice, 64))
            .append(" is in two parts; they are not of one model.");
        return error{errc::contradiction, why};
    }
    count const promised = all.metadata.integer("split.tensors.count")
                               .value_or(static_cast<count>(all.tensors.size()));
    if (promised != static_cast<count>(all.tensors.size())) {
        why.append(": the parts hold ")
            .append_grouped(static_cast<count>(all.tensors.size()))
            .append(" tensors, but ");
        return error{errc::contradiction, why.append_grouped(promised).append(
                                              " were split; a part is of another model.")};
    }
    all.tensors.find_groups();
    return all;
}

/// The model of a file that was read. The name is the file's own, or the path's.
[[nodiscard]] inline result<any_model> model_of_gguf(gguf_file const& file) {
    std::string const path = file.files.empty() ? std::string() : file.files.front();
    auto const split = detail::parse_split_name(path);
    std::string_view const whole = split ? split->stem : std::string_view(path);
    std::string name = std::filesystem::path(whole).filename().string();
    if (name.ends_with(".gguf")) { name.resize(name.size() - 5); }
    if (name.ends_with("-")) { name.pop_back(); }
    return model_of_gguf(file.metadata, file.tensors, detail::shown_path(path, 48), name);
}

/// The model of a GGUF file, with the types of its tensors as the published recipe.
[[nodiscard]] inline result<any_model> read_gguf_model(std::string_view path) {
    auto const file = read_gguf(path);
    if (!file) { return file.error(); }
    return model_of_gguf(*file);
}

} // namespace reckon::inline v0::io
