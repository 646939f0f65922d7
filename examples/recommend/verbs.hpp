// SPDX-License-Identifier: MIT
// What the program does: a question in, a report out.
#pragma once
#include "recommend/given.hpp"
#include "recommend/page.hpp"

#include <string_view>

namespace recommend {

[[nodiscard]] reckon::result<report> recommend_report(given const& g, output& how);
[[nodiscard]] reckon::result<report> plan_report(given const& g, output& how);
[[nodiscard]] reckon::result<report> compare_report(given const& g, output& how);
[[nodiscard]] reckon::result<report> buy_or_rent_report(given const& g, output& how);
[[nodiscard]] reckon::result<report> share_report(given const& g, output& how);

/// The JSON schema of a verb's `--format json`.
[[nodiscard]] std::string schema_of(verb v);

} // namespace recommend
