// SPDX-License-Identifier: MIT
// What would make a launch of llama.cpp fit: each change made by hand, no farther than it has to go.
#include "support/llama_cpp_cases.hpp"
#include "support/printing.hpp"

#include <reckon/memory/llama_cpp/remedies.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace reckon;

namespace {

constexpr any_precision q8_0(gguf::q8_0);

/// `s` with the change that a remedy names, made by hand.
llama_cpp_settings changed_by(llama_cpp_remedy const& r, llama_cpp_settings s, count cells) {
    switch (r.change) {
    case llama_cpp_change::flash_attention: s.flash_attention = true; break;
    case llama_cpp_change::windows: s.full_window = false; break;
    case llama_cpp_change::sequences:
        s.sequences = r.value;
        s.outputs = std::min(s.outputs, r.value);
        if (!s.unified) { s.context = cells * r.value; } // each keeps the context that it has
        break;
    case llama_cpp_change::micro_batch: s.micro_batch = r.value; break;
    case llama_cpp_change::cache_type:
        if (s.keys == any_precision(gguf::f16)) { s.keys = q8_0; }
        if (s.values == any_precision(gguf::f16)) { s.values = q8_0; }
        break;
    case llama_cpp_change::context: s.context = r.value; break;
    case llama_cpp_change::devices: s.split = {r.value}; break;
    case llama_cpp_change::host_experts: s.host_experts = r.value; break;
    case llama_cpp_change::cache_on_host: s.cache_on_host = true; break;
    case llama_cpp_change::layers: s.gpu_layers = r.value; break;
    case llama_cpp_change::weights: break;
    }
    return s;
}
std::vector<llama_cpp_change> checked_remedies(any_model const& m, llama_cpp_settings const& s,
                                               bytes free) {
    recipe const r = any_precision(gguf::q8_0);
    recipe const narrower[] = {any_precision(gguf::q5_1), any_precision(gguf::q4_0)};
    auto const before = llama_cpp_memory_of(m, r, s);
    REQUIRE(before);
    auto const list = llama_cpp_remedies_of(m, r, free, s, narrower);
    REQUIRE(list);
    std::vector<llama_cpp_change> found;
    for (llama_cpp_remedy const& one : *list) {
        CAPTURE(std::string(flag_of(one.change)));
        CAPTURE(one.value);
        found.push_back(one.change);
        count const cells = before->extent.cells;
        bool const file = one.change == llama_cpp_change::weights;
        recipe const& stored = !file                                          ? r
                               : narrower[0].name.view() == one.format.view() ? narrower[0]
                                                                              : narrower[1];
        auto const after = llama_cpp_memory_of(m, stored, changed_by(one, s, cells));
        REQUIRE(after);
        CHECK(one.freed == before->device.total() - after->device.total());
        CHECK(one.freed > bytes{0});
        CHECK(one.host == max(bytes{0}, after->host.total() - before->host.total()));
        CHECK(one.mends == (after->device.total() <= free));
        // The widest file that is enough, or the narrowest of all.
        if (file) {
            bytes const wider = llama_cpp_memory_of(m, narrower[0], s)->device.total();
            CHECK((&stored == &narrower[0]) == (wider <= free));
        }
        if (!one.mends) { // as far as it goes
            count const most[] = {1, 64, llama_cpp_most_devices, layer_count(m)};
            if (one.change == llama_cpp_change::sequences) { CHECK(one.value == most[0]); }
            if (one.change == llama_cpp_change::micro_batch) { CHECK(one.value == most[1]); }
            if (one.change == llama_cpp_change::devices) { CHECK(one.value == most[2]); }
            if (one.change == llama_cpp_change::host_experts) { CHECK(one.value == most[3]); }
        }
        if (one.change == llama_cpp_change::context || one.change == llama_cpp_change::layers) {
            CHECK(one.value > 0);
        }
        // A step less is not enough: one device or layer of experts fewer, twice the sequences or the pass.
        llama_cpp_remedy less = one;
        bool const up =
            one.change == llama_cpp_change::devices || one.change == llama_cpp_change::host_experts;
        bool const down = one.change == llama_cpp_change::sequences ||
                          one.change == llama_cpp_change::micro_batch;
        less.value = up ? one.value - 1 : one.value * 2;
        bool const as_asked =
            one.change == llama_cpp_change::sequences && less.value == s.sequences;
        if ((up || down) && !as_asked) {
            auto const almost = llama_cpp_memory_of(m, r, changed_by(less, s, cells));
            REQUIRE(almost);
            CHECK(almost->device.total() > free);
        }
    }
    for (std::size_t i = 1; i < list->size(); ++i) { // those that mend first, then what frees more
        llama_cpp_remedy const& above = (*list)[i - 1];
        CHECK(above.mends >= (*list)[i].mends);
        if (!above.mends) { CHECK(above.freed >= (*list)[i].freed); }
    }
    std::sort(found.begin(), found.end());
    return found;
}

} // namespace

