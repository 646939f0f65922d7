// SPDX-License-Identifier: MIT
// What devices achieve in training: constants with a meaning, as data. The shipped values are fitted to
// published measurements (training/fitted.hpp).
#pragma once
#include <reckon/detail/provenance.hpp>
#include <reckon/detail/text.hpp>
#include <reckon/units/makers.hpp>

namespace reckon::inline v0::training {

/// Achieved fractions of a generation of hardware.
struct calibration {
    text<31> name{};
    efficiency matmul{};      ///< of the 16 bit peak, products of linear layers
    efficiency narrow{};      ///< of the 8 and 4 bit peaks
    efficiency experts{1};    ///< of the two above, grouped products of experts
    efficiency attention{};   ///< of the 16 bit peak, fused attention
    efficiency memory{0.8};   ///< of memory bandwidth, element-wise work and the optimizer
    double passes{3};         ///< times that a kept value crosses the memory, forward and backward
    double mixture_passes{3}; ///< the same in layers of experts, where tokens are sorted and copied
    efficiency link{};        ///< of the scale-up link, collectives
    link_bandwidth scale_out{
        link_gigabytes_per_second(50)}; ///< of one device between machines, one direction
    efficiency network{0.7};            ///< of it
    double hidden{0.8};    ///< fraction of the time of data-parallel collectives behind computation
    seconds per_layer{};   ///< launches and small kernels of a layer, forward and backward
    seconds per_mixture{}; ///< the same again for routing, sorting and grouped products
    seconds per_step{};    ///< host, data, logging
    double spread{};       ///< 80 % of measurements lie within this factor
    provenance source{provenance::assumed};
    friend constexpr bool operator==(calibration const&, calibration const&) noexcept = default;
};

} // namespace reckon::inline v0::training
