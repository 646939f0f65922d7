// SPDX-License-Identifier: MIT
// The GGUF file that llama.cpp would write of a model: its keys, its names of tensors, and for each
// tensor the type that a recipe gives it.
#pragma once

#include "support/gguf_writer.hpp"

#include <reckon/model/gguf_facts.hpp>
#include <reckon/model/model_spec.hpp>
#include <reckon/units/makers.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace reckon::test {

struct gguf_options {
    std::string_view architecture{"llama"};
    count file_type{-1};
    bool fused_qkv{false};    // Falcon, GPT-2, Phi-3
    bool fused_gate{false};   // Phi-3
    bool latent_split{true};  // attn_k_b and attn_v_b instead of attn_kv_b
    bool post_norm{false};    // the second norm is called post_attention_norm
    count vocabulary_text{0}; // tokens of this many to put into the metadata
};

class gguf_of_model {
public:
    gguf_of_model(any_model const& m, recipe const& r, gguf_options const& o)
        : model_(m), recipe_(r), options_(o) {
        write_metadata();
        write_outside();
        for (count i = 0; i < layer_count(model_); ++i) {
            for (any_layers const& group : model_.groups.list) {
                if (group.at.contains(i)) { write_layer(i, group); }
            }
        }
    }
    [[nodiscard]] gguf_writer& writer() noexcept { return out_; }

private:
    [[nodiscard]] std::string key(std::string_view name) const {
        return std::string(options_.architecture) + "." + std::string(name);
    }
    void put(std::string_view name, count value) {
        out_.u32(key(name), static_cast<std::uint32_t>(value));
    }

    // The type of `role` in layer i, for rows of `columns`.
    [[nodiscard]] std::string type(tensor_role role, count i, count columns) const {
        std::uint8_t entry = recipe_.choice[static_cast<int>(role)];
        for (recipe_exception const& e : recipe_.exceptions) {
            if (e.role == role && gguf_facts_of(model_).group >= e.min_group &&
                e.layers.chooses(i, layer_count(model_))) {
                entry = e.format;
                break;
            }
        }
        any_precision const& wanted = recipe_.palette[entry];
        bool const whole = columns % wanted.payload_elements == 0;
        return std::string((whole ? wanted : recipe_.palette[recipe_.ragged[entry]]).name.view());
    }
    void matrix(count i, std::string_view name, tensor_role role, count columns, count rows,
                count copies = 0) {
        std::vector<count> shape{columns, rows};
        if (copies > 0) { shape.push_back(copies); }
        out_.tensor("blk." + std::to_string(i) + "." + std::string(name) + ".weight",
                    type(role, i, columns), shape);
    }
    void vector(count i, std::string_view name, count length) {
        out_.tensor("blk." + std::to_string(i) + "." + std::string(name), "F32", {length});
    }

    void write_metadata() {
        any_layers const& first = model_.groups.list[0];
        out_.text("general.architecture", options_.architecture)
            .text("general.name", model_.name.view());
        if (options_.file_type >= 0) {
            out_.u32("general.file_type", static_cast<std::uint32_t>(options_.file_type));
        }
        put("block_count", layer_count(model_));
        put("embedding_length", model_.hidden);
        if (model_.max_context.known()) {
            put("context_length", static_cast<count>(in_tokens(model_.max_context.value())));
        }
        put("attention.head_count", first.attention.query_heads);
        count dense_layers = 0;
        for (any_layers const& group : model_.groups.list) {
            if (auto const* window = std::get_if<windowed<gqa>>(&group.attention.family)) {
                put("attention.sliding_window", window->window);
            }
            if (auto const* dense = std::get_if<gated>(&group.feed_forward.family)) {
                if (dense_layers == 0) { put("feed_forward_length", dense->intermediate); }
                dense_layers += group.at.size();
            }
            if (auto const* plain = std::get_if<plain_ffn>(&group.feed_forward.family)) {
                put("feed_forward_length", plain->intermediate);
            }
            if (auto const* experts = std::get_if<moe>(&group.feed_forward.family)) {
                if (experts_written_) { continue; }
                experts_written_ = true;
                put("expert_count", experts->routed);
                put("expert_used_count", experts->per_token);
                put("expert_feed_forward_length", experts->intermediate);
                if (dense_layers > 0) { put("leading_dense_block_count", dense_layers); }
            }
        }
        if (auto const* latent = std::get_if<mla>(&first.attention.family)) {
            put("attention.head_count_kv", 1);
            if (latent->q_lora_rank > 0) { put("attention.q_lora_rank", latent->q_lora_rank); }
            put("attention.kv_lora_rank", latent->kv_lora_rank);
            put("attention.key_length", options_.latent_split
                                            ? latent->kv_lora_rank + latent->qk_rope_dim
                                            : latent->qk_nope_dim + latent->qk_rope_dim);
            put("attention.value_length",
                options_.latent_split ? latent->kv_lora_rank : latent->v_dim);
            if (options_.latent_split) {
                put("attention.key_length_mla", latent->qk_nope_dim + latent->qk_rope_dim);
                put("attention.value_length_mla", latent->v_dim);
            }
            put("rope.dimension_count", latent->qk_rope_dim);
        } else {
            gqa const a = heads_of(first);
            put("attention.head_count_kv", a.kv_heads);
            put("attention.key_length", a.head_dim);
            put("attention.value_length", a.value_width());
        }
        if (options_.vocabulary_text > 0) {
            out_.texts("tokenizer.ggml.tokens", options_.vocabulary_text, "token");
        }
    }
    [[nodiscard]] static gqa heads_of(any_layers const& group) {
        if (auto const* window = std::get_if<windowed<gqa>>(&group.attention.family)) {
            return window->inner;
        }
        return std::get<gqa>(group.attention.family);
    }

