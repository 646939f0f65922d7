// SPDX-License-Identifier: MIT
#include "train/page.hpp"

#include <reckon/io/format.hpp>

#include <nlohmann/json.hpp>

#include <cstdio>
#include <string_view>

namespace train {

namespace {

using namespace reckon;
using namespace reckon::training;
using io::alignment;
using io::emphasis;
using io::table_cell;

io::table_column left(char const* title, char const* key) { return {title, key, alignment::left}; }
io::table_column right(char const* title, char const* key) {
    return {title, key, alignment::right};
}

std::string fixed(double v, int digits) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", digits, v);
    return text;
}
table_cell size(bytes b, emphasis mark = emphasis::none) {
    return {fixed(in_gigabytes(b), 2) + " GB", in_bytes(b), mark};
}
table_cell time_of(seconds s) { return {io::to_text(s), in_seconds(s)}; }
table_cell whole(count n) { return {io::with_commas(n), static_cast<double>(n)}; }

std::string_view text_of(shards s) {
    constexpr std::string_view names[] = {"nothing", "the optimizer (ZeRO-1)",
                                          "optimizer and gradients (ZeRO-2)",
                                          "everything (ZeRO-3, FSDP)"};
    return names[static_cast<int>(s)];
}
std::string_view text_of(recompute_kind k) {
    constexpr std::string_view names[] = {"none",
                                          "attention scores",
                                          "every second product",
                                          "norms, up-projections, activations",
                                          "feed-forward",
                                          "full",
                                          "blocks of sqrt(L)"};
    return names[static_cast<int>(k)];
}
std::string text_of(recompute const& c) {
    std::string s(text_of(c.kind));
    if (c.kind == recompute_kind::blocks && c.block > 1) {
        s += ", blocks of " + io::with_commas(c.block) + " layers";
    }
    if (c.kind != recompute_kind::none && c.fraction < 1) {
        s += ", of " + io::percent(c.fraction) + " of the layers";
    }
    return s;
}
std::string text_of(state_sharding const& z) {
    std::string s(text_of(z.stage));
    if (z.stage != shards::nothing && z.group > 0) {
        s += ", in groups of " + io::with_commas(z.group);
    }
    if (z.stage == shards::weights && !z.reshards) { s += ", whole until the last micro-batch"; }
    return s;
}
/// What lies elsewhere than on the device; empty: nothing.
std::string offloaded(state_sharding const& z) {
    std::string s;
    auto const say = [&](char const* what, state_place at) {
        if (at == state_place::device) { return; }
        s += (s.empty() ? "" : ", ") + std::string(what) +
             (at == state_place::disk ? " on the host's drives" : " in the host's memory");
    };
    say("optimizer", z.optimizer_at);
    say("weights", z.weights_at);
    say("checkpoints", z.host_checkpoints ? state_place::host : state_place::device);
    return s;
}
std::string text_of(parallelism const& p) {
    std::string s =
        "tensor " + std::to_string(p.tensor) + ", pipeline " + std::to_string(p.pipeline);
    if (p.virtual_stages > 1) { s += " x " + std::to_string(p.virtual_stages); }
    if (p.context > 1) { s += ", context " + std::to_string(p.context); }
    s += ", data " + std::to_string(p.data);
    if (p.expert > 1) { s += ", expert " + std::to_string(p.expert); }
    return s;
}

section run_section(any_run const& r) {
    section s{"Run", "run", {{left("What", "what"), left("Choice", "choice")}, {}}};
    auto const row = [&](char const* what, std::string value) {
        s.grid.rows.push_back({what, std::move(value)});
    };
    row("devices", io::with_commas(r.parallel.devices()) + " x " + std::string(r.gpu.name.view()));
    row("layout", text_of(r.parallel));
    row("shared by data-parallel ranks", text_of(r.sharding));
    if (std::string const away = offloaded(r.sharding); !away.empty()) { row("offloaded", away); }
    row("copies of a parameter", std::string(r.numerics.name.view()) + ", products in " +
                                     std::string(name(r.numerics.products)));
    if (r.numerics.kept == kept_in_fp8) {
        row("kept for the backward pass", "fp8 where a linear layer reads it");
    }
    row("optimizer", std::string(r.optimizer.name.view()));
    if (r.adapter.frozen_base()) {
        row("adapters", std::string(r.adapter.kind == adapter_kind::dora ? "DoRA" : "LoRA") +
                            " of rank " + std::to_string(r.adapter.rank) + ", frozen weights in " +
                            std::string(r.adapter.base.name.view()));
    }
    row("recompute", text_of(r.recompute));
    row("batch", io::with_commas(r.global_batch()) + " sequences of " +
                     io::with_commas(r.sequence) + " tokens: micro-batch " +
                     std::to_string(r.micro_batch) + ", " + std::to_string(r.accumulation) +
                     " a step");
    row("framework", std::string(r.framework.name.view()));
    return s;
}

section memory_section(memory_report const& m) {
    section s{"Memory of the fullest device (pipeline stage " + std::to_string(m.stage) + ", " +
                  std::string(name(m.when)) + ")",
              "memory",
              {{left("Part", "part"), right("Size", "bytes"), left("From", "from")}, {}}};
    auto const row = [&](char const* part, bytes b, char const* from) {
        if (in_bytes(b) > 0) { s.grid.rows.push_back({part, size(b), from}); }
    };
    row("weights", m.state.weights, "exact");
    row("frozen weights", m.state.frozen, "exact");
    row("gradients", m.state.gradients, "exact");
    row("optimizer", m.state.optimizer, "exact");
    row("layers gathered whole", m.gathered, "exact");
    row("kept activations", m.activations.kept, "exact");
    row("layer computed again or differentiated", m.activations.working, "fitted");
    row("logits and loss", m.activations.logits, "fitted");
    row("cached gradients", m.cached, "fitted");
    row("copies while the optimizer steps", m.step_copy, "fitted");
    row("workspaces", m.workspace, "fitted");
    auto const between = [&](char const* part, estimate<bytes> const& e) {
        s.grid.rows.push_back(
            {table_cell(part, emphasis::strong), size(e.value, emphasis::strong),
             fixed(in_gigabytes(e.low), 1) + " to " + fixed(in_gigabytes(e.high), 1) + " GB"});
    };
    between("allocated at the peak", m.allocated);
    between("kept by the allocator", m.reserved);
    between("on the device", m.on_device);
    row("beside it, in the host's memory", m.state.host + m.activations.host, "exact");
    row("beside it, on the host's drives", m.state.disk, "exact");
    if (m.memory_known) {
        s.grid.rows.push_back(
            {"what the device has", size(m.capacity), std::string(name(m.capacity_source))});
    }
    return s;
}

section step_section(step_report const& t) {
    section s{"One step",
              "step",
              {{left("Part", "part"), right("Time", "seconds"), right("Share", "share")}, {}}};
    auto const row = [&](char const* part, seconds x) {
        if (!(in_seconds(x) > 0)) { return; }
        double const share = x / t.total.value;
        s.grid.rows.push_back({part, time_of(x), {io::percent(share), share}});
    };
    row("matrix products", t.products);
    row("experts", t.experts);
    row("element-wise work", t.element_wise);
    row("launches", t.launches);
    row("links of tensor and context ranks", t.tensor_links);
    row("links of experts", t.expert_links);
    row("pipeline bubble", t.bubble);
    row("gradients and weights between ranks", t.exchange);
    row("optimizer", t.optimizer);
    row("copies to and from the host", t.host);
    row("fixed", t.fixed);
    row("step", t.total.value);
    return s;
}

section rate_section(step_report const& t, duration_report const* d, question const& q) {
    section s{"Rates", "rates", {{left("Figure", "figure"), right("Value", "value")}, {}}};
    auto const row = [&](char const* what, table_cell value) {
        s.grid.rows.push_back({what, std::move(value)});
    };
    row("tokens a second and device",
        {io::with_commas(static_cast<count>(in_tokens_per_second(t.per_device) + 0.5)),
         in_tokens_per_second(t.per_device)});
    row("of all devices", {io::to_text(t.all), in_tokens_per_second(t.all)});
    row("interval of the step", io::to_text(t.total.low) + " to " + io::to_text(t.total.high));
    row("MFU, causal attention, of the 16 bit peak", {io::percent(t.mfu), t.mfu});
    row("HFU, with recompute", {io::percent(t.hfu), t.hfu});
    if (d != nullptr) {
        row("tokens in all", {fixed(q.tokens / 1e9, 1) + " billion", q.tokens});
        row("steps", whole(static_cast<count>(d->steps)));
        row("duration",
            {fixed(in_hours(d->total.value) / 24, 1) + " days", in_seconds(d->total.value)});
        row("of it failures and checkpoints",
            {io::percent(d->lost / d->total.value), d->lost / d->total.value});
        row("device hours",
            {io::with_commas(static_cast<count>(d->device_hours + 0.5)), d->device_hours});
        row("a checkpoint that can be resumed from", size(d->checkpoint.full()));
        row("checkpoint every", time_of(d->interval));
        row("failures to expect", {fixed(d->failures, 1), d->failures});
        if (d->energy.known()) {
            row("energy, PUE 1.2", {fixed(in_joules(d->energy.value()) / 3.6e9, 1) + " MWh",
                                    in_joules(d->energy.value())});
        }
        if (d->cost.known()) {
            row("rent", {io::to_text(d->cost.value()), in_usd(d->cost.value())});
        }
    }
    return s;
}

section layout_section(search_report const& found) {
    section s{"Layouts that fit, the quickest first",
              "layouts",
              {{left("Layout", "layout"), left("Shared", "shared"), left("Recompute", "recompute"),
                right("Micro", "micro_batch"), right("Device", "bytes"),
                right("Tokens/s/device", "rate"), right("MFU", "mfu")},
               {}}};
    for (found_layout const& f : found.best) {
        s.grid.rows.push_back(
            {text_of(f.parallel),
             std::string(text_of(f.sharding.stage)),
             std::string(text_of(f.recompute.kind)),
             whole(f.micro_batch),
             size(f.on_device),
             {io::with_commas(static_cast<count>(in_tokens_per_second(f.per_device) + 0.5)),
              in_tokens_per_second(f.per_device)},
             {io::percent(f.mfu), f.mfu}});
    }
    return s;
}

section remedy_section(any_run const& r) {
    section s{"What one change would do",
              "changes",
              {{left("Change", "change"), right("Device", "bytes"), right("Saves", "saved"),
                right("Time", "time"), left("Fits", "fits")},
               {}}};
    for (remedy const& one : remedies_of(r)) {
        s.grid.rows.push_back(
            {std::string(one.name), size(one.on_device), size(one.saved),
             one.slower.known()
                 ? table_cell(fixed(one.slower.value(), 2) + " x", one.slower.value())
                 : table_cell("not known"),
             one.fits ? table_cell("yes", emphasis::good) : table_cell("no", emphasis::bad)});
    }
    return s;
}

/// How far each of the run's sizes could grow with all else as it is.
section limit_section(any_run const& r) {
    section s{"Largest that fits, all else as it is",
              "largest",
              {{left("What", "what"), right("Now", "now"), right("At most", "most")}, {}}};
    auto const row = [&](char const* what, count now, count most) {
        s.grid.rows.push_back({what, whole(now), most > 0 ? whole(most) : table_cell("none")});
    };
    row("micro-batch, a power of two", r.micro_batch, largest_micro_batch(r));
    row("tokens of a sequence", r.sequence, longest_sequence(r));
    row("layers", layer_count(r.model), most_layers(r));
    return s;
}

} // namespace

