// SPDX-License-Identifier: MIT
// Every family with prime numbers for sizes: its parameters by the equation on top of its header, its streams and
// products one by one, and what must hold of a tensor whatever it is.
#include <reckon/catalog/models.hpp>
#include <reckon/model/model_spec.hpp>

#include <doctest/doctest.h>

#include <initializer_list>
#include <vector>

using namespace reckon;

namespace {

constexpr count h = 1009;

/// The parameters of a family, after a look at each of its tensors.
template <class Family> count parameters_in(Family const& f) {
    count n = 0;
    f.for_each_tensor(h, [&](tensor const& t) {
        CAPTURE(static_cast<int>(t.role));
        CHECK(t.rows > 0);
        CHECK(t.cols > 0);
        bool const of_experts = t.axis == shard_axis::experts;
        CHECK((of_experts || (t.copies == 1 && t.active == 1)));
        CHECK((!of_experts || (t.active <= t.copies && t.units == t.copies)));
        bool const is_vector = t.role == tensor_role::norm || t.role == tensor_role::bias ||
                               t.role == tensor_role::router_bias;
        CHECK((!is_vector || t.vector));
        CHECK((!t.vector || t.cols == 1));
        // Ranks share whole units: heads, columns of a width, experts. What they do not share has one.
        if (t.axis == shard_axis::none) {
            CHECK(t.units == 1);
        } else {
            CHECK(t.units > 1);
            CHECK((of_experts || t.rows % t.units == 0 || t.cols % t.units == 0));
        }
        n += t.parameters();
    });
    return n;
}
template <class Family> count shared_by(Family const& f, shard_axis axis) {
    count n = 0;
    f.for_each_tensor(h, [&](tensor const& t) { n += t.axis == axis ? t.parameters() : 0; });
    return n;
}
template <class Family> void keeps(Family const& f, std::initializer_list<cached_state> expected) {
    std::vector<cached_state> found;
    f.for_each_state([&](cached_state const& s) { found.push_back(s); });
    CHECK(found == std::vector<cached_state>(expected));
}
template <class Family>
void multiplies(Family const& f, std::initializer_list<score_work> expected,
                phase when = phase::decode) {
    std::vector<score_work> found;
    f.for_each_score(when, [&](score_work const& s) { found.push_back(s); });
    CHECK(found == std::vector<score_work>(expected));
}

constexpr gqa plain{.query_heads = 15, .kv_heads = 3, .head_dim = 11, .value_dim = 7};

} // namespace

TEST_CASE("grouped queries: n d h + k (d + dv) h + h n dv, and what versions add") {
    constexpr count whole = 15 * 11 * h + 3 * (11 + 7) * h + h * 15 * 7;
    CHECK(parameters_in(plain) == whole);
    CHECK(shared_by(plain, shard_axis::kv_heads) == 3 * (11 + 7) * h);
    keeps(plain, {{.heads = 3, .values_per_head = 18}});
    multiplies(plain, {{.heads = 15, .score_width = 11, .value_width = 7}});
    auto const with = [&](auto change) {
        gqa a = plain;
        change(a);
        return parameters_in(a) - whole;
    };
    CHECK(with([](gqa& a) { a.value_dim = 0; }) == (3 + 15) * h * 4); // values as wide as keys
    CHECK(with([](gqa& a) { a.qkv_bias = true; }) == 15 * 11 + 3 * 18);
    CHECK(with([](gqa& a) { a.qkv_bias = a.unbiased_keys = true; }) == 15 * 11 + 3 * 7);
    CHECK(with([](gqa& a) { a.output_bias = true; }) == h);
    CHECK(with([](gqa& a) { a.query_key_norm = qk_norm::per_head; }) == 2 * 11);
    CHECK(with([](gqa& a) { a.query_key_norm = qk_norm::all_heads; }) == (15 + 3) * 11);
    CHECK(with([](gqa& a) { a.sinks = true; }) == 15);
    CHECK(with([](gqa& a) { a.output_gate = true; }) == 15 * 11 * h);
    CHECK(with([](gqa& a) { a.head_gate = true; }) == 15 * h);
    CHECK(with([](gqa& a) { a.keys_as_values = true; }) == -3 * 7 * h);
    gqa borrowing = plain;
    borrowing.borrowed_keys = true;
    CHECK(parameters_in(borrowing) == whole - 3 * 18 * h);
    keeps(borrowing, {});
    borrowing.qkv_bias = true;
    borrowing.query_key_norm = qk_norm::per_head;
    CHECK(parameters_in(borrowing) == whole - 3 * 18 * h + 15 * 11 + 11);
    borrowing.query_key_norm = qk_norm::all_heads;
    CHECK(parameters_in(borrowing) == whole - 3 * 18 * h + 15 * 11 + 15 * 11);
}

