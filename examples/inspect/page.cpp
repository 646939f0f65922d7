// SPDX-License-Identifier: MIT
#include "inspect/page.hpp"

#include <reckon/io/format.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <string_view>

namespace inspect {
namespace {

using reckon::count;
using reckon::io::alignment;
using reckon::io::table;
using reckon::io::table_cell;
using reckon::io::table_column;
using reckon::io::with_commas;

table_cell number(count value, reckon::io::emphasis mark = reckon::io::emphasis::none) {
    return {with_commas(value), static_cast<double>(value), mark};
}

count whole(reckon::bytes size) { return static_cast<count>(in_bytes(size) + 0.5); }

table_column left(std::string title, std::string key) {
    return {std::move(title), std::move(key), alignment::left};
}
table_column right(std::string title, std::string key) {
    return {std::move(title), std::move(key), alignment::right};
}

section parameters(reckon::any_model const& m) {
    reckon::parameter_counts const n = reckon::parameters_of(m);
    section s{
        "Parameters",
        "parameters",
        {{left("Part", "part"), right("Parameters", "parameters"), right("Share", "share")}, {}}};
    auto const row = [&](std::string_view part, count value) {
        if (value == 0) { return; }
        double const share = static_cast<double>(value) / static_cast<double>(n.total);
        s.grid.rows.push_back(
            {std::string(part), number(value), {reckon::io::percent(share), share}});
    };
    row("embeddings", n.embedding);
    row("attention", n.attention);
    row("dense ffn", n.dense_ffn);
    row("routed experts", n.routed_experts);
    row("shared experts", n.shared_experts);
    row("router", n.router);
    row("norms", n.norms);
    row("head", n.head);
    row("total", n.total);
    row("active in a token", n.active);
    row("active, without embeddings", reckon::active_without_embedding(n));
    row("prediction modules, beside", n.mtp);
    return s;
}

section published(reckon::any_model const& m) {
    reckon::recipe const& r = m.published;
    reckon::weight_bytes const w = reckon::weights_of(m, r);
    section s{"Weights in " + std::string(r.name.view()),
              "weights",
              {{left("Part", "part"), left("Format", "format"), right("Bytes", "bytes"),
                right("", "text")},
               {}}};
    auto const row = [&](std::string_view part, std::string format, reckon::bytes size) {
        if (whole(size) == 0) { return; }
        s.grid.rows.push_back(
            {std::string(part), std::move(format), number(whole(size)), reckon::io::to_text(size)});
    };
    auto const name = [&r](reckon::tensor_role role) { return std::string(r[role].name.view()); };
    using enum reckon::tensor_role;
    row("embeddings", name(embedding), w.embedding);
    row("attention", name(attention_output), w.attention);
    row("dense ffn", name(ffn_down), w.dense_ffn);
    row("routed experts", name(expert_down), w.routed_experts);
    row("shared experts", name(shared_down), w.shared_experts);
    row("norms, router, biases", name(norm), w.other);
    row("head", name(head), w.head);
    row("total", "", w.total());
    row("prediction modules, beside", "", reckon::mtp_weights_of(m, r));
    return s;
}

void add_amount(table& grid, std::string name, reckon::io::tensor_amount const& a) {
    double const bits =
        a.elements > 0 ? 8 * static_cast<double>(a.bytes) / static_cast<double>(a.elements) : 0;
    grid.rows.push_back({std::move(name),
                         number(a.tensors),
                         number(a.elements),
                         number(a.bytes),
                         {reckon::io::detail::fixed(bits, 3), bits}});
}

std::vector<table_column> amount_columns(std::string title, std::string key) {
    return {left(std::move(title), std::move(key)), right("Tensors", "tensors"),
            right("Elements", "elements"), right("Bytes", "bytes"),
            right("Bits each", "bits_each")};
}

section stored_by_group(reckon::io::tensor_list const& tensors) {
    section s{"Stored, by part", "stored_by_part", {amount_columns("Part", "part"), {}}};
    auto const groups = tensors.by_group();
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (groups[i].tensors > 0) {
            add_amount(s.grid, std::string(name(static_cast<reckon::io::tensor_group>(i))),
                       groups[i]);
        }
    }
    add_amount(s.grid, "total", tensors.total());
    return s;
}

section stored_by_type(reckon::io::tensor_list const& tensors) {
    section s{"Stored, by type", "stored_by_type", {amount_columns("Type", "type"), {}}};
    for (auto const& one : tensors.by_type()) {
        add_amount(s.grid, std::string(one.type), one.amount);
    }
    return s;
}

section state(reckon::any_model const& m, reckon::any_precision const& cache) {
    section s{"State of a request in " + std::string(cache.name.view()),
              "state",
              {{left("Context", "context"), right("Bytes", "bytes"), right("", "text")}, {}}};
    auto const row = [&](std::string text, count tokens, reckon::bytes size) {
        s.grid.rows.push_back({{std::move(text), static_cast<double>(tokens)},
                               number(whole(size)),
                               reckon::io::to_text(size, reckon::io::byte_notation::binary)});
    };
    reckon::bytes_per_token const growth = reckon::cache_per_token(m, cache);
    reckon::bytes const each = growth * reckon::tokens{1};
    bool const windows = each < reckon::cache_of_request(m, cache, reckon::tokens{1});
    row(windows ? "one more token, past every window" : "one more token", 1, each);
    double longest = 1e18;
    if (m.max_context.known()) { longest = in_tokens(m.max_context.value()); }
    for (double const context : {1024.0, 4096.0, 8192.0, 32768.0, 131072.0}) {
        if (context >= longest) { break; }
        row(with_commas(static_cast<count>(context)) + " tokens", static_cast<count>(context),
            reckon::cache_of_request(m, cache, reckon::tokens{context}));
    }
    if (m.max_context.known()) {
        row(with_commas(static_cast<count>(longest)) + " tokens, the longest",
            static_cast<count>(longest), reckon::cache_of_request(m, cache, m.max_context.value()));
    }
    return s;
}

} // namespace

