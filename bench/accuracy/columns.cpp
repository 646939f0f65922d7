// SPDX-License-Identifier: MIT
#include "accuracy/columns.hpp"

#include <reckon/catalog/find_model.hpp>
#include <reckon/model/validate.hpp>

#include <algorithm>

namespace accuracy {

namespace {

using namespace reckon;

/// The vision towers of publishers whose every size has the same one: its parameters are those of the
/// encoder and of a projector into the text's width.
/// Source: differences between published totals and text models of each family, all sizes agreeing.
struct tower {
    std::string_view family;
    count encoder;    ///< with the parts of the projector that no text width changes
    count per_text;   ///< parameters for each value of the text's width
    count least_text; ///< smaller models of the family read text only, or have another tower
};
constexpr tower towers[] = {
    {"gemma-3", 416'867'184, 1152, 2560}, {"gemma-4", 569'550'384, 1152, 2816},
    {"llama-4", 871'932'416, 0, 5120},    {"qwen3.5", 437'132'016, 4609, 2048},
    {"qwen3.6", 437'132'016, 4609, 2048},
};

/// Whether the name says that the model sees, by a tower that the columns do not describe.
bool sees_otherwise(std::string_view name) {
    for (std::string_view const word :
         {"-vl", "vision", "ocr", "pixtral", "internvl", "llava", "gemma-3n", "omni"}) {
        if (contains(name, word)) { return true; }
    }
    return false;
}

std::string name_of(record const& row) {
    return lower(std::string(row["name"]) + " " + std::string(row["hf_id"]));
}

/// The feed-forward block of every layer.
found<std::vector<any_feed_forward>> feed_forward_of(record const& row, habits const& h) {
    using answer = found<std::vector<any_feed_forward>>;
    auto const get = [&](std::string_view column) { return whole_number(row[column]); };
    auto const or_zero = [&](std::string_view column) { return get(column).value_or(0); };
    std::string const kind = lower(row["ffn_kind"]);
    std::string const pattern = lower(row["layer_pattern"]);
    std::string const letters = mixer_letters(row);
    count const depth = or_zero("layers");
    count const wide = or_zero("intermediate");
    any_feed_forward dense = gated{wide};
    if (contains(kind, "2 matrices")) { dense = plain_ffn{wide, h.plain_biases}; }
    bool const mixed = contains(kind, "moe");
    if (!mixed && (!kind.starts_with("dense") || wide <= 0)) {
        return answer::none(kind.starts_with("dense")
                                ? "feed-forward widths differ from layer to layer"
                                : "feed-forward of the kind '" + std::string(row["ffn_kind"]) +
                                      "' is not described by the columns alone");
    }
    moe mixture{};
    if (mixed) {
        if (!get("moe_intermediate") || !get("routed_experts") || !get("experts_per_token")) {
            return answer::none("the row leaves out a number of its experts");
        }
        count const width = *get("moe_intermediate");
        // The dense block beside the experts of a layer is their shared expert (Gemma 4).
        bool const beside = contains(kind, "dense+moe");
        count const shared = beside ? wide : or_zero("shared_experts") * h.shared_ratio * width;
        std::string const remarks = kind + " " + lower(row["notes"]);
        mixture = {.routed = *get("routed_experts"),
                   .per_token = *get("experts_per_token"),
                   .intermediate = width,
                   .shared_intermediate = shared,
                   .score_correction = h.score_correction,
                   .gated_shared = h.gated_shared && shared > 0,
                   .biases = h.expert_biases,
                   .latent = stated(remarks, R"(experts work in (\d+) dims)")
                                 .value_or(h.latent_quarter ? or_zero("hidden") / 4 : 0),
                   .latent_norm = h.latent_norm,
                   .gated_experts = !h.two_matrices,
                   .router_scale = beside};
    }
    count const hashed = stated(pattern, R"(first (\d+) moe layers hash-routed)").value_or(0);
    count const leading =
        stated(pattern, R"(first (\d+) dense)").value_or(or_zero("first_dense_layers"));
    bool const every_second = contains(pattern, "moe every 2nd layer");
    std::vector<any_feed_forward> out;
    for (count i = 0; i < depth; ++i) {
        if (!letters.empty() && static_cast<count>(letters.size()) == depth) {
            char const letter = letters[static_cast<std::size_t>(i)];
            if (letter == 'e') {
                out.emplace_back(mixture);
            } else if (letter == '-') {
                out.push_back(dense);
            } else {
                out.emplace_back(no_feed_forward{});
            }
        } else if (!mixed || i < leading || (every_second && i % 2 == 0)) {
            if (wide <= 0) { return answer::none("the row leaves out the width of dense layers"); }
            out.push_back(dense);
        } else {
            moe here = mixture;
            // A table says which experts a token of the first layers goes to: nothing corrects scores.
            if (i < hashed) { here.score_correction = false; }
            out.emplace_back(here);
        }
    }
    return {out, {}};
}

/// How the publisher stores it, from the column native_dtype.
found<recipe> native_recipe(std::string_view dtype) {
    std::string const name = lower(dtype);
    if (name == "bf16") { return {recipe(bf16), {}}; }
    if (name == "fp16") { return {recipe(fp16), {}}; }
    if (name == "fp32") { return {recipe(fp32), {}}; }
    if (name.starts_with("experts mxfp4")) { return {experts_in(mxfp4, bf16), {}}; }
    if (name.starts_with("experts fp4") && contains(name, "fp8 e4m3 block 128x128 (ue8m0)")) {
        return {models::formats::deepseek_v4, {}};
    }
    if (name.starts_with("experts int4 symmetric group 32")) {
        return {experts_in(int4_g32_symmetric, bf16), {}};
    }
    if (name.starts_with("fp8 e4m3 block 128x128")) {
        if (contains(name, "all experts fp8")) { return {models::formats::deepseek_v4_base, {}}; }
        recipe stored = contains(name, "ue8m0") ? recipe(fp8_block128_e8m0) : recipe(fp8_block128);
        if (contains(name, "router fp32")) { stored = stored.with(tensor_role::router, fp32); }
        return {stored, {}};
    }
    if (name.empty()) { return found<recipe>::none("the publisher's number format is not stated"); }
    return found<recipe>::none("the published format '" + std::string(dtype) +
                               "' is not described");
}

/// Prediction modules, and what stands beside the layers.
void add_the_rest(any_model& m, record const& row, habits const& h) {
    std::string const kind = lower(row["attention_kind"]);
    std::string const letters = mixer_letters(row);
    m.mtp = {.layers = whole_number(row["mtp_layers"]).value_or(0), .own_embeddings = h.mtp_copies};
    if (!letters.empty() && m.mtp.layers > 0) {
        // One module is a layer of attention and one of experts.
        for (char const letter : {'*', 'e'}) {
            if (auto const at = letters.find(letter); at != std::string::npos) {
                m.mtp.like.insert(static_cast<count>(at));
            }
        }
    }
    if (contains(kind, "encoder")) {
        m.learned_positions = whole_number(row["max_context"]).value_or(0) + 2; // two token types
        m.sides.push_back({side_kind::pooler, m.hidden * m.hidden + m.hidden, 32});
    } else if (contains(kind, "learned positions")) {
        m.learned_positions = whole_number(row["max_context"]).value_or(0);
    }
    std::string const pattern = lower(row["layer_pattern"]);
    if (count const streams = stated(pattern, R"(hyper-connections x(\d+))").value_or(0)) {
        count const head = streams * streams * m.hidden + streams + 1;
        m.sides.push_back({side_kind::hyper_head, head, 32});
        if (count const hashed = stated(pattern, R"(first (\d+) moe layers hash)").value_or(0)) {
            m.sides.push_back(
                {side_kind::routing_table,
                 hashed * m.vocabulary * whole_number(row["experts_per_token"]).value_or(0), 64});
        }
        m.mtp.extra = head;
        m.mtp.projection = tensor_role::latent_down;
    }
    std::string const name = name_of(row);
    for (tower const& t : towers) {
        if (contains(name, t.family) && m.hidden >= t.least_text) {
            m.sides.push_back({side_kind::vision, t.encoder + t.per_text * m.hidden});
        }
    }
}

} // namespace

habits habits_of(record const& row) {
    std::string const name = name_of(row);
    std::string const kind = lower(row["attention_kind"]);
    auto const is = [&](auto... parts) { return (contains(name, parts) || ...); };
    habits h{};
    bool const qwen3 = is("qwen3");
    bool const qwen2 = !qwen3 && is("qwen2", "qwen1.5", "qwq", "distill-qwen");
    bool const biased = contains(kind, "biases") || contains(kind, "encoder");
    h.qkv_bias = qwen2 || biased || is("glm-4", "glm4", "chatglm");
    if (is("glm-4.7-flash")) { h.qkv_bias = false; }
    h.output_bias = biased;
    h.sinks = contains(kind, "sinks");
    if (qwen3 || is("gemma-3", "gemma3", "olmoe")) { h.query_key_norm = qk_norm::per_head; }
    if (is("glm-4.5", "glm-4.6", "glm-4.7") && !is("air", "flash")) {
        h.query_key_norm = qk_norm::per_head;
    }
    if (is("minimax-m2", "olmo-2")) { h.query_key_norm = qk_norm::all_heads; }
    if (is("gemma-2", "gemma2", "gemma-3", "gemma3")) { h.norms.per_layer = 4; }
    if (is("gemma-4")) {
        h.query_key_norm = qk_norm::per_head;
        h.norms = {.per_layer = contains(lower(row["ffn_kind"]), "moe") ? count{7} : count{4},
                   .scalars = 1};
    }
    if (is("falcon")) {
        h.norms = {is("falcon-7b") ? count{1} : count{2}, true};
        h.final_norm_bias = true;
    }
    if (contains(kind, "learned positions") || contains(kind, "encoder")) {
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
           "glm-5", "minimax-m2", "minimax-m3", "deepseek-v4", "kimi-linear", "kimi-k3",
           "nemotron-3", "longcat", "mimo", "trinity");
    h.gated_shared = is("qwen1.5-moe", "qwen2-57b", "qwen3-next", "qwen3.5", "qwen3.6", "qwen3.8");
    h.expert_biases = contains(kind, "biases");
    h.mtp_copies = is("deepseek-v3", "deepseek-r1", "glm-4.5", "glm-4.7");
    h.two_matrices = is("nemotron-3");
    // The larger two work in a quarter of the width, and rows may leave that out.
    h.latent_quarter = is("nemotron-3-super", "nemotron-3-ultra");
    h.latent_norm = is("kimi-k3");
    if (is("nemotron-3")) { h.shared_ratio = 2; }
    return h;
}

found<described> model_of_columns(record const& row) {
    using answer = found<described>;
    for (std::string_view const column : {"layers", "hidden", "vocab", "q_heads"}) {
        if (whole_number(row[column]).value_or(0) <= 0) {
            return answer::none("the row states no single number of " + std::string(column));
        }
    }
    habits const h = habits_of(row);
    if (std::string const name = name_of(row); sees_otherwise(name)) {
        return answer::none("the figure counts a vision tower that the columns do not describe");
    }
    auto const attention = attention_of(row, h);
    if (!attention) { return answer::none(attention.reason); }
    auto const feed_forward = feed_forward_of(row, h);
    if (!feed_forward) { return answer::none(feed_forward.reason); }

    described out{.model = {}, .stored = native_recipe(row["native_dtype"])};
    any_model& m = out.model;
    m.name = label(row["name"]);
    m.hidden = *whole_number(row["hidden"]);
    m.vocabulary = *whole_number(row["vocab"]);
    m.tied_embeddings = lower(row["tied_embeddings"]) == "true";
    m.final_norm_bias = h.final_norm_bias;
    if (auto const longest = whole_number(row["max_context"])) {
        m.max_context = tokens{static_cast<double>(*longest)};
    }
    bool const single = !mixer_letters(row).empty();
    for (std::size_t i = 0; i < attention->size(); ++i) {
        any_layers layer{layer_set::range(static_cast<count>(i), static_cast<count>(i) + 1),
                         (*attention)[i], (*feed_forward)[i], h.norms};
        if (single) { layer.norms.per_layer = 1; }
        auto const same = [&](any_layers const& group) {
            return group.attention == layer.attention && group.feed_forward == layer.feed_forward;
        };
        auto const at = std::find_if(m.groups.list.begin(), m.groups.list.end(), same);
        if (at != m.groups.list.end()) {
            at->at = at->at | layer.at;
        } else if (!m.groups.list.push_back(layer)) {
            return answer::none("more kinds of layer than a model can have");
        }
    }
    add_the_rest(m, row, h);
    if (auto const defect = defect_of(m)) {
        return answer::none("the row describes no possible model: " +
                            std::string(defect->message.view()));
    }
    return {out, {}};
}

found<described> model_of_row(record const& row) {
    std::string needs;
    for (std::string_view const column : {"hf_id", "name"}) {
        if (row[column].empty()) { continue; }
        auto const listed = find_model(row[column]);
        if (listed) { return {described{*listed, {listed->published, {}}}, {}}; }
        if (listed.error().code == errc::unsupported && needs.empty()) {
            needs = listed.error().message.view();
        }
    }
    auto described = model_of_columns(row);
    if (!described && !needs.empty()) { described.reason = needs; }
    return described;
}

} // namespace accuracy
