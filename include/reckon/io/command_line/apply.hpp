// SPDX-License-Identifier: MIT
// One flag with its value, put into the settings; values are checked here, for every engine alike.
#pragma once
#include <reckon/io/command_line/flag.hpp>
#include <reckon/io/command_line/json_object.hpp>
#include <reckon/io/command_line/numbers.hpp>
#include <reckon/io/command_line/settings.hpp>

namespace reckon::inline v0::io::command {

/// A flag of a command line: where it stands in the table, `.member` behind its name, and its value.
struct given_flag {
    found_flag flag{};
    std::string_view member{};
    std::string_view value{};

    [[nodiscard]] constexpr std::string_view name() const noexcept { return flag.is.name; }
    [[nodiscard]] constexpr bool on() const noexcept { return !flag.negated; }
};

/// "'--flag 1.2' must be above 0 and at most 1."
[[nodiscard]] constexpr error bad_value(given_flag const& given, std::string_view rule) noexcept {
    sentence why{};
    why.append(given.name()).append(" ");
    reckon::detail::append_typed(why, given.value);
    return {errc::out_of_range, why.append(" ").append(rule).append(".")};
}

namespace detail {

[[nodiscard]] constexpr bool is_one_of(std::string_view value, std::string_view choices) noexcept {
    while (!choices.empty()) {
        std::size_t const end = choices.find('|');
        if (choices.substr(0, end) == value) { return true; }
        if (end == std::string_view::npos) { break; }
        choices.remove_prefix(end + 1);
    }
    return false;
}

[[nodiscard]] constexpr possible_error read_into(std::optional<count>& into,
                                                 given_flag const& given, count least,
                                                 std::string_view rule,
                                                 bool human = false) noexcept {
    auto const number = human ? read_human_count(given.value) : read_plain_count(given.value);
    constexpr count most = count{1} << 48; // tokens and bytes beyond are mistakes
    if (!number || *number < least || *number > most) { return bad_value(given, rule); }
    into = number;
    return {};
}

/// The context may be left to the engine: "auto" or -1; llama.cpp says 0.
[[nodiscard]] constexpr possible_error read_context(settings& s, given_flag const& given) noexcept {
    if (given.value == "auto" || given.value == "-1" || given.value == "0") {
        s.context = -1;
        return {};
    }
    return read_into(s.context, given, 1, "must be a number of tokens, such as 32768 or 32k", true);
}

/// {"image": 2}, {"image": {"count": 2, "width": 512}} or --flag.image 2. Other kinds of items are not counted, and
/// neither is a size.
[[nodiscard]] constexpr possible_error read_image_limit(settings& s,
                                                        given_flag const& given) noexcept {
    constexpr std::string_view rule =
        "must say how many images a prompt may have, such as {\"image\": 1}";
    given_flag images = given;
    if (given.member.empty()) {
        json_members members(given.value);
        bool said = false;
        while (members.next()) {
            if (members.key() != "image") { continue; }
            images.value = members.value();
            said = true;
        }
        if (!members.sound()) { return bad_value(given, rule); }
        if (!said) { return {}; }
    } else if (given.member != "image") {
        return {};
    }
    if (auto const counted = json_member(images.value, "count"); !counted.empty()) {
        images.value = counted;
    }
    return read_into(s.images, images, 0, rule);
}

[[nodiscard]] constexpr possible_error read_fraction(settings& s,
                                                     given_flag const& given) noexcept {
    auto const number = read_decimal(given.value);
    if (!number || !(*number > 0) || *number > 1) {
        return bad_value(given, "must be above 0 and at most 1");
    }
    s.utilization = number;
    return {};
}

[[nodiscard]] constexpr possible_error read_host_weights(settings& s,
                                                         given_flag const& given) noexcept {
    auto const number = read_decimal(given.value);
    if (!number || *number > 1e6) { return bad_value(given, "must be a number of GiB, 0 or more"); }
    s.host_weights = number;
    return {};
}

[[nodiscard]] constexpr possible_error read_on_off(std::optional<bool>& into,
                                                   given_flag const& given) noexcept {
    if (given.flag.is.arity == takes::nothing) {
        into = given.on();
    } else if (given.value == "on" || given.value == "1" || given.value == "true") {
        into = true;
    } else if (given.value == "off" || given.value == "0" || given.value == "false") {
        into = false;
    } else {
        return bad_value(given, "must be on or off");
    }
    return {};
}

/// Graph settings change memory where they switch capturing off or bound it.
[[nodiscard]] constexpr possible_error read_graph_settings(settings& s,
                                                           given_flag const& given) noexcept {
    auto const one = [&](std::string_view key, std::string_view value) -> possible_error {
        if (key == "cudagraph_mode" && (value == "NONE" || value == "none")) { s.no_graphs = true; }
        if (key == "max_cudagraph_capture_size") {
            given_flag member = given;
            member.value = value;
            return read_into(s.captured, member, 1, "must bound the captured batch by 1 or more");
        }
        return {};
    };
    if (!given.member.empty()) { return one(given.member, given.value); }
    if (read_plain_count(given.value)) { // a level
        s.no_graphs = s.no_graphs || given.value == "0";
        return {};
    }
    json_members members(given.value);
    while (members.next()) {
        if (auto const wrong = one(members.key(), members.value())) { return wrong; }
    }
    if (!members.sound()) { return bad_value(given, "must be a JSON object"); }
    return {};
}

/// One setting of drafting: a member of the JSON, or a flag of its own. Others change no memory.
[[nodiscard]] constexpr possible_error read_drafting_member(settings& s, given_flag const& given,
                                                            std::string_view key) noexcept {
    if (key == "method") { s.drafting_method = given.value; }
    if (key == "model") { s.draft = given.value; }
    if (key == "quantization") { s.draft_quantization = given.value; }
    if (key == "draft_tensor_parallel_size") {
        return read_into(s.draft_ranks, given, 1,
                         "is no number of ranks for the draft; give a whole number, 1 or more");
    }
    if (key == "num_speculative_tokens") {
        return read_into(s.drafted_tokens, given, 0,
                         "is no number of drafted tokens; give a whole number, 0 or more");
    }
    return {};
}

/// {"model": "Qwen/Qwen3-0.6B", "num_speculative_tokens": 5}, or --flag.model Qwen/Qwen3-0.6B.
[[nodiscard]] constexpr possible_error read_drafting(settings& s,
                                                     given_flag const& given) noexcept {
    if (!given.member.empty()) { return read_drafting_member(s, given, given.member); }
    json_members members(given.value);
    while (members.next()) {
        given_flag member = given;
        member.value = members.value();
        if (member.value == "null") { continue; }
        if (auto const wrong = read_drafting_member(s, member, members.key())) { return wrong; }
    }
    if (!members.sound()) { return bad_value(given, "must be a JSON object"); }
    if (s.draft.empty() && s.drafting_method.empty()) {
        return bad_value(given, "must name a method or a draft model");
    }
    return {};
}

[[nodiscard]] constexpr possible_error refuse_not_modelled(given_flag const& given) noexcept {
    bool const neutral = given.flag.is.arity == takes::nothing
                             ? given.flag.negated
                             : is_one_of(given.value, given.flag.is.neutral);
    if (neutral && given.member.empty()) { return {}; }
    sentence why{};
    why.append(given.name());
    if (!given.member.empty()) { reckon::detail::append_typed(why.append(" with "), given.member); }
    why.append(" is not modelled: ").append(given.flag.is.note);
    return error{errc::unsupported, why.append("; leave it out to calculate without it.")};
}

} // namespace detail

/// Puts one flag into the settings, or says what is wrong with its value.
[[nodiscard]] constexpr possible_error apply(settings& s, given_flag const& given) noexcept {
    using namespace detail;
    constexpr std::string_view degree = "must be a whole number, 1 or more";
    auto const text = [&](std::string_view& into) -> possible_error {
        into = given.value;
        return {};
    };
    switch (given.flag.is.what) {
    case sets::not_modelled: return refuse_not_modelled(given);
    case sets::alias: break; // resolved by find_flag
    case sets::model: return text(s.model);
    case sets::repository: return text(s.repository);
    case sets::name: return text(s.name);
    case sets::tensor: return read_into(s.tensor, given, 1, degree);
    case sets::pipeline: return read_into(s.pipeline, given, 1, degree);
    case sets::data: return read_into(s.data, given, 1, degree);
    case sets::data_attention: s.data_attention = given.on(); break;
    case sets::experts: return read_into(s.experts, given, 1, degree);
    case sets::experts_whole: s.experts_whole = given.on(); break;
    case sets::context_ranks: return read_into(s.context_ranks, given, 1, degree);
    case sets::redundant_experts:
        return read_into(s.redundant_experts, given, 0, "must be a whole number, 0 or more");
    case sets::context: return read_context(s, given);
    case sets::sequences:
        return read_into(s.sequences, given, 1, "must be a number of requests, 1 or more", true);
    case sets::chunked: s.unchunked = !given.on(); break;
    case sets::batched_tokens:
        if (given.value == "-1") {
            s.unchunked = true;
            break;
        }
        return read_into(s.batched_tokens, given, 1, "must be a number of tokens, 1 or more", true);
    case sets::block_tokens:
        return read_into(s.block_tokens, given, 1, "must be a number of tokens, 1 or more");
    case sets::utilization: return read_fraction(s, given);
    case sets::cache_bytes:
        return read_into(s.cache_bytes, given, 1, "must be a number of bytes, such as 20G", true);
    case sets::captured:
        return read_into(s.captured, given, 1, "must be a number of requests, 1 or more");
    case sets::no_graphs: s.no_graphs = given.on(); break;
    case sets::graph_settings: return read_graph_settings(s, given);
    case sets::optimization: s.no_graphs = s.no_graphs || given.value == "0"; break;
    case sets::dtype: return text(s.dtype);
    case sets::quantization: return text(s.quantization);
    case sets::cache_format: return text(s.cache_format);
    case sets::cache_format_values: return text(s.cache_format_values);
    case sets::state_format: return text(s.state_format);
    case sets::host_weights: return read_host_weights(s, given);
    case sets::image_limit: return read_image_limit(s, given);
    case sets::exchange:
        if (given.value != "deepep_low_latency") { return refuse_not_modelled(given); }
        s.low_latency_exchange = true;
        break;
    case sets::images_unprofiled: s.images_unprofiled = given.on(); break;
    case sets::text_only: s.text_only = given.on(); break;
    case sets::adapters_on: s.adapters_on = given.on(); break;
    case sets::adapters:
        return read_into(s.adapters, given, 1, "must be a number of adapters, 1 or more");
    case sets::adapter_rank:
        return read_into(s.adapter_rank, given, 1, "must be a rank, 1 or more");
    case sets::drafting: return read_drafting(s, given);
    case sets::drafting_method: return text(s.drafting_method);
    case sets::draft: return text(s.draft);
    case sets::draft_quantization: return text(s.draft_quantization);
    case sets::draft_ranks: return read_drafting_member(s, given, "draft_tensor_parallel_size");
    case sets::drafted_tokens: return read_drafting_member(s, given, "num_speculative_tokens");
    case sets::layers_on_device: return text(s.layers_on_device);
    case sets::devices: return text(s.devices);
    case sets::split_mode: return text(s.split_mode);
    case sets::split_shares: return text(s.split_shares);
    case sets::slots:
        if (given.value == "-1") { break; } // automatic
        return read_into(s.slots, given, 1, "must be a number of slots, 1 or more, or -1");
    case sets::unified: return read_on_off(s.unified, given);
    case sets::fit: return read_on_off(s.fit, given);
    case sets::fit_margin: {
        given_flag first = given;
        first.value = given.value.substr(0, given.value.find(','));
        return read_into(s.fit_margin, first, 0, "must be a number of MiB, 0 or more");
    }
    case sets::fit_context:
        return read_into(s.fit_context, given, 1, "must be a number of tokens, 1 or more");
    case sets::flash_attention: return text(s.flash_attention);
    case sets::whole_windows: s.whole_windows = given.on(); break;
    case sets::logical_batch:
        return read_into(s.logical_batch, given, 1, "must be a number of tokens, 1 or more");
    case sets::all_experts_on_host: s.all_experts_on_host = given.on(); break;
    case sets::experts_on_host:
        return read_into(s.experts_on_host, given, 0, "must be a number of layers, 0 or more");
    case sets::cache_on_device: return read_on_off(s.cache_on_device, given);
    case sets::lends: return read_on_off(s.lends, given);
    case sets::placed_tensors: return text(s.placed_tensors);
    case sets::main_device: return text(s.main_device);
    }
    return {};
}

} // namespace reckon::inline v0::io::command
