#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes each catalogue model as the config.json that its Hugging Face repository has, from data/models.csv.

    python3 tools/catalogue_configs.py            write tests/data/catalogue_configs.jsonl and tests/support/every_model.hpp
    python3 tools/catalogue_configs.py --check    say whether they are what the table gives

One line a model: its id, and its config in the field names of its model_type (transformers,
src/transformers/models/*/configuration_*.py, and published files), or the reason why there is none. `left_out`
names what the file of that type does not say: towers of a text model, prediction modules. The C++ reader must
make of each line what the catalogue has; nothing here knows the library.
"""
import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import catalog_models  # noqa: E402  the parser of the table alone

OUT = "tests/data/catalogue_configs.jsonl"
EVERY = "tests/support/every_model.hpp"


class Unsayable(Exception):
    """A model that no config.json of a known type describes; the text says why."""


# The first prefix that an id has gives its model_type, or None and the reason why no file is written.
TYPES = [
    ("deepseek-moe-16b", "deepseek"), ("deepseek-ocr", None), ("deepseek-vl2", None),
    ("deepseek-v3.2", "deepseek_v32"), ("deepseek-math-v2", "deepseek_v32"), ("deepseek-v4.1", None),
    ("deepseek-v4", "deepseek_v4"), ("deepseek-v2", "deepseek_v2"), ("deepseek-coder-v2", "deepseek_v2"),
    ("deepseek-v3", "deepseek_v3"), ("deepseek-r1-distill-qwen", "qwen2"), ("deepseek-r1-distill-llama", "llama"),
    ("deepseek-r1-0528-qwen3", "qwen3"), ("deepseek-r1", "deepseek_v3"), ("deepseek-", "llama"),
    ("llama-3.3-nemotron", "nemotron-nas"), ("llama-4", "llama4_text"), ("llama-3.2-11b", None), ("llama-3.2-90b", None),
    ("llama-", "llama"), ("codellama", "llama"), ("tinyllama", "llama"), ("open-llama", "llama"), ("yi-", "llama"),
    ("solar", "llama"), ("falcon3", "llama"), ("mistral-large-3", None), ("mistral-", "mistral"),
    ("devstral", "mistral"), ("ministral-8b", "mistral"), ("ministral-3", "ministral3"), ("mixtral", "mixtral"),
    ("qwen3-next", "qwen3_next"), ("qwen3-coder-next", "qwen3_next"), ("qwen3-30b", "qwen3_moe"),
    ("qwen3-vl-30b", "qwen3_moe"), ("qwen3-vl-235b", "qwen3_moe"), ("qwen3-235b", "qwen3_moe"), ("qwen3-coder-480b", "qwen3_moe"), ("qwen3-", "qwen3"),
    ("qwen3.5-27b", "qwen3_5_text"), ("qwen3.6-27b", "qwen3_5_text"), ("qwen3.8-27b", "qwen3_5_text"),
    ("qwen3.5-0.8b", "qwen3_5_text"), ("qwen3.5-2b", "qwen3_5_text"), ("qwen3.5-4b", "qwen3_5_text"),
    ("qwen3.5-9b", "qwen3_5_text"), ("qwen3.", "qwen3_5_moe_text"), ("qwen2-57b", "qwen2_moe"), ("qwen1.5-moe", "qwen2_moe"), ("qwen", "qwen2"),
    ("gemma-2-", "gemma2"), ("gemma-3-", "gemma3_text"), ("gemma-3n", "gemma3n_text"), ("gemma-4", "gemma4_text"), ("gemma-", "gemma"),
    ("phi-2", "phi"), ("phi-1.5", "phi"), ("phi-", "phi3"), ("gpt-oss", "gpt_oss"), ("gpt-2", "gpt2"),
    ("gpt-3", None), ("gpt-j", "gptj"), ("kimi-k2", "kimi_k2"), ("kimi-linear", "kimi_linear"), ("kimi-k3", None),
    ("moonlight", "deepseek_v3"), ("glm-4.7-flash", "glm4_moe_lite"), ("glm-4.", "glm4_moe"), ("glm-4-9b-0414", "glm4"),
    ("glm-4-32b", "glm4"), ("glm-4-9b", "glm"), ("glm-5", "glm_moe_dsa"), ("minimax-m2", "minimax_m2"),
    ("minimax-m3", "minimax_m3"), ("minimax-m1", "minimax_m1"), ("minimax-text-01", "minimax_text_01"),
    ("falcon-", "falcon"), ("mimo-v2", "mimo_v2_flash"), ("mimo-7b", "mimo"), ("bloom", "bloom"), ("opt-", "opt"),
    ("starcoder2", "starcoder2"), ("aya-23", "cohere"), ("smollm3", "smollm3"), ("granite-3", "granite"),
    ("granite-4.1", "granite"), ("granite-4", "granitemoehybrid"), ("internlm2", "internlm2"), ("olmo-2", "olmo2"), ("olmo-3", "olmo3"),
    ("olmoe", "olmoe"), ("exaone-4", "exaone4"), ("seed-oss", "seed_oss"), ("dots.llm1", "dots1"),
    ("ernie-4.5-0.3b", "ernie4_5"), ("ernie-4.5", "ernie4_5_moe"), ("ling-", "bailing_moe"), ("nemotron-", "nemotron_h"), ("jamba", "jamba"),
    ("bert-", "bert"), ("step-3.5", "step3p5"), ("laguna", "laguna"), ("flan-t5", "t5"), ("t5-", "t5"), ("bart", "bart"),
    ("whisper", "whisper"), ("smollm2", "llama"), ("eurollm", "llama"), ("command-r7b", "cohere2"),
    ("command-a", "cohere2"), ("aya-expanse", "cohere"), ("command-r", "cohere"), ("exaone-3.5", "exaone"),
    ("minicpm4", "minicpm"), ("kimi-vl", "deepseek_v3"), ("bge-m3", "xlm-roberta"), ("bge-reranker", "xlm-roberta"),
    ("multilingual-e5-base", "xlm-roberta"), ("multilingual-e5-large", "xlm-roberta"), ("multilingual-e5-small", "bert"),
    ("bge-", "bert"), ("all-minilm", "bert"), ("mxbai", "bert"), ("embeddinggemma", None), ("pythia", "gpt_neox"), ("apertus", "apertus"), ("lfm2-8b", "lfm2_moe"), ("lfm2", "lfm2"),
]
WHY = {
    "deepseek-ocr": "its text model is read inside a vision model's file, whose towers the catalogue has as one number",
    "deepseek-vl2": "its text model is read inside a vision model's file, whose towers the catalogue has as one number",
    "llama-3.2-": "its cross-attention layers are read inside a vision model's file",
    "deepseek-v4.1": "its repository's file was not found",
    "mistral-large-3": "its repository has no config.json but Mistral's own params.json",
    "embeddinggemma": "its file calls it gemma3_text, whose attention is a decoder's unless a flag says otherwise",
    "gpt-3": "it was never published", "kimi-k3": "its text model is read inside a vision model's file",
}
ARCHITECTURES = {
    "llama": "LlamaForCausalLM", "mistral": "MistralForCausalLM", "mixtral": "MixtralForCausalLM",
    "qwen2": "Qwen2ForCausalLM", "qwen2_moe": "Qwen2MoeForCausalLM", "qwen3": "Qwen3ForCausalLM",
    "qwen3_moe": "Qwen3MoeForCausalLM", "phi3": "Phi3ForCausalLM", "gemma2": "Gemma2ForCausalLM",
    "gemma3_text": "Gemma3ForCausalLM", "gpt_oss": "GptOssForCausalLM", "deepseek": "DeepseekForCausalLM",
    "deepseek_v2": "DeepseekV2ForCausalLM", "deepseek_v3": "DeepseekV3ForCausalLM", "kimi_k2": "DeepseekV3ForCausalLM",
    "glm4_moe": "Glm4MoeForCausalLM", "minimax_m2": "MiniMaxM2ForCausalLM", "falcon": "FalconForCausalLM",
    "gpt2": "GPT2LMHeadModel", "starcoder2": "Starcoder2ForCausalLM", "granite": "GraniteForCausalLM",
    "olmo2": "Olmo2ForCausalLM", "cohere": "CohereForCausalLM",
}
DTYPES = {"bf16": "bfloat16", "fp16": "float16", "fp32": "float32"}
FP8 = {"quant_method": "fp8", "fmt": "e4m3", "activation_scheme": "dynamic", "weight_block_size": [128, 128]}


class Model:
    """One row, with the kinds of its layers in order."""

    def __init__(self, row):
        self.row, self.h = row, row["hidden"]
        self.layers = {}
        for group in row["groups"]:
            for i in catalog_models.layers_in(group[0]):
                self.layers[i] = (group[1], group[2])
        self.count = len(self.layers)
        self.kinds = [self.layers[i] for i in range(self.count)]

    def attention(self, name):
        """Members of the first family of that name, whatever wraps it; None where there is none."""
        for family, _ in self.kinds:
            while family:
                if family[0] == name:
                    return family[1]
                family = family[2]
        return None

    def block(self, name):
        return next((f[1] for _, f in self.kinds if f[0] == name), None)

    def is_kind(self, i, name):
        family = self.kinds[i][0]
        while family:
            if family[0] == name:
                return True
            family = family[2]
        return False

    def has_experts(self, i):
        return self.kinds[i][1][0] == "moe"

    def leading_dense(self):
        flags = [self.has_experts(i) for i in range(self.count)]
        first = flags.index(True)
        if not all(flags[first:]):
            raise Unsayable("its layers with experts do not follow one another")
        return first


def on(members, name):
    return members.get(name) == "true"


def backbone(m):
    row, heads = m.row, m.attention("gqa") or m.attention("mla") or {}
    c = {"hidden_size": m.h, "num_hidden_layers": m.count, "vocab_size": row["vocabulary"],
         "tie_word_embeddings": row["tied"], "num_attention_heads": heads["query_heads"]}
    if "kv_heads" in heads:
        c["num_key_value_heads"] = heads["kv_heads"]
        if heads["head_dim"] * heads["query_heads"] != m.h:
            c["head_dim"] = heads["head_dim"]
    if row["max_context"]:
        c["max_position_embeddings"] = row["max_context"]
    return c


def dense(m):
    c = backbone(m)
    block = m.block("gated") or m.block("plain_ffn")
    c["intermediate_size"] = block["intermediate"]
    return c


def window(m):
    w = m.attention("windowed")
    return w["window"] if w else None


def layer_types(m, sliding="sliding_attention", full="full_attention"):
    return [sliding if m.is_kind(i, "windowed") else full for i in range(m.count)]


def llama(m):
    a = m.attention("gqa")
    return dense(m) | ({"attention_bias": True} if on(a, "qkv_bias") else {})


def mistral(m):
    return dense(m) | {"sliding_window": window(m)}


def mixtral(m):
    e = m.block("moe")
    return backbone(m) | {"num_local_experts": e["routed"], "num_experts_per_tok": e["per_token"],
                          "intermediate_size": e["intermediate"], "sliding_window": None}


def qwen2(m):
    return dense(m) | {"use_sliding_window": False, "sliding_window": None}


def qwen3(m):
    a = m.attention("gqa")
    return dense(m) | {"head_dim": a["head_dim"], "use_sliding_window": False, "attention_bias": on(a, "qkv_bias")}


def qwen_experts(m):
    e = m.block("moe")
    c = {"num_experts": e["routed"], "num_experts_per_tok": e["per_token"], "moe_intermediate_size": e["intermediate"],
         "decoder_sparse_step": 1, "mlp_only_layers": [], "norm_topk_prob": True}
    if e.get("shared_intermediate"):
        c["shared_expert_intermediate_size"] = e["shared_intermediate"]
    return c


def qwen2_moe(m):
    return backbone(m) | qwen_experts(m) | {"use_sliding_window": False}


def qwen3_moe(m):
    return backbone(m) | qwen_experts(m) | {"head_dim": m.attention("gqa")["head_dim"], "attention_bias": False,
                                            "use_sliding_window": False}


def gemma2(m):
    a = m.attention("gqa")
    return dense(m) | {"head_dim": a["head_dim"], "sliding_window": window(m)}


def gemma3(m):
    a = m.attention("gqa")
    return dense(m) | {"head_dim": a["head_dim"], "sliding_window": window(m), "sliding_window_pattern": 6}


def gpt_oss(m):
    e = m.block("moe")
    return backbone(m) | {
        "head_dim": m.attention("gqa")["head_dim"], "attention_bias": True, "num_local_experts": e["routed"],
        "num_experts_per_tok": e["per_token"], "intermediate_size": e["intermediate"], "sliding_window": window(m),
        "layer_types": layer_types(m), "quantization_config": {
            "quant_method": "mxfp4", "modules_to_not_convert": [
                "model.layers.*.self_attn", "model.layers.*.mlp.router", "model.embed_tokens", "lm_head"]}}


def deepseek_experts(m, corrected):
    e = m.block("moe")
    if on(e, "score_correction") != corrected:
        raise Unsayable("its score correction is not what its class has")
    return {"intermediate_size": (m.block("gated") or {"intermediate": 1})["intermediate"],
            "n_routed_experts": e["routed"], "num_experts_per_tok": e["per_token"],
            "moe_intermediate_size": e["intermediate"],
            "n_shared_experts": e.get("shared_intermediate", 0) // e["intermediate"],
            "first_k_dense_replace": m.leading_dense(), "moe_layer_freq": 1}


def deepseek(m):
    return backbone(m) | deepseek_experts(m, False)


def latent(m):
    a = m.attention("mla")
    c = backbone(m)
    c |= {"q_lora_rank": a.get("q_lora_rank") or None, "kv_lora_rank": a["kv_lora_rank"],
          "qk_nope_head_dim": a["qk_nope_dim"], "qk_rope_head_dim": a["qk_rope_dim"], "v_head_dim": a["v_dim"],
          "num_key_value_heads": a["query_heads"]}
    return c


def modules(m):
    return {"num_nextn_predict_layers": m.row["mtp_layers"]}


def deepseek_v2(m):
    return latent(m) | deepseek_experts(m, False) | {"topk_method": "greedy"}


def deepseek_v3(m):
    return latent(m) | deepseek_experts(m, True) | modules(m) | {"topk_method": "noaux_tc"}


def deepseek_v32(m):
    a = m.attention("indexed")
    return deepseek_v3(m) | {"index_n_heads": a["index_heads"], "index_head_dim": a["index_dim"],
                             "index_topk": a["top_k"]}


def glm_moe_dsa(m):
    kinds = ["full" if m.is_kind(i, "indexed") else "shared" for i in range(m.count)]
    return deepseek_v32(m) | {"indexer_types": kinds}


def deepseek_v4(m):
    a = m.attention("compressed_attention")
    indexed = next(f[2][1] for f, _ in m.kinds if f[2][1].get("index_heads"))
    e = m.block("moe")
    by_token = sum(not on(f[1], "score_correction") for _, f in m.kinds)
    ratios = [f[2][1]["ratio"] for f, _ in m.kinds] + [0] * m.row["mtp_layers"]
    return {
        "hidden_size": m.h, "num_hidden_layers": m.count, "vocab_size": m.row["vocabulary"],
        "tie_word_embeddings": m.row["tied"], "max_position_embeddings": m.row["max_context"],
        "num_attention_heads": a["query_heads"], "num_key_value_heads": 1, "head_dim": a["head_dim"],
        "q_lora_rank": a["q_lora_rank"], "o_lora_rank": a["o_lora_rank"], "o_groups": a["o_groups"],
        "sliding_window": a["window"], "compress_ratios": ratios, "index_n_heads": indexed["index_heads"],
        "index_head_dim": indexed["index_dim"], "index_topk": indexed["top_k"],
        "hc_mult": m.attention("hyper_connected")["streams"], "num_hash_layers": by_token,
        "n_routed_experts": e["routed"], "num_experts_per_tok": e["per_token"],
        "moe_intermediate_size": e["intermediate"], "n_shared_experts": e["shared_intermediate"] // e["intermediate"],
        "topk_method": "noaux_tc", "expert_dtype": "fp8" if m.row["format"] == "deepseek_v4_base" else "fp4",
        "quantization_config": FP8 | {"scale_fmt": "ue8m0"}, "torch_dtype": "bfloat16"} | modules(m)


def glm4_moe(m):
    a, experts = m.attention("gqa"), deepseek_experts(m, True)
    del experts["moe_layer_freq"]
    return backbone(m) | experts | modules(m) | {
        "head_dim": a["head_dim"], "attention_bias": on(a, "qkv_bias"), "use_qk_norm": "query_key_norm" in a}


def minimax_m2(m):
    e = m.block("moe")
    return backbone(m) | {
        "head_dim": m.attention("gqa")["head_dim"], "num_local_experts": e["routed"],
        "num_experts_per_tok": e["per_token"], "intermediate_size": e["intermediate"], "use_qk_norm": True,
        "qk_norm_type": "per_layer", "use_routing_bias": True, "attn_type_list": [1] * m.count}


def minimax_m1(m):
    e = m.block("moe")
    return backbone(m) | {
        "head_dim": m.attention("gqa")["head_dim"], "num_local_experts": e["routed"],
        "num_experts_per_tok": e["per_token"], "intermediate_size": e["intermediate"],
        "attn_type_list": [int(m.is_kind(i, "gqa")) for i in range(m.count)]}


def minimax_m3(m):
    e, a = m.block("moe"), m.attention("indexed")
    return backbone(m) | {
        "head_dim": m.attention("gqa")["head_dim"], "num_local_experts": e["routed"],
        "num_experts_per_tok": e["per_token"], "moe_intermediate_size": e["intermediate"], "n_shared_experts": 1,
        "shared_intermediate_size": e["shared_intermediate"], "dense_intermediate_size": m.block("gated")["intermediate"],
        "use_qk_norm": True, "qk_norm_type": "per_head", "use_routing_bias": True,
        "moe_layer_freq": [int(m.has_experts(i)) for i in range(m.count)],
        "sparse_attention_config": {
            "use_sparse_attention": True, "sparse_num_index_heads": a["index_heads"], "sparse_index_dim": a["index_dim"],
            "sparse_topk_blocks": a["top_k"] // 128, "sparse_block_size": 128,
            "sparse_attention_freq": [int(m.is_kind(i, "indexed")) for i in range(m.count)]}}


def falcon(m):
    a = m.attention("gqa")
    modern = a["kv_heads"] > 1
    c = backbone(m) | {"new_decoder_architecture": modern, "multi_query": True, "parallel_attn": True, "bias": False,
                       "alibi": False}
    if modern:
        c["num_kv_heads"] = a["kv_heads"]
    del c["num_key_value_heads"]
    return c


def gpt2(m):
    return {"n_embd": m.h, "n_layer": m.count, "n_head": m.attention("gqa")["query_heads"],
            "n_positions": m.row["positions"], "n_ctx": m.row["positions"], "vocab_size": m.row["vocabulary"],
            "n_inner": m.block("plain_ffn")["intermediate"]}


def starcoder2(m):
    return dense(m) | {"use_bias": True, "sliding_window": window(m)}


def cohere(m):
    return dense(m) | {"use_qk_norm": False}


def cohere2(m):
    return dense(m) | {"sliding_window": window(m), "layer_types": layer_types(m), "use_qk_norm": False}


def exaone(m):
    c = dense(m)
    c["num_layers"] = c.pop("num_hidden_layers")
    return c


def delta_net(m):
    a = m.attention("gated_delta_net")
    c = backbone(m) | {
        "head_dim": m.attention("gqa")["head_dim"], "full_attention_interval": 4, "attn_output_gate": True,
        "linear_num_key_heads": a["key_heads"], "linear_key_head_dim": a["key_dim"],
        "linear_num_value_heads": a["value_heads"], "linear_value_head_dim": a["value_dim"],
        "linear_conv_kernel_dim": a["taps"],
        "layer_types": ["linear_attention" if m.is_kind(i, "gated_delta_net") else "full_attention"
                        for i in range(m.count)]}
    return c | (qwen_experts(m) if m.block("moe") else {"intermediate_size": m.block("gated")["intermediate"]})


def qwen3_5_text(m):
    return delta_net(m) | {"mtp_num_hidden_layers": m.row["mtp_layers"], "mtp_use_dedicated_embeddings": False}


def kimi_linear(m):
    a, e = m.attention("kimi_delta"), m.block("moe")
    delta = [i + 1 for i in range(m.count) if m.is_kind(i, "kimi_delta")]
    c = latent(m)
    c["model_max_length"] = c.pop("max_position_embeddings")
    return c | {
        "intermediate_size": m.block("gated")["intermediate"], "num_experts": e["routed"],
        "num_experts_per_token": e["per_token"], "moe_intermediate_size": e["intermediate"],
        "num_shared_experts": e["shared_intermediate"] // e["intermediate"],
        "first_k_dense_replace": m.leading_dense(), "moe_layer_freq": 1, "num_nextn_predict_layers": 0,
        "linear_attn_config": {
            "num_heads": a["query_heads"], "head_dim": a["head_dim"], "short_conv_kernel_size": a["taps"],
            "kda_layers": delta, "full_attn_layers": [i + 1 for i in range(m.count) if i + 1 not in delta]}}


def jamba(m):
    a, e = m.attention("mamba"), m.block("moe")
    full = [i for i in range(m.count) if m.is_kind(i, "gqa")]
    experts = [i for i in range(m.count) if m.has_experts(i)]
    return backbone(m) | {
        "intermediate_size": e["intermediate"], "num_experts": e["routed"], "num_experts_per_tok": e["per_token"],
        "attn_layer_period": full[1] - full[0], "attn_layer_offset": full[0],
        "expert_layer_period": experts[1] - experts[0], "expert_layer_offset": experts[0],
        "mamba_expand": a["inner"] // m.h, "mamba_d_state": a["state"], "mamba_dt_rank": a["time_rank"],
        "mamba_d_conv": a["taps"], "mamba_conv_bias": True, "mamba_proj_bias": False}


def nemotron_h(m):
    a, e = m.attention("mamba2"), m.block("moe")
    pattern = "".join("M" if m.is_kind(i, "mamba2") else "*" if m.is_kind(i, "gqa") else
                      "E" if m.has_experts(i) else "-" for i in range(m.count))
    c = backbone(m) | {
        "head_dim": m.attention("gqa")["head_dim"], "hybrid_override_pattern": pattern,
        "mamba_num_heads": a["query_heads"], "mamba_head_dim": a["head_dim"], "n_groups": a["groups"],
        "ssm_state_size": a["state"], "conv_kernel": a["taps"], "use_conv_bias": True, "mlp_hidden_act": "relu2"}
    if plain := m.block("plain_ffn"):
        c["intermediate_size"] = plain["intermediate"]
    if e:
        c |= {"n_routed_experts": e["routed"], "num_experts_per_tok": e["per_token"],
              "moe_intermediate_size": e["intermediate"], "n_shared_experts": 1,
              "moe_shared_expert_intermediate_size": e["shared_intermediate"]}
        if e.get("latent"):
            c["moe_latent_size"] = e["latent"]
    like = catalog_models.layers_in(m.row["mtp_details"]["like"]) if "like" in m.row["mtp_details"] else []
    if m.row["mtp_layers"]:
        c |= modules(m) | {"mtp_hybrid_override_pattern": "".join(pattern[i] for i in sorted(like, reverse=True))}
    return c


def granitemoehybrid(m):
    a, e = m.attention("mamba2"), m.block("moe")
    c = backbone(m) | {
        "layer_types": ["mamba" if m.is_kind(i, "mamba2") else "attention" for i in range(m.count)],
        "mamba_conv_bias": True, "mamba_proj_bias": False, "mamba_d_head": 64}
    if a:
        c |= {"mamba_n_heads": a["query_heads"], "mamba_d_head": a["head_dim"], "mamba_n_groups": a["groups"],
              "mamba_d_state": a["state"], "mamba_d_conv": a["taps"]}
    if e:
        return c | {"num_local_experts": e["routed"], "num_experts_per_tok": e["per_token"],
                    "intermediate_size": e["intermediate"], "shared_intermediate_size": e["shared_intermediate"]}
    return c | {"num_local_experts": 0, "num_experts_per_tok": 0,
                "shared_intermediate_size": m.block("gated")["intermediate"]}


def bert(m):
    # Kinds of tokens are one table with the positions; RoBERTa has one kind, and two positions that are none.
    kinds = 2 if m.row["positions"] % 2 == 0 else 1
    c = dense(m) | {"type_vocab_size": kinds, "max_position_embeddings": m.row["positions"] - kinds}
    for absent in ("num_key_value_heads", "tie_word_embeddings"):
        del c[absent]
    return c


# ---- newer and rarer types ----

def windowed_dense(m):
    return dense(m) | {"sliding_window": window(m), "layer_types": layer_types(m)}


def biased(m):
    return dense(m) | {"attention_bias": on(m.attention("gqa"), "qkv_bias")}


def phi(m):
    return dense(m) | {"qk_layernorm": False}


def gptj(m):
    return {"n_embd": m.h, "n_layer": m.count, "n_head": m.attention("gqa")["query_heads"], "n_inner": None,
            "n_positions": m.row["max_context"], "vocab_size": m.row["vocabulary"],
            "tie_word_embeddings": m.row["tied"]}


def bloom(m):
    return {"hidden_size": m.h, "n_layer": m.count, "n_head": m.attention("gqa")["query_heads"],
            "vocab_size": m.row["vocabulary"], "seq_length": m.row["max_context"]}


def opt(m):
    c = dense(m)
    return {k: c[k] for k in ("hidden_size", "num_hidden_layers", "num_attention_heads", "vocab_size",
                              "max_position_embeddings")} | {
        "ffn_dim": c["intermediate_size"], "word_embed_proj_dim": m.h, "do_layer_norm_before": True, "enable_bias": True}


def internlm2(m):
    return dense(m) | {"bias": False}


def olmoe(m):
    e = m.block("moe")
    return backbone(m) | {"num_experts": e["routed"], "num_experts_per_tok": e["per_token"],
                          "intermediate_size": e["intermediate"]}


def dots1(m):
    return backbone(m) | deepseek_experts(m, True) | {"head_dim": m.attention("gqa")["head_dim"]}


def ernie4_5_moe(m):
    e = m.block("moe")
    return dense(m) | {
        "moe_num_experts": e["routed"], "moe_k": e["per_token"], "moe_intermediate_size": e["intermediate"],
        "moe_num_shared_experts": e["shared_intermediate"] // e["intermediate"],
        "moe_layer_start_index": m.leading_dense(), "moe_layer_end_index": m.count - 1, "moe_layer_interval": 1,
        "moe_use_aux_free": True, "use_bias": False}


def gpt_neox(m):
    c = dense(m) | {"rotary_pct": 0.25, "use_parallel_residual": True}
    del c["num_key_value_heads"]
    return c


def convolved(m):
    return backbone(m) | {
        "layer_types": ["full_attention" if m.is_kind(i, "gqa") else "conv" for i in range(m.count)],
        "conv_L_cache": m.attention("short_convolution")["taps"], "conv_bias": False}


def lfm2(m):
    return convolved(m) | {"block_auto_adjust_ff_dim": False, "block_ff_dim": m.block("gated")["intermediate"]}


def lfm2_moe(m):
    e = m.block("moe")
    return convolved(m) | {
        "intermediate_size": m.block("gated")["intermediate"], "num_experts": e["routed"],
        "num_experts_per_tok": e["per_token"], "moe_intermediate_size": e["intermediate"],
        "num_dense_layers": m.leading_dense(), "use_expert_bias": on(e, "score_correction")}


def bailing_moe(m):
    if m.block("gated"):
        return bailing_moe_v2(m)
    e = m.block("moe")
    return backbone(m) | {
        "head_dim": m.attention("gqa")["head_dim"], "intermediate_size": e["intermediate"], "num_experts": e["routed"],
        "num_experts_per_tok": e["per_token"], "moe_intermediate_size": e["intermediate"],
        "num_shared_experts": e["shared_intermediate"] // e["intermediate"], "first_k_dense_replace": 0}


def bailing_moe_v2(m):
    e = m.block("moe")
    return dense(m) | {
        "head_dim": m.attention("gqa")["head_dim"], "num_experts": e["routed"], "num_experts_per_tok": e["per_token"],
        "moe_intermediate_size": e["intermediate"], "num_shared_experts": 1,
        "first_k_dense_replace": m.leading_dense(), "moe_router_enable_expert_bias": True, "use_qk_norm": True}


def mimo_v2_flash(m):
    full = next(f[1] for f, _ in m.kinds if f[0] == "gqa")
    swa = next(f[2][1] for f, _ in m.kinds if f[0] == "windowed")
    e = m.block("moe")
    return dense(m) | {
        "head_dim": full["head_dim"], "v_head_dim": full["value_dim"], "num_key_value_heads": full["kv_heads"],
        "swa_num_attention_heads": swa["query_heads"], "swa_num_key_value_heads": swa["kv_heads"],
        "swa_head_dim": swa["head_dim"], "swa_v_head_dim": swa["value_dim"], "sliding_window": window(m),
        "hybrid_layer_pattern": [int(m.is_kind(i, "windowed")) for i in range(m.count)],
        "moe_layer_freq": [int(m.has_experts(i)) for i in range(m.count)], "add_swa_attention_sink_bias": True,
        "add_full_attention_sink_bias": False, "n_routed_experts": e["routed"], "num_experts_per_tok": e["per_token"],
        "moe_intermediate_size": e["intermediate"], "n_shared_experts": None, "topk_method": "noaux_tc"}


def llama4_text(m):
    e = m.block("moe")
    c = backbone(m) | {
        "head_dim": m.attention("gqa")["head_dim"], "intermediate_size": e["intermediate"],
        "intermediate_size_mlp": (m.block("gated") or {"intermediate": 16384})["intermediate"],
        "num_local_experts": e["routed"], "num_experts_per_tok": e["per_token"],
        "attention_chunk_size": window(m), "moe_layers": [i for i in range(m.count) if m.has_experts(i)],
        "no_rope_layers": [int(m.is_kind(i, "windowed")) for i in range(m.count)]}
    return c | {"interleave_moe_layer_step": 1 if m.has_experts(0) else 2}


def nemotron_nas(m):
    blocks = []
    for attention, block in m.kinds:
        a = {"no_op": True} if attention[0] == "no_attention" else {
            "n_heads_in_group": attention[1]["query_heads"] // attention[1]["kv_heads"], "no_op": False}
        # ffn_mult m gives 2 m h / 3, up to a whole 256: the multiple that gives this width exactly.
        blocks.append({"attention": a, "ffn": {"ffn_mult": block[1]["intermediate"] * 1.5 / m.h, "no_op": False}})
    c = backbone(m) | {"block_configs": blocks, "intermediate_size": None}
    del c["num_key_value_heads"]
    return c


def gemma3n_text(m):
    block = m.block("embedding_gated")
    borrowing = sum(on(m_attention(f), "borrowed_keys") for f, _ in m.kinds)
    return backbone(m) | {
        "head_dim": m.attention("gqa")["head_dim"], "intermediate_size": [block["intermediate"]] * m.count,
        "hidden_size_per_layer_input": block["embedding_dim"], "laurel_rank": block["laurel_rank"],
        "altup_num_inputs": block["streams"], "num_kv_shared_layers": borrowing, "sliding_window": window(m),
        "layer_types": layer_types(m), "vocab_size_per_layer_input": 262144}


def m_attention(family):
    while family[2]:
        family = family[2]
    return family[1]


def gemma4_text(m):
    local = next(m_attention(f) for f, _ in m.kinds if f[0] == "windowed")
    full = next(f[1] for f, _ in m.kinds if f[0] == "gqa")
    block, e = m.block("gated") or m.block("embedding_gated"), m.block("moe")
    widths = sorted({f[1]["intermediate"] for _, f in m.kinds})
    borrowing = sum(on(m_attention(f), "borrowed_keys") for f, _ in m.kinds)
    c = backbone(m) | {
        "head_dim": local["head_dim"], "num_key_value_heads": local["kv_heads"], "global_head_dim": full["head_dim"],
        "num_global_key_value_heads": full["kv_heads"], "attention_k_eq_v": on(full, "keys_as_values"),
        "sliding_window": window(m), "layer_types": layer_types(m), "num_kv_shared_layers": borrowing,
        "use_double_wide_mlp": len(widths) > 1, "enable_moe_block": bool(e),
        "hidden_size_per_layer_input": (block or {}).get("embedding_dim", 0),
        "intermediate_size": e["shared_intermediate"] if e else widths[0]}
    if e:
        c |= {"num_experts": e["routed"], "top_k_experts": e["per_token"], "moe_intermediate_size": e["intermediate"]}
    return c


def step3p5(m):
    full = next(f[1] for f, _ in m.kinds if f[0] == "gqa")
    local = next(m_attention(f) for f, _ in m.kinds if f[0] == "windowed")
    e = m.block("moe")
    c = backbone(m)
    del c["num_key_value_heads"]
    return c | modules(m) | {
        "num_attention_heads": full["query_heads"], "num_attention_groups": full["kv_heads"],
        "head_dim": full["head_dim"], "use_head_wise_attn_gate": True, "use_qk_norm": True,
        "attention_other_setting": {"attention_type": "sliding_attention", "num_attention_heads": local["query_heads"],
                                    "num_attention_groups": local["kv_heads"], "head_dim": local["head_dim"]},
        "sliding_window": window(m), "layer_types": layer_types(m), "intermediate_size": m.block("gated")["intermediate"],
        "moe_num_experts": e["routed"], "moe_top_k": e["per_token"], "moe_intermediate_size": e["intermediate"],
        "share_expert_dim": e["shared_intermediate"], "use_moe_router_bias": True,
        "moe_layers_enum": ",".join(str(i) for i in range(m.count) if m.has_experts(i))}


def laguna(m):
    e = m.block("moe")
    return dense(m) | {
        "head_dim": m.attention("gqa")["head_dim"], "gating": True, "sliding_window": window(m),
        "num_attention_heads_per_layer": [m_attention(f)["query_heads"] for f, _ in m.kinds],
        "layer_types": layer_types(m), "num_experts": e["routed"], "num_experts_per_tok": e["per_token"],
        "mlp_layer_types": ["sparse" if m.has_experts(i) else "dense" for i in range(m.count)],
        "moe_intermediate_size": e["intermediate"], "shared_expert_intermediate_size": e["shared_intermediate"]}


def stacks(m):
    encoding = sum(f[0] == "encoder" for f, _ in m.kinds)
    return encoding, m.count - encoding


def t5(m):
    a, (encoding, decoding) = m.attention("gqa"), stacks(m)
    gated = m.block("gated")
    return {
        "d_model": m.h, "d_kv": a["head_dim"], "num_heads": a["query_heads"], "num_layers": encoding,
        "num_decoder_layers": decoding, "d_ff": (gated or m.block("plain_ffn"))["intermediate"],
        "feed_forward_proj": "gated-gelu" if gated else "relu", "relative_attention_num_buckets": 32,
        "vocab_size": m.row["vocabulary"], "tie_word_embeddings": m.row["tied"], "is_encoder_decoder": True}


def seq2seq(m):
    a, (encoding, decoding) = m.attention("gqa"), stacks(m)
    i = m.block("plain_ffn")["intermediate"]
    return {
        "d_model": m.h, "encoder_layers": encoding, "decoder_layers": decoding,
        "encoder_attention_heads": a["query_heads"], "decoder_attention_heads": a["query_heads"],
        "encoder_ffn_dim": i, "decoder_ffn_dim": i, "vocab_size": m.row["vocabulary"], "is_encoder_decoder": True}


def bart(m):
    return seq2seq(m) | {"max_position_embeddings": m.row["max_context"]}


def whisper(m):
    source = next(f[1]["source"] for f, _ in m.kinds if f[0] == "cross_attending")
    towards = next(values for kind, values, _ in m.row["sides"] if kind == "encoder")
    # What is left of the encoder's own values are the filters of its first convolution, three taps a band.
    bands = (towards - 3 * m.h * m.h - (source + 4) * m.h) // (3 * m.h)
    return seq2seq(m) | {"max_source_positions": source, "max_target_positions": m.row["positions"],
                         "num_mel_bins": bands}


WRITERS = {
    "llama": llama, "mistral": mistral, "mixtral": mixtral, "qwen2": qwen2, "qwen2_moe": qwen2_moe, "qwen3": qwen3,
    "qwen3_moe": qwen3_moe, "phi3": dense, "gemma2": gemma2, "gemma3_text": gemma3, "gpt_oss": gpt_oss,
    "deepseek": deepseek, "deepseek_v2": deepseek_v2, "deepseek_v3": deepseek_v3, "kimi_k2": deepseek_v3,
    "glm4_moe": glm4_moe, "glm4_moe_lite": deepseek_v3, "minimax_m2": minimax_m2, "falcon": falcon, "gpt2": gpt2,
    "starcoder2": starcoder2, "granite": llama, "olmo2": dense, "cohere": cohere, "deepseek_v32": deepseek_v32,
    "deepseek_v4": deepseek_v4, "glm_moe_dsa": glm_moe_dsa, "minimax_m3": minimax_m3, "minimax_m1": minimax_m1,
    "minimax_text_01": minimax_m1, "qwen3_next": delta_net, "qwen3_5_text": qwen3_5_text,
    "qwen3_5_moe_text": qwen3_5_text, "kimi_linear": kimi_linear, "jamba": jamba, "nemotron_h": nemotron_h,
    "granitemoehybrid": granitemoehybrid, "bert": bert, "xlm-roberta": bert, "cohere2": cohere2, "exaone": exaone, "minicpm": llama,
    "gemma": gemma2, "phi": phi, "gptj": gptj, "bloom": bloom, "opt": opt, "olmoe": olmoe, "olmo3": windowed_dense,
    "exaone4": windowed_dense, "seed_oss": biased, "smollm3": biased, "dots1": dots1, "ernie4_5_moe": ernie4_5_moe,
    "glm4": biased, "mimo": biased, "internlm2": internlm2, "bailing_moe": bailing_moe, "gpt_neox": gpt_neox, "ernie4_5": llama, "apertus": dense, "lfm2": lfm2, "lfm2_moe": lfm2_moe,
    "mimo_v2_flash": mimo_v2_flash, "glm": biased, "gemma3n_text": gemma3n_text, "gemma4_text": gemma4_text,
    "step3p5": step3p5, "laguna": laguna, "t5": t5, "bart": bart, "whisper": whisper, "llama4_text": llama4_text, "nemotron-nas": nemotron_nas, "ministral3": mistral,
}
# What files of a type do not say: whether there are modules, or whether these have tables of their own.
SILENT_ON_MODULES = {"qwen3_next", "mimo", "glm4_moe", "glm4_moe_lite", "deepseek_v4"}


def line(row):
    entry = {"id": row["id"]}
    chosen = next((row_of for row_of in TYPES if row["id"].startswith(row_of[0])), None)
    if chosen is None:
        return entry | {"why": "tools/catalogue_configs.py has no model_type for it yet: add a row to TYPES"}
    kind = chosen[1]
    if kind is None:
        why = next(text for start, text in WHY.items() if row["id"].startswith(start))
        return entry | {"why": why}
    try:
        config = WRITERS[kind](Model(row))
    except (Unsayable, KeyError, TypeError, StopIteration) as reason:
        why = str(reason) if isinstance(reason, Unsayable) else "its layers are not those that files of this type describe"
        return entry | {"model_type": kind, "why": why}
    entry["config"] = {"model_type": kind}
    if kind in ARCHITECTURES:
        entry["config"]["architectures"] = [ARCHITECTURES[kind]]
    entry["config"] |= config
    form = row["format"]
    if form in DTYPES:
        entry["config"].setdefault("torch_dtype", DTYPES[form])
    elif form.startswith("fp8_block128"):
        entry["config"] |= {"torch_dtype": "bfloat16", "quantization_config": FP8}
    left_out = ["context"] if kind == "xlm-roberta" else []  # its positions count two that no token has
    if any(side[0] in ("vision", "audio") for side in row["sides"]):
        left_out.append("towers")
    if row["mtp_layers"] and kind in SILENT_ON_MODULES:
        left_out.append("modules")
    if "quantization_config" not in entry["config"] and form not in DTYPES:
        left_out.append("formats")
    return entry | ({"left_out": left_out} if left_out else {})


def every_model(models):
    visits = "\n".join(f'    visit("{m["id"]}", models::{catalog_models.identifier(m["id"])});' for m in models)
    return f"""// SPDX-License-Identifier: MIT
// Generated by tools/catalogue_configs.py from {catalog_models.MODELS}; edit that instead.
#pragma once

#include <reckon/catalog/models.hpp>

namespace reckon::test {{

// Calls visit(id, model) with every model of the catalogue as the type that the compiler knows it by.
template <class Visit> void for_each_catalogue_model(Visit const& visit) {{
    // clang-format off
{visits}
    // clang-format on
}}

}} // namespace reckon::test
"""


def generate(root):
    models = catalog_models.load(root)
    lines = "".join(json.dumps(line(row), separators=(",", ":")) + "\n" for row in models)
    return {OUT: lines, EVERY: every_model(models)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing, exit 1 if a file is not up to date")
    root = Path(__file__).resolve().parent.parent
    stale = []
    for path, text in generate(root).items():
        target = root / path
        if target.exists() and target.read_text(encoding="utf-8") == text:
            continue
        stale.append(path)
        if not parser.parse_args().check:
            target.write_text(text, encoding="utf-8")
    if parser.parse_args().check and stale:
        print("\n".join(f"{path} is not what {catalog_models.MODELS} gives; run tools/catalogue_configs.py" for path in stale))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
