// SPDX-License-Identifier: MIT
// Parameters, weights, cache, activations: what is held.
#include "audit/laws.hpp"

#include <reckon/memory/kv_cache.hpp>
#include <reckon/memory/live_layer.hpp>
#include <reckon/memory/weights.hpp>
#include <reckon/model/parameter_text.hpp>
#include <reckon/model/parameters.hpp>
#include <reckon/precision/saving.hpp>
#include <reckon/serving/on_paper.hpp>
#include <reckon/units/makers.hpp>

namespace audit {

namespace {

using namespace reckon;

tokens tokens_in(arguments& a, std::string_view name) { return tokens{a.number(name)}; }

double value_bytes(arguments& a) { return bits_per_weight(a.format()) / 8; }

/// Query heads and live feed-forward values of the layers of a model that has one kind of layer.
struct layer_shape {
    count query_heads{};
    count live_values{};
};
layer_shape shape_of(any_model const& m) {
    layer_shape s{};
    m.groups.for_each([&](auto const& group) {
        s.live_values = group.feed_forward.width();
        group.attention.for_each_score(phase::prefill,
                                       [&](score_work const& w) { s.query_heads = w.heads; });
    });
    return s;
}

constexpr law laws[] = {
    {"parameters", "model/parameters.hpp",
     [](arguments& a) { return plain(static_cast<double>(parameters_of(a.model()).total)); }},
    {"max_context", "catalog/models.hpp",
     [](arguments& a) {
         any_model const m = a.model();
         return plain(in_tokens(a.known(m.max_context, "its context")));
     }},
    {"multiplied_parameters", "model/parameters.hpp",
     [](arguments& a) {
         parameter_counts const n = parameters_of(a.model());
         return plain(static_cast<double>(active_without_embedding(n)));
     }},
    {"parse_parameters", "model/parameter_text.hpp",
     [](arguments& a) {
         auto const n = parse_parameter_count(a.text("text"));
         if (!n) { a.fail(n.error().message.view()); }
         return plain(n ? static_cast<double>(*n) : 0);
     }},
    {"weights", "memory/weights.hpp",
     [](arguments& a) {
         any_model const m = a.model();
         return of(weights_of(m, a.recipe()).total());
     }},
    {"nominal_storage", "precision/storage.hpp",
     [](arguments& a) { return of(nominal_storage(a.format(), a.whole("parameters"))); }},
    {"logits", "precision/storage.hpp",
     [](arguments& a) {
         count const logits = detail::multiply(a.model().vocabulary, a.whole("tokens"));
         return of(nominal_storage(a.format(), logits));
     }},
    {"bits_per_weight", "precision/storage.hpp",
     [](arguments& a) { return of(bytes{bits_per_weight(a.format()) / 8}); }},
    {"mebibytes", "units/makers.hpp",
     [](arguments& a) { return of(bytes{mebibytes(a.number("n"))}); }},
    {"saving", "precision/saving.hpp",
     [](arguments& a) { return plain(saving_of(a.format("from"), a.format("to"))); }},
    {"share_of_bits", "precision/saving.hpp",
     [](arguments& a) { return plain(1 - saving_of(a.format("from"), a.format("to"))); }},
    {"compression", "precision/saving.hpp",
     [](arguments& a) { return plain(compression_of(a.format("from"), a.format("to"))); }},
    {"sparse_saving", "precision/saving.hpp",
     [](arguments& a) { return plain(sparse_2_of_4_saving(a.format())); }},
    {"cache", "memory/kv_cache.hpp",
     [](arguments& a) {
         any_model const m = a.model();
         return of(cache_per_token(m, cache_recipe(a.format())) * tokens_in(a, "tokens"));
     }},
    {"growth_of_cache", "memory/kv_cache.hpp",
     [](arguments& a) {
         any_model const m = a.model();
         bytes_per_token const each = cache_per_token(m, cache_recipe(a.format()));
         return plain((each * tokens_in(a, "to")) / (each * tokens_in(a, "tokens")));
     }},
    {"tokens_that_fit", "memory/kv_cache.hpp",
     [](arguments& a) {
         any_model const m = a.model();
         return plain(in_tokens(
             tokens_that_fit(bytes{a.number("bytes")}, cache_per_token(m, cache_recipe(bf16)))));
     }},
    {"tokens_on_paper", "serving/on_paper.hpp",
     [](arguments& a) {
         any_model const m = a.model();
         layout const l{.tensor = a.whole_or("tensor", 1)};
         auto const check = serving::on_paper(m, bytes{a.number("capacity")}, a.recipe(),
                                              cache_recipe(bf16), l, tokens{1}, 1);
         return plain(in_tokens(check.value().fit));
     }},
    {"tokens_beside", "memory/kv_cache.hpp",
     [](arguments& a) {
         any_model const m = a.model();
         constexpr double used = 0.9;
         bytes const weights = nominal_storage(a.format(), parameters_of(m).total);
         return plain(in_tokens(tokens_that_fit(bytes{a.number("capacity") * used} - weights,
                                                cache_per_token(m, cache_recipe(bf16)))));
     }},
    {"live_layer", "memory/live_layer.hpp",
     [](arguments& a) {
         any_model const m = a.model();
         return of(
             live_layer(m.hidden, shape_of(m).live_values, tokens_in(a, "tokens"), value_bytes(a)));
     }},
    {"projections", "memory/live_layer.hpp",
     [](arguments& a) {
         gqa const attention{.query_heads = a.whole("query_heads"),
                             .kv_heads = a.whole("kv_heads"),
                             .head_dim = a.whole("head_dim")};
         return of(projections_of(attention, tokens_in(a, "tokens"), value_bytes(a)));
     }},
    {"score_matrix", "memory/live_layer.hpp",
     [](arguments& a) {
         any_model const m = a.model();
         return of(score_matrix(shape_of(m).query_heads, tokens_in(a, "queries"),
                                tokens_in(a, "attended"), value_bytes(a)));
     }},
};

} // namespace

std::span<law const> memory_laws() { return laws; }

} // namespace audit
