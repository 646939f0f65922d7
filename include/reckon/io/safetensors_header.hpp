// SPDX-License-Identifier: MIT
// The header of a safetensors file: eight bytes of length, then JSON that lists every tensor.
//
// Read as the JSON comes, without building a document: a header of 100 MB is allowed, and what is
// kept of it is one entry a tensor. Everything that the format's own reader refuses is refused, and a
// tensor listed twice as well, which that reader lets pass.
//
// Source: huggingface/safetensors README.md and safetensors/src/tensor.rs (Metadata::validate).
#pragma once
#include <reckon/detail/nearest.hpp>
#include <reckon/detail/result.hpp>
#include <reckon/io/file_head.hpp>
#include <reckon/io/json.hpp>
#include <reckon/io/tensor_list.hpp>

#include <nlohmann/json.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace reckon::inline v0::io {

namespace safetensors_limits {
inline constexpr count header = 100'000'000; ///< the format's own
inline constexpr count header_in_file =
    15'000'000; ///< of one file; published shards have up to 1 MB
inline constexpr std::size_t dimensions = 16;
inline constexpr std::size_t name = 1024;
} // namespace safetensors_limits

/// What a safetensors header says.
struct safetensors_header {
    tensor_list tensors{};
    count header_bytes{}; ///< with the eight bytes of its length
    count data_bytes{};   ///< of all tensors, which lie without a gap behind it
};

namespace detail {

struct safetensors_type {
    std::string_view name;
    count bits;
};
inline constexpr safetensors_type safetensors_types[] = {
    {"BF16", 16},       {"F32", 32}, {"F16", 16},    {"F8_E4M3", 8}, {"F8_E5M2", 8},
    {"F8_E8M0", 8},     {"I8", 8},   {"U8", 8},      {"I32", 32},    {"I64", 64},
    {"F64", 64},        {"BOOL", 8}, {"I16", 16},    {"U16", 16},    {"U32", 32},
    {"U64", 64},        {"F4", 4},   {"F6_E2M3", 6}, {"F6_E3M2", 6}, {"F8_E4M3FNUZ", 8},
    {"F8_E5M2FNUZ", 8}, {"C64", 64},
};

/// Takes the header as the parser reads it. The member names are those that nlohmann's sax_parse calls.
class safetensors_reader {
public:
    safetensors_reader(tensor_list& into, count header_bytes, std::string_view source)
        : tensors_(&into), header_bytes_(header_bytes), source_(source) {}

    bool null() { return refuse_value("null"); }
    bool boolean(bool) { return refuse_value("true or false"); }
    bool number_integer(nlohmann::json::number_integer_t) {
        return refuse_value("a negative number");
    }
    bool number_float(nlohmann::json::number_float_t, std::string const&) {
        return refuse_value("a fraction or a number above 2^64");
    }
    bool binary(nlohmann::json::binary_t&) { return refuse_value("binary"); }
    bool number_unsigned(nlohmann::json::number_unsigned_t value) {
        if (at_ != place::shape && at_ != place::offsets) { return refuse_value("a number"); }
        if (value > static_cast<std::uint64_t>(reckon::detail::count_max)) {
            return refuse(errc::out_of_range,
                          sentence("has the number ").append(std::to_string(value)),
                          at_ == place::shape ? " in its shape, above 2^63."
                                              : " in its data_offsets, above 2^63.");
        }
        auto const number = static_cast<count>(value);
        if (at_ == place::offsets) {
            if (offsets_seen_ == 2) {
                return refuse(errc::malformed,
                              "has more than two data_offsets; they are begin and end.");
            }
            offsets_[offsets_seen_++] = number;
            return true;
        }
        if (dimensions_ == shape_.size()) {
            return refuse(errc::out_of_range, "has more than 16 dimensions.");
        }
        shape_[dimensions_++] = number;
        return true;
    }
    bool string(std::string& value) {
        if (at_ == place::metadata) { return true; }
        if (at_ != place::member || member_ != "dtype") { return refuse_value("a text"); }
        for (safetensors_type const& known : safetensors_types) {
            if (known.name == value) { type_ = &known; }
        }
        if (type_ != nullptr) { return true; }
        sentence why{"has the dtype "};
        why.append(in_quotes(value, 24)).append(", which is not known; known are");
        for (safetensors_type const& known : safetensors_types) {
            why.append(" ").append(known.name);
        }
        return refuse(errc::unsupported, why, ".");
    }
    bool start_object(std::size_t) {
        switch (at_) {
        case place::outside: at_ = place::list; return true;
        case place::name:
            if (name_ == "__metadata__") {
                at_ = place::metadata;
                return metadata_seen_ ? refuse(errc::malformed, "is written twice.")
                                      : (metadata_seen_ = true);
            }
            at_ = place::tensor;
            type_ = nullptr;
            dimensions_ = offsets_seen_ = 0;
            shape_seen_ = false;
            return true;
        default: return refuse_value("an object");
        }
    }
    bool key(std::string& name) {
        if (at_ == place::metadata) { return true; }
        if (at_ == place::list) {
            if (name.size() > safetensors_limits::name) { return refuse_length(name); }
            name_ = std::move(name);
            at_ = place::name;
            return true;
        }
        bool const twice = (name == "dtype" && type_ != nullptr) ||
                           (name == "shape" && shape_seen_) ||
                           (name == "data_offsets" && offsets_seen_ > 0);
        if (twice) {
            return refuse(errc::malformed, sentence("has ").append(in_quotes(name)),
                          " twice; keep the right one.");
        }
        if (name != "dtype" && name != "shape" && name != "data_offsets") {
            return refuse(errc::malformed, sentence("has a field ").append(in_quotes(name)),
                          "; it must have dtype, shape and data_offsets only.");
        }
        member_ = std::move(name);
        at_ = place::member;
        return true;
    }
    bool end_object() {
        if (at_ == place::metadata || at_ == place::list) {
            at_ = at_ == place::metadata ? place::list : place::outside;
            return true;
        }
        at_ = place::list;
        return add();
    }
    bool start_array(std::size_t) {
        if (at_ == place::member && member_ == "shape") {
            at_ = place::shape;
            return shape_seen_ = true;
        }
        if (at_ == place::member && member_ == "data_offsets") {
            at_ = place::offsets;
            return true;
        }
        return refuse_value("a list");
    }
    bool end_array() {
        at_ = place::tensor;
        return true;
    }
    bool parse_error(std::size_t position, std::string const&, nlohmann::json::exception const&) {
        sentence why{source_};
        why.append(": the header is not valid JSON at byte ")
            .append_grouped(static_cast<count>(position) + 8);
        failure_ =
            error{errc::malformed, why.append("; the file is damaged: download or copy it again.")};
        return false;
    }
    [[nodiscard]] std::optional<error> const& failure() const noexcept { return failure_; }

private:
    enum class place : unsigned char {
        outside,
        list,
        name,
        metadata,
        tensor,
        member,
        shape,
        offsets
    };

