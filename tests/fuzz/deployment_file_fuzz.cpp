// SPDX-License-Identifier: MIT
// Any bytes as a file of deployments: each is a sentence or a deployment, on a line that the file has, and the
// verdict on it is a sentence as well.
//
// The first byte chooses: 'y' manifests, 'j' JSON, 't' TOML, else command lines.
#include "demand.hpp"

#include <reckon/io/deployment_file.hpp>
#include <reckon/io/verdict_text.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using reckon::fuzz::demand;
using reckon::fuzz::demand_sentence;

constexpr reckon::recipe narrower[] = {reckon::fp8_block128};

void inspect(reckon::io::written_deployment const& w, reckon::count lines) {
    demand(w.line >= 1 && w.line <= lines);
    demand(!w.name.empty());
    if (!w.read) {
        demand_sentence(w.read.error());
        return;
    }
    if (memory_of(*w.read).fits()) { return; }
    demand(!reckon::io::refusal_in_words(*w.read, in_fields(w.form), narrower, 8).empty());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size == 0) { return 0; }
    std::string const text(reinterpret_cast<char const*>(data) + 1, size - 1);
    char const* const path = data[0] == 'y'   ? "some.yaml"
                             : data[0] == 'j' ? "some.json"
                             : data[0] == 't' ? "some.toml"
                                              : "some.txt";
    auto const lines = 1 + std::count(text.begin(), text.end(), '\n');
    for (auto const& w : reckon::io::read_deployments(text, path, "h200-sxm")) {
        inspect(w, static_cast<reckon::count>(lines));
    }
    return 0;
}
