// SPDX-License-Identifier: MIT
// What owning machines costs against renting as much, and against a seller of tokens.
#pragma once
#include "recommend/question.hpp"

#include <reckon/cost/buy_or_rent.hpp>
#include <reckon/cost/price_of_use.hpp>
#include <reckon/cost/token_prices.hpp>

#include <optional>
#include <string>
#include <vector>

namespace recommend {

struct purchase_question {
    reckon::ownership own{};
    bool no_electricity{}; ///< nobody said what it costs
    reckon::use_of_machine use{};
    bool interruptions_given{};
    std::optional<reckon::offer> rented{}; ///< a machine of a list, where one was named
    reckon::usd_per_second on_demand{};    ///< what renting as much costs
    std::optional<reckon::price_list> api{};
    reckon::token_counts a_second{}; ///< what all machines process, averaged over all hours
    market prices{};
    output print{};
};

[[nodiscard]] reckon::result<purchase_question> read_purchase(given const& g);

/// A way to have the machines, and what it costs in all after a time.
struct way {
    std::string name{};
    std::string key{};
    reckon::figure<reckon::usd_per_second> listed{}; ///< an hour, as it is quoted
    reckon::usd_per_second used_hour{};              ///< for an hour in which they are used
    reckon::usd at_once{};                           ///< paid on the first day
    reckon::usd_per_second after{};                  ///< paid from then on, on average
    [[nodiscard]] reckon::usd until(reckon::seconds t) const { return at_once + after * t; }
};

/// Owning first, then each way of renting that is quoted, then the seller of tokens.
[[nodiscard]] std::vector<way> ways_of(purchase_question const& q);

} // namespace recommend
