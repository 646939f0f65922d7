// SPDX-License-Identifier: MIT
// The accelerators of the catalogue, and finding them by name.
#include "support/near.hpp"

#include <reckon/catalog/find_gpu.hpp>
#include <reckon/catalog/gpu_sources.hpp>
#include <reckon/gpu/rt_cores.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

using namespace reckon;
using namespace reckon::literals;

namespace {

constexpr any_gpu gpu_called(std::string_view name) { return *find_gpu(name); }

constexpr double tflops(any_gpu const& g, arithmetic a) {
    return in_teraflops_per_second(g.peak[a].value());
}

constexpr std::string_view source_of_memory(std::string_view name) {
    return catalog::gpu_sources[*find_gpu_index(name)].memory_type;
}

// Every accelerator that two sources, or the vendor, speak for.
constexpr std::string_view well_sourced[] = {"a10",
                                             "a100-pcie-40gb",
                                             "a100-pcie-80gb",
                                             "a100-sxm-40gb",
                                             "a100-sxm-80gb",
                                             "a30",
                                             "a40",
                                             "a800-pcie-80gb",
                                             "a800-sxm-80gb",
                                             "arc-a770-16gb",
                                             "arc-b580",
                                             "arc-pro-b60",
                                             "ascend-910a",
                                             "ascend-910b1",
                                             "ascend-910b2",
                                             "ascend-910b3",
                                             "ascend-910b4",
                                             "ascend-910c",
                                             "ascend-950dt",
                                             "atlas-300i-duo",
                                             "b100",
                                             "b200",
                                             "b300",
                                             "epyc-9654",
                                             "epyc-9755",
                                             "gaudi-2",
                                             "gaudi-3",
                                             "gb10",
                                             "gb200",
                                             "gb300",
                                             "gh200-144gb",
                                             "gh200-96gb",
                                             "groq-lpu-v1",
                                             "h100-nvl",
                                             "h100-pcie-80gb",
                                             "h100-sxm-80gb",
                                             "h20-96gb",
                                             "h200-nvl",
                                             "h200-sxm",
                                             "h800-sxm-80gb",
                                             "inferentia2",
                                             "jetson-agx-orin-64gb",
                                             "jetson-thor-t5000",
                                             "l20",
                                             "l4",
                                             "l40",
                                             "l40s",
                                             "m1",
                                             "m1-max",
                                             "m1-pro",
                                             "m1-ultra",
                                             "m2-max",
                                             "m2-pro",
                                             "m2-ultra",
                                             "m3-max",
                                             "m3-pro",
                                             "m3-ultra",
                                             "m4",
                                             "m4-max",
                                             "m4-pro",
                                             "m5",
                                             "m5-max",
                                             "max-1550",
                                             "mi100",
                                             "mi210",
                                             "mi250",
                                             "mi250x",
                                             "mi300a",
                                             "mi300x",
                                             "mi325x",
                                             "mi350x",
                                             "mi355x",
                                             "mi455x",
                                             "mi50-16gb",
                                             "mlu370-x8",
                                             "mtt-s4000",
                                             "p100-pcie",
                                             "p100-sxm2",
                                             "p40",
                                             "radeon-ai-pro-r9700",
                                             "radeon-pro-w7900",
                                             "rtx-2080-ti",
                                             "rtx-3090",
                                             "rtx-4090",
                                             "rtx-5090",
                                             "rtx-6000-ada",
                                             "rtx-a4000",
                                             "rtx-a5000",
                                             "rtx-a6000",
                                             "rtx-pro-6000-max-q",
                                             "rtx-pro-6000-server",
                                             "rtx-pro-6000-workstation",
                                             "rubin-r200",
                                             "rx-7900-xtx",
                                             "rx-9070-xt",
                                             "strix-halo-128gb",
                                             "t4",
                                             "tpu-v4",
                                             "tpu-v5e",
                                             "tpu-v5p",
                                             "tpu-v6e",
                                             "tpu-v7x",
                                             "trainium1",
                                             "trainium2",
                                             "trainium3",
                                             "v100-pcie-16gb",
                                             "v100-pcie-32gb",
                                             "v100-sxm2-16gb",
                                             "v100-sxm2-32gb",
                                             "xeon-5th-gen",
                                             "xeon-6980p",
                                             "xeon-8480"};

} // namespace

