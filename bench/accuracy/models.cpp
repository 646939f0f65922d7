// SPDX-License-Identifier: MIT
// models.csv: totals and checkpoint sizes, computed from what a row says of the architecture, never from
// its computed or published figures.
#include "accuracy/columns.hpp"
#include "accuracy/tables.hpp"

#include <reckon/memory/weights.hpp>
#include <reckon/model/parameters.hpp>
#include <reckon/units/makers.hpp>

#include <string>

namespace accuracy {

using namespace reckon;

namespace {

/// The total as the column counts it: with vision towers, but for those that its authors did not
/// derive (bench/reference/README.md).
double counted(record const& row, any_model const& model) {
    count total = parameters_of(model).total;
    std::string const name = lower(row["name"]);
    if (contains(name, "kimi") || contains(name, "deepseek-v4.1")) {
        for_each_side(model, [&](side_part const& part) {
            if (part.kind == side_kind::vision) { total -= part.parameters(); }
        });
    }
    return static_cast<double>(total);
}

} // namespace

void check_models(table const& rows, report& into) {
    rows.require({"name",           "hf_id",          "total_params",      "layers",
                  "hidden",         "vocab",          "tied_embeddings",   "attention_kind",
                  "q_heads",        "kv_heads",       "head_dim",          "q_lora_rank",
                  "kv_lora_rank",   "qk_rope_dim",    "qk_nope_dim",       "v_head_dim",
                  "layer_pattern",  "ffn_kind",       "intermediate",      "moe_intermediate",
                  "routed_experts", "shared_experts", "experts_per_token", "first_dense_layers",
                  "mtp_layers",     "max_context",    "native_dtype",      "checkpoint_bytes"});
    into.declare("models.total_params");
    into.declare("models.checkpoint_bytes");
    for (std::size_t i = 0; i < rows.size(); ++i) {
        record const row{rows, i};
        auto const total = number(row["total_params"]);
        auto const file = number(row["checkpoint_bytes"]);
        if (!total && !file) { continue; }
        auto const model = model_of_row(row);
        outcome base{.file = "models.csv",
                     .row = i + 1,
                     .group = std::string(row["family"]),
                     .model = std::string(row["name"])};
        auto const add = [&](std::string quantity, double measured, prediction p) {
            outcome o = base;
            o.quantity = std::move(quantity);
            o.measured = measured;
            o.predicted = std::move(p);
            into.add(std::move(o));
        };
        if (total) {
            add("models.total_params", *total,
                model ? prediction::of(counted(row, model->model))
                      : prediction::none(model.reason));
        }
        if (file) {
            add("models.checkpoint_bytes", *file,
                !model ? prediction::none(model.reason)
                : !model->stored
                    ? prediction::none(model->stored.reason)
                    : prediction::of(in_bytes(checkpoint_bytes(model->model, *model->stored))));
        }
    }
}

} // namespace accuracy
