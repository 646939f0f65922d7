// SPDX-License-Identifier: MIT
// llama.cpp on several devices, and with layers, experts or caches on the host beside a device: figures of
// release v0.5.0 (commit 0ad4a86) on software Vulkan devices (16 bytes there, 64 in the host's memory).
#include "support/llama_cpp_cases.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/models.hpp>
#include <reckon/memory/llama_cpp/fit.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

using namespace reckon;

namespace {

constexpr recipe q8 = recipe(any_precision(gguf::q8_0))
                          .with(tensor_role::norm, any_precision(gguf::f32))
                          .with(tensor_role::router, any_precision(gguf::f32));
constexpr any_precision q8_0(gguf::q8_0);
constexpr llama_cpp_alignment vulkan{64, 16};

constexpr model_spec<layers<gqa, gated>> dense{
    .name = "dense",
    .hidden = 1024,
    .vocabulary = 32000,
    .max_context = tokens{8192},
    .groups = {{layer_set::range(0, 4),
                {.query_heads = 8, .kv_heads = 4, .head_dim = 128},
                {.intermediate = 2816}}}};
constexpr model_spec<layers<gqa, moe>> mixture{
    .name = "mixture",
    .hidden = 1024,
    .vocabulary = 32000,
    .max_context = tokens{8192},
    .groups = {
        {layer_set::range(0, 4),
         {.query_heads = 8, .kv_heads = 4, .head_dim = 128, .query_key_norm = qk_norm::per_head},
         {.routed = 16, .per_token = 4, .intermediate = 512}}}};

constexpr model_spec<layers<windowed<gqa>, gated>, layers<gqa, gated>> windows{
    .name = "windows",
    .hidden = 1024,
    .vocabulary = 32000,
    .tied_embeddings = true,
    .max_context = tokens{8192},
    .groups = {{layer_set::every(2, 0, 4), {.inner = {8, 4, 128}, .window = 512}, {2816}, {4}},
               {layer_set::every(2, 1, 4), {8, 4, 128}, {2816}, {4}}}};
constexpr model_spec<layers<mla, gated>, layers<mla, moe>> latents{
    .name = "latents",
    .hidden = 1024,
    .vocabulary = 32000,
    .max_context = tokens{8192},
    .groups = {{layer_set::range(0, 1), {8, 512, 256, 64, 64, 64}, {2816}},
               {layer_set::range(1, 4),
                {8, 512, 256, 64, 64, 64},
                {.routed = 16,
                 .per_token = 4,
                 .intermediate = 512,
                 .shared_intermediate = 512,
                 .score_correction = true}}}};

llama_cpp_split over(std::initializer_list<double> shares) {
    llama_cpp_split split{.devices = static_cast<count>(shares.size())};
    std::size_t at = 0;
    for (double const share : shares) {
        split.shares[at++] = share;
    }
    return split;
}

// Compute buffers of the devices and then of the host, as the engine prints them.
template <model M> void computes(M const& m, llama_cpp_settings s,
                                 std::initializer_list<double> devices_then_host) {
    s.context = 4096;
    s.outputs = 1;
    if (s.gpu_layers == 0 && !s.idle_device) { s.gpu_layers = -1; }
    auto const buffers = llama_cpp_compute_of(m, q8, s, extent_of(s, 0), vulkan);
    CHECK(buffers.exact);
    REQUIRE(buffers.devices.size() + 1 == devices_then_host.size());
    std::size_t d = 0;
    for (double const expected : devices_then_host) {
        CAPTURE(d);
        CHECK(in_bytes(d < buffers.devices.size() ? buffers.devices[d] : buffers.host) == expected);
        ++d;
    }
}

} // namespace

