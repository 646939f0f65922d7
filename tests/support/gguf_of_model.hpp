// SPDX-License-Identifier: MIT
// The GGUF file that llama.cpp would write of a model: its keys, its names of tensors, and for each
// tensor the type that a recipe gives it.
//
// Source: ggml-org/llama.cpp src/models/*.cpp (load_arch_tensors), gguf-py/gguf/constants.py.
#pragma once

#include "support/gguf_metadata_of_model.hpp"

#include <reckon/model/gguf_facts.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace reckon::test {

class gguf_of_model : public gguf_metadata_of_model {
public:
    gguf_of_model(any_model const& m, recipe const& r, gguf_options const& o)
        : gguf_metadata_of_model(m, o), recipe_(r) {
        write_outside();
        for (count i = 0; i < layer_count(model_); ++i) {
            for (any_layers const& group : model_.groups.list) {
                if (group.at.contains(i)) { write_layer(i, group); }
            }
        }
    }

private:
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

    void write_outside() {
        count const h = model_.hidden;
        out_.tensor("token_embd.weight", type(tensor_role::embedding, 0, h),
                    {h, model_.vocabulary});
        if (model_.embedding_norm) {
            out_.tensor("token_embd_norm.weight", "F32", {h})
                .tensor("token_embd_norm.bias", "F32", {h});
        }
        if (model_.learned_positions > 0) {
            count const kinds = is_encoder() ? 2 : 0; // of tokens, beside the positions
            out_.tensor("position_embd.weight", type(tensor_role::embedding, 0, h),
                        {h, model_.learned_positions - kinds});
            if (kinds > 0) {
                out_.tensor("token_types.weight", type(tensor_role::embedding, 0, h), {h, kinds});
            }
        }
        if (is_encoder()) { // the norm outside of the layers is that of the embedding
            out_.tensor("token_embd_norm.weight", "F32", {h})
                .tensor("token_embd_norm.bias", "F32", {h});
        } else {
            out_.tensor("output_norm.weight", "F32", {h});
            if (model_.final_norm_bias) { out_.tensor("output_norm.bias", "F32", {h}); }
        }
        if (model_.head_bias) { out_.tensor("output.bias", "F32", {model_.vocabulary}); }
        auto const* const embedded =
            reckon::get_if<embedding_gated>(&model_.groups.list[0].feed_forward.family);
        if (embedded != nullptr) { write_layer_embeddings(*embedded); }
        for (side_part const& part : model_.sides) {
            if (part.kind != side_kind::hyper_head || embedded != nullptr) { continue; }
            count const streams = once_["hyper_connection.count"];
            out_.tensor("output_hc_fn.weight", "F32", {streams * h, streams})
                .tensor("output_hc_base.weight", "F32", {streams})
                .tensor("output_hc_scale.weight", "F32", {1});
        }
        if (!model_.tied_embeddings) {
            out_.tensor("output.weight", type(tensor_role::head, 0, h), {h, model_.vocabulary});
        }
        out_.tensor("rope_freqs.weight", "F32", {64});
    }
    // Gemma 3n, Gemma 4 E2B and E4B: the table of all layers in one, and what makes residual streams.
    void write_layer_embeddings(embedding_gated const& e) {
        count const h = model_.hidden;
        count const width = e.embedding_dim * layer_count(model_);
        for (side_part const& part : model_.sides) {
            if (part.kind == side_kind::layer_embeddings) {
                out_.tensor("per_layer_token_embd.weight", type(tensor_role::embedding, 0, width),
                            {width, (part.values - e.embedding_dim) / width});
                out_.tensor("per_layer_proj_norm.weight", "F32", {e.embedding_dim});
            }
            if (part.kind == side_kind::hyper_head) {
                count const rest = part.values / (2 * h * h);
                out_.tensor("altup_proj.weight", "F16", {h, h, rest})
                    .tensor("altup_unembd_proj.weight", "F16", {h, h, rest});
            }
        }
        out_.tensor("per_layer_model_proj.weight", type(tensor_role::ffn_up, 0, h), {h, width});
    }
    void write_layer(count i, any_layers const& group) {
        std::string_view const after = options_.post_norm ? "post_attention_norm" : "ffn_norm";
        std::string_view const names[] = {is_encoder() ? "attn_output_norm" : "attn_norm",
                                          is_encoder() ? "layer_output_norm" : after,
                                          options_.post_norm ? "ffn_norm" : "post_attention_norm",
                                          "post_ffw_norm",
                                          "pre_ffw_norm_2",
                                          "post_ffw_norm_1",
                                          "post_ffw_norm_2"};
        for (count n = 0; n < group.norms.per_layer; ++n) {
            std::string const name(names[n]);
            vector(i, name + ".weight", model_.hidden);
            if (group.norms.bias) { vector(i, name + ".bias", model_.hidden); }
        }
        if (group.norms.scalars > 0) {
            vector(i, "layer_output_scale.weight", group.norms.scalars);
        }
        group.attention.family.visit([&](auto const& a) { write_mixer(i, a); });
        write_feed_forward(i, group);
    }
    [[nodiscard]] bool is_encoder() const {
        return reckon::holds<encoder<gqa>>(model_.groups.list[0].attention.family);
    }
    // F32, whatever the mixture: convolutions, time steps, hyper-connections.
    void plain(count i, std::string_view name, std::vector<count> const& shape) {
        out_.tensor("blk." + std::to_string(i) + "." + std::string(name), "F32", shape);
    }
    void plain_i32(count i, std::string_view name, std::vector<count> const& shape) {
        out_.tensor("blk." + std::to_string(i) + "." + std::string(name), "I32", shape);
    }
    void write_mixer(count, no_attention const&) {}
    void write_mixer(count i, gqa const& a) { write_heads(i, a); }
    void write_mixer(count i, windowed<gqa> const& a) { write_heads(i, a.inner); }
    void write_mixer(count i, encoder<gqa> const& a) { write_heads(i, a.inner); }
    void write_mixer(count i, mla const& a) { write_latent(i, a); }
    void write_mixer(count i, selected<mla> const& a) { write_latent(i, a.inner); }
    void write_mixer(count i, indexed<mla> const& a) {
        using enum tensor_role;
        write_latent(i, a.inner);
        matrix(i, "indexer.attn_q_b", indexer, a.query_width, a.index_heads * a.index_dim);
        matrix(i, "indexer.attn_k", indexer, model_.hidden, a.index_dim);
        vector(i, "indexer.k_norm.weight", a.index_dim);
        vector(i, "indexer.k_norm.bias", a.index_dim);
        plain(i, "indexer.proj.weight", {model_.hidden, a.index_heads});
    }
    void write_mixer(count i, indexed<gqa> const& a) {
        using enum tensor_role;
        write_heads(i, a.inner);
        matrix(i, "indexer.q_proj", indexer, a.query_width, a.index_heads * a.index_dim);
        matrix(i, "indexer.k_proj", indexer, model_.hidden, a.index_dim);
        vector(i, "indexer.q_norm.weight", a.index_dim);
        vector(i, "indexer.k_norm.weight", a.index_dim);
    }
    void write_mixer(count i, hyper_connected<compressed_attention> const& connected) {
        using enum tensor_role;
        compressed_attention const& a = connected.inner;
        count const h = model_.hidden;
        matrix(i, "attn_q_a", latent_down, h, a.q_lora_rank);
        vector(i, "attn_q_a_norm.weight", a.q_lora_rank);
        matrix(i, "attn_q_b", latent_up_q, a.q_lora_rank, a.query_heads * a.head_dim);
        matrix(i, "attn_kv", latent_down, h, a.head_dim);
        vector(i, "attn_kv_a_norm.weight", a.head_dim);
        matrix(i, "attn_output_a", attention_output, a.query_heads * a.head_dim / a.o_groups,
               a.o_groups * a.o_lora_rank);
        matrix(i, "attn_output_b", attention_output, a.o_groups * a.o_lora_rank, h);
        vector(i, "attn_sinks.weight", a.query_heads);
        count const s = connected.streams;
        for (std::string const block : {"hc_attn", "hc_ffn"}) {
            plain(i, block + "_fn.weight", {s * h, (2 + s) * s});
            plain(i, block + "_base.weight", {(2 + s) * s});
            plain(i, block + "_scale.weight", {3});
        }
        if (a.ratio == 0) { return; }
        auto const compress = [&](std::string const& name, count width) {
            matrix(i, name + "_kv", compressor, h, a.halves() * width);
            matrix(i, name + "_gate", compressor, h, a.halves() * width);
            plain(i, name + "_ape.weight", {a.halves() * width, a.ratio});
            vector(i, name + "_norm.weight", width);
        };
        compress("attn_compressor", a.head_dim);
        if (a.index_heads == 0) { return; }
        compress("indexer_compressor", a.index_dim);
        matrix(i, "indexer.attn_q_b", indexer, a.q_lora_rank, a.index_heads * a.index_dim);
        plain(i, "indexer.proj.weight", {h, a.index_heads});
    }
    void write_mixer(count i, gated_delta_net const& a) {
        using enum tensor_role;
        count const h = model_.hidden;
        matrix(i, "attn_qkv", mixer_in, h, a.convolved());
        matrix(i, "attn_gate", mixer_in, h, a.values());
        if (options_.split_beta) { // Qwen3.5
            plain(i, "ssm_alpha.weight", {h, a.value_heads});
            plain(i, "ssm_beta.weight", {h, a.value_heads});
        } else {
            plain(i, "ssm_ba.weight", {h, 2 * a.value_heads});
        }
        plain(i, "ssm_conv1d.weight", {a.taps, a.convolved()});
        vector(i, "ssm_dt.bias", a.value_heads);
        vector(i, "ssm_a", a.value_heads);
        vector(i, "ssm_norm.weight", a.value_dim);
        matrix(i, "ssm_out", mixer_out, a.values(), h);
    }
    void write_mixer(count i, short_convolution const& a) {
        using enum tensor_role;
        matrix(i, "shortconv.in_proj", mixer_in, model_.hidden, 3 * a.width);
        plain(i, "shortconv.conv.weight", {a.taps, a.width});
        matrix(i, "shortconv.out_proj", mixer_out, a.width, model_.hidden);
    }
    void write_mixer(count i, kimi_delta const& a) {
        using enum tensor_role;
        count const h = model_.hidden;
        for (std::string const part : {"q", "k", "v"}) {
            matrix(i, "attn_" + part, mixer_in, h, a.width());
            plain(i, "ssm_conv1d_" + part + ".weight", {a.taps, 1, a.width()});
        }
        matrix(i, "ssm_f_a", mixer_in, h, a.head_dim);
        matrix(i, "ssm_f_b", mixer_in, a.head_dim, a.width());
        if (a.full_rank_gate) {
            matrix(i, "attn_gate", mixer_in, h, a.width());
        } else {
            matrix(i, "ssm_g_a", mixer_in, h, a.head_dim);
            matrix(i, "ssm_g_b", mixer_in, a.head_dim, a.width());
        }
        plain(i, "ssm_beta.weight", {h, a.query_heads});
        plain(i, "ssm_a", {1, a.query_heads});
        vector(i, "ssm_dt.bias", a.width());
        vector(i, "ssm_norm.weight", a.head_dim);
        matrix(i, "attn_output", mixer_out, a.width(), h);
    }
    template <class A> void write_mixer(count, A const&) {} // families that no file is known of
    void write_mixer(count i, mamba const& a) {
        using enum tensor_role;
        matrix(i, "ssm_in", mixer_in, model_.hidden, 2 * a.inner);
        plain(i, "ssm_conv1d.weight", {a.taps, a.inner});
        vector(i, "ssm_conv1d.bias", a.inner);
        matrix(i, "ssm_x", mixer_in, a.inner, a.time_rank + 2 * a.state);
        matrix(i, "ssm_dt", mixer_in, a.time_rank, a.inner);
        vector(i, "ssm_dt.bias", a.inner);
        plain(i, "ssm_a", {a.state, a.inner});
        vector(i, "ssm_d", a.inner);
        vector(i, "ssm_dt_norm.weight", a.time_rank);
        vector(i, "ssm_b_norm.weight", a.state);
        vector(i, "ssm_c_norm.weight", a.state);
        matrix(i, "ssm_out", mixer_out, a.inner, model_.hidden);
    }
    void write_mixer(count i, mamba2 const& a) {
        using enum tensor_role;
        count const shared = a.shared_between_heads();
        matrix(i, "ssm_in", mixer_in, model_.hidden, 2 * a.inner() + shared + a.query_heads);
        plain(i, "ssm_conv1d.weight", {a.taps, a.inner() + shared});
        vector(i, "ssm_conv1d.bias", a.inner() + shared);
        vector(i, "ssm_dt.bias", a.query_heads);
        plain(i, "ssm_a", {1, a.query_heads});
        plain(i, "ssm_d", {1, a.query_heads});
        plain(i, "ssm_norm.weight", {a.inner() / a.groups, a.groups});
        matrix(i, "ssm_out", mixer_out, a.inner(), model_.hidden);
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
            matrix(i, "attn_q", attention_q, h, a.output_gate ? 2 * q : q);
            if (!a.borrowed_keys) { matrix(i, "attn_k", attention_k, h, k); }
            if (!a.borrowed_keys && !a.keys_as_values) { matrix(i, "attn_v", attention_v, h, v); }
            if (a.head_gate) { plain(i, "attn_gate.weight", {h, a.query_heads}); }
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
            if (!a.borrowed_keys) { vector(i, "attn_k_norm.weight", each ? a.head_dim : k); }
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
        if (a.output_gate) { matrix(i, "attn_gate", attention_q, h, a.query_heads * a.v_dim); }
    }
    void write_feed_forward(count i, any_layers const& group) {
        using enum tensor_role;
        count const h = model_.hidden;
        if (auto const* dense = reckon::get_if<gated>(&group.feed_forward.family)) {
            if (!options_.fused_gate) { matrix(i, "ffn_gate", ffn_gate, h, dense->intermediate); }
            matrix(i, "ffn_up", ffn_up, h, dense->intermediate * (options_.fused_gate ? 2 : 1));
            matrix(i, "ffn_down", ffn_down, dense->intermediate, h);
        }
        if (auto const* plain = reckon::get_if<plain_ffn>(&group.feed_forward.family)) {
            matrix(i, "ffn_up", ffn_up, h, plain->intermediate);
            matrix(i, "ffn_down", ffn_down, plain->intermediate, h);
            if (plain->biases) {
                vector(i, "ffn_up.bias", plain->intermediate);
                vector(i, "ffn_down.bias", h);
            }
        }
        if (auto const* own = reckon::get_if<embedding_gated>(&group.feed_forward.family)) {
            write_embedded(i, *own);
        }
        if (auto const* experts = reckon::get_if<moe>(&group.feed_forward.family)) {
            write_experts(i, *experts);
        }
    }
    void write_embedded(count i, embedding_gated const& e) { // Gemma 3n, Gemma 4 E2B and E4B
        using enum tensor_role;
        count const h = model_.hidden;
        matrix(i, "ffn_gate", ffn_gate, h, e.intermediate);
        matrix(i, "ffn_up", ffn_up, h, e.intermediate);
        matrix(i, "ffn_down", ffn_down, e.intermediate, h);
        matrix(i, "inp_gate", ffn_gate, h, e.embedding_dim);
        matrix(i, "proj", ffn_down, e.embedding_dim, h);
        vector(i, "post_norm.weight", h);
        if (e.laurel_rank > 0) {
            matrix(i, "laurel_l", ffn_up, h, e.laurel_rank);
            matrix(i, "laurel_r", ffn_down, e.laurel_rank, h);
            vector(i, "laurel_post_norm.weight", h);
        }
        if (e.streams > 0) {
            plain(i, "altup_router.weight", {h, e.streams});
            plain(i, "altup_correct_coef.weight", {e.streams, e.streams});
            plain(i, "altup_predict_coef.weight", {e.streams, e.streams * e.streams});
            vector(i, "altup_correct_scale.weight", h);
            vector(i, "altup_router_norm.weight", h);
        }
    }
    void write_experts(count i, moe const& e) {
        using enum tensor_role;
        count const h = model_.hidden;
        matrix(i, "ffn_gate_inp", router, h, e.routed);
        if (e.score_correction) { vector(i, "exp_probs_b.bias", e.routed); }
        count const inside = e.latent > 0 ? e.latent : h;
        if (e.gated_experts && options_.fused_experts) {
            matrix(i, "ffn_gate_up_exps", expert_gate, inside, 2 * e.intermediate, e.routed);
        } else {
            if (e.gated_experts) {
                matrix(i, "ffn_gate_exps", expert_gate, inside, e.intermediate, e.routed);
            }
            matrix(i, "ffn_up_exps", expert_up, inside, e.intermediate, e.routed);
        }
        matrix(i, "ffn_down_exps", expert_down, e.intermediate, inside, e.routed);
        if (e.latent > 0) {
            matrix(i, "ffn_latent_down", shared_up, h, e.latent);
            matrix(i, "ffn_latent_up", shared_down, e.latent, h);
            if (e.latent_norm) { vector(i, "ffn_norm_exps.weight", e.latent); }
        }
        std::string const shared = e.router_scale ? "" : "_shexp";
        if (e.shared_intermediate > 0) {
            if (e.gated_experts) {
                matrix(i, "ffn_gate" + shared, shared_gate, h, e.shared_intermediate);
            }
            matrix(i, "ffn_up" + shared, shared_up, h, e.shared_intermediate);
            matrix(i, "ffn_down" + shared, shared_down, e.shared_intermediate, h);
        }
        if (e.router_scale) {
            vector(i, "ffn_gate_inp.scale", h);
            vector(i, "ffn_down_exps.scale", e.routed);
        }
        for (side_part const& part : model_.sides) {
            bool const by_token = part.kind == side_kind::routing_table && !e.score_correction;
            if (by_token) {
                plain_i32(i, "ffn_gate_tid2eid.weight", {e.per_token, model_.vocabulary});
            }
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

    recipe recipe_;
};

} // namespace reckon::test
