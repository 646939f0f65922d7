// SPDX-License-Identifier: MIT
#include "accuracy/names.hpp"
#include "accuracy/plain_rules.hpp"

#include <reckon/model/parameters.hpp>
#include <reckon/units/makers.hpp>

namespace accuracy {

using namespace reckon;

plain_answer plain_answer_of(std::size_t rule, any_model const& model, recipe const& weights) {
    // A person takes the format's name at its word: 16, 8 or 4 bit for every parameter.
    tensor_role const most = has_experts(model) ? tensor_role::expert_up : tensor_role::ffn_up;
    any_precision const& format = weights[most];
    double const bits =
        static_cast<double>(format.payload_bits) /
        static_cast<double>(format.payload_elements > 0 ? format.payload_elements : 1);
    auto const parameters = static_cast<double>(parameters_of(model).total);
    double const total = rule == 0 ? parameters * bits / 8 * 1.2 : parameters * 2;
    return {in_gibibytes(bytes{total}),
            4 * static_cast<double>(layer_count(model)) * static_cast<double>(model.hidden)};
}

} // namespace accuracy
