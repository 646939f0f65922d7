// SPDX-License-Identifier: MIT
// Native operand types by generation: vLLM's support matrix, vendor documents (data/README.md).
#include <reckon/gpu.hpp>

#include <doctest/doctest.h>

using namespace reckon;

namespace {
template <class A> constexpr bool has(arithmetic a) { return A::native.has(a); }
} // namespace

TEST_CASE("which generation multiplies what") {
    static_assert(!has<volta>(arithmetic::bf16) && has<volta>(arithmetic::fp16));
    static_assert(has<turing>(arithmetic::int4) && !has<turing>(arithmetic::bf16));
    static_assert(has<ampere>(arithmetic::bf16) && !has<ampere>(arithmetic::fp8));
    static_assert(has<ada>(arithmetic::fp8) && !has<ada>(arithmetic::fp4));
    static_assert(has<hopper>(arithmetic::fp8) && !has<hopper>(arithmetic::int4));
    static_assert(has<blackwell>(arithmetic::fp4) && has<blackwell>(arithmetic::fp6));
    static_assert(!has<cdna2>(arithmetic::fp8) && has<cdna3>(arithmetic::fp8));
    static_assert(!has<cdna3>(arithmetic::fp4) && has<cdna4>(arithmetic::fp4));
    static_assert(!has<rdna3>(arithmetic::fp8) && has<rdna4>(arithmetic::fp8));
    static_assert(!has<davinci>(arithmetic::bf16) && has<davinci_a2>(arithmetic::bf16));
    CHECK(has<gaudi2>(arithmetic::fp8));
}

TEST_CASE("narrow formats fall back to 16 bit, and to 32 where there is nothing else") {
    CHECK(executed_as(ampere{}, arithmetic::fp8) == arithmetic::bf16);
    CHECK(executed_as(turing{}, arithmetic::fp8) == arithmetic::fp16);
    CHECK(executed_as(pascal{}, arithmetic::int8) == arithmetic::fp32);
    CHECK(executed_as(any_architecture{hopper{}}, arithmetic::fp4) == arithmetic::bf16);
}
