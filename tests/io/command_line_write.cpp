// SPDX-License-Identifier: MIT
// Deployments as command lines, as containers and as JSON: minimal, in order, and read back as they were.
#include <reckon/catalog/gpus.hpp>
#include <reckon/io/command_line/write.hpp>
#include <reckon/io/deployment_json.hpp>
#include <reckon/io/kubernetes.hpp>
#include <reckon/io/kubernetes_reader.hpp>

#include <doctest/doctest.h>

#include <string>

namespace {

using reckon::errc;
using reckon::tokens;

std::string line_of(auto const& d, reckon::command_line_options const& options = {}) {
    auto const line = reckon::write_command_line(d, options);
    return std::string(line ? line->view() : line.error().message.view());
}

reckon::serving::any_deployment r1() {
    return {.name = "r1-prod",
            .model = reckon::models::deepseek_r1,
            .gpu = reckon::gpus::h200_sxm,
            .layout = {.tensor = 8},
            .weights = reckon::fp8_block128,
            .max_context = tokens{32768}};
}

} // namespace

TEST_CASE("written is what differs from the defaults") {
    auto d = r1();
    CHECK(line_of(d) ==
          "vllm serve deepseek-ai/DeepSeek-R1 --served-model-name r1-prod --tensor-parallel-size 8 "
          "--max-model-len 32768");
    d.name = "";
    d.max_context = tokens{163840};
    d.engine.memory_utilization = 0.92;
    d.engine.sequences = 64;
    d.engine.graphs = false;
    d.kv_cache = reckon::fp8;
    CHECK(
        line_of(d, {.model = "deepseek-ai/DeepSeek-R1"}) ==
        "vllm serve deepseek-ai/DeepSeek-R1 --tensor-parallel-size 8 --gpu-memory-utilization 0.92 "
        "--max-num-seqs 64 --enforce-eager --kv-cache-dtype fp8");
    d.engine = reckon::engines::sglang;
    d.layout = {.data = 8, .expert = 8};
    d.kv_cache = reckon::bf16;
    CHECK(line_of(d) == "python -m sglang.launch_server --model-path deepseek-ai/DeepSeek-R1 "
                        "--tp-size 8 --dp-size 8 "
                        "--enable-dp-attention --ep-size 8");
    d.engine = reckon::engines::tensorrt_llm;
    d.layout = {.tensor = 8};
    CHECK(line_of(d) == "trtllm-serve deepseek-ai/DeepSeek-R1 --tp_size 8");
    auto const chat =
        *reckon::llama_server("-hf Qwen/Qwen3-8B-GGUF:Q4_K_M -c 16384 -np 2 -ctk q8_0 -ctv q8_0");
    CHECK(line_of(chat.on(reckon::gpus::rtx_4090), {.model = "Qwen/Qwen3-8B-GGUF"}) ==
          "llama-server -hf Qwen/Qwen3-8B-GGUF:Q4_K_M -c 16384 -np 2 -ctk q8_0 -ctv q8_0");
}

TEST_CASE("names with blanks and quotes are quoted, and read back") {
    auto d = r1();
    d.name = "it's R1";
    std::string const line = line_of(d);
    CHECK(line.find("'it'\\''s R1'") != std::string::npos);
    CHECK(reckon::vllm(line)->name.view() == "it's R1");
}

TEST_CASE("a quantised checkpoint is named by its own name") {
    auto const fp4 = *reckon::vllm("nvidia/DeepSeek-R1-FP4 -tp 4");
    CHECK(line_of(fp4.on(reckon::gpus::h200_sxm)) ==
          "vllm serve nvidia/DeepSeek-R1-FP4 --tensor-parallel-size 4");
}

