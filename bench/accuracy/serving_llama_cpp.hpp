// SPDX-License-Identifier: MIT
// Rows of serving_memory.csv that llama.cpp allocated: it takes what it is asked for, whatever is free.
#pragma once
#include "accuracy/csv.hpp"
#include "accuracy/names.hpp"
#include "accuracy/report.hpp"

#include <reckon/memory/llama_cpp/memory.hpp>

namespace accuracy {

/// A launch of llama.cpp, or what is missing to follow it.
class llama_launch {
public:
    llama_launch(record const& row, found<shared_model> model);

    /// Cells of the cache, which the command line alone decides.
    [[nodiscard]] prediction cells() const;
    /// GiB on the first device.
    [[nodiscard]] prediction weights() const;
    [[nodiscard]] prediction compute() const;
    [[nodiscard]] prediction cache() const;
    /// Tokens that a cache of that many GiB keeps.
    [[nodiscard]] prediction tokens_of(double cache_gib) const;
    /// 1: every device holds its part, with all experts on the host where the row says that some tensors are;
    /// 0: one does not.
    [[nodiscard]] prediction fits() const;
    [[nodiscard]] found<reckon::recipe> const& stored() const noexcept { return weights_; }
    [[nodiscard]] reckon::count devices() const noexcept { return settings_.split.devices; }
    [[nodiscard]] found<reckon::any_gpu> device() const;

private:
    [[nodiscard]] found<reckon::llama_cpp_memory> memory(reckon::recipe const& stored,
                                                         reckon::llama_cpp_settings const& s) const;
    record row_;
    found<shared_model> model_;
    found<reckon::recipe> weights_;
    reckon::llama_cpp_settings settings_{};
    double file_scale_{1};   ///< the file's size over that of the mixture as described
    double latent_scale_{1}; ///< some modes keep more than one latent a token
    std::string latent_reason_{};
    bool partial_{};
};

} // namespace accuracy
