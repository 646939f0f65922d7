// SPDX-License-Identifier: MIT
// What a llama-server launch says about memory, and what the engine makes of it before it allocates.
//
//   n_ctx     = 256 ceil(c / 256)
//   n_ctx_seq = n_ctx                          one cache for all sequences (--kv-unified)
//             = 256 ceil(floor(n_ctx / s) / 256)   a stream for each
//   streams   = 1, or s
//   n_batch   = min(b, n_ctx_seq streams),  n_ubatch = min(ub, n_batch)
//
//   symbol | meaning                                        | unit     | domain
//   c      | context asked for (-c), 0: the model's longest | token    | >= 0
//   s      | sequences at once (-np)                        | -        | >= 1
//   b, ub  | tokens of a logical and a physical batch       | token    | >= 1
//
// Source: ggml-org/llama.cpp release v0.5.0 (commit 0ad4a86), src/llama-context.cpp, constructor; held
// by tests/live/llama_cpp against the engine itself.
#pragma once
#include <reckon/detail/math.hpp>
#include <reckon/precision/gguf.hpp>
#include <reckon/precision/precision.hpp>

namespace reckon::inline v0 {

/// Devices at most (GGML_SCHED_MAX_BACKENDS).
inline constexpr count llama_cpp_most_devices = 16;

/// Devices that layers are divided over, and in which proportion; all zero: equal shares. The engine takes
/// the bytes that are free on each where --tensor-split is not given.
struct llama_cpp_split {
    count devices{1};
    double shares[llama_cpp_most_devices]{};
    friend constexpr bool operator==(llama_cpp_split const&,
                                     llama_cpp_split const&) noexcept = default;
};

/// A launch of llama.cpp. The defaults are those of llama-server v0.5.0 with its parallelism written out.
struct llama_cpp_settings {
    count context{};               ///< -c; 0: the longest that the model was made for
    count sequences{1};            ///< -np: requests at once
    bool unified{true};            ///< --kv-unified: one cache for all sequences, else one for each
    count batch{2048};             ///< -b
    count micro_batch{512};        ///< -ub
    any_precision keys{gguf::f16}; ///< --cache-type-k
    any_precision values{gguf::f16}; ///< --cache-type-v
    bool flash_attention{true};      ///< -fa; `auto` is on wherever the device has the kernel
    bool full_window{false};         ///< --swa-full: windowed layers keep the whole context
    /// Rows of logits that one micro-batch can ask for. 0: every token, as llama-bench, llama-perplexity
    /// and every program that leaves n_outputs_max alone; llama-server says one a sequence.
    count outputs{};
    count gpu_layers{}; ///< -ngl; the output layer counts as one, and goes first
    count
        host_experts{}; ///< --n-cpu-moe: the first so many layers keep their routed experts on the host
    bool cache_on_host{false}; ///< --no-kv-offload
    llama_cpp_split split{};   ///< --tensor-split, over as many devices
    /// A device is there although no layer is put on it (-ngl 0): long passes are computed on it.
    bool idle_device{false};
    bool lends{
        true}; ///< --op-offload: long passes through layers of the host are computed on the device

    friend constexpr bool operator==(llama_cpp_settings const&,
                                     llama_cpp_settings const&) noexcept = default;
};

/// A launch as the engine rounds it.
struct llama_cpp_extent {
    count cells{};    ///< of one stream's cache
    count streams{1}; ///< caches side by side
    count sequences{1};
    count micro_batch{}; ///< tokens of one pass
    count outputs{};     ///< rows of logits of one pass
    [[nodiscard]] constexpr count context() const noexcept {
        return detail::multiply(cells, streams);
    }
    friend constexpr bool operator==(llama_cpp_extent const&,
                                     llama_cpp_extent const&) noexcept = default;
};

/// Cells are allocated in steps of this many.
inline constexpr count llama_cpp_cell_step = 256;

namespace detail {
[[nodiscard]] constexpr count rounded_up(count n, count step) noexcept {
    return multiply(ceil_div(n, step), step);
}
} // namespace detail

/// The law above. `longest` is the model's own context, for launches that name none.
[[nodiscard]] constexpr llama_cpp_extent extent_of(llama_cpp_settings const& s,
                                                   count longest) noexcept {
    llama_cpp_extent e{};
    e.sequences = detail::max(count{1}, s.sequences);
    e.streams = s.unified ? 1 : e.sequences;
    count const asked =
        detail::rounded_up(s.context > 0 ? s.context : longest, llama_cpp_cell_step);
    e.cells = s.unified ? asked : detail::rounded_up(asked / e.sequences, llama_cpp_cell_step);
    // The batch is cut at the context asked for, not at what the streams were rounded up to.
    count const batch = detail::min(asked, s.batch);
    e.micro_batch = detail::min(batch, s.micro_batch > 0 ? s.micro_batch : s.batch);
    e.outputs = s.outputs > 0 ? detail::min(s.outputs, e.micro_batch) : e.micro_batch;
    e.outputs = detail::max(e.outputs, e.sequences);
    return e;
}

} // namespace reckon::inline v0
