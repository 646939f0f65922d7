// SPDX-License-Identifier: MIT
// What "fits" means, on random deployments: the edge is sharp, more is never less, and no rank is
// fuller than the one that was reported.
#include "support/printing.hpp"
#include "support/property.hpp"
#include "support/random_deployment.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving.hpp>
#include <reckon/serving/prepared.hpp>
#include <reckon/units.hpp>

#include <algorithm>
#include <array>
#include <cstdint>

using namespace reckon;
using reckon::test::below;
using reckon::test::holds;
using reckon::test::one_of;
using reckon::test::random_deployment;
using serving::any_deployment;
using serving::constraint;

namespace {
/// The tokens of one block.
tokens block(any_deployment const& d) { return tokens{static_cast<double>(d.engine.block_tokens)}; }
} // namespace

TEST_CASE("a prepared deployment") {
    CHECK(holds("answers every load as if it were asked alone, to the last bit", [] {
        any_deployment d = random_deployment();
        d.layout.redundant_experts = below(3) - 1; // some that no layout takes
        serving::prepared const ready(d);
        for (int load = 0; load < 3; ++load) {
            d.max_context = tokens{static_cast<double>(below(200000))};
            d.concurrency = below(400);
            d.request = {tokens{static_cast<double>(below(3000))},
                         tokens{static_cast<double>(below(2) * below(700))}};
            RC_ASSERT(ready.estimate_of(d.max_context, d.concurrency, d.request) == estimate_of(d));
            RC_ASSERT(ready.memory_of(d.max_context, d.concurrency) == memory_of(d));
        }
    }));
}

TEST_CASE("another number of requests") {
    CHECK(holds("is the same rank with more or less cache", [] {
        any_deployment d = random_deployment();
        d.layout.pipeline = 1;
        serving::memory_report const before = memory_of(d);
        RC_PRE(before.capacity > bytes{0});
        d.concurrency = 1 + below(10000);
        serving::memory_report const asked = memory_of(d);
        serving::memory_report const changed =
            serving::with_requests(before, serving::settled(d.engine, d.model, d.gpu, d.layout),
                                   d.max_context, d.requests_per_group());
        RC_ASSERT(changed.broken == asked.broken);
        RC_ASSERT(changed.needed() == asked.needed());
        RC_ASSERT(changed.cache_tokens == asked.cache_tokens);
        RC_ASSERT(changed.tokens_needed == asked.tokens_needed);
        RC_ASSERT(changed.budget == asked.budget);
    }));
}

TEST_CASE("the edge") {
    CHECK(holds("the most requests that fit are the most: one more for each group does not", [] {
        any_deployment d = random_deployment();
        d.concurrency = d.layout.data;
        RC_PRE(fits(d));
        count good = d.concurrency;
        count bad = good;
        do {
            bad *= 2;
            d.concurrency = bad;
        } while (fits(d) && bad < count{1} << 40);
        RC_PRE(!fits(d)); // a cache of fixed size and no sampler never ends
        while (bad - good > 1) {
            count const middle = good + (bad - good) / 2;
            d.concurrency = middle;
            (fits(d) ? good : bad) = middle;
        }
        d.concurrency = good;
        RC_ASSERT(memory_of(d).needed() <= memory_of(d).budget);
        // Groups carry whole requests, so the edge is a multiple of the groups.
        RC_ASSERT(good % d.layout.data == 0);
        d.concurrency = good + 1;
        serving::memory_report const over = memory_of(d);
        RC_ASSERT(over.needed() > over.budget);
        RC_ASSERT(over.broken == constraint::cache || over.broken == constraint::runtime);
    }));
    CHECK(holds("the longest context that fits is the longest: one block more does not", [] {
        any_deployment d = random_deployment();
        d.model.max_context = unknown;
        d.max_context = block(d);
        RC_PRE(fits(d));
        count good = 1;
        count bad = 1;
        auto const at = [&](count blocks) {
            d.max_context = block(d) * static_cast<double>(blocks);
            return fits(d);
        };
        do {
            bad *= 2;
        } while (at(bad) && bad < count{1} << 40);
        RC_PRE(!at(bad)); // windows everywhere never end
        while (bad - good > 1) {
            count const middle = good + (bad - good) / 2;
            (at(middle) ? good : bad) = middle;
        }
        RC_ASSERT(at(good));
        RC_ASSERT(!at(good + 1));
        // One token above the edge opens a block and is as bad as a whole one.
        at(good);
        d.max_context += tokens{1};
        RC_ASSERT(!fits(d));
    }));
}

TEST_CASE("the tokens that are said to fit") {
    CHECK(holds("fit, if the load's whole blocks of them are no more", [] {
        any_deployment d = random_deployment();
        serving::memory_report const r = memory_of(d);
        RC_PRE(r.broken == constraint::none || r.broken == constraint::cache);
        RC_PRE(r.cache_per_token > bytes_per_token{}); // else they are not what limits
        RC_ASSERT(r.fits() == (r.tokens_needed <= r.cache_tokens));
    }));
}

TEST_CASE("monotony") {
    CHECK(holds("a longer context or another request never needs less", [] {
        any_deployment d = random_deployment();
        d.model.max_context = unknown;
        bytes const now = memory_of(d).needed();
        any_deployment more = d;
        more.concurrency += below(100);
        RC_ASSERT(memory_of(more).needed() >= now);
        more = d;
        more.max_context += tokens{static_cast<double>(below(100000))};
        RC_ASSERT(memory_of(more).needed() >= now);
    }));
    CHECK(holds("a larger device never fits less", [] {
        any_deployment d = random_deployment();
        any_deployment larger = d;
        larger.gpu.memory = bytes{d.gpu.memory.value() * 1.5};
        larger.gpu.memory_usable = bytes{memory_of(d).capacity * 1.5};
        RC_ASSERT(fits(larger) || !fits(d));
        RC_ASSERT(memory_of(larger).needed() == memory_of(d).needed());
    }));
}

TEST_CASE("the fullest stage") {
    CHECK(holds("no stage needs more than the reported one", [] {
        any_deployment const d = random_deployment();
        serving::memory_report const r = memory_of(d);
        for (count s = 0; s < d.layout.pipeline; ++s) {
            RC_ASSERT(memory_of_stage(d, s).needed() <= r.needed() * (1 + 1e-12));
        }
        RC_ASSERT(memory_of_stage(d, r.fullest_stage).needed() == r.needed());
    }));
}
