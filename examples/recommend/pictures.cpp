// SPDX-License-Identifier: MIT
#include "recommend/sections.hpp"
#include "recommend/svg.hpp"
#include "recommend/words.hpp"

#include <algorithm>

namespace recommend {
namespace {

std::string label_of(answer const& a, reckon::plan const& p) {
    std::string s = devices_text(p.devices(), a.gpu(p.gpu));
    if (a.asked.several_precisions()) { s += ", " + weights_text(a.asked, p); }
    return s;
}

} // namespace

std::string memory_picture(answer const& a) {
    std::vector<bar> bars;
    std::size_t const shown = std::min(a.asked.print.top, a.found->plans.size());
    for (std::size_t i = 0; i < shown; ++i) {
        reckon::plan const& p = a.found->plans[i];
        reckon::serving::memory_report const& m = p.memory;
        bars.push_back(
            {label_of(a, p),
             {reckon::in_gigabytes(m.weights), reckon::in_gigabytes(m.kv_cache),
              reckon::in_gigabytes(m.activations.value), reckon::in_gigabytes(m.runtime.value)},
             reckon::in_gigabytes(m.budget)});
    }
    return stacked_bars({"weights", "KV cache", "activations", "engine and collectives"}, bars,
                        "GB");
}

section front_section(answer const& a) {
    section s{.heading = "Cost against latency", .from = page_depth::all};
    std::vector<dot> dots;
    auto const add = [&](reckon::plan const& p, bool best) {
        if (!p.per_token.known()) { return; }
        dots.push_back({label_of(a, p), reckon::in_usd_per_million_tokens(p.per_token.value()),
                        reckon::in_seconds(p.speed.end_to_end.value), best});
    };
    for (reckon::plan const& p : *a.best_by_two) {
        add(p, true);
    }
    for (reckon::plan const& p : a.found->plans) {
        bool const there =
            std::any_of(a.best_by_two->begin(), a.best_by_two->end(), [&](reckon::plan const& q) {
                return reckon::choice(p) == reckon::choice(q) && p.spread == q.spread &&
                       p.replicas == q.replicas;
            });
        if (!there) { add(p, false); }
    }
    if (!dots.empty()) {
        s.picture = scatter({.x = "USD a million output tokens",
                             .y = "seconds of one request",
                             .log_x = true,
                             .log_y = true},
                            dots);
    }
    auto const joined =
        std::count_if(dots.begin(), dots.end(), [](dot const& d) { return d.on_front; });
    s.notes.push_back(
        "Joined: the " + std::to_string(joined) +
        " plans with a known price that none beats in both. The others are the cheapest of their "
        "accelerator.");
    return s;
}

} // namespace recommend