TEST_CASE(
    "latents: h ql + ql + ql n (nope + rope) + h (kvl + rope) + kvl + kvl n (nope + v) + n v h") {
    constexpr mla a{.query_heads = 5,
                    .q_lora_rank = 13,
                    .kv_lora_rank = 17,
                    .qk_nope_dim = 19,
                    .qk_rope_dim = 3,
                    .v_dim = 23};
    constexpr count rest = h * (17 + 3) + 17 + 17 * 5 * (19 + 23) + 5 * 23 * h;
    CHECK(parameters_in(a) == h * 13 + 13 + 13 * 5 * (19 + 3) + rest);
    mla direct = a;
    direct.q_lora_rank = 0;
    CHECK(parameters_in(direct) == h * 5 * (19 + 3) + rest);
    direct.output_gate = true;
    CHECK(parameters_in(direct) == h * 5 * (19 + 3) + rest + h * 5 * 23);
    keeps(a, {{.heads = 1, .values_per_head = 20, .shared_latent = true}});
    multiplies(a, {{.heads = 5, .score_width = 20, .value_width = 17}}, phase::decode);
    multiplies(a, {{.heads = 5, .score_width = 22, .value_width = 23}}, phase::prefill);
}

TEST_CASE("an indexer: ni di w + di h + its norms + ni h, and attention to the best alone") {
    constexpr indexed<gqa> a{
        .inner = plain, .index_heads = 5, .index_dim = 29, .top_k = 31, .query_width = 37};
    count const inner = parameters_in(plain);
    CHECK(parameters_in(a) == inner + 5 * 29 * 37 + 29 * h + 2 * 29 + 5 * h);
    indexed<gqa> unweighted = a;
    unweighted.head_weights = false;
    unweighted.key_norms = 1;
    CHECK(parameters_in(unweighted) == inner + 5 * 29 * 37 + 29 * h + 29);
    cached_state const chosen{.heads = 3, .values_per_head = 18, .selected = 31};
    keeps(a,
          {chosen,
           {.heads = 1, .values_per_head = 29, .shared_latent = true, .kind = state_kind::index}});
    multiplies(a, {{.heads = 15, .score_width = 11, .value_width = 7, .limit = 31},
                   {.heads = 5, .score_width = 29, .on_every_rank = true}});
    constexpr selected<gqa> followed{.inner = plain, .top_k = 31};
    CHECK(parameters_in(followed) == inner);
    keeps(followed, {chosen});
    multiplies(followed, {{.heads = 15, .score_width = 11, .value_width = 7, .limit = 31}});
}

TEST_CASE("a window keeps and sees so many tokens") {
    constexpr windowed<gqa> a{.inner = plain, .window = 41};
    CHECK(parameters_in(a) == parameters_in(plain));
    keeps(a, {{.heads = 3, .values_per_head = 18, .window = 41}});
    multiplies(a, {{.heads = 15, .score_width = 11, .value_width = 7, .limit = 41}});
}

