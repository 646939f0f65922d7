// SPDX-License-Identifier: MIT
// The recipe that a checkpoint is stored in: dtype and quantization_config, module lists honoured.
//
// Not modelled: a quantised router (a few hundredths of a percent of a mixture; most tools leave it
// alone), quantised embeddings, formats that differ from module to module beyond what a recipe's
// exceptions can say. What cannot be said is refused.
#pragma once
#include <reckon/io/hugging_face/compressed_tensors.hpp>
#include <reckon/io/hugging_face/module_patterns.hpp>
#include <reckon/io/hugging_face/shape.hpp>

#include <array>
#include <string>

namespace reckon::inline v0::io::hugging_face {

/// torch_dtype, or dtype in newer files. Without either, 32 bit (torch's default, which
/// PretrainedConfig
/// leaves), and 16 bit beside a quantised format.
[[nodiscard]] inline any_precision read_dtype(json_fields& f, bool quantized,
                                              std::string_view otherwise = {}) {
    std::string_view name = f.text_or("dtype", otherwise);
    std::string_view const older = f.text_or("torch_dtype", name);
    if (!name.empty() && name != older) {
        f.refuse(errc::contradiction, "dtype", "is ", detail::in_quotes(name),
                 ", but torch_dtype is ", detail::in_quotes(older), "; keep one.");
    }
    name = older.starts_with("torch.") ? older.substr(6) : older;
    if (name == "bfloat16") { return bf16; }
    if (name == "float16" || name == "half") { return fp16; }
    if (name == "float32" || name == "float") { return fp32; }
    if (!name.empty()) {
        f.refuse(errc::unsupported, "torch_dtype", "is ", detail::in_quotes(name),
                 "; known are bfloat16, float16 and float32.");
    }
    return quantized ? any_precision(bf16) : any_precision(fp32);
}

/// The modules that hold the tensors of a role, by family; empty where the family has none.
struct module_name {
    tensor_role role;
    std::string_view standard;
    std::string_view other{}; ///< a second module of the same role, or the same in another family
};

inline constexpr module_name attention_modules[] = {
    {tensor_role::attention_q, "self_attn.q_proj"},
    {tensor_role::attention_k, "self_attn.k_proj"},
    {tensor_role::attention_v, "self_attn.v_proj"},
    {tensor_role::attention_output, "self_attn.o_proj"},
    {tensor_role::latent_down, "self_attn.kv_a_proj_with_mqa", "self_attn.q_a_proj"},
    {tensor_role::latent_up_q, "self_attn.q_b_proj", "self_attn.q_proj"},
    {tensor_role::latent_up_kv, "self_attn.kv_b_proj"},
    {tensor_role::indexer, "self_attn.indexer.wq_b", "self_attn.indexer.wk"},
    {tensor_role::ffn_gate, "mlp.gate_proj"},
    {tensor_role::ffn_up, "mlp.up_proj"},
    {tensor_role::ffn_down, "mlp.down_proj"},
    {tensor_role::shared_gate, "mlp.shared_experts.gate_proj", "mlp.shared_expert.gate_proj"},
    {tensor_role::shared_up, "mlp.shared_experts.up_proj", "mlp.shared_expert.up_proj"},
    {tensor_role::shared_down, "mlp.shared_experts.down_proj", "mlp.shared_expert.down_proj"},
    {tensor_role::expert_gate, "mlp.experts.0.gate_proj", "block_sparse_moe.experts.0.w1"},
    {tensor_role::expert_up, "mlp.experts.0.up_proj", "block_sparse_moe.experts.0.w3"},
    {tensor_role::expert_down, "mlp.experts.0.down_proj", "block_sparse_moe.experts.0.w2"},
};

/// The names to ask the lists for. A list of another family's names matches nothing, so the names
/// of
/// two families can stand side by side.
[[nodiscard]] inline std::array<std::string_view, 2> modules_of(module_name const& m,
                                                                naming names) {
    using enum tensor_role;
    if (names == naming::fused) { // Phi-3 stores q, k, v as one matrix, and gate, up as another
        if (m.role >= attention_q && m.role <= attention_v) { return {"self_attn.qkv_proj", ""}; }
        if (m.role == ffn_gate || m.role == ffn_up) { return {"mlp.gate_up_proj", ""}; }
    }
    if (names == naming::fused_experts && is_routed_expert(m.role)) { // gpt-oss
        return {m.role == expert_down ? "mlp.experts.down_proj" : "mlp.experts.gate_up_proj", ""};
    }
    return {m.standard, m.other};
}

/// The layers that have tensors of a role.
[[nodiscard]] inline layer_set layers_with(any_model const& m, tensor_role role) {
    layer_set found{};
    m.groups.for_each([&](any_layers const& group) {
        bool here = false;
        for_each_tensor(group, m.hidden, [&](tensor const& t) { here = here || t.role == role; });
        for (count i = 0; here && i < layer_set::capacity; ++i) {
            if (group.at.contains(i)) { found.insert(i); }
        }
    });
    return found;
}

/// A rule that chooses exactly `wanted` out of `among`: a run of layers at the start and one at the
/// end.
[[nodiscard]] inline std::optional<layer_rule> rule_for(layer_set const& wanted,
                                                        layer_set const& among, count layers) {
    layer_set const inner = among - wanted;
    count first = 0;
    while (first < layers && !inner.contains(first)) {
        ++first;
    }
    count last = layers;
    while (last > first && !inner.contains(last - 1)) {
        --last;
    }
    std::vector<layer_rule> candidates{{.first = first}};
    for (count fraction = 2; last < layers && fraction <= layers; ++fraction) {
        if ((fraction - 1) * layers / fraction == last) {
            candidates.push_back({.first = first, .last_fraction = fraction});
        }
    }
    for (layer_rule const& rule : candidates) {
        bool exact = rule.first > 0 || rule.last_fraction > 0;
        for (count i = 0; i < layers; ++i) {
            exact = exact && (!among.contains(i) || rule.chooses(i, layers) == wanted.contains(i));
        }
        if (exact) { return rule; }
    }
    return std::nullopt;
}

/// Applies the lists of modules, role by role and layer by layer.
class recipe_builder {
public:
    recipe_builder(description const& d, any_precision const& plain,
                   quantized_storage const& storage, json_fields& fields)
        : model_(d.model), names_(d.names), storage_(storage), fields_(fields),
          left_alone_(storage.left_alone), only_(storage.only), made_(storage.format) {
        made_.palette[1] = plain;
    }

