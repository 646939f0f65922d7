// SPDX-License-Identifier: MIT
// What people reckon without a tool, so that a row shows both.
//
//   rule 1   parameters x bytes x 1.2    everything but the cache, on all devices together
//   rule 2   parameters x 2              the same, whatever the format
//   16 bytes x parameters / devices    weights, gradients, Adam and its master copy, as ZeRO counts them
//   6 N D at 40 % of the peak          N parameters that a token uses, D tokens, of the 16 bit peak
//   SimuMax                            what its authors publish beside their measurements
//   cache    4 x layers x width          bytes a token, as if every head kept its own keys and values
//
// Source: the rules as articles on sizing give them ("a 70B model in 16 bit needs 168 GB").
#pragma once
#include "accuracy/report.hpp"

#include <reckon/model/model_spec.hpp>
#include <reckon/precision/recipe.hpp>

#include <optional>

namespace accuracy {

/// One rule's answer to a row.
struct plain_answer {
    double total_gib{};   ///< everything but the cache, on all devices together
    double token_bytes{}; ///< of cache, on all devices together
};

inline constexpr std::string_view plain_rules[] = {"parameters x bytes x 1.2", "parameters x 2",
                                                   "16 bytes x parameters / devices",
                                                   "6 N D at 40 % of the peak", "SimuMax"};
/// The first of them are for serving, the others for training.
inline constexpr std::size_t serving_rules = 2;

[[nodiscard]] plain_answer plain_answer_of(std::size_t rule, reckon::any_model const& model,
                                           reckon::recipe const& weights);

} // namespace accuracy
