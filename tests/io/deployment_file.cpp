// SPDX-License-Identifier: MIT
// Files of deployments: where each begins, what it is called, what it starts on.
#include "support/printing.hpp"

#include <reckon/io/deployment_file.hpp>

#include <doctest/doctest.h>

#include <string>

namespace {

using reckon::io::deployment_form;
using reckon::io::read_deployments;

std::string_view message(reckon::io::written_deployment const& w) {
    return w.read ? std::string_view("accepted") : w.read.error().message.view();
}

} // namespace

TEST_CASE("command lines begin where they begin, whatever continues them") {
    auto const found =
        read_deployments("# A remark.\n"
                         "\n"
                         "# reckon: accelerator=h200-sxm\n"
                         "vllm serve deepseek-ai/DeepSeek-R1 \\\n"
                         "  --tensor-parallel-size 8 \\\r\n"
                         "  --served-model-name r1\n"
                         "# reckon: accelerator=RTX 4090, concurrency = 3 ,name= q \n"
                         "vllm serve Qwen/Qwen3-8B\n"
                         "vllm serve Qwen/Qwen3-4B",
                         "folder/some.lines.txt");
    REQUIRE(found.size() == 3);
    CHECK(found[0].line == 4);
    CHECK(found[0].name == "r1");
    CHECK(found[0].read->layout.tensor == 8);
    CHECK(found[0].read->gpu.id.view() == "h200-sxm");
    CHECK(found[0].read->concurrency == 1);
    CHECK(found[1].line == 8);
    CHECK(found[1].name == "q");
    CHECK(found[1].read->gpu.id.view() == "rtx-4090");
    CHECK(found[1].read->concurrency == 3);
    // A name is for one deployment; what it starts on and its load stay.
    CHECK(found[2].line == 9);
    CHECK(found[2].name == "some.lines");
    CHECK(found[2].read->gpu.id.view() == "rtx-4090");
    CHECK(found[2].read->concurrency == 3);
    for (auto const& w : found) {
        CHECK(w.form == deployment_form::command_line);
    }
}

TEST_CASE("a line that ends in a backslash at the file's end is still a line") {
    auto const found = read_deployments("vllm serve Qwen/Qwen3-8B \\", "a.txt", "l40s");
    REQUIRE(found.size() == 1);
    CHECK(found[0].read.has_value());
    CHECK(found[0].line == 1);
}

TEST_CASE("nothing in a file is nothing, and blank lines are not deployments") {
    CHECK(read_deployments("", "a.txt").empty());
    CHECK(read_deployments("\n\n  # vllm serve x\n", "a.txt").empty());
    CHECK(read_deployments("", "a.yaml").empty());
}

TEST_CASE("what a comment to us does not say right is refused, other comments are not read") {
    auto const only = [](char const* comment) {
        auto const found = read_deployments(std::string(comment) + "\nvllm serve Qwen/Qwen3-8B\n",
                                            "a.txt", "l40s");
        return found.size() == 1 ? std::string("passed over") : std::string(message(found[0]));
    };
    CHECK(only("# acelerator=h200") == "passed over");
    CHECK(only("# reckon is a library") == "passed over");
    CHECK(only("#reckon:accelerator=h200-sxm") == "passed over");
    CHECK(only("# reckon: acelerator=h200").starts_with("'acelerator' after \"# reckon:\" is not"));
    CHECK(only("# reckon: accelerator=").starts_with("'accelerator' after"));
    CHECK(only("# reckon: concurrency=0").starts_with("'concurrency' after \"# reckon:\" must be"));
    CHECK(only("# reckon: concurrency=many").starts_with("'concurrency' after"));
    CHECK(only("# reckon: concurrency=99999999999999999999").starts_with("'concurrency' after"));
}

TEST_CASE("a launch without accelerator, with an unknown one, or with a misspelt flag is refused") {
    auto const one = [](char const* line, char const* accelerator) {
        auto const found = read_deployments(line, "deploy/r1.cmd", accelerator);
        REQUIRE(found.size() == 1);
        CHECK(found[0].line == 1);
        CHECK(found[0].name == "r1");
        return std::string(message(found[0]));
    };
    CHECK(one("vllm serve Qwen/Qwen3-8B", "")
              .starts_with("no accelerator is said that it starts on; write a comment"));
    CHECK(one("vllm serve Qwen/Qwen3-8B", "h2000").starts_with("no accelerator is called 'h2000'"));
    CHECK(one("vllm serve Qwen/Qwen3-8B --tp-sise 2", "l40s").find("--tp-sise") !=
          std::string::npos);
    CHECK(one("vllm serve Qwen/Qwen3-8B", "l40s") == "accepted");
}

