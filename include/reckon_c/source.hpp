// SPDX-License-Identifier: MIT
// The C interface's functions. Included by exactly one file of a program or library, which may have
// nothing else in it; CMake's reckon::reckon_c is such a library.
#pragma once
#include <reckon/io/gguf_header.hpp>
#include <reckon/io/gguf_model.hpp>
#include <reckon/io/hugging_face.hpp>
#include <reckon/version.hpp>

#include <cstddef>
#include <cstring>
#include <new>
#include <reckon_c/answers.hpp>
#include <reckon_c/reckon_c.h>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace reckon_c::detail {

/// Where an answer goes.
struct buffer {
    char* begin{};
    std::size_t capacity{};
    std::size_t* size{};

    /// Writes the text; `status`, unless it has no room.
    reckon_status put(reckon_status status, std::string_view text) const noexcept {
        if (size != nullptr) { *size = text.size(); }
        if (begin == nullptr) { return status; }
        if (capacity <= text.size()) {
            if (capacity > 0) { begin[0] = '\0'; }
            return RECKON_BUFFER_TOO_SMALL;
        }
        std::memcpy(begin, text.data(), text.size());
        begin[text.size()] = '\0';
        return status;
    }
};

static_assert(static_cast<int>(reckon::errc::unknown_name) + 1 == RECKON_UNKNOWN_NAME);
static_assert(static_cast<int>(reckon::errc::unknown_figure) + 1 == RECKON_UNKNOWN_FIGURE);

inline reckon_status refuse(buffer const& out, reckon::error const& why) noexcept {
    return out.put(static_cast<reckon_status>(why.code) + 1, why.message.view());
}
inline reckon_status accept(buffer const& out, json const& answer) {
    // Names from files may be no UTF-8: dump would throw.
    return out.put(RECKON_OK, answer.dump(-1, ' ', false, json::error_handler_t::replace));
}
inline reckon_status accept(buffer const& out, reckon::result<json> const& answer) {
    return answer ? accept(out, *answer) : refuse(out, answer.error());
}

/// A model among the caller's bytes. The mark says which layout they have.
struct stored_model {
    std::uint64_t mark{};
    reckon::any_model model{};
};
static_assert(std::is_trivially_copyable_v<stored_model>);
inline constexpr std::uint64_t model_mark =
    0x7265636b6f6eU << 16U ^ // "reckon"
    static_cast<std::uint64_t>(reckon::version_major << 10 | reckon::version_minor << 5 |
                               reckon::version_patch);

/// Runs a call and makes codes of what is thrown, so that nothing leaves through C.
template <class Call> reckon_status guarded(buffer const& out, Call const& call) noexcept {
    try {
        return call();
    } catch (std::bad_alloc const&) {
        return out.put(RECKON_OUT_OF_MEMORY, "there is not enough memory for the answer.");
    } catch (...) { return out.put(RECKON_MALFORMED, "the question cannot be read."); }
}

inline reckon_status null_text(buffer const& out) noexcept {
    return out.put(RECKON_BAD_POINTER, "a text or a file was given as NULL; give its bytes.");
}

/// Hands a model out: into the caller's bytes, and its facts as the answer.
inline reckon_status deliver(buffer const& out, void* into, std::size_t capacity,
                             reckon::result<reckon::any_model> const& read) {
    if (!read) { return refuse(out, read.error()); }
    if (into == nullptr) {
        return out.put(RECKON_BAD_POINTER,
                       "the model was to go to NULL; give reckon_model_size() bytes.");
    }
    if (capacity < sizeof(stored_model)) {
        reckon::sentence why{"a model needs "};
        why.append(static_cast<count>(sizeof(stored_model)))
            .append(" bytes, of which there are ")
            .append(static_cast<count>(capacity));
        return out.put(RECKON_BUFFER_TOO_SMALL,
                       why.append("; reckon_model_size() says how many.").view());
    }
    stored_model const stored{model_mark, *read};
    std::memcpy(into, &stored, sizeof stored);
    return accept(out, facts_of(*read));
}

/// Asks with the caller's model, if there is one.
template <class Question, class Answer>
reckon_status ask(void const* model, char const* text, std::size_t length, buffer const& out,
                  reckon::result<Question> (*read)(std::string_view, reckon::any_model const*),
                  Answer const& answer) noexcept {
    return guarded(out, [&] {
        if (text == nullptr) { return null_text(out); }
        stored_model stored{};
        if (model != nullptr) {
            std::memcpy(&stored.mark, model, sizeof stored.mark);
            if (stored.mark != model_mark) {
                return out.put(RECKON_BAD_POINTER,
                               "these bytes are no model that this version of reckon wrote.");
            }
            std::memcpy(static_cast<void*>(&stored), model, sizeof stored);
        }
        auto const question = read({text, length}, model == nullptr ? nullptr : &stored.model);
        if (!question) { return refuse(out, question.error()); }
        return accept(out, answer(*question));
    });
}

} // namespace reckon_c::detail

