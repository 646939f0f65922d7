// SPDX-License-Identifier: MIT
// The answer for programs: every number in base units, named by its key.
#pragma once
#include "recommend/answer.hpp"

#include <nlohmann/json.hpp>

#include <vector>

namespace recommend {

/// Numbers with a published or fitted interval, and six digits that say something.
[[nodiscard]] nlohmann::ordered_json rounded(double value);
/// Null where nobody published it.
[[nodiscard]] nlohmann::ordered_json known_or_null(bool known, double value);
[[nodiscard]] nlohmann::ordered_json layout_of(reckon::layout const& l);

/// Limits that exclude every plan, and why the first stands first; null where it is the best by the objective alone.
[[nodiscard]] nlohmann::ordered_json conflicts_of(reckon::conflicts const& found);
[[nodiscard]] nlohmann::ordered_json preference_of(reckon::preference const& why);

/// Sizes in bytes, times in seconds, money in US dollars; what nobody published is null. As `--json-schema` says.
[[nodiscard]] nlohmann::ordered_json data_of(answer const& a);
/// A row for each plan, then one for each refusal with the rule that it breaks.
[[nodiscard]] std::vector<nlohmann::ordered_json> rows_of(answer const& a);
/// The object of one plan in `data_of`.
[[nodiscard]] nlohmann::ordered_json plan_of(question const& asked, reckon::plan const& p);

} // namespace recommend
