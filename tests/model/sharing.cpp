// SPDX-License-Identifier: MIT
// Layers that read what another keeps, attend to another's output, or share what another compressed.
#include <reckon/catalog/models.hpp>
#include <reckon/memory/kv_cache.hpp>
#include <reckon/memory/weights.hpp>
#include <reckon/model/parameters.hpp>
#include <reckon/model/validate.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;

namespace {

template <class Attention> constexpr count weights_of_layer(Attention const& a, count hidden) {
    count sum = 0;
    a.for_each_tensor(hidden, [&](tensor const& t) { sum += t.parameters(); });
    return sum;
}
template <class Attention> constexpr int streams_of(Attention const& a) {
    int streams = 0;
    a.for_each_state([&](cached_state const&) { ++streams; });
    return streams;
}
template <class Attention> constexpr double work_of(Attention const& a, double context) {
    double work = 0;
    a.for_each_score(phase::decode, [&](score_work const& w) {
        work += w.seen(context) * static_cast<double>(w.heads) *
                static_cast<double>(w.score_width + w.value_width);
    });
    return work;
}

/// Groups of a user's own, which visit one after the other.
struct plain_groups {
    any_groups all{};
    constexpr void for_each(auto&& visit) const noexcept { all.for_each(visit); }
};

constexpr gqa own{
    .query_heads = 8, .kv_heads = 2, .head_dim = 64, .query_key_norm = qk_norm::per_head};
constexpr gqa borrowing = [] {
    gqa a = own;
    a.borrowed_keys = true;
    return a;
}();

} // namespace

// ---- borrowed keys ------------------------------------------------------------------------------
static_assert(weights_of_layer(own, 100) == 2 * 8 * 64 * 100 + 2 * 2 * 64 * 100 + 2 * 64);
static_assert(weights_of_layer(borrowing, 100) == 2 * 8 * 64 * 100 + 64);
static_assert(streams_of(own) == 1 && streams_of(borrowing) == 0);

TEST_CASE("borrowed keys cost no weights and no cache, but the same work") {
    CHECK(work_of(own, 1000) == work_of(borrowing, 1000));
    windowed<gqa> const local{.inner = borrowing, .window = 128};
    CHECK(streams_of(local) == 0);
    CHECK(work_of(local, 1000) == work_of(own, 128));
    CHECK(queries_per_key(own) == 4);
    CHECK(queries_per_key(borrowing) == 1); // no key heads of its own
    for (gqa a : {gqa{.query_heads = 8, .kv_heads = 2, .head_dim = 64, .qkv_bias = true},
                  gqa{.query_heads = 8,
                      .kv_heads = 2,
                      .head_dim = 64,
                      .query_key_norm = qk_norm::all_heads}}) {
        count const whole = weights_of_layer(a, 100);
        a.borrowed_keys = true;
        bool const norms = a.query_key_norm == qk_norm::all_heads;
        CHECK(whole - weights_of_layer(a, 100) == 2 * 2 * 64 * 100 + (norms ? 2 * 64 : 2 * 2 * 64));
    }
}

TEST_CASE("keys without a bias") {
    gqa a{.query_heads = 4, .kv_heads = 4, .head_dim = 8, .qkv_bias = true};
    count const with = weights_of_layer(a, 32);
    a.unbiased_keys = true;
    CHECK(with - weights_of_layer(a, 32) == 4 * 8);
}

