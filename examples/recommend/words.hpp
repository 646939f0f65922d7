// SPDX-License-Identifier: MIT
// Plans, layouts and refusals in words that fit into a table.
#pragma once
#include "recommend/answer.hpp"

#include <string>

namespace recommend {

/// "8 x H200 SXM 141GB".
[[nodiscard]] std::string devices_text(reckon::count n, reckon::any_gpu const& g);
/// "TP2 DP4 EP PP2", "2 x TP8"; "one GPU" where nothing is divided.
[[nodiscard]] std::string layout_text(reckon::layout const& l, reckon::count replicas = 1,
                                      reckon::count spare = 0);
/// "85.4 > 77.0": the broken rule's numbers, per GPU.
[[nodiscard]] std::string numbers_text(refused const& r);
/// "DP8 EP, 36 requests or contexts of 18,711": what would mend it.
[[nodiscard]] std::string remedy_text(answer const& a, refused const& r, bool first_only);
/// A few words for the rule, with the unit of its numbers.
[[nodiscard]] std::string rule_text(refused const& r);

/// Models among the candidates, each counted once.
[[nodiscard]] std::size_t distinct_models(question const& q);
/// "fp8-block128", or "DeepSeek-R1 fp8-block128" where models differ.
[[nodiscard]] std::string weights_text(question const& q, reckon::choice of);
/// "64 requests at once, each of up to 32,768 tokens".
[[nodiscard]] std::string load_text(reckon::workload const& w);
/// "Lambda 8x B200 in us-east-1, on demand, read 2026-09-23".
[[nodiscard]] std::string offer_text(market const& m, reckon::offer const& o,
                                     reckon::purchase how = reckon::purchase::on_demand);

/// "c", "s" or "m": whose price it is, behind the price; nothing for one's own.
[[nodiscard]] std::string seller_mark(market const& m, std::size_t offer);
/// What the marks of a table mean.
inline constexpr char const* seller_note =
    "$ by seller: c a general cloud, s a specialised one, m private hosts (--sellers).";
/// "Left out: the licence of ... does not allow use for money."
[[nodiscard]] std::string left_out_text(reckon::error const& why);
/// "MIT, use for money allowed"; with the condition where there is one.
[[nodiscard]] std::string licence_text(reckon::licence const& held);
/// "rent for an output token".
[[nodiscard]] std::string objective_text(reckon::objective o);
/// "0.4 % dearer than 16 x A100, within the 10 % that estimates do not tell apart: that one takes 2.0 times as many
/// GPUs". Domain: `why.made`.
[[nodiscard]] std::string preference_text(reckon::preference const& why, reckon::objective by,
                                          double alike, std::string const& over);
/// "Estimates within 10 % of each other count as equal; of those plans the fastest stands first (--alike)."
[[nodiscard]] std::string alike_text(reckon::objective by, double alike);
/// "32,768".
[[nodiscard]] std::string tokens_text(reckon::tokens t);
[[nodiscard]] std::string fixed(double value, int decimals);
/// Without zeros at the end: "10", "0.5".
[[nodiscard]] std::string number_text(double value);
[[nodiscard]] std::string gigabytes(reckon::bytes size, int decimals = 1);
[[nodiscard]] std::string date_text(reckon::date d);
/// "23.1 .. 42.1".
[[nodiscard]] std::string interval_text(double low, double high, int decimals);

} // namespace recommend
