// SPDX-License-Identifier: MIT
// Parameter counts: the exact integers of the models that published exact integers, by part.
#include <reckon/catalog/models.hpp>
#include <reckon/model/parameters.hpp>

#include <doctest/doctest.h>

using namespace reckon;

namespace {

constexpr parameter_counts of(any_model const& m) { return parameters_of(m); }

// AT-01: the DeepSeek models that article names stand for, to the parameter.
static_assert(parameters_of(models::deepseek_coder_1_3b).total == 1'346'471'936);
static_assert(parameters_of(models::deepseek_llm_7b).total == 6'910'365'696);
static_assert(parameters_of(models::deepseek_coder_6_7b).total == 6'740'512'768);
static_assert(parameters_of(models::deepseek_coder_33b).total == 33'342'991'360);
static_assert(parameters_of(models::deepseek_llm_67b).total == 67'425'001'472);
static_assert(parameters_of(models::deepseek_v2).total == 235'741'434'880);
static_assert(parameters_of(models::deepseek_v3).total == 671'026'419'200);
static_assert(parameters_of(models::deepseek_r1).total == 671'026'419'200);
static_assert(parameters_of(models::deepseek_r1_distill_qwen_1_5b).total == 1'777'088'000);
static_assert(parameters_of(models::deepseek_r1_distill_qwen_7b).total == 7'615'616'512);
static_assert(parameters_of(models::deepseek_r1_distill_qwen_14b).total == 14'770'033'664);

} // namespace

TEST_CASE("DeepSeek-V3 by part, as worked out by hand") {
    constexpr auto n = parameters_of(models::deepseek_v3);
    CHECK(n.routed_experts + n.shared_experts == 58LL * 257 * 3 * 7168 * 2048);
    CHECK(n.total - (n.routed_experts + n.shared_experts) == 14'563'317'248);
    CHECK(n.embedding == 129280LL * 7168);
    CHECK(n.head == n.embedding);
    CHECK(n.dense_ffn == 3LL * 3 * 7168 * 18432);
    CHECK(n.router == 58LL * (256 * 7168 + 256));
    // 187,107,328 a layer, 2,048 of them norms of the latents, beside the two layer norms.
    CHECK(n.attention == 61LL * (187'107'328 - 2048));
    CHECK(n.norms == 61LL * (2048 + 2 * 7168) + 7168);
}

TEST_CASE("the prediction module is counted apart from the model") {
    CHECK(parameters_of(models::deepseek_v3).mtp ==
          13'463'426'304); // with its own embedding and head
    CHECK(parameters_of(models::glm_4_5).mtp == 5'539'962'272);
    CHECK(parameters_of(models::glm_4_6).mtp == 3'988'069'792); // without
    CHECK(parameters_of(models::glm_4_5).total == parameters_of(models::glm_4_6).total);
    CHECK(parameters_of(models::llama_3_1_8b).mtp == 0);
}

TEST_CASE("active parameters in the convention of each publisher") {
    // With embedding and head: Mixtral, DeepSeek-V2, Qwen.
    CHECK(parameters_of(models::mixtral_8x7b).active == 12'879'925'248); // "12.9B"
    CHECK(parameters_of(models::qwen3_235b_a22b).active / 1'000'000'000 == 22);
    CHECK(parameters_of(models::deepseek_v2).active / 1'000'000'000 == 21);
    // Without the input embedding: gpt-oss, DeepSeek-V3.
    CHECK(active_without_embedding(parameters_of(models::gpt_oss_20b)) == 3'608'307'264);  // "3.6B"
    CHECK(active_without_embedding(parameters_of(models::gpt_oss_120b)) == 5'132'849'472); // "5.1B"
    count const v3 = active_without_embedding(parameters_of(models::deepseek_v3));         // "37B"
    CHECK(v3 > 36'500'000'000);
    CHECK(v3 < 37'000'000'000);
    // Without both: GLM-4.5, "32B".
    auto const glm = parameters_of(models::glm_4_5);
    CHECK((glm.active - glm.embedding - glm.head) / 1'000'000'000 == 32);
    // Dense models are wholly active.
    CHECK(parameters_of(models::llama_3_3_70b).active ==
          parameters_of(models::llama_3_3_70b).total);
}

TEST_CASE("the parts are the whole, for every model of the catalogue") {
    for (std::size_t i = 0; i < catalog::model_count; ++i) {
        any_model const m = catalog::model(i);
        auto const n = of(m);
        CAPTURE(m.name.view());
        CHECK(n.embedding + n.head + n.attention + n.dense_ffn + n.shared_experts +
                  n.routed_experts + n.router + n.norms + n.sides ==
              n.total);
        CHECK(n.active <= n.total);
        CHECK(n.active > 0);
    }
}

namespace {

// A run-time model is the same facts: every count is the same, whoever asks.
template <auto const&... Models> void check_run_time_copies() {
    auto const check = [](auto const& fixed) {
        any_model const chosen = fixed;
        CAPTURE(fixed.name.view());
        CHECK(parameters_of(chosen) == parameters_of(fixed));
        CHECK(layer_count(chosen) == layer_count(fixed));
        CHECK(vectors_outside_layers(chosen) == vectors_outside_layers(fixed));
        CHECK(chosen.name == fixed.name);
        CHECK(chosen.max_context == fixed.max_context);
        CHECK(chosen.published == fixed.published);
    };
    (check(Models), ...);
}

} // namespace

TEST_CASE("static and run-time models count alike") {
    check_run_time_copies<
        models::deepseek_v3, models::llama_3_1_8b, models::gpt_oss_20b, models::gemma_2_9b,
        models::mimo_v2_flash, models::llama_4_maverick_17b_128e, models::gpt_2, models::falcon_7b,
        models::phi_2, models::bloom_7b1, models::gpt_j_6b, models::minimax_m2, models::kimi_k2_6,
        models::qwen2_57b_a14b, models::deepseek_v3_2, models::deepseek_v4_pro, models::glm_5_2,
        models::qwen3_5_122b_a10b, models::kimi_k3, models::minimax_m3,
        models::nemotron_3_super_120b_a12b, models::jamba_1_5_mini,
        models::llama_3_3_nemotron_super_49b, models::gemma_4_26b_a4b, models::bert_base_uncased>();
}

namespace {

// A user's own families need only the concept.
struct constant_attention {
    count query_heads{4};
    constexpr void for_each_tensor(count hidden, auto&& visit) const noexcept {
        visit(tensor{tensor_role::attention_q, shard_axis::query_heads, hidden, hidden, 1, 1,
                     query_heads});
    }
    static constexpr void for_each_state(auto&&) noexcept {} // keeps nothing
    static constexpr void for_each_score(phase, auto&&) noexcept {}
};

constexpr model_spec<layers<constant_attention, gated>> mine{
    .name = "mine",
    .hidden = 32,
    .vocabulary = 100,
    .tied_embeddings = true,
    .groups = grouped(
        layers<constant_attention, gated>{layer_set::range(0, 2), {}, {.intermediate = 64}})};

} // namespace

TEST_CASE("a family of a user's own is counted by the same law") {
    CHECK(parameters_of(mine).total == 100 * 32 + 2 * (32 * 32 + 3 * 32 * 64 + 2 * 32) + 32);
}

TEST_CASE("counts near the end of the integers saturate") {
    any_model m = models::deepseek_v3;
    (*reckon::get_if<moe>(&m.groups.list[1].feed_forward.family)).routed = count{1} << 62;
    CHECK(of(m).total == detail::count_max);
    CHECK(of(m).routed_experts == detail::count_max);
}
