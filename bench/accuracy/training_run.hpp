// SPDX-License-Identifier: MIT
// From a row of training.csv to a run: only its columns of configuration are read.
#pragma once
#include "accuracy/csv.hpp"
#include "accuracy/names.hpp"

#include <reckon/training/run.hpp>

#include <string>

namespace accuracy {

/// A run and how its memory was read.
struct stated_run {
    reckon::training::any_run run{};
    bool last_rank{};     ///< the source reports the last pipeline stage
    bool mixed_lengths{}; ///< sequences of several lengths: the longest is not stated
    bool no_gpu{};        ///< the row names none
};

[[nodiscard]] found<stated_run> run_of(record const& row);

/// A published pre-training: the quickest layout that fits on its devices, or on a usual number of them, and
/// its tokens.
struct stated_campaign {
    reckon::training::any_run run{};
    double tokens{};
};
[[nodiscard]] found<stated_campaign> campaign_of(record const& row);

} // namespace accuracy
