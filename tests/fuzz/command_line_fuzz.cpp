// SPDX-License-Identifier: MIT
// Any bytes as a command line, a container or a deployment's JSON: a sentence or a sound launch, and what
// is written of it is read back as it was.
//
// The first byte chooses: 'k' a manifest, 'j' JSON, 'a' words split at zero bytes, 'm' a line of llama.cpp with
// all that it places, 'd' a line with its draft model, else a line of shell.
#include "demand.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/io/command_line/drafted.hpp>
#include <reckon/io/command_line/llama_cpp_line.hpp>
#include <reckon/io/command_line/write.hpp>
#include <reckon/io/deployment_json.hpp>
#include <reckon/io/kubernetes.hpp>
#include <reckon/io/kubernetes_reader.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace {

using reckon::fuzz::demand;
using reckon::fuzz::demand_sentence;

void inspect(reckon::launch const& l) {
    demand(l.layout.tensor >= 1 && l.layout.pipeline >= 1 && l.layout.data >= 1 &&
           l.layout.expert >= 1 && l.layout.context >= 1 && l.layout.redundant_experts >= 0);
    demand(l.replicas >= 1 && l.concurrency >= 1);
    demand(in_tokens(l.max_context) >= 0);
    demand(l.engine.memory_utilization >= 0 && l.engine.memory_utilization <= 1);
    auto const d = l.on(reckon::gpus::h200_sxm);
    auto const line = reckon::write_command_line(d);
    if (!line) { return demand_sentence(line.error()); }
    auto const back = reckon::read_command_line(line->view());
    demand(back.has_value());
    demand(reckon::io::command::first_difference(*back, d).empty());
    if (auto const yaml = reckon::io::write_container(d)) {
        auto const contained = reckon::io::read_container(*yaml);
        demand(contained.has_value());
        demand(reckon::io::command::first_difference(*contained, d).empty());
    }
}

void inspect(reckon::result<reckon::launch> const& read) {
    if (read) {
        inspect(*read);
    } else {
        demand_sentence(read.error());
    }
}

void inspect(reckon::llama_cpp_line const& l) {
    auto const started = reckon::settings_on(l, reckon::gibibytes(24));
    if (!started) { return demand_sentence(started.error()); }
    auto const memory = reckon::llama_cpp_memory_of(l.model, l.weights, *started);
    if (!memory) { return demand_sentence(memory.error()); }
    demand(memory->host.total() >= reckon::bytes{0});
    for (reckon::llama_cpp_part const& part : memory->devices) {
        demand(part.total() >= reckon::bytes{0} && part.total() <= memory->device.total());
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size == 0) { return 0; }
    // A copy of the exact size, so that reading one byte too far is seen.
    std::string const text(data + 1, data + size);
    switch (data[0]) {
    case 'k': inspect(reckon::io::read_container(text)); break;
    case 'j': {
        auto const read = reckon::io::read_deployment_json(text);
        if (!read) {
            demand_sentence(read.error());
            break;
        }
        if (auto const written = reckon::io::write_json(*read)) {
            demand(reckon::io::read_deployment_json(*written).has_value());
        }
        break;
    }
    case 'a': {
        std::vector<std::string> words(1);
        for (char const c : text) {
            if (c == '\0') {
                words.emplace_back();
            } else {
                words.back() += c;
            }
        }
        std::vector<std::string_view> const views(words.begin(), words.end());
        inspect(reckon::read_arguments(static_cast<reckon::engine_kind>(size % 4), views));
        break;
    }
    case 'm': {
        auto const read = reckon::read_llama_cpp_line(text);
        if (read) {
            inspect(*read);
        } else {
            demand_sentence(read.error());
        }
        break;
    }
    case 'd': {
        auto const read = reckon::read_drafted_command_line(text);
        if (!read) {
            demand_sentence(read.error());
            break;
        }
        auto const memory = read->memory_on(reckon::gpus::h200_sxm);
        demand(!memory.fits() || memory.needed() <= memory.budget);
        if (read->drafts) { // which the other reader refuses rather than forgets
            demand(!reckon::read_command_line(text).has_value());
        }
        break;
    }
    default: inspect(reckon::read_command_line(text)); break;
    }
    return 0;
}
