// SPDX-License-Identifier: MIT
#include "accuracy/speed.hpp"

#include <algorithm>
#include <cmath>

namespace accuracy {

namespace {

/// Requests that arrive at a rate, at one of the replicas.
double predicted_at_a_rate(speed_case const& c, reckon::calibration const& with) noexcept {
    using namespace reckon;
    serving::service_curve curve{};
    for (serving::load_passes const& p : c.by_load) {
        serving::load_times const t = serving::times_of(p, with);
        curve.steps.push_back({p.in_group, t.step});
        curve.prompt = t.prompt;
        curve.slot = t.slot;
        curve.most = p.in_group;
        curve.output = p.output;
        curve.groups = p.groups;
    }
    curve.per_request = with.per_request;
    curve.prompts_per_pass = c.prompts_per_pass;
    serving::arrivals one = c.arrive;
    one.rate = one.rate / c.scale;
    double const rate = in_per_second(one.rate);
    auto const queue = rate > 0 ? serving::queue_of(curve, one) : serving::queue_times{};
    auto const late = serving::overloaded(curve, one.rate, c.requests / c.scale);
    // What is worked off in the end depends on how much there was.
    if (!queue.stable && !(c.requests > 0)) { return 0; }
    seconds const token = queue.stable ? queue.time_per_token.mean : late.time_per_token;
    seconds const first = queue.stable ? queue.time_to_first_token.mean : late.time_to_first_token;
    switch (c.what) {
    case metric::time_per_token: return in_milliseconds(token);
    case metric::time_to_first_token: return in_milliseconds(first);
    default: break;
    }
    // A run ends with the last answer, not with the last arrival.
    double const lasts = c.requests / c.scale / rate + in_seconds(first + token * curve.output);
    double const output =
        queue.stable ? (c.requests > 0 ? c.requests / lasts : rate * c.scale) * curve.output
                     : in_tokens_per_second(late.output_throughput) * c.scale;
    return c.what == metric::total_rate ? output * (curve.output + c.prompt) / curve.output
                                        : output;
}

} // namespace

double predicted(speed_case const& c, reckon::calibration const& with) noexcept {
    using namespace reckon;
    auto const& p = c.passes;
    switch (c.how) {
    case protocol::closed_loop: {
        auto const t = serving::closed_loop(p, with, c.start);
        double const output = in_tokens_per_second(t.output_throughput) * c.scale;
        switch (c.what) {
        case metric::time_per_token: return in_milliseconds(t.time_per_token);
        case metric::time_to_first_token: return in_milliseconds(t.time_to_first_token);
        case metric::output_rate: return output;
        case metric::total_rate: return output * (p.output + c.prompt) / p.output;
        case metric::input_rate: return output * c.prompt / p.output;
        }
        break;
    }
    case protocol::static_batch: {
        auto const t =
            c.rounds ? serving::static_batch(*c.rounds, with) : serving::static_batch(p, with);
        double const requests = c.rounds ? c.rounds->requests() : p.in_group;
        double const output = requests * p.groups * p.output / in_seconds(t.total) * c.scale;
        switch (c.what) {
        case metric::time_per_token: return in_milliseconds(t.total - t.first_token) / p.output;
        case metric::time_to_first_token: return in_milliseconds(t.first_token);
        case metric::output_rate: return output;
        case metric::total_rate: return output * (p.output + c.prompt) / p.output;
        case metric::input_rate: return output * c.prompt / p.output;
        }
        break;
    }
    case protocol::saturated: {
        double const output =
            in_tokens_per_second(serving::saturated_throughput(p, with)) * c.scale;
        return c.what == metric::total_rate ? output * (p.output + c.prompt) / p.output : output;
    }
    case protocol::first_token: {
        double const seconds_alone = in_seconds(serving::static_batch(p, with).first_token);
        return c.what == metric::time_to_first_token
                   ? 1000 * seconds_alone
                   : p.in_group * c.prompt / seconds_alone * c.scale;
    }
    case protocol::stream_prompt:
        return in_tokens_per_second(serving::times_of_stream(c.stream, with).prompt_rate);
    case protocol::stream_generation:
        return in_tokens_per_second(serving::times_of_stream(c.stream, with).generation_rate);
    case protocol::prefill_only:
        if (c.half) {
            pass_time const half = time_of(c.half->chunk, c.half->rates, with, with.prefill_matmul);
            return c.prompt * 2 * c.half->prompts_per_chunk /
                   in_seconds(two_batches(half, with.overlapped)) * p.groups * c.scale;
        }
        return c.prompt / in_seconds(serving::times_of(p, with).slot) * p.groups * c.scale;
    case protocol::disaggregated: {
        // No prompt comes between tokens; prompts wait for each other in a pool of their own.
        double const token = in_seconds(serving::times_of(p, with).step);
        double const first =
            in_seconds(serving::closed_loop(*c.prefill_pool, with, c.start).time_to_first_token);
        double const output = p.in_group * p.groups * p.output /
                              (first + token * std::max(0.0, p.output - 1)) * c.scale;
        switch (c.what) {
        case metric::time_per_token: return 1000 * token;
        case metric::time_to_first_token: return 1000 * first;
        case metric::total_rate: return output * (p.output + c.prompt) / p.output;
        default: return output;
        }
    }
    case protocol::open_loop: return predicted_at_a_rate(c, with);
    case protocol::decode_only: {
        double const step = in_seconds(serving::times_of(p, with).step);
        return c.what == metric::time_per_token ? 1000 * step
                                                : p.in_group * p.groups / step * c.scale;
    }
    }
    return 0;
}

namespace {

/// The release that a table calls `version`: "0.10.1", a container's tag, a year. What is not said or not
/// a number is the release of late 2025, when most tables were taken.
reckon::engine_version release_named(std::string_view engine, std::string_view version) {
    std::string const v = lower(version);
    auto const number_at = [&](std::size_t at) {
        return static_cast<int>(
            whole_number(v.substr(at, v.find_first_not_of("0123456789", at) - at)).value_or(99));
    };
    if (contains(v, "2024")) { return {0, 0}; }
    for (std::size_t at = 0; at < v.size(); ++at) {
        auto const dot = v.find_first_not_of("0123456789", at);
        bool const starts = at == 0 || v[at - 1] < '0' || v[at - 1] > '9';
        if (dot == std::string::npos || dot == at || v[dot] != '.' || !starts) { continue; }
        if (dot + 1 < v.size() && v[dot + 1] >= '0' && v[dot + 1] <= '9' && dot - at <= 2) {
            return {number_at(at), number_at(dot + 1)};
        }
    }
    return engine == "vLLM" && v.empty() ? reckon::engine_version{0, 11}
           : engine == "TensorRT-LLM"    ? reckon::engine_version{1, 0}
                                         : reckon::engine_version{99, 0};
}

/// SGLang changed its scheduler at 0.5.7: the third number counts.
bool early_sglang(std::string_view version) {
    auto const at = version.find("0.5.");
    if (at == std::string_view::npos) { return version.empty(); }
    std::string_view const patch = version.substr(at + 4);
    return whole_number(patch.substr(0, patch.find_first_not_of("0123456789"))).value_or(99) < 7;
}

} // namespace

std::string generation_named(std::string_view engine, std::string_view version,
                             reckon::any_architecture const& on) {
    std::string const name = lower(engine);
    std::string_view const known =
        contains(name, "deepspeed") ? "DeepSpeed"
        : contains(name, "habana")  ? "DeepSpeed"
        : contains(name, "vllm")    ? "vLLM"
        : contains(name, "sglang")
            ? (early_sglang(version) && on.maker == reckon::vendor::nvidia ? "SGLang 2025"
                                                                           : "SGLang")
        : contains(name, "tensorrt") ? "TensorRT-LLM"
        : contains(name, "trt")      ? "TensorRT-LLM"
        : contains(name, "atom")     ? "ATOM"
                                     : "";
    return std::string(
        reckon::generation_of(known, release_named(known, version), on.maker, on.name));
}

spread_kind spread_kind_of(speed_case const& c) noexcept {
    if (c.what == metric::time_per_token || c.how == protocol::decode_only ||
        c.how == protocol::stream_generation) {
        return spread_kind::per_token;
    }
    if (c.what == metric::time_to_first_token || c.how == protocol::first_token ||
        c.how == protocol::stream_prompt) {
        return spread_kind::first_token;
    }
    return spread_kind::throughput;
}

double spread_of(speed_case const& c, reckon::spreads const& all) noexcept {
    switch (spread_kind_of(c)) {
    case spread_kind::per_token: return all.per_token;
    case spread_kind::first_token: return all.first_token;
    case spread_kind::throughput: break;
    }
    return all.throughput;
}

std::string hardware_of(reckon::any_gpu const& gpu) {
    return std::string(reckon::calibration_for(gpu).name.view());
}

} // namespace accuracy
