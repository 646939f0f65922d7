// SPDX-License-Identifier: MIT
// Models that cannot exist are refused in one sentence that names the field, the value and the remedy.
#include <reckon/catalog/models.hpp>
#include <reckon/model/validate.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <string_view>

using namespace reckon;

static_assert(*check(models::deepseek_v3) == 671'026'419'200);
static_assert(!defect_of(models::llama_3_1_8b));

namespace {

struct refusal {
    errc code{};
    sentence message{};
    [[nodiscard]] bool says(std::string_view part) const {
        return message.view().find(part) != std::string_view::npos;
    }
};

template <class Change> refusal after(Change change) {
    any_model m = models::deepseek_v3;
    change(m);
    auto const checked = check(m);
    REQUIRE_FALSE(checked.has_value());
    std::string_view const said = checked.error().message.view();
    CHECK(said.substr(0, 13) == "DeepSeek-V3: ");
    CHECK(said.back() == '.');
    return {checked.error().code, checked.error().message};
}

mla& attention_of(any_model& m) {
    return (*reckon::get_if<mla>(&m.groups.list[0].attention.family));
}
moe& experts_of(any_model& m) {
    return (*reckon::get_if<moe>(&m.groups.list[1].feed_forward.family));
}

} // namespace

TEST_CASE("every model of the catalogue passes") {
    for (std::size_t i = 0; i < catalog::model_count; ++i) {
        auto const checked = check(catalog::model(i));
        CAPTURE(i);
        REQUIRE(checked.has_value());
        CHECK(*checked > 0);
    }
}

TEST_CASE("dimensions that are zero, negative or absurd") {
    auto const negative = after([](any_model& m) { m.hidden = -5; });
    CHECK(negative.code == errc::out_of_range);
    CHECK(negative.says("hidden is -5; give an integer from 1 to 1,048,576"));
    CHECK(after([](any_model& m) { m.hidden = 0; }).says("hidden is 0"));
    CHECK(after([](any_model& m) {
              m.hidden = detail::count_max;
          }).says("hidden is 9,223,372,036,854,775,807"));
    CHECK(after([](any_model& m) {
              m.vocabulary = (count{1} << 24) + 1;
          }).says("vocabulary is 16,777,217"));
    CHECK(after([](any_model& m) { m.learned_positions = -1; }).says("learned_positions is -1"));
    CHECK(after([](any_model& m) { m.mtp.layers = 17; }).says("mtp.layers is 17"));
    CHECK(after([](any_model& m) {
              attention_of(m).kv_lora_rank = 0;
          }).says("kv_lora_rank of layers 0..2 is 0"));
    CHECK(after([](any_model& m) {
              attention_of(m).query_heads = -128;
          }).says("query_heads of layers 0..2"));
    CHECK(
        after([](any_model& m) { experts_of(m).routed = 0; }).says("routed of layers 3..60 is 0"));
    CHECK(after([](any_model& m) {
              experts_of(m).intermediate = count{1} << 40;
          }).says("intermediate of layers 3..60"));
    CHECK(after([](any_model& m) {
              m.groups.list[0].norms.per_layer = 99;
          }).says("norms.per_layer of layers 0..2 is 99"));
}

TEST_CASE("a context that is no number of tokens") {
    for (double const bad : {0.0, -1.0, 2e9, std::numeric_limits<double>::quiet_NaN(),
                             std::numeric_limits<double>::infinity()}) {
        CAPTURE(bad);
        CHECK(after([bad](any_model& m) { m.max_context = tokens{bad}; }).says("max_context"));
    }
    any_model m = models::deepseek_v3;
    m.max_context = unknown;
    CHECK(check(m).has_value());
}

TEST_CASE("fields that contradict each other") {
    auto const more = after([](any_model& m) { experts_of(m).per_token = 257; });
    CHECK(more.code == errc::contradiction);
    CHECK(more.says("per_token of layers 3..60 is 257, more than routed, 256"));
    auto const heads =
        after([](any_model& m) { m.groups.list[0].attention = any_attention(gqa{32, 7, 128}); });
    CHECK(heads.code == errc::contradiction);
    CHECK(heads.says("kv_heads of layers 0..2 is 7, which does not divide query_heads, 32"));
    CHECK(after([](any_model& m) {
              experts_of(m).shared_intermediate = 0;
              experts_of(m).gated_shared = true;
          }).says("gated_shared"));
}

TEST_CASE("layers that are missing, doubled or too many") {
    CHECK(after([](any_model& m) {
              m.groups.list[1].at = layer_set::range(2, 61);
          }).says("layer 2 is in two layer groups"));
    CHECK(after([](any_model& m) {
              m.groups.list[1].at = layer_set::range(4, 61);
          }).says("layer 3 is in no layer group"));
    CHECK(
        after([](any_model& m) { m.groups.list[0].at = {}; }).says("a layer group has no layers"));
    CHECK(after([](any_model& m) { m.groups.list.used = 0; }).says("the number of layers is 0"));
    any_model m = models::deepseek_v3;
    m.groups.list[1].at = layer_set::range(3, 256); // as many as a set can hold
    CHECK(check(m).has_value());
}

TEST_CASE("a recipe that points outside its palette") {
    CHECK(after([](any_model& m) { m.published.palette = {}; }).says("published"));
    CHECK(after([](any_model& m) { m.published.choice[3] = 9; }).says("published"));
    CHECK(after([](any_model& m) {
              m.published.exceptions.push_back({.format = 200});
          }).says("published"));
}

TEST_CASE("each field in range, and still no model") {
    auto const huge = after([](any_model& m) {
        m.hidden = model_limits::hidden;
        experts_of(m).routed = model_limits::experts;
        experts_of(m).intermediate = model_limits::intermediate;
    });
    CHECK(huge.code == errc::out_of_range);
    CHECK(huge.says("parameters exceed 9.2e18"));
}

TEST_CASE("a model without a name is still told what is wrong") {
    any_model m = models::llama_3_1_8b;
    m.name = {};
    m.hidden = 0;
    CHECK(check(m).error().message.view().substr(0, 11) == "the model: ");
}