    bool refuse(errc code, std::string_view what, std::string_view more = {}) {
        if (!failure_) {
            sentence why{source_};
            why.append(": ")
                .append(name_ == "__metadata__" ? "" : "tensor ")
                .append(in_quotes(name_, 64))
                .append(" ");
            failure_ = error{code, why.append(what).append(more)};
        }
        return false;
    }
    bool refuse_value(std::string_view kind) {
        if (at_ == place::outside || at_ == place::list) {
            sentence why{source_};
            why.append(": the header holds ")
                .append(kind)
                .append(" where a list of tensors should be; the file is damaged.");
            failure_ = error{errc::wrong_type, why};
            return false;
        }
        if (at_ == place::metadata) {
            return refuse(errc::wrong_type, sentence("holds ").append(kind),
                          "; it must hold texts only.");
        }
        if (at_ == place::name) {
            return refuse(errc::wrong_type, sentence("is ").append(kind),
                          "; it must be an object.");
        }
        return refuse(errc::wrong_type, sentence("holds ").append(kind),
                      " where its dtype, shape or data_offsets should be.");
    }
    bool refuse_length(std::string const& name) {
        name_ = name;
        return refuse(errc::out_of_range,
                      sentence("has a name of ").append_grouped(static_cast<count>(name.size())),
                      " bytes; no tensor has more than 1,024.");
    }
    [[nodiscard]] bool add() {
        if (type_ == nullptr || !shape_seen_ || offsets_seen_ != 2) {
            return refuse(errc::missing_field, type_ == nullptr ? "has no dtype."
                                               : !shape_seen_   ? "has no shape."
                                                                : "has not two data_offsets.");
        }
        count elements = 1;
        for (std::size_t i = 0; i < dimensions_; ++i) {
            elements = shape_[i] == 0 ? 0 : elements;
        }
        for (std::size_t i = 0; i < dimensions_ && elements != 0; ++i) {
            elements = reckon::detail::multiply(elements, shape_[i]);
        }
        count const bits = reckon::detail::multiply(elements, type_->bits);
        if (bits == reckon::detail::count_max) {
            return refuse(errc::out_of_range, "has a shape of more than 2^63 bits.");
        }
        if (bits % 8 != 0) { return refuse(errc::malformed, "does not fill whole bytes."); }
        if (offsets_[0] > offsets_[1]) {
            return refuse(
                errc::malformed,
                sentence("begins at ").append_grouped(offsets_[0]).append(", behind its end, "),
                sentence().append_grouped(offsets_[1]).append("."));
        }
        if (offsets_[1] - offsets_[0] != bits / 8) {
            return refuse(
                errc::contradiction,
                sentence("has data_offsets for ").append_grouped(offsets_[1] - offsets_[0]),
                sentence(" bytes, but its shape and dtype take ")
                    .append_grouped(bits / 8)
                    .append("."));
        }
        // Offsets count from the end of the header.
        if (offsets_[1] > reckon::detail::count_max - header_bytes_) {
            return refuse(errc::out_of_range, "ends behind byte 2^63.");
        }
        tensors_->add(name_, type_->name, std::span<count const>(shape_.data(), dimensions_),
                      {1, elements, bits / 8}, offsets_[0] + header_bytes_);
        return true;
    }

