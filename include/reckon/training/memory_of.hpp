// SPDX-License-Identifier: MIT
// Bytes of the fullest rank of a run, by part, against what the device has.
//
//   allocated = max over moments of
//     pass:  state (gradients only if kept) + gathered + cached + activations + workspace
//     end:   state + gathered + cached + one layer's working set + workspace
//     step:  state + copies of the weights + workspace
//     load:  all weights + 1.5 of the rank's share of them, where a framework shards what it has loaded
//   reserved  = allocated (1 + r), less where the device is full: at least allocated (1 + fragments)
//   device    = reserved + context           what the device's tools show
//   fits      when device <= capacity
//
// Ranks differ by pipeline stage: the first holds the embedding and the most micro-batches, the last
// the head and the logits; the answer is the fullest and says which.
//
// Source:       the laws that it adds up; r and context from published pairs of readings.
// Error:        training.peak_memory in docs/accuracy.md.
#pragma once
#include <reckon/detail/estimate.hpp>
#include <reckon/training/activations.hpp>
#include <reckon/training/model_state.hpp>
#include <reckon/training/validate.hpp>
#include <reckon/units/makers.hpp>

#include <cstdint>
#include <string_view>

namespace reckon::inline v0::training {

/// When a rank is fullest.
enum class moment : std::uint8_t { pass, end_of_backward, step, loading };
[[nodiscard]] constexpr std::string_view name(moment m) noexcept {
    constexpr std::string_view names[] = {"forward and backward pass", "end of the backward pass",
                                          "optimizer step", "loading"};
    return names[static_cast<int>(m)];
}

/// Bytes of the fullest rank.
struct memory_report {
    model_state state{};
    activation_bytes activations{};
    bytes gathered{};  ///< layers whole at once, where weights are sharded
    bytes cached{};    ///< gradients that fused kernels keep
    bytes step_copy{}; ///< while the optimizer steps
    bytes workspace{};
    bytes other_moment{}; ///< that the lesser of pass and step leaves in the allocator
    estimate<bytes> allocated{};
    estimate<bytes> reserved{};
    estimate<bytes> on_device{};
    bytes capacity{};
    provenance capacity_source{provenance::observed};
    count stage{}; ///< the fullest
    moment when{moment::pass};
    bool memory_known{};
    run_check check{};

