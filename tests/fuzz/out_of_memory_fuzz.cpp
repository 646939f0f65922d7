// SPDX-License-Identifier: MIT
// Any bytes as a log of an engine that ran out of memory: a sentence, or figures that are numbers.
#include "demand.hpp"

#include <reckon/io/out_of_memory.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>

namespace {

using reckon::fuzz::demand;
using reckon::fuzz::demand_sentence;

template <class Quantity> void sound(reckon::figure<Quantity> const& f, double value) {
    if (f.known()) { demand(std::isfinite(value) && value >= 0); }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    // A copy of the exact size, so that reading one byte too far is seen.
    std::string const text(data, data + size);
    auto const message = reckon::io::read_out_of_memory(text);
    if (!message) {
        demand_sentence(message.error());
        return 0;
    }
    for (auto const& f :
         {message->requested, message->total, message->free, message->in_use, message->allocated,
          message->reserved, message->wanted, message->cache_needed, message->cache_available}) {
        sound(f, in_bytes(f.value_or(reckon::bytes{0})));
    }
    for (auto const& f : {message->context, message->stored, message->longest}) {
        sound(f, in_tokens(f.value_or(reckon::tokens{0})));
    }
    sound(message->utilization, message->utilization.value_or(0));
    demand(message->sequences.value_or(0) >= 0 && message->device.value_or(0) >= 0);
    demand(!name(message->speaker).empty() && !name(message->phase).empty());
    return 0;
}