TEST_CASE("slots of layers are divided by shares, the head being the last of them") {
    auto const lasts = [](llama_cpp_settings const& s, count layers) {
        std::string text;
        for (llama_cpp_stage const& stage : stages_of(s, layers)) {
            text += std::to_string(stage.first) + "-" + std::to_string(stage.end) +
                    (stage.head ? "h " : " ");
        }
        return text;
    };
    // "layer 0 .. 2 assigned to device Vulkan0, 3 and 4 to Vulkan1": four layers and the head.
    CHECK(lasts({.gpu_layers = -1, .split = over({1, 1})}, 4) == "0-3 3-4h ");
    CHECK(lasts({.gpu_layers = -1, .split = {2}}, 4) == "0-3 3-4h ");
    CHECK(lasts({.gpu_layers = -1}, 4) == "0-4h ");
    CHECK(lasts({.gpu_layers = 4, .split = {2}}, 4) == "1-3 3-4h ");
    // Seven layers: 5/7 of eight slots are 5.7, 6/7 are 6.9, so that the third device has the head alone.
    CHECK(lasts({.gpu_layers = -1, .split = over({5, 1, 1})}, 7) == "0-6 6-7 7-7h ");
    CHECK(lasts({.gpu_layers = -1, .split = over({1, 1, 5})}, 7) == "0-2 2-3 3-7h ");
    // A share too small for a slot holds nothing.
    CHECK(lasts({.gpu_layers = -1, .split = over({50, 50, 1})}, 4) == "0-3 3-4h 4-4 ");
    CHECK(lasts({.gpu_layers = 1, .split = {2}}, 32) == "32-32h 32-32 ");
    CHECK(lasts({.gpu_layers = 0}, 32) == "32-32 ");
    // 80 layers on a 3090 and a 3060 in proportion to 24 and 12 GB: 54 and 26 with the head.
    CHECK(lasts({.gpu_layers = 81, .split = over({24, 12})}, 80) == "0-54 54-80h ");
}

TEST_CASE("devices that hold everything take turns, with four copies of what comes from outside") {
    computes(dense, {.split = {2}}, {48799744, 39886912, 21020928});
    computes(dense, {.flash_attention = false, .split = {2}}, {125853696, 132145216, 46170368});
    computes(dense, {.keys = q8_0, .values = q8_0, .split = {2}}, {47030272, 40214592, 21348608});
    computes(mixture, {.split = {2}}, {44081152, 39886912, 21020928});
    computes(mixture, {.split = over({50, 50, 1})}, {44081152, 39886912, 0, 21020928});
}

TEST_CASE("devices beside layers or experts on the host do not take turns") {
    computes(dense, {.gpu_layers = 4, .split = {2}}, {33622016, 12593168, 8400960});
    computes(dense, {.gpu_layers = 4, .split = {3}}, {33622016, 12593168, 132096, 8400960});
    computes(dense, {.cache_on_host = true, .split = {2}}, {28313600, 18876416, 8400960});
    computes(mixture, {.host_experts = 2, .split = {2}}, {31991808, 12593168, 8400960});
    computes(mixture, {.host_experts = 2, .cache_on_host = true, .split = {2}},
             {38275072, 18876416, 8400960});
}

TEST_CASE("layers on the host are computed on the device, and copied there piece by piece") {
    for (count const n : {1, 3, 4}) {
        CAPTURE(n);
        computes(dense, {.gpu_layers = n}, {33622016, 8400960});
    }
    computes(dense, {.idle_device = true}, {33622016, 8400960});
    computes(dense, {.cache_on_host = true}, {28313600, 8400960});
    computes(dense, {.keys = q8_0, .values = q8_0, .gpu_layers = 3}, {34260992, 8482880});
    computes(dense, {.flash_attention = false, .gpu_layers = 3}, {93390848, 14688320});
    computes(mixture, {.host_experts = 1}, {31991808, 8400960});
    computes(mixture, {.host_experts = 4}, {31991808, 8400960});
    computes(mixture, {.gpu_layers = 3}, {30474240, 8400960});
    computes(windows, {.gpu_layers = 4}, {30017536, 9457728});
    computes(windows, {.flash_attention = false, .gpu_layers = 3}, {95488000, 18886720});
    computes(windows, {.cache_on_host = true}, {27789312, 9457728});
    computes(latents, {.gpu_layers = 3}, {33062912, 8396864});
    computes(latents, {.flash_attention = false, .gpu_layers = 3}, {98074624, 12591168});
    computes(latents, {.keys = q8_0, .values = q8_0, .gpu_layers = 3}, {32384960, 8396864});
    computes(latents, {.host_experts = 2}, {30939136, 8396864});
    computes(latents, {.cache_on_host = true}, {28837760, 8396864});
    // Not where the pass is short, or the engine is told not to.
    computes(dense, {.micro_batch = 16, .gpu_layers = 4}, {803152, 934336});
    computes(dense, {.gpu_layers = 4, .lends = false}, {25700368, 29896768});
}