    [[nodiscard]] recipe build() {
        if (left_alone_.too_large() || only_.too_large()) {
            fields_.refuse(errc::out_of_range, "",
                           "lists more than 1,024 patterns of modules, or one longer than 512 "
                           "bytes; is this the right file?");
            return made_;
        }
        if (names_ == naming::experts_apart && leaves_all_but_experts()) {
            return experts_in(made_.palette[0], made_.palette[1]);
        }
        if ((names_ == naming::other || names_ == naming::experts_apart) && has_selective_list()) {
            fields_.refuse(errc::unsupported, "",
                           "leaves single modules unquantised, whose names in this family are not "
                           "known here.");
        }
        for (std::string_view const pattern : storage_.left_alone) {
            refuse_single_expert(pattern);
        }
        for (module_name const& m : attention_modules) {
            place(m);
        }
        if (storage_.head && !model_.tied_embeddings && !left_alone_.matches("lm_head") &&
            only_.empty()) {
            made_.choice[static_cast<int>(tensor_role::head)] = 0;
        }
        for (std::string_view const odd : {left_alone_.not_understood(), only_.not_understood()}) {
            if (!odd.empty()) {
                fields_.refuse(errc::unsupported, "", "has the module pattern ",
                               detail::in_quotes(odd),
                               ", which is not understood here; write it with '.', '*', '|' and "
                               "classes only.");
            }
        }
        return made_;
    }

private:
    [[nodiscard]] bool has_selective_list() const {
        for (std::string_view const name : storage_.left_alone) {
            if (name != "lm_head" && name.find("embed") == std::string_view::npos) { return true; }
        }
        return !storage_.only.empty();
    }
    /// Kimi Linear's modules: all that are quantised in other models are left alone but routed experts.
    [[nodiscard]] bool leaves_all_but_experts() {
        bool apart = only_.empty() && is_quantized("model.layers.1.block_sparse_moe.experts.0.w1");
        for (std::string_view const kept :
             {"model.layers.1.self_attn.q_proj", "model.layers.1.self_attn.o_proj",
              "model.layers.1.block_sparse_moe.shared_experts.down_proj",
              "model.layers.0.mlp.gate_proj", "model.layers.0.mlp.down_proj"}) {
            apart = apart && left_alone_.matches(kept);
        }
        return apart;
    }
    /// A list that names one expert by number leaves some experts quantised and others not.
    void refuse_single_expert(std::string_view pattern) {
        std::size_t const at = pattern.find("experts.");
        if (at == std::string_view::npos || at + 8 >= pattern.size()) { return; }
        char const next = pattern[at + 8];
        if (next >= '0' && next <= '9' && !pattern.starts_with("re:")) {
            fields_.refuse(errc::unsupported, "", "leaves a single expert unquantised (",
                           detail::in_quotes(pattern), "), which is not modelled.");
        }
    }
    [[nodiscard]] bool is_quantized(std::string_view module) {
        return (only_.empty() || only_.matches(module)) && !left_alone_.matches(module);
    }
    void place(module_name const& m) {
        auto const role = static_cast<std::size_t>(m.role);
        layer_set const among = layers_with(model_, m.role);
        if (storage_.experts_only && !is_routed_expert(m.role)) {
            made_.choice[role] = 1;
            return;
        }
        if (among.size() == 0 || (left_alone_.empty() && only_.empty())) { return; }
        count const layers = layer_count(model_);
        bool const pair =
            m.role == tensor_role::latent_down && layers_with(model_, tensor_role::norm).size() > 0;
        layer_set plain{};
        for (count i = 0; i < layers; ++i) {
            if (!among.contains(i)) { continue; }
            std::string const prefix = "model.layers." + std::to_string(i) + ".";
            int asked = 0;
            int quantized = 0;
            for (std::string_view const module : modules_of(m, names_)) {
                if (module.empty()) { continue; }
                ++asked;
                quantized += is_quantized(prefix + std::string(module)) ? 1 : 0;
            }
            // Two names for one module: a list has the one that its family uses. With `only`, one
            // hit
            // is enough to be quantised; with a list of exceptions, one hit is enough not to be.
            bool const is_plain = only_.empty() ? quantized < asked : quantized == 0;
            if (pair && quantized != 0 && quantized != asked && has_query_latent()) { mixed(m); }
            if (is_plain) { plain.insert(i); }
        }
        if (plain.size() == among.size()) {
            made_.choice[role] = 1;
        } else if (plain.size() > 0) {
            auto const rule = rule_for(plain, among, layers);
            if (!rule || !made_.exceptions.push_back({m.role, *rule, 1, 0})) { mixed(m); }
        }
    }
    [[nodiscard]] bool has_query_latent() const {
        bool found = false;
        model_.groups.for_each([&](any_layers const& group) {
            mla const* const latent = reckon::get_if<mla>(&group.attention.family);
            found = found || (latent != nullptr && latent->q_lora_rank > 0);
        });
        return found;
    }
    void mixed(module_name const& m) {
        fields_.refuse(errc::unsupported, "", "leaves ", m.standard,
                       " unquantised in some layers only, in a pattern that is not modelled.");
    }