TEST_CASE("DeepSeek-V4's attention, without compression, with it, and with selection") {
    compressed_attention a{.query_heads = 6,
                           .head_dim = 11,
                           .q_lora_rank = 13,
                           .o_lora_rank = 17,
                           .o_groups = 3,
                           .window = 19};
    constexpr count n = 6, d = 11, ql = 13, ol = 17, og = 3, ni = 5, di = 29;
    constexpr count alone = h * ql + ql + ql * n * d + h * d + d + n * d * ol + h * og * ol + n;
    cached_state const last{.heads = 1, .values_per_head = d, .shared_latent = true, .window = 19};
    score_work const near_by{.heads = n, .score_width = d, .value_width = d, .limit = 19};
    CHECK(parameters_in(a) == alone);
    keeps(a, {last});
    multiplies(a, {near_by});

    a.ratio = 128;
    CHECK(parameters_in(a) == alone + 2 * d * h + 128 * d + d);
    cached_state entries{.heads = 1, .values_per_head = d, .shared_latent = true, .stride = 128};
    cached_state running{.heads = 1,
                         .values_per_head = 2 * 128 * d,
                         .shared_latent = true,
                         .fixed = true,
                         .kind = state_kind::recurrent};
    keeps(a, {last, entries, running});
    multiplies(a, {near_by, {.heads = n, .score_width = d, .value_width = d, .stride = 128}});

    a.ratio = 4; // two overlapping halves, and an indexer over the entries
    a.index_heads = ni;
    a.index_dim = di;
    a.top_k = 31;
    count const compressor = 2 * 2 * d * h + 4 * 2 * d + d;
    count const index = 2 * 2 * di * h + 4 * 2 * di + di + ni * di * ql + ni * h;
    CHECK(parameters_in(a) == alone + compressor + index);
    entries.stride = 4;
    entries.selected = 31;
    running.values_per_head = 2 * 4 * 2 * d;
    cached_state keys{.heads = 1,
                      .values_per_head = di,
                      .shared_latent = true,
                      .stride = 4,
                      .kind = state_kind::index};
    cached_state running_keys = running;
    running_keys.values_per_head = 2 * 4 * 2 * di;
    keeps(a, {last, entries, running, keys, running_keys});
    multiplies(a, {near_by,
                   {.heads = n, .score_width = d, .value_width = d, .limit = 31, .stride = 4},
                   {.heads = ni, .score_width = di, .stride = 4, .on_every_rank = true}});
    CHECK(parameters_in(a.in_prediction()) == alone);
    // Four streams beside each other: 2 ((2 + s) s s h + (2 + s) s + 3) more.
    constexpr count s = 4;
    hyper_connected<compressed_attention> const wide{a, s};
    CHECK(parameters_in(wide) ==
          alone + compressor + index + 2 * ((2 + s) * s * s * h + (2 + s) * s + 3));
    keeps(wide, {last, entries, running, keys, running_keys});
}

TEST_CASE("DeepSeek-V4.1's attention: who compresses, who selects, who follows") {
    shared_compressed_attention a{.query_heads = 6,
                                  .head_dim = 11,
                                  .q_lora_rank = 13,
                                  .o_lora_rank = 17,
                                  .o_groups = 3,
                                  .window = 19,
                                  .ratio = 2,
                                  .index_heads = 5,
                                  .index_dim = 29,
                                  .top_k = 31};
    count const alone = parameters_in(a.window_part());
    cached_state const last{.heads = 1, .values_per_head = 11, .shared_latent = true, .window = 19};
    score_work const near_by{.heads = 6, .score_width = 11, .value_width = 11, .limit = 19};
    score_work const chosen{
        .heads = 6, .score_width = 11, .value_width = 11, .limit = 31, .stride = 2};
    CHECK(parameters_in(a) == alone);
    keeps(a, {last});
    multiplies(a, {near_by, chosen}); // an earlier layer's entries
    a.selects = true;
    CHECK(parameters_in(a) == alone + 5 * 29 * 13 + 5 * h);
    multiplies(
        a, {near_by, chosen, {.heads = 5, .score_width = 29, .stride = 2, .on_every_rank = true}});
    a.selects = false;
    a.compresses = true;
    CHECK(parameters_in(a) == alone + 2 * 11 * h + 11 + 29 * 11 + 29);
    keeps(a,
          {last,
           {.heads = 1, .values_per_head = 11, .shared_latent = true, .stride = 2, .selected = 31},
           {.heads = 1,
            .values_per_head = 29,
            .shared_latent = true,
            .stride = 2,
            .kind = state_kind::index}});
    a.ratio = 1; // one token an entry needs no gate
    CHECK(parameters_in(a) == alone + 11 * h + 11 + 29 * 11 + 29);
    a.ratio = 0;
    a.compresses = false;
    multiplies(a, {near_by});
}