page answer(question const& q) {
    any_run r = q.run;
    page p{};
    p.title = std::string(r.model.name.view()) + " on " + io::with_commas(q.gpus) + " x " +
              std::string(r.gpu.name.view());
    if (q.search) {
        search_report const found = search(r, {.devices = q.gpus, .global_batch = q.batch});
        if (!found.found()) {
            p.notes.push_back("No layout of " + io::with_commas(q.gpus) +
                              " devices fits: " + io::with_commas(found.tried) + " tried, " +
                              io::with_commas(found.invalid) + " do not divide, " +
                              io::with_commas(found.too_large) + " are too large.");
            if (found.any_nearest) {
                p.notes.push_back("The smallest needs " +
                                  fixed(in_gigabytes(found.nearest.on_device), 1) +
                                  " GB a device, of " + fixed(in_gigabytes(found.capacity), 1) +
                                  " GB: " + text_of(found.nearest.parallel) + ".");
                r = in_layout(r, found.nearest);
                p.sections.push_back(run_section(r));
                p.sections.push_back(memory_section(memory_of(r)));
                p.sections.push_back(remedy_section(r));
            }
            return p;
        }
        r = in_layout(r, found.best[0]);
        p.notes.push_back(io::with_commas(found.tried) +
                          " layouts tried; the quickest that fits is shown.");
        p.sections.push_back(layout_section(found));
    }
    memory_report const m = memory_of(r);
    p.fits = m.fits();
    p.notes.insert(p.notes.begin(),
                   m.fits_surely() ? "It fits, also at the upper end of what is estimated."
                   : m.fits()      ? "It fits, but not at the upper end of what is estimated."
                   : m.memory_known
                       ? "It does not fit: " + fixed(in_gigabytes(m.on_device.value), 1) +
                             " GB are needed, the device has " +
                             fixed(in_gigabytes(m.capacity), 1) + " GB."
                       : std::string("Nobody published the memory of this device."));
    p.sections.insert(p.sections.begin(), run_section(r));
    p.sections.push_back(memory_section(m));
    step_report const t = step_of(r);
    if (t.valid()) {
        p.sections.push_back(step_section(t));
        duration_report d{};
        if (q.tokens > 0) {
            d = duration_of(r, tokens{q.tokens}, calibration_for(r.gpu), {},
                            {.device = usd_per_hour(q.price)});
        }
        p.sections.push_back(rate_section(t, q.tokens > 0 ? &d : nullptr, q));
    } else {
        p.notes.push_back("Nobody published the peaks or the bandwidth that a time needs.");
    }
    p.sections.push_back(limit_section(r));
    p.sections.push_back(remedy_section(r));
    return p;
}

std::string printed(page const& p, std::string const& format, bool colour) {
    if (format == "json") {
        nlohmann::ordered_json out = {{"name", p.title}, {"fits", p.fits}, {"notes", p.notes}};
        for (section const& s : p.sections) {
            out[s.key] = nlohmann::ordered_json::parse(io::to_json(s.grid));
        }
        return out.dump(2) + "\n";
    }
    bool const markdown = format == "markdown";
    std::string out = (markdown ? "# " : "") + p.title + "\n";
    for (std::string const& note : p.notes) {
        out += (markdown ? "\n" : "") + note + "\n";
    }
    for (section const& s : p.sections) {
        out += markdown ? "\n## " + s.heading + "\n\n" + io::to_markdown(s.grid)
                        : "\n" + s.heading + "\n" +
                              io::to_text(s.grid, {.width = 120, .colour = colour});
    }
    return out;
}

} // namespace train
