// SPDX-License-Identifier: MIT
// Layouts that do not divide a model are refused with the numbers and with what would do.
#include <reckon/catalog/models.hpp>
#include <reckon/parallel.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <string>

using namespace reckon;

namespace {
template <class M> std::string said(M const& m, layout const& l) {
    layout_check const c = check(m, l);
    CHECK(c.ok() == (c.defect == layout_defect::none));
    return std::string(explain(c).view());
}
constexpr auto const& r1 = models::deepseek_r1; // 128 heads, 256 experts of 2,048, 61 layers
constexpr auto const& llm_67b = models::deepseek_llm_67b; // 64 heads, 8 key-value heads, 95 layers
constexpr auto const& coder_33b = models::deepseek_coder_33b; // 56 heads, 8 key-value heads
constexpr count huge = std::numeric_limits<count>::max();
} // namespace

static_assert(check(r1, {.tensor = 8}).ok());
static_assert(check(r1, {.tensor = 1, .data = 8, .expert = 8}).ok());
static_assert(check(r1, {.tensor = 2, .pipeline = 2, .data = 4, .expert = 8}).ok());
static_assert(check(llm_67b, {.tensor = 16}).ok()); // AT-18: 8 key-value heads are replicated on 16

TEST_CASE("heads") {
    CHECK(said(coder_33b, {.tensor = 16}) == "tensor parallelism 16 does not divide 56 attention "
                                             "heads; the nearest that do are 14 and 28");
    CHECK(said(r1, {.tensor = 3}) == "tensor parallelism 3 does not divide 128 attention heads; "
                                     "the nearest that do are 2 and 4");
    CHECK(
        said(llm_67b, {.tensor = 3}) ==
        "tensor parallelism 3 does not divide 64 attention heads; the nearest that do are 2 and 4");
    CHECK(
        said(r1, {.tensor = 256}) ==
        "tensor parallelism 256 does not divide 128 attention heads; the nearest that does is 128");
}

TEST_CASE("key-value heads divide the ranks or are divided by them") {
    // 48 heads on 12 ranks are whole; 8 key-value heads are neither divided nor replicated evenly.
    constexpr model_spec<layers<gqa, gated>> forty_eight{
        .name = "48 heads",
        .hidden = 4096,
        .vocabulary = 32000,
        .groups = grouped(layers<gqa, gated>{layer_set::range(0, 4),
                                             {.query_heads = 48, .kv_heads = 8, .head_dim = 128},
                                             {.intermediate = 12288}})};
    CHECK(check(forty_eight, {.tensor = 12}).defect == layout_defect::kv_heads);
    CHECK(said(forty_eight, {.tensor = 12}) == "tensor parallelism 12 is no multiple of 8 "
                                               "key-value heads; the nearest that do are 8 and 16");
    CHECK(said(forty_eight, {.tensor = 6}) ==
          "tensor parallelism 6 does not divide 8 key-value heads, nor they it; the nearest that "
          "do are 4 and 8");
    CHECK(check(forty_eight, {.tensor = 16}).ok());
    CHECK(check(forty_eight, {.tensor = 4}).ok());
}

TEST_CASE("widths, whole experts and their widths") {
    constexpr model_spec<layers<gqa, gated>> narrow{
        .name = "narrow",
        .hidden = 4096,
        .vocabulary = 32000,
        .groups = grouped(layers<gqa, gated>{layer_set::range(0, 4),
                                             {.query_heads = 32, .kv_heads = 32, .head_dim = 128},
                                             {.intermediate = 11000}})};
    CHECK(said(narrow, {.tensor = 16}) ==
          "tensor parallelism 16 does not divide 11000 columns of the feed-forward width; "
          "the nearest that do are 11 and 20");
    CHECK(
        said(r1, {.tensor = 1, .data = 3, .expert = 3}) ==
        "expert parallelism 3 does not divide 256 routed experts; the nearest that do are 2 and 4");
    CHECK(said(r1, {.tensor = 2, .data = 3}) ==
          "tensor x data parallelism 6 does not divide 2048 columns of an expert; "
          "the nearest that do are 4 and 8");
}

TEST_CASE("ranks of experts, stages and attention groups") {
    CHECK(said(r1, {.tensor = 2, .data = 4, .expert = 4}) ==
          "expert parallelism is 4; it must be 1 or tensor x data = 8");
    CHECK(said(r1, {.pipeline = 62}) ==
          "pipeline parallelism 62 is more than the model's 61 layers");
    CHECK(said(llm_67b, {.data = 2}) ==
          "data parallelism 2 of a model without experts is that many separate replicas; "
          "set data to 1 and count replicas");
}

TEST_CASE("degrees below one: zero devices") {
    for (layout const l :
         {layout{.tensor = 0}, layout{.pipeline = 0}, layout{.data = 0}, layout{.expert = 0}}) {
        CHECK(check(r1, l).defect == layout_defect::not_positive);
        CHECK(said(r1, l) == "a degree of parallelism is 0; it must be at least 1");
    }
    CHECK(said(r1, {.tensor = -8}) == "a degree of parallelism is -8; it must be at least 1");
    CHECK(said(r1, {.tensor = std::numeric_limits<count>::min()}).find("-9223372036854775808") !=
          std::string::npos);
}

