// SPDX-License-Identifier: MIT
// All layouts of a number of devices for one run, the ones that fit, ranked by time.
//
// What is searched: tensor (within the scale-up domain), pipeline with virtual stages, expert parallelism,
// micro-batch, recompute, stage of sharding. Sequence, context parallelism, global batch, formats, optimizer
// and framework are the run's own. A layout that does not divide the model, the devices or the batch is no
// layout; one that does not fit is counted, and the nearest to fitting is kept to say what is missing.
//
// Source: the divisibility rules of training/validate.hpp; times and bytes are those of step_of and
// memory_of, nothing is estimated twice.
#pragma once
#include <reckon/training/duration_of.hpp>
#include <reckon/training/memory_of.hpp>

namespace reckon::inline v0::training {

/// What a search may change, and what it must keep.
struct search_limits {
    count devices{8};
    count global_batch{
        0}; ///< sequences a step; 0: as the run says, one micro-batch a rank at least
    count largest_tensor{0}; ///< 0: the scale-up domain of the device
    bool change_sharding{true};
    bool change_recompute{true};
};

/// One layout that fits.
struct found_layout {
    parallelism parallel{};
    state_sharding sharding{};
    training::recompute recompute{};
    count micro_batch{1};
    count accumulation{1};
    bytes on_device{};
    seconds step{};
    token_rate per_device{};
    double mfu{};
};

/// The best few, and what became of the others.
struct search_report {
    static_vector<found_layout, 8> best{}; ///< quickest first
    count tried{};
    count invalid{};
    count too_large{};
    found_layout nearest{}; ///< of those that do not fit, the one that needs least
    bool any_nearest{};
    bytes capacity{};
    [[nodiscard]] constexpr bool found() const noexcept { return !best.empty(); }
};

namespace detail {

constexpr void keep_best(search_report& s, found_layout const& f) noexcept {
    std::size_t at = s.best.size();
    while (at > 0 && s.best[at - 1].per_device < f.per_device) {
        --at;
    }
    if (at == s.best.capacity()) { return; }
    if (s.best.size() < s.best.capacity()) { s.best.push_back({}); }
    for (std::size_t i = s.best.size() - 1; i > at; --i) {
        s.best[i] = s.best[i - 1];
    }
    s.best[at] = f;
}

} // namespace detail

/// Searches the layouts of `limits.devices` devices for `r`.
template <model M, gpu G>
[[nodiscard]] constexpr search_report search(run<M, G> const& r, search_limits const& limits,
                                             calibration const& k) noexcept {
    search_report s{};
    count most_experts = 1;
    r.model.groups.for_each([&](auto const& group) {
        most_experts = reckon::detail::max(most_experts, group.feed_forward.experts().experts);
    });
    count const widest = limits.largest_tensor > 0 ? limits.largest_tensor : widest_layer(r.gpu);
    count const context = reckon::detail::max(count{1}, r.parallel.context);
    count const layers = layer_count(r.model);
    run<M, G> tried = r;
    auto const attempt = [&] {
        ++s.tried;
        memory_report const m = memory_of(tried);
        if (!m.valid()) {
            ++s.invalid;
            return;
        }
        s.capacity = m.capacity;
        found_layout f{tried.parallel,    tried.sharding,     tried.recompute,
                       tried.micro_batch, tried.accumulation, m.on_device.value};
        if (!m.fits()) {
            ++s.too_large;
            if (!s.any_nearest || f.on_device < s.nearest.on_device) {
                s.nearest = f;
                s.any_nearest = true;
            }
            return;
        }
        step_report const step = step_of(tried, k);
        if (!step.valid()) { return; }
        f.step = step.total.value;
        f.per_device = step.per_device;
        f.mfu = step.mfu;
        detail::keep_best(s, f);
    };
    training::recompute const again[] = {r.recompute, no_recompute, full_recompute};
    shards const stages[] = {r.sharding.stage, shards::optimizer, shards::weights};
    for (count tensor = 1; tensor <= widest; tensor *= 2) {
        for (count pipeline = 1;
             pipeline <= layers && tensor * pipeline * context <= limits.devices; pipeline *= 2) {
            count const inside = tensor * pipeline * context;
            if (limits.devices % inside != 0) { continue; }
            count const data = limits.devices / inside;
            count const batch = limits.global_batch > 0
                                    ? limits.global_batch
                                    : reckon::detail::max(r.global_batch(), data);
            if (batch % data != 0) { continue; }
            for (count expert = 1; expert <= most_experts; expert *= 2) {
                for (count micro = 1; micro <= 8 && (batch / data) % micro == 0; micro *= 2) {
                    tried.parallel = r.parallel;
                    tried.parallel.tensor = tensor;
                    tried.parallel.pipeline = pipeline;
                    tried.parallel.data = data;
                    tried.parallel.expert = expert;
                    tried.parallel.context = context;
                    tried.parallel.virtual_stages = 1;
                    tried.micro_batch = micro;
                    tried.accumulation = batch / data / micro;
                    if (pipeline > 1 && tried.accumulation < pipeline) {
                        continue;
                    } // mostly bubble
                    if (tried.parallel.order == schedule::dual_pipe && pipeline == 1) {
                        tried.parallel.order = schedule::one_forward_one_backward;
                    }
                    if (!check(tried).ok()) {
                        ++s.tried;
                        ++s.invalid;
                        continue;
                    }
                    int const recomputes = limits.change_recompute ? 3 : 1;
                    int const shardings = limits.change_sharding ? 3 : 1;
                    for (int a = 0; a < recomputes; ++a) {
                        if (a > 0 && again[a] == again[0]) { continue; }
                        tried.recompute = again[a];
                        for (int z = 0; z < shardings; ++z) {
                            if (z > 0 && stages[z] == stages[0]) { continue; }
                            if (stages[z] == shards::weights && pipeline > 1) {
                                continue;
                            } // nothing gained
                            tried.sharding.stage = stages[z];
                            tried.parallel.virtual_stages = 1;
                            attempt();
                            if (pipeline > 1 &&
                                tried.parallel.order == schedule::one_forward_one_backward &&
                                layers % (pipeline * 2) == 0 &&
                                tried.accumulation % pipeline == 0) {
                                tried.parallel.virtual_stages = 2;
                                attempt();
                            }
                        }
                    }
                }
            }
        }
    }
    return s;
}
/// The same with the calibration of its accelerator.
template <model M, gpu G>
[[nodiscard]] constexpr search_report search(run<M, G> const& r,
                                             search_limits const& limits) noexcept {
    return search(r, limits, training::calibration_for(r.gpu));
}

/// The run in a found layout.
template <class Run> [[nodiscard]] constexpr Run in_layout(Run r, found_layout const& f) noexcept {
    r.parallel = f.parallel;
    r.sharding = f.sharding;
    r.recompute = f.recompute;
    r.micro_batch = f.micro_batch;
    r.accumulation = f.accumulation;
    return r;
}

/// The largest micro-batch, as a power of two, that fits without changing anything else; 0: none.
template <model M, gpu G> [[nodiscard]] constexpr count largest_micro_batch(run<M, G> r) noexcept {
    count fitting = 0;
    for (r.micro_batch = 1; r.micro_batch <= 4096 && memory_of(r).fits(); r.micro_batch *= 2) {
        fitting = r.micro_batch;
    }
    return fitting;
}

/// The longest sequence that fits, a multiple of 256 tokens; 0: none.
template <model M, gpu G> [[nodiscard]] constexpr count longest_sequence(run<M, G> r) noexcept {
    count const step = 256 * reckon::detail::max(count{1}, r.parallel.context * r.parallel.tensor);
    auto const fits = [&](count units) {
        r.sequence = units * step;
        return memory_of(r).fits();
    };
    if (!fits(1)) { return 0; }
    count low = 1;
    count high = 2;
    while (high < (count{1} << 24) && fits(high)) {
        low = high;
        high *= 2;
    }
    while (high - low > 1) {
        count const middle = low + (high - low) / 2;
        (fits(middle) ? low : high) = middle;
    }
    return low * step;
}

/// `m` with `more` layers like its last one. Domain: more >= 0; a model has at most layer_set::capacity layers.
[[nodiscard]] constexpr any_model deeper(any_model m, count more) noexcept {
    count const layers = layer_count(m);
    for (any_layers& group : m.groups.list) {
        if (!group.at.contains(layers - 1)) { continue; }
        for (count i = 0; i < more; ++i) {
            group.at.insert(layers + i);
        }
    }
    return m;
}

/// The most layers of a model of this kind that fit, in steps that the pipeline divides; 0: not even those it has.
template <gpu G> [[nodiscard]] constexpr count most_layers(run<any_model, G> const& r) noexcept {
    count const layers = layer_count(r.model);
    count const step =
        reckon::detail::max(count{1}, r.parallel.pipeline * r.parallel.virtual_stages);
    count fitting = 0;
    run<any_model, G> tried = r;
    for (count n = layers; n <= layer_set::capacity && memory_of(tried).fits(); n += step) {
        fitting = n;
        tried.model = deeper(r.model, n + step - layers);
    }
    return fitting;
}

} // namespace reckon::inline v0::training
