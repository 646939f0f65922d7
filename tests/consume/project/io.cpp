// SPDX-License-Identifier: MIT
#include <reckon/io/hugging_face.hpp>

#include <cstdio>

int main() {
    auto const refused = reckon::io::parse_hugging_face(R"({"model_type": "lama"})");
    std::puts(refused ? "accepted" : refused.error().message.characters);
    return refused ? 1 : 0;
}
