// SPDX-License-Identifier: MIT
#include "recommend/page.hpp"
#include "recommend/svg.hpp"

namespace recommend {
namespace {

/// Black on white or white on black, as the reader's system has it. Eight colours that the colour-blind tell apart
/// (Okabe and Ito).
constexpr std::string_view style = R"(
:root { --ink: #1b1f24; --soft: #667085; --rule: #e3e6ea; --paper: #ffffff; --good: #0b7a4b; --bad: #b42318; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8eb; --soft: #98a2b3; --rule: #30363d; --paper: #14171a; --good: #4cc38a; --bad: #ff8a7a; }
}
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
       max-width: 940px; margin: 2.5rem auto; padding: 0 1.25rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: 1.05rem; margin: 2.2rem 0 .6rem; }
.lead { font-size: 1.05rem; margin: .2rem 0; }
.note { color: var(--soft); margin: .4rem 0; font-size: .9rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .88rem; }
th, td { padding: .28rem .9rem .28rem 0; text-align: left; vertical-align: top;
         border-bottom: 1px solid var(--rule); }
th { color: var(--soft); font-weight: 600; white-space: nowrap; }
td:not(:last-child) { white-space: nowrap; }
.bar { display: inline-block; height: .75em; background: #0072b2; opacity: .75; }
td.right, th.right { text-align: right; white-space: nowrap; }
.strong { font-weight: 600; } .good { color: var(--good); font-weight: 600; } .bad { color: var(--bad); }
.warning { color: var(--bad); } .faint { color: var(--soft); }
svg { width: 100%; height: auto; margin: .6rem 0 0; }
svg text { font: 12px system-ui, sans-serif; fill: var(--ink); } svg text.tick { fill: var(--soft); font-size: 11px; }
svg .grid { stroke: var(--rule); } svg .frame { fill: none; stroke: var(--soft); }
svg .line { fill: none; stroke-width: 2; } svg .faint { fill: var(--soft); opacity: .55; }
.c0 { fill: #0072b2; } .c1 { fill: #e69f00; } .c2 { fill: #009e73; } .c3 { fill: #cc79a7; }
.c4 { fill: #56b4e9; } .c5 { fill: #d55e00; } .c6 { fill: #f0e442; } .c7 { fill: #999999; }
.l0 { stroke: #0072b2; } .l1 { stroke: #e69f00; } .l2 { stroke: #009e73; } .l3 { stroke: #cc79a7; }
.l4 { stroke: #56b4e9; } .l5 { stroke: #d55e00; } .l6 { stroke: #f0e442; } .l7 { stroke: #999999; }
)";

std::string_view look_of(reckon::io::emphasis mark) {
    using enum reckon::io::emphasis;
    switch (mark) {
    case none: return "";
    case strong: return "strong";
    case good: return "good";
    case warning: return "warning";
    case bad: return "bad";
    case faint: return "faint";
    }
    return "";
}

std::string cell(std::string_view tag, reckon::io::table_cell const& c,
                 reckon::io::table_column const& column) {
    std::string look(look_of(c.mark));
    if (column.align == reckon::io::alignment::right) { look += look.empty() ? "right" : " right"; }
    std::string out = "<" + std::string(tag);
    if (!look.empty()) { out += " class=\"" + look + "\""; }
    out += ">";
    if (column.key == bar_key && tag == "td") {
        out +=
            "<span class=\"bar\" style=\"width:" + std::to_string(c.text.size()) + "ch\"></span>";
    } else {
        out += escaped(c.text);
    }
    return out + "</" + std::string(tag) + ">";
}

std::string table_of(section const& s) {
    std::string out = "<div class=\"scroll\"><table>\n";
    if (s.titled) {
        out += "<tr>";
        for (auto const& column : s.grid.columns) {
            out += cell("th", {column.title}, column);
        }
        out += "</tr>\n";
    }
    for (auto const& row : s.grid.rows) {
        out += "<tr>";
        for (std::size_t i = 0; i < s.grid.columns.size(); ++i) {
            out +=
                cell("td", i < row.size() ? row[i] : reckon::io::table_cell{}, s.grid.columns[i]);
        }
        out += "</tr>\n";
    }
    return out + "</table></div>\n";
}

std::string paragraph(std::string_view look, std::string_view sentence) {
    return "<p class=\"" + std::string(look) + "\">" + escaped(sentence) + "</p>\n";
}

} // namespace

std::string to_html(page const& p) {
    std::string out = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width\">\n<title>" +
                      escaped(p.title) + "</title>\n<style>" + std::string(style) +
                      "</style>\n</head>\n<body>\n<h1>" + escaped(p.title) + "</h1>\n";
    for (std::string const& sentence : p.lead) {
        out += paragraph("lead", sentence);
    }
    for (section const& s : p.sections) {
        if (s.to != page_depth::all) { continue; }
        out += "<h2>" + escaped(s.heading) + "</h2>\n" + s.picture;
        if (!s.grid.rows.empty()) { out += table_of(s); }
        for (std::string const& sentence : s.notes) {
            out += paragraph("note", sentence);
        }
    }
    return out + "</body>\n</html>\n";
}

} // namespace recommend