    void write_outside() {
        count const h = model_.hidden;
        out_.tensor("token_embd.weight", type(tensor_role::embedding, 0, h),
                    {h, model_.vocabulary});
        if (model_.embedding_norm) {
            out_.tensor("token_embd_norm.weight", "F32", {h})
                .tensor("token_embd_norm.bias", "F32", {h});
        }
        if (model_.learned_positions > 0) {
            out_.tensor("position_embd.weight", type(tensor_role::embedding, 0, h),
                        {h, model_.learned_positions});
        }
        out_.tensor("output_norm.weight", "F32", {h});
        if (model_.final_norm_bias) { out_.tensor("output_norm.bias", "F32", {h}); }
        if (!model_.tied_embeddings) {
            out_.tensor("output.weight", type(tensor_role::head, 0, h), {h, model_.vocabulary});
        }
        out_.tensor("rope_freqs.weight", "F32", {64});
    }
    void write_layer(count i, any_layers const& group) {
        count const h = model_.hidden;
        std::string_view const two[] = {"attn_norm",
                                        options_.post_norm ? "post_attention_norm" : "ffn_norm"};
        std::string_view const four[] = {"attn_norm", "post_attention_norm", "ffn_norm",
                                         "post_ffw_norm"};
        for (count n = 0; n < group.norms.per_layer; ++n) {
            std::string const name(group.norms.per_layer > 2 ? four[n] : two[n]);
            vector(i, name + ".weight", h);
            if (group.norms.bias) { vector(i, name + ".bias", h); }
        }
        if (auto const* latent = std::get_if<mla>(&group.attention.family)) {
            write_latent(i, *latent);
        } else {
            write_heads(i, heads_of(group));
        }
        write_feed_forward(i, group);
    }
    void write_heads(count i, gqa const& a) {
        using enum tensor_role;
        count const h = model_.hidden;
        count const q = a.query_heads * a.head_dim;
        count const k = a.kv_heads * a.head_dim;
        count const v = a.kv_heads * a.value_width();
        if (options_.fused_qkv) {
            matrix(i, "attn_qkv", attention_q, h, q + k + v);
            if (a.qkv_bias) { vector(i, "attn_qkv.bias", q + k + v); }
        } else {
            matrix(i, "attn_q", attention_q, h, q);
            matrix(i, "attn_k", attention_k, h, k);
            matrix(i, "attn_v", attention_v, h, v);
            if (a.qkv_bias) {
                vector(i, "attn_q.bias", q);
                vector(i, "attn_k.bias", k);
                vector(i, "attn_v.bias", v);
            }
        }
        matrix(i, "attn_output", attention_output, a.query_heads * a.value_width(), h);
        if (a.output_bias) { vector(i, "attn_output.bias", h); }
        if (a.query_key_norm != qk_norm::none) {
            bool const each = a.query_key_norm == qk_norm::per_head;
            vector(i, "attn_q_norm.weight", each ? a.head_dim : q);
            vector(i, "attn_k_norm.weight", each ? a.head_dim : k);
        }
        if (a.sinks) { vector(i, "attn_sinks.weight", a.query_heads); }
    }
    void write_latent(count i, mla const& a) {
        using enum tensor_role;
        count const h = model_.hidden;
        count const width = a.query_heads * (a.qk_nope_dim + a.qk_rope_dim);
        if (a.q_lora_rank > 0) {
            matrix(i, "attn_q_a", latent_down, h, a.q_lora_rank);
            vector(i, "attn_q_a_norm.weight", a.q_lora_rank);
            matrix(i, "attn_q_b", latent_up_q, a.q_lora_rank, width);
        } else {
            matrix(i, "attn_q", latent_up_q, h, width);
        }
        matrix(i, "attn_kv_a_mqa", latent_down, h, a.kv_lora_rank + a.qk_rope_dim);
        vector(i, "attn_kv_a_norm.weight", a.kv_lora_rank);
        if (options_
                .latent_split) { // as llama.cpp stores it: keys turned, so that rows are qk_nope long
            matrix(i, "attn_k_b", latent_up_kv, a.qk_nope_dim, a.kv_lora_rank, a.query_heads);
            matrix(i, "attn_v_b", latent_up_kv, a.kv_lora_rank, a.v_dim, a.query_heads);
        } else {
            matrix(i, "attn_kv_b", latent_up_kv, a.kv_lora_rank,
                   a.query_heads * (a.qk_nope_dim + a.v_dim));
        }
        matrix(i, "attn_output", attention_output, a.query_heads * a.v_dim, h);
    }
    void write_feed_forward(count i, any_layers const& group) {
        using enum tensor_role;
        count const h = model_.hidden;
        if (auto const* dense = std::get_if<gated>(&group.feed_forward.family)) {
            if (!options_.fused_gate) { matrix(i, "ffn_gate", ffn_gate, h, dense->intermediate); }
            matrix(i, "ffn_up", ffn_up, h, dense->intermediate * (options_.fused_gate ? 2 : 1));
            matrix(i, "ffn_down", ffn_down, dense->intermediate, h);
        }
        if (auto const* plain = std::get_if<plain_ffn>(&group.feed_forward.family)) {
            matrix(i, "ffn_up", ffn_up, h, plain->intermediate);
            matrix(i, "ffn_down", ffn_down, plain->intermediate, h);
            if (plain->biases) {
                vector(i, "ffn_up.bias", plain->intermediate);
                vector(i, "ffn_down.bias", h);
            }
        }
        if (auto const* experts = std::get_if<moe>(&group.feed_forward.family)) {
            write_experts(i, *experts);
        }
    }
    void write_experts(count i, moe const& e) {
        using enum tensor_role;
        count const h = model_.hidden;
        matrix(i, "ffn_gate_inp", router, h, e.routed);
        if (e.score_correction) { vector(i, "exp_probs_b.bias", e.routed); }
        matrix(i, "ffn_gate_exps", expert_gate, h, e.intermediate, e.routed);
        matrix(i, "ffn_up_exps", expert_up, h, e.intermediate, e.routed);
        matrix(i, "ffn_down_exps", expert_down, e.intermediate, h, e.routed);
        if (e.shared_intermediate > 0) {
            matrix(i, "ffn_gate_shexp", shared_gate, h, e.shared_intermediate);
            matrix(i, "ffn_up_shexp", shared_up, h, e.shared_intermediate);
            matrix(i, "ffn_down_shexp", shared_down, e.shared_intermediate, h);
        }
        if (e.gated_shared) { vector(i, "ffn_gate_inp_shexp.weight", h); }
        if (e.biases) {
            vector(i, "ffn_gate_inp.bias", e.routed);
            out_.tensor("blk." + std::to_string(i) + ".ffn_gate_exps.bias", "F32",
                        {e.intermediate, e.routed});
            out_.tensor("blk." + std::to_string(i) + ".ffn_up_exps.bias", "F32",
                        {e.intermediate, e.routed});
            out_.tensor("blk." + std::to_string(i) + ".ffn_down_exps.bias", "F32", {h, e.routed});
        }
    }

    any_model model_;
    recipe recipe_;
    gguf_options options_;
    gguf_writer out_{};
    bool experts_written_{false};
};

} // namespace reckon::test
