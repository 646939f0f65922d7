// SPDX-License-Identifier: MIT
// Slots for adapters: by hand, per rank, and against a log.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/models.hpp>
#include <reckon/memory/adapters.hpp>
#include <reckon/memory/engines.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using reckon::test::near;
using reckon::test::within;

namespace {
constexpr engine with(count adapters, count rank) {
    engine e = engines::vllm;
    e.adapters = adapters;
    e.adapter_rank = rank;
    return e;
}
} // namespace

// Llama-3.2-3B: q and o 3,072 + 3,072, k and v 3,072 + 1,024, gate, up and down 3,072 + 8,192.
static_assert(adapter_slots(models::llama_3_2_3b, with(1, 64), {}, 0) ==
              bytes{28.0 * (2 * 6144 + 2 * 4096 + 3 * 11264) * 64 * 2});

TEST_CASE("no slots, no bytes; twice the slots or the rank, twice the bytes") {
    auto const& m = models::llama_3_1_8b;
    CHECK(adapter_slots(m, engines::vllm, {}, 0) == bytes{0});
    CHECK(adapter_slots(m, with(4, 0), {}, 0) == bytes{0});
    bytes const one = adapter_slots(m, with(1, 16), {}, 0);
    CHECK(adapter_slots(m, with(4, 16), {}, 0) == one * 4);
    CHECK(adapter_slots(m, with(1, 64), {}, 0) == one * 4);
}

TEST_CASE("ranks divide one factor of each pair") {
    auto const& m = models::llama_3_1_8b;
    // Outputs of q, k, v, gate and up, and inputs of o and down, by two.
    double const divided = 4096 + 2 * 1024 + 2 * 14336 + 4096 + 14336;
    double const undivided = 3 * 4096 + 2 * 4096 + 4096 + 4096;
    CHECK(in_bytes(adapter_slots(m, with(1, 16), {.tensor = 2}, 0)) ==
          doctest::Approx(32 * 16 * 2 * (divided / 2 + undivided)));
    bytes const first = adapter_slots(m, with(1, 16), {.pipeline = 2}, 0);
    CHECK(first + adapter_slots(m, with(1, 16), {.pipeline = 2}, 1) ==
          adapter_slots(m, with(1, 16), {}, 0));
}

TEST_CASE("routed experts have no slots") {
    CHECK(adapter_slots(models::mixtral_8x7b, with(1, 16), {}, 0) ==
          bytes{32.0 * 16 * 2 * (2 * 8192 + 2 * (4096 + 1024))});
}
