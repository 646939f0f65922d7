// SPDX-License-Identifier: MIT
#include "recommend/question.hpp"

#include <reckon/catalog/find_licence.hpp>
#include <reckon/detail/nearest.hpp>
#include <reckon/io/hugging_face.hpp>
#include <reckon/model/gguf_facts.hpp>
#include <reckon/precision/find_precision.hpp>

#include <algorithm>
#include <filesystem>

namespace recommend {
namespace {

using reckon::errc;
using reckon::result;
using reckon::sentence;

/// A name of the catalogue, or a file: what looks like a path and exists is a file, a bare name is the
/// catalogue's if it has it.
result<reckon::any_model> read_model(std::string const& name, bool& from_file) {
    namespace fs = std::filesystem;
    std::error_code ignored;
    bool const exists = fs::exists(fs::path(name), ignored);
    bool const path_like =
        name.find('/') != std::string::npos || name.find('\\') != std::string::npos;
    bool const is_json = name.ends_with(".json");
    auto const known = reckon::find_model(name);
    bool const dots = name.starts_with("./") || name.starts_with("../") || name.starts_with("/") ||
                      name.starts_with("~");
    from_file = is_json || dots || (exists && (path_like || !known));
    return from_file ? reckon::io::read_hugging_face(name) : known;
}

result<reckon::recipe> read_precision(std::string const& name, reckon::any_model const& m) {
    if (name == "published") { return m.published; }
    return reckon::find_recipe(name, reckon::gguf_facts_of(m));
}

/// What somebody holds a model worth, of one format or of all.
struct opinion {
    std::string model{};
    std::string precision{}; ///< empty: any
    double quality{};
    bool used{};
};

/// "deepseek-r1:int4-g128=0.97"
std::optional<opinion> read_opinion(reader& r, std::string const& text) {
    std::size_t const equals = text.rfind('=');
    if (equals == std::string::npos) {
        sentence why{};
        reckon::detail::append_typed(why, text);
        why.append(" does not say how good; write it as deepseek-r1=1 or "
                   "deepseek-r1:int4-g128=0.97");
        r.about("quality", {errc::malformed, why});
        return std::nullopt;
    }
    auto const n = r.number_in("quality", text.substr(equals + 1),
                               {.example = "deepseek-r1:int4-g128=0.97", .zero = true});
    if (!n) { return std::nullopt; }
    std::string const of = text.substr(0, equals);
    std::size_t const colon = of.rfind(':');
    return opinion{of.substr(0, colon), colon == std::string::npos ? "" : of.substr(colon + 1), *n};
}

/// Each format that is held worth something of its own becomes a candidate of its own.
void add_opinions(reader& r, std::vector<opinion> opinions, question& q) {
    std::vector<served> all;
    for (served const& s : q.models) {
        served rest = s;
        rest.precisions.clear();
        double of_any = -1;
        for (opinion& o : opinions) {
            if (o.model != s.asked_as || !o.precision.empty()) { continue; }
            of_any = o.quality;
            o.used = true;
        }
        for (reckon::recipe const& p : s.precisions) {
            opinion* own = nullptr;
            for (opinion& o : opinions) {
                if (o.model != s.asked_as || o.precision.empty()) { continue; }
                auto const named = read_precision(o.precision, s.model);
                if (!named) { return r.about("quality", named.error()); }
                if (*named == p) { own = &o; }
            }
            if (own == nullptr && of_any < 0) {
                sentence why{"nothing is said about the quality of "};
                why.append(s.asked_as).append(" in ").append(p.name);
                why.append("; say it of every candidate or of none");
                return r.about("quality", {errc::missing_field, why});
            }
            if (own != nullptr) {
                own->used = true;
                served one = rest;
                one.precisions = {p};
                one.quality = own->quality;
                all.push_back(one);
            } else {
                rest.precisions.push_back(p);
            }
        }
        rest.quality = of_any;
        if (!rest.precisions.empty()) { all.push_back(rest); }
    }
    for (opinion const& o : opinions) {
        if (o.used) { continue; }
        sentence why{};
        reckon::detail::append_typed(why,
                                     o.precision.empty() ? o.model : o.model + ":" + o.precision);
        why.append(" is no candidate; name it in --model, its format in --precision");
        return r.about("quality", {errc::unknown_name, why});
    }
    q.models = std::move(all);
}

void read_quality(reader& r, given const& g, question& q) {
    q.quality_stated = r.has("quality");
    if (q.quality_stated != r.has("least-quality")) {
        return r.fail(errc::missing_field,
                      "--quality and --least-quality belong together: what each candidate is worth "
                      "to you, and the least that will do");
    }
    if (!q.quality_stated) { return; }
    r.amount("least-quality", {.example = "0.95"}, q.rules.least_quality);
    std::vector<opinion> opinions;
    for (std::string const& text : g.list("quality")) {
        auto const o = read_opinion(r, text);
        if (!o) { return; }
        opinions.push_back(*o);
    }
    if (r.ok()) { add_opinions(r, opinions, q); }
    if (!r.ok()) { return; }
    bool const any = std::ranges::any_of(
        q.models, [&](served const& s) { return s.quality >= q.rules.least_quality; });
    if (!any) {
        r.fail(errc::contradiction, "no candidate is as good as --least-quality asks; lower it, or "
                                    "name a better model");
    }
}

/// The licence of that name; one that the catalogue does not know is taken at the reader's word, its terms unread.
std::optional<reckon::licence> read_licence(reader& r, std::string_view option,
                                            std::string const& name) {
    constexpr std::size_t longest = 63; // of a label
    if (auto const known = reckon::find_licence(name)) {
        return reckon::licence{reckon::label(known->name), known->commercial};
    }
    if (!name.empty() && name.size() <= longest) {
        return reckon::licence{reckon::label(name), reckon::commercial_use::unread};
    }
    r.about(option, {errc::malformed, "a licence has a name of 1 to 63 characters, as Apache-2.0"});
    return std::nullopt;
}

/// "my/config.json=Apache-2.0"
void read_stated_licence(reader& r, std::string const& text, question& q) {
    std::size_t const equals = text.rfind('=');
    auto const of = std::ranges::find(q.models, text.substr(0, equals), &served::asked_as);
    if (equals == std::string::npos || of == q.models.end()) {
        sentence why{};
        reckon::detail::append_typed(why, text);
        why.append(equals == std::string::npos
                       ? " does not say which licence; write it as ./config.json=Apache-2.0"
                       : " is of no candidate; name the model as in --model");
        return r.about("licence-of", {errc::malformed, why});
    }
    if (auto const stated = read_licence(r, "licence-of", text.substr(equals + 1))) {
        of->terms = *stated;
    }
}

void read_licences(reader& r, given const& g, question& q) {
    for (std::string const& text : g.list("licence-of")) {
        read_stated_licence(r, text, q);
    }
    q.rules.licences.commercial = r.has("commercial");
    for (std::string const& name : g.list("licences")) {
        auto const known = reckon::find_licence(name);
        bool const stated = std::ranges::any_of(
            q.models, [&](served const& s) { return s.terms.name.view() == name; });
        if (!known && !stated) { return r.about("licences", known.error()); }
        q.licences.emplace_back(known ? known->name : std::string_view(name));
    }
    bool const any = std::ranges::any_of(
        q.models, [&](served const& s) { return !q.exclusion_of(s).has_value(); });
    if (r.ok() && !any) { r.fail(*q.exclusion_of(q.models[0])); }
}

} // namespace

void read_models(reader& r, given const& g, question& q) {
    if (!r.has("model")) {
        return r.fail(errc::missing_field,
                      "say which model: --model deepseek-r1, or the path of a config.json");
    }
    q.as_published = !r.has("precision");
    for (std::string const& name : g.texts("model")) {
        bool from_file = false;
        auto const m = read_model(name, from_file);
        if (!m) { return r.fail(m.error()); }
        served s{*m, name, {}};
        if (!from_file) { s.terms = reckon::licence_of(name); }
        for (std::string const& format : g.list("precision")) {
            auto const p = read_precision(format, *m);
            if (!p) { return r.about("precision", p.error()); }
            if (std::ranges::find(s.precisions, *p) == s.precisions.end()) {
                s.precisions.push_back(*p);
            }
        }
        if (s.precisions.empty()) { s.precisions.push_back(m->published); }
        bool const twice =
            std::ranges::any_of(q.models, [&](served const& o) { return o.model == *m; });
        if (!twice) { q.models.push_back(std::move(s)); }
    }
    read_licences(r, g, q);
    if (r.ok()) { read_quality(r, g, q); }
}

} // namespace recommend
