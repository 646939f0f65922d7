// SPDX-License-Identifier: MIT
// The header of a GGUF file: metadata and the list of tensors, from its first bytes alone.
//
//   "GGUF", version, number of tensors, number of pairs
//   pairs:    key, value type, value
//   tensors:  name, number of dimensions, dimensions, type, offset of the data
//   padding to general.alignment, then the data
//
// Nothing that the file says of itself is trusted: a count costs nothing until its bytes are there.
//
// Source: ggml-org/ggml docs/gguf.md; ggml/src/gguf.cpp. Versions 2 and 3 (the same layout).
#pragma once
#include <reckon/detail/result.hpp>
#include <reckon/io/gguf_cursor.hpp>
#include <reckon/io/gguf_metadata.hpp>
#include <reckon/io/gguf_types.hpp>
#include <reckon/io/json.hpp>
#include <reckon/io/tensor_list.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reckon::inline v0::io {

/// What a GGUF header says.
struct gguf_header {
    count version{};
    gguf_metadata metadata{};
    tensor_list tensors{};
    std::vector<std::uint32_t> types{}; ///< ggml's number of each tensor's type
    count header_bytes{};               ///< up to the end of the list
    count data_begin{};                 ///< the first byte of data
    count data_end{};                   ///< behind the last tensor
};

