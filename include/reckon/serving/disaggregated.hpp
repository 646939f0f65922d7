// SPDX-License-Identifier: MIT
// Prefill and decoding on devices of their own, with the cache sent from the one to the other.
//
//   capacity    = min( x / slot, y b / (output step(b)) )       x prefill and y decode engines, b places each
//   cache       = bytes of the prompt's state, each once         (memory/kv_cache.hpp, on one rank)
//   transfer    = latency + cache / (ranks link e)               every rank sends its share
//   exposed     = transfer - overlapped min(transfer, prompt) (L - 1) / L
//   first token = queue of prompts + prompt + exposed + place and step of decoding
//   token       = step(n) alone: no prompt comes between
//
//   symbol     | meaning                                                        | unit | domain
//   ranks      | of the pool with fewer of them in one data-parallel group      | -    | >= 1
//   overlapped | 0: sent when the prompt is done; 1: layer by layer, meanwhile  | -    | 0 .. 1
//   L          | layers: the last one's cache is sent when all is computed      | -    | >= 1
//
// Each pool is a queue of serving/queueing.hpp: prompts one after the other, decoding without prompts. Deviations
// from the mean of the two add in squares, as those of independent waits do.
// Source:       DistServe (2401.09670), Splitwise (2311.18677), Mooncake (2407.00079), whose transfer engine
//               reaches 87 of 100 GB/s over four links of 200 Gbit/s.
// Not modelled: conversion between unlike layouts of the cache; prompts that decode engines take over; bursts
//               of transfers that share a link.
// Error:        the queues: serving/queueing.hpp; the whole was not held against published rows.
#pragma once
#include <reckon/serving/open_loop.hpp>

