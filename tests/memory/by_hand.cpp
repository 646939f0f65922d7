// SPDX-License-Identifier: MIT
// Small laws of memory in numbers that a reader can check: live values, gathered latents, slots of adapters, pages.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/models.hpp>
#include <reckon/memory/adapters.hpp>
#include <reckon/memory/engines.hpp>
#include <reckon/memory/expert_workspace.hpp>
#include <reckon/memory/live_layer.hpp>
#include <reckon/memory/sparse_prefill.hpp>
#include <reckon/memory/unified_pages.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;

namespace {

/// `layers` layers of attention and a block of 100, 10 wide.
any_model with(any_attention const& attention, count layers = 6) {
    any_model m{};
    m.hidden = 10;
    m.vocabulary = 1000;
    m.groups.list.push_back({layer_set::range(0, layers), attention, gated{100}, {}});
    return m;
}
constexpr gqa narrow{.query_heads = 4, .kv_heads = 2, .head_dim = 8, .value_dim = 5};

/// A block of a user's own: two matrices of one shape.
struct twin_blocks {
    static constexpr void for_each_tensor(count hidden, auto&& visit) noexcept {
        visit(tensor{tensor_role::ffn_up, shard_axis::width, 30, hidden, 2, 2, 30});
    }
    [[nodiscard]] static constexpr routing experts() noexcept { return {}; }
    [[nodiscard]] static constexpr count width() noexcept { return 60; }
};

} // namespace

TEST_CASE("live values of a layer at run time") {
    CHECK(live_layer(100, 700, tokens{3}, 2) == bytes{3 * 2 * (2 * 100 + 700)});
    CHECK(live_layer(100, 700, tokens{0}, 2) == bytes{});
    CHECK(projections_of(narrow, tokens{3}, 4) == bytes{3 * 4 * (4 * 8 + 2 * (8 + 5))});
    CHECK(score_matrix(4, tokens{3}, tokens{7}, 2) == bytes{4 * 3 * 7 * 2});
}

TEST_CASE("gathered latents or keys, whichever are more, and scores up to a bound") {
    indexed<mla> const sparse{.inner = {.query_heads = 4,
                                        .kv_lora_rank = 96,
                                        .qk_nope_dim = 8,
                                        .qk_rope_dim = 4,
                                        .v_dim = 8},
                              .index_heads = 2,
                              .index_dim = 32,
                              .top_k = 64,
                              .query_width = 10};
    any_model const m = with(any_attention(sparse));
    engine e = engines::on_paper;
    e.batched_tokens = 16;
    e.sparse = {.key_contexts = 3, .latent_contexts = 1, .most_scores = bytes{1e9}};
    cache_recipe const kept = any_precision(bf16);
    tokens const context{1000};
    // Keys: 3 x 32 x 2 bytes; latents: 1 x 100 x 2. Scores: 4 bytes, 16 tokens against all of the context.
    bytes const scores{4 * 16 * 1000.0};
    CHECK(sparse_prefill_buffers(m, kept, e, context) == bytes{1000 * 200.0} + scores);
    e.sparse.key_contexts = 4;
    CHECK(sparse_prefill_buffers(m, kept, e, context) == bytes{1000 * 256.0} + scores);
    e.sparse.most_scores = bytes{5000};
    CHECK(sparse_prefill_buffers(m, kept, e, context) == bytes{1000 * 256.0 + 5000});
    CHECK(sparse_prefill_buffers(with(any_attention(narrow)), kept, e, context) == bytes{});
    // An indexer beside keys and values has no latents to gather.
    indexed<gqa> const heads{
        .inner = narrow, .index_heads = 2, .index_dim = 32, .top_k = 64, .query_width = 10};
    CHECK(sparse_prefill_buffers(with(any_attention(heads)), kept, e, context) == bytes{});
    e.sparse = {};
    CHECK(sparse_prefill_buffers(m, kept, e, context) == bytes{});
}

TEST_CASE("slots of adapters: a pair for each linear layer, one side of it divided") {
    any_model const m = with(any_attention(narrow));
    engine e = engines::on_paper;
    e.adapters = 3;
    e.adapter_rank = 16;
    // q 10 + 32, k 10 + 16, v 10 + 10, o 20 + 10; gate, up and down 110 each.
    CHECK(adapter_slots(m, e, {}, 0) == bytes{6 * (42 + 26 + 20 + 30 + 330) * 3 * 16 * 2.0});
    // Two ranks: rows are halved, but of o and down the columns.
    CHECK(adapter_slots(m, e, {.tensor = 2}, 0) ==
          bytes{6 * (26 + 18 + 15 + 20 + 60 + 60 + 60) * 3 * 16 * 2.0});
    CHECK(adapter_slots(m, e, {.pipeline = 2}, 1) ==
          bytes{3 * (42 + 26 + 20 + 30 + 330) * 3 * 16 * 2.0});
    for (int r = 0; r < tensor_roles; ++r) {
        CAPTURE(r);
        using enum tensor_role;
        auto const role = static_cast<tensor_role>(r);
        bool by_input = false;
        for (tensor_role const out :
             {attention_output, ffn_down, shared_down, expert_down, mixer_out}) {
            by_input = by_input || role == out;
        }
        CHECK(divides_input(role) == by_input);
    }
    // Matrices that there are two of have two pairs.
    model_spec<layers<gqa, twin_blocks>> const twins{
        .hidden = 10, .groups = {{layer_set::range(0, 6), narrow, {}}}};
    CHECK(adapter_slots(twins, e, {}, 0) == bytes{6 * (42 + 26 + 20 + 30 + 2 * 40) * 3 * 16 * 2.0});
    e.adapters = 0;
    CHECK(adapter_slots(m, e, {}, 0) == bytes{});
    e.adapters = 1;
    e.adapter_rank = 0;
    CHECK(adapter_slots(m, e, {}, 0) == bytes{});
    e.adapter_rank = 1;
    CHECK(adapter_slots(m, e, {}, 0) == bytes{6 * 448 * 2.0});
}

