// SPDX-License-Identifier: MIT
// adapter_config.json of peft: a LoRA or DoRA adapter, read and written.
//
// Source: peft's LoraConfig: r, target_modules, use_dora, modules_to_save. Modules are those of Llama's names
// and of the families that share them.
#pragma once
#include <reckon/detail/nearest.hpp>
#include <reckon/io/json.hpp>
#include <reckon/training/recipe.hpp>

#include <string>
#include <string_view>

namespace reckon::inline v0::io::training {

namespace detail {

struct module_role {
    std::string_view name;
    reckon::training::role_set roles;
};
inline constexpr module_role module_roles[] = {
    {"q_proj", reckon::training::roles(tensor_role::attention_q, tensor_role::latent_up_q)},
    {"k_proj", reckon::training::roles(tensor_role::attention_k)},
    {"v_proj", reckon::training::roles(tensor_role::attention_v)},
    {"o_proj", reckon::training::roles(tensor_role::attention_output)},
    {"gate_proj", reckon::training::roles(tensor_role::ffn_gate, tensor_role::expert_gate,
                                          tensor_role::shared_gate)},
    {"up_proj",
     reckon::training::roles(tensor_role::ffn_up, tensor_role::expert_up, tensor_role::shared_up)},
    {"down_proj", reckon::training::roles(tensor_role::ffn_down, tensor_role::expert_down,
                                          tensor_role::shared_down)},
    {"qkv_proj", reckon::training::roles(tensor_role::attention_q, tensor_role::attention_k,
                                         tensor_role::attention_v)},
    {"gate_up_proj", reckon::training::roles(tensor_role::ffn_gate, tensor_role::ffn_up)},
    {"in_proj", reckon::training::roles(tensor_role::mixer_in)},
    {"out_proj", reckon::training::roles(tensor_role::mixer_out)},
};
inline constexpr std::string_view module_names[] = {
    "q_proj",    "k_proj",   "v_proj",       "o_proj",  "gate_proj", "up_proj",
    "down_proj", "qkv_proj", "gate_up_proj", "in_proj", "out_proj"};

} // namespace detail

/// The adapter that an adapter_config.json describes; its base is 16 bit until the caller says otherwise.
[[nodiscard]] inline result<reckon::training::adapter> read_peft(std::string_view text,
                                                                 std::string_view source) {
    using namespace reckon::training;
    auto const parsed = parse_json(text, source);
    if (!parsed) { return parsed.error(); }
    json_fields f(*parsed, source);
    adapter a{.kind = adapter_kind::lora};
    if (std::string_view const type = f.text_or("peft_type", "LORA"); type != "LORA") {
        f.refuse(errc::unsupported, "peft_type", "is ", io::detail::in_quotes(type),
                 "; LORA alone is modelled.");
    }
    constexpr count largest_rank = 65536;
    a.rank = f.integer_or("r", 8, 1, largest_rank);
    if (f.flag_or("use_dora", false)) { a.kind = adapter_kind::dora; }
    a.targets = {};
    nlohmann::json const* const modules = f.find("target_modules");
    if (modules == nullptr) {
        f.refuse(errc::missing_field, "target_modules",
                 "is not there; peft then chooses by the model's class.");
    } else if (modules->is_string() && *modules == "all-linear") {
        a.targets = all_linear;
    } else {
        for (std::string_view const name : f.texts_or_none("target_modules")) {
            role_set found{};
            for (detail::module_role const& m : detail::module_roles) {
                if (m.name == name) { found = m.roles; }
            }
            if (found.empty()) {
                sentence s = sentence(source).append(": \"target_modules\" has ");
                reckon::detail::append_typed(s, name);
                s.append(", a module that is not known");
                reckon::detail::append_nearest(s, name, detail::module_names);
                return error{errc::unknown_name, s.append(".")};
            }
            a.targets = a.targets | found;
        }
    }
    for (std::string_view const saved : f.texts_or_none("modules_to_save")) {
        if (saved == "embed_tokens" || saved == "lm_head") {
            a.embeddings = true;
        } else {
            f.refuse(errc::unsupported, "modules_to_save", "has ", io::detail::in_quotes(saved),
                     "; embed_tokens and lm_head are modelled.");
        }
    }
    if (f.failure()) { return *f.failure(); }
    return a;
}

/// The adapter_config.json that says what `a` says. Domain: a.kind is not none.
[[nodiscard]] inline std::string write_peft(reckon::training::adapter const& a) {
    using namespace reckon::training;
    nlohmann::ordered_json out;
    out["peft_type"] = "LORA";
    out["r"] = a.rank;
    if (a.targets == all_linear) {
        out["target_modules"] = "all-linear";
    } else {
        out["target_modules"] = nlohmann::ordered_json::array();
        for (std::size_t i = 0; i < 7; ++i) { // the separate projections
            detail::module_role const& m = detail::module_roles[i];
            if ((m.roles.bits & a.targets.bits) != 0) { out["target_modules"].push_back(m.name); }
        }
    }
    out["use_dora"] = a.kind == adapter_kind::dora;
    if (a.embeddings) { out["modules_to_save"] = {"embed_tokens", "lm_head"}; }
    return out.dump(2) + "\n";
}

} // namespace reckon::inline v0::io::training
