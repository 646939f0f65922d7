// SPDX-License-Identifier: MIT
// The least and the most that each field of each family may be: both are taken, one beyond either is refused by name.
#include <reckon/catalog/models.hpp>
#include <reckon/model/validate.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>

using namespace reckon;

namespace {

/// What is said of `f` alone.
template <class Family> sentence said_of(Family const& f) {
    detail::model_inspector in("M");
    detail::inspect_family(f, in);
    return in.found() ? in.found()->message : sentence{};
}

/// "M: head_dim is 0; give an integer from 1 to 16,384."
sentence refusal(std::string_view field, count value, count low, count high) {
    sentence s{"M: "};
    s.append(field).append(" is ").append_grouped(value);
    s.append("; give an integer from ").append_grouped(low);
    return s.append(" to ").append_grouped(high).append(".");
}

/// `f` is a family that passes; `set` writes the field.
template <class Family, class Set>
void bounds(Family const& f, std::string_view field, Set set, count low, count high) {
    CAPTURE(std::string(field));
    REQUIRE(said_of(f).view().empty());
    auto const with = [&](count value) {
        Family changed = f;
        set(changed) = value;
        return said_of(changed);
    };
    sentence begin{"M: "};
    begin.append(field).append(" is ");
    for (count const taken : {low, high}) {
        // Another field may object to it: heads that do not divide any more, experts that are too few.
        bool const by_range = with(taken).view().find("give an integer") != std::string_view::npos;
        CHECK_FALSE(
            (by_range && with(taken).view().substr(0, begin.view().size()) == begin.view()));
    }
    CHECK(with(low - 1).view() == refusal(field, low - 1, low, high).view());
    CHECK(with(high + 1).view() == refusal(field, high + 1, low, high).view());
}
template <class Family>
void bounds(Family const& f, std::string_view field, count Family::* member, count low,
            count high) {
    bounds(f, field, [member](Family& g) -> count& { return g.*member; }, low, high);
}

// Far above what is published: a slip of units is refused, a model that is merely new is not.
constexpr count heads = 4'096;
constexpr count head_dim = 16'384;
constexpr count hidden = 1'048'576;
constexpr count intermediate = 4'194'304;
constexpr count window = 1'073'741'824;
constexpr count experts = 65'536;
constexpr count streams = 64;
constexpr count taps = 256;

constexpr gqa plain{.query_heads = 32, .kv_heads = 8, .head_dim = 128};

} // namespace

TEST_CASE("attention") {
    bounds(plain, "query_heads", &gqa::query_heads, 1, heads);
    bounds(plain, "kv_heads", &gqa::kv_heads, 1, heads);
    bounds(plain, "head_dim", &gqa::head_dim, 1, head_dim);
    bounds(plain, "value_dim", &gqa::value_dim, 0, head_dim);

    constexpr mla latent{.query_heads = 128,
                         .q_lora_rank = 1536,
                         .kv_lora_rank = 512,
                         .qk_nope_dim = 128,
                         .qk_rope_dim = 64,
                         .v_dim = 128};
    bounds(latent, "query_heads", &mla::query_heads, 1, heads);
    bounds(latent, "q_lora_rank", &mla::q_lora_rank, 0, hidden);
    bounds(latent, "kv_lora_rank", &mla::kv_lora_rank, 1, hidden);
    bounds(latent, "qk_nope_dim", &mla::qk_nope_dim, 1, head_dim);
    bounds(latent, "qk_rope_dim", &mla::qk_rope_dim, 0, head_dim);
    bounds(latent, "v_dim", &mla::v_dim, 1, head_dim);
}

TEST_CASE("what is around attention") {
    using window_of = windowed<gqa>;
    bounds(window_of{.inner = plain, .window = 4096}, "window", &window_of::window, 1, window);
    using some_of = selected<gqa>;
    bounds(some_of{.inner = plain, .top_k = 2048}, "top_k", &some_of::top_k, 1, window);
    using indexed_by = indexed<gqa>;
    constexpr indexed_by sparse{
        .inner = plain, .index_heads = 64, .index_dim = 128, .top_k = 2048, .query_width = 1536};
    bounds(sparse, "index_heads", &indexed_by::index_heads, 1, heads);
    bounds(sparse, "index_dim", &indexed_by::index_dim, 1, head_dim);
    bounds(sparse, "top_k", &indexed_by::top_k, 1, window);
    bounds(sparse, "query_width", &indexed_by::query_width, 1, hidden);
    bounds(sparse, "key_norms", &indexed_by::key_norms, 0, 16);
    using connected = hyper_connected<gqa>;
    bounds(connected{.inner = plain, .streams = 4}, "streams", &connected::streams, 1, streams);
    using crossing = cross_attending<gqa>;
    bounds(crossing{.inner = plain, .source = 1500}, "source", &crossing::source, 0, window);
    // What is inside is inspected as well.
    CHECK(said_of(window_of{.inner = {32, 7, 128}, .window = 1}).view().find("kv_heads") == 3);
    CHECK(said_of(some_of{.inner = {32, 7, 128}, .top_k = 1}).view().find("kv_heads") == 3);
    CHECK(said_of(connected{.inner = {32, 7, 128}, .streams = 1}).view().find("kv_heads") == 3);
    CHECK(said_of(crossing{.inner = {32, 7, 128}, .source = 1}).view().find("kv_heads") == 3);
    CHECK(said_of(encoder<gqa>{{32, 7, 128}}).view().find("kv_heads") == 3);
}