TEST_CASE("a variant made for another context is named by its own name") {
    auto const longer = *reckon::vllm("Qwen/Qwen3-30B-A3B-Instruct-2507 --max-model-len 65536");
    CHECK(line_of(longer.on(reckon::gpus::h200_sxm)) ==
          "vllm serve Qwen/Qwen3-30B-A3B-Instruct-2507 --max-model-len 65536");
    auto const base = *reckon::vllm("Qwen/Qwen3-8B-Base");
    CHECK(line_of(base.on(reckon::gpus::h200_sxm)) == "vllm serve Qwen/Qwen3-8B-Base");
    auto other = base.on(reckon::gpus::h200_sxm);
    other.model.max_context = tokens{1000}; // of no checkpoint
    other.max_context = tokens{1000};
    CHECK(line_of(other).substr(0, 61) ==
          "a command line of vLLM cannot say the deployment's model; set");
}

TEST_CASE("what a command line cannot say is refused by name") {
    auto const refused = [](auto const& d) {
        auto const line = reckon::write_command_line(d);
        REQUIRE_FALSE(line.has_value());
        CHECK(line.error().code == errc::unsupported);
        std::string const says(line.error().message.view());
        return says.substr(0, says.find(';'));
    };
    auto d = r1();
    d.weights = reckon::int4_g128;
    CHECK(refused(d) == "a command line of vLLM cannot say the deployment's weights");
    d = r1();
    d.layout.expert = 4;
    CHECK(refused(d) == "a command line of vLLM cannot say the deployment's layout.expert");
    d = r1();
    d.kv_cache = reckon::gguf::q8_0;
    CHECK(refused(d) == "a command line of vLLM cannot say the deployment's kv_cache");
    d = r1();
    d.max_context = tokens{1000.5};
    CHECK(refused(d) == "a command line of vLLM cannot say the deployment's max_context");
    d = r1();
    d.engine.runtime = reckon::gibibytes(9);
    CHECK(refused(d) == "a command line of vLLM cannot say the deployment's engine");
    d = r1();
    d.model.hidden = 7168 * 2;
    CHECK(refused(d) == "a command line of vLLM cannot say the deployment's model");
    d = r1();
    d.engine = reckon::engines::on_paper;
    CHECK(refused(d).find("'on paper' is no engine with a command line") == 0);
    d = r1();
    d.engine = reckon::engines::tensorrt_llm; // has no --served-model-name here
    CHECK(refused(d) == "a command line of TensorRT-LLM cannot say the deployment's name");
    d = r1();
    d.model.name = "r17";
    CHECK_FALSE(reckon::write_command_line(d).has_value());
    // A model of one's own has a path.
    CHECK(line_of(d, {.model = "/models/r17"}) ==
          "vllm serve /models/r17 --served-model-name r1-prod --tensor-parallel-size 8 "
          "--max-model-len 32768");
}

TEST_CASE("a container has the program, its arguments and its devices") {
    auto const yaml = reckon::io::write_container(
        r1(), {.image = "vllm/vllm-openai:v0.21.0", .model = "deepseek-ai/DeepSeek-R1"});
    REQUIRE(yaml.has_value());
    CHECK(*yaml == R"(- name: r1-prod
  image: "vllm/vllm-openai:v0.21.0"
  command: ["vllm", "serve"]
  args:
    - "deepseek-ai/DeepSeek-R1"
    - "--served-model-name"
    - "r1-prod"
    - "--tensor-parallel-size"
    - "8"
    - "--max-model-len"
    - "32768"
  resources:
    limits:
      nvidia.com/gpu: 8
)");
    auto amd = r1();
    amd.gpu = reckon::gpus::mi300x;
    CHECK(reckon::io::write_container(amd)->find("amd.com/gpu: 8") != std::string::npos);
    auto wide = r1();
    wide.layout.pipeline = 2;
    auto const refused = reckon::io::write_container(wide);
    REQUIRE_FALSE(refused.has_value());
    CHECK(std::string(refused.error().message.view()).find("16 devices are more than the 8") == 0);
    auto odd = r1();
    odd.name = "$(HOME) \"x\\";
    auto const text = reckon::io::write_container(odd);
    REQUIRE(text.has_value());
    CHECK(text->find("$$(HOME)") != std::string::npos);
    CHECK(reckon::io::read_container(*text)->name == odd.name);
}

