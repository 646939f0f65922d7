// SPDX-License-Identifier: MIT
// Prefill and decoding in pools of their own: which accelerators and layouts for each, and how many engines.
//
//   least  c_p(x + spare) + c_d(y + spare)    with    the promise kept by x prefill and y decode engines
//
//   symbol | meaning                                                       | unit  | domain
//   x, y   | engines of each pool that serve (serving/disaggregated.hpp)   | -     | >= 1
//   c(n)   | price of n engines, whole machines                            | USD/s | grows with n
//   spare  | engines of each pool that may fail: N + 1 in each             | -     | >= 0
//
// Time per token depends on the decode pool alone, the first token and the end on both: for each y from the fewest
// that keep up, the fewest x. More engines of either pool never make a request later, so that
//
//   cost >= c_p(fewest x) + c_d(y)
//
// ends the count of y, and leaves a pair of engines, without losing the cheapest.
// Source:       serving/disaggregated.hpp.
// Not searched: as recommend/search.hpp. Over the hours of a day: recommend/fleet_pair.hpp.
// Error:        that of serving/disaggregated.hpp; tests/recommend/pools_property.cpp compares with every x and y.
#pragma once
#include <reckon/recommend/fleet_search.hpp>
#include <reckon/serving/disaggregated.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace reckon::inline v0 {

/// An engine that may stand in a pool.
struct pool_engine : choice {
    layout spread{};
    serving::service_curve curve{}; ///< of prompts alone, or of decoding alone
    rental_menu const* menu{};
    count together{1}; ///< accelerators that must be in one machine

    /// The price of `n` of them; unknown where nobody quotes one.
    [[nodiscard]] constexpr figure<usd_per_second> price_of(count n) const noexcept {
        return rent_of(*menu, detail::multiply(n, spread.devices()), together).price;
    }
};

/// A plan of two pools.
struct pool_plan {
    choice of_prefill{};
    choice of_decode{};
    layout prefill{};
    layout decode{};
    count prefill_engines{}; ///< spares among them
    count decode_engines{};
    serving::cache_transfer transfer{};
    serving::queue_times queue{}; ///< in the busiest hour, with the spare ones gone
    usd_per_second cost{};

    [[nodiscard]] constexpr count devices() const noexcept {
        return detail::add(detail::multiply(prefill_engines, prefill.devices()),
                           detail::multiply(decode_engines, decode.devices()));
    }
};

/// What two pools are held to, and what there is between them.
struct pool_rules {
    serving::latency_limits limits{};
    serving::cache_link link{};
    count spare{1};         ///< engines of each pool
    count max_engines{512}; ///< of each pool, spares not counted
};

namespace detail {

/// The fewest engines of a pool, at least `least`, with which `keeps(queue of one)` holds, which more engines keep
/// as well; most + 1 where none do.
[[nodiscard]] constexpr count fewest_engines(serving::service_curve const& curve,
                                             serving::arrivals const& all, count least, count most,
                                             auto&& keeps) noexcept {
    count none = least - 1;
    count enough = most + 1;
    while (enough - none > 1) {
        count const n = none + (enough - none) / 2;
        serving::arrivals one = all;
        one.rate = all.rate / static_cast<double>(n);
        (keeps(serving::queue_of(curve, one)) ? enough : none) = n;
    }
    return enough;
}

/// Two engines with what one sends the other, and the best numbers of them.
struct pool_pair {
    pool_engine const& fill;
    pool_engine const& decode;
    serving::cache_transfer sent;
    serving::arrivals come;
    pool_rules const& rules;

