// SPDX-License-Identifier: MIT
// What the command line asks, read strictly: a value that could be meant otherwise is refused.
#pragma once
#include <reckon/reckon.hpp>

#include <optional>
#include <string>
#include <vector>

namespace recommend {

enum class page_format { table, json, markdown };

struct question {
    reckon::any_model model{};
    std::string model_file{};  ///< empty for a model of the catalogue
    reckon::workload load{};   ///< as asked
    reckon::workload filled{}; ///< with the lengths that were assumed
    bool context_assumed{};
    bool lengths_assumed{};
    reckon::plan_rules rules{};
    std::vector<reckon::stock> owned{}; ///< `rules.owned` is set to it where the rules are used
    std::vector<reckon::any_gpu> gpus{};
    bool gpus_named{};
    std::vector<reckon::recipe> precisions{};
    bool as_published{}; ///< nobody named a precision
    page_format format{page_format::table};
    std::size_t top{10};
    bool all_refusals{};
};

/// What `main` does next: answer, or leave with this status. Messages are printed already.
struct command_line {
    std::optional<question> asked{};
    int status{};
};

/// Reads the command line. Help goes to standard output, one sentence about a mistake to standard
/// error.
[[nodiscard]] command_line read_command_line(int argc, char const* const* argv);

/// Writes the sentence to standard error, as everything is written there.
void complain(reckon::error const& why);

} // namespace recommend
