// SPDX-License-Identifier: MIT
#include "live/llama_cpp/model_file.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

namespace reckon::live {
namespace {

using test::gguf_kind;
using test::gguf_writer;

class file_writer {
public:
    file_writer(any_model const& m, std::string_view architecture, recipe const& r)
        : model_(m), architecture_(architecture), recipe_(r) {}

    gguf_writer write() {
        metadata();
        outside();
        for (count i = 0; i < layer_count(model_); ++i) {
            layer(i, group_of(i));
        }
        return out_;
    }

private:
    [[nodiscard]] any_layers const& group_of(count i) const {
        for (any_layers const& group : model_.groups.list) {
            if (group.at.contains(i)) { return group; }
        }
        return model_.groups.list[0];
    }
    [[nodiscard]] static gqa const* heads_of(any_layers const& group) {
        if (auto const* window = reckon::get_if<windowed<gqa>>(&group.attention.family)) {
            return &window->inner;
        }
        return reckon::get_if<gqa>(&group.attention.family);
    }
    template <class Family> [[nodiscard]] Family const* mixer() const {
        for (any_layers const& group : model_.groups.list) {
            if (auto const* found = reckon::get_if<Family>(&group.attention.family)) {
                return found;
            }
        }
        return nullptr;
    }
    template <class Family> [[nodiscard]] Family const* block() const {
        for (any_layers const& group : model_.groups.list) {
            if (auto const* found = reckon::get_if<Family>(&group.feed_forward.family)) {
                return found;
            }
        }
        return nullptr;
    }
    [[nodiscard]] gqa const* any_heads() const {
        for (any_layers const& group : model_.groups.list) {
            if (auto const* heads = heads_of(group)) { return heads; }
        }
        return nullptr;
    }
    [[nodiscard]] bool is(std::string_view name) const { return architecture_ == name; }

