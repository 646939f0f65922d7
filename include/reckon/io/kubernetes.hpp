// SPDX-License-Identifier: MIT
// A deployment as a container of a Kubernetes pod: its arguments and the devices that it asks for.
//
//   - name: r1-prod
//     image: "vllm/vllm-openai:v0.21.0"
//     command: ["vllm", "serve"]
//     args:
//       - "deepseek-ai/DeepSeek-R1"
//       - "--tensor-parallel-size"
//       - "8"
//     resources:
//       limits:
//         nvidia.com/gpu: 8
//
// One pod has the devices of one machine: a deployment that spans more is refused, because it needs an
// operator (LeaderWorkerSet, Ray) that starts several pods.
// Source: Kubernetes docs, tasks/inject-data-application/define-command-argument-container and
//         tasks/manage-gpus/scheduling-gpus (device plugins' resource names).
#pragma once
#include <reckon/gpu/machine.hpp>
#include <reckon/io/command_line/write.hpp>

#include <string>
#include <string_view>

namespace reckon::inline v0::io {

/// How a container is to be written.
struct container_options {
    std::string_view name{};  ///< empty: the deployment's name, or "server"
    std::string_view image{}; ///< empty: left out
    std::string_view model{}; ///< name or path of the model; empty: the catalogue's name
};

namespace detail {

/// A word in double quotes, so that a container gets it as it is.
[[nodiscard]] inline std::string yaml_quoted(std::string_view text) {
    constexpr std::string_view hex = "0123456789abcdef";
    std::string out = "\"";
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (c == '$') {
            out += "$$"; // a single one begins a variable
        } else if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte == 0x7F || (c == '{' && out.back() == '{')) { // {{ is Helm's
            out += "\\x";
            out += hex[byte >> 4U];
            out += hex[byte & 15U];
        } else {
            out += c;
        }
    }
    return out + "\"";
}

/// The name under which a maker's device plugin counts accelerators; empty where there is none.
[[nodiscard]] constexpr std::string_view device_resource(vendor maker) noexcept {
    switch (maker) {
    case vendor::nvidia: return "nvidia.com/gpu";
    case vendor::amd: return "amd.com/gpu";
    case vendor::intel: return "gpu.intel.com/xe";
    case vendor::google: return "google.com/tpu";
    case vendor::aws: return "aws.amazon.com/neuron";
    case vendor::huawei: return "huawei.com/Ascend910";
    default: return {};
    }
}

/// A name as Kubernetes takes it: letters, digits and '-', 63 at most.
[[nodiscard]] inline std::string container_name(std::string_view wanted) {
    std::string out;
    for (char c : wanted.substr(0, 63)) {
        if (c >= 'A' && c <= 'Z') { c = static_cast<char>(c - 'A' + 'a'); }
        bool const kept = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        out += kept ? c : '-';
    }
    while (!out.empty() && out.front() == '-') {
        out.erase(0, 1);
    }
    while (!out.empty() && out.back() == '-') {
        out.pop_back();
    }
    return out.empty() ? "server" : out;
}

} // namespace detail

/// The container that launches `d`, as an item of a pod's list of containers.
template <model M, gpu G>
[[nodiscard]] result<std::string> write_container(serving::deployment<M, G> const& d,
                                                  container_options const& options = {}) {
    auto const words = write_arguments(d, {.model = options.model});
    if (!words) { return words.error(); }
    std::string_view const resource = detail::device_resource(d.gpu.architecture.maker);
    sentence why{};
    if (resource.empty()) {
        why.append("no device plugin is known that counts ").append(std::string_view(d.gpu.name));
        return error{errc::unsupported, why.append(" in a pod.")};
    }
    count const devices = d.layout.devices();
    if (devices > machine_size(d.gpu)) {
        why.append(devices).append(" devices are more than the ").append(machine_size(d.gpu));
        return error{
            errc::unsupported,
            why.append(" that a pod gets on one machine; several pods need an operator, such as "
                       "LeaderWorkerSet, whose parts are not written here.")};
    }
    // The first words are the program: vllm serve, python -m module, trtllm-serve, llama-server.
    std::size_t const program = (*words)[0] == "python" ? 3 : (*words)[0] == "vllm" ? 2 : 1;
    std::string out = "- name: ";
    out += detail::container_name(options.name.empty() ? d.name.view() : options.name);
    out += '\n';
    if (!options.image.empty()) { out += "  image: " + detail::yaml_quoted(options.image) + "\n"; }
    out += "  command: [";
    for (std::size_t i = 0; i < program; ++i) {
        out += (i > 0 ? ", " : "") + detail::yaml_quoted((*words)[i]);
    }
    out += "]\n  args:\n";
    for (std::size_t i = program; i < words->size(); ++i) {
        out += "    - " + detail::yaml_quoted((*words)[i]) + "\n";
    }
    out += "  resources:\n    limits:\n      " + std::string(resource) + ": ";
    return out + std::to_string(devices) + "\n";
}

} // namespace reckon::inline v0::io
