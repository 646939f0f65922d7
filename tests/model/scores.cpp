// SPDX-License-Identifier: MIT
// Products with the state, and what experts work in, by the shapes of published families.
#include <reckon/model/attention/state_space.hpp>
#include <reckon/model/feed_forward.hpp>

#include <doctest/doctest.h>

using namespace reckon;

TEST_CASE("a selective state space multiplies each channel's state three times a token") {
    mamba const m{.inner = 5120, .state = 16, .time_rank = 160, .taps = 4};
    count found = 0;
    m.for_each_score(phase::decode, [&](score_work const& work) {
        ++found;
        CHECK(work.heads * (work.score_width + work.value_width) == 5120 * 3 * 16);
        // However long the context, a query sees one state.
        CHECK(work.seen(context_span{1000}) == 1);
        CHECK(work.seen(context_span{100000}) == 1);
    });
    CHECK(found == 1);
}

TEST_CASE("experts work in the hidden width, or in that of their latent") {
    auto const columns_of_gate = [](moe const& block) {
        count columns = 0;
        block.for_each_tensor(512, [&](tensor const& t) {
            if (t.role == tensor_role::expert_gate) { columns = t.cols; }
        });
        return columns;
    };
    moe block{.routed = 8, .per_token = 2, .intermediate = 64};
    CHECK(columns_of_gate(block) == 512);
    block.latent = 128;
    CHECK(columns_of_gate(block) == 128);
    block.latent = 1;
    CHECK(columns_of_gate(block) == 1);
}
