// SPDX-License-Identifier: MIT
// What a tensor is for, by its name in a safetensors or GGUF file: patterns as data.
//
// Names differ by family, their parts hardly do: 'q_proj' is attention whatever stands before it. A
// name is cut at its dots, and the first row that one of its parts matches decides.
//
// Source: modeling_*.py of transformers; gguf-py/gguf/constants.py (TENSOR_NAMES) of llama.cpp.
#pragma once
#include <reckon/model/layer_set.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace reckon::inline v0::io {

/// Which part of a model a tensor belongs to.
enum class tensor_group : std::uint8_t {
    embeddings, ///< token and position embeddings
    attention,  ///< projections, biases and sinks; other mixers of tokens too
    dense_ffn,  ///< feed-forward blocks that every token passes
    experts,    ///< routed experts
    shared_experts,
    router, ///< expert scores and their corrections
    norms,
    head,   ///< the output matrix
    mtp,    ///< prediction modules, with all that they hold
    vision, ///< towers and projectors of other senses
    other,  ///< tables that are not parameters, and names that no row knows
};
inline constexpr std::size_t tensor_groups = 11;

[[nodiscard]] constexpr std::string_view name(tensor_group group) noexcept {
    constexpr std::array<std::string_view, tensor_groups> names{
        "embeddings", "attention", "dense ffn", "experts", "shared experts", "router",
        "norms",      "head",      "mtp",       "vision",  "other"};
    return names[static_cast<std::size_t>(group)];
}

namespace detail {

/// How a part of a name is compared.
enum class part_match : std::uint8_t {
    whole,  ///< the part itself
    starts, ///< its beginning
    ends,   ///< its end
    first,  ///< the part itself, and nothing stands before it
    in_ffn, ///< the part itself, and the part before it is a feed-forward block
};

struct name_row {
    std::string_view part;
    part_match match;
    tensor_group group;
};

/// In order: what is said of a whole module (vision, prediction) comes before what is said of a
/// matrix in it, and norms and routers before the block that they stand in.
inline constexpr name_row name_rows[] = {
    {"visual", part_match::whole, tensor_group::vision},
    {"vision", part_match::starts, tensor_group::vision},
    {"multi_modal_projector", part_match::whole, tensor_group::vision},
    {"mm_projector", part_match::whole, tensor_group::vision},
    {"embed_vision", part_match::whole, tensor_group::vision},
    {"img_projection", part_match::whole, tensor_group::vision},
    {"audio_tower", part_match::whole, tensor_group::vision},
    {"image_newline", part_match::whole, tensor_group::vision},
    {"v", part_match::first, tensor_group::vision},
    {"a", part_match::first, tensor_group::vision},
    {"mm", part_match::first, tensor_group::vision},
    {"resampler", part_match::first, tensor_group::vision},
    {"mtp", part_match::starts, tensor_group::mtp},
    {"nextn", part_match::whole, tensor_group::mtp},
    {"eh_proj", part_match::whole, tensor_group::mtp},
    {"enorm", part_match::whole, tensor_group::mtp},
    {"hnorm", part_match::whole, tensor_group::mtp},
    {"shared_head", part_match::whole, tensor_group::mtp},
    // ---- routers ----
    {"shared_expert_gate", part_match::whole, tensor_group::router},
    {"e_score_correction_bias", part_match::whole, tensor_group::router},
    {"ffn_gate_inp", part_match::starts, tensor_group::router},
    {"exp_probs_b", part_match::whole, tensor_group::router},
    {"router", part_match::whole, tensor_group::router},
    {"gate", part_match::in_ffn, tensor_group::router},
    // ---- norms ----
    {"norm", part_match::ends, tensor_group::norms},
    {"norm_2", part_match::ends, tensor_group::norms},
    {"norm1", part_match::whole, tensor_group::norms},
    {"norm2", part_match::whole, tensor_group::norms},
    {"norm_f", part_match::whole, tensor_group::norms},
    {"ln", part_match::starts, tensor_group::norms},
    // ---- experts ----
    {"shared_expert", part_match::starts, tensor_group::shared_experts},
    {"shared_mlp", part_match::whole, tensor_group::shared_experts},
    {"shexp", part_match::ends, tensor_group::shared_experts},
    {"experts", part_match::whole, tensor_group::experts},
    {"exps", part_match::ends, tensor_group::experts},
    // ---- attention ----
    {"self_attn", part_match::whole, tensor_group::attention},
    {"attn", part_match::starts, tensor_group::attention},
    {"attn", part_match::ends, tensor_group::attention},
    {"attention", part_match::ends, tensor_group::attention},
    {"mixer", part_match::whole, tensor_group::attention},
    {"mamba", part_match::whole, tensor_group::attention},
    {"indexer", part_match::whole, tensor_group::attention},
    {"temporal_block", part_match::whole, tensor_group::attention},
    {"ssm_", part_match::starts, tensor_group::attention},
    {"time_mix_", part_match::starts, tensor_group::attention},
    {"shortconv", part_match::whole, tensor_group::attention},
    // ---- feed-forward ----
    {"mlp", part_match::whole, tensor_group::dense_ffn},
    {"feed_forward", part_match::whole, tensor_group::dense_ffn},
    {"ffn", part_match::starts, tensor_group::dense_ffn},
    {"fc1", part_match::whole, tensor_group::dense_ffn},
    {"fc2", part_match::whole, tensor_group::dense_ffn},
    // ---- outside of the layers ----
    {"lm_head", part_match::whole, tensor_group::head},
    {"embed_out", part_match::whole, tensor_group::head},
    {"output", part_match::first, tensor_group::head},
    {"head", part_match::first, tensor_group::head},
    {"embed_tokens", part_match::starts, tensor_group::embeddings},
    {"word_embeddings", part_match::whole, tensor_group::embeddings},
    {"embeddings", part_match::ends, tensor_group::embeddings},
    {"embed_positions", part_match::whole, tensor_group::embeddings},
    {"wte", part_match::whole, tensor_group::embeddings},
    {"wpe", part_match::whole, tensor_group::embeddings},
    {"embed", part_match::first, tensor_group::embeddings},
    {"token_embd", part_match::first, tensor_group::embeddings},
    {"position_embd", part_match::first, tensor_group::embeddings},
    {"token_types", part_match::first, tensor_group::embeddings},
};

[[nodiscard]] constexpr bool is_number(std::string_view part) noexcept {
    if (part.empty() || part.size() > 6) { return false; }
    for (char const c : part) {
        if (c < '0' || c > '9') { return false; }
    }
    return true;
}

/// The parts of a name; what stands behind the twelfth dot is one part.
struct name_parts {
    std::array<std::string_view, 12> part{};
    std::size_t used{};

