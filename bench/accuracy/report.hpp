// SPDX-License-Identifier: MIT
// What the program collects: one outcome a row and quantity, and the figures over them.
#pragma once
#include <filesystem>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace accuracy {

/// A predicted value with its interval, or the reason why there is none.
struct prediction {
    std::optional<double> value{};
    std::optional<double> low{};
    std::optional<double> high{};
    std::string reason{};

    [[nodiscard]] static prediction of(double v) { return {v, {}, {}, {}}; }
    [[nodiscard]] static prediction within(double v, double low, double high) {
        return {v, low, high, {}};
    }
    [[nodiscard]] static prediction none(std::string why) { return {{}, {}, {}, std::move(why)}; }
};

struct outcome {
    std::string file{};
    std::size_t row{}; ///< counted from 1, without the header
    std::string quantity{};
    std::string measured_text{};
    double measured{};
    prediction predicted{};
    std::string group{}; ///< what the tables of docs/accuracy.md are broken down by
    std::string model{};
    std::string detail{}; ///< what tells rows of one model apart: the format of a file
    std::string gpu{};
    std::string engine{};
    std::string source{};   ///< where the row is from, as the table names it
    std::string unstated{}; ///< what of its configuration nobody stated; empty: all is stated
    bool verdict{};         ///< measured and predicted are 1 for "fits", 0 for "does not"
    std::optional<double> spare{}; ///< verdicts: fraction that is left, where it fits
    std::vector<std::optional<double>>
        plain{}; ///< the same by rules of thumb, in the order of plain_rules
    double
        cache_token{}; ///< bytes of cache that a token takes on one rank, where that is what is asked

    [[nodiscard]] bool covered() const noexcept { return predicted.value.has_value(); }
    /// predicted / measured - 1
    [[nodiscard]] double error() const noexcept { return *predicted.value / measured - 1; }
};

/// The figures of one line of output.
struct summary {
    std::size_t n{};
    std::size_t covered{};
    double median{};
    double p90{};
    double bias{};
    double right{};       ///< verdicts: fraction that agrees
    std::size_t unsafe{}; ///< verdicts: said to fit and did not
    std::size_t inside{}; ///< rows with an interval whose measurement lies in it
    std::size_t with_interval{};
};

[[nodiscard]] summary summarise(std::vector<outcome const*> const& rows);

/// The covered ones of `rows` as a rule of thumb answers them; without those that it does not answer.
[[nodiscard]] std::vector<outcome> answered_by(std::vector<outcome const*> const& rows,
                                               std::size_t plain_rule);
[[nodiscard]] summary summarise(std::vector<outcome> const& rows);

/// Everything predicted in one run, and the order in which quantities are printed.
class report {
public:
    /// Declares a quantity, so that it has its line even without rows; `verdict` chooses the form.
    void declare(std::string quantity, bool verdict = false);
    void add(outcome o) { outcomes_.push_back(std::move(o)); }
    [[nodiscard]] std::vector<outcome> const& outcomes() const noexcept { return outcomes_; }
    /// Marks what no figure can be expected of: rows that do not state their configuration, by the reason why
    /// they have no prediction, or by name in `known` (unstated.csv, if it is there).
    void mark_unstated(std::filesystem::path const& known);

    /// The contract's lines, the wrong verdicts by name, the same rows by rules of thumb, then the uncovered
    /// rows counted by reason.
    void print(std::ostream& out) const;
    void write_rows(std::filesystem::path const& file) const;
    /// `reference` may hold held_out.md, what bench/calibrate says of rows that a fit has not seen, and
    /// explained.csv, why sizes differ from what was published.
    /// `plots`: the folder of `write_plots`, or empty.
    void write_markdown(std::filesystem::path const& file, std::filesystem::path const& reference,
                        std::filesystem::path const& plots = {}) const;
    /// Predicted against measured, as SVG drawn by gnuplot: accuracy_<quantity>.svg in `folder`.
    void write_plots(std::filesystem::path const& folder) const;

private:
    struct line {
        std::string quantity;
        bool verdict;
    };
    void write_sizes(std::ostream& out, std::filesystem::path const& explained) const;
    void write_others(std::ostream& out, std::filesystem::path const& reference) const;
    [[nodiscard]] std::string why_off(outcome const& o) const;
    void write_unstated(std::ostream& out) const;
    void print_stated(std::ostream& out) const;
    [[nodiscard]] std::vector<outcome const*> stated(std::string_view quantity) const;
    void link_plots(std::ostream& out, std::filesystem::path const& from) const;
    void print_wrong(std::ostream& out) const;
    void print_plain(std::ostream& out) const;
    [[nodiscard]] std::vector<line> lines() const;
    [[nodiscard]] std::vector<outcome const*> rows_of(std::string_view quantity) const;
    std::vector<line> declared_;
    std::vector<outcome> outcomes_;
};

/// Groups that are never mixed with a quantity of serving speed.
inline constexpr std::string_view serving_suffixes[] = {
    "", "_disaggregated", "_speculative", "_open_loop", "_mtp_unknown", "_mtp_unknown_if_on"};

} // namespace accuracy
