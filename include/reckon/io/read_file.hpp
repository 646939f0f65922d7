// SPDX-License-Identifier: MIT
// A whole text file, or one sentence that says why not.
#pragma once
#include <reckon/detail/result.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

namespace reckon::inline v0::io {

/// 64 MiB: far above any text that a person or a tool writes about a model, far below its weights.
inline constexpr std::uintmax_t text_file_limit = std::uintmax_t{64} << 20;

namespace detail {

/// The path as a sentence shows it: control characters replaced, at most the last `most` bytes.
[[nodiscard]] inline std::string shown_path(std::string_view path, std::size_t most = 96) {
    std::string shown;
    if (path.size() > most) {
        path.remove_prefix(path.size() - most);
        // A cut must not fall inside a UTF-8 character: continuation bytes start with the bits 10.
        while (!path.empty() && (static_cast<unsigned char>(path.front()) & 0xC0U) == 0x80U) {
            path.remove_prefix(1);
        }
        if (std::size_t const folder = path.find('/'); folder < most / 2) {
            path.remove_prefix(folder);
        }
        shown = "...";
    }
    for (char const c : path) {
        auto const byte = static_cast<unsigned char>(c);
        shown += byte < 0x20 || byte == 0x7F ? '?' : c;
    }
    return shown;
}

[[nodiscard]] inline error unreadable(std::string_view path, std::string_view why) {
    sentence message{shown_path(path)};
    return {errc::unreadable, message.append(": ").append(why)};
}

} // namespace detail

/// The bytes of a regular file of at most `most` bytes. A larger file is refused by its size,
/// before
/// any of it is read.
[[nodiscard]] inline result<std::string> read_text_file(std::string_view path,
                                                        std::uintmax_t most = text_file_limit) {
    namespace fs = std::filesystem;
    if (path.empty() || path.find('\0') != std::string_view::npos) {
        return detail::unreadable(path, "this is not a file name; give the path of a file.");
    }
    fs::path const file{path};
    std::error_code code;
    fs::file_status const status = fs::status(file, code);
    if (status.type() == fs::file_type::not_found) {
        return detail::unreadable(path, "there is no such file; check the path.");
    }
    if (status.type() == fs::file_type::directory) {
        return detail::unreadable(path, "this is a directory; give the path of a file in it.");
    }
    if (status.type() != fs::file_type::regular) {
        return detail::unreadable(
            path, "this is not a regular file that can be read; check its type and permissions.");
    }
    std::uintmax_t const size = fs::file_size(file, code);
    if (code) {
        return detail::unreadable(path, "its size cannot be read; check its permissions.");
    }
    if (size == 0) {
        return detail::unreadable(path, "the file is empty; download or copy it again.");
    }
    if (size > most) {
        sentence message{detail::shown_path(path)};
        message.append(": the file has ").append_grouped(static_cast<count>(size));
        message.append(" bytes, and at most ").append_grouped(static_cast<count>(most));
        return error{errc::unreadable, message.append(" are read; is this the right file?")};
    }
    std::ifstream stream(file, std::ios::binary);
    std::string text(static_cast<std::size_t>(size), '\0');
    if (!stream || !stream.read(text.data(), static_cast<std::streamsize>(size))) {
        return detail::unreadable(path,
                                  "the file cannot be opened or read; check its permissions.");
    }
    return text;
}

} // namespace reckon::inline v0::io
