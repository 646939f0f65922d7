// SPDX-License-Identifier: MIT
// An engine ran out of memory: what was short, and what frees how much, most first.
//
//   loading  | weights    | more devices W (1 - d / d'), narrower weights W (1 - b' / b), weights in the host
//   prefill  | transient  | half the chunk A / 2
//   decoding | cache      | half the requests C / 2, half the context C / 2, 8 bit cache C (1 - 8 / b_c)
//   any      | holes      | reserved - allocated, where that is more than `holes` of what is reserved
//
//   symbol   | meaning                                                          | unit | domain
//   W, A, C  | bytes of weights, of live activations, of caches, on one device  | byte | >= 0
//   d, d'    | devices that share the model now, and twice as many              | -    | >= 1
//   b, b_c   | bits of a stored weight, of a cached value                       | bit  | > 0
//
// What frees nothing is not listed: recomputation (gradient checkpointing) keeps activations of training
// and frees no weight; emptying the allocator's cache gives PyTorch no memory that it did not have;
// cudnn.benchmark and CUDA_LAUNCH_BLOCKING are about time.
// Source:       AT-29, persona P8; PyTorch's documentation of empty_cache and expandable_segments.
// Deviations:   an 8 bit format has scales, which take up to 1 %.
// Not modelled: what a change costs in speed or quality; serving/why_not.hpp tries changes on a whole
//               deployment.
// Error:        0 given the bytes; tests/serving/out_of_memory.cpp.
#pragma once
#include <reckon/detail/math.hpp>
#include <reckon/detail/static_vector.hpp>
#include <reckon/units/makers.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace reckon::inline v0::serving {

/// What the engine did when it failed.
enum class oom_phase : std::uint8_t { loading, prefill, decoding };

/// What helps.
enum class oom_action : std::uint8_t {
    expandable_segments, ///< PYTORCH_CUDA_ALLOC_CONF=expandable_segments:True
    more_devices,        ///< twice as many share the model
    weights_8_bit,
    weights_4_bit,
    weights_in_host, ///< behind the host link: bandwidth/offload.hpp says at which price
    half_chunk,      ///< fewer tokens in one prefill pass
    half_requests,
    half_context,
    cache_8_bit,
};

[[nodiscard]] constexpr std::string_view name(oom_action a) noexcept {
    constexpr std::string_view names[] = {
        "set expandable_segments", "twice the devices",   "8 bit weights",
        "4 bit weights",           "weights in the host", "half the chunk",
        "half the requests",       "half the context",    "8 bit cache"};
    return names[static_cast<int>(a)];
}

/// One device when it failed.
struct memory_at_failure {
    bytes weights{};
    bytes cache{};
    bytes transient{}; ///< activations of the pass
    double weight_bits{16};
    double cache_bits{16};
    bytes reserved{};  ///< by the allocator, as torch.cuda.memory_reserved() says; 0: not looked up
    bytes allocated{}; ///< of that, in use
};

/// Something to do against a failure, and the bytes that it frees.
struct oom_remedy {
    oom_action what{};
    bytes frees{};
    friend constexpr bool operator==(oom_remedy const&, oom_remedy const&) noexcept = default;
};
/// Every action once at most, in order.
using oom_remedies = static_vector<oom_remedy, 9>;

/// Above this share of holes in what is reserved, they are worth closing: assumed; healthy engines are
/// below a twentieth.
inline constexpr double many_holes = 0.1;

/// What frees memory in that phase, most first; equals in the order of `oom_action`.
[[nodiscard]] constexpr oom_remedies remedies_for(oom_phase phase, memory_at_failure const& m,
                                                  double holes = many_holes) noexcept {
    oom_remedies list{};
    auto const add = [&](oom_action what, bytes frees) {
        if (!(frees > bytes{})) { return; }
        list.push_back({what, frees});
        for (std::size_t i = list.size() - 1; i > 0 && list[i].frees > list[i - 1].frees; --i) {
            oom_remedy const less = list[i - 1];
            list[i - 1] = list[i];
            list[i] = less;
        }
    };
    bytes const unused = m.reserved - m.allocated;
    if (unused > m.reserved * holes) { add(oom_action::expandable_segments, unused); }
    auto const narrowed = [](bytes stored, double bits, double to) {
        return stored * reckon::detail::max(0.0, 1 - to / bits);
    };
    switch (phase) {
    case oom_phase::loading:
        add(oom_action::more_devices, m.weights / 2);
        add(oom_action::weights_8_bit, narrowed(m.weights, m.weight_bits, 8));
        add(oom_action::weights_4_bit, narrowed(m.weights, m.weight_bits, 4));
        add(oom_action::weights_in_host, m.weights);
        break;
    case oom_phase::prefill: add(oom_action::half_chunk, m.transient / 2); [[fallthrough]];
    case oom_phase::decoding:
        add(oom_action::half_requests, m.cache / 2);
        add(oom_action::half_context, m.cache / 2);
        add(oom_action::cache_8_bit, narrowed(m.cache, m.cache_bits, 8));
        add(oom_action::more_devices, m.weights / 2);
        break;
    }
    return list;
}

} // namespace reckon::inline v0::serving