TEST_CASE("what is copied grows with the weights and with the context") {
    constexpr auto m = models::llama_3_1_8b;
    auto const device = [&](count context, count layers_there) {
        llama_cpp_settings const s{.context = context, .outputs = 1, .gpu_layers = layers_there};
        return in_bytes(llama_cpp_compute_of(m, q8, s, extent_of(s, 0)).devices[0]);
    };
    // One layer's keys and values are copied, 65,536 cells x 1024 values x 2 bytes each, beside the mask; in
    // the second layer the room of the first is broken, and the values go to the end.
    CHECK(device(131072, 20) - device(65536, 20) == 65536.0 * (3 * 1024 * 2 + 512 * 2));
    CHECK(device(131072, 33) - device(65536, 33) == 65536.0 * 512 * 2);
    // One matrix of experts is copied: 128 x 768 x 2048 values in q8_0, 214 MB.
    llama_cpp_settings s{.context = 4096, .outputs = 1, .gpu_layers = -1};
    auto const without = llama_cpp_compute_of(models::qwen3_30b_a3b, q8, s, extent_of(s, 0));
    s.host_experts = 48;
    auto const with = llama_cpp_compute_of(models::qwen3_30b_a3b, q8, s, extent_of(s, 0));
    double const matrix = 128.0 * 768 * 2048 * 34 / 32;
    CHECK(in_bytes(with.devices[0] - without.devices[0]) > 0.5 * matrix);
    CHECK(in_bytes(with.devices[0] - without.devices[0]) < 1.5 * matrix);
}

TEST_CASE("nothing is lost between devices, and the fullest is named") {
    constexpr auto m = models::llama_3_1_70b;
    llama_cpp_settings s{.context = 32768, .outputs = 1, .gpu_layers = -1};
    auto const one = llama_cpp_memory_of(m, q8, s);
    REQUIRE(one);
    for (count const devices : {2, 3, 5, 16}) {
        CAPTURE(devices);
        s.split = {devices};
        auto const several = llama_cpp_memory_of(m, q8, s);
        REQUIRE(several);
        REQUIRE(static_cast<count>(several->devices.size()) == devices);
        bytes weights{};
        bytes cache{};
        for (llama_cpp_part const& part : several->devices) {
            weights += part.weights;
            cache += part.cache.total();
            CHECK(part.total() <= several->device.total());
        }
        CHECK(weights == one->device.weights);
        CHECK(cache == one->device.cache.total());
        CHECK(several->host.weights == one->host.weights);
        CHECK(several->devices[static_cast<std::size_t>(several->fullest)] == several->device);
    }
}

TEST_CASE("every device has memory of its own") {
    constexpr auto m = models::llama_3_1_8b;
    llama_cpp_settings s{.context = 8192, .outputs = 1, .split = over({24, 8})};
    bytes const room[] = {gibibytes(24), gibibytes(8)};
    auto const n = layers_on_device(m, q8, room, s);
    REQUIRE(n);
    CHECK(*n == 33);
    // A second device too small for its share binds alone.
    bytes const tight[] = {gibibytes(24), gibibytes(1)};
    auto const fewer = layers_on_device(m, q8, tight, s);
    REQUIRE(fewer);
    CHECK(*fewer < 33);
    s.gpu_layers = *fewer;
    CHECK(llama_cpp_memory_of(m, q8, s)->devices[1].total() <= gibibytes(1));
    s.gpu_layers = *fewer + 1;
    CHECK(llama_cpp_memory_of(m, q8, s)->devices[1].total() > gibibytes(1));
    bytes const one[] = {gibibytes(24)};
    auto const missing = layers_on_device(m, q8, one, s);
    REQUIRE_FALSE(missing);
    CHECK(missing.error().message.view() ==
          "memory is given for 1 of 2 devices; give one figure for each.");
}

