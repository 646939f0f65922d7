// SPDX-License-Identifier: MIT
#include "recommend/options.hpp"

#include <reckon/detail/nearest.hpp>

#include <algorithm>
#include <array>

namespace recommend {
namespace {

constexpr unsigned bit(verb v) { return 1U << static_cast<unsigned>(v); }
constexpr unsigned choosing = bit(verb::recommend);
constexpr unsigned fleet = bit(verb::plan);
constexpr unsigned comparing = bit(verb::compare);
constexpr unsigned buying = bit(verb::buy_or_rent);
constexpr unsigned sharing = bit(verb::share);
constexpr unsigned serving = choosing | fleet | comparing;
constexpr unsigned renting = serving | sharing;
constexpr unsigned every = renting | buying;

/// Stands for names that are not meant: further from all that one types than a misspelling is.
constexpr std::string_view unlike_any_name = "________________________________________";

constexpr std::string_view model_group = "What to serve";
constexpr std::string_view load_group = "The load";
constexpr std::string_view choice_group = "What to choose from";
constexpr std::string_view limit_group = "What must hold";
constexpr std::string_view money_group = "Money";
constexpr std::string_view owner_group = "Owning";
constexpr std::string_view rent_group = "Renting";
constexpr std::string_view day_group = "The fleet";
constexpr std::string_view room_group = "Host and room";
constexpr std::string_view print_group = "What to print";

using enum option_kind;

constexpr option options[] = {
    {"model", model_group, "NAME|PATH",
     "A name of the catalogue, or the path of a config.json; several are candidates", serving,
     several},
    {"precision", model_group, "NAME[,..]",
     "How weights are stored, one or several: fp8,int4-g128,Q4_K_M", serving, several},
    {"kv-cache", model_group, "NAME", "How the KV cache is stored (default: bf16)", serving},
    {"quality", model_group, "NAME=X[,..]",
     "What a model is worth to you, on a scale of yours: deepseek-r1=1,deepseek-r1:int4-g128=0.97",
     choosing | fleet, several},
    {"least-quality", model_group, "X", "Candidates below it are left out", choosing | fleet},
    {"licences", model_group, "NAME[,..]",
     "Only models under these licences: Apache-2.0,MIT (default: any)", choosing | fleet, several},
    {"commercial", model_group, "",
     "Only models whose licence allows use for money, if within conditions", choosing | fleet,
     flag},
    {"licence-of", model_group, "NAME=LICENCE[,..]",
     "What you know of a model's licence: ./config.json=Apache-2.0", choosing | fleet, several},
    {"context", load_group, "TOKENS", "Tokens that a request may grow to: 32768 or 32K",
     choosing | comparing},
    {"concurrency", load_group, "N", "Requests at once ...", choosing | comparing},
    {"requests-per-second", load_group, "RATE", "... or requests that arrive in a second",
     choosing | comparing},
    {"prompt", load_group, "TOKENS",
     "Typical prompt (default: half of the context); of a day also 500:60%,4000:40%", serving,
     several},
    {"output", load_group, "TOKENS",
     "Typical answer (default: half of the context); of a day also as prompts", serving, several},
    {"curve", load_group, "RATE[,..]",
     "Requests a second by hour: 24 numbers, or one for a day that is level", fleet, several},
    {"option", choice_group, "WORDS",
     "One to compare, several times: \"h100x8 fp8\", \"mi300x x8\"", comparing, several},
    {"gpus", choice_group, "NAME[,..]",
     "Accelerators to choose from: h200,mi300x (default: all usual)", choosing | fleet, several},
    {"max-gpus", choice_group, "N", "At most so many (default: 16; of a fleet: 1024)",
     choosing | fleet},
    {"own", choice_group, "NAME=N[,..]",
     "Only these, at most so many: h100=16,l40s=8; of a fleet: these first, others rented beside",
     choosing | fleet, several},
    {"own-cost", choice_group, "USD",
     "What an hour of one of them costs you, power and people (default: 0)", fleet},
    {"engine", choice_group, "NAME", "vllm, sglang, or paper: nothing reserved (default: vllm)",
     serving},
    {"objective", choice_group, "NAME",
     "cost, hourly-cost, throughput, latency, gpus or energy (default: cost; with --own: gpus)",
     serving},
    {"alike", choice_group, "SHARE",
     "Estimates so near to each other count as equal: speed decides, or cost (default: 10%)",
     choosing | fleet},
    {"max-ttft", limit_group, "TIME", "Slowest first token: 2s", serving},
    {"max-tpot", limit_group, "TIME", "Slowest token after it: 50ms", serving},
    {"max-latency", limit_group, "TIME", "Slowest request from end to end: 30s", serving},
    {"budget", limit_group, "USD", "Most rent for an hour: 20", choosing | fleet},
    {"max-power", limit_group, "KW", "Most power of all boards: 10", choosing | fleet},
    {"spare", limit_group, "N",
     "Replicas beyond those needed: 1 for N+1 (default: 0; of a fleet: 1)", choosing | fleet},
    {"prefix-hit", load_group, "SHARE", "Part of the prompts that a cache still has: 40%", fleet},
    {"percentile", day_group, "NAME", "Where the limits hold: mean, p50, p90 or p99 (default: p99)",
     fleet},
    {"planned-use", day_group, "SHARE",
     "Of what replicas can keep the limits at, so much is planned with (default: 100%)", fleet},
    {"least-replicas", day_group, "N", "Replicas that always run (default: 1)", fleet},
    {"service", day_group, "FILE",
     "A service that shares the machines, several times: a file of options of recommend plan",
     sharing, several},
    {"gpu", day_group, "NAME", "The accelerator of the machines: h100", sharing},
    {"commitment", day_group, "YEARS", "How a base is reserved: 1 or 3 (default: 1)",
     fleet | sharing},
    {"start", day_group, "TIME", "A machine or container, until weights are read (default: 60s)",
     fleet},
    {"warm-up", day_group, "TIME", "Compiling and capturing graphs (default: 60s)", fleet},
    {"storage", day_group, "GB/S", "Sustained reading of a machine's disks: 6", fleet},
    {"download", day_group, "GBIT/S",
     "Network to the store of weights (default: 100; with --storage: none)", fleet},
    {"mix", day_group, "", "Also look for two kinds of replica beside each other", fleet, flag},
    {"pools", day_group, "", "Also look for prefill and decoding in pools of their own", fleet,
     flag},
    {"cache-link", day_group, "GB/S",
     "What an accelerator sends to the other pool, one way (default: 50)", fleet},
    {"cache-overlap", day_group, "SHARE",
     "Of that, so much goes on while the prompt is computed (default: 0%)", fleet},
    {"rack", room_group, "KW", "Power that a rack feeds and cools (default: 40)", fleet},
    {"pue", room_group, "X", "Power of the site over that of its machines (default: 1.3)",
     fleet | buying},
    {"prices", money_group, "FILE",
     "Your own prices beside the catalogue's, CSV or JSON (docs/laws/cost.md)", every},
    {"sellers", money_group, "KIND[,..]",
     "Who may rent out: cloud, specialised, marketplace (default: the first two)", renting,
     several},
    {"provider", money_group, "NAME", "Rent from this one only: AWS", renting},
    {"region", money_group, "NAME", "Rent there only; prices that name no region do not count",
     renting},
    {"exchange", money_group, "EUR=X@DATE[,..]", "A currency in US dollars, as of a day", every,
     several},
    {"instance", rent_group, "NAME", "A machine of the catalogue or of --prices: p4de.24xlarge",
     buying},
    {"rent", rent_group, "USD", "... or what renting as much costs an hour, on demand", buying},
    {"utilisation", rent_group, "SHARE", "Share of the time in which it is used: 60%", buying},
    {"interruptions", rent_group, "PER-MONTH", "How often a spot machine is taken back", buying},
    {"lost", rent_group, "TIME", "Paid time that each of those wastes: 15min", buying},
    {"purchase", owner_group, "USD", "Price of the machines, with what they need to run", buying},
    {"life", owner_group, "YEARS", "How long they are used (default: 3)", buying},
    {"power", owner_group, "KW", "Their power under load", buying},
    {"load", owner_group, "SHARE", "Share of that drawn on average (default: 100%)", buying},
    {"tariff", owner_group, "USD/KWH", "Price of electricity", buying},
    {"maintenance", owner_group, "SHARE", "A year, of the purchase: 5%", buying},
    {"staff", owner_group, "USD", "People, a year", buying},
    {"space", owner_group, "USD", "Rack, network and insurance, a year", buying},
    {"residual", owner_group, "SHARE", "What of the purchase is left at the end", buying},
    {"discount", owner_group, "SHARE", "Interest a year on what is paid later", buying},
    {"api-prices", rent_group, "FILE",
     "Sellers' prices of tokens, CSV or JSON: data/api_prices.csv", buying},
    {"api", rent_group, "SELLER", "The seller of that file to compare with", buying},
    {"input-rate", rent_group, "TOK/S", "Prompt tokens of all hours, on average", buying},
    {"cached-rate", rent_group, "TOK/S", "Prompt tokens that a cache still has", buying},
    {"output-rate", rent_group, "TOK/S", "Tokens of answers", buying},
    {"format", print_group, "NAME", "table, json, markdown, csv or html (default: table)", every},
    {"top", print_group, "N", "Plans to list (default: 8)", choosing},
    {"why", print_group, "", "Explain the first plan: memory, speed, cost, what would change it",
     renting, flag},
    {"all", print_group, "", "Print every section, and all telling refusals", renting, flag},
    {"all-refusals", print_group, "", "List every refused choice, not only the telling ones",
     choosing, flag},
    {"today", print_group, "DATE", "Mark prices older than 90 days on that day: 2026-11-22", every},
    {"json-schema", print_group, "", "Print the schema of --format json", every, flag},
};

} // namespace

std::string_view command_of(verb v) {
    constexpr std::string_view names[] = {"recommend", "recommend plan", "recommend compare",
                                          "recommend buy-or-rent", "recommend share"};
    return names[static_cast<int>(v)];
}

std::span<option const> all_options() { return options; }

option const* find_option(std::string_view name) {
    auto const* const found = std::ranges::find(options, name, &option::name);
    return found == std::end(options) ? nullptr : found;
}

reckon::error no_option(std::string_view place, std::string_view name, verb asked) {
    reckon::sentence why{place};
    reckon::detail::append_typed(why, name);
    why.append(" is no option of ").append(command_of(asked));
    if (option const* const other = find_option(name)) {
        constexpr verb verbs[] = {verb::recommend, verb::plan, verb::compare, verb::buy_or_rent,
                                  verb::share};
        for (verb const v : verbs) {
            if (!other->belongs_to(v)) { continue; }
            why.append(", but one of ").append(command_of(v));
            return {reckon::errc::unknown_name, why};
        }
    }
    std::string_view names[std::size(options)];
    for (std::size_t i = 0; i < std::size(options); ++i) {
        names[i] = options[i].belongs_to(asked) ? options[i].name : unlike_any_name;
    }
    reckon::sentence near{};
    reckon::detail::append_nearest(near, name, names);
    why.append(near.view().empty() ? "; --help lists them" : near.view());
    return {reckon::errc::unknown_name, why};
}

} // namespace recommend