TEST_CASE("degrees near 2^63 are refused at once") {
    CHECK(said(r1, {.tensor = huge}) ==
          "tensor parallelism 9223372036854775807 does not divide 128 attention heads; "
          "the nearest that does is 128");
    CHECK(said(r1, {.pipeline = huge}).find("9223372036854775807") != std::string::npos);
    CHECK_FALSE(check(r1, {.tensor = 2, .data = huge, .expert = huge}).ok());
    CHECK_FALSE(check(r1, {.tensor = 2, .data = huge}).ok());
    CHECK(said(llm_67b, {.data = huge}).find("9223372036854775807") != std::string::npos);
}

namespace {
// 15 heads of which 5 keep keys, and 7 experts of 10 columns: odd numbers, which two ranks do not share.
constexpr model_spec<layers<gqa, moe>> odd_experts{
    .name = "odd",
    .hidden = 60,
    .vocabulary = 100,
    .groups = grouped(layers<gqa, moe>{layer_set::range(0, 3),
                                       {.query_heads = 15, .kv_heads = 5, .head_dim = 4},
                                       {.routed = 7, .per_token = 2, .intermediate = 10}})};
} // namespace

TEST_CASE("two ranks share no odd number of heads or experts") {
    using enum layout_defect;
    CHECK(check(odd_experts, {.tensor = 2}) == layout_check{query_heads, 15, 2});
    CHECK(check(odd_experts, {.data = 2, .expert = 2}) == layout_check{experts, 7, 2});
    CHECK(check(odd_experts, {.data = 2}).ok()); // two halves of 10 columns
    CHECK(check(odd_experts, {.tensor = 5}).ok());
    CHECK(check(odd_experts, {.data = 7, .expert = 7}).ok());
    CHECK(
        said(odd_experts, {.tensor = 4}) ==
        "tensor parallelism 4 does not divide 15 attention heads; the nearest that do are 3 and 5");
    CHECK(said(odd_experts, {.data = 3, .expert = 3}) ==
          "expert parallelism 3 does not divide 7 routed experts; the nearest that do are 1 and 7");
}

TEST_CASE("second copies of experts need ranks that hold whole experts, and are shared by them") {
    using enum layout_defect;
    // 7 + 1 on two ranks; 7 + 2 are nine.
    CHECK(check(odd_experts, {.data = 2, .expert = 2, .redundant_experts = 1}).ok());
    CHECK(check(odd_experts, {.data = 2, .expert = 2, .redundant_experts = 2}) ==
          layout_check{experts, 9, 2});
    CHECK(check(odd_experts, {.redundant_experts = 1}) == layout_check{redundant_experts, 0, 1});
    CHECK(check(odd_experts, {.data = 2, .redundant_experts = 2}) ==
          layout_check{redundant_experts, 0, 2});
    CHECK(check(odd_experts, {.redundant_experts = -1}) == layout_check{redundant_experts, 0, -1});
}

TEST_CASE("context is shared by the ranks that repeat a key-value head") {
    using enum layout_defect;
    // 8 key-value heads: of 16 ranks two keep each, of 8 and of 4 ranks one does.
    CHECK(check(llm_67b, {.tensor = 16, .context = 2}).ok());
    CHECK(check(llm_67b, {.tensor = 32, .context = 4}).ok());
    CHECK(check(llm_67b, {.tensor = 16, .context = 4}) == layout_check{context_ranks, 2, 4});
    CHECK(check(llm_67b, {.tensor = 8, .context = 2}) == layout_check{context_ranks, 1, 2});
    CHECK(check(llm_67b, {.tensor = 4, .context = 2}) == layout_check{context_ranks, 1, 2});
    CHECK(check(llm_67b, {.tensor = 16, .context = 1}).ok());
    // A latent is on every rank.
    CHECK(check(r1, {.tensor = 8, .context = 8}).ok());
    CHECK(check(r1, {.tensor = 8, .context = 3}) == layout_check{context_ranks, 8, 3});
    // What else is wrong is said first.
    CHECK(check(llm_67b, {.tensor = 3, .context = 3}).defect == query_heads);
}

TEST_CASE("a model without key-value heads has none to divide or to repeat") {
    auto headless = odd_experts;
    headless.groups = grouped(layers<gqa, moe>{
        layer_set::range(0, 3), {.query_heads = 16, .kv_heads = 0, .head_dim = 4}, {.routed = 8}});
    CHECK(check(headless, {.tensor = 2, .context = 2}).ok());
}

TEST_CASE("a defect has what there is to divide, and by what") {
    using enum layout_defect;
    CHECK(check(r1, {.tensor = 0}) == layout_check{not_positive, 1, 0});
    CHECK(check(r1, {.pipeline = 0}) == layout_check{not_positive, 1, 0});
    CHECK(check(r1, {.data = -1}) == layout_check{not_positive, 1, -1});
    CHECK(check(r1, {.expert = -2}) == layout_check{not_positive, 1, -2});
    CHECK(check(r1, {.context = 0}) == layout_check{not_positive, 1, 0});
    CHECK(check(llm_67b, {.data = 2}) == layout_check{data_without_experts, 1, 2});
}

TEST_CASE("a layout that divides says so") {
    CHECK(said(r1, {.tensor = 8}) == "the layout divides the model");
}
