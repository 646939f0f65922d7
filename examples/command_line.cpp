// SPDX-License-Identifier: MIT
// What an engine's command line means as a deployment, whether it fits, and the same in every form.
//
//   command_line                                   the example below
//   command_line GPU "vllm serve NAME --flags"     a line of one's own
#include <reckon/catalog/find_gpu.hpp>
#include <reckon/catalog/gpus.hpp>
#include <reckon/io/command_line/proof.hpp>
#include <reckon/io/command_line/write.hpp>
#include <reckon/io/deployment_json.hpp>
#include <reckon/io/kubernetes.hpp>

#include <cstdio>
#include <string>
#include <string_view>

// A line that would run out of memory, or has a misspelt flag, does not build.
static_assert(reckon::proven_to_start<"vllm serve deepseek-ai/DeepSeek-R1 --tensor-parallel-size 8 "
                                      "--max-model-len 32768 --gpu-memory-utilization 0.92",
                                      reckon::gpus::h200_sxm>);

namespace {

void print(std::string_view text) {
    std::printf("%.*s\n", static_cast<int>(text.size()), text.data());
}

void print(char const* title, auto const& written) {
    std::printf("\n%s:\n", title);
    print(written ? std::string_view(*written) : std::string_view(written.error().message));
}

int show(std::string_view line, reckon::any_gpu const& gpu) {
    auto const launch = reckon::read_command_line(line);
    if (!launch) {
        std::printf("refused: ");
        print(launch.error().message);
        return 1;
    }
    auto const d = launch->on(gpu);
    reckon::layout const& l = d.layout;
    std::printf("model     %s, weights %s, cache %s\n", d.model.name.characters,
                d.weights.name.characters, d.kv_cache[reckon::state_kind::cache].name.characters);
    std::printf("layout    tensor %lld, pipeline %lld, data %lld, expert %lld, context %lld: %lld "
                "devices\n",
                static_cast<long long>(l.tensor), static_cast<long long>(l.pipeline),
                static_cast<long long>(l.data), static_cast<long long>(l.expert),
                static_cast<long long>(l.context), static_cast<long long>(launch->devices()));
    std::printf("load      %lld x %.0f tokens%s\n", static_cast<long long>(d.concurrency),
                in_tokens(d.max_context),
                launch->shrinks_context ? ", or less where they do not fit" : "");
    for (std::string_view const flag : launch->ignored.names) {
        std::printf("no effect %.*s\n", static_cast<int>(flag.size()), flag.data());
    }
    for (std::string_view const flag : launch->repeated.names) {
        std::printf("repeated  %.*s, the last one counts\n", static_cast<int>(flag.size()),
                    flag.data());
    }
    print(explain(d, memory_of(d)));
    print("as a command line", reckon::write_command_line(d));
    print("as a container", reckon::io::write_container(d));
    print("as JSON", reckon::io::write_json(d));
    return 0;
}

} // namespace

int main(int argc, char** argv) {
    if (argc == 1) {
        return show("VLLM_USE_DEEP_GEMM=1 vllm serve deepseek-ai/DeepSeek-R1 \\\n"
                    "  --tensor-parallel-size 8 --max-model-len 65536 --max_model_len 32k \\\n"
                    "  --gpu-memory-utilization=0.92 --trust-remote-code --port 8000 \\\n"
                    "  --speculative-config '{\"method\": \"mtp\", \"num_speculative_tokens\": 1}'",
                    reckon::gpus::h200_sxm);
    }
    if (argc != 3) {
        print("usage: command_line [GPU \"COMMAND LINE\"]");
        return 2;
    }
    auto const gpu = reckon::find_gpu(argv[1]);
    if (!gpu) {
        print(gpu.error().message);
        return 1;
    }
    return show(argv[2], *gpu);
}