TEST_CASE("compressed attention") {
    constexpr compressed_attention c{.query_heads = 64,
                                     .head_dim = 512,
                                     .q_lora_rank = 1024,
                                     .o_lora_rank = 1024,
                                     .o_groups = 8,
                                     .window = 128,
                                     .ratio = 4,
                                     .index_heads = 64,
                                     .index_dim = 128,
                                     .top_k = 512};
    using family = compressed_attention;
    bounds(c, "query_heads", &family::query_heads, 1, heads);
    bounds(c, "head_dim", &family::head_dim, 1, head_dim);
    bounds(c, "q_lora_rank", &family::q_lora_rank, 1, hidden);
    bounds(c, "o_lora_rank", &family::o_lora_rank, 1, hidden);
    bounds(c, "o_groups", &family::o_groups, 1, heads);
    bounds(c, "window", &family::window, 1, window);
    bounds(c, "ratio", &family::ratio, 0, window);
    bounds(c, "index_heads", &family::index_heads, 0, heads);
    bounds(c, "index_dim", &family::index_dim, 1, head_dim);
    bounds(c, "top_k", &family::top_k, 0, window);
    compressed_attention none = c; // nothing is selected: an indexer has no width
    none.index_heads = 0;
    bounds(none, "index_dim", &family::index_dim, 0, head_dim);
    compressed_attention uneven = c;
    uneven.o_groups = 7;
    CHECK(said_of(uneven).view() == "M: o_groups is 7, which does not divide query_heads, 64; "
                                    "every group of query heads must be equally large.");
}

TEST_CASE("states of constant size") {
    constexpr gated_delta_net d{
        .key_heads = 16, .key_dim = 128, .value_heads = 32, .value_dim = 128, .taps = 4};
    bounds(d, "key_heads", &gated_delta_net::key_heads, 1, heads);
    bounds(d, "key_dim", &gated_delta_net::key_dim, 1, head_dim);
    bounds(d, "value_heads", &gated_delta_net::value_heads, 1, heads);
    bounds(d, "value_dim", &gated_delta_net::value_dim, 1, head_dim);
    bounds(d, "taps", &gated_delta_net::taps, 1, taps);
    constexpr kimi_delta k{.query_heads = 32, .head_dim = 128, .taps = 4};
    bounds(k, "query_heads", &kimi_delta::query_heads, 1, heads);
    bounds(k, "head_dim", &kimi_delta::head_dim, 1, head_dim);
    bounds(k, "taps", &kimi_delta::taps, 1, taps);
    constexpr lightning l{.query_heads = 64, .head_dim = 128};
    bounds(l, "query_heads", &lightning::query_heads, 1, heads);
    bounds(l, "head_dim", &lightning::head_dim, 1, head_dim);
    constexpr mamba one{.inner = 8192, .state = 16, .time_rank = 256, .taps = 4};
    bounds(one, "inner", &mamba::inner, 1, hidden);
    bounds(one, "state", &mamba::state, 1, head_dim);
    bounds(one, "time_rank", &mamba::time_rank, 1, hidden);
    bounds(one, "taps", &mamba::taps, 1, taps);
    constexpr mamba2 two{.query_heads = 128, .head_dim = 64, .groups = 8, .state = 128, .taps = 4};
    bounds(two, "query_heads", &mamba2::query_heads, 1, heads);
    bounds(two, "head_dim", &mamba2::head_dim, 1, head_dim);
    bounds(two, "groups", &mamba2::groups, 1, heads);
    bounds(two, "state", &mamba2::state, 1, head_dim);
    bounds(two, "taps", &mamba2::taps, 1, taps);
    constexpr short_convolution s{2048, 3}; // one tap would be no convolution
    bounds(s, "width", &short_convolution::width, 1, hidden);
    bounds(s, "taps", &short_convolution::taps, 2, taps);
    mamba2 uneven = two;
    uneven.groups = 7;
    CHECK(said_of(uneven).view().find("groups is 7, which does not divide query_heads, 128") == 3);
    gated_delta_net odd = d;
    odd.key_heads = 5;
    CHECK(said_of(odd).view().find("key_heads is 5, which does not divide value_heads, 32") == 3);
}

