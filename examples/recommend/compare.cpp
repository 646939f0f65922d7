// SPDX-License-Identifier: MIT
#include "recommend/compare.hpp"

#include <reckon/detail/nearest.hpp>
#include <reckon/model/gguf_facts.hpp>
#include <reckon/precision/find_precision.hpp>

#include <algorithm>

namespace recommend {
namespace {

using reckon::count;
using reckon::errc;
using reckon::sentence;

/// The digits at the end or the beginning as a number; nothing where there is anything else.
std::optional<count> whole_number(std::string_view digits) {
    constexpr std::size_t longest = 6;
    if (digits.empty() || digits.size() > longest) { return std::nullopt; }
    count n = 0;
    for (char const c : digits) {
        if (c < '0' || c > '9') { return std::nullopt; }
        n = n * 10 + (c - '0');
    }
    return n;
}

/// What the words of one option say.
class words_of_option {
public:
    words_of_option(reader& r, contender& c) : r_(&r), c_(&c) {}

    void read(std::string const& written) {
        std::size_t at = 0;
        while (at < written.size() && r_->ok()) {
            std::size_t const begin = written.find_first_not_of(" ,", at);
            if (begin == std::string::npos) { break; }
            at = std::min(written.find_first_of(" ,", begin), written.size());
            word(written.substr(begin, at - begin));
        }
        if (!r_->ok()) { return; }
        if (!gpu_) { return missing("which accelerator", "h100x8"); }
        if (c_->devices == 0) { return missing("how many accelerators", "h100x8"); }
        c_->asked.gpus = {*gpu_};
    }
    /// Words that are no accelerator, number or layout: formats, and models of the catalogue.
    [[nodiscard]] std::vector<std::string> const& others() const { return others_; }

private:
    void word(std::string const& w) {
        if (auto const g = reckon::find_gpu_index(w)) { return gpu(*g); }
        std::size_t const last = w.rfind('x');
        if (last != std::string::npos) {
            auto const n = whole_number(std::string_view(w).substr(last + 1));
            auto const g = reckon::find_gpu_index(w.substr(0, last));
            if (n && last == 0) { return number(*n); }
            if (n && g) {
                gpu(*g);
                return number(*n);
            }
        }
        std::size_t const first = w.find('x');
        if (first != std::string::npos) {
            auto const n = whole_number(std::string_view(w).substr(0, first));
            auto const g = reckon::find_gpu_index(w.substr(first + 1));
            if (n && first + 1 == w.size()) { return number(*n); }
            if (n && g) {
                gpu(*g);
                return number(*n);
            }
        }
        if (auto const n = whole_number(w)) { return number(*n); }
        if (!is_layout(w)) { others_.push_back(w); }
    }
    void gpu(std::size_t row) {
        if (gpu_) { return twice("two accelerators"); }
        gpu_ = reckon::catalog::gpus[row];
    }
    void number(count n) {
        if (c_->devices > 0) { return twice("two numbers of accelerators"); }
        if (n == 0) { return twice("no accelerators"); }
        c_->devices = n;
    }
    /// "tp8", "dp4", "pp2", "ep".
    bool is_layout(std::string_view w) {
        reckon::layout l = c_->spread.value_or(reckon::layout{});
        if (w == "ep") {
            expert_ = true;
        } else if (w.size() > 2) {
            auto const n = whole_number(w.substr(2));
            std::string_view const what = w.substr(0, 2);
            if (!n || *n < 1) { return false; }
            if (what == "tp") {
                l.tensor = *n;
            } else if (what == "dp") {
                l.data = *n;
            } else if (what == "pp") {
                l.pipeline = *n;
            } else {
                return false;
            }
        } else {
            return false;
        }
        // The search shares experts whole wherever it shares requests.
        l.expert = expert_ || l.data > 1 ? l.tensor * l.data : 1;
        c_->spread = l;
        return true;
    }
    void missing(std::string_view what, std::string_view example) {
        sentence why{};
        reckon::detail::append_typed(why, c_->written);
        why.append(" does not say ").append(what).append("; write it as ").append(example);
        r_->about("option", {errc::missing_field, why});
    }
    void twice(std::string_view what) {
        sentence why{};
        reckon::detail::append_typed(why, c_->written);
        r_->about("option",
                  {errc::contradiction, why.append(" names ").append(what).append("; name one")});
    }

