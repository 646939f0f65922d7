// SPDX-License-Identifier: MIT
// Lines of llama-server as the laws of memory/llama_cpp/ take them, and what the engine prints for them.
// Sources: ggml-org/llama.cpp tools/server/README.md; the log of release v0.5.0 (commit 0ad4a86).
#include <reckon/catalog/gpus.hpp>
#include <reckon/io/command_line/llama_cpp_line.hpp>
#include <reckon/io/llama_cpp_report.hpp>
#include <reckon/memory/llama_cpp/remedies.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace reckon;

namespace {

constexpr std::string_view qwen = "llama-server -hf unsloth/Qwen3-8B-GGUF:Q4_K_M ";
constexpr std::string_view mixture = "llama-server -hf unsloth/Qwen3-30B-A3B-GGUF:Q4_K_M ";

llama_cpp_line read(std::string_view begin, std::string const& flags) {
    auto const line = read_llama_cpp_line(std::string(begin) + flags);
    CAPTURE(flags);
    if (!line) { FAIL(std::string(line.error().message.view())); }
    return *line;
}
llama_cpp_settings set(std::string const& flags) { return read(qwen, flags).settings; }
std::string why_not(std::string const& flags) {
    auto const line = read_llama_cpp_line(std::string(qwen) + flags);
    REQUIRE_FALSE(line);
    return std::string(line.error().message.view());
}
std::string report(llama_cpp_line const& l) {
    auto const memory = llama_cpp_memory_of(l.model, l.weights, l.settings);
    REQUIRE(memory);
    std::string all;
    for (std::string const& text : io::llama_cpp_report(l.model, l.settings, *memory)) {
        all += text + '\n';
    }
    return all;
}

} // namespace

TEST_CASE("a line is an answer of the compiler") {
    constexpr auto line = read_llama_cpp_line(
        "llama-server -hf unsloth/Qwen3-8B-GGUF:Q4_K_M -c 32768 -ngl 20 -ctk q8_0 -ctv q8_0");
    static_assert(line.has_value() && line->settings.gpu_layers == 20);
    static_assert(fits(line, gpus::rtx_4090));
}

TEST_CASE("what is not said is the server's default") {
    auto const l = read(qwen, "");
    CHECK(l.settings == llama_cpp_settings{.sequences = 4, .outputs = 4, .gpu_layers = -1});
    CHECK(l.latitude == llama_cpp_latitude{});
    CHECK(l.weights.name.view() == "Q4_K_M");
    CHECK(l.server);
    // The client answers one.
    auto const client = read_llama_cpp_line("llama-cli -hf unsloth/Qwen3-8B-GGUF:Q4_K_M -c 4096");
    REQUIRE(client);
    CHECK(client->settings.sequences == 1);
    CHECK_FALSE(client->server);
}

TEST_CASE("slots have caches of their own where -np is given, unless -kvu says otherwise") {
    CHECK_FALSE(set("-np 2").unified);
    CHECK(set("-np 2").outputs == 2);
    CHECK(set("-np 2 -kvu").unified);
    CHECK(set("").unified);
    CHECK_FALSE(set("-no-kvu").unified);
}

TEST_CASE("repositories are called as the model, bartowski's as its organisation and it") {
    for (std::string_view const name :
         {"ggml-org/gemma-3-4b-it-GGUF:Q4_K_M", "bartowski/google_gemma-3-4b-it-GGUF:Q4_K_M",
          "bartowski/gemma-3-4b-it-GGUF:Q4_K_M"}) {
        CAPTURE(name);
        CHECK(read("llama-server -hf ", std::string(name)).model.name.view() == "Gemma-3-4B");
    }
}
TEST_CASE("context and what the engine may change") {
    CHECK(set("-c 32768").context == 32768);
    CHECK_FALSE(read(qwen, "-c 32768").latitude.context);
    CHECK_FALSE(read(qwen, "-c 0").latitude.context); // all of it is asked for
    CHECK(set("-c 0").context == 0);
    CHECK(read(qwen, "-ngl auto").latitude.layers);
    CHECK_FALSE(read(qwen, "-ngl 99").latitude.layers);
    CHECK_FALSE(read(qwen, "-ngl all").latitude.layers);
    CHECK_FALSE(read(qwen, "-fit off").latitude.adapts);
    CHECK(read(qwen, "-fitt 512,256").latitude.margin == mebibytes(512));
    CHECK(read(qwen, "-fitc 8192").latitude.least_context == 8192);
}

