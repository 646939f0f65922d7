// SPDX-License-Identifier: MIT
// The answer as tables.
#pragma once
#include "train/question.hpp"

#include <reckon/io/table.hpp>

#include <string>
#include <vector>

namespace train {

struct section {
    std::string heading{};
    std::string key{};
    reckon::io::table grid{};
};

struct page {
    std::string title{};
    std::vector<std::string> notes{};
    std::vector<section> sections{};
    bool fits{};
};

[[nodiscard]] page answer(question const& q);

[[nodiscard]] std::string printed(page const& p, std::string const& format, bool colour);

} // namespace train
