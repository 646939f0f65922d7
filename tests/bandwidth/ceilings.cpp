// SPDX-License-Identifier: MIT
// Ceilings by division: AT-10, AT-11, AT-12.
#include "support/near.hpp"

#include <reckon/bandwidth/ceilings.hpp>
#include <reckon/catalog/gpus.hpp>
#include <reckon/units/literals.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;

TEST_CASE("AT-11: 34e9 parameters in 16 bit on 2,039 GB/s") {
    CHECK(near(in_tokens_per_second(tokens_by_memory(gigabytes_per_second(2039), bytes{68e9})),
               29.985, within(1e-4)));
    // 13 GB on a T4; a batch of b reads the weights once and b caches.
    CHECK(near(in_tokens_per_second(tokens_by_memory(gigabytes_per_second(320), bytes{13e9})), 24.6,
               within(1e-2)));
    CHECK(near(in_tokens_per_second(
                   tokens_by_memory(gigabytes_per_second(100), bytes{80e9}, 4, bytes{5e9})),
               4.0));
}

TEST_CASE("AT-11: what 20 tokens a second of DeepSeek-LLM-67B need") {
    constexpr bytes weights{134850002944.0};
    CHECK(
        near(in_gigabytes_per_second(bandwidth_for(weights, per_second(20))), 2697, within(1e-4)));
    CHECK(near(in_per_second(steps_by_memory(gigabytes_per_second(536), weights)), 3.97,
               within(2e-3)));
}

TEST_CASE("AT-10: 34e9 parameters at 0.6 of 312 and of 19.5 TFLOP/s") {
    CHECK(near(
        in_tokens_per_second(tokens_by_compute(teraflops_per_second(312), efficiency{0.6}, 34e9)),
        2752.94, within(1e-6)));
    CHECK(near(
        in_tokens_per_second(tokens_by_compute(teraflops_per_second(19.5), efficiency{0.6}, 34e9)),
        172.06, within(1e-4)));
    CHECK(near(in_gigaflops_per_token(flops_of_token(34e9)), 68));
}

TEST_CASE("AT-12: ridges, and what 120 TFLOP/s take") {
    CHECK(
        near(in_flops_per_byte(ridge_point(peak_for(gpus::a100_sxm_80gb, arithmetic::fp16).value(),
                                           gpus::a100_sxm_80gb.bandwidth.value())),
             153.0, within(1e-3)));
    CHECK(near(in_flops_per_byte(ridge_point(peak_for(gpus::t4, arithmetic::fp16).value(),
                                             gpus::t4.bandwidth.value())),
               203.1, within(1e-3)));
    constexpr tokens done{512.0 * 32};
    seconds const time = time_at(sustained_teraflops_per_second(120), 6e9, done);
    CHECK(near(in_seconds(time), 1.6384));
    CHECK(near(in_teraflops_per_second(achieved_rate(6e9, done, time)), 120));
}
