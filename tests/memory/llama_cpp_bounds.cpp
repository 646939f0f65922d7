// SPDX-License-Identifier: MIT
// The least and the most of what llama.cpp is asked for, its defaults, and shares of layers by hand.
#include "support/printing.hpp"

#include <reckon/catalog/models.hpp>
#include <reckon/memory/llama_cpp/check.hpp>
#include <reckon/memory/llama_cpp/fit.hpp>
#include <reckon/memory/llama_cpp/settings.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace reckon;

namespace {

std::string refusal(llama_cpp_settings const& s) {
    auto const why = check_llama_cpp(models::llama_3_1_8b, s);
    return why ? std::string(why->message.view()) : std::string();
}
template <class Change> std::string with(Change change) {
    llama_cpp_settings s{.context = 4096};
    change(s);
    return refusal(s);
}

struct held {
    count first;
    count end;
    bool head;
    friend bool operator==(held const&, held const&) = default;
};
std::vector<held> shared(llama_cpp_settings const& s, count layers) {
    std::vector<held> all;
    for (llama_cpp_stage const& one : stages_of(s, layers)) {
        all.push_back({one.first, one.end, one.head});
    }
    return all;
}

} // namespace

TEST_CASE("the defaults of llama-server") {
    constexpr llama_cpp_settings s{};
    CHECK(s.context == 0); // the model's own
    CHECK(s.sequences == 1);
    CHECK(s.batch == 2048);
    CHECK(s.micro_batch == 512);
    CHECK(s.keys == any_precision(gguf::f16));
    CHECK(s.values == any_precision(gguf::f16));
    CHECK((s.unified && s.flash_attention && s.lends));
    CHECK_FALSE((s.full_window || s.cache_on_host || s.idle_device));
    CHECK(s.gpu_layers == 0);
    CHECK(s.host_experts == 0);
    CHECK(s.outputs == 0);
    CHECK(s.split.devices == 1);
    CHECK(llama_cpp_extent{}.streams == 1);
    CHECK(llama_cpp_extent{}.sequences == 1);
}

TEST_CASE("what is asked for is taken at its bounds, and refused by its flag beyond them") {
    CHECK(with([](auto&) {}).empty());
    CHECK(with([](auto& s) { s.sequences = 256; }).empty());
    CHECK(with([](auto& s) { s.sequences = 257; }) ==
          "-np 257: llama.cpp serves 1 to 256 sequences at once.");
    CHECK(with([](auto& s) { s.sequences = 0; }) ==
          "-np 0: llama.cpp serves 1 to 256 sequences at once.");
    CHECK(with([](auto& s) { s.batch = 1; }).empty());
    CHECK(with([](auto& s) { s.batch = 0; }) == "-b 0 is not above zero.");
    CHECK(with([](auto& s) { s.micro_batch = 1; }).empty());
    CHECK(with([](auto& s) { s.micro_batch = 0; }) == "-ub 0 is not above zero.");
    CHECK(with([](auto& s) { s.context = 0; }).empty());
    CHECK(with([](auto& s) { s.context = 1; }).empty());
    CHECK(with([](auto& s) { s.context = -1; }) ==
          "-c -1 is negative; 0 stands for the model's own context.");
    CHECK(with([](auto& s) { s.host_experts = 1; }).empty());
    CHECK(with([](auto& s) { s.host_experts = -1; }) == "--n-cpu-moe -1 is negative.");
    CHECK(with([](auto& s) { s.split.devices = 16; }).empty());
    CHECK(with([](auto& s) { s.split.devices = 17; }) ==
          "17 devices: llama.cpp divides layers over 1 to 16.");
    CHECK(with([](auto& s) { s.split.devices = 0; }) ==
          "0 devices: llama.cpp divides layers over 1 to 16.");
    CHECK(with([](auto& s) { s.split.shares[15] = 1e30; }).empty());
    CHECK(with([](auto& s) { s.split.shares[15] = 2e30; }) ==
          "a share of --tensor-split must be 0 or more.");
    CHECK(with([](auto& s) { s.split.shares[0] = -1e-9; }) ==
          "a share of --tensor-split must be 0 or more.");
    CHECK(with([](auto& s) { s.outputs = 1; }).empty());
    CHECK(with([](auto& s) { s.outputs = -1; }) == "rows of logits: -1 is negative.");
    any_model nameless = models::llama_3_1_8b;
    nameless.max_context = unknown;
    CHECK(check_llama_cpp(nameless, {})->message.view() ==
          "the model does not say how long its context is; name one with -c.");
    CHECK_FALSE(check_llama_cpp(nameless, {.context = 1}));
}

