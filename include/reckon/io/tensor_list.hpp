// SPDX-License-Identifier: MIT
// The tensors that weight files hold, as their headers list them, and exact sums over them.
#pragma once
#include <reckon/detail/math.hpp>
#include <reckon/io/tensor_names.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace reckon::inline v0::io {

/// Tensors, their elements and their bytes; exact integers.
struct tensor_amount {
    count tensors{};
    count elements{}; ///< as stored: a packed int32 of eight 4 bit weights is one
    count bytes{};

    constexpr void add(count more_elements, count more_bytes, count more_tensors = 1) noexcept {
        tensors = reckon::detail::add(tensors, more_tensors);
        elements = reckon::detail::add(elements, more_elements);
        bytes = reckon::detail::add(bytes, more_bytes);
    }
    friend constexpr bool operator==(tensor_amount const&, tensor_amount const&) noexcept = default;
};

/// One tensor of a list; the views are valid as long as the list is not changed.
struct listed_tensor {
    std::string_view name{};
    std::string_view type{}; ///< "BF16", "Q4_K"
    std::span<count const>
        shape{}; ///< in the file's own order: safetensors rows first, GGUF columns first
    count elements{};
    count bytes{};
    count offset{}; ///< from the first byte of its file
    count part{};   ///< which file of several, from 0
    tensor_group group{};
};

/// What a type's tensors take in all.
struct type_amount {
    std::string_view type{};
    tensor_amount amount{};
};

/// Every tensor of one file, or of the files of one model.
class tensor_list {
public:
    /// \param type  a name that outlives the list: one of a format's own table
    void add(std::string_view name, std::string_view type, std::span<count const> shape,
             tensor_amount const& size, count offset) {
        tensors_.push_back({size.elements, size.bytes, offset, type, text_.size(), shapes_.size(),
                            static_cast<std::uint32_t>(name.size()),
                            static_cast<std::uint16_t>(shape.size()), parts_, tensor_group::other});
        text_.append(name);
        shapes_.insert(shapes_.end(), shape.begin(), shape.end());
    }
    /// The tensors that are added from here on are another file's.
    void begin_part() noexcept { ++parts_; }
    /// The tensors of `other` become one more file's.
    void append(tensor_list const& other) {
        if (!tensors_.empty()) { begin_part(); }
        for (std::size_t i = 0; i < other.size(); ++i) {
            listed_tensor const t = other[i];
            add(t.name, t.type, t.shape, {1, t.elements, t.bytes}, t.offset);
        }
    }

    /// Moves every offset: GGUF counts them from the beginning of the data.
    void shift(count by) noexcept {
        for (entry& e : tensors_) {
            e.offset = reckon::detail::add(e.offset, by);
        }
    }

    [[nodiscard]] std::size_t size() const noexcept { return tensors_.size(); }
    [[nodiscard]] bool empty() const noexcept { return tensors_.empty(); }
    [[nodiscard]] listed_tensor operator[](std::size_t i) const noexcept {
        entry const& e = tensors_[i];
        return {std::string_view(text_).substr(e.name, e.name_length),
                e.type,
                std::span<count const>(shapes_).subspan(e.shape, e.dimensions),
                e.elements,
                e.bytes,
                e.offset,
                static_cast<count>(e.part),
                e.group};
    }
    /// visit(listed_tensor) in the order of the files.
    void for_each(auto&& visit) const {
        for (std::size_t i = 0; i < size(); ++i) {
            visit((*this)[i]);
        }
    }

