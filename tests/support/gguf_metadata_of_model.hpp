// SPDX-License-Identifier: MIT
// The metadata of the GGUF file that llama.cpp would write of a model: its keys and its lists by layer.
#pragma once

#include "support/gguf_writer.hpp"

#include <reckon/model/model_spec.hpp>
#include <reckon/units/makers.hpp>

#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace reckon::test {

struct gguf_options {
    std::string_view architecture{"llama"};
    count file_type{-1};
    bool fused_qkv{false};     // Falcon, GPT-2, Phi-3
    bool fused_gate{false};    // Phi-3
    bool latent_split{true};   // attn_k_b and attn_v_b instead of attn_kv_b
    bool post_norm{false};     // the second norm is called post_attention_norm
    count vocabulary_text{0};  // tokens of this many to put into the metadata
    bool zero_kv_heads{false}; // head counts by layer, 0 where there is no attention (Jamba)
    bool window_list{false};   // which layers have a window is a list, sizes of their own (Gemma 4)
    bool split_beta{false};    // Qwen3.5
    bool fused_experts{false}; // ffn_gate_up_exps
    count index_block{1};      // tokens that an indexer selects together (MiniMax-M3)
};

class gguf_metadata_of_model {
public:
    gguf_metadata_of_model(any_model const& m, gguf_options const& o) : model_(m), options_(o) {
        for (count i = 0; i < layer_count(model_); ++i) {
            for (any_layers const& group : model_.groups.list) {
                if (group.at.contains(i)) { layers_.push_back(sizes_of(group)); }
            }
        }
        write_metadata();
    }
    [[nodiscard]] gguf_writer& writer() noexcept { return out_; }

protected:
    any_model model_;
    gguf_options options_;
    gguf_writer out_{};
    std::map<std::string, count> once_{}; // sizes that several kinds of layers share

private:
    [[nodiscard]] std::string key(std::string_view name) const {
        return std::string(options_.architecture) + "." + std::string(name);
    }
    void put(std::string_view name, count value) {
        out_.u32(key(name), static_cast<std::uint32_t>(value));
    }

