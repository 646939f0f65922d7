// SPDX-License-Identifier: MIT
// The conformance vectors of tests/vectors: what this library answers is what the files say, which another
// program computed (tools/check_vectors.py). Together they show every family that the library has.
#include <reckon/memory/kv_cache.hpp>
#include <reckon/memory/weights.hpp>
#include <reckon/model/validate.hpp>
#include <reckon/parallel/validate.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <variant>
#include <vector>

using namespace reckon;
using json = nlohmann::json;

namespace {

count number(json const& o, char const* name) { return o.value(name, count{0}); }
bool flag(json const& o, char const* name, bool otherwise = false) {
    return o.value(name, otherwise);
}

gqa grouped(json const& a) {
    std::string const normed = a.value("query_key_norm", "");
    return {.query_heads = number(a, "query_heads"),
            .kv_heads = number(a, "kv_heads"),
            .head_dim = number(a, "head_dim"),
            .value_dim = number(a, "value_dim"),
            .qkv_bias = flag(a, "qkv_bias"),
            .output_bias = flag(a, "output_bias"),
            .query_key_norm = normed == "per_head"    ? qk_norm::per_head
                              : normed == "all_heads" ? qk_norm::all_heads
                                                      : qk_norm::none,
            .output_gate = flag(a, "output_gate"),
            .sinks = flag(a, "sinks"),
            .keys_as_values = flag(a, "keys_as_values"),
            .head_gate = flag(a, "head_gate"),
            .borrowed_keys = flag(a, "borrowed_keys"),
            .unbiased_keys = flag(a, "unbiased_keys")};
}

template <class Inner> any_attention with_indexer(Inner const& inner, json const& x) {
    return indexed<Inner>{.inner = inner,
                          .index_heads = number(x, "heads"),
                          .index_dim = number(x, "dim"),
                          .top_k = number(x, "top_k"),
                          .query_width = number(x, "query_width"),
                          .key_norms = number(x, "key_norms"),
                          .head_weights = flag(x, "head_weights"),
                          .query_heads = inner.query_heads};
}

any_attention attention_of(json const& a) {
    std::string const kind = a.at("kind");
    if (kind == "grouped") {
        gqa const inner = grouped(a);
        if (flag(a, "encoder")) { return encoder<gqa>{inner, inner.query_heads}; }
        if (a.contains("window")) {
            return windowed<gqa>{inner, number(a, "window"), inner.query_heads};
        }
        if (a.contains("indexer")) { return with_indexer(inner, a.at("indexer")); }
        if (a.contains("cross")) {
            json const& c = a.at("cross");
            return cross_attending<gqa>{inner, number(c, "source"), flag(c, "self"),
                                        inner.query_heads};
        }
        return inner;
    }
    if (kind == "latent") {
        mla const inner{.query_heads = number(a, "query_heads"),
                        .q_lora_rank = number(a, "q_lora_rank"),
                        .kv_lora_rank = number(a, "kv_lora_rank"),
                        .qk_nope_dim = number(a, "qk_nope_dim"),
                        .qk_rope_dim = number(a, "qk_rope_dim"),
                        .v_dim = number(a, "v_dim"),
                        .output_gate = flag(a, "output_gate")};
        if (a.contains("indexer")) { return with_indexer(inner, a.at("indexer")); }
        if (a.contains("follows_top_k")) {
            return selected<mla>{inner, number(a, "follows_top_k"), inner.query_heads};
        }
        return inner;
    }
    if (kind == "compressed") {
        compressed_attention const inner{.query_heads = number(a, "query_heads"),
                                         .head_dim = number(a, "head_dim"),
                                         .q_lora_rank = number(a, "q_lora_rank"),
                                         .o_lora_rank = number(a, "o_lora_rank"),
                                         .o_groups = number(a, "o_groups"),
                                         .window = number(a, "window"),
                                         .ratio = number(a, "ratio"),
                                         .index_heads = number(a, "index_heads"),
                                         .index_dim = number(a, "index_dim"),
                                         .top_k = number(a, "top_k")};
        return hyper_connected<compressed_attention>{inner, number(a, "streams"),
                                                     inner.query_heads};
    }
    if (kind == "shared_compressed") {
        shared_compressed_attention const inner{.query_heads = number(a, "query_heads"),
                                                .head_dim = number(a, "head_dim"),
                                                .q_lora_rank = number(a, "q_lora_rank"),
                                                .o_lora_rank = number(a, "o_lora_rank"),
                                                .o_groups = number(a, "o_groups"),
                                                .window = number(a, "window"),
                                                .ratio = number(a, "ratio"),
                                                .compresses = flag(a, "compresses"),
                                                .selects = flag(a, "selects"),
                                                .index_heads = number(a, "index_heads"),
                                                .index_dim = number(a, "index_dim"),
                                                .top_k = number(a, "top_k")};
        return hyper_connected<shared_compressed_attention>{inner, number(a, "streams"),
                                                            inner.query_heads};
    }
    if (kind == "delta") {
        return gated_delta_net{.key_heads = number(a, "key_heads"),
                               .key_dim = number(a, "key_dim"),
                               .value_heads = number(a, "value_heads"),
                               .value_dim = number(a, "value_dim"),
                               .taps = number(a, "taps"),
                               .query_heads = number(a, "value_heads")};
    }
    if (kind == "kimi_delta") {
        return kimi_delta{.query_heads = number(a, "query_heads"),
                          .head_dim = number(a, "head_dim"),
                          .taps = number(a, "taps"),
                          .full_rank_gate = flag(a, "full_rank_gate")};
    }
    if (kind == "lightning") {
        return lightning{.query_heads = number(a, "query_heads"),
                         .head_dim = number(a, "head_dim")};
    }
    if (kind == "mamba") {
        return mamba{.inner = number(a, "inner"),
                     .state = number(a, "state"),
                     .time_rank = number(a, "time_rank"),
                     .taps = number(a, "taps")};
    }
    if (kind == "mamba2") {
        return mamba2{.query_heads = number(a, "query_heads"),
                      .head_dim = number(a, "head_dim"),
                      .groups = number(a, "groups"),
                      .state = number(a, "state"),
                      .taps = number(a, "taps")};
    }
    if (kind == "short_convolution") {
        return short_convolution{.width = number(a, "width"), .taps = number(a, "taps")};
    }
    REQUIRE(kind == "none");
    return no_attention{};
}

any_feed_forward feed_forward_of(json const& f) {
    std::string const kind = f.at("kind");
    if (kind == "gated") { return gated{number(f, "intermediate")}; }
    if (kind == "plain") { return plain_ffn{number(f, "intermediate"), flag(f, "biases")}; }
    if (kind == "embedding_gated") {
        return embedding_gated{number(f, "intermediate"), number(f, "embedding_dim"),
                               number(f, "laurel_rank"), number(f, "streams")};
    }
    if (kind == "experts") {
        return moe{.routed = number(f, "routed"),
                   .per_token = number(f, "per_token"),
                   .intermediate = number(f, "intermediate"),
                   .shared_intermediate = number(f, "shared_intermediate"),
                   .score_correction = flag(f, "score_correction"),
                   .gated_shared = flag(f, "gated_shared"),
                   .biases = flag(f, "biases"),
                   .latent = number(f, "latent"),
                   .latent_norm = flag(f, "latent_norm"),
                   .gated_experts = flag(f, "gated_experts", true),
                   .router_scale = flag(f, "router_scale"),
                   .image_correction = flag(f, "image_correction")};
    }
    REQUIRE(kind == "none");
    return no_feed_forward{};
}

side_kind side_of(std::string const& name) {
    constexpr char const* names[] = {
        "vision",           "audio",   "store",     "hyper_head",  "pooler", "routing_table",
        "layer_embeddings", "encoder", "positions", "store_scales"};
    for (std::size_t i = 0; i < std::size(names); ++i) {
        if (name == names[i]) { return static_cast<side_kind>(i); }
    }
    FAIL("no side part is called " << name);
    return {};
}

any_model model_of(json const& vector) {
    json const& o = vector.at("model");
    any_model m{};
    m.name = label(vector.at("id").get<std::string>());
    m.hidden = number(o, "hidden");
    m.vocabulary = number(o, "vocabulary");
    m.tied_embeddings = flag(o, "tied_embeddings");
    m.learned_positions = number(o, "learned_positions");
    m.final_norm_bias = flag(o, "final_norm_bias");
    m.embedding_norm = flag(o, "embedding_norm");
    m.head_bias = flag(o, "head_bias");
    for (json const& g : o.at("groups")) {
        layer_set at{};
        for (json const& i : g.at("layers")) {
            at.insert(i.get<count>());
        }
        REQUIRE(m.groups.list.push_back(
            {at,
             attention_of(g.at("attention")),
             feed_forward_of(g.at("feed_forward")),
             {number(g, "norms"), flag(g, "norm_bias"), number(g, "scalars")}}));
    }
    for (json const& side : o.at("sides")) {
        REQUIRE(m.sides.push_back(
            {side_of(side.at("kind")), number(side, "values"), number(side, "bits")}));
    }
    return m;
}

layout layout_of(json const& o) {
    return {.tensor = number(o, "tensor"),
            .pipeline = number(o, "pipeline"),
            .data = number(o, "data"),
            .expert = number(o, "expert")};
}

std::vector<json> vectors() {
    std::vector<json> all;
    for (auto const& entry :
         std::filesystem::directory_iterator(RECKON_SOURCE_DIR "/tests/vectors")) {
        bool const data = entry.path().extension() == ".json" && entry.path().stem() != "schema";
        if (!data) { continue; }
        std::ifstream file(entry.path());
        json const document = json::parse(file);
        CHECK(document.at("format") == "reckon-conformance-1");
        for (json const& vector : document.at("vectors")) {
            all.push_back(vector);
        }
    }
    return all;
}

/// Sums of fractions of bytes in doubles.
bool equal(bytes value, json const& expected) {
    return std::abs(in_bytes(value) - expected.get<double>()) < 1e-3;
}

} // namespace

