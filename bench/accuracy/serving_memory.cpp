// SPDX-License-Identifier: MIT
// serving_memory.csv: one rank's memory report of a launch, or a launch that failed.
//
// An engine's launch is turned into an `engine` profile with its own defaults (serving_launch.hpp), then
// serving::memory_of is asked; what llama.cpp allocates is counted (serving_llama_cpp.hpp). Rules:
// docs/laws/engine_reserve.md, docs/laws/llama_cpp.md.
#include "accuracy/plain_rules.hpp"
#include "accuracy/serving_launch.hpp"
#include "accuracy/serving_llama_cpp.hpp"
#include "accuracy/tables.hpp"

#include <reckon/serving/launch_figures.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>

namespace accuracy {

namespace {

using namespace reckon;

/// Whether a printed number of tokens means something: engines whose layers keep unlike amounts print
/// what their requests could hold.
std::string no_rate(launch const& l) {
    if (!l.no_tokens.empty()) { return l.no_tokens; }
    bool compressed = false;
    bool fixed = false;
    l.model().groups.for_each([&](auto const& group) {
        group.attention.for_each_state([&](cached_state const& s) {
            compressed = compressed || s.stride > 1;
            fixed = fixed || s.fixed;
        });
    });
    if (compressed) { return "the pages of compressed caches are not modelled yet"; }
    if (fixed && l.family == engine_family::sglang) {
        return "SGLang's pools beside recurrent states are not modelled yet";
    }
    return {};
}

/// The rank whose lines a log quotes, the driver's, on the first stage; without a verdict, also where the
/// device is not known.
serving::memory_report rank_of(launch const& l) {
    auto const& d = l.told;
    engine const e = serving::settled(d.engine, d.model, d.gpu, d.layout);
    cache_recipe const kept = cache_as_kept(d.model, d.kv_cache, e);
    serving::memory_report first{};
    serving::detail::fill_stage(first, d.model, d.weights, kept, d.layout, e, d.max_context, 1, 0);
    first.weights += l.wide_modules;
    return first;
}

/// The report of a launch, with what its modules take beyond the recipe.
serving::memory_report report_of(launch const& l) {
    serving::memory_report r = serving::memory_of(l.told);
    r.weights += l.wide_modules;
    r.cache_pool -= l.wide_modules;
    return r;
}

/// Tokens that the engine prints for a pool of that size.
double tokens_of_pool(launch const& l, bytes pool, count stage) {
    return std::floor(in_tokens(serving::figures_of_pool(l.told, pool, stage).cache_tokens) /
                      l.cached_values_scale);
}

/// Whether the launch starts.
bool starts(launch const& l, serving::memory_report const& r) {
    // SGLang starts with any pool; the others want one request of full length.
    if (l.family == engine_family::sglang) {
        return r.cache_pool > bytes{0} && r.weights < r.budget;
    }
    return r.fits() && r.kv_cache * l.cached_values_scale <= r.cache_pool;
}

/// What is asked of a row, answered by the engine's reserve or by llama.cpp's allocations.
class row_of_memory {
public:
    explicit row_of_memory(record const& row)
        : by_llama_(family_of(row["engine"]) == engine_family::llama_cpp),
          model_(model_named(row["model"])), llama_(row, model_),
          launch_(by_llama_ ? found<launch>::none({})
                  : model_  ? launch_of(row, **model_)
                            : found<launch>::none(model_.reason)),
          batch_stated_(!row["max_num_seqs"].empty()) {}

