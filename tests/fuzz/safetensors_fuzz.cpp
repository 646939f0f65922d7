// SPDX-License-Identifier: MIT
// Any bytes as the beginning of a safetensors file, or as an index: a sentence, or tensors whose sums
// hold and lie in the file.
//
// With clang: -fsanitize=fuzzer,address,undefined (tests/fuzz/CMakeLists.txt). replay.cpp drives the same
// entry over files with any compiler. The first byte chooses: '#' a file of that size, '{' an index,
// '=' the JSON of a header, whose length is put before it, else the first bytes of a file.
#include "demand.hpp"

#include <reckon/io/safetensors.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace {

using reckon::fuzz::demand;
using reckon::fuzz::demand_sentence;

void inspect_header(std::string const& text, bool size_known) {
    std::optional<reckon::count> file_bytes{};
    if (size_known) { file_bytes = static_cast<reckon::count>(text.size()); }
    reckon::io::detail::shortage missing{};
    auto const read = reckon::io::parse_safetensors(
        std::as_bytes(std::span<char const>(text.data(), text.size())), "fuzz", file_bytes,
        &missing);
    if (!read) {
        demand_sentence(read.error());
        demand(missing.more >= 0);
        return;
    }
    demand(read->header_bytes <= static_cast<reckon::count>(text.size()));
    demand(!size_known || read->header_bytes + read->data_bytes == *file_bytes);
    demand(read->tensors.total().bytes == read->data_bytes);
    reckon::io::tensor_amount by_group{};
    for (reckon::io::tensor_amount const& part : read->tensors.by_group()) {
        by_group.add(part.elements, part.bytes, part.tensors);
    }
    demand(by_group == read->tensors.total());
}

void inspect_index(std::string const& text) {
    auto const read = reckon::io::parse_safetensors_index(text, "fuzz");
    if (!read) {
        demand_sentence(read.error());
        return;
    }
    demand(!read->weight_map.empty() && !read->files.empty() &&
           read->files.size() <= read->weight_map.size());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size == 0) { return 0; }
    // A copy of the exact size, so that reading one byte too far is seen.
    std::string const text(data + 1, data + size);
    if (data[0] == '{') {
        inspect_index(std::string("{").append(text));
    } else if (data[0] == '=') {
        std::string header;
        for (int i = 0; i < 8; ++i) {
            header += static_cast<char>(text.size() >> (8 * i) & 0xFFU);
        }
        inspect_header(header.append(text), false);
    } else {
        inspect_header(text, data[0] == '#');
    }
    return 0;
}