    // What a layer's metadata say; 0 where the layer has none of it.
    struct layer_sizes {
        count heads{};
        count kv_heads{};
        count dense{};
        count window{};
        count ratio{};
    };
    [[nodiscard]] layer_sizes sizes_of(any_layers const& group) const {
        layer_sizes sizes{};
        group.attention.family.visit([&](auto const& a) {
            using family = std::decay_t<decltype(a)>;
            if constexpr (requires { a.inner.ratio; }) { sizes.ratio = a.inner.ratio; }
            bool const attends =
                !std::is_same_v<family, gated_delta_net> && !std::is_same_v<family, mamba> &&
                !std::is_same_v<family, mamba2> && !std::is_same_v<family, short_convolution> &&
                !std::is_same_v<family, no_attention>;
            sizes.heads = attends ? group.attention.query_heads : 0;
            if (auto const* const heads = heads_in(a)) { sizes.kv_heads = heads->kv_heads; }
            bool const latent = keeps_latent(a) && sizes.kv_heads == 0;
            if (latent) { sizes.kv_heads = 1; }
            if constexpr (std::is_same_v<family, windowed<gqa>>) { sizes.window = a.window; }
        });
        if (auto const* dense = reckon::get_if<gated>(&group.feed_forward.family)) {
            sizes.dense = dense->intermediate;
        }
        if (auto const* own = reckon::get_if<embedding_gated>(&group.feed_forward.family)) {
            sizes.dense = own->intermediate;
        }
        if (auto const* plain = reckon::get_if<plain_ffn>(&group.feed_forward.family)) {
            sizes.dense = plain->intermediate;
        }
        return sizes;
    }
    static gqa const* heads_in(gqa const& a) { return &a; }
    template <class A> static gqa const* heads_in(A const& a) {
        if constexpr (requires { a.inner; }) { return heads_in(a.inner); }
        return nullptr;
    }
    // One number where all layers that have one agree, else a list with one for each layer.
    void put_each(std::string_view name, count layer_sizes::* field, bool zeros_matter) {
        std::vector<std::uint64_t> values;
        count common = 0;
        bool same = true;
        for (layer_sizes const& sizes : layers_) {
            count const value = sizes.*field;
            values.push_back(static_cast<std::uint64_t>(value));
            if (value == 0) { same = same && !zeros_matter; }
            if (value != 0 && common != 0) { same = same && value == common; }
            common = value != 0 ? value : common;
        }
        if (common == 0) { return; }
        if (same) {
            put(name, common);
        } else {
            out_.numbers(key(name), gguf_kind::u32, values, 4);
        }
    }
    void write_metadata() {
        out_.text("general.architecture", options_.architecture)
            .text("general.name", model_.name.view());
        if (options_.file_type >= 0) {
            out_.u32("general.file_type", static_cast<std::uint32_t>(options_.file_type));
        }
        put("block_count", layer_count(model_));
        put("embedding_length", model_.hidden);
        if (model_.max_context.known()) {
            put("context_length", static_cast<count>(in_tokens(model_.max_context.value())));
        }
        put_each("attention.head_count", &layer_sizes::heads, false);
        put_each("attention.head_count_kv", &layer_sizes::kv_heads, options_.zero_kv_heads);
        put_each("feed_forward_length", &layer_sizes::dense, options_.zero_kv_heads);
        if (options_.window_list) {
            std::vector<std::uint64_t> pattern;
            for (layer_sizes const& sizes : layers_) {
                pattern.push_back(sizes.window > 0 ? 1 : 0);
            }
            out_.numbers(key("attention.sliding_window_pattern"), gguf_kind::boolean, pattern, 1);
        }
        bool experts_written = false;
        count leading = 0;
        for (any_layers const& group : model_.groups.list) {
            auto const* const experts = reckon::get_if<moe>(&group.feed_forward.family);
            if (experts == nullptr) {
                if (group.at.contains(0)) { leading = group.at.size(); }
                continue;
            }
            if (std::exchange(experts_written, true)) { continue; }
            put("expert_count", experts->routed);
            put("expert_used_count", experts->per_token);
            put("expert_feed_forward_length", experts->intermediate);
        }
        if (experts_written && leading > 0) { put("leading_dense_block_count", leading); }
        for (any_layers const& group : model_.groups.list) {
            group.attention.family.visit([this](auto const& a) { write_sizes(a); });
        }
        for (auto const& [name, value] : once_) {
            put(name, value);
        }
        if (options_.vocabulary_text > 0) {
            out_.texts("tokenizer.ggml.tokens", options_.vocabulary_text, "token");
        }
    }
    // Sizes of a kind of layer; those that are written twice must agree.
    template <class A> void write_sizes(A const&) {} // nothing, or no file is known of it
    void write_sizes(gqa const& a) {
        once_["attention.key_length"] = a.head_dim;
        once_["attention.value_length"] = a.value_width();
    }
    template <class Inner> void write_sizes(encoder<Inner> const& a) { write_sizes(a.inner); }
    void write_sizes(windowed<gqa> const& a) {
        once_["attention.sliding_window"] = a.window;
        if (!options_.window_list) { return write_sizes(a.inner); }
        once_["attention.key_length_swa"] = a.inner.head_dim;
        once_["attention.value_length_swa"] = a.inner.value_width();
        once_.emplace("attention.key_length", a.inner.head_dim);
        once_.emplace("attention.value_length", a.inner.value_width());
    }
    void write_sizes(mla const& a) {
        if (a.q_lora_rank > 0) { once_["attention.q_lora_rank"] = a.q_lora_rank; }
        once_["attention.kv_lora_rank"] = a.kv_lora_rank;
        count const key = a.qk_nope_dim + a.qk_rope_dim;
        once_["attention.key_length"] =
            options_.latent_split ? a.kv_lora_rank + a.qk_rope_dim : key;
        once_["attention.value_length"] = options_.latent_split ? a.kv_lora_rank : a.v_dim;
        if (options_.latent_split) {
            once_["attention.key_length_mla"] = key;
            once_["attention.value_length_mla"] = a.v_dim;
        }
        once_["rope.dimension_count"] = a.qk_rope_dim;
    }
    void write_sizes(selected<mla> const& a) { write_sizes(a.inner); }
    template <class Inner> void write_sizes(indexed<Inner> const& a) {
        write_sizes(a.inner);
        count const block = options_.index_block;
        once_["attention.indexer.head_count"] = a.index_heads;
        once_["attention.indexer.key_length"] = a.index_dim;
        once_["attention.indexer.top_k"] = a.top_k / block;
        if (block > 1) { once_["attention.indexer.block_size"] = block; }
    }
    void write_sizes(hyper_connected<compressed_attention> const& a) {
        once_["attention.key_length"] = a.inner.head_dim;
        once_["attention.q_lora_rank"] = a.inner.q_lora_rank;
        once_["attention.output_lora_rank"] = a.inner.o_lora_rank;
        once_["attention.output_group_count"] = a.inner.o_groups;
        once_["attention.sliding_window"] = a.inner.window;
        once_["hyper_connection.count"] = a.streams;
        if (a.inner.index_heads > 0) {
            once_["attention.indexer.head_count"] = a.inner.index_heads;
            once_["attention.indexer.key_length"] = a.inner.index_dim;
            once_["attention.indexer.top_k"] = a.inner.top_k;
        }
        if (std::exchange(ratios_written_, true)) { return; }
        std::vector<std::uint64_t> ratios;
        for (layer_sizes const& sizes : layers_) {
            ratios.push_back(static_cast<std::uint64_t>(sizes.ratio));
        }
        out_.numbers(key("attention.compress_ratios"), gguf_kind::u32, ratios, 4);
    }
    void write_state(count inner, count state, count ranks, count groups, count taps) {
        once_["ssm.inner_size"] = inner;
        once_["ssm.state_size"] = state;
        once_["ssm.time_step_rank"] = ranks;
        if (groups > 0) { once_["ssm.group_count"] = groups; }
        once_["ssm.conv_kernel"] = taps;
    }
    void write_sizes(gated_delta_net const& a) {
        write_state(a.values(), a.key_dim, a.value_heads, a.key_heads, a.taps);
    }
    void write_sizes(short_convolution const& a) { once_["shortconv.l_cache"] = a.taps; }
    void write_sizes(kimi_delta const& a) {
        once_["kda.head_dim"] = a.head_dim;
        once_["ssm.conv_kernel"] = a.taps;
    }
    void write_sizes(mamba const& a) { write_state(a.inner, a.state, a.time_rank, 0, a.taps); }
    void write_sizes(mamba2 const& a) {
        write_state(a.inner(), a.state, a.query_heads, a.groups, a.taps);
    }

    std::vector<layer_sizes> layers_{};
    bool ratios_written_{false};
};

} // namespace reckon::test