    tensor_list* tensors_;
    count header_bytes_;
    std::string_view source_;
    place at_{place::outside};
    bool metadata_seen_{};
    std::string name_{};
    std::string member_{};
    safetensors_type const* type_{};
    bool shape_seen_{};
    std::array<count, safetensors_limits::dimensions> shape_{};
    std::size_t dimensions_{};
    std::array<count, 2> offsets_{};
    std::size_t offsets_seen_{};
    std::optional<error> failure_{};
};

/// The tensors follow one another from the header's end on: no gap, no overlap.
[[nodiscard]] inline std::optional<error> check_layout(safetensors_header& header,
                                                       std::string_view source) {
    sentence why{source};
    if (std::string_view const twice = header.tensors.duplicate(); !twice.empty()) {
        why.append(": tensor ")
            .append(in_quotes(twice, 64))
            .append(" is listed twice; keep the right one.");
        return error{errc::malformed, why};
    }
    count end = header.header_bytes;
    for (std::uint32_t const i : header.tensors.by_offset()) {
        listed_tensor const t = header.tensors[i];
        if (t.offset != end) {
            why.append(": tensor ")
                .append(in_quotes(t.name, 64))
                .append(" begins at byte ")
                .append_grouped(t.offset);
            why.append(t.offset < end ? ", inside the tensor before it, which ends at "
                                      : ", but the tensor before it ends at ");
            return error{errc::malformed, why.append_grouped(end).append("; the file is damaged.")};
        }
        end += t.bytes;
    }
    header.data_bytes = end - header.header_bytes;
    return {};
}

} // namespace detail

/// The header in the first bytes of a file. `source` names it in errors; `file_bytes` is the size of
/// the whole file where it is known (then it must be what the header says), `missing` receives how
/// many more bytes are needed, if that is what is wrong.
[[nodiscard]] inline result<safetensors_header>
parse_safetensors(std::span<std::byte const> first_bytes,
                  std::string_view source = "safetensors header",
                  std::optional<count> file_bytes = {}, detail::shortage* missing = nullptr) {
    auto const have = static_cast<count>(first_bytes.size());
    sentence why{source};
    auto const lacking = [&](count wanted) {
        if (missing != nullptr) { missing->more = wanted - have; }
        why.append(": the header has ")
            .append_grouped(wanted)
            .append(" bytes, of which ")
            .append_grouped(have);
        why.append(" are here; ").append_grouped(wanted - have);
        why.append(file_bytes ? " are missing: the file was cut off, download or copy it again."
                              : " more bytes are needed.");
        return error{errc::unreadable, why};
    };
    if (have < 8) { return lacking(8); }
    std::uint64_t const length = detail::little_endian(first_bytes.first(8));
    if (length > static_cast<std::uint64_t>(safetensors_limits::header) || length < 2) {
        why.append(": the first eight bytes give a header of ").append(std::to_string(length));
        return error{
            errc::malformed,
            why.append(
                " bytes; it has 2 to 100,000,000: this is no safetensors file, or a damaged one.")};
    }
    count const end = static_cast<count>(length) + 8;
    if (file_bytes && end > *file_bytes) {
        why.append(": the first eight bytes give a header of ")
            .append_grouped(end - 8)
            .append(" bytes, but the file has ");
        return error{errc::malformed,
                     why.append_grouped(*file_bytes)
                         .append("; this is no safetensors file, or it was cut off.")};
    }
    if (end > have) { return lacking(end); }
    auto const json = first_bytes.subspan(8, static_cast<std::size_t>(length));
    std::string_view const text(reinterpret_cast<char const*>(json.data()), json.size());
    if (text.front() != '{') {
        return error{errc::malformed, why.append(": byte 8 is not the brace that a header begins "
                                                 "with; this is no safetensors file.")};
    }
    if (std::size_t const bad = detail::first_bad_utf8(text); bad != std::string_view::npos) {
        why.append(": byte ").append_grouped(static_cast<count>(bad) + 8);
        return error{errc::malformed,
                     why.append(" of the header is not UTF-8; the file is damaged.")};
    }
    safetensors_header header{.tensors = {}, .header_bytes = end, .data_bytes = 0};
    detail::safetensors_reader reader(header.tensors, end, source);
    bool const read = nlohmann::json::sax_parse(text.begin(), text.end(), &reader);
    if (reader.failure()) { return *reader.failure(); }
    if (!read) {
        return error{errc::malformed,
                     why.append(": the header is not valid JSON; the file is damaged.")};
    }
    if (auto const wrong = detail::check_layout(header, source)) { return *wrong; }
    if (file_bytes && *file_bytes != end + header.data_bytes) {
        count const wanted = end + header.data_bytes;
        why.append(": the header describes a file of ")
            .append_grouped(wanted)
            .append(" bytes, but it has ")
            .append_grouped(*file_bytes);
        return error{errc::malformed,
                     why.append(*file_bytes < wanted
                                    ? "; it was cut off: download or copy it again."
                                    : "; bytes follow that no tensor owns.")};
    }
    header.tensors.find_groups();
    return header;
}

} // namespace reckon::inline v0::io