TEST_CASE("remedies do what they name, no more than is needed, and say what it frees") {
    using enum llama_cpp_change;
    using changes = std::vector<llama_cpp_change>;
    llama_cpp_settings const wasteful{.context = 16384,
                                      .sequences = 4,
                                      .unified = false,
                                      .flash_attention = false,
                                      .full_window = true,
                                      .outputs = 4,
                                      .gpu_layers = -1};
    any_model const windowed = reckon::test::small_windowed();
    recipe const r = any_precision(gguf::q8_0);
    double const needed = in_bytes(llama_cpp_memory_of(windowed, r, wasteful)->device.total());
    changes const all{flash_attention, windows, sequences,     micro_batch, cache_type,
                      context,         devices, cache_on_host, layers,      weights};
    for (double const part : {0.99, 0.8, 0.5, 0.3}) {
        CAPTURE(part);
        changes const found = checked_remedies(windowed, wasteful, bytes{needed * part});
        for (llama_cpp_change const one : found) {
            CAPTURE(std::string(flag_of(one)));
            CHECK(std::find(all.begin(), all.end(), one) != all.end());
        }
        // A quantised cache of values needs flash attention: the engine refuses it alone.
        CHECK(std::find(found.begin(), found.end(), cache_type) == found.end());
        for (llama_cpp_change const one :
             {flash_attention, windows, sequences, micro_batch, devices, cache_on_host, weights}) {
            CAPTURE(std::string(flag_of(one)));
            CHECK(std::find(found.begin(), found.end(), one) != found.end());
        }
    }
    // With flash attention, without windows that are whole, for one sequence: those are none.
    llama_cpp_settings frugal = wasteful;
    frugal.flash_attention = true;
    frugal.full_window = false;
    frugal.sequences = frugal.outputs = 1;
    double const less = in_bytes(llama_cpp_memory_of(windowed, r, frugal)->device.total());
    CHECK(checked_remedies(windowed, frugal, bytes{less * 0.97}) ==
          changes{micro_batch, cache_type, context, devices, cache_on_host, layers, weights});
    frugal.keys = frugal.values = any_precision(gguf::q4_0); // nor is a cache of 8 bit
    frugal.cache_on_host = true;
    for (llama_cpp_change const one : checked_remedies(
             windowed, frugal, llama_cpp_memory_of(windowed, r, frugal)->device.total() * 0.97)) {
        CHECK(one != cache_type);
        CHECK(one != cache_on_host);
    }
    // Experts on the host, of a mixture alone.
    any_model const experts = reckon::test::small_mixture();
    llama_cpp_settings const s{.context = 4096, .outputs = 1, .gpu_layers = -1};
    double const whole = in_bytes(llama_cpp_memory_of(experts, r, s)->device.total());
    for (double const part : {0.97, 0.8, 0.6}) {
        changes const found = checked_remedies(experts, s, bytes{whole * part});
        CHECK(std::find(found.begin(), found.end(), host_experts) != found.end());
    }
    CHECK(checked_remedies(experts, s, bytes{whole}).empty());
}

TEST_CASE("exactly what is free is enough") {
    using enum llama_cpp_change;
    using changes = std::vector<llama_cpp_change>;
    any_model const m = reckon::test::small_windowed();
    recipe const r = any_precision(gguf::q8_0);
    llama_cpp_settings const s{.context = 16384,
                               .sequences = 4,
                               .unified = false,
                               .flash_attention = false,
                               .full_window = true,
                               .outputs = 4,
                               .gpu_layers = -1};
    count const cells = llama_cpp_memory_of(m, r, s)->extent.cells;
    for (llama_cpp_remedy const& one :
         {llama_cpp_remedy{.change = flash_attention}, llama_cpp_remedy{.change = windows},
          llama_cpp_remedy{.change = sequences, .value = 2},
          llama_cpp_remedy{.change = micro_batch, .value = 128},
          llama_cpp_remedy{.change = devices, .value = 3}}) {
        CAPTURE(std::string(flag_of(one.change)));
        bytes const after = llama_cpp_memory_of(m, r, changed_by(one, s, cells))->device.total();
        changes const found = checked_remedies(m, s, after);
        CHECK(std::find(found.begin(), found.end(), one.change) != found.end());
        checked_remedies(m, s, after - bytes{1});
    }
    for (recipe const& file :
         {recipe(any_precision(gguf::q5_1)), recipe(any_precision(gguf::q4_0))}) {
        bytes const after = llama_cpp_memory_of(m, file, s)->device.total();
        changes const found = checked_remedies(m, s, after);
        CHECK(std::find(found.begin(), found.end(), weights) != found.end());
        checked_remedies(m, s, after - bytes{1});
    }
}

TEST_CASE("fewer sequences ask for fewer rows, and the last layers go alone") {
    using enum llama_cpp_change;
    any_model const m = reckon::test::small_dense();
    recipe const r = any_precision(gguf::q8_0);
    // Logits of 400 rows are most of the buffer: one sequence has one.
    llama_cpp_settings const rows{
        .context = 4096, .sequences = 2, .outputs = 400, .gpu_layers = -1};
    bytes const all = llama_cpp_memory_of(m, r, rows)->device.total();
    auto const found = checked_remedies(m, rows, all - bytes{1});
    CHECK(std::find(found.begin(), found.end(), sequences) != found.end());
    // Room for the head alone: -ngl 1.
    llama_cpp_settings const s{.context = 4096, .outputs = 1, .gpu_layers = -1};
    llama_cpp_settings head = s;
    head.gpu_layers = 1;
    bytes const free = llama_cpp_memory_of(m, r, head)->device.total();
    auto const list = llama_cpp_remedies_of(m, r, free, s);
    REQUIRE(list);
    auto const* const last =
        std::find_if(list->begin(), list->end(),
                     [](llama_cpp_remedy const& one) { return one.change == layers; });
    REQUIRE(last != list->end());
    CHECK(last->value == 1);
    CHECK(last->mends);
    // No context at all is none to offer, also where the model's own is shorter than what was asked for.
    llama_cpp_settings longer = s;
    longer.context = 65536;
    auto const none = checked_remedies(m, longer, free);
    CHECK(std::find(none.begin(), none.end(), context) == none.end());
}
