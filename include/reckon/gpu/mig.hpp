// SPDX-License-Identifier: MIT
// A part of an accelerator that behaves like one: NVIDIA's Multi-Instance GPU.
//
//   peak(slice) = c / C peak,    memory(slice) = m / M memory,    bandwidth alike
//
//   symbol | meaning                                     | domain
//   c, C   | compute slices of the instance, of the whole| c <= C, C = 7 or 4
//   m, M   | memory slices of the instance, of the whole | m <= M, M = 8 where C = 7, else C
//
// Profiles are called <c>g.<gigabytes>gb: 3g.40gb is 3 of 7 compute and 4 of 8 memory slices of 80 GB.
// Source:       NVIDIA Multi-Instance GPU User Guide, supported profiles (A100, H100, H200, B200, A30).
// Deviations:   usable memory is taken in proportion; drivers report up to 3 % less.
// Not modelled: media engines, the variants with them (+me), time slicing.
#pragma once
#include <reckon/detail/nearest.hpp>
#include <reckon/detail/result.hpp>
#include <reckon/gpu/gpu_spec.hpp>
#include <reckon/units/makers.hpp>

namespace reckon::inline v0 {

namespace detail {

/// Slices of one profile.
struct mig_profile {
    count compute{};
    count memory{};
};
inline constexpr mig_profile mig_profiles_of_7[] = {{1, 1}, {1, 2}, {2, 2}, {3, 4}, {4, 4}, {7, 8}};
inline constexpr mig_profile mig_profiles_of_4[] = {{1, 1}, {2, 2}, {4, 4}};

/// "3g.40gb" for 4 of 8 memory slices of 80 GB, rounded half up as the profiles are.
[[nodiscard]] constexpr text<15> mig_name(mig_profile p, count memory_slices,
                                          bytes memory) noexcept {
    auto const gigabytes = static_cast<count>(floor(
        in_gigabytes(memory) * static_cast<double>(p.memory) / static_cast<double>(memory_slices) +
        0.5));
    return text<15>{}.append(p.compute).append("g.").append(gigabytes).append("gb");
}

} // namespace detail

/// The instance `profile` of `g` as an accelerator of its own. Instances share no link.
/// Errors: unsupported where `g` is not divided so, unknown_figure without its memory, unknown_name.
template <gpu G>
[[nodiscard]] constexpr result<any_gpu> mig_slice(G const& g, std::string_view profile) noexcept {
    sentence why{};
    why.append(std::string_view(g.name));
    if (!g.memory.known()) {
        return error{errc::unknown_figure,
                     why.append(" has no known memory to divide; give it in the gpu_spec.")};
    }
    count const most = g.mig_instances.value_or(0);
    constexpr count hopper_like = 7;
    constexpr count small = 4;
    if (g.architecture.maker != vendor::nvidia || (most != hopper_like && most != small)) {
        return error{errc::unsupported,
                     why.append(" is not divided into instances; name a whole device.")};
    }
    auto const among = [&](auto const& profiles, count compute_slices,
                           count memory_slices) -> result<any_gpu> {
        sentence names{};
        for (detail::mig_profile const& p : profiles) {
            text<15> const name = detail::mig_name(p, memory_slices, g.memory.value());
            names.append(names.empty() ? "" : ", ").append(name.view());
            if (name.view() != profile) { continue; }
            any_gpu part = g;
            auto const share = static_cast<double>(p.memory) / static_cast<double>(memory_slices);
            auto const cores = static_cast<double>(p.compute) / static_cast<double>(compute_slices);
            part.id.append(":").append(profile);
            part.name.append(" ").append(profile);
            part.memory = {g.memory.value() * share, g.memory.source};
            if (g.memory_usable.known()) {
                part.memory_usable = {g.memory_usable.value() * share, provenance::assumed};
            }
            if (g.bandwidth.known()) {
                part.bandwidth = {g.bandwidth.value() * share, g.bandwidth.source};
            }
            for (figure<peak_flop_rate>& rate : part.peak.of) {
                if (rate.known()) { rate = {rate.value() * cores, rate.source}; }
            }
            part.compute_units = unknown; // not their share: 14 of an A100's 108 in one of seven
            if (g.power.known()) { part.power = {g.power.value() * cores, provenance::assumed}; }
            part.link = {};
            part.mig_instances = unknown;
            part.street_price = unknown;
            return part;
        }
        detail::append_typed(why.append(" has no instance "), profile);
        return error{errc::unknown_name, why.append("; choose from ").append(names).append(".")};
    };
    return most == hopper_like ? among(detail::mig_profiles_of_7, 7, 8)
                               : among(detail::mig_profiles_of_4, 4, 4);
}

} // namespace reckon::inline v0
