// SPDX-License-Identifier: MIT
// The first bytes of a large file, read as far as they are asked for and no further.
#pragma once
#include <reckon/detail/result.hpp>
#include <reckon/io/read_file.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace reckon::inline v0::io {

/// A regular file, opened; `first(n)` gives its first n bytes.
class file_head {
public:
    [[nodiscard]] static result<file_head> open(std::string_view path) {
        namespace fs = std::filesystem;
        if (path.empty() || path.find('\0') != std::string_view::npos) {
            return detail::unreadable(path, "this is not a file name; give the path of a file.");
        }
        file_head file;
        file.path_ = std::string(path);
        std::error_code code;
        fs::file_status const status = fs::status(fs::path(path), code);
        if (status.type() == fs::file_type::not_found) {
            return detail::unreadable(path, "there is no such file; check the path.");
        }
        if (status.type() == fs::file_type::directory) {
            return detail::unreadable(path, "this is a directory; give the path of a file in it.");
        }
        if (status.type() != fs::file_type::regular) {
            return detail::unreadable(
                path,
                "this is not a regular file that can be read; check its type and permissions.");
        }
        std::uintmax_t const size = fs::file_size(fs::path(path), code);
        if (code || size > static_cast<std::uintmax_t>(reckon::detail::count_max)) {
            return detail::unreadable(path, "its size cannot be read; check its permissions.");
        }
        if (size == 0) {
            return detail::unreadable(path, "the file is empty; download or copy it again.");
        }
        file.size_ = static_cast<count>(size);
        file.stream_.open(fs::path(path), std::ios::binary);
        if (!file.stream_) {
            return detail::unreadable(path, "the file cannot be opened; check its permissions.");
        }
        return file;
    }

    /// The first `wanted` bytes, or the whole file if it is shorter. The span is valid until the next
    /// call; what was read before is not read again.
    [[nodiscard]] result<std::span<std::byte const>> first(count wanted) {
        wanted = std::min(wanted, size_);
        auto const have = static_cast<count>(bytes_.size());
        if (wanted > have) {
            bytes_.resize(static_cast<std::size_t>(wanted));
            auto const more = static_cast<std::streamsize>(wanted - have);
            if (!stream_.read(reinterpret_cast<char*>(bytes_.data()) + have, more)) {
                return detail::unreadable(
                    path_, "the file cannot be read; check its disk and permissions.");
            }
        }
        return std::span<std::byte const>(bytes_);
    }

    [[nodiscard]] count size() const noexcept { return size_; }
    [[nodiscard]] count bytes_read() const noexcept { return static_cast<count>(bytes_.size()); }
    [[nodiscard]] std::string const& path() const noexcept { return path_; }

private:
    file_head() = default;
    std::string path_{};
    std::ifstream stream_{};
    std::vector<std::byte> bytes_{};
    count size_{};
};

namespace detail {

/// Eight or fewer bytes as an unsigned number, least significant first.
[[nodiscard]] constexpr std::uint64_t little_endian(std::span<std::byte const> bytes) noexcept {
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i > 0; --i) {
        value = value << 8 | std::to_integer<std::uint64_t>(bytes[i - 1]);
    }
    return value;
}

/// What a parser of the first bytes of a file found missing: how many more it needs at least.
/// 0 where the error is of another kind.
struct shortage {
    count more{};
};

} // namespace detail
} // namespace reckon::inline v0::io
