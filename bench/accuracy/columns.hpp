// SPDX-License-Identifier: MIT
// From a row of models.csv to a model: by its name where the catalogue has exactly that model, from
// the columns of its architecture otherwise. Computed and published figures are never read.
#pragma once
#include "accuracy/csv.hpp"
#include "accuracy/names.hpp"

#include <reckon/model/model_spec.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace accuracy {

/// What configurations say by a class name and tables do not: biases, norms, corrections.
/// Source: the modelling code of each family (transformers, vLLM); checked by exact totals.
struct habits {
    bool qkv_bias{};
    bool output_bias{};
    bool sinks{};
    reckon::qk_norm query_key_norm{reckon::qk_norm::none};
    reckon::norm_layout norms{};
    bool score_correction{};
    bool gated_shared{};
    bool expert_biases{};
    bool plain_biases{};
    bool final_norm_bias{};
    bool mtp_copies{};             ///< the prediction module keeps its own embedding and head
    bool two_matrices{};           ///< experts are not gated (squared ReLU)
    bool latent_quarter{};         ///< experts work in a quarter of the width (Nemotron-3)
    bool latent_norm{};            ///< a norm where experts' latent ends (Kimi-K3)
    reckon::count shared_ratio{1}; ///< width of one shared expert in widths of a routed one
};
[[nodiscard]] habits habits_of(record const& row);

/// The attention, or the mixer in its place, of every layer of the row.
[[nodiscard]] found<std::vector<reckon::any_attention>> attention_of(record const& row,
                                                                     habits const& family);

/// One letter a layer where the pattern draws them ("MEM*E"), in lower case; empty otherwise.
[[nodiscard]] std::string mixer_letters(record const& row);

/// A row's model and how its publisher stores it.
struct described {
    reckon::any_model model{};
    found<reckon::recipe> stored{};
};

/// The model that the columns describe, whatever its name.
[[nodiscard]] found<described> model_of_columns(record const& row);

/// The catalogue's model of exactly the row's hf_id or name; that of its columns otherwise.
[[nodiscard]] found<described> model_of_row(record const& row);

/// The integer that stands where `pattern`, a regular expression with one group, matches `text`.
[[nodiscard]] std::optional<reckon::count> stated(std::string_view text,
                                                  std::string const& pattern);

} // namespace accuracy
