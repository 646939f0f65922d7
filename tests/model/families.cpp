// SPDX-License-Identifier: MIT
// The families that are not plain attention and feed-forward: exact totals of whole models, part by part.
#include <reckon/catalog/find_model.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/memory/weights.hpp>
#include <reckon/model/validate.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <string_view>

using namespace reckon;

// ---- totals and prediction modules, as tensor audits and repositories give them ---------------------------------------
static_assert(parameters_of(models::deepseek_v3_2).total == 671'877'944'064);
static_assert(parameters_of(models::deepseek_v3_2).mtp == 13'477'385'728);
static_assert(parameters_of(models::deepseek_v4_flash).total == 284'332'240'471);
static_assert(parameters_of(models::deepseek_v4_flash).mtp == 6'610'048'891);
static_assert(parameters_of(models::deepseek_v4_pro).total == 1'572'997'201'763);
static_assert(parameters_of(models::deepseek_v4_pro).mtp == 25'840'145'979);
static_assert(parameters_of(models::deepseek_v4_flash_base).mtp == 6'610'048'891 + 1'059'061'760);
static_assert(parameters_of(models::deepseek_v4_pro_base).mtp == 25'840'145'979 + 1'853'358'080);
static_assert(parameters_of(models::glm_5).total == 743'911'218'432);
static_assert(parameters_of(models::glm_5_2).total == 743'377'019'904);
static_assert(parameters_of(models::glm_5_2).mtp ==
              9'952'920'576); // its module has an indexer, its last layer none
static_assert(parameters_of(models::qwen3_next_80b_a3b).total == 79'674'391'296);
static_assert(parameters_of(models::qwen3_next_80b_a3b).mtp == 1'650'471'424);
static_assert(parameters_of(models::kimi_linear_48b_a3b).total == 49'122'681'728);
static_assert(parameters_of(models::kimi_k3).total - parameters_of(models::kimi_k3).sides ==
              2'779'481'795'168); // text; a tower of 447M beside it
static_assert(parameters_of(models::nemotron_3_nano_30b_a3b).total == 31'577'940'288);
static_assert(parameters_of(models::nemotron_3_super_120b_a12b).total == 120'668'707'840);
static_assert(parameters_of(models::nemotron_3_super_120b_a12b).mtp == 2'942'325'248);
static_assert(parameters_of(models::nemotron_3_ultra_550b_a55b).total == 549'308'993'536);
static_assert(parameters_of(models::nemotron_3_ultra_550b_a55b).mtp == 11'215'610'368);
static_assert(parameters_of(models::nemotron_h_56b).total == 56'324'350'464);
static_assert(parameters_of(models::llama_3_3_nemotron_super_49b).total == 49'867'145'216);
static_assert(parameters_of(models::jamba_1_5_mini).total == 51'570'323'328);
static_assert(parameters_of(models::granite_4_0_h_small).total == 32'207'337'984);
static_assert(parameters_of(models::bert_base_uncased).total == 109'482'240);

TEST_CASE("the indexer is exactly what V3.2 has more than V3") {
    auto const v3 = parameters_of(models::deepseek_v3);
    auto const v32 = parameters_of(models::deepseek_v3_2);
    CHECK(v32.total - v3.total == 61 * 13'959'424);
    CHECK(v32.mtp - v3.mtp == 13'959'424);
    CHECK(v32.attention - v3.attention ==
          61 * (13'959'424 - 256)); // the norm of its keys is a norm
    CHECK(v32.active - v3.active == v32.total - v3.total);
}

TEST_CASE("what is beside the layers is a part of its own") {
    auto const qwen = parameters_of(models::qwen3_5_27b);
    CHECK(qwen.sides == 460'730'096);
    CHECK(qwen.total == 26'895'998'464 + qwen.sides);
    CHECK(qwen.active == 26'895'998'464); // a token of text does not pass the tower
    auto const flash = parameters_of(models::deepseek_v4_flash);
    CHECK(flash.sides == 16 * 4096 + 5); // the routing table is no parameter
    CHECK(flash.active == 13'799'632'471);
    CHECK(parameters_of(models::bert_base_uncased).sides == 768 * 768 + 768);
    CHECK(parameters_of(models::llama_4_scout_17b_16e).total == 108'641'793'536);
    CHECK(parameters_of(models::gemma_3_27b).total == 27'432'406'640);
    CHECK(parameters_of(models::llama_3_1_8b).sides == 0);
}

TEST_CASE("checkpoints of DeepSeek-V4, to the byte") {
    auto const size = [](auto const& m) { return in_bytes(checkpoint_bytes(m, m.published)); };
    CHECK(size(models::deepseek_v4_flash) == 159'609'485'896.0); // the index's total_size
    // Counted from the tensors' shapes and types.
    CHECK(size(models::deepseek_v4_flash_base) == 294'620'461'640.0);
    CHECK(size(models::deepseek_v4_pro_base) == 1'605'740'316'792.0);
    CHECK(size(models::qwen3_6_35b_a3b) == 71'903'645'408.0); // serialised tensors
    CHECK(size(models::gemma_4_31b) == 62'546'177'752.0);
    CHECK(size(models::gemma_4_26b_a4b) == 51'611'872'412.0);
}

TEST_CASE("active parameters in the conventions of their publishers") {
    auto const without_embedding = [](auto const& m) {
        return active_without_embedding(parameters_of(m));
    };
    CHECK(without_embedding(models::deepseek_v4_flash) / 1'000'000'000 == 13);
    CHECK(without_embedding(models::deepseek_v4_pro) / 100'000'000 == 488); // "49B"
    CHECK(without_embedding(models::kimi_k3) / 10'000'000 == 10'418);       // "104.2B"
    auto const m1 = parameters_of(models::minimax_m1);
    CHECK((m1.active - m1.embedding - m1.head) / 10'000'000 == 4'594); // "45.9B"
    auto const glm = parameters_of(models::glm_5);
    CHECK((glm.active - glm.embedding - glm.head) / 100'000'000 == 398); // "40B"
}

TEST_CASE(
    "latent experts work in their own width, and the way there belongs to the shared experts") {
    auto const n = parameters_of(models::nemotron_3_super_120b_a12b);
    CHECK(n.routed_experts == 40LL * 512 * 2 * 1024 * 2688);
    CHECK(n.shared_experts == 40LL * (2 * 4096 * 5376 + 2 * 4096 * 1024));
    CHECK(n.dense_ffn == 0);
}

TEST_CASE("every model of the catalogue passes the checks that files must pass") {
    for (std::size_t i = 0; i < catalog::model_count; ++i) {
        any_model const m = catalog::model(i);
        CAPTURE(m.name.view());
        CHECK_FALSE(defect_of(m).has_value());
        CHECK(check(m).has_value());
    }
}

namespace {

template <class Family, class Change> bool refused(any_model m, std::size_t group,
                                                   Change const& change) {
    change((*reckon::get_if<Family>(&m.groups.list[group].attention.family)));
    auto const found = defect_of(m);
    return found && found->message.view().back() == '.';
}

/// A family of a user's own that any of the shipped ones could be made of.
struct mine {
    count query_heads{1};
    static constexpr void for_each_tensor(count, auto&&) noexcept {}
    static constexpr void for_each_state(auto&&) noexcept {}
    static constexpr void for_each_score(phase, auto&&) noexcept {}
    [[maybe_unused]] operator any_attention() const noexcept {
        return {};
    } // NOLINT(google-explicit-constructor)
};

} // namespace

TEST_CASE("slips in the new families are found") {
    using v4 = hyper_connected<compressed_attention>;
    CHECK(refused<v4>(models::deepseek_v4_flash, 0, [](v4& a) { a.streams = 0; }));
    CHECK(refused<v4>(models::deepseek_v4_flash, 0, [](v4& a) { a.inner.o_groups = 7; }));
    CHECK(refused<v4>(models::deepseek_v4_flash, 0, [](v4& a) { a.inner.window = -1; }));
    CHECK(refused<indexed<mla>>(models::deepseek_v3_2, 0, [](indexed<mla>& a) { a.top_k = 0; }));
    CHECK(refused<indexed<mla>>(models::deepseek_v3_2, 0,
                                [](indexed<mla>& a) { a.inner.v_dim = 0; }));
    CHECK(refused<selected<mla>>(models::glm_5_2, 2, [](selected<mla>& a) { a.top_k = -3; }));
    CHECK(refused<gated_delta_net>(models::qwen3_5_27b, 0,
                                   [](gated_delta_net& a) { a.key_heads = 5; }));
    CHECK(refused<kimi_delta>(models::kimi_k3, 0, [](kimi_delta& a) { a.taps = 0; }));
    CHECK(refused<lightning>(models::minimax_m1, 0, [](lightning& a) { a.head_dim = 0; }));
    CHECK(refused<mamba>(models::jamba_1_5_mini, 0, [](mamba& a) { a.state = 0; }));
    CHECK(refused<mamba2>(models::nemotron_h_56b, 0, [](mamba2& a) { a.groups = 3; }));
    CHECK(refused<encoder<gqa>>(models::bert_base_uncased, 0,
                                [](encoder<gqa>& a) { a.inner.kv_heads = 5; }));
    any_model m = models::glm_5_2;
    m.mtp.like = layer_set::range(78, 79);
    CHECK(defect_of(m)->message.view() ==
          "GLM-5.2: mtp.like names a layer that the model does not have.");
    m = models::qwen3_5_27b;
    m.sides[0].values = 0;
    CHECK(defect_of(m).has_value());
}

TEST_CASE("a family of a user's own that converts to a shipped one is still inspected as itself") {
    constexpr model_spec<layers<mine, gated>> odd{
        .name = "odd",
        .hidden = 8,
        .vocabulary = 8,
        .groups = grouped(layers<mine, gated>{layer_set::range(0, 1), {}, {.intermediate = 8}})};
    CHECK_FALSE(defect_of(odd).has_value());
}

TEST_CASE("sets of layers join") {
    constexpr layer_set odd = layer_set::every(2, 1, 8) | layer_set::range(6, 8);
    static_assert(odd.size() == 5);
    static_assert(odd.contains(6));
    static_assert((odd - layer_set::range(0, 6)).size() == 2);
}

TEST_CASE("models are equal where every member is") {
    auto const differs = [](auto const& m, auto change) {
        auto other = m;
        change(other);
        return other == other && !(other == m) && !(m == other);
    };
    auto const all = [&differs](auto const& m) {
        CHECK(m == m);
        CHECK(differs(m, [](auto& o) { o.name = "another"; }));
        CHECK(differs(m, [](auto& o) { ++o.hidden; }));
        CHECK(differs(m, [](auto& o) { ++o.vocabulary; }));
        CHECK(differs(m, [](auto& o) { o.tied_embeddings = !o.tied_embeddings; }));
        CHECK(differs(m, [](auto& o) { ++o.learned_positions; }));
        CHECK(differs(m, [](auto& o) { o.final_norm_bias = !o.final_norm_bias; }));
        CHECK(differs(m, [](auto& o) { o.embedding_norm = !o.embedding_norm; }));
        CHECK(differs(m, [](auto& o) { o.head_bias = !o.head_bias; }));
        CHECK(differs(m, [](auto& o) { o.max_context = tokens{7}; }));
        CHECK(differs(m, [](auto& o) { ++o.mtp.layers; }));
        CHECK(differs(m, [](auto& o) { o.published = fp32; }));
        CHECK(differs(m, [](auto& o) { o.sides.push_back({side_kind::vision, 1}); }));
        CHECK(differs(m, [](auto& o) { ++o.images.patches; }));
    };
    constexpr auto dense_then_experts = models::deepseek_v3;
    all(dense_then_experts);
    all(any_model(dense_then_experts));
    CHECK(any_model(dense_then_experts) == dense_then_experts);

    auto const& d = dense_then_experts;
    CHECK(differs(d, [](auto& o) { o.groups.first.at.insert(60); }));
    CHECK(differs(d, [](auto& o) { ++o.groups.first.attention.query_heads; }));
    CHECK(differs(d, [](auto& o) { ++o.groups.first.feed_forward.intermediate; }));
    CHECK(differs(d, [](auto& o) { o.groups.first.norms.bias = true; }));
    CHECK(differs(d, [](auto& o) { ++o.groups.rest.first.feed_forward.routed; }));
}
