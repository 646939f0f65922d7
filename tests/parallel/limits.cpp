// SPDX-License-Identifier: MIT
// The last value that is allowed, and the first that is not.
#include <reckon/catalog/models.hpp>
#include <reckon/model/validate.hpp>
#include <reckon/parallel/validate.hpp>
#include <reckon/units/makers.hpp>

#include <doctest/doctest.h>

using namespace reckon;

TEST_CASE("a stage for every layer is the most") {
    count const layers = layer_count(models::llama_3_1_8b);
    CHECK(check(models::llama_3_1_8b, layout{.pipeline = layers}).ok());
    CHECK_FALSE(check(models::llama_3_1_8b, layout{.pipeline = layers + 1}).ok());
    CHECK(check(models::llama_3_1_8b, layout{.pipeline = 1}).ok());
    CHECK_FALSE(check(models::llama_3_1_8b, layout{.pipeline = 0}).ok());
}

TEST_CASE("degrees that are none are named") {
    auto const said = [](layout const& l) {
        layout_check const c = check(models::deepseek_r1, l);
        REQUIRE_FALSE(c.ok());
        return c.defect;
    };
    CHECK(said(layout{.context = 0}) == layout_defect::not_positive);
    CHECK(said(layout{.redundant_experts = -1}) == layout_defect::redundant_experts);
    CHECK(said(layout{.tensor = 0}) == layout_defect::not_positive);
    CHECK(said(layout{.data = 0}) == layout_defect::not_positive);
    CHECK(said(layout{.expert = 0}) == layout_defect::not_positive);
    for (layout const l : {layout{.context = 0}, layout{.redundant_experts = -1}}) {
        CHECK_FALSE(explain(check(models::deepseek_r1, l)).view().empty());
    }
}

TEST_CASE("contexts from 1 token to 2^30") {
    any_model m = models::llama_3_1_8b;
    auto const sound = [&](double longest) {
        m.max_context = tokens{longest};
        return !defect_of(m);
    };
    CHECK(sound(1));
    CHECK_FALSE(sound(0.5));
    CHECK(sound(1073741824.0));
    CHECK_FALSE(sound(1073741825.0));
}

TEST_CASE("a gap in the layers is found wherever it is") {
    for (count const gap : {0, 1, 17, 30}) {
        CAPTURE(gap);
        any_model m = models::llama_3_1_8b;
        m.groups.list[0].at =
            layer_set::range(0, gap) | layer_set::range(gap + 1, 33); // 32 layers, one left out
        CHECK(defect_of(m).has_value());
    }
    CHECK_FALSE(defect_of(any_model(models::llama_3_1_8b)));
}
