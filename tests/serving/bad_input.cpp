// SPDX-License-Identifier: MIT
// Deployments that make no sense are refused with the numbers, and nothing wraps.
#include "support/printing.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <string>

using namespace reckon;
using namespace reckon::literals;
using serving::any_deployment;
using serving::constraint;

namespace {
any_deployment r1() {
    return {.name = "r1",
            .model = models::deepseek_r1,
            .gpu = gpus::h200_sxm,
            .layout = {.tensor = 8},
            .weights = fp8_block128,
            .max_context = 32_Ktok,
            .concurrency = 16};
}
std::string said(any_deployment const& d) {
    serving::memory_report const r = memory_of(d);
    CHECK_FALSE(r.fits());
    CHECK_FALSE(fits(d));
    std::string const text(serving::explain(d, r).view());
    CHECK(text.find("nan") == std::string::npos);
    CHECK(text.find('~') == std::string::npos); // not cut
    return text;
}
constexpr count huge = std::numeric_limits<count>::max();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
} // namespace

TEST_CASE("a context above the model's maximum") {
    any_deployment d = r1();
    d.max_context = 163841_tok;
    CHECK(memory_of(d).broken == constraint::context);
    CHECK(said(d) == "r1: a context of 163,841 tokens is above the model's maximum of 163,840");
    d.max_context = 163840_tok;
    CHECK(memory_of(d).broken != constraint::context);
    d.max_context = tokens{1e30};
    CHECK(said(d).find(">9e15 tokens is above the model's maximum of 163,840") !=
          std::string::npos);
    d.max_context = tokens{infinity};
    CHECK(memory_of(d).broken == constraint::context);
    CHECK(said(d).find("infinity") != std::string::npos);
}

TEST_CASE("an empty load") {
    for (double const context : {0.0, -1.0, 0.5, -infinity, not_a_number}) {
        CAPTURE(context);
        any_deployment d = r1();
        d.max_context = tokens{context};
        CHECK(memory_of(d).broken == constraint::load);
        CHECK(said(d).find("r1: context and concurrency must be at least 1 (context is ") == 0);
    }
    for (count const requests : {count{0}, count{-1}, std::numeric_limits<count>::min()}) {
        CAPTURE(requests);
        any_deployment d = r1();
        d.concurrency = requests;
        CHECK(memory_of(d).broken == constraint::load);
        CHECK(said(d).find("it must be at least 1") != std::string::npos);
    }
    any_deployment d = r1();
    d.concurrency = 0;
    CHECK(said(d) == "r1: the concurrency is 0 requests; it must be at least 1");
}

TEST_CASE("zero devices") {
    any_deployment d = r1();
    d.layout.tensor = 0;
    CHECK(memory_of(d).broken == constraint::layout);
    CHECK(said(d) == "r1: a degree of parallelism is 0; it must be at least 1");
}

TEST_CASE("layouts that do not divide") {
    any_deployment d = r1();
    d.layout.tensor = 6;
    CHECK(said(d) == "r1: tensor parallelism 6 does not divide 128 attention heads; the nearest "
                     "that do are 4 and 8");
    d.layout = {.pipeline = 100};
    CHECK(said(d) == "r1: pipeline parallelism 100 is more than the model's 61 layers");
}

TEST_CASE("counts near 2^63 are refused with what they need, and do not wrap") {
    any_deployment d = r1();
    d.concurrency = huge;
    serving::memory_report const r = memory_of(d);
    CHECK(r.broken != constraint::none);
    CHECK(r.kv_cache > bytes{1e28}); // 9.2e18 requests of 2.3 GB
    CHECK(r.needed() > r.budget);
    CHECK(said(d).find("-") == said(d).find("-GB")); // no negative number anywhere
    d.layout = {.tensor = huge};
    CHECK(said(d).find("9223372036854775807") != std::string::npos);
    d.layout = {.tensor = 8};
    d.concurrency = huge - 1;
    d.layout = {.tensor = 1, .data = 8, .expert = 8};
    CHECK(memory_of(d).kv_cache > bytes{1e27});
    d.model.hidden = huge; // a damaged file that skipped the check of models
    CHECK(memory_of(d).needed() > bytes{1e18});
    CHECK_FALSE(fits(d));
}

TEST_CASE("a model that saturates does not fit either") {
    any_deployment d = r1();
    d.model.vocabulary = huge;
    CHECK(memory_of(d).broken == constraint::weights);
    CHECK(memory_of(d).weights >= bytes{1e18});
}

TEST_CASE("a speed of what nobody measured is unknown, not zero or infinite") {
    any_deployment d = r1();
    d.gpu.bandwidth = unknown;
    serving::speed_report const s = speed_of(d);
    CHECK_FALSE(s.known);
    CHECK(s.time_per_token.value == 0_s);
}
