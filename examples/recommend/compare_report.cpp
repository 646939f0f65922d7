// SPDX-License-Identifier: MIT
#include "recommend/compare.hpp"
#include "recommend/print_json.hpp"
#include "recommend/svg.hpp"
#include "recommend/verbs.hpp"
#include "recommend/words.hpp"

#include <reckon/io/format.hpp>

#include <algorithm>

namespace recommend {
namespace {

using json = nlohmann::ordered_json;
using reckon::io::alignment;
using reckon::io::emphasis;
using reckon::io::table_cell;

enum class better_when : unsigned char { lower, higher, neither };

/// One figure of every contender.
struct figure_row {
    char const* name;
    char const* key;
    int decimals;
    better_when wins;
    std::optional<double> (*of)(contender const&, reckon::plan const&);
};

std::optional<double> of_objective(reckon::plan const& p, reckon::objective o) {
    constexpr double unknown = 1e300;
    double const value = reckon::badness(p, o);
    return value < unknown ? std::optional(value) : std::nullopt;
}

constexpr figure_row figures[] = {
    {"rent, $ an hour", "usd_per_hour", 2, better_when::lower,
     [](contender const&, reckon::plan const& p) {
         return p.price.known() ? std::optional(reckon::in_usd_per_hour(p.price.value()))
                                : std::nullopt;
     }},
    {"rent, $ a million tokens", "usd_per_million_output_tokens", 2, better_when::lower,
     [](contender const&, reckon::plan const& p) {
         return p.per_token.known()
                    ? std::optional(reckon::in_usd_per_million_tokens(p.per_token.value()))
                    : std::nullopt;
     }},
    {"first token, s", "time_to_first_token_s", 2, better_when::lower,
     [](contender const&, reckon::plan const& p) {
         return std::optional(reckon::in_seconds(p.speed.time_to_first_token.value));
     }},
    {"each further one, ms", "time_per_token_ms", 1, better_when::lower,
     [](contender const&, reckon::plan const& p) {
         return std::optional(reckon::in_milliseconds(p.speed.time_per_token.value));
     }},
    {"a whole request, s", "end_to_end_s", 1, better_when::lower,
     [](contender const&, reckon::plan const& p) {
         return of_objective(p, reckon::objective::latency);
     }},
    {"output of all, tok/s", "output_tokens_per_second", 0, better_when::higher,
     [](contender const&, reckon::plan const& p) {
         return std::optional(reckon::in_tokens_per_second(p.output_throughput()));
     }},
    {"free memory, GB a GPU", "free_gb_per_gpu", 1, better_when::higher,
     [](contender const&, reckon::plan const& p) {
         return std::optional(reckon::in_gigabytes(p.memory.headroom()));
     }},
    {"boards at most, kW", "board_power_kw", 2, better_when::lower,
     [](contender const&, reckon::plan const& p) {
         return p.power.known() ? std::optional(reckon::in_watts(p.power.value()) / 1000)
                                : std::nullopt;
     }},
    {"joules an output token", "joules_per_output_token", 2, better_when::lower,
     [](contender const&, reckon::plan const& p) {
         return of_objective(p, reckon::objective::energy);
     }},
};

std::optional<double> value_of(figure_row const& f, contender const& c) {
    return c.found ? f.of(c, *c.found) : std::nullopt;
}

/// The contender with the better figure; none where all are alike or one alone has it.
std::optional<std::size_t> winner(figure_row const& f, comparison const& all) {
    if (f.wins == better_when::neither) { return std::nullopt; }
    std::optional<std::size_t> best;
    std::size_t known = 0;
    bool differ = false;
    for (std::size_t i = 0; i < all.contenders.size(); ++i) {
        auto const value = value_of(f, all.contenders[i]);
        if (!value) { continue; }
        ++known;
        if (!best) {
            best = i;
            continue;
        }
        double const leader = *value_of(f, all.contenders[*best]);
        // What prints alike is alike.
        differ = differ || fixed(*value, f.decimals) != fixed(leader, f.decimals);
        if (f.wins == better_when::lower ? *value < leader : *value > leader) { best = i; }
    }
    return known > 1 && differ ? best : std::nullopt;
}

/// Why a contender does not carry the load.
std::string refusal_text(contender const& c) {
    using reckon::serving::constraint;
    reckon::refusal const& no = c.nearest;
    if (no.broken == constraint::none) {
        return "this layout is not searched: degrees are powers of two, EP goes with DP";
    }
    question const& q = c.asked;
    if (no.broken == constraint::devices) {
        return "as " + layout_text(no.spread) + " it needs " +
               reckon::io::with_commas(static_cast<reckon::count>(no.need)) + " GPUs";
    }
    reckon::count const requests = q.filled.concurrency > 0 ? q.filled.concurrency : no.spread.data;
    refused const worked_out{
        .why = no,
        .memory = reckon::serving::memory_of(q.models[0].model, q.gpus[0],
                                             q.models[0].precisions[0], q.rules.kv_cache, no.spread,
                                             q.rules.serving_engine, q.filled.context, requests)};
    return "as " + layout_text(no.spread) + ", for each GPU: " + rule_text(worked_out) + ": " +
           numbers_text(worked_out);
}

section figures_section(comparison const& all) {
    section s{.heading = "Side by side"};
    s.grid.columns = {{"", "", alignment::left}};
    for (contender const& c : all.contenders) {
        s.grid.columns.push_back({c.written, "", alignment::right});
    }
    auto const words = [&](char const* what, auto const& of) {
        std::vector<table_cell> row{{what}};
        for (contender const& c : all.contenders) {
            row.emplace_back(of(c));
        }
        s.grid.rows.push_back(row);
    };
    words("takes", [](contender const& c) {
        return c.found ? devices_text(c.found->devices(), c.asked.gpus[0]) : std::string("-");
    });
    words("as", [](contender const& c) {
        return c.found ? layout_text(c.found->spread, c.found->replicas, c.found->spare)
                       : std::string("-");
    });
    auto const served = [](contender const& c) {
        return std::string(c.asked.models[0].model.name.view()) + " " +
               std::string(c.asked.models[0].precisions[0].name.view());
    };
    bool const alike = std::ranges::all_of(
        all.contenders, [&](contender const& c) { return served(c) == served(all.contenders[0]); });
    if (!alike) { words("of", served); }
    for (figure_row const& f : figures) {
        auto const best = winner(f, all);
        std::vector<table_cell> row{{f.name}};
        for (std::size_t i = 0; i < all.contenders.size(); ++i) {
            auto const value = value_of(f, all.contenders[i]);
            bool const wins = best && *best == i;
            row.emplace_back(value ? (wins ? "* " : "") + fixed(*value, f.decimals) : "-",
                             wins ? emphasis::good : emphasis::none);
        }
        s.grid.rows.push_back(row);
    }
    bool const any =
        std::ranges::any_of(all.contenders, [](contender const& c) { return c.found.has_value(); });
    if (any) {
        s.notes.emplace_back("*: the better figure. $: rent on demand of whole machines.");
    } else {
        s.grid.rows.clear(); // nothing to hold side by side
    }
    for (contender const& c : all.contenders) {
        if (!c.found) {
            s.notes.push_back(c.written + " does not carry the load: " + refusal_text(c) + ".");
        } else if (c.found->devices() < c.devices) {
            s.notes.push_back(c.written + ": no layout takes exactly " + std::to_string(c.devices) +
                              "; " + std::to_string(c.found->devices()) +
                              " of them are used and paid.");
        }
    }
    return s;
}

section memory_section_of(comparison const& all) {
    section s{.heading = "Memory of one GPU", .from = page_depth::why};
    s.grid.columns = {{"", "", alignment::left},          {"weights GB", "", alignment::right},
                      {"KV cache", "", alignment::right}, {"activations", "", alignment::right},
                      {"engine", "", alignment::right},   {"free", "", alignment::right},
                      {"of", "", alignment::right}};
    std::vector<bar> bars;
    for (contender const& c : all.contenders) {
        if (!c.found) { continue; }
        reckon::serving::memory_report const& m = c.found->memory;
        s.grid.rows.push_back({{c.written},
                               {gigabytes(m.weights)},
                               {gigabytes(m.kv_cache)},
                               {gigabytes(m.activations.value)},
                               {gigabytes(m.runtime.value)},
                               {gigabytes(m.headroom())},
                               {gigabytes(m.budget)}});
        bars.push_back(
            {c.written,
             {reckon::in_gigabytes(m.weights), reckon::in_gigabytes(m.kv_cache),
              reckon::in_gigabytes(m.activations.value), reckon::in_gigabytes(m.runtime.value)},
             reckon::in_gigabytes(m.budget)});
    }
    if (!bars.empty()) {
        s.picture = stacked_bars({"weights", "KV cache", "activations", "engine and collectives"},
                                 bars, "GB");
    }
    return s;
}

section prices_section(comparison const& all) {
    section s{.heading = "Prices", .titled = false, .from = page_depth::why};
    s.grid.columns = {{"", "", alignment::left}, {"", "", alignment::left}};
    for (contender const& c : all.contenders) {
        if (!c.found) { continue; }
        s.grid.rows.push_back(
            {{c.written},
             {c.found->rented.machines > 0
                  ? std::to_string(c.found->rented.machines) + " x " +
                        offer_text(all.prices, all.prices.offers[c.found->rented.offer])
                  : std::string("no offer has this accelerator")}});
    }
    return s;
}

/// Who wins by what was asked for, and by how much.
std::string verdict(comparison const& all) {
    std::vector<contender const*> carried;
    for (contender const& c : all.contenders) {
        if (c.found) { carried.push_back(&c); }
    }
    if (carried.empty()) { return "None of them carries the load."; }
    auto const value = [&](contender const* c) { return reckon::badness(*c->found, all.by); };
    // Ties in the order given (std::stable_sort of GCC 12's library makes Clang complain).
    std::ranges::sort(carried, [&](contender const* x, contender const* y) {
        return value(x) != value(y) ? value(x) < value(y) : x < y;
    });
    std::string const what(reckon::name(all.by));
    if (carried.size() == 1) { return "Only " + carried[0]->written + " carries the load."; }
    double const first = value(carried[0]);
    double const second = value(carried[1]);
    constexpr double unknown = 1e300;
    if (!(first < unknown)) { return "None of them has a known figure by " + what + "."; }
    std::string s = "By " + what + ", " + carried[0]->written + " is the better one";
    if (!(second < unknown)) { return s + ": of the others it is not known."; }
    if (first == second) { return "By " + what + ", the first ones are alike."; }
    double const less = (second - first) / std::max(std::abs(first), std::abs(second));
    return s + ", by " + reckon::io::percent(less, 0) + " before " + carried[1]->written + ".";
}

json asked_of(comparison const& all) {
    reckon::workload const& w = all.load;
    return {{"context_tokens", reckon::in_tokens(w.context)},
            {"concurrency", w.concurrency > 0 ? json(w.concurrency) : json(nullptr)},
            {"requests_per_second",
             w.concurrency > 0 ? json(nullptr) : rounded(reckon::in_per_second(w.rate))},
            {"prompt_tokens", reckon::in_tokens(w.request.prompt)},
            {"output_tokens", reckon::in_tokens(w.request.output)},
            {"objective", reckon::name(all.by)}};
}

} // namespace

reckon::result<report> compare_report(given const& g, output& how) {
    auto const found = find_comparison(g);
    if (!found) { return found.error(); }
    comparison const& all = *found;
    how = all.print;
    report out{};
    std::string const first(all.contenders[0].asked.models[0].model.name.view());
    bool const one_model = std::ranges::all_of(all.contenders, [&](contender const& c) {
        return c.asked.models[0].model.name.view() == first;
    });
    out.shown.title =
        (one_model ? first : std::string("Side by side")) + ": " + load_text(all.load);
    out.shown.lead = {verdict(all)};
    out.shown.sections = {figures_section(all), memory_section_of(all), prices_section(all)};
    json options = json::array();
    for (contender const& c : all.contenders) {
        json row{{"option", c.written},
                 {"gpu", std::string(c.asked.gpus[0].id.view())},
                 {"gpus", c.devices},
                 {"carries", c.found.has_value()}};
        json figures_of = json::object();
        for (figure_row const& f : figures) {
            auto const value = value_of(f, c);
            figures_of[f.key] = known_or_null(value.has_value(), value.value_or(0));
        }
        json all_of = row;
        all_of["figures"] = figures_of;
        all_of["plan"] = c.found ? plan_of(c.asked, *c.found) : json(nullptr);
        all_of["refused"] = c.found ? json(nullptr) : json(refusal_text(c));
        options.push_back(all_of);
        row.update(figures_of);
        row["refused"] = all_of["refused"];
        out.rows.push_back(row);
    }
    json better = json::object();
    for (figure_row const& f : figures) {
        auto const best = winner(f, all);
        better[f.key] = best ? json(all.contenders[*best].written) : json(nullptr);
    }
    out.data = {{"asked", asked_of(all)}, {"options", options}, {"better", better}};
    out.carried =
        std::ranges::any_of(all.contenders, [](contender const& c) { return c.found.has_value(); });
    return out;
}

} // namespace recommend
