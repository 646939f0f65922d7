// SPDX-License-Identifier: MIT
// JSON as configuration files need it: strict, without exceptions, and with sentences for people.
//
// What a lenient parser lets pass makes a wrong size: a key written twice, 4096.0 for 4096, a
// number
// above 2^63, half a file. All of them are refused here, with the place.
#pragma once
#include <reckon/detail/result.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace reckon::inline v0::io {

/// What a configuration file may have at most. Real ones nest to depth 8 and hold up to some
/// 100,000
/// values (lists of unquantised modules).
namespace json_limits {
inline constexpr std::size_t depth = 64;
inline constexpr std::size_t values = 1'000'000;
} // namespace json_limits

namespace detail {

/// The first byte that is not part of well-formed UTF-8 (RFC 3629), or npos.
[[nodiscard]] constexpr std::size_t first_bad_utf8(std::string_view text) noexcept {
    std::size_t i = 0;
    auto const byte = [text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    while (i < text.size()) {
        unsigned char const lead = byte(i);
        if (lead < 0x80) {
            ++i;
            continue;
        }
        std::size_t const more = lead >= 0xC2 && lead <= 0xDF   ? 1
                                 : lead >= 0xE0 && lead <= 0xEF ? 2
                                 : lead >= 0xF0 && lead <= 0xF4 ? 3
                                                                : 0;
        if (more == 0 || i + more >= text.size()) { return i; }
        // The second byte excludes overlong forms, surrogates and values above U+10FFFF.
        unsigned char const low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
        unsigned char const high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
        if (byte(i + 1) < low || byte(i + 1) > high) { return i; }
        for (std::size_t k = 2; k <= more; ++k) {
            if ((byte(i + k) & 0xC0U) != 0x80U) { return i; }
        }
        i += more + 1;
    }
    return std::string_view::npos;
}

/// At most `most` bytes of a text, in double quotes, control characters replaced, for a sentence.
[[nodiscard]] inline std::string in_quotes(std::string_view text, std::size_t most = 48) {
    std::string out = "\"";
    std::size_t end = std::min(text.size(), most);
    while (end < text.size() && end > 0 &&
           (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
        --end;
    }
    for (char const c : text.substr(0, end)) {
        auto const byte = static_cast<unsigned char>(c);
        out += byte < 0x20 || byte == 0x7F ? '?' : c;
    }
    return out + (end < text.size() ? "...\"" : "\"");
}

/// A value as a sentence shows it: short scalars as written, everything else by its kind.
[[nodiscard]] inline std::string shown(nlohmann::json const& value) {
    if (value.is_string()) { return in_quotes(value.get_ref<std::string const&>()); }
    if (value.is_array()) { return "a list of " + std::to_string(value.size()); }
    if (value.is_object()) { return "an object"; }
    return value.dump();
}

/// Reads the text once without keeping it, and refuses what must not reach the second reading.
/// The member names are those that nlohmann::json::sax_parse calls.
class json_inspector {
public:
    enum class defect : unsigned char { none, syntax, depth, amount, duplicate };

    bool null() { return value(); }
    bool boolean(bool) { return value(); }
    bool number_integer(nlohmann::json::number_integer_t) { return value(); }
    bool number_unsigned(nlohmann::json::number_unsigned_t) { return value(); }
    bool number_float(nlohmann::json::number_float_t, std::string const&) { return value(); }
    bool string(std::string&) { return value(); }
    bool binary(nlohmann::json::binary_t&) { return value(); }
    bool start_object(std::size_t) { return open(); }
    bool start_array(std::size_t) { return open(); }
    bool end_object() { return close(); }
    bool end_array() { return close(); }
    bool key(std::string& name) {
        if (keys_.back().insert(name).second) { return true; }
        duplicate_ = name;
        return fail(defect::duplicate);
    }
    bool parse_error(std::size_t position, std::string const&, nlohmann::json::exception const&) {
        position_ = position;
        return fail(defect::syntax);
    }

    [[nodiscard]] defect found() const noexcept { return found_; }
    [[nodiscard]] std::size_t position() const noexcept { return position_; }
    [[nodiscard]] std::string const& duplicate() const noexcept { return duplicate_; }

private:
    bool fail(defect what) {
        found_ = what;
        return false;
    }
    bool value() { return ++values_ <= json_limits::values || fail(defect::amount); }
    bool open() {
        keys_.emplace_back();
        return value() && (keys_.size() <= json_limits::depth || fail(defect::depth));
    }
    bool close() {
        keys_.pop_back();
        return true;
    }
    std::vector<std::set<std::string>> keys_{};
    std::size_t values_{};
    std::size_t position_{};
    std::string duplicate_{};
    defect found_{};
};

/// "line 3, column 17" of a byte.
inline sentence& append_place(sentence& message, std::string_view text, std::size_t position) {
    std::string_view const before = text.substr(0, std::min(position, text.size()));
    auto const line = static_cast<count>(std::count(before.begin(), before.end(), '\n'));
    std::size_t const start =
        before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    message.append("line ").append(line + 1).append(", column ");
    return message.append(static_cast<count>(before.size() - start));
}

[[nodiscard]] inline error malformed(std::string_view source, std::string_view text,
                                     std::size_t position) {
    sentence message{source};
    message.append(": ");
    if (text.starts_with("version https://git-lfs")) {
        message.append(
            "this is a Git LFS pointer, not the file itself; fetch it with 'git lfs pull'.");
    } else if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
        message.append("there is nothing in it; download or copy the file again.");
    } else if (position > text.size()) {
        message.append("the JSON ends too early, after ")
            .append_grouped(static_cast<count>(text.size()));
        message.append(" bytes; the file was probably cut off: download or copy it again.");
    } else {
        append_place(message.append("not valid JSON at "), text, position);
        message.append(
            "; look for a stray or missing comma, quote or bracket there (NaN, comments and "
            "numbers above 1e308 are not JSON either).");
    }
    return {errc::malformed, message};
}

} // namespace detail

/// Parses a JSON object. `source` names the text in errors. A UTF-8 byte order mark is skipped.
[[nodiscard]] inline result<nlohmann::json> parse_json(std::string_view text,
                                                       std::string_view source) {
    using defect = detail::json_inspector::defect;
    sentence message{source};
    if (std::size_t const bad = detail::first_bad_utf8(text); bad != std::string_view::npos) {
        message.append(": byte ").append_grouped(static_cast<count>(bad) + 1).append(" (");
        detail::append_place(message, text, bad + 1).append(") is not UTF-8; ");
        return error{errc::malformed, message.append("save the file as UTF-8 text.")};
    }
    detail::json_inspector inspector;
    bool const well_formed = nlohmann::json::sax_parse(text.begin(), text.end(), &inspector);
    switch (inspector.found()) {
    case defect::depth:
        message.append(": brackets are nested deeper than ")
            .append(static_cast<count>(json_limits::depth));
        return error{errc::malformed,
                     message.append("; no configuration needs that, is this the right file?")};
    case defect::amount:
        message.append(": more than ").append_grouped(static_cast<count>(json_limits::values));
        return error{
            errc::malformed,
            message.append(" values; no configuration needs that, is this the right file?")};
    case defect::duplicate:
        message.append(": ").append(detail::in_quotes(inspector.duplicate()));
        return error{errc::malformed,
                     message.append(" is written twice in the same object; keep the right one.")};
    case defect::syntax: return detail::malformed(source, text, inspector.position());
    case defect::none: break;
    }
    auto document =
        nlohmann::json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
    if (!well_formed || document.is_discarded()) { return detail::malformed(source, text, 0); }
    if (!document.is_object()) {
        message.append(": the file holds ").append(detail::shown(document));
        return error{errc::wrong_type,
                     message.append(", not an object; it must start with a brace.")};
    }
    return document;
}

/// The fields of one JSON object, read by name and type. Keeps the first defect, goes on with
/// values
/// that are in range, and remembers which fields were asked for.
class json_fields {
public:
    /// \param path  where the object is in the file, with a dot at its end: "quantization_config."
    json_fields(nlohmann::json const& object, std::string_view source, std::string_view path = {})
        : object_(&object), source_(source), path_(path) {}

