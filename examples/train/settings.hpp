// SPDX-License-Identifier: MIT
// Settings of training frameworks that `train` takes, and writes.
#pragma once
#include "train/question.hpp"

#include <reckon/detail/result.hpp>

#include <string>

namespace train {

/// Whether a file or line of settings was given.
[[nodiscard]] bool has_settings(typed const& t);

/// The run that the given settings make of `r`; an error names the option.
[[nodiscard]] reckon::result<reckon::training::any_run> read_settings(typed const& t,
                                                                      reckon::training::any_run r);

/// The settings of the question's run for the framework that --write names.
[[nodiscard]] reckon::result<std::string> settings_of(question const& q);

} // namespace train
