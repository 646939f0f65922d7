// SPDX-License-Identifier: MIT
// Several models that stay loaded side by side: where each goes, and how long its context can be.
//
//   1. in the order given, each model gets its shortest context: wholly on the devices if it fits, else a
//      mixture with the fewest experts on the host, else the most layers that fit
//   2. in the same order, each context grows as far as what is left allows, up to what is wanted
//
//   symbol  | meaning                                        | unit  | domain
//   free    | bytes of each device before anything is loaded | byte  | >= 0
//   margin  | bytes of each device to leave free             | byte  | >= 0
//
// Layers are divided over devices in proportion to the bytes that are free before anything is loaded. So who
// comes first is served best, and nobody is kept out by another's long context.
//
// Source:       the need is lemonade-sdk/lemonade issues 1608 and 1804; every figure is llama_cpp_memory_of's.
// Deviations:   this order is a choice: another division of the same bytes may be liked better.
#pragma once
#include <reckon/memory/llama_cpp/fit.hpp>

#include <span>

namespace reckon::inline v0 {

/// A model to be kept loaded.
template <model M> struct llama_cpp_resident {
    M model{};
    recipe weights{};
    llama_cpp_settings settings{}; ///< all but context and placement
    count least_context{4096};     ///< tokens over all sequences that it is of no use without
    count wanted_context{131072};  ///< more is not asked for
};

/// What a resident gets.
struct llama_cpp_seat {
    llama_cpp_settings settings{};
    llama_cpp_memory memory{};
    bool loads{}; ///< false: not even one layer beside the others, or no room on the host
};

namespace detail {

/// Bytes that are left on every device and on the host.
struct room_left {
    room_of_devices devices{};
    bytes host{};
    [[nodiscard]] constexpr bool holds(llama_cpp_memory const& m) const noexcept {
        return fits_on_devices(m, devices.span()) && m.host.total() <= host;
    }
    constexpr void take(llama_cpp_memory const& m) noexcept {
        for (std::size_t d = 0; d < devices.devices; ++d) {
            devices.each[d] -= m.devices[d].total();
        }
        host -= m.host.total();
    }
    constexpr void give(llama_cpp_memory const& m) noexcept {
        for (std::size_t d = 0; d < devices.devices; ++d) {
            devices.each[d] += m.devices[d].total();
        }
        host += m.host.total();
    }
};

/// The shortest context as far onto the devices as it goes.
template <model M> constexpr possible_error
seat_one(llama_cpp_resident<M> const& r, room_left& left, llama_cpp_seat& seat) noexcept {
    auto const try_it = [&](count on_device, count host_experts) -> result<bool> {
        seat.settings.gpu_layers = on_device;
        seat.settings.host_experts = host_experts;
        seat.settings.idle_device = on_device == 0;
        auto const memory = llama_cpp_memory_of(r.model, r.weights, seat.settings);
        if (!memory) { return memory.error(); }
        seat.memory = *memory;
        seat.loads = left.holds(*memory);
        return seat.loads;
    };
    count const layers = layer_count(r.model);
    bool const mixture = is_mixture(r.model);
    for (count kept = 0; kept <= (mixture ? layers : 0); ++kept) {
        auto const tried = try_it(layers + 1, kept);
        if (!tried) { return tried.error(); }
        if (*tried) { break; }
    }
    for (count n = layers; n >= 0 && !seat.loads; --n) {
        auto const tried = try_it(n, mixture ? layers : 0);
        if (!tried) { return tried.error(); }
    }
    if (seat.loads) { left.take(seat.memory); }
    return {};
}

} // namespace detail

/// Seats of the residents, in their order: the law above. `free` has a figure for each device, `seats` a
/// place for each resident.
template <model M> [[nodiscard]] constexpr possible_error
seat_residents(std::span<llama_cpp_resident<M> const> residents, std::span<bytes const> free,
               bytes host_free, bytes margin, std::span<llama_cpp_seat> seats) noexcept {
    if (free.empty() || free.size() > static_cast<std::size_t>(llama_cpp_most_devices)) {
        return error{errc::out_of_range, "memory must be given for 1 to 16 devices."};
    }
    if (seats.size() < residents.size()) {
        return error{errc::out_of_range, "there are fewer seats than residents."};
    }
    detail::room_left left{.host = host_free};
    left.devices.devices = free.size();
    llama_cpp_split split{.devices = static_cast<count>(free.size())};
    for (std::size_t d = 0; d < free.size(); ++d) {
        left.devices.each[d] = max(bytes{0}, free[d] - margin);
        split.shares[d] = in_bytes(left.devices.each[d]);
    }
    for (std::size_t i = 0; i < residents.size(); ++i) {
        llama_cpp_resident<M> const& r = residents[i];
        count const longest = longest_context(r.model);
        seats[i] = {};
        seats[i].settings = r.settings;
        seats[i].settings.split = split;
        seats[i].settings.context =
            longest > 0 ? detail::min(r.least_context, longest) : r.least_context;
        if (possible_error const why = detail::seat_one(r, left, seats[i])) { return why; }
    }
    for (std::size_t i = 0; i < residents.size(); ++i) {
        llama_cpp_resident<M> const& r = residents[i];
        llama_cpp_seat& seat = seats[i];
        if (!seat.loads) { continue; }
        left.give(seat.memory);
        auto const most =
            largest_context(r.model, r.weights, left.devices.span(), left.host, seat.settings);
        if (most) {
            seat.settings.context =
                detail::max(seat.settings.context, detail::min(*most, r.wanted_context));
            auto const memory = llama_cpp_memory_of(r.model, r.weights, seat.settings);
            if (!memory) { return memory.error(); }
            seat.memory = *memory;
        }
        left.take(seat.memory);
    }
    return {};
}

} // namespace reckon::inline v0
