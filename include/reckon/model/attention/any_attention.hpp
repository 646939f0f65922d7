// SPDX-License-Identifier: MIT
// Any of the shipped attention families, chosen at run time.
#pragma once
#include <reckon/detail/one_of.hpp>
#include <reckon/model/attention/compressed.hpp>
#include <reckon/model/attention/cross.hpp>
#include <reckon/model/attention/gqa.hpp>
#include <reckon/model/attention/linear.hpp>
#include <reckon/model/attention/mla.hpp>
#include <reckon/model/attention/none.hpp>
#include <reckon/model/attention/shared_compressed.hpp>
#include <reckon/model/attention/short_convolution.hpp>
#include <reckon/model/attention/sparse.hpp>
#include <reckon/model/attention/state_space.hpp>
#include <reckon/model/attention/windowed.hpp>

#include <concepts>

namespace reckon::inline v0 {

/// Any of the shipped families, chosen at run time.
struct any_attention {
    one_of<gqa, mla, windowed<gqa>, no_attention, encoder<gqa>, selected<mla>, indexed<mla>,
           indexed<gqa>, hyper_connected<compressed_attention>, gated_delta_net, kimi_delta,
           lightning, mamba, mamba2, cross_attending<gqa>,
           hyper_connected<shared_compressed_attention>, short_convolution>
        family{};
    count query_heads{};

    constexpr any_attention() noexcept = default;
    template <class A>
        requires(!std::same_as<A, any_attention> && attention<A>)
    // NOLINTNEXTLINE(google-explicit-constructor)
    constexpr any_attention(A const& a) noexcept : family(a), query_heads(a.query_heads) {}

    constexpr void for_each_tensor(count hidden, auto&& visit) const noexcept {
        family.visit([&](auto const& a) { a.for_each_tensor(hidden, visit); });
    }
    constexpr void for_each_tensor_in_prediction(count hidden, auto&& visit) const noexcept {
        family.visit(
            [&](auto const& a) { reckon::for_each_tensor_in_prediction(a, hidden, visit); });
    }
    constexpr void for_each_state(auto&& visit) const noexcept {
        family.visit([&](auto const& a) { a.for_each_state(visit); });
    }
    constexpr void for_each_score(phase when, auto&& visit) const noexcept {
        family.visit([&](auto const& a) { a.for_each_score(when, visit); });
    }
    friend constexpr bool operator==(any_attention const&, any_attention const&) noexcept = default;
};

} // namespace reckon::inline v0
