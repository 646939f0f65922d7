// SPDX-License-Identifier: MIT
// Every law of two descriptions of one model, in one setting: which is the first that differs? The laws of the
// catalogue's types take half a minute to compile: that is done once, in every_law.cpp.
#pragma once

#include <reckon/memory/kv_cache.hpp>
#include <reckon/model/model_spec.hpp>
#include <reckon/parallel/layout.hpp>
#include <reckon/precision/recipe.hpp>

#include <string_view>

namespace reckon::test {

struct setting {
    layout ranks{};
    recipe weights{bf16};
    cache_recipe cache{bf16};
    tokens context{1000};
    count block{1};
    count requests{1};
};

// Bit for bit; the sums of both are made in the same order, or exact. Prediction modules and formats of
// the publisher are left to the caller: files of some types do not say them.
[[nodiscard]] std::string_view first_difference(any_model const& a, any_model const& b,
                                                setting const& s);

// The same of the catalogue's model at `index`, as the type that the compiler knows, and a value; prediction modules and
// the publisher's format too. An id that the table of values has not at that place is a difference.
[[nodiscard]] std::string_view difference_from_type(std::size_t index, any_model const& value,
                                                    setting const& s);

} // namespace reckon::test