    /// The value, or nothing where it is absent or null (which configurations use alike).
    [[nodiscard]] nlohmann::json const* find(std::string_view name) {
        seen_.emplace_back(name);
        auto const at = object_->find(std::string(name));
        return at == object_->end() || at->is_null() ? nullptr : &*at;
    }
    /// Whether the field is written at all, be it null.
    [[nodiscard]] bool contains(std::string_view name) const {
        return object_->contains(std::string(name));
    }

    [[nodiscard]] count integer(std::string_view name, count low, count high) {
        nlohmann::json const* const value = find(name);
        if (value == nullptr) {
            refuse(errc::missing_field, name,
                   contains(name) ? "is null; it must be " : "is missing; add it as ",
                   range(low, high));
            return low;
        }
        return whole(name, *value, low, high);
    }
    [[nodiscard]] count integer_or(std::string_view name, count otherwise, count low, count high) {
        nlohmann::json const* const value = find(name);
        return value == nullptr ? otherwise : whole(name, *value, low, high);
    }
    /// A field with an older name: the value of the one that is there.
    [[nodiscard]] count integer(std::string_view name, std::string_view older, count low,
                                count high) {
        count const by_older = integer_or(older, 0, low, high);
        if (by_older == 0) { return integer(name, low, high); }
        count const by_name = integer_or(name, by_older, low, high);
        if (by_name != by_older) {
            refuse(errc::contradiction, name, "differs from ", detail::in_quotes(older),
                   ", an older name of it; keep one.");
        }
        return by_name;
    }
    [[nodiscard]] bool flag_or(std::string_view name, bool otherwise) {
        nlohmann::json const* const value = find(name);
        if (value == nullptr) { return otherwise; }
        if (!value->is_boolean()) {
            refuse(errc::wrong_type, name, "is ", detail::shown(*value),
                   "; it must be true or false.");
            return otherwise;
        }
        return value->get<bool>();
    }
    /// Valid as long as the document.
    [[nodiscard]] std::string_view text_or(std::string_view name, std::string_view otherwise) {
        nlohmann::json const* const value = find(name);
        if (value == nullptr) { return otherwise; }
        if (!value->is_string()) {
            refuse(errc::wrong_type, name, "is ", detail::shown(*value),
                   "; it must be a text in quotes.");
            return otherwise;
        }
        return value->get_ref<std::string const&>();
    }
    [[nodiscard]] std::vector<std::string_view> texts_or_none(std::string_view name) {
        std::vector<std::string_view> texts;
        nlohmann::json const* const value = find(name);
        if (value == nullptr) { return texts; }
        bool right = value->is_array();
        for (auto const& item : right ? *value : nlohmann::json::array()) {
            right = right && item.is_string();
        }
        if (!right) {
            refuse(errc::wrong_type, name, "is ", detail::shown(*value),
                   "; it must be a list of texts in quotes.");
            return texts;
        }
        for (auto const& item : *value) {
            texts.emplace_back(item.get_ref<std::string const&>());
        }
        return texts;
    }
    [[nodiscard]] nlohmann::json const* object_or_none(std::string_view name) {
        nlohmann::json const* const value = find(name);
        if (value == nullptr || value->is_object()) { return value; }
        refuse(errc::wrong_type, name, "is ", detail::shown(*value),
               "; it must be an object in braces.");
        return nullptr;
    }