    constexpr explicit name_parts(std::string_view name) noexcept {
        while (used < part.size()) {
            std::size_t const dot =
                used + 1 < part.size() ? name.find('.') : std::string_view::npos;
            part[used++] = name.substr(0, dot);
            if (dot == std::string_view::npos) { return; }
            name.remove_prefix(dot + 1);
        }
    }
    /// The number of the layer, or -1: the first part that is a number.
    [[nodiscard]] constexpr count layer() const noexcept {
        for (std::size_t i = 0; i < used; ++i) {
            if (!is_number(part[i])) { continue; }
            count number = 0;
            for (char const c : part[i]) {
                number = number * 10 + (c - '0');
            }
            return number;
        }
        return -1;
    }
};

[[nodiscard]] constexpr bool matches(name_row const& row, name_parts const& parts,
                                     std::size_t i) noexcept {
    std::string_view const part = parts.part[i];
    if (part.size() < row.part.size()) { return false; }
    switch (row.match) {
    case part_match::whole: return part == row.part;
    case part_match::starts: return part.starts_with(row.part);
    case part_match::ends: return part.ends_with(row.part);
    case part_match::first: return i == 0 && part == row.part;
    case part_match::in_ffn:
        return i > 0 && part == row.part &&
               (parts.part[i - 1] == "mlp" || parts.part[i - 1] == "block_sparse_moe" ||
                parts.part[i - 1] == "ffn" || parts.part[i - 1] == "feed_forward" ||
                parts.part[i - 1] == "moe");
    }
    return false;
}

[[nodiscard]] constexpr tensor_group group_by_rows(name_parts const& parts) noexcept {
    for (name_row const& row : name_rows) {
        for (std::size_t i = 0; i < parts.used; ++i) {
            if (matches(row, parts, i)) { return row.group; }
        }
    }
    return tensor_group::other;
}

} // namespace detail

/// The layers that are prediction modules: those that hold one of the module's own tensors, as
/// 'model.layers.61.eh_proj.weight' does in DeepSeek-V3 and 'blk.46.nextn.eh_proj.weight' in a GGUF.
struct prediction_layers {
    layer_set layers{};

    constexpr void look_at(std::string_view name) noexcept {
        detail::name_parts const parts(name);
        look_at(parts, detail::group_by_rows(parts));
    }
    /// The same for a name whose row was found before.
    constexpr void look_at(detail::name_parts const& parts, tensor_group by_rows) noexcept {
        if (by_rows != tensor_group::mtp) { return; }
        for (std::size_t i = 0; i < parts.used; ++i) {
            if (parts.part[i].starts_with("mtp")) { return; } // numbered by itself: mtp.layers.0
        }
        layers.insert(parts.layer());
    }
};

namespace detail {

/// A tensor's group, from the row that its name matches and the layer that it is in.
[[nodiscard]] constexpr tensor_group settled(name_parts const& parts, tensor_group by_rows,
                                             prediction_layers const& drafting) noexcept {
    bool const in_layers = parts.part[0] == "model" || parts.part[0] == "blk";
    if (by_rows != tensor_group::vision && in_layers && drafting.layers.contains(parts.layer())) {
        return tensor_group::mtp;
    }
    // 'blk.3.ffn_gate.5.weight': files from before experts were stacked number them.
    if (by_rows == tensor_group::dense_ffn && parts.part[0] == "blk" && parts.used >= 4 &&
        is_number(parts.part[3])) {
        return tensor_group::experts;
    }
    return by_rows;
}

} // namespace detail

/// By the name in the file, as transformers, vLLM and GGUF write it. `drafting`: which layers
/// predict further tokens.
[[nodiscard]] constexpr tensor_group group_of(std::string_view name,
                                              prediction_layers const& drafting = {}) noexcept {
    detail::name_parts const parts(name);
    return detail::settled(parts, detail::group_by_rows(parts), drafting);
}

} // namespace reckon::inline v0::io
