// SPDX-License-Identifier: MIT
#include "autoscaler/controller.hpp"

#include <algorithm>

namespace autoscaler {

using namespace reckon;

result<decision> controller::tick(sample const& seen) {
    if (begun_ && !(seen.time > last_.time)) {
        return error{errc::out_of_range, "the time does not rise; give each tick a later one."};
    }
    serving::any_deployment& d = settings_.replica;
    if (seen.prompt + seen.output > d.max_context) {
        sentence why{"a request of "};
        why.append_grouped(static_cast<count>(in_tokens(seen.prompt + seen.output)))
            .append(" tokens is longer than the context of ")
            .append_grouped(static_cast<count>(in_tokens(d.max_context)));
        return error{errc::out_of_range, why.append("; start the engine with a longer one.")};
    }
    d.request = {seen.prompt, seen.output};
    result<serving::service_curve> const curve =
        serving::curve_of(d, settings_.calibration, settings_.like.prefix_hit);
    if (!curve) { return curve.error(); }
    decision now{};
    now.capacity = serving::largest_rate(*curve, settings_.limits, settings_.like);
    if (!(now.capacity > request_rate{})) {
        return error{errc::out_of_range,
                     "even a lone request is later than the limits allow; raise them, or serve on "
                     "faster accelerators."};
    }
    double const growth =
        begun_ ? std::max(0.0, in_per_second(seen.rate - last_.rate) / (seen.time - last_.time))
               : 0.0;
    auto const needed = serving::replicas_for(seen.rate,
                                              {.capacity = now.capacity,
                                               .planned_use = settings_.planned_use,
                                               .spare = settings_.spare,
                                               .starting = settings_.cold.total(),
                                               .least = settings_.least},
                                              growth);
    if (!needed) { return needed.error(); }
    now.needed = *needed;
    // The largest of the last while: what is older, or smaller than what came later, never counts again.
    while (!needed_.empty() && needed_.back().second <= *needed) {
        needed_.pop_back();
    }
    needed_.emplace_back(seen.time, *needed);
    while (needed_.front().first < seen.time - in_seconds(settings_.hold)) {
        needed_.pop_front();
    }
    now.wanted = needed_.front().second;
    scale(now.wanted, seen.time);
    now.serving = serving_;
    now.starting = static_cast<count>(starting_.size());
    if (serving_ > 0 && seen.rate > request_rate{}) {
        serving::arrivals met = settings_.like;
        met.rate = seen.rate / static_cast<double>(serving_);
        now.met = serving::queue_of(*curve, met);
    }
    begun_ = true;
    last_ = seen;
    return now;
}

void controller::scale(count wanted, double now) {
    while (!starting_.empty() && starting_.front() <= now) {
        starting_.pop_front();
        ++serving_;
    }
    if (!begun_) { serving_ = wanted; } // the trace begins with what it needs
    auto const all = [&] { return serving_ + static_cast<count>(starting_.size()); };
    while (all() < wanted) {
        starting_.push_back(now + in_seconds(settings_.cold.total()));
    }
    while (all() > wanted && !starting_.empty()) {
        starting_.pop_back();
    }
    serving_ = std::min(serving_, wanted);
}

} // namespace autoscaler