// Acceptance test AT-20.
static_assert(gpu_called("a100").peak[arithmetic::fp16].value() == 312_TFLOPps);
static_assert(gpu_called("a100").peak[arithmetic::fp32].value() == 19.5_TFLOPps);
static_assert(gpu_called("a100").peak[arithmetic::tf32].value() == 156_TFLOPps);
static_assert(gpu_called("h100-sxm").bandwidth.value() == 3350_GBps);
static_assert(gpu_called("h100-sxm").link.each_way.value() ==
              link_gigabytes_per_second_both_ways(900));
static_assert(gpu_called("rtx-a4000").memory.value() == bytes{16_GB});
static_assert(gpu_called("t4").host.generation.value() == 3);
static_assert(gpu_called("mi250x").peak[arithmetic::fp16].value() == 383_TFLOPps);
static_assert(gpu_called("epyc-7763").bandwidth.value() == 204.8_GBps);
static_assert(!find_gpu("A100 24GB"));
static_assert(rt_cores(gpu_called("h100")).value() == 0);
static_assert(rt_cores(gpu_called("mi300x")).value() == 0);
static_assert(!rt_cores(gpu_called("rtx-4090")).known()); // it has some; nobody here needs how many

TEST_CASE("AT-20: what the articles asked about") {
    CHECK(tflops(gpu_called("a100"), arithmetic::fp16) == 312);
    CHECK(source_of_memory("h100-sxm") == "HBM3");
    CHECK(source_of_memory("mi300x") == "HBM3");
    CHECK(gpu_called("h100").id == label("h100-sxm-80gb"));

    auto const none = find_gpu("A100 24GB");
    REQUIRE_FALSE(none.has_value());
    CHECK(none.error().code == errc::unknown_name);
    CHECK(none.error().message.view() == "no accelerator is called 'A100 24GB'; did you mean "
                                         "a100-sxm-40gb, a100-sxm-80gb or a100-pcie-40gb?");

    // "At least 24 GB" leaves the A4000 out.
    std::set<std::string> at_least_24;
    for (any_gpu const& g : catalog::gpus) {
        if (g.memory.known() && g.memory.value() >= bytes{24_GB}) {
            at_least_24.emplace(g.id.view());
        }
    }
    CHECK(at_least_24.count("rtx-a4000") == 0);
    CHECK(at_least_24.count("rtx-4090") == 1);
}

TEST_CASE("memory as sold is decimal; what programs see was observed") {
    static_assert(gpus::h200_sxm.memory.value() == bytes{141e9});
    static_assert(gpus::h100_sxm_80gb.memory.value() == bytes{80e9});
    static_assert(gpus::a100_sxm_80gb.memory.value() == bytes{80e9});
    static_assert(gpus::mi300x.memory.value() == bytes{192e9});
    // What CUDA reports to a program, 139.80 GiB; nvidia-smi counts 0.6 GiB more.
    static_assert(gpus::h200_sxm.memory_usable.value() == bytes{mebibytes(143155.2)});
    static_assert(gpus::h200_sxm.memory_usable.source == provenance::observed);
    static_assert(gpus::t4.memory_usable.value() == bytes{mebibytes(15093.8)}); // ECC on
    CHECK(in_gibibytes(gpus::mi300x.memory_usable.value()) == doctest::Approx(191.98));
    CHECK(gpus::trainium2.memory_usable.source == provenance::datasheet);
    for (any_gpu const& g : catalog::gpus) {
        CAPTURE(std::string(g.id.view()));
        if (!g.memory.known() || !g.memory_usable.known()) { continue; }
        // The box says GB and means GiB less a carve-out, so up to 7.4 % more than decimal.
        CHECK(g.memory_usable.value() < g.memory.value() * 1.075);
        CHECK(g.memory_usable.value() > g.memory.value() * 0.9);
    }
}

