// SPDX-License-Identifier: MIT
#include "recommend/share.hpp"

#include <reckon/io/read_file.hpp>

#include <algorithm>

namespace recommend {
namespace {

using reckon::count;
using reckon::errc;
using reckon::error;
using reckon::sentence;

/// The accelerator, and each of the instances that it may be divided into.
std::vector<reckon::any_gpu> parts_of(reckon::any_gpu const& g) {
    std::vector<reckon::any_gpu> parts{g};
    count const most = g.mig_instances.value_or(0);
    if (!g.memory.known() || most == 0) { return parts; }
    constexpr count hopper_like = 7;
    auto const add = [&](auto const& profiles, count slices) {
        for (auto const& p : profiles) {
            if (p.compute == most) { continue; } // the whole accelerator
            auto const name = reckon::detail::mig_name(p, slices, g.memory.value());
            auto const slice = reckon::mig_slice(g, name.view());
            if (!slice) { continue; }
            reckon::any_gpu part = *slice;
            part.gpus_per_node = {1, reckon::provenance::exact}; // a replica is one instance
            parts.push_back(part);
        }
    };
    if (most == hopper_like) {
        add(reckon::detail::mig_profiles_of_7, 8);
    } else {
        add(reckon::detail::mig_profiles_of_4, 4);
    }
    return parts;
}

/// "1g.10gb" of "h100-sxm-80gb:1g.10gb"; nothing of a whole accelerator.
reckon::text<15> profile_of(reckon::any_gpu const& part) {
    std::string_view const id = part.id.view();
    std::size_t const colon = id.find(':');
    return colon == std::string_view::npos ? reckon::text<15>{}
                                           : reckon::text<15>(id.substr(colon + 1));
}

/// The fewest accelerators that hold the busiest hour of a plan.
reckon::result<count> accelerators_of(reckon::any_gpu const& whole, reckon::any_gpu const& part,
                                      reckon::fleet_plan const& p) {
    auto const profile = profile_of(part);
    if (profile.empty()) { return p.devices(); }
    reckon::mig_wish const wish{profile, p.range.most};
    return reckon::devices_for(whole, std::span(&wish, 1));
}

/// Finds the replica that takes the fewest accelerators; of equals whole ones, which are named first.
reckon::possible_error choose_replica(sharing_service& s, std::string& none_because) {
    question& q = s.asked.asked;
    q.rules = q.bound_rules();
    q.rules.rank_by = reckon::objective::devices;
    q.rules.vendors = reckon::vendor_set::all();
    q.rules.max_machines = 1; // an instance is a machine of its own here
    auto const candidates = q.candidates();
    std::span<reckon::candidate<reckon::any_model> const> const models(candidates);
    constexpr std::size_t kinds = 128;
    auto const found = std::make_unique<reckon::result<reckon::fleet_recommendation<kinds, kinds>>>(
        reckon::recommend_fleets<96, kinds, kinds>(models, s.asked.day(),
                                                   std::span<reckon::any_gpu const>(q.gpus), {},
                                                   q.rules, s.asked.promise, s.asked.commitment));
    if (!*found) { return found->error(); }
    count least = 0;
    for (reckon::fleet_plan const& p : (*found)->plans) {
        auto const n = accelerators_of(q.gpus[0], q.gpus[p.gpu], p);
        if (!n) { return n.error(); }
        if (least == 0 || *n < least || (*n == least && p.gpu < s.best.gpu)) {
            least = *n;
            s.best = p;
        }
    }
    if (least == 0) {
        none_because = s.file + ": no replica on a " + std::string(q.gpus[0].name.view()) +
                       ", whole or divided, carries it";
        for (reckon::refusal const& r : (*found)->refusals) {
            if (r.gpu != 0) { continue; }
            none_because += "; whole, the nearest breaks the rule of " +
                            std::string(reckon::serving::name(r.broken));
            break;
        }
        none_because += ".";
        return {};
    }
    s.profile = profile_of(q.gpu_of(s.best));
    reckon::any_deployment const d{.model = q.model_of(s.best),
                                   .gpu = q.gpu_of(s.best),
                                   .layout = s.best.spread,
                                   .weights = q.weights_of(s.best),
                                   .kv_cache = q.rules.kv_cache,
                                   .engine = q.rules.serving_engine};
    auto const day = reckon::fleet_of<96>(d, s.asked.day(), s.asked.promise);
    if (!day) { return day.error(); }
    s.day = *day;
    return {};
}

reckon::result<sharing_service> read_service(std::string const& file,
                                             std::vector<reckon::any_gpu> const& parts) {
    auto const g = read_file_of_options(file, verb::plan);
    if (!g) { return g.error(); }
    auto const q = read_fleet_question(*g);
    if (!q) {
        std::string_view const why = q.error().message.view();
        bool const placed = why.starts_with(reckon::io::detail::shown_path(file));
        return placed ? q.error() : error{q.error().code, sentence(file).append(": ").append(why)};
    }
    for (char const* const name : {"own", "mix", "pools", "gpus", "prices", "sellers", "provider",
                                   "region", "budget", "commitment"}) {
        if (!g->has(name)) { continue; }
        sentence why{g->place(name)};
        return error{errc::contradiction,
                     why.append(" is of a plan of its own; services that share machines have one "
                                "accelerator and one price, said beside --service")};
    }
    sharing_service s{.file = file, .asked = *q};
    s.asked.asked.gpus = parts;
    return s;
}

/// Rents machines of the size on which all cost least, of those that hold a replica if there are any; without prices,
/// machines as they are built.
reckon::possible_error rent_together(shared_answer& a) {
    std::vector<reckon::tenant> tenants;
    reckon::seconds lead{};
    for (sharing_service const& s : a.services) {
        tenants.push_back(s.as_tenant());
        lead = reckon::max(lead, s.day.lead);
    }
    std::span<reckon::tenant const> const all(tenants);
    reckon::seconds const apart = a.services[0].day.apart;
    auto const cost = [&](reckon::shared_fleet<96> const& f, reckon::offer const& o) {
        return reckon::cost_of(reckon::machine_demand{f.by_hour(), apart, lead}, o, a.commitment);
    };
    count together = 1;
    for (reckon::tenant const& t : tenants) {
        together = std::max(together, std::min(t.devices, reckon::machine_size(a.gpu)));
    }
    bool holds = false;
    reckon::possible_error wrong{};
    for (std::size_t i = 0; i < a.prices.offers.size(); ++i) {
        reckon::offer const& o = a.prices.offers[i];
        if (!reckon::suits(o, a.gpu.id.view(), a.terms)) { continue; }
        auto const f = reckon::shared_by<96>(a.gpu, all, o.gpus);
        if (!f) {
            wrong = f.error();
            continue;
        }
        auto const c = cost(*f, o);
        bool const larger = o.gpus >= together;
        if (!c || (holds && !larger)) { continue; }
        if (a.rented.known() && larger == holds && !(c->least < a.cost.least)) { continue; }
        holds = larger;
        a.together = *f;
        a.cost = *c;
        a.rented = {static_cast<std::uint16_t>(i), reckon::provenance::exact};
        a.in_machine = o.gpus;
    }
    if (!a.rented.known()) {
        a.in_machine = reckon::machine_size(a.gpu);
        auto const f = reckon::shared_by<96>(a.gpu, all, a.in_machine);
        if (!f) { return wrong ? wrong : reckon::possible_error(f.error()); }
        a.together = *f;
    }
    for (std::size_t i = 0; i < tenants.size(); ++i) {
        auto const alone = reckon::shared_by<96>(a.gpu, all.subspan(i, 1), a.in_machine);
        if (!alone) { return alone.error(); }
        a.services[i].machines_alone = alone->together;
        if (!a.rented.known()) { continue; }
        auto const c = cost(*alone, a.prices.offers[a.rented.value()]);
        if (c) { a.cost_alone = a.cost_alone + c->least; }
    }
    return {};
}

} // namespace

reckon::result<shared_answer> find_shared(given const& g) {
    shared_answer a{};
    reader r(g);
    if (!r.has("gpu")) {
        return error{errc::missing_field, "say which accelerator the machines have: --gpu h100"};
    }
    auto const gpu = reckon::find_gpu(r.text("gpu"));
    if (!gpu) { return error{gpu.error().code, sentence("--gpu: ").append(gpu.error().message)}; }
    a.gpu = *gpu;
    constexpr std::size_t fewest = 2;
    if (g.texts("service").size() < fewest) {
        return error{errc::missing_field, "say which services share the machines, at least two: "
                                          "--service chat.toml --service search.toml"};
    }
    question market_of{};
    read_market(r, g, market_of.prices);
    if (r.ok()) { read_terms(r, g, market_of); }
    if (r.ok()) { read_commitment(r, a.commitment); }
    if (r.ok()) { read_output(r, a.print); }
    if (!r.ok()) { return r.failure(); }
    a.prices = market_of.prices;
    a.terms = market_of.rules.rental;
    auto const parts = parts_of(a.gpu);
    std::size_t hours = 1;
    for (std::string const& file : g.texts("service")) {
        auto const s = read_service(file, parts);
        if (!s) { return s.error(); }
        a.services.push_back(*s);
        hours = std::max(hours, s->asked.rates.size());
    }
    for (sharing_service& s : a.services) {
        // A level day beside one by the hour.
        if (s.asked.rates.size() == 1) { s.asked.rates.assign(hours, s.asked.rates[0]); }
        if (auto const bad = choose_replica(s, a.none_because)) {
            return error{bad->code, sentence(s.file).append(": ").append(bad->message.view())};
        }
        if (!a.carried()) { return a; }
    }
    if (auto const bad = rent_together(a)) { return *bad; }
    return a;
}

} // namespace recommend
