// SPDX-License-Identifier: MIT
// Which accelerators serve a model under a load, at what speed and cost, and why others do not; how many over a day;
// two choices side by side; whether to buy or to rent; several services on one fleet.
//
//   recommend --model deepseek-r1 --context 32768 --concurrency 64
//   recommend plan --model qwen3-32b --prompt 2000 --output 500 --curve 20 --max-ttft 2s --gpus h100
//   recommend compare --model deepseek-r1 --context 32K --concurrency 64 --option "h200x8" --option "mi300x x8"
//   recommend share --gpu h100 --service chat.toml --service search.toml
//   recommend buy-or-rent --purchase 120000 --power 8 --tariff 0.12 --instance p4de.24xlarge --utilisation 60%
#include "recommend/verbs.hpp"

#include <iostream>

int main(int argc, char** argv) {
    using recommend::verb;
    recommend::command_line const line = recommend::read_command_line(argc, argv);
    if (!line.asked) { return line.status; }
    recommend::given const& asked = *line.asked;
    if (asked.has("json-schema")) {
        std::cout << recommend::schema_of(asked.asked);
        return 0;
    }
    recommend::output how{};
    auto const answered = [&] {
        switch (asked.asked) {
        case verb::plan: return recommend::plan_report(asked, how);
        case verb::compare: return recommend::compare_report(asked, how);
        case verb::buy_or_rent: return recommend::buy_or_rent_report(asked, how);
        case verb::share: return recommend::share_report(asked, how);
        case verb::recommend: break;
        }
        return recommend::recommend_report(asked, how);
    }();
    if (!answered) {
        recommend::complain(answered.error());
        return 2;
    }
    std::cout << recommend::write(*answered, how);
    return answered->carried ? 0 : 1;
}
