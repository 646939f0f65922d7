// SPDX-License-Identifier: MIT
// What single changes of a run would do to its memory and to its time.
//
// Source: memory_of and step_of of the changed run; nothing is estimated twice.
#pragma once
#include <reckon/training/memory_of.hpp>
#include <reckon/training/step_of.hpp>

#include <string_view>

namespace reckon::inline v0::training {

/// One change and its effect.
struct remedy {
    std::string_view name{}; ///< a literal
    bytes on_device{};       ///< of the changed run
    bytes saved{};           ///< by the run as it was; negative: it needs more
    figure<double>
        slower{}; ///< time of a token by that of the run as it was; unknown for a loss in chunks
    bool fits{};
};
/// In the order in which they are tried.
using remedy_list = static_vector<remedy, 14>;

/// Every change that applies to `r`. Domain: a valid run.
template <model M, gpu G>
[[nodiscard]] constexpr remedy_list remedies_of(run<M, G> const& r, calibration const& k) noexcept {
    remedy_list all{};
    memory_report const now = memory_of(r);
    step_report const step = step_of(r, k);
    if (!now.valid()) { return all; }
    auto const offer = [&](std::string_view name, auto&& change, bool timed = true) {
        run<M, G> changed = r;
        change(changed);
        memory_report const m = memory_of(changed);
        if (!m.valid()) { return; }
        remedy one{.name = name,
                   .on_device = m.on_device.value,
                   .saved = now.on_device.value - m.on_device.value,
                   .fits = m.fits()};
        step_report const s = step_of(changed, k);
        if (timed && s.valid() && step.valid()) {
            one.slower = figure<double>(step.per_device / s.per_device, provenance::fitted);
        }
        all.push_back(one);
    };
    using Run = run<M, G>;
    if (r.recompute.kind == recompute_kind::none) {
        offer("recompute of norms, up-projections, activations",
              [](Run& c) { c.recompute = {.kind = recompute_kind::cheap_operations}; });
    }
    if (r.recompute.kind != recompute_kind::blocks) {
        offer("full recompute", [](Run& c) { c.recompute = full_recompute; });
    } else {
        offer("no recompute", [](Run& c) { c.recompute = no_recompute; });
        offer("recompute in blocks of sqrt(L)",
              [](Run& c) { c.recompute = {.kind = recompute_kind::square_root}; });
    }
    bool const shared = r.parallel.state_ranks() > 1;
    if (shared && r.sharding.stage == shards::nothing) {
        offer("shard the optimizer (ZeRO-1)", [](Run& c) { c.sharding.stage = shards::optimizer; });
    }
    if (shared && r.sharding.stage != shards::weights) {
        offer("shard everything (ZeRO-3, FSDP)",
              [](Run& c) { c.sharding.stage = shards::weights; });
    }
    if (r.micro_batch > 1) {
        offer("half the micro-batch", [](Run& c) {
            c.accumulation *= 2;
            c.micro_batch /= 2;
        });
    }
    if (r.adapter.frozen_base()) {
        offer("half the adapter's rank", [](Run& c) { c.adapter.rank = (c.adapter.rank + 1) / 2; });
        if (!(r.adapter.base == recipe(nf4_double))) {
            offer("frozen weights in nf4 (QLoRA)", [](Run& c) { c.adapter.base = nf4_double; });
        }
    } else {
        offer("LoRA of rank 16 on all linear layers",
              [](Run& c) { c.adapter = {.kind = adapter_kind::lora, .targets = all_linear}; });
    }
    if (r.sharding.optimizer_at == state_place::device) {
        offer("optimizer in the host's memory",
              [](Run& c) { c.sharding.optimizer_at = state_place::host; });
    }
    if (r.sharding.optimizer_at != state_place::disk) {
        offer("optimizer on the host's drives",
              [](Run& c) { c.sharding.optimizer_at = state_place::disk; });
    }
    if (r.framework.loss_chunk > 0.1 && now.activations.logits > now.activations.working) {
        offer("loss in chunks", [](Run& c) { c.framework.loss_chunk = 0; }, false);
    }
    return all;
}
/// The same with the calibration of its accelerator.
template <model M, gpu G> [[nodiscard]] constexpr remedy_list
remedies_of(run<M, G> const& r) noexcept {
    return remedies_of(r, training::calibration_for(r.gpu));
}

} // namespace reckon::inline v0::training
