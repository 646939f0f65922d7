// SPDX-License-Identifier: MIT
// The same law for both worlds, in any setting: layouts, formats, caches, contexts and loads at random,
// for every catalogue model as a type, as a run-time value, and as its config.json says it.
#include "support/catalogue_configs.hpp"
#include "support/every_law.hpp"
#include "support/property.hpp"

#include <reckon/catalog/find_model.hpp>
#include <reckon/io/hugging_face.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace reckon;
using reckon::test::difference_from_type;
using reckon::test::first_difference;
using reckon::test::holds;
using reckon::test::setting;

namespace {

setting any_setting() {
    setting s{};
    s.ranks.tensor = *rc::gen::element<count>(1, 2, 3, 4, 8, 16);
    s.ranks.pipeline = *rc::gen::inRange<count>(1, 6);
    s.ranks.data = *rc::gen::element<count>(1, 1, 2, 8);
    s.ranks.expert = *rc::gen::element<count>(1, s.ranks.layer_group());
    s.weights = *rc::gen::element(recipe(bf16), recipe(fp32), recipe(fp8_block128), recipe(nvfp4),
                                  recipe(int4_g128), recipe(nf4_double), experts_in(mxfp4, bf16));
    s.cache = *rc::gen::element(cache_recipe(bf16), cache_recipe(fp8), cache_recipe(fp32));
    s.context = tokens{static_cast<double>(*rc::gen::inRange<count>(1, 2'000'000))};
    s.block = *rc::gen::element<count>(1, 16, 64, 256);
    s.requests = *rc::gen::inRange<count>(1, 500);
    return s;
}

/// Groups in the order of their first layers. A file need not name them in the catalogue's order, and where shares
/// are rounded the order of a sum shows in its last bit.
any_model in_order(any_model m) {
    auto const first = [](any_layers const& group) {
        count i = 0;
        while (i < layer_set::capacity && !group.at.contains(i)) {
            ++i;
        }
        return i;
    };
    std::sort(m.groups.list.begin(), m.groups.list.end(),
              [&](any_layers const& a, any_layers const& b) { return first(a) < first(b); });
    return m;
}

struct described {
    any_model known;
    any_model read;
};
std::vector<described> const& from_files() {
    static std::vector<described> const all = [] {
        std::vector<described> models;
        for (auto const& one : reckon::test::catalogue_configs()) {
            if (one.text.empty()) { continue; }
            auto const read = io::parse_hugging_face(one.text, one.id);
            if (!read) { continue; } // same_law.cpp says which
            any_model known = one.as_far_as_said(*find_model(one.id));
            if (one.leaves_out("context")) { known.max_context = read->max_context; }
            models.push_back({in_order(known), in_order(*read)});
        }
        return models;
    }();
    return all;
}

} // namespace

TEST_CASE("a type and a value of the same model, in any setting") {
    CHECK(holds("every law is bit-equal", [] {
        setting const s = any_setting();
        auto const chosen = *rc::gen::inRange<std::size_t>(0, catalog::model_count);
        std::string const found(difference_from_type(chosen, catalog::model(chosen), s));
        if (!found.empty()) { RC_FAIL(std::string(catalog::model_ids[chosen]) + ": " + found); }
    }));
}

TEST_CASE("the catalogue's model and the one of its file, in any setting") {
    REQUIRE(from_files().size() > 180);
    CHECK(holds("every law is bit-equal", [] {
        setting const s = any_setting();
        described const& d = from_files()[*rc::gen::inRange<std::size_t>(0, from_files().size())];
        std::string const found(first_difference(d.known, d.read, s));
        if (!found.empty()) { RC_FAIL(std::string(d.known.name.view()) + ": " + found); }
    }));
}
