// SPDX-License-Identifier: MIT
// What must be carried.
#pragma once
#include <reckon/detail/math.hpp>
#include <reckon/detail/provenance.hpp>
#include <reckon/detail/result.hpp>
#include <reckon/serving/deployment.hpp>

namespace reckon::inline v0 {

/// The load: either a number of requests in flight or a rate of requests; the other follows.
struct workload {
    tokens context{};                 ///< tokens that a request may grow to
    serving::request_shape request{}; ///< typical lengths; unknown: half of the context each
    count concurrency{};              ///< requests in flight, or 0 where `rate` says it
    request_rate rate{};              ///< requests per second, or 0 where `concurrency` says it
    friend constexpr bool operator==(workload const&, workload const&) noexcept = default;
};

/// The load with its lengths filled in, or why it makes no sense.
[[nodiscard]] constexpr result<workload> checked(workload load) noexcept {
    constexpr double most =
        1e15; // tokens; far above any machine, far below what a double holds exactly
    double const context = in_tokens(load.context);
    if (!(context >= 1 && context <= most)) {
        bool const whole = context == detail::floor(context);
        return error{errc::out_of_range, sentence("the context is ")
                                             .append_fixed(context, whole ? 0 : 3)
                                             .append(" tokens; it must be from 1 to 1e15.")};
    }
    if (load.concurrency < 0 || load.concurrency > count{1} << 40) {
        return error{errc::out_of_range, sentence("the concurrency is ")
                                             .append(load.concurrency)
                                             .append("; it must be from 1 to 2^40 requests.")};
    }
    double const rate = in_per_second(load.rate);
    if (!(rate >= 0 && rate <= 1e9)) {
        return error{errc::out_of_range,
                     sentence("the request rate is ")
                         .append_fixed(rate, 3)
                         .append(" per second; it must be above 0 and at most 1e9.")};
    }
    if ((load.concurrency > 0) == (rate > 0)) {
        return error{
            errc::contradiction,
            rate > 0
                ? sentence("both a concurrency and a request rate are given; give one, the other "
                           "follows.")
                : sentence("neither a concurrency nor a request rate is given; give one of them.")};
    }
    if (!load.request.known()) {
        if (load.request.prompt > tokens{0}) {
            load.request.output = max(load.context - load.request.prompt, tokens{1});
        } else if (load.request.output > tokens{0}) {
            load.request.prompt = max(load.context - load.request.output, tokens{1});
        } else {
            load.request = {max(load.context / 2, tokens{1}), max(load.context / 2, tokens{1})};
        }
    }
    if (load.request.prompt + load.request.output > load.context && load.context > tokens{1}) {
        return error{errc::contradiction, sentence("prompt ")
                                              .append_fixed(in_tokens(load.request.prompt), 0)
                                              .append(" and output ")
                                              .append_fixed(in_tokens(load.request.output), 0)
                                              .append(" together exceed the context of ")
                                              .append_fixed(context, 0)
                                              .append(" tokens.")};
    }
    return load;
}

} // namespace reckon::inline v0