    // ---- keys ----------------------------------------------------------------------------------
    [[nodiscard]] std::string key(std::string_view name) const {
        return std::string(architecture_) + "." + std::string(name);
    }
    void put(std::string_view name, count value) {
        out_.u32(key(name), static_cast<std::uint32_t>(value));
    }
    void put_real(std::string_view name, float value) {
        out_.scalar(key(name), gguf_kind::f32, std::bit_cast<std::uint32_t>(value), 4);
    }
    void put_flag(std::string_view name, bool value) {
        out_.scalar(key(name), gguf_kind::boolean, value ? 1 : 0, 1);
    }
    template <class Of> void put_layers(std::string_view name, Of of) {
        std::vector<std::uint64_t> values;
        for (count i = 0; i < layer_count(model_); ++i) {
            values.push_back(static_cast<std::uint64_t>(of(group_of(i))));
        }
        if (std::all_of(values.begin(), values.end(),
                        [&](std::uint64_t v) { return v == values[0]; })) {
            put(name, static_cast<count>(values[0]));
        } else {
            out_.numbers(key(name), gguf_kind::u32, values, 4);
        }
    }
    void metadata() {
        out_.text("general.architecture", architecture_)
            .text("general.name", model_.name.view())
            .text("tokenizer.ggml.model", "no_vocab");
        put("vocab_size", model_.vocabulary);
        put("block_count", layer_count(model_));
        put("embedding_length", model_.hidden);
        put("context_length", 1 << 20);
        put_real("attention.layer_norm_rms_epsilon", 1e-6F);
        put_real("attention.layer_norm_epsilon", 1e-6F);
        put_real("rope.freq_base", 1e6F);
        feed_forward_keys();
        if (gqa const* a = any_heads()) {
            put("attention.head_count", a->query_heads);
            if (is("qwen3next")) { // which layers attend is a rule of the architecture there
                put("attention.head_count_kv", a->kv_heads);
            } else {
                put_layers("attention.head_count_kv", [](any_layers const& group) {
                    gqa const* heads = heads_of(group);
                    return heads != nullptr ? heads->kv_heads : 0;
                });
            }
            put("attention.key_length", a->head_dim);
            put("attention.value_length", a->value_width());
            put("rope.dimension_count", is("qwen3next") ? a->head_dim / 4 : a->head_dim);
        }
        if (auto const* a = mixer<mla>()) { latent_keys(*a); }
        if (auto const* a = mixer<windowed<gqa>>()) {
            put("attention.sliding_window", a->window);
            if (is("gemma2")) {
                put_real("attn_logit_softcapping", 50);
                put_real("final_logit_softcapping", 30);
            }
        }
        state_keys();
    }
    void feed_forward_keys() {
        put_layers("feed_forward_length", [](any_layers const& group) -> count {
            if (auto const* f = reckon::get_if<gated>(&group.feed_forward.family)) {
                return f->intermediate;
            }
            if (auto const* f = reckon::get_if<plain_ffn>(&group.feed_forward.family)) {
                return f->intermediate;
            }
            if (auto const* f = reckon::get_if<moe>(&group.feed_forward.family)) {
                return f->intermediate;
            }
            return 0;
        });
        moe const* const e = block<moe>();
        if (e == nullptr) { return; }
        put("expert_count", e->routed);
        put("expert_used_count", e->per_token);
        put("expert_feed_forward_length", e->intermediate);
        if (e->shared_intermediate > 0) {
            put("expert_shared_feed_forward_length", e->shared_intermediate);
            put("expert_shared_count",
                std::max(count{1}, e->shared_intermediate / e->intermediate));
        }
        count leading = 0;
        while (reckon::get_if<gated>(&group_of(leading).feed_forward.family) != nullptr) {
            ++leading;
        }
        put("leading_dense_block_count", leading);
        put_real("expert_weights_scale", 1);
        put("expert_gating_func", e->score_correction ? 2 : 1);
    }
    void latent_keys(mla const& a) {
        put("attention.head_count", a.query_heads);
        put("attention.head_count_kv", 1);
        if (a.q_lora_rank > 0) { put("attention.q_lora_rank", a.q_lora_rank); }
        put("attention.kv_lora_rank", a.kv_lora_rank);
        put("attention.key_length", a.kv_lora_rank + a.qk_rope_dim);
        put("attention.value_length", a.kv_lora_rank);
        put("attention.key_length_mla", a.qk_nope_dim + a.qk_rope_dim);
        put("attention.value_length_mla", a.v_dim);
        put("rope.dimension_count", a.qk_rope_dim);
    }
    void state_keys() {
        if (auto const* s = mixer<mamba>()) {
            put("ssm.conv_kernel", s->taps);
            put("ssm.inner_size", s->inner);
            put("ssm.state_size", s->state);
            put("ssm.time_step_rank", s->time_rank);
            if (any_heads() == nullptr) { // Mamba alone has no heads
                put("attention.head_count", 0);
            }
        }
        if (auto const* s = mixer<mamba2>()) {
            put("ssm.conv_kernel", s->taps);
            put("ssm.inner_size", s->inner());
            put("ssm.state_size", s->state);
            put("ssm.time_step_rank", s->query_heads);
            put("ssm.group_count", s->groups);
        }
        if (auto const* s = mixer<gated_delta_net>()) {
            put("ssm.conv_kernel", s->taps);
            put("ssm.inner_size", s->values());
            put("ssm.state_size", s->key_dim);
            put("ssm.time_step_rank", s->value_heads);
            put("ssm.group_count", s->key_heads);
        }
        if (is("granitehybrid")) {
            for (auto const* name :
                 {"attention.scale", "embedding_scale", "residual_scale", "logit_scale"}) {
                put_real(name, 1);
            }
            put_flag("rope.scaling.finetuned", false);
        }
    }

