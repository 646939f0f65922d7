// SPDX-License-Identifier: MIT
// What llama.cpp changes of a launch by itself: no more than it may, no more than it needs, and enough.
#include "support/property.hpp"

#include <reckon/catalog/models.hpp>
#include <reckon/memory/llama_cpp/adapt.hpp>

#include <doctest/doctest.h>

using namespace reckon;
using test::holds;

namespace {

constexpr recipe q8 = recipe(any_precision(gguf::q8_0));

bytes needed(any_model const& m, llama_cpp_settings const& s) {
    return llama_cpp_memory_of(m, q8, s).value().device.total();
}

} // namespace

TEST_CASE("a context that nobody asked for") {
    CHECK(holds("becomes the longest that leaves the margin, in the engine's steps", [] {
        any_model const m = models::llama_3_1_8b;
        llama_cpp_settings s{};
        s.gpu_layers = layer_count(m) + 1;
        s.context = longest_context(m);
        llama_cpp_latitude const may{.layers = false};
        llama_cpp_settings least = s;
        least.context = may.least_context;
        bytes const low = needed(m, least) + may.margin;
        bytes const high = needed(m, s) + may.margin;
        double const share = *rc::gen::inRange(5, 96) * 0.01;
        bytes const free = low + (high - low) * share;
        llama_cpp_settings const got = llama_cpp_adapted(m, q8, free, s, may).value();
        RC_ASSERT(got.context >= may.least_context);
        RC_ASSERT(got.context < s.context);
        RC_ASSERT(got.context % llama_cpp_cell_step == 0);
        RC_ASSERT(got.gpu_layers == s.gpu_layers);
        // Bytes are a line in the context but for what is rounded: it fits, and is within 5 % of the longest.
        RC_ASSERT(needed(m, got) + may.margin <= free * 1.001);
        llama_cpp_settings longer = got;
        longer.context = got.context + got.context / 20 + 2 * llama_cpp_cell_step;
        RC_ASSERT(needed(m, longer) + may.margin > free);
    }));
}

TEST_CASE("layers that nobody placed") {
    CHECK(holds("go to the device as far as they fit, and one more would not", [] {
        any_model const m =
            *rc::gen::element<any_model>(models::llama_3_1_8b, models::qwen3_30b_a3b);
        llama_cpp_settings s{};
        s.gpu_layers = layer_count(m) + 1;
        s.context = 8192;
        llama_cpp_latitude const may{.context = false};
        bytes const all = needed(m, s) + may.margin;
        bytes const free = all * (*rc::gen::inRange(30, 99) * 0.01);
        llama_cpp_settings const got = llama_cpp_adapted(m, q8, free, s, may).value();
        RC_ASSERT(got.context == s.context);
        if (got.idle_device) {
            RC_ASSERT(got.gpu_layers == 0);
            return;
        }
        RC_ASSERT(needed(m, got) + may.margin <= free);
        llama_cpp_settings more = got;
        if (got.host_experts > 0) {
            more.host_experts -= 1;
        } else {
            more.gpu_layers += 1;
        }
        RC_ASSERT(needed(m, more) + may.margin > free);
    }));
}

TEST_CASE("what fits is left alone, and what cannot fit leaves the device idle") {
    any_model const m = models::llama_3_1_8b;
    llama_cpp_settings s{};
    s.gpu_layers = layer_count(m) + 1;
    s.context = 8192;
    llama_cpp_latitude const may{};
    CHECK(llama_cpp_adapted(m, q8, gigabytes(80), s, may).value() == s);
    CHECK(llama_cpp_adapted(m, q8, gigabytes(1), s, {.adapts = false}).value() == s);
    llama_cpp_settings const none = llama_cpp_adapted(m, q8, mebibytes(1100), s, may).value();
    CHECK(none.idle_device);
    CHECK(none.gpu_layers == 0);
    CHECK(none.host_experts == 0);
    s.context = 0;
    llama_cpp_settings const experts =
        llama_cpp_adapted(models::qwen3_30b_a3b, q8, mebibytes(1100), s, {.context = false})
            .value();
    CHECK(experts.idle_device);
    CHECK(experts.gpu_layers == 0);
    CHECK(experts.host_experts == 0);
    // A model whose own context is no longer than the least keeps it.
    for (double const own : {2048.0, 4096.0}) {
        any_model brief = m;
        brief.max_context = tokens{own};
        CHECK(llama_cpp_adapted(brief, q8, gigabytes(6), s, may).value().context == 0);
    }
    s.context = 8192;
    // It may place nothing: the least context is all that it can do.
    llama_cpp_settings long_one = s;
    long_one.context = longest_context(m);
    CHECK(llama_cpp_adapted(m, q8, gigabytes(2), long_one, {.layers = false}).value().context ==
          4096);
}

