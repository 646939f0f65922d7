// SPDX-License-Identifier: MIT
// Minimum software: AT-28, and that the header is what the table says.
#include <reckon/catalog/gpus.hpp>
#include <reckon/host/software.hpp>
#include <reckon/io/csv.hpp>
#include <reckon/io/read_file.hpp>

#include <doctest/doctest.h>

#include <iterator>
#include <string>

using namespace reckon;
using host::component;
using host::parse_version;

namespace {
host::software_check driver(char const* cuda, char const* installed) {
    return *host::check(cuda, component::driver, *parse_version(installed));
}
} // namespace

TEST_CASE("AT-28: drivers for CUDA 12.2") {
    CHECK(driver("CUDA 12.2", "535.54.03").passes);
    CHECK(driver("CUDA 12.2.1", "535.104.05").passes);
    CHECK_FALSE(driver("CUDA 12.2.2", "535.86.09").passes);
    // Too old for the toolkit's own rule, new enough for minor-version compatibility.
    CHECK_FALSE(driver("CUDA 12.2", "535.43.02").passes);
    CHECK(driver("CUDA 12", "535.43.02").passes);
    CHECK(driver("CUDA 12.2", "535.43.02").why.view() ==
          "CUDA 12.2 needs the NVIDIA driver 535.54.3 or newer, and 535.43.2 is not.");
    host::software_check const vgpu = driver("CUDA 12.2", "535.154.02");
    CHECK(vgpu.passes);
    CHECK(
        vgpu.why.view() ==
        "CUDA 12.2 needs the NVIDIA driver 535.54.3 or newer, and 535.154.2 is. 535.154.02 is the "
        "host manager of vGPU 16.3; guests have 535.154.05.");
}

TEST_CASE("AT-28: what generations need, and what they multiply") {
    auto const rocm = host::check(std::string_view(gpus::mi300x.architecture.name), component::rocm,
                                  *parse_version("5.5"));
    CHECK_FALSE(rocm->passes);
    CHECK(host::find_minimum(gpus::mi300x, component::rocm)->least == *parse_version("6.0"));
    CHECK(host::find_minimum(gpus::h100_sxm_80gb, component::cuda)->least ==
          *parse_version("11.8"));
    CHECK(host::find_minimum(gpus::h100_sxm_80gb, component::rocm) == nullptr);

    host::software_check const fp8 = host::check_operands(gpus::a100_sxm_80gb, arithmetic::fp8);
    CHECK_FALSE(fp8.passes);
    CHECK(fp8.why.view().ends_with(" does not multiply fp8: weights in it save memory, and are "
                                   "multiplied in bf16, no faster."));
    CHECK(host::check_operands(gpus::h100_sxm_80gb, arithmetic::fp8).passes);
}

TEST_CASE("what nobody recorded is refused by name") {
    CHECK(
        host::check("CUDA 9", component::driver, {}).error().message.view() ==
        "no minimum of the NVIDIA driver is recorded for CUDA 9; data/software_minimums.csv lists "
        "those that are.");
}

TEST_CASE("the header is data/software_minimums.csv") {
    auto const text = io::read_text_file(RECKON_SOURCE_DIR "/data/software_minimums.csv");
    auto const table = io::read_csv(*text);
    REQUIRE(table.has_value());
    REQUIRE(table->rows.size() == std::size(host::minimums));
    constexpr std::string_view words[] = {"cuda", "driver", "rocm", "pytorch", "nccl"};
    for (std::size_t i = 0; i < table->rows.size(); ++i) {
        auto const& f = table->rows[i].fields;
        host::minimum const& m = host::minimums[i];
        INFO("row ", table->rows[i].line);
        CHECK(m.what == f[0]);
        CHECK(words[static_cast<int>(m.of)] == f[1]);
        CHECK(m.least == *parse_version(f[2]));
        CHECK_FALSE(f[3].empty()); // a source
        CHECK(f[4] == "2026-11");
        CHECK(m.as_of == date{2026, 11, 0});
        CHECK(std::string_view("ABC")[static_cast<std::size_t>(m.grade)] == f[5][0]);
    }
}

TEST_CASE("AT-36: rows are looked up again after half a year") {
    CHECK(days_between(host::minimums[0].as_of, {2027, 4, 29}) < host::software_shelf_life_days);
    CHECK(days_between(host::minimums[0].as_of, {2027, 5, 1}) > host::software_shelf_life_days);
}
