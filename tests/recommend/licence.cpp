// SPDX-License-Identifier: MIT
// Licences of use as a rule: who may be chosen, who is refused, and what the sentence says.
#include <reckon/catalog/find_licence.hpp>
#include <reckon/catalog/gpus.hpp>
#include <reckon/recommend.hpp>
#include <reckon/units.hpp>

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <string_view>

using namespace reckon;
using namespace reckon::literals;

namespace {

constexpr licence mit{"MIT", commercial_use::allowed};
constexpr licence llama{"llama3.1", commercial_use::conditional};
constexpr licence research{"mistral-research", commercial_use::forbidden};
constexpr licence unread{"lfm1.0", commercial_use::unread};
constexpr label two[] = {"MIT", "Apache-2.0"};
constexpr label unread_one[] = {"lfm1.0"};

std::string why(licence const& held, licence_rules const& rules) {
    possible_error const refused = check(held, rules, "M");
    return refused ? std::string(refused->message.view()) : "";
}

} // namespace

// Without rules anything goes, also what nobody knows.
static_assert(permits({}, {}) && permits({}, research));
static_assert(permits({.commercial = true}, mit) && permits({.commercial = true}, llama));
static_assert(!permits({.commercial = true}, research) && !permits({.commercial = true}, unread));
static_assert(!permits({.commercial = true}, {}) && !permits({.only = two}, {}));
static_assert(permits({.only = two}, mit) && !permits({.only = two}, llama));
// Who names it has read it; what it forbids stays forbidden.
static_assert(permits({.only = unread_one, .commercial = true}, unread));

static_assert(licence_of("deepseek-r1") == mit);
static_assert(licence_of("deepseek-ai/DeepSeek-R1") == mit);
static_assert(licence_of("no-such-model").name.empty());
static_assert(find_licence("apache-2.0")->name == "Apache-2.0");
static_assert(find_licence("apache2").error().message.view() ==
              "'apache2' is no licence of the catalogue; the nearest name is apache-2.0; write its "
              "SPDX identifier, "
              "as Apache-2.0.");

TEST_CASE("refusals name the model, its licence and the rule") {
    CHECK(why(research, {.commercial = true}) ==
          "the licence of M, mistral-research, does not allow use for money.");
    CHECK(why(llama, {.only = two}) ==
          "the licence of M, llama3.1, is none of those accepted: MIT, Apache-2.0.");
    CHECK(why({}, {.commercial = true}) == "the licence of M is not known, and the rules ask for "
                                           "it; state it, or leave the model out.");
    CHECK(why(unread, {.commercial = true}) ==
          "the licence of M, lfm1.0, was not read, so that use for money cannot be taken as "
          "allowed; read it and "
          "name it among those accepted.");
    CHECK(check(research, {.commercial = true}, "M")->code == errc::contradiction);
    CHECK(check({}, {.commercial = true}, "M")->code == errc::missing_field);
    CHECK(name(commercial_use::conditional) == "conditional");
}

TEST_CASE("a search leaves out what may not be used, and says so where nothing is left") {
    constexpr any_gpu gpus[] = {gpus::h100_sxm_80gb};
    constexpr any_model small = models::llama_3_1_8b;
    constexpr any_model other = models::qwen3_8b;
    candidate<any_model> const both[] = {{&small, {}, 1, licence_of("llama-3.1-8b")},
                                         {&other, {}, 1, licence_of("qwen3-8b")}};
    constexpr workload load{.context = 4096_tok, .concurrency = 16};
    auto const ask = [&](licence_rules const& rules) {
        return recommend<8, 64>(std::span<candidate<any_model> const>(both), load, gpus, {},
                                {.rank_by = objective::devices, .licences = rules});
    };
    auto const any = ask({});
    REQUIRE(any.has_value());
    std::set<int> all;
    for (plan const& p : any->plans) {
        all.insert(p.model);
    }
    CHECK(all == std::set<int>{0, 1});
    auto const some = ask({.only = two});
    REQUIRE(some.has_value());
    REQUIRE_FALSE(some->plans.empty());
    for (plan const& p : some->plans) {
        CHECK(p.model == 1);
    }
    constexpr label none[] = {"CC-BY-NC-4.0"};
    auto const refused = ask({.only = none});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().message.view() ==
          "the licence of Llama-3.1-8B, llama3.1, is none of those accepted: CC-BY-NC-4.0.");
}

TEST_CASE("every row of the catalogue is of a model, and its terms say what they should") {
    std::string_view before{};
    for (catalog::model_licence const& row : catalog::model_licences) {
        CAPTURE(row.name);
        CHECK(before < row.name);
        before = row.name;
        CHECK_FALSE(row.source.empty());
        licence const held = licence_of(row.name);
        CHECK(held.name.view() == catalog::licences[row.licence].name);
        auto const terms = find_licence(held.name.view());
        REQUIRE(terms.has_value());
        CHECK((terms->commercial == commercial_use::conditional) == !terms->condition.empty());
    }
    // As the model cards have it: of one release some sizes are free, others are not.
    CHECK(licence_of("qwen2.5-7b").name == "Apache-2.0");
    CHECK(licence_of("qwen2.5-3b").commercial == commercial_use::forbidden);
    CHECK(licence_of("qwen2.5-72b").name == "qwen");
    CHECK(licence_of("kimi-k2.5").name == "modified-MIT");
    CHECK(licence_of("mistral-large-2407").commercial == commercial_use::forbidden);
    CHECK(licence_of("gpt-oss-120b").name == "Apache-2.0");
}
