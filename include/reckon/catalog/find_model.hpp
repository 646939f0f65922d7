// SPDX-License-Identifier: MIT
// A model by name: found exactly, or refused with what could be meant. Nothing is ever matched
// fuzzily, because the neighbour of a name is another model with another size.
#pragma once
#include <reckon/catalog/model_names.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/detail/find_by_name.hpp>
#include <reckon/detail/nearest.hpp>
#include <reckon/detail/result.hpp>

#include <array>
#include <concepts>
#include <string_view>

namespace reckon::inline v0 {

namespace detail {

/// A name as the catalogue compares it: without organisation, in lower case, '-' for '_' and ' ',
/// nothing around it. Names too long for a label are no names of ours.
[[nodiscard]] constexpr label comparable_name(std::string_view name) noexcept {
    if (auto const slash = name.rfind('/'); slash != std::string_view::npos) {
        name.remove_prefix(slash + 1);
    }
    while (!name.empty() && name.front() == ' ') {
        name.remove_prefix(1);
    }
    while (!name.empty() && name.back() == ' ') {
        name.remove_suffix(1);
    }
    label plain{};
    for (char c : name) {
        if (c >= 'A' && c <= 'Z') { c = static_cast<char>(c - 'A' + 'a'); }
        if (c == '_' || c == ' ') { c = '-'; }
        plain.append(std::string_view(&c, 1));
    }
    return plain;
}

/// Who published a checkpoint, as names are compared: "qwen" of "Qwen/Qwen3-8B-AWQ"; empty where that is not said.
[[nodiscard]] constexpr label publisher_of(std::string_view name) noexcept {
    auto const slash = name.rfind('/');
    return slash == std::string_view::npos ? label{} : comparable_name(name.substr(0, slash));
}

/// What the publisher's suffix says of the format, or nullptr: also for what is known to be shaped otherwise.
/// \param key  the compared form of `name`
[[nodiscard]] constexpr catalog::checkpoint_suffix const* suffix_of(std::string_view name,
                                                                    std::string_view key) noexcept {
    if (find_by_name(catalog::pending_names, key) != nullptr) { return nullptr; }
    label const publisher = publisher_of(name);
    for (catalog::checkpoint_suffix const& s : catalog::checkpoint_suffixes) {
        if (publisher.view() == s.publisher && key.ends_with(s.suffix)) { return &s; }
    }
    return nullptr;
}

/// Every name that find_model knows. A template because a compiler makes the table for what needs no instantiation as soon as it
/// reads it.
template <std::same_as<any_model>> inline constexpr auto const& names_of_models =
    catalog::model_aliases;

} // namespace detail

/// Why there is no model of that name, in one sentence: unsupported (known, but not described yet),
/// contradiction (a name that several models or none could have) or unknown_name.
[[nodiscard]] constexpr error why_no_model(std::string_view name) noexcept {
    label const key = detail::comparable_name(name);
    sentence why{};
    detail::append_typed(why, name);
    why.append(" ");
    if (auto const* row = detail::find_by_name(catalog::pending_names, key.view())) {
        catalog::pending_model const& model = catalog::pending_models[row->why];
        why.append("needs ")
            .append(model.missing)
            .append(", not modelled yet; name another model or describe it yourself.");
        return {errc::unsupported, why};
    }
    if (auto const* row = detail::find_by_name(catalog::ambiguous_names, key.view())) {
        catalog::ambiguous_name const& name_of_many = catalog::ambiguous_models[row->why];
        why.append("is no single model: ").append(name_of_many.reason);
        why.append("; choose from ").append(name_of_many.candidates).append(".");
        return {errc::contradiction, why};
    }
    why.append("is no model of the catalogue");
    detail::append_nearest(why, key.view(), catalog::model_ids);
    why.append("; or give the path of its config.json.");
    return {errc::unknown_name, why};
}

/// The model of that id, name or alias, with the format that the named checkpoint is stored in.
/// Case, '_', ' ' and the organisation before '/' do not matter; every other character does. What a publisher appends for a
/// format ("Qwen/Qwen3-8B-AWQ", "RedHatAI/..-FP8-dynamic") is understood where data/checkpoint_suffixes.csv says what it stands for.
///
/// A template only so that a program that asks for no model compiles none.
template <std::same_as<any_model> Model = any_model>
[[nodiscard]] constexpr result<Model> find_model(std::string_view name) noexcept {
    label const key = detail::comparable_name(name);
    auto const* row = detail::find_by_name(detail::names_of_models<Model>, key.view());
    auto const* const suffix = row == nullptr ? detail::suffix_of(name, key.view()) : nullptr;
    if (suffix != nullptr) {
        row = detail::find_by_name(detail::names_of_models<Model>,
                                   key.view().substr(0, key.view().size() - suffix->suffix.size()));
    }
    if (row == nullptr) { return why_no_model(name); }
    Model model = catalog::model<Model>(row->model);
    model.published = catalog::model_format(suffix != nullptr ? suffix->format : row->format);
    if (row->max_context != 0) {
        model.max_context = {tokens{static_cast<double>(row->max_context)}, provenance::datasheet};
    }
    return model;
}

} // namespace reckon::inline v0
