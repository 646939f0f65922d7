// SPDX-License-Identifier: MIT
// Command lines that are refused: each in one sentence with the flag, the value and the remedy.
#include <reckon/io/command_line.hpp>

#include <doctest/doctest.h>

#include <string>

namespace {

using reckon::errc;

struct refusal {
    char const* line;
    errc code;
    char const* says;
};

constexpr refusal refusals[] = {
    // the shell
    {"vllm serve $MODEL", errc::malformed, "unquoted '$': a shell would put a variable there"},
    {"vllm serve \"$MODEL\"", errc::malformed, "variable"},
    {"vllm serve `cat model`", errc::malformed, "a shell would run a command"},
    {"vllm serve gpt-oss-20b | tee log", errc::malformed, "unquoted '|'"},
    {"vllm serve gpt-oss-20b && true", errc::malformed, "unquoted '&'"},
    {"vllm serve gpt-oss-20b > log", errc::malformed, "redirections"},
    {"(vllm serve gpt-oss-20b)", errc::malformed, "subshell"},
    {"vllm serve 'gpt-oss-20b", errc::malformed, "is not closed"},
    {"vllm serve gpt-oss-20b\n--port 8000", errc::malformed, "ends without a backslash"},
    // the program
    {"", errc::unknown_name, "known are vllm serve"},
    {"ollama run llama3", errc::unknown_name, "'ollama' begins no command line"},
    {"vllm bench serve --model x", errc::unknown_name, "'bench'"},
    {"python train.py", errc::unknown_name, "'python'"},
    {"python -m http.server", errc::unknown_name, "'http.server'"},
    // the model
    {"vllm serve", errc::missing_field, "names no model"},
    {"llama-server -c 4096", errc::missing_field, "give -hf user/model:TYPE"},
    {"vllm serve /models/llama", errc::missing_field, "is a path: read it first"},
    {"llama-server -m a.gguf", errc::missing_field, "is a path"},
    {"vllm serve s3://bucket/model", errc::missing_field, "is a path"},
    {"vllm serve meta-llama/Llama-3.1-9B", errc::unknown_name, "llama-3.1-8b"},
    {"llama-server -hf unsloth/Qwen3-8B-GGUF", errc::missing_field, "which file is loaded"},
    {"llama-server -hf unsloth/Qwen3-8B-GGUF:UD-Q4_K_XL", errc::unsupported,
     "'UD-Q4_K_XL' is mixed anew for each model (Unsloth's dynamic types): read the file itself"},
    {"llama-server -hf unsloth/Qwen3-8B-GGUF:Q4_K_XL", errc::unknown_name, "no GGUF mixture"},
    {"llama-server -hf bartowski/google_gemma-9-4b-it-GGUF:Q4_K_M", errc::unknown_name,
     "'bartowski/google_gemma-9-4b-it' is no model"},
    {"llama-server -hf someone/google_gemma-3-4b-it-GGUF:Q4_K_M", errc::unknown_name,
     "'someone/google_gemma-3-4b-it' is no model"},
    {"vllm serve Qwen/Qwen2-72B-Instruct-AWQ", errc::unsupported, "padded to a width"},
    {"vllm serve gpt-oss-20b gpt-oss-120b", errc::malformed, "the model is already 'gpt-oss-20b'"},
    // flags
    {"vllm serve gpt-oss-20b --tensor-paralel-size 2", errc::unknown_name,
     "is no flag of vLLM that is known; the nearest flag is --tensor-parallel-size."},
    {"vllm serve gpt-oss-20b --max-num 4096", errc::contradiction,
     "could be --max-num-batched-tokens or"},
    {"trtllm-serve gpt-oss-20b --tp-size 2", errc::unknown_name, "--tp_size"},
    {"trtllm-serve gpt-oss-20b --max_batch 2", errc::unknown_name, "is no flag of trtllm-serve"},
    {"llama-server -hf Qwen/Qwen3-8B-GGUF:F16 -c=4096", errc::unknown_name, "'-c=4096'"},
    {"vllm serve gpt-oss-20b --max-model-len", errc::missing_field, "needs a value"},
    {"vllm serve gpt-oss-20b --max-model-len --port 1", errc::missing_field,
     "--max-model-len needs"},
    {"vllm serve gpt-oss-20b --enforce-eager=maybe", errc::out_of_range, "given to a switch"},
    // values
    {"vllm serve gpt-oss-20b --gpu-memory-utilization 1.2", errc::out_of_range,
     "--gpu-memory-utilization '1.2' must be above 0 and at most 1."},
    {"vllm serve gpt-oss-20b --gpu-memory-utilization 92%", errc::out_of_range, "'92%'"},
    {"vllm serve gpt-oss-20b -tp 0", errc::out_of_range, "must be a whole number, 1 or more"},
    {"vllm serve gpt-oss-20b -tp 2.5", errc::out_of_range, "'2.5'"},
    {"vllm serve gpt-oss-20b -tp 99999999999999999999", errc::out_of_range,
     "must be a whole number"},
    {"vllm serve gpt-oss-20b --max-model-len 25.6K", errc::out_of_range, "such as 32768 or 32k"},
    {"vllm serve gpt-oss-20b --dtype fp8", errc::unknown_name, "known are auto, bfloat16"},
    {"vllm serve gpt-oss-20b --kv-cache-dtype q8_0", errc::unknown_name, "known are auto"},
    {"vllm serve gpt-oss-20b --quantization magic", errc::unknown_name, "known are fp8"},
    {"vllm serve gpt-oss-20b --compilation-config '{\"mode\"'", errc::out_of_range, "JSON object"},
    {"vllm serve Qwen/Qwen3-8B --quantization awq", errc::contradiction,
     "needs a checkpoint of that method, and this one is stored in bf16"},
    {"vllm serve deepseek-ai/DeepSeek-R1 --quantization awq", errc::contradiction, "4 bits"},
    {"vllm serve deepseek-ai/DeepSeek-R1 --dtype float32", errc::unsupported,
     "quantised checkpoint"},
    {"vllm serve Qwen/Qwen3-8B --enable-expert-parallel", errc::contradiction, "has none"},
    {"vllm serve Qwen/Qwen3-8B --speculative-config '{\"method\":\"mtp\"}'", errc::contradiction,
     "needs prediction modules"},
    {"llama-server -hf Qwen/Qwen3-8B-GGUF:F16 -ctk q8_0", errc::unsupported, "keys in 'q8_0'"},
    {"llama-server -hf Qwen/Qwen3-8B-GGUF:F16 -ngl 12", errc::unsupported, "give 37 or more"},
    {"llama-server -hf Qwen/Qwen3-8B-GGUF:F16 -ts 3,1", errc::unsupported, "equal shares"},
    {"llama-server -hf Qwen/Qwen3-8B-GGUF:F16 -sm row", errc::unsupported, "--split-mode row"},
    {"llama-server -hf Qwen/Qwen3-8B-GGUF:F16 -dev none", errc::unsupported, "host's memory"},
    {"python -m sglang.launch_server --model deepseek-ai/DeepSeek-V3 --tp 8 --dp 3 "
     "--enable-dp-attention",
     errc::indivisible_layout, "3 groups does not divide 8"},
    {"python -m sglang.launch_server --model deepseek-ai/DeepSeek-V3 --tp 8 --ep 4",
     errc::unsupported, "expert parallelism 4 of 8"},
    {"python -m sglang.launch_server --model Qwen/Qwen3-8B --enable-lora", errc::missing_field,
     "give --max-lora-rank"},
    // what changes memory, and is not modelled
    {"vllm serve gpt-oss-20b --config serve.yaml", errc::unsupported,
     "flags in a file are not read"},
    {"vllm serve gpt-oss-20b --hf-overrides '{\"num_hidden_layers\": 2}'", errc::unsupported,
     "changes the model's configuration"},
    {"vllm serve gpt-oss-20b --hf-overrides.num_hidden_layers 2", errc::unsupported,
     "--hf-overrides with 'num_hidden_layers' is not modelled"},
    {"vllm serve gpt-oss-20b --speculative-config '{\"model\":\"x\",\"method\":\"eagle3\"}'",
     errc::unsupported, "the draft model"},
    {"vllm serve gpt-oss-20b --performance-mode throughput", errc::unsupported, "batch sizes"},
    {"vllm serve gpt-oss-20b --kv-transfer-config '{}'", errc::unsupported, "transfers"},
    {"llama-server -hf Qwen/Qwen3-8B-GGUF:F16 --cpu-moe", errc::unsupported, "--cpu-moe"},
    {"llama-server -hf Qwen/Qwen3-8B-GGUF:F16 --mmproj a.gguf", errc::unsupported, "projector"},
    {"LLAMA_ARG_CTX_SIZE=4096 llama-server -hf Qwen/Qwen3-8B-GGUF:F16", errc::unsupported,
     "give the flag instead"},
    {"VLLM_USE_V1=0 vllm serve gpt-oss-20b", errc::unsupported, "V1 engine"},
    {"trtllm-serve gpt-oss-20b --extra_llm_api_options x.yaml", errc::unsupported,
     "settings in a file are not read"},
};

} // namespace

