// SPDX-License-Identifier: MIT
// What the flags of a command line set, before it is clear what that means for a model.
#pragma once
#include <reckon/detail/math.hpp>
#include <reckon/detail/static_vector.hpp>

#include <algorithm>
#include <optional>
#include <string_view>

namespace reckon::inline v0::io::command {

/// Flags by name, as the engine's table spells them: the first 32, and how many more there were.
struct flag_list {
    static_vector<std::string_view, 32> names{};
    count more{};

    [[nodiscard]] constexpr count size() const noexcept {
        return static_cast<count>(names.size()) + more;
    }
    [[nodiscard]] constexpr bool holds(std::string_view name) const noexcept {
        return std::find(names.begin(), names.end(), name) != names.end();
    }
    constexpr void add(std::string_view name) noexcept {
        if (!holds(name) && !names.push_back(name)) { ++more; }
    }
    friend constexpr bool operator==(flag_list const&, flag_list const&) noexcept = default;
};

/// Values as they were written; nothing where no flag said so. Texts are pieces of the command line.
struct settings {
    std::string_view model{};
    std::string_view repository{};
    std::string_view name{};
    std::string_view dtype{};
    std::string_view quantization{};
    std::string_view cache_format{};
    std::string_view cache_format_values{};
    std::string_view state_format{};
    std::string_view drafting_method{};
    std::string_view draft{};
    std::string_view draft_quantization{};
    std::string_view devices{};
    std::string_view split_mode{};
    std::string_view split_shares{};
    std::string_view layers_on_device{};
    std::string_view flash_attention{};
    std::string_view placed_tensors{}; ///< patterns of names and where they go
    std::string_view main_device{};
    std::optional<count> tensor{};
    std::optional<count> pipeline{};
    std::optional<count> data{};
    std::optional<count> experts{};
    std::optional<count> context_ranks{};
    std::optional<count> redundant_experts{};
    std::optional<count> context{}; ///< -1: the engine's choice
    std::optional<count> sequences{};
    std::optional<count> batched_tokens{};
    std::optional<count> block_tokens{};
    std::optional<count> cache_bytes{};
    std::optional<count> captured{};
    std::optional<count> slots{};
    std::optional<count> logical_batch{};
    std::optional<count> experts_on_host{}; ///< layers whose routed experts stay there
    std::optional<count> fit_margin{};      ///< MiB
    std::optional<count> fit_context{};
    std::optional<count> images{};
    std::optional<count> adapters{};
    std::optional<count> adapter_rank{};
    std::optional<count> draft_ranks{};
    std::optional<count> drafted_tokens{};
    std::optional<double> utilization{};
    std::optional<double> host_weights{};
    std::optional<bool> unified{};
    std::optional<bool> fit{};
    std::optional<bool> cache_on_device{};
    std::optional<bool>
        lends{}; ///< long passes through layers of the host are computed on the device
    bool all_experts_on_host{};
    bool whole_windows{}; ///< windowed layers keep the whole context
    bool experts_whole{};
    bool data_attention{};
    bool no_graphs{};
    bool unchunked{}; ///< a prompt is taken in one pass, however long
    bool text_only{};
    bool images_unprofiled{};
    bool low_latency_exchange{};
    bool adapters_on{};
    flag_list seen{};     ///< what was given, to know what is given twice
    flag_list ignored{};  ///< read, without effect on memory
    flag_list repeated{}; ///< given more than once: the last one counts, as in the engine
};

} // namespace reckon::inline v0::io::command