namespace reckon::inline v0::serving {

/// What carries the cache from one pool to the other.
struct cache_link {
    link_bandwidth each_way{}; ///< of one device
    efficiency reached{0.87};
    seconds latency{};   ///< of a transfer, besides its bytes
    double overlapped{}; ///< 0: sent afterwards; 1: layer by layer while the prompt is computed
};

/// Bytes of a prompt's state, whoever holds it: keys and values that several ranks repeat count once.
template <model M>
[[nodiscard]] constexpr bytes cache_sent(M const& m, cache_recipe const& cache,
                                         tokens prompt) noexcept {
    return cache_of_request(m, cache, prompt);
}

/// The time of sending a prompt's cache, and what of it delays the first token.
struct cache_transfer {
    bytes sent{};
    seconds time{};
    seconds exposed{};
};

/// Domain: each_way > 0, ranks >= 1, layers >= 1, prompt: the time of computing it.
[[nodiscard]] constexpr cache_transfer transfer_of(bytes sent, cache_link const& link, count ranks,
                                                   count layers, seconds prompt) noexcept {
    cache_transfer t{.sent = sent};
    t.time = link.latency + sent / (link.each_way * link.reached) / static_cast<double>(ranks);
    auto const all = static_cast<double>(layers);
    t.exposed = t.time - min(t.time, prompt) * (link.overlapped * (all - 1) / all);
    return t;
}

/// Engines of one kind, and how many.
struct pool_report {
    count engines{};
    count devices{};
    queue_times queue{}; ///< of one engine
};

/// What two pools do under a rate of requests. Times are of requests; unstable: the rate is above
/// the capacity.
struct disaggregated_report {
    bool stable{};
    request_rate capacity{};
    pool_report prefill{};
    pool_report decode{};
    bool prefill_binds{};
    double balance{}; ///< prefill engines for each decode engine that keep both equally busy
    cache_transfer transfer{};
    percentiles<estimate<seconds>> time_to_first_token{};
    percentiles<estimate<seconds>> time_per_token{};
    percentiles<estimate<seconds>> end_to_end{};
    token_rate output_throughput{};
    [[nodiscard]] constexpr count devices() const noexcept {
        return reckon::detail::add(prefill.devices, decode.devices);
    }
};

namespace detail {

/// A curve that only fills prompts, one after the other.
[[nodiscard]] constexpr service_curve prompts_of(service_curve const& c) noexcept {
    service_curve only{};
    only.most = static_cast<double>(most_followed);
    only.prompt = c.prompt;
    only.slot = c.slot;
    only.groups = c.groups;
    only.per_request = c.per_request;
    return only;
}

/// A curve that only decodes.
[[nodiscard]] constexpr service_curve decoding_of(service_curve c) noexcept {
    constexpr double no_limit = 1e9;
    c.prompt = seconds{};
    c.slot = seconds{};
    c.per_request = seconds{};
    c.prompts_per_pass = no_limit;
    return c;
}

/// What requests meet that are filled in one pool and decoded in another, with `exposed` between.
[[nodiscard]] constexpr queue_times joined(queue_times const& prefill, queue_times const& decode,
                                           seconds exposed) noexcept {
    queue_times both = decode;
    both.stable = prefill.stable && decode.stable;
    both.queued = prefill.queued + decode.queued;
    both.time_to_first_token =
        sum_of(prefill.time_to_first_token, decode.time_to_first_token, exposed);
    both.end_to_end = sum_of(prefill.time_to_first_token, decode.end_to_end, exposed);
    return both;
}

[[nodiscard]] constexpr possible_error check(cache_link const& link) noexcept {
    if (link.each_way > link_gigabytes_per_second(0) && link.reached.fraction > 0 &&
        link.latency >= seconds{0} && link.overlapped >= 0 && link.overlapped <= 1) {
        return {};
    }
    return error{
        errc::out_of_range,
        "the link between the pools needs a bandwidth and an efficiency above 0, a latency "
        "from 0 and an overlap from 0 to 1."};
}

} // namespace detail

/// The transfer of a prompt's cache from an engine of layout `from` to `d`'s. Domain: link.each_way > 0.
template <model M, gpu D>
[[nodiscard]] constexpr cache_transfer
transfer_to(deployment<M, D> const& d, reckon::layout const& from, cache_link const& link,
            tokens prompt, seconds filling) noexcept {
    engine const kept_by = settled(d.engine, d.model, d.gpu, d.layout);
    count const ranks =
        reckon::detail::min(reckon::detail::multiply(from.tensor, from.pipeline),
                            reckon::detail::multiply(d.layout.tensor, d.layout.pipeline));
    return transfer_of(cache_sent(d.model, cache_as_kept(d.model, d.kv_cache, kept_by), prompt),
                       link, ranks, layer_count(d.model), filling);
}

/// `prefill_engines` of `p` before `decode_engines` of `d`, at the rate of `a` for all together. `d.request` is
/// the load of both. Refuses what one pool alone would refuse, and a rate that either does not keep up with.
template <model M, gpu P, gpu D>
[[nodiscard]] constexpr result<disaggregated_report>
disaggregated(deployment<M, P> p, count prefill_engines, deployment<M, D> const& d,
              count decode_engines, cache_link const& link, arrivals const& a,
              calibration const& of_prefill, calibration const& of_decode) noexcept {
    if (prefill_engines < 1 || decode_engines < 1) {
        return error{errc::out_of_range, sentence("there are ")
                                             .append(prefill_engines)
                                             .append(" prefill and ")
                                             .append(decode_engines)
                                             .append(" decode engines; each must be at least 1.")};
    }
    if (possible_error const bad = detail::check(link)) { return *bad; }
    if (!(in_per_second(a.rate) > 0 && reckon::detail::finite(in_per_second(a.rate)))) {
        return error{errc::out_of_range, sentence("the request rate is ")
                                             .append_fixed(in_per_second(a.rate), 3)
                                             .append(" per second; it must be above 0.")};
    }
    if (possible_error const bad = detail::check_traffic(a)) { return *bad; }
    request_shape const ask = request_of(d);
    p.request = {ask.prompt, tokens{1}};
    auto const prompts = curve_of(p, of_prefill, a.prefix_hit);
    if (!prompts) {
        return error{prompts.error().code,
                     sentence("prefill: ").append(prompts.error().message.view())};
    }
    auto const answers = curve_of(d, of_decode);
    if (!answers) {
        return error{answers.error().code,
                     sentence("decode: ").append(answers.error().message.view())};
    }
    service_curve const filling = detail::prompts_of(*prompts);
    service_curve const decoding = detail::decoding_of(*answers);
    disaggregated_report out{};
    auto const x = static_cast<double>(prefill_engines);
    auto const y = static_cast<double>(decode_engines);
    auto const share = [&](double engines) {
        arrivals one = a;
        one.rate = a.rate / engines;
        return one;
    };
    out.prefill = {prefill_engines, reckon::detail::multiply(prefill_engines, p.layout.devices()),
                   queue_of(filling, share(x))};
    out.decode = {decode_engines, reckon::detail::multiply(decode_engines, d.layout.devices()),
                  queue_of(decoding, share(y))};
    request_rate const in = out.prefill.queue.capacity;
    request_rate const through = out.decode.queue.capacity;
    out.prefill_binds = in * x < through * y;
    out.capacity = min(in * x, through * y);
    out.balance = through / in;
    out.stable = out.prefill.queue.stable && out.decode.queue.stable;
    if (!out.stable) {
        return error{errc::out_of_range, sentence("requests arrive at ")
                                             .append_fixed(in_per_second(a.rate), 3)
                                             .append(" per second, and the ")
                                             .append(out.prefill_binds ? "prefill" : "decode")
                                             .append(" engines keep up with less than ")
                                             .append_fixed(in_per_second(out.capacity), 3)
                                             .append("; for each decode engine ")
                                             .append_fixed(out.balance, 2)
                                             .append(" prefill engines keep both equally busy.")};
    }
    out.transfer = transfer_to(d, p.layout, link, ask.prompt, filling.prompt);
    provenance const from = worst(of_prefill.source, of_decode.source);
    queue_times const both =
        detail::joined(out.prefill.queue, out.decode.queue, out.transfer.exposed);
    double const first_spread =
        reckon::detail::max(of_prefill.spread.first_token, of_decode.spread.first_token);
    out.time_to_first_token = detail::with_interval(both.time_to_first_token, first_spread, from);
    out.time_per_token =
        detail::with_interval(both.time_per_token, of_decode.spread.per_token, of_decode.source);
    out.end_to_end = detail::with_interval(
        both.end_to_end, reckon::detail::max(first_spread, of_decode.spread.per_token), from);
    out.output_throughput = ask.output * a.rate;
    return out;
}

} // namespace reckon::inline v0::serving
