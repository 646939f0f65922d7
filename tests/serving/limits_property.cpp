// SPDX-License-Identifier: MIT
// The limits are sharp: what they answer fits, one more does not.
#include "support/printing.hpp"
#include "support/random_deployment.hpp"

#include <reckon/units.hpp>

using namespace reckon;
using reckon::test::holds;
using reckon::test::random_deployment;
using serving::any_deployment;
using serving::constraint;

TEST_CASE("limits") {
    CHECK(holds("one token more than the largest context does not fit", [] {
        any_deployment d = random_deployment();
        tokens const most = largest_context(d);
        if (most >= tokens{1}) {
            d.max_context = most;
            RC_ASSERT(fits(d));
        }
        d.max_context = most + tokens{1};
        RC_ASSERT(!fits(d));
    }));
    CHECK(holds("one request more than the largest concurrency does not fit", [] {
        any_deployment d = random_deployment();
        count const most = largest_concurrency(d);
        if (most >= 1) {
            d.concurrency = most;
            RC_ASSERT(fits(d));
        }
        d.concurrency = most + 1;
        RC_ASSERT(!fits(d));
    }));
    CHECK(holds("no layout of fewer devices fits", [] {
        any_deployment d = random_deployment();
        serving::found_layout const found = fewest_gpus(d, 8);
        if (!found) {
            RC_ASSERT(d.layout.devices() > 8 || d.layout.layer_group() > widest_layer(d.gpu) ||
                      !fits(d));
            return;
        }
        if (fits(d) && d.layout.layer_group() <= widest_layer(d.gpu)) {
            RC_ASSERT(found.spread.devices() <= d.layout.devices());
        }
        d.layout = found.spread;
        RC_ASSERT(fits(d));
    }));
}

TEST_CASE("remedies") {
    recipe const narrower[] = {fp8_block128, int4_g128};
    CHECK(holds("free what they say, and mend where they say so", [&] {
        any_deployment const d = random_deployment();
        serving::refusal_report const why = why_not(d, narrower, 64);
        RC_ASSERT(why.memory.needed() == memory_of(d).needed());
        if (fits(d)) { RC_ASSERT(why.remedies.empty()); }
        bool mended = true;
        for (serving::remedy const& r : why.remedies) {
            RC_ASSERT(r.freed > bytes{0} || r.mends);
            RC_ASSERT(mended || !r.mends); // those that mend come first
            mended = r.mends;
        }
    }));
    CHECK(holds("a shorter context and fewer requests are as long and as many as can be", [&] {
        any_deployment const d = random_deployment();
        for (serving::remedy const& r : why_not(d, narrower, 64).remedies) {
            any_deployment changed = d;
            if (r.kind == serving::remedy_kind::less_context) {
                changed.max_context = tokens{r.value};
                RC_ASSERT(fits(changed));
                changed.max_context = tokens{r.value + 1};
                RC_ASSERT(!fits(changed));
            }
            if (r.kind == serving::remedy_kind::fewer_requests) {
                changed.concurrency = static_cast<count>(r.value);
                RC_ASSERT(fits(changed));
                ++changed.concurrency;
                RC_ASSERT(!fits(changed));
            }
        }
    }));
}
