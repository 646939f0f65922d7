// SPDX-License-Identifier: MIT
// How long a run takes from the first token to the last, with failures and checkpoints, and what it uses.
//
//   work time  = tokens / (tokens a second)
//   C          = checkpoint bytes / storage rate
//   interval   = sqrt(2 C M)                       Young: the loss is least
//   lost       = C / interval + (interval / 2 + restart) / M      fraction of the work time
//   duration   = work time (1 + lost)
//   energy     = duration x devices x device power x PUE
//   implied MFU = 6 N D / (device-seconds x peak)
//
//   symbol | meaning                                             | unit  | domain
//   C      | time that the devices wait for a checkpoint          | s     | >= 0
//   M      | mean time between failures of the whole machine      | s     | > 0
//   N, D   | parameters that a token uses; tokens                 | -     | > 0
//
// Checkpoint: 2 bytes of weights and what the optimizer keeps, 14 bytes a parameter with Adam: without the
// optimizer's part a run cannot resume.
//
// Source:       Young (1974), Daly (2006): sqrt(2 C M) is the first order of both; Llama 3 (2407.21783)
//               table 5: 419 interruptions of 16,384 GPUs in 54 days, 3.2 million device hours apart.
// Not modelled: queues, evaluation, restarts from older checkpoints.
// Error:        training.gpu_hours in docs/accuracy.md.
#pragma once
#include <reckon/training/step_of.hpp>

#include <span>

