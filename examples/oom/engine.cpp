// SPDX-License-Identifier: MIT
#include "oom.hpp"
#include "preflight/remedies.hpp"

#include <reckon/io/command_line.hpp>
#include <reckon/io/table.hpp>
#include <reckon/serving/launch_figures.hpp>

#include <algorithm>
#include <cmath>

namespace {

using namespace reckon;
using io::memory_phase;
using deployment_here = serving::deployment<any_model, any_gpu>;

std::string tokens_text(tokens n) {
    return io::with_commas(static_cast<count>(in_tokens(n))) + " tokens";
}

// The message's own number beside the law's; a row where either is there.
class comparison {
public:
    comparison() {
        using enum io::alignment;
        table_.columns = {{.title = "a GPU"},
                          {.title = "message", .align = right},
                          {.title = "calculated", .align = right}};
    }
    void row(std::string const& what, figure<bytes> const& said, figure<bytes> const& law) {
        if (!said.known() && !law.known()) { return; }
        auto const text = [](figure<bytes> const& f) {
            return f.known() ? in_gib(f.value()) : std::string();
        };
        table_.rows.push_back({what, text(said), text(law)});
    }
    void row(std::string const& what, figure<tokens> const& said, tokens law) {
        if (!said.known()) { return; }
        table_.rows.push_back({what, tokens_text(said.value()), tokens_text(law)});
    }
    void print() const { std::cout << io::to_text(table_); }

private:
    io::table table_{};
};

// What the device had for this process: what the message says, less what others held.
struct seen_device {
    figure<bytes> capacity{};
    figure<bytes> others{};
};
seen_device seen(io::out_of_memory const& m) {
    seen_device s{.capacity = m.total};
    if (!m.total.known() || !m.free.known()) { return s; }
    if (m.phase == memory_phase::start) { s.others = {m.total.value() - m.free.value()}; }
    if (m.in_use.known()) {
        s.others = {max(bytes{0}, m.total.value() - m.free.value() - m.in_use.value())};
    }
    return s;
}

void print_cause(io::out_of_memory const& m, deployment_here const& d,
                 serving::memory_report const& r, seen_device const& device) {
    constexpr double noticeable = 0.02; // of the device: a desktop, another server
    if (device.others.known() && device.others.value() > noticeable * r.capacity) {
        std::cout << "Other processes held " << in_gib(device.others.value()) << " of "
                  << in_gib(m.total.value()) << ".\n";
    }
    bytes const left = r.capacity - r.budget;
    switch (m.phase) {
    case memory_phase::start:
        std::cout << "The engine wants " << in_gib(r.budget) << " of the device to itself, "
                  << in_gib(m.free.value_or(bytes{0})) << " were free: nothing is too large yet.\n";
        return;
    case memory_phase::weights:
        std::cout << (r.weights > r.budget ? "The weights are too large: "
                                           : "The weights would fit the engine's share: ")
                  << in_gib(r.weights) << " a GPU of " << in_gib(r.budget) << ".\n";
        return;
    case memory_phase::cache:
        if (!(r.cache_pool > bytes{0})) {
            std::cout << "Nothing is left for a cache: weights, activations and the engine take "
                      << in_gib(r.weights + r.activations.value + r.runtime.value) << " of "
                      << in_gib(r.budget) << ".\n";
        } else {
            std::cout << "The cache is too large: " << d.concurrency << " x "
                      << tokens_text(d.max_context) << " take " << in_gib(r.kv_cache) << ", "
                      << in_gib(m.cache_available.value_or(r.cache_pool)) << " are left.\n";
        }
        return;
    case memory_phase::profile:
        std::cout << "The largest batch is too large beside the weights: activations of "
                  << io::with_commas(
                         serving::settled(d.engine, d.model, d.gpu, d.layout).batched_tokens)
                  << " tokens take " << in_gib(r.activations.value) << ", the weights "
                  << in_gib(r.weights) << ".\n";
        return;
    case memory_phase::graphs:
    case memory_phase::serving:
        std::cout << "The engine's share leaves " << in_gib(left)
                  << " of the device for what it does not count, " << in_gib(r.outside.value)
                  << " to " << in_gib(r.outside.high) << " by calculation.\n";
        return;
    case memory_phase::unknown:
    case memory_phase::compute: std::cout << explain(d, r).view() << ".\n"; return;
    }
}

// Changes that leave more room beside the engine's share, where the share itself is not too small.
void print_room(deployment_here const& d) {
    auto const before = memory_of(d);
    auto const spare = [](serving::memory_report const& m) {
        return m.capacity - m.budget - m.outside.value;
    };
    std::cout << "By calculation it fits; these leave more room beside the engine's share\n";
    auto const offer = [&](std::string const& what, deployment_here const& changed) {
        auto const after = memory_of(changed);
        bytes const freed =
            spare(after) - spare(before) + (before.activations.value - after.activations.value);
        if (!after.fits() || !(freed > bytes{0})) { return; }
        std::cout << "  + " << what << ": " << in_gib(freed) << " more";
        if (after.cache_tokens < before.cache_tokens) {
            std::cout << ", cache for " << tokens_text(after.cache_tokens) << " instead of "
                      << tokens_text(before.cache_tokens);
        }
        std::cout << '\n';
    };
    engine const e = serving::settled(d.engine, d.model, d.gpu, d.layout);
    deployment_here changed = d;
    for (double const less : {0.05, 0.1}) {
        changed.engine.memory_utilization = e.memory_utilization - less;
        if (changed.engine.memory_utilization > 0.1) {
            offer("utilization " + io::percent(changed.engine.memory_utilization, 0), changed);
        }
    }
    changed = d;
    changed.engine.memory_utilization = e.memory_utilization;
    changed.engine.graphs = false;
    if (e.graphs) { offer("no graphs", changed); }
    changed = d;
    changed.engine.sequences = std::max<count>(1, e.sequences / 2);
    offer("sequences " + std::to_string(changed.engine.sequences), changed);
    changed = d;
    changed.engine.batched_tokens = std::max<count>(512, e.batched_tokens / 2);
    offer("batched tokens " + std::to_string(changed.engine.batched_tokens), changed);
}

// The share that was free, as a setting, and whether the launch lives with it.
void print_share(deployment_here d, io::out_of_memory const& m) {
    constexpr double percents = 100;
    double const free = std::floor(percents * (m.free.value() / m.total.value())) / percents;
    d.gpu.memory_usable = m.total;
    d.engine.memory_utilization = free;
    auto const r = memory_of(d);
    std::cout << "  " << (r.fits() ? "+" : " ") << " utilization " << io::percent(free, 0)
              << " is what was free; the launch needs " << in_gib(r.needed()) << " of "
              << in_gib(r.budget) << '\n';
}

} // namespace

