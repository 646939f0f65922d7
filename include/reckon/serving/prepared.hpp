// SPDX-License-Identifier: MIT
// A deployment of which many loads are asked: what no load changes is done once.
//
//   prepared   = layout checked, engine settled, weights of a rank, work of the matrices, rates, calibration
//   estimate   = what estimate_of says of the deployment with this context, concurrency and request
//
// A planner's table and an autoscaler vary the load and nothing else; sums over tensors are most of the time of a single
// answer. The laws are those of serving/memory_of.hpp and serving/speed_of.hpp, called part by part.
// Deviations:   none: the same bits as estimate_of. Under a pipeline, whose fullest stage depends on the load, memory is
//               worked out anew for each.
// Error:        that of the laws; tests/serving/memory_of_property.cpp.
#pragma once
#include <reckon/serving/speed_of.hpp>

namespace reckon::inline v0::serving {

/// A deployment prepared for many loads. It refers to the deployment's parts, which must outlive it; `max_context`,
/// `concurrency` and `request` of the deployment are not looked at.
template <model M, gpu G> class prepared {
public:
    /// Under that calibration. Domain: any deployment; one whose layout does not divide the model answers with that.
    constexpr prepared(deployment<M, G> const& d, calibration const& c) noexcept
        : d_(d), calibration_(c) {
        idle_.layout = check(d.model, d.layout);
        if (!idle_.layout.ok()) { return; }
        engine_ = settled(d.engine, d.model, d.gpu, d.layout);
        cache_ = cache_as_kept(d.model, d.kv_cache, engine_);
        if (stages() == 1) {
            detail::fill_weights(idle_, d.model, d.weights, d.layout, engine_, 0);
            weights_ = idle_.weight_parts;
        } else {
            weights_ = weights_of_all_stages(d.model, d.weights, d.layout, d.engine);
        }
        matrices_ = matrix_flops(d.model, d.layout, d.engine.sharding);
        rates_ = rates_of(d.gpu, d.weights, d.layout.layer_group());
    }
    /// Under the calibration of its accelerator and engine.
    constexpr explicit prepared(deployment<M, G> const& d) noexcept
        : prepared(d, calibration_for(d.gpu, d.engine)) {}
    prepared(deployment<M, G> const&&) = delete; // it would be gone
    prepared(deployment<M, G> const&&, calibration const&) = delete;

    /// Whether and how `concurrency` requests of up to `context` tokens fit: memory_of of the deployment with that load.
    [[nodiscard]] constexpr memory_report memory_of(tokens context,
                                                    count concurrency) const noexcept {
        memory_report report = idle_;
        if (!detail::makes_sense(report, context, concurrency)) { return refused(report); }
        if (stages() > 1) {
            return serving::memory_of(d_.model, d_.gpu, d_.weights, d_.kv_cache, d_.layout, engine_,
                                      context, concurrency);
        }
        count const requests = reckon::detail::ceil_div(concurrency, d_.layout.data);
        detail::fill_load(report, d_.model, d_.weights, cache_, d_.layout, engine_, context,
                          requests, 0);
        detail::judge_on(report, d_.model, d_.gpu, d_.layout, engine_, context);
        return report;
    }

    /// How fast that many requests of that shape run: speed_of of the deployment with that load.
    /// Domain: a layout that divides the model, concurrency >= 1, request.known().
    [[nodiscard]] constexpr speed_report speed_of(request_shape request,
                                                  count concurrency) const noexcept {
        if (!rates_.known()) {
            speed_report report{};
            report.request = request;
            return report;
        }
        shape_passes const shape = shape_passes_of(d_.model, rates_.value(), matrices_, d_.kv_cache,
                                                   d_.layout, request, weights_);
        return serving::speed_of(passes_of(shape, d_.model, d_.gpu, d_.kv_cache, d_.layout,
                                           d_.engine, request, static_cast<double>(concurrency),
                                           weights_),
                                 request, concurrency, calibration_);
    }

    /// Both: estimate_of of the deployment with that load. Lengths that are not known are half of the context each.
    [[nodiscard]] constexpr full_report estimate_of(tokens context, count concurrency,
                                                    request_shape request = {}) const noexcept {
        full_report all{.memory = memory_of(context, concurrency)};
        if (all.memory.broken == constraint::layout || all.memory.broken == constraint::load) {
            return all;
        }
        all.speed = speed_of(request.known() ? request : request_shape{context / 2, context / 2},
                             concurrency);
        all.speed.request_assumed = !request.known();
        return all;
    }

private:
    [[nodiscard]] constexpr count stages() const noexcept { return d_.layout.pipeline; }
    /// A refusal says nothing else.
    [[nodiscard]] static constexpr memory_report refused(memory_report const& why) noexcept {
        memory_report report{};
        report.layout = why.layout;
        report.broken = why.broken;
        return report;
    }

    deployment<M, G> const& d_;
    calibration calibration_;
    engine engine_{};
    cache_recipe cache_{};
    memory_report idle_{}; ///< the weights of a rank, without any load
    weight_bytes weights_{};
    matrix_work matrices_{};
    figure<device_rates> rates_{unknown};
};

} // namespace reckon::inline v0::serving
