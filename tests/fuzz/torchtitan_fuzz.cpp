// SPDX-License-Identifier: MIT
// Any bytes as torchtitan's TOML: a sentence or a run, and what is written of it is read back as it was.
#include "demand.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/io/training/torchtitan.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace {

using reckon::fuzz::demand;
using reckon::fuzz::demand_sentence;

using reckon::training::any_run;

reckon::result<any_run> read(std::string const& text, any_run const& on) {
    return reckon::io::training::read_torchtitan(text, "job.toml", on);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    std::string const text(data,
                           data + size); // of the exact size, so that one byte too far is seen
    any_run const base{.model = reckon::models::mixtral_8x7b,
                       .gpu = reckon::gpus::h100_sxm_80gb,
                       .parallel = {.data = 64}};
    auto const r = read(text, base);
    if (!r) {
        demand_sentence(r.error());
        return 0;
    }
    auto const written = reckon::io::training::write_torchtitan(*r);
    if (!written) {
        demand_sentence(written.error());
        return 0;
    }
    auto const again = read(*written, *r);
    demand(again.has_value() && reckon::io::training::first_difference(*again, *r).empty());
    return 0;
}
