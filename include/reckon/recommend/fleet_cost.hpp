// SPDX-License-Identifier: MIT
// What a day of a fleet costs: as many machines as its busiest hour always, or as many as each hour needs, bought
// by the hour, by commitment, or a base of the one and peaks of the other.
//
//   machines of an hour = ceil(replicas / floor(g / d))  where a machine holds replicas,
//                       = replicas ceil(d / g)           where a replica takes machines
//   fixed      = most p                    reserved = most r
//   scaled     = p mean paid(t)            paid from the start on                  (cost/demand.hpp)
//   base+peak  = base r + p mean max(0, paid(t) - base)                            (cost/hybrid.hpp)
//
//   symbol | meaning                                                     | unit  | domain
//   d, g   | accelerators of a replica, of a machine of the offer        | -     | >= 1
//   p, r   | a machine on demand; by commitment, paid whether used or not| USD/s | > 0
//
// Replicas are not split over machines that hold a whole one: what is left over of a machine stays idle.
// Source:       the laws it is made of.
// Not modelled: minimum terms, data transfer, spot machines (cost/spot.hpp gives their price as another p).
// Error:        0 given the fleet and the offer; tests/recommend/fleet.cpp.
#pragma once
#include <reckon/cost/cheapest_offer.hpp>
#include <reckon/cost/cost_per_token.hpp>
#include <reckon/cost/hybrid.hpp>
#include <reckon/cost/offer.hpp>
#include <reckon/recommend/fleet.hpp>

#include <cstdint>
#include <string_view>

namespace reckon::inline v0 {

/// Ways to pay for a fleet.
enum class fleet_way : std::uint8_t {
    fixed,         ///< the busiest hour's machines, on demand, always
    scaled,        ///< each hour's machines, on demand
    reserved,      ///< the busiest hour's machines, by commitment
    base_and_peak, ///< a base by commitment, the rest on demand
};
inline constexpr fleet_way fleet_ways[] = {fleet_way::fixed, fleet_way::scaled, fleet_way::reserved,
                                           fleet_way::base_and_peak};

[[nodiscard]] constexpr std::string_view name(fleet_way w) noexcept {
    constexpr std::string_view names[] = {"fixed", "scaled", "reserved", "base and peak"};
    return names[static_cast<int>(w)];
}

/// Machines that hold `replicas` of `devices` accelerators, `in_machine` each. Domain: all >= 1, or no replicas.
[[nodiscard]] constexpr count machines_for(count replicas, count devices,
                                           count in_machine) noexcept {
    return devices <= in_machine
               ? detail::ceil_div(replicas, in_machine / devices)
               : detail::multiply(replicas, detail::ceil_div(devices, in_machine));
}

/// Machines of a fleet over its hours, and what each way of paying for them costs.
struct fleet_cost {
    count most{};       ///< machines of the busiest hour
    count base{};       ///< machines by commitment, of base_and_peak
    double mean_paid{}; ///< machines on average, where the fleet follows its day
    figure<usd_per_second>
        of[4]{}; ///< by way, on average; unknown where the offer does not quote it
    fleet_way cheapest{};
    usd_per_second least{};            ///< of that way
    figure<usd_per_token> per_token{}; ///< of an output token, that way

    [[nodiscard]] constexpr figure<usd_per_second> const& operator[](fleet_way w) const noexcept {
        return of[static_cast<int>(w)];
    }
};

/// The cost of machines of `o` that follow a curve. `how`: the commitment, reserved_1y or reserved_3y. Errors:
/// missing_field for no curve, unknown_figure where `o` has no price on demand, contradiction where `how` commits to
/// nothing.
[[nodiscard]] constexpr result<fleet_cost> cost_of(machine_demand const& day, offer const& o,
                                                   purchase how = purchase::reserved_1y) noexcept {
    sentence why{};
    if (how != purchase::reserved_1y && how != purchase::reserved_3y) {
        why.append("a machine bought ").append(name(how));
        return error{errc::contradiction,
                     why.append(" is no commitment; choose reserved for a year or three.")};
    }
    if (day.machines.empty()) {
        return error{errc::missing_field, "the fleet has no hours; make it with fleet_of."};
    }
    if (!o.on_demand.known()) {
        why.append("the offer ").append(o.instance.view()).append(" of ").append(o.provider.view());
        return error{errc::unknown_figure,
                     why.append(" has no price on demand; give one or another offer.")};
    }
    usd_per_second const price = o.on_demand.value().rate;
    fleet_cost c{};
    for (count const n : day.machines) {
        c.most = detail::max(c.most, n);
    }
    c.mean_paid = paid_time(day) / day.duration();
    auto const set = [&](fleet_way w, usd_per_second cost) {
        c.of[static_cast<int>(w)] = {cost, provenance::observed};
        if (w == fleet_way::fixed || cost < c.least) {
            c.least = cost;
            c.cheapest = w;
        }
    };
    auto const all = static_cast<double>(c.most);
    set(fleet_way::fixed, price * all);
    set(fleet_way::scaled, hybrid_cost(day, 0, price, price));
    if (quoted_price const committed = o.price_of(how); committed.known()) {
        usd_per_second const rate = committed.value().rate;
        set(fleet_way::reserved, rate * all);
        c.base = cheapest_base(day, rate, price);
        set(fleet_way::base_and_peak, hybrid_cost(day, c.base, rate, price));
    }
    return c;
}

/// The cost of a fleet of replicas of `devices` accelerators. Errors: those of its curve of machines, out_of_range
/// for no devices.
template <std::size_t Hours>
[[nodiscard]] constexpr result<fleet_cost> cost_of(fleet<Hours> const& f, count devices,
                                                   offer const& o,
                                                   purchase how = purchase::reserved_1y) noexcept {
    if (devices < 1 || o.gpus < 1) {
        return error{errc::out_of_range, sentence("replicas of ")
                                             .append(devices)
                                             .append(" accelerators on machines of ")
                                             .append(o.gpus)
                                             .append(" are none; give at least one each.")};
    }
    count machines[Hours]{};
    for (std::size_t i = 0; i < f.hours.size(); ++i) {
        machines[i] = machines_for(f.hours[i].replicas, devices, o.gpus);
    }
    result<fleet_cost> const day =
        cost_of(machine_demand{{machines, f.hours.size()}, f.apart, f.lead}, o, how);
    if (!day || !(f.mean_output() > token_rate{})) { return day; }
    fleet_cost c = *day;
    c.per_token = {cost_per_token(c.least, f.mean_output()), provenance::fitted};
    return c;
}

} // namespace reckon::inline v0
