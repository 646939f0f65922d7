// SPDX-License-Identifier: MIT
// How many accelerators stand together, and can share a layer.
#include <reckon/catalog/gpus.hpp>
#include <reckon/gpu/machine.hpp>

#include <doctest/doctest.h>

using namespace reckon;

TEST_CASE("a machine is as large as its maker says, eight where nobody does") {
    CHECK(machine_size(gpus::h200_sxm) == 8);
    any_gpu g = gpus::h200_sxm;
    g.gpus_per_node = unknown;
    CHECK(machine_size(g) == 8);
    g.gpus_per_node = count{4};
    CHECK(machine_size(g) == 4);
}

TEST_CASE("a scale-up domain larger than a machine shares layers") {
    CHECK(widest_layer(gpus::h200_sxm) == 8);
    any_gpu g = gpus::h200_sxm;
    g.link.scale_up = count{72};
    CHECK(widest_layer(g) == 72);
    g.link.scale_up = count{2}; // bridges; the machine still has its bus
    CHECK(widest_layer(g) == 8);
}
