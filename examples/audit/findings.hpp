// SPDX-License-Identifier: MIT
// What the library answers to every check, and whether the record says the same.
#pragma once
#include "audit/record.hpp"

#include <optional>
#include <string>
#include <vector>

namespace audit {

/// One check, calculated.
struct finding {
    check const* of{};
    std::string header;              ///< where the law is
    std::string answer;              ///< written as the record writes it; empty where there is none
    std::string trouble;             ///< why there is none, or why it does not hold
    std::optional<double> of_stated; ///< answer over what the article states
    [[nodiscard]] bool reproduced() const { return trouble.empty(); }
};

/// One claim with its checks calculated.
struct audited {
    claim const* of{};
    std::vector<finding> findings;
    [[nodiscard]] bool computed() const { return !findings.empty(); }
    [[nodiscard]] bool reproduced() const;
    /// Wrong, inconsistent with its own article, or in a unit that leaves open what is meant.
    [[nodiscard]] bool refuted() const;
};

/// Every claim, in the order of the record. A finding holds where the law's answer, written like the
/// expected one, is the expected one; where the claim's row has that text; and where a claim that is
/// called right states the number that was calculated.
[[nodiscard]] std::vector<audited> audit_all(record const& r);

} // namespace audit
