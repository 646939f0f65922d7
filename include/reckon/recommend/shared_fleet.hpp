// SPDX-License-Identifier: MIT
// Several models on the machines of one fleet: what is not needed by one at night serves another.
//
//   machines(h) = sum over large ones of  n_h ceil(d / g)
//               + ceil((sum over the others of n_h d  +  accelerators divided into instances) / g)
//   saved       = sum of each fleet's most - most of the sum
//
//   symbol | meaning                                                       | unit | domain
//   n_h    | replicas of a model in hour h (recommend/fleet.hpp)           | -    | >= 0
//   d, g   | accelerators of a replica, of a machine                       | -    | >= 1
//
// Replicas that are instances of a divided accelerator are placed by gpu/mig_packing.hpp. Replicas are not split over
// machines that hold a whole one; the sum is exact because each size divides the next and the machine's, which is
// asked of them: filled by size, machines then leave no gap (Coffman, Garey and Johnson 1987, "Bin packing with
// divisible item sizes", Journal of Complexity 3).
// Source:       the laws it is made of.
// Not modelled: what changing the model of a machine takes beside its start; models that disturb each other.
// Error:        0 given the fleets; tests/recommend/shared_fleet_property.cpp compares with machines filled one by one.
#pragma once
#include <reckon/gpu/mig_packing.hpp>
#include <reckon/recommend/fleet_cost.hpp>

#include <cstddef>
#include <span>

namespace reckon::inline v0 {

/// A model's part of a shared fleet.
struct tenant {
    std::span<fleet_hour const> hours{};
    count devices{1};   ///< of a replica
    text<15> profile{}; ///< where a replica is an instance: "2g.20gb"; empty: whole accelerators
};

/// Machines that several models need together, hour by hour, beside those that they need apart.
template <std::size_t Hours = 96> struct shared_fleet {
    static_vector<count, Hours> machines{}; ///< by hour
    count together{};                       ///< the most of them
    count alone{}; ///< the most of each model on machines of its own, summed
    std::size_t busiest{};
    [[nodiscard]] constexpr std::span<count const> by_hour() const noexcept {
        return {machines.begin(), machines.size()};
    }
};

namespace detail {

/// Machines of one hour. Domain: sizes that divide each other and `in_machine`, or are above it.
template <gpu G>
[[nodiscard]] constexpr result<count> machines_in(G const& g, std::span<tenant const> tenants,
                                                  std::size_t hour, count in_machine) noexcept {
    constexpr std::size_t most_profiles = 32;
    static_vector<mig_wish, most_profiles> wishes{};
    count whole = 0;
    count accelerators = 0;
    for (tenant const& t : tenants) {
        count const replicas = t.hours[hour].replicas;
        if (!t.profile.empty()) {
            if (!wishes.push_back({t.profile, replicas})) {
                return error{errc::out_of_range,
                             "more than 32 models share divided accelerators; give fewer."};
            }
        } else if (t.devices > in_machine) {
            whole = add(whole, machines_for(replicas, t.devices, in_machine));
        } else {
            accelerators = add(accelerators, multiply(replicas, t.devices));
        }
    }
    if (!wishes.empty()) {
        result<count> const divided = devices_for(g, {wishes.begin(), wishes.size()});
        if (!divided) { return divided.error(); }
        accelerators = add(accelerators, *divided);
    }
    return add(whole, ceil_div(accelerators, in_machine));
}

} // namespace detail

/// The machines of `in_machine` accelerators `g` that all tenants need in each hour. Errors: missing_field for no
/// tenants or hours; contradiction for days of different lengths; unsupported for sizes that do not divide each other;
/// those of devices_for.
template <std::size_t Hours = 96, gpu G>
[[nodiscard]] constexpr result<shared_fleet<Hours>>
shared_by(G const& g, std::span<tenant const> tenants, count in_machine) noexcept {
    sentence why{};
    if (tenants.empty() || tenants[0].hours.empty()) {
        return error{errc::missing_field, "a shared fleet needs models, each with its hours."};
    }
    std::size_t const hours = tenants[0].hours.size();
    if (hours > Hours) { return detail::too_many_hours(hours, Hours); }
    for (tenant const& t : tenants) {
        if (t.hours.size() != hours) {
            why.append("the models of a shared fleet have ").append(static_cast<count>(hours));
            why.append(" and ").append(static_cast<count>(t.hours.size()));
            return error{errc::contradiction, why.append(" hours; give each the same.")};
        }
        for (tenant const& u : tenants) {
            bool const fits = t.devices >= 1 && u.devices >= 1 && in_machine >= 1 &&
                              (t.devices > in_machine || in_machine % t.devices == 0);
            bool const divides = fits && (t.devices > in_machine || u.devices > in_machine ||
                                          t.devices % u.devices == 0 || u.devices % t.devices == 0);
            if (divides) { continue; }
            why.append("replicas of ").append(t.devices).append(" and ").append(u.devices);
            why.append(" accelerators on machines of ").append(in_machine);
            return error{errc::unsupported,
                         why.append(" leave gaps; give sizes that divide each other.")};
        }
    }
    shared_fleet<Hours> s{};
    for (std::size_t h = 0; h < hours; ++h) {
        result<count> const n = detail::machines_in(g, tenants, h, in_machine);
        if (!n) { return n.error(); }
        s.machines.push_back(*n);
        if (*n > s.machines[s.busiest]) { s.busiest = h; }
    }
    s.together = s.machines[s.busiest];
    for (tenant const& t : tenants) {
        count most = 0;
        for (std::size_t h = 0; h < hours; ++h) {
            result<count> const n = detail::machines_in(g, {&t, 1}, h, in_machine);
            if (!n) { return n.error(); }
            most = detail::max(most, *n);
        }
        s.alone = detail::add(s.alone, most);
    }
    return s;
}

} // namespace reckon::inline v0
