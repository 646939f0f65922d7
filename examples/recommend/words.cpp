// SPDX-License-Identifier: MIT
#include "recommend/words.hpp"

#include <reckon/catalog/find_licence.hpp>
#include <reckon/io/format.hpp>

namespace recommend {

using reckon::count;
using reckon::serving::constraint;

std::string tokens_text(reckon::tokens t) {
    return reckon::io::with_commas(static_cast<count>(reckon::in_tokens(t)));
}

std::string load_text(reckon::workload const& w) {
    std::string const contexts = w.concurrency == 1 ? " of up to " : ", each of up to ";
    if (w.concurrency > 0) {
        return reckon::io::with_commas(w.concurrency) +
               (w.concurrency == 1 ? " request" : " requests at once") + contexts +
               tokens_text(w.context) + " tokens";
    }
    return number_text(reckon::in_per_second(w.rate)) + " requests a second, each of up to " +
           tokens_text(w.context) + " tokens";
}

std::size_t distinct_models(question const& q) {
    std::size_t n = 0;
    for (std::size_t i = 0; i < q.models.size(); ++i) {
        bool seen = false;
        for (std::size_t k = 0; k < i; ++k) {
            seen = seen || q.models[k].model == q.models[i].model;
        }
        n += seen ? 0 : 1;
    }
    return n;
}

std::string weights_text(question const& q, reckon::choice of) {
    std::string const format(q.weights_of(of).name.view());
    if (!q.several_models()) { return format; }
    return std::string(q.model_of(of).name.view()) + " " + format;
}

std::string offer_text(market const& m, reckon::offer const& o, reckon::purchase how) {
    std::string s = std::string(o.provider.view());
    if (reckon::seller_of(o) != reckon::seller_kind::own) {
        s += " (" + std::string(reckon::name(reckon::seller_of(o))) + ")";
    }
    s += " " + std::string(o.instance.view());
    if (!o.region.empty()) { s += " in " + std::string(o.region.view()); }
    s += ", " + std::string(reckon::name(how));
    auto const price = o.price_of(how);
    if (!price.known()) { return s; }
    s += ", read " + date_text(price.value().as_of);
    if (m.today && reckon::stale(price.value(), *m.today)) {
        s += " (stale: " + std::to_string(reckon::days_between(price.value().as_of, *m.today)) +
             " days old)";
    }
    return s;
}

std::string seller_mark(market const& m, std::size_t offer) {
    using enum reckon::seller_kind;
    switch (reckon::seller_of(m.offers[offer])) {
    case cloud: return " c";
    case specialised: return " s";
    case marketplace: return " m";
    case own: break;
    }
    return "";
}

std::string left_out_text(reckon::error const& why) {
    return "Left out: " + std::string(why.message.view());
}

std::string licence_text(reckon::licence const& held) {
    if (held.name.empty()) { return "not known"; }
    std::string s(held.name.view());
    using enum reckon::commercial_use;
    switch (held.commercial) {
    case allowed: return s + ", use for money allowed";
    case forbidden: return s + ", no use for money";
    case unread: return s + ", its terms were not read";
    case conditional: break;
    }
    auto const terms = reckon::find_licence(held.name.view());
    return s + ", use for money allowed within limits" +
           (terms ? ": " + std::string(terms->condition) : "");
}

std::string fixed(double value, int decimals) {
    return std::string(reckon::text<63>{}.append_fixed(value, decimals).view());
}

std::string gigabytes(reckon::bytes size, int decimals) {
    return fixed(reckon::in_gigabytes(size), decimals);
}

std::string number_text(double value) {
    std::string s = fixed(value, 3);
    while (s.find('.') != std::string::npos && (s.back() == '0' || s.back() == '.')) {
        bool const point = s.back() == '.';
        s.pop_back();
        if (point) { break; }
    }
    return s;
}

std::string interval_text(double low, double high, int decimals) {
    return fixed(low, decimals) + " .. " + fixed(high, decimals);
}

std::string date_text(reckon::date d) {
    std::string s = std::to_string(d.year);
    for (int const part : {d.month, d.day}) {
        if (part != 0) { s += (part < 10 ? "-0" : "-") + std::to_string(part); }
    }
    return s;
}

std::string devices_text(count n, reckon::any_gpu const& g) {
    return std::to_string(n) + " x " + std::string(g.name.view());
}

std::string layout_text(reckon::layout const& l, count replicas, count spare) {
    std::string s;
    auto const add = [&](char const* what, count n) {
        if (n > 1) { s += (s.empty() ? "" : " ") + std::string(what) + std::to_string(n); }
    };
    add("TP", l.tensor);
    add("DP", l.data);
    if (l.expert > 1) { s += " EP"; }
    add("PP", l.pipeline);
    if (s.empty()) { s = "1 GPU"; }
    if (replicas > 1) { s = std::to_string(replicas) + " x " + s; }
    return spare > 0 ? s + " + " + std::to_string(spare) + " spare" : s;
}

std::string objective_text(reckon::objective o) {
    switch (o) {
    case reckon::objective::cost: return "rent for an output token";
    case reckon::objective::hourly_cost: return "rent for an hour";
    case reckon::objective::throughput: return "output tokens a second";
    case reckon::objective::latency: return "time of one request";
    case reckon::objective::devices: return "number of GPUs";
    case reckon::objective::energy: return "energy of an output token, boards at their limits";
    }
    return "";
}

namespace {

/// What the plan that is first gives up, beside the one that is best by the objective alone.
std::string given_up_text(reckon::objective by, double given_up) {
    std::string const part = reckon::io::percent(given_up, given_up < 0.0995 ? 1 : 0);
    switch (by) {
    case reckon::objective::cost:
    case reckon::objective::hourly_cost: return part + " dearer than ";
    case reckon::objective::throughput: return part + " below the tokens a second of ";
    case reckon::objective::latency: return part + " slower than ";
    case reckon::objective::devices: return part + " more GPUs than ";
    case reckon::objective::energy: return part + " more energy than ";
    }
    return "";
}

} // namespace

std::string preference_text(reckon::preference const& why, reckon::objective by, double alike,
                            std::string const& over) {
    std::string s = "no worse than " + over + ": ";
    if (why.given_up > 0) {
        s = given_up_text(by, why.given_up) + over + ", within the " +
            reckon::io::percent(alike, 0) + " that estimates do not tell apart: ";
    }
    constexpr double known = 1e100; // beyond: nobody quotes a price
    std::string const times = fixed(why.times_better, why.times_better < 1.995 ? 2 : 1);
    if (why.by == reckon::objective::devices) {
        return s + "that one takes " + times + " times as many GPUs";
    }
    if (why.by == reckon::objective::cost) {
        return s + (why.times_better < known ? "a token costs " + times + " times as much there"
                                             : "nobody quotes a price of that one");
    }
    return s + "a request takes " + times + " times as long there";
}

std::string alike_text(reckon::objective by, double alike) {
    reckon::objective const next = reckon::measures_for(by).by[1];
    std::string const first = next == reckon::objective::latency   ? "fastest"
                              : next == reckon::objective::devices ? "one of the fewest GPUs"
                                                                   : "cheapest";
    if (!reckon::is_estimated(by)) {
        return "Of plans that are equal the " + first + " stands first.";
    }
    return "Estimates within " + reckon::io::percent(alike, 0) +
           " of each other count as equal: of those plans the " + first +
           " stands first (--alike).";
}

std::string rule_text(refused const& r) {
    switch (r.why.broken) {
    case constraint::weights: return "weights, GB";
    case constraint::runtime: return "engine, GB";
    case constraint::cache: return "KV tokens";
    case constraint::device: return "device memory, GB";
    case constraint::rate_unknown: return "speed unknown";
    case constraint::memory_unknown: return "memory unknown";
    case constraint::devices: return "GPUs";
    default: return std::string(reckon::serving::name(r.why.broken));
    }
}

std::string numbers_text(refused const& r) {
    reckon::serving::memory_report const& m = r.memory;
    auto const sizes = [](reckon::bytes need, reckon::bytes have) {
        // 92.38 > 92.37: as many digits as it takes to see the difference.
        int decimals = 1;
        while (decimals < 6 && gigabytes(need, decimals) == gigabytes(have, decimals)) {
            ++decimals;
        }
        return gigabytes(need, decimals) + " > " + gigabytes(have, decimals);
    };
    auto const whole = [](double n) { return reckon::io::with_commas(static_cast<count>(n)); };
    switch (r.why.broken) {
    case constraint::weights: return sizes(m.weights, m.budget);
    case constraint::runtime: return sizes(m.needed() - m.kv_cache, m.budget);
    case constraint::device: return sizes(m.budget + m.outside.value, m.capacity);
    case constraint::cache:
        return whole(reckon::in_tokens(m.tokens_needed)) + " > " +
               whole(reckon::in_tokens(m.cache_tokens));
    case constraint::time_per_token:
    case constraint::time_to_first_token:
    case constraint::end_to_end:
        return (r.why.broken == constraint::time_per_token        ? "TPOT "
                : r.why.broken == constraint::time_to_first_token ? "TTFT "
                                                                  : "") +
               reckon::io::to_text(reckon::seconds{r.why.need}) + " > " +
               reckon::io::to_text(reckon::seconds{r.why.have});
    case constraint::devices: return whole(r.why.need) + " > " + whole(r.why.have);
    case constraint::budget: return "$" + fixed(r.why.need, 2) + " > $" + fixed(r.why.have, 2);
    case constraint::power:
        return reckon::io::to_text(reckon::watts_of(r.why.need)) + " > " +
               reckon::io::to_text(reckon::watts_of(r.why.have));
    case constraint::price_unknown: return "nobody quotes a price";
    case constraint::power_unknown: return "no published board power";
    case constraint::layout: return std::string(reckon::explain(r.why.division).view());
    case constraint::rate_unknown: return "no published peak or bandwidth";
    default: return "";
    }
}

std::string remedy_text(answer const& a, refused const& r, bool first_only) {
    std::vector<std::string> ways;
    if (r.instead) { ways.push_back(layout_text(*r.instead)); }
    bool const too_many = r.why.broken == constraint::devices;
    if (r.carried_by > 0 && !too_many) { ways.push_back(std::to_string(r.carried_by) + " GPUs"); }
    if (too_many) { ways.push_back("these, if --max-gpus allows"); }
    if (r.carried_narrow > 0 && (r.carried_by == 0 || r.carried_narrow < r.carried_by)) {
        ways.push_back(std::to_string(r.carried_narrow) + " in " +
                       std::string(a.narrow.name.view()));
    }
    if (r.why.broken == constraint::cache && a.asked.filled.concurrency > 0) {
        if (r.why.fitting_requests > 0) {
            ways.push_back(reckon::io::with_commas(r.why.fitting_requests) +
                           (r.why.fitting_requests == 1 ? " request" : " requests"));
        }
        if (r.why.fitting_context > reckon::tokens{0}) {
            ways.push_back("contexts of " + reckon::io::with_commas(static_cast<count>(
                                                reckon::in_tokens(r.why.fitting_context))));
        }
    }
    if (first_only && ways.size() > 1) { ways.resize(1); }
    std::string s;
    for (std::size_t i = 0; i < ways.size(); ++i) {
        s += (i == 0 ? "" : i + 1 == ways.size() ? " or " : ", ") + ways[i];
    }
    return s.empty() ? "-" : s;
}

} // namespace recommend