TEST_CASE("peaks are dense") {
    static_assert(gpus::h100_sxm_80gb.peak[arithmetic::fp8].value() ==
                  1979_TFLOPps); // 3958 is sparse
    static_assert(gpus::l40s.peak[arithmetic::fp8].value() == 733_TFLOPps);
    static_assert(gpus::rtx_4090.peak[arithmetic::bf16].value() ==
                  165.2_TFLOPps);                           // fp32 accumulate
    CHECK(tflops(gpus::rtx_5090, arithmetic::fp4) == 1676); // "3352 AI TOPS" is sparse
    CHECK(tflops(gpus::b300, arithmetic::int8) == 153.5);   // cut, unlike B200
}

TEST_CASE("what nobody published stays unknown") {
    static_assert(
        !gpus::gb10.peak[arithmetic::bf16].known()); // claims range over a factor of three
    static_assert(!gpus::a100_sxm_80gb.peak[arithmetic::fp8].known());
    static_assert(!gpus::a800_sxm_80gb.link.each_way.known()); // reduced; to what, no source says
    static_assert(gpus::a800_sxm_80gb.link.scale_up.value() == 8);
    static_assert(!gpus::rubin_r200.power.known());
    static_assert(!gpus::rubin_r200.memory_usable.known());
    static_assert(!gpus::a16.power.known()); // of the board of four: known; of one: not
    static_assert(!gpus::epyc_9654.memory.known());
    CHECK_FALSE(gpus::l40s.gpus_per_node.known()); // a PCIe card goes into any server
    CHECK_FALSE(peak_for(gpus::gb10, arithmetic::bf16).known());
    for (any_gpu const& g : catalog::gpus) {
        CAPTURE(std::string(g.id.view()));
        CHECK(g.bandwidth.known());
        CHECK(in_gigabytes_per_second(g.bandwidth.value()) > 60); // nothing was read as 0
        CHECK((!g.memory.known() || in_gigabytes(g.memory.value()) > 0.2));
        CHECK((!g.power.known() || in_watts(g.power.value()) >= 20));
        CHECK(g.street_price.known() == (g.street_price_date.year != 0));
    }
}

TEST_CASE("a rough row says so") {
    static_assert(gpus::rtx_3060_12gb.grade == confidence::c);
    static_assert(gpus::rtx_3060_12gb.peak[arithmetic::bf16].source == provenance::assumed);
    static_assert(gpus::h200_sxm.peak[arithmetic::bf16].source == provenance::datasheet);
    CHECK(gpus::a10g.bandwidth.source == provenance::assumed);
    CHECK(gpus::h100_pcie_80gb.street_price.source ==
          provenance::assumed); // a server maker's list price
}

TEST_CASE("compute units: what data sheets count, and a clock that their vector rates need") {
    static_assert(gpus::a100_sxm_80gb.compute_units.value() == 108);
    static_assert(gpus::h100_sxm_80gb.compute_units.value() == 132);
    static_assert(gpus::h100_pcie_80gb.compute_units.value() == 114);
    static_assert(gpus::mi300x.compute_units.value() == 304);
    static_assert(gpus::mi250x.compute_units.value() == 220); // of both dies
    static_assert(gpus::gaudi_2.compute_units.value() == 2);  // matrix engines
    static_assert(gpus::m1_ultra_48core.compute_units.value() == 48);
    static_assert(!gpus::epyc_9654.compute_units.known());
    for (any_gpu const& g : catalog::gpus) {
        bool const gpu_of_lanes =
            g.architecture.maker == vendor::nvidia || g.architecture.maker == vendor::apple;
        if (!gpu_of_lanes || !g.compute_units.known() || !g.peak[arithmetic::fp32].known()) {
            continue;
        }
        // 128 lanes a unit, two operations a clock; Volta, Turing and the large Ampere, Pascal have 64.
        double const clock = in_teraflops_per_second(g.peak[arithmetic::fp32].value()) * 1e3 /
                             (256 * static_cast<double>(g.compute_units.value()));
        CAPTURE(std::string(g.id.view()));
        CHECK(clock > 0.6);
        CHECK(clock < 2.75);
    }
}

