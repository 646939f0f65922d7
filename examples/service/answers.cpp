// SPDX-License-Identifier: MIT
#include "admission/review.hpp"
#include "service/answers.hpp"

#include <reckon/catalog/find_gpu.hpp>
#include <reckon/catalog/find_model.hpp>
#include <reckon/io/hugging_face.hpp>
#include <reckon/version.hpp>

#include <array>
#include <reckon_c/answers.hpp>

namespace service {
namespace {

using namespace reckon;
using reckon_c::json;

std::string_view name_of(errc code) {
    constexpr std::array<std::string_view, 10> names{
        "unknown_name",  "missing_field",      "wrong_type", "out_of_range", "unsupported",
        "contradiction", "indivisible_layout", "malformed",  "unreadable",   "unknown_figure"};
    return names[static_cast<std::size_t>(code)];
}

/// Names from files may be no UTF-8: a strict dump would throw.
answer accepted(json const& said) {
    return {200, said.dump(2, ' ', false, json::error_handler_t::replace) + "\n"};
}

/// What cannot be read is the asker's mistake (400); what can, but makes no sense, is another (422).
answer refused(error const& why, int otherwise = 422) {
    return refusal(why.code == errc::malformed ? 400 : otherwise, name_of(why.code),
                   why.message.view());
}

template <class T, class Read> json figure_of(figure<T> const& f, Read const& read) {
    return f.known() ? json(read(f.value())) : json(nullptr);
}

json facts_of(any_gpu const& g) {
    auto const size = [](bytes b) { return reckon_c::detail::size_of(b); };
    return {{"id", std::string(g.id.view())},
            {"name", std::string(g.name.view())},
            {"architecture", std::string(g.architecture.name)},
            {"memory_bytes", figure_of(g.memory, size)},
            {"usable_bytes", figure_of(g.memory_usable, size)},
            {"bandwidth_bytes_per_second",
             figure_of(g.bandwidth,
                       [](memory_bandwidth b) { return in_gigabytes_per_second(b) * 1e9; })},
            {"bf16_flops_per_second",
             figure_of(peak_for(g, arithmetic::bf16),
                       [](peak_flop_rate r) { return in_teraflops_per_second(r) * 1e12; })},
            {"compute_units", figure_of(g.compute_units, [](count n) { return n; })},
            {"power_watts", figure_of(g.power, [](watts w) { return in_watts(w); })},
            {"per_node", figure_of(g.gpus_per_node, [](count n) { return n; })}};
}

/// The names of a list that have `part` in them.
template <class Names, class Name>
answer list(char const* key, Names const& all, std::string_view part, Name const& name) {
    json found = json::array();
    for (auto const& entry : all) {
        std::string_view const id = name(entry);
        if (id.find(part) != std::string_view::npos) { found.push_back(std::string(id)); }
    }
    return accepted({{key, found}});
}

using reader = result<reckon_c::deployment_question> (*)(std::string_view, any_model const*);
constexpr reader read_question = reckon_c::read_deployment_question;

/// Reads a question about a deployment and answers it.
template <class Answer> answer about_deployment(std::string_view body, Answer const& say) {
    auto const read = read_question(body, nullptr);
    if (!read) { return refused(read.error()); }
    result<json> const said = say(*read);
    return said ? accepted(*said) : refused(said.error());
}

answer models(question const& q, std::string_view name) {
    if (name.empty()) {
        return list("models", catalog::model_ids, q.contains,
                    [](std::string_view id) { return id; });
    }
    auto const found = find_model(name);
    return found ? accepted(reckon_c::facts_of(*found)) : refused(found.error(), 404);
}
answer gpus(question const& q, std::string_view name) {
    if (name.empty()) {
        return list("gpus", catalog::gpus, q.contains,
                    [](any_gpu const& g) { return g.id.view(); });
    }
    auto const found = find_gpu(name);
    return found ? accepted(facts_of(*found)) : refused(found.error(), 404);
}
answer config(question const& q, std::string_view) {
    auto const read = io::parse_hugging_face(q.body);
    return read ? accepted(reckon_c::facts_of(*read)) : refused(read.error());
}
answer memory(question const& q, std::string_view) {
    return about_deployment(q.body, reckon_c::memory_answer);
}
answer largest(question const& q, std::string_view) {
    return about_deployment(q.body, reckon_c::largest_answer);
}
answer speed(question const& q, std::string_view) {
    return about_deployment(q.body, reckon_c::speed_answer);
}
answer preflight(question const& q, std::string_view) {
    return about_deployment(q.body, reckon_c::why_not_answer);
}
answer recommend(question const& q, std::string_view) {
    auto const read = reckon_c::read_recommend_question(q.body, nullptr);
    if (!read) { return refused(read.error()); }
    constexpr count most = 1024; // a search takes longer with every one
    if (read->rules.max_devices > most) {
        return refusal(422, "out_of_range", "\"max_gpus\" must be from 1 to 1024 here.");
    }
    auto const said = reckon_c::recommend_answer(*read);
    return said ? accepted(*said) : refused(said.error());
}
answer admission(question const& q, std::string_view) {
    auto const said = ::admission::judge(q.body, "the review", {});
    if (!said) { return refused(said.error()); }
    if (said->review.empty()) {
        return refusal(422, "wrong_type",
                       "this is no AdmissionReview; only Kubernetes' API server asks here.");
    }
    return {200, said->review};
}
answer version(question const&, std::string_view) {
    return accepted(
        {{"version", std::to_string(version_major) + "." + std::to_string(version_minor) + "." +
                         std::to_string(version_patch)},
         {"models", std::size(catalog::model_ids)},
         {"gpus", catalog::gpus.size()}});
}
answer openapi(question const&, std::string_view) { return {200, std::string(description())}; }

/// A path, and who answers there; one that ends in '/' has a name behind it.
struct route {
    std::string_view method;
    std::string_view path;
    answer (*respond)(question const&, std::string_view name);
};
constexpr route routes[] = {
    {"GET", "/models", models},
    {"GET", "/models/", models},
    {"GET", "/gpus", gpus},
    {"GET", "/gpus/", gpus},
    {"POST", "/config", config},
    {"POST", "/memory", memory},
    {"POST", "/largest", largest},
    {"POST", "/speed", speed},
    {"POST", "/preflight", preflight},
    {"POST", "/recommend", recommend},
    {"POST", "/admission", admission},
    {"GET", "/version", version},
    {"GET", "/openapi.json", openapi},
};

} // namespace

answer refusal(int status, std::string_view code, std::string_view sentence) {
    json const said = {{"error", std::string(sentence)}, {"code", std::string(code)}};
    return {status, said.dump(2, ' ', false, json::error_handler_t::replace) + "\n"};
}

answer answer_to(question const& q) {
    std::string_view other_method{};
    for (route const& r : routes) {
        bool const named = r.path.back() == '/';
        bool const here =
            named ? q.path.starts_with(r.path) && q.path.size() > r.path.size() : q.path == r.path;
        if (!here) { continue; }
        if (q.method == r.method || (q.method == "HEAD" && r.method == "GET")) {
            return r.respond(q, named ? q.path.substr(r.path.size()) : std::string_view{});
        }
        other_method = r.method;
    }
    sentence why{"there is nothing at "};
    reckon::detail::append_typed(why, q.path);
    if (!other_method.empty()) {
        why.append(" for this method; use ").append(other_method);
        return refusal(405, "unsupported", why.append(".").view());
    }
    return refusal(404, "unknown_name", why.append("; /openapi.json says what there is.").view());
}

} // namespace service