TEST_CASE("where things are put") {
    CHECK(set("-ngl 12").gpu_layers == 12);
    CHECK(set("-ngl all").gpu_layers == -1);
    CHECK(set("-ngl 0").gpu_layers == 0);
    CHECK(set("-ngl 0").idle_device);
    CHECK(set("--device none").gpu_layers == 0);
    CHECK_FALSE(set("--device none").idle_device);
    CHECK(set("-nkvo").cache_on_host);
    CHECK_FALSE(set("--kv-offload").cache_on_host);
    CHECK_FALSE(set("--no-op-offload").lends);
    CHECK(read(mixture, "--n-cpu-moe 10").settings.host_experts == 10);
    CHECK(read(mixture, "-ncmoe 1000").settings.host_experts == 48);
    CHECK(read(mixture, "-cmoe").settings.host_experts == 48);
    for (char const* pattern : {"exps=CPU", ".ffn_.*_exps.=CPU", "\\.ffn_.*_exps\\.weight=CPU"}) {
        CAPTURE(pattern);
        CHECK(read(mixture, std::string("-ot '") + pattern + "'").settings.host_experts == 48);
    }
}

TEST_CASE("devices, their shares, caches and passes") {
    CHECK(set("-dev CUDA0,CUDA1").split.devices == 2);
    CHECK(set("-ts 3,1").split.devices == 2);
    CHECK(set("-ts 3,1").split.shares[0] == 3);
    CHECK(set("-ts 3/1/0.5").split.shares[2] == 0.5);
    CHECK(set("-ts 3,1 -sm none").split == llama_cpp_split{});
    CHECK(set("-ctk q8_0 -ctv q5_1").keys == any_precision(gguf::q8_0));
    CHECK(set("-ctk q8_0 -ctv q5_1").values == any_precision(gguf::q5_1));
    CHECK(set("-ctk bf16").keys == any_precision(gguf::bf16));
    CHECK(set("-b 4096 -ub 1024").micro_batch == 1024);
    CHECK(set("-b 4096 -ub 1024").batch == 4096);
    CHECK_FALSE(set("-fa off").flash_attention);
    CHECK(set("-fa").flash_attention);
    CHECK(set("-fa auto").flash_attention);
    CHECK(set("--swa-full").full_window);
}

TEST_CASE("what is not understood is refused by name") {
    CHECK(why_not("-ngl many") == "--gpu-layers 'many' must be a number of layers, auto or all.");
    CHECK(why_not("-sm row") == "--split-mode row is not modelled; layers are split.");
    CHECK(why_not("-sm rows").find("none, layer, row and tensor") != std::string::npos);
    CHECK(why_not("-ts 3,x") ==
          "--tensor-split '3,x' must be up to 16 shares such as 3,1, 0 or more.");
    CHECK(why_not("-ts 0,0") == "--tensor-split gives no device anything.");
    CHECK(why_not("-ot 'blk.1.attn=CPU'").find("is not modelled: of patterns only") !=
          std::string::npos);
    CHECK(why_not("-ctk q9_0").find("q8_0") != std::string::npos);
    CHECK(why_not("-fa maybe").find("on, off and auto") != std::string::npos);
    CHECK(why_not("-ctv q8_0 -fa off").find("needs flash attention") != std::string::npos);
    CHECK(why_not("-np 500").find("serves 1 to 256 sequences") != std::string::npos);
    CHECK(why_not("-ngl 5 --gpu-layer 6").find("--gpu-layers") != std::string::npos);
    auto const other = read_llama_cpp_line("vllm serve Qwen/Qwen3-8B");
    REQUIRE_FALSE(other);
    CHECK(std::string(other.error().message.view()).find("is for vLLM") != std::string::npos);
}

TEST_CASE("the engine's words, on one device and on several") {
    // The log of Llama-3-8B in Q4_K_M at 8192 tokens, XiongjieDai/GPU-Benchmarks-on-LLM-Inference: 4403.49,
    // 281.81 and 1024.00 MiB.
    auto const l = read("llama-server -hf meta-llama/Llama-3.1-8B:Q4_K_M ", "-c 8192 -np 1");
    std::string const text = report(l);
    CHECK(text.find("load_tensors:        CUDA0 model buffer size =  4403.49 MiB\n") !=
          std::string::npos);
    CHECK(text.find("load_tensors:   CPU_Mapped model buffer size =   281.81 MiB\n") !=
          std::string::npos);
    CHECK(text.find("llama_kv_cache:      CUDA0 KV buffer size =  1024.00 MiB\n") !=
          std::string::npos);
    CHECK(text.find("llama_kv_cache: size = 1024.00 MiB (  8192 cells,  32 layers,  1/1 seqs), K "
                    "(f16):  512.00 MiB, V (f16):  512.00 MiB\n") != std::string::npos);
    CHECK(text.find("llama_context:  CUDA_Host  output buffer size =     0.49 MiB\n") !=
          std::string::npos);
    std::string const split = report(read(qwen, "-c 8192 -ngl 20 -ts 1,1"));
    CHECK(split.find("llama_kv_cache:        CPU KV buffer size =   544.00 MiB\n") !=
          std::string::npos); // 17 of 36 layers
    CHECK(split.find("CUDA1 KV buffer size =   288.00 MiB\n") != std::string::npos);
    CHECK(split.find("sched_reserve:      CUDA1 compute buffer size =") != std::string::npos);
    // Without a device nothing is called after one.
    std::string const host = report(read(qwen, "-c 8192 --device none"));
    CHECK(host.find("CUDA") == std::string::npos);
    // Windowed layers have a cache of their own.
    auto const gemma =
        read_llama_cpp_line("llama-server -hf bartowski/gemma-3-12b-it-GGUF:Q4_K_M -c 32768 -np 1");
    REQUIRE(gemma);
    std::string const windows = report(*gemma);
    CHECK(windows.find("( 32768 cells,   8 layers,  1/1 seqs)") != std::string::npos);
    CHECK(windows.find("(  1536 cells,  40 layers,  1/1 seqs)") != std::string::npos);
    static_assert(io::llama_cpp_device(gpus::mi300x) == "ROCm");
    static_assert(io::llama_cpp_device(gpus::rtx_4090) == "CUDA");
}