TEST_CASE("formats of a cache: packed values need flash attention, heads whole blocks, latents one "
          "format") {
    any_precision const q8(gguf::q8_0);
    CHECK(with([&](auto& s) { s.keys = s.values = q8; }).empty());
    CHECK(with([&](auto& s) {
              s.keys = q8;
              s.flash_attention = false;
          }).empty());
    CHECK(with([&](auto& s) {
              s.values = q8;
              s.flash_attention = false;
          }) == "--cache-type-v Q8_0 needs flash attention; add -fa on, or keep values in f16.");
    // 80 values a head are no whole blocks of 32.
    any_model odd = models::llama_3_1_8b;
    odd.groups.list[0].attention = any_attention(gqa{32, 8, 80});
    CHECK(check_llama_cpp(odd, {.context = 4096, .keys = q8})->message.view() ==
          "--cache-type-k Q8_0 is stored in blocks of 32, which do not divide a head of 80 values; "
          "use f16.");
    CHECK(check_llama_cpp(odd, {.context = 4096, .values = q8})->message.view() ==
          "--cache-type-v Q8_0 is stored in blocks of 32, which do not divide a head of 80 values; "
          "use f16.");
    odd.groups.list[0].attention = any_attention(gqa{32, 8, 96});
    CHECK_FALSE(check_llama_cpp(odd, {.context = 4096, .keys = q8, .values = q8}));
    // A latent is one for both.
    CHECK_FALSE(check_llama_cpp(models::deepseek_v2_lite, {.keys = q8, .values = q8}));
    CHECK(check_llama_cpp(models::deepseek_v2_lite, {.keys = q8})->message.view() ==
          "a latent cache is one for keys and values: --cache-type-k Q8_0 and --cache-type-v F16 "
          "must be the same.");
}

TEST_CASE("a context, its streams, its passes and its rows of logits, by hand") {
    struct row {
        llama_cpp_settings asked;
        llama_cpp_extent made; // cells, streams, sequences, tokens of a pass, rows
    };
    row const rows[] = {
        {{.context = 1}, {256, 1, 1, 256, 256}},
        {{.context = 256}, {256, 1, 1, 256, 256}},
        {{.context = 257}, {512, 1, 1, 512, 512}},
        {{}, {8192, 1, 1, 512, 512}}, // the model's own
        {{.context = 8192, .sequences = 4, .unified = false}, {2048, 4, 4, 512, 512}},
        {{.context = 8200, .sequences = 4, .unified = false}, {2304, 4, 4, 512, 512}},
        {{.context = 8192, .sequences = 4}, {8192, 1, 4, 512, 512}},
        {{.context = 8192, .batch = 100}, {8192, 1, 1, 100, 100}},
        {{.context = 8192, .batch = 100, .micro_batch = 200}, {8192, 1, 1, 100, 100}},
        {{.context = 8192, .micro_batch = 7}, {8192, 1, 1, 7, 7}},
        {{.context = 8192, .micro_batch = 1}, {8192, 1, 1, 1, 1}},
        {{.context = 8192, .micro_batch = 0}, {8192, 1, 1, 2048, 2048}},
        {{.context = 8192, .outputs = 1}, {8192, 1, 1, 512, 1}},
        {{.context = 8192, .outputs = 600}, {8192, 1, 1, 512, 512}},
        {{.context = 8192, .sequences = 600, .outputs = 5}, {8192, 1, 600, 512, 600}},
        {{.context = 8192, .sequences = 0}, {8192, 1, 1, 512, 512}},
    };
    for (std::size_t i = 0; i < std::size(rows); ++i) {
        CAPTURE(i);
        CHECK(extent_of(rows[i].asked, 8192) == rows[i].made);
    }
    CHECK(rows[4].made.context() == 8192);
}

TEST_CASE("which layers go where: the head first, then from the last layer down") {
    using all = std::vector<held>;
    CHECK(shared({.gpu_layers = 0}, 10) == all{{10, 10, false}});
    CHECK(shared({.gpu_layers = 1}, 10) == all{{10, 10, true}}); // the head alone
    CHECK(shared({.gpu_layers = 2}, 10) == all{{9, 10, true}});
    CHECK(shared({.gpu_layers = 10}, 10) == all{{1, 10, true}});
    CHECK(shared({.gpu_layers = 11}, 10) == all{{0, 10, true}});
    CHECK(shared({.gpu_layers = 99}, 10) == all{{0, 10, true}});
    CHECK(shared({.gpu_layers = -1}, 10) == all{{0, 10, true}});
    for (count const n : {count{-1}, count{11}, count{12}}) {
        CHECK(wholly_on_device({.gpu_layers = n}, 10));
    }
    CHECK_FALSE(wholly_on_device({.gpu_layers = 10}, 10));
    CHECK(head_on_device({.gpu_layers = -1}));
    CHECK_FALSE(head_on_device({.gpu_layers = 0}));
    // Eleven slots over two devices: the first that lie below a half are six.
    CHECK(shared({.gpu_layers = -1, .split = {2}}, 10) == all{{0, 6, false}, {6, 10, true}});
    CHECK(shared({.gpu_layers = -1, .split = {3}}, 8) ==
          all{{0, 3, false}, {3, 6, false}, {6, 8, true}}); // nine slots
    CHECK(shared({.gpu_layers = -1, .split = {2, {3, 1}}}, 11) ==
          all{{0, 9, false}, {9, 11, true}}); // twelve slots, nine to three
    CHECK(shared({.gpu_layers = -1, .split = {2, {1, 0}}}, 10) ==
          all{{0, 10, true}, {10, 10, false}});
    CHECK(shared({.gpu_layers = -1, .split = {2, {0, 1}}}, 10) ==
          all{{0, 0, false}, {0, 10, true}});
    CHECK(shared({.gpu_layers = 5, .split = {2}}, 10) == all{{6, 9, false}, {9, 10, true}});
}
