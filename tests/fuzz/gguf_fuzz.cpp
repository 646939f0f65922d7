// SPDX-License-Identifier: MIT
// Any bytes as the beginning of a GGUF file: a sentence, or tensors whose sums hold and lie in the file.
//
// With clang: -fsanitize=fuzzer,address,undefined (tests/fuzz/CMakeLists.txt). replay.cpp drives the same
// entry over files with any compiler. The first byte chooses whether the size of the file is known.
#include "demand.hpp"

#include <reckon/io/gguf.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace {

using reckon::fuzz::demand;
using reckon::fuzz::demand_sentence;

void inspect(reckon::io::gguf_header const& header, std::size_t given, bool size_known) {
    demand(header.header_bytes <= static_cast<reckon::count>(given));
    demand(header.data_begin >= header.header_bytes && header.data_end >= header.data_begin);
    demand(!size_known || header.tensors.empty() ||
           header.data_end <= static_cast<reckon::count>(given));
    reckon::io::tensor_amount by_group{};
    for (reckon::io::tensor_amount const& part : header.tensors.by_group()) {
        by_group.add(part.elements, part.bytes, part.tensors);
    }
    demand(by_group == header.tensors.total());
    header.tensors.for_each([](reckon::io::listed_tensor const& t) {
        demand(t.bytes >= 0 && t.elements >= 0 && t.offset >= 0);
    });
    auto const model = reckon::io::model_of_gguf(header.metadata, header.tensors);
    if (!model) {
        demand_sentence(model.error());
        return;
    }
    demand(!reckon::defect_of(*model));
    demand(reckon::parameters_of(*model).total ==
           reckon::io::gguf::modelled(header.tensors).elements);
    for (std::uint8_t const chosen : model->published.choice) {
        demand(chosen < model->published.palette.size());
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size == 0) { return 0; }
    // A copy of the exact size, so that reading one byte too far is seen.
    std::vector<std::uint8_t> const copy(data + 1, data + size);
    auto const bytes = std::as_bytes(std::span<std::uint8_t const>(copy));
    bool const size_known = data[0] == '#';
    std::optional<reckon::count> file_bytes{};
    if (size_known) { file_bytes = static_cast<reckon::count>(copy.size()); }
    reckon::io::detail::shortage missing{};
    auto const read = reckon::io::parse_gguf(bytes, "fuzz", file_bytes, &missing);
    if (read) {
        inspect(*read, copy.size(), size_known);
        return 0;
    }
    demand_sentence(read.error());
    demand(missing.more >= 0 && (missing.more == 0 || !size_known));
    return 0;
}