TEST_CASE("documents of a manifest are read one by one, on the lines where they stand") {
    std::string const text = "kind: Service\n"
                             "metadata:\n"
                             "  name: front\n"
                             "---\n"
                             "metadata:\n"
                             "  name: \"first\"\n"
                             "spec:\n"
                             "  nodeSelector:\n"
                             "    nvidia.com/gpu.product: NVIDIA-H100-80GB-HBM3 # the label\n"
                             "  containers:\n"
                             "    - image: vllm/vllm-openai\n"
                             "      args: [\"--model\", \"openai/gpt-oss-120b\"]\n"
                             "---\n"
                             "# reckon: accelerator=h200-sxm, name=renamed\n"
                             "metadata:\n"
                             "  name: second\n"
                             "spec:\n"
                             "  containers:\n"
                             "    - command: [\"vllm\", \"serve\"]\n"
                             "      args:\n"
                             "        - Qwen/Qwen3-8B\n"
                             "---\n"
                             "spec:\n"
                             "  containers:\n"
                             "    - args: {{ .Values.args }}\n";
    auto const found = read_deployments(text, "pods.yaml");
    REQUIRE(found.size() == 3);
    CHECK(found[0].name == "first");
    CHECK(found[0].line == 12);
    CHECK(found[0].read->gpu.id.view() == "h100-sxm-80gb");
    CHECK(found[0].form == deployment_form::manifest);
    CHECK(found[1].name == "renamed");
    CHECK(found[1].line == 19);
    CHECK(found[1].read->gpu.id.view() == "h200-sxm");
    CHECK(found[2].name == "pods");
    CHECK(found[2].line == 25);
    CHECK(message(found[2]).starts_with("line 25 of the manifest"));
}

TEST_CASE("a container without arguments of its own is not taken for an engine") {
    auto const found = read_deployments("spec:\n  containers:\n    - image: nginx\n", "a.yml");
    REQUIRE(found.size() == 1);
    CHECK(message(found[0]).starts_with("the manifest has no container with command or args"));
}

TEST_CASE("a JSON file is one deployment, at its brace") {
    auto const found = read_deployments("\n\n{\"model\": \"deepseek-r1\", \"accelerator\": "
                                        "\"h200-sxm\", \"max_context\": 4096}",
                                        "x/r1-batch.json");
    REQUIRE(found.size() == 1);
    CHECK(found[0].line == 3);
    CHECK(found[0].name == "r1-batch");
    CHECK(found[0].form == deployment_form::json);
    REQUIRE(found[0].read);
    CHECK(found[0].read->max_context == reckon::tokens{4096});
    auto const odd = read_deployments("{\"name\": \"a\\nb\", \"model\": \"deepseek-r1\", "
                                      "\"accelerator\": \"h200-sxm\", \"max_context\": 4096}",
                                      "x.json");
    REQUIRE(odd.size() == 1);
    CHECK(odd[0].name == "a?b"); // a verdict is one line
    auto const cut = read_deployments("{\"model\": ", "cut.json");
    REQUIRE(cut.size() == 1);
    CHECK(message(cut[0]).starts_with("cut: the JSON ends too early"));
    REQUIRE(read_deployments("", "empty.json").size() == 1);
    CHECK(!read_deployments("", "empty.json")[0].read);
}

TEST_CASE("an object is the deployment that its text is") {
    std::string const text = "{\"model\": \"deepseek-r1\", \"accelerator\": \"h200-sxm\", "
                             "\"max_context\": 4096, \"layout\": {\"tensor\": 8}}";
    auto const by_text = reckon::io::read_deployment_json(text);
    auto const by_object = reckon::io::read_deployment(*reckon::io::parse_json(text, "x"));
    REQUIRE(by_text);
    REQUIRE(by_object);
    CHECK(*reckon::io::write_json(*by_text) == *reckon::io::write_json(*by_object));
    CHECK(by_object->layout.tensor == 8);
    CHECK(reckon::io::read_deployment(nlohmann::json::object()).error().message.view() ==
          "the deployment: \"model\" is missing; a deployment needs it.");
}

