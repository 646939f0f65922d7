// SPDX-License-Identifier: MIT
// Rows of speed under the shipped constants, each with the interval of its quantity.
#include "accuracy/speed.hpp"
#include "accuracy/tables.hpp"

#include <cmath>

namespace accuracy {

namespace {

void judge(std::vector<speed_row>&& rows, report& into) {
    for (speed_row& r : rows) {
        if (r.load) {
            double const value =
                predicted(*r.load, reckon::under(*r.load->calibration, *r.load->engine));
            double const factor = 1 + spread_of(*r.load, r.load->calibration->spread);
            r.result.predicted =
                std::isfinite(value) && value > 0
                    ? prediction::within(value, value / factor, value * factor)
                    : prediction::none(
                          r.load->how == protocol::open_loop
                              ? "more requests arrive than are predicted to be served, and how "
                                "many came is not stated"
                              : "the prediction is not a number");
        }
        into.add(std::move(r.result));
    }
}

} // namespace

void check_speed_serving(table const& rows, report& into) {
    for (std::string_view const q :
         {"tpot", "ttft", "output_throughput", "total_throughput", "input_throughput"}) {
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
