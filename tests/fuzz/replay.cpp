// SPDX-License-Identifier: MIT
// Drives a fuzz entry over files and folders, without libFuzzer: replay PATH...
// With --prefix C every file is given C as its first byte (a config.json has no choice byte of its
// own).
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);

namespace {

std::size_t replay(std::filesystem::path const& file, std::string const& prefix) {
    std::ifstream stream(file, std::ios::binary);
    std::string bytes = prefix;
    bytes.append(std::istreambuf_iterator<char>(stream), {});
    std::vector<std::uint8_t> const data(bytes.begin(), bytes.end());
    LLVMFuzzerTestOneInput(data.data(), data.size());
    return 1;
}

} // namespace

int main(int argc, char** argv) {
    std::size_t files = 0;
    std::string prefix;
    for (int i = 1; i < argc; ++i) {
        if (std::string_view(argv[i]) == "--prefix" && i + 1 < argc) {
            prefix = argv[++i];
            continue;
        }
        if (!std::filesystem::is_directory(argv[i])) {
            files += replay(argv[i], prefix);
            continue;
        }
        for (auto const& entry : std::filesystem::recursive_directory_iterator(argv[i])) {
            if (entry.is_regular_file()) { files += replay(entry.path(), prefix); }
        }
    }
    std::printf("%zu inputs replayed\n", files);
    return files > 0 ? 0 : 1;
}