TEST_CASE("experts' buffers: what enters and leaves both products") {
    moe block{};
    block.routed = 8;
    block.per_token = 2;
    block.intermediate = 30;
    expert_shape const shape = experts_of(any_feed_forward(block), 40);
    CHECK(shape == expert_shape{.per_token = 2, .width = 30, .stream = 40, .inputs = 2});
    block.gated_experts = false;
    CHECK(experts_of(any_feed_forward(block), 40).inputs == 1);
    CHECK(experts_of(any_feed_forward(gated{30}), 40) == expert_shape{});
    engine e = engines::on_paper;
    e.activation_bytes = 2;
    e.experts.chunk = 100;
    e.experts.sorts_inputs = false;
    CHECK(expert_workspace_bytes(shape, e, {}, tokens{10}) == bytes{10 * 2 * 2 * (60 + 30.0)});
    e.experts.sorts_inputs = true; // and the stream, where it is wider
    CHECK(expert_workspace_bytes(shape, e, {}, tokens{10}) == bytes{10 * 2 * 2 * (60 + 40.0)});
    CHECK(expert_workspace_bytes(shape, e, {}, tokens{1000}) == bytes{100 * 2 * 2 * (60 + 40.0)});
    CHECK(expert_workspace_bytes(shape, e, {.tensor = 3}, tokens{10}) ==
          bytes{10 * 2 * 2 * (40 + 40.0)}); // a third of 60 is less than the stream
    // Expert ranks see the tokens of all data-parallel groups, in experts that are whole.
    layout const apart{.tensor = 1, .pipeline = 1, .data = 4, .expert = 4};
    CHECK(expert_workspace_bytes(shape, e, apart, tokens{10}) == bytes{40 * 2 * 2 * (60 + 40.0)});
    layout const two{.tensor = 2, .expert = 2};
    CHECK(expert_workspace_bytes(shape, e, two, tokens{10}) == bytes{10 * 2 * 2 * (60 + 40.0)});
    e.experts.chunk = 0;
    CHECK(expert_workspace_bytes(shape, e, {}, tokens{10}) == bytes{});
}

TEST_CASE(
    "unified pages: layers that keep the same share a group, the smallest kind cuts the pool") {
    cache_recipe const kept = any_precision(bf16);
    // 2 heads of 13 values of 2 bytes: 52 bytes a token and layer.
    any_model m = with(any_attention(narrow), 4);
    unified_pages p = pages_of(m, kept, tokens{100}, {}, 0, {16});
    CHECK(p == unified_pages{4, 1, bytes{16 * 52.0}, 7}); // 100 tokens in blocks of 16
    CHECK(p.blocks(bytes{16 * 52 * 4 * 10.0}) == 10);
    CHECK(p.blocks(bytes{16 * 52 * 4 * 10.0 - 1}) == 9);
    CHECK(p.blocks(bytes{}) == 0);
    CHECK(p.concurrency(bytes{16 * 52 * 4 * 14.0}) == 2);
    // Nine layers with windows of 40 tokens beside four without: groups of four, three of them.
    m.groups.list.push_back(
        {layer_set::range(4, 13), any_attention(windowed<gqa>{narrow, 40}), gated{100}, {}});
    p = pages_of(m, kept, tokens{100}, {}, 0, {16});
    CHECK(p.group_layers == 4);
    CHECK(p.groups == 4);
    CHECK(p.page == bytes{16 * 52.0});
    CHECK(p.request_blocks == 7 + 3 * (3 + 1)); // 40 tokens in three blocks, and one more
    // While 32 tokens are taken in, a window holds 40 - 1 + 32.
    p = pages_of(m, kept, tokens{100}, {}, 0, {16, 32});
    CHECK(p.request_blocks == 7 + 3 * (5 + 1));
    // States of constant size decide the page: 6 heads of 35 values in fp32 are 840 bytes, 17 tokens, in steps of 16.
    any_model hybrid = with(any_attention(narrow), 2);
    hybrid.groups.list.push_back(
        {layer_set::range(2, 8),
         any_attention(gated_delta_net{
             .key_heads = 3, .key_dim = 5, .value_heads = 6, .value_dim = 7, .taps = 1}),
         gated{100},
         {}});
    p = pages_of(hybrid, kept, tokens{100}, {}, 0, {16});
    CHECK(p.group_layers == 2);
    CHECK(p.page == bytes{32 * 52.0});
    CHECK(p.groups == 1 + 3);
    CHECK(p.request_blocks == 4 + 3 * 1); // 100 tokens in blocks of 32, and one block a state
    CHECK(pages_of(hybrid, kept, tokens{100}, {}, 0, {16}, 2).request_blocks == 4 + 3 * 3);
    // States of two sizes are two kinds: three layers of each are two groups, not three together.
    any_model unlike = hybrid;
    unlike.groups.list[1].at = layer_set::range(2, 5);
    unlike.groups.list.push_back(
        {layer_set::range(5, 8),
         any_attention(gated_delta_net{
             .key_heads = 3, .key_dim = 5, .value_heads = 6, .value_dim = 9, .taps = 1}),
         gated{100},
         {}});
    CHECK(pages_of(unlike, kept, tokens{100}, {}, 0, {16}).groups == 1 + 2 + 2);
    // States alone have no pages of tokens.
    hybrid.groups.list[0].attention = hybrid.groups.list[1].attention;
    CHECK_FALSE(pages_of(hybrid, kept, tokens{100}, {}, 0, {16}).known());
    CHECK(unified_pages{}.concurrency(1_GB) == 0);
}

