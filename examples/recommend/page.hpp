// SPDX-License-Identifier: MIT
// A page of headings, sentences and tables, which becomes text for a terminal or Markdown.
#pragma once
#include <reckon/io/table.hpp>

#include <string>
#include <vector>

namespace recommend {

struct section {
    std::string heading{};
    reckon::io::table grid{};
    bool titled{true};                ///< whether the columns have titles
    std::vector<std::string> notes{}; ///< sentences below
};

struct page {
    std::string title{};
    std::vector<std::string> lead{};
    std::vector<section> sections{};
};

[[nodiscard]] std::string to_text(page const& p, reckon::io::text_style style);
[[nodiscard]] std::string to_markdown(page const& p);

} // namespace recommend