TEST_CASE("feed-forward blocks") {
    bounds(gated{11008}, "intermediate", &gated::intermediate, 1, intermediate);
    bounds(plain_ffn{11008}, "intermediate", &plain_ffn::intermediate, 1, intermediate);
    constexpr embedding_gated e{
        .intermediate = 8192, .embedding_dim = 256, .laurel_rank = 64, .streams = 4};
    bounds(e, "intermediate", &embedding_gated::intermediate, 1, intermediate);
    bounds(e, "embedding_dim", &embedding_gated::embedding_dim, 1, hidden);
    bounds(e, "laurel_rank", &embedding_gated::laurel_rank, 0, hidden);
    bounds(e, "streams", &embedding_gated::streams, 0, streams);
    moe m{};
    m.routed = 256;
    m.per_token = 8;
    m.intermediate = 2048;
    bounds(m, "routed", &moe::routed, 1, experts);
    bounds(m, "per_token", &moe::per_token, 1, experts);
    bounds(m, "intermediate", &moe::intermediate, 1, intermediate);
    bounds(m, "shared_intermediate", &moe::shared_intermediate, 0, intermediate);
    bounds(m, "latent", &moe::latent, 0, hidden);
    m.per_token = 256;
    CHECK(said_of(m).view().empty());
    m.per_token = 257;
    CHECK(said_of(m).view() ==
          "M: per_token is 257, more than routed, 256; it must be at most as large.");
}

TEST_CASE("what a model has beside its layers") {
    auto const said = [](auto change) {
        any_model m = models::llama_3_1_8b;
        m.name = "M";
        m.published = recipe(bf16); // its palette is bf16, and what stays in fp32
        change(m);
        auto const defect = defect_of(m);
        return defect ? defect->message : sentence{};
    };
    struct row {
        std::string_view field;
        count any_model::* member;
        count low;
        count high;
    };
    row const rows[] = {{"hidden", &any_model::hidden, 1, hidden},
                        {"vocabulary", &any_model::vocabulary, 1, 16'777'216},
                        {"learned_positions", &any_model::learned_positions, 0, 16'777'216}};
    for (row const& one : rows) {
        CAPTURE(std::string(one.field));
        CHECK(said([&](any_model& m) { m.*one.member = one.low; }).view().empty());
        CHECK(said([&](any_model& m) { m.*one.member = one.high; }).view().empty());
        CHECK(said([&](any_model& m) { m.*one.member = one.low - 1; }).view() ==
              refusal(one.field, one.low - 1, one.low, one.high).view());
        CHECK(said([&](any_model& m) { m.*one.member = one.high + 1; }).view() ==
              refusal(one.field, one.high + 1, one.low, one.high).view());
    }
    CHECK(said([](any_model& m) { m.max_context = tokens{1}; }).view().empty());
    CHECK(said([](any_model& m) { m.max_context = tokens{1073741824.0}; }).view().empty());
    CHECK_FALSE(said([](any_model& m) { m.max_context = tokens{1073741825.0}; }).view().empty());
    CHECK(said([](any_model& m) { m.mtp.layers = 16; }).view().empty());
    CHECK(said([](any_model& m) { m.mtp.extra = -1; }).view().find("mtp.extra is -1") == 3);
    CHECK(said([](any_model& m) { m.mtp.like = layer_set::range(32, 33); }).view() ==
          "M: mtp.like names a layer that the model does not have.");
    CHECK(said([](any_model& m) { m.mtp.like = layer_set::range(31, 32); }).view().empty());
    for (count const wrong : {count{-1}, count{17}}) {
        CHECK_FALSE(
            said([&](any_model& m) { m.groups.list[0].norms.per_layer = wrong; }).view().empty());
        CHECK_FALSE(
            said([&](any_model& m) { m.groups.list[0].norms.scalars = wrong; }).view().empty());
    }
    for (count const fine : {count{0}, count{16}}) {
        CHECK(said([&](any_model& m) { m.groups.list[0].norms.per_layer = fine; }).view().empty());
        CHECK(said([&](any_model& m) { m.groups.list[0].norms.scalars = fine; }).view().empty());
    }
    // An encoder of images is known whole, or not at all.
    CHECK(said([](any_model& m) { m.images = {1, 1, 1, 1, 1}; }).view().empty());
    CHECK(said([](any_model& m) { m.images = {1, 1, 0, 1, 1}; }).view() ==
          refusal("images.positions", 0, 1, 16'777'216).view());
    CHECK(said([](any_model& m) { m.images = {-1, 1, 1, 1, 1}; }).view() ==
          refusal("images.patches", -1, 1, 16'777'216).view());
    CHECK(said([](any_model& m) { m.images = {1, 1, 1, hidden + 1, 1}; }).view() ==
          refusal("images.width", hidden + 1, 1, hidden).view());
    // A format is chosen by its place in the palette, of a role or of some layers.
    recipe const stored = bf16;
    auto const formats = static_cast<count>(stored.palette.size());
    sentence const beyond = refusal("a format chosen by published", formats, 0, formats - 1);
    CHECK(said([&](any_model& m) {
              m.published.choice[3] = static_cast<std::uint8_t>(formats);
          }).view() == beyond.view());
    CHECK(said([](any_model& m) { m.published.palette = {}; }).view() ==
          "M: the number of formats in published is 0; give an integer from 1 to 10.");
    for (count const chosen : {count{0}, formats - 1, formats}) {
        sentence const s = said([&](any_model& m) {
            m.published.exceptions.push_back({});
            m.published.exceptions[0].format = static_cast<std::uint8_t>(chosen);
        });
        CHECK(s.view() == (chosen < formats ? std::string_view{} : beyond.view()));
    }
}