namespace reckon::inline v0::training {

/// x with x x = a, by Newton's steps. Domain: a >= 0.
[[nodiscard]] constexpr double square_root(double a) noexcept {
    if (!(a > 0)) { return 0; }
    double x = a > 1 ? a : 1;
    for (int i = 0; i < 600; ++i) {
        double const next = (x + a / x) / 2;
        if (!(next < x)) { break; }
        x = next;
    }
    return x;
}

/// Bytes of a checkpoint that a run can resume from, or of the weights alone.
struct checkpoint_size {
    bytes weights{};
    bytes optimizer{}; ///< master copies and states
    [[nodiscard]] constexpr bytes full() const noexcept { return weights + optimizer; }
    friend constexpr bool operator==(checkpoint_size const&,
                                     checkpoint_size const&) noexcept = default;
};

/// Of `n` trained parameters: gradients are not kept.
[[nodiscard]] constexpr checkpoint_size checkpoint_of(double n, numerics const& k,
                                                      optimizer const& o) noexcept {
    return {bytes{n * k.weights}, bytes{n * (k.master + o.matrix_states * o.state_bytes)}};
}

/// Whether a run can go on from a file of that many bytes a parameter.
[[nodiscard]] constexpr bool can_resume(bytes file, checkpoint_size const& c) noexcept {
    return file >= c.full();
}

/// The interval between checkpoints that loses least. Domain: both > 0.
[[nodiscard]] constexpr seconds checkpoint_interval(seconds waiting,
                                                    seconds between_failures) noexcept {
    return seconds{square_root(2 * waiting.base_value * between_failures.base_value)};
}

/// What interrupts a run. `device_hours_between_failures` divided by the devices is M.
struct reliability {
    double device_hours_between_failures{50000};          ///< Llama 3: 16,384 x 54 x 24 h / 419
    data_rate storage{data_rate_bytes_per_second(200e9)}; ///< of all devices together
    seconds restart{minutes(15)};                         ///< until the first new step
    double waiting{1}; ///< fraction of writing that the devices wait for; 0: asynchronous
    provenance source{provenance::assumed};
};

/// What it costs beside time.
struct running_cost {
    usd_per_second device{};    ///< rent of one device
    double pue{1.2};            ///< power of the building by that of its machines
    double power_fraction{0.9}; ///< of the board limit, while training
};

/// How long, and what for.
struct duration_report {
    seconds work{}; ///< steps alone
    seconds lost{}; ///< checkpoints, lost work, restarts
    estimate<seconds> total{};
    double device_hours{};
    double steps{};
    checkpoint_size checkpoint{};
    seconds writing{};  ///< one checkpoint
    seconds interval{}; ///< between checkpoints
    double failures{};  ///< expected
    figure<joules> energy{};
    figure<usd> cost{};
    step_report step{};
    [[nodiscard]] constexpr bool valid() const noexcept { return step.valid(); }
};

/// The duration of `all` tokens.
template <model M, gpu G>
[[nodiscard]] constexpr duration_report
duration_of(run<M, G> const& r, tokens all, calibration const& k, reliability const& rel = {},
            running_cost const& price = {}) noexcept {
    duration_report d{};
    d.step = step_of(r, k);
    if (!d.step.valid()) { return d; }
    auto const devices = static_cast<double>(r.parallel.devices());
    d.steps = reckon::detail::ceil(in_tokens(all) / in_tokens(d.step.batch));
    d.work = d.step.total.value * d.steps;
    double n = 0;
    if (r.adapter.frozen_base()) {
        rank_facts const f = facts_of(r);
        for (group_facts const& g : f.groups) {
            n += (g.layer.adapters + g.layer.expert_adapters) * static_cast<double>(g.at.size());
        }
    } else {
        n = static_cast<double>(parameters_of(r.model).total);
    }
    d.checkpoint = checkpoint_of(n, r.numerics, r.optimizer);
    d.writing = d.checkpoint.full() / rel.storage;
    seconds const between = hours(rel.device_hours_between_failures / devices);
    seconds const waiting = max(d.writing * rel.waiting, seconds{1});
    d.interval = checkpoint_interval(waiting, between);
    double const share = waiting / d.interval + (d.interval / 2 + rel.restart) / between;
    d.lost = d.work * share;
    seconds const total = d.work + d.lost;
    d.failures = total / between;
    d.total = estimate<seconds>::within(total, k.spread, worst(k.source, rel.source));
    d.device_hours = in_hours(total) * devices;
    if (r.gpu.power.known()) {
        d.energy = figure<joules>(r.gpu.power.value() * total *
                                      (devices * price.pue * price.power_fraction),
                                  provenance::assumed);
    }
    if (price.device > usd_per_second{}) { d.cost = figure<usd>(price.device * total * devices); }
    return d;
}

/// The same with the calibration of its accelerator.
template <model M, gpu G>
[[nodiscard]] constexpr duration_report duration_of(run<M, G> const& r, tokens all) noexcept {
    return duration_of(r, all, training::calibration_for(r.gpu));
}

/// A part of a run with a sequence length of its own: long contexts are trained at the end.
struct run_stage {
    count sequence{};
    tokens all{};
    count accumulation{}; ///< micro-batches a step
    count context{1};     ///< ranks that share one sequence, taken from data parallelism
};

/// What several stages take, one after the other: work, losses and device hours are sums. Invalid where one stage is.
struct staged_report {
    seconds work{};
    seconds lost{};
    seconds total{};
    double device_hours{};
    bool valid{true};
};

/// The duration of `stages` on the devices of `r`. Domain: each context degree divides the data-parallel one.
template <model M, gpu G>
[[nodiscard]] constexpr staged_report
duration_of(run<M, G> const& r, std::span<run_stage const> stages, calibration const& k,
            reliability const& rel = {}) noexcept {
    staged_report sum{};
    for (run_stage const& one : stages) {
        run<M, G> part = r;
        count const shared = reckon::detail::max(count{1}, one.context);
        part.sequence = one.sequence;
        part.accumulation = one.accumulation;
        part.parallel.context = reckon::detail::multiply(r.parallel.context, shared);
        part.parallel.data = r.parallel.data / shared;
        duration_report const d = duration_of(part, one.all, k, rel);
        if (!d.valid() || part.parallel.devices() != r.parallel.devices()) {
            sum.valid = false;
            return sum;
        }
        sum.work += d.work;
        sum.lost += d.lost;
        sum.total += d.total.value;
        sum.device_hours += d.device_hours;
    }
    return sum;
}

/// The MFU that published device hours imply: 6 N D over what the peak could do in them.
[[nodiscard]] constexpr double implied_mfu(double active_parameters, tokens all,
                                           double device_hours, peak_flop_rate peak) noexcept {
    return 6 * active_parameters * in_tokens(all) / (device_hours * 3600 * peak.base_value);
}

/// Parameters x tokens that devices train in a time at an MFU, the only sense of "parameters a day".
[[nodiscard]] constexpr double parameter_tokens(double devices, peak_flop_rate peak, double mfu,
                                                seconds in) noexcept {
    return devices * peak.base_value * mfu * in.base_value / 6;
}

} // namespace reckon::inline v0::training
