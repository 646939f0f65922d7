// SPDX-License-Identifier: MIT
#include "audit/findings.hpp"
#include "audit/laws.hpp"
#include "audit/measure.hpp"

#include <algorithm>
#include <cmath>

namespace audit {

namespace {

/// Whether the row of the claim has the expected text: a check must be of this claim.
bool written_in(claim const& c, std::string const& expected) {
    return std::ranges::any_of(
        std::initializer_list<std::string const*>{&c.recomputed, &c.truth, &c.reason, &c.notes,
                                                  &c.stated, &c.text},
        [&](std::string const* text) { return text->find(expected) != std::string::npos; });
}

/// Digits behind the point of "1.2%".
int decimals_of(std::string const& tolerance) {
    std::size_t const point = tolerance.find('.');
    return point == std::string::npos ? 0 : static_cast<int>(tolerance.find('%') - point - 1);
}

/// Whether "right" is the word for a claim that is off by so much.
bool called_rightly(claim const& c, double ratio) {
    if (c.verdict != "right" && c.verdict != "right within") { return true; }
    double const allowed = leading_number(c.within.substr(0, c.within.find('%'))).value_or(0);
    double const scale = std::pow(10.0, decimals_of(c.within));
    return std::round(std::abs(ratio - 1) * 100 * scale) <= std::round(allowed * scale);
}

finding calculated(claim const& c, check const& k) {
    finding f{.of = &k, .header = {}, .answer = {}, .trouble = {}, .of_stated = {}};
    law const* const l = find_law(k.law);
    auto const u = find_unit(k.unit);
    if (l == nullptr || !u) {
        f.trouble =
            l == nullptr ? "there is no law '" + k.law + "'" : "there is no unit '" + k.unit + "'";
        return f;
    }
    f.header = l->header;
    arguments a(k.arguments);
    measure const m = l->answer(a);
    if (auto const wrong = a.wrong()) {
        f.trouble = *wrong;
        return f;
    }
    if (m.of != u->of) {
        f.trouble = "the law does not answer in '" + k.unit + "'";
        return f;
    }
    f.answer = printed_like(m, *u, k.expected);
    if (f.answer != k.expected) {
        f.trouble = "expected " + k.expected;
    } else if (!written_in(c, k.expected)) {
        f.trouble = "the claim's row does not say " + k.expected;
    }
    if (k.against_stated) {
        auto const stated = leading_number(c.stated);
        auto const in = find_unit(c.unit);
        if (!stated) {
            f.trouble = "'" + c.stated + "' states no number";
            return f;
        }
        double const factor = in && in->of == m.of ? in->factor : u->factor;
        f.of_stated = m.value / (*stated * factor);
        if (f.trouble.empty() && !called_rightly(c, *f.of_stated)) {
            f.trouble = "called right, and is not";
        }
    }
    return f;
}

} // namespace

bool audited::reproduced() const { return std::ranges::all_of(findings, &finding::reproduced); }

bool audited::refuted() const {
    return of->verdict == "wrong" || of->verdict == "internally inconsistent" ||
           of->verdict == "ambiguous unit";
}

std::vector<audited> audit_all(record const& r) {
    std::vector<audited> all;
    for (claim const& c : r.claims) {
        audited one{.of = &c, .findings = {}};
        for (check const& k : c.checks) {
            one.findings.push_back(calculated(c, k));
        }
        all.push_back(std::move(one));
    }
    return all;
}

} // namespace audit
