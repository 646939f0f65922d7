// SPDX-License-Identifier: MIT
// A strict reader for the measurement tables: RFC 4180 quoting, a header row, columns by name.
#pragma once
#include <cstddef>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace accuracy {

/// What a table can have wrong, in one sentence; the program ends with status 2.
struct bad_input : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A table in memory: the header and its rows, each as wide as the header.
class table {
public:
    static table read(std::filesystem::path const& file);

    [[nodiscard]] std::string const& name() const noexcept { return name_; }
    [[nodiscard]] std::size_t size() const noexcept { return rows_.size(); }
    /// Throws bad_input with every missing column named, in one sentence.
    void require(std::vector<std::string_view> const& columns) const;
    [[nodiscard]] std::optional<std::size_t> column(std::string_view name) const noexcept;
    /// The cell, without blanks around it; empty where the table has no such column.
    [[nodiscard]] std::string_view at(std::size_t row, std::string_view column) const noexcept;

private:
    std::string name_;
    std::vector<std::string> header_;
    std::vector<std::vector<std::string>> rows_;
};

/// One row, read by column name.
struct record {
    table const& from;
    std::size_t index;
    [[nodiscard]] std::string_view operator[](std::string_view column) const noexcept {
        return from.at(index, column);
    }
};

/// The whole cell as a number, or nothing: no trailing words, no thousands separators.
[[nodiscard]] std::optional<double> number(std::string_view cell) noexcept;
[[nodiscard]] std::optional<long long> whole_number(std::string_view cell) noexcept;

[[nodiscard]] std::string lower(std::string_view text);
[[nodiscard]] bool contains(std::string_view text, std::string_view part) noexcept;

} // namespace accuracy
