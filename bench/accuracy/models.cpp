// SPDX-License-Identifier: MIT
// models.csv and quantized_sizes.csv: totals and file sizes, computed from what a row says about
// the architecture, never from its computed or published figures.
#include "accuracy/names.hpp"
#include "accuracy/tables.hpp"

#include <reckon/memory/weights.hpp>
#include <reckon/model/parameters.hpp>
#include <reckon/model/validate.hpp>

#include <algorithm>
#include <string>

namespace accuracy {

namespace {

using namespace reckon;

/// What configurations say by a class name and tables do not: biases, norms, corrections.
/// Source: the modelling code of each family (transformers, vLLM); checked by exact totals.
struct habits {
    bool qkv_bias{};
    bool output_bias{};
    bool sinks{};
    qk_norm query_key_norm{qk_norm::none};
    norm_layout norms{};
    bool score_correction{};
    bool gated_shared{};
    bool expert_biases{};
    bool plain_biases{};
    bool final_norm_bias{};
    bool mtp_copies{}; ///< the prediction module keeps its own embedding and head
    bool sees{};       ///< the total counts a vision tower
};

habits habits_of(record const& row) {
    std::string const name = lower(std::string(row["name"]) + " " + std::string(row["hf_id"]));
    std::string const kind = lower(row["attention_kind"]);
    auto const is = [&](auto... parts) { return (contains(name, parts) || ...); };
    habits h{};
    bool const qwen3 = is("qwen3");
    bool const qwen2 = !qwen3 && is("qwen2", "qwen1.5", "qwq", "distill-qwen");
    h.qkv_bias = qwen2 || is("glm-4", "glm4", "chatglm") ||
                 (contains(kind, "biases") && !contains(kind, "encoder"));
    if (is("glm-4.7-flash")) { h.qkv_bias = false; }
    h.output_bias = contains(kind, "biases");
    h.sinks = contains(kind, "sinks");
    if (qwen3 || is("gemma-3", "gemma3", "olmoe")) { h.query_key_norm = qk_norm::per_head; }
    if (is("glm-4.5", "glm-4.6", "glm-4.7") && !is("air", "flash")) {
        h.query_key_norm = qk_norm::per_head;
    }
    if (is("minimax-m2", "olmo-2")) { h.query_key_norm = qk_norm::all_heads; }
    if (is("gemma-2", "gemma2", "gemma-3", "gemma3")) { h.norms.per_layer = 4; }
    if (is("falcon")) {
        h.norms = {is("falcon-7b") ? count{1} : count{2}, true};
        h.final_norm_bias = true;
    }
    if (contains(kind, "learned positions")) {
        h.norms = {2, true};
        h.final_norm_bias = true;
        h.plain_biases = true;
    }
    if (is("nemotron-4", "minitron", "starcoder2")) {
        h.norms = {2, true};
        h.final_norm_bias = true;
    }
    h.score_correction =
        is("deepseek-v3", "deepseek-r1", "kimi-k2", "moonlight", "glm-4.5", "glm-4.6", "glm-4.7",
           "glm-5", "minimax-m2", "longcat", "mimo", "trinity");
    h.gated_shared = is("qwen1.5-moe", "qwen2-57b", "qwen3-next", "qwen3.5", "qwen3.6");
    h.expert_biases = contains(kind, "biases");
    h.mtp_copies = is("deepseek-v3", "deepseek-r1", "glm-4.5", "glm-4.7");
    // The smallest Gemma 3 (1B, 270M) reads text only.
    h.sees = is("llama-4", "gemma-3-4b", "gemma-3-12b", "gemma-3-27b", "-vl", "vision", "ocr",
                "pixtral", "internvl", "llava");
    return h;
}

/// A family that the library does not describe, in the words of the row; empty where it does.
std::string unmodelled(record const& row) {
    std::string const attention = lower(row["attention_kind"]);
    std::string const feed_forward = lower(row["ffn_kind"]);
    for (std::string_view const other :
         {"linear", "mamba", "csa", "dsa", "sparse", "encoder", "no attention", "reused", "shared",
          "delta", "hybrid", "iswa", "cross"}) {
        if (contains(attention, other)) {
            return "attention of the kind '" + std::string(row["attention_kind"]) +
                   "' is not modelled yet";
        }
    }
    if (attention.empty()) { return "the row states no attention"; }
    if (!attention.starts_with("gqa") && !attention.starts_with("mha") &&
        !attention.starts_with("mqa") && !attention.starts_with("mla")) {
        return "attention of the kind '" + std::string(row["attention_kind"]) +
               "' is not modelled yet";
    }
    for (std::string_view const other : {"latent", "dense+moe"}) {
        if (contains(feed_forward, other)) {
            return "feed-forward of the kind '" + std::string(row["ffn_kind"]) +
                   "' is not modelled yet";
        }
    }
    return {};
}

struct described {
    any_model model{};
    habits family{};
};

/// The model that a row's architecture columns describe.
found<described> model_of(record const& row) {
    if (std::string why = unmodelled(row); !why.empty()) { return found<described>::none(why); }
    habits const h = habits_of(row);
    auto const get = [&](std::string_view column) { return whole_number(row[column]); };
    auto const or_zero = [&](std::string_view column) { return get(column).value_or(0); };
    for (std::string_view const column : {"layers", "hidden", "vocab", "q_heads"}) {
        if (!get(column)) {
            return found<described>::none("the row states no single number of " +
                                          std::string(column));
        }
    }
    count const depth = *get("layers");
    count const hidden = *get("hidden");
    count const heads = *get("q_heads");
    any_attention attention;
    if (lower(row["attention_kind"]).starts_with("mla")) {
        if (!get("kv_lora_rank") || !get("qk_nope_dim") || !get("qk_rope_dim") ||
            !get("v_head_dim")) {
            return found<described>::none("the row leaves out a width of its latent attention");
        }
        attention = mla{heads,
                        or_zero("q_lora_rank"),
                        *get("kv_lora_rank"),
                        *get("qk_nope_dim"),
                        *get("qk_rope_dim"),
                        *get("v_head_dim")};
    } else {
        auto const kv = get("kv_heads");
        auto const width =
            get("head_dim") ? get("head_dim") : std::optional<long long>(hidden / heads);
        if (!kv || (!row["head_dim"].empty() && !get("head_dim"))) {
            return found<described>::none("head counts or widths differ from layer to layer");
        }
        attention = gqa{.query_heads = heads,
                        .kv_heads = *kv,
                        .head_dim = *width,
                        .value_dim = or_zero("v_head_dim") == *width ? 0 : or_zero("v_head_dim"),
                        .qkv_bias = h.qkv_bias,
                        .output_bias = h.output_bias,
                        .query_key_norm = h.query_key_norm,
                        .sinks = h.sinks};
    }
    std::string const kind = lower(row["ffn_kind"]);
    std::string const pattern = lower(row["layer_pattern"]);
    any_feed_forward dense;
    if (or_zero("intermediate") > 0) {
        dense = contains(kind, "2 matrices")
                    ? any_feed_forward(plain_ffn{*get("intermediate"), h.plain_biases})
                    : any_feed_forward(gated{*get("intermediate")});
    }
    described out{.model = {}, .family = h};
    any_model& m = out.model;
    m.name = label(row["name"]);
    m.hidden = hidden;
    m.vocabulary = *get("vocab");
    m.tied_embeddings = lower(row["tied_embeddings"]) == "true";
    m.final_norm_bias = h.final_norm_bias;
    if (contains(lower(row["attention_kind"]), "learned positions")) {
        m.learned_positions = or_zero("max_context");
    }
    if (auto const longest = get("max_context")) {
        m.max_context = tokens{static_cast<double>(*longest)};
    }
    m.mtp = {or_zero("mtp_layers"), h.mtp_copies};
    if (kind.starts_with("dense")) {
        if (or_zero("intermediate") <= 0) {
            return found<described>::none("feed-forward widths differ from layer to layer");
        }
        m.groups.list.push_back({layer_set::range(0, depth), attention, dense, h.norms});
    } else {
        if (!get("moe_intermediate") || !get("routed_experts") || !get("experts_per_token")) {
            return found<described>::none("the row leaves out a number of its experts");
        }
        count const width = *get("moe_intermediate");
        moe const mixture{.routed = *get("routed_experts"),
                          .per_token = *get("experts_per_token"),
                          .intermediate = width,
                          .shared_intermediate = or_zero("shared_experts") * width,
                          .score_correction = h.score_correction,
                          .gated_shared = h.gated_shared && or_zero("shared_experts") > 0,
                          .biases = h.expert_biases};
        layer_set sparse = layer_set::range(or_zero("first_dense_layers"), depth);
        if (contains(pattern, "moe every 2nd layer")) {
            sparse = sparse & layer_set::every(2, 1, depth);
        }
        layer_set const rest = layer_set::range(0, depth) - sparse;
        if (rest.size() > 0) { m.groups.list.push_back({rest, attention, dense, h.norms}); }
        m.groups.list.push_back({sparse, attention, mixture, h.norms});
    }
    if (auto const defect = defect_of(m)) {
        return found<described>::none("the row describes no possible model: " +
                                      std::string(defect->message.view()));
    }
    return {out, {}};
}

/// How the publisher stores it, from the column native_dtype.
found<recipe> native_recipe(std::string_view dtype) {
    std::string const name = lower(dtype);
    constexpr block_scaled<e4m3, block_shape{128, 128}, e8m0> fp8_block_exponents{
        "fp8-block128-ue8m0"};
    if (name == "bf16") { return {recipe(bf16), {}}; }
    if (name == "fp16") { return {recipe(fp16), {}}; }
    if (name == "fp32") { return {recipe(fp32), {}}; }
    if (name.starts_with("experts mxfp4")) { return {experts_in(mxfp4, bf16), {}}; }
    if (name.starts_with("experts int4 symmetric group 32")) {
        return {experts_in(int4_g32_symmetric, bf16), {}};
    }
    if (name.starts_with("fp8 e4m3 block 128x128")) {
        recipe stored =
            contains(name, "ue8m0") ? recipe(fp8_block_exponents) : recipe(fp8_block128);
        if (contains(name, "router fp32")) { stored = stored.with(tensor_role::router, fp32); }
        return {stored, {}};
    }
    if (name.empty()) { return found<recipe>::none("the publisher's number format is not stated"); }
    return found<recipe>::none("the published format '" + std::string(dtype) +
                               "' is not described");
}

} // namespace

void check_models(table const& rows, report& into) {
    rows.require({"name",           "hf_id",          "total_params",      "layers",
                  "hidden",         "vocab",          "tied_embeddings",   "attention_kind",
                  "q_heads",        "kv_heads",       "head_dim",          "q_lora_rank",
                  "kv_lora_rank",   "qk_rope_dim",    "qk_nope_dim",       "v_head_dim",
                  "layer_pattern",  "ffn_kind",       "intermediate",      "moe_intermediate",
                  "routed_experts", "shared_experts", "experts_per_token", "first_dense_layers",
                  "mtp_layers",     "max_context",    "native_dtype",      "checkpoint_bytes"});
    into.declare("models.total_params");
    into.declare("models.checkpoint_bytes");
    for (std::size_t i = 0; i < rows.size(); ++i) {
        record const row{rows, i};
        auto const total = number(row["total_params"]);
        auto const file = number(row["checkpoint_bytes"]);
        if (!total && !file) { continue; }
        auto const model = model_of(row);
        outcome base{.file = "models.csv",
                     .row = i + 1,
                     .group = std::string(row["family"]),
                     .model = std::string(row["name"])};
        auto const add = [&](std::string quantity, double measured, prediction p) {
            outcome o = base;
            o.quantity = std::move(quantity);
            o.measured = measured;
            o.predicted = std::move(p);
            into.add(std::move(o));
        };
        std::string const tower =
            "the figure counts a vision tower that the columns do not describe";
        if (total) {
            add("models.total_params", *total,
                !model ? prediction::none(model.reason)
                : model->family.sees
                    ? prediction::none(tower)
                    : prediction::of(static_cast<double>(parameters_of(model->model).total)));
        }
        if (file) {
            auto const stored = native_recipe(row["native_dtype"]);
            add("models.checkpoint_bytes", *file,
                !model    ? prediction::none(model.reason)
                : !stored ? prediction::none(stored.reason)
                : model->family.sees
                    ? prediction::none(tower)
                    : prediction::of(in_bytes(checkpoint_bytes(model->model, *stored))));
        }
    }
}

void check_quantized_sizes(table const& rows, report& into) {
    rows.require({"model", "format", "published_size", "unit_as_given", "exact_bytes",
                  "unit_really", "bytes_used"});
    into.declare("quantized_sizes.bytes");
    for (std::size_t i = 0; i < rows.size(); ++i) {
        record const row{rows, i};
        auto const measured = number(row["bytes_used"]);
        if (!measured) { continue; }
        std::string const format = lower(row["format"]);
        auto const model = model_named(row["model"]);
        prediction p;
        if (!model) {
            p = prediction::none(model.reason);
        } else if (contains(format, "dynamic") || contains(format, "ud-") ||
                   contains(format, "_xl") || contains(format, "_xs") || contains(format, "dq3") ||
                   contains(format, "q2_k_l")) {
            p = contains(format, "iq4_xs")
                    ? prediction{}
                    : prediction::none("a mixture whose rule was not published");
        } else if (contains(format, "ggml v3")) {
            p = prediction::none("a mixture of 2023, before today's rules");
        }
        if (p.reason.empty() && model) {
            any_model const& m = **model;
            found<recipe> stored = found<recipe>::none("");
            bool with_module = false;
            if (contains(format, "mlx")) {
                constexpr block_scaled<integer<4>, 64, e8m7, e8m7> affine4{"mlx-4",
                                                                           arithmetic::bf16};
                constexpr block_scaled<integer<6>, 64, e8m7, e8m7> affine6{"mlx-6",
                                                                           arithmetic::bf16};
                constexpr block_scaled<integer<8>, 64, e8m7, e8m7> affine8{"mlx-8",
                                                                           arithmetic::bf16};
                any_precision const affine =
                    contains(format, "mxfp4") ? any_precision(mxfp4)
                    : contains(format, "4") && !contains(format, "8") && !contains(format, "6-bit")
                        ? any_precision(affine4)
                    : contains(format, "6-bit") ? any_precision(affine6)
                                                : any_precision(affine8);
                if (contains(format, "bf16 (mlx")) {
                    stored = {recipe(bf16), {}};
                } else {
                    // Embedding and head are quantised too; norms stay in 16 bit.
                    stored = {recipe(affine)
                                  .with(tensor_role::embedding, affine)
                                  .with(tensor_role::head, affine)
                                  .with(tensor_role::router, affine),
                              {}};
                }
            } else if (contains(format, "native") || format.starts_with("bf16")) {
                stored = {contains(format, "native") ? m.published : recipe(bf16), {}};
                with_module = true;
            } else if (contains(format, "gptq") || contains(format, "awq")) {
                constexpr block_scaled<integer<4>, per_channel, e5m10, integer<4>> whole_rows{
                    "int4-row", arithmetic::fp16};
                stored = {contains(format, "no group") ? recipe(whole_rows)
                          : contains(format, "g32")    ? recipe(int4_g32)
                          : contains(format, "g64")    ? recipe(int4_g64)
                                                       : recipe(int4_g128),
                          {}};
            } else {
                stored = format_named(row["format"], m, vendor::other);
                with_module = !contains(format, "gguf");
            }
            p = !stored ? prediction::none(stored.reason)
                        : prediction::of(in_bytes(with_module ? checkpoint_bytes(m, *stored)
                                                              : weights_of(m, *stored).total()));
        }
        into.add({.file = "quantized_sizes.csv",
                  .row = i + 1,
                  .quantity = "quantized_sizes.bytes",
                  .measured = *measured,
                  .predicted = std::move(p),
                  .group = std::string(row["format"].substr(0, row["format"].find(' '))),
                  .model = std::string(row["model"])});
    }
}

} // namespace accuracy
