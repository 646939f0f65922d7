// SPDX-License-Identifier: MIT
// Instances of a divided accelerator, by the names that NVIDIA gives them.
#include "support/near.hpp"
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/gpu/mig.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace reckon;

static_assert(mig_slice(gpus::h100_sxm_80gb, "3g.40gb")->memory.value() == bytes{40e9});

TEST_CASE("profiles as the user guide lists them") {
    auto const has = [](auto const& g, std::initializer_list<std::string_view> names) {
        for (std::string_view const name : names) {
            CAPTURE(name);
            CHECK(mig_slice(g, name).has_value());
        }
    };
    has(gpus::a100_sxm_40gb, {"1g.5gb", "1g.10gb", "2g.10gb", "3g.20gb", "4g.20gb", "7g.40gb"});
    has(gpus::h100_sxm_80gb, {"1g.10gb", "1g.20gb", "2g.20gb", "3g.40gb", "4g.40gb", "7g.80gb"});
    has(gpus::h200_sxm, {"1g.18gb", "1g.35gb", "2g.35gb", "3g.71gb", "4g.71gb", "7g.141gb"});
}

TEST_CASE("compute goes by sevenths, memory by eighths") {
    any_gpu const part = *mig_slice(gpus::h100_sxm_80gb, "3g.40gb");
    any_gpu const whole = gpus::h100_sxm_80gb;
    CHECK(part.memory.value() == whole.memory.value() / 2);
    CHECK(part.memory_usable.value() == whole.memory_usable.value() / 2);
    CHECK(part.memory_usable.source == provenance::assumed);
    CHECK(part.bandwidth.value() == whole.bandwidth.value() / 2);
    CHECK(test::near(part.peak[arithmetic::bf16].value(),
                     whole.peak[arithmetic::bf16].value() * (3.0 / 7)));
    CHECK_FALSE(part.link.each_way.known()); // instances do not reach each other
    CHECK(whole.compute_units.known());
    CHECK_FALSE(part.compute_units.known()); // no round share of 132
    CHECK(part.name.view() == "H100 SXM 80GB 3g.40gb");
    CHECK_FALSE(mig_slice(part, "1g.10gb").has_value()); // not divided again
}

TEST_CASE("what is not divided so is refused by name") {
    auto const said = [](auto const& g, std::string_view profile) {
        return std::string(mig_slice(g, profile).error().message.view());
    };
    CHECK(
        said(gpus::h100_sxm_80gb, "3g.20gb") ==
        "H100 SXM 80GB has no instance '3g.20gb'; choose from 1g.10gb, 1g.20gb, 2g.20gb, 3g.40gb, "
        "4g.40gb, 7g.80gb.");
    CHECK(said(gpus::rtx_4090, "1g.3gb") ==
          "RTX 4090 24GB is not divided into instances; name a whole device.");
    CHECK(mig_slice(gpus::mi300x, "1g.24gb").error().code == errc::unsupported);
    any_gpu g = gpus::h100_sxm_80gb;
    g.memory = unknown;
    CHECK(mig_slice(g, "1g.10gb").error().code == errc::unknown_figure);
}
