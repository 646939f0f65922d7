// SPDX-License-Identifier: MIT
// The recipe that a GGUF file really has: which role of tensors is stored in which type.
//
// A file type ("Q4_K_M") is a rule, and files keep to it more or less: mixtures with an importance
// matrix, dynamic ones ("UD-") and fused tensors do not. Where the rule gives the file's bytes to the
// byte it is taken. Else each role gets what its tensors have: their type, or where the layers differ
// a format of so many bits for so many weights that the sum over the layers is exact.
#pragma once
#include <reckon/io/gguf_types.hpp>
#include <reckon/io/tensor_list.hpp>
#include <reckon/memory/weights.hpp>
#include <reckon/model/gguf_facts.hpp>
#include <reckon/units/makers.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string_view>
#include <vector>

namespace reckon::inline v0::io::gguf {

static_assert(tensor_roles <= 32, "stored_share keeps one bit for each role");

/// The roles of a tensor, by the part of its name behind 'blk.N.': several where matrices are fused,
/// or where families use one name for different things.
struct role_row {
    std::string_view stem;
    std::array<tensor_role, 3> roles;
    std::size_t used{1};
};
inline constexpr role_row role_rows[] = {
    {"token_embd", {tensor_role::embedding}},
    {"position_embd", {tensor_role::embedding}},
    {"output", {tensor_role::head}},
    {"attn_q", {tensor_role::attention_q, tensor_role::latent_up_q}, 2},
    {"attn_k", {tensor_role::attention_k}},
    {"attn_v", {tensor_role::attention_v}},
    {"attn_qkv", {tensor_role::attention_q, tensor_role::attention_k, tensor_role::attention_v}, 3},
    {"attn_output", {tensor_role::attention_output}},
    {"attn_sinks", {tensor_role::bias}},
    {"attn_gate", {tensor_role::wide}}, // one gate a head; a wide one is a query's (role_in)
    {"attn_kv", {tensor_role::latent_down}},
    {"attn_output_a", {tensor_role::attention_output}},
    {"attn_output_b", {tensor_role::attention_output}},
    {"attn_compressor_kv", {tensor_role::compressor}},
    {"attn_compressor_gate", {tensor_role::compressor}},
    {"attn_compressor_ape", {tensor_role::bias}},
    {"indexer_compressor_kv", {tensor_role::compressor}},
    {"indexer_compressor_gate", {tensor_role::compressor}},
    {"indexer_compressor_ape", {tensor_role::bias}},
    {"attn_q_a", {tensor_role::latent_down}},
    {"attn_q_b", {tensor_role::latent_up_q}},
    {"attn_kv_a_mqa", {tensor_role::latent_down}},
    {"attn_kv_b", {tensor_role::latent_up_kv}},
    {"attn_k_b", {tensor_role::latent_up_kv}},
    {"attn_v_b", {tensor_role::latent_up_kv}},
    {"ssm_in", {tensor_role::mixer_in}},
    {"ssm_x", {tensor_role::mixer_in}},
    {"ssm_dt", {tensor_role::mixer_in}},
    {"ssm_f_a", {tensor_role::mixer_in}},
    {"ssm_f_b", {tensor_role::mixer_in}},
    {"ssm_g_a", {tensor_role::mixer_in}},
    {"ssm_g_b", {tensor_role::mixer_in}},
    {"ssm_out", {tensor_role::mixer_out}},
    {"ssm_conv1d", {tensor_role::convolution}},
    {"ssm_conv1d_q", {tensor_role::convolution}},
    {"ssm_conv1d_k", {tensor_role::convolution}},
    {"ssm_conv1d_v", {tensor_role::convolution}},
    {"ssm_a", {tensor_role::wide, tensor_role::bias}, 2},
    {"ssm_d", {tensor_role::bias}},
    {"ssm_ba", {tensor_role::wide}},
    {"ssm_alpha", {tensor_role::wide}},
    {"ssm_beta", {tensor_role::wide}},
    {"hc_attn_fn", {tensor_role::mixing}},
    {"hc_attn_base", {tensor_role::mixing}},
    {"hc_attn_scale", {tensor_role::mixing}},
    {"hc_ffn_fn", {tensor_role::mixing}},
    {"hc_ffn_base", {tensor_role::mixing}},
    {"hc_ffn_scale", {tensor_role::mixing}},
    {"token_types", {tensor_role::embedding}},
    {"layer_output_scale", {tensor_role::norm}},
    {"inp_gate", {tensor_role::ffn_gate}},
    {"per_layer_model_proj", {tensor_role::ffn_up}},
    {"proj", {tensor_role::ffn_down}},
    {"laurel_l", {tensor_role::ffn_up}},
    {"laurel_r", {tensor_role::ffn_down}},
    {"altup_router", {tensor_role::mixing}},
    {"altup_predict_coef", {tensor_role::mixing}},
    {"altup_correct_coef", {tensor_role::mixing}},
    {"altup_correct_scale", {tensor_role::norm}},
    {"ffn_latent_down", {tensor_role::shared_up}},
    {"ffn_latent_up", {tensor_role::shared_down}},
    {"ffn_gate", {tensor_role::ffn_gate}},
    {"ffn_up", {tensor_role::ffn_up}},
    {"ffn_down", {tensor_role::ffn_down}},
    {"ffn_gate_shexp", {tensor_role::shared_gate}},
    {"ffn_up_shexp", {tensor_role::shared_up}},
    {"ffn_down_shexp", {tensor_role::shared_down}},
    {"ffn_gate_exps", {tensor_role::expert_gate}},
    {"ffn_up_exps", {tensor_role::expert_up}},
    {"ffn_gate_up_exps", {tensor_role::expert_gate, tensor_role::expert_up}, 2},
    {"ffn_down_exps", {tensor_role::expert_down}},
    {"ffn_gate_inp", {tensor_role::router}},
    {"ffn_gate_inp_shexp", {tensor_role::router}},
    {"exp_probs_b", {tensor_role::router_bias}},
};

/// Tables for the positions of tokens, made at conversion: in files, but no parameters of a model.
[[nodiscard]] constexpr bool is_table(std::string_view name) noexcept {
    return name.find("rope_freqs") != std::string_view::npos ||
           name.find("rope_factors_") != std::string_view::npos ||
           name.find("attn_rot_embd") != std::string_view::npos;
}

/// A table that says which experts a token takes: bytes of a model, but no parameters.
[[nodiscard]] constexpr bool is_routing_table(std::string_view name) noexcept {
    return name.find("ffn_gate_tid2eid") != std::string_view::npos;
}

/// What the tensors of a layer say of one another: the projections of a layer with a state are a
/// mixer's, a gate as wide as what it gates is part of the queries, and a dense block beside a router is
/// a shared expert (Gemma 4).
struct layer_kinds {
    layer_set with_state{};
    layer_set with_wide_gate{};
    layer_set with_router{};
};
/// What the tensors of every layer say of one another.
[[nodiscard]] inline layer_kinds kinds_of(tensor_list const& tensors) {
    layer_kinds kinds{};
    struct widths {
        count gate{};
        count gated{};
    };
    std::array<widths, static_cast<std::size_t>(layer_set::capacity)> seen{};
    tensors.for_each([&](listed_tensor const& t) {
        io::detail::name_parts const parts(t.name);
        count const layer = parts.layer();
        bool const in_layer =
            parts.part[0] == "blk" && parts.used > 2 && layer >= 0 && layer < layer_set::capacity;
        if (!in_layer) { return; }
        widths& here = seen[static_cast<std::size_t>(layer)];
        bool const matrix = parts.part[parts.used - 1] == "weight" && t.shape.size() > 1;
        if (matrix && parts.part[2] == "attn_gate") { here.gate = t.shape[1]; }
        if (matrix && parts.part[2] == "attn_output") { here.gated = t.shape[0]; }
        if (here.gate > 0 && here.gate == here.gated) { kinds.with_wide_gate.insert(layer); }
        if (parts.part[2].starts_with("ssm_")) { kinds.with_state.insert(layer); }
        if (parts.part[2] == "ffn_gate_inp") { kinds.with_router.insert(layer); }
    });
    return kinds;
}

/// What a role by name is in layer i.
[[nodiscard]] constexpr tensor_role role_in(tensor_role by_name, layer_kinds const& kinds, count i,
                                            std::string_view stem, bool numbered) noexcept {
    using enum tensor_role;
    bool const with_state = kinds.with_state.contains(i);
    bool const with_router = kinds.with_router.contains(i);
    switch (by_name) {
    case attention_q:
    case attention_k:
    case attention_v:
    case latent_up_q: return with_state ? mixer_in : by_name;
    case attention_output: return with_state ? mixer_out : by_name;
    case wide:
        if (stem != "attn_gate") { return by_name; }
        return with_state ? mixer_in : kinds.with_wide_gate.contains(i) ? attention_q : by_name;
    case ffn_gate: return numbered ? expert_gate : with_router ? shared_gate : by_name;
    case ffn_up: return numbered ? expert_up : with_router ? shared_up : by_name;
    case ffn_down: return numbered ? expert_down : with_router ? shared_down : by_name;
    default: return by_name;
    }
}

/// Calls visit(role) for every role of a tensor of that name.
constexpr void for_each_role(std::string_view name, layer_kinds const& kinds,
                             auto&& visit) noexcept {
    io::detail::name_parts const parts(name);
    std::size_t const at = parts.part[0] == "blk" && parts.used > 2 ? 2 : 0;
    std::string_view const stem = parts.part[at];
    std::string_view const tail = parts.part[parts.used - 1];
    if (stem == "indexer" && parts.used > at + 1) {
        std::string_view const inner = parts.part[at + 1];
        visit(inner == "proj"            ? tensor_role::wide
              : inner.ends_with("_norm") ? tensor_role::norm
                                         : tensor_role::indexer);
        return;
    }
    if (stem.find("norm") != std::string_view::npos) {
        visit(tensor_role::norm);
        return;
    }
    if (tail == "bias" && stem != "exp_probs_b") {
        visit(at == 0 ? tensor_role::norm
                      : tensor_role::bias); // the head's bias lies with the last norm
        return;
    }
    if (tail == "scale") { // of a router's input, and of what comes out of its experts (Gemma 4)
        visit(tensor_role::router);
        return;
    }
    if (stem == "shortconv" && parts.used > at + 1) {
        std::string_view const inner = parts.part[at + 1];
        visit(inner == "conv"      ? tensor_role::convolution
              : inner == "in_proj" ? tensor_role::mixer_in
                                   : tensor_role::mixer_out);
        return;
    }
    bool const numbered = at == 2 && parts.used > 4 && io::detail::is_number(parts.part[3]);
    count const layer = at == 2 ? parts.layer() : -1;
    for (role_row const& row : role_rows) {
        if (row.stem != stem) { continue; }
        for (std::size_t i = 0; i < row.used; ++i) {
            visit(role_in(row.roles[i], kinds, layer, stem, numbered));
        }
        return;
    }
}

/// What the tensors of some roles have in common.
struct stored_share {
    count bits{};
    count elements{};
    type_row const* type{}; ///< null where there are several
    std::uint32_t roles{};  ///< one bit for each
};

/// The type's format, or one of the same bits an element where the share has several types.
[[nodiscard]] inline any_precision format_of(stored_share const& share) noexcept {
    if (share.type != nullptr) { return share.type->format(); }
    count const common = std::gcd(share.bits, share.elements);
    any_precision mixed{};
    mixed.name = "mixed";
    mixed.payload_bits = share.bits / common;
    mixed.payload_elements = share.elements / common;
    mixed.operands = arithmetic::fp16;
    return mixed;
}

/// Both together; sums saturate.
[[nodiscard]] inline stored_share merged(stored_share const& a, stored_share const& b) noexcept {
    return {reckon::detail::add(a.bits, b.bits), reckon::detail::add(a.elements, b.elements),
            a.type == b.type ? a.type : nullptr, a.roles | b.roles};
}

/// Sums saturate: a file of an exabyte is no recipe, but no wrong one either.
[[nodiscard]] inline std::vector<stored_share> shares_of(tensor_list const& tensors) {
    std::array<stored_share, tensor_roles> by_role{};
    std::array<bool, tensor_roles> seen{};
    bool gate_seen = false;
    layer_kinds const kinds = kinds_of(tensors);
    tensors.for_each([&](listed_tensor const& t) {
        if (t.group == tensor_group::mtp || t.group == tensor_group::vision || t.elements == 0) {
            return;
        }
        type_row const* type = nullptr;
        for (type_row const& row : types) {
            type = row.name == t.type ? &row : type;
        }
        for_each_role(t.name, kinds, [&](tensor_role role) {
            auto const i = static_cast<std::size_t>(role);
            stored_share const one{reckon::detail::multiply(t.bytes, count{8}), t.elements, type,
                                   std::uint32_t{1} << i};
            by_role[i] = seen[i] ? merged(by_role[i], one) : one;
            seen[i] = true;
            gate_seen = gate_seen || role == tensor_role::ffn_gate;
        });
    });
    // Without a gate of its own, a gated block keeps it in the upper half of 'up' (Phi-3).
    if (auto const up = static_cast<std::size_t>(tensor_role::ffn_up); !gate_seen && seen[up]) {
        by_role[up].roles |= std::uint32_t{1} << static_cast<int>(tensor_role::ffn_gate);
    }
    std::vector<stored_share> shares;
    for (std::size_t i = 0; i < by_role.size(); ++i) {
        if (!seen[i]) { continue; }
        auto const same = std::find_if(shares.begin(), shares.end(), [&](stored_share const& s) {
            return s.type != nullptr && s.type == by_role[i].type;
        });
        if (same == shares.end()) {
            shares.push_back(by_role[i]);
        } else {
            *same = merged(*same, by_role[i]);
        }
    }
    return shares;
}

/// Each role as its tensors are stored.
[[nodiscard]] inline recipe recipe_of_tensors(tensor_list const& tensors, std::string_view name) {
    std::vector<stored_share> shares = shares_of(tensors);
    auto const larger = [](stored_share const& a, stored_share const& b) {
        return a.bits != b.bits ? a.bits > b.bits : a.roles < b.roles;
    };
    std::sort(shares.begin(), shares.end(), larger);
    while (shares.size() > recipe::formats) { // the two smallest become one; the sum stays exact
        stored_share const last = shares.back();
        shares.pop_back();
        shares.back() = merged(shares.back(), last);
        std::sort(shares.begin(), shares.end(), larger);
    }
    recipe found{};
    found.name = precision_name(name);
    for (stored_share const& share : shares) {
        auto const entry = static_cast<std::uint8_t>(found.palette.size());
        found.palette.push_back(format_of(share));
        for (int role = 0; role < tensor_roles; ++role) {
            if ((share.roles >> role & 1U) != 0) { found.choice[role] = entry; }
        }
    }
    if (found.palette.empty()) { found.palette.push_back(any_precision(reckon::gguf::f32)); }
    return found;
}

/// Elements and bytes of the tensors that a model's laws count: not its prediction modules, nor position
/// tables.
[[nodiscard]] inline tensor_amount modelled(tensor_list const& tensors) {
    tensor_amount sum{};
    tensors.for_each([&sum](listed_tensor const& t) {
        bool const counted =
            t.group != tensor_group::mtp && t.group != tensor_group::vision && !is_table(t.name);
        if (counted) { sum.add(is_routing_table(t.name) ? 0 : t.elements, t.bytes); }
    });
    return sum;
}

/// The recipe of the file: its file type's, where that gives the same bytes, else the tensors' own.
[[nodiscard]] inline recipe published_recipe(any_model const& m, tensor_list const& tensors,
                                             count file_type) {
    std::string_view const name = file_type_name(file_type);
    if (!name.empty()) {
        auto const rule = gguf_recipe_for(m, name);
        if (rule) {
            double const difference = in_bytes(weights_of(m, *rule).total()) -
                                      static_cast<double>(modelled(tensors).bytes);
            if (difference > -0.5 && difference < 0.5) { return *rule; }
        }
    }
    return recipe_of_tensors(tensors, name.empty() ? std::string_view("GGUF mixture") : name);
}

} // namespace reckon::inline v0::io::gguf