TEST_CASE("a TOML file has a section for each deployment, in flags or in fields") {
    auto const found =
        read_deployments("# a fleet\n"
                         "accelerator = \"h200-sxm\"\n"
                         "concurrency = 3\n"
                         "\n"
                         "[r1-flags]\n"
                         "command = \"\"\"vllm serve deepseek-ai/DeepSeek-R1 \\\n"
                         "  --tensor-parallel-size 8 --served-model-name other\"\"\"\n"
                         "[a-small]\n"
                         "model = \"qwen3-8b\"\n"
                         "accelerator = \"RTX 4090\"\n"
                         "max_context = 16384\n"
                         "concurrency = 5\n"
                         "name = \"tiny\"\n"
                         "[a-small.engine]\n"
                         "memory_utilization = 0.8\n",
                         "fleet.toml");
    REQUIRE(found.size() == 2);
    CHECK(found[0].line == 5);
    CHECK(found[0].name == "r1-flags");
    CHECK(found[0].form == deployment_form::command_line);
    REQUIRE(found[0].read);
    CHECK(found[0].read->layout.tensor == 8);
    CHECK(found[0].read->gpu.id.view() == "h200-sxm");
    CHECK(found[0].read->concurrency == 3);
    CHECK(found[1].line == 8);
    CHECK(found[1].name == "tiny");
    CHECK(found[1].form == deployment_form::toml);
    CHECK(in_fields(found[1].form));
    REQUIRE(found[1].read);
    CHECK(found[1].read->gpu.id.view() == "rtx-4090");
    CHECK(found[1].read->concurrency == 5);
    CHECK(found[1].read->engine.memory_utilization == 0.8);
}

TEST_CASE("a TOML file without sections for deployments is one, called like the file") {
    auto const fields = read_deployments(
        "\nmodel = \"qwen3-8b\"\nmax_context = 4096\n[layout]\ntensor = 2\n", "x/q.toml", "l40s");
    REQUIRE(fields.size() == 1);
    CHECK(fields[0].line == 2);
    CHECK(fields[0].name == "q");
    REQUIRE(fields[0].read);
    CHECK(fields[0].read->layout.tensor == 2);
    CHECK(fields[0].read->gpu.id.view() == "l40s");
    auto const flags = read_deployments("command = \"vllm serve Qwen/Qwen3-8B\"", "q.toml", "l40s");
    REQUIRE(flags.size() == 1);
    CHECK(flags[0].read.has_value());
    CHECK(flags[0].form == deployment_form::command_line);
    CHECK(read_deployments("# nothing\n", "q.toml").empty());
}

TEST_CASE("what a TOML file does not say right is refused where it stands") {
    auto const only = [](char const* text) {
        auto const found = read_deployments(text, "q.toml");
        REQUIRE(found.size() == 1);
        return std::to_string(found[0].line) + " " + found[0].name + ": " +
               std::string(message(found[0]));
    };
    CHECK(only("\n[a]\ncommand = \"vllm serve Qwen/Qwen3-8B\"\n") ==
          "2 a: a: \"accelerator\" is missing; a command does not say what it starts on.");
    CHECK(only("[a]\naccelerator = \"l40s\"\nmax_context = 1\n") ==
          "1 a: a: \"model\" is missing; a deployment needs it.");
    CHECK(
        only("[a]\naccelerator = \"l40s\"\ncommand = \"vllm serve Qwen/Qwen3-8B\"\nmax_context = "
             "1\n") ==
        "1 a: a: \"max_context\" stands beside a command, which says it in a flag; leave it out.");
    CHECK(only("[a]\naccelerator = \"l40s\"\ncommand = \"vllm serve Qwen/Qwen3-8B --tp 2\"\n")
              .find("--tp") != std::string::npos);
    CHECK(only("[a]\naccelerator = \"l40s\"\ncommand = 7\n").find("\"command\" is 7") !=
          std::string::npos);
    CHECK(only("\nacelerator = \"l40s\"\n")
              .starts_with("2 q: 'acelerator' is not understood here; write a [section]"));
    CHECK(only("[a = 1]\n") ==
          "1 q: q: not valid TOML at line 1, column 4: there is no ']' behind the "
          "name of a section.");
    CHECK(only("[[deployments]]\n").find("give each section a name of its own") !=
          std::string::npos);
}

TEST_CASE("a file's stem is its name without folder and ending") {
    using reckon::io::file_stem;
    CHECK(file_stem("a/b/r1.prod.txt") == "r1.prod");
    CHECK(file_stem("r1") == "r1");
    CHECK(file_stem("a.b/r1") == "r1");
    CHECK(file_stem(".hidden") == ".hidden");
    CHECK(file_stem("") == "");
    CHECK(file_stem("a\\b.json") == "b");
}