TEST_CASE("nodes and fabrics") {
    static_assert(gpus::h200_sxm.gpus_per_node.value() == 8);
    static_assert(gpus::gb200.gpus_per_node.value() == 4 &&
                  gpus::gb200.link.scale_up.value() == 72);
    static_assert(gpus::m2_ultra.unified_memory && gpus::gb10.unified_memory &&
                  !gpus::h200_sxm.unified_memory);
    CHECK(gpus::mi300x.link.each_way.value() == link_gigabytes_per_second(448));
    CHECK(gpus::h200_sxm.host.each_way.value() == link_gigabytes_per_second(63.02));
    CHECK(gpus::gb200.host.each_way.value() == link_gigabytes_per_second(450)); // NVLink-C2C
    CHECK(gpus::gaudi_2.link.each_way.value() ==
          link_gigabytes_per_second(262.5)); // 21 of 24 ports
    CHECK(gpus::rtx_4090.link.scale_up.value() == 1);
}

TEST_CASE("every well-sourced accelerator is in the catalogue") {
    std::set<std::string_view> const listed(std::begin(well_sourced), std::end(well_sourced));
    CHECK(listed.size() == 112);
    std::set<std::string_view> found;
    for (auto const id : well_sourced) {
        CAPTURE(std::string(id));
        auto const g = find_gpu(id);
        REQUIRE(g.has_value());
        CHECK(g->id.view() == id);
        CHECK(g->grade != confidence::c);
    }
    for (any_gpu const& g : catalog::gpus) {
        CAPTURE(std::string(g.id.view()));
        CHECK((g.grade == confidence::c || listed.count(g.id.view()) == 1));
        CHECK(found.insert(g.id.view()).second); // ids are unique
    }
    for (auto const& source : catalog::gpu_sources) {
        CHECK_FALSE(source.spec_source.empty());
    }
    CHECK(catalog::gpu_sources.size() == catalog::gpus.size());
}

TEST_CASE("names are sorted, unique, and found") {
    CHECK(std::ranges::is_sorted(catalog::gpu_aliases, {}, &catalog::gpu_alias::name));
    CHECK(std::ranges::is_sorted(catalog::gpu_families, {}, &catalog::gpu_family::name));
    std::set<std::string_view> names;
    for (auto const& alias : catalog::gpu_aliases) {
        CAPTURE(std::string(alias.name));
        CHECK(names.insert(alias.name).second); // nothing has two meanings
        REQUIRE(find_gpu_index(alias.name).has_value());
        CHECK(*find_gpu_index(alias.name) == alias.row); // and normalising twice changes nothing
    }
    for (auto const& family : catalog::gpu_families) {
        CAPTURE(std::string(family.name));
        CHECK(names.insert(family.name).second);
        CHECK(find_gpu(family.name).has_value() == (family.reading != catalog::no_row));
        CHECK(gpus_named(family.name).size() == family.size);
    }
    for (any_gpu const& g : catalog::gpus) {
        CAPTURE(std::string(g.id.view()));
        CHECK(find_gpu(g.id.view())->id == g.id);
        CHECK(find_gpu(g.name.view())->id == g.id);
    }
}

