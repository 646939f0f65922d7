// SPDX-License-Identifier: MIT
// Acceptance figures that cross rooms: edge devices (AT-32, P5), a vendor's promise (AT-31), links (AT-21, AT-35), a
// quoted price of tokens (P1, P6). The others stand beside the law that they are about.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/find_offer.hpp>
#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/instances.hpp>
#include <reckon/catalog/links.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/cost/cost_per_token.hpp>
#include <reckon/gpu/pcie.hpp>
#include <reckon/model/parameters.hpp>
#include <reckon/precision/gguf.hpp>
#include <reckon/precision/storage.hpp>
#include <reckon/recommend.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;
using serving::constraint;

namespace {
interconnect const& link_called(std::string_view name) {
    for (interconnect const& l : catalog::links) {
        if (l.name.view() == name) { return l; }
    }
    FAIL("no such link");
    return catalog::links[0];
}
/// Weights at 4.5 bits, and the tokens a second that reading them once each allows.
struct at_4_5_bits {
    bytes weights{};
    double tokens_per_second{};
};
template <class M> at_4_5_bits on_orin(M const& m) {
    static_assert(bits_per_weight(gguf::q4_0) == 4.5);
    bytes const weights = nominal_storage(gguf::q4_0, parameters_of(m).total);
    return {weights, 1 / in_seconds(weights / gpus::jetson_agx_orin_32gb.bandwidth.value())};
}
} // namespace

TEST_CASE("AT-32, P5.1: what an Orin of 32 GB runs at 20 tokens a second") {
    at_4_5_bits const small = on_orin(models::deepseek_r1_distill_qwen_7b);
    CHECK(near(in_gigabytes(small.weights), 4.28, within(2e-3)));
    CHECK(near(small.tokens_per_second, 47.81, within(1e-3)));
    CHECK(0.7 * small.tokens_per_second > 20);
    at_4_5_bits const large = on_orin(models::deepseek_r1_distill_qwen_14b);
    CHECK(near(in_gigabytes(large.weights), 8.31, within(1e-3)));
    CHECK(near(large.tokens_per_second, 24.65, within(1e-3)));
    CHECK(0.7 * large.tokens_per_second < 20);
    // All of R1 is refused, in whatever format the search is given.
    constexpr any_model r1 = models::deepseek_r1;
    any_gpu const orin[] = {gpus::jetson_agx_orin_32gb};
    recipe const formats[] = {fp8_block128, int4_g128};
    auto const found = recommend(r1, {.context = 4096_tok, .concurrency = 1}, orin, formats, {},
                                 {.max_devices = 1});
    REQUIRE(found);
    CHECK(found->plans.empty());
    REQUIRE(found->refusals.size() == 2);
    for (refusal const& r : found->refusals) {
        CHECK(r.broken == constraint::weights);
        CHECK(r.need > r.have);
    }
}

TEST_CASE("P5.2: 343,823 tokens of cache beside 7 billion parameters in 24 of 32 GB") {
    auto const& m = models::deepseek_r1_distill_qwen_7b;
    bytes const left = bytes{24_GB} - on_orin(m).weights;
    CHECK(detail::floor(left / (cache_per_token(m, fp16) * 1_tok)) == 343823);
    CHECK(m.max_context.value() == 131072_tok); // the model's limit comes first
}

TEST_CASE("AT-31: 1.2 trillion parameters on eight devices of 80 GB, a promise of 4.27 bits each") {
    constexpr count parameters = 1'200'000'000'000;
    constexpr bytes eight = bytes{80_GB} * 8;
    CHECK(near(in_bytes(eight) * 8 / static_cast<double>(parameters), 4.267, within(1e-3)));
    CHECK(near(in_bytes(eight) * 0.9 * 8 / static_cast<double>(parameters), 3.84));
    CHECK(nominal_storage(fp16, parameters) > eight);
    CHECK(nominal_storage(fp8, parameters) > eight);
    CHECK(nominal_storage(int4_g128, parameters) > eight * 0.9);
    CHECK(bits_per_weight(int4_g128) == 4.15625);
    // An H200 has 4.8 TB/s of memory and 63 GB/s to its host; no figure of it is 1.6 TB/s.
    CHECK(gpus::h200_sxm.bandwidth.value() == 4800_GBps);
    CHECK(near(in_gigabytes_per_second(gpus::h200_sxm.host.each_way.value()), 63, within(1e-3)));
    CHECK(gpus::h200_sxm.memory.value() == bytes{141_GB});
}

TEST_CASE("AT-21: InfiniBand HDR, 25 GB/s, and a latency of microseconds, not of 100 ns") {
    CHECK(link_called("InfiniBand HDR 4x").each_way.value() == link_gigabytes_per_second(25));
    CHECK(near(in_seconds(link_called("InfiniBand HDR 4x").latency.value()), 0.6e-6)); // published
    CHECK(near(in_seconds(link_called("InfiniBand HDR100").latency.value()),
               1.26e-6)); // measured, one hop
    for (interconnect const& l : catalog::links) {
        if (l.category.view() == "scale-out" && l.latency.known()) {
            CHECK(l.latency.value() > seconds{100e-9});
        }
    }
}

TEST_CASE("AT-35: NVLink 4 against PCIe 5, and tensor cores against the others") {
    CHECK(near(link_called("NVLink 4 (H100/H200/GH200)").both_ways.value() /
                   link_gigabytes_per_second(128), // 64 GT/s x 16 lanes, both ways, as it is sold
               7.03, within(1e-3)));
    // 312 TFLOP/s against the 78 of FP16 outside of tensor cores, which are four times the 19.5 of FP32.
    auto const& a100 = gpus::a100_sxm_80gb;
    CHECK(
        near(a100.peak[arithmetic::fp16].value() / (a100.peak[arithmetic::fp32].value() * 4), 4.0));
}

TEST_CASE("P1.2: 2,040 tokens a second on a p5en.48xlarge are 8.62 USD per million") {
    auto const p5en = find_instance("p5en.48xlarge");
    REQUIRE(p5en);
    usd_per_token const price =
        cost_per_token(p5en->on_demand.value().rate, tokens_per_second(2040));
    CHECK(near(in_usd_per_million_tokens(price), 8.62, within(1e-3)));
    CHECK(near(2040.0 / 64, 31.9, within(1e-3)));
}

TEST_CASE("P6.3: what a price of 2.1 USD per million on a p5 asks of it, also at half duty") {
    usd_per_second const p5 = usd_per_hour(55.04);
    usd_per_token const quoted = usd_per_million_tokens(2.1);
    CHECK(near(in_tokens_per_second(break_even_rate(p5, quoted)), 7280, within(1e-4)));
    // Paid always and used half of the time, twice as much in that half.
    CHECK(near(in_tokens_per_second(break_even_rate(p5 / 0.5, quoted)), 14560, within(1e-4)));
}
