// SPDX-License-Identifier: MIT
// Clouds whose offers are not of accelerators alone.
//
// Written by tools/generate_catalog.py from data/sellers.csv; change that and run it again.
#pragma once
#include <string_view>

namespace reckon::inline v0 {

/// Sellers that rent out computers of every kind.
inline constexpr std::string_view general_clouds[] = {"AWS", "Azure", "GCP", "OCI"};

} // namespace reckon::inline v0
