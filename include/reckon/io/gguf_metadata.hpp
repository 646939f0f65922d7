// SPDX-License-Identifier: MIT
// The key-value pairs of a GGUF file, without what only a tokenizer needs.
#pragma once
#include <reckon/detail/math.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reckon::inline v0::io {

/// The types of values, with the numbers that files give them.
enum class gguf_value_type : std::uint8_t {
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
inline constexpr std::uint32_t gguf_value_types = 13;

namespace gguf_limits {
inline constexpr count header = count{256} << 20;        ///< a vocabulary of 262,144 takes 10 MiB
inline constexpr count header_in_file = count{64} << 20; ///< read at most
inline constexpr count tensors = 131072;       ///< DeepSeek-V3 has 91,991, its experts one by one
inline constexpr count pairs = count{1} << 16; ///< files have some 50
inline constexpr std::size_t name = 1024;      ///< of a tensor; ggml takes 63 bytes
inline constexpr std::size_t key = 65535;      ///< the format's own
inline constexpr std::size_t kept_text = 4096; ///< longer texts (chat templates) are passed over
inline constexpr count kept_list = 1024;       ///< as are longer lists (vocabularies)
inline constexpr int depth = 8;                ///< of lists in lists
inline constexpr std::size_t dimensions = 4;   ///< ggml's own
} // namespace gguf_limits

/// Bytes of one value of a type; 0 for texts and lists.
[[nodiscard]] constexpr count size_of_value(gguf_value_type type) noexcept {
    constexpr count sizes[gguf_value_types] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
    return sizes[static_cast<std::size_t>(type)];
}

/// The keys of a GGUF header with their values; what is too long to matter to a shape is counted
/// and passed over.
class gguf_metadata {
public:
    /// A key and the kind of its value.
    struct entry {
        std::string_view key{};
        gguf_value_type type{};
        gguf_value_type element{}; ///< of a list
        count length{};            ///< of a list in elements, of a text in bytes
        bool kept{}; ///< false for long texts and lists, and for lists of texts and lists
    };

    void add_number(std::string_view key, gguf_value_type type, std::uint64_t bits) {
        begin(key, type);
        entries_.back().numbers = numbers_.size();
        numbers_.push_back(bits);
        entries_.back().kept = true;
    }
    void add_text(std::string_view key, std::string_view value) {
        begin(key, gguf_value_type::text);
        row& r = entries_.back();
        r.length = static_cast<count>(value.size());
        r.kept = value.size() <= gguf_limits::kept_text;
        r.text = text_.size();
        if (r.kept) { text_.append(value); }
    }
    void add_list(std::string_view key, gguf_value_type element, count length) {
        begin(key, gguf_value_type::list);
        entries_.back().element = element;
        entries_.back().length = length;
        entries_.back().numbers = numbers_.size();
    }
    /// The numbers of the list that was added last.
    void keep_number(std::uint64_t bits) {
        entries_.back().kept = true;
        numbers_.push_back(bits);
    }

    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }
    [[nodiscard]] entry operator[](std::size_t i) const noexcept {
        row const& r = entries_[i];
        return {std::string_view(text_).substr(r.key, r.key_length), r.type, r.element, r.length,
                r.kept};
    }
    [[nodiscard]] bool contains(std::string_view key) const noexcept {
        return find(key) != nullptr;
    }

    /// A whole number of any integer type from 0 on; nothing where the key is absent or holds
    /// something else. A list whose values are all equal counts as that value: converters write one
    /// number a layer for some models.
    [[nodiscard]] std::optional<count> integer(std::string_view key) const noexcept {
        row const* const r = find(key);
        if (r == nullptr || !r->kept) { return {}; }
        if (r->type != gguf_value_type::list) { return as_integer(r->type, numbers_, r->numbers); }
        auto const first = as_integer(r->element, numbers_, r->numbers);
        for (count i = 1; i < r->length; ++i) {
            if (as_integer(r->element, numbers_, r->numbers + static_cast<std::size_t>(i)) !=
                first) {
                return {};
            }
        }
        return first;
    }
    /// The i-th value of a list of integers or truth values.
    [[nodiscard]] std::optional<count> element(std::string_view key, count i) const noexcept {
        row const* const r = find(key);
        if (r == nullptr || !r->kept || r->type != gguf_value_type::list || i < 0 ||
            i >= r->length) {
            return {};
        }
        return as_integer(r->element, numbers_, r->numbers + static_cast<std::size_t>(i));
    }
    /// The length of a list, be it kept or not.
    [[nodiscard]] std::optional<count> list_length(std::string_view key) const noexcept {
        row const* const r = find(key);
        if (r == nullptr || r->type != gguf_value_type::list) { return {}; }
        return r->length;
    }
    [[nodiscard]] std::optional<std::string_view> string(std::string_view key) const noexcept {
        row const* const r = find(key);
        if (r == nullptr || r->type != gguf_value_type::text || !r->kept) { return {}; }
        return std::string_view(text_).substr(r->text, static_cast<std::size_t>(r->length));
    }

    /// A key that is written twice, or nothing.
    [[nodiscard]] std::string_view duplicate() const {
        std::vector<std::string_view> keys;
        for (std::size_t i = 0; i < size(); ++i) {
            keys.push_back((*this)[i].key);
        }
        std::sort(keys.begin(), keys.end());
        auto const twice = std::adjacent_find(keys.begin(), keys.end());
        return twice == keys.end() ? std::string_view{} : *twice;
    }

private:
    struct row {
        std::size_t key{};
        std::size_t text{};
        std::size_t numbers{};
        count length{};
        std::uint32_t key_length{};
        gguf_value_type type{};
        gguf_value_type element{};
        bool kept{};
    };
    void begin(std::string_view key, gguf_value_type type) {
        row r{};
        r.key = text_.size();
        r.key_length = static_cast<std::uint32_t>(key.size());
        r.type = type;
        text_.append(key);
        entries_.push_back(r);
    }
    [[nodiscard]] row const* find(std::string_view key) const noexcept {
        for (row const& r : entries_) {
            if (std::string_view(text_).substr(r.key, r.key_length) == key) { return &r; }
        }
        return nullptr;
    }
    [[nodiscard]] static std::optional<count> as_integer(gguf_value_type type,
                                                         std::vector<std::uint64_t> const& numbers,
                                                         std::size_t at) noexcept {
        if (at >= numbers.size()) { return {}; }
        std::uint64_t const bits = numbers[at];
        count value = 0;
        switch (type) {
        case gguf_value_type::i8: value = static_cast<std::int8_t>(bits); break;
        case gguf_value_type::i16: value = static_cast<std::int16_t>(bits); break;
        case gguf_value_type::i32: value = static_cast<std::int32_t>(bits); break;
        case gguf_value_type::u8:
        case gguf_value_type::u16:
        case gguf_value_type::u32:
        case gguf_value_type::u64:
        case gguf_value_type::i64:
        case gguf_value_type::boolean: value = static_cast<count>(bits); break;
        case gguf_value_type::f32:
        case gguf_value_type::f64:
        case gguf_value_type::text:
        case gguf_value_type::list: return {};
        }
        // Above 2^63 an unsigned value turns negative here, and negative ones mean nothing we ask for.
        return value < 0 ? std::optional<count>{} : value;
    }

    std::vector<row> entries_{};
    std::vector<std::uint64_t> numbers_{};
    std::string text_{};
};

} // namespace reckon::inline v0::io
