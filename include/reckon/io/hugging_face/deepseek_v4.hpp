// SPDX-License-Identifier: MIT
// deepseek_v4: compressed attention, hyper-connections, experts chosen by token in the first layers.
//
// Source: config.json and modeling code of DeepSeek-V4-Flash and -Pro; which tensors are in which
// format follows from the published bytes and element counts, which come out exactly.
#pragma once
#include <reckon/io/hugging_face/layer_lists.hpp>
#include <reckon/precision/formats.hpp>

#include <optional>

namespace reckon::inline v0::io::hugging_face {

/// fp8 in tiles with one-byte scales; compressors in 16 bit; sinks, positions and hyper-connections in
/// fp32.
[[nodiscard]] inline recipe as_deepseek_v4(recipe const& read) {
    recipe made = read;
    if (made.palette[0].name.view() == fp8_block128.name.view()) {
        made.palette[0] = fp8_block128_e8m0;
    }
    return made.with(tensor_role::compressor, any_precision(bf16))
        .with(tensor_role::bias, any_precision(fp32))
        .with(tensor_role::mixing, any_precision(fp32));
}
/// The same with routed experts in MXFP4 (expert_dtype fp4).
[[nodiscard]] inline recipe as_deepseek_v4_fp4(recipe const& read) {
    recipe made = as_deepseek_v4(read);
    for (tensor_role const role :
         {tensor_role::expert_gate, tensor_role::expert_up, tensor_role::expert_down}) {
        made = made.with(role, any_precision(mxfp4));
    }
    made.name = precision_name(mxfp4.name.view()).append("+").append(made.palette[0].name.view());
    return made;
}

/// compress_ratios has an entry a layer and one for each prediction module (0: the window alone; 4: with
/// an indexer; else all entries are seen). The repository of a base model stores copies of the embedding
/// in its module, that of the instructed model does not; the file does not say, and none are counted.
[[nodiscard]] inline description read_deepseek_v4(json_fields& f) {
    backbone b{};
    read_widths(f, b);
    b.tied = f.flag_or("tie_word_embeddings", false);
    b.context = read_context(f);
    refuse_flag(f, "attention_bias", "biases on compressed attention are not modelled.");
    if (f.integer_or("num_key_value_heads", 1, 1, model_limits::heads) != 1) {
        f.refuse(errc::unsupported, "num_key_value_heads",
                 "is not 1, as compressed attention has it.");
    }
    compressed_attention shape{.query_heads = b.heads};
    shape.head_dim = f.integer("head_dim", 1, model_limits::head_dim);
    shape.q_lora_rank = f.integer("q_lora_rank", 1, model_limits::hidden);
    shape.o_lora_rank = f.integer("o_lora_rank", 1, model_limits::hidden);
    shape.o_groups = f.integer("o_groups", 1, model_limits::heads);
    shape.window = f.integer("sliding_window", 1, model_limits::window);
    count const index_heads = f.integer("index_n_heads", 1, model_limits::heads);
    count const index_dim = f.integer("index_head_dim", 1, model_limits::head_dim);
    count const top_k = f.integer("index_topk", 1, model_limits::window);
    (void)f.find("qk_rope_head_dim");    // a part of head_dim
    (void)f.find("compress_rope_theta"); // an angle, no shape
    (void)f.find("hc_sinkhorn_iters");
    (void)f.find("hc_eps");
    count const streams = f.integer("hc_mult", 1, model_limits::streams);
    moe block{.intermediate = f.integer("moe_intermediate_size", 1, model_limits::intermediate),
              .score_correction = true};
    read_routing(f, block, "n_routed_experts");
    block.shared_intermediate = block.intermediate * f.integer_or("n_shared_experts", 0, 0, 1024);
    require_text(f, "topk_method", "noaux_tc");
    count const by_token = f.integer_or("num_hash_layers", 0, 0, b.layers);
    count const modules = f.integer_or("num_nextn_predict_layers", 0, 0, model_limits::mtp_layers);
    auto const ratios = read_numbers(f, "compress_ratios", 0, 1 << 20);
    require_one_each(f, "compress_ratios",
                     ratios.size() - std::min(ratios.size(), static_cast<std::size_t>(modules)),
                     b.layers);
    std::string_view const experts = f.text_or("expert_dtype", "fp8");
    if (experts != "fp4" && experts != "fp8") {
        f.refuse(errc::unsupported, "expert_dtype", "is ", detail::in_quotes(experts),
                 "; known are fp4 and fp8.");
    }
    description d{.model = model_of(b), .names = naming::other};
    d.adjust = experts == "fp4" ? as_deepseek_v4_fp4 : as_deepseek_v4;
    if (f.failure()) { return d; }
    d.model.groups = group_layers(f, b.layers, [&](count i) {
        compressed_attention a = shape;
        a.ratio = ratios[static_cast<std::size_t>(i)];
        if (a.ratio == 4) {
            a.index_heads = index_heads;
            a.index_dim = index_dim;
            a.top_k = top_k;
        }
        moe m = block;
        m.score_correction = i >= by_token;
        return any_layers{{}, hyper_connected<compressed_attention>{a, streams, b.heads}, m, {}};
    });
    count const head =
        reckon::detail::add(reckon::detail::multiply(streams, streams, b.hidden), streams + 1);
    (void)d.model.sides.push_back({side_kind::hyper_head, head, 32});
    if (by_token > 0) {
        count const entries = reckon::detail::multiply(by_token, b.vocabulary, block.per_token);
        (void)d.model.sides.push_back({side_kind::routing_table, entries, 64});
    }
    d.model.mtp.layers = modules;
    if (modules > 0) {
        d.model.mtp.like = layer_set::range(b.layers - 1, b.layers);
        d.model.mtp.extra = head;
        d.model.mtp.projection = tensor_role::latent_down;
    }
    return d;
}

} // namespace reckon::inline v0::io::hugging_face