TEST_CASE("containers as people write them") {
    auto const read = [](std::string_view yaml) { return reckon::io::read_container(yaml); };
    auto const flow = read(R"(
apiVersion: v1
kind: Pod
metadata: {name: x}
spec:
  containers:
  - name: vllm          # the server
    image: vllm/vllm-openai:latest
    args: ["--model", "Qwen/Qwen3-8B",   # over two lines
           '--max-model-len', 8192, --dtype=half]
    ports:
    - containerPort: 8000
      name: http
    env:
    - name: VLLM_USE_V1
      value: "1"
    resources:
      requests:
        nvidia.com/gpu: "1"
      limits:
        nvidia.com/gpu: "1"
---
)");
    if (!flow) { FAIL(std::string(flow.error().message.view())); }
    CHECK(in_tokens(flow->max_context) == 8192);
    CHECK(flow->weights == reckon::recipe(reckon::fp16));
    auto const block = read(R"(
      - name: sglang
        command:
        - python3
        - -m
        - sglang.launch_server
        args:
          - --model-path
          - Qwen/Qwen3-8B
          - --served-model-name
          - "a: b # c"
          # a comment
          - '--tp=2'
        resources: {limits: {memory: 1Gi}}
)");
    if (!block) { FAIL(std::string(block.error().message.view())); }
    CHECK(block->layout.tensor == 2);
    CHECK(block->name.view() == "a: b # c");
    for (char const* script : {R"(
    command: ["/bin/sh", "-c"]
    args:
    - |
      exec vllm serve Qwen/Qwen3-8B \
        --max-model-len 4096
    )",
                               R"(
    command: [bash, -c]
    args:
    - >-
      vllm serve Qwen/Qwen3-8B
      --max-model-len 4096
)",
                               R"(
    command: [sh, -c, "vllm serve Qwen/Qwen3-8B --max-model-len 4096"]
)"}) {
        CAPTURE(script);
        auto const l = read(script);
        if (!l) { FAIL(std::string(l.error().message.view())); }
        CHECK(in_tokens(l->max_context) == 4096);
    }
    struct {
        char const* yaml;
        errc code;
        char const* says;
    } const refusals[] = {
        {"kind: Pod", errc::missing_field, "no container with command or args"},
        {"args: [a]\nargs: [b]", errc::contradiction, "second container"},
        {"image: x/y:1\nargs: [--model, a]", errc::missing_field, "does not say which engine"},
        {"image: vllm\nargs: [--model, $(MODEL)]", errc::unsupported, "has a variable"},
        {"image: vllm\nargs: [--model, {{ .Values.model }}]", errc::wrong_type, "nests lists"},
        {"image: vllm\nargs:\n- '{{ .Values.model }}'", errc::unsupported, "is a template"},
        {"image: vllm\nargs: *shared", errc::wrong_type, "something else than a list"},
        {"image: vllm\nargs:\n- *model", errc::unsupported, "an anchor, alias or tag"},
        {"image: vllm\nargs: [\"a", errc::malformed, "not closed"},
        {"image: vllm\nargs:\n- \"a", errc::malformed, "a quote that is not closed"},
        {"image: vllm\nargs:\n- Qwen/Qwen3-8B\nnvidia.com/gpu: 2", errc::contradiction,
         "asks for 2 devices, and what it launches takes 1"},
        {"nvidia.com/gpu: 2\nnvidia.com/gpu: 4\nargs: []", errc::contradiction, "another number"},
        {"nvidia.com/gpu: two", errc::out_of_range, "a number that is none"},
        {"env:\n- name: LLAMA_ARG_CTX_SIZE\n  value: 1\ncommand: [llama-server]", errc::unsupported,
         "give the flag instead"},
    };
    for (auto const& r : refusals) {
        CAPTURE(r.yaml);
        auto const l = read(r.yaml);
        REQUIRE_FALSE(l.has_value());
        std::string const says(l.error().message.view());
        CAPTURE(says);
        CHECK(l.error().code == r.code);
        CHECK(says.find(r.says) != std::string::npos);
    }
}