TEST_CASE(
    "unified pages: windows of single tokens, kinds of unlike size, and layers that keep nothing") {
    cache_recipe const kept = any_precision(bf16);
    any_model m = with(any_attention(narrow), 4); // 52 bytes a token and layer
    // A page is as many tokens as a block, also of one: no state asks for more.
    CHECK(pages_of(m, kept, tokens{1}, {}, 0, {1}) == unified_pages{4, 1, bytes{52}, 1});
    CHECK(pages_of(m, kept, tokens{1}, {}, 0, {1}).known());
    CHECK(pages_of(m, kept, tokens{1}, {}, 0, {1}).concurrency(bytes{52 * 4 * 3}) == 3);
    unified_pages const p = pages_of(m, kept, tokens{100}, {}, 0, {16});
    CHECK(p.blocks(bytes{-1e6}) == 0);
    CHECK(unified_pages{}.blocks(bytes{1e6}) == 0);
    // Windows of 1, 16 and 17 tokens keep 1, 1 and 2 blocks of 16, and one more.
    auto const blocks_of_window = [&](count window, cache_paging const& paging) {
        any_model two = m;
        two.groups.list.push_back(
            {layer_set::range(4, 8), any_attention(windowed<gqa>{narrow, window}), gated{100}, {}});
        return pages_of(two, kept, tokens{100}, {}, 0, paging).request_blocks - 7;
    };
    CHECK(blocks_of_window(1, {16}) == 1 + 1);
    CHECK(blocks_of_window(16, {16}) == 1 + 1);
    CHECK(blocks_of_window(17, {16}) == 2 + 1);
    CHECK(blocks_of_window(16, {16, 1}) == 1 + 1);
    CHECK(blocks_of_window(16, {16, 2}) == 2 + 1);
    // Layers without attention have no pages, and neither have those of another stage.
    any_model gaps = m;
    gaps.groups.list.push_back(
        {layer_set::range(4, 5), any_attention(no_attention{}), gated{100}, {}});
    CHECK(pages_of(gaps, kept, tokens{100}, {}, 0, {16}) == p);
    gaps.groups.list.push_back(
        {layer_set::range(5, 10), any_attention(windowed<gqa>{narrow, 40}), gated{100}, {}});
    CHECK(pages_of(gaps, kept, tokens{100}, {.pipeline = 2}, 0, {16}) == p);
    // A page of the widest kind holds as many whole tokens of a narrower one as fit: 16 x 56 bytes are 17 of 52.
    gqa wider = narrow;
    wider.value_dim = 6;
    any_model unlike = m;
    unlike.groups.list.push_back({layer_set::range(4, 8), any_attention(wider), gated{100}, {}});
    CHECK(pages_of(unlike, kept, tokens{102}, {}, 0, {16}) ==
          unified_pages{4, 2, bytes{16 * 56}, 6 + 7});
    CHECK(pages_of(unlike, kept, tokens{103}, {}, 0, {16}).request_blocks == 7 + 7);
    // A module that drafts keeps pages with the last stage.
    m.mtp.layers = 1;
    CHECK(pages_of(m, kept, tokens{100}, {}, 0, {16, 0, 4}).groups == 1);
    CHECK(pages_of(m, kept, tokens{100}, {.pipeline = 2}, 1, {16, 0, 2}).group_layers == 4);
    CHECK(pages_of(m, kept, tokens{100}, {.pipeline = 2}, 0, {16, 0, 2}).group_layers == 2);
    // Compressed entries have blocks of their own, which are not told here.
    hyper_connected<compressed_attention> const halved{
        {.query_heads = 4, .head_dim = 16, .window = 40, .ratio = 2}, 1};
    CHECK_FALSE(pages_of(with(any_attention(halved)), kept, tokens{100}, {}, 0, {16}).known());
}
