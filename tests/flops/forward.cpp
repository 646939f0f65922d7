// SPDX-License-Identifier: MIT
// FLOPs of a forward pass against what DeepSeek published (AT-10).
#include "support/near.hpp"
#include "support/one_expert.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/models.hpp>
#include <reckon/flops.hpp>
#include <reckon/model.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;

namespace {
constexpr auto const& v3 = models::deepseek_v3;

/// One token that sees `context` others and is decided by the head.
constexpr pass one(phase when, double context) {
    return {.tokens = 1, .expert_tokens = 1, .logit_rows = 1, .context = context, .when = when};
}
/// A training pass over `tokens`, every token through the head, as DeepSeek counts: all pairs, not
/// the causal half.
constexpr pass training(double tokens, double context) {
    return {.tokens = tokens,
            .expert_tokens = tokens,
            .logit_rows = tokens,
            .context = context,
            .when = phase::prefill};
}
constexpr flops without_scores(forward_work const& w) { return w.linear + w.experts + w.head; }
} // namespace

TEST_CASE("AT-10: DeepSeek-V3, 73.25 GFLOP a token in matrices and 10.24 in scores at 4K") {
    constexpr forward_work w = forward_flops(v3, one(phase::prefill, 2048));
    CHECK(near(in_gigaflops(without_scores(w)), 73.25, within(1e-4)));
    // 2 x 61 layers x 128 heads x (192 + 128) x 2,048 seen on average.
    static_assert(w.scores == flops{2.0 * 61 * 128 * 320 * 2048});
    CHECK(near(in_gigaflops(w.scores), 10.24, within(1e-3)));
    // Training is three forward passes: published as 250 GFLOP a token.
    CHECK(near(3 * in_gigaflops(w.total()), 250.0, within(3e-3)));
}

TEST_CASE("two FLOPs for every active weight of a matrix, and none for the input embedding") {
    constexpr parameter_counts n = parameters_of(v3);
    constexpr count correction = 58 * 256; // added to scores, multiplied with nothing
    constexpr count multiplied = n.active - n.embedding - n.norms - correction;
    constexpr forward_work w = forward_flops(v3, one(phase::prefill, 0));
    static_assert(w.scores == flops{0});
    CHECK(w.total() == flops{2.0 * static_cast<double>(multiplied)});
    CHECK(w.experts == flops{2.0 * 58 * 8 * 3 * 7168 * 2048});
    CHECK(w.head == flops{2.0 * 129280 * 7168});
}

TEST_CASE("AT-10: DeepSeek-MoE's table (2401.06066), TFLOP of a training pass of 4K tokens") {
    // DeepSeek-7B: 183.5 published; LLaMA2-7B: 187.9. The paper takes 12 h^2 parameters a layer,
    // 0.5 % less than the 11,008 columns really have.
    CHECK(
        near(3 * in_teraflops(forward_flops(models::deepseek_llm_7b, training(4096, 4096)).total()),
             183.5, within(0.006)));
    CHECK(near(3 * in_teraflops(forward_flops(models::llama_2_7b, training(4096, 4096)).total()),
               187.9, within(0.006)));
}

TEST_CASE("decoding takes MLA's scores against the latent") {
    forward_work const w = forward_flops(v3, one(phase::decode, 4096));
    CHECK(w.scores == flops{2.0 * 61 * 128 * (576 + 512) * 4096});
    CHECK(w.linear == forward_flops(v3, one(phase::prefill, 4096)).linear);
    // Grouped heads have one form.
    CHECK(forward_flops(models::llama_3_1_8b, one(phase::decode, 4096)) ==
          forward_flops(models::llama_3_1_8b, one(phase::prefill, 4096)));
}

TEST_CASE("a window bounds what a query sees") {
    auto const scores = [](double context) {
        return forward_flops(models::mistral_7b_v0_1, one(phase::decode, context)).scores;
    };
    CHECK(scores(4096) == flops{2.0 * 32 * 32 * 256 * 4096});
    CHECK(scores(2048) == scores(4096) / 2);
    CHECK(scores(32768) == scores(4096));
}

TEST_CASE("a pass is the work of its matrices and the products of each of its tokens") {
    constexpr layout tp8{.tensor = 8};
    pass const p = training(100, 4096);
    double const each = score_products(v3, p.context, p.when, tp8);
    // 61 layers of 16 heads on this rank; keys of 128 + 64 values, values of 128.
    CHECK(near(each, p.context.mean() * 61 * 16 * (128 + 64 + 128)));
    CHECK(forward_flops(p, matrix_flops(v3, tp8), each) == forward_flops(v3, p, tp8));
}

