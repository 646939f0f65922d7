// SPDX-License-Identifier: MIT
// A device whose memory nobody published, and runs that are none: no answer, instead of a wrong one.
#include "support/near.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/training/memory_of.hpp>
#include <reckon/training/search.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::training;

TEST_CASE("whether a run fits") {
    any_run r{.model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb, .parallel = {.data = 64}};
    r.sharding.stage = shards::weights;
    memory_report const known = memory_of(r);
    CHECK(known.memory_known);
    CHECK(known.fits());
    CHECK(static_cast<bool>(known));
    CHECK(known.headroom() == known.capacity - known.on_device.value);

    // As sold, where nobody read what the driver leaves.
    r.gpu.memory_usable = unknown;
    memory_report const sold = memory_of(r);
    CHECK(sold.capacity == r.gpu.memory.value());
    CHECK(sold.capacity_source == provenance::datasheet);

    r.gpu.memory = unknown;
    memory_report const nobody = memory_of(r);
    CHECK(nobody.valid());
    CHECK_FALSE(nobody.memory_known);
    CHECK_FALSE(nobody.fits());
    CHECK_FALSE(nobody.fits_surely());
    // What it needs does not depend on what there is.
    CHECK(reckon::test::near(nobody.allocated.value, known.allocated.value));
}

TEST_CASE("an interval that ends above the device fits, but not surely") {
    any_run r{.model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb, .parallel = {.data = 64}};
    r.sharding.stage = shards::weights;
    r.gpu.memory_usable = unknown;
    bool between = false;
    for (int gb = 2; gb < 120; ++gb) {
        r.gpu.memory = bytes{1e9 * gb};
        memory_report const m = memory_of(r);
        if (m.fits_surely()) { CHECK(m.fits()); }
        between = between || (m.fits() && !m.fits_surely());
    }
    CHECK(between);
}

TEST_CASE("a run that is none has no memory") {
    any_run r{.model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb};
    r.parallel.tensor = 3;
    CHECK_FALSE(memory_of(r).valid());
    CHECK_FALSE(memory_of_stage(r, 0).valid());
    CHECK_FALSE(memory_of(r).fits());
}
