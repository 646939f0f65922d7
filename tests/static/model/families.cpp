// SPDX-License-Identifier: MIT
// A model of every family as a type written by hand, `model_spec<layers<attention, feed_forward>...>`: it is the type
// that the catalogue has, and every law of size gives for it, at compile time, what it gives for the run-time value.
#include <reckon/catalog/models.hpp>
#include <reckon/flops.hpp>
#include <reckon/memory.hpp>
#include <reckon/units.hpp>

#include <concepts>
#include <type_traits>

using namespace reckon;

namespace {

/// The catalogue's constant is a value of that type, and its laws are those of the same facts at run time.
template <class Spec, class Entry> constexpr bool agrees(Entry const& known) {
    static_assert(std::same_as<std::remove_cv_t<Entry>, Spec>);
    any_model const any = known;
    layout const divided{.tensor = 2};
    pass const p{
        .tokens = 2, .expert_tokens = 3, .logit_rows = 1, .context = 5000, .when = phase::decode};
    return parameters_of(known) == parameters_of(any) &&
           weights_of(known, fp8_block128, divided) == weights_of(any, fp8_block128, divided) &&
           mtp_weights_of(known, bf16) == mtp_weights_of(any, bf16) &&
           cache_per_token(known, fp8) == cache_per_token(any, fp8) &&
           cache_of_request(known, bf16, tokens{5000}, divided) ==
               cache_of_request(any, bf16, tokens{5000}, divided) &&
           forward_flops(known, p, divided) == forward_flops(any, p, divided);
}

static_assert(agrees<model_spec<layers<gqa, gated>>>(models::llama_3_1_8b));
static_assert(agrees<model_spec<layers<gqa, plain_ffn>>>(models::gpt_2));
static_assert(agrees<model_spec<layers<gqa, moe>>>(models::mixtral_8x7b));
static_assert(agrees<model_spec<layers<windowed<gqa>, gated>>>(models::mistral_7b_v0_1));
static_assert(
    agrees<model_spec<layers<windowed<gqa>, moe>, layers<gqa, moe>>>(models::gpt_oss_20b));
static_assert(agrees<model_spec<layers<mla, gated>, layers<mla, moe>>>(models::deepseek_v3));
static_assert(agrees<model_spec<layers<indexed<mla>, gated>, layers<indexed<mla>, moe>>>(
    models::deepseek_v3_2));
static_assert(agrees<model_spec<layers<indexed<mla>, gated>, layers<indexed<mla>, moe>,
                                layers<selected<mla>, moe>>>(models::glm_5_2));
static_assert(
    agrees<model_spec<layers<gqa, gated>, layers<indexed<gqa>, moe>>>(models::minimax_m3));
using connected = layers<hyper_connected<compressed_attention>, moe>;
static_assert(
    agrees<model_spec<connected, connected, connected, connected>>(models::deepseek_v4_flash));
static_assert(
    agrees<model_spec<layers<gated_delta_net, moe>, layers<gqa, moe>>>(models::qwen3_next_80b_a3b));
static_assert(
    agrees<model_spec<layers<kimi_delta, gated>, layers<kimi_delta, moe>, layers<mla, moe>>>(
        models::kimi_linear_48b_a3b));
static_assert(agrees<model_spec<layers<lightning, moe>, layers<gqa, moe>>>(models::minimax_m1));
static_assert(agrees<model_spec<layers<mamba, gated>, layers<gqa, gated>, layers<mamba, moe>>>(
    models::jamba_1_5_mini));
static_assert(agrees<model_spec<layers<mamba2, no_feed_forward>, layers<gqa, no_feed_forward>,
                                layers<no_attention, plain_ffn>>>(models::nemotron_h_56b));
static_assert(agrees<model_spec<layers<encoder<gqa>, plain_ffn>>>(models::bert_base_uncased));
static_assert(agrees<model_spec<layers<encoder<gqa>, gated>, layers<cross_attending<gqa>, gated>>>(
    models::flan_t5_base));
static_assert(
    agrees<model_spec<layers<windowed<gqa>, embedding_gated>, layers<gqa, embedding_gated>,
                      layers<windowed<gqa>, embedding_gated>, layers<gqa, embedding_gated>>>(
        models::gemma_3n_e2b));
static_assert(agrees<model_spec<layers<short_convolution, gated>, layers<short_convolution, moe>,
                                layers<gqa, moe>>>(models::lfm2_8b_a1b));
using sharing = layers<hyper_connected<shared_compressed_attention>, moe>;
static_assert(agrees<model_spec<sharing, sharing, sharing, sharing, sharing, sharing>>(
    models::deepseek_v4_1_flash));

} // namespace