TEST_CASE("the spellings of drivers, clouds and benchmarks") {
    constexpr std::pair<std::string_view, std::string_view> spellings[] = {
        {"H200", "h200-sxm"},
        {"H200-SXM-141GB", "h200-sxm"},
        {"NVIDIA H200", "h200-sxm"},
        {"NVIDIA H100 80GB HBM3", "h100-sxm-80gb"},
        {"H100-80GB-HBM3", "h100-sxm-80gb"},
        {"H100-SXM-80GB", "h100-sxm-80gb"},
        {"H100_PCIe 80GB", "h100-pcie-80gb"},
        {"H100-NVL-94GB", "h100-nvl"},
        {"NVIDIA A100-SXM4-80GB", "a100-sxm-80gb"},
        {"A100 (80GB)", "a100-sxm-80gb"},
        {"A100 40GB", "a100-sxm-40gb"},
        {"NVIDIA GeForce RTX 4090", "rtx-4090"},
        {"4090 24GB", "rtx-4090"},
        {"Tesla T4", "t4"},
        {"AMD Instinct MI300X", "mi300x"},
        {"B200-SXM-180GB", "b200"},
        {"GB200-NVL72", "gb200"},
        {"GB300-NVL72", "gb300"},
        {"RTX-PRO-6000-Blackwell-SE", "rtx-pro-6000-server"},
        {"DGX-Spark-GB10", "gb10"},
        {"GB10 (DGX Spark)", "gb10"},
        {"H20-3e 141GB", "h20-141gb"},
        {"GH200-480GB", "gh200-96gb"},
        {"Apple-M2-Ultra-76core", "m2-ultra"},
        {"Gaudi3", "gaudi-3"},
        {"Intel-Max-1550 (PVC)", "max-1550"},
        {"Strix-Halo-8060S", "strix-halo-128gb"},
        {"TPU v6e (Trillium)", "tpu-v6e"},
        {"Radeon-RX-7900-XTX", "rx-7900-xtx"},
        {"H100", "h100-sxm-80gb"},
    };
    for (auto const& [spelling, id] : spellings) {
        CAPTURE(std::string(spelling));
        auto const g = find_gpu(spelling);
        REQUIRE(g.has_value());
        CHECK(g->id.view() == id);
    }
}

TEST_CASE("nothing is guessed") {
    auto const said = [](std::string_view name) {
        auto const none = find_gpu(name);
        REQUIRE_FALSE(none.has_value());
        return std::string(none.error().message.view());
    };
    CHECK(said("V100") ==
          "'V100' is sold in several variants; say which: v100-sxm2-16gb, v100-sxm2-32gb, "
          "v100-pcie-16gb or v100-pcie-32gb.");
    CHECK(said("RTX 4060 Ti") ==
          "'RTX 4060 Ti' is sold in several variants; the catalogue has rtx-4060-ti-16gb.");
    CHECK(said("H20 140GB").find("did you mean h20-141gb") != std::string::npos);
    CHECK(said("h200 sx").find("did you mean h200-sxm") != std::string::npos);
    CHECK(said("4091").find("did you mean rtx-4090") != std::string::npos);
    CHECK(said("RTX PRO 6000").find("rtx-pro-6000-server") != std::string::npos);
    CHECK(said("") == "the name of an accelerator is empty; write one like h200-sxm.");
    CHECK(said(" - ") == "the name of an accelerator is empty; write one like h200-sxm.");
    CHECK(said("qwertz") ==
          "no accelerator is called 'qwertz'; data/accelerators.csv lists those that are known.");
    CHECK(said("\x1b[31mH1\xff\n")
              .find("'?[31mH1?"
                    "?'") != std::string::npos); // nothing reaches a terminal raw
    CHECK(said("nvidia").find("no accelerator") == 0);
    std::string const long_name(100000, 'h');
    CHECK(said(long_name).size() < 320);
    CHECK(find_gpu("V100").error().code == errc::contradiction);
    CHECK(find_gpu("qwertz").error().code == errc::unknown_name);
    CHECK(gpus_named("A100").size() == 4); // read as one of them, and the others can be named
    CHECK(gpus_named("h200-sxm").empty());
}
