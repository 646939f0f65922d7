// SPDX-License-Identifier: MIT
// Published pre-trainings: what their reports say of machine, batch and layout.
#include "accuracy/training_models.hpp"
#include "accuracy/training_run.hpp"

#include <reckon/model/parameters.hpp>
#include <reckon/training/search.hpp>

#include <algorithm>
#include <regex>

namespace accuracy {

namespace {

using namespace reckon;
using namespace reckon::training;

/// What a report states; 0 where it does not.
struct reported {
    std::string_view model{}; ///< how the row's name begins, in small letters
    count devices{};
    count sequence{};
    count batch{}; ///< sequences a step, at its full size
    count tensor{};
    count pipeline{};
    count expert{};
    schedule order{schedule::one_forward_one_backward};
    bool full_recompute{};
    bool cheap_recompute{}; ///< of norms, up-projections and activation functions
    bool shards_weights{};
    bool prediction{};
    count micro_batch{1}; ///< 0: all of a rank's sequences at once
    count places{};       ///< machines or devices of a token's experts at most
    double dispatched{2};
};

// Sources: DeepSeek-V3 2412.19437 sections 3.2 and 4.2; DeepSeek-V2 2405.04434 sections 3.1.2 and 3.1.3;
// DeepSeek LLM 2401.02954 table 2; Llama 3 2407.21783 table 4, and Meta's announcement of 18 April 2024 ("16K GPUs
// simultaneously") for its siblings; Llama 2 2307.09288 section 2.2; LLaMA 2302.13971 section 2; BLOOM 2211.05100
// section 3.4; Pythia 2304.01373 table 5 and EleutherAI/pythia models/*.yml; PaLM 2204.02311 sections 4 and 5; Falcon 2311.16867 section 5; MosaicML's
// announcement of MPT-7B; SmolLM3's of Hugging Face; TinyLlama 2401.02385 section 2.
constexpr reported reports[] = {
    {.model = "deepseek-v3",
     .devices = 2048,
     .sequence = 4096,
     .batch = 15360,
     .tensor = 1,
     .pipeline = 16,
     .expert = 64,
     .order = schedule::dual_pipe,
     .cheap_recompute = true,
     .prediction = true,
     .places = 4,
     .dispatched = 1},
    {.model = "deepseek-v2",
     .sequence = 4096,
     .batch = 9216,
     .tensor = 1,
     .pipeline = 16,
     .expert = 8,
     .order = schedule::zero_bubble,
     .places = 3},
    {.model = "deepseek-67b", .sequence = 4096, .batch = 4608},
    {.model = "llama-3.1-405b",
     .devices = 16384,
     .sequence = 8192,
     .batch = 2048,
     .tensor = 8,
     .pipeline = 16},
    {.model = "llama-3.", .devices = 16384, .sequence = 8192, .batch = 2048},
    {.model = "llama-3-", .devices = 16384, .sequence = 8192, .batch = 2048},
    {.model = "llama-2", .devices = 2048, .sequence = 4096, .batch = 1024},
    {.model = "llama-", .devices = 2048, .sequence = 2048, .batch = 2048},
    {.model = "bloom-17",
     .devices = 384,
     .sequence = 2048,
     .batch = 2048,
     .tensor = 4,
     .pipeline = 12,
     .full_recompute = true,
     .micro_batch = 2},
    {.model = "pythia",
     .sequence = 2048,
     .batch = 1024,
     .tensor = 1,
     .pipeline = 1,
     .full_recompute = true,
     .micro_batch = 0},
    {.model = "palm", .devices = 6144, .sequence = 2048, .full_recompute = true},
    {.model = "falcon-180b",
     .devices = 4096,
     .sequence = 2048,
     .batch = 2048,
     .tensor = 8,
     .pipeline = 8},
    {.model = "mpt-7b", .devices = 440, .sequence = 2048, .batch = 1760, .shards_weights = true},
    {.model = "smollm3",
     .devices = 384,
     .sequence = 4096,
     .batch = 576,
     .tensor = 2,
     .pipeline = 1},
    {.model = "tinyllama",
     .devices = 16,
     .sequence = 2048,
     .batch = 1024,
     .shards_weights = true,
     .micro_batch = 8},
};

/// The run in a stated layout: pieces of a rank are open, the quickest is taken.
any_run as_reported(any_run r, reported const& p, count devices) {
    r.parallel = {.tensor = p.tensor,
                  .pipeline = std::max(count{1}, p.pipeline),
                  .order = p.order,
                  .expert = std::max(count{1}, p.expert),
                  .expert_places = p.places};
    r.numerics.dispatched = p.dispatched;
    r.parallel.data = devices / (r.parallel.tensor * r.parallel.pipeline);
    count const each = std::max(count{1}, p.batch / r.parallel.data);
    r.micro_batch = p.micro_batch > 0 ? p.micro_batch : each;
    r.accumulation = std::max(count{1}, each / r.micro_batch);
    any_run best = r;
    for (count pieces = 2; pieces <= 8; ++pieces) {
        if (p.order != schedule::one_forward_one_backward || r.parallel.pipeline == 1) { break; }
        r.parallel.virtual_stages = pieces;
        if (!step_of(r).valid()) { continue; }
        if (step_of(r).per_device > step_of(best).per_device) { best = r; }
    }
    return best;
}

} // namespace

found<stated_campaign> campaign_of(record const& row) {
    auto const refuse = [](std::string why) {
        return found<stated_campaign>::none(std::move(why));
    };
    std::smatch part;
    std::string const notes(row["notes"]);
    if (!std::regex_search(notes, part, std::regex("tokens=([0-9.e+]+)"))) {
        return refuse("the row does not say how many tokens were trained");
    }
    double const tokens_in_all = std::stod(part[1]);
    auto const m = trained_model(row["model"], row["params"], row["notes"]);
    if (!m) { return refuse(m.reason); }
    auto const g = training_gpu(std::string(row["gpu"]));
    if (!g) { return refuse(g.reason); }
    any_run r{.model = **m, .gpu = *g, .numerics = mixed_16bit_main_gradients};
    std::string const name = lower(row["model"]);
    reported what{};
    for (reported const& one : reports) {
        if (what.model.empty() && name.starts_with(one.model)) { what = one; }
    }
    auto const n = static_cast<double>(parameters_of(r.model).total);
    // What nobody states: a machine of the size such models are trained on; batches of 1, 4 or 16 million tokens.
    count const usual = n > 300e9 ? 16384 : n > 20e9 ? 2048 : n > 1e9 ? 256 : 32;
    count const devices = first_number(row["n_gpus"], what.devices > 0 ? what.devices : usual);
    r.sequence = first_number(row["seq_len"], what.sequence > 0 ? what.sequence
                                              : n > 5e9         ? 4096
                                                                : 2048);
    r.sharding.stage = what.shards_weights ? shards::weights : shards::optimizer;
    if (what.full_recompute) { r.recompute = full_recompute; }
    if (what.cheap_recompute) { r.recompute.kind = recompute_kind::cheap_operations; }
    r.prediction_modules = what.prediction && r.model.mtp.layers > 0;
    if (r.model.published[tensor_role::expert_up].operands == arithmetic::fp8 &&
        r.gpu.architecture.native.has(arithmetic::fp8)) {
        r.numerics.products = arithmetic::fp8; // published as it was trained
    }
    if (what.tensor > 0 && devices % (what.tensor * what.pipeline) == 0) {
        any_run const stated = as_reported(r, what, devices);
        if (step_of(stated).valid()) { return {stated_campaign{stated, tokens_in_all}, {}}; }
    }
    double const wanted = (n > 50e9 ? 16e6 : n > 5e9 ? 4e6 : 1e6) / static_cast<double>(r.sequence);
    count const rounds =
        std::max(count{1}, static_cast<count>(wanted / static_cast<double>(devices) + 0.5));
    count const batch = what.batch > 0 ? what.batch : rounds * devices;
    search_report const s = search(r, {.devices = devices,
                                       .global_batch = batch,
                                       .change_sharding = !what.shards_weights,
                                       .change_recompute = !what.full_recompute});
    if (!s.found()) { return refuse("no layout of the usual machine holds the model"); }
    return {stated_campaign{in_layout(r, s.best[0]), tokens_in_all}, {}};
}

} // namespace accuracy
