// SPDX-License-Identifier: MIT
// The answer for programs: every number in base units, named by its key.
#pragma once
#include "recommend/answer.hpp"

#include <string>

namespace recommend {

/// Sizes in bytes, times in seconds, money in US dollars; what nobody published is null.
[[nodiscard]] std::string to_json(answer const& a);

} // namespace recommend
