// SPDX-License-Identifier: MIT
#include "scheduler/fleet.hpp"

#include <reckon/io/command_line.hpp>
#include <reckon/io/toml.hpp>
#include <reckon/io/verdict_text.hpp>
#include <reckon/serving/limits.hpp>

#include <algorithm>

namespace scheduler {
namespace {

using namespace reckon;

constexpr count most_nodes = 256;
constexpr count most_wishes = 256;

std::string numbered(std::string const& name, count i, count all) {
    return all == 1 ? name : name + "-" + std::to_string(i + 1);
}

result<std::size_t> kind_of(fleet& f, std::string_view name, count devices) {
    auto const gpu = find_gpu(name);
    if (!gpu) { return gpu.error(); }
    for (std::size_t k = 0; k < f.kinds.size(); ++k) {
        if (f.kinds[k].id.view() == gpu->id.view()) {
            f.widest[k] = std::max(f.widest[k], devices);
            return k;
        }
    }
    f.kinds.push_back(*gpu);
    f.widest.push_back(devices);
    return f.kinds.size() - 1;
}

possible_error read_nodes(fleet& f, std::string const& name, nlohmann::json const& section,
                          std::string_view source) {
    io::json_fields from(section, source, "nodes." + name + ".");
    std::string_view const accelerator = from.text_or("accelerator", "");
    if (accelerator.empty()) {
        from.refuse(errc::missing_field, "accelerator", "is missing; a node needs it.");
    }
    count const devices = from.integer("gpus", 1, 1024);
    count const many = from.integer_or("count", 1, 1, most_nodes);
    io::detail::refuse_unknown(from);
    if (from.failure()) { return *from.failure(); }
    auto const kind = kind_of(f, accelerator, devices);
    if (!kind) {
        return error{kind.error().code, sentence(source)
                                            .append(": nodes.")
                                            .append(name)
                                            .append(": ")
                                            .append(kind.error().message)};
    }
    for (count i = 0; i < many; ++i) {
        f.racks.push_back({numbered(name, i, many), *kind, devices});
    }
    return {};
}

possible_error read_wish(fleet& f, std::string const& name, nlohmann::json section,
                         std::string_view source) {
    std::string const path = "models." + name + ".";
    io::json_fields from(section, source, path);
    count const many = from.integer_or("replicas", 1, 1, most_wishes);
    if (from.contains("accelerator")) {
        from.refuse(errc::contradiction, "accelerator",
                    "is what is looked for; say it of nodes, not of models.");
    }
    if (from.failure()) { return *from.failure(); }
    section.erase("replicas");
    for (count i = 0; i < many; ++i) {
        f.wishes.push_back(
            {numbered(name, i, many), std::string(source) + ": models." + name, section, 0});
    }
    return {};
}

/// The deployment on a node of that kind; its layout is searched where it is not said.
result<serving::any_deployment> deployment_on(wish const& w, any_gpu const& gpu, count devices) {
    if (w.said.contains("command")) {
        io::json_fields from(w.said, w.source);
        std::string_view const command = from.text_or("command", "");
        count const concurrency = from.integer_or("concurrency", 0, 1, count{1} << 40);
        io::detail::refuse_unknown(from);
        if (from.failure()) { return *from.failure(); }
        auto const read = read_command_line(command);
        if (!read) { return read.error(); }
        return read->on(gpu, {.concurrency = concurrency});
    }
    nlohmann::json fields = w.said;
    fields["accelerator"] = std::string(gpu.id.view());
    auto d = io::read_deployment(fields, w.source);
    if (d && !w.said.contains("layout")) {
        serving::any_deployment searched = *d;
        if (auto const found = fewest_gpus(searched, devices)) {
            searched.layout = found.spread;
        } else {
            searched.layout.tensor = std::min(devices, widest_layer(gpu));
        }
        return searched;
    }
    return d;
}

/// The smallest part of a device that its engine starts in, in steps of a hundredth: what it is to be told, and what it
/// then takes, with what it does not count. Nothing where there is none.
void share(serving::any_deployment d, fitting& f) {
    auto const claim = [&](double told) {
        d.engine.memory_utilization = told;
        return memory_of(d);
    };
    bool const told = claim(0.5).budget != claim(0.9).budget;
    if (!told) { // an engine that takes what it needs
        auto const m = claim(0.9);
        f.taken.claim = in_bytes(m.needed() + m.outside.value);
        return;
    }
    for (int hundredths = 1; hundredths <= 99; ++hundredths) {
        auto const m = claim(hundredths / 100.0);
        if (!m.fits()) { continue; }
        f.taken.claim = in_bytes(m.budget + m.outside.value);
        f.utilization = hundredths / 100.0;
        return;
    }
}

} // namespace

result<fleet> read_fleet(std::string_view text, std::string_view source) {
    auto const document = io::parse_toml(text, source);
    if (!document) { return document.error(); }
    fleet f;
    io::json_fields top(*document, source);
    nlohmann::json const none = nlohmann::json::object();
    for (char const* const part : {"nodes", "models"}) {
        nlohmann::json const* const sections = top.object_or_none(part);
        if (sections == nullptr || sections->empty()) {
            top.refuse(errc::missing_field, part, "is missing; write a section for each, as in [",
                       part, ".first].");
            break;
        }
        for (auto const& [name, section] : sections->items()) {
            if (!section.is_object()) {
                top.refuse(errc::wrong_type, std::string(part) + "." + name,
                           "is a setting; write it in a section, as in [", part, ".first].");
                break;
            }
            auto const wrong = part == std::string_view("nodes")
                                   ? read_nodes(f, name, section, source)
                                   : read_wish(f, name, section, source);
            if (wrong) { return *wrong; }
        }
    }
    for (auto const& [key, value] : document->items()) {
        if (!top.seen(key)) {
            top.refuse(errc::unknown_name, key, "is not understood; there are nodes and models.");
        }
    }
    if (f.racks.size() > static_cast<std::size_t>(most_nodes) ||
        f.wishes.size() > static_cast<std::size_t>(most_wishes)) {
        top.refuse(errc::out_of_range, f.racks.size() > most_nodes ? "nodes" : "models",
                   "are more than 256, counting each; pack them in parts.");
    }
    if (top.failure()) { return *top.failure(); }
    return f;
}

result<fitting> fit(wish const& w, any_gpu const& gpu, count devices) {
    auto const d = deployment_on(w, gpu, devices);
    if (!d) { return d.error(); }
    fitting f{.spread = d->layout};
    count const needed = d->layout.devices();
    auto const memory = memory_of(*d);
    if (!memory.fits()) {
        auto unnamed = *d;
        unnamed.name = {};
        f.why = explain(unnamed, memory).view();
        return f;
    }
    if (needed > devices) {
        f.why = "takes " + std::to_string(needed) + " devices, and the largest node has " +
                std::to_string(devices);
        return f;
    }
    f.taken = {.possible = true,
               .devices = static_cast<std::size_t>(needed),
               .claim = in_bytes(memory.capacity)};
    if (needed == 1) { share(*d, f); }
    return f;
}

} // namespace scheduler
