// SPDX-License-Identifier: MIT
// Which model goes on which GPUs of a mixed fleet.
//
//   scheduler fleet.toml
//
//   [nodes.h200]                        [models.r1]                       [models.chat]
//   accelerator = "h200-sxm"            model = "deepseek-r1"             command = "vllm serve Qwen/Qwen3-8B"
//   gpus = 8                            max_context = 32768               concurrency = 16
//   count = 2                           concurrency = 16                  replicas = 3
//
// Models of one GPU share it where their engines can be told how much of it to take. Layouts that are not said are
// searched for the fewest GPUs.
// Exit status: 0 all are placed, 1 one is not, 2 something was not understood.
#include "scheduler/fleet.hpp"
#include "scheduler/packing.hpp"

#include <reckon/io/format.hpp>
#include <reckon/io/read_file.hpp>
#include <reckon/io/table.hpp>

#include <CLI/CLI.hpp>

#include <iostream>
#include <string>

namespace {

using namespace reckon;
using io::to_text;

int refused(error const& why) {
    std::cerr << "scheduler: " << why.message.view() << '\n';
    return 2;
}

/// What a program gets of a device; 0 where nobody published it, and then no model starts there.
bytes device_memory(any_gpu const& g) {
    figure<bytes> const& known = g.memory_usable.known() ? g.memory_usable : g.memory;
    return known.known() ? known.value() : bytes{};
}

std::string devices_of(scheduler::seat const& s) {
    std::string text;
    for (std::size_t const d : s.devices) {
        text += (text.empty() ? "" : ",") + std::to_string(d);
    }
    return text;
}

/// Why a model that was left out was: the kind of node that it comes nearest to starting on says it.
std::string why_not(std::vector<scheduler::fitting> const& on, scheduler::fleet const& f) {
    for (std::size_t k = 0; k < on.size(); ++k) {
        if (on[k].taken.possible) {
            return "starts on " + std::to_string(on[k].taken.devices) + " x " +
                   std::string(f.kinds[k].name.view()) + ", and there is no room left for it";
        }
    }
    std::string said;
    for (std::size_t k = 0; k < on.size(); ++k) {
        if (k > 0 && on[k].why == on[k - 1].why) { continue; } // of the layout, not of the kind
        said += (said.empty() ? "" : "; ") + on[k].why;
    }
    return said;
}

void print_seats(scheduler::fleet const& f,
                 std::vector<std::vector<scheduler::fitting>> const& fits,
                 scheduler::packing const& p) {
    using enum io::alignment;
    io::table t{.columns = {{.title = "model"},
                            {.title = "node"},
                            {.title = "GPUs"},
                            {.title = "layout"},
                            {.title = "takes of each", .align = right},
                            {.title = "utilisation", .align = right}}};
    for (std::size_t i = 0; i < f.wishes.size(); ++i) {
        if (!p.seats[i].placed()) { continue; }
        scheduler::rack const& r = f.racks[p.seats[i].node];
        scheduler::fitting const& fit = fits[i][r.kind];
        std::string layout;
        for (auto const& [name, degree] :
             {std::pair("tensor ", fit.spread.tensor), std::pair("pipeline ", fit.spread.pipeline),
              std::pair("data ", fit.spread.data), std::pair("expert ", fit.spread.expert)}) {
            if (degree > 1) {
                layout += (layout.empty() ? "" : ", ") + (name + std::to_string(degree));
            }
        }
        t.rows.push_back({f.wishes[i].name, r.name, devices_of(p.seats[i]), layout,
                          fit.taken.devices == 1 ? to_text(bytes{fit.taken.claim}) : "all",
                          fit.utilization > 0 ? io::detail::fixed(fit.utilization, 2) : ""});
    }
    std::cout << to_text(t) << '\n';
}

void print_nodes(scheduler::fleet const& f, std::vector<scheduler::node> nodes,
                 std::vector<std::vector<scheduler::fitting>> const& fits,
                 scheduler::packing const& p) {
    for (std::size_t i = 0; i < f.wishes.size(); ++i) {
        if (!p.seats[i].placed()) { continue; }
        scheduler::node& n = nodes[p.seats[i].node];
        scheduler::way const& w = fits[i][n.kind].taken;
        for (std::size_t const d : p.seats[i].devices) {
            n.free[d] = w.devices == 1 ? n.free[d] - w.claim : 0;
        }
    }
    using enum io::alignment;
    io::table t{.columns = {{.title = "node"},
                            {.title = "accelerator"},
                            {.title = "GPUs", .align = right},
                            {.title = "untouched", .align = right},
                            {.title = "free on shared ones", .align = right}}};
    for (std::size_t at = 0; at < nodes.size(); ++at) {
        count untouched = 0;
        std::string shared;
        for (double const free : nodes[at].free) {
            untouched += free == nodes[at].capacity ? 1 : 0;
            if (free > 0 && free < nodes[at].capacity) {
                shared += (shared.empty() ? "" : ", ") + to_text(bytes{free});
            }
        }
        t.rows.push_back({f.racks[at].name, std::string(f.kinds[nodes[at].kind].name.view()),
                          std::to_string(f.racks[at].devices), std::to_string(untouched), shared});
    }
    std::cout << to_text(t) << '\n';
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"Which model goes on which GPUs of a mixed fleet."};
    std::string file;
    std::int64_t steps = 1'000'000;
    app.add_option("fleet", file, "nodes and models, as TOML")->required();
    app.add_option("--steps", steps, "of the search for the best packing (1000000)")
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{1} << 40U));
    try {
        app.parse(argc, argv);
    } catch (CLI::ParseError const& e) { return app.exit(e) == 0 ? 0 : 2; }
    auto const text = io::read_text_file(file);
    if (!text) { return refused(text.error()); }
    auto const f = scheduler::read_fleet(*text, file);
    if (!f) { return refused(f.error()); }

    std::vector<scheduler::item> items;
    std::vector<std::vector<scheduler::fitting>> fits;
    std::vector<double> capacity(f->kinds.size());
    for (std::size_t k = 0; k < f->kinds.size(); ++k) {
        capacity[k] = in_bytes(device_memory(f->kinds[k]));
    }
    for (scheduler::wish const& w : f->wishes) {
        fits.emplace_back();
        items.emplace_back();
        for (std::size_t k = 0; k < f->kinds.size(); ++k) {
            auto found = scheduler::fit(w, f->kinds[k], f->widest[k]);
            if (!found) {
                std::string_view const why = found.error().message.view();
                return refused(
                    {found.error().code, why.starts_with(w.source)
                                             ? sentence(why)
                                             : sentence(w.source).append(": ").append(why)});
            }
            items.back().on.push_back(found->taken);
            fits.back().push_back(*std::move(found));
        }
    }
    std::vector<scheduler::node> nodes;
    for (scheduler::rack const& r : f->racks) {
        nodes.push_back({r.kind,
                         std::vector<double>(static_cast<std::size_t>(r.devices), capacity[r.kind]),
                         capacity[r.kind]});
    }
    scheduler::packing const p = scheduler::pack(nodes, items, steps);
    print_seats(*f, fits, p);
    print_nodes(*f, nodes, fits, p);
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (!p.seats[i].placed()) {
            std::cout << "not placed: " << f->wishes[i].name << ": " << why_not(fits[i], *f)
                      << '\n';
        }
    }
    std::cout << p.placed << " of " << items.size() << " models on " << p.used << " GPUs; ";
    if (p.proven) {
        std::cout << "no packing places more, nor as many on fewer\n";
    } else {
        std::cout << "a better packing may exist: the search was left after " << steps
                  << " steps; none of these models needs fewer than "
                  << scheduler::fewest_conceivable(nodes, items, p) << " GPUs\n";
    }
    return p.placed == items.size() ? 0 : 1;
}
