// SPDX-License-Identifier: MIT
// Any bytes as settings of a training framework: a sentence or a run, and what is written of it is read back as
// it was.
//
// The first byte chooses: 'd' DeepSpeed's JSON, 'p' an adapter_config.json, 't' TrainingArguments, else a line of
// Megatron-LM's arguments.
#include "demand.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/io/training/megatron.hpp>
#include <reckon/io/training/peft.hpp>
#include <reckon/io/training/training_arguments.hpp>
#include <reckon/training/memory_of.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using reckon::fuzz::demand;
using reckon::fuzz::demand_sentence;

using reckon::training::any_run;

any_run base() {
    return {.model = reckon::models::mixtral_8x7b,
            .gpu = reckon::gpus::h100_sxm_80gb,
            .parallel = {.data = 64}};
}

/// Its memory is a finite number or a sentence, and what is written of it says the same.
template <class Write, class Read>
void inspect(reckon::result<any_run> const& read, Write const& write, Read const& again) {
    if (!read) { return demand_sentence(read.error()); }
    auto const m = memory_of(*read);
    if (!m.valid()) {
        demand(!explain(m.check).empty());
    } else {
        double const bytes = in_bytes(m.on_device.value);
        demand(bytes >= 0 && bytes < 1e300);
    }
    auto const text = write(*read);
    if (!text) { return demand_sentence(text.error()); }
    auto const same = again(*text, *read);
    demand(same.has_value() && reckon::io::training::first_difference(*same, *read).empty());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    namespace io = reckon::io::training;
    if (size == 0) { return 0; }
    std::string const text(data + 1,
                           data + size); // of the exact size, so that one byte too far is seen
    switch (data[0]) {
    case 'd':
        inspect(
            io::read_deepspeed(text, "ds.json", base()), io::write_deepspeed,
            [](auto const& t, any_run const& r) { return io::read_deepspeed(t, "written", r); });
        break;
    case 't':
        inspect(io::read_training_arguments(text, "args.json", base()),
                io::write_training_arguments, [](auto const& t, any_run const& r) {
                    return io::read_training_arguments(t, "written", r);
                });
        break;
    case 'p': {
        auto const a = io::read_peft(text, "adapter_config.json");
        if (!a) {
            demand_sentence(a.error());
            break;
        }
        demand(io::read_peft(io::write_peft(*a), "written").has_value());
        break;
    }
    default:
        inspect(io::read_megatron(text, base()), io::write_megatron,
                [](auto const& t, any_run const& r) { return io::read_megatron(t, r); });
    }
    return 0;
}
