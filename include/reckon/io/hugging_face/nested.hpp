// SPDX-License-Identifier: MIT
// Files that hold a text model and parts beside it: text_config, vision_config, audio_config.
#pragma once
#include <reckon/io/hugging_face/known_fields.hpp>
#include <reckon/io/hugging_face/shape.hpp>

#include <initializer_list>
#include <string>
#include <string_view>

namespace reckon::inline v0::io::hugging_face {

/// The object under the first of these names that is there.
[[nodiscard]] inline nlohmann::json const*
first_object(json_fields& f, std::initializer_list<std::string_view> names) {
    for (std::string_view const name : names) {
        if (nlohmann::json const* const found = f.object_or_none(name)) { return found; }
    }
    return nullptr;
}

/// What an outer file says of the text model inside it. tie_word_embeddings holds for both; a dtype or
/// a quantization_config may stand in either.
template <class Read>
[[nodiscard]] description read_text_part(json_fields& f, std::string_view family,
                                         Read const& read) {
    nlohmann::json const* const inner = first_object(f, {"text_config", "language_config"});
    if (inner == nullptr) {
        f.refuse(errc::missing_field, "text_config",
                 "is missing; it holds the text model of this family.");
        return {};
    }
    nlohmann::json merged = *inner;
    nlohmann::json const* const tied = f.find("tie_word_embeddings");
    if (tied != nullptr && !merged.contains("tie_word_embeddings")) {
        merged["tie_word_embeddings"] = *tied;
    }
    json_fields t(merged, f.source(), "text_config.");
    description d = read(t);
    if (t.object_or_none("quantization_config") != nullptr) {
        d.quantization = &inner->at("quantization_config");
    }
    if (!t.failure()) { refuse_unknown_shapes(t, family); }
    if (t.failure()) { f.fail(*t.failure()); }
    json_fields original(*inner, f.source(), "text_config.");
    d.dtype = original.text_or("dtype", original.text_or("torch_dtype", ""));
    return d;
}

/// A part as its fields describe it: parameters, and the shape of an encoder of images whose largest image is known.
struct tower {
    count parameters{};
    image_encoder images{};
    // NOLINTNEXTLINE(google-explicit-constructor): most parts have parameters alone
    constexpr tower(count values, image_encoder const& shape = {}) noexcept
        : parameters(values), images(shape) {}
};

/// The part under `field`, if there is one: `read_part(its fields)`, a tower or its parameters, in 16 bit.
template <class Read>
void read_side(json_fields& f, description& d, std::string_view field, side_kind kind,
               std::string_view family, Read const& read_part) {
    nlohmann::json const* const inner = f.object_or_none(field);
    if (inner == nullptr || f.failure()) { return; }
    std::string const prefix = std::string(field) + ".";
    json_fields part(*inner, f.source(), prefix);
    tower const found = read_part(part);
    side_part const side{kind, found.parameters};
    if (!part.failure()) { refuse_unknown_shapes(part, family); }
    if (part.failure()) {
        f.fail(*part.failure());
    } else if (!d.model.sides.push_back(side)) {
        f.refuse(errc::unsupported, field, "is one part more than a model can have here.");
    } else if (found.images.known()) {
        d.model.images = found.images;
    }
}

/// Marks fields as read that change no tensor of this family, though their names speak of shapes.
inline void no_shapes(json_fields& f, std::initializer_list<std::string_view> names) {
    for (std::string_view const name : names) {
        (void)f.find(name);
    }
}

} // namespace reckon::inline v0::io::hugging_face
