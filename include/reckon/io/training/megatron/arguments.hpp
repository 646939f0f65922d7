// SPDX-License-Identifier: MIT
// The words of a Megatron-LM launch into values: torchrun in front, the script, its arguments.
//
// Source: megatron/flags.hpp; torchrun's --nproc-per-node and --nnodes say how many devices there are.
#pragma once
#include <reckon/io/command_line/numbers.hpp>
#include <reckon/io/command_line/words.hpp>
#include <reckon/io/training/megatron/flags.hpp>

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reckon::inline v0::io::training::megatron {

/// The arguments as given. Views are valid as long as the words that they were read from.
class arguments {
public:
    [[nodiscard]] bool has(sets what) const { return given_[static_cast<std::size_t>(what)]; }
    /// The first word behind an argument.
    [[nodiscard]] std::string_view text(sets what, std::string_view otherwise) const {
        auto const& all = words_[static_cast<std::size_t>(what)];
        return all.empty() ? otherwise : std::string_view(all.front());
    }
    [[nodiscard]] std::vector<std::string> const& list(sets what) const {
        return words_[static_cast<std::size_t>(what)];
    }
    [[nodiscard]] count number(sets what, count otherwise) const {
        return has(what) ? numbers_[static_cast<std::size_t>(what)] : otherwise;
    }
    /// Devices that torchrun starts; nothing where the line does not say.
    [[nodiscard]] std::optional<count> devices() const {
        if (!per_node_) { return {}; }
        return reckon::detail::multiply(*per_node_, nodes_.value_or(1));
    }

    /// Puts one argument in, with the words behind it; the later of two holds, as in argparse.
    [[nodiscard]] possible_error put(flag const& f, std::vector<std::string> behind) {
        auto const at = static_cast<std::size_t>(f.what);
        sentence why = sentence(f.name);
        if (f.arity == takes::nothing && !behind.empty()) {
            reckon::detail::append_typed(why.append(" is a switch and takes no "), behind.front());
            return error{errc::malformed, why.append("; write it alone.")};
        }
        if (f.arity != takes::nothing && behind.empty()) {
            return error{errc::missing_field, why.append(" needs a value behind it.")};
        }
        if (f.arity != takes::nothing && f.arity != takes::words && behind.size() > 1) {
            reckon::detail::append_typed(why.append(" takes one value; "), behind[1]);
            return error{errc::malformed, why.append(" stands where the next argument should.")};
        }
        if (f.arity == takes::number) {
            constexpr count most = 1'000'000'000'000;
            auto const n = command::read_plain_count(behind.front());
            if (!n || *n < f.least || *n > most) {
                reckon::detail::append_typed(why.append(" is "), behind.front());
                return error{errc::out_of_range, why.append("; it must be a whole number from ")
                                                     .append(f.least)
                                                     .append(" to ")
                                                     .append(most)
                                                     .append(".")};
            }
            numbers_[at] = *n;
        }
        given_[at] = true;
        words_[at] = std::move(behind);
        return {};
    }

    /// The words in front of the script: what torchrun is told.
    void starts(std::string_view name, std::string_view value) {
        auto const n = command::read_plain_count(value);
        if (!n || *n < 1 || *n > 1'000'000) { return; }
        if (name == "--nproc-per-node" || name == "--nproc_per_node") { per_node_ = n; }
        if (name == "--nnodes") { nodes_ = n; }
    }

private:
    static constexpr auto size = static_cast<std::size_t>(sets::number_of);
    std::array<bool, size> given_{};
    std::array<count, size> numbers_{};
    std::array<std::vector<std::string>, size> words_{};
    std::optional<count> per_node_{};
    std::optional<count> nodes_{};
};

/// Reads a line of shell: `torchrun --nproc-per-node 8 pretrain_gpt.py --bf16 ...`, or arguments alone.
[[nodiscard]] inline result<arguments> read_arguments(std::string_view line) {
    command::words from(line);
    std::vector<std::string> all;
    while (from.next()) {
        all.emplace_back(from.word());
    }
    if (from.mistake()) { return *from.mistake(); }
    arguments a{};
    std::size_t at = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].size() > 3 && all[i].compare(all[i].size() - 3, 3, ".py") == 0) { at = i + 1; }
    }
    for (std::size_t i = 0; i < at; ++i) {
        std::size_t const equals = all[i].find('=');
        if (equals != std::string::npos) {
            a.starts(std::string_view(all[i]).substr(0, equals),
                     std::string_view(all[i]).substr(equals + 1));
        } else if (i + 1 < at) {
            a.starts(all[i], all[i + 1]);
        }
    }
    if (at == all.size()) {
        return error{errc::missing_field,
                     "there is no argument of Megatron-LM in it; give those behind the script."};
    }
    while (at < all.size()) {
        std::string const& typed = all[at++];
        if (typed.compare(0, 2, "--") != 0) {
            sentence why{};
            reckon::detail::append_typed(why, typed);
            return error{errc::malformed,
                         why.append(" stands where an argument of Megatron-LM should.")};
        }
        std::size_t const equals = typed.find('=');
        auto const found = find_flag(std::string_view(typed).substr(0, equals));
        if (!found) { return found.error(); }
        std::vector<std::string> behind;
        if (equals != std::string::npos) { behind.push_back(typed.substr(equals + 1)); }
        while (at < all.size() && all[at].compare(0, 2, "--") != 0) {
            behind.push_back(all[at++]);
        }
        if (found->is == nullptr) { continue; }
        if (auto const wrong = a.put(*found->is, std::move(behind))) { return *wrong; }
    }
    return a;
}

} // namespace reckon::inline v0::io::training::megatron
