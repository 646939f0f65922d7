// SPDX-License-Identifier: MIT
// The best plans for a load, and the ways that were refused, without allocation.
#pragma once
#include <reckon/detail/static_vector.hpp>
#include <reckon/recommend/kept_plans.hpp>
#include <reckon/recommend/ranking.hpp>
#include <reckon/recommend/search.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace reckon::inline v0 {

namespace detail {

/// What one asks of kept refusals a million times in a search, beside each other: their own 160 bytes
/// each would leave the processor's nearest cache.
template <std::size_t Capacity> struct refusal_index {
    struct kind_of_refusal {
        choice of{};
        std::uint16_t grouped{}; ///< data-parallel attention
        count devices{};
        friend constexpr bool operator==(kind_of_refusal const&,
                                         kind_of_refusal const&) noexcept = default;
    };
    kind_of_refusal kinds[Capacity]{};
    double shortfalls[Capacity]{};

    [[nodiscard]] static constexpr kind_of_refusal kind_of(refusal const& r) noexcept {
        return {r, static_cast<std::uint16_t>(r.spread.data > 1 ? 1 : 0), r.spread.devices()};
    }
    constexpr void set(std::size_t place, refusal const& r) noexcept {
        kinds[place] = kind_of(r);
        shortfalls[place] = r.shortfall();
    }
    /// The place of the first of the `used` that is of `r`'s kind; `used` where none is.
    [[nodiscard]] constexpr std::size_t find(refusal const& r, std::size_t used) const noexcept {
        kind_of_refusal const wanted = kind_of(r);
        std::size_t place = 0;
        while (place < used && !(kinds[place] == wanted)) {
            ++place;
        }
        return place;
    }
    [[nodiscard]] constexpr std::size_t furthest(std::size_t used) const noexcept {
        std::size_t place = 0;
        for (std::size_t i = 1; i < used; ++i) {
            if (shortfalls[i] > shortfalls[place]) { place = i; }
        }
        return place;
    }
};

} // namespace detail

/// What a search found: plans by the objective, from best to worst, at most `rules.plans_per_gpu` for one accelerator
/// and precision; refusals in the order tried, of which the nearest to passing is kept for each
/// accelerator, precision, number of devices, and kind of attention (data-parallel or not).
template <std::size_t Plans = 32, std::size_t Refusals = 256> struct recommendation {
    static_vector<plan, Plans> plans{};
    static_vector<refusal, Refusals> refusals{};
    count plans_tried{};
    count refusals_dropped{}; ///< more than the capacity held
    plan_rules limits{};
    detail::refusal_index<Refusals> index{}; ///< for `refuse`

    [[nodiscard]] constexpr plan const* begin() const noexcept { return plans.begin(); }
    [[nodiscard]] constexpr plan const* end() const noexcept { return plans.end(); }

    constexpr void accept(plan const& p) noexcept {
        ++plans_tried;
        detail::keep_plan(plans, p, limits);
    }

    constexpr void refuse(refusal const& r) noexcept {
        ++plans_tried;
        std::size_t place = index.find(r, refusals.size());
        if (place < refusals.size()) {
            // A layout that cannot be is less telling than one that is too small.
            bool const tells = r.broken != serving::constraint::layout;
            bool const told = refusals[place].broken != serving::constraint::layout;
            if (!tells || (told && !(r.shortfall() < index.shortfalls[place]))) { return; }
        } else if (!refusals.push_back({})) {
            // Full: what is furthest from passing makes room.
            ++refusals_dropped;
            place = index.furthest(refusals.size());
            if (!(r.shortfall() < index.shortfalls[place])) { return; }
        }
        refusals[place] = r;
        index.set(place, r);
    }

    [[nodiscard]] constexpr bool is_beaten(plan const& p) const noexcept {
        return detail::keeps_better(plans, p, limits);
    }

    /// After a search, which keeps plans by the objective alone: those that it does not tell apart, by what decides
    /// then (ranking.hpp).
    constexpr void put_in_order() noexcept {
        reckon::put_in_order(std::span<plan>(plans.items, plans.size()), limits);
    }
    /// The same with the first `Fewer` of the plans.
    template <std::size_t Fewer>
    [[nodiscard]] constexpr recommendation<Fewer, Refusals> first() const noexcept {
        recommendation<Fewer, Refusals> few{{},     refusals, plans_tried, refusals_dropped,
                                            limits, index};
        for (std::size_t i = 0; i < plans.size() && i < Fewer; ++i) {
            few.plans.push_back(plans[i]);
        }
        return few;
    }
};

/// So many of the best are ordered together, also where fewer are wanted: the first of them may not be the best by the
/// objective alone.
inline constexpr std::size_t ranked_together = 32;