    [[nodiscard]] constexpr serving::queue_times queue_of(count x, count y) const noexcept {
        serving::arrivals in = come;
        serving::arrivals through = come;
        in.rate = come.rate / static_cast<double>(x);
        through.rate = come.rate / static_cast<double>(y);
        serving::queue_times const a = serving::queue_of(fill.curve, in);
        serving::queue_times const b = serving::queue_of(decode.curve, through);
        return a.stable && b.stable ? serving::detail::joined(a, b, sent.exposed)
                                    : serving::queue_times{};
    }
    /// Hands `best` on where nothing cheaper is found. The prices of `least_x` and `least_y` engines are known.
    constexpr void improve(pool_plan& best, bool& any, count least_x, count least_y,
                           count most_devices) const noexcept {
        count const each_x = fill.spread.devices();
        count const each_y = decode.spread.devices();
        usd_per_second const floor_x = fill.price_of(least_x + rules.spare).value();
        // With fewer decode engines no number of prefill engines is enough.
        count none_of_y = least_y - 1;
        count first_y = rules.max_engines + 1;
        while (first_y - none_of_y > 1) {
            count const n = none_of_y + (first_y - none_of_y) / 2;
            (rules.limits.kept_by(queue_of(rules.max_engines, n)) ? first_y : none_of_y) = n;
        }
        for (count y = first_y; y <= rules.max_engines; ++y) {
            count const of_y = multiply(y + rules.spare, each_y);
            count const room = (most_devices - of_y) / each_x - rules.spare;
            usd_per_second const cost_y = decode.price_of(y + rules.spare).value();
            if (of_y > most_devices || room < least_x) { return; }
            if (any && floor_x + cost_y > best.cost) { return; }
            count const most_x = min(room, rules.max_engines);
            count none = least_x - 1;
            count x = most_x + 1;
            while (x - none > 1) {
                count const n = none + (x - none) / 2;
                (rules.limits.kept_by(queue_of(n, y)) ? x : none) = n;
            }
            if (x > most_x) { continue; }
            pool_plan p{fill, decode, fill.spread, decode.spread, x + rules.spare, y + rules.spare,
                        sent};
            p.cost = fill.price_of(p.prefill_engines).value() + cost_y;
            bool const cheaper =
                !any || p.cost < best.cost || (p.cost == best.cost && p.devices() < best.devices());
            if (cheaper) {
                p.queue = queue_of(x, y);
                best = p;
                any = true;
            }
            if (x == least_x) { return; } // more decode engines only cost more
        }
    }
};

/// What the two parts of serving are in engines of one kind; unknown where nobody published its rates.
struct engine_curves {
    figure<serving::service_curve> filling{};
    figure<serving::service_curve> decoding{};
};

template <model M, gpu G>
[[nodiscard]] constexpr engine_curves curves_of(serving::deployment<M, G>& d,
                                                traffic const& t) noexcept {
    engine_curves both{};
    calibration const c = calibration_for(d.gpu, d.engine);
    if (auto const curve = serving::curve_of(d, c)) {
        both.decoding = {serving::detail::decoding_of(*curve), provenance::fitted};
    }
    tokens const output = d.request.output;
    d.request.output = tokens{1};
    if (auto const curve = serving::curve_of(d, c, t.prefix_hit)) {
        both.filling = {serving::detail::prompts_of(*curve), provenance::fitted};
    }
    d.request.output = output;
    return both;
}

/// A deployment of pools: one request in each group, what the longest request needs.
template <model M>
[[nodiscard]] constexpr serving::deployment<M, any_gpu>
pool_deployment(candidate<M> const& served, any_gpu const& g, choice const& of, layout const& l,
                workload const& load, plan_rules const& rules) noexcept {
    return {.model = *served.served,
            .gpu = g,
            .layout = l,
            .weights = served.precisions.empty() ? served.served->published
                                                 : served.precisions[of.precision],
            .kv_cache = rules.kv_cache,
            .max_context = load.context,
            .concurrency = l.data,
            .request = load.request,
            .engine = rules.serving_engine};
}

/// What of the rules of pools makes no sense.
[[nodiscard]] constexpr possible_error check(pool_rules const& rules) noexcept {
    if (possible_error const bad = serving::detail::check(rules.link)) { return *bad; }
    if (rules.spare >= 0 && rules.max_engines >= 1 && rules.max_engines <= count{1} << 20) {
        return {};
    }
    sentence why{"pools of "};
    why.append(rules.max_engines).append(" engines with ").append(rules.spare).append(" spare");
    return error{errc::out_of_range,
                 why.append("; give 1 to 2^20 engines, and 0 or more spare ones.")};
}

} // namespace detail

