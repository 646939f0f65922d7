// SPDX-License-Identifier: MIT
#include "audit/arguments.hpp"
#include "audit/measure.hpp"

#include <reckon/catalog/find_offer.hpp>

#include <cmath>

namespace audit {

using reckon::count;

arguments::arguments(std::string_view text) {
    while (!text.empty()) {
        std::size_t const end = text.find(' ');
        std::string_view const word = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (word.empty()) { continue; }
        std::size_t const equals = word.find('=');
        if (equals == 0 || equals == std::string_view::npos) {
            fail("'" + std::string(word) + "' is no name=value");
            return;
        }
        given_.push_back(
            {std::string(word.substr(0, equals)), std::string(word.substr(equals + 1))});
    }
}

void arguments::fail(std::string_view why) {
    if (!wrong_) { wrong_ = std::string(why); }
}

std::optional<std::string> arguments::wrong() const {
    if (wrong_) { return wrong_; }
    for (named const& n : given_) {
        if (!n.read) { return "the law does not ask for '" + n.name + "'"; }
    }
    return std::nullopt;
}

bool arguments::has(std::string_view name) const {
    for (named const& n : given_) {
        if (n.name == name) { return true; }
    }
    return false;
}

std::string_view arguments::text(std::string_view name) {
    for (named& n : given_) {
        if (n.name == name) {
            n.read = true;
            return n.value;
        }
    }
    fail("the law asks for '" + std::string(name) + "', which is not given");
    return {};
}

double arguments::number(std::string_view name) {
    std::string_view const written = text(name);
    auto const n = leading_number(written);
    if (!n) { fail("'" + std::string(written) + "' is no number"); }
    return n.value_or(1);
}

double arguments::number_or(std::string_view name, double otherwise) {
    return has(name) ? number(name) : otherwise;
}

count arguments::whole(std::string_view name) {
    double const n = number(name);
    if (n != std::floor(n) || std::abs(n) > 9e15) {
        fail(std::string(name) + " is not a whole number");
        return 1;
    }
    return static_cast<count>(n);
}

count arguments::whole_or(std::string_view name, count otherwise) {
    return has(name) ? whole(name) : otherwise;
}

reckon::any_model arguments::model(std::string_view name) {
    auto const found = reckon::find_model(text(name));
    if (!found) {
        fail(found.error().message.view());
        return {};
    }
    return *found;
}

reckon::any_gpu arguments::gpu(std::string_view name) {
    auto const found = reckon::find_gpu(text(name));
    if (!found) {
        fail(found.error().message.view());
        return {};
    }
    return *found;
}

reckon::any_precision arguments::format(std::string_view name) {
    auto const found = reckon::find_precision(text(name));
    if (!found) {
        fail(found.error().message.view());
        return {};
    }
    return *found;
}

reckon::recipe arguments::recipe(std::string_view name) { return {format(name)}; }

std::optional<reckon::arithmetic> find_operands(std::string_view name) {
    using enum reckon::arithmetic;
    for (auto const a : {fp64, fp32, tf32, fp16, bf16, fp8, fp4, int8, int4}) {
        if (reckon::name(a) == name) { return a; }
    }
    return std::nullopt;
}

reckon::arithmetic arguments::operands(std::string_view name) {
    std::string_view const written = text(name);
    auto const found = find_operands(written);
    if (!found) {
        fail("'" + std::string(written) + "' are no operands that peaks are listed for");
    }
    return found.value_or(reckon::arithmetic::fp16);
}

reckon::offer arguments::instance(std::string_view name) {
    auto const found = reckon::find_instance(text(name));
    if (!found) {
        fail(found.error().message.view());
        return {};
    }
    return *found;
}

} // namespace audit