TEST_CASE("parameters, by part") {
    for (json const& vector : vectors()) {
        CAPTURE(vector.at("id").get<std::string>());
        any_model const m = model_of(vector);
        CHECK(check(m).has_value());
        parameter_counts const n = parameters_of(m);
        json const& expected = vector.at("parameters");
        CHECK(n.total == expected.at("total"));
        CHECK(n.active == expected.at("active"));
        CHECK(n.embedding == expected.at("embedding"));
        CHECK(n.head == expected.at("head"));
        CHECK(n.attention == expected.at("attention"));
        CHECK(n.dense_ffn + n.router ==
              expected.at("dense_feed_forward").get<count>() + expected.at("router").get<count>());
        // The bias of a router (gpt-oss) is counted with the dense blocks here.
        if (n.dense_ffn == expected.at("dense_feed_forward")) {
            CHECK(n.router == expected.at("router"));
        } else {
            CHECK(vector.at("id") == "gpt-oss-20b");
        }
        CHECK(n.shared_experts == expected.at("shared_experts"));
        CHECK(n.routed_experts == expected.at("routed_experts"));
        CHECK(n.norms == expected.at("norms"));
        CHECK(n.sides == expected.at("sides"));
    }
}

TEST_CASE("bytes of weights on every rank, and layouts that are refused") {
    for (json const& vector : vectors()) {
        CAPTURE(vector.at("id").get<std::string>());
        any_model const m = model_of(vector);
        for (json const& row : vector.at("weights")) {
            CAPTURE(row.dump());
            layout const l = layout_of(row);
            CHECK(check(m, l).ok());
            recipe const format = row.at("format") == "bf16" ? recipe(bf16) : recipe(fp8_block128);
            CHECK(equal(weights_of(m, format, l, number(row, "stage")).total(), row.at("bytes")));
        }
        for (json const& row : vector.at("refused")) {
            CAPTURE(row.dump());
            CHECK_FALSE(check(m, layout_of(row)).ok());
        }
    }
}

