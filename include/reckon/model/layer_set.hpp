// SPDX-License-Identifier: MIT
// Which layers of a model belong to a group, as a set of layer indices.
#pragma once
#include <reckon/detail/math.hpp>

#include <cstdint>

namespace reckon::inline v0 {

/// A set of layer indices 0..255: layer patterns ("first 3 dense", "every 6th global") are data.
struct layer_set {
    static constexpr count capacity = 256;
    std::uint64_t words[4]{};

    /// Layers first .. end-1.
    [[nodiscard]] static constexpr layer_set range(count first, count end) noexcept {
        layer_set set{};
        if (first >= end) { return set; }
        // Whole words at once, and only those that hold any: a catalogue of models evaluates this often at compile time.
        for (count word = first > 0 ? first / 64 : 0; word < 4 && word * 64 < end; ++word) {
            count const low = first - word * 64;
            count const high = end - word * 64;
            std::uint64_t bits = high >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << high) - 1;
            if (low > 0) { bits = bits >> low << low; }
            set.words[word] = bits;
        }
        return set;
    }
    /// Layers i < end with i % period == phase.
    [[nodiscard]] static constexpr layer_set every(count period, count phase, count end) noexcept {
        layer_set set{};
        for (count i = phase; i < end; i += period) {
            set.insert(i);
        }
        return set;
    }
    /// Set bits of a word. std::popcount is a call into a library where the processor's instruction is
    /// not enabled, and every law counts layers.
    [[nodiscard]] static constexpr count ones(std::uint64_t word) noexcept {
        word -= word >> 1 & 0x5555555555555555U;
        word = (word & 0x3333333333333333U) + (word >> 2 & 0x3333333333333333U);
        word = (word + (word >> 4)) & 0x0f0f0f0f0f0f0f0fU;
        return static_cast<count>(word * 0x0101010101010101U >> 56);
    }
    constexpr void insert(count i) noexcept {
        if (i >= 0 && i < capacity) { words[i / 64] |= std::uint64_t{1} << (i % 64); }
    }
    [[nodiscard]] constexpr bool contains(count i) const noexcept {
        return i >= 0 && i < capacity && (words[i / 64] >> (i % 64) & 1U) != 0;
    }
    [[nodiscard]] constexpr count size() const noexcept {
        count n = 0;
        for (std::uint64_t const word : words) {
            if (word != 0) { n += ones(word); }
        }
        return n;
    }
    /// How many of the layers lie in first .. end-1.
    [[nodiscard]] constexpr count size_in(count first, count end) const noexcept {
        if (first <= 0 && end >= capacity) [[likely]] { return size(); }
        count n = 0;
        count const from = detail::max(first, count{0});
        count const to = detail::min(end, capacity);
        for (count word = from / 64; word * 64 < to; ++word) {
            std::uint64_t bits = words[word];
            count const low = from - word * 64;
            count const high = to - word * 64;
            if (low > 0) { bits = bits >> low << low; }
            if (high < 64) { bits &= (std::uint64_t{1} << high) - 1; }
            if (bits != 0) { n += ones(bits); } // most models fill one word or two
        }
        return n;
    }
    friend constexpr layer_set operator&(layer_set a, layer_set const& b) noexcept {
        for (int i = 0; i < 4; ++i) {
            a.words[i] &= b.words[i];
        }
        return a;
    }
    friend constexpr layer_set operator|(layer_set a, layer_set const& b) noexcept {
        for (int i = 0; i < 4; ++i) {
            a.words[i] |= b.words[i];
        }
        return a;
    }
    /// The layers of `a` that are not in `b`.
    friend constexpr layer_set operator-(layer_set a, layer_set const& b) noexcept {
        for (int i = 0; i < 4; ++i) {
            a.words[i] &= ~b.words[i];
        }
        return a;
    }
    friend constexpr bool operator==(layer_set const&, layer_set const&) noexcept = default;
};

} // namespace reckon::inline v0
