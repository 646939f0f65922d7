// SPDX-License-Identifier: MIT
// The verdict of a written deployment as one sentence in the words of who wrote it: flags, or JSON's fields.
//
//   needs 221.4 GiB per GPU, 125.8 GiB usable on H200 SXM 141GB; would fit with
//   --decode-context-parallel-size 4 or --max-model-len 9951
//
// A remedy is said as what the writers (io/command_line/write.hpp, io/deployment_json.hpp) write for the
// deployment that it makes and not for the one there is: no flag has its name here.
//
// Source: serving/why_not.hpp for the remedies and their order.
#pragma once
#include <reckon/io/command_line/write.hpp>
#include <reckon/io/deployment_json.hpp>
#include <reckon/io/format.hpp>
#include <reckon/serving/why_not.hpp>

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reckon::inline v0::io {

namespace detail {

/// A command line's flags, each with its value.
[[nodiscard]] inline std::vector<std::string> flags_of(argument_list const& words) {
    std::vector<std::string> flags;
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::string_view const word = words[i];
        bool const flag = word.size() > 1 && word[0] == '-' && !(word[1] >= '0' && word[1] <= '9');
        if (flag) {
            flags.emplace_back(word);
        } else if (!flags.empty()) {
            command_text quoted{};
            command::append_quoted(quoted, word);
            flags.back().append(" ").append(quoted.view());
        }
    }
    return flags;
}

/// Every value of a JSON text as "layout.tensor 8".
[[nodiscard]] inline std::vector<std::string> fields_of(std::string_view json) {
    std::vector<std::string> fields;
    nlohmann::json const flat = nlohmann::json::parse(json).flatten();
    for (auto const& [path, value] : flat.items()) {
        std::string name = path.substr(1);
        std::replace(name.begin(), name.end(), '/', '.');
        fields.push_back(name + " " +
                         (value.is_string() ? value.get<std::string>() : value.dump()));
    }
    return fields;
}

/// What has to be written to come from `before` to `after`; empty where nothing would.
[[nodiscard]] inline std::string difference(std::vector<std::string> const& before,
                                            std::vector<std::string> const& after) {
    auto const key = [](std::string const& entry) { return entry.substr(0, entry.find(' ')); };
    auto const has = [&](std::vector<std::string> const& all, auto const& same) {
        return std::any_of(all.begin(), all.end(), same);
    };
    std::string said;
    for (std::string const& entry : after) {
        if (has(before, [&](std::string const& e) { return e == entry; })) { continue; }
        said.append(said.empty() ? "" : " ").append(entry);
    }
    for (std::string const& entry : before) {
        if (has(after, [&](std::string const& e) { return key(e) == key(entry); })) { continue; }
        said.append(said.empty() ? "without " : " without ").append(key(entry));
    }
    return said;
}

/// The deployment as its writer would write it, entry by entry; nothing where the form cannot say it. A model that
/// the catalogue's names do not say, as a publisher's quantised checkpoint or a path, is as its writer called it: what differs
/// does not hang on that.
template <class D>
[[nodiscard]] std::optional<std::vector<std::string>> entries_of(D const& d, bool as_json) {
    constexpr std::string_view as_before = "/the/same";
    if (as_json) {
        auto text = write_json(d);
        if (!text) { text = write_json(d, as_before); }
        if (!text) { return {}; }
        return fields_of(*text);
    }
    auto words = write_arguments(d);
    if (!words) { words = write_arguments(d, {.model = as_before}); }
    if (!words) { return {}; }
    return flags_of(*words);
}

/// What kind of change a remedy is; of each kind one is said.
enum class remedy_group : unsigned char { settings, layout, load, weights, host };
[[nodiscard]] constexpr remedy_group group_of(serving::remedy_kind kind) noexcept {
    using enum serving::remedy_kind;
    switch (kind) {
    case context_parallel:
    case data_parallel:
    case tensor_parallel:
    case pipeline: return remedy_group::layout;
    case less_context:
    case fewer_requests: return remedy_group::load;
    case narrow_weights: return remedy_group::weights;
    case offload: return remedy_group::host;
    default: return remedy_group::settings;
    }
}

} // namespace detail

