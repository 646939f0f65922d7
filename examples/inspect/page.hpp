// SPDX-License-Identifier: MIT
// The tables of an inspection.
#pragma once
#include "inspect/subject.hpp"

#include <reckon/io/table.hpp>

#include <string>
#include <vector>

namespace inspect {

struct section {
    std::string heading{};
    std::string key{};
    reckon::io::table grid{};
};

struct page {
    std::string title{};
    std::vector<std::string> notes{};
    std::vector<section> sections{};
};

/// \param cache  the format that keys and values are kept in
[[nodiscard]] page page_of(subject const& s, reckon::any_precision const& cache);

[[nodiscard]] std::string to_text(page const& p, reckon::io::text_style style);
[[nodiscard]] std::string to_markdown(page const& p);
[[nodiscard]] std::string to_json(page const& p);

} // namespace inspect
