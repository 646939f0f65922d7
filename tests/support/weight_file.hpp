// SPDX-License-Identifier: MIT
// Bytes and temporary files for the tests of weight files. A file of gigabytes is made of its header
// and a hole: it takes no room on the disk and reads as a real one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>

namespace reckon::test {

[[nodiscard]] inline std::span<std::byte const> bytes_of(std::string_view text) noexcept {
    return std::as_bytes(std::span<char const>(text.data(), text.size()));
}

// A folder that goes when the test ends.
class temporary_folder {
public:
    temporary_folder() {
        static int made = 0;
        path_ = std::filesystem::temp_directory_path() /
                ("reckon-test-" + std::to_string(::getpid()) + "-" + std::to_string(++made));
        std::filesystem::create_directories(path_);
    }
    temporary_folder(temporary_folder const&) = delete;
    temporary_folder& operator=(temporary_folder const&) = delete;
    ~temporary_folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] std::string at(std::string_view name) const { return (path_ / name).string(); }
    // Writes `head`, then lengthens the file to `size` bytes where that is more.
    std::string write(std::string_view name, std::string_view head, std::uintmax_t size = 0) const {
        std::string const path = at(name);
        std::ofstream(path, std::ios::binary) << head;
        if (size > head.size()) { std::filesystem::resize_file(path, size); }
        return path;
    }
    [[nodiscard]] std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

} // namespace reckon::test
