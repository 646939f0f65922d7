// SPDX-License-Identifier: MIT
// Layers as a file tells them, one by one, put into groups of equals.
#pragma once
#include <reckon/model/model_spec.hpp>

#include <cstddef>
#include <string_view>
#include <utility>

namespace reckon::inline v0::io {

/// What a reader says of a model with more kinds of layers than its groups hold.
inline constexpr std::string_view too_many_kinds =
    "counts layers of more than 8 kinds, which is more than a model can have here.";

/// Groups of equal layers, the last layer's last: prediction modules are shaped as that one.
class layer_groups {
public:
    /// Adds layer i, whose own set of layers is not looked at. False where there is no room for its kind.
    [[nodiscard]] bool add(any_layers layer, count i) {
        std::size_t at = 0;
        while (at < groups_.list.size() && !(groups_.list[at].attention == layer.attention &&
                                             groups_.list[at].feed_forward == layer.feed_forward &&
                                             groups_.list[at].norms == layer.norms)) {
            ++at;
        }
        layer.at = {};
        if (at == groups_.list.size() && !groups_.list.push_back(layer)) { return false; }
        groups_.list[at].at.insert(i);
        last_ = at;
        return true;
    }
    [[nodiscard]] any_groups in_order() const {
        any_groups ordered = groups_;
        for (std::size_t i = last_; i + 1 < ordered.list.size(); ++i) {
            std::swap(ordered.list[i], ordered.list[i + 1]);
        }
        return ordered;
    }

private:
    any_groups groups_{};
    std::size_t last_{};
};

} // namespace reckon::inline v0::io
