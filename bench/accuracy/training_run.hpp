// SPDX-License-Identifier: MIT
// From a row of training.csv to a run: only its columns of configuration are read.
#pragma once
#include "accuracy/csv.hpp"
#include "accuracy/names.hpp"

#include <reckon/training/run.hpp>

#include <string>
#include <string_view>

namespace accuracy {

/// A run and how its memory was read.
struct stated_run {
    reckon::training::any_run run{};
    bool first_rank{};    ///< the source reports the first pipeline stage, or
    bool last_rank{};     ///< the last
    bool mixed_lengths{}; ///< sequences of several lengths: the longest is not stated
    bool mean_length{};   ///< the sequence is the mean of several
    bool no_gpu{};        ///< the row names none
};

[[nodiscard]] found<stated_run> run_of(record const& row);

/// The first whole number of a cell: "8", "max_length 2048", "layers/vstage 1".
[[nodiscard]] reckon::count first_number(std::string_view cell, reckon::count otherwise);

/// The accelerator of a row, also where only its generation is told.
[[nodiscard]] found<reckon::any_gpu> training_gpu(std::string const& gpu);

/// A published pre-training and its tokens: its layout where that was published, else the quickest that fits on its
/// devices, or on a usual number of them.
struct stated_campaign {
    reckon::training::any_run run{};
    double tokens{};
};
[[nodiscard]] found<stated_campaign> campaign_of(record const& row);

} // namespace accuracy
