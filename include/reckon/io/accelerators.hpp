// SPDX-License-Identifier: MIT
// A user's own accelerators, from CSV or JSON: what the catalogue does not have, or has otherwise.
//
//   id,name,architecture,memory_gb,bandwidth_gb_s,fp16_tflops,power_w
//   lab-card,Lab Card 48GB,Ada,48,864,181,300
//
// `like` takes everything that is not given from a row of the catalogue: a card with another power limit is
// one line. Without it, id, architecture and memory must be there; what else is missing is unknown.
#pragma once
#include <reckon/catalog/find_gpu.hpp>
#include <reckon/gpu/architectures.hpp>
#include <reckon/io/user_rows.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reckon::inline v0::io {

namespace detail {

inline constexpr std::string_view accelerator_fields[] = {"id",
                                                          "name",
                                                          "like",
                                                          "architecture",
                                                          "memory_gb",
                                                          "memory_usable_mib",
                                                          "bandwidth_gb_s",
                                                          "fp32_tflops",
                                                          "fp16_tflops",
                                                          "fp8_tflops",
                                                          "fp4_tflops",
                                                          "int8_tops",
                                                          "compute_units",
                                                          "power_w",
                                                          "link_gb_s_both_ways",
                                                          "host_gb_s_each_way",
                                                          "gpus_per_node"};

/// The generation of that name, as the catalogue writes it.
[[nodiscard]] inline std::optional<any_architecture> find_architecture(std::string_view name) {
    for (any_gpu const& g : catalog::gpus) {
        if (g.architecture.name.view() == name) { return g.architecture; }
    }
    return std::nullopt;
}

[[nodiscard]] inline result<any_gpu> accelerator_of(user_row const& row) {
    row_fields f(row, accelerator_fields);
    any_gpu g{};
    if (f.has("like")) {
        auto const base = find_gpu(f.text("like"));
        if (base) {
            g = *base;
        } else {
            f.fail(base.error().code, std::string("like: ").append(base.error().message.view()));
        }
    } else if (auto const generation = find_architecture(f.needed("architecture"))) {
        g.architecture = *generation;
    } else {
        f.refuse(errc::unknown_name, "architecture",
                 "is " + in_quotes(f.text("architecture")) +
                     ", which no accelerator of the catalogue has; write Hopper, Ada, CDNA3 and so "
                     "on, or give 'like'.");
    }
    g.id = label(f.needed("id"));
    g.name = f.has("name") ? label(f.short_text("name", row_fields::name_bytes)) : g.id;
    constexpr double most = 1e7;
    auto const given = [&](std::string_view name, auto&& set) {
        if (auto const n = f.above_zero(name, most)) { set(*n); }
    };
    given("memory_gb", [&](double n) {
        g.memory = bytes{gigabytes(n)};
        g.memory_usable = unknown;
    });
    given("memory_usable_mib",
          [&](double n) { g.memory_usable = {bytes{mebibytes(n)}, provenance::observed}; });
    given("bandwidth_gb_s", [&](double n) { g.bandwidth = gigabytes_per_second(n); });
    auto const peak = [&](std::string_view name, auto... kinds) {
        given(name,
              [&](double n) { ((g.peak = g.peak.with(kinds, teraflops_per_second(n))), ...); });
    };
    peak("fp32_tflops", arithmetic::fp32);
    peak("fp16_tflops", arithmetic::fp16, arithmetic::bf16);
    peak("fp8_tflops", arithmetic::fp8);
    peak("fp4_tflops", arithmetic::fp4);
    peak("int8_tops", arithmetic::int8);
    given("power_w", [&](double n) { g.power = watts_of(n); });
    given("link_gb_s_both_ways",
          [&](double n) { g.link.each_way = link_gigabytes_per_second_both_ways(n); });
    given("host_gb_s_each_way", [&](double n) { g.host.each_way = link_gigabytes_per_second(n); });
    if (auto const n = f.whole("gpus_per_node", most)) { g.gpus_per_node = *n; }
    if (auto const n = f.whole("compute_units", most)) { g.compute_units = *n; }
    if (!g.memory.known()) { f.refuse(errc::missing_field, "memory_gb", "is missing; give it."); }
    if (f.failure()) { return *f.failure(); }
    return g;
}

} // namespace detail

/// The accelerators of a text; in JSON, of its list "accelerators". Errors name file, line and field; an id
/// that is there twice, or that is the catalogue's, is refused.
[[nodiscard]] inline result<std::vector<any_gpu>> read_accelerators(std::string_view text,
                                                                    std::string_view source) {
    auto const rows = user_rows(text, source, "accelerators");
    if (!rows) { return rows.error(); }
    std::vector<any_gpu> all;
    for (user_row const& row : *rows) {
        auto g = detail::accelerator_of(row);
        if (!g) { return g.error(); }
        bool taken = false;
        for (any_gpu const& other : catalog::gpus) {
            taken = taken || other.id == g->id;
        }
        for (any_gpu const& other : all) {
            taken = taken || other.id == g->id;
        }
        if (taken) {
            sentence why{"id "};
            reckon::detail::append_typed(why, g->id.view());
            return detail::at_place(
                row.place, errc::contradiction,
                why.append(" is another accelerator's; choose one of your own.").view());
        }
        all.push_back(std::move(g).value());
    }
    return all;
}

/// The accelerator of that name: the user's by id or name, else the catalogue's.
[[nodiscard]] inline result<any_gpu> find_gpu_among(std::string_view name,
                                                    std::span<any_gpu const> own) {
    for (any_gpu const& g : own) {
        if (g.id.view() == name || g.name.view() == name) { return g; }
    }
    return find_gpu(name);
}

} // namespace reckon::inline v0::io