extern "C" {

inline constexpr char reckon_c_version_text[] = {
    static_cast<char>('0' + reckon::version_major), '.',
    static_cast<char>('0' + reckon::version_minor), '.',
    static_cast<char>('0' + reckon::version_patch), '\0'};
static_assert(reckon::version_major < 10 && reckon::version_minor < 10 &&
                  reckon::version_patch < 10,
              "the version's text needs more digits");

RECKON_C_API uint32_t reckon_c_abi(void) { return RECKON_C_ABI; }
RECKON_C_API char const* reckon_c_version(void) { return reckon_c_version_text; }

RECKON_C_API char const* reckon_status_name(reckon_status status) {
    constexpr char const* names[] = {"ok",
                                     "unknown name",
                                     "missing field",
                                     "wrong type",
                                     "out of range",
                                     "unsupported",
                                     "contradiction",
                                     "indivisible layout",
                                     "malformed",
                                     "unreadable",
                                     "unknown figure",
                                     "more bytes needed",
                                     "buffer too small",
                                     "bad pointer",
                                     "out of memory"};
    bool const known = status >= 0 && status <= RECKON_OUT_OF_MEMORY;
    return known ? names[status] : "unknown code";
}

RECKON_C_API size_t reckon_model_size(void) { return sizeof(reckon_c::detail::stored_model); }

RECKON_C_API reckon_status reckon_model_of_name(char const* name, size_t name_size, void* model,
                                                size_t model_capacity, char* answer,
                                                size_t capacity, size_t* size) {
    using namespace reckon_c::detail;
    buffer const out{answer, capacity, size};
    return guarded(out, [&] {
        if (name == nullptr) { return null_text(out); }
        return deliver(out, model, model_capacity, reckon::find_model({name, name_size}));
    });
}

RECKON_C_API reckon_status reckon_model_of_config(char const* json, size_t json_size, void* model,
                                                  size_t model_capacity, char* answer,
                                                  size_t capacity, size_t* size) {
    using namespace reckon_c::detail;
    buffer const out{answer, capacity, size};
    return guarded(out, [&] {
        if (json == nullptr) { return null_text(out); }
        return deliver(out, model, model_capacity,
                       reckon::io::parse_hugging_face({json, json_size}));
    });
}

RECKON_C_API reckon_status reckon_model_of_gguf(void const* bytes, size_t bytes_size, void* model,
                                                size_t model_capacity, char* answer,
                                                size_t capacity, size_t* size) {
    using namespace reckon_c::detail;
    buffer const out{answer, capacity, size};
    return guarded(out, [&] {
        if (bytes == nullptr) { return null_text(out); }
        reckon::io::detail::shortage missing{};
        auto const header = reckon::io::parse_gguf(
            {static_cast<std::byte const*>(bytes), bytes_size}, "GGUF header", {}, &missing);
        if (!header) {
            return missing.more > 0 ? out.put(RECKON_MORE_BYTES, header.error().message.view())
                                    : refuse(out, header.error());
        }
        return deliver(out, model, model_capacity,
                       reckon::io::model_of_gguf(header->metadata, header->tensors));
    });
}

RECKON_C_API reckon_status reckon_memory(void const* model, char const* question,
                                         size_t question_size, char* answer, size_t capacity,
                                         size_t* size) {
    return reckon_c::detail::ask(model, question, question_size, {answer, capacity, size},
                                 reckon_c::read_deployment_question, reckon_c::memory_answer);
}

RECKON_C_API reckon_status reckon_largest(void const* model, char const* question,
                                          size_t question_size, char* answer, size_t capacity,
                                          size_t* size) {
    return reckon_c::detail::ask(model, question, question_size, {answer, capacity, size},
                                 reckon_c::read_deployment_question, reckon_c::largest_answer);
}

RECKON_C_API reckon_status reckon_speed(void const* model, char const* question,
                                        size_t question_size, char* answer, size_t capacity,
                                        size_t* size) {
    return reckon_c::detail::ask(model, question, question_size, {answer, capacity, size},
                                 reckon_c::read_deployment_question, reckon_c::speed_answer);
}

RECKON_C_API reckon_status reckon_why_not(void const* model, char const* question,
                                          size_t question_size, char* answer, size_t capacity,
                                          size_t* size) {
    return reckon_c::detail::ask(model, question, question_size, {answer, capacity, size},
                                 reckon_c::read_deployment_question, reckon_c::why_not_answer);
}

RECKON_C_API reckon_status reckon_recommend(void const* model, char const* question,
                                            size_t question_size, char* answer, size_t capacity,
                                            size_t* size) {
    return reckon_c::detail::ask(model, question, question_size, {answer, capacity, size},
                                 reckon_c::read_recommend_question, reckon_c::recommend_answer);
}

} // extern "C"
