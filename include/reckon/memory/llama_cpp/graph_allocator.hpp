// SPDX-License-Identifier: MIT
// How ggml packs the intermediate results of a graph into one buffer.
//
// Results are placed in the order in which they are computed and given back when their last reader is
// done. A new one goes to the smallest hole that holds it (the last of equals), else to the open end;
// neighbouring holes join. What the buffer takes is the highest end that was ever reached.
//
// Source: ggml/src/ggml-alloc.c of llama.cpp v0.5.0 (commit 0ad4a86), ggml_dyn_tallocr.
// Not modelled: devices whose buffers have a largest size (Vulkan: several chunks above it).
#pragma once
#include <reckon/detail/math.hpp>

#include <limits>

namespace reckon::inline v0 {

/// Bytes first .. first + size - 1 of the buffer.
struct graph_block {
    count first{};
    count size{};
};

/// The packing, as a value that takes and gives blocks.
class graph_allocator {
public:
    /// Every block begins at a multiple of `alignment` bytes: 32 on processors, 128 on CUDA.
    constexpr explicit graph_allocator(count alignment) noexcept : alignment_(alignment) {
        holes_[0] = {0, std::numeric_limits<count>::max() / 2};
    }
    /// Room for that many bytes.
    constexpr graph_block take(count amount) noexcept {
        count const size = detail::multiply(
            detail::ceil_div(detail::min(amount, most_bytes), alignment_), alignment_);
        int best = count_ - 1; // the open end
        count smallest = std::numeric_limits<count>::max();
        for (int i = 0; i < count_; ++i) { // which is larger than every hole before it
            if (holes_[i].size >= size && holes_[i].size <= smallest) {
                best = i;
                smallest = holes_[i].size;
            }
        }
        graph_block const taken{holes_[best].first, size};
        holes_[best].first += size;
        holes_[best].size -= size;
        if (holes_[best].size == 0) { erase(best); }
        peak_ = detail::max(peak_, taken.first + size);
        return taken;
    }
    /// Gives a block back.
    constexpr void give(graph_block const& b) noexcept {
        if (b.size == 0) { return; }
        for (int i = 0; i < count_; ++i) {
            if (holes_[i].first + holes_[i].size == b.first) {
                holes_[i].size += b.size;
                // Behind every hole that a block follows there is another: the open end, if none before it.
                if (holes_[i].first + holes_[i].size == holes_[i + 1].first) {
                    holes_[i].size += holes_[i + 1].size;
                    erase(i + 1);
                }
                return;
            }
            if (b.first + b.size == holes_[i].first) {
                // The hole before would have been found first.
                holes_[i].first = b.first;
                holes_[i].size += b.size;
                return;
            }
        }
        int at = 0;
        while (holes_[at].first < b.first) { // the open end begins behind every block
            ++at;
        }
        for (int i = count_; i > at; --i) {
            holes_[i] = holes_[i - 1];
        }
        holes_[at] = b;
        ++count_;
    }
    /// The highest end that any block had.
    [[nodiscard]] constexpr count peak() const noexcept { return peak_; }

private:
    constexpr void erase(int at) noexcept {
        --count_;
        for (int i = at; i < count_; ++i) {
            holes_[i] = holes_[i + 1];
        }
    }
    static constexpr int most_holes = 48; // a layer keeps fewer than twenty results at once
    // Absurd sizes saturate here, so that all results together do not wrap.
    static constexpr count most_bytes = std::numeric_limits<count>::max() / 256;
    graph_block holes_[most_holes]{};
    int count_{1};
    count alignment_;
    count peak_{};
};

} // namespace reckon::inline v0