TEST_CASE("bytes of state, of a token and of a request") {
    for (json const& vector : vectors()) {
        CAPTURE(vector.at("id").get<std::string>());
        any_model const m = model_of(vector);
        for (json const& row : vector.at("state")) {
            CAPTURE(row.dump());
            layout const l = layout_of(row);
            count const stage = number(row, "stage");
            cache_recipe const cache =
                row.at("cache") == "bf16" ? cache_recipe(bf16) : cache_recipe(fp8);
            bytes const one = cache_per_token(m, cache, l, stage) * tokens{1};
            CHECK(equal(one, row.at("bytes_per_token")));
            for (auto const& [length, expected] : row.at("bytes_per_request").items()) {
                bytes const kept = cache_of_request(m, cache, tokens{std::stod(length)}, l, stage);
                CHECK(equal(kept, expected));
            }
        }
    }
}

TEST_CASE("the vectors show every family") {
    std::set<std::size_t> mixers;
    std::set<std::size_t> blocks;
    for (json const& vector : vectors()) {
        for (any_layers const& group : model_of(vector).groups.list) {
            mixers.insert(group.attention.family.index());
            blocks.insert(group.feed_forward.family.index());
        }
    }
    CHECK(mixers.size() == decltype(any_attention::family)::alternatives);
    CHECK(blocks.size() == decltype(any_feed_forward::family)::alternatives);
}
