// SPDX-License-Identifier: MIT
// What was typed or written in a file: texts by the name of their option, each with its place.
#pragma once
#include <reckon/detail/result.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace recommend {

/// What the program is asked to do, by its first word.
enum class verb : unsigned char { recommend, plan, compare, buy_or_rent, share };

/// "recommend plan"; the first verb may be left out.
[[nodiscard]] std::string_view command_of(verb v);

/// The texts of every option that was given. What is not there was not given.
class given {
public:
    struct entry {
        std::vector<std::string> texts{};
        std::string place{}; ///< "--budget", or "plan.toml:7: budget"
    };

    verb asked{verb::recommend};

    void set(std::string const& name, entry e) { entries_[name] = std::move(e); }
    [[nodiscard]] bool has(std::string_view name) const;
    /// The text of an option; empty where it was not given.
    [[nodiscard]] std::string text(std::string_view name) const;
    /// "a,b" in one text or several is one list; blanks around them are left out.
    [[nodiscard]] std::vector<std::string> list(std::string_view name) const;
    /// As they were given, commas kept.
    [[nodiscard]] std::vector<std::string> texts(std::string_view name) const;
    /// Where it was given, for a sentence about it.
    [[nodiscard]] std::string place(std::string_view name) const;

private:
    std::map<std::string, entry, std::less<>> entries_{};
};

/// What `main` does next: answer, or leave with this status. Messages are printed already.
struct command_line {
    std::optional<given> asked{};
    int status{};
};

/// Reads the command line and the file that it names; what is typed goes before what the file says. Help goes to
/// standard output, one sentence about a mistake to standard error.
[[nodiscard]] command_line read_command_line(int argc, char const* const* argv);

/// The options of a file, TOML or JSON, by the names that they have on the command line. Errors name file, line and
/// field.
[[nodiscard]] reckon::result<given> read_file_of_options(std::string const& path, verb asked);

/// Writes the sentence to standard error, as everything is written there.
void complain(reckon::error const& why);

} // namespace recommend
