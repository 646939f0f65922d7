// SPDX-License-Identifier: MIT
// The code on pages of docs/laws/.
#include <reckon/io/command_line.hpp>
#include <reckon/io/format.hpp>
#include <reckon/reckon.hpp>
#include <reckon/serving/calibrate.hpp>

#include <array>
#include <iostream>

// [command_line]
static_assert(reckon::fits(reckon::vllm("vllm serve deepseek-ai/DeepSeek-R1 "
                                        "--tensor-parallel-size 8 --max-model-len 32768 "
                                        "--gpu-memory-utilization 0.92"),
                           reckon::gpus::h200_sxm));
// [/command_line]

int main() {
    using namespace reckon;
    using namespace reckon::literals;
    using serving::measured;
    using serving::measured_quantity;
    constexpr deployment mine{.model = models::llama_3_1_8b,
                              .gpu = gpus::h100_sxm_80gb,
                              .max_context = 8_Ktok,
                              .request = {.prompt = 1000_tok, .output = 500_tok}};
    // [calibrate]
    auto const rows = std::array{
        measured(mine, measured_quantity::time_per_token, 7.4_ms).value(),
        measured(mine, measured_quantity::time_to_first_token, 61_ms).value(),
    };
    auto const own = calibrate(rows, calibration_for(mine.gpu, mine.engine));
    auto const speed = speed_of(mine, own->fitted);
    // [/calibrate]
    std::cout << "# calibrate\n" << io::to_text(speed.time_per_token.value) << '\n';
}