/// Whether the engine starts: the deployment fits, or the engine shortens its context to what does.
template <model M, gpu G>
[[nodiscard]] constexpr bool starts(serving::deployment<M, G> const& d,
                                    bool shrinks_context) noexcept {
    return memory_of(d).fits() || (shrinks_context && largest_context(d) >= tokens{1});
}

/// The single changes that make a deployment fit.
struct spoken_remedies {
    std::vector<std::string> words{};
    bool any{}; ///< whether there are any, said or not
};

/// Those of `d` in the words of its form and in the order of `why_not`, what costs users least first: one
/// of the engine's settings, one other layout, one smaller load, and so on. Changes that the form cannot
/// say are left out.
template <model M, gpu G>
[[nodiscard]] spoken_remedies remedies_in_words(serving::deployment<M, G> const& d, bool as_json,
                                                std::span<recipe const> narrower,
                                                count most_devices) {
    std::vector<std::pair<serving::remedy_kind, std::string>> said;
    auto const own = detail::entries_of(d, as_json);
    spoken_remedies all{};
    static_cast<void>(serving::why_not(
        d, narrower, most_devices, [&](serving::remedy const& r, auto const& changed) {
            if (!r.mends) { return; }
            all.any = true;
            auto const written = detail::entries_of(changed, as_json);
            std::string words = own && written ? detail::difference(*own, *written) : "";
            if (words.empty() && changed.concurrency != d.concurrency) { // no flag says the load
                words = "concurrency " + std::to_string(changed.concurrency);
            }
            if (!words.empty()) { said.emplace_back(r.kind, std::move(words)); }
        }));
    std::sort(said.begin(), said.end(),
              [](auto const& a, auto const& b) { return a.first < b.first; });
    for (std::size_t i = 0; i < said.size(); ++i) {
        bool const first =
            i == 0 || detail::group_of(said[i - 1].first) != detail::group_of(said[i].first);
        if (first) { all.words.push_back(said[i].second); }
    }
    return all;
}

/// The sentence for a deployment that does not fit, without its name and without a full stop. At most
/// `most_remedies` are said.
template <model M, gpu G>
[[nodiscard]] std::string refusal_in_words(serving::deployment<M, G> const& d, bool as_json,
                                           std::span<recipe const> narrower, count most_devices,
                                           std::size_t most_remedies = 3) {
    serving::memory_report const report = memory_of(d);
    using enum serving::constraint;
    std::string said;
    bool const too_large =
        report.broken == weights || report.broken == runtime || report.broken == cache;
    if (too_large) {
        auto const gib = [](bytes b) {
            return std::string(text<63>{}.append_fixed(in_gibibytes(b), 1).view()) + " GiB";
        };
        said = "needs " + gib(report.needed()) + " per GPU, " + gib(report.budget) + " usable on " +
               std::string(std::string_view(d.gpu.name));
    } else {
        auto unnamed = d;
        unnamed.name = {};
        said = explain(unnamed, report).view();
    }
    if (!too_large && report.broken != device) { return said; }
    auto const found = remedies_in_words(d, as_json, narrower, most_devices);
    if (!found.any) {
        return said + "; no single change on up to " + std::to_string(most_devices) +
               " GPUs makes it fit";
    }
    if (found.words.empty()) { return said; }
    std::vector<std::string> remedies = found.words;
    remedies.resize(std::min(remedies.size(), most_remedies));
    said += "; would fit with " + remedies[0];
    for (std::size_t i = 1; i < remedies.size(); ++i) {
        said.append(i + 1 < remedies.size() ? ", " : " or ").append(remedies[i]);
    }
    return said;
}

} // namespace reckon::inline v0::io