    reader* r_;
    contender* c_;
    std::optional<reckon::any_gpu> gpu_{};
    std::vector<std::string> others_{};
    bool expert_{};
};

/// A model or a format, by the word that is left.
void read_other(contender& c, std::string const& word, bool& named_model) {
    served& s = c.asked.models[0];
    auto const m = reckon::find_model(word);
    if (m) {
        s.model = *m;
        s.asked_as = word;
        s.precisions = {m->published};
        named_model = true;
    }
}

void read_words(reader& r, contender& c, bool has_model) {
    words_of_option words(r, c);
    words.read(c.written);
    if (!r.ok()) { return; }
    bool named_model = has_model;
    for (std::string const& word : words.others()) {
        read_other(c, word, named_model);
    }
    if (!named_model) {
        return r.fail(errc::missing_field,
                      "say which model: --model deepseek-r1 for all options, or a name in each");
    }
    served& s = c.asked.models[0];
    for (std::string const& word : words.others()) {
        if (reckon::find_model(word)) { continue; }
        auto const p = reckon::find_recipe(word, reckon::gguf_facts_of(s.model));
        if (!p) {
            sentence why{};
            reckon::detail::append_typed(why, word);
            why.append(" is no accelerator, number, layout (tp8 dp8 pp2 ep), format or model; as "
                       "a format: ");
            return r.about("option", {p.error().code, why.append(p.error().message)});
        }
        s.precisions = {*p};
    }
}

/// Keeps the best plan of so many devices, else of the most below, and the refusal that is nearest to passing.
struct kept_for_contender {
    contender& c;
    reckon::objective by{};

    void accept(reckon::plan const& p) {
        if (c.spread && !(p.spread == *c.spread)) { return; }
        bool const more = c.found && p.devices() > c.found->devices();
        bool const as_many = c.found && p.devices() == c.found->devices();
        if (!c.found || more || (as_many && reckon::better(p, *c.found, by))) { c.found = p; }
    }
    void refuse(reckon::refusal const& r) {
        using reckon::serving::constraint;
        if (c.spread && !(r.spread == *c.spread)) { return; }
        bool const told = c.nearest.broken != constraint::none;
        bool const layout = r.broken == constraint::layout;
        // Of layouts of all accelerators, the one nearest to passing; one that cannot be tells least.
        bool const all = r.spread.devices() == c.devices;
        bool const all_before = c.nearest.spread.devices() == c.devices;
        bool const layout_before = c.nearest.broken == constraint::layout;
        bool const nearer = r.shortfall() < c.nearest.shortfall();
        bool const tells = layout != layout_before ? layout_before
                           : all != all_before     ? all
                                                   : nearer;
        if (!told || tells) { c.nearest = r; }
    }
};

reckon::possible_error find_plan(contender& c, comparison const& all) {
    question& q = c.asked;
    q.rules.max_devices = c.devices;
    auto const candidates = q.candidates();
    std::span<reckon::candidate<reckon::any_model> const> const models(candidates);
    std::span<reckon::any_gpu const> const gpus(q.gpus);
    auto const load = reckon::checked_question(models, q.load, gpus, q.rules);
    if (!load) { return load.error(); }
    kept_for_contender sink{c, all.by};
    reckon::search(models, *load, gpus, std::span<reckon::offer const>(all.prices.offers), q.rules,
                   sink);
    return {};
}

} // namespace

reckon::result<comparison> find_comparison(given const& g) {
    reader r(g);
    comparison all{};
    question q{};
    bool const has_model = r.has("model");
    if (has_model) { read_models(r, g, q); }
    if (q.models.empty()) { q.models.emplace_back(); }
    if (r.ok() && (q.models.size() > 1 || q.models[0].precisions.size() > 1)) {
        r.fail(errc::contradiction, "compare takes one --model and one --precision for all; others "
                                    "are words of an --option");
    }
    if (r.ok()) { read_load(r, q); }
    if (r.ok()) { read_rules(r, g, q); }
    if (r.ok()) { read_market(r, g, q.prices); }
    if (r.ok()) { read_terms(r, g, q); }
    if (r.ok()) { read_output(r, all.print); }
    constexpr std::size_t fewest = 2;
    if (r.ok() && g.texts("option").size() < fewest) {
        r.fail(errc::missing_field, "say what to compare, at least two: --option \"h100x8 fp8\" "
                                    "--option \"mi300x x8\"");
    }
    q.rules.vendors = reckon::vendor_set::all();
    all.load = q.filled;
    all.prices = q.prices;
    all.by = q.rules.rank_by;
    for (std::string const& written : g.texts("option")) {
        if (!r.ok()) { break; }
        contender c{.written = written, .asked = q};
        read_words(r, c, has_model);
        if (r.ok()) {
            if (auto const why = find_plan(c, all)) { r.fail(*why); }
        }
        all.contenders.push_back(std::move(c));
    }
    if (!r.ok()) { return r.failure(); }
    return all;
}

} // namespace recommend