    any_model const& model_;
    naming names_;
    quantized_storage const& storage_;
    json_fields& fields_;
    module_patterns left_alone_;
    module_patterns only_;
    recipe made_;
};

/// One method of quantization_config.
struct storage_method {
    std::string_view name;
    quantized_storage (*read)(json_fields&);
};
inline constexpr storage_method storage_methods[] = {
    {"fp8", read_fp8},           {"fbgemm_fp8", read_fbgemm_fp8},     {"awq", read_awq},
    {"gptq", read_gptq},         {"bitsandbytes", read_bitsandbytes}, {"mxfp4", read_mxfp4},
    {"modelopt", read_modelopt}, {"modelopt_fp4", read_modelopt},
};
inline constexpr std::string_view storage_method_names =
    "fp8, fbgemm_fp8, awq, gptq, compressed-tensors, bitsandbytes, mxfp4 and modelopt";

/// How the weights are stored, by quantization_config. `plain`: the format of what is not
/// quantised. Refuses unknown methods.
[[nodiscard]] inline quantized_storage read_storage(json_fields& q, any_precision const& plain) {
    std::string_view method = q.text_or("quant_method", "");
    if (method.empty()) { // files older than the field, and modelopt's own
        bool const bnb = q.contains("load_in_4bit") || q.contains("load_in_8bit");
        method = bnb ? "bitsandbytes" : q.contains("quant_algo") ? "modelopt" : "";
    }
    if (method == "compressed-tensors") { return read_compressed_tensors(q, plain.operands); }
    for (storage_method const& known : storage_methods) {
        if (known.name == method) { return known.read(q); }
    }
    if (method.empty()) {
        q.refuse(errc::missing_field, "quant_method", "is missing; it must be one of ",
                 storage_method_names, ".");
    } else {
        q.refuse(errc::unsupported, "quant_method", "is ", detail::in_quotes(method),
                 "; modelled are ", storage_method_names, ".");
    }
    return {};
}

/// The recipe of the weights. `separate` is modelopt's hf_quant_config.json, where there is one.
[[nodiscard]] inline recipe read_recipe(json_fields& f, description const& d,
                                        nlohmann::json const* separate) {
    nlohmann::json const* quantization = f.object_or_none("quantization_config");
    std::string_view path = "quantization_config.";
    if (quantization == nullptr && d.quantization != nullptr) {
        quantization = d.quantization;
        path = "text_config.quantization_config.";
    }
    if (f.find("quantization") != nullptr) {
        f.refuse(errc::unsupported, "quantization",
                 "is set, as MLX writes it; MLX formats are not modelled yet.");
    }
    if (quantization == nullptr && separate != nullptr) {
        json_fields outer(*separate, "hf_quant_config.json");
        quantization = outer.object_or_none("quantization");
        path = "quantization.";
        if (quantization == nullptr) {
            outer.refuse(errc::missing_field, "quantization",
                         "is missing; the file should say how the weights are stored.");
            f.fail(*outer.failure());
        }
    }
    any_precision const plain = read_dtype(f, quantization != nullptr, d.dtype);
    recipe made(plain);
    constexpr auto router = static_cast<std::size_t>(tensor_role::router);
    constexpr std::uint8_t in_32_bit = 2; // the third format of every recipe made from one format
    if (quantization == nullptr || f.failure()) {
        if (d.wide_router) { made.choice[router] = in_32_bit; }
        return d.adjust != nullptr && !f.failure() ? d.adjust(made) : made;
    }
    json_fields q(*quantization, f.source(), path);
    quantized_storage const storage = read_storage(q, plain);
    if (!q.failure()) { made = recipe_builder(d, plain, storage, q).build(); }
    if (q.failure()) { f.fail(*q.failure()); }
    if (d.wide_router) { made.choice[router] = in_32_bit; }
    if (storage.experts_only) {
        made.name = precision_name(std::string_view(storage.format.name))
                        .append("+")
                        .append(std::string_view(plain.name));
    }
    return d.adjust != nullptr && !f.failure() ? d.adjust(made) : made;
}

} // namespace reckon::inline v0::io::hugging_face
