// SPDX-License-Identifier: MIT
// What a reader of models asks a GGUF file: metadata by key and layer, tensors by layer and name.
#pragma once
#include <reckon/detail/result.hpp>
#include <reckon/io/gguf_metadata.hpp>
#include <reckon/io/json.hpp>
#include <reckon/io/tensor_list.hpp>
#include <reckon/model/validate.hpp>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reckon::inline v0::io::gguf {

/// Asks metadata and tensors for what a model needs; keeps the first defect. The tensors of a layer
/// are found through a table by layer, so that a file of 100,000 tensors is asked in no time.
class model_reader {
public:
    model_reader(gguf_metadata const& metadata, tensor_list const& tensors, std::string_view source,
                 std::string_view architecture)
        : metadata_(&metadata), tensors_(&tensors), source_(source), architecture_(architecture) {
        for (std::size_t i = 0; i < tensors.size(); ++i) {
            std::string_view const name = tensors[i].name;
            std::size_t const dot = name.find('.', layer_prefix.size());
            bool const in_layer = name.starts_with(layer_prefix) && dot != std::string_view::npos;
            std::string_view const number =
                in_layer ? name.substr(layer_prefix.size(), dot - layer_prefix.size())
                         : std::string_view{};
            auto& list = in_layer && io::detail::is_number(number) ? layer_list(number) : outside_;
            list.push_back({in_layer ? name.substr(dot + 1) : name, i});
        }
    }

    // ---- metadata -------------------------------------------------------------------------------

    [[nodiscard]] bool contains(std::string_view name) const {
        return metadata_->contains(key(name));
    }
    [[nodiscard]] count integer(std::string_view name, count low, count high) {
        if (!contains(name)) { return missing(name, low); }
        return integer_or(name, low, low, high);
    }
    [[nodiscard]] count integer_or(std::string_view name, count otherwise, count low, count high) {
        std::string const full = key(name);
        if (!metadata_->contains(full)) { return otherwise; }
        auto const value = metadata_->integer(full);
        if (!value) {
            bool const list = metadata_->list_length(full).has_value();
            refuse(list ? errc::unsupported : errc::wrong_type, name,
                   list ? "is a list of different values, which only sizes of layers can be."
                        : "is not a whole number from 0 to 2^63.");
            return low;
        }
        return checked(name, *value, low, high);
    }
    /// The value for one layer: an entry of a list with one for each, or the one for all.
    [[nodiscard]] count at_or(std::string_view name, count layer, count otherwise, count low,
                              count high) {
        std::string const full = key(name);
        auto const length = metadata_->list_length(full);
        if (!length) { return integer_or(name, otherwise, low, high); }
        auto const value = metadata_->element(full, layer);
        if (value) { return checked(name, *value, low, high); }
        refuse(errc::contradiction, name,
               *length <= layer ? "is a list that is shorter than the model."
                                : "is a list of something else than whole numbers from 0 to 2^63.");
        return low;
    }
    [[nodiscard]] count at(std::string_view name, count layer, count low, count high) {
        if (!contains(name)) { return missing(name, low); }
        return at_or(name, layer, low, low, high);
    }

    // ---- tensors --------------------------------------------------------------------------------

    /// The tensor of that name outside of the layers, or nothing.
    [[nodiscard]] std::optional<listed_tensor> find(std::string_view name) const {
        return find_in(outside_, name);
    }
    [[nodiscard]] std::optional<listed_tensor> find(count layer, std::string_view name) const {
        auto const i = static_cast<std::size_t>(layer);
        return i < layers_.size() ? find_in(layers_[i], name) : std::optional<listed_tensor>{};
    }
    [[nodiscard]] bool is_empty(count layer) const noexcept {
        auto const i = static_cast<std::size_t>(layer);
        return i >= layers_.size() || layers_[i].empty();
    }
    [[nodiscard]] bool has(count layer, std::string_view name) const {
        return find(layer, name).has_value();
    }
    [[nodiscard]] bool has_any(count layer, std::initializer_list<std::string_view> names) const {
        return std::any_of(names.begin(), names.end(),
                           [&](std::string_view name) { return has(layer, name); });
    }
    /// A dimension of a matrix, or 0: 0 are the columns (input features), 1 the rows.
    [[nodiscard]] static count extent(std::optional<listed_tensor> const& t,
                                      std::size_t dimension) {
        return t && t->shape.size() > dimension ? t->shape[dimension] : 0;
    }
    [[nodiscard]] count columns(count layer, std::string_view name) const {
        return extent(find(layer, name), 0);
    }
    [[nodiscard]] count rows(count layer, std::string_view name) const {
        return extent(find(layer, name), 1);
    }
    [[nodiscard]] count elements(count layer, std::string_view name) const {
        auto const t = find(layer, name);
        return t ? t->elements : 0;
    }

    // ---- defects --------------------------------------------------------------------------------

    void refuse(errc code, std::string_view name, std::string_view what) {
        if (failure_) { return; }
        sentence why{source_};
        why.append(": ").append(io::detail::in_quotes(key(name), 64)).append(" ");
        failure_ = error{code, why.append(what)};
    }
    void fail(errc code, std::string_view what) {
        if (failure_) { return; }
        sentence why{source_};
        failure_ = error{code, why.append(": ").append(what)};
    }
    void fail_layer(errc code, count layer, std::string_view what) {
        if (failure_) { return; }
        sentence why{source_};
        failure_ =
            error{code, why.append(": layer ").append_grouped(layer).append(" ").append(what)};
    }
    [[nodiscard]] std::string key(std::string_view name) const {
        return std::string(architecture_) + "." + std::string(name);
    }
    [[nodiscard]] gguf_metadata const& metadata() const noexcept { return *metadata_; }
    [[nodiscard]] std::optional<error> const& failure() const noexcept { return failure_; }

private:
    struct named {
        std::string_view name; ///< behind 'blk.N.'
        std::size_t index;
    };
    static constexpr std::string_view layer_prefix = "blk.";

    [[nodiscard]] std::vector<named>& layer_list(std::string_view number) {
        std::size_t layer = 0;
        for (char const c : number) {
            layer = layer * 10 + static_cast<std::size_t>(c - '0');
        }
        // Layers that no model can have are refused by their count; their tensors stay outside.
        if (layer >= static_cast<std::size_t>(model_limits::layers + model_limits::mtp_layers)) {
            return outside_;
        }
        if (layer >= layers_.size()) { layers_.resize(layer + 1); }
        return layers_[layer];
    }
    [[nodiscard]] std::optional<listed_tensor> find_in(std::vector<named> const& list,
                                                       std::string_view name) const {
        for (named const& t : list) {
            if (t.name == name) { return (*tensors_)[t.index]; }
        }
        return {};
    }
    [[nodiscard]] count missing(std::string_view name, count low) {
        refuse(errc::missing_field, name, "is missing, so the model is not known.");
        return low;
    }
    [[nodiscard]] count checked(std::string_view name, count value, count low, count high) {
        if (value >= low && value <= high) { return value; }
        sentence what{"is "};
        what.append_grouped(value).append("; it must be from ").append_grouped(low);
        what.append(" to ").append_grouped(high);
        refuse(errc::out_of_range, name, what.append("."));
        return low;
    }

    gguf_metadata const* metadata_;
    tensor_list const* tensors_;
    std::string_view source_;
    std::string_view architecture_;
    std::vector<std::vector<named>> layers_{};
    std::vector<named> outside_{};
    std::optional<error> failure_{};
};

} // namespace reckon::inline v0::io::gguf