// ---- cross-attention ----------------------------------------------------------------------------
TEST_CASE("a decoder's layer attends to its text and to a source") {
    gqa const shape{.query_heads = 4, .kv_heads = 4, .head_dim = 16};
    cross_attending<gqa> const to_prompt{shape};
    CHECK(weights_of_layer(to_prompt, 64) == 2 * weights_of_layer(shape, 64));
    CHECK(streams_of(to_prompt) == 1); // a token is of the prompt or of the answer
    CHECK(work_of(to_prompt, 500) == work_of(shape, 500));
    cross_attending<gqa> const to_sound{shape, 1500};
    CHECK(streams_of(to_sound) == 2);
    CHECK(work_of(to_sound, 500) == work_of(shape, 500) + work_of(shape, 1500));
    cross_attending<gqa> const to_image{shape, 6404, false};
    CHECK(weights_of_layer(to_image, 64) == weights_of_layer(shape, 64));
    CHECK(streams_of(to_image) == 1);
    CHECK(work_of(to_image, 500) == work_of(to_image, 50'000)); // whatever the text
    CHECK_FALSE(to_image.keeps_text());
    cross_attending<gqa> const to_prompt_alone{shape, 0, false};
    CHECK(to_prompt_alone.keeps_text());
}

TEST_CASE("whisper keeps its sound, T5 its prompt") {
    auto const kept = [](auto const& m, double context) {
        return in_bytes(cache_of_request(m, bf16, tokens{context}));
    };
    CHECK(kept(models::whisper_large_v3, 0) == 32.0 * 1500 * 2 * 1280 * 2);
    CHECK(kept(models::whisper_large_v3, 448) - kept(models::whisper_large_v3, 0) ==
          32.0 * 448 * 2 * 1280 * 2);
    CHECK(kept(models::flan_t5_base, 0) == 0);
    CHECK(kept(models::flan_t5_base, 512) == 12.0 * 512 * 2 * 768 * 2);
}

// ---- DeepSeek-V4.1 ------------------------------------------------------------------------------
// Published: 552B of backbone, 196B of Engram tables, 16B active; 890 and 1,650 B of cache a token.
constexpr parameter_counts v41 = parameters_of(models::deepseek_v4_1_flash);
static_assert(v41.total - v41.sides == 551'566'180'464);
static_assert(v41.active == 16'477'847'664);

TEST_CASE("four layers of DeepSeek-V4.1 keep entries for forty") {
    auto const& m = models::deepseek_v4_1_flash;
    // 2.5 entries of 512 + 128 values: three shared by two tokens each, one for every token.
    CHECK(in_bytes(cache_per_token(m, bf16) * tokens{1}) == 2.5 * (512 + 128) * 2);
    cache_recipe const compact =
        cache_recipe(fp8_latent_v4).with(state_kind::index, mxfp4_index_keys);
    CHECK(in_bytes(cache_per_token(m, compact) * tokens{1}) == 2.5 * (584 + 68));
    // Windows of 128 in every layer, whatever the context.
    CHECK(in_bytes(cache_of_request(m, bf16, tokens{1048576})) ==
          2.5 * 1048576 * (512 + 128) * 2 + 40.0 * 128 * 512 * 2);
    CHECK_FALSE(defect_of(m).has_value());
    // Published: 510,286,023,000 B of tensors, of which 7.933 GB are the drafter.
    double const drafter = 510'286'023'000.0 - in_bytes(checkpoint_bytes(m, m.published));
    CHECK(drafter > 7.9325e9);
    CHECK(drafter < 7.9335e9);
}

TEST_CASE("short convolutions keep what their taps reach back to") {
    short_convolution const c{64, 3};
    CHECK(weights_of_layer(c, 64) == 4 * 64 * 64 + 3 * 64);
    CHECK(streams_of(c) == 1);
    CHECK(work_of(c, 1000) == 0); // the work is in its matrices
    auto const kept = [](double context) {
        return in_bytes(cache_of_request(models::lfm2_1_2b, bf16, tokens{context}));
    };
    CHECK(kept(0) == 10.0 * 2048 * 2 * 2);
    CHECK(kept(1000) - kept(0) == 6.0 * 1000 * 8 * 2 * 64 * 2);
}

TEST_CASE("prediction modules of a compressed layer see the window alone") {
    shared_compressed_attention const a{.query_heads = 8,
                                        .head_dim = 64,
                                        .q_lora_rank = 32,
                                        .o_lora_rank = 16,
                                        .o_groups = 2,
                                        .window = 128,
                                        .ratio = 2,
                                        .compresses = true,
                                        .selects = true,
                                        .index_heads = 4,
                                        .index_dim = 32,
                                        .top_k = 16};
    CHECK(streams_of(a) == 3);
    CHECK(streams_of(a.in_prediction()) == 1);
    CHECK(weights_of_layer(a, 256) - weights_of_layer(a.in_prediction(), 256) ==
          2 * 64 * 256 + 64 + 32 * 64 + 32 + 4 * 32 * 32 + 4 * 256);
    // A reader of another layer's entries has neither weights nor state for them, but attends to them.
    shared_compressed_attention reader = a;
    reader.compresses = reader.selects = false;
    CHECK(streams_of(reader) == 1);
    CHECK(weights_of_layer(reader, 256) == weights_of_layer(a.in_prediction(), 256));
    CHECK(work_of(reader, 10'000) > work_of(a.in_prediction(), 10'000));
}

// ---- embeddings for every layer -------------------------------------------------------------------
TEST_CASE("a token's embedding for a layer passes a gate of its own") {
    auto const sum = [](embedding_gated const& f, count hidden) {
        count all = 0;
        f.for_each_tensor(hidden, [&](tensor const& t) { all += t.parameters(); });
        return all;
    };
    CHECK(sum({100, 16}, 64) == 3 * 64 * 100 + 3 * 64 * 16 + 64);
    CHECK(sum({100, 16, 8}, 64) - sum({100, 16}, 64) == 2 * 64 * 8 + 64);
    CHECK(sum({100, 16, 8, 4}, 64) - sum({100, 16, 8}, 64) == 4 * 64 + 4 * 4 + 4 * 4 * 4 + 2 * 64);
    CHECK(embedding_gated{100, 16}.width() == gated{100}.width());
    // The table is looked up: no token passes it, every rank that embeds holds it.
    auto const n = parameters_of(models::gemma_4_e2b);
    CHECK(n.active + 262144LL * 35 * 256 + 256 + 167'364'608 + 768 * 1536 + 304'824'608 +
              1536 * 1536 ==
          n.total);
}

TEST_CASE("a module's own head is one table, its own embeddings are two") {
    CHECK(mtp_module{.layers = 1}.own_tables() == 0);
    CHECK(mtp_module{.layers = 1, .own_head = true}.own_tables() == 1);
    CHECK(mtp_module{.layers = 1, .own_embeddings = true}.own_tables() == 2);
    auto const& step = models::step_3_5_flash;
    auto without = any_model(step);
    without.mtp.own_head = false;
    CHECK(parameters_of(step).mtp - parameters_of(without).mtp == 3 * 128896LL * 4096);
    CHECK(in_bytes(mtp_weights_of(step, recipe(bf16)) - mtp_weights_of(without, recipe(bf16))) ==
          2.0 * 3 * 128896 * 4096);
}

TEST_CASE("groups side by side that attend alike are one to attention") {
    auto const seen = [](auto const& m) {
        count times = 0;
        count layers_in_all = 0;
        for_each_attention(m, [&](auto const&, layer_set const& at) {
            ++times;
            layers_in_all += at.size();
        });
        return 100 * layers_in_all + times;
    };
    // DeepSeek's first three layers have no experts, and attend like the rest.
    CHECK(seen(models::deepseek_r1) == 6101);
    CHECK(seen(any_model(models::deepseek_r1)) == 6101);
    CHECK(seen(models::llama_3_1_8b) == 3201);
    CHECK(seen(any_model(models::gemma_3_27b)) == 6202); // windows, and all of the context
    // Not one where another group is between them, or where they share a layer.
    any_model m{.name = "m", .hidden = 64, .vocabulary = 100};
    m.groups.list.push_back({layer_set::range(0, 2), own, gated{128}, {}});
    m.groups.list.push_back({layer_set::range(2, 3), borrowing, gated{128}, {}});
    m.groups.list.push_back({layer_set::range(3, 5), own, gated{256}, {}});
    CHECK(seen(m) == 503);
    m.groups.list[1].attention = own;
    CHECK(seen(m) == 501);
    m.groups.list[2].at = layer_set::range(2, 5);
    CHECK(seen(m) == 602);
    m.groups.list[1].at = layer_set::range(6, 7); // nor where the next but one does
    m.groups.list[2].at = layer_set::range(1, 3);
    CHECK(seen(m) == 502);
    // Groups of a user's own need not know of it.
    CHECK(seen(basic_model<plain_groups>{.groups = {m.groups}}) == 503);
    // What lies beside attention is the rest of a layer.
    count beside = 0;
    count attending = 0;
    count whole = 0;
    any_layers const& group = m.groups.list[0];
    for_each_tensor_beside_attention(group, 64, [&](tensor const& t) { beside += t.parameters(); });
    for_each_tensor(group, 64, [&](tensor const& t) { whole += t.parameters(); });
    attending = weights_of_layer(group.attention, 64);
    CHECK(beside == 3 * 128 * 64 + 2 * 64);
    CHECK(whole == attending + beside);
}

TEST_CASE("a group cut in two weighs and keeps the same") {
    any_model const whole = models::llama_3_1_8b;
    any_model cut = whole;
    cut.groups.list[0].at = layer_set::range(0, 10);
    cut.groups.list.push_back(whole.groups.list[0]);
    cut.groups.list[1].at = layer_set::range(10, 32);
    for (count const stages : {1, 3}) {
        for (count stage = 0; stage < stages; ++stage) {
            layout const l{.tensor = 4, .pipeline = stages};
            auto const of = [&](any_model const& m) {
                return weights_of(m, int4_g128, l, stage, megatron_sharding, torch_allocator);
            };
            CHECK(of(cut) == of(whole));
            CHECK(request_cache_of(cut, bf16, tokens{1000}, l, stage) ==
                  request_cache_of(whole, bf16, tokens{1000}, l, stage));
        }
    }
}

TEST_CASE("new families are checked like the others") {
    auto const refused = [](auto const& attention) {
        any_model m{.name = "m", .hidden = 64, .vocabulary = 100};
        m.groups.list.push_back({layer_set::range(0, 1), attention, gated{128}, {}});
        return defect_of(m).has_value();
    };
    CHECK_FALSE(
        refused(cross_attending<gqa>{{.query_heads = 4, .kv_heads = 4, .head_dim = 16}, 10}));
    CHECK(refused(cross_attending<gqa>{{.query_heads = 4, .kv_heads = 3, .head_dim = 16}, 10}));
    CHECK(refused(cross_attending<gqa>{{.query_heads = 4, .kv_heads = 4, .head_dim = 16}, -1}));
    any_model m{.name = "m", .hidden = 64, .vocabulary = 100};
    m.groups.list.push_back({layer_set::range(0, 1), own, embedding_gated{128, 0}, {}});
    CHECK(defect_of(m).has_value());
}
