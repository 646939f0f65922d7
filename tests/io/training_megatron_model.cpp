// SPDX-License-Identifier: MIT
// Models that a line of Megatron-LM's arguments describes: patterns of mixtures, vocabularies, and what is refused.
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/io/training/megatron.hpp>
#include <reckon/model/parameters.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace reckon;
using reckon::io::training::megatron::detail::mixture_layers;

namespace {

auto read(std::string const& more) {
    return io::training::read_megatron(
        "--num-layers 4 --hidden-size 256 --num-attention-heads 4 --max-position-embeddings 2048 " +
            more,
        {.model = models::llama_3_1_8b, .gpu = gpus::h100_sxm_80gb, .parallel = {.data = 8}});
}
std::string said(std::string const& more) {
    auto const r = read(more);
    REQUIRE_FALSE(r.has_value());
    return std::string(r.error().message.view());
}

} // namespace

TEST_CASE("which layers are mixtures") {
    auto const at = [](std::string_view pattern, count layers) {
        auto const got = mixture_layers(pattern, layers);
        REQUIRE(got.has_value());
        return *got;
    };
    CHECK(at("1", 4) == layer_set::range(0, 4));
    CHECK(at("2", 5) == layer_set::every(2, 0, 5));
    CHECK(at("([0]*3+[1]*58)", 61) == layer_set::range(3, 61));
    CHECK(at("[0,1]*2", 4) == layer_set::every(2, 1, 4));
    CHECK(at("[1, 0, 0, 1]", 4) == (layer_set::range(0, 1) | layer_set::range(3, 4)));
    CHECK(at("[0]*0 + [1]*2", 2) == layer_set::range(0, 2));
    for (std::string_view const wrong :
         {"[1]*3", "[1]*5", "[1]*", "[1]*x", "[1", "1]", "[2]*4", "[1]*9", "all", "[0]*3+"}) {
        CAPTURE(wrong);
        auto const got = mixture_layers(wrong, 4);
        REQUIRE_FALSE(got.has_value());
        CHECK(got.error().code == errc::malformed);
        CHECK(std::string(got.error().message.view()) ==
              "--moe-layer-freq is '" + std::string(wrong) +
                  "'; it must be a number or a pattern as \"([0]*3+[1]*58)\" of 4 layers.");
    }
    CHECK(std::string(mixture_layers("0", 4).error().message.view()) ==
          "--moe-layer-freq must be at least 1, or a pattern.");
}

TEST_CASE("vocabularies are padded as Megatron-LM pads them") {
    CHECK(read("--vocab-size 50257")->model.vocabulary == 50'304);
    CHECK(read("--vocab-size 50304")->model.vocabulary == 50'304);
    CHECK(read("--vocab-size 50257 --tensor-model-parallel-size 8")->model.vocabulary == 51'200);
    CHECK(read("--vocab-size 50257 --make-vocab-size-divisible-by 1")->model.vocabulary == 50'257);
    CHECK(read("--padded-vocab-size 50000")->model.vocabulary == 50'000);
    CHECK(read("--tokenizer-type GPT2BPETokenizer")->model.vocabulary == 50'304);
    CHECK(said("") == "--padded-vocab-size (or --vocab-size; a tokenizer's file is not read) is "
                      "missing: --num-layers describes a model, which needs it.");
    CHECK(said("--tokenizer-type HuggingFaceTokenizer").starts_with("--padded-vocab-size (or"));
}

TEST_CASE("positions, norms and biases") {
    auto const learned = read("--vocab-size 512");
    REQUIRE(learned.has_value());
    CHECK(learned->model.learned_positions == 2048);
    CHECK(read("--vocab-size 512 --position-embedding-type rope")->model.learned_positions == 0);
    CHECK(read("--vocab-size 512 --use-rotary-position-embeddings")->model.learned_positions == 0);
    // With biases on every matrix a plain block of width h has 12 h h + 13 h parameters in all.
    constexpr count h = 256;
    CHECK(parameters_of(learned->model).total ==
          4 * (12 * h * h + 13 * h) + (512 + 2048) * h + 2 * h);
    CHECK(said("--vocab-size 512 --normalization BatchNorm") ==
          "--normalization is 'BatchNorm'; it is LayerNorm or RMSNorm.");
    CHECK(said("--vocab-size 512 --swiglu") ==
          "biases of gated blocks (--swiglu) are not modelled; add --disable-bias-linear to "
          "calculate without them.");
    auto const gated = read("--vocab-size 512 --swiglu --disable-bias-linear --qk-layernorm "
                            "--add-qkv-bias --normalization RMSNorm");
    REQUIRE(gated.has_value());
    // Two thirds of 4 h in multiples of 64, three matrices; q, k and v have biases, q and k norms of a head.
    constexpr count width = 640;
    CHECK(parameters_of(gated->model).total ==
          4 * (4 * h * h + 3 * h * width + 3 * h + 2 * 64 + 2 * h) + (512 + 2048) * h + h);
}

TEST_CASE("a width that heads do not divide, and layers beyond what is calculated") {
    CHECK(said("--vocab-size 512 --num-attention-heads 3")
              .find("does not divide --hidden-size 256") != std::string::npos);
    CHECK(read("--vocab-size 512 --num-attention-heads 3 --kv-channels 64").has_value());
    CHECK(said("--vocab-size 512 --num-layers 100000").find("at most") != std::string::npos);
    CHECK(said("--vocab-size 512 --num-experts 8 --moe-layer-freq [1]*3")
              .starts_with("--moe-layer-freq is '[1]*3'"));
}