namespace {

double all_compute(llama_cpp_memory const& m) {
    bytes sum = m.host.compute;
    for (llama_cpp_part const& d : m.devices) {
        sum += d.compute;
    }
    return in_bytes(sum);
}

} // namespace

TEST_CASE(
    "as the engine says of its buffers on devices, with layers, experts or caches on the host") {
    any_model const small[] = {reckon::test::small_dense(), reckon::test::small_windowed(),
                               reckon::test::small_mixture(), reckon::test::small_latent()};
    recipe const r = reckon::test::recipe_of_file(any_precision(gguf::q8_0));
    std::vector<llama_cpp_settings> tried = reckon::test::tried_settings();
    tried.erase(tried.begin() + 4);
    int exact = 0;
    for (auto const& row : reckon::test::recorded_on_devices()) {
        auto const m = std::find_if(std::begin(small), std::end(small), [&](any_model const& one) {
            return std::string_view(one.name) == row.model;
        });
        REQUIRE(m != std::end(small));
        CAPTURE(std::string(row.model));
        CAPTURE(row.devices);
        CAPTURE(row.at.layers_less);
        CAPTURE(row.at.host_experts);
        for (std::size_t i = 0; i < tried.size(); ++i) {
            CAPTURE(i);
            llama_cpp_settings s = tried[i];
            s.gpu_layers = layer_count(*m) + 1 - row.at.layers_less;
            s.idle_device = true;
            s.host_experts = row.at.host_experts;
            s.cache_on_host = row.at.cache_on_host;
            s.split = {row.devices};
            // 64 bytes in the host memory of these devices, 16 in their own.
            auto const law = llama_cpp_memory_of(*m, r, s, {64, 16});
            REQUIRE(law);
            CHECK(law->exact == (row.compute[i] > 0));
            if (!law->exact) { continue; }
            CHECK(all_compute(*law) == row.compute[i]);
            ++exact;
        }
    }
    CHECK(exact == 166 + 159); // of 207 on one device and on two
}

TEST_CASE("as the engine says of caches and buffers on the host, for models of full size") {
    any_model first_layers = models::nemotron_h_56b; // as many as are tried
    for (any_layers& group : first_layers.groups.list) {
        group.at = group.at & layer_set::range(0, 24);
    }
    any_model const all[] = {
        models::llama_2_7b,  models::llama_3_1_8b,      models::qwen2_5_7b,
        models::qwen3_8b,    models::qwen3_30b_a3b,     models::gemma_2_9b,
        models::gemma_3_12b, models::gpt_oss_20b,       models::deepseek_v2_lite,
        models::deepseek_r1, models::jamba_1_5_mini,    models::granite_4_0_h_small,
        first_layers,        models::qwen3_next_80b_a3b};
    recipe const r = reckon::test::recipe_of_file(any_precision(gguf::q8_0));
    std::vector<llama_cpp_settings> const tried = reckon::test::tried_settings();
    auto const recorded = reckon::test::recorded_on_host();
    REQUIRE(recorded.size() == std::size(all));
    for (std::size_t n = 0; n < recorded.size(); ++n) {
        auto const& row = recorded[n];
        CAPTURE(std::string(row.model));
        CHECK(std::string_view(all[n].name) == row.model);
        for (std::size_t i = 0; i < tried.size(); ++i) {
            CAPTURE(i);
            auto const law = llama_cpp_memory_of(all[n], r, tried[i], {});
            CHECK(law.has_value() == (row.caches[i] > 0));
            if (!law) { continue; }
            CHECK(in_bytes(law->host.cache.total()) == row.caches[i]);
            CHECK(law->exact == (row.compute[i] > 0));
            if (law->exact) { CHECK(all_compute(*law) == row.compute[i]); }
        }
    }
}
