// SPDX-License-Identifier: MIT
// A link as the tables describe it: what it is sold as, and what people measured on it.
#pragma once
#include <reckon/detail/provenance.hpp>
#include <reckon/detail/text.hpp>
#include <reckon/gpu/gpu_spec.hpp>

namespace reckon::inline v0 {

struct interconnect {
    label name{};
    text<31> category{}; ///< host, scale-up, scale-out, NIC, memory, model
    label scope{}; ///< what the figures are for: "per GPU (18 links)", "per port"
    figure<link_bandwidth> each_way{}; ///< one direction, as sold
    figure<link_bandwidth> both_ways{}; ///< the sum that vendors print
    figure<link_bandwidth> achieved{}; ///< measured; under which conditions is in link_sources
    figure<seconds> latency{};
    confidence grade{confidence::c};
};

} // namespace reckon::inline v0