    [[nodiscard]] constexpr bool valid() const noexcept { return check.ok(); }
    [[nodiscard]] constexpr bytes headroom() const noexcept { return capacity - on_device.value; }
    [[nodiscard]] constexpr bool fits() const noexcept {
        return check.ok() && memory_known && on_device.value <= capacity;
    }
    /// Whether it fits also at the upper end of the interval.
    [[nodiscard]] constexpr bool fits_surely() const noexcept {
        return fits() && on_device.high <= capacity;
    }
    [[nodiscard]] constexpr explicit operator bool() const noexcept { return fits(); }
};

namespace detail {

/// Bytes of one layer of the heaviest group and of the root, whole, in the format they are gathered in.
struct gathering {
    double layer{};
    double layer_gradient{};
    double root{};
};
template <class Run>
[[nodiscard]] constexpr gathering gathered_by(Run const& r, rank_facts const& f,
                                              stage_content const& c) noexcept {
    gathering g{};
    bool const frozen = r.adapter.frozen_base();
    double const width = r.numerics.gathered;
    for (std::size_t i = 0; i < f.groups.size(); ++i) {
        if (c.layers[i] == 0) { continue; }
        held const& h = f.groups[i].layer;
        double const layer =
            frozen ? in_bytes(h.frozen + h.frozen_experts) : (h.dense + h.experts) * width;
        g.layer = reckon::detail::max(g.layer, layer);
        if (!frozen) { g.layer_gradient = reckon::detail::max(g.layer_gradient, layer); }
    }
    auto const whole = [&](held const& h) { return frozen ? in_bytes(h.frozen) : h.dense * width; };
    g.root = (c.first ? whole(f.embedding) : 0.0) + (c.last ? whole(f.head) : 0.0) +
             (c.last && !c.first ? whole(f.tied_copy) : 0.0);
    return g;
}

/// One stage's rank.
template <class Run>
[[nodiscard]] constexpr memory_report rank_of(Run const& r, rank_facts const& f,
                                              count stage) noexcept {
    memory_report m{};
    stage_content const c = content_of(f, r.parallel, stage);
    held h = held_by(f, c);
    if (r.parallel.order == schedule::dual_pipe) {
        h.add(held_by(f, content_of(f, r.parallel, r.parallel.pipeline - 1 - stage)), 1);
    }
    double const outside = (c.first ? f.embedding.dense : 0.0) + (c.last ? f.head.dense : 0.0) +
                           (c.last && !c.first ? f.tied_copy.dense : 0.0);
    m.stage = stage;
    m.state = state_of(h, outside, r.numerics, r.optimizer, r.adapter, r.sharding, r.parallel);
    m.activations = activations_of(r, f, c, stage);
    m.workspace = r.framework.workspace;
    gathering const g = gathered_by(r, f, c);
    if (r.sharding.stage >= shards::weights) {
        double const d = r.sharding.ranks(r.parallel.state_ranks());
        double const others = 1 - 1 / d;
        m.gathered = bytes{
            ((r.framework.gathers_root ? g.root : 0.0) + r.framework.gathered_layers * g.layer) *
            (r.sharding.weights_at == state_place::device ? others : 1.0)};
        if (!r.sharding.reshards && !r.adapter.frozen_base()) {
            // Everything stays whole until the last micro-batch, weights and gradients.
            m.gathered = bytes{(h.dense + h.experts) *
                               (r.numerics.gathered + r.numerics.gradients) * others};
        }
    }
    if (!r.adapter.frozen_base()) {
        m.cached = bytes{g.layer / r.numerics.gathered * r.framework.cached_gradients};
        // What projects gradients steps matrix by matrix, not in PyTorch's foreach form.
        m.step_copy = m.state.weights * (r.optimizer.low_rank > 0 ? 0.0 : r.framework.step_copies);
        // The head's own gradient is made at once before it is added up.
        if (c.last && r.framework.cached_gradients > 0 && r.framework.loss_chunk > 0) {
            double const head_gradient =
                (f.head.dense > f.hidden * 2 ? f.head.dense : f.embedding.dense) * 2;
            double const t = static_cast<double>(r.parallel.tensor);
            m.activations.logits =
                max(m.activations.logits,
                    bytes{r.micro_tokens() * 2 * f.vocabulary / t + head_gradient});
        }
    }
    bytes const standing = m.state.weights + m.state.optimizer + m.state.frozen + m.workspace;
    bytes const during = m.gathered + m.cached;
    bytes const pass = standing + during + m.activations.peak() +
                       (r.framework.keeps_gradients ? m.state.gradients : bytes{});
    bytes const end = standing + during + m.state.gradients + m.activations.working;
    bytes const step = standing + m.state.gradients + m.step_copy;
    bytes const stepping =
        m.step_copy + (r.framework.keeps_gradients ? bytes{} : m.state.gradients);
    if (r.sharding.stage >= shards::weights) {
        m.other_moment =
            min(during + m.activations.peak(), stepping) * r.framework.reserved_moments;
    }
    bytes loading{};
    if (r.framework.loads_whole && r.sharding.stage >= shards::weights) {
        bytes const whole = r.adapter.frozen_base()
                                ? h.frozen + h.frozen_experts
                                : bytes{(h.dense + h.experts) * r.numerics.weights};
        loading = whole + (m.state.weights + m.state.frozen) * 1.5;
    }
    bytes const peak = max(max(pass, loading), max(end, step));
    m.when = peak == pass   ? moment::pass
             : peak == end  ? moment::end_of_backward
             : peak == step ? moment::step
                            : moment::loading;
    m.allocated = estimate<bytes>::within(peak, r.framework.spread, r.framework.source);
    return m;
}

} // namespace detail

/// Bytes of one rank of pipeline stage `stage`, which need not be the fullest. Domain: 0 <= stage < pipeline.
/// What one pipeline rank holds. Domain: 0 <= stage < r.parallel.pipeline.
template <model M, gpu G>
[[nodiscard]] constexpr memory_report memory_of_stage(run<M, G> const& r, count stage) noexcept;

namespace detail {

template <class Run> constexpr void judge(memory_report& m, Run const& r) noexcept {
    framework const& f = r.framework;
    figure<bytes> const usable = r.gpu.memory_usable.known() ? r.gpu.memory_usable : r.gpu.memory;
    m.memory_known = usable.known();
    if (usable.known()) {
        m.capacity = usable.value();
        m.capacity_source =
            r.gpu.memory_usable.known() ? provenance::observed : provenance::datasheet;
    }
    // A full device makes the allocator give back what it has cached: only fragments stay.
    auto const kept = [&](bytes b, double spread) {
        bytes const least = b * (1 + f.fragmented);
        bytes const cached = b * f.reserved + m.activations.logits * f.reserved_logits +
                             f.reserved_blocks + m.other_moment;
        bytes const wished = max(least, (b + cached) * (1 + spread));
        return usable.known() ? max(least, min(wished, m.capacity - f.context)) : wished;
    };
    m.reserved = {kept(m.allocated.value, 0), m.allocated.low,
                  kept(m.allocated.high, f.reserved_spread), f.source};
    m.on_device = {m.reserved.value + f.context, m.reserved.low + f.context * 0.5,
                   m.reserved.high + f.context, f.source};
}

} // namespace detail

/// What one pipeline rank holds. Domain: 0 <= stage < r.parallel.pipeline.
template <model M, gpu G>
[[nodiscard]] constexpr memory_report memory_of_stage(run<M, G> const& r, count stage) noexcept {
    memory_report m{};
    m.check = check(r);
    if (!m.check.ok()) { return m; }
    m = detail::rank_of(r, facts_of(r), stage);
    detail::judge(m, r);
    return m;
}

/// The fullest rank of a run: its parts, its stage, the moment, and whether the device holds it.
template <model M, gpu G> [[nodiscard]] constexpr memory_report
memory_of(run<M, G> const& r) noexcept {
    memory_report fullest{};
    fullest.check = check(r);
    if (!fullest.check.ok()) { return fullest; }
    rank_facts const f = facts_of(r);
    bool const dual = r.parallel.order == schedule::dual_pipe;
    count const last = r.parallel.pipeline - 1;
    // Under DualPipe rank i holds what rank p - 1 - i holds; the latter computes the loss as well.
    count const first = dual ? r.parallel.pipeline / 2 : 0;
    fullest = detail::rank_of(r, f, first);
    stage_content before = content_of(f, r.parallel, first);
    stage_content mirror = dual ? content_of(f, r.parallel, last - first) : stage_content{};
    for (count stage = first + 1; stage <= last; ++stage) {
        // A stage with the layers of the one before it holds no more micro-batches: it is no fuller.
        stage_content const here = content_of(f, r.parallel, stage);
        stage_content const other =
            dual ? content_of(f, r.parallel, last - stage) : stage_content{};
        bool const same = here == before && other == mirror;
        before = here;
        mirror = other;
        if (same) { continue; }
        memory_report const m = detail::rank_of(r, f, stage);
        if (m.allocated.value > fullest.allocated.value) { fullest = m; }
    }
    detail::judge(fullest, r);
    return fullest;
}

} // namespace reckon::inline v0::training