namespace detail {

/// A text that a sentence or a table may show must be one.
[[nodiscard]] inline bool is_clean(gguf_cursor& in, std::string_view text) {
    return first_bad_utf8(text) == std::string_view::npos ||
           in.fail(errc::malformed, "is not UTF-8; the file is damaged.");
}

[[nodiscard]] inline bool read_value_type(gguf_cursor& in, gguf_value_type& type) {
    std::uint64_t const number = in.number(4);
    if (in.ok() && number >= gguf_value_types) {
        return in.fail(errc::malformed, sentence("has the value type ")
                                            .append(std::to_string(number))
                                            .append("; there are 0 to 12: the file is damaged."));
    }
    type = static_cast<gguf_value_type>(in.ok() ? number : 0);
    return in.ok();
}

/// Passes over the values of a list. Lists of fixed size cost nothing, texts a step each.
[[nodiscard]] inline bool skip_list(gguf_cursor& in, gguf_value_type element, std::uint64_t length,
                                    int depth) {
    if (count const size = size_of_value(element); size > 0) {
        auto const each = static_cast<std::uint64_t>(size);
        if (!in.has(length, each)) { return false; }
        in.skip(length * each);
        return true;
    }
    bool const nested = element == gguf_value_type::list;
    if (nested && depth == gguf_limits::depth) {
        return in.fail(errc::malformed,
                       "nests lists deeper than 8; no metadata does, the file is damaged.");
    }
    // A text has at least its length, a list its type and length.
    if (!in.has(length, nested ? 12 : 8)) { return false; }
    for (std::uint64_t i = 0; i < length; ++i) {
        if (!nested) {
            (void)in.text(static_cast<std::uint64_t>(gguf_limits::header));
        } else {
            gguf_value_type inner{};
            if (!read_value_type(in, inner)) { return false; }
            std::uint64_t const inner_length = in.number(8);
            if (!in.ok() || !skip_list(in, inner, inner_length, depth + 1)) { return false; }
        }
        if (!in.ok()) { return false; }
    }
    return true;
}

[[nodiscard]] inline bool read_list(gguf_cursor& in, gguf_metadata& into, std::string_view key) {
    gguf_value_type element{};
    if (!read_value_type(in, element)) { return false; }
    std::uint64_t const length = in.number(8);
    count const size = size_of_value(element);
    if (!in.ok() || !in.has(length, static_cast<std::uint64_t>(size > 0 ? size : 8))) {
        return false;
    }
    into.add_list(key, element, static_cast<count>(length));
    bool const keep = size > 0 && static_cast<count>(length) <= gguf_limits::kept_list;
    if (!keep) { return skip_list(in, element, length, 1); }
    for (std::uint64_t i = 0; i < length; ++i) {
        into.keep_number(in.number(static_cast<std::size_t>(size)));
    }
    return in.ok();
}

[[nodiscard]] inline bool read_pair(gguf_cursor& in, gguf_metadata& into) {
    in.reading("a metadata key");
    std::string_view const key = in.text(gguf_limits::key);
    if (!in.ok() || !is_clean(in, key)) { return false; }
    if (key.empty()) { return in.fail(errc::malformed, "is empty; the file is damaged."); }
    in.reading("metadata", key);
    gguf_value_type type{};
    if (!read_value_type(in, type)) { return false; }
    if (type == gguf_value_type::list) { return read_list(in, into, key); }
    if (type == gguf_value_type::text) {
        std::string_view const value = in.text(static_cast<std::uint64_t>(gguf_limits::header));
        if (!in.ok() || (value.size() <= gguf_limits::kept_text && !is_clean(in, value))) {
            return false;
        }
        into.add_text(key, value);
        return true;
    }
    std::uint64_t const bits = in.number(static_cast<std::size_t>(size_of_value(type)));
    if (in.ok() && type == gguf_value_type::boolean && bits > 1) {
        return in.fail(errc::malformed,
                       "is a truth value other than 0 and 1; the file is damaged.");
    }
    if (in.ok()) { into.add_number(key, type, bits); }
    return in.ok();
}

[[nodiscard]] inline bool refuse_type(gguf_cursor& in, std::uint32_t type) {
    for (gguf::removed_row const& gone : gguf::removed) {
        if (gone.number != type) { continue; }
        return in.fail(errc::unsupported, sentence("is of type ")
                                              .append(gone.name)
                                              .append(", which was removed from the format; ")
                                              .append(gone.instead)
                                              .append("."));
    }
    return in.fail(errc::unsupported,
                   sentence("has the type number ")
                       .append(static_cast<count>(type))
                       .append(", which is not known; types go from 0 (F32) to 41 (Q1_0)."));
}

[[nodiscard]] inline bool read_tensor(gguf_cursor& in, gguf_header& into) {
    in.reading("a tensor's name");
    std::string_view const name = in.text(gguf_limits::name);
    if (!in.ok() || !is_clean(in, name)) { return false; }
    if (name.empty()) { return in.fail(errc::malformed, "is empty; the file is damaged."); }
    in.reading("tensor", name);
    std::uint64_t const dimensions = in.number(4);
    if (in.ok() && dimensions > gguf_limits::dimensions) {
        return in.fail(errc::out_of_range, sentence("has ")
                                               .append(std::to_string(dimensions))
                                               .append(" dimensions; there are at most 4."));
    }
    std::array<count, gguf_limits::dimensions> shape{};
    count elements = 1;
    bool none = false;
    for (std::uint64_t i = 0; i < dimensions && in.ok(); ++i) {
        std::uint64_t const rows = in.number(8);
        if (rows > static_cast<std::uint64_t>(reckon::detail::count_max)) {
            return in.fail(errc::out_of_range, sentence("has a dimension of ")
                                                   .append(std::to_string(rows))
                                                   .append(", above 2^63."));
        }
        shape[static_cast<std::size_t>(i)] = static_cast<count>(rows);
        none = none || rows == 0;
        elements =
            rows == 0 ? elements : reckon::detail::multiply(elements, static_cast<count>(rows));
    }
    auto const type = static_cast<std::uint32_t>(in.number(4));
    std::uint64_t const offset = in.number(8);
    if (!in.ok()) { return false; }
    gguf::type_row const* const format = gguf::find_type(type);
    if (format == nullptr) { return refuse_type(in, type); }
    elements = none ? 0 : elements;
    if (reckon::detail::multiply(elements, format->block_bytes, count{8}) ==
        reckon::detail::count_max) {
        return in.fail(errc::out_of_range, "has a shape of more than 2^63 bits.");
    }
    if ((dimensions > 0 ? shape[0] : 1) % format->block_elements != 0) {
        sentence what{"has rows of "};
        what.append_grouped(dimensions > 0 ? shape[0] : 1)
            .append(", which are no whole blocks of ")
            .append(format->name);
        return in.fail(
            errc::malformed,
            what.append(" (").append(format->block_elements).append("); the file is damaged."));
    }
    if (offset > static_cast<std::uint64_t>(reckon::detail::count_max)) {
        return in.fail(
            errc::out_of_range,
            sentence("begins at ").append(std::to_string(offset)).append(", above 2^63."));
    }
    count const bytes = elements / format->block_elements * format->block_bytes;
    into.tensors.add(name, format->name,
                     std::span<count const>(shape.data(), static_cast<std::size_t>(dimensions)),
                     {1, elements, bytes}, static_cast<count>(offset));
    into.types.push_back(type);
    return true;
}

[[nodiscard]] inline bool read_amount(gguf_cursor& in, std::string_view what, count most,
                                      std::uint64_t& amount) {
    in.reading(what);
    amount = in.number(8);
    if (!in.ok() || amount <= static_cast<std::uint64_t>(most)) { return in.ok(); }
    sentence why{"is "};
    why.append(std::to_string(amount)).append("; no model has more than ").append_grouped(most);
    return in.fail(errc::malformed, why.append(", so this number is damaged."));
}

/// Magic, version and the two counts.
[[nodiscard]] inline bool read_preamble(gguf_cursor& in, gguf_header& into, std::uint64_t& tensors,
                                        std::uint64_t& pairs) {
    in.reading("the magic");
    std::uint64_t const magic = in.number(4);
    if (in.ok() && magic != 0x46554747) {
        return in.fail(errc::malformed, "is not 'GGUF'; this is no GGUF file.");
    }
    in.reading("the version");
    std::uint64_t const version = in.number(4);
    if (!in.ok()) { return false; }
    // A version of the other byte order has its digits in the upper half.
    if ((version & 0xFFFF) == 0 && version != 0) {
        return in.fail(errc::unsupported, "is big endian; files for little-endian machines are "
                                          "read, convert it with gguf_convert_endian.py.");
    }
    if (version == 1) {
        return in.fail(errc::unsupported, "is 1, a format of 2023 with shorter numbers that no "
                                          "engine reads any more; convert the model anew.");
    }
    if (version < 2 || version > 3) {
        return in.fail(
            errc::unsupported,
            sentence("is ").append(std::to_string(version)).append("; 2 and 3 are read."));
    }
    into.version = static_cast<count>(version);
    // A tensor with a name of one byte and no dimensions; a key of one byte with a value of one.
    constexpr std::uint64_t smallest_tensor = 25;
    constexpr std::uint64_t smallest_pair = 14;
    return read_amount(in, "the number of tensors", gguf_limits::tensors, tensors) &&
           read_amount(in, "the number of metadata pairs", gguf_limits::pairs, pairs) &&
           in.has(pairs * smallest_pair + tensors * smallest_tensor);
}

/// Offsets become positions in the file; nothing may overlap or lie outside of it.
[[nodiscard]] inline std::optional<error> check_layout(gguf_header& header, std::string_view source,
                                                       std::optional<count> file_bytes) {
    sentence why{source};
    if (std::string_view const twice = header.tensors.duplicate(); !twice.empty()) {
        why.append(": tensor ")
            .append(in_quotes(twice, 64))
            .append(" is listed twice; the file is damaged.");
        return error{errc::malformed, why};
    }
    if (std::string_view const twice = header.metadata.duplicate(); !twice.empty()) {
        why.append(": metadata ")
            .append(in_quotes(twice, 64))
            .append(" is written twice; the file is damaged.");
        return error{errc::malformed, why};
    }
    count const alignment = header.metadata.integer("general.alignment").value_or(32);
    if (alignment < 1 || alignment > (count{1} << 30) || (alignment & (alignment - 1)) != 0) {
        why.append(": \"general.alignment\" is ")
            .append_grouped(alignment)
            .append("; it must be a power of two.");
        return error{errc::out_of_range, why};
    }
    header.data_begin = reckon::detail::ceil_div(header.header_bytes, alignment) * alignment;
    count end = header.data_begin;
    std::string_view before{};
    for (std::size_t i = 0; i < header.tensors.size(); ++i) {
        listed_tensor const t = header.tensors[i];
        if (t.offset % alignment == 0 &&
            t.offset <= reckon::detail::count_max - header.data_begin - t.bytes) {
            continue;
        }
        why.append(": tensor ")
            .append(in_quotes(t.name, 64))
            .append(" begins at ")
            .append_grouped(t.offset);
        why.append(t.offset % alignment == 0 ? ", so that it ends above 2^63"
                                             : ", which is no multiple of the alignment, ");
        if (t.offset % alignment != 0) { why.append_grouped(alignment); }
        return error{errc::malformed, why.append("; the file is damaged.")};
    }
    header.tensors.shift(header.data_begin);
    for (std::uint32_t const i : header.tensors.by_offset()) {
        listed_tensor const t = header.tensors[i];
        if (t.offset < end) {
            why.append(": tensor ")
                .append(in_quotes(t.name, 64))
                .append(" begins at byte ")
                .append_grouped(t.offset)
                .append(", inside ");
            return error{errc::malformed,
                         why.append(in_quotes(before, 64)).append("; the file is damaged.")};
        }
        end = t.offset + t.bytes;
        before = t.name;
    }
    header.data_end = end;
    if (file_bytes && end > *file_bytes) {
        why.append(": tensor ")
            .append(in_quotes(before, 64))
            .append(" ends at byte ")
            .append_grouped(end)
            .append(", but the file has ");
        return error{errc::malformed,
                     why.append_grouped(*file_bytes)
                         .append(" bytes; it was cut off: download or copy it again.")};
    }
    return {};
}

} // namespace detail

