// SPDX-License-Identifier: MIT
// A page of headings, sentences, tables and pictures, which becomes text for a terminal, Markdown or HTML.
#pragma once
#include "recommend/question.hpp"

#include <reckon/io/table.hpp>

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace recommend {

/// The key of a column whose cells are bars of letters, which HTML draws.
inline constexpr std::string_view bar_key = "bar";

struct section {
    std::string heading{};
    reckon::io::table grid{};
    bool titled{true};                ///< whether the columns have titles
    std::vector<std::string> notes{}; ///< sentences below
    std::string picture{};            ///< SVG, which HTML alone shows
    page_depth from{page_depth::answer};
    /// The deepest page that has it: a summary is left out where what it sums up is printed.
    page_depth to{page_depth::all};
};

struct page {
    std::string title{};
    std::vector<std::string> lead{};
    std::vector<section> sections{};
    std::vector<std::string> end{}; ///< what else can be asked, for readers at a terminal
};

/// What a verb answers, in every form that it is printed in.
struct report {
    page shown{};
    nlohmann::ordered_json data{};              ///< as its schema says
    std::vector<nlohmann::ordered_json> rows{}; ///< flat objects, for CSV
    bool carried{true};                         ///< whether some plan carries the load
};

[[nodiscard]] std::string to_text(page const& p, reckon::io::text_style style, page_depth depth);
[[nodiscard]] std::string to_markdown(page const& p, page_depth depth);
/// One file that needs no other: styles and pictures are inside, there are no scripts.
[[nodiscard]] std::string to_html(page const& p);
/// A line for each object under the keys of the first; numbers and texts as they are in JSON, null as nothing.
[[nodiscard]] std::string to_csv(std::vector<nlohmann::ordered_json> const& rows);

[[nodiscard]] std::string write(report const& r, output const& how);

} // namespace recommend
