// SPDX-License-Identifier: MIT
// docs/tutorials/custom_gpu.md: an accelerator that the catalogue does not have.
#include <reckon/gpu/architectures.hpp>
#include <reckon/io/format.hpp>
#include <reckon/reckon.hpp>

#include <iostream>

using namespace reckon::literals;
using reckon::arithmetic;
using reckon::io::to_text;

// [known_architecture]
constexpr reckon::gpu_spec<reckon::hopper> h100_96gb{
    .id = "h100-96gb",
    .name = "H100 96GB (ours)",
    .memory = reckon::bytes{96_GB},
    .bandwidth = 3.35_TBps,
    .peak = reckon::peak_rates{}
                .with(arithmetic::bf16, 989_TFLOPps)
                .with(arithmetic::fp8, 1979_TFLOPps),
    .link = {.kind = "NVLink 4", .each_way = 450_link_GBps, .scale_up = 8}};
// [/known_architecture]

// [own_architecture]
/// A chip of our own: 16 bit and 8 bit integer units, nothing narrower.
struct tile_engine {
    static constexpr std::string_view name = "Tile Engine 2";
    static constexpr reckon::vendor maker = reckon::vendor::other;
    static constexpr reckon::arithmetic_set native =
        reckon::set_of(arithmetic::fp32, arithmetic::bf16, arithmetic::int8);
    friend constexpr bool operator==(tile_engine const&, tile_engine const&) noexcept = default;
};
static_assert(reckon::architecture<tile_engine>);
static_assert(reckon::executed_as(tile_engine{}, arithmetic::fp8) == arithmetic::bf16);

constexpr reckon::gpu_spec<tile_engine> te2{.id = "te2",
                                            .name = "TE2 64GB",
                                            .memory = reckon::bytes{64_GB},
                                            .memory_usable = reckon::bytes{58_GiB},
                                            .bandwidth = 1.6_TBps,
                                            .peak = reckon::peak_rates{}
                                                        .with(arithmetic::bf16, 380_TFLOPps)
                                                        .with(arithmetic::int8, 760_TFLOPps)};
static_assert(reckon::gpu<decltype(te2)>);
// [/own_architecture]

int main() {
    std::cout << "# answer\n";
    // [answer]
    auto const show = [](auto const& gpu) {
        reckon::deployment const d{.model = reckon::models::qwen3_14b,
                                   .gpu = gpu,
                                   .max_context = 16_Ktok,
                                   .concurrency = 4,
                                   .request = {.prompt = 2000_tok, .output = 500_tok}};
        auto const memory = reckon::memory_of(d);
        auto const speed = reckon::speed_of(d);
        std::cout << gpu.name.view() << ": " << to_text(memory.headroom()) << " free of "
                  << to_text(memory.budget) << ", " << to_text(speed.time_per_token.value)
                  << " a token (" << name(speed.time_per_token.source) << ")\n";
    };
    show(reckon::gpus::h100_sxm_80gb);
    show(h100_96gb);
    show(te2);
    // [/answer]
    std::cout << "# unknown\n";
    // [unknown]
    auto unmeasured = te2;
    unmeasured.peak = {};
    reckon::deployment const d{
        .model = reckon::models::qwen3_14b, .gpu = unmeasured, .max_context = 16_Ktok};
    std::cout << std::boolalpha << "fits: " << reckon::fits(d)
              << ", speed known: " << reckon::speed_of(d).known << '\n';
    // [/unknown]
}