    /// "config.json: "field" <parts>"; without a name, of the object itself. Only the first defect is kept.
    template <class... Parts> void refuse(errc code, std::string_view name, Parts const&... parts) {
        if (failure_) { return; }
        sentence message{source_};
        message.append(": ").append(detail::in_quotes(path_of(name), 64)).append(" ");
        (message.append(std::string_view(parts)), ...);
        failure_ = error{code, message};
    }
    void fail(error const& why) {
        if (!failure_) { failure_ = why; }
    }
    [[nodiscard]] std::optional<error> const& failure() const noexcept { return failure_; }
    [[nodiscard]] bool seen(std::string_view name) const {
        return std::find(seen_.begin(), seen_.end(), name) != seen_.end();
    }
    [[nodiscard]] nlohmann::json const& object() const noexcept { return *object_; }
    [[nodiscard]] std::string_view source() const noexcept { return source_; }

private:
    [[nodiscard]] std::string path_of(std::string_view name) const {
        std::string const path = path_ + std::string(name);
        return path.ends_with('.') ? path.substr(0, path.size() - 1) : path;
    }
    [[nodiscard]] static std::string range(count low, count high) {
        text<80> words{"a whole number from "};
        words.append_grouped(low).append(" to ").append_grouped(high).append(".");
        return std::string(words.view());
    }
    [[nodiscard]] count whole(std::string_view name, nlohmann::json const& value, count low,
                              count high) {
        bool const is_whole = value.is_number_integer();
        // Above 2^63 the value is unsigned and would turn negative.
        bool const fits =
            !value.is_number_unsigned() ||
            value.get<std::uint64_t>() <= static_cast<std::uint64_t>(reckon::detail::count_max);
        if (is_whole && fits && value.get<count>() >= low && value.get<count>() <= high) {
            return value.get<count>();
        }
        refuse(is_whole ? errc::out_of_range : errc::wrong_type, name, "is ", detail::shown(value),
               "; it must be ", range(low, high));
        return low;
    }

    nlohmann::json const* object_;
    std::string_view source_;
    std::string path_;
    std::vector<std::string_view> seen_{};
    std::optional<error> failure_{};
};

} // namespace reckon::inline v0::io