possible_error explain_engine(io::out_of_memory const& m, std::string const& line,
                              any_gpu const& gpu, count most_gpus) {
    auto const launch = read_command_line(line);
    if (!launch) { return launch.error(); }
    deployment_here d = launch->on(gpu);
    auto const catalogue = serving::capacity_of(gpu, d.engine);
    seen_device const device = seen(m);
    if (device.capacity.known()) { d.gpu.memory_usable = device.capacity; }
    if (m.utilization.known() && m.utilization.value() > 0 && m.utilization.value() <= 1) {
        d.engine.memory_utilization = m.utilization.value();
    }
    serving::memory_report r = memory_of(d);
    if (!(r.capacity > bytes{0})) {
        std::cout << explain(d, r).view() << ".\n";
        return {};
    }
    comparison rows;
    rows.row("device", m.total, catalogue);
    rows.row("engine's share", m.wanted, r.budget);
    rows.row("weights", unknown, r.weights);
    rows.row("activations and engine", unknown, r.activations.value + r.runtime.value);
    rows.row("cache that is needed", m.cache_needed, r.kv_cache);
    rows.row("cache that is left", m.cache_available, max(bytes{0}, r.cache_pool));
    rows.row("in use by PyTorch", m.allocated, unknown);
    rows.row("free at that moment", m.free, unknown);
    rows.row("allocation that failed", m.requested, unknown);
    rows.row("tokens that the cache holds", m.stored, r.cache_tokens);
    if (m.longest.known()) { rows.row("longest context", m.longest, serving::largest_context(d)); }
    rows.print();
    // From here on with what the message leaves: others' memory, and a smaller pool than calculated.
    bytes taken = device.others.value_or(bytes{0});
    bool const pool_was_small =
        m.phase == memory_phase::cache && m.speaker != io::memory_speaker::pytorch;
    if (pool_was_small) {
        bytes const pool = m.cache_available.value_or(bytes{0});
        bool const said = m.cache_available.known() || !m.stored.known();
        if (said && r.cache_pool > pool) {
            double const share = d.engine.memory_utilization > 0 ? d.engine.memory_utilization : 1;
            taken = max(taken, (r.cache_pool - pool) / share);
        }
    }
    if (taken > bytes{0} && taken < r.capacity) {
        d.gpu.memory_usable = {r.capacity - taken, provenance::observed};
    }
    auto const held = memory_of(d);
    print_cause(m, d, m.phase == memory_phase::start ? r : held, device);
    if (taken > 0.01 * r.capacity) {
        std::cout << "Below, " << in_gib(taken)
                  << " less of the device are counted, as the message says.\n";
    }
    if (m.phase == memory_phase::start && m.free.known() && m.total.known()) { print_share(d, m); }
    recipe const narrower[] = {fp8_block128, int4_g128};
    auto const why = why_not(d, narrower, most_gpus);
    if (why.remedies.empty() && why.memory.fits()) {
        print_room(d);
    } else {
        print_remedies(why, in_gib);
    }
    return {};
}