/// Fills in, for every refusal, the fewest devices of its accelerator and precision that a kept plan
/// carries the load with.
template <std::size_t P, std::size_t R> constexpr void
name_remedies(recommendation<P, R>& found) noexcept {
    for (refusal& r : found.refusals) {
        for (plan const& p : found.plans) {
            if (choice(p) != choice(r)) { continue; }
            if (r.fitting_devices == 0 || p.devices() < r.fitting_devices) {
                r.fitting_devices = p.devices();
            }
        }
    }
}

/// The load with its lengths filled in, or why a question makes no sense: the load, the rules, nothing
/// to choose from, accelerators owned that are not among those given, no model that the rules of licences admit (the
/// first's reason), a context that no model is for.
template <model M>
[[nodiscard]] constexpr result<workload>
checked_question(std::span<candidate<M> const> models, workload const& load,
                 std::span<any_gpu const> gpus, plan_rules const& rules) noexcept {
    result<workload> const asked = checked(load);
    if (!asked) { return asked.error(); }
    if (possible_error const wrong = defect_of(rules)) { return *wrong; }
    if (gpus.empty()) {
        return error{errc::out_of_range, "no accelerators were given to choose from"};
    }
    if (models.empty()) { return error{errc::out_of_range, "no models were given to choose from"}; }
    for (stock const& s : rules.owned) {
        bool known = false;
        for (any_gpu const& g : gpus) {
            known = known || g.id.view() == s.gpu.view();
        }
        if (!known) {
            return error{errc::unknown_name,
                         sentence("of the accelerators owned, \"")
                             .append(s.gpu)
                             .append("\" is not among those given to choose from")};
        }
    }
    possible_error excluded{};
    bool permitted = false;
    for (candidate<M> const& c : models) {
        possible_error const why = check(c.terms, rules.licences, std::string_view(c.served->name));
        permitted = permitted || !why;
        if (why && !excluded) { excluded = why; }
    }
    if (!permitted) { return *excluded; }
    candidate<M> const* longest = nullptr;
    bool suitable = false;
    for (candidate<M> const& c : models) {
        bool const known = c.served->max_context.known();
        suitable = suitable || !known || load.context <= c.served->max_context.value();
        if (known && (longest == nullptr ||
                      longest->served->max_context.value() < c.served->max_context.value())) {
            longest = &c;
        }
    }
    if (!suitable) {
        return error{
            errc::out_of_range,
            sentence("a context of ")
                .append_grouped(static_cast<count>(in_tokens(load.context)))
                .append(" tokens is above the ")
                .append_grouped(static_cast<count>(in_tokens(longest->served->max_context.value())))
                .append(" that ")
                .append(std::string_view(longest->served->name))
                .append(" was made for; ask for at most that")};
    }
    return asked;
}

/// The best plans to serve one of `models` under `load` on the given accelerators, ranked by
/// `rules.rank_by`, and where that does not tell them apart by what decides then (ranking.hpp).
///
/// \param offers  machines for rent, for the price of a plan
/// \returns an error where the load or the rules make no sense, or no model is for such a context;
///          otherwise plans and refusals, either of which may be empty
template <std::size_t Plans = 32, std::size_t Refusals = 256, model M>
[[nodiscard]] constexpr result<recommendation<Plans, Refusals>>
recommend(std::span<candidate<M> const> models, workload const& load, std::span<any_gpu const> gpus,
          std::span<offer const> offers, plan_rules const& rules = {}) noexcept {
    result<workload> const asked = checked_question(models, load, gpus, rules);
    if (!asked) { return asked.error(); }
    if (possible_error const wrong = defect_of(rules, offers)) { return *wrong; }
    constexpr std::size_t room = Plans < ranked_together ? ranked_together : Plans;
    recommendation<room, Refusals> found{.limits = rules};
    search(models, *asked, gpus, offers, rules, found);
    found.put_in_order();
    name_remedies(found);
    if constexpr (room == Plans) {
        return found;
    } else {
        return found.template first<Plans>();
    }
}

/// The same for one model.
/// \param precisions  candidate recipes; the model's own, `m.published`, where the span is empty
template <std::size_t Plans = 32, std::size_t Refusals = 256, model M>
[[nodiscard]] constexpr result<recommendation<Plans, Refusals>>
recommend(M const& m, workload const& load, std::span<any_gpu const> gpus,
          std::span<recipe const> precisions, std::span<offer const> offers,
          plan_rules const& rules = {}) noexcept {
    candidate<M> const only[] = {{&m, precisions}};
    return recommend<Plans, Refusals>(std::span<candidate<M> const>(only), load, gpus, offers,
                                      rules);
}

} // namespace reckon::inline v0