TEST_CASE("linear attention: a matrix of state for each head") {
    constexpr gated_delta_net d{
        .key_heads = 3, .key_dim = 5, .value_heads = 6, .value_dim = 7, .taps = 4};
    constexpr count convolved = 2 * 15 + 42;
    CHECK(parameters_in(d) ==
          (2 * 15 + 2 * 42) * h + 2 * 6 * h + convolved * 4 + 2 * 6 + 7 + h * 42);
    keeps(d, {{.heads = 6, .values_per_head = 35, .fixed = true, .kind = state_kind::recurrent},
              {.heads = 3,
               .values_per_head = convolved / 3 * 3,
               .fixed = true,
               .kind = state_kind::convolution}});
    multiplies(d, {{.heads = 6, .score_width = 35, .value_width = 35, .fixed = true}});

    constexpr kimi_delta k{.query_heads = 6, .head_dim = 11, .taps = 4};
    constexpr count p = 66;
    constexpr count low_rank = 11 * h + p * 11;
    constexpr count but_gate = 3 * p * h + 3 * p * 4 + 6 + low_rank + p + 6 * h + 11 + h * p;
    CHECK(parameters_in(k) == but_gate + low_rank);
    kimi_delta full = k;
    full.full_rank_gate = true;
    CHECK(parameters_in(full) == but_gate + p * h);
    keeps(k, {{.heads = 6, .values_per_head = 121, .fixed = true, .kind = state_kind::recurrent},
              {.heads = 6,
               .values_per_head = 3 * 11 * 3,
               .fixed = true,
               .kind = state_kind::convolution}});
    multiplies(k, {{.heads = 6, .score_width = 121, .value_width = 121, .fixed = true}});

    constexpr lightning l{.query_heads = 6, .head_dim = 11};
    CHECK(parameters_in(l) == 3 * p * h + p * h + h * p + p);
    keeps(l, {{.heads = 6, .values_per_head = 121, .fixed = true, .kind = state_kind::recurrent}});
    multiplies(l, {{.heads = 6, .score_width = 121, .value_width = 121, .fixed = true}});
}

TEST_CASE("state spaces and short convolutions") {
    constexpr mamba one{.inner = 13, .state = 5, .time_rank = 3, .taps = 4};
    constexpr count D = 13, N = 5, R = 3, c = 4;
    CHECK(parameters_in(one) ==
          2 * D * h + D * c + D + (R + 2 * N) * D + R * D + D + D * N + D + h * D + (R + 2 * N));
    keeps(one,
          {{.heads = D, .values_per_head = N, .fixed = true, .kind = state_kind::recurrent},
           {.heads = D, .values_per_head = 3, .fixed = true, .kind = state_kind::convolution}});
    multiplies(one, {{.heads = D, .score_width = N, .value_width = 2 * N, .fixed = true}});

    constexpr mamba2 two{.query_heads = 6, .head_dim = 7, .groups = 3, .state = 5, .taps = 4};
    constexpr count D2 = 42, shared = 2 * 3 * 5;
    CHECK(parameters_in(two) ==
          (2 * D2 + shared + 6) * h + (D2 + shared) * (c + 1) + 3 * 6 + D2 + h * D2);
    CHECK(shared_by(two, shard_axis::kv_heads) == shared * (h + c + 1));
    keeps(two,
          {{.heads = 6, .values_per_head = 35, .fixed = true, .kind = state_kind::recurrent},
           {.heads = 6, .values_per_head = 21, .fixed = true, .kind = state_kind::convolution},
           {.heads = 3, .values_per_head = 30, .fixed = true, .kind = state_kind::convolution}});
    multiplies(two, {{.heads = 6, .score_width = 35, .value_width = 35, .fixed = true}});

    constexpr short_convolution s{13, 4};
    CHECK(parameters_in(s) == 3 * h * 13 + 13 * 4 + 13 * h);
    keeps(s, {{.heads = 13, .values_per_head = 3, .fixed = true, .kind = state_kind::convolution}});
    multiplies(s, {});
}

TEST_CASE("feed-forward blocks") {
    CHECK(parameters_in(gated{13}) == 3 * h * 13);
    CHECK(gated{13}.width() == 3 * 13);
    CHECK(parameters_in(plain_ffn{13}) == 2 * h * 13);
    CHECK(parameters_in(plain_ffn{13, true}) == 2 * h * 13 + 13 + h);
    CHECK(plain_ffn{13}.width() == 2 * 13);
    CHECK(parameters_in(no_feed_forward{}) == 0);
    CHECK(no_feed_forward{}.width() == 0);
    embedding_gated e{.intermediate = 13, .embedding_dim = 7};
    CHECK(parameters_in(e) == 3 * h * 13 + 3 * h * 7 + h);
    e.laurel_rank = 5;
    CHECK(parameters_in(e) == 3 * h * 13 + 3 * h * 7 + h + 2 * h * 5 + h);
    e.streams = 4;
    CHECK(parameters_in(e) == 3 * h * 13 + 3 * h * 7 + h + 2 * h * 5 + h + 4 * h + 16 + 64 + 2 * h);
    CHECK(e.width() == 3 * 13);
}