/// The cheapest plan of two pools for the busiest hour of `t`: every model, accelerator, precision and layout for
/// each. Errors: those of recommend_fleets; what of `pools` makes no sense; owned accelerators and limits of power
/// (unsupported); more than `Engines` to choose from in a pool; contradiction where none keeps the promise, or none
/// within the budget.
/// \param menus  room for what each accelerator is rented for, one for each of `gpus`
template <std::size_t Engines = 512, model M>
[[nodiscard]] constexpr result<pool_plan>
recommend_pools(std::span<candidate<M> const> models, traffic const& t,
                std::span<any_gpu const> gpus, std::span<offer const> offers,
                plan_rules const& rules, pool_rules const& pools,
                std::span<rental_menu> menus) noexcept {
    if (possible_error const bad = check(t)) { return *bad; }
    if (possible_error const bad = detail::said_twice(rules)) { return *bad; }
    if (possible_error const bad = detail::check(pools)) { return *bad; }
    auto const asked = checked_question(models, busiest_load(t), gpus, rules);
    if (!asked) { return asked.error(); }
    if (possible_error const bad = defect_of(rules, offers)) { return *bad; }
    if (!rules.owned.empty() || rules.power.known()) {
        return error{errc::unsupported,
                     "pools are planned of rented accelerators without a limit of power; leave "
                     "both out."};
    }
    if (menus.size() < gpus.size()) {
        return error{errc::out_of_range, sentence("there is room for ")
                                             .append(static_cast<count>(menus.size()))
                                             .append(" menus; give one for each accelerator.")};
    }
    for (std::size_t g = 0; g < gpus.size(); ++g) {
        menus[g] = menu_of(std::string_view(gpus[g].id), offers, rules.rental);
    }
    serving::arrivals const come = arrivals_at(t, busiest_rate(t));
    static_vector<pool_engine, Engines> filling{};
    static_vector<pool_engine, Engines> decoding{};
    bool room = true;
    auto const deployed = [&](choice const& of, layout const& l) {
        return detail::pool_deployment(models[of.model], gpus[of.gpu], of, l, *asked, rules);
    };
    detail::for_each_choice(models, gpus, rules, [&](choice of, recipe const&, layout const& l) {
        auto d = deployed(of, l);
        pool_engine e{of, l, {}, &menus[of.gpu], detail::min(l.devices(), machine_size(d.gpu))};
        refusal no{of, l};
        bool const fed = !detail::too_much_for_rack(d.gpu, rules, no);
        if (!fed || !e.price_of(1).known() || !serving::memory_of(d).fits()) { return; }
        detail::engine_curves const curves = detail::curves_of(d, t);
        if (curves.decoding.known()) {
            e.curve = curves.decoding.value();
            room = decoding.push_back(e) && room;
        }
        if (curves.filling.known()) {
            e.curve = curves.filling.value();
            room = filling.push_back(e) && room;
        }
    });
    if (!room) {
        return error{
            errc::out_of_range,
            sentence("there are more than ")
                .append(static_cast<count>(Engines))
                .append(" engines to choose from; give fewer accelerators or precisions.")};
    }
    auto const stable = [](serving::queue_times const& q) { return q.stable; };
    serving::latency_limits tokens_only{.time_per_token = pools.limits.time_per_token,
                                        .of = pools.limits.of};
    auto const in_time = [&](serving::queue_times const& q) { return tokens_only.kept_by(q); };
    count least_x[Engines]{};
    for (std::size_t i = 0; i < filling.size(); ++i) {
        least_x[i] = detail::fewest_engines(filling[i].curve, come, 1, pools.max_engines, stable);
    }
    pool_plan best{};
    bool any = false;
    for (pool_engine const& decode : decoding) {
        count const least_y =
            detail::fewest_engines(decode.curve, come, 1, pools.max_engines, in_time);
        if (least_y > pools.max_engines) { continue; }
        for (std::size_t i = 0; i < filling.size(); ++i) {
            pool_engine const& fill = filling[i];
            if (fill.model != decode.model || least_x[i] > pools.max_engines) { continue; }
            usd_per_second const floor = fill.price_of(least_x[i] + pools.spare).value() +
                                         decode.price_of(least_y + pools.spare).value();
            if (any && floor > best.cost) { continue; }
            detail::pool_pair const pair{
                fill, decode,
                serving::transfer_to(deployed(decode, decode.spread), fill.spread, pools.link,
                                     asked->request.prompt, fill.curve.prompt),
                come, pools};
            pair.improve(best, any, least_x[i], least_y, rules.max_devices);
        }
    }
    if (!any) {
        return error{errc::contradiction,
                     sentence("no two pools of at most ")
                         .append(rules.max_devices)
                         .append(" rented accelerators keep the promise at ")
                         .append_fixed(in_per_second(come.rate), 3)
                         .append(" requests a second; allow more, or promise less.")};
    }
    if (rules.budget.known() && best.cost > rules.budget.value()) {
        return error{errc::contradiction,
                     sentence("the cheapest two pools cost ")
                         .append_fixed(in_usd_per_hour(best.cost), 2)
                         .append(" USD an hour, and the budget is ")
                         .append_fixed(in_usd_per_hour(rules.budget.value()), 2)
                         .append("; raise it, or promise less.")};
    }
    return best;
}

} // namespace reckon::inline v0
