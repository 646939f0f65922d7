// SPDX-License-Identifier: MIT
// read(write(x)) == x for torchtitan's TOML.
#include "support/property.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/io/training/torchtitan.hpp>

#include <cstdint>

namespace {

using namespace reckon;
using namespace reckon::training;

any_run titan_run(std::uint32_t a, std::uint32_t b) {
    constexpr count degrees[] = {1, 2, 4, 8};
    constexpr numerics copies[] = {fp32_kept, full_fp32, pure_16bit,
                                   fp32_kept.with_products(arithmetic::fp8)};
    constexpr recompute again[] = {no_recompute,
                                   full_recompute,
                                   {.kind = recompute_kind::every_second},
                                   {.kind = recompute_kind::blocks, .fraction = 0.5},
                                   {.kind = recompute_kind::blocks, .fraction = 1.0 / 3}};
    any_run r{.model = models::llama_3_1_70b, .gpu = gpus::h100_sxm_80gb};
    r.framework = frameworks::torchtitan;
    r.framework.step_copies = a >> 31;
    r.parallel = {.tensor = degrees[a % 4],
                  .context = degrees[(a >> 2) % 4],
                  .pipeline = degrees[(a >> 4) % 4],
                  .data = degrees[(a >> 6) % 4]};
    bool const pipes = r.parallel.pipeline > 1;
    if (pipes && (a >> 8) % 3 == 0) { r.parallel.virtual_stages = 2; }
    if (pipes && (a >> 8) % 3 == 1) { r.parallel.order = schedule::gpipe; }
    count const ranks = r.parallel.state_ranks();
    if (ranks > 1 && (r.parallel.context > 1 || (a >> 10) % 4 > 0)) {
        r.sharding.stage = shards::weights;
        r.sharding.reshards = (a >> 12) % 2 == 0;
        bool const two_levels = r.parallel.data % 2 == 0 && ranks / 2 > 1 && (a >> 13) % 2 == 0;
        if (two_levels) { r.sharding.group = ranks / 2; }
    }
    if ((a >> 14) % 2 == 0) { r.sharding.weights_at = state_place::host; }
    r.sharding.optimizer_at = r.sharding.weights_at;
    r.numerics = copies[(a >> 15) % 4];
    r.optimizer = r.numerics == pure_16bit ? adam_16bit : adam;
    r.recompute = again[b % 5];
    r.micro_batch = 1 + (b >> 4) % 4;
    r.accumulation = 1 + (b >> 8) % 8;
    r.sequence = 512 * (1 + (b >> 12) % 16);
    return r;
}

} // namespace

TEST_CASE("a configuration that was written is read as it was") {
    CHECK(reckon::test::holds("torchtitan", [](std::uint32_t a, std::uint32_t b) {
        any_run const r = titan_run(a, b);
        auto const text = io::training::write_torchtitan(r);
        RC_ASSERT(text.has_value());
        auto const again = io::training::read_torchtitan(*text, "written", r);
        RC_ASSERT(again.has_value());
        RC_ASSERT(io::training::first_difference(*again, r).empty());
    }));
}
