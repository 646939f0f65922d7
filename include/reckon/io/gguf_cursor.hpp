// SPDX-License-Identifier: MIT
// Reading the first bytes of a GGUF file one after the other, with a place and a name for what fails.
#pragma once
#include <reckon/detail/result.hpp>
#include <reckon/io/file_head.hpp>
#include <reckon/io/gguf_metadata.hpp>
#include <reckon/io/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace reckon::inline v0::io::detail {

/// Walks over the bytes of a header; keeps the first defect.
class gguf_cursor {
public:
    gguf_cursor(std::span<std::byte const> bytes, std::string_view source,
                std::optional<count> file_bytes)
        : bytes_(bytes), source_(source), file_bytes_(file_bytes) {}

    /// What is read now, for the sentence that refuses it.
    void reading(std::string_view what, std::string_view name = {}) {
        what_ = what;
        name_ = name;
    }
    /// Whether `more` bytes are there; a defect or a shortage if not.
    [[nodiscard]] bool has(std::uint64_t more) {
        if (failure_) { return false; }
        auto const left = static_cast<std::uint64_t>(bytes_.size() - at_);
        if (more <= left) { return true; }
        auto const end = static_cast<std::uint64_t>(file_bytes_.value_or(gguf_limits::header));
        std::uint64_t const room = end - std::min<std::uint64_t>(at_, end);
        if (more > room) {
            sentence what{"needs "};
            what.append(std::to_string(more)).append(" bytes more at least, but ");
            if (file_bytes_) {
                what.append("the file ends after ").append_grouped(static_cast<count>(room));
                return fail(errc::malformed,
                            what.append("; it was cut off, or this number is damaged."));
            }
            what.append("a header has at most ").append_grouped(gguf_limits::header);
            return fail(errc::malformed, what.append(" in all; this number is damaged."));
        }
        more_ = static_cast<count>(more - left);
        sentence what{"is cut off: at least "};
        what.append_grouped(more_).append(" more bytes are needed.");
        return fail(errc::unreadable, what);
    }
    /// `items` things of at least `each` bytes.
    [[nodiscard]] bool has(std::uint64_t items, std::uint64_t each) {
        std::uint64_t product = 0;
        bool const wraps = __builtin_mul_overflow(items, each, &product);
        return has(wraps ? ~std::uint64_t{0} : product);
    }
    [[nodiscard]] std::uint64_t number(std::size_t size) {
        if (!has(size)) { return 0; }
        std::uint64_t const value = little_endian(bytes_.subspan(at_, size));
        at_ += size;
        return value;
    }
    [[nodiscard]] std::string_view text(std::uint64_t longest) {
        std::uint64_t const length = number(8);
        if (failure_) { return {}; }
        if (length > longest) {
            sentence what{"has a length of "};
            what.append(std::to_string(length)).append(" bytes, above the limit of ");
            (void)fail(errc::malformed,
                       what.append(std::to_string(longest)).append("; the file is damaged."));
            return {};
        }
        if (!has(length)) { return {}; }
        std::string_view const value(reinterpret_cast<char const*>(bytes_.data()) + at_,
                                     static_cast<std::size_t>(length));
        at_ += static_cast<std::size_t>(length);
        return value;
    }
    /// Domain: has(more).
    void skip(std::uint64_t more) noexcept { at_ += static_cast<std::size_t>(more); }

    bool fail(errc code, std::string_view what) {
        if (!failure_) {
            sentence why{source_};
            why.append(": byte ")
                .append_grouped(static_cast<count>(at_))
                .append(": ")
                .append(what_);
            if (!name_.empty()) { why.append(" ").append(in_quotes(name_, 64)); }
            failure_ = error{code, why.append(" ").append(what)};
        }
        return false;
    }
    [[nodiscard]] bool ok() const noexcept { return !failure_; }
    [[nodiscard]] std::optional<error> const& failure() const noexcept { return failure_; }
    [[nodiscard]] count more() const noexcept { return more_; }
    [[nodiscard]] count position() const noexcept { return static_cast<count>(at_); }

private:
    std::span<std::byte const> bytes_;
    std::string_view source_;
    std::optional<count> file_bytes_;
    std::size_t at_{};
    std::string_view what_{"the header"};
    std::string_view name_{};
    std::optional<error> failure_{};
    count more_{};
};

} // namespace reckon::inline v0::io::detail