TEST_CASE("--fit shortens the context, and then moves layers") {
    auto const l = read(qwen, "-np 1");
    auto const memory = [&](llama_cpp_settings const& s) {
        return llama_cpp_memory_of(l.model, l.weights, s)->device.total();
    };
    // Enough with a GiB to spare: nothing changes.
    bytes const all = memory(l.settings);
    CHECK(*settings_on(l, all + gibibytes(1)) == l.settings);
    // Less: the context alone, in steps of 256, and the margin is kept.
    auto const shorter = settings_on(l, all);
    REQUIRE(shorter);
    CHECK(shorter->context > 4096);
    CHECK(shorter->context < 40960);
    CHECK(shorter->context % 256 == 0);
    CHECK(shorter->gpu_layers == -1);
    CHECK(memory(*shorter) <= all - gibibytes(1));
    // Much less: the shortest context, and as many layers as fit.
    auto const fewer = settings_on(l, gibibytes(4));
    REQUIRE(fewer);
    CHECK(fewer->context == 4096);
    CHECK(fewer->gpu_layers > 0);
    CHECK(fewer->gpu_layers < 36);
    llama_cpp_settings more = *fewer;
    ++more.gpu_layers;
    CHECK(memory(*fewer) <= gibibytes(3));
    CHECK(memory(more) > gibibytes(3));
    // What the user has said stays.
    CHECK(settings_on(read(qwen, "-np 1 -c 40960"), gibibytes(4))->context == 40960);
    CHECK(settings_on(read(qwen, "-np 1 -ngl 99"), gibibytes(4))->gpu_layers == 99);
    CHECK(*settings_on(read(qwen, "-fit off"), gibibytes(4)) == read(qwen, "-fit off").settings);
    // Of a mixture the experts go first, and only as many as have to.
    auto const experts = settings_on(read(mixture, "-c 8192"), gibibytes(12));
    REQUIRE(experts);
    CHECK(experts->host_experts > 0);
    CHECK(experts->host_experts < 48);
    CHECK(experts->gpu_layers == 49);
    CHECK(settings_on(l, gibibytes(1))->gpu_layers == 0);
}

TEST_CASE("every remedy frees what it says, and those that mend do") {
    auto const l = read(mixture, "-c 131072 -ngl 99 -fa off --swa-full");
    bytes const free = gibibytes(16);
    recipe const narrower[] = {*gguf_recipe_for(l.model, "Q3_K_M"),
                               *gguf_recipe_for(l.model, "Q2_K")};
    auto const list = llama_cpp_remedies_of(l.model, l.weights, free, l.settings, narrower);
    REQUIRE(list);
    CHECK(list->size() >= 5);
    bool mends = true;
    for (llama_cpp_remedy const& r : *list) {
        CHECK(r.freed > bytes{0});
        CHECK((mends || !r.mends)); // those that mend come first
        mends = r.mends;
    }
    auto const fitting = llama_cpp_remedies_of(l.model, l.weights, gibibytes(1000), l.settings);
    REQUIRE(fitting);
    CHECK(fitting->empty());
    // The longest context and the most layers, one step more of which does not fit.
    auto const qwen_line = read(qwen, "-np 1 -c 40960 -ngl 99");
    auto const for_8 =
        llama_cpp_remedies_of(qwen_line.model, qwen_line.weights, gibibytes(8), qwen_line.settings);
    REQUIRE(for_8);
    for (llama_cpp_remedy const& r : *for_8) {
        llama_cpp_settings s = qwen_line.settings;
        auto const needs = [&] {
            return llama_cpp_memory_of(qwen_line.model, qwen_line.weights, s)->device.total();
        };
        if (r.change == llama_cpp_change::context) {
            s.context = r.value;
            CHECK(needs() <= gibibytes(8));
            s.context += 256;
            CHECK(needs() > gibibytes(8));
        }
        if (r.change == llama_cpp_change::layers) {
            s.gpu_layers = r.value;
            CHECK(needs() <= gibibytes(8));
            ++s.gpu_layers;
            CHECK(needs() > gibibytes(8));
        }
    }
}
