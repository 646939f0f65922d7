// SPDX-License-Identifier: MIT
// What experts' kernels write: by hand from the shapes that the engines' code gives its buffers.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/models.hpp>
#include <reckon/memory.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using reckon::test::near;
using reckon::test::within;

namespace {
constexpr engine handing(expert_passes how) {
    engine e = engines::vllm;
    e.experts = how;
    return e;
}
constexpr expert_passes one_buffer{.chunk = 32768};
constexpr expert_passes sorted{.chunk = 32768, .sorts_inputs = true};
template <class M> expert_shape shape_of(M const& m) {
    expert_shape shape{};
    m.groups.for_each([&](auto const& group) {
        expert_shape const here = experts_of(group.feed_forward, m.hidden);
        if (here != expert_shape{}) { shape = here; }
    });
    return shape;
}
} // namespace

TEST_CASE("the shape of a model's experts") {
    CHECK(shape_of(models::deepseek_r1) == expert_shape{8, 2048, 7168, 2});
    CHECK(shape_of(models::qwen3_235b_a22b) == expert_shape{8, 1536, 4096, 2});
    CHECK(shape_of(models::llama_3_1_8b) == expert_shape{});
}

TEST_CASE("the example that a comment on vLLM's Marlin kernel works out") {
    // Qwen3.6-35B-A3B by its own shapes: 4,096 tokens x 8 experts, stream 2,048, experts 512 wide. The first buffer
    // holds max(2 x 512, 2,048) values a pair, the second 512.
    expert_shape const shape = shape_of(models::qwen3_6_35b_a3b);
    CHECK(shape == expert_shape{8, 512, 2048, 2});
    CHECK(expert_workspace_bytes(shape, handing(one_buffer), {}, tokens{4096}) ==
          bytes{4096.0 * 8 * (2048 + 512) * 2});
    // Modular kernels keep a second buffer as wide as the stream.
    CHECK(expert_workspace_bytes(shape, handing(sorted), {}, tokens{4096}) ==
          bytes{4096.0 * 8 * (2048 + 2048) * 2});
}

TEST_CASE("ranks divide the width, not the stream; whole experts are not divided") {
    expert_shape const shape = shape_of(models::deepseek_r1);
    auto const on = [&](layout l) {
        return in_bytes(expert_workspace_bytes(shape, handing(one_buffer), l, tokens{1024}));
    };
    CHECK(on({}) == 1024.0 * 8 * (7168 + 2048) * 2);
    CHECK(on({.tensor = 8}) == 1024.0 * 8 * (7168 + 256) * 2);
    CHECK(on({.tensor = 8, .expert = 8}) == on({}));
    // Each of the groups hands over a pass of its own.
    CHECK(on({.data = 8, .expert = 8}) == 8 * on({}));
}

TEST_CASE("no more than a chunk is handed over") {
    expert_shape const shape = shape_of(models::deepseek_r1);
    layout const groups{.data = 8, .expert = 8};
    auto const at = [&](double in_pass) {
        return expert_workspace_bytes(shape, handing(sorted), groups, tokens{in_pass});
    };
    CHECK(at(4096) == at(8192));
    CHECK(at(4095) < at(4096));
    CHECK(expert_workspace_bytes(shape, handing({}), groups, tokens{8192}) == bytes{0});
}

TEST_CASE("buffers that are kept stand beside the sampler, others do not") {
    auto const& m = models::deepseek_r1;
    layout const l{.tensor = 8};
    engine keeps = handing({.chunk = 32768, .sorts_inputs = true, .keeps_workspace = true});
    engine frees = keeps;
    frees.experts.keeps_workspace = false;
    bytes const workspace = expert_workspace_bytes(shape_of(m), keeps, l, tokens{8192});
    bytes const sampler{1024.0 * 129280 * keeps.sampler_bytes_per_logit};
    CHECK(activation_peak(m, frees, l, tokens{8192}, 1024) ==
          max(sampler, activation_peak(m, frees, l, tokens{8192}, 0)));
    CHECK(activation_peak(m, keeps, l, tokens{8192}, 1024) == sampler + workspace);
    // Kernels with buffers of their own leave none.
    CHECK(activation_peak(m, keeps, l, tokens{8192}, 1024, {.experts_own = true}) ==
          activation_peak(m, frees, l, tokens{8192}, 1024));
    CHECK(engines::vllm_release({0, 12}).experts.keeps_workspace == false);
    CHECK(engines::vllm_release({0, 13}).experts.keeps_workspace);
}

TEST_CASE("vLLM 0.10.2 freed them: Qwen3-30B-A3B on an H100 logs its sampler") {
    // 5.58 GiB with passes of 8,192 tokens; the buffers are 0.34 GiB.
    engine const e = engines::vllm_release({0, 10, 2});
    CHECK(near(in_gibibytes(activation_peak(models::qwen3_30b_a3b, e, {}, tokens{8192}, 1024)),
               5.58, within(0.01)));
}
