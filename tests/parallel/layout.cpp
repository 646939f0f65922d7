// SPDX-License-Identifier: MIT
// Degrees of parallelism, and which layers a pipeline stage holds.
#include <reckon/catalog/models.hpp>
#include <reckon/parallel.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace reckon;

namespace {
std::vector<count> sizes(count layers, count stages) {
    std::vector<count> n;
    for (count s = 0; s < stages; ++s) {
        stage_layers const here = layers_of_stage(layers, stages, s);
        n.push_back(here.end - here.first);
    }
    return n;
}
using list = std::vector<count>;
} // namespace

TEST_CASE("AT-18: devices are tensor x data x pipeline") {
    static_assert(layout{.tensor = 4, .pipeline = 2}.devices() == 8);
    static_assert(layout{.tensor = 2, .pipeline = 3, .data = 4, .expert = 8}.devices() == 24);
    static_assert(layout{.tensor = 2, .pipeline = 3, .data = 4}.layer_group() == 8);
    CHECK(layout{}.devices() == 1);
    // Absurd degrees saturate, they do not wrap to a small machine.
    CHECK(layout{.tensor = count{1} << 40, .data = count{1} << 40}.devices() ==
          std::numeric_limits<count>::max());
}

// vLLM vllm/distributed/utils.py get_pp_indices: what is left over goes one each to the last stages
// but the very last (partitions[-2], [-3], ...).
TEST_CASE("layers of a stage are those of vLLM") {
    CHECK(sizes(61, 2) == list{31, 30}); // DeepSeek-V3
    CHECK(sizes(61, 4) == list{15, 15, 16, 15});
    CHECK(sizes(61, 8) == list{7, 7, 8, 8, 8, 8, 8, 7});
    CHECK(sizes(80, 8) == list{10, 10, 10, 10, 10, 10, 10, 10});
    CHECK(sizes(36, 3) == list{12, 12, 12});
    CHECK(sizes(32, 5) == list{6, 6, 7, 7, 6});
    CHECK(sizes(5, 3) == list{2, 2, 1});
    CHECK(sizes(7, 7) == list{1, 1, 1, 1, 1, 1, 1});
    CHECK(sizes(61, 1) == list{61});
}

TEST_CASE("stages follow each other without a gap") {
    for (count layers : {1, 2, 5, 24, 61, 80, 126}) {
        for (count stages = 1; stages <= layers; ++stages) {
            CAPTURE(layers);
            CAPTURE(stages);
            count next = 0;
            for (count s = 0; s < stages; ++s) {
                stage_layers const here = layers_of_stage(layers, stages, s);
                CHECK(here.first == next);
                CHECK(here.end > here.first);
                next = here.end;
            }
            CHECK(next == layers);
        }
    }
}

TEST_CASE("what a stage holds of a model") {
    auto const& m = models::llama_3_1_8b; // 32 layers
    stage_layers const second = layers_on_stage(m, {.pipeline = 4}, 1);
    CHECK(second.first == 8);
    CHECK(second.end == 16);
    // A single stage holds every layer that there is.
    stage_layers const all = layers_on_stage(m, {.tensor = 8}, 0);
    m.groups.for_each(
        [&](auto const& group) { CHECK(group.at.size_in(all.first, all.end) == group.at.size()); });
}
