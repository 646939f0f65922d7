// SPDX-License-Identifier: MIT
// Whether a run's numbers go together: the sentence says which do not, and the nearest that do.
//
// Source: the asserts of Megatron-Core (heads, widths, experts, sequence by 2 x context, interleaving),
// ZeRO's groups; peft refuses adapters on modules that a model lacks.
#pragma once
#include <reckon/parallel/validate.hpp>
#include <reckon/training/run.hpp>

#include <cstdint>
#include <string_view>

namespace reckon::inline v0::training {

/// Why a run was refused: `have` does not go into `need`, or is out of bounds.
enum class run_defect : std::uint8_t {
    none,
    not_positive,      ///< a degree, a batch or a length below 1
    layout,            ///< the tensor, pipeline or expert degree does not divide the model
    context_length,    ///< the sequence is no multiple of 2 x context
    sequence_parallel, ///< tensor ranks do not divide the tokens of a micro-batch
    expert_ranks,      ///< expert x expert_tensor does not divide tensor x context x data
    expert_without,    ///< expert parallelism of a model without experts
    virtual_stages,    ///< more pieces than layers, or pieces without a pipeline
    interleaving,      ///< micro-batches no multiple of the pipeline, interleaved
    dual_pipe,         ///< an odd pipeline, or fewer than two micro-batches a rank
    sharding_group,    ///< the group does not divide the ranks that hold the same
    adapter_rank,      ///< below 1
    adapter_targets,   ///< the model has none of the modules
    products,          ///< the device cannot multiply in this precision
    prediction,        ///< the model has no prediction modules
    recompute_blocks,  ///< blocks shorter than a layer, or a fraction outside 0..1
    too_many_groups,   ///< more groups of layers than the calculation holds
};

/// What is wrong with a run, with the two numbers that do not fit together.
struct run_check {
    run_defect defect{run_defect::none};
    count need{};
    count have{};
    layout_check layout{};
    std::string_view what{}; ///< a literal: the degree that is not positive, the precision
    [[nodiscard]] constexpr bool ok() const noexcept { return defect == run_defect::none; }
};

/// Checks a run before anything is calculated from it.
template <model M, gpu G> [[nodiscard]] constexpr run_check check(run<M, G> const& r) noexcept {
    using enum run_defect;
    parallelism const& p = r.parallel;
    struct named {
        count value;
        std::string_view name;
    };
    named const positive[] = {{p.tensor, "tensor parallelism"},
                              {p.context, "context parallelism"},
                              {p.pipeline, "pipeline parallelism"},
                              {p.virtual_stages, "the number of virtual stages"},
                              {p.data, "data parallelism"},
                              {p.expert, "expert parallelism"},
                              {p.expert_tensor, "expert tensor parallelism"},
                              {r.micro_batch, "the micro-batch"},
                              {r.accumulation, "the number of micro-batches a step"},
                              {r.sequence, "the sequence length"}};
    for (named const& n : positive) {
        if (n.value < 1) { return {not_positive, 1, n.value, {}, n.name}; }
    }
    count groups = 0;
    bool experts = false;
    r.model.groups.for_each([&](auto const& group) {
        ++groups;
        experts = experts || group.feed_forward.experts().experts > 0;
    });
    if (groups > 16) { return {too_many_groups, 16, groups}; }
    if (p.expert * p.expert_tensor > 1 && !experts) {
        return {expert_without, 1, p.expert * p.expert_tensor};
    }
    if (layout_check const c =
            reckon::check(r.model, reckon::layout{.tensor = p.tensor, .pipeline = p.pipeline});
        !c.ok() && c.defect != layout_defect::expert_width) {
        return {layout, c.need, c.have, c};
    }
    if (experts) {
        layout_check found{};
        r.model.groups.for_each([&](auto const& group) {
            for_each_tensor(group, r.model.hidden, [&](tensor const& t) {
                if (t.axis != shard_axis::experts || t.vector || !found.ok()) { return; }
                count const width = t.role == tensor_role::expert_down ? t.cols : t.rows;
                if (!reckon::detail::divides(p.expert, t.units)) {
                    found = {layout_defect::experts, t.units, p.expert};
                } else if (!reckon::detail::divides(p.expert_tensor, width)) {
                    found = {layout_defect::expert_width, width, p.expert_tensor};
                }
            });
        });
        if (!found.ok()) { return {layout, found.need, found.have, found}; }
        count const ranks = reckon::detail::multiply(p.tensor, p.context, p.data);
        if (!reckon::detail::divides(p.expert * p.expert_tensor, ranks)) {
            return {expert_ranks, ranks, p.expert * p.expert_tensor};
        }
    }
    count const layers = layer_count(r.model);
    if (p.virtual_stages > 1 &&
        (p.pipeline == 1 || reckon::detail::multiply(p.pipeline, p.virtual_stages) > layers)) {
        return {virtual_stages, layers, p.virtual_stages};
    }
    if (p.virtual_stages > 1 && !reckon::detail::divides(p.pipeline, r.accumulation)) {
        return {interleaving, r.accumulation, p.pipeline};
    }
    if (p.order == schedule::dual_pipe &&
        (p.pipeline % 2 != 0 || r.accumulation < 2 * p.pipeline)) {
        return {dual_pipe, 2 * p.pipeline, r.accumulation};
    }
    if (p.context > 1 && !reckon::detail::divides(2 * p.context, r.sequence)) {
        return {context_length, r.sequence, 2 * p.context};
    }
    if (p.sequence && !reckon::detail::divides(p.tensor, r.micro_batch * r.sequence / p.context)) {
        return {sequence_parallel, r.micro_batch * r.sequence / p.context, p.tensor};
    }
    if (r.sharding.group < 0 ||
        (r.sharding.group > 0 && !reckon::detail::divides(r.sharding.group, p.state_ranks()))) {
        return {sharding_group, p.state_ranks(), r.sharding.group};
    }
    if (r.recompute.block < 1 || !(r.recompute.fraction >= 0 && r.recompute.fraction <= 1)) {
        return {recompute_blocks, 1, r.recompute.block};
    }
    if (r.adapter.frozen_base()) {
        if (r.adapter.rank < 1) { return {adapter_rank, 1, r.adapter.rank}; }
        bool found = false;
        r.model.groups.for_each([&](auto const& group) {
            for_each_tensor(group, r.model.hidden, [&](tensor const& t) {
                found = found || (!t.vector && r.adapter.targets.has(t.role));
            });
        });
        if (!found) { return {adapter_targets, 0, 0}; }
    }
    if (executed_as(r.gpu.architecture, r.numerics.products) != r.numerics.products &&
        r.numerics.products != arithmetic::tf32) {
        return {products, 0, 0, {}, reckon::name(r.numerics.products)};
    }
    if (r.prediction_modules && r.model.mtp.layers == 0) { return {prediction, 0, 0}; }
    return {};
}

namespace detail {

/// Appends the divisors of `whole` on both sides of `wanted`.
constexpr void append_divisors(sentence& s, count whole, count wanted) noexcept {
    count below = reckon::detail::min(wanted - 1, whole);
    while (below > 1 && whole % below != 0) {
        --below;
    }
    count above = wanted + 1;
    while (above < whole && whole % above != 0) {
        ++above;
    }
    below = reckon::detail::max(count{1}, below);
    if (above > whole || wanted > whole) {
        s.append("; the nearest that does is ").append(below).append(".");
    } else {
        s.append("; the nearest that do are ")
            .append(below)
            .append(" and ")
            .append(above)
            .append(".");
    }
}

/// The multiples of `step` on both sides of `have`.
constexpr void append_multiples(sentence& s, count have, count step) noexcept {
    count const below = have / step * step;
    if (below > 0) {
        s.append("; the nearest that are are ")
            .append(below)
            .append(" and ")
            .append(below + step)
            .append(".");
    } else {
        s.append("; the nearest that is is ").append(step).append(".");
    }
}

} // namespace detail

/// The defect as one sentence.
[[nodiscard]] constexpr sentence explain(run_check const& c) noexcept {
    sentence s{};
    switch (c.defect) {
    case run_defect::none: return "The run's numbers go together.";
    case run_defect::not_positive:
        return s.append("It says ")
            .append(c.have)
            .append(" for ")
            .append(c.what)
            .append("; it must be at least 1.");
    case run_defect::layout: return s.append(reckon::explain(c.layout)).append(".");
    case run_defect::context_length:
        s.append("A sequence of ")
            .append(c.need)
            .append(" tokens is no multiple of ")
            .append(c.have);
        s.append(", twice the context parallelism");
        detail::append_multiples(s, c.need, c.have);
        return s;
    case run_defect::sequence_parallel:
        s.append("Tensor parallelism ")
            .append(c.have)
            .append(" does not divide the ")
            .append(c.need);
        s.append(" tokens of a micro-batch, which sequence parallelism deals out");
        detail::append_divisors(s, c.need, c.have);
        return s;
    case run_defect::expert_ranks:
        s.append("Expert parallelism (x expert tensor parallelism) ").append(c.have);
        s.append(" does not divide the ")
            .append(c.need)
            .append(" ranks of tensor x context x data parallelism");
        detail::append_divisors(s, c.need, c.have);
        return s;
    case run_defect::expert_without:
        return s.append("Expert parallelism ")
            .append(c.have)
            .append(" of a model without experts; set it to 1.");
    case run_defect::virtual_stages:
        s.append("There are ").append(c.have).append(" virtual stages a rank for ").append(c.need);
        return s.append(" layers; they need a pipeline, and no more pieces than layers.");
    case run_defect::interleaving:
        s.append("An interleaved pipeline of ")
            .append(c.have)
            .append(" stages needs a multiple of as many micro-batches a step, not ");
        s.append(c.need);
        detail::append_multiples(s, c.need, c.have);
        return s;
    case run_defect::dual_pipe:
        s.append("DualPipe needs an even number of stages and at least ").append(c.need);
        return s.append(" micro-batches a step, not ").append(c.have).append(".");
    case run_defect::sharding_group:
        s.append("A sharding group of ")
            .append(c.have)
            .append(" does not divide the ")
            .append(c.need);
        s.append(" ranks of data x context parallelism");
        detail::append_divisors(s, c.need, reckon::detail::max(count{1}, c.have));
        return s;
    case run_defect::adapter_rank:
        return s.append("An adapter of rank ").append(c.have).append("; it must be at least 1.");
    case run_defect::adapter_targets:
        return "The model has none of the modules that the adapter is for; all_linear takes those "
               "it has.";
    case run_defect::products:
        return s.append("This device has no matrix units for ")
            .append(c.what)
            .append(", so it cannot train in it; train in bf16 or fp16.");
    case run_defect::prediction:
        return "The model has no prediction modules to train; leave prediction_modules out.";
    case run_defect::recompute_blocks:
        s.append("Recompute in blocks of ").append(c.have);
        return s.append(
            " layers; a block has at least 1 layer, and the fraction lies between 0 and 1.");
    case run_defect::too_many_groups:
        s.append("The model has ").append(c.have).append(" groups of unlike layers; at most ");
        return s.append(c.need).append(" can be calculated.");
    }
    return s;
}

} // namespace reckon::inline v0::training
