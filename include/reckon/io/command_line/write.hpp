// SPDX-License-Identifier: MIT
// A deployment as the command line that launches it: read back, it is the same deployment.
//
// Written is what differs from the engine's defaults, in a fixed order. What an engine cannot be told is
// refused by name: every line is read back before it is handed out, and compared member by member. The
// accelerator and the load are no part of a command line, but llama-server's slots are.
#pragma once
#include <reckon/io/command_line/write_flags.hpp>

namespace reckon::inline v0 {

/// How a command line is to be written.
struct command_line_options {
    /// The model's name or path in the command line; empty: the repository it is published under, or the
    /// catalogue's name where that is not known.
    std::string_view model{};
};

namespace io::command {

/// The engine that a deployment's engine is, by name.
[[nodiscard]] constexpr result<engine_kind> engine_kind_of(engine const& e) noexcept {
    for (engine_kind const kind : {engine_kind::vllm, engine_kind::sglang,
                                   engine_kind::tensorrt_llm, engine_kind::llama_cpp}) {
        if (e.name.view() == name(kind)) { return kind; }
    }
    sentence why{};
    reckon::detail::append_typed(why, e.name.view());
    return error{errc::unsupported,
                 why.append(" is no engine with a command line; they are vLLM, SGLang, "
                            "TensorRT-LLM and llama.cpp.")};
}

} // namespace io::command

/// The words of the command line that launches `d`, the program first.
template <model M, gpu G>
[[nodiscard]] constexpr result<argument_list>
write_arguments(serving::deployment<M, G> const& d,
                command_line_options const& options = {}) noexcept {
    using namespace io::command;
    auto const kind = engine_kind_of(d.engine);
    if (!kind) { return kind.error(); }
    any_model const model = d.model;
    // llama.cpp loads files that others have converted: their repositories are not the model's own.
    bool const files = *kind == engine_kind::llama_cpp;
    std::string_view const called = !options.model.empty() ? options.model
                                    : files ? io::command::detail::name_of_stored(model)
                                            : io::command::detail::repository_of(model);
    bool const path = io::command::detail::is_path(called);
    any_model stored = model; // the model that the name stands for
    if (!path) {
        auto const found =
            find_model(files ? io::command::detail::split_repository(called).model : called);
        if (!found) { return found.error(); }
        stored = *found;
    }
    bool const text_only = !(stored.sides == model.sides) && *kind != engine_kind::llama_cpp;
    io::command::detail::flag_writer out{};
    switch (*kind) {
    case engine_kind::vllm:
        out.flag("vllm", "serve");
        out.words.add(called);
        io::command::detail::write_vllm(out, d, stored, text_only);
        break;
    case engine_kind::sglang:
        out.flag("python", "-m");
        out.flag("sglang.launch_server", "--model-path");
        out.words.add(called);
        io::command::detail::write_sglang(out, d, stored, text_only);
        break;
    case engine_kind::tensorrt_llm:
        out.flag("trtllm-serve", called);
        io::command::detail::write_tensorrt_llm(out, d, stored);
        break;
    case engine_kind::llama_cpp: {
        out.flag("llama-server");
        command_text repository{called};
        for (std::string_view const type : io::command::detail::gguf_types) {
            auto const mixture = gguf_recipe_for(stored, type);
            if (mixture && *mixture == d.weights) {
                repository.append(":").append(type);
                break;
            }
        }
        out.flag(path ? "-m" : "-hf", path ? called : repository.view());
        io::command::detail::write_llama_cpp(out, d);
        break;
    }
    }
    if (out.words.overflowed()) { return shell_line(out.words).error(); }
    std::string_view split[64]{};
    for (std::size_t i = 0; i < out.words.size(); ++i) {
        split[i] = out.words[i];
    }
    words from(std::span<std::string_view const>(split, out.words.size()));
    auto const back = read(from, &*kind, path ? &model : nullptr);
    if (!back) { return back.error(); }
    std::string_view const member = first_difference(*back, d);
    if (!member.empty()) { return io::command::detail::cannot_say(*kind, member); }
    bool const slots = *kind == engine_kind::llama_cpp;
    if (slots && back->concurrency != d.concurrency) {
        return io::command::detail::cannot_say(*kind, "concurrency");
    }
    return out.words;
}

/// The command line that launches `d`, as one line of shell.
template <model M, gpu G>
[[nodiscard]] constexpr result<command_text>
write_command_line(serving::deployment<M, G> const& d,
                   command_line_options const& options = {}) noexcept {
    auto const words = write_arguments(d, options);
    if (!words) { return words.error(); }
    return shell_line(*words);
}

} // namespace reckon::inline v0
