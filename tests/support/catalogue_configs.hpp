// SPDX-License-Identifier: MIT
// Every catalogue model as the config.json of its repository (tests/data/catalogue_configs.jsonl).
#pragma once

#include <reckon/model/model_spec.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

namespace reckon::test {

struct catalogue_config {
    std::string id{};
    std::string type{}; // model_type
    std::string text{}; // empty where no file says what the model is
    std::string why{};  // then the reason
    std::vector<std::string> left_out{};

    [[nodiscard]] bool leaves_out(std::string_view what) const {
        return std::find(left_out.begin(), left_out.end(), what) != left_out.end();
    }
    // The model as far as a file of this type describes it.
    [[nodiscard]] any_model as_far_as_said(any_model model) const {
        if (leaves_out("modules")) { model.mtp = {}; }
        if (leaves_out("towers")) {
            side_parts kept{};
            for (side_part const& part : model.sides) {
                bool const tower = part.kind == side_kind::vision || part.kind == side_kind::audio;
                if (!tower) { (void)kept.push_back(part); }
            }
            model.sides = kept;
        }
        return model;
    }
};

[[nodiscard]] inline std::vector<catalogue_config> catalogue_configs() {
    std::ifstream file(RECKON_SOURCE_DIR "/tests/data/catalogue_configs.jsonl");
    REQUIRE(file.good());
    std::vector<catalogue_config> all;
    for (std::string line; std::getline(file, line);) {
        auto const entry = nlohmann::json::parse(line);
        catalogue_config one{};
        one.id = entry.at("id").get<std::string>();
        one.why = entry.value("why", "");
        if (entry.contains("config")) {
            one.text = entry.at("config").dump();
            one.type = entry.at("config").at("model_type").get<std::string>();
        }
        one.left_out = entry.value("left_out", std::vector<std::string>{});
        all.push_back(one);
    }
    return all;
}

} // namespace reckon::test
