// SPDX-License-Identifier: MIT
// What is asked: candidates, a load, rules, accelerators, prices, and how to say the answer.
#pragma once
#include "recommend/reader.hpp"

#include <reckon/cost/money.hpp>
#include <reckon/reckon.hpp>

#include <optional>
#include <string>
#include <vector>

namespace recommend {

enum class page_format { table, json, markdown, csv, html };

/// How much of a page is printed: what one decides with, what explains it, everything.
enum class page_depth { answer, why, all };

/// A candidate: a model in the formats that one would take it in.
struct served {
    reckon::any_model model{};
    std::string asked_as{}; ///< as it was named
    std::vector<reckon::recipe> precisions{};
    double quality{1};
    reckon::licence terms{}; ///< the catalogue's, or what the reader says
};

/// Prices to choose from, and the day of the question.
struct market {
    std::vector<reckon::offer> offers{}; ///< one's own first
    std::size_t own{};                   ///< how many of them are
    std::optional<reckon::date> today{};
};

struct output {
    page_format format{page_format::table};
    page_depth depth{page_depth::answer};
    std::size_t top{10};
    bool all_refusals{};
};

struct question {
    std::vector<served> models{};
    bool quality_stated{};
    bool as_published{};       ///< nobody named a precision
    reckon::workload load{};   ///< as asked
    reckon::workload filled{}; ///< with the lengths that were assumed
    bool context_assumed{};
    bool lengths_assumed{};
    reckon::plan_rules rules{};
    std::vector<reckon::stock> owned{};    ///< `rules.owned` is set to it where the rules are used
    std::vector<reckon::label> licences{}; ///< and `rules.licences.only` to it; empty: any
    std::vector<reckon::any_gpu> gpus{};
    bool gpus_named{};
    market prices{};
    output print{};

    [[nodiscard]] reckon::any_model const& model_of(reckon::choice of) const {
        return models[of.model].model;
    }
    [[nodiscard]] reckon::recipe const& weights_of(reckon::choice of) const {
        return models[of.model].precisions[of.precision];
    }
    [[nodiscard]] reckon::any_gpu const& gpu_of(reckon::choice of) const { return gpus[of.gpu]; }
    [[nodiscard]] bool several_models() const;
    [[nodiscard]] bool several_precisions() const;
    /// The rules with what they point to in this question.
    [[nodiscard]] reckon::plan_rules bound_rules() const;
    /// Why a candidate may not be used; nothing where it may.
    [[nodiscard]] reckon::possible_error exclusion_of(served const& one) const;
    /// For the library; points into this question.
    [[nodiscard]] std::vector<reckon::candidate<reckon::any_model>> candidates() const;
};

/// Everything that a question lacks, in one sentence, where that is more than one thing.
void list_missing(reader& r, given const& g);

// Parts of a question, in the order in which their mistakes are told. Each reports to the reader.
void read_models(reader& r, given const& g, question& q);
void read_lengths(reader& r, question& q);
void read_load(reader& r, question& q);
void read_rules(reader& r, given const& g, question& q);
void read_gpus(reader& r, given const& g, question& q);
void read_market(reader& r, given const& g, market& m);
/// Of whom, where, and what kind of seller to rent from. Domain: the market was read.
void read_terms(reader& r, given const& g, question& q);
void read_output(reader& r, output& o);
/// What --own says; its first mistake is reported.
[[nodiscard]] std::vector<reckon::stock> read_stocks(reader& r, given const& g);
[[nodiscard]] std::vector<reckon::exchange_rate> read_rates(reader& r, given const& g);
/// The day asked about; without one that of the clock, which only refuses what is in the future.
[[nodiscard]] reckon::date day_of_question(market const& m);

/// The whole question of `recommend`.
[[nodiscard]] reckon::result<question> read_question(given const& g);

} // namespace recommend
