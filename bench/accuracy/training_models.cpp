// SPDX-License-Identifier: MIT
#include "accuracy/csv.hpp"
#include "accuracy/training_models.hpp"

#include <regex>

namespace accuracy {

namespace {

using namespace reckon;

/// A model of equal layers.
struct shape {
    std::string_view name{};
    count hidden{};
    count layers{};
    count heads{};
    count kv_heads{};
    count intermediate{};
    bool gated{};
    count vocabulary{};
    bool tied{};
    count positions{};
    count head_dim{};
};

// Sources: config.json of each model; MPT: llm-foundry train/yamls; GPT-3: 2005.14165 table 2.1 and NeMo's
// recipes; Nemotron-4: 2406.11704, 2402.16819; InternLM: InternEvo configs; BLOOM: 2211.05100.
constexpr shape shapes[] = {
    {"mpt-125m", 768, 12, 12, 12, 3072, false, 50368, true, 2048},
    {"mpt-350m", 1024, 24, 16, 16, 4096, false, 50368, true, 2048},
    {"mpt-760m", 1536, 24, 12, 12, 6144, false, 50368, true, 2048},
    {"mpt-1b", 2048, 24, 16, 16, 8192, false, 50368, true, 2048},
    {"mpt-1.3b", 2048, 24, 16, 16, 8192, false, 50368, true, 2048},
    {"mpt-3b", 2560, 32, 20, 20, 10240, false, 50368, true, 2048},
    {"mpt-7b", 4096, 32, 32, 32, 16384, false, 50368, true, 2048},
    {"mpt-13b", 5120, 40, 40, 40, 20480, false, 50368, true, 2048},
    {"mpt-30b", 7168, 48, 64, 64, 28672, false, 50368, true, 2048},
    {"mpt-70b", 8192, 80, 64, 64, 32768, false, 50368, true, 2048},
    {"gpt3-175b", 12288, 96, 96, 96, 49152, false, 51200, true, 2048},
    {"gpt3-126m", 768, 12, 12, 12, 3072, false, 51200, true, 2048},
    {"gpt3-5b", 4096, 24, 32, 32, 16384, false, 51200, true, 2048},
    {"gpt3-20b", 6144, 44, 48, 48, 24576, false, 51200, true, 2048},
    {"gpt3-40b", 8192, 48, 64, 64, 32768, false, 51200, true, 2048},
    {"nemotron-8b", 4096, 32, 32, 32, 16384, false, 256000, false, 0},
    {"nemotron-15b", 6144, 32, 48, 8, 24576, false, 256000, false, 0},
    {"nemotron-22b", 6144, 40, 48, 48, 24576, false, 256000, false, 0},
    {"nemotron-340b", 18432, 96, 96, 8, 73728, false, 256000, false, 0, 192},
    {"internlm-7b", 4096, 32, 32, 32, 11008, true, 103168, false, 0},
    {"internlm-20b", 5120, 60, 40, 40, 13824, true, 103168, false, 0},
    {"gpt-bigcode-santacoder", 2048, 24, 16, 1, 8192, false, 49280, true, 2048},
    {"qwen-1.8b", 2048, 24, 16, 16, 5504, true, 151936, false, 0},
    {"qwen-1-8b-chat", 2048, 24, 16, 16, 5504, true, 151936, false, 0},
    {"qwen-7b", 4096, 32, 32, 32, 11008, true, 151936, false, 0},
    {"qwen-7b-chat", 4096, 32, 32, 32, 11008, true, 151936, false, 0},
    {"qwen-14b", 5120, 40, 40, 40, 13696, true, 152064, false, 0},
    {"qwen-72b", 8192, 80, 64, 64, 24576, true, 152064, false, 0},
    {"chatglm3-6b", 4096, 28, 32, 2, 13696, true, 65024, false, 0},
    {"baichuan2-7b-chat", 4096, 32, 32, 32, 11008, true, 125696, false, 0},
    {"baichuan2-13b-chat", 5120, 40, 40, 40, 13696, true, 125696, false, 0},
    {"openbuddy-zephyr-7b-chat", 4096, 32, 32, 8, 14336, true, 36608, false, 0},
    {"yi-6b-chat", 4096, 32, 32, 4, 11008, true, 64000, false, 0},
    {"yi-34b", 7168, 60, 56, 8, 20480, true, 64000, false, 0},
    {"yi-34b-chat", 7168, 60, 56, 8, 20480, true, 64000, false, 0},
    {"stablelm-alpha-3b", 4096, 16, 32, 32, 16384, false, 50688, false, 0},
    {"stablelm-base-alpha-7b", 6144, 16, 48, 48, 24576, false, 50432, false, 0},
    {"falcon-7b", 4544, 32, 71, 1, 18176, false, 65024, true, 0},
    {"falcon-40b", 8192, 60, 128, 8, 32768, false, 65024, true, 0},
    {"falcon-180b", 14848, 80, 232, 8, 59392, false, 65024, true, 0},
    {"phi-1.5-1.3b", 2048, 24, 32, 32, 8192, false, 51200, false, 0},
    {"phi-2", 2560, 32, 32, 32, 10240, false, 51200, false, 0},
    {"phi-3-mini-4k-instruct", 3072, 32, 32, 32, 8192, true, 32064, false, 0},
    {"tinyllama-1.1b", 2048, 22, 32, 4, 5632, true, 32000, false, 0},
    {"tiny-llama", 2048, 22, 32, 4, 5632, true, 32000, false, 0},
    {"bloomz-7b1", 4096, 30, 32, 32, 16384, false, 250880, true, 0},
    {"bloom-7b1", 4096, 30, 32, 32, 16384, false, 250880, true, 0},
    {"bloom-175b", 14336, 70, 112, 112, 57344, false, 250880, true, 0},
    {"bloom-176b", 14336, 70, 112, 112, 57344, false, 250880, true, 0},
    {"opt-175b", 12288, 96, 96, 96, 49152, false, 50272, true, 2048},
    {"llama-33b", 6656, 60, 52, 52, 17920, true, 32000, false, 0},
    {"llama-65b", 8192, 80, 64, 64, 22016, true, 32000, false, 0},
    {"llama-2-34b", 8192, 48, 64, 8, 22016, true, 32000, false, 0},
    {"pythia-70m", 512, 6, 8, 8, 2048, false, 50304, false, 0},
    {"pythia-160m", 768, 12, 12, 12, 3072, false, 50304, false, 0},
    {"pythia-410m", 1024, 24, 16, 16, 4096, false, 50304, false, 0},
    {"pythia-1b", 2048, 16, 8, 8, 8192, false, 50304, false, 0},
    {"pythia-1.4b", 2048, 24, 16, 16, 8192, false, 50304, false, 0},
    {"pythia-2.8b", 2560, 32, 32, 32, 10240, false, 50304, false, 0},
    {"pythia-6.9b", 4096, 32, 32, 32, 16384, false, 50432, false, 0},
    {"pythia-12b", 5120, 36, 40, 40, 20480, false, 50688, false, 0},
    {"smollm3-3b", 2048, 36, 16, 4, 11008, true, 128256, true, 0},
    {"palm-540b", 18432, 118, 48, 1, 73728, true, 256000, true, 0, 256},
    {"starcoderbase", 6144, 40, 48, 1, 24576, false, 49152, true, 8192},
    {"bloomberggpt-50b", 7680, 70, 40, 40, 30720, false, 131072, true, 0},
    {"mt-nlg-530b", 20480, 105, 128, 128, 81920, false, 51200, true, 2048},
    {"glm-130b", 12288, 70, 96, 96, 32768, true, 150528, false, 0},
    {"gpt-neox-20b", 6144, 44, 64, 64, 24576, false, 50432, false, 0},
    {"minicpm-2.4b", 2304, 40, 36, 36, 5760, true, 122753, true, 0},
};

shared_model made(shape const& s) {
    any_model m{.name = label(s.name),
                .hidden = s.hidden,
                .vocabulary = s.vocabulary,
                .tied_embeddings = s.tied,
                .learned_positions = s.positions};
    count const head_dim = s.head_dim > 0 ? s.head_dim : s.hidden / s.heads;
    gqa const attention{.query_heads = s.heads, .kv_heads = s.kv_heads, .head_dim = head_dim};
    any_feed_forward const ffn = s.gated ? any_feed_forward(gated{s.intermediate})
                                         : any_feed_forward(plain_ffn{s.intermediate});
    // Plain blocks have LayerNorm, gated ones RMSNorm.
    m.groups.list.push_back({layer_set::range(0, s.layers), attention, ffn, {2, !s.gated}});
    return std::make_shared<any_model const>(m);
}

count stated_in(std::string_view notes, std::string const& key, count otherwise) {
    std::smatch found;
    std::string const text(notes);
    if (!std::regex_search(text, found, std::regex("(?:^|[ ;])" + key + "=([0-9]+)"))) {
        return otherwise;
    }
    return std::stoll(found[1]);
}

/// Megatron's arguments as its tests write them; what they leave out has its default.
found<shared_model> from_arguments(std::string_view notes) {
    count const layers = stated_in(notes, "num-layers", 0) + stated_in(notes, "L", 0);
    count const hidden = stated_in(notes, "hidden-size", 0) + stated_in(notes, "h", 0);
    if (layers == 0 || hidden == 0) {
        return found<shared_model>::none("the row states no shape of the model");
    }
    count const heads = stated_in(notes, "num-attention-heads", stated_in(notes, "a", hidden / 64));
    if (contains(notes, "hybrid") || contains(notes, "mamba")) {
        return found<shared_model>::none(
            "a hybrid model whose pattern of layers the row does not state");
    }
    count const kv = stated_in(notes, "num-query-groups", stated_in(notes, "kv", heads));
    bool const gated_ffn = contains(notes, "swiglu=True") || contains(notes, "swiglu");
    count const width = stated_in(notes, "ffn-hidden-size", stated_in(notes, "ffn", 4 * hidden));
    any_model m{.name = "from arguments", .hidden = hidden, .vocabulary = 50304};
    m.tied_embeddings = !contains(notes, "untie-embeddings-and-output-weights");
    m.learned_positions = contains(notes, "rope") ? 0 : 1024;
    any_attention attention = gqa{.query_heads = heads, .kv_heads = kv, .head_dim = hidden / heads};
    if (contains(notes, "multi-latent-attention")) {
        attention = mla{.query_heads = heads,
                        .q_lora_rank = stated_in(notes, "q-lora-rank", 0),
                        .kv_lora_rank = stated_in(notes, "kv-lora-rank", 512),
                        .qk_nope_dim = stated_in(notes, "qk-head-dim", 128),
                        .qk_rope_dim = stated_in(notes, "qk-pos-emb-head-dim", 64),
                        .v_dim = stated_in(notes, "v-head-dim", 128)};
    }
    count const experts = stated_in(notes, "num-experts", stated_in(notes, "experts", 0));
    any_feed_forward ffn =
        gated_ffn ? any_feed_forward(gated{width}) : any_feed_forward(plain_ffn{width, true});
    if (experts > 0) {
        ffn = moe{.routed = experts,
                  .per_token = stated_in(notes, "moe-router-topk", stated_in(notes, "topk", 2)),
                  .intermediate = stated_in(notes, "moe-ffn-hidden-size", width),
                  .shared_intermediate = stated_in(notes, "moe-shared-expert-intermediate-size", 0),
                  .gated_experts = gated_ffn};
    }
    m.groups.list.push_back({layer_set::range(0, layers), attention, ffn, {}});
    return {std::make_shared<any_model const>(m), {}};
}

/// GPTs that only their size is known of: BLOOM's candidates, 14,336 wide or as the name says.
found<shared_model> sized_gpt(std::string const& name, std::string_view params,
                              std::string const& notes) {
    std::smatch part;
    count hidden = 0;
    count layers = 0;
    count heads = 0;
    count vocabulary = 250880;
    if (std::regex_search(name, part, std::regex("h=([0-9]+)"))) { hidden = std::stoll(part[1]); }
    if (std::regex_search(name, part, std::regex("L=([0-9]+)"))) { layers = std::stoll(part[1]); }
    if (std::regex_search(name, part, std::regex("a=([0-9]+)"))) { heads = std::stoll(part[1]); }
    if (std::regex_search(name, part, std::regex("v=([0-9]+)"))) {
        vocabulary = std::stoll(part[1]);
    }
    if (std::regex_search(notes, part, std::regex("NHEADS ([0-9]+)"))) {
        heads = std::stoll(part[1]);
    }
    auto const n = number(params);
    if (hidden == 0 && !n) {
        return found<shared_model>::none("the row states no shape of the model");
    }
    if (hidden == 0) { hidden = *n > 150e9 ? 14336 : *n > 50e9 ? 11264 : *n > 15e9 ? 14400 : 6144; }
    auto const h = static_cast<double>(hidden);
    if (layers == 0) {
        layers =
            static_cast<count>((*n - static_cast<double>(vocabulary) * h) / (12 * h * h) + 0.5);
    }
    for (count const likely : {count{96}, count{112}, count{64}, count{80}}) {
        if (heads == 0 && hidden % likely == 0) { heads = likely; }
    }
    if (heads == 0) { heads = hidden / 128; }
    if (layers < 1 || layers > 255) {
        return found<shared_model>::none("the row states no shape of the model");
    }
    return {made({"GPT", hidden, layers, heads, heads, 4 * hidden, false, vocabulary, true, 2048}),
            {}};
}

} // namespace

found<shared_model> trained_model(std::string_view name, std::string_view params,
                                  std::string_view notes) {
    std::string plain = lower(name);
    if (auto const slash = plain.rfind('/');
        slash != std::string::npos && !plain.starts_with("gpt/") && !plain.starts_with("moe/")) {
        plain.erase(0, slash + 1);
    }
    for (char& c : plain) {
        if (c == ' ' || c == '_') { c = '-'; }
    }
    if (contains(notes, "num-layers=") || contains(notes, "L=")) {
        if (auto const m = from_arguments(notes); m || contains(notes, "num-layers=")) { return m; }
    }
    if (plain.starts_with("gpt-") && (params.size() > 0) &&
        plain.find("oss") == std::string::npos && plain.find("neox") == std::string::npos &&
        plain.find("bigcode") == std::string::npos) {
        return sized_gpt(std::string(name), params, std::string(notes));
    }
    // A few layers of a larger model, as simulators measure them.
    std::smatch cut;
    std::string const text(plain);
    if (std::regex_search(text, cut, std::regex("^(.*)-shape.*,-([0-9]+)-layers"))) {
        std::string base = cut[1];
        count const layers = std::stoll(cut[2]);
        if (base.starts_with("llama-3-")) { base.replace(0, 8, "llama-3.1-"); }
        auto const whole = model_named(base);
        if (!whole) { return whole; }
        any_model m = **whole;
        m.mtp = {};
        // Their scripts keep one dense layer, the rest are mixtures; 16 key-value heads where they say so.
        any_groups few{};
        std::size_t const groups = m.groups.list.size();
        count at = 0;
        for (std::size_t g = 0; g < groups; ++g) {
            any_layers layer = m.groups.list[g];
            count const end = groups > 1 && g == 0 ? 1 : layers;
            if (at >= layers) { break; }
            layer.at = layer_set::range(at, end);
            at = end;
            if (contains(plain, "16-kv")) {
                if (auto* const a = reckon::get_if<gqa>(&layer.attention.family)) {
                    a->kv_heads = 16;
                }
            }
            few.list.push_back(layer);
        }
        m.groups = few;
        m.name = label(name);
        return {std::make_shared<any_model const>(m), {}};
    }
    struct alias {
        std::string_view from;
        std::string_view to;
    };
    constexpr alias aliases[] = {{"kimi-k2", "kimi-k2-instruct"},
                                 {"llama3-8b", "llama-3.1-8b"},
                                 {"llama3-70b", "llama-3.1-70b"},
                                 {"llama-3-8b", "llama-3.1-8b"},
                                 {"llama-3-70b", "llama-3.1-70b"},
                                 {"meta-llama-3-8b", "llama-3.1-8b"},
                                 {"meta-llama-3-8b-gptq", "llama-3.1-8b"},
                                 {"llama-2-70b-gptq", "llama-2-70b"},
                                 {"llama3-405b", "llama-3.1-405b"},
                                 {"llama31-405b", "llama-3.1-405b"},
                                 {"llama2-13b", "llama-2-13b"},
                                 {"llama-2-13b", "llama-2-13b"},
                                 {"deepseek-67b", "deepseek-llm-67b"},
                                 {"qwen3-235b-a22b", "qwen3-235b-a22b"},
                                 {"deepseek-v3-total", "deepseek-v3"},
                                 {"deepseek-v3-pre-training", "deepseek-v3"},
                                 {"deepseek-v2-236b-a21b", "deepseek-v2"},
                                 {"nemotron-3-ultra", "nemotron-3-ultra-550b-a55b"},
                                 {"nemotron-3-nano", "nvidia-nemotron-3-nano-30b-a3b-bf16"},
                                 {"nemotron-3-super", "nvidia-nemotron-3-super-120b-a12b-bf16"},
                                 {"llama-4-scout-109b-a17b", "llama-4-scout"}};
    for (alias const& a : aliases) {
        if (plain == a.from) {
            plain = a.to;
            break;
        }
    }
    for (shape const& s : shapes) {
        if (plain == s.name) { return {made(s), {}}; }
    }
    if (plain == "granite-4.0-tiny-preview") {
        // As the later Granite-4.0-H-Tiny, with 62 experts (IBM, announcement of May 2025).
        auto const later = model_named("granite-4.0-h-tiny");
        if (!later) { return later; }
        any_model m = **later;
        m.name = label(name);
        for (any_layers& layer : m.groups.list) {
            if (auto* const experts = reckon::get_if<moe>(&layer.feed_forward.family)) {
                experts->routed = 62;
            }
        }
        return {std::make_shared<any_model const>(m), {}};
    }
    if (plain == "moe-7b-1b-active-shared-experts") {
        // GraniteMoeShared: the experts, width and layers of granite-4.0-tiny-preview, attention in every layer, the
        // heads and vocabulary of IBM's PowerMoE. The files have 25.49 GB in fp32; these shapes are 6.371e9 values.
        any_model m{
            .name = label(name), .hidden = 1536, .vocabulary = 49152, .tied_embeddings = true};
        m.groups.list.push_back(
            {layer_set::range(0, 40),
             gqa{.query_heads = 24, .kv_heads = 8, .head_dim = 64},
             moe{.routed = 62, .per_token = 6, .intermediate = 512, .shared_intermediate = 1024},
             {}});
        return {std::make_shared<any_model const>(m), {}};
    }
    auto const known = model_named(plain);
    if (known) { return known; }
    return model_named(name);
}

} // namespace accuracy
