// SPDX-License-Identifier: MIT
// Lengths as distributions: the mean, the spread and the longest are those of the requests behind them.
#include "support/near.hpp"
#include "support/property.hpp"

#include <reckon/recommend/traffic.hpp>
#include <reckon/units/literals.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

using namespace reckon;
using namespace reckon::literals;
using reckon::test::near;
using reckon::test::within;

namespace {
constexpr length_share chat_prompts[] = {{200_tok, 0.5}, {1000_tok, 0.4}, {6000_tok, 0.1}};
constexpr length_share answers[] = {{300_tok, 1.0}};
constexpr request_rate two_rates[] = {per_second(1), per_second(4)};
constexpr traffic chat{.prompt = {chat_prompts}, .output = {answers}, .rates = two_rates};

std::string why(traffic const& t) {
    possible_error const bad = check(t);
    return bad ? std::string(bad->message.view()) : "";
}
traffic with_prompt(std::vector<length_share> const& buckets) {
    traffic t = chat;
    t.prompt = {buckets};
    return t;
}
} // namespace

static_assert(!check(chat));
static_assert(longest_context(chat) == 6300_tok);
static_assert(busiest_load(chat).rate == per_second(4));
static_assert(busiest_load(chat).context == 6300_tok);

TEST_CASE("a mixture by hand") {
    // 100 + 400 + 600 tokens; squares 20,000 + 400,000 + 3,600,000 less 1,100 squared.
    CHECK(near(chat.prompt.mean(), 1100_tok));
    CHECK(near(chat.prompt.variation(), std::sqrt(4020000.0 - 1210000.0) / 1100));
    CHECK(chat.output.variation() == 0);
    CHECK(near(in_per_second(mean_rate(chat)), 2.5));
    serving::arrivals const a = arrivals_at(chat, per_second(3));
    CHECK(a.prompt_variation == chat.prompt.variation());
    CHECK(a.output_variation == 0);
    // A length that nobody asks for is not the longest.
    CHECK(length_distribution{std::vector<length_share>{{5_tok, 1}, {900_tok, 0}}}.longest() ==
          5_tok);
}

TEST_CASE("buckets are the requests behind them") {
    CHECK(reckon::test::holds("mean, variation and longest agree with a list of requests", [] {
        auto const lengths =
            *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 100000)));
        auto const n = static_cast<double>(lengths.size());
        std::vector<length_share> buckets;
        double sum = 0;
        double squares = 0;
        for (int const l : lengths) {
            buckets.push_back({tokens{static_cast<double>(l)}, 1 / n});
            sum += l;
            squares += static_cast<double>(l) * l;
        }
        length_distribution const d{buckets};
        RC_ASSERT(!check(d, "prompt"));
        RC_ASSERT(static_cast<bool>(near(in_tokens(d.mean()), sum / n, within(1e-9))));
        double const variance = std::max(0.0, squares / n - sum / n * sum / n);
        RC_ASSERT(std::abs(d.variation() - std::sqrt(variance) / (sum / n)) < 1e-6);
        RC_ASSERT(in_tokens(d.longest()) == *std::max_element(lengths.begin(), lengths.end()));
        RC_ASSERT(d.mean() <= d.longest() * (1 + 1e-12));
    }));
}

TEST_CASE("what makes no sense is named with its field") {
    constexpr double infinite = std::numeric_limits<double>::infinity();
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK(why(with_prompt({{200_tok, 0.5}, {1000_tok, 0.47}})) ==
          "the shares of prompt sum to 0.970000; they must sum to 1.");
    CHECK(why(with_prompt({})) ==
          "prompt has no lengths; give at least one, with the share of requests that have it.");
    CHECK(why(with_prompt({{200_tok, 1.5}, {1000_tok, -0.5}})) ==
          "prompt[0].share is 1.500000; it must be from 0 to 1.");
    CHECK(why(with_prompt({{0_tok, 1}})) ==
          "prompt[0].length is 0 tokens; it must be from 1 to 1e15.");
    CHECK(why(with_prompt({{5_tok, 1}, {tokens{infinite}, 0}})) ==
          "prompt[1].length is infinity tokens; it must be from 1 to 1e15.");
    CHECK(why(with_prompt({{5_tok, nan}})) ==
          "prompt[0].share is not a number; it must be from 0 to 1.");
    traffic t = chat;
    t.output = {};
    CHECK(why(t).starts_with("output has no lengths"));
    t = chat;
    t.prefix_hit = 1.2;
    CHECK(why(t) == "prefix_hit is 1.200; it must be from 0 to 1.");
    t = chat;
    t.apart = seconds{-5};
    CHECK(why(t) == "apart is -5.000 s; give the length of one rate, above 0.");
    t = chat;
    t.rates = {};
    CHECK(why(t) == "rates are missing; give at least one.");
    std::vector<request_rate> rates{per_second(0), per_second(0)};
    t.rates = rates;
    CHECK(why(t) == "all rates are 0; nobody asks for anything.");
    for (double const wrong : {-1.0, infinite, nan, 2e9}) {
        rates[1] = per_second(wrong);
        CHECK(why(t).starts_with("rates[1] is "));
    }
}
