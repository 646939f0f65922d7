// SPDX-License-Identifier: MIT
// Pieces of prompts of any size beside steps of any batch, on deployments at random.
#include "support/printing.hpp"
#include "support/random_deployment.hpp"

#include <reckon/serving/mixed_step.hpp>
#include <reckon/units.hpp>

#include <algorithm>

using namespace reckon;
using reckon::test::below;
using reckon::test::holds;
using serving::mixed_step;

namespace {

constexpr double slack = 1 - 1e-9; // sums in another order

/// A deployment that is decoding, with all that a piece needs to know of it.
struct busy {
    serving::any_deployment d{};
    calibration c{};
    weight_bytes w{};
    serving::load_passes p{};
    [[nodiscard]] mixed_step with(double piece) const {
        return serving::mixed_step_of(p, d.model, d.kv_cache, d.layout, d.engine, d.request, w,
                                      tokens{piece}, c);
    }
};
busy random_busy() {
    busy b{.d = reckon::test::random_deployment()};
    count const half = static_cast<count>(
        std::min(4096.0, in_tokens(b.d.model.max_context.value_or(tokens{4096})) / 2));
    b.d.request = {tokens{static_cast<double>(1 + below(half))},
                   tokens{static_cast<double>(1 + below(half))}};
    b.c = calibration_for(b.d.gpu, b.d.engine);
    b.w = serving::weights_of_all_stages(b.d.model, b.d.weights, b.d.layout, b.d.engine);
    auto const p =
        serving::passes_of(b.d.model, b.d.gpu, b.d.weights, b.d.kv_cache, b.d.layout, b.d.engine,
                           b.d.request, static_cast<double>(b.d.concurrency), b.w);
    RC_PRE(p.known());
    b.p = p.value();
    return b;
}
double random_piece() { return static_cast<double>(1 + below(8192)); }

} // namespace

TEST_CASE("a piece in a step") {
    CHECK(holds("costs time, and none where there is no piece", [] {
        busy const b = random_busy();
        mixed_step const none = b.with(0);
        RC_ASSERT(none.time == time_of(b.p.step, b.p.rates, b.c, b.c.decode_matmul));
        RC_ASSERT(none.stall == seconds{});
        RC_ASSERT(none.filled == token_rate{});
        mixed_step const some = b.with(random_piece());
        RC_ASSERT(some.step == none.step);
        RC_ASSERT(some.stall >= some.step * (slack - 1));
        RC_ASSERT(some.time.total >= some.time.bound * slack);
    }));
    CHECK(holds("fills what it carries: its tokens in the time of the pass", [] {
        busy const b = random_busy();
        double const piece = random_piece();
        mixed_step const s = b.with(piece);
        double const filled = in_tokens(s.filled * s.time.total);
        RC_ASSERT(filled >= piece * slack);
        RC_ASSERT(filled * slack <= piece);
    }));
    CHECK(holds("takes longer, the larger it is", [] {
        busy const b = random_busy();
        double const piece = random_piece();
        mixed_step const small = b.with(piece);
        mixed_step const large = b.with(piece + random_piece());
        RC_ASSERT(large.time.total >= small.time.total * slack);
        RC_ASSERT(large.time.weights >= small.time.weights * slack);
    }));
    CHECK(holds("reads the weights once for both: not more than a step and a piece apart", [] {
        busy const b = random_busy();
        double const piece = random_piece();
        seconds const together = b.with(piece).time.weights;
        busy alone = b; // who decodes nothing still reads the weights for its piece
        alone.p.step = {};
        RC_ASSERT(together <=
                  (b.with(0).time.weights + alone.with(piece).time.weights) * (2 - slack));
    }));
}

TEST_CASE("the largest piece within a limit") {
    CHECK(holds("keeps it, and one token more does not", [] {
        busy const b = random_busy();
        count const most = 1 + below(8192);
        seconds const limit = b.with(0).step * (static_cast<double>(below(400)) / 100);
        tokens const n = serving::largest_piece(b.p, b.d.model, b.d.kv_cache, b.d.layout,
                                                b.d.engine, b.d.request, b.w, limit, most, b.c);
        RC_ASSERT(in_tokens(n) <= static_cast<double>(most));
        if (n > tokens{0}) { RC_ASSERT(b.with(in_tokens(n)).time.total <= limit); }
        if (in_tokens(n) < static_cast<double>(most)) {
            RC_ASSERT(b.with(in_tokens(n) + 1).time.total > limit);
        }
    }));
}