    /// Sorts every tensor into its group by its name. Called once, when the list is complete: which
    /// layers are prediction modules only all names together say.
    void find_groups() {
        // Names differ in their numbers alone a thousand times over: each pattern is matched once.
        std::unordered_map<std::string, tensor_group> rows;
        std::string pattern;
        prediction_layers drafting{};
        for (std::size_t i = 0; i < size(); ++i) {
            detail::name_parts const parts((*this)[i].name);
            pattern.clear();
            for (std::size_t part = 0; part < parts.used; ++part) {
                bool const number = detail::is_number(parts.part[part]);
                pattern.append(number ? std::string_view("#") : parts.part[part]).append(".");
            }
            auto const [at, fresh] = rows.try_emplace(pattern, tensor_group::other);
            if (fresh) { at->second = detail::group_by_rows(parts); }
            tensors_[i].group = at->second;
            drafting.look_at(parts, at->second);
        }
        for (std::size_t i = 0; i < size(); ++i) {
            detail::name_parts const parts((*this)[i].name);
            tensors_[i].group = detail::settled(parts, tensors_[i].group, drafting);
        }
    }

    [[nodiscard]] tensor_amount total() const noexcept {
        tensor_amount sum{};
        for (entry const& e : tensors_) {
            sum.add(e.elements, e.bytes);
        }
        return sum;
    }
    /// Indexed by tensor_group.
    [[nodiscard]] std::array<tensor_amount, tensor_groups> by_group() const noexcept {
        std::array<tensor_amount, tensor_groups> sums{};
        for (entry const& e : tensors_) {
            sums[static_cast<std::size_t>(e.group)].add(e.elements, e.bytes);
        }
        return sums;
    }
    [[nodiscard]] tensor_amount of(tensor_group group) const noexcept {
        return by_group()[static_cast<std::size_t>(group)];
    }
    /// Largest first; `only` restricts the sums to one group.
    [[nodiscard]] std::vector<type_amount> by_type(tensor_group const* only = nullptr) const {
        std::vector<type_amount> sums;
        for (entry const& e : tensors_) {
            if (only != nullptr && e.group != *only) { continue; }
            auto at = std::find_if(sums.begin(), sums.end(),
                                   [&](type_amount const& s) { return s.type == e.type; });
            if (at == sums.end()) { at = sums.insert(sums.end(), type_amount{e.type, {}}); }
            at->amount.add(e.elements, e.bytes);
        }
        std::sort(sums.begin(), sums.end(), [](type_amount const& a, type_amount const& b) {
            return a.amount.bytes != b.amount.bytes ? a.amount.bytes > b.amount.bytes
                                                    : a.type < b.type;
        });
        return sums;
    }

    /// A name that two tensors have, or nothing.
    [[nodiscard]] std::string_view duplicate() const {
        std::vector<std::uint32_t> order = ordered();
        std::sort(order.begin(), order.end(), [this](std::uint32_t a, std::uint32_t b) {
            return (*this)[a].name < (*this)[b].name;
        });
        for (std::size_t i = 1; i < order.size(); ++i) {
            if ((*this)[order[i - 1]].name == (*this)[order[i]].name) {
                return (*this)[order[i]].name;
            }
        }
        return {};
    }
    /// The places of all tensors of a list of one file, by offset; tensors without bytes are left out.
    [[nodiscard]] std::vector<std::uint32_t> by_offset() const {
        std::vector<std::uint32_t> order = ordered();
        std::erase_if(order, [this](std::uint32_t i) { return tensors_[i].bytes == 0; });
        std::sort(order.begin(), order.end(), [this](std::uint32_t a, std::uint32_t b) {
            return tensors_[a].offset != tensors_[b].offset
                       ? tensors_[a].offset < tensors_[b].offset
                       : a < b;
        });
        return order;
    }

private:
    struct entry {
        count elements{};
        count bytes{};
        count offset{};
        std::string_view type{};
        std::size_t name{};
        std::size_t shape{};
        std::uint32_t name_length{};
        std::uint16_t dimensions{};
        std::uint16_t part{};
        tensor_group group{};
    };
    [[nodiscard]] std::vector<std::uint32_t> ordered() const {
        std::vector<std::uint32_t> order(size());
        for (std::size_t i = 0; i < order.size(); ++i) {
            order[i] = static_cast<std::uint32_t>(i);
        }
        return order;
    }

    std::vector<entry> tensors_{};
    std::string text_{};
    std::vector<count> shapes_{};
    std::uint16_t parts_{};
};

} // namespace reckon::inline v0::io
