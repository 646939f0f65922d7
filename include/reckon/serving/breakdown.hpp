// SPDX-License-Identifier: MIT
// What binds: the time of a request by cause, and how far a pass is from the roofline.
//
//   total        = weights + cache + compute + network + overhead + queue       always, to rounding
//   intensity    = FLOPs / bytes of a pass;     ridge = (FLOPs / sum F_i / peak_i) / bw
//   of ceiling   = bound / total;   of bandwidth = (bytes / bw) / total;   of peak = (sum F_i / peak_i) / total
//
//   symbol    | meaning                                                          | unit
//   queue     | waiting for others: prompts in between, places, passes that run  | s
//   ridge     | the intensity from which products bind and memory no longer does | FLOP/byte
//   F_i, peak_i, bw | bandwidth/pass_time.hpp                                    |
//
// Network and overhead are spent in full; what is left of a pass is shared between weights, cache and compute in
// proportion to what each would take alone, because they hide behind each other.
// Source:       Williams, Waterman, Patterson 2009 (roofline); bandwidth/pass_time.hpp.
// Error:        none of its own: the parts add up to what the laws say.
#pragma once
#include <reckon/serving/closed_loop.hpp>
#include <reckon/serving/speed_of.hpp>

#include <cstdint>

namespace reckon::inline v0::serving {

/// Where time goes.
enum class cause : std::uint8_t { weights, cache, compute, network, overhead, queue };
inline constexpr std::size_t causes = 6;

[[nodiscard]] constexpr std::string_view name(cause c) noexcept {
    constexpr std::string_view names[] = {"weights", "cache",    "compute",
                                          "network", "overhead", "queue"};
    return names[static_cast<std::size_t>(c)];
}

/// A time by cause; the parts add up to it.
struct time_split {
    seconds of[causes]{};
    [[nodiscard]] constexpr seconds operator[](cause c) const noexcept {
        return of[static_cast<std::size_t>(c)];
    }
    [[nodiscard]] constexpr seconds& operator[](cause c) noexcept {
        return of[static_cast<std::size_t>(c)];
    }
    [[nodiscard]] constexpr seconds total() const noexcept {
        seconds sum{};
        for (seconds const part : of) {
            sum += part;
        }
        return sum;
    }
    /// The cause that takes most; the first of equals.
    [[nodiscard]] constexpr cause binds() const noexcept {
        std::size_t most = 0;
        for (std::size_t i = 1; i < causes; ++i) {
            if (of[i] > of[most]) { most = i; }
        }
        return static_cast<cause>(most);
    }
    [[nodiscard]] constexpr double share(cause c) const noexcept {
        seconds const all = total();
        return all > seconds{0} ? (*this)[c] / all : 0;
    }
    friend constexpr time_split operator+(time_split a, time_split const& b) noexcept {
        for (std::size_t i = 0; i < causes; ++i) {
            a.of[i] += b.of[i];
        }
        return a;
    }
    friend constexpr time_split operator*(time_split a, double by) noexcept {
        for (seconds& part : a.of) {
            part *= by;
        }
        return a;
    }
    friend constexpr bool operator==(time_split const&, time_split const&) noexcept = default;
};

/// A pass by cause. Activations count as weights: both stream through memory while products run.
[[nodiscard]] constexpr time_split split_of(pass_time const& t) noexcept {
    time_split s{};
    s[cause::network] = t.network;
    s[cause::overhead] = t.overhead;
    seconds const streaming = t.weights + t.activations;
    seconds const alone = streaming + t.cache + t.compute;
    seconds const rest = t.total - t.network - t.overhead;
    if (alone > seconds{0}) {
        s[cause::weights] = rest * (streaming / alone);
        s[cause::cache] = rest * (t.cache / alone);
        s[cause::compute] = rest * (t.compute / alone);
    } else {
        s[cause::overhead] += rest;
    }
    return s;
}

/// Where a pass stands under the roofline of its device.
struct roofline_point {
    arithmetic_intensity intensity{};
    arithmetic_intensity ridge{};
    double of_ceiling{};   ///< bound over estimate: 1 would be the roofline
    double of_bandwidth{}; ///< of the datasheet bandwidth (MBU)
    double of_peak{};      ///< of the datasheet peak of the operands used (MFU)
    resource limit{};      ///< what the roofline is made of here: memory, compute or network
};

/// Where a pass stands under the roofline of the device as it is sold.
[[nodiscard]] constexpr roofline_point point_of(pass_cost const& cost, pass_time const& t,
                                                device_rates const& rates) noexcept {
    roofline_point p{};
    bytes const read = cost.weights + cost.cache;
    flops const work = cost.work.total();
    seconds const products = cost.work.linear / rates.linear + cost.work.experts / rates.experts +
                             cost.work.head / rates.head + cost.work.scores / rates.scores;
    seconds const reading = read / rates.memory;
    if (read > bytes{0}) { p.intensity = work / read; }
    if (products > seconds{0}) { p.ridge = work / products / rates.memory; }
    if (t.total > seconds{0}) {
        p.of_ceiling = t.bound / t.total;
        p.of_bandwidth = reading / t.total;
        p.of_peak = products / t.total;
    }
    p.limit = t.bound_by;
    return p;
}

/// A request by cause, and its two kinds of pass under the roofline.
struct speed_breakdown {
    time_split time_to_first_token{};
    time_split time_per_token{};
    time_split end_to_end{};
    roofline_point decode{};
    roofline_point prefill{};
    cause binds{}; ///< what takes most of a request from end to end
};

/// The breakdown of times that a law of load gave: `first` and `each`, of which the passes are known and the rest is
/// waiting. Domain: `p` and `t` belong together; first and each no shorter than their own passes.
[[nodiscard]] constexpr speed_breakdown breakdown_of(load_passes const& p, load_times const& t,
                                                     calibration const& c, seconds first,
                                                     seconds each) noexcept {
    speed_breakdown b{};
    time_split step = split_of(t.decode) * (1 / p.tokens_per_step);
    step[cause::compute] += p.draft / p.tokens_per_step;
    b.time_per_token = step;
    // Rounding leaves less than nothing where nobody waits.
    b.time_per_token[cause::queue] = max(seconds{}, each - step.total());
    b.time_to_first_token = split_of(t.prefill) + step;
    b.time_to_first_token[cause::overhead] += c.per_request;
    b.time_to_first_token[cause::queue] = max(seconds{}, first - b.time_to_first_token.total());
    b.end_to_end =
        b.time_to_first_token + b.time_per_token * reckon::detail::max(0.0, p.output - 1);
    b.decode = point_of(p.step, t.decode, p.rates);
    b.prefill = point_of(p.prompt, t.prefill, p.rates);
    b.binds = b.end_to_end.binds();
    return b;
}

/// The breakdown of a load in a closed loop.
[[nodiscard]] constexpr speed_breakdown
breakdown_of(load_passes const& p, calibration const& c,
             loop_start start = loop_start::warm()) noexcept {
    load_times const t = times_of(p, c);
    loop_times const loop = closed_loop(p, t, c, start);
    return breakdown_of(p, t, c, loop.time_to_first_token, loop.time_per_token);
}

/// The breakdown of what `speed_of` says of a deployment. Unknown where a rate was never published.
template <model M, gpu G>
[[nodiscard]] constexpr figure<speed_breakdown> breakdown_of(deployment<M, G> const& d,
                                                             calibration const& c) noexcept {
    figure<load_passes> const p =
        passes_of(d.model, d.gpu, d.weights, d.kv_cache, d.layout, d.engine, request_of(d),
                  static_cast<double>(d.concurrency));
    if (!p.known()) { return unknown; }
    return {breakdown_of(p.value(), c), c.source};
}

/// The same with the calibration of its accelerator and engine.
template <model M, gpu G>
[[nodiscard]] constexpr figure<speed_breakdown> breakdown_of(deployment<M, G> const& d) noexcept {
    return breakdown_of(d, calibration_for(d.gpu, d.engine));
}

} // namespace reckon::inline v0::serving
