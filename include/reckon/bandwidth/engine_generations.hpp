// SPDX-License-Identifier: MIT
// Which releases of an engine are of one generation: served by the same factors.
//
// A generation begins where its engine got markedly faster: vLLM's compiled and asynchronous core
// (0.6 to 0.12, then later), TensorRT-LLM's C++ runtime of 2024, its PyTorch flow (to 1.1) and the
// releases since. Builds for AMD and Intel lag behind and are generations of their own; of those, the one whose
// libraries had no tuned products yet for an architecture is another (CDNA3 in 2024, with ROCm 6.1).
// Source: residuals of bench/calibrate by release.
#pragma once
#include <reckon/gpu/architecture.hpp>
#include <reckon/memory/engine.hpp>

#include <string_view>

namespace reckon::inline v0 {

/// One generation, from its first release on.
struct engine_generation {
    std::string_view name{};
    std::string_view engine{};
    engine_version since{};
    vendor maker{vendor::other};     ///< of the hardware; `other`: any
    std::string_view architecture{}; ///< of the maker's; empty: any
};

/// Of each engine from old to new, and of those that begin together from any hardware to one's own.
inline constexpr engine_generation engine_generations[] = {
    {"vLLM 2024", "vLLM", {0, 0}, vendor::other},
    {"vLLM 2024 for AMD", "vLLM", {0, 0}, vendor::amd},
    {"vLLM 2024 for CDNA3", "vLLM", {0, 0}, vendor::amd, "CDNA3"},
    {"vLLM 2024 for Intel", "vLLM", {0, 0}, vendor::intel},
    {"vLLM 2025", "vLLM", {0, 6}, vendor::other},
    {"vLLM", "vLLM", {0, 13}, vendor::other},
    {"SGLang 2025", "SGLang 2025", {0, 0}, vendor::other}, // to 0.5.6: ask for it by this name
    {"SGLang", "SGLang", {0, 0}, vendor::other},
    {"SGLang for AMD", "SGLang", {0, 0}, vendor::amd},
    {"TensorRT-LLM 2024", "TensorRT-LLM", {0, 0}, vendor::other},
    {"TensorRT-LLM 2025", "TensorRT-LLM", {0, 10}, vendor::other},
    {"TensorRT-LLM", "TensorRT-LLM", {1, 2}, vendor::other},
    {"DeepSpeed 2024", "DeepSpeed", {0, 0}, vendor::other},
    {"DeepSpeed for Gaudi",
     "DeepSpeed",
     {0, 0},
     vendor::intel}, // optimum-habana, SynapseAI's graphs
    {"ATOM", "ATOM", {0, 0}, vendor::other},
};

/// The generation of a release on an architecture of a maker: the latest that has begun; of several that begin
/// together the narrowest. Empty for an engine that nobody measured.
[[nodiscard]] constexpr std::string_view
generation_of(std::string_view engine_name, engine_version version, vendor maker,
              std::string_view architecture = {}) noexcept {
    engine_generation const* found = nullptr;
    for (engine_generation const& g : engine_generations) {
        bool const begun = g.engine == engine_name && !(version < g.since);
        bool const fits = (g.maker == vendor::other || g.maker == maker) &&
                          (g.architecture.empty() || g.architecture == architecture);
        if (begun && fits) { found = &g; } // later rows are later or narrower
    }
    return found == nullptr ? std::string_view{} : found->name;
}

} // namespace reckon::inline v0