    // ---- tensors -------------------------------------------------------------------------------
    [[nodiscard]] std::string type(tensor_role role, count columns) const {
        std::uint8_t const entry = recipe_.choice[static_cast<int>(role)];
        any_precision const& wanted = recipe_.palette[entry];
        bool const whole = columns % wanted.payload_elements == 0;
        return std::string((whole ? wanted : recipe_.palette[recipe_.ragged[entry]]).name.view());
    }
    void matrix(count i, std::string_view name, tensor_role role, count columns, count rows,
                count copies = 0) {
        std::vector<count> shape{columns, rows};
        if (copies > 0) { shape.push_back(copies); }
        out_.tensor("blk." + std::to_string(i) + "." + std::string(name) + ".weight",
                    type(role, columns), shape);
    }
    void small(count i, std::string_view name, std::vector<count> const& shape) {
        out_.tensor("blk." + std::to_string(i) + "." + std::string(name), "F32", shape);
    }
    void outside() {
        count const h = model_.hidden;
        out_.tensor("token_embd.weight", type(tensor_role::embedding, h), {h, model_.vocabulary});
        out_.tensor("output_norm.weight", "F32", {h});
        if (!model_.tied_embeddings) {
            out_.tensor("output.weight", type(tensor_role::head, h), {h, model_.vocabulary});
        }
    }
    void layer(count i, any_layers const& group) {
        count const h = model_.hidden;
        small(i, "attn_norm.weight", {h});
        if (group.norms.per_layer == 4) {
            small(i, "post_attention_norm.weight", {h});
            small(i, "ffn_norm.weight", {h});
            small(i, "post_ffw_norm.weight", {h});
        } else if (group.norms.per_layer == 2) {
            bool const post = is("gpt-oss") || is("qwen3next");
            small(i, post ? "post_attention_norm.weight" : "ffn_norm.weight", {h});
        }
        if (gqa const* a = heads_of(group)) { heads(i, *a); }
        if (auto const* a = reckon::get_if<mla>(&group.attention.family)) { latent(i, *a); }
        if (auto const* a = reckon::get_if<mamba>(&group.attention.family)) { state_space(i, *a); }
        if (auto const* a = reckon::get_if<mamba2>(&group.attention.family)) { state_space(i, *a); }
        if (auto const* a = reckon::get_if<gated_delta_net>(&group.attention.family)) {
            delta(i, *a);
        }
        if (auto const* f = reckon::get_if<gated>(&group.feed_forward.family)) {
            matrix(i, "ffn_gate", tensor_role::ffn_gate, h, f->intermediate);
            matrix(i, "ffn_up", tensor_role::ffn_up, h, f->intermediate);
            matrix(i, "ffn_down", tensor_role::ffn_down, f->intermediate, h);
        }
        if (auto const* f = reckon::get_if<plain_ffn>(&group.feed_forward.family)) {
            matrix(i, "ffn_up", tensor_role::ffn_up, h, f->intermediate);
            matrix(i, "ffn_down", tensor_role::ffn_down, f->intermediate, h);
        }
        if (auto const* f = reckon::get_if<moe>(&group.feed_forward.family)) { experts(i, *f); }
    }
    void heads(count i, gqa const& a) {
        using enum tensor_role;
        count const h = model_.hidden;
        count const q = a.query_heads * a.head_dim;
        count const k = a.kv_heads * a.head_dim;
        count const v = a.kv_heads * a.value_width();
        matrix(i, "attn_q", attention_q, h, a.output_gate ? 2 * q : q);
        matrix(i, "attn_k", attention_k, h, k);
        matrix(i, "attn_v", attention_v, h, v);
        matrix(i, "attn_output", attention_output, a.query_heads * a.value_width(), h);
        if (a.qkv_bias) {
            small(i, "attn_q.bias", {q});
            small(i, "attn_k.bias", {k});
            small(i, "attn_v.bias", {v});
        }
        if (a.output_bias) { small(i, "attn_output.bias", {h}); }
        if (a.query_key_norm == qk_norm::per_head) {
            small(i, "attn_q_norm.weight", {a.head_dim});
            small(i, "attn_k_norm.weight", {a.head_dim});
        }
        if (a.sinks) { small(i, "attn_sinks.weight", {a.query_heads}); }
    }
    void latent(count i, mla const& a) {
        using enum tensor_role;
        count const h = model_.hidden;
        count const width = a.query_heads * (a.qk_nope_dim + a.qk_rope_dim);
        if (a.q_lora_rank > 0) {
            matrix(i, "attn_q_a", latent_down, h, a.q_lora_rank);
            small(i, "attn_q_a_norm.weight", {a.q_lora_rank});
            matrix(i, "attn_q_b", latent_up_q, a.q_lora_rank, width);
        } else {
            matrix(i, "attn_q", latent_up_q, h, width);
        }
        matrix(i, "attn_kv_a_mqa", latent_down, h, a.kv_lora_rank + a.qk_rope_dim);
        small(i, "attn_kv_a_norm.weight", {a.kv_lora_rank});
        matrix(i, "attn_k_b", latent_up_kv, a.qk_nope_dim, a.kv_lora_rank, a.query_heads);
        matrix(i, "attn_v_b", latent_up_kv, a.kv_lora_rank, a.v_dim, a.query_heads);
        matrix(i, "attn_output", attention_output, a.query_heads * a.v_dim, h);
    }
    void state_space(count i, mamba const& s) {
        using enum tensor_role;
        count const h = model_.hidden;
        matrix(i, "ssm_in", mixer_in, h, 2 * s.inner);
        small(i, "ssm_conv1d.weight", {s.taps, s.inner});
        small(i, "ssm_conv1d.bias", {s.inner});
        matrix(i, "ssm_x", mixer_in, s.inner, s.time_rank + 2 * s.state);
        matrix(i, "ssm_dt", mixer_in, s.time_rank, s.inner);
        small(i, "ssm_dt.bias", {s.inner});
        if (is("jamba")) {
            small(i, "ssm_dt_norm.weight", {s.time_rank});
            small(i, "ssm_b_norm.weight", {s.state});
            small(i, "ssm_c_norm.weight", {s.state});
        }
        small(i, "ssm_a", {s.state, s.inner});
        small(i, "ssm_d", {s.inner});
        matrix(i, "ssm_out", mixer_out, s.inner, h);
    }
    void state_space(count i, mamba2 const& s) {
        using enum tensor_role;
        count const h = model_.hidden;
        count const convolved = s.inner() + 2 * s.groups * s.state;
        matrix(i, "ssm_in", mixer_in, h, s.inner() + convolved + s.query_heads);
        small(i, "ssm_conv1d.weight", {s.taps, convolved});
        small(i, "ssm_conv1d.bias", {convolved});
        small(i, "ssm_dt.bias", {s.query_heads});
        small(i, "ssm_a", {1, s.query_heads});
        small(i, "ssm_d", {1, s.query_heads});
        small(i, "ssm_norm.weight", {s.inner() / s.groups, s.groups});
        matrix(i, "ssm_out", mixer_out, s.inner(), h);
    }
    void delta(count i, gated_delta_net const& s) {
        using enum tensor_role;
        count const h = model_.hidden;
        matrix(i, "attn_qkv", mixer_in, h, s.convolved());
        matrix(i, "attn_gate", mixer_in, h, s.values());
        small(i, "ssm_conv1d.weight", {s.taps, s.convolved()});
        small(i, "ssm_dt.bias", {s.value_heads});
        small(i, "ssm_a", {s.value_heads});
        small(i, "ssm_ba.weight", {h, 2 * s.value_heads});
        small(i, "ssm_norm.weight", {s.value_dim});
        matrix(i, "ssm_out", mixer_out, s.values(), h);
    }
    void experts(count i, moe const& e) {
        using enum tensor_role;
        count const h = model_.hidden;
        small(i, "ffn_gate_inp.weight", {h, e.routed});
        if (e.score_correction) { small(i, "exp_probs_b.bias", {e.routed}); }
        matrix(i, "ffn_gate_exps", expert_gate, h, e.intermediate, e.routed);
        matrix(i, "ffn_up_exps", expert_up, h, e.intermediate, e.routed);
        matrix(i, "ffn_down_exps", expert_down, e.intermediate, h, e.routed);
        if (e.shared_intermediate > 0) {
            matrix(i, "ffn_gate_shexp", shared_gate, h, e.shared_intermediate);
            matrix(i, "ffn_up_shexp", shared_up, h, e.shared_intermediate);
            matrix(i, "ffn_down_shexp", shared_down, e.shared_intermediate, h);
        }
        if (e.gated_shared) { small(i, "ffn_gate_inp_shexp.weight", {h}); }
        if (e.biases) {
            small(i, "ffn_gate_inp.bias", {e.routed});
            small(i, "ffn_gate_exps.bias", {e.intermediate, e.routed});
            small(i, "ffn_up_exps.bias", {e.intermediate, e.routed});
            small(i, "ffn_down_exps.bias", {h, e.routed});
        }
    }

    any_model const& model_;
    std::string_view architecture_;
    recipe const& recipe_;
    gguf_writer out_{};
};

} // namespace

gguf_writer file_of(any_model const& m, std::string_view architecture, recipe const& r) {
    return file_writer(m, architecture, r).write();
}

void write_sparse(gguf_writer const& file, std::filesystem::path const& path) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    std::string const header = file.header();
    out.write(header.data(), static_cast<std::streamsize>(header.size()));
    out.close();
    // 32 bytes to spare: the loader wants every tensor's padding to lie inside the file.
    std::filesystem::resize_file(path, file.file_bytes() + 32);
}

} // namespace reckon::live
