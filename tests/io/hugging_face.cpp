// SPDX-License-Identifier: MIT
// config.json of published models: parameters to the last one, and what else a file says.
//
// Totals are the publishers' (model pages, tensor audits; docs/laws/parameters.md), without
// prediction
// modules. The files in tests/data/config hold the published fields and numbers, and only those
// that matter.
#include <reckon/io/hugging_face.hpp>
#include <reckon/memory/weights.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using reckon::count;

reckon::any_model golden(std::string_view id) {
    auto const read = reckon::io::read_hugging_face(
        std::string(RECKON_SOURCE_DIR "/tests/data/config/").append(id).append(".json"));
    if (!read) { FAIL(std::string(read.error().message.view())); }
    return *read;
}

struct published_count {
    std::string_view id;
    count total;
    count active;
    count mtp;
    std::string_view stored;
    double context;
};

constexpr published_count published[] = {
    {"deepseek-r1", 671'026'419'200, 37'552'297'472, 13'463'426'304, "fp8-block128", 163840},
    {"deepseek-v3", 671'026'419'200, 37'552'297'472, 13'463'426'304, "fp8-block128", 163840},
    {"deepseek-v2-lite", 15'706'484'224, 2'661'150'208, 0, "bf16", 163840},
    {"deepseek-moe-16b", 16'375'728'128, 2'828'650'496, 0, "bf16", 4096},
    {"deepseek-coder-33b", 33'342'991'360, 33'342'991'360, 0, "bf16", 16384},
    {"kimi-k2-instruct", 1'026'408'232'448, 32'861'500'928, 0, "fp8-block128", 131072},
    {"llama-2-7b", 6'738'415'616, 6'738'415'616, 0, "fp16", 4096},
    {"llama-3.1-8b", 8'030'261'248, 8'030'261'248, 0, "bf16", 131072},
    {"llama-3.1-70b", 70'553'706'496, 70'553'706'496, 0, "bf16", 131072},
    {"qwen2.5-0.5b", 494'032'768, 494'032'768, 0, "bf16", 32768},
    {"qwen2.5-7b", 7'615'616'512, 7'615'616'512, 0, "bf16", 131072},
    {"qwen1.5-moe-a2.7b", 14'315'784'192, 2'689'173'504, 0, "bf16", 8192},
    {"qwen3-32b", 32'762'123'264, 32'762'123'264, 0, "bf16", 40960},
    {"qwen3-30b-a3b", 30'532'122'624, 3'353'032'704, 0, "bf16", 40960},
    {"mistral-7b-v0.1", 7'241'732'096, 7'241'732'096, 0, "bf16", 32768},
    {"mistral-nemo-12b", 12'247'782'400, 12'247'782'400, 0, "bf16", 131072},
    {"mixtral-8x7b", 46'702'792'704, 12'879'925'248, 0, "bf16", 32768},
    {"gpt-oss-20b", 20'914'757'184, 4'187'440'704, 0, "mxfp4+bf16", 131072},
    {"gemma-2-9b", 9'241'705'984, 9'241'705'984, 0, "fp32", 8192},
    {"gemma-3-1b-it", 999'885'952, 999'885'952, 0, "bf16", 32768},
    {"glm-4.5", 352'797'829'024, 33'632'266'144, 5'539'962'272, "bf16", 131072},
    {"minimax-m2", 228'689'764'864, 11'030'553'088, 0, "fp8-block128", 196608},
    {"phi-3-mini-4k", 3'821'079'552, 3'821'079'552, 0, "bf16", 4096},
    {"phi-4-mini", 3'836'021'760, 3'836'021'760, 0, "bf16", 131072},
    {"falcon-7b", 6'921'720'704, 6'921'720'704, 0, "bf16",
     2048}, // 7,217,189,760 with the stored copy of the tied head
    {"falcon-40b", 41'835'970'560, 41'835'970'560, 0, "bf16", 2048},
    {"gpt2", 124'439'808, 124'439'808, 0, "fp32", 1024},
    {"starcoder2-3b", 3'030'371'328, 3'030'371'328, 0, "fp32", 16384},
    {"granite-3.1-8b", 8'170'848'256, 8'170'848'256, 0, "bf16", 131072},
    {"olmo-2-7b", 7'298'617'344, 7'298'617'344, 0, "fp32", 4096},
    {"command-r", 34'980'831'232, 34'980'831'232, 0, "fp16", 131072},
};

} // namespace

TEST_CASE("published parameter counts are exact") {
    for (published_count const& row : published) {
        CAPTURE(row.id);
        reckon::any_model const m = golden(row.id);
        reckon::parameter_counts const n = reckon::parameters_of(m);
        CHECK(n.total == row.total);
        CHECK(n.active == row.active);
        CHECK(n.mtp == row.mtp);
        CHECK(m.published.name.view() == row.stored);
        CHECK(reckon::in_tokens(m.max_context.value()) == row.context);
        CHECK(m.name.view() == row.id);
    }
}

TEST_CASE("published checkpoint bytes are exact") {
    // Tensor bytes without file headers: DeepSeek-V3 with its prediction module, MiniMax-M2 with 32
    // bit
    // routers, gpt-oss with 4 bit experts.
    auto const stored = [](std::string_view id) {
        reckon::any_model const m = golden(id);
        return reckon::in_bytes(reckon::checkpoint_bytes(m, m.published));
    };
    CHECK(stored("deepseek-v3") == 688'574'839'360.0);
    CHECK(stored("deepseek-v2-lite") == 31'412'968'448.0);
    CHECK(stored("minimax-m2") == 230'121'630'720.0);
    CHECK(stored("gpt-oss-20b") == 13'761'264'768.0);
    CHECK(stored("kimi-k2-instruct") == 1'029'173'249'888.0);
}

TEST_CASE("windows become groups of layers") {
    auto const windowed_layers = [](std::string_view id, count window) {
        count layers = 0;
        golden(id).groups.for_each([&](reckon::any_layers const& group) {
            group.attention.for_each_state([&](reckon::cached_state const& state) {
                if (state.window == window) { layers += group.at.size(); }
            });
        });
        return layers;
    };
    CHECK(windowed_layers("gemma-3-1b-it", 512) == 22); // layers 5, 11, 17 and 23 see everything
    CHECK(windowed_layers("gemma-3-1b-it", 0) == 4);
    CHECK(windowed_layers("gemma-2-9b", 4096) == 21);
    CHECK(windowed_layers("gpt-oss-20b", 128) == 12);
    CHECK(windowed_layers("mistral-7b-v0.1", 4096) == 32);
    CHECK(windowed_layers("mistral-nemo-12b", 0) == 40); // sliding_window is null
    CHECK(windowed_layers("qwen2.5-7b", 0) == 28);       // use_sliding_window is false
    CHECK(windowed_layers("phi-4-mini", 0) == 32);       // a window of twice the context is none
    CHECK(windowed_layers("phi-3-mini-4k", 2047) == 32);
}

TEST_CASE("the cache of latent attention is the latent") {
    auto const values = [](std::string_view id) {
        count sum = 0;
        golden(id).groups.for_each([&](reckon::any_layers const& group) {
            group.attention.for_each_state([&](reckon::cached_state const& state) {
                sum += group.at.size() * state.heads * state.values_per_head;
            });
        });
        return sum;
    };
    CHECK(values("deepseek-v2-lite") * 2 == 31'104);
    CHECK(values("deepseek-r1") * 2 == 70'272);
    CHECK(values("deepseek-moe-16b") * 2 == 229'376);
    CHECK(values("deepseek-coder-33b") * 2 == 253'952);
}

TEST_CASE("a model is named by the caller, by its folder, or by the file") {
    using reckon::io::hugging_face::name_from_path;
    CHECK(name_from_path("models/Qwen2.5-7B/config.json") == "Qwen2.5-7B");
    CHECK(name_from_path("hub/models--Qwen--Qwen2.5-7B/snapshots/abc/config.json") == "Qwen2.5-7B");
    CHECK(name_from_path("x/llama-3.1-8b.json") == "llama-3.1-8b");
    constexpr std::string_view tiny =
        R"({"model_type": "llama", "_name_or_path": "/models/my-llama/", "hidden_size": 64, "intermediate_size": 128,
            "num_attention_heads": 4, "num_hidden_layers": 2, "vocab_size": 512})";
    CHECK(reckon::io::parse_hugging_face(tiny)->name.view() == "my-llama");
    CHECK(reckon::io::parse_hugging_face(tiny, "theirs")->name.view() == "theirs");
}

TEST_CASE("expert layers follow the fields that place them") {
    constexpr std::string_view text =
        R"({"model_type": "qwen3_moe", "hidden_size": 64, "intermediate_size": 128, "moe_intermediate_size": 32,
            "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16, "num_experts": 8, "num_experts_per_tok": 2,
            "num_hidden_layers": 6, "vocab_size": 512, "decoder_sparse_step": 2, "mlp_only_layers": [3]})";
    auto const read = reckon::io::parse_hugging_face(text);
    REQUIRE(read);
    reckon::layer_set dense{};
    reckon::layer_set expert{};
    read->groups.for_each([&](reckon::any_layers const& group) {
        reckon::layer_set& set = group.feed_forward.experts().experts > 0 ? expert : dense;
        for (count i = 0; i < 6; ++i) {
            if (group.at.contains(i)) { set.insert(i); }
        }
    });
    reckon::layer_set wanted{};
    wanted.insert(1); // (i + 1) % 2 == 0, without 3
    wanted.insert(5);
    CHECK(expert == wanted);
    CHECK(dense.size() == 4);
}
