// SPDX-License-Identifier: MIT
// One accelerator: capacities, peaks and links, each a figure that may be unknown.
#pragma once
#include <reckon/detail/date.hpp>
#include <reckon/detail/provenance.hpp>
#include <reckon/detail/text.hpp>
#include <reckon/gpu/architecture.hpp>
#include <reckon/units/names.hpp>

#include <concepts>
#include <string_view>
#include <type_traits>

namespace reckon::inline v0 {

/// How well the row is supported: A vendor document, B two sources or one good one, C one source or
/// derived from clock and documented rate.
enum class confidence : std::uint8_t { a, b, c };

/// The fabric between accelerators of one scale-up domain.
struct fabric {
    text<31> kind{};                   ///< "NVLink 4", "xGMI", "PCIe 5.0"
    figure<link_bandwidth> each_way{}; ///< one direction, per device, all links together
    figure<count> scale_up{};          ///< devices that reach each other at this bandwidth
    friend constexpr bool operator==(fabric const&, fabric const&) noexcept = default;
};

/// The host link.
struct host_link {
    figure<count> generation{};
    figure<count> lanes{};
    figure<link_bandwidth> each_way{};
    friend constexpr bool operator==(host_link const&, host_link const&) noexcept = default;
};

/// Datasheet peaks by operand type, dense, with the accumulator that the datasheet names (fp32 for
/// 16 and 8 bit floats). A missing entry is unknown or not supported; `executed_as` tells which.
struct peak_rates {
    figure<peak_flop_rate> of[arithmetic_kinds]{};
    [[nodiscard]] constexpr figure<peak_flop_rate> const& operator[](arithmetic a) const noexcept {
        return of[static_cast<int>(a)];
    }
    [[nodiscard]] constexpr peak_rates with(arithmetic a, peak_flop_rate rate) const noexcept {
        peak_rates more = *this;
        more.of[static_cast<int>(a)] = rate;
        return more;
    }
    friend constexpr bool operator==(peak_rates const&, peak_rates const&) noexcept = default;
};

/// An accelerator of a known architecture; `any_gpu` is the same with the architecture as a value.
template <architecture Architecture> struct gpu_spec {
    label id{};   ///< "h200-sxm-141gb": what programs say
    label name{}; ///< "H200 SXM 141GB": what people read
    Architecture architecture{};
    figure<bytes> memory{};        ///< as sold: 80 GB, 141 GB
    figure<bytes> memory_usable{}; ///< what the driver reports to a program
    figure<memory_bandwidth> bandwidth{};
    peak_rates peak{};
    figure<count> compute_units{}; ///< that take tiles of a product: SMs, CUs, Xe-cores, MMEs, MXUs
    figure<watts> power{};         ///< board or module limit
    fabric link{};
    host_link host{};
    figure<count> gpus_per_node{}; ///< in the usual server
    figure<count> mig_instances{};
    figure<usd> street_price{};
    date street_price_date{};
    date released{};
    bool unified_memory{}; ///< shares its memory with the host (Apple, GB10, APUs)
    reckon::confidence grade{reckon::confidence::c};

    /// A static spec is also a run-time one.
    // NOLINTNEXTLINE(google-explicit-constructor)
    constexpr operator gpu_spec<any_architecture>() const noexcept
        requires(!std::same_as<Architecture, any_architecture>)
    {
        return {.id = id,
                .name = name,
                .architecture = architecture,
                .memory = memory,
                .memory_usable = memory_usable,
                .bandwidth = bandwidth,
                .peak = peak,
                .compute_units = compute_units,
                .power = power,
                .link = link,
                .host = host,
                .gpus_per_node = gpus_per_node,
                .mig_instances = mig_instances,
                .street_price = street_price,
                .street_price_date = street_price_date,
                .released = released,
                .unified_memory = unified_memory,
                .grade = grade};
    }
    // Written out because a defaulted one is checked for each architecture; the bindings keep it whole.
    friend constexpr bool operator==(gpu_spec const& a, gpu_spec const& b) noexcept {
        auto const& [id_, name_, architecture_, memory_, memory_usable_, bandwidth_, peak_,
                     compute_units_, power_, link_, host_, gpus_per_node_, mig_instances_,
                     street_price_, street_price_date_, released_, unified_memory_, grade_] = a;
        return id_ == b.id && name_ == b.name && architecture_ == b.architecture &&
               memory_ == b.memory && memory_usable_ == b.memory_usable &&
               bandwidth_ == b.bandwidth && peak_ == b.peak && compute_units_ == b.compute_units &&
               power_ == b.power && link_ == b.link && host_ == b.host &&
               gpus_per_node_ == b.gpus_per_node && mig_instances_ == b.mig_instances &&
               street_price_ == b.street_price && street_price_date_ == b.street_price_date &&
               released_ == b.released && unified_memory_ == b.unified_memory && grade_ == b.grade;
    }
};

/// An accelerator chosen at run time: from the catalogue, by name, or filled by hand.
using any_gpu = gpu_spec<any_architecture>;

/// What the laws ask of an accelerator; users may bring their own type.
template <class G>
concept gpu = requires(G const& g) {
    { g.name } -> std::convertible_to<std::string_view>;
    requires architecture<std::remove_cvref_t<decltype(g.architecture)>>;
    { g.memory } -> std::convertible_to<figure<bytes>>;
    { g.memory_usable } -> std::convertible_to<figure<bytes>>;
    { g.bandwidth } -> std::convertible_to<figure<memory_bandwidth>>;
    { g.peak[arithmetic::bf16] } -> std::convertible_to<figure<peak_flop_rate>>;
    { g.power } -> std::convertible_to<figure<watts>>;
    { g.link } -> std::convertible_to<fabric>;
    { g.host } -> std::convertible_to<host_link>;
    { g.gpus_per_node } -> std::convertible_to<figure<count>>;
};

/// The datasheet rate at which `g` multiplies operands stored for `wanted`: the native rate, or that
/// of the fallback. Unknown where nobody published it.
template <gpu G>
[[nodiscard]] constexpr figure<peak_flop_rate> peak_for(G const& g, arithmetic wanted) noexcept {
    arithmetic const executed = executed_as(g.architecture, wanted);
    if (g.peak[executed].known()) { return g.peak[executed]; }
    // Vendors quote one figure for both 16 bit types where they run at one rate.
    if (executed == arithmetic::bf16) { return g.peak[arithmetic::fp16]; }
    if (executed == arithmetic::fp16) { return g.peak[arithmetic::bf16]; }
    return unknown;
}

} // namespace reckon::inline v0
