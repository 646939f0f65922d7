// SPDX-License-Identifier: MIT
#include "accuracy/csv.hpp"
#include "accuracy/file_formats.hpp"

#include <reckon/memory/weights.hpp>
#include <reckon/model/gguf_facts.hpp>
#include <reckon/precision/storage.hpp>
#include <reckon/units/makers.hpp>

#include <initializer_list>
#include <optional>
#include <string>

namespace accuracy {

namespace {

using namespace reckon;
using enum tensor_role;
using roles = std::initializer_list<tensor_role>;

constexpr roles routed_in{expert_gate, expert_up};
constexpr roles routed{expert_gate, expert_up, expert_down};
constexpr roles shared{shared_gate, shared_up, shared_down};

recipe with_all(recipe from, roles chosen, any_precision const& format) {
    for (tensor_role const role : chosen) {
        from = from.with(role, format);
    }
    return from;
}

/// The tensors of `role` in the layers that `where` chooses take `format`.
recipe with_some(recipe from, tensor_role role, layer_rule where, any_precision const& format) {
    std::uint8_t const usual = from.choice[static_cast<int>(role)];
    from = from.with(role, format);
    from.exceptions.push_back({role, where, from.choice[static_cast<int>(role)], 0});
    from.choice[static_cast<int>(role)] = usual;
    return from;
}

file_format without_module(recipe const& tensors) {
    return {tensors, found<recipe>::none("the file leaves the prediction module out")};
}

/// A file of llama.cpp: without prediction modules and towers.
file_format gguf_file(recipe const& tensors) {
    file_format file = without_module(tensors);
    file.text_alone = true;
    return file;
}

/// One type of llama.cpp for all linear tensors, to be changed role by role.
recipe gguf_base(any_model const& m, std::string_view type) { return *gguf_recipe_for(m, type); }

// ---- llama.cpp before GGUF -----------------------------------------------------------------------

/// The mixtures of June 2023: a Q6_K output beside any k-quant, the base type for the embedding.
/// Source: ggml-org/llama.cpp pull request 1684, which introduced them, and llama.cpp of that summer.
std::optional<recipe> ggml_2023(any_model const& m, std::string const& type) {
    static constexpr roles raised{attention_v, attention_output, ffn_down};
    layer_rule const more{.first_fraction = 8, .last_fraction = 8, .stride = 3};
    auto const base = [&](any_precision const& format) {
        recipe all = gguf_base(m, "Q6_K");
        for (int r = 0; r < tensor_roles; ++r) {
            auto const role = static_cast<tensor_role>(r);
            if (is_linear(role) || role == embedding) { all = all.with(role, format); }
        }
        return all;
    };
    if (type == "q4_0") { return gguf_base(m, "Q4_0").with(head, gguf::q4_0); }
    if (type == "q8_0") { return gguf_base(m, "Q8_0"); }
    if (type == "q6_k") { return base(gguf::q6_k); }
    if (type == "q2_k") { return with_all(base(gguf::q2_k), raised, gguf::q4_k); }
    if (type == "q3_k_s") { return base(gguf::q3_k); }
    if (type == "q3_k_m") { return with_all(base(gguf::q3_k), raised, gguf::q4_k); }
    if (type == "q3_k_l") { return with_all(base(gguf::q3_k), raised, gguf::q5_k); }
    if (type == "q4_k_s") { return base(gguf::q4_k); }
    if (type == "q5_k_s") { return base(gguf::q5_k); }
    if (type == "q4_k_m" || type == "q5_k_m") {
        recipe const all = base(type == "q4_k_m" ? any_precision(gguf::q4_k) : gguf::q5_k);
        return with_some(with_some(all, attention_v, more, gguf::q6_k), ffn_down, more, gguf::q6_k);
    }
    return {};
}

// ---- mixtures by hand -----------------------------------------------------------------------------

/// Unsloth's first dynamic files of DeepSeek-R1: experts as named, the first `raised` layers with more
/// for what leaves an expert, 4 to 6 bit elsewhere.
/// Source: tensor counts that llama.cpp prints on loading them (190 Q4_K, 116 Q5_K, 184 Q6_K, 168 IQ1_S
/// and 6 IQ2_XXS; for Q2_K_XL 306 Q4_K, 184 Q6_K, 171 Q2_K and 3 Q3_K, as in
/// ikawrakow/ik_llama.cpp pull request 259).
recipe unsloth_r1(any_model const& m, any_precision const& experts, count raised,
                  any_precision const& raised_to, any_precision const& shared_in) {
    recipe r = gguf_base(m, "Q6_K");
    r = with_all(r, {embedding, latent_down, latent_up_q, attention_output, ffn_gate, ffn_up},
                 gguf::q4_k);
    r = with_all(r, {shared_gate, shared_up}, shared_in);
    r = with_all(r, routed, experts);
    constexpr count dense = 3; // DeepSeek-R1's leading dense layers
    return with_some(r, expert_down, {.first = dense + raised}, raised_to);
}

/// "Q2 everything, Q4 embedding, Q6 output", and with Q3 for what leaves a feed-forward block.
/// Source: README of unsloth/DeepSeek-V3-GGUF.
recipe unsloth_v3(any_model const& m, bool wider_down) {
    recipe r = gguf_base(m, "Q6_K");
    for (int i = 0; i < tensor_roles; ++i) {
        auto const role = static_cast<tensor_role>(i);
        if (is_linear(role)) { r = r.with(role, gguf::q2_k); }
    }
    r = r.with(embedding, gguf::q4_k);
    return wider_down ? with_all(r, {ffn_down, shared_down, expert_down}, gguf::q3_k) : r;
}

/// Experts of DeepSeek-V4 as named, 8 bit for attention, shared experts and output, 16 bit for the rest.
/// Source: the recipe that antirez/deepseek-v4-gguf publishes with its files.
recipe ds4(any_model const& m, any_precision const& in, any_precision const& out) {
    recipe r = gguf_base(m, "Q8_0");
    r = with_all(r, {embedding, router, indexer, compressor, wide, mixing}, gguf::f16);
    return with_all(with_all(r, routed_in, in), {expert_down}, out);
}

std::optional<file_format> gguf_by_hand(any_model const& m, std::string const& format) {
    auto const is = [&](auto... parts) { return (contains(format, parts) && ...); };
    if (is("1.58-bit")) {
        return gguf_file(unsloth_r1(m, gguf::iq1_s, 6, gguf::iq2_xxs, gguf::q5_k));
    }
    if (is("2.51-bit")) { return gguf_file(unsloth_r1(m, gguf::q2_k, 3, gguf::q3_k, gguf::q4_k)); }
    if (is("gguf q2_k_xs")) { return gguf_file(unsloth_v3(m, false)); }
    if (is("gguf q2_k_l") && has_experts(m)) { return gguf_file(unsloth_v3(m, true)); }
    if (is("iq2_xxs/q2_k experts")) { return gguf_file(ds4(m, gguf::iq2_xxs, gguf::q2_k)); }
    if (is("q4_k experts", "rest")) { return gguf_file(ds4(m, gguf::q4_k, gguf::q4_k)); }
    return {};
}

// ---- MLX --------------------------------------------------------------------------------------

/// 16 bit scales and biases on `Group` elements.
template <int Bits, int Group = 64>
constexpr block_scaled<integer<Bits>, Group, e8m7, e8m7> affine{"mlx", arithmetic::bf16};

std::optional<any_precision> affine_of(std::string const& format) {
    auto const says = [&](std::string const& bits) {
        return contains(format, bits + "bit") || contains(format, bits + "-bit");
    };
    if (says("3")) { return any_precision(affine<3>); }
    if (says("4")) { return any_precision(affine<4>); }
    if (says("5")) { return any_precision(affine<5>); }
    if (says("6")) { return any_precision(affine<6>); }
    if (says("8")) { return any_precision(affine<8>); }
    return {};
}

/// Everything but norms, embedding and head included.
recipe mlx_everywhere(any_precision const& format) {
    return with_all(recipe(format), {embedding, head, router, wide}, format);
}

found<file_format> mlx(any_model const& m, std::string const& format) {
    auto const is = [&](auto... parts) { return (contains(format, parts) && ...); };
    bool const experts_native = bits_per_weight(m.published[expert_up]) < 8;
    auto const answer = [](recipe const& r) { return found<file_format>{without_module(r), {}}; };
    if (is("bf16 (mlx")) { return answer(recipe(bf16)); }
    if (is("dq3_k_m")) {
        // Three bits for experts; what leaves them has 6 in the first two layers, 4 in every fifth.
        // Source: arXiv 2505.02390, section 3, which names its shares (75.9, 20.7 and 3.4 %).
        recipe r = with_all(mlx_everywhere(affine<8>), routed, affine<3>);
        count dense = 0;
        m.groups.for_each([&](auto const& group) {
            if (group.feed_forward.experts().experts == 0) { dense += group.at.size(); }
        });
        r = with_some(r, expert_down, {.first = dense + 2}, affine<6>);
        return answer(with_some(r, expert_down, {.stride = 5}, affine<4>));
    }
    if (is("mxfp4-q8") || (is("fp4 experts kept") && experts_native)) {
        return answer(with_all(mlx_everywhere(affine<8>), routed, mxfp4));
    }
    if (is("mxfp4")) { return answer(mlx_everywhere(mxfp4)); }
    if (is("mxfp8")) { return answer(mlx_everywhere(mxfp8)); }
    auto const everywhere = affine_of(format);
    if (!everywhere) {
        return found<file_format>::none("the bits of MLX format '" + format + "' are not stated");
    }
    recipe r = mlx_everywhere(*everywhere);
    // Where a dense block stands beside the experts of a layer, mlx keeps it and the router in 8 bit.
    bool beside = false;
    m.groups.for_each([&](any_layers const& group) {
        if (auto const* experts = reckon::get_if<moe>(&group.feed_forward.family)) {
            beside = beside || experts->router_scale;
        }
    });
    if (beside) { r = with_all(with_all(r, shared, affine<8>), {router}, affine<8>); }
    return answer(r);
}

// ---- engines' checkpoints -----------------------------------------------------------------------

file_format with_module(recipe const& tensors) { return {tensors, {tensors, {}}}; }
/// Quantisers of trained checkpoints leave prediction modules in 16 bit.
file_format with_wide_module(recipe const& tensors) { return {tensors, {recipe(bf16), {}}}; }

} // namespace

double bytes_of(file_format const& format, any_model const& model) {
    any_model held = model;
    double stores = 0;
    if (format.text_alone) {
        held.sides = {};
        for (side_part const& part : model.sides) {
            bool const tower = part.kind == side_kind::vision || part.kind == side_kind::audio;
            if (part.kind == side_kind::store) {
                // Looked up like an embedding, and quantised like any matrix.
                stores += static_cast<double>(part.values) *
                          bits_per_weight(format.tensors[ffn_gate]) / 8;
            } else if (!tower && part.kind != side_kind::store_scales) {
                held.sides.push_back(part);
            }
        }
    }
    bytes const module = format.module ? mtp_weights_of(model, *format.module) : bytes{};
    return in_bytes(weights_of(held, format.tensors).total() + module) + stores;
}

found<file_format> file_format_named(std::string_view name, any_model const& m) {
    using answer = found<file_format>;
    std::string const format = lower(name);
    auto const is = [&](auto... parts) { return (contains(format, parts) || ...); };
    if (is("mlx")) { return mlx(m, format); }
    if (is("native") && !is("gguf")) { return {with_module(m.published), {}}; }
    if (format.starts_with("bf16")) { return {with_module(recipe(bf16)), {}}; }
    if (is("gptq", "awq")) {
        constexpr block_scaled<integer<4>, per_channel, e5m10, integer<4>> whole_rows{
            "int4-row", arithmetic::fp16};
        return {without_module(is("no group") ? recipe(whole_rows)
                               : is("g32")    ? recipe(int4_g32)
                               : is("g64")    ? recipe(int4_g64)
                                              : recipe(int4_g128)),
                {}};
    }
    if (auto const ggml = format.find("ggml v3 "); ggml != std::string::npos) {
        if (auto const mixture = ggml_2023(m, format.substr(ggml + 8))) {
            return {gguf_file(*mixture), {}};
        }
        return answer::none("a mixture of 2023 that llama.cpp did not describe");
    }
    if (auto const by_hand = gguf_by_hand(m, format)) { return {*by_hand, {}}; }
    if (is("1.73-bit", "2.22-bit")) {
        return answer::none(
            "a dynamic mixture whose published description does not add up to its published size");
    }
    if (is("dynamic", "ud-", "_xl")) {
        return answer::none(
            "a dynamic mixture, chosen tensor by tensor and published as a file only");
    }
    auto const tensors = format_named(name, m, vendor::other);
    if (!tensors) { return answer::none(tensors.reason); }
    if (is("gguf")) {
        // Converted, not quantised: 8 and 16 bit files keep experts that were published in FP4.
        bool const converted = is("q8_0", "f16", "bf16");
        bool const narrow = bits_per_weight(m.published[expert_up]) < 8;
        return {gguf_file(converted && narrow ? with_all(*tensors, routed, gguf::mxfp4) : *tensors),
                {}};
    }
    if (is("nvfp4") && bits_per_weight(m.published[expert_up]) < 8) {
        return {with_module(with_all(m.published, routed, nvfp4)), {}};
    }
    if (is("nvfp4", "fp8") && has_delta_net(m)) {
        // Large mixtures keep all but experts in 16 bit; dense models the inputs of linear attention,
        // which FP8 does not. It is the choice with which the bytes published for Qwen3.8 come out.
        bool const four = is("nvfp4");
        if (contains(lower(m.name.view()), "2.4t")) {
            return {with_module(four ? experts_in(nvfp4, bf16) : experts_in(fp8_block128, bf16)),
                    {}};
        }
        return {four ? with_wide_module(*tensors) : with_module(*tensors), {}};
    }
    if (is("w8a8", "int8")) { return {with_wide_module(*tensors), {}}; }
    return {with_module(*tensors), {}};
}

} // namespace accuracy
