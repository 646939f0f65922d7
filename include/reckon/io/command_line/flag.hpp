// SPDX-License-Identifier: MIT
// The flags of an engine as data, and finding one.
//
// Every flag that an engine's parser knows is in one of four sorted lists: those that set something,
// or would change memory in a way that is not modelled, as rows; and those that leave memory as it is,
// by what they take: nothing, a value, or several.
#pragma once
#include <reckon/detail/nearest.hpp>
#include <reckon/detail/result.hpp>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

namespace reckon::inline v0::io::command {

/// What stands behind a flag.
enum class takes : std::uint8_t {
    nothing,     ///< a switch; `--no-` in front takes it back
    value,       ///< one word
    maybe_value, ///< a word, or nothing
    list,        ///< words up to the next flag
    two_values,
};

/// What a flag sets. The engines name these differently and mean the same.
enum class sets : std::uint8_t {
    not_modelled, ///< changes memory in a way that is refused by name; `note` says how
    alias,        ///< another spelling of `note`
    model,        ///< name or path of the model
    repository,   ///< the same with a GGUF type behind ':'
    name,         ///< the name that requests use
    tensor,
    pipeline,
    data,
    data_attention, ///< whether `data` divides the tensor ranks instead of multiplying them
    experts,        ///< ranks that hold whole experts
    experts_whole,  ///< whether all ranks of a layer hold whole experts
    context_ranks,
    redundant_experts,
    context, ///< tokens of the longest request, or of all slots together
    sequences,
    batched_tokens, ///< of one pass; -1 takes a prompt in one
    chunked,        ///< whether long prompts are taken in several passes
    block_tokens,
    utilization,
    cache_bytes,
    captured,
    no_graphs,
    graph_settings,
    optimization,
    dtype,
    quantization,
    cache_format,
    cache_format_values,
    state_format, ///< of recurrent layers
    host_weights, ///< GiB that stay in the host's memory
    text_only,
    image_limit,       ///< JSON with a number of images for one prompt
    exchange,          ///< how tokens go to experts and back
    images_unprofiled, ///< images are not counted when the engine looks for its peak
    adapters_on,
    adapters,
    adapter_rank,
    drafting,           ///< JSON with a method or a draft model
    drafting_method,    ///< its name alone
    draft,              ///< name or path of the draft model
    draft_quantization, ///< of its weights
    draft_ranks,        ///< that divide it
    drafted_tokens,     ///< of one step
    layers_on_device,
    devices,
    split_mode,
    split_shares,
    slots,
    unified,
    fit,
    fit_margin, ///< MiB; the first of a list
    fit_context,
    flash_attention,
    whole_windows,
    logical_batch,
    all_experts_on_host,
    experts_on_host,
    cache_on_device,
    lends,
    placed_tensors,
    main_device,
};

/// One spelling of a flag that matters.
struct flag {
    std::string_view name{};
    takes arity{takes::value};
    sets what{};
    std::string_view note{};    ///< why it is not modelled; of an alias, the flag it stands for
    std::string_view neutral{}; ///< values, by '|', with which a flag not modelled changes nothing
};

/// The flags of an engine. All four lists are sorted by name; tests/io/command_line_tables.cpp.
struct flag_table {
    std::string_view engine{};
    std::span<flag const> rows{};
    std::span<std::string_view const> switches{};
    std::span<std::string_view const> values{};
    std::span<std::string_view const> lists{};
    bool underscores{};   ///< '_' is read as '-' in names
    bool equals{};        ///< --flag=value
    bool abbreviates{};   ///< --max-model for --max-model-len, as Python's argparse does
    bool dotted{};        ///< --flag.key value for a JSON object
    bool positional{};    ///< a word without a flag is the model
    bool dashed_values{}; ///< whatever follows a flag is its value, also -x
};

/// A flag that was found. `name` is the table's, with static storage.
struct found_flag {
    flag is{};
    bool ignored{}; ///< leaves memory as it is
    bool negated{}; ///< --no-flag
};

/// As typed, with its dashes.
using flag_name = text<95>;

namespace detail {

constexpr std::string_view name_of(flag const& f) noexcept { return f.name; }
constexpr std::string_view name_of(std::string_view name) noexcept { return name; }

/// The first entry of a sorted list that is not before `name`.
template <class Entry>
[[nodiscard]] constexpr std::size_t lower_bound(std::span<Entry const> list,
                                                std::string_view name) noexcept {
    std::size_t low = 0;
    std::size_t high = list.size();
    while (low < high) {
        std::size_t const middle = low + (high - low) / 2;
        if (name_of(list[middle]) < name) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

[[nodiscard]] constexpr bool begins(std::string_view text, std::string_view with) noexcept {
    return text.substr(0, with.size()) == with;
}

/// Collects the entries that equal a name, or begin with it.
struct match {
    found_flag found{};
    int matches{};
    std::string_view other{};

    constexpr void add(found_flag const& candidate) noexcept {
        if (matches > 0 && found.is.name == candidate.is.name) { return; }
        if (matches++ == 0) {
            found = candidate;
        } else {
            other = candidate.is.name;
        }
    }
};

template <class Entry, class Make>
constexpr void collect(std::span<Entry const> list, std::string_view name, bool prefix, match& into,
                       Make const& make) noexcept {
    for (std::size_t i = lower_bound(list, name); i < list.size(); ++i) {
        std::string_view const entry = name_of(list[i]);
        if (!(entry == name) && !(prefix && begins(entry, name))) { return; }
        into.add(make(list[i]));
    }
}

/// All flags of that name; with `prefix`, all that begin with it.
[[nodiscard]] constexpr match find(flag_table const& table, std::string_view name,
                                   bool prefix) noexcept {
    match all{};
    collect(table.rows, name, prefix, all, [&](flag const& f) -> found_flag {
        if (f.what != sets::alias) { return {f, false, false}; }
        // An alias of a switch taken back: -no-kvu is --no-kv-unified.
        std::size_t const at = lower_bound(table.rows, f.note);
        if (at < table.rows.size() && table.rows[at].name == f.note) {
            return {table.rows[at], false, false};
        }
        flag_name positive{"--"};
        positive.append(f.note.substr(5));
        return {table.rows[lower_bound(table.rows, positive.view())], false, true};
    });
    if (all.matches > 0 && !prefix) { return all; }
    auto const ignored = [](takes arity) {
        return [arity](std::string_view n) { return found_flag{{n, arity}, true, false}; };
    };
    collect(table.switches, name, prefix, all, ignored(takes::nothing));
    collect(table.values, name, prefix, all, ignored(takes::value));
    collect(table.lists, name, prefix, all, ignored(takes::list));
    return all;
}

/// Appends up to three flags that the typed one may have meant.
///
/// Only flags that begin with the same letter are compared: a constant expression has a budget.
constexpr void append_nearest_flags(sentence& why, flag_table const& table,
                                    std::string_view typed) noexcept {
    std::string_view best[3]{};
    int distance[3] = {1000, 1000, 1000};
    std::size_t const letter = typed.find_first_not_of('-');
    if (letter == std::string_view::npos) { return; }
    std::string_view const start = typed.substr(0, letter + 1);
    int const limit = static_cast<int>(typed.size() / 3);
    auto const consider = [&](auto const& list) {
        for (std::size_t i = lower_bound(list, start); i < list.size(); ++i) {
            std::string_view const name = name_of(list[i]);
            if (!begins(name, start)) { return; }
            std::size_t const longer = name.size() > typed.size() ? name.size() - typed.size()
                                                                  : typed.size() - name.size();
            if (static_cast<int>(longer) > limit) { continue; }
            int const d = reckon::detail::edit_distance(typed, name);
            if (d > limit) { continue; }
            for (int place = 0; place < 3; ++place) {
                if (d >= distance[place]) { continue; }
                for (int down = 2; down > place; --down) {
                    best[down] = best[down - 1];
                    distance[down] = distance[down - 1];
                }
                best[place] = name;
                distance[place] = d;
                break;
            }
        }
    };
    consider(table.rows);
    consider(table.switches);
    consider(table.values);
    consider(table.lists);
    if (best[0].empty()) { return; }
    why.append(best[1].empty() ? "; the nearest flag is " : "; the nearest flags are ");
    for (int place = 0; place < 3 && !best[place].empty(); ++place) {
        why.append(place > 0 ? ", " : "").append(best[place]);
    }
}

} // namespace detail

/// The flag of that name (without '=' and what follows), or why there is none.
[[nodiscard]] constexpr result<found_flag> find_flag(flag_table const& table,
                                                     std::string_view typed) noexcept {
    flag_name name{};
    bool const is_long = detail::begins(typed, "--");
    for (char const c : typed) {
        bool const dash = table.underscores && is_long && c == '_';
        name.append(dash ? std::string_view("-") : std::string_view(&c, 1));
    }
    detail::match m = detail::find(table, name.view(), false);
    if (m.matches > 0) { return m.found; }
    if (detail::begins(name.view(), "--no-")) {
        flag_name positive{"--"};
        positive.append(name.view().substr(5));
        m = detail::find(table, positive.view(), false);
        if (m.matches > 0 && m.found.is.arity == takes::nothing) {
            m.found.negated = true;
            return m.found;
        }
    }
    if (table.abbreviates && is_long && name.length > 3) {
        m = detail::find(table, name.view(), true);
        if (m.matches == 1) { return m.found; }
    }
    sentence why{};
    reckon::detail::append_typed(why, typed);
    if (m.matches > 1) {
        why.append(" could be ").append(m.found.is.name).append(" or ").append(m.other);
        return error{errc::contradiction, why.append("; write the flag in full.")};
    }
    why.append(" is no flag of ").append(table.engine).append(" that is known");
    detail::append_nearest_flags(why, table, name.view());
    return error{errc::unknown_name, why.append(".")};
}

} // namespace reckon::inline v0::io::command