TEST_CASE("mixtures: E h + E m i h + m h s, and what versions add") {
    moe m{};
    m.routed = 7;
    m.per_token = 2;
    m.intermediate = 13;
    constexpr count whole = 7 * h + 7 * 3 * 13 * h;
    CHECK(parameters_in(m) == whole);
    CHECK(shared_by(m, shard_axis::experts) == 7 * 3 * 13 * h);
    CHECK(m.width() == 3 * 2 * 13);
    CHECK(m.experts() == routing{7, 2});
    count active = 0;
    m.for_each_tensor(h, [&](tensor const& t) { active += t.active_parameters(); });
    CHECK(active == 7 * h + 2 * 3 * 13 * h);
    auto const with = [&](auto change) {
        moe changed = m;
        change(changed);
        return parameters_in(changed) - whole;
    };
    CHECK(with([](moe& f) { f.score_correction = true; }) == 7);
    CHECK(with([](moe& f) { f.image_correction = true; }) == 7);
    CHECK(with([](moe& f) { f.shared_intermediate = 5; }) == 3 * 5 * h);
    CHECK(with([](moe& f) { f.gated_shared = true; }) == h);
    CHECK(with([](moe& f) { f.router_scale = true; }) == h + 7);
    CHECK(with([](moe& f) { f.biases = true; }) == 7 + 7 * (2 * 13 + h));
    CHECK(with([](moe& f) { f.gated_experts = false; }) == -7 * 13 * h);
    CHECK(with([](moe& f) {
              f.gated_experts = false;
              f.shared_intermediate = 5;
          }) == -7 * 13 * h + 2 * 5 * h);
    CHECK(with([](moe& f) { f.latent = 11; }) == 7 * 3 * 13 * (11 - h) + 2 * h * 11);
    CHECK(with([](moe& f) {
              f.latent = 11;
              f.latent_norm = true;
          }) == 7 * 3 * 13 * (11 - h) + 2 * h * 11 + 11);
    m.shared_intermediate = 5;
    CHECK(m.width() == 3 * (2 * 13 + 5));
    m.gated_experts = false;
    CHECK(m.width() == 2 * (2 * 13 + 5));
}

TEST_CASE("entries that a stream keeps and a query reads") {
    constexpr cached_state all{.heads = 1, .values_per_head = 1};
    CHECK(all.grows());
    CHECK(all.entries(100) == 100);
    CHECK(all.read({0, 100}) == 50);
    constexpr cached_state window{.heads = 1, .values_per_head = 1, .window = 40};
    CHECK_FALSE(window.grows());
    CHECK(window.entries(39) == 39);
    CHECK(window.entries(100) == 40);
    CHECK(window.entries(100, 16) == 48);     // three blocks
    CHECK(window.entries(100, 16, 10) == 80); // 40 - 1 + 10 tokens are four blocks, and one more
    CHECK(window.entries(20, 16, 10) == 48);  // two blocks, and one more
    CHECK(window.read({100, 200}) == 40);
    CHECK(window.read({0, 40}) == 20);
    CHECK(window.read({0, 80}) == 30); // half of the tokens see 20, the others 40
    constexpr cached_state some{.heads = 1, .values_per_head = 1, .selected = 30};
    CHECK(some.grows());
    CHECK(some.read({50, 90}) == 30);
    constexpr cached_state both{.heads = 1, .values_per_head = 1, .window = 40, .selected = 30};
    CHECK(both.read({50, 90}) == 30);
    constexpr cached_state few{.heads = 1, .values_per_head = 1, .window = 20, .selected = 30};
    CHECK(few.read({50, 90}) == 20);
    constexpr cached_state strided{.heads = 1, .values_per_head = 1, .stride = 4, .selected = 10};
    CHECK(strided.entries(100) == 25);
    CHECK(strided.entries(101) == 26);
    CHECK(strided.read({20, 20}) == 5);
    CHECK(strided.read({100, 100}) == 10);
    constexpr cached_state fixed{.heads = 1, .values_per_head = 1, .fixed = true};
    CHECK_FALSE(fixed.grows());
    CHECK(fixed.entries(100) == 1);
    CHECK(fixed.read({50, 90}) == 1);
    CHECK(score_work{.heads = 1}.seen({20, 40}) == 30);
    CHECK(score_work{.heads = 1, .limit = 10}.seen({20, 40}) == 10);
    CHECK(score_work{.heads = 1, .limit = 10, .stride = 2}.seen({20, 40}) == 10);
    CHECK(score_work{.heads = 1, .limit = 10, .stride = 4}.seen({20, 40}) == 7.5);
    CHECK(score_work{.heads = 1, .fixed = true}.seen({20, 40}) == 1);
}
