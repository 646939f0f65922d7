// SPDX-License-Identifier: MIT
// Objects of Kubernetes' API as JSON: which containers their pods have, and where they may run.
#include "support/printing.hpp"

#include <reckon/io/kubernetes_object.hpp>

#include <doctest/doctest.h>

#include <string>

namespace {

using reckon::io::pod_text;
using reckon::io::read_pods;

reckon::result<pod_text> read(std::string const& text) {
    auto const object = reckon::io::parse_json(text, "test");
    REQUIRE(object);
    return read_pods(*object);
}
std::string said(reckon::result<pod_text> const& found) {
    return found ? "accepted" : std::string(found.error().message.view());
}
/// A pod with this beside its one container.
std::string pod(std::string const& spec, std::string const& container = "",
                std::string const& metadata = "") {
    return R"({"kind": "Pod", "metadata": {"name": "p")" + metadata +
           R"(}, "spec": {"containers": [{"name": "c", "image": "vllm/vllm-openai",
               "args": ["--model", "Qwen/Qwen3-8B"])" +
           container + "}]" + spec + "}}";
}

} // namespace

TEST_CASE("a pod's containers, with command, arguments, variables and devices") {
    auto const found = read(R"({"kind": "Pod", "metadata": {"generateName": "r1-"}, "spec": {
        "initContainers": [{"name": "fetch", "args": ["x"]}],
        "containers": [
          {"name": "server", "image": "vllm/vllm-openai", "command": ["vllm", "serve"],
           "args": ["deepseek-ai/DeepSeek-R1", "--served-model-name", "a$$b"],
           "env": [{"name": "A", "value": "1"}, {"name": "KEY", "valueFrom": {"secretKeyRef": {}}}],
           "resources": {"requests": {"cpu": "8", "nvidia.com/gpu": "8"}, "limits": {"nvidia.com/gpu": 8}}},
          {"name": "sidecar", "image": "nginx"}]}})");
    REQUIRE(found);
    CHECK(found->name == "r1-");
    CHECK(found->accelerators.empty());
    CHECK(found->concurrency == 0);
    REQUIRE(found->containers.size() == 2);
    auto const& server = found->containers[0];
    CHECK(server.name == "server");
    CHECK(server.text.command.size() == 2);
    CHECK(server.text.arguments.back() == "a$b");
    CHECK(server.text.variables == std::vector<std::string>{"A=1"});
    CHECK(server.text.devices == 8);
    CHECK(launches_engine(server.text));
    CHECK(found->containers[1].text.devices == 0);
    CHECK(!launches_engine(found->containers[1].text));
}

TEST_CASE("what makes pods has them in a template") {
    for (auto const& [before, after] :
         {std::pair{R"({"spec": {"template": )", "}}"},
          std::pair{R"({"spec": {"jobTemplate": {"spec": {"template": )", "}}}}"}}) {
        auto const found =
            read(before + pod("", "", R"(, "annotations": {"reckon/concurrency": "64"})") + after);
        REQUIRE(found);
        CHECK(found->containers.size() == 1);
        CHECK(found->concurrency == 64);
    }
    // What makes none has none.
    CHECK(read(R"({"kind": "Service", "spec": {"ports": [{"port": 80}]}})")->containers.empty());
    CHECK(read("{}")->containers.empty());
}

TEST_CASE("where a pod may run is said by a selector, an affinity or an annotation") {
    using names = std::vector<std::string>;
    CHECK(read(pod(R"(, "nodeSelector": {"nvidia.com/gpu.product": "NVIDIA-L40S", "zone": "a"})"))
              ->accelerators == names{"NVIDIA-L40S"});
    std::string const affinity =
        R"(, "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution":
           {"nodeSelectorTerms": [{"matchExpressions": [
              {"key": "zone", "operator": "In", "values": ["a"]},
              {"key": "nvidia.com/gpu.product", "operator": "In", "values": ["NVIDIA-L40S", "NVIDIA-A10"]}]}]}}})";
    CHECK(read(pod(affinity))->accelerators == names{"NVIDIA-L40S", "NVIDIA-A10"});
    auto const noted = read(pod(affinity, "", R"(, "annotations": {"reckon/accelerator": "h200-sxm",
        "reckon/model": "qwen3-8b", "other": "x"})"));
    CHECK(noted->accelerators == names{"h200-sxm"});
    CHECK(noted->model == "qwen3-8b");
}

TEST_CASE("what is not as the API has it is refused by its path") {
    CHECK(said(read(R"({"spec": 3})")) ==
          "the object: \"spec\" is 3; it must be an object in braces.");
    CHECK(said(read(R"({"spec": {"containers": {}}})")) ==
          "the object: \"spec.containers\" is an object; it must be a list of objects.");
    CHECK(said(read(R"({"spec": {"containers": [1]}})")) ==
          "the object: \"spec.containers\" is a list of 1; it must be a list of objects.");
    CHECK(said(read(R"({"spec": {"containers": [{"args": [1]}]}})"))
              .starts_with("the object: \"spec.containers[0].args\" is a list of 1; it must be a "
                           "list of texts"));
    CHECK(said(read(R"j({"spec": {"containers": [{"args": ["$(A)"]}]}})j"))
              .find("has a variable, whose value is not read") != std::string::npos);
    CHECK(said(read(pod("", R"(, "resources": {"limits": {"nvidia.com/gpu": "many"}})"))) ==
          "the object: \"spec.containers[0].resources.limits.nvidia.com/gpu\" is \"many\"; it must "
          "be a number of devices, such as 8.");
    CHECK(
        said(read(pod("", "", R"(, "annotations": {"reckon/concurrency": "0"})"))) ==
        "the object: \"metadata.annotations.reckon/concurrency\" is \"0\"; it must be a number of "
        "requests, such as \"64\".");
    CHECK(said(read(pod(R"(, "affinity": [])"))).find("\"spec.affinity\"") != std::string::npos);
}

TEST_CASE("a container of an object launches what one of a manifest does") {
    auto const found = read(pod("", R"(, "resources": {"limits": {"nvidia.com/gpu": 1}})"));
    REQUIRE(found);
    auto const launched = reckon::io::read_container(found->containers[0].text);
    REQUIRE(launched);
    auto const same = reckon::io::read_container("containers:\n- image: vllm/vllm-openai\n"
                                                 "  args: [\"--model\", \"Qwen/Qwen3-8B\"]\n");
    REQUIRE(same);
    CHECK(*launched == *same);
}
