// SPDX-License-Identifier: MIT
// Writes safetensors headers, right ones and, through `raw`, wrong ones.
#pragma once

#include <reckon/detail/math.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reckon::test {

class safetensors_writer {
public:
    // `bits` of one element.
    safetensors_writer& add(std::string_view name, std::string_view dtype,
                            std::vector<count> const& shape, count bits) {
        count elements = 1;
        std::string dimensions;
        for (count const d : shape) {
            elements *= d;
            dimensions += (dimensions.empty() ? "" : ",") + std::to_string(d);
        }
        count const end = data_ + elements * bits / 8;
        entries_ += ",\"" + std::string(name) + R"(":{"dtype":")" + std::string(dtype) +
                    R"(","shape":[)" + dimensions + R"(],"data_offsets":[)" +
                    std::to_string(data_) + "," + std::to_string(end) + "]}";
        data_ = end;
        elements_ += elements;
        ++tensors_;
        return *this;
    }

    [[nodiscard]] std::string json() const {
        return R"({"__metadata__":{"format":"pt"})" + entries_ + "}";
    }
    [[nodiscard]] std::string header() const { return raw(json()); }
    [[nodiscard]] count data_bytes() const noexcept { return data_; }
    [[nodiscard]] count elements() const noexcept { return elements_; }
    [[nodiscard]] count tensors() const noexcept { return tensors_; }
    [[nodiscard]] std::uintmax_t file_bytes() const {
        return header().size() + static_cast<std::uintmax_t>(data_);
    }

    // Any text behind its length, or behind another one.
    [[nodiscard]] static std::string raw(std::string_view json, std::int64_t claimed = -1) {
        std::string json_text(json);
        while (claimed < 0 && json_text.size() % 8 != 0) {
            json_text += ' ';
        }
        auto const length = claimed < 0 ? json_text.size() : static_cast<std::uint64_t>(claimed);
        std::string out;
        for (int i = 0; i < 8; ++i) {
            out += static_cast<char>(length >> (8 * i) & 0xFFU);
        }
        return out + json_text;
    }

private:
    std::string entries_{};
    count data_{};
    count elements_{};
    count tensors_{};
};

} // namespace reckon::test
