// SPDX-License-Identifier: MIT
// How many requests a pool holds whose layers keep unlike state, when one page serves all of them.
//
//   g           = layers of one group, the fewest of one kind; a kind of n layers makes ceil(n / g) groups
//   page        = the largest of a layer's blocks; with fixed states a block of attention is as long as makes
//                 it no smaller than the state: ceil(state / bytes a token) tokens, in whole 16s
//   blocks      = floor(pool / (g page))
//   a request   = sum over groups of  ceil(T / block)                         every token is kept
//                                     ceil(min(w - 1 + chunk, T) / block) + 1   the last w are
//                                     1 + drafted                             one fixed state, and one a draft
//   concurrency = blocks / a request
//
//   symbol | meaning                                             | unit  | domain
//   T, w   | tokens of context, of a window                      | token | >= 1
//   chunk  | tokens of a prompt that are taken in at once        | token | >= 0
//
// Prediction modules count with the layers that they repeat.
// Source:       vLLM vllm/v1/core/kv_cache_utils.py and platforms/interface.py (blocks of hybrid models).
//               Logs on GB10: Gemma-4-26B 83.89 GiB prints 3,875,400 tokens for a context of 262,144, Qwen3.8-27B
//               with three drafted tokens 80.17 GiB prints 1,191,213: both within 0.06 %.
// Not modelled: compressed caches, whose groups have blocks of their own (DeepSeek-V4); kinds whose pages are
//               no multiples of each other; states of several kinds in one model.
// Error:        0.1 % at worst on four logged launches; tests/memory/unified_pages.cpp.
#pragma once
#include <reckon/memory/kv_cache.hpp>

namespace reckon::inline v0 {

/// How a pool is cut, and what a request takes of it. Zero requests where it cannot be told.
struct unified_pages {
    count group_layers{}; ///< layers of one group
    count groups{};
    bytes page{};           ///< of one layer
    count request_blocks{}; ///< of one request of full context, over all groups

    [[nodiscard]] constexpr bool known() const noexcept { return request_blocks > 0; }
    /// Whole blocks in a pool.
    [[nodiscard]] constexpr double blocks(bytes pool) const noexcept {
        bytes const block = page * static_cast<double>(group_layers);
        return known() ? detail::max(0.0, detail::floor(pool / block)) : 0;
    }
    /// Requests of full context that a pool holds at once.
    [[nodiscard]] constexpr double concurrency(bytes pool) const noexcept {
        return known() ? blocks(pool) / static_cast<double>(request_blocks) : 0;
    }
    friend constexpr bool operator==(unified_pages const&, unified_pages const&) noexcept = default;
};

namespace detail {

/// Layers that keep the same.
struct kind_of_layer {
    double token_bytes{}; ///< 0: a fixed state
    double state_bytes{};
    count window{};
    count layers{};
    [[nodiscard]] constexpr bool same_state(kind_of_layer const& other) const noexcept {
        return token_bytes == other.token_bytes && state_bytes == other.state_bytes &&
               window == other.window;
    }
};

using kinds_of_layers = static_vector<kind_of_layer, 8>;

constexpr void count_in(kinds_of_layers& kinds, kind_of_layer const& layer) noexcept {
    if (layer.layers == 0 || (layer.token_bytes == 0 && layer.state_bytes == 0)) { return; }
    for (kind_of_layer& known : kinds) {
        if (known.same_state(layer)) {
            known.layers += layer.layers;
            return;
        }
    }
    kinds.push_back(layer);
}

/// Adds one stream to what a layer keeps.
constexpr void keep(kind_of_layer& layer, cached_state const& s, cache_recipe const& cache,
                    layout const& l) noexcept {
    double const size = static_cast<double>(local_heads(s, l)) *
                        static_cast<double>(s.values_per_head) * bits_per_weight(cache[s.kind]) / 8;
    (s.fixed ? layer.state_bytes : layer.token_bytes) += size;
    if (!s.fixed) { layer.window = s.window; }
}

} // namespace detail

/// The pages of one rank of a stage for requests of `context` tokens, of which `drafted` are speculated.
template <model M>
[[nodiscard]] constexpr unified_pages
pages_of(M const& m, cache_recipe const& cache, tokens context, layout const& l = {},
         count stage = 0, cache_paging const& paging = {}, count drafted = 0) noexcept {
    detail::kinds_of_layers kinds{};
    bool compressed = false;
    stage_layers const here = layers_on_stage(m, l, stage);
    m.groups.for_each([&](auto const& group) {
        detail::kind_of_layer layer{.layers = group.at.size_in(here.first, here.end)};
        group.attention.for_each_state([&](cached_state const& s) {
            compressed = compressed || s.stride > 1;
            detail::keep(layer, s, cache, l);
        });
        detail::count_in(kinds, layer);
    });
    if (stage == l.pipeline - 1) {
        detail::kind_of_layer layer{.layers = paging.prediction_modules};
        for_each_predicting_state(
            m, [&](cached_state const& s, count) { detail::keep(layer, s, cache, l); });
        detail::count_in(kinds, layer);
    }
    unified_pages pages{};
    if (compressed) { return pages; }

    constexpr double kernel_block = 16; // attention kernels take no fewer tokens at once
    double largest = 0;
    double state = 0;
    for (detail::kind_of_layer const& kind : kinds) {
        pages.group_layers =
            pages.group_layers == 0 ? kind.layers : detail::min(pages.group_layers, kind.layers);
        state = detail::max(state, kind.state_bytes);
        largest = detail::max(largest, kind.token_bytes);
    }
    if (largest == 0) { return unified_pages{}; }
    double block = static_cast<double>(paging.block);
    if (state > 0) {
        double const needed = detail::ceil(state / (largest * kernel_block)) * kernel_block;
        block = detail::max(block, needed);
    }
    double const page = block * largest;
    pages.page = bytes{page};
    double const length = units::access::base(context);
    double in_all = 0;
    for (detail::kind_of_layer const& kind : kinds) {
        count const groups = detail::ceil_div(kind.layers, pages.group_layers);
        pages.groups += groups;
        double blocks = 1 + static_cast<double>(drafted);
        if (kind.token_bytes > 0) {
            double const own = detail::floor(page / kind.token_bytes);
            double kept = length;
            if (kind.window > 0) {
                double const window = static_cast<double>(kind.window) - 1 +
                                      detail::max(1.0, static_cast<double>(paging.chunk));
                kept = detail::min(length, window);
            }
            blocks = detail::ceil(kept / own) + (kind.window > 0 ? 1 : 0);
        }
        in_all += blocks * static_cast<double>(groups);
    }
    pages.request_blocks = static_cast<count>(in_all);
    return pages;
}

} // namespace reckon::inline v0
