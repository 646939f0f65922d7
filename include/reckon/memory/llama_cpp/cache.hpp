// SPDX-License-Identifier: MIT
// The caches of llama.cpp: keys and values of attention, states of recurrent layers, to the byte.
//
//   keys   = sum over layers of cells streams K bk
//   values = sum over layers of cells streams V bv;   none with MLA, whose values are read out of the keys
//   cells  = n_ctx_seq, or for windowed layers without --swa-full
//            256 ceil(min(n_ctx_seq, w u + n_ubatch) / 256),   u = sequences where one cache serves all, else 1
//   state  = sum over layers of sequences (S + R) 4
//
//   symbol | meaning                                                    | unit | domain
//   K, V   | values a token and layer: kv_heads x width; MLA: kvl + rope, 0 | -    | >= 0
//   bk, bv | bytes of a cached value, scales included (q8_0: 34/32)     | byte | > 0
//   w      | window                                                     | -    | >= 1
//   S, R   | recurrent state and the last inputs of the convolution, fp32 | -  | >= 0
//
// Without flash attention values are kept transposed, and where layers differ in V all take the largest.
// Recurrent state is fp32 whatever the cache types are, and each sequence has it whether it runs or not.
//
// Source:       ggml-org/llama.cpp v0.5.0 (commit 0ad4a86), src/llama-kv-cache.cpp, llama-kv-cache-iswa.cpp,
//               llama-memory-recurrent.cpp, llama-memory-hybrid.cpp.
// Not modelled: compressed and indexed caches (DeepSeek-V3.2, V4, MiniMax-M3), refused by
//               check_llama_cpp; snapshots for speculative rollback (n_rs_seq).
// Error:        0 on every live case; tests/live/llama_cpp, tests/memory/llama_cpp.cpp.
#pragma once
#include <reckon/memory/llama_cpp/settings.hpp>
#include <reckon/model/model_spec.hpp>
#include <reckon/precision/storage.hpp>

#include <cstdint>

namespace reckon::inline v0 {

/// Bytes by what they keep.
struct llama_cpp_cache {
    bytes keys{};
    bytes values{};
    bytes recurrent{};   ///< S
    bytes convolution{}; ///< R
    [[nodiscard]] constexpr bytes attention() const noexcept { return keys + values; }
    [[nodiscard]] constexpr bytes state() const noexcept { return recurrent + convolution; }
    [[nodiscard]] constexpr bytes total() const noexcept { return attention() + state(); }
    friend constexpr bool operator==(llama_cpp_cache const&,
                                     llama_cpp_cache const&) noexcept = default;
};

/// Cells of one stream for layers that see `window` tokens; 0: all of them.
[[nodiscard]] constexpr count llama_cpp_cells(llama_cpp_settings const& s,
                                              llama_cpp_extent const& e, count window) noexcept {
    if (window <= 0 || s.full_window) { return e.cells; }
    count const seen = detail::multiply(window, s.unified ? e.sequences : count{1});
    return detail::rounded_up(detail::min(e.cells, detail::add(seen, e.micro_batch)),
                              llama_cpp_cell_step);
}

/// Values a token and layer in the two caches.
struct cached_widths {
    count keys{};
    count values{};
    count heads{};
    count window{};
    friend constexpr bool operator==(cached_widths const&, cached_widths const&) noexcept = default;
};

/// How an attention's cache divides into keys and values; zero where it keeps none.
template <attention A> [[nodiscard]] constexpr cached_widths cached_widths_of(A const& a) noexcept {
    cached_widths w{};
    a.for_each_state([&](cached_state const& state) {
        if (state.kind != state_kind::cache) { return; }
        w.window = state.window;
        w.heads = state.heads;
        if (state.shared_latent) {
            w.keys = state.values_per_head;
            return;
        }
        // The products tell keys from values.
        count key = state.values_per_head;
        a.for_each_score(phase::prefill, [&](score_work const& work) {
            if (work.score_width + work.value_width == state.values_per_head) {
                key = work.score_width;
            }
        });
        w.keys = detail::multiply(state.heads, key);
        w.values = detail::multiply(state.heads, state.values_per_head - key);
    });
    return w;
}

/// The widest value cache of a layer, which all layers take without flash attention.
template <model M> [[nodiscard]] constexpr count widest_values(M const& m) noexcept {
    count widest = 0;
    m.groups.for_each([&](auto const& group) {
        widest = detail::max(widest, cached_widths_of(group.attention).values);
    });
    return widest;
}

/// Which layers' caches: the engine keeps those that see a window apart from those that see everything.
enum class llama_cpp_caches : std::uint8_t { all, whole, windowed };

/// Bytes of the caches of the layers first .. end - 1.
template <model M> [[nodiscard]] constexpr llama_cpp_cache
llama_cpp_cache_of(M const& m, llama_cpp_settings const& s, llama_cpp_extent const& e, count first,
                   count end, llama_cpp_caches which = llama_cpp_caches::all) noexcept {
    llama_cpp_cache sum{};
    m.groups.for_each([&](auto const& group) {
        auto const n = static_cast<double>(group.at.size_in(first, end));
        if (n == 0) { return; }
        cached_widths const w = cached_widths_of(group.attention);
        auto const kind = w.window > 0 ? llama_cpp_caches::windowed : llama_cpp_caches::whole;
        if (which != llama_cpp_caches::all && which != kind) { return; }
        auto const slots =
            static_cast<double>(detail::multiply(llama_cpp_cells(s, e, w.window), e.streams));
        double const values =
            static_cast<double>(s.flash_attention || w.values == 0 ? w.values : widest_values(m));
        sum.keys += bytes{n * slots * static_cast<double>(w.keys) * bits_per_weight(s.keys) / 8};
        sum.values += bytes{n * slots * values * bits_per_weight(s.values) / 8};
        group.attention.for_each_state([&](cached_state const& state) {
            bool const matrix = state.kind == state_kind::recurrent;
            if (!matrix && state.kind != state_kind::convolution) { return; }
            double const each =
                4.0 * static_cast<double>(detail::multiply(state.heads, state.values_per_head));
            (matrix ? sum.recurrent : sum.convolution) +=
                bytes{n * static_cast<double>(e.sequences) * each};
        });
    });
    return sum;
}

/// Bytes of all caches.
template <model M> [[nodiscard]] constexpr llama_cpp_cache
llama_cpp_cache_of(M const& m, llama_cpp_settings const& s, llama_cpp_extent const& e) noexcept {
    return llama_cpp_cache_of(m, s, e, 0, layer_count(m));
}

} // namespace reckon::inline v0
