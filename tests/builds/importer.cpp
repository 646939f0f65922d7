// SPDX-License-Identifier: MIT
// A program that includes nothing of reckon, linked with a file that does.
import reckon;

using namespace reckon::literals;

double answer_by_include();

constexpr reckon::deployment r1{.name = "r1",
                                .model = reckon::models::deepseek_r1,
                                .gpu = reckon::gpus::h200_sxm,
#ifdef DOES_NOT_FIT
                                .layout = {.tensor = 8},
#else
                                .layout = {.data = 8, .expert = 8},
#endif
                                .weights = reckon::fp8_block128,
                                .max_context = 32_Ktok,
                                .concurrency = 64};
static_assert(reckon::proven_to_fit<r1>);

int main() {
    // Compile time, run time, and the other file's run time.
    constexpr double needed = in_bytes(reckon::memory_of(r1).needed());
    auto const same = *reckon::find_model("deepseek-r1");
    bool const found = reckon::parameters_of(same).total == 671026419200;
    bool const known = reckon::find_gpu("h200-sxm").has_value();
    return found && known && needed > 1e11 && answer_by_include() == needed &&
                   in_bytes(memory_of(r1).needed()) == needed
               ? 0
               : 1;
}