/// The header in the first bytes of a file. `source` names it in errors; `file_bytes` is the size of
/// the whole file where it is known (then every tensor must lie in it), `missing` receives how many
/// more bytes are needed at least, if that is what is wrong.
[[nodiscard]] inline result<gguf_header> parse_gguf(std::span<std::byte const> first_bytes,
                                                    std::string_view source = "GGUF header",
                                                    std::optional<count> file_bytes = {},
                                                    detail::shortage* missing = nullptr) {
    detail::gguf_cursor in(first_bytes, source, file_bytes);
    gguf_header header{};
    std::uint64_t tensors = 0;
    std::uint64_t pairs = 0;
    bool good = detail::read_preamble(in, header, tensors, pairs);
    for (std::uint64_t i = 0; good && i < pairs; ++i) {
        good = detail::read_pair(in, header.metadata);
    }
    for (std::uint64_t i = 0; good && i < tensors; ++i) {
        good = detail::read_tensor(in, header);
    }
    if (!good) {
        if (missing != nullptr) { missing->more = in.more(); }
        return *in.failure();
    }
    header.header_bytes = in.position();
    if (auto const wrong = detail::check_layout(header, source, file_bytes)) { return *wrong; }
    header.tensors.find_groups();
    return header;
}

} // namespace reckon::inline v0::io
