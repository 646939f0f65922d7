// SPDX-License-Identifier: MIT
// The audit on paper: as a table, as CSV, as JSON, as a page.
#pragma once
#include "audit/findings.hpp"

#include <reckon/io/table.hpp>

#include <string>
#include <vector>

namespace audit {

/// The numbers of a claim: "134.00 GB (67.0e9 parameters); 124.80 GiB (the same)".
[[nodiscard]] std::string numbers_of(audited const& a);
/// "-4.5 %" of what is stated against what is calculated; empty where they are not compared.
[[nodiscard]] std::string off_by(audited const& a);

[[nodiscard]] std::string as_text(std::vector<audited> const& claims, reckon::io::text_style style);
[[nodiscard]] std::string as_csv(std::vector<audited> const& claims);
[[nodiscard]] std::string as_json(std::vector<audited> const& claims);
/// Counts by verdict and article, what is calculated and what is not.
[[nodiscard]] std::string totals(record const& r, std::vector<audited> const& claims,
                                 reckon::io::text_style style);
/// docs/articles.md.
[[nodiscard]] std::string page(record const& r, std::vector<audited> const& claims);
/// Checks that do not hold, one a line; empty where all do.
[[nodiscard]] std::string troubles(std::vector<audited> const& claims);

} // namespace audit
