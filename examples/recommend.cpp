// SPDX-License-Identifier: MIT
// Which accelerators serve a model under a load, at what speed and cost, and why others do not.
//
//   recommend --model deepseek-r1 --context 32768 --concurrency 64
#include "recommend/answer.hpp"
#include "recommend/page.hpp"
#include "recommend/print_json.hpp"
#include "recommend/question.hpp"
#include "recommend/sections.hpp"

#include <reckon/io/table.hpp>

#include <iostream>
#include <unistd.h>

int main(int argc, char** argv) {
    recommend::command_line const line = recommend::read_command_line(argc, argv);
    if (!line.asked) { return line.status; }
    auto const answer = recommend::find_answer(*line.asked);
    if (!answer) {
        recommend::complain(answer.error());
        return 2;
    }
    recommend::answer const& a = **answer;
    switch (a.asked.format) {
    case recommend::page_format::table: {
        bool const colour = reckon::io::wants_colour(isatty(STDOUT_FILENO) == 1);
        std::cout << recommend::to_text(recommend::page_of(a), {.width = 100, .colour = colour});
        break;
    }
    case recommend::page_format::markdown:
        std::cout << recommend::to_markdown(recommend::page_of(a));
        break;
    case recommend::page_format::json: std::cout << recommend::to_json(a); break;
    }
    return a.carried() ? 0 : 1;
}
