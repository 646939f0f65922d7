// SPDX-License-Identifier: MIT
// Why a launch of llama.cpp does not fit its devices, and which single changes would mend it.
//
//   freed = bytes on the fullest device before - after
//
// Each change goes as far as it has to, and no farther: the longest context, the most layers, the fewest
// experts on the host. Those that mend alone come first, in the order of what they cost: nothing of what
// is answered, then context, then speed, then quality.
//
// Source:       llama_cpp_memory_of of the changed settings: nothing is estimated beside it.
// Not modelled: what a change costs in speed or quality.
#pragma once
#include <reckon/memory/llama_cpp/fit.hpp>

#include <cstdint>
#include <span>

namespace reckon::inline v0 {

/// A single change of a launch.
enum class llama_cpp_change : std::uint8_t {
    flash_attention, ///< -fa on: scores are not kept
    windows,         ///< without --swa-full
    sequences,       ///< -np: fewer at once, where each has a cache of its own
    micro_batch,     ///< -ub: shorter passes
    cache_type,      ///< -ctk q8_0 -ctv q8_0
    context,         ///< -c
    devices,         ///< more of them
    host_experts,    ///< --n-cpu-moe
    cache_on_host,   ///< --no-kv-offload
    layers,          ///< -ngl
    weights,         ///< a narrower file
};

/// The change as it is typed, without its value.
[[nodiscard]] constexpr std::string_view flag_of(llama_cpp_change c) noexcept {
    constexpr std::string_view flags[] = {"-fa on",
                                          "without --swa-full",
                                          "-np",
                                          "-ub",
                                          "-ctk q8_0 -ctv q8_0",
                                          "-c",
                                          "devices",
                                          "--n-cpu-moe",
                                          "--no-kv-offload",
                                          "-ngl",
                                          "a file in"};
    return flags[static_cast<int>(c)];
}

/// What one change would do.
struct llama_cpp_remedy {
    llama_cpp_change change{};
    count value{};  ///< the new setting; 0 where there is none to write
    label format{}; ///< of a narrower file
    bytes freed{};  ///< on the fullest device
    bytes host{};   ///< bytes more on the host
    bool mends{};   ///< whether it is enough
    friend constexpr bool operator==(llama_cpp_remedy const&,
                                     llama_cpp_remedy const&) noexcept = default;
};
/// The best first.
using llama_cpp_remedies = static_vector<llama_cpp_remedy, 12>;

/// What would make a launch fit devices of which each has `free` bytes: the best first, nothing where it
/// fits. `narrower`: formats to try for the file, from the most bytes to the fewest.
template <model M> [[nodiscard]] constexpr result<llama_cpp_remedies>
llama_cpp_remedies_of(M const& m, recipe const& weights, bytes free, llama_cpp_settings const& s,
                      std::span<recipe const> narrower = {},
                      llama_cpp_alignment const& alignment = {}) noexcept {
    auto const before = llama_cpp_memory_of(m, weights, s, alignment);
    if (!before) { return before.error(); }
    llama_cpp_remedies list{};
    if (before->device.total() <= free) { return list; }
    auto const offer = [&](llama_cpp_remedy r, llama_cpp_settings const& changed,
                           recipe const& stored) {
        auto const after = llama_cpp_memory_of(m, stored, changed, alignment);
        if (!after) { return; } // the engine refuses it
        r.freed = before->device.total() - after->device.total();
        r.host = max(bytes{0}, after->host.total() - before->host.total());
        r.mends = after->device.total() <= free;
        if (!(r.freed > bytes{0})) { return; }
        list.push_back(r); // one a change, and twelve have room
        for (std::size_t i = list.size() - 1; i > 0; --i) {
            llama_cpp_remedy const& above = list[i - 1];
            bool const better =
                r.mends != above.mends ? r.mends : !r.mends && r.freed > above.freed;
            if (!better) { break; }
            list[i] = above;
            list[i - 1] = r;
        }
    };
    // The first value that mends, else the last that can be asked for.
    auto const step = [&](llama_cpp_change change, count from, count last, auto const& next,
                          auto const& set) {
        llama_cpp_settings changed = s;
        count reached = from;
        bool const up = next(from) > from;
        for (count n = next(from); up ? n <= last : n >= last; n = next(n)) {
            set(changed, n);
            reached = n;
            auto const memory = llama_cpp_memory_of(m, weights, changed, alignment);
            if (memory && memory->device.total() <= free) { break; }
        }
        if (reached != from) { offer({.change = change, .value = reached}, changed, weights); }
    };
    llama_cpp_settings changed = s;
    count const layers = layer_count(m);
    if (!s.flash_attention) {
        changed.flash_attention = true;
        offer({.change = llama_cpp_change::flash_attention}, changed, weights);
    }
    if (s.full_window) {
        changed = s;
        changed.full_window = false;
        offer({.change = llama_cpp_change::windows}, changed, weights);
    }
    constexpr count shortest_pass = 64;
    auto const half = [](count n) { return n / 2; };
    step(llama_cpp_change::sequences, s.sequences, 1, half, [&](auto& with, count n) {
        with.sequences = n;
        with.outputs = detail::min(s.outputs, n);
        // Every sequence keeps the context that it has.
        if (!s.unified) { with.context = detail::multiply(before->extent.cells, n); }
    });
    step(llama_cpp_change::micro_batch, before->extent.micro_batch, shortest_pass, half,
         [](auto& with, count n) { with.micro_batch = n; });
    any_precision const q8(gguf::q8_0);
    changed = s;
    changed.keys = bits_per_weight(s.keys) > bits_per_weight(q8) ? q8 : s.keys;
    changed.values = bits_per_weight(s.values) > bits_per_weight(q8) ? q8 : s.values;
    if (!(changed == s)) { offer({.change = llama_cpp_change::cache_type}, changed, weights); }
    bytes const no_bound{std::numeric_limits<double>::max()};
    auto const context = largest_context(m, weights, free, no_bound, s, alignment);
    if (context && *context > 0 && *context < before->extent.context()) {
        changed = s;
        changed.context = *context;
        offer({.change = llama_cpp_change::context, .value = *context}, changed, weights);
    }
    step(
        llama_cpp_change::devices, s.split.devices, llama_cpp_most_devices,
        [](count n) { return n + 1; }, [](auto& with, count n) { with.split = {n}; });
    if (detail::is_mixture(m)) {
        step(
            llama_cpp_change::host_experts, s.host_experts, layers, [](count n) { return n + 1; },
            [](auto& with, count n) { with.host_experts = n; });
    }
    if (!s.cache_on_host) {
        changed = s;
        changed.cache_on_host = true;
        offer({.change = llama_cpp_change::cache_on_host}, changed, weights);
    }
    auto const most = layers_on_device(m, weights, free, s, alignment);
    if (most && *most > 0) {
        changed = s;
        changed.gpu_layers = *most;
        offer({.change = llama_cpp_change::layers, .value = *most}, changed, weights);
    }
    for (recipe const& stored : narrower) {
        // Only the widest that is enough, or the narrowest of all.
        auto const memory = llama_cpp_memory_of(m, stored, s, alignment);
        bool const enough = memory && memory->device.total() <= free;
        if (!enough && &stored != &narrower.back()) { continue; }
        offer({.change = llama_cpp_change::weights, .format = label(stored.name.view())}, s,
              stored);
        break;
    }
    return list;
}

} // namespace reckon::inline v0
