// SPDX-License-Identifier: MIT
// From the name that somebody wrote to the accelerator it means, exactly or not at all.
//
// Names match on their letters and digits: case, ' ', '-', '_', '(', ')' and '/' do not count, nor
// do the maker and its brands in front ("NVIDIA GeForce RTX 4090" is rtx-4090). A name that several
// accelerators go by is refused with all of them, unless one is what practice means by it: the
// column `reading` of data/accelerator_families.csv, with its reason. Likeness only suggests.
//
// What reads rows is a template, and asks for them by its parameter, so that a program that asks for no accelerator by name
// makes none.
#pragma once
#include <reckon/catalog/gpu_names.hpp>
#include <reckon/catalog/gpus.hpp>
#include <reckon/detail/find_by_name.hpp>
#include <reckon/detail/nearest.hpp>
#include <reckon/detail/result.hpp>
#include <reckon/detail/static_vector.hpp>
#include <reckon/detail/text.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace reckon::inline v0 {

namespace detail {

/// The same words as in tools/catalog_hardware.py.
inline constexpr std::array<std::string_view, 12> gpu_name_prefixes{
    "nvidia", "amd",    "intel",   "apple", "google",   "aws",
    "amazon", "huawei", "geforce", "tesla", "instinct", "radeon"};

[[nodiscard]] constexpr label normalised_gpu_name(std::string_view name) noexcept {
    label out{};
    for (char const c : name) {
        if (std::string_view(" -_()/").find(c) != std::string_view::npos) { continue; }
        if (out.length == 63) { return {}; } // no accelerator has so long a name
        out.characters[out.length++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    std::string_view rest = out.view();
    for (bool again = true; again;) {
        again = false;
        for (auto const prefix : gpu_name_prefixes) {
            if (rest.size() > prefix.size() && rest.substr(0, prefix.size()) == prefix) {
                rest.remove_prefix(prefix.size());
                again = true;
            }
        }
    }
    return label{rest};
}

/// How unlike a name is to what was asked: edits, less a shared beginning, which weighs three edits
/// a character because names run from the family to the variant.
[[nodiscard]] constexpr int unlikeness(std::string_view asked, std::string_view name) noexcept {
    int shared = 0;
    while (!asked.empty() && !name.empty() && asked.front() == name.front()) {
        asked.remove_prefix(1);
        name.remove_prefix(1);
        ++shared;
    }
    return edit_distance(asked, name) - 3 * shared;
}

template <std::same_as<any_gpu> Gpu = any_gpu>
[[nodiscard]] constexpr static_vector<std::uint16_t, 3>
nearest_gpus(std::string_view asked) noexcept {
    static_vector<std::uint16_t, 3> best{};
    int scores[3]{};
    asked = asked.substr(0, 31); // long enough to tell, short enough for constant expressions
    for (std::uint16_t row = 0; row < catalog::gpus.size(); ++row) {
        label const id = normalised_gpu_name(catalog::detail::made_gpus<Gpu>::rows[row].id.view());
        std::string_view name = id.view().substr(0, 31);
        // "4090" leaves the brand out: compare it with what follows the brand.
        if (!asked.empty() && asked.front() >= '0' && asked.front() <= '9') {
            auto const digit = name.find_first_of("0123456789");
            name.remove_prefix(digit == std::string_view::npos ? 0 : digit);
        }
        int const score = unlikeness(asked, name);
        if (score > static_cast<int>(asked.size() / 2)) { continue; } // hardly a slip of the pen
        std::size_t place = best.size();
        while (place > 0 && score < scores[place - 1]) {
            --place;
        }
        if (place == 3) { continue; }
        if (best.size() < 3) { best.push_back(row); }
        for (std::size_t i = best.size() - 1; i > place; --i) {
            best[i] = best[i - 1];
            scores[i] = scores[i - 1];
        }
        best[place] = row;
        scores[place] = score;
    }
    return best;
}

/// "a, b or c"
template <std::same_as<any_gpu> Gpu, class Rows>
constexpr void append_gpu_ids(sentence& s, Rows const& rows, std::string_view last_joint) noexcept {
    std::size_t i = 0;
    for (auto const row : rows) {
        if (i != 0) { s.append(i + 1 == rows.size() ? last_joint : std::string_view(", ")); }
        s.append(catalog::detail::made_gpus<Gpu>::rows[row].id.view());
        ++i;
    }
}

/// Every name that find_gpu knows.
template <std::same_as<any_gpu>> inline constexpr auto const& names_of_gpus = catalog::gpu_aliases;

} // namespace detail

/// The rows of `catalog::gpus` that a family name such as "A100" or "V100" stands for; empty for
/// any other name. `find_gpu("A100")` reads it as one of them, `find_gpu("V100")` refuses.
[[nodiscard]] constexpr static_vector<std::uint16_t, 8> gpus_named(std::string_view name) noexcept {
    static_vector<std::uint16_t, 8> rows{};
    label const key = detail::normalised_gpu_name(name);
    if (auto const* family = detail::find_by_name(catalog::gpu_families, key.view())) {
        for (std::uint16_t i = 0; i < family->size; ++i) {
            rows.push_back(catalog::gpu_family_members[std::size_t{family->first} + i]);
        }
    }
    return rows;
}

/// The row of `catalog::gpus` with this id, name or alias; or why there is none: contradiction (a name that
/// several go by) or unknown_name, with the names of the nearest ones.
template <std::same_as<any_gpu> Gpu = any_gpu>
[[nodiscard]] constexpr result<std::size_t> find_gpu_index(std::string_view name) noexcept {
    label const key = detail::normalised_gpu_name(name);
    if (auto const* alias = detail::find_by_name(detail::names_of_gpus<Gpu>, key.view())) {
        return std::size_t{alias->row};
    }
    sentence why{};
    if (auto const* family = detail::find_by_name(catalog::gpu_families, key.view())) {
        if (family->reading != catalog::no_row) { return std::size_t{family->reading}; }
        auto const members = gpus_named(name);
        detail::append_typed(why, name);
        why.append(" is sold in several variants; ");
        why.append(members.size() == 1 ? "the catalogue has " : "say which: ");
        detail::append_gpu_ids<Gpu>(why, members, " or ");
        return error{errc::contradiction, why.append(".")};
    }
    if (key.empty()) {
        why.append("the name of an accelerator is empty; write one like h200-sxm.");
        return error{errc::unknown_name, why};
    }
    why.append("no accelerator is called ");
    detail::append_typed(why, name);
    if (auto const near = detail::nearest_gpus<Gpu>(key.view()); !near.empty()) {
        why.append("; did you mean ");
        detail::append_gpu_ids<Gpu>(why, near, " or ");
        why.append("?");
    } else {
        why.append("; data/accelerators.csv lists those that are known.");
    }
    return error{errc::unknown_name, why};
}

/// The accelerator with this id, name or alias, from the catalogue.
template <std::same_as<any_gpu> Gpu = any_gpu>
[[nodiscard]] constexpr result<Gpu> find_gpu(std::string_view name) noexcept {
    auto const row = find_gpu_index<Gpu>(name);
    if (!row) { return row.error(); }
    return catalog::detail::made_gpus<Gpu>::rows[*row];
}

} // namespace reckon::inline v0
