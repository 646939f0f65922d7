// SPDX-License-Identifier: MIT
// The work of a pass: passes add, layers add, and ranks together do all of it.
#include "support/near.hpp"
#include "support/property.hpp"

#include <reckon/catalog/models.hpp>
#include <reckon/flops/forward.hpp>
#include <reckon/parallel.hpp>

#include <algorithm>

using namespace reckon;
using reckon::test::holds;

namespace {

any_model const models_to_try[] = {models::deepseek_r1, models::llama_3_1_8b, models::qwen3_30b_a3b,
                                   models::gemma_3_12b, models::gpt_2_xl};

double some(int low, int high, double step = 1) { return *rc::gen::inRange(low, high) * step; }
any_model const& some_model() { return models_to_try[*rc::gen::inRange(0, 5)]; }
template <class A, class B> bool same(A a, B b) {
    return static_cast<bool>(reckon::test::near(a, b, reckon::test::within(1e-9)));
}
pass some_pass() {
    pass p{};
    p.tokens = some(0, 10000);
    p.expert_tokens = p.tokens;
    p.logit_rows = some(0, 100);
    p.context = {0, some(1, 100000)};
    p.when = some(0, 2) < 1 ? phase::prefill : phase::decode;
    return p;
}

} // namespace

TEST_CASE("passes") {
    CHECK(
        holds("over the same context, the work of two is that of one with the tokens of both", [] {
            any_model const& m = some_model();
            pass const a = some_pass();
            pass b = some_pass();
            b.context = a.context;
            b.when = a.when;
            pass both = a;
            both.tokens += b.tokens;
            both.expert_tokens += b.expert_tokens;
            both.logit_rows += b.logit_rows;
            forward_work const x = forward_flops(m, a);
            forward_work const y = forward_flops(m, b);
            forward_work const z = forward_flops(m, both);
            RC_ASSERT(same(z.linear, x.linear + y.linear));
            RC_ASSERT(same(z.experts, x.experts + y.experts));
            RC_ASSERT(same(z.head, x.head + y.head));
            RC_ASSERT(same(z.scores, x.scores + y.scores));
            RC_ASSERT(same(z.moved, x.moved + y.moved));
            RC_ASSERT(same(z.total(), x.total() + y.total()));
        }));
    CHECK(holds("a longer context never has fewer scores, and changes nothing else", [] {
        any_model const& m = some_model();
        pass const a = some_pass();
        pass longer = a;
        longer.context.to = a.context.to + some(0, 100000);
        RC_ASSERT(forward_flops(m, longer).scores >= forward_flops(m, a).scores);
        RC_ASSERT(forward_flops(m, longer).linear == forward_flops(m, a).linear);
        RC_ASSERT(forward_flops(m, longer).moved == forward_flops(m, a).moved);
    }));
}

TEST_CASE("layers") {
    CHECK(holds("each layer adds the same work, whatever there were before", [] {
        any_model m = models::llama_3_1_8b;
        pass const p = some_pass();
        auto const with = [&](count layers) {
            m.groups.list[0].at = layer_set::range(0, layers);
            return forward_flops(m, p).total();
        };
        count const n = *rc::gen::inRange<count>(1, 60);
        flops const one = with(2) - with(1);
        RC_ASSERT(same(with(n + 1), with(1) + one * static_cast<double>(n)));
    }));
}

TEST_CASE("ranks") {
    CHECK(
        holds("of a layer together do all of the products, and none does more than the whole", [] {
            any_model const& m = some_model();
            layout const l{.tensor = count{1} << *rc::gen::inRange(0, 4)};
            RC_PRE(check(m, l).ok());
            pass const p = some_pass();
            forward_work const whole = forward_flops(m, p);
            forward_work const rank = forward_flops(m, p, l);
            forward_work const even = forward_flops(m, p, l, even_sharding);
            auto const ranks = static_cast<double>(l.tensor);
            RC_ASSERT(rank.linear <= whole.linear);
            RC_ASSERT(rank.linear * ranks >= whole.linear * (1 - 1e-12));
            RC_ASSERT(rank.scores * ranks >= whole.scores * (1 - 1e-12));
            RC_ASSERT(same(rank.head * ranks, whole.head));
            RC_ASSERT(same(even.linear * ranks, whole.linear));
            RC_ASSERT(even.linear <= rank.linear * (1 + 1e-12));
        }));
}
