// SPDX-License-Identifier: MIT
#include "recommend/sections.hpp"
#include "recommend/words.hpp"

#include <reckon/io/format.hpp>

#include <cmath>

namespace recommend {
namespace {

using reckon::count;
using reckon::io::alignment;
using reckon::io::emphasis;
using reckon::io::table_cell;
using reckon::io::with_commas;
using row = std::vector<table_cell>;

/// What a limit must become, as an option.
std::string option_text(reckon::relaxation const& r) {
    using reckon::serving::constraint;
    // Rounded up, so that the option admits the plan.
    auto const up = [](double value, int decimals) {
        double const scale = decimals == 2 ? 100 : 1000;
        return fixed(std::ceil(value * scale * (1 - 1e-12)) / scale, decimals);
    };
    switch (r.rule) {
    case constraint::time_per_token: return "--max-tpot " + up(r.needed * 1000, 2) + "ms";
    case constraint::time_to_first_token: return "--max-ttft " + up(r.needed, 3) + "s";
    case constraint::end_to_end: return "--max-latency " + up(r.needed, 3) + "s";
    case constraint::budget: return "--budget " + up(r.needed, 2);
    case constraint::power: return "--max-power " + up(r.needed / 1000, 3);
    default: return "--max-gpus " + fixed(r.needed, 0);
    }
}

} // namespace

section refusals_section(answer const& a) {
    section s{.heading = "Refused, and what would mend it"};
    bool const several = a.asked.several_precisions();
    s.grid.columns = {{"GPUs", "", alignment::left}, {"layout", "", alignment::left}};
    if (several) { s.grid.columns.push_back({"weights", "", alignment::left}); }
    for (char const* const title : {"rule", "needs > has", "would carry it"}) {
        s.grid.columns.push_back({title, "", alignment::left});
    }
    for (refused const& r : a.refusals) {
        // Too many replicas of a layout that would do: say how many.
        bool const too_many = r.why.broken == reckon::serving::constraint::devices;
        count const devices = too_many ? static_cast<count>(r.why.need) : r.why.spread.devices();
        row cells{{devices_text(devices, a.gpu(r.why.gpu))},
                  {layout_text(r.why.spread, devices / r.why.spread.devices())}};
        if (several) { cells.emplace_back(weights_text(a.asked, r.why)); }
        cells.emplace_back(rule_text(r), emphasis::bad);
        cells.emplace_back(numbers_text(r));
        cells.emplace_back(remedy_text(a, r, a.asked.print.depth == page_depth::answer));
        s.grid.rows.push_back(cells);
    }
    std::string note = "Sizes and tokens are those of one GPU.";
    auto const kept = static_cast<count>(a.found->refusals.size());
    auto const shown = static_cast<count>(a.refusals.size());
    if (kept > shown) {
        note += " " + with_commas(kept - shown) + (kept - shown == 1 ? " more was" : " more were") +
                " refused; --all-refusals lists them.";
    }
    s.notes.push_back(note);
    return s;
}

section paper_section(answer const& a) {
    section s{.heading = "Checked on paper", .from = page_depth::all};
    s.grid.columns = {{"GPUs", "", alignment::left},
                      {"layout", "", alignment::left},
                      {"0.9 of GB", "", alignment::right},
                      {"weights", "", alignment::right},
                      {"+ KV cache", "", alignment::right},
                      {"tokens needed", "", alignment::right},
                      {"tokens that fit", "", alignment::right}};
    for (paper_row const& r : a.on_paper) {
        auto const& c = r.check;
        emphasis const look = c.fits() ? emphasis::good : emphasis::bad;
        s.grid.rows.push_back(
            row{{devices_text(r.spread.devices(), a.gpu(r.of.gpu))},
                {layout_text(r.spread)},
                {gigabytes(c.budget)},
                {gigabytes(c.weights), c.weights <= c.budget ? emphasis::none : emphasis::bad},
                {gigabytes(c.cache())},
                {tokens_text(c.needed)},
                {tokens_text(c.fit), look}});
    }
    reckon::any_model const& m = a.asked.model_of(a.found->plans[0]);
    auto const& weights = a.asked.weights_of(a.found->plans[0]);
    s.notes.push_back("Per GPU, with nothing set aside for the engine: the model's " +
                      gigabytes(reckon::weights_of(m, weights).total(), 2) +
                      " GB divided evenly, but its attention (" +
                      gigabytes(reckon::serving::attention_on_paper(m, weights), 2) +
                      " GB) once for each DP rank; what is left over a token's bytes.");
    return s;
}

section conflicts_section(reckon::conflicts const& excluded) {
    section s{.heading = "Rules that cannot be kept together", .titled = false};
    for (reckon::conflict const& c : excluded) {
        std::string sentence(reckon::explain(c).view());
        // "an end-to-end time ..." begins a line here.
        if (!sentence.empty() && sentence[0] >= 'a' && sentence[0] <= 'z') {
            sentence[0] = static_cast<char>(sentence[0] - 'a' + 'A');
        }
        s.notes.push_back(std::move(sentence));
    }
    return s;
}

std::string no_plan_text(answer const& a) {
    std::string s = "No plan: none of " + with_commas(a.found->plans_tried) +
                    " ways to spread it over at most " + std::to_string(a.asked.rules.max_devices) +
                    " GPUs carries this load.";
    for (std::size_t i = 0; i < a.relaxed.size(); ++i) {
        reckon::relaxation const& r = a.relaxed[i];
        s += (i == 0                      ? " One would with "
              : i + 1 == a.relaxed.size() ? " or "
                                          : ", ") +
             option_text(r) + " (" + devices_text(r.instead.devices(), a.gpu(r.instead.gpu)) + ")";
    }
    return a.relaxed.empty() ? s : s + ".";
}

} // namespace recommend
