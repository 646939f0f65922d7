// SPDX-License-Identifier: MIT
// Layers that differ one by one: lists with an entry a layer, and the groups that they make.
#pragma once
#include <reckon/io/hugging_face/mixtures.hpp>
#include <reckon/io/layer_groups.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace reckon::inline v0::io::hugging_face {

/// Refuses a list whose length is not the number of layers.
inline void require_one_each(json_fields& f, std::string_view field, std::size_t entries,
                             count layers) {
    if (static_cast<count>(entries) == layers || f.failure()) { return; }
    text<64> numbers{};
    numbers.append(static_cast<count>(entries)).append(" entries for ").append(layers);
    f.refuse(errc::contradiction, field, "has ", numbers.view(),
             " layers; give one entry a layer.");
}

/// One text a layer, each of `known`; empty where the field is absent.
[[nodiscard]] inline std::vector<std::string_view>
read_kinds(json_fields& f, std::string_view field, count layers,
           std::initializer_list<std::string_view> known) {
    auto kinds = f.texts_or_none(field);
    if (f.find(field) == nullptr) { return {}; }
    require_one_each(f, field, kinds.size(), layers);
    for (std::string_view const kind : kinds) {
        if (std::find(known.begin(), known.end(), kind) == known.end()) {
            f.refuse(errc::unsupported, field, "contains ", detail::in_quotes(kind),
                     ", which is not a kind of layer that this family has.");
        }
    }
    if (f.failure()) { kinds.clear(); }
    return kinds;
}

/// A list of whole numbers from `low` to `high`; empty where the field is absent or wrong.
[[nodiscard]] inline std::vector<count> read_numbers(json_fields& f, std::string_view field,
                                                     count low, count high) {
    std::vector<count> numbers;
    nlohmann::json const* const value = f.find(field);
    if (value == nullptr) { return numbers; }
    bool right = value->is_array();
    for (auto const& item : right ? *value : nlohmann::json::array()) {
        right = right && item.is_number_integer() && item.get<count>() >= low &&
                item.get<count>() <= high;
        if (right) { numbers.push_back(item.get<count>()); }
    }
    if (right) { return numbers; }
    text<64> range{};
    range.append_grouped(low).append(" to ").append_grouped(high);
    f.refuse(errc::wrong_type, field, "is ", detail::shown(*value),
             "; it must be a list of whole numbers from ", range.view(), ".");
    return {};
}

/// Groups of equal layers, the last layer's last: prediction modules are shaped as that one.
/// `shape(i)` is layer i; the set of layers in it is not looked at.
template <class Shape>
[[nodiscard]] any_groups group_layers(json_fields& f, count layers, Shape const& shape) {
    layer_groups groups{};
    for (count i = 0; i < layers; ++i) {
        if (!groups.add(shape(i), i)) {
            f.refuse(errc::unsupported, "num_hidden_layers", too_many_kinds);
            break;
        }
    }
    return groups.in_order();
}

/// Refuses a text that is not the one value whose shapes are known.
inline void require_text(json_fields& f, std::string_view field, std::string_view known) {
    std::string_view const value = f.text_or(field, known);
    if (value != known) {
        f.refuse(errc::unsupported, field, "is ", detail::in_quotes(value), "; only ",
                 detail::in_quotes(known), " is known.");
    }
}

} // namespace reckon::inline v0::io::hugging_face
