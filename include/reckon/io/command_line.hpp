// SPDX-License-Identifier: MIT
// Engine command lines, read by the compiler or at run time: what vLLM, SGLang, TensorRT-LLM and
// llama.cpp would launch, as a deployment without its accelerator.
//
//   static_assert(reckon::fits(reckon::vllm("vllm serve deepseek-ai/DeepSeek-R1 -tp 8 "
//                                           "--max-model-len 32768"), reckon::gpus::h200_sxm));
//
// docs/laws/command_lines.md has what each flag means. Nothing here allocates; include it by name, it is
// not part of reckon.hpp.
#pragma once
#include <reckon/catalog/find_model.hpp>
#include <reckon/io/command_line/llama_cpp.hpp>
#include <reckon/io/command_line/parse.hpp>
#include <reckon/io/command_line/program.hpp>
#include <reckon/io/command_line/sglang.hpp>
#include <reckon/io/command_line/tensorrt_llm.hpp>
#include <reckon/io/command_line/vllm.hpp>

#include <span>
#include <string_view>

namespace reckon::inline v0 {

namespace io::command {

/// The flags of an engine.
[[nodiscard]] constexpr flag_table const& table_of(engine_kind kind) noexcept {
    switch (kind) {
    case engine_kind::vllm: return vllm_flags::table;
    case engine_kind::sglang: return sglang_flags::table;
    case engine_kind::tensorrt_llm: return tensorrt_llm_flags::table;
    case engine_kind::llama_cpp: return llama_cpp_flags::table;
    }
    return vllm_flags::table;
}

namespace detail {

/// Whether a model is named by a file or folder, which only the caller can read.
[[nodiscard]] constexpr bool is_path(std::string_view model) noexcept {
    if (model.empty()) { return false; }
    bool const gguf = model.size() > 5 && model.substr(model.size() - 5) == ".gguf";
    bool const elsewhere = model.find("://") != std::string_view::npos;
    return model[0] == '/' || model[0] == '.' || model[0] == '~' || gguf || elsewhere ||
           std::count(model.begin(), model.end(), '/') > 1;
}

[[nodiscard]] constexpr error cannot_read(std::string_view path) noexcept {
    sentence why{};
    reckon::detail::append_typed(why, path);
    return {errc::missing_field,
            why.append(
                " is a path: read it first, with io::read_hugging_face or io::read_gguf, and hand "
                "in the model behind the command line.")};
}

/// "user/Model-GGUF:TYPE" as "user/Model" and "TYPE".
struct repository_name {
    std::string_view model{};
    std::string_view type{};
};
[[nodiscard]] constexpr repository_name split_repository(std::string_view name) noexcept {
    repository_name parts{name, {}};
    if (std::size_t const at = name.rfind(':'); at != std::string_view::npos) {
        parts = {name.substr(0, at), name.substr(at + 1)};
    }
    if (parts.model.size() > 5) {
        std::string_view const end = parts.model.substr(parts.model.size() - 5);
        if (end == "-GGUF" || end == "-gguf") { parts.model.remove_suffix(5); }
    }
    return parts;
}

/// The model of a repository of GGUF files. bartowski's are called ORGANISATION_MODEL, as "bartowski/google_gemma-3-4b-it".
[[nodiscard]] constexpr result<any_model> find_converted(std::string_view repository) noexcept {
    auto const whole = find_model(repository);
    constexpr std::string_view with_organisation = "bartowski/";
    std::size_t const behind = repository.find('_');
    if (whole || behind == std::string_view::npos ||
        repository.substr(0, with_organisation.size()) != with_organisation) {
        return whole;
    }
    auto const part = find_model(repository.substr(behind + 1));
    return part ? part : whole;
}

} // namespace detail

/// A line as it is written: its engine, what its flags set, and the model that it names.
struct parsed_line {
    engine_kind engine{};
    bool server{true};       ///< of llama.cpp: llama-server, not llama-cli
    std::string_view type{}; ///< of a GGUF repository
    settings flags{};
    any_model model{};
};

/// Reads the words. `model`: what a path in them stands for, or null to find it by name.
[[nodiscard]] constexpr result<parsed_line> parse_line(words& from, engine_kind const* wanted,
                                                       any_model const* model) noexcept {
    auto const start = read_program(from);
    if (!start) { return start.error(); }
    sentence why{};
    if (!start->known && wanted == nullptr) {
        return detail::wrong_program(from.next() ? from.word() : std::string_view{});
    }
    if (start->known && wanted != nullptr && start->engine != *wanted) {
        why.append("the command line is for ").append(name(start->engine)).append(", not for ");
        return error{errc::contradiction, why.append(name(*wanted)).append(".")};
    }
    engine_kind const engine = start->known ? start->engine : *wanted;
    settings s{};
    if (auto const wrong = parse(from, table_of(engine), s)) { return *wrong; }
    bool const repository = !s.repository.empty();
    detail::repository_name const named =
        detail::split_repository(repository ? s.repository : s.model);
    std::string_view const type = repository ? named.type : std::string_view{};
    result<any_model> found = error{};
    if (model != nullptr) {
        found = *model;
    } else if (named.model.empty()) {
        return error{errc::missing_field, why.append("the command line names no model; ")
                                              .append(engine == engine_kind::llama_cpp
                                                          ? "give -hf user/model:TYPE, or -m "
                                                            "and hand in the file's model."
                                                          : "give its name.")};
    } else if (detail::is_path(s.model)) {
        return detail::cannot_read(s.model);
    } else {
        found = repository ? detail::find_converted(named.model) : find_model(s.model);
    }
    if (!found) { return found.error(); }
    if (engine == engine_kind::llama_cpp && repository && model == nullptr && type.empty()) {
        reckon::detail::append_typed(why, s.repository);
        return error{
            errc::missing_field,
            why.append(" does not say which file is loaded, and llama.cpp takes :Q4_K_M only where "
                       "the repository has one; write the type behind it.")};
    }
    return parsed_line{engine, start->server, model == nullptr ? type : std::string_view{}, s,
                       *found};
}

/// What the words launch.
[[nodiscard]] constexpr result<launch> read(words& from, engine_kind const* wanted,
                                            any_model const* model) noexcept {
    auto const line = parse_line(from, wanted, model);
    if (!line) { return line.error(); }
    switch (line->engine) {
    case engine_kind::vllm: return vllm_launch(line->flags, line->model);
    case engine_kind::sglang: return sglang_launch(line->flags, line->model);
    case engine_kind::tensorrt_llm: return tensorrt_llm_launch(line->flags, line->model);
    case engine_kind::llama_cpp: break;
    }
    return llama_cpp_launch(line->flags, line->model, line->type, line->server);
}

} // namespace io::command

/// What a command line launches; its first words say which engine it is for.
[[nodiscard]] constexpr result<launch> read_command_line(std::string_view line) noexcept {
    io::command::words from(line);
    return io::command::read(from, nullptr, nullptr);
}
/// The same with the model that a path in it stands for.
[[nodiscard]] constexpr result<launch> read_command_line(std::string_view line,
                                                         any_model const& model) noexcept {
    io::command::words from(line);
    return io::command::read(from, nullptr, &model);
}
/// The same from words that are already split, for an engine; the program's own name may be missing, as
/// in a container's `args`.
[[nodiscard]] constexpr result<launch>
read_arguments(engine_kind engine, std::span<std::string_view const> arguments) noexcept {
    io::command::words from(arguments);
    return io::command::read(from, &engine, nullptr);
}
/// The same, with the model at hand: what depends on it (degrees, lengths, formats) is settled and
/// checked.
[[nodiscard]] constexpr result<launch> read_arguments(engine_kind engine,
                                                      std::span<std::string_view const> arguments,
                                                      any_model const& model) noexcept {
    io::command::words from(arguments);
    return io::command::read(from, &engine, &model);
}

namespace io::command {
/// What a line launches under that engine; `model` may be null: what depends on it stays open.
[[nodiscard]] constexpr result<launch> read_line(engine_kind engine, std::string_view line,
                                                 any_model const* model) noexcept {
    words from(line);
    return read(from, &engine, model);
}
} // namespace io::command

/// What a command line of vLLM launches: "vllm serve NAME --flags", or what stands behind `serve`.
[[nodiscard]] constexpr result<launch> vllm(std::string_view line) noexcept {
    return io::command::read_line(engine_kind::vllm, line, nullptr);
}
/// The same for a model that the caller has read.
[[nodiscard]] constexpr result<launch> vllm(std::string_view line,
                                            any_model const& model) noexcept {
    return io::command::read_line(engine_kind::vllm, line, &model);
}
/// What a command line of SGLang launches.
[[nodiscard]] constexpr result<launch> sglang(std::string_view line) noexcept {
    return io::command::read_line(engine_kind::sglang, line, nullptr);
}
/// The same, with the model at hand.
[[nodiscard]] constexpr result<launch> sglang(std::string_view line,
                                              any_model const& model) noexcept {
    return io::command::read_line(engine_kind::sglang, line, &model);
}
/// What a command line of trtllm-serve launches.
[[nodiscard]] constexpr result<launch> trtllm_serve(std::string_view line) noexcept {
    return io::command::read_line(engine_kind::tensorrt_llm, line, nullptr);
}
/// The same, with the model at hand.
[[nodiscard]] constexpr result<launch> trtllm_serve(std::string_view line,
                                                    any_model const& model) noexcept {
    return io::command::read_line(engine_kind::tensorrt_llm, line, &model);
}
/// What a command line of llama-server or llama-cli launches.
[[nodiscard]] constexpr result<launch> llama_server(std::string_view line) noexcept {
    return io::command::read_line(engine_kind::llama_cpp, line, nullptr);
}
/// The same, with the model at hand.
[[nodiscard]] constexpr result<launch> llama_server(std::string_view line,
                                                    any_model const& model) noexcept {
    return io::command::read_line(engine_kind::llama_cpp, line, &model);
}

/// Whether the launch fits on accelerators of that type under the load that it insists on at start.
template <gpu G>
[[nodiscard]] constexpr bool fits(launch const& l, G const& device,
                                  launch_load const& load = {}) noexcept {
    return fits(l.on(device, load));
}
/// The same of a command line just read. A refused one stops a constant expression.
template <gpu G>
[[nodiscard]] constexpr bool fits(result<launch> const& read, G const& device,
                                  launch_load const& load = {}) noexcept {
    return fits(read.value(), device, load);
}

} // namespace reckon::inline v0
