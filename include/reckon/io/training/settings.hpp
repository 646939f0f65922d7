// SPDX-License-Identifier: MIT
// What every reader of training settings does: devices dealt out, batches divided, unknown keys refused,
// and two runs compared, so that what is written is proved to say what was meant.
#pragma once
#include <reckon/detail/nearest.hpp>
#include <reckon/detail/result.hpp>
#include <reckon/training/run.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace reckon::inline v0::io::training {

namespace detail {

/// Deals `devices` out to data-parallel ranks, or says which number does not divide them.
[[nodiscard]] inline possible_error spread(reckon::training::any_run& r, count devices,
                                           std::string_view source) {
    reckon::training::parallelism& p = r.parallel;
    count const inside = reckon::detail::multiply(p.tensor, p.context, p.pipeline);
    if (inside < 1 || devices < inside || devices % inside != 0) {
        sentence s = sentence(source).append(": tensor x context x pipeline parallelism is ");
        s.append(p.tensor).append(" x ").append(p.context).append(" x ").append(p.pipeline);
        s.append(", which does not divide ").append(devices);
        s.append(" devices; the nearest numbers of devices that it divides are ");
        count const below = std::max(count{1}, devices / std::max(count{1}, inside)) * inside;
        return error{errc::indivisible_layout,
                     s.append(below).append(" and ").append(below + inside).append(".")};
    }
    p.data = devices / inside;
    return {};
}

/// Sets the micro-batches of a step from the sequences of one, or says what does not divide.
[[nodiscard]] inline possible_error deal_out(reckon::training::any_run& r, count global,
                                             std::string_view source, std::string_view name) {
    count const each = reckon::detail::multiply(r.micro_batch, r.parallel.data);
    if (global % each == 0) {
        r.accumulation = global / each;
        return {};
    }
    sentence s = sentence(source).append(": ").append(name).append(" ").append(global);
    s.append(" is no multiple of micro-batch x data parallelism, ")
        .append(r.micro_batch)
        .append(" x ")
        .append(r.parallel.data);
    count const below = global / each * each;
    s.append(below > 0 ? "; the nearest that are are " : "; the nearest that is is ");
    if (below > 0) { s.append(below).append(" and "); }
    return error{errc::indivisible_layout, s.append(below + each).append(".")};
}

/// "source: 'key' is no setting of X that is known; the nearest name is y."
template <std::size_t N>
[[nodiscard]] inline error unknown_setting(std::string_view source, std::string_view key,
                                           std::string_view program,
                                           std::string_view const (&names)[N]) {
    sentence s = sentence(source).append(": ");
    reckon::detail::append_typed(s, key);
    s.append(" is no setting of ").append(program).append(" that is known");
    reckon::detail::append_nearest(s, key, names);
    return {errc::unknown_name, s.append(".")};
}

} // namespace detail

/// What two runs differ in first, in words; empty where they are settings of the same kind. Model and
/// device are the caller's, and not compared.
[[nodiscard]] inline std::string_view first_difference(reckon::training::any_run const& a,
                                                       reckon::training::any_run const& b) {
    using reckon::training::parallelism;
    parallelism const& p = a.parallel;
    parallelism const& q = b.parallel;
    if (p.tensor != q.tensor) { return "tensor parallelism"; }
    if (p.sequence != q.sequence) { return "sequence parallelism"; }
    if (p.context != q.context) { return "context parallelism"; }
    if (p.pipeline != q.pipeline) { return "pipeline parallelism"; }
    if (p.virtual_stages != q.virtual_stages) { return "the number of virtual stages"; }
    if (p.order != q.order) { return "the order of the pipeline"; }
    if (p.data != q.data) { return "data parallelism"; }
    if (p.expert != q.expert) { return "expert parallelism"; }
    if (p.expert_tensor != q.expert_tensor) { return "expert tensor parallelism"; }
    if (p.expert_places != q.expert_places) { return "the limit of a router to some machines"; }
    if (a.sharding.stage != b.sharding.stage) { return "what data-parallel ranks share"; }
    if (a.sharding.group != b.sharding.group) { return "the group that shares"; }
    if (a.sharding.reshards != b.sharding.reshards) { return "when gathered weights are dropped"; }
    if (!(a.sharding == b.sharding)) { return "what lies in the host's memory or on its drives"; }
    if (!(a.numerics.kept == b.numerics.kept)) {
        return "in what values wait for the backward pass";
    }
    if (!(a.numerics == b.numerics)) { return "the copies of a parameter"; }
    if (!(a.optimizer == b.optimizer)) { return "the optimizer"; }
    if (!(a.recompute == b.recompute)) { return "what is computed again"; }
    if (!(a.adapter == b.adapter)) { return "the adapters"; }
    if (a.micro_batch != b.micro_batch) { return "the micro-batch"; }
    if (a.accumulation != b.accumulation) { return "the number of micro-batches a step"; }
    if (a.sequence != b.sequence) { return "the sequence length"; }
    if (!(a.framework == b.framework)) { return "the framework"; }
    if (a.prediction_modules != b.prediction_modules) { return "the prediction modules"; }
    return {};
}

namespace detail {

[[nodiscard]] inline error cannot_say(std::string_view program, std::string_view what) {
    sentence s = sentence(program).append(" has no setting that says ").append(what);
    return {errc::unsupported,
            s.append(" of this run; change it, or write for another framework.")};
}

/// What was written, if reading it gives the run back; else which of its settings it cannot say.
template <class Read>
[[nodiscard]] result<std::string> proved(std::string text, reckon::training::any_run const& r,
                                         std::string_view program, Read const& read) {
    result<reckon::training::any_run> const again = read(text);
    if (!again) { return again.error(); }
    std::string_view const lost = first_difference(*again, r);
    if (lost.empty()) { return text; }
    return cannot_say(program, lost);
}

} // namespace detail

} // namespace reckon::inline v0::io::training
