// SPDX-License-Identifier: MIT
// docs/tutorials/calibrating.md: three measurements of one's own cluster move the constants of speed.
#include <reckon/io/format.hpp>
#include <reckon/reckon.hpp>
#include <reckon/serving/calibrate.hpp>

#include <array>
#include <iostream>

using namespace reckon::literals;
using reckon::io::to_text;
using reckon::serving::measured;
using reckon::serving::measured_quantity;

// [deployment]
constexpr auto server(reckon::count concurrency) {
    return reckon::deployment{.name = "chat-70b",
                              .model = reckon::models::llama_3_1_70b,
                              .gpu = reckon::gpus::h100_sxm_80gb,
                              .layout = {.tensor = 4},
                              .weights = reckon::fp8_per_channel,
                              .max_context = 8_Ktok,
                              .concurrency = concurrency,
                              .request = {.prompt = 1000_tok, .output = 500_tok}};
}
// [/deployment]

int main() {
    auto const mine = server(1);
    // [rows]
    auto const alone = measured(server(1), measured_quantity::time_per_token, 12.9_ms);
    auto const crowd = measured(server(64), measured_quantity::time_per_token, 24.8_ms);
    auto const first = measured(server(1), measured_quantity::time_to_first_token, 95_ms);
    if (!alone || !crowd || !first) { return 1; } // the sentence is in .error().message
    auto const rows = std::array{*alone, *crowd, *first};
    // [/rows]
    std::cout << "# fit\n";
    // [fit]
    auto const shipped = reckon::calibration_for(mine.gpu, mine.engine);
    auto const own = reckon::calibrate(rows, shipped);
    if (!own) {
        std::cerr << own.error().message.view() << '\n';
        return 1;
    }
    std::cout << "error of the rows   " << reckon::io::percent(own->error_before) << " before, "
              << reckon::io::percent(own->error_after) << " after\n"
              << "spread per token    " << reckon::io::percent(shipped.spread.per_token)
              << " before, " << reckon::io::percent(own->fitted.spread.per_token) << " after\n";
    // [/fit]
    std::cout << "# use\n";
    // [use]
    for (reckon::count const concurrency : {16, 32, 128}) {
        auto const d = server(concurrency);
        auto const before = reckon::speed_of(d).time_per_token;
        auto const after = reckon::speed_of(d, own->fitted).time_per_token;
        std::cout << concurrency << " requests: " << to_text(before.value) << " as shipped, "
                  << to_text(after.value) << " on this cluster (" << to_text(after.low) << " to "
                  << to_text(after.high) << ")\n";
    }
    // [/use]
    std::cout << "# refused\n";
    // [refused]
    auto const seconds_for_milliseconds =
        measured(server(1), measured_quantity::time_per_token, 1.29_ms);
    auto const wrong = std::array{*seconds_for_milliseconds};
    std::cout << reckon::calibrate(wrong, shipped).error().message.view() << '\n';
    // [/refused]
}