TEST_CASE(
    "one device keeps its placement with a shorter context, and exactly a GiB is the margin") {
    any_model const m = models::llama_3_1_8b;
    llama_cpp_settings s{};
    s.gpu_layers = -1;
    s.context = longest_context(m);
    bytes const enough = needed(m, s) + gibibytes(1);
    CHECK(llama_cpp_adapted(m, q8, enough, s, {}).value() == s);
    llama_cpp_settings const less = llama_cpp_adapted(m, q8, enough - bytes{1}, s, {}).value();
    CHECK(less.context < s.context);
    CHECK(less.gpu_layers == -1);
    // Nothing on the device is nothing to move, even where less than the margin is free.
    s.gpu_layers = 0;
    CHECK(llama_cpp_adapted(m, q8, mebibytes(100), s, {.context = false}).value() == s);
}

TEST_CASE("exactly the layers that fit: all but one, and the head alone") {
    llama_cpp_latitude const placement{.context = false};
    auto const adapted = [&](any_model const& m, llama_cpp_settings const& s,
                             llama_cpp_settings const& fitting) {
        return llama_cpp_adapted(m, q8, needed(m, fitting) + gibibytes(1), s, placement).value();
    };
    auto const placed = [](llama_cpp_settings s, count layers, count host_experts = 0) {
        s.gpu_layers = layers;
        s.host_experts = host_experts;
        return s;
    };
    llama_cpp_settings s{};
    s.gpu_layers = -1;
    s.context = 8192;
    s.outputs = 1;
    any_model const dense = models::llama_3_1_8b;
    for (count const layers : {32, 17, 1}) {
        CAPTURE(layers);
        CHECK(adapted(dense, s, placed(s, layers)) == placed(s, layers));
    }
    any_model const mixture = models::qwen3_30b_a3b;
    for (count const kept : {1, 30, 48}) {
        CAPTURE(kept);
        CHECK(adapted(mixture, s, placed(s, 49, kept)) == placed(s, 49, kept));
    }
    for (count const layers : {48, 17, 1}) {
        CAPTURE(layers);
        CHECK(adapted(mixture, s, placed(s, layers, 48)) == placed(s, layers, 48));
    }
}

TEST_CASE("several devices: the context goes by all of them together, then layers by each") {
    for (any_model const& m : {any_model(models::llama_3_1_8b), any_model(models::qwen3_30b_a3b)}) {
        count const all = layer_count(m) + 1;
        llama_cpp_settings s{};
        s.gpu_layers = all;
        s.context = longest_context(m);
        s.outputs = 1;
        s.split.devices = 2;
        auto const asked = llama_cpp_memory_of(m, q8, s).value();
        bytes const sum = asked.devices[0].total() + asked.devices[1].total();
        REQUIRE(asked.devices[0].total() > asked.devices[1].total());
        // Together they have exactly enough: the context stays, and layers leave the fuller one.
        llama_cpp_settings const equal =
            llama_cpp_adapted(m, q8, sum / 2 + gibibytes(1), s, {}).value();
        CHECK(equal.context == s.context);
        CHECK(!(equal == s));
        bytes const more = sum / 2 + mebibytes(1);
        REQUIRE(asked.devices[0].total() > more);
        CHECK(llama_cpp_adapted(m, q8, more + gibibytes(1), s, {}).value().context == s.context);
        // With half of what they lack the context is shorter, and every device keeps the margin.
        llama_cpp_settings least = s;
        least.context = 4096;
        bytes const room = (needed(m, least) + needed(m, s)) / 2;
        llama_cpp_settings const got = llama_cpp_adapted(m, q8, room + gibibytes(1), s, {}).value();
        CHECK(got.context < s.context);
        CHECK(got.context > 4096);
        CHECK(needed(m, got) <= room);
        CHECK(got.gpu_layers > 0);
    }
}