TEST_CASE("ranks share the work") {
    constexpr layout tp8{.tensor = 8};
    forward_work const whole = forward_flops(v3, one(phase::decode, 4096));
    forward_work const rank = forward_flops(v3, one(phase::decode, 4096), tp8);
    CHECK(near(rank.experts, whole.experts / 8));
    CHECK(near(rank.head, whole.head / 8));
    CHECK(near(rank.scores, whole.scores / 8));
    // The down-projections to the latents and the router are done by all.
    flops const everywhere{2.0 * (61 * 7168 * (1536 + 576) + 58 * 256 * 7168)};
    CHECK(near(rank.linear, (whole.linear - everywhere) / 8 + everywhere));
}

TEST_CASE("experts work on the tokens of all groups, attention on those of its own") {
    constexpr layout dp8{.tensor = 1, .data = 8, .expert = 8};
    pass const step{
        .tokens = 8, .expert_tokens = 64, .logit_rows = 8, .context = 1000, .when = phase::decode};
    forward_work const token = forward_flops(v3, one(phase::decode, 1000));
    forward_work const rank = forward_flops(v3, step, dp8);
    CHECK(near(rank.experts, token.experts * 8)); // 64 tokens, an eighth of the experts
    CHECK(near(rank.linear, token.linear * 8));
    CHECK(near(rank.scores, token.scores * 8));
}

TEST_CASE("a window over a prompt: the first tokens see less than it") {
    auto const scores = [](context_span contexts) {
        return forward_flops(models::mistral_7b_v0_1,
                             pass{.tokens = 1, .context = contexts, .when = phase::prefill})
            .scores;
    };
    // 4,096 of window, 8,192 of prompt: w - w^2 / (2 P) = 3,072 entries on average, not 4,096.
    CHECK(near(scores({0, 8192}), scores(3072)));
    CHECK(near(scores({0, 4096}), scores(2048)));
    CHECK(near(scores({4096, 8192}), scores(4096)));
    CHECK(near(scores({2048, 6144}), scores(3584))); // half the way up, from 2,048 to 4,096
}

TEST_CASE("an indexer's scores are done by every rank, those of attention are shared") {
    constexpr double context = 65536;
    auto const scores = [](layout const& l, model auto const& m) {
        return forward_flops(m, one(phase::decode, context), l).scores;
    };
    // 61 layers, 64 indexer heads of 128; attention sees 2,048 entries of 128 heads.
    flops const indexer{2.0 * 61 * 64 * 128 * context};
    flops const selected{2.0 * 61 * 128 * (576 + 512) * 2048};
    CHECK(near(scores(layout{}, models::deepseek_v3_2), indexer + selected));
    CHECK(near(scores(layout{.tensor = 8}, models::deepseek_v3_2), indexer + selected / 8));
}

TEST_CASE("activations pass through memory: inputs and outputs of products, norms and residuals") {
    // Llama-3.1-8B, a layer: q, o 4,096 x 4,096; k, v 1,024 x 4,096; three of 14,336 x 4,096; 4 h of norms.
    double const sides = 2 * (4096 + 4096) + 2 * (1024 + 4096) + 3 * (14336 + 4096) + 4 * 4096;
    forward_work const w = forward_flops(models::llama_3_1_8b, one(phase::decode, 1));
    CHECK(near(w.moved, bytes{2 * 32 * sides}));
}

TEST_CASE("one expert is a mixture too, and norms and residuals pass the stream four times") {
    constexpr auto const& single = reckon::test::one_expert;
    matrix_work const w = matrix_flops(single);
    CHECK(w.mixtures == 3);
    CHECK(w.mixture == routing{1, 1});
    // Of a layer: three matrices of 8 x 10, of which each reads one side and writes the other.
    CHECK(w.experts == 2.0 * 3 * 3 * 8 * 10);
    CHECK(w.moved_experts == 2.0 * 3 * 3 * (8 + 10));
    // Query and output of 16 x 10, key and value of 8 x 10, a router of 1 x 10, and 4 x 10 of the stream.
    CHECK(w.linear == 2.0 * 3 * (2 * 160 + 2 * 80 + 10));
    CHECK(w.moved == 2.0 * 3 * (2 * 26 + 2 * 18 + 11 + 40));
    forward_work const pass_of_two = forward_flops({.tokens = 2, .expert_tokens = 5}, w, 0);
    CHECK(in_bytes(pass_of_two.moved) == 2 * w.moved + 5 * w.moved_experts);
    // Two ranks have half of what is divided: all but the router and the stream.
    matrix_work const half = matrix_flops(single, {.tensor = 2});
    CHECK(half.moved == 2.0 * 3 * (26 + 18 + 11 + 40));
    CHECK(half.moved_experts == 2.0 * 3 * 3 * (8 + 10) / 2);
}
