// SPDX-License-Identifier: MIT
#include "accuracy/speed.hpp"
#include "accuracy/tables.hpp"

#include <cmath>

namespace accuracy {

double predicted(speed_case const& c, reckon::calibration const& with) noexcept {
    using namespace reckon;
    auto const& p = c.passes;
    switch (c.how) {
    case protocol::closed_loop: {
        auto const t = serving::closed_loop(p, with);
        double const output = in_tokens_per_second(t.output_throughput) * c.scale;
        switch (c.what) {
        case metric::time_per_token: return in_milliseconds(t.time_per_token);
        case metric::time_to_first_token: return in_milliseconds(t.time_to_first_token);
        case metric::output_rate: return output;
        case metric::total_rate: return output * (p.output + c.prompt) / p.output;
        }
        break;
    }
    case protocol::static_batch: {
        auto const t = serving::static_batch(p, with);
        double const output = p.in_group * p.groups * p.output / in_seconds(t.total) * c.scale;
        switch (c.what) {
        case metric::time_per_token: return in_milliseconds(t.total - t.first_token) / p.output;
        case metric::time_to_first_token: return in_milliseconds(t.first_token);
        case metric::output_rate: return output;
        case metric::total_rate: return output * (p.output + c.prompt) / p.output;
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
    case protocol::decode_only: {
        double const step = in_seconds(serving::times_of(p, with).step);
        return c.what == metric::time_per_token ? 1000 * step
                                                : p.in_group * p.groups / step * c.scale;
    }
    }
    return 0;
}

engine_generation generation_of(std::string_view engine, std::string_view version) {
    std::string const name = lower(engine);
    std::string const v = lower(version);
    // The second number of "0.10.1"; versions from 1 on count as late.
    long long const minor =
        v.starts_with("0.")
            ? whole_number(v.substr(2, v.find_first_not_of("0123456789", 2) - 2)).value_or(99)
            : 99;
    std::string generation;
    if (contains(name, "deepspeed")) {
        generation = "DeepSpeed 2024";
    } else if (contains(name, "vllm")) {
        generation = contains(v, "2024") || minor < 6 ? "vLLM 2024" : "vLLM";
    } else if (contains(name, "sglang")) {
        generation = "SGLang";
    } else if (contains(name, "tensorrt-llm") || contains(name, "trt")) {
        generation = contains(v, "2024") || minor < 10 ? "TensorRT-LLM 2024" : "TensorRT-LLM";
    }
    engine_generation out{generation, &reckon::engines::as_fitted};
    for (auto const& known : reckon::engines::fitted) {
        if (known.name.view() == generation) { out.factors = &known; }
    }
    return out;
}

std::string hardware_of(reckon::any_gpu const& gpu) {
    return std::string(reckon::calibration_for(gpu).name.view());
}

namespace {

void judge(std::vector<speed_row>&& rows, report& into) {
    for (speed_row& r : rows) {
        if (r.load) {
            double const value =
                predicted(*r.load, reckon::under(*r.load->calibration, *r.load->engine));
            double const factor = 1 + r.load->calibration->spread;
            r.result.predicted = std::isfinite(value) && value > 0
                                     ? prediction::within(value, value / factor, value * factor)
                                     : prediction::none("the prediction is not a number");
        }
        into.add(std::move(r.result));
    }
}

} // namespace

void check_speed_serving(table const& rows, report& into) {
    for (std::string_view const q : {"tpot", "ttft", "output_throughput", "total_throughput"}) {
        into.declare("speed_serving." + std::string(q));
    }
    judge(serving_rows(rows), into);
}

void check_speed_single(table const& rows, report& into) {
    into.declare("speed_single.generation");
    into.declare("speed_single.prompt");
    judge(single_rows(rows), into);
}

} // namespace accuracy
