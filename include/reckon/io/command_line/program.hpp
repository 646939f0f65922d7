// SPDX-License-Identifier: MIT
// The beginning of a command line: variables, wrappers, and the program that names the engine.
#pragma once
#include <reckon/io/command_line/apply.hpp>
#include <reckon/io/command_line/words.hpp>

#include <cstdint>

namespace reckon::inline v0 {

/// An engine whose command lines are read and written.
enum class engine_kind : std::uint8_t { vllm, sglang, tensorrt_llm, llama_cpp };

[[nodiscard]] constexpr std::string_view name(engine_kind kind) noexcept {
    constexpr std::string_view names[] = {"vLLM", "SGLang", "TensorRT-LLM", "llama.cpp"};
    return names[static_cast<int>(kind)];
}

namespace io::command {

/// What the first words say.
struct program {
    bool known{}; ///< whether an engine was named
    engine_kind engine{};
    bool server{true}; ///< false: llama-cli, which has one sequence
};

namespace detail {

/// Variables that change memory: where their flag is known, it must be given instead.
struct memory_variable {
    std::string_view name{};
    std::string_view harmless{}; ///< values, by '|', that change nothing
    std::string_view why{};
};
inline constexpr memory_variable memory_variables[] = {
    {"VLLM_USE_V1", "1", "only vLLM's V1 engine is modelled"},
    {"VLLM_ALLOW_LONG_MAX_MODEL_LEN", "0",
     "a context above the model's maximum needs the model with that maximum handed in"},
    {"VLLM_MAX_TOKENS_PER_EXPERT_FP4_MOE", "", "its buffers are not counted"},
    {"VLLM_MOE_DP_CHUNK_SIZE", "", "its buffers are not counted"},
    {"VLLM_FUSED_MOE_CHUNK_SIZE", "", "its buffers are not counted"},
    {"SGLANG_MAMBA_CONV_DTYPE", "bfloat16|float16", "convolution states are taken in 16 bit"},
    {"GGML_CUDA_ENABLE_UNIFIED_MEMORY", "0", "a device that borrows the host's memory is not"},
};

[[nodiscard]] constexpr bool is_assignment(std::string_view word) noexcept {
    std::size_t const at = word.find('=');
    if (at == 0 || at == std::string_view::npos || is_digit(word[0])) { return false; }
    for (char const c : word.substr(0, at)) {
        bool const letter =
            (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || (c >= '0' && c <= '9');
        if (!letter) { return false; }
    }
    return true;
}

[[nodiscard]] constexpr possible_error check_variable(std::string_view word) noexcept {
    std::size_t const at = word.find('=');
    std::string_view const variable = word.substr(0, at);
    std::string_view const value = word.substr(at + 1);
    sentence why{};
    why.append("the variable ").append(variable.substr(0, 60)).append(" is not modelled: ");
    if (begins(variable, "LLAMA_ARG_")) {
        return error{errc::unsupported, why.append("it stands for a flag; give the flag instead.")};
    }
    for (memory_variable const& known : memory_variables) {
        if (known.name == variable && !is_one_of(value, known.harmless)) {
            return error{errc::unsupported,
                         why.append(known.why).append("; leave it out to calculate without it.")};
        }
    }
    return {};
}

/// The last part of a path, without ".exe".
[[nodiscard]] constexpr std::string_view base_name(std::string_view path) noexcept {
    if (std::size_t const at = path.find_last_of("/\\"); at != std::string_view::npos) {
        path.remove_prefix(at + 1);
    }
    if (path.size() > 4 && path.substr(path.size() - 4) == ".exe") { path.remove_suffix(4); }
    return path;
}

/// "python", "python3", "python3.12"
[[nodiscard]] constexpr bool is_python(std::string_view name) noexcept {
    return begins(name, "python") &&
           name.substr(6).find_first_not_of("0123456789.") == std::string_view::npos;
}

[[nodiscard]] constexpr error wrong_program(std::string_view word) noexcept {
    sentence why{};
    reckon::detail::append_typed(why, word);
    return {errc::unknown_name,
            why.append(" begins no command line that is known; known are vllm serve, python -m "
                       "vllm.entrypoints.openai.api_server, python -m sglang.launch_server, sglang "
                       "serve, trtllm-serve, llama-server and llama-cli.")};
}

/// Takes the word behind a program that must be one of two, or leaves it.
constexpr bool take(words& from, std::string_view wanted) noexcept {
    if (!from.next()) { return false; }
    if (from.word() == wanted) { return true; }
    from.put_back();
    return false;
}

} // namespace detail

/// Reads variables, wrappers and the program. A line that begins with something else, such as the
/// arguments of a container, is left where it is, and no engine is named.
[[nodiscard]] constexpr result<program> read_program(words& from) noexcept {
    using namespace detail;
    while (from.next()) {
        std::string_view const word = from.word();
        std::string_view const name = base_name(word);
        if (is_assignment(word)) {
            if (auto const wrong = check_variable(word)) { return *wrong; }
            continue;
        }
        if (is_one_of(name, "exec|env|nohup|sudo|time|trtllm-llmapi-launch")) { continue; }
        if (name == "uv" || name == "uvx") {
            static_cast<void>(take(from, "run"));
            continue;
        }
        if (name == "vllm") {
            if (take(from, "serve")) { return program{true, engine_kind::vllm}; }
            return wrong_program(from.next() ? from.word() : word);
        }
        if (name == "sglang") {
            if (take(from, "serve")) { return program{true, engine_kind::sglang}; }
            return wrong_program(from.next() ? from.word() : word);
        }
        if (name == "trtllm-serve") {
            static_cast<void>(take(from, "serve"));
            return program{true, engine_kind::tensorrt_llm};
        }
        if (name == "llama-server") { return program{true, engine_kind::llama_cpp}; }
        if (name == "llama-cli") { return program{true, engine_kind::llama_cpp, false}; }
        if (is_python(name)) {
            if (!take(from, "-m") || !from.next()) { return wrong_program(word); }
            if (from.word() == "vllm.entrypoints.openai.api_server") {
                return program{true, engine_kind::vllm};
            }
            if (from.word() == "sglang.launch_server") {
                return program{true, engine_kind::sglang};
            }
            return wrong_program(from.word());
        }
        from.put_back();
        break;
    }
    if (from.mistake()) { return *from.mistake(); }
    return program{};
}

} // namespace io::command
} // namespace reckon::inline v0
