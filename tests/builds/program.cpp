// SPDX-License-Identifier: MIT
// What every build must answer alike: counts to the last digit, estimates to six, refusals word for word.
#include <reckon/io/format.hpp>
#include <reckon/reckon.hpp>

#include <cstdio>
#include <limits>

using namespace reckon::literals;

namespace {

constexpr reckon::deployment r1{.name = "r1",
                                .model = reckon::models::deepseek_r1,
                                .gpu = reckon::gpus::h200_sxm,
                                .layout = {.data = 8, .expert = 8},
                                .weights = reckon::fp8_block128,
                                .max_context = 32_Ktok,
                                .concurrency = 64};
static_assert(reckon::fits(r1));

void exact(char const* what, double value) { std::printf("%s %.0f\n", what, value); }
void estimated(char const* what, double value) { std::printf("%s %.6g\n", what, value); }

template <class Deployment> void print(Deployment const& d) {
    auto const m = memory_of(d);
    exact("weights", in_bytes(m.weights));
    exact("cache", in_bytes(m.kv_cache));
    estimated("activations", in_bytes(m.activations.value));
    estimated("engine", in_bytes(m.runtime.value));
    exact("context that fits", in_tokens(largest_context(d)));
    auto const s = speed_of(d);
    estimated("first token", in_seconds(s.time_to_first_token.value));
    estimated("next token", in_seconds(s.time_per_token.value));
    estimated("throughput", in_tokens_per_second(s.output_throughput.value));
    std::printf("%s\n", explain(d, m).characters);
}

} // namespace

int main() {
    print(r1);                                          // types of the compiler's
    auto const named = reckon::find_model("qwen3-32b"); // types of run time
    auto const card = reckon::find_gpu("rtx-4090");
    reckon::serving::any_deployment d{
        .name = "q", .model = *named, .gpu = *card, .max_context = 16_Ktok, .concurrency = 4};
    print(d);
    d.layout.tensor = 4;
    print(d);
    d.layout.tensor = 7;
    std::printf("%s\n", explain(d, memory_of(d)).characters);
    std::puts(reckon::find_model("qwen3-33b").error().message.characters);
    std::puts(reckon::find_gpu("h300").error().message.characters);
    // Numbers that are none are refused, not computed with.
    d.layout.tensor = 4;
    d.max_context = reckon::tokens{std::numeric_limits<double>::quiet_NaN()};
    std::printf("%s\n", memory_of(d).fits() ? "fits" : "does not fit");
    reckon::any_gpu const gpus[] = {reckon::gpus::h200_sxm, reckon::gpus::b200};
    auto const found = reckon::recommend(*named, {.context = 16_Ktok, .concurrency = 32}, gpus, {},
                                         reckon::catalog::instances);
    for (reckon::plan const& p : *found) {
        std::printf("%s x %lld: %s\n", gpus[p.gpu].id.characters,
                    static_cast<long long>(p.devices()),
                    reckon::io::to_text(p.memory.needed()).c_str());
    }
}
