// SPDX-License-Identifier: MIT
// The intermediate results of a feed-forward block in llama.cpp's graphs, dense or of experts.
//
//   dense:    gate i, up i, their product i, down h                      values a token
//   experts:  scores E, their order E, k weights; gate, up, product k i each, down k h, their sum h
//
// Source: ggml-org/llama.cpp v0.5.0 (commit 0ad4a86): the engine's own listing of its graphs.
#pragma once
#include <reckon/memory/llama_cpp/graph_inputs.hpp>

namespace reckon::inline v0::detail {

/// One layer of the walk: its facts, what of it is copied from the host, and the cache that it reads.
struct layer_step {
    llama_cpp_layer const& facts;
    llama_cpp_carried const& host;
    cache_inputs& cache;
    bool last{};          ///< of the model
    bool last_of_cache{}; ///< the last that reads this cache on this side
};

/// The part of a walk through the layers that is behind attention. `ahead` places the inputs that are
/// first read between here and the next thing copied from the host.
class feed_forward_walk : public pass_memory {
public:
    using pass_memory::pass_memory;

protected:
    // A dense block, or the experts that every token uses.
    struct block_weights {
        count gate{};
        count up{};
        count down{};
    };
    constexpr graph_block gated_block(count width, block_weights const& host, graph_block const& in,
                                      auto const& ahead) noexcept {
        graph_block weight = lend(host.gate);
        graph_block const gate = reals(width, rows_);
        give(weight);
        weight = lend(host.up);
        graph_block const up = reals(width, rows_);
        give(weight);
        give(in);
        graph_block const product = reals(width, rows_);
        give(gate);
        give(up);
        weight = lend(host.down);
        if (host.down > 0) { ahead(); }
        graph_block const down = reals(pass_.hidden, rows_);
        give(weight);
        give(product);
        return down;
    }
    constexpr graph_block plain_block(count width, block_weights const& host, graph_block const& in,
                                      auto const& ahead) noexcept {
        graph_block weight = lend(host.up);
        graph_block const up = reals(width, rows_);
        give(weight);
        give(in);
        weight = lend(host.down);
        if (host.down > 0) { ahead(); }
        graph_block const down = reals(pass_.hidden, rows_);
        give(weight);
        give(up);
        return down;
    }
    constexpr graph_block experts(layer_step const& at, graph_block const& normed,
                                  auto const& ahead) noexcept {
        using enum tensor_role;
        llama_cpp_layer const& l = at.facts;
        graph_block weight = lend(at.host[router]);
        graph_block const scores = reals(l.experts, rows_);
        give(weight);
        graph_block corrected{};
        if (l.corrected) { corrected = reals(l.experts, rows_); }
        graph_block const order = take(multiply(id_bytes, l.experts, rows_));
        give(corrected);
        graph_block const flat_weights = reals(l.chosen, rows_);
        give(scores);
        graph_block weights = flat_weights;
        if (l.normalised) {
            weights = reals(l.chosen, rows_);
            give(flat_weights);
        }
        weight = lend(at.host[expert_gate]);
        graph_block const gate = reals(multiply(l.expert_width, l.chosen), rows_);
        give(weight);
        weight = lend(at.host[expert_up]);
        graph_block const up = reals(multiply(l.expert_width, l.chosen), rows_);
        give(weight);
        bool const shared = l.shared_width > 0;
        if (!shared) { give(normed); }
        graph_block const product = reals(multiply(l.expert_width, l.chosen), rows_);
        give(gate);
        give(up);
        weight = lend(at.host[expert_down]);
        if (at.host.experts && at.host[shared_down] == 0) { ahead(); }
        graph_block const down = reals(multiply(pass_.hidden, l.chosen), rows_);
        give(weight);
        give(product);
        give(order);
        give(weights);
        graph_block const sum = reals(pass_.hidden, rows_);
        give(down);
        block_weights const host{at.host[shared_gate], at.host[shared_up], at.host[shared_down]};
        if (shared) { give(gated_block(l.shared_width, host, normed, ahead)); }
        return sum;
    }
};

} // namespace reckon::inline v0::detail
