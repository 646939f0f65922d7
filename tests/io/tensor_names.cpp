// SPDX-License-Identifier: MIT
// Names of tensors as published checkpoints and converters write them, and the group that each is in.
#include <reckon/io/tensor_list.hpp>

#include <doctest/doctest.h>

#include <string_view>

using reckon::io::group_of;
using reckon::io::tensor_group;

TEST_CASE("names of published checkpoints") {
    struct {
        std::string_view name;
        tensor_group group;
    } const rows[] = {
        // Llama, Qwen
        {"model.embed_tokens.weight", tensor_group::embeddings},
        {"model.layers.0.self_attn.q_proj.weight", tensor_group::attention},
        {"model.layers.0.self_attn.q_proj.bias", tensor_group::attention},
        {"model.layers.0.self_attn.q_norm.weight", tensor_group::norms},
        {"model.layers.0.mlp.gate_proj.weight", tensor_group::dense_ffn},
        {"model.layers.0.input_layernorm.weight", tensor_group::norms},
        {"model.norm.weight", tensor_group::norms},
        {"lm_head.weight", tensor_group::head},
        // mixtures
        {"model.layers.3.mlp.gate.weight", tensor_group::router},
        {"model.layers.3.mlp.gate.e_score_correction_bias", tensor_group::router},
        {"model.layers.3.mlp.experts.17.down_proj.weight_scale_inv", tensor_group::experts},
        {"model.layers.3.mlp.shared_experts.up_proj.weight", tensor_group::shared_experts},
        {"model.layers.3.mlp.shared_expert.up_proj.weight", tensor_group::shared_experts},
        {"model.layers.3.mlp.shared_expert_gate.weight", tensor_group::router},
        {"model.layers.3.block_sparse_moe.gate.weight", tensor_group::router},
        {"model.layers.3.block_sparse_moe.experts.0.w1.weight", tensor_group::experts},
        {"model.layers.3.self_attn.kv_a_proj_with_mqa.weight", tensor_group::attention},
        {"model.layers.3.self_attn.kv_a_layernorm.weight", tensor_group::norms},
        {"model.layers.3.self_attn.indexer.wk.weight", tensor_group::attention},
        {"model.layers.3.mlp.router.weight", tensor_group::router},
        {"model.layers.3.mlp.experts.gate_up_proj_blocks", tensor_group::experts},
        {"model.layers.3.self_attn.sinks", tensor_group::attention},
        // linear attention and state spaces
        {"model.layers.3.linear_attn.in_proj_qkvz.weight", tensor_group::attention},
        {"model.layers.3.mamba.in_proj.weight", tensor_group::attention},
        {"backbone.layers.3.mixer.in_proj.weight", tensor_group::attention},
        // GPT-2, Falcon, GPT-NeoX, BLOOM
        {"h.0.attn.c_attn.weight", tensor_group::attention},
        {"h.0.mlp.c_fc.weight", tensor_group::dense_ffn},
        {"h.0.ln_1.weight", tensor_group::norms},
        {"wpe.weight", tensor_group::embeddings},
        {"transformer.wte.weight", tensor_group::embeddings},
        {"transformer.h.0.self_attention.query_key_value.weight", tensor_group::attention},
        {"transformer.h.0.mlp.dense_h_to_4h.weight", tensor_group::dense_ffn},
        {"transformer.h.0.ln_attn.bias", tensor_group::norms},
        {"gpt_neox.embed_in.weight", tensor_group::other},
        {"word_embeddings_layernorm.weight", tensor_group::norms},
        // prediction modules and other senses
        {"mtp.layers.0.self_attn.q_proj.weight", tensor_group::mtp},
        {"mtp.fc.weight", tensor_group::mtp},
        {"visual.blocks.0.attn.qkv.weight", tensor_group::vision},
        {"model.vision_tower.vision_model.encoder.layers.0.self_attn.q_proj.weight",
         tensor_group::vision},
        {"multi_modal_projector.linear_1.weight", tensor_group::vision},
        {"language_model.model.layers.0.self_attn.q_proj.weight", tensor_group::attention},
        // GGUF
        {"token_embd.weight", tensor_group::embeddings},
        {"blk.0.attn_q.weight", tensor_group::attention},
        {"blk.0.attn_q_norm.weight", tensor_group::norms},
        {"blk.0.attn_norm.weight", tensor_group::norms},
        {"blk.0.attn_norm_2.bias", tensor_group::norms},
        {"blk.0.attn_kv_a_mqa.weight", tensor_group::attention},
        {"blk.0.ffn_gate.weight", tensor_group::dense_ffn},
        {"blk.0.ffn_gate.7.weight", tensor_group::experts},
        {"blk.0.ffn_gate_exps.weight", tensor_group::experts},
        {"blk.0.ffn_gate_shexp.weight", tensor_group::shared_experts},
        {"blk.0.ffn_gate_inp.weight", tensor_group::router},
        {"blk.0.ffn_gate_inp_shexp.weight", tensor_group::router},
        {"blk.0.exp_probs_b.bias", tensor_group::router},
        {"blk.0.post_ffw_norm.weight", tensor_group::norms},
        {"blk.0.ssm_in.weight", tensor_group::attention},
        {"output.weight", tensor_group::head},
        {"output_norm.weight", tensor_group::norms},
        {"rope_freqs.weight", tensor_group::other},
        {"v.blk.0.attn_q.weight", tensor_group::vision},
        {"mm.0.weight", tensor_group::vision},
        {"", tensor_group::other},
        {"....", tensor_group::other},
    };
    for (auto const& [name, group] : rows) {
        CAPTURE(name);
        CHECK(reckon::io::name(group_of(name)) == reckon::io::name(group));
    }
}

TEST_CASE("a layer with a tensor of a prediction module is one as a whole") {
    reckon::io::tensor_list list;
    for (std::string_view const name :
         {"model.layers.60.self_attn.q_proj.weight", "model.layers.61.self_attn.q_proj.weight",
          "model.layers.61.eh_proj.weight", "model.layers.61.embed_tokens.weight",
          "vision_tower.layers.61.attn.qkv", "mtp.layers.0.fc.weight",
          "model.layers.0.mlp.up_proj.weight"}) {
        list.add(name, "BF16", {}, {1, 1, 2}, 0);
    }
    list.find_groups();
    CHECK(list[0].group == tensor_group::attention);
    CHECK(list[1].group == tensor_group::mtp);
    CHECK(list[2].group == tensor_group::mtp);
    CHECK(list[3].group == tensor_group::mtp);
    CHECK(list[4].group == tensor_group::vision);
    CHECK(list[5].group == tensor_group::mtp);
    CHECK(list[6].group == tensor_group::dense_ffn);
}
