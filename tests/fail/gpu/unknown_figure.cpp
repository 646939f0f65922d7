// SPDX-License-Identifier: MIT
// A figure that nobody published stops a constant expression; it is never a zero.
//
// within-lines: 10
// expect-match: unknown_figure_was_used_without_asking
#include <reckon/gpu.hpp>
#include <reckon/units/literals.hpp>

using namespace reckon::literals;

constexpr reckon::gpu_spec<reckon::hopper> card{
    .id = "card", .name = "Card", .memory = reckon::bytes{80_GB}};

#ifdef RECKON_CONTROL
constexpr reckon::bytes usable = card.memory_usable.value_or(card.memory.value());
#else
constexpr reckon::bytes usable = card.memory_usable.value();
#endif
