// SPDX-License-Identifier: MIT
// No layout loses a weight, a head or a layer.
#include "support/property.hpp"

#include <reckon/catalog/models.hpp>
#include <reckon/parallel.hpp>

#include <cstdint>
#include <string>

using namespace reckon;
using reckon::test::holds;

namespace {
count power_of_two(std::uint8_t n, unsigned most) { return count{1} << (n % (most + 1)); }

template <class M> void no_share_is_lost(M const& m, layout const& l) {
    RC_PRE(check(m, l).ok());
    m.groups.for_each([&](auto const& group) {
        for_each_tensor(group, m.hidden, [&](tensor const& t) {
            for (sharding_rules const& rules : {megatron_sharding, even_sharding}) {
                double const share = local_share(t, rules, l);
                RC_ASSERT(share > 0);
                RC_ASSERT(share <= 1);
                // Ranks of a layer together hold the tensor at least once.
                RC_ASSERT(share * static_cast<double>(l.layer_group()) >= 1 - 1e-12);
            }
        });
        group.attention.for_each_state([&](cached_state const& state) {
            RC_ASSERT(local_heads(state, l) * l.tensor >= state.heads);
            RC_ASSERT(local_heads(state, l) >= 1);
        });
    });
}
} // namespace

TEST_CASE("shares") {
    CHECK(holds("the ranks of a layer hold all of every tensor",
                [](std::uint8_t t, std::uint8_t d, std::uint8_t p, bool whole_experts) {
                    layout l{power_of_two(t, 6), power_of_two(p, 5), power_of_two(d, 5), 1};
                    if (whole_experts) { l.expert = l.layer_group(); }
                    no_share_is_lost(models::deepseek_r1, l);
                }));
    CHECK(holds("... also where key-value heads are few", [](std::uint8_t t, std::uint8_t p) {
        no_share_is_lost(models::qwen2_5_7b,
                         layout{.tensor = 1 + t % 28, .pipeline = power_of_two(p, 4)});
    }));
}

TEST_CASE("stages") {
    CHECK(holds("stages differ by one layer at most and the last is never the larger",
                [](std::uint8_t n, std::uint8_t s) {
                    count const layers = 1 + n;
                    count const stages = 1 + s % layers;
                    count const last = layers_of_stage(layers, stages, stages - 1).end -
                                       layers_of_stage(layers, stages, stages - 1).first;
                    count sum = 0;
                    for (count i = 0; i < stages; ++i) {
                        stage_layers const here = layers_of_stage(layers, stages, i);
                        count const size = here.end - here.first;
                        RC_ASSERT(size == layers / stages || size == layers / stages + 1);
                        RC_ASSERT(size >= last);
                        sum += size;
                    }
                    RC_ASSERT(sum == layers);
                }));
}

TEST_CASE("refusals") {
    CHECK(holds("whatever the degrees, the answer is yes or a sentence with the degree in it",
                [](count t, count p, count d, count e) {
                    for (layout const l :
                         {layout{.tensor = t}, layout{.pipeline = p}, layout{.data = d},
                          layout{.expert = e}, layout{t, p, d, e}}) {
                        layout_check const c = check(models::deepseek_r1, l);
                        if (c.ok()) { continue; }
                        std::string const said(explain(c).view());
                        RC_ASSERT(said.find(std::to_string(c.have)) != std::string::npos);
                        RC_ASSERT(said.find('~') == std::string::npos); // not cut
                    }
                }));
}
