// SPDX-License-Identifier: MIT
// What Megatron-LM's arguments say is computed again in the backward pass.
//
// Source: Megatron-LM's --recompute-* arguments; megatron/flags.hpp.
#pragma once
#include <reckon/detail/nearest.hpp>
#include <reckon/io/training/megatron/arguments.hpp>
#include <reckon/training/run.hpp>
#include <reckon/training/saved_values.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace reckon::inline v0::io::training::megatron::detail {

using namespace reckon::training;

/// "--flag is 'x'; it is a, b or c."
[[nodiscard]] inline error not_one_of(std::string_view flag, std::string_view typed,
                                      std::string_view choices) {
    sentence s = sentence(flag).append(" is ");
    reckon::detail::append_typed(s, typed);
    return {errc::unknown_name, s.append("; it is ").append(choices).append(".")};
}

/// Reads what is computed again; the pipeline and the model are `r`'s. Errors: unsupported, missing_field,
/// unknown_name.
[[nodiscard]] inline possible_error read_recompute(arguments const& a, any_run& r) {
    r.recompute = no_recompute;
    std::string_view const kind =
        a.text(sets::recompute,
               a.has(sets::recompute_scores) || a.has(sets::recompute_experts) ? "selective" : "");
    if (kind.empty()) { return {}; }
    if (kind == "full") {
        r.recompute = full_recompute;
        std::string_view const method = a.text(sets::recompute_method, "");
        count const n = a.number(sets::recompute_layers, 1);
        if (method == "uniform") {
            r.recompute.block = n;
        } else if (method == "block") {
            // So many layers of every (virtual) stage, each by itself.
            auto const here = static_cast<double>(layer_count(r.model)) /
                              static_cast<double>(reckon::detail::multiply(
                                  r.parallel.pipeline, r.parallel.virtual_stages));
            r.recompute.fraction = std::min(1.0, static_cast<double>(n) / here);
        } else {
            return error{errc::missing_field, "--recompute-granularity full needs "
                                              "--recompute-method uniform or block."};
        }
        return {};
    }
    if (kind != "selective") {
        return not_one_of("--recompute-granularity", kind, "full or selective");
    }
    r.recompute = selective_recompute;
    bool blocks = a.has(sets::recompute_experts);
    bool norms = false;
    bool lifts = false;
    bool activations = false;
    for (std::string const& module : a.list(sets::recompute_modules)) {
        if (module == "mlp" || module == "moe") {
            blocks = true;
        } else if (module == "layernorm") {
            norms = true;
        } else if (module == "mla_up_proj") {
            lifts = true;
        } else if (module == "moe_act") {
            activations = true;
        } else if (module != "core_attn") {
            sentence s{"--recompute-modules has "};
            reckon::detail::append_typed(s, module);
            return error{
                errc::unsupported,
                s.append(
                    "; core_attn, mlp, moe, and layernorm, mla_up_proj and moe_act together are "
                    "modelled; leave it out to calculate without it.")};
        }
    }
    if (norms || lifts || activations) {
        // Together they are one kind; what the model lacks need not be named.
        bool latents = false;
        bool experts = false;
        r.model.groups.for_each([&](auto const& group) {
            saved_values const v = values_of(group, r.model.hidden);
            latents = latents || v.lifted > 0;
            experts = experts || v.activated > 0;
        });
        if (blocks || !norms || (latents && !lifts) || (experts && !activations)) {
            return error{errc::unsupported,
                         "--recompute-modules: layernorm, mla_up_proj and moe_act are modelled "
                         "together, as far as the model has them, and not beside mlp or moe."};
        }
        r.recompute.kind = recompute_kind::cheap_operations;
    }
    if (blocks) { r.recompute.kind = recompute_kind::feed_forward; }
    return {};
}

} // namespace reckon::inline v0::io::training::megatron::detail
