// SPDX-License-Identifier: MIT
// Writes GGUF headers as ggml-org/ggml docs/gguf.md describes them; sizes of types are written here
// once more, by hand, so that the reader's table is held against something.
#pragma once

#include <reckon/detail/math.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reckon::test {

struct ggml_type {
    std::uint32_t number;
    std::string_view name;
    count block_elements;
    count block_bytes;
};
// Block sizes as the static_asserts of ggml-common.h state them.
inline constexpr ggml_type ggml_types[] = {
    {0, "F32", 1, 4},         {1, "F16", 1, 2},         {2, "Q4_0", 32, 18},
    {3, "Q4_1", 32, 20},      {6, "Q5_0", 32, 22},      {7, "Q5_1", 32, 24},
    {8, "Q8_0", 32, 34},      {9, "Q8_1", 32, 36},      {10, "Q2_K", 256, 84},
    {11, "Q3_K", 256, 110},   {12, "Q4_K", 256, 144},   {13, "Q5_K", 256, 176},
    {14, "Q6_K", 256, 210},   {15, "Q8_K", 256, 292},   {16, "IQ2_XXS", 256, 66},
    {17, "IQ2_XS", 256, 74},  {18, "IQ3_XXS", 256, 98}, {19, "IQ1_S", 256, 50},
    {20, "IQ4_NL", 32, 18},   {21, "IQ3_S", 256, 110},  {22, "IQ2_S", 256, 82},
    {23, "IQ4_XS", 256, 136}, {24, "I8", 1, 1},         {25, "I16", 1, 2},
    {26, "I32", 1, 4},        {27, "I64", 1, 8},        {28, "F64", 1, 8},
    {29, "IQ1_M", 256, 56},   {30, "BF16", 1, 2},       {34, "TQ1_0", 256, 54},
    {35, "TQ2_0", 256, 66},   {39, "MXFP4", 32, 17},    {40, "NVFP4", 64, 36},
    {41, "Q1_0", 128, 18},
};
[[nodiscard]] constexpr ggml_type const* ggml_type_of(std::string_view name) noexcept {
    for (ggml_type const& t : ggml_types) {
        if (t.name == name) { return &t; }
    }
    return nullptr;
}

// Numbers of value types.
enum class gguf_kind : std::uint32_t {
    u8,
    i8,
    u16,
    i16,
    u32,
    i32,
    f32,
    boolean,
    text,
    list,
    u64,
    i64,
    f64
};

class gguf_writer {
public:
    explicit gguf_writer(std::uint32_t version = 3) : version_(version) {}

    gguf_writer& u32(std::string_view key, std::uint32_t value) {
        return scalar(key, gguf_kind::u32, value, 4);
    }
    gguf_writer& scalar(std::string_view key, gguf_kind kind, std::uint64_t bits, int bytes) {
        pair(key, kind);
        number(pairs_, bits, bytes);
        return *this;
    }
    gguf_writer& text(std::string_view key, std::string_view value) {
        pair(key, gguf_kind::text);
        string(pairs_, value);
        return *this;
    }
    gguf_writer& texts(std::string_view key, count amount, std::string_view each) {
        list(key, gguf_kind::text, static_cast<std::uint64_t>(amount));
        for (count i = 0; i < amount; ++i) {
            string(pairs_, each);
        }
        return *this;
    }
    gguf_writer& numbers(std::string_view key, gguf_kind kind,
                         std::vector<std::uint64_t> const& values, int bytes) {
        list(key, kind, values.size());
        for (std::uint64_t const v : values) {
            number(pairs_, v, bytes);
        }
        return *this;
    }
    // The head of a list without its values, for `raw`.
    gguf_writer& list(std::string_view key, gguf_kind element, std::uint64_t length) {
        pair(key, gguf_kind::list);
        number(pairs_, static_cast<std::uint32_t>(element), 4);
        number(pairs_, length, 8);
        return *this;
    }
    gguf_writer& raw(std::string_view bytes) {
        pairs_.append(bytes);
        return *this;
    }
    gguf_writer& alignment(std::uint32_t to) {
        alignment_ = to;
        return u32("general.alignment", to);
    }

    gguf_writer& tensor(std::string_view name, std::string_view type,
                        std::vector<count> const& shape) {
        ggml_type const& t = *ggml_type_of(type);
        count elements = 1;
        for (count const d : shape) {
            elements *= d;
        }
        count const bytes = elements / t.block_elements * t.block_bytes;
        tensor_at(name, t.number, shape, static_cast<std::uint64_t>(data_));
        data_end_ = data_ + bytes;
        data_ = aligned(data_end_);
        bytes_ += bytes;
        elements_ += elements;
        return *this;
    }
    // A tensor with any type number and offset.
    gguf_writer& tensor_at(std::string_view name, std::uint32_t type,
                           std::vector<count> const& shape, std::uint64_t offset) {
        string(infos_, name);
        number(infos_, shape.size(), 4);
        for (count const d : shape) {
            number(infos_, static_cast<std::uint64_t>(d), 8);
        }
        number(infos_, type, 4);
        number(infos_, offset, 8);
        ++tensors_;
        return *this;
    }
    // Claims another number of tensors or pairs than there are.
    gguf_writer& claim(std::uint64_t tensors, std::uint64_t pairs) {
        claimed_tensors_ = tensors;
        claimed_pairs_ = pairs;
        return *this;
    }

    // Up to the end of the list of tensors, without padding.
    [[nodiscard]] std::string header() const {
        std::string out = "GGUF";
        number(out, version_, 4);
        number(out, claimed_tensors_ != 0 ? claimed_tensors_ : tensors_, 8);
        number(out, claimed_pairs_ != 0 ? claimed_pairs_ : pair_count_, 8);
        return out + pairs_ + infos_;
    }
    [[nodiscard]] count data_begin() const { return aligned(static_cast<count>(header().size())); }
    [[nodiscard]] std::uintmax_t file_bytes() const {
        return static_cast<std::uintmax_t>(data_begin() + data_end_);
    }
    [[nodiscard]] count tensor_bytes() const noexcept { return bytes_; }
    [[nodiscard]] count elements() const noexcept { return elements_; }
    [[nodiscard]] count tensors() const noexcept { return static_cast<count>(tensors_); }

    static void number(std::string& out, std::uint64_t value, int bytes) {
        for (int i = 0; i < bytes; ++i) {
            out += static_cast<char>(value >> (8 * i) & 0xFFU);
        }
    }
    static void string(std::string& out, std::string_view value) {
        number(out, value.size(), 8);
        out.append(value);
    }

private:
    void pair(std::string_view key, gguf_kind kind) {
        string(pairs_, key);
        number(pairs_, static_cast<std::uint32_t>(kind), 4);
        ++pair_count_;
    }
    [[nodiscard]] count aligned(count at) const {
        return (at + alignment_ - 1) / alignment_ * alignment_;
    }

    std::uint32_t version_;
    count alignment_{32};
    std::string pairs_{};
    std::string infos_{};
    std::uint64_t pair_count_{};
    std::uint64_t tensors_{};
    std::uint64_t claimed_tensors_{};
    std::uint64_t claimed_pairs_{};
    count data_{};
    count data_end_{};
    count bytes_{};
    count elements_{};
};

} // namespace reckon::test
