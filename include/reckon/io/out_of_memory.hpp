// SPDX-License-Identifier: MIT
// Messages of engines that ran out of memory: who says it, when it happened, and the numbers in it.
//
// The forms are a table, out_of_memory_forms.hpp. What a message does not say stays unknown: PyTorch's does
// not say what the engine was doing, and the functions of the traceback around it do.
//
// Deviations: lines that a terminal broke within a word are not joined.
#pragma once
#include <reckon/detail/result.hpp>
#include <reckon/io/out_of_memory_forms.hpp>

namespace reckon::inline v0::io {

namespace detail {

[[nodiscard]] constexpr bool is_blank(char c) noexcept {
    return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/// Where `words` begin in `in` at or behind `from`, and where they end; any white space is a blank.
struct found_words {
    std::size_t at{std::string_view::npos};
    std::size_t end{};
    [[nodiscard]] constexpr bool found() const noexcept { return at != std::string_view::npos; }
};
[[nodiscard]] constexpr found_words find_words(std::string_view in, std::string_view words,
                                               std::size_t from = 0) noexcept {
    for (std::size_t at = from; at < in.size(); ++at) {
        std::size_t i = at;
        std::size_t w = 0;
        while (w < words.size() && i < in.size()) {
            if (words[w] == ' ') {
                if (!is_blank(in[i])) { break; }
                while (i < in.size() && is_blank(in[i])) {
                    ++i;
                }
                ++w;
                continue;
            }
            if (words[w] != in[i]) { break; }
            ++w;
            ++i;
        }
        if (w == words.size()) { return {at, i}; }
    }
    return {};
}

/// A decimal number with what stands behind it; "1,234.5" is not one.
struct number_in_text {
    double value{};
    std::size_t end{};
    bool good{};
};
[[nodiscard]] constexpr number_in_text number_at(std::string_view in, std::size_t at) noexcept {
    number_in_text n{};
    constexpr int most_digits = 18;
    while (at < in.size() && (in[at] == '(' || in[at] == ' ')) {
        ++at;
    }
    int digits = 0;
    double scale = 0;
    for (; at < in.size() && digits < most_digits; ++at) {
        char const c = in[at];
        if (c == '.' && scale == 0) {
            scale = 1;
        } else if (c >= '0' && c <= '9') {
            n.value = 10 * n.value + (c - '0');
            scale *= 10;
            ++digits;
        } else {
            break;
        }
    }
    if (scale > 1) { n.value /= scale; }
    n.end = at;
    n.good = digits > 0;
    return n;
}

/// Bytes of a unit at `at`: GiB, MiB, KiB, bytes. Engines write GB and MB for the binary ones. 0: none.
[[nodiscard]] constexpr double unit_at(std::string_view in, std::size_t at) noexcept {
    while (at < in.size() && is_blank(in[at])) {
        ++at;
    }
    std::string_view const rest = in.substr(at < in.size() ? at : in.size());
    auto const begins = [&](std::string_view with) { return rest.substr(0, with.size()) == with; };
    constexpr double kibi = 1024;
    if (begins("GiB") || begins("GB")) { return kibi * kibi * kibi; }
    if (begins("MiB") || begins("MB")) { return kibi * kibi; }
    if (begins("KiB") || begins("KB") || begins("kB")) { return kibi; }
    if (begins("TiB") || begins("TB")) { return kibi * kibi * kibi * kibi; }
    if (begins("bytes") || begins("B")) { return 1; }
    return 0;
}

/// Puts a number where it belongs; whether it was one.
[[nodiscard]] constexpr bool put_number(out_of_memory& to, memory_number what, std::string_view in,
                                        std::size_t& at) noexcept {
    number_in_text const n = number_at(in, at);
    if (!n.good) { return false; }
    constexpr double gibi = 1073741824.0;
    std::size_t const begin = at;
    at = n.end;
    auto const size = [&](double unit) {
        return figure<bytes>{bytes{n.value * unit}, provenance::observed};
    };
    auto const in_unit = [&](figure<bytes>& into) {
        double const unit = unit_at(in, n.end);
        if (unit > 0) { into = size(unit); }
        return unit > 0;
    };
    auto const many = [&](figure<tokens>& into) {
        into = {tokens{n.value}, provenance::observed};
        return true;
    };
    auto const whole = [&](figure<count>& into) {
        into = {static_cast<count>(n.value < 1e15 ? n.value : 1e15), provenance::observed};
        return true;
    };
    switch (what) {
    case memory_number::requested: return in_unit(to.requested);
    case memory_number::requested_plain: to.requested = size(1); return true;
    case memory_number::total: return in_unit(to.total);
    case memory_number::total_gib: to.total = size(gibi); return true;
    case memory_number::free: return in_unit(to.free);
    case memory_number::free_gib: to.free = size(gibi); return true;
    case memory_number::free_of: {
        if (n.end >= in.size() || in[n.end] != '/') {
            at = begin;
            return false;
        }
        number_in_text const total = number_at(in, n.end + 1);
        double const unit = unit_at(in, total.end);
        if (!total.good || !(unit > 0)) {
            at = begin;
            return false;
        }
        to.free = size(unit);
        to.total = {bytes{total.value * unit}, provenance::observed};
        at = total.end;
        return true;
    }
    case memory_number::in_use: return in_unit(to.in_use);
    case memory_number::allocated: return in_unit(to.allocated);
    case memory_number::reserved: return in_unit(to.reserved);
    case memory_number::wanted: return in_unit(to.wanted);
    case memory_number::cache_needed: return in_unit(to.cache_needed);
    case memory_number::cache_available: return in_unit(to.cache_available);
    case memory_number::context: return many(to.context);
    case memory_number::stored: return many(to.stored);
    case memory_number::longest: return many(to.longest);
    case memory_number::utilization: to.utilization = {n.value, provenance::observed}; return true;
    case memory_number::sequences: return whole(to.sequences);
    case memory_number::device: return whole(to.device);
    }
    return false;
}

/// Numbers of a form, in their order, from `at` on; false where one lacks that the form always has.
[[nodiscard]] constexpr bool read_numbers(out_of_memory& to, memory_form const& form,
                                          std::string_view in, std::size_t at) noexcept {
    constexpr std::size_t farthest = 1200; // characters from one number to the next
    for (number_behind const& n : form.numbers) {
        std::size_t next = at;
        bool found = false;
        // Words may stand in front of something else first: "GPU memory", "GPU 0".
        for (int tries = 0; tries < 8 && !found; ++tries) {
            found_words const words = find_words(in, n.words, next);
            if (!words.found() || words.at > at + farthest) { break; }
            next = words.end;
            std::size_t end = words.end;
            found = put_number(to, n.what, in, end);
            if (found) { at = end; }
        }
        if (!found && !n.may_lack) { return false; }
    }
    return true;
}

/// What TensorRT-LLM could not create decides the phase.
constexpr void read_component(out_of_memory& to, std::string_view in) noexcept {
    found_words const words = find_words(in, "component could not be created: ");
    if (!words.found()) { return; }
    std::size_t const end = in.find('\n', words.end);
    to.component.append(in.substr(words.end, (end < in.size() ? end : in.size()) - words.end));
    std::string_view const part = to.component.view();
    auto const has = [&](std::string_view word) {
        return part.find(word) != std::string_view::npos;
    };
    // "Initial KV cache (temporary for KV cache size estimation)" is a part of the dry run.
    to.phase = has("temporary") || has("Additional") ? memory_phase::profile
               : has("KV cache")                     ? memory_phase::cache
               : has("Model")                        ? memory_phase::weights
                                                     : memory_phase::profile;
}

} // namespace detail

/// Reads the message out of a log, or says which messages are known.
[[nodiscard]] constexpr result<out_of_memory> read_out_of_memory(std::string_view log) noexcept {
    for (detail::memory_form const& form : detail::memory_forms) {
        detail::found_words const said = detail::find_words(log, form.says);
        if (!said.found()) { continue; }
        out_of_memory message{.speaker = form.speaker, .phase = form.phase};
        // Numbers may stand before the words that tell the form: on the lines just above.
        constexpr std::size_t above = 600;
        std::size_t const from = !form.from_start ? said.at : said.at > above ? said.at - above : 0;
        if (!detail::read_numbers(message, form, log, from)) { continue; }
        if (form.speaker == memory_speaker::tensorrt_llm) { detail::read_component(message, log); }
        if (form.speaker == memory_speaker::pytorch) {
            for (detail::traced_function const& function : detail::traced_functions) {
                if (log.find(function.name) == std::string_view::npos) { continue; }
                message.phase = function.phase;
                message.speaker = function.speaker;
                break;
            }
        }
        if (form.speaker == memory_speaker::llama_cpp && !message.requested.known()) {
            detail::memory_form const by_size{form.says, form.speaker, form.phase,
                                              detail::llama_size, true};
            static_cast<void>(detail::read_numbers(message, by_size, log, from));
        }
        return message;
    }
    return error{errc::unknown_name,
                 "no out-of-memory message is in this text; known are those of vLLM, SGLang, "
                 "TensorRT-LLM, llama.cpp and PyTorch, such as 'CUDA out of memory. Tried to "
                 "allocate', 'KV cache is needed, which is larger than' and 'cudaMalloc failed'."};
}

} // namespace reckon::inline v0::io
