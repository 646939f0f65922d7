// SPDX-License-Identifier: MIT
// A container of a Kubernetes manifest to a launch.
#pragma once
#include <reckon/io/command_line.hpp>
#include <reckon/io/kubernetes_manifest.hpp>

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reckon::inline v0::io {

namespace detail {

/// The engine that a public image runs where no command says so.
[[nodiscard]] inline result<engine_kind> engine_of_image(std::string_view image) {
    if (image.find("vllm") != std::string_view::npos) { return engine_kind::vllm; }
    if (image.find("sglang") != std::string_view::npos) { return engine_kind::sglang; }
    if (image.find("tensorrt-llm") != std::string_view::npos) { return engine_kind::tensorrt_llm; }
    if (image.find("llama.cpp") != std::string_view::npos) { return engine_kind::llama_cpp; }
    sentence why{};
    why.append("the image ");
    reckon::detail::append_typed(why, image);
    return error{errc::missing_field,
                 why.append(" does not say which engine it runs; write the command, such as "
                            "[\"vllm\", \"serve\"].")};
}

/// What a container runs, variables first, as words: its own, or those of the script behind `sh -c`.
struct container_words {
    std::vector<std::string_view> all{};
    std::string_view script{};

    explicit container_words(container_text const& text)
        : all(text.variables.begin(), text.variables.end()) {
        all.insert(all.end(), text.command.begin(), text.command.end());
        all.insert(all.end(), text.arguments.begin(), text.arguments.end());
        auto const mark = std::find(all.begin(), all.end(), "-c");
        bool const shell = !text.command.empty() && mark != all.end() && mark + 1 != all.end() &&
                           command::detail::is_one_of(command::detail::base_name(text.command[0]),
                                                      "sh|bash|ash|dash");
        if (shell) { script = *(mark + 1); }
    }
    [[nodiscard]] command::words words() const {
        return script.empty() ? command::words{std::span<std::string_view const>(all)}
                              : command::words(script);
    }
};

} // namespace detail

/// Whether it runs an engine whose command lines are read, by its command or, without one, by its image.
[[nodiscard]] inline bool launches_engine(container_text const& text) {
    if (text.command.empty()) { return detail::engine_of_image(text.image).has_value(); }
    detail::container_words const own(text);
    command::words from = own.words();
    auto const program = command::read_program(from);
    return program && program->known;
}

/// What the container launches. `model`: what a path stands for, or null to find it by name. The
/// devices that it asks for must be those that the launch takes.
[[nodiscard]] inline result<launch> read_container(container_text const& text,
                                                   any_model const* model = nullptr) {
    detail::container_words const own(text);
    if (!own.script.empty()) {
        for (std::string const& variable : text.variables) {
            if (auto const wrong = command::detail::check_variable(variable)) { return *wrong; }
        }
    }
    command::words from = own.words();
    result<launch> read = error{};
    if (text.command.empty()) {
        auto const engine = detail::engine_of_image(text.image);
        if (!engine) { return engine.error(); }
        read = command::read(from, &*engine, model);
    } else {
        read = command::read(from, nullptr, model);
    }
    if (read && text.devices != 0 && text.devices != read->devices()) {
        sentence why{};
        why.append("the container asks for ").append(text.devices).append(" devices, and what it ");
        why.append("launches takes ").append(read->devices());
        return error{errc::contradiction, why.append("; make them the same.")};
    }
    return read;
}

/// The same of the one container in a manifest.
[[nodiscard]] inline result<launch> read_container(std::string_view yaml,
                                                   any_model const* model = nullptr) {
    auto const text = read_container_text(yaml);
    if (!text) { return text.error(); }
    return read_container(*text, model);
}

} // namespace reckon::inline v0::io
