// SPDX-License-Identifier: MIT
// What must be installed for an accelerator or a toolkit, and whether something is.
//
//   passes = installed >= least        compared number by number (host/version.hpp)
//
// A toolkit's own driver is one rule, minor-version compatibility another: a program built with CUDA 12.2
// runs on any driver from 525.60.13 that lacks nothing it uses.
// Source:       data/software_minimums.csv, a row each; `minimums` is that table, and a test compares.
// Not modelled: upper bounds (what a new driver has dropped), Windows, forward-compatibility packages.
// Error:        rows of grade C were not read in their first source.
#pragma once
#include <reckon/detail/date.hpp>
#include <reckon/detail/result.hpp>
#include <reckon/gpu/architecture.hpp>
#include <reckon/gpu/gpu_spec.hpp>
#include <reckon/host/version.hpp>

#include <string_view>

namespace reckon::inline v0::host {

/// Software that must be new enough for an accelerator.
enum class component : std::uint8_t { cuda, driver, rocm, pytorch, nccl };

[[nodiscard]] constexpr std::string_view name(component c) noexcept {
    constexpr std::string_view names[] = {"CUDA", "the NVIDIA driver", "ROCm", "PyTorch", "NCCL"};
    return names[static_cast<int>(c)];
}

/// For `what` (an architecture, a toolkit, a feature), at least this version of `of`.
struct minimum {
    std::string_view what{};
    version least{};
    date as_of{};
    component of{};
    confidence grade{confidence::c};
};

inline constexpr minimum minimums[] = {
    {"Pascal", {8, 0}, {2026, 11, 0}, component::cuda, confidence::c},
    {"Volta", {9, 0}, {2026, 11, 0}, component::cuda, confidence::c},
    {"Turing", {10, 0}, {2026, 11, 0}, component::cuda, confidence::c},
    {"Ampere", {11, 1}, {2026, 11, 0}, component::cuda, confidence::b},
    {"Ada", {11, 8}, {2026, 11, 0}, component::cuda, confidence::b},
    {"Hopper", {11, 8}, {2026, 11, 0}, component::cuda, confidence::b},
    {"Blackwell", {12, 8}, {2026, 11, 0}, component::cuda, confidence::b},
    {"Blackwell", {570, 0}, {2026, 11, 0}, component::driver, confidence::b},
    {"Blackwell Ultra", {13, 0}, {2026, 11, 0}, component::cuda, confidence::b},
    {"Rubin", {13, 4}, {2026, 11, 0}, component::cuda, confidence::b},
    {"CDNA3", {6, 0}, {2026, 11, 0}, component::rocm, confidence::c},
    {"CDNA4", {7, 0}, {2026, 11, 0}, component::rocm, confidence::b},
    {"RDNA4", {7, 2}, {2026, 11, 0}, component::rocm, confidence::b},
    {"CUDA 12.2", {535, 54, 3}, {2026, 11, 0}, component::driver, confidence::a},
    {"CUDA 12.2.1", {535, 86, 9}, {2026, 11, 0}, component::driver, confidence::a},
    {"CUDA 12.2.2", {535, 104, 5}, {2026, 11, 0}, component::driver, confidence::a},
    {"CUDA 12", {525, 60, 13}, {2026, 11, 0}, component::driver, confidence::a},
    {"torch.compile", {2, 0}, {2026, 11, 0}, component::pytorch, confidence::a},
    {"PyTorch 2.0", {11, 7}, {2026, 11, 0}, component::cuda, confidence::a},
    {"PyTorch 2.0", {5, 4, 2}, {2026, 11, 0}, component::rocm, confidence::a},
    {"PXN", {2, 12}, {2026, 11, 0}, component::nccl, confidence::a},
};

/// Drivers and frameworks are looked up again after half a year (AT-36).
inline constexpr count software_shelf_life_days = 180;

/// The row for `what` and a component, or null.
[[nodiscard]] constexpr minimum const* find_minimum(std::string_view what, component of) noexcept {
    for (minimum const& m : minimums) {
        if (m.what == what && m.of == of) { return &m; }
    }
    return nullptr;
}

/// The row for an accelerator's generation, or null.
template <gpu G> [[nodiscard]] constexpr minimum const* find_minimum(G const& g,
                                                                     component of) noexcept {
    return find_minimum(std::string_view(g.architecture.name), of);
}

/// What a check says: whether it passes, and a sentence why or with what to remember.
struct software_check {
    bool passes{};
    sentence why{};
};

/// Whether `installed` is enough for `what`. Error: unknown_name where no row says what is.
[[nodiscard]] constexpr result<software_check> check(std::string_view what, component of,
                                                     version const& installed) noexcept {
    minimum const* const m = find_minimum(what, of);
    if (m == nullptr) {
        sentence why{"no minimum of "};
        why.append(name(of)).append(" is recorded for ").append(what);
        return error{errc::unknown_name,
                     why.append("; data/software_minimums.csv lists those that are.")};
    }
    software_check c{.passes = installed >= m->least, .why = {}};
    c.why.append(what).append(" needs ").append(name(of)).append(" ");
    c.why.append(version_text(m->least)).append(" or newer, and ").append(version_text(installed));
    c.why.append(c.passes ? " is." : " is not.");
    // Numbers of the vGPU host manager are not those of drivers for machines without vGPU.
    constexpr version vgpu_host{535, 154, 2};
    if (of == component::driver && installed == vgpu_host) {
        c.why.append(" 535.154.02 is the host manager of vGPU 16.3; guests have 535.154.05.");
    }
    return c;
}

/// Whether an accelerator multiplies these operands, or only stores weights in them.
template <gpu G>
[[nodiscard]] constexpr software_check check_operands(G const& g, arithmetic wanted) noexcept {
    arithmetic const really = executed_as(g.architecture, wanted);
    software_check c{.passes = really == wanted, .why = {}};
    c.why.append(std::string_view(g.name))
        .append(c.passes ? " multiplies " : " does not multiply ");
    c.why.append(name(wanted))
        .append(c.passes ? "." : ": weights in it save memory, and are multiplied in ");
    if (!c.passes) { c.why.append(name(really)).append(", no faster."); }
    return c;
}

} // namespace reckon::inline v0::host