TEST_CASE("each refusal is one sentence that says what to do") {
    for (refusal const& r : refusals) {
        CAPTURE(r.line);
        auto const read = reckon::read_command_line(r.line);
        REQUIRE_FALSE(read.has_value());
        std::string const says(read.error().message.view());
        CAPTURE(says);
        CHECK(read.error().code == r.code);
        CHECK(says.find(r.says) != std::string::npos);
        CHECK(says.back() == '.');
        CHECK(says.find('\n') == std::string::npos);
    }
}

TEST_CASE("neutral values of what is not modelled change nothing") {
    for (char const* flags :
         {"--hf-overrides {}", "--all2all-backend naive", "--mamba-cache-mode none",
          "--no-enable-lora", "--cpu-offload-gb 0", "--prefill-context-parallel-size 1",
          "--runner generate", "--performance-mode balanced", "--no-enable-eplb"}) {
        CAPTURE(flags);
        auto const plain = reckon::vllm("gpt-oss-20b");
        auto const with = reckon::vllm(std::string("gpt-oss-20b ") + flags);
        if (!with) { FAIL(std::string(with.error().message.view())); }
        CHECK(with->engine == plain->engine);
        CHECK(with->model == plain->model);
    }
}

TEST_CASE("a line for another engine is a contradiction") {
    auto const read = reckon::vllm("python -m sglang.launch_server --model-path gpt-oss-20b");
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().code == errc::contradiction);
    CHECK(std::string(read.error().message.view()) ==
          "the command line is for SGLang, not for vLLM.");
    CHECK_FALSE(reckon::sglang("vllm serve gpt-oss-20b").has_value());
    CHECK_FALSE(reckon::trtllm_serve("llama-server").has_value());
    CHECK_FALSE(reckon::llama_server("trtllm-serve x").has_value());
}