    prediction weights() const {
        if (by_llama_) { return llama_.weights(); }
        if (!launch_) { return prediction::none(launch_.reason); }
        if (!launch_->weights) { return prediction::none(launch_->weights.reason); }
        return prediction::of(in_gibibytes(rank_of(*launch_).weights));
    }
    prediction activation() const {
        if (by_llama_) { return llama_.compute(); }
        if (!launch_) { return prediction::none(launch_.reason); }
        if (!launch_->gpu && !batch_stated_) {
            return prediction::none(
                "the accelerator, which decides the engine's batch, is not known");
        }
        return prediction::of(in_gibibytes(rank_of(*launch_).activations.value));
    }
    prediction tokens_of(double pool_gib) const {
        if (by_llama_) { return llama_.tokens_of(pool_gib); }
        if (!launch_) { return prediction::none(launch_.reason); }
        if (auto const why = no_rate(*launch_); !why.empty()) { return prediction::none(why); }
        return prediction::of(tokens_of_pool(*launch_, bytes{gibibytes(pool_gib)}, 0));
    }
    prediction cache() const {
        if (by_llama_) { return llama_.cache(); }
        return with_pool(
            [](serving::memory_report const& r) { return in_gibibytes(r.cache_pool); });
    }
    prediction tokens() const {
        if (by_llama_) { return llama_.cells(); }
        if (launch_) {
            if (auto const why = no_rate(*launch_); !why.empty()) { return prediction::none(why); }
        }
        return with_pool([&](serving::memory_report const& r) {
            return tokens_of_pool(*launch_, r.cache_pool, r.fullest_stage);
        });
    }
    /// Weights, activations and what the engine counts beside them.
    prediction beside_cache() const {
        if (by_llama_) { return prediction::none("llama.cpp reports no sum"); }
        return with_report([](serving::memory_report const& r) {
            return prediction::of(in_gibibytes(r.weights + r.activations.value + r.runtime.value));
        });
    }
    prediction fits() const {
        if (by_llama_) { return llama_.fits(); }
        return with_report([&](serving::memory_report const& r) {
            return prediction::of(starts(*launch_, r) ? 1 : 0);
        });
    }
    /// The fraction that is left of what the load needs, in the pool or on the device, whichever is less.
    std::optional<double> spare() const {
        if (by_llama_ || !launch_ || !launch_->weights || !launch_->capacity_known()) {
            return std::nullopt;
        }
        auto const r = report_of(*launch_);
        bytes const beside = r.capacity - r.budget - r.outside.value;
        return std::min((r.budget - r.needed()) / r.budget, beside / r.capacity);
    }
    /// Bytes that a token takes on one rank, where every layer keeps every token.
    double cache_token() const {
        if (!launch_ || !no_rate(*launch_).empty()) { return 0; }
        auto const& d = launch_->told;
        engine const e = serving::settled(d.engine, d.model, d.gpu, d.layout);
        return in_bytes(cache_per_token(d.model, cache_as_kept(d.model, d.kv_cache, e), d.layout) *
                        reckon::tokens{1});
    }
    /// One rule of thumb's answer, as the quantity asks it.
    std::optional<double> plain(std::size_t rule, std::string_view quantity) const {
        found<recipe> const stored = by_llama_ ? llama_.stored() : weights_of_launch();
        if (!model_ || !stored) { return std::nullopt; }
        plain_answer const a = plain_answer_of(rule, **model_, *stored);
        auto const devices =
            static_cast<double>(by_llama_ ? llama_.devices() : launch_->told.layout.devices());
        double const each = a.total_gib / devices;
        if (quantity == "weights" || quantity == "beside_cache") { return each; }
        found<any_gpu> const gpu = by_llama_ ? llama_.device() : launch_->gpu;
        if (!gpu || !gpu->memory.known()) { return std::nullopt; }
        double const sold = in_gibibytes(gpu->memory.value());
        if (quantity == "fits") { return each <= sold ? 1 : 0; }
        if (quantity != "kv_tokens" || by_llama_) { return std::nullopt; }
        double const left = std::max(0.0, sold - each) * devices;
        return in_bytes(bytes{gibibytes(left)}) / a.token_bytes;
    }

private:
    found<recipe> weights_of_launch() const {
        return launch_ ? launch_->weights : found<recipe>::none(launch_.reason);
    }
    template <class Read> prediction with_report(Read const& read) const {
        if (!launch_) { return prediction::none(launch_.reason); }
        if (!launch_->weights) { return prediction::none(launch_->weights.reason); }
        if (!launch_->gpu) { return prediction::none(launch_->gpu.reason); }
        if (!launch_->capacity_known()) {
            return prediction::none("the accelerator's memory is not known");
        }
        return read(report_of(*launch_));
    }
    template <class Read> prediction with_pool(Read const& read) const {
        return with_report([&](serving::memory_report const& r) {
            return r.cache_pool > bytes{0} ? prediction::of(read(r))
                                           : prediction::none("predicted not to fit at all");
        });
    }
    bool by_llama_;
    found<shared_model> model_;
    llama_launch llama_;
    found<launch> launch_;
    bool batch_stated_;
};

} // namespace

void check_serving_memory(table const& rows, report& into) {
    rows.require({"engine",
                  "engine_version",
                  "model",
                  "weight_format",
                  "kv_dtype",
                  "gpu",
                  "gpu_total_mem_gib",
                  "n_gpus",
                  "tp",
                  "pp",
                  "dp",
                  "ep",
                  "max_model_len",
                  "max_num_seqs",
                  "max_num_batched_tokens",
                  "block_size",
                  "gpu_memory_utilization",
                  "weights_gib",
                  "activation_peak_gib",
                  "non_torch_gib",
                  "kv_cache_gib",
                  "kv_tokens",
                  "fits",
                  "source",
                  "notes"});
    for (std::string_view const q : {"weights", "activation", "beside_cache",
                                     "kv_tokens_given_kv_bytes", "kv_bytes", "kv_tokens"}) {
        into.declare("serving_memory." + std::string(q));
    }
    into.declare("serving_memory.fits", true);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        record const row{rows, i};
        row_of_memory const asked(row);
        auto const add = [&](std::string_view quantity, double measured, prediction p,
                             bool verdict = false) {
            outcome o{.file = "serving_memory.csv",
                      .row = i + 1,
                      .group = std::string(row["engine"]),
                      .model = std::string(row["model"]),
                      .gpu = std::string(row["gpu"]),
                      .engine = std::string(row["engine"]),
                      .source = std::string(row["source"])};
            o.quantity = "serving_memory." + std::string(quantity);
            o.measured = measured;
            o.predicted = std::move(p);
            o.verdict = verdict;
            if (verdict && o.covered() && *o.predicted.value == 1) { o.spare = asked.spare(); }
            if (quantity == "kv_tokens_given_kv_bytes") { o.cache_token = asked.cache_token(); }
            for (std::size_t rule = 0; rule < serving_rules; ++rule) {
                o.plain.push_back(asked.plain(rule, quantity));
            }
            into.add(std::move(o));
        };
        auto const positive = [&](std::string_view column) {
            auto const value = number(row[column]);
            return value && *value > 0 ? value : std::nullopt;
        };
        auto const weights = positive("weights_gib");
        auto const peak = positive("activation_peak_gib");
        auto const libraries = number(row["non_torch_gib"]);
        auto const pool = positive("kv_cache_gib");
        auto const held = positive("kv_tokens");
        if (weights) { add("weights", *weights, asked.weights()); }
        if (peak) { add("activation", *peak, asked.activation()); }
        if (weights && peak && libraries) {
            add("beside_cache", *weights + *peak + *libraries, asked.beside_cache());
        }
        if (pool && held) { add("kv_tokens_given_kv_bytes", *held, asked.tokens_of(*pool)); }
        if (pool) { add("kv_bytes", *pool, asked.cache()); }
        if (held) { add("kv_tokens", *held, asked.tokens()); }
        std::string const fits = lower(row["fits"]);
        if (fits == "yes" || fits == "no") {
            add("fits", fits == "yes" ? 1 : 0, asked.fits(), true);
        }
    }
}

} // namespace accuracy