page page_of(subject const& s, reckon::any_precision const& cache) {
    page p{s.title, {"From " + s.source + "."}, {}};
    if (s.model) { p.sections.push_back(parameters(*s.model)); }
    if (s.stored) {
        p.sections.push_back(stored_by_group(*s.stored));
        p.sections.push_back(stored_by_type(*s.stored));
    } else if (s.model) {
        p.sections.push_back(published(*s.model));
    }
    if (s.model) { p.sections.push_back(state(*s.model, cache)); }
    if (!s.why_no_model.empty()) {
        p.notes.push_back("Parameters and state are not known. " + s.why_no_model);
    }
    return p;
}

std::string to_text(page const& p, reckon::io::text_style style) {
    std::string out = reckon::io::detail::harmless(p.title) + "\n";
    for (std::string const& note : p.notes) {
        for (std::string const& line :
             reckon::io::detail::wrapped(reckon::io::detail::harmless(note), style.width)) {
            out += line + "\n";
        }
    }
    for (section const& s : p.sections) {
        out += "\n" + s.heading + "\n" + reckon::io::to_text(s.grid, style);
    }
    return out;
}

std::string to_markdown(page const& p) {
    std::string out = "# " + reckon::io::detail::harmless(p.title) + "\n";
    for (std::string const& note : p.notes) {
        out += "\n" + reckon::io::detail::harmless(note) + "\n";
    }
    for (section const& s : p.sections) {
        out += "\n## " + s.heading + "\n\n" + reckon::io::to_markdown(s.grid);
    }
    return out;
}

std::string to_json(page const& p) {
    nlohmann::ordered_json out = {{"name", p.title}, {"notes", p.notes}};
    for (section const& s : p.sections) {
        auto& rows = out[s.key] = nlohmann::ordered_json::parse(reckon::io::to_json(s.grid));
        for (auto& row : rows) {
            for (auto& value : row) { // whole numbers without a point
                bool const is_whole =
                    value.is_number_float() &&
                    value.get<double>() ==
                        static_cast<double>(static_cast<count>(value.get<double>()));
                if (is_whole) { value = static_cast<count>(value.get<double>()); }
            }
        }
    }
    return out.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

} // namespace inspect
