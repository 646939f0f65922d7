// SPDX-License-Identifier: MIT
// Releases of one generation share their factors.
#include <reckon/bandwidth/engine_generations.hpp>

#include <doctest/doctest.h>

#include <iterator>

using namespace reckon;

TEST_CASE("a release belongs to the latest generation that has begun") {
    static_assert(generation_of("vLLM", {0, 4}, vendor::nvidia) == "vLLM 2024");
    static_assert(generation_of("vLLM", {0, 6}, vendor::nvidia) == "vLLM 2025");
    static_assert(generation_of("vLLM", {0, 12}, vendor::nvidia) == "vLLM 2025");
    static_assert(generation_of("vLLM", {0, 13}, vendor::nvidia) == "vLLM");
    static_assert(generation_of("TensorRT-LLM", {0, 9}, vendor::nvidia) == "TensorRT-LLM 2024");
    static_assert(generation_of("TensorRT-LLM", {1, 1}, vendor::nvidia) == "TensorRT-LLM 2025");
    static_assert(generation_of("TensorRT-LLM", {1, 3}, vendor::nvidia) == "TensorRT-LLM");
    CHECK(generation_of("SGLang 2025", {}, vendor::nvidia) == "SGLang 2025");
}

TEST_CASE("a maker's own build comes before the common one") {
    static_assert(generation_of("vLLM", {0, 4}, vendor::amd) == "vLLM 2024 for AMD");
    static_assert(generation_of("vLLM", {0, 4}, vendor::amd, "CDNA2") == "vLLM 2024 for AMD");
    static_assert(generation_of("vLLM", {0, 4}, vendor::amd, "CDNA3") == "vLLM 2024 for CDNA3");
    static_assert(generation_of("vLLM", {0, 12}, vendor::amd, "CDNA3") == "vLLM 2025");
    static_assert(generation_of("vLLM", {0, 19}, vendor::amd) == "vLLM");
    static_assert(generation_of("SGLang", {0, 5}, vendor::amd) == "SGLang for AMD");
    static_assert(generation_of("SGLang", {0, 5}, vendor::nvidia) == "SGLang");
    static_assert(generation_of("vLLM", {0, 4}, vendor::intel) == "vLLM 2024 for Intel");
    static_assert(generation_of("DeepSpeed", {0, 14}, vendor::intel) == "DeepSpeed for Gaudi");
    static_assert(generation_of("DeepSpeed", {0, 14}, vendor::nvidia) == "DeepSpeed 2024");
}

TEST_CASE("an engine that nobody measured has none") {
    CHECK(generation_of("my engine", {1, 0}, vendor::nvidia).empty());
    CHECK(generation_of("", {}, vendor::other).empty());
}

TEST_CASE("generations stand from old to new, and of those that begin together the wider first") {
    auto const narrowness = [](engine_generation const& g) {
        return (g.maker != vendor::other ? 1 : 0) + (g.architecture.empty() ? 0 : 1);
    };
    for (engine_generation const& above : engine_generations) {
        for (engine_generation const* g = &above + 1; g != std::end(engine_generations); ++g) {
            bool const apart = g->maker != above.maker && g->maker != vendor::other &&
                               above.maker != vendor::other;
            if (g->engine != above.engine || apart) { continue; }
            CAPTURE(g->name);
            CHECK_FALSE(g->since < above.since);
            CHECK((above.since < g->since || narrowness(*g) >= narrowness(above)));
        }
    }
    CHECK(generation_of("vLLM", {0, 4}, vendor::amd, "CDNA3") == "vLLM 2024 for CDNA3");
    CHECK(generation_of("vLLM", {0, 4}, vendor::amd, "CDNA2") == "vLLM 2024 for AMD");
    CHECK(generation_of("vLLM", {0, 4}, vendor::nvidia) == "vLLM 2024");
    CHECK(generation_of("vLLM", {0, 12}, vendor::amd, "CDNA3") == "vLLM 2025");
    CHECK(generation_of("vLLM", {0, 13}, vendor::amd) == "vLLM");
}
