#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Conformance vectors: facts of a model and exact answers, computed here from first principles.

    python3 tools/check_vectors.py --check          recompute every answer of tests/vectors/*.json from the facts in it
    python3 tools/check_vectors.py --write          take the facts anew from data/models.csv, and compute the answers

The computation lists the tensors of each layer as the model's own code has them (the class is named in the comment),
says over which ranks each is divided, and adds up fractions. It reads nothing but the file: no library, no table.
tests/vectors/README.md defines every field; tests/vectors/schema.json is its JSON Schema.
"""
import argparse
import json
import sys
from fractions import Fraction
from math import ceil
from pathlib import Path

FOLDER = Path("tests/vectors")
CONTEXTS = (1, 1000, 131072)
LAYOUTS = [{"tensor": t, "pipeline": 1, "data": 1, "expert": 1} for t in (1, 2, 4, 8)] + [
    {"tensor": 1, "pipeline": 2, "data": 1, "expert": 1}, {"tensor": 1, "pipeline": 1, "data": 8, "expert": 8}]


# ---- tensors ----------------------------------------------------------------------------------------------------------
# A tensor: part of the model, rows x columns, copies, of which a token uses `active`; what ranks can share it by
# ("whole", "heads", "kv", "width", "experts"), how many indivisible units that has; and whether formats quantise it
# ("matrix"), leave it in 16 bit ("plain") or in 32 ("wide32").

def tensor(part, rows, columns=1, shared="whole", units=1, kind="matrix", copies=1, active=None):
    return {"part": part, "rows": rows, "columns": columns, "shared": shared, "units": units, "kind": kind,
            "copies": copies, "active": copies if active is None else active}


def norm(width):
    return tensor("norms", width, kind="plain")


def grouped(a, h):
    """LlamaAttention and its descendants: q, k, v, o, and what some of them add."""
    n, kv, d = a["query_heads"], a["kv_heads"], a["head_dim"]
    dv = a.get("value_dim") or d
    gate = 2 if a.get("output_gate") else 1  # Qwen3NextAttention: q_proj carries a gate
    yield tensor("attention", gate * n * d, h, "heads", n)  # q_proj
    own_keys = not a.get("borrowed_keys")  # Gemma3nTextAttention, is_kv_shared_layer
    if own_keys:
        yield tensor("attention", kv * d, h, "kv", kv)  # k_proj
        if not a.get("keys_as_values"):  # Gemma4TextAttention, attention_k_eq_v
            yield tensor("attention", kv * dv, h, "kv", kv)  # v_proj
    yield tensor("attention", h, n * dv, "heads", n)  # o_proj
    if a.get("head_gate"):  # Step3p5Attention.g_proj
        yield tensor("attention", n, h, "heads", n, "plain")
    if a.get("qkv_bias"):
        yield tensor("attention", n * d, 1, "heads", n, "plain")
        if own_keys:
            keys = 0 if a.get("unbiased_keys") else kv * d  # WhisperAttention.k_proj has none
            yield tensor("attention", keys + kv * dv, 1, "kv", kv, "plain")
    if a.get("output_bias"):
        yield tensor("attention", h, kind="plain")
    if a.get("query_key_norm") == "per_head":  # Qwen3Attention
        yield norm(d)
        if own_keys:
            yield norm(d)
    if a.get("query_key_norm") == "all_heads":  # Olmo2Attention
        yield norm(n * d)
        if own_keys:
            yield norm(kv * d)
    if a.get("sinks"):  # GptOssAttention.sinks
        yield tensor("attention", n, 1, "heads", n, "plain")


def latent(a, h):
    """DeepseekV3Attention."""
    n, rank, key = a["query_heads"], a["kv_lora_rank"], a["qk_nope_dim"] + a["qk_rope_dim"]
    if a.get("q_lora_rank"):
        yield tensor("attention", a["q_lora_rank"], h)  # q_a_proj: on every rank
        yield norm(a["q_lora_rank"])
        yield tensor("attention", n * key, a["q_lora_rank"], "heads", n)  # q_b_proj
    else:
        yield tensor("attention", n * key, h, "heads", n)  # q_proj
    yield tensor("attention", rank + a["qk_rope_dim"], h)  # kv_a_proj_with_mqa: on every rank
    yield norm(rank)
    yield tensor("attention", n * (a["qk_nope_dim"] + a["v_dim"]), rank, "heads", n)  # kv_b_proj
    yield tensor("attention", h, n * a["v_dim"], "heads", n)  # o_proj
    if a.get("output_gate"):  # Kimi-K3: mla_use_output_gate
        yield tensor("attention", n * a["v_dim"], h, "heads", n)


def indexer(x, h):
    """DeepSeek-V3.2's Indexer: wq_b, wk, k_norm, weights_proj; all on every rank."""
    yield tensor("attention", x["heads"] * x["dim"], x["query_width"])
    yield tensor("attention", x["dim"], h)
    yield norm(x["key_norms"] * x["dim"])
    if x["head_weights"]:
        yield tensor("attention", x["heads"], h, kind="plain")


def window_part(a, h):
    """DeepSeek-V4: one key-value head, queries through a latent, output in groups, sinks."""
    n, d, groups, rank = a["query_heads"], a["head_dim"], a["o_groups"], a["o_lora_rank"]
    yield tensor("attention", a["q_lora_rank"], h)  # wq_a
    yield norm(a["q_lora_rank"])
    yield tensor("attention", n * d, a["q_lora_rank"], "heads", n)  # wq_b
    yield tensor("attention", d, h)  # wkv
    yield norm(d)
    yield tensor("attention", groups * rank, n * d // groups, "heads", groups)  # wo_a
    yield tensor("attention", h, groups * rank, "heads", groups)  # wo_b
    yield tensor("attention", n, 1, "heads", n, "plain")  # attn_sink


def compressed(a, h):
    yield from window_part(a, h)
    r, x = a["ratio"], a.get("index_heads", 0)
    halves = 2 if x else 1
    for width in ([a["head_dim"]] + ([a["index_dim"]] if x else [])) if r else []:
        yield tensor("attention", 2 * halves * width, h)  # compressor: wkv and wgate
        yield tensor("attention", r * halves * width, kind="plain")  # ape
        yield norm(width)
    if r and x:
        yield tensor("attention", x * a["index_dim"], a["q_lora_rank"])
        yield tensor("attention", x, h, kind="plain")


def shared_compressed(a, h):
    """DeepSeek-V4.1: some layers compress, some select, all others read what these left."""
    yield from window_part(a, h)
    if a.get("compresses"):
        yield tensor("attention", a["head_dim"] * (2 if a["ratio"] > 1 else 1), h)
        yield norm(a["head_dim"])
        yield tensor("attention", a["index_dim"], a["head_dim"])
        yield norm(a["index_dim"])
    if a.get("selects"):
        yield tensor("attention", a["index_heads"] * a["index_dim"], a["q_lora_rank"])
        yield tensor("attention", a["index_heads"], h, kind="plain")


def delta(a, h):
    """Qwen3NextGatedDeltaNet: in_proj_qkvz, in_proj_ba, conv1d, dt_bias, A_log, norm, out_proj."""
    nk, nv = a["key_heads"], a["value_heads"]
    keys, values = nk * a["key_dim"], nv * a["value_dim"]
    yield tensor("attention", 2 * keys + 2 * values, h, "heads", nk)
    yield tensor("attention", 2 * nv, h, "heads", nv, "plain")
    yield tensor("attention", 2 * keys + values, a["taps"], "heads", nk, "plain")
    yield tensor("attention", 2 * nv, 1, "heads", nv, "plain")
    yield norm(a["value_dim"])
    yield tensor("attention", h, values, "heads", nv)


def kimi_delta(a, h):
    """KimiDeltaAttention: q, k, v and their convolutions, decay and gate through one head's width."""
    n, d = a["query_heads"], a["head_dim"]
    for _ in range(3):
        yield tensor("attention", n * d, h, "heads", n)
        yield tensor("attention", n * d, a["taps"], "heads", n, "plain")
    yield tensor("attention", d, h)  # f_a_proj
    yield tensor("attention", n * d, d, "heads", n)  # f_b_proj
    yield tensor("attention", n * d + n, 1, "heads", n, "plain")  # dt_bias, A_log
    yield tensor("attention", n, h, "heads", n, "plain")  # b_proj
    if a.get("full_rank_gate"):
        yield tensor("attention", n * d, h, "heads", n)
    else:
        yield tensor("attention", d, h)  # g_a_proj
        yield tensor("attention", n * d, d, "heads", n)  # g_b_proj
    yield norm(d)
    yield tensor("attention", h, n * d, "heads", n)


def lightning(a, h):
    """MiniMaxText01LightningAttention: qkv_proj, output_gate, norm, out_proj."""
    n, width = a["query_heads"], a["query_heads"] * a["head_dim"]
    yield tensor("attention", 3 * width, h, "heads", n)
    yield tensor("attention", width, h, "heads", n)
    yield norm(width)
    yield tensor("attention", h, width, "heads", n)


def mamba(a, h):
    """JambaMambaMixer: in_proj, conv1d, x_proj, dt_proj, A_log, D, norms on the time step, B and C, out_proj."""
    d, n, r = a["inner"], a["state"], a["time_rank"]
    yield tensor("attention", 2 * d, h, "width", d)
    yield tensor("attention", d, a["taps"], "width", d, "plain")
    yield tensor("attention", r + 2 * n, d, "width", d)
    yield tensor("attention", d, r, "width", d)
    yield tensor("attention", d, n, "width", d, "plain")
    yield tensor("attention", 3 * d, 1, "width", d, "plain")  # biases of conv1d and dt_proj, D
    yield norm(r + 2 * n)
    yield tensor("attention", h, d, "width", d)


def mamba2(a, h):
    """NemotronHMamba2Mixer: in_proj for z, x, B, C and the time step; groups are divided or repeated like keys."""
    n, g, inner, shared = a["query_heads"], a["groups"], a["query_heads"] * a["head_dim"], 2 * a["groups"] * a["state"]
    yield tensor("attention", 2 * inner + n, h, "heads", n)
    yield tensor("attention", shared, h, "kv", g)
    yield tensor("attention", inner, a["taps"], "heads", n, "plain")
    yield tensor("attention", shared, a["taps"], "kv", g, "plain")
    yield tensor("attention", inner + 3 * n, 1, "heads", n, "plain")  # biases of conv1d and dt, A_log, D
    yield tensor("attention", shared, 1, "kv", g, "plain")
    yield norm(inner)
    yield tensor("attention", h, inner, "heads", n)


def short_convolution(a, h):
    """Lfm2ShortConv: in_proj for two gates and the input, conv, out_proj."""
    w = a["width"]
    yield tensor("attention", 3 * w, h, "width", w)
    yield tensor("attention", w, a["taps"], "width", w, "plain")
    yield tensor("attention", h, w, "width", w)


MIXERS = {"short_convolution": short_convolution, "grouped": grouped, "latent": latent, "compressed": compressed, "shared_compressed": shared_compressed,
          "delta": delta, "kimi_delta": kimi_delta, "lightning": lightning, "mamba": mamba, "mamba2": mamba2,
          "none": lambda a, h: iter(())}


def mixer(a, h):
    own = list(MIXERS[a["kind"]](a, h))
    if "cross" in a and a["cross"]["self"]:  # a cross-attention and a self-attention of the same shape
        own = own + own
    yield from own
    if "indexer" in a:
        yield from indexer(a["indexer"], h)
    if "streams" in a:  # hyper-connections around attention and feed-forward, in 32 bit in checkpoints
        s = a["streams"]
        yield tensor("attention", 2 * (2 + s) * s, s * h, kind="plain")
        yield tensor("attention", 2 * ((2 + s) * s + 3), kind="plain")


def block(f, h):
    kind = f["kind"]
    if kind in ("gated", "embedding_gated"):
        i = f["intermediate"]
        for rows, columns in ((i, h), (i, h), (h, i)):  # gate_proj, up_proj, down_proj
            yield tensor("dense_feed_forward", rows, columns, "width", i)
    if kind == "embedding_gated":  # Gemma3nTextDecoderLayer
        p, r, s = f["embedding_dim"], f.get("laurel_rank", 0), f.get("streams", 0)
        for rows, columns in ((p, h), (p, h), (h, p)):  # gate, slice of the model's projection, projection back
            yield tensor("dense_feed_forward", rows, columns)
        yield norm(h)
        if r:
            yield tensor("dense_feed_forward", r, h)
            yield tensor("dense_feed_forward", h, r)
            yield norm(h)
        if s:
            yield tensor("dense_feed_forward", s, h, kind="plain")  # modality_router
            yield tensor("dense_feed_forward", s * s, s + 1, kind="plain")  # correction and prediction coefficients
            yield norm(2 * h)
    if kind == "plain":
        i = f["intermediate"]
        yield tensor("dense_feed_forward", i, h, "width", i)
        yield tensor("dense_feed_forward", h, i, "width", i)
        if f.get("biases"):
            yield tensor("dense_feed_forward", i, 1, "width", i, "plain")
            yield tensor("dense_feed_forward", h, kind="plain")
    if kind == "experts":
        yield from experts(f, h)


def experts(f, h):
    e, k, i, s = f["routed"], f["per_token"], f["intermediate"], f.get("shared_intermediate", 0)
    inside = f.get("latent") or h
    gated = f.get("gated_experts", True)
    yield tensor("router", e, h, kind="plain")
    for flag in ("score_correction", "image_correction"):
        if f.get(flag):
            yield tensor("router", e, kind="wide32")
    for rows, columns in [(i, inside)] * (2 if gated else 1) + [(inside, i)]:
        yield tensor("routed_experts", rows, columns, "experts", e, copies=e, active=k)
    if f.get("latent"):  # fc1_latent_proj, fc2_latent_proj of Nemotron-3: the same for all experts
        yield tensor("shared_experts", f["latent"], h)
        yield tensor("shared_experts", h, f["latent"])
        if f.get("latent_norm"):
            yield norm(f["latent"])
    for rows, columns in ([(s, h)] * (2 if gated else 1) + [(h, s)]) if s else []:
        yield tensor("shared_experts", rows, columns, "width", s)
    if f.get("gated_shared"):  # Qwen2MoeSparseMoeBlock.shared_expert_gate
        yield tensor("router", 1, h, kind="plain")
    if f.get("router_scale"):  # Gemma4TextRouter: scale before, per_expert_scale behind
        yield tensor("router", h + e, kind="plain")
    if f.get("biases"):  # GptOssExperts and its router
        yield tensor("router", e, kind="plain")
        yield tensor("routed_experts", 2 * i + h, 1, "experts", e, "plain", copies=e, active=k)


def layer_tensors(group, h):
    yield from mixer(group["attention"], h)
    yield from block(group["feed_forward"], h)
    yield norm(h * group["norms"] * (2 if group["norm_bias"] else 1) + group["scalars"])


# ---- parameters -------------------------------------------------------------------------------------------------------

CLOSING = ("hyper_head", "pooler")
TABLES = ("routing_table", "store_scales")


def vectors_outside(m):
    one = m["hidden"] * (2 if m["final_norm_bias"] else 1)
    return one * (2 if m["embedding_norm"] else 1) + (m["vocabulary"] if m["head_bias"] else 0)


def parameters(m):
    h, v = m["hidden"], m["vocabulary"]
    n = dict.fromkeys(("total", "active", "embedding", "head", "attention", "dense_feed_forward", "shared_experts",
                       "routed_experts", "router", "norms", "sides"), 0)
    for group in m["groups"]:
        for t in layer_tensors(group, h):
            one = t["rows"] * t["columns"] * len(group["layers"])
            n[t["part"]] += one * t["copies"]
            n["active"] += one * t["active"]
    n["embedding"] = (v + m["learned_positions"]) * h
    n["head"] = 0 if m["tied_embeddings"] else v * h
    n["norms"] += vectors_outside(m)
    n["active"] += n["embedding"] + n["head"] + vectors_outside(m)
    for side in m["sides"]:
        n["sides"] += 0 if side["kind"] in TABLES else side["values"]
        n["active"] += side["values"] if side["kind"] in CLOSING else 0
    n["total"] = sum(n[part] for part in n if part not in ("total", "active"))
    return n


# ---- layouts ----------------------------------------------------------------------------------------------------------

def refused(m, l):
    """Why engines refuse the layout, or None."""
    ranks, counts = l["tensor"] * l["data"], m["groups"]
    total = sum(len(g["layers"]) for g in counts)
    if l["pipeline"] > total:
        return "fewer layers than stages"
    has_experts = any(g["feed_forward"]["kind"] == "experts" for g in counts)
    if l["data"] > 1 and not has_experts:
        return "data parallelism without experts is replicas"
    for group in counts:
        for t in layer_tensors(group, m["hidden"]):
            u, tp = t["units"], l["tensor"]
            if t["shared"] == "heads" and u % tp:
                return "heads do not divide"
            if t["shared"] == "kv" and u % tp and tp % u:
                return "key-value heads and ranks do not divide each other"
            if t["shared"] == "width" and u % tp:
                return "a width does not divide"
            if t["shared"] == "experts":
                if l["expert"] > 1 and u % l["expert"]:
                    return "experts do not divide"
                width = group["feed_forward"]["intermediate"]
                if l["expert"] == 1 and width % ranks:
                    return "the width of an expert does not divide"
    return None


def share(t, l):
    tp, ranks = l["tensor"], l["tensor"] * l["data"]
    if t["part"] in ("norms", "router") or t["shared"] == "whole":
        return Fraction(1)
    if t["shared"] == "experts":
        return Fraction(1, ranks)
    if t["shared"] == "kv":
        return Fraction(ceil(Fraction(t["units"], tp)), t["units"])
    return Fraction(1, tp)


def stage_layers(total, stages, stage):
    """get_pp_indices of vLLM: what is left over goes one each to the last stages but the very last."""
    sizes = [total // stages] * stages
    for extra in range(total % stages):
        sizes[-2 - extra] += 1
    first = sum(sizes[:stage])
    return range(first, first + sizes[stage])


# ---- bytes of weights -------------------------------------------------------------------------------------------------

def stored(t, form):
    """Bytes of all copies. bf16: two a value. fp8_block128: matrices in one, and four on a tile of 128 x 128."""
    values = t["rows"] * t["columns"] * t["copies"]
    if t["kind"] == "wide32":
        return 4 * values
    if form == "bf16" or t["kind"] == "plain":
        return 2 * values
    return values + 4 * ceil(Fraction(t["rows"], 128)) * ceil(Fraction(t["columns"], 128)) * t["copies"]


def weights(m, form, l, stage):
    h, v, total = m["hidden"], m["vocabulary"], sum(len(g["layers"]) for g in m["groups"])
    here = set(stage_layers(total, l["pipeline"], stage))
    sum_of = Fraction(0)
    for group in m["groups"]:
        held = len(here & set(group["layers"]))
        for t in layer_tensors(group, h):
            sum_of += held * stored(t, form) * share(t, l)
    first, last = stage == 0, stage == l["pipeline"] - 1
    table = Fraction(2 * v * h, l["tensor"])
    if first:
        sum_of += table + 2 * m["learned_positions"] * h
    if last:
        sum_of += 2 * vectors_outside(m)
        if not m["tied_embeddings"] or not first:  # a tied head needs a copy only on another stage
            sum_of += table
    for side in m["sides"]:
        if (last if side["kind"] in CLOSING else first):
            sum_of += Fraction(side["values"] * side["bits"], 8)
    return sum_of


# ---- state ------------------------------------------------------------------------------------------------------------

BYTES = {"bf16": {"cache": Fraction(2), "index": Fraction(2), "recurrent": Fraction(4), "convolution": Fraction(2)},
         # indexer keys beside an 8 bit cache: one byte a value, and a 32 bit scale on 128
         "fp8": {"cache": Fraction(1), "index": Fraction(132, 128), "recurrent": Fraction(4), "convolution": Fraction(2)}}


def stream(heads, values, kind="cache", whole=False, window=0, stride=1, fixed=False):
    return {"heads": heads, "values": values, "kind": kind, "whole": whole, "window": window, "stride": stride,
            "fixed": fixed}


def recurrent(heads, values, taps_heads, taps_values):
    yield stream(heads, values, "recurrent", fixed=True)
    if taps_values:
        yield stream(taps_heads, taps_values, "convolution", fixed=True)


def streams(a):
    kind = a["kind"]
    if a.get("encoder") or kind == "none":
        return
    if kind == "grouped" and not a.get("borrowed_keys"):
        values = a["head_dim"] + (a.get("value_dim") or a["head_dim"])
        cross = a.get("cross")
        if not cross or cross["self"] or cross["source"] == 0:
            yield stream(a["kv_heads"], values, window=a.get("window", 0))
        if cross and cross["source"]:
            yield stream(a["kv_heads"], values * cross["source"], fixed=True)
    if kind == "latent":
        yield stream(1, a["kv_lora_rank"] + a["qk_rope_dim"], whole=True)
    if kind in ("compressed", "shared_compressed"):
        d, r = a["head_dim"], a["ratio"]
        yield stream(1, d, whole=True, window=a["window"])
        if kind == "compressed" and r:
            halves = 2 if a.get("index_heads") else 1
            yield stream(1, d, whole=True, stride=r)
            yield stream(1, 2 * r * halves * d, "recurrent", True, fixed=True)
            if a.get("index_heads"):
                yield stream(1, a["index_dim"], "index", True, stride=r)
                yield stream(1, 2 * r * halves * a["index_dim"], "recurrent", True, fixed=True)
        if a.get("compresses"):
            yield stream(1, d, whole=True, stride=r)
            yield stream(1, a["index_dim"], "index", True, stride=r)
    if "indexer" in a:
        yield stream(1, a["indexer"]["dim"], "index", True)
    before = a.get("taps", 1) - 1  # inputs that a convolution still needs
    if kind == "delta":
        nk, nv = a["key_heads"], a["value_heads"]
        convolved = 2 * a["key_dim"] + nv * a["value_dim"] // nk
        yield from recurrent(nv, a["key_dim"] * a["value_dim"], nk, convolved * before)
    if kind == "short_convolution":
        yield stream(a["width"], before, "convolution", fixed=True)
    if kind == "kimi_delta":
        yield from recurrent(a["query_heads"], a["head_dim"] ** 2, a["query_heads"], 3 * a["head_dim"] * before)
    if kind == "lightning":
        yield from recurrent(a["query_heads"], a["head_dim"] ** 2, 0, 0)
    if kind == "mamba":
        yield from recurrent(a["inner"], a["state"], a["inner"], before)
    if kind == "mamba2":
        n, g = a["query_heads"], a["groups"]
        yield from recurrent(n, a["head_dim"] * a["state"], n, a["head_dim"] * before)
        yield stream(g, 2 * a["state"] * before, "convolution", fixed=True)


def entries(s, tokens):
    if s["fixed"]:
        return 1
    kept = min(tokens, s["window"]) if s["window"] else tokens
    return ceil(Fraction(kept, s["stride"]))


def state(m, cache, l, stage, tokens):
    """Bytes that a request of `tokens` tokens keeps on one rank; None: those that one more token adds."""
    total = sum(len(g["layers"]) for g in m["groups"])
    here = set(stage_layers(total, l["pipeline"], stage))
    sum_of = Fraction(0)
    for group in m["groups"]:
        for s in streams(group["attention"]):
            heads = s["heads"] if s["whole"] else ceil(Fraction(s["heads"], l["tensor"]))
            one = len(here & set(group["layers"])) * heads * s["values"] * BYTES[cache][s["kind"]]
            if tokens is not None:
                sum_of += one * entries(s, tokens)
            elif not s["fixed"] and not s["window"]:
                sum_of += one / s["stride"]
    return sum_of


# ---- answers ----------------------------------------------------------------------------------------------------------

def number(x):
    x = Fraction(x)
    if x.denominator == 1:
        return int(x)
    if x.denominator & (x.denominator - 1):
        raise ValueError(f"{x} is no number that a file of decimals holds exactly")
    return float(x)


def answers(m):
    out = {"parameters": parameters(m), "refused": [], "weights": [], "state": []}
    for l in LAYOUTS:
        if why := refused(m, l):
            out["refused"].append(l | {"why": why})
            continue
        for form in ("bf16", "fp8_block128"):
            for stage in range(l["pipeline"]):
                out["weights"].append(l | {"stage": stage, "format": form, "bytes": number(weights(m, form, l, stage))})
        if l["data"] > 1:
            continue  # groups keep requests of their own: as one rank keeps them
        for cache in ("bf16", "fp8"):
            for stage in range(l["pipeline"]):
                out["state"].append(l | {
                    "stage": stage, "cache": cache, "bytes_per_token": number(state(m, cache, l, stage, None)),
                    "bytes_per_request": {str(t): number(state(m, cache, l, stage, t)) for t in CONTEXTS}})
    return out


def complaints(vector):
    found = []
    for field, value in answers(vector["model"]).items():
        if vector[field] != value:
            found.append(f"{vector['id']}: {field} is not what the facts give")
    published = vector["published"]
    if "total" in published:
        total = vector["parameters"]["total"] + published.get("beside", 0)
        if total != published["total"]:
            found.append(f"{vector['id']}: {total:,} parameters, but {published['total']:,} were published")
    for figure in published.get("state", []):
        given = state(vector["model"], figure["cache"], LAYOUTS[0], 0, figure.get("tokens"))
        if given != figure["bytes"]:
            found.append(f"{vector['id']}: {float(given):,} bytes of state, but {figure['bytes']:,} were published")
    for field in ("sources", "covers"):
        if not vector[field]:
            found.append(f"{vector['id']}: no {field}")
    return found


# ---- writing: facts from the table ------------------------------------------------------------------------------------

# Models that show every family, by file; what each shows.
CHOSEN = {
    "heads": [
        ("llama-2-7b", "multi-head attention"), ("falcon-7b", "multi-query attention, LayerNorm, one norm a layer"),
        ("llama-3.1-8b", "grouped-query attention"), ("llama-3.1-405b", "grouped-query attention"),
        ("qwen2.5-0.5b", "biases on queries, keys and values; tied embeddings"), ("qwen2.5-72b", "biases"),
        ("qwen3-8b", "norms on each query and key head"), ("olmo-2-7b", "norms over all heads"),
        ("gpt-2", "learned positions, biases everywhere"), ("bloom-3b", "a norm behind the embedding"),
        ("phi-2", "a bias on the head"), ("llama-3.3-nemotron-super-49b", "layers without attention")],
    "windows": [
        ("mistral-7b-v0.1", "a window in every layer"), ("gemma-2-9b", "windows by turns, four norms a layer"),
        ("gemma-3-27b", "five windows to one, a vision tower"), ("gpt-oss-20b", "attention sinks, biases on experts"),
        ("mimo-v2-flash", "values of another width, other heads in windows"),
        ("gemma-4-31b", "keys as values, heads of two sizes, scalars in layers"),
        ("step-3.5-flash", "one gate a head, query heads of two numbers")],
    "experts": [
        ("mixtral-8x7b", "experts in every layer"), ("deepseek-moe-16b", "shared experts, a leading dense layer"),
        ("qwen1.5-moe-a2.7b", "a gate on the shared expert"), ("gemma-4-26b-a4b", "scales around the router"),
        ("minimax-m2", "a score correction"), ("llama-4-maverick-17b-128e", "experts in every second layer")],
    "latent": [
        ("deepseek-v2-lite", "latent attention without a query latent"), ("deepseek-v3", "latent attention"),
        ("deepseek-v3.2", "an indexer in every layer"), ("glm-5.2", "layers that follow another's indexer"),
        ("minimax-m3", "an indexer beside grouped-query attention"),
        ("deepseek-v4-flash", "compressed attention, hyper-connections, experts by token"),
        ("deepseek-v4.1-flash", "compressed entries shared across layers")],
    "states": [
        ("qwen3-next-80b-a3b", "gated delta net, output gates"), ("kimi-linear-48b-a3b", "Kimi delta attention"),
        ("kimi-k3", "full-rank gates, latent experts"), ("minimax-m1", "lightning attention"),
        ("jamba-1.5-mini", "Mamba"), ("lfm2-8b-a1b", "short convolutions"), ("granite-4.0-h-small", "Mamba-2 with experts in every layer"),
        ("nemotron-3-super-120b-a12b", "Mamba-2, latent experts of two matrices, layers that only feed forward"),
        ("nemotron-h-56b", "two-matrix feed-forward blocks beside Mamba-2")],
    "encoders": [
        ("bert-base-uncased", "an encoder, a pooler"), ("flan-t5-base", "encoder and decoder, cross-attention"),
        ("whisper-tiny", "a source of fixed length, keys without biases"),
        ("llama-3.2-11b-vision", "layers that attend to images alone"),
        ("gemma-3n-e2b", "borrowed keys, embeddings of layers, residual streams")],
}
# Published figures of state, with their sources.
PUBLISHED_STATE = {
    "deepseek-v3": [(70272, None, "Insights into DeepSeek-V3 (2505.09343), table 1: 70.272 KB a token in bf16")],
    "qwen2.5-72b": [(327680, None, "Insights into DeepSeek-V3 (2505.09343), table 1: 327.680 KB a token in bf16")],
    "llama-3.1-405b": [(516096, None, "Insights into DeepSeek-V3 (2505.09343), table 1: 516.096 KB a token in bf16")],
}
NAMES = {"gqa": "grouped", "mla": "latent", "compressed_attention": "compressed",
         "shared_compressed_attention": "shared_compressed", "gated_delta_net": "delta", "no_attention": "none"}
BLOCKS = {"plain_ffn": "plain", "moe": "experts", "no_feed_forward": "none"}


def truth(members):
    return {key: {"true": True, "false": False}.get(value, value) for key, value in members.items()}


def described_attention(family):
    name, members, inner = family
    own = truth(members)
    if inner is None:
        return {"kind": NAMES.get(name, name)} | own
    a = described_attention(inner)
    if name == "indexed":
        a["indexer"] = {"heads": own["index_heads"], "dim": own["index_dim"], "query_width": own["query_width"],
                        "key_norms": own.get("key_norms", 2), "head_weights": own.get("head_weights", True),
                        "top_k": own["top_k"]}
    elif name == "selected":
        a["follows_top_k"] = own["top_k"]
    elif name == "encoder":
        a["encoder"] = True
    elif name == "cross_attending":
        a["cross"] = {"source": own.get("source", 0), "self": own.get("self", True)}
    else:
        a |= own  # window, streams
    return a


def facts(row, catalog_models):
    groups = []
    for group in row["groups"]:
        block_of = group[2]
        scalars = group[4] if len(group) > 4 else row["layer_scalars"]
        groups.append({
            "layers": sorted(catalog_models.layers_in(group[0])), "attention": described_attention(group[1]),
            "feed_forward": {"kind": BLOCKS.get(block_of[0], block_of[0])} | truth(block_of[1]),
            "norms": group[3], "norm_bias": row["norm_bias"], "scalars": scalars})
    return {
        "hidden": row["hidden"], "vocabulary": row["vocabulary"], "tied_embeddings": row["tied"],
        "learned_positions": row["positions"], "final_norm_bias": row["norm_bias"],
        "embedding_norm": row["embedding_norm"], "head_bias": row["head_bias"], "groups": groups,
        "sides": [{"kind": kind, "values": values, "bits": bits} for kind, values, bits in row["sides"]]}


def written(root):
    sys.path.insert(0, str(root / "tools"))
    import catalog_models  # the table and its parser alone
    rows = {row["id"]: row for row in catalog_models.load(root)}
    for name, chosen in CHOSEN.items():
        vectors = []
        for model_id, covers in chosen:
            row = rows[model_id]
            vector = {"id": model_id, "covers": covers, "model": facts(row, catalog_models),
                      "sources": {"facts": row["config_source"]}}
            published = {}
            if row["published"]:
                beside = catalog_models.parameters(row)[1] + row["scales"] + row["other"]
                published = {"total": row["published"], "source": row["total_source"]}
                if beside:
                    published |= {"beside": beside, "beside_is": row["other_is"] or "prediction modules, scales"}
            if model_id in PUBLISHED_STATE:
                published["state"] = [
                    {"cache": "bf16", "bytes": size, "source": source} | ({"tokens": t} if t else {})
                    for size, t, source in PUBLISHED_STATE[model_id]]
            vectors.append(vector | {"published": published} | answers(vector["model"]))
        lines = ",\n".join("  " + json.dumps(vector, separators=(",", ":")) for vector in vectors)
        yield f"{name}.json", f'{{"format":"reckon-conformance-1","vectors":[\n{lines}\n]}}\n'


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--check", action="store_true", help="recompute, write nothing, exit 1 on a difference")
    mode.add_argument("--write", action="store_true", help="take the facts from data/models.csv and write the files")
    args = parser.parse_args()
    root = Path(__file__).resolve().parent.parent
    if args.write:
        for name, text in written(root):
            (root / FOLDER / name).write_text(text, encoding="utf-8")
    found, seen = [], 0
    for path in sorted((root / FOLDER).glob("*.json")):
        if path.name == "schema.json":
            continue
        for vector in json.loads(path.read_text(encoding="utf-8"))["vectors"]:
            seen += 1
            found += complaints(vector)
    if not seen:
        found.append("there are no vectors")
    print("\n".join(found) or f"{seen} vectors: every answer is what the facts give")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
