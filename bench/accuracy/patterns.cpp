// SPDX-License-Identifier: MIT
// The attention of every layer from the columns of models.csv: the kind of attention says which
// families there are, the layer pattern says where.
#include "accuracy/columns.hpp"

#include <algorithm>
#include <regex>

namespace accuracy {

namespace {

using namespace reckon;

using per_layer = std::vector<any_attention>;
using found_layers = found<per_layer>;

/// A row as the families below read it.
struct reading {
    record const& row;
    habits const& family;
    count layers{};
    count hidden{};
    count heads{};
    std::string kind{};
    std::string pattern{};

    [[nodiscard]] count or_zero(std::string_view column) const {
        return whole_number(row[column]).value_or(0);
    }
};

/// The number before `word`, as in "8 local / 2 global"; a cell that is one number holds for all.
std::optional<count> before(std::string_view cell, std::string const& word) {
    if (auto const all = whole_number(cell)) { return *all; }
    return stated(lower(cell), "(\\d+) " + word);
}

found_layers missing(std::string what) {
    return found_layers::none("the row leaves out " + std::move(what));
}

gqa grouped(reading const& r, count kv_heads, count width) {
    count const value = r.or_zero("v_head_dim");
    return {.query_heads = r.heads,
            .kv_heads = kv_heads,
            .head_dim = width,
            .value_dim = value == width ? 0 : value,
            .qkv_bias = r.family.qkv_bias,
            .output_bias = r.family.output_bias,
            .query_key_norm = r.family.query_key_norm,
            .sinks = r.family.sinks};
}

/// The one grouped-query attention of a row whose layers do not differ in it.
found<gqa> plain_gqa(reading const& r) {
    auto const kv = whole_number(r.row["kv_heads"]);
    auto const width = r.row["head_dim"].empty() ? std::optional<long long>(r.hidden / r.heads)
                                                 : whole_number(r.row["head_dim"]);
    if (!kv || !width) {
        return found<gqa>::none("head counts or widths differ from layer to layer");
    }
    return {grouped(r, *kv, *width), {}};
}

found<mla> latent(reading const& r) {
    for (std::string_view const column :
         {"kv_lora_rank", "qk_nope_dim", "qk_rope_dim", "v_head_dim"}) {
        if (!whole_number(r.row[column])) {
            return found<mla>::none("the row leaves out " + std::string(column));
        }
    }
    return {mla{.query_heads = r.heads,
                .q_lora_rank = r.or_zero("q_lora_rank"),
                .kv_lora_rank = r.or_zero("kv_lora_rank"),
                .qk_nope_dim = r.or_zero("qk_nope_dim"),
                .qk_rope_dim = r.or_zero("qk_rope_dim"),
                .v_dim = r.or_zero("v_head_dim"),
                .output_gate = contains(r.kind, "gated mla")},
            {}};
}

/// Layers that attend globally where every `period`-th does, the last of each period.
bool ends_period(count layer, count period) { return layer % period == period - 1; }

/// "5 local : 1 global" -> 6, in any of the words that tables use; 0 where nothing is said.
count period_of(std::string const& pattern) {
    std::smatch found;
    std::regex const ratio(R"((\d+) [a-z0-9-]+ : 1 [a-z]+)");
    return std::regex_search(pattern, found, ratio) ? std::stoll(found[1]) + 1 : 0;
}

found_layers windowed_layers(reading const& r) {
    count const window = stated(std::string(r.row["sliding_window"]), R"(^(\d+))").value_or(0);
    bool const reused = contains(r.kind, "keys reused as values");
    auto const local_kv = before(r.row["kv_heads"], "local");
    auto const global_kv = before(r.row["kv_heads"], "global");
    auto const local_width = before(r.row["head_dim"], "local");
    auto const global_width = before(r.row["head_dim"], "global");
    if (!local_kv || !global_kv || !local_width || !global_width) {
        return missing("a number of heads or a width of its two kinds of layer");
    }
    gqa local = grouped(r, *local_kv, *local_width);
    gqa global = grouped(r, *global_kv, *global_width);
    global.keys_as_values = reused;
    if (contains(r.kind, "sinks in the local layers")) {
        local.sinks = true;
        global.sinks = false;
    }
    count stride = period_of(r.pattern);
    if (stride == 0) { stride = stated(r.pattern, R"(\((\d+):1\))").value_or(0) + 1; }
    // The last layer of each period is global; the first is too where the number given asks for it.
    auto const globals = stated(r.pattern, R"((\d+) global \()");
    bool const first = globals && stride > 1 && *globals == r.layers / stride + 1;
    per_layer out;
    for (count i = 0; i < r.layers; ++i) {
        bool const whole = stride > 1 && (ends_period(i, stride) || (first && i == 0));
        if (whole || window == 0) {
            out.emplace_back(global);
        } else {
            out.emplace_back(windowed<gqa>{local, window});
        }
    }
    return {out, {}};
}

found_layers with_delta_net(reading const& r) {
    std::smatch says;
    std::regex const shape(R"(k/v heads (\d+)/(\d+) x (\d+), conv (\d+))");
    count const period = period_of(r.pattern);
    auto const full = plain_gqa(r);
    if (!full) { return found_layers::none(full.reason); }
    if (period == 0 || !std::regex_search(r.pattern, says, shape)) {
        return missing("the heads of its gated DeltaNet, or where it is");
    }
    auto const at = [&](std::size_t i) { return static_cast<count>(std::stoll(says[i])); };
    gated_delta_net const linear{at(1), at(3), at(2), at(3), at(4), at(2)};
    gqa gated_full = *full;
    gated_full.output_gate = contains(r.kind, "gated gqa");
    gated_full.query_key_norm = qk_norm::per_head; // Qwen3-Next's class has both
    per_layer out;
    for (count i = 0; i < r.layers; ++i) {
        if (ends_period(i, period)) {
            out.emplace_back(gated_full);
        } else {
            out.emplace_back(linear);
        }
    }
    return {out, {}};
}

found_layers with_kimi_delta(reading const& r) {
    std::smatch says;
    std::regex const shape(R"(kda (\d+) heads x (\d+))");
    auto const full = latent(r);
    if (!full) { return found_layers::none(full.reason); }
    if (!std::regex_search(r.pattern, says, shape)) { return missing("the heads of its KDA"); }
    kimi_delta const linear{.query_heads = std::stoll(says[1]),
                            .head_dim = std::stoll(says[2]),
                            .taps = stated(r.pattern, R"(conv (\d+))").value_or(4),
                            .full_rank_gate = contains(r.pattern, "full-rank gate")};
    // Latent layers by their numbers from one, or by a period.
    layer_set whole{};
    std::smatch places;
    if (std::regex_search(r.pattern, places, std::regex(R"(layers ((\d+,)+\d+))"))) {
        std::string const list = places[1];
        std::regex const one(R"(\d+)");
        for (std::sregex_iterator i(list.begin(), list.end(), one), end; i != end; ++i) {
            whole.insert(std::stoll(i->str()) - 1);
        }
    } else if (auto const period = stated(r.pattern, R"(every (\d+)th)")) {
        whole = layer_set::every(*period, *period - 1, r.layers);
        if (contains(r.pattern, "and the last")) { whole.insert(r.layers - 1); }
    } else {
        return missing("which layers keep a latent");
    }
    per_layer out;
    for (count i = 0; i < r.layers; ++i) {
        if (whole.contains(i)) {
            out.emplace_back(*full);
        } else {
            out.emplace_back(linear);
        }
    }
    return {out, {}};
}

found_layers with_lightning(reading const& r) {
    count const period = period_of(r.pattern);
    auto const full = plain_gqa(r);
    if (!full) { return found_layers::none(full.reason); }
    if (period == 0) { return missing("where its linear layers are"); }
    per_layer out;
    for (count i = 0; i < r.layers; ++i) {
        if (ends_period(i, period)) {
            out.emplace_back(*full);
        } else {
            out.emplace_back(lightning{r.heads, full->head_dim});
        }
    }
    return {out, {}};
}

/// The indexer's dimensions beside whatever attention they select for.
template <attention Inner> found<indexed<Inner>> with_indexer(reading const& r,
                                                              Inner const& inner) {
    using answer = found<indexed<Inner>>;
    auto const chosen = stated(std::string(r.row["index_topk"]), R"(^(\d+))");
    if (r.or_zero("index_heads") <= 0 || r.or_zero("index_head_dim") <= 0 || !chosen) {
        return answer::none("the row leaves out a dimension of its indexer");
    }
    count const block = stated(std::string(r.row["index_topk"]), R"(blocks of (\d+))").value_or(1);
    return {indexed<Inner>{.inner = inner,
                           .index_heads = r.or_zero("index_heads"),
                           .index_dim = r.or_zero("index_head_dim"),
                           .top_k = *chosen * block},
            {}};
}

found_layers latent_layers(reading const& r) {
    auto const full = latent(r);
    if (!full) { return found_layers::none(full.reason); }
    if (!contains(r.kind, "dsa")) {
        return {per_layer(static_cast<std::size_t>(r.layers), *full), {}};
    }
    auto const chooses = with_indexer(r, *full);
    if (!chooses) { return found_layers::none(chooses.reason); }
    indexed<mla> own = *chooses;
    own.query_width = full->q_lora_rank > 0 ? full->q_lora_rank : r.hidden;
    layer_set choosers = layer_set::range(0, r.layers);
    if (contains(r.kind, "shared by the others")) {
        // "indexer layers 0,1,2 then every 4th"
        std::smatch places;
        if (!std::regex_search(r.pattern, places,
                               std::regex(R"(indexer layers ([\d,]*\d) then every (\d+)th)"))) {
            return missing("which layers have an indexer");
        }
        choosers = {};
        std::string const list = places[1];
        std::regex const one(R"(\d+)");
        count last = 0;
        for (std::sregex_iterator i(list.begin(), list.end(), one), end; i != end; ++i) {
            choosers.insert(last = std::stoll(i->str()));
        }
        count const step = std::stoll(places[2]);
        choosers = choosers | layer_set::every(step, last + step, r.layers);
    }
    per_layer out;
    for (count i = 0; i < r.layers; ++i) {
        if (choosers.contains(i)) {
            out.emplace_back(own);
        } else {
            out.emplace_back(selected<mla>{*full, own.top_k});
        }
    }
    return {out, {}};
}

found_layers block_sparse(reading const& r) {
    auto const full = plain_gqa(r);
    if (!full) { return found_layers::none(full.reason); }
    gqa normed = *full;
    normed.query_key_norm = qk_norm::per_head; // MiniMax-M3
    auto const chooses = with_indexer(r, normed);
    if (!chooses) { return found_layers::none(chooses.reason); }
    indexed<gqa> own = *chooses;
    own.query_width = r.hidden;
    own.head_weights = false;
    count const whole = stated(r.pattern, R"(first (\d+) dense and full)").value_or(0);
    per_layer out;
    for (count i = 0; i < r.layers; ++i) {
        if (i < whole) {
            out.emplace_back(normed);
        } else {
            out.emplace_back(own);
        }
    }
    return {out, {}};
}

found_layers compressed(reading const& r) {
    auto const count_of = [&](std::string const& words) {
        return stated(r.pattern, "(\\d+) " + words);
    };
    auto const alone = count_of("swa-only");
    auto const chosen = count_of("csa");
    auto const heavy = count_of("hca");
    auto const groups = stated(r.pattern, R"(o_groups (\d+))");
    auto const rank = stated(r.pattern, R"(o_lora_rank (\d+))");
    if (!alone || !chosen || !heavy || !groups || !rank || *alone + *chosen + *heavy != r.layers) {
        return missing("how many layers compress, and how");
    }
    count const streams = stated(r.pattern, R"(hyper-connections x(\d+))").value_or(0);
    auto const ratio = [&](std::string const& kind, count usual) {
        return stated(r.pattern, kind + R"( \(ratio (\d+))").value_or(usual);
    };
    compressed_attention const window{.query_heads = r.heads,
                                      .head_dim = r.or_zero("head_dim"),
                                      .q_lora_rank = r.or_zero("q_lora_rank"),
                                      .o_lora_rank = *rank,
                                      .o_groups = *groups,
                                      .window = r.or_zero("sliding_window")};
    compressed_attention csa = window;
    csa.ratio = ratio("csa", 4);
    csa.index_heads = r.or_zero("index_heads");
    csa.index_dim = r.or_zero("index_head_dim");
    csa.top_k = r.or_zero("index_topk");
    compressed_attention hca = window;
    hca.ratio = ratio("hca", 128);
    // The two take turns from the end, which is selective; the surplus of one kind comes first.
    std::vector<compressed_attention> backwards;
    for (count light = *chosen, dense = *heavy; light + dense > 0;) {
        if (light > 0) { backwards.push_back(csa), --light; }
        if (dense > 0) { backwards.push_back(hca), --dense; }
    }
    per_layer out;
    auto const add = [&](compressed_attention const& a) {
        out.emplace_back(hyper_connected<compressed_attention>{a, streams});
    };
    for (count i = 0; i < *alone; ++i) {
        add(window);
    }
    std::for_each(backwards.rbegin(), backwards.rend(), add);
    return {out, {}};
}

/// "MEM*E-": M is Mamba-2, * attention; a layer of experts or a feed-forward block mixes nothing.
found_layers single_mixers(reading const& r, std::string const& letters) {
    std::smatch says;
    std::regex const shape(R"(mamba heads (\d+) x (\d+), groups (\d+), state (\d+), conv (\d+))");
    auto const full = plain_gqa(r);
    if (!full) { return found_layers::none(full.reason); }
    if (!std::regex_search(r.pattern, says, shape)) { return missing("the heads of its Mamba-2"); }
    auto const at = [&](std::size_t i) { return static_cast<count>(std::stoll(says[i])); };
    mamba2 const linear{at(1), at(2), at(3), at(4), at(5)};
    per_layer out;
    for (char const letter : letters) {
        if (letter == 'm') {
            out.emplace_back(linear);
        } else if (letter == '*') {
            out.emplace_back(*full);
        } else {
            out.emplace_back(no_attention{});
        }
    }
    return {out, {}};
}

found_layers with_mamba(reading const& r) {
    count const period = period_of(r.pattern);
    auto const full = plain_gqa(r);
    if (!full) { return found_layers::none(full.reason); }
    auto const state = stated(r.pattern, R"(d_state (\d+))");
    auto const taps = stated(r.pattern, R"(d_conv (\d+))");
    auto const expand = stated(r.pattern, R"(expand (\d+))");
    auto const rank = stated(r.pattern, R"(dt_rank (\d+))");
    if (period == 0 || !state || !taps || !expand || !rank) {
        return missing("a width of its Mamba layers, or where they are");
    }
    mamba const linear{*expand * r.hidden, *state, *rank, *taps};
    per_layer out;
    for (count i = 0; i < r.layers; ++i) {
        // Jamba attends in the middle of a period (attn_layer_offset).
        if (i % period == period / 2) {
            out.emplace_back(*full);
        } else {
            out.emplace_back(linear);
        }
    }
    return {out, {}};
}

} // namespace

std::optional<count> stated(std::string_view text, std::string const& pattern) {
    std::match_results<std::string_view::const_iterator> found;
    if (!std::regex_search(text.begin(), text.end(), found, std::regex(pattern))) { return {}; }
    return whole_number(found[1].str());
}

std::string mixer_letters(record const& row) {
    std::string const pattern = lower(row["layer_pattern"]);
    std::smatch letters;
    std::regex const drawn(R"(single-mixer layers: ([me*-]+))");
    return std::regex_search(pattern, letters, drawn) ? letters[1].str() : std::string{};
}

found<std::vector<any_attention>> attention_of(record const& row, habits const& family) {
    reading const r{row,
                    family,
                    whole_number(row["layers"]).value_or(0),
                    whole_number(row["hidden"]).value_or(0),
                    whole_number(row["q_heads"]).value_or(0),
                    lower(row["attention_kind"]),
                    lower(row["layer_pattern"])};
    auto const is = [&](std::string_view part) { return contains(r.kind, part); };
    if (r.kind.empty()) { return found_layers::none("the row states no attention"); }
    if (is("deltanet")) { return with_delta_net(r); }
    if (is("kda")) { return with_kimi_delta(r); }
    if (is("lightning attention")) { return with_lightning(r); }
    if (is("csa/hca")) { return compressed(r); }
    if (is("mamba-hybrid")) {
        std::string const letters = mixer_letters(row);
        if (!letters.empty() && static_cast<count>(letters.size()) != r.layers) {
            return found_layers::none("the layers drawn are not as many as the layers stated");
        }
        return letters.empty() ? with_mamba(r) : single_mixers(r, letters);
    }
    if (is("block-sparse")) { return block_sparse(r); }
    if (r.kind.starts_with("mla")) { return latent_layers(r); }
    bool const plain =
        r.kind.starts_with("gqa") || r.kind.starts_with("mha") || r.kind.starts_with("mqa");
    if (!plain || is("no attention") || is("cross-layer") || is("cross-attention")) {
        return found_layers::none("attention of the kind '" + std::string(row["attention_kind"]) +
                                  "' is not described by the columns alone");
    }
    if (is("swa") || is("chunked")) { return windowed_layers(r); }
    auto const full = plain_gqa(r);
    if (!full) { return found_layers::none(full.reason); }
    any_attention const everywhere =
        is("encoder") ? any_attention(encoder<gqa>{*full}) : any_attention(*full);
    return {per_layer(static_cast<std::size_t>(r.layers), everywhere), {}};
}

} // namespace accuracy