TEST_CASE("JSON has the accelerator and the load as well") {
    auto d = r1();
    d.concurrency = 16;
    d.request = {tokens{1000}, tokens{500}};
    auto const json = reckon::io::write_json(d);
    REQUIRE(json.has_value());
    CHECK(*json == R"({
  "name": "r1-prod",
  "model": "DeepSeek-R1",
  "accelerator": "h200-sxm",
  "layout": {
    "tensor": 8
  },
  "weights": "fp8-block128",
  "cache": {
    "keys_and_values": "bf16",
    "index": "bf16",
    "recurrent": "fp32",
    "convolution": "bf16"
  },
  "max_context": 32768,
  "concurrency": 16,
  "request": {
    "prompt": 1000,
    "output": 500
  },
  "engine": {
    "name": "vLLM",
    "version": "0.21"
  }
}
)");
    auto const short_form = reckon::io::read_deployment_json(
        R"({"model": "deepseek-ai/DeepSeek-R1", "accelerator": "H200 SXM", "max_context": 4096})");
    REQUIRE(short_form.has_value());
    CHECK(short_form->weights == short_form->model.published);
    CHECK(short_form->engine == reckon::engines::vllm);
    CHECK(short_form->concurrency == 1);
}

TEST_CASE("JSON that is refused") {
    struct {
        char const* json;
        errc code;
        char const* says;
    } const refusals[] = {
        {"", errc::malformed, "nothing in it"},
        {"[]", errc::wrong_type, "not an object"},
        {"{}", errc::missing_field, "\"model\" is missing"},
        {R"({"model": "r1x", "accelerator": "h200-sxm", "max_context": 1})", errc::unknown_name,
         "'r1x'"},
        {R"({"model": "deepseek-r1", "accelerator": "h201", "max_context": 1})", errc::unknown_name,
         "h201"},
        {R"({"model": "deepseek-r1", "accelerator": "h200-sxm", "max_context": "4k"})",
         errc::out_of_range, "\"max_context\" is \"4k\""},
        {R"({"model": "deepseek-r1", "accelerator": "h200-sxm", "max_context": 1, "layuot": {}})",
         errc::unknown_name, "\"layuot\" is no field"},
        {R"({"model": "deepseek-r1", "accelerator": "h200-sxm", "max_context": 1, "layout": {"tensor": 0}})",
         errc::out_of_range, "layout.tensor"},
        {R"({"model": "deepseek-r1", "accelerator": "h200-sxm", "max_context": 1, "weights": "q9"})",
         errc::unknown_name, "q9"},
        {R"({"model": "deepseek-r1", "accelerator": "h200-sxm", "max_context": 1, "cache": {"index": "x"}})",
         errc::unknown_name, "cache.index"},
        {R"({"model": "deepseek-r1", "accelerator": "h200-sxm", "max_context": 1, "engine": {"name": "x", "version": "1.0"}})",
         errc::unknown_name, "the engine 'x'"},
        {R"({"model": "deepseek-r1", "accelerator": "h200-sxm", "max_context": 1, "engine": {"name": "vLLM", "version": "new"}})",
         errc::missing_field, "engine.version"},
        {R"({"model": "deepseek-r1", "accelerator": "h200-sxm", "max_context": 1, "engine": {"memory_utilization": 2}})",
         errc::out_of_range, "engine.memory_utilization"},
        {R"({"model": "deepseek-r1", "accelerator": "h200-sxm", "max_context": 1, "engine": {"graphs": 1}})",
         errc::wrong_type, "engine.graphs"},
    };
    for (auto const& r : refusals) {
        CAPTURE(r.json);
        auto const d = reckon::io::read_deployment_json(r.json);
        REQUIRE_FALSE(d.has_value());
        std::string const says(d.error().message.view());
        CAPTURE(says);
        CHECK(d.error().code == r.code);
        CHECK(says.find(r.says) != std::string::npos);
    }
    auto odd = r1();
    odd.engine.runtime = reckon::gibibytes(9);
    CHECK_FALSE(reckon::io::write_json(odd).has_value());
    odd = r1();
    odd.gpu.memory = reckon::bytes{1e9};
    CHECK_FALSE(reckon::io::write_json(odd).has_value());
    odd = r1();
    odd.model.hidden = 1;
    CHECK_FALSE(reckon::io::write_json(odd).has_value());
}
