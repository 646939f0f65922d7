// SPDX-License-Identifier: MIT
// Values out of texts, strictly: what could be meant otherwise is refused, with its place. The first mistake stays.
#pragma once
#include "recommend/given.hpp"

#include <reckon/cost/money.hpp>
#include <reckon/detail/date.hpp>
#include <reckon/detail/result.hpp>
#include <reckon/units/names.hpp>

#include <optional>

namespace recommend {

/// Bounds of a number, and how one writes it.
struct amount_form {
    std::string_view unit{};    ///< that may stand behind it
    std::string_view example{}; ///< "20 (USD an hour)"
    double most{1e9};
    bool zero{false}; ///< whether 0 is one
};

class reader {
public:
    explicit reader(given const& g) : given_(&g) {}

    [[nodiscard]] bool has(std::string_view name) const { return given_->has(name); }
    [[nodiscard]] std::string text(std::string_view name) const { return given_->text(name); }

    // Each reads into `into` what was given under that name; nothing where nothing was.
    void tokens(std::string_view name, reckon::tokens& into);
    void count(std::string_view name, std::string_view what, reckon::count& into,
               reckon::count least = 1);
    void amount(std::string_view name, amount_form const& form, double& into);
    /// "60%" or "0.6".
    void share(std::string_view name, double& into);
    void duration(std::string_view name, reckon::seconds& into);
    void limit(std::string_view name, reckon::figure<reckon::seconds>& into);
    void day(std::string_view name, std::optional<reckon::date>& into);

    // The same of a text that stands within an option.
    std::optional<reckon::count> count_in(std::string_view name, std::string_view written,
                                          std::string_view what, reckon::count least = 1);
    std::optional<double> number_in(std::string_view name, std::string_view written,
                                    amount_form const& form);

    /// Stores what was read, or the error with the option's place in front.
    template <class T, class Target>
    bool take(std::string_view name, reckon::result<T> const& read, Target& into) {
        if (!read) { about(name, read.error()); }
        if (read) { into = *read; }
        return read.has_value();
    }
    void about(std::string_view name, reckon::error const& why);
    void not_one_of(std::string_view name, std::string_view choices);
    void fail(reckon::errc code, std::string_view why) { fail({code, reckon::sentence(why)}); }
    void fail(reckon::error const& why) {
        if (!failed_) { failed_ = why; }
    }
    [[nodiscard]] bool ok() const { return !failed_; }
    [[nodiscard]] reckon::error const& failure() const { return *failed_; }

private:
    [[nodiscard]] reckon::sentence at(std::string_view name) const {
        return reckon::sentence(given_->place(name));
    }

    given const* given_;
    std::optional<reckon::error> failed_{};
};

} // namespace recommend
