// SPDX-License-Identifier: MIT
// The command, arguments and devices of one container in a Kubernetes manifest.
//
// Read is what such manifests have: `image`, `command`, `args`, the names and values of `env`, and the
// devices in `resources`, each where it stands on a line of its own, as
//
//   a block list   args:            a flow list   args: ["--tp", 8]      over several lines or not
//                    - --tp
//                    - "8"          a block text  - |  and  - >  behind sh -c
//
// Everything else is passed over. Anchors, aliases, tags and templates ({{ }}) in what is read are
// refused, and so is a text with the arguments of several containers: which one is meant is not known.
//
// Why no YAML library: none is header-only, and the fragment is small. Who has a parser already hands
// its lists to read_arguments.
// Source: YAML 1.2.2, chapters 6 to 8, for quoting, flow lists and block texts.
#pragma once
#include <reckon/detail/nearest.hpp>
#include <reckon/detail/result.hpp>
#include <reckon/io/command_line/numbers.hpp>
#include <reckon/io/yaml_scalar.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reckon::inline v0::io {

/// What a manifest says about one container.
struct container_text {
    std::string image{};
    std::vector<std::string> command{};
    std::vector<std::string> arguments{};
    std::vector<std::string> variables{}; ///< NAME=value
    count devices{};                      ///< 0: not said
};

namespace detail {

/// Whether a resource of a container counts accelerators.
[[nodiscard]] constexpr bool is_device_resource(std::string_view name) noexcept {
    for (std::string_view const known :
         {"nvidia.com/gpu", "amd.com/gpu", "gpu.intel.com/xe", "gpu.intel.com/i915",
          "google.com/tpu", "aws.amazon.com/neuron", "huawei.com/Ascend910"}) {
        if (name == known) { return true; }
    }
    return false;
}

/// Reads line by line.
class manifest_reader {
public:
    explicit manifest_reader(std::string_view text) : rest_(text) {}

    [[nodiscard]] result<container_text> read() {
        while (!failed_ && next_line()) {
            read_line();
        }
        if (failed_) { return *failed_; }
        if (lists_ == 0) {
            return error{errc::missing_field,
                         "the manifest has no container with command or args; give one that has."};
        }
        for (auto* list : {&found_.command, &found_.arguments}) {
            for (std::string& word : *list) {
                auto plain = without_references(word);
                if (!plain) {
                    sentence why{};
                    reckon::detail::append_typed(why, word);
                    return error{
                        errc::unsupported,
                        why.append(" has a variable, whose value is not read; write the value.")};
                }
                word = std::move(*plain);
            }
        }
        return found_;
    }

private:
    /// The next line that is neither blank nor a comment, in `line_`, its indentation in `indent_`.
    bool next_line() {
        if (held_) {
            held_ = false;
            return true;
        }
        while (!rest_.empty()) {
            std::size_t const end = rest_.find('\n');
            line_ = rest_.substr(0, end);
            rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
            ++number_;
            if (!line_.empty() && line_.back() == '\r') { line_.remove_suffix(1); }
            indent_ = std::min(line_.find_first_not_of(' '), line_.size());
            std::string_view const content = line_.substr(indent_);
            if (content.empty() || content[0] == '#' || content == "---") { continue; }
            return true;
        }
        return false;
    }

    void fail(errc code, std::string_view what) {
        if (failed_) { return; }
        sentence why{};
        why.append("line ").append(number_).append(" of the manifest ");
        failed_ = error{code, why.append(what)};
    }

    void read_line() {
        std::string_view content = line_.substr(indent_);
        std::size_t column = indent_;
        while (content.substr(0, 2) == "- ") { // "- name: x" begins an item with its first key
            std::size_t const skipped = std::min(content.find_first_not_of(' ', 1), content.size());
            column += skipped;
            content.remove_prefix(skipped);
        }
        std::size_t const colon = content.find(':');
        if (colon == std::string_view::npos) { return; }
        std::string_view const key = unquoted_key(content.substr(0, colon));
        std::string_view value = content.substr(colon + 1);
        if (!value.empty() && value[0] != ' ') { return; } // a scalar with a colon inside
        value = without_blanks(value);
        if (key == "command" || key == "args") {
            ++lists_;
            auto& into = key == "args" ? found_.arguments : found_.command;
            if (!into.empty()) {
                return fail(errc::contradiction,
                            "begins the command or args of a second container; give "
                            "one container.");
            }
            read_list(value, column, into);
        } else if (key == "image") {
            found_.image = scalar(value);
        } else if (key == "name") {
            variable_ = scalar(value);
        } else if (key == "value" && !variable_.empty()) {
            found_.variables.push_back(variable_ + "=" + scalar(value));
            variable_.clear();
        } else if (is_device_resource(key)) {
            read_devices(scalar(value));
        }
    }

    [[nodiscard]] static std::string_view unquoted_key(std::string_view key) {
        key = without_blanks(key);
        bool const quoted =
            key.size() > 1 && (key[0] == '"' || key[0] == '\'') && key.back() == key[0];
        return quoted ? key.substr(1, key.size() - 2) : key;
    }
    void read_devices(std::string const& value) {
        auto const number = command::read_plain_count(value);
        if (!number || *number < 0 || *number > 1'000'000) {
            return fail(errc::out_of_range, "asks for devices in a number that is none; write 8.");
        }
        if (found_.devices != 0 && found_.devices != *number) {
            return fail(
                errc::contradiction,
                "asks for another number of devices than a line above; requests and limits must "
                "be the same.");
        }
        found_.devices = *number;
    }

    void read_list(std::string_view value, std::size_t column, std::vector<std::string>& into) {
        if (!value.empty() && value[0] == '[') { return read_flow(value, into); }
        if (!value.empty() && value[0] != '#') {
            return fail(errc::wrong_type,
                        "gives command or args as something else than a list; write a "
                        "list.");
        }
        while (!failed_ && next_line()) {
            std::string_view const content = line_.substr(indent_);
            bool const item = content[0] == '-' && (content.size() == 1 || content[1] == ' ');
            if (!item || indent_ < column) {
                held_ = true;
                return;
            }
            read_item(content.substr(1), indent_, into);
        }
    }

    /// One item of a block list, whose dash stands at `column`.
    void read_item(std::string_view text, std::size_t column, std::vector<std::string>& into) {
        text = without_blanks(text);
        if (!text.empty() && (text[0] == '|' || text[0] == '>')) {
            return read_block(text, column, into);
        }
        std::string whole(text);
        bool const quoted = !text.empty() && (text[0] == '"' || text[0] == '\'');
        while (!failed_ && next_line()) { // a plain or quoted text goes on where the next is deeper
            bool const more = indent_ > column && (!quoted || quoted_length(whole) == 0);
            if (!more) {
                held_ = true;
                break;
            }
            whole += ' ';
            whole += without_blanks(line_);
        }
        into.push_back(scalar(whole));
    }

    /// A block text: lines deeper than the dash, kept (|) or joined (>).
    void read_block(std::string_view header, std::size_t column, std::vector<std::string>& into) {
        bool const joined = header[0] == '>';
        std::string whole;
        std::size_t margin = std::string_view::npos;
        while (!rest_.empty()) {
            std::size_t const end = rest_.find('\n');
            std::string_view line = rest_.substr(0, end);
            std::size_t const indent = line.find_first_not_of(' ');
            if (indent != std::string_view::npos && indent <= column) { break; }
            rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
            ++number_;
            if (!line.empty() && line.back() == '\r') { line.remove_suffix(1); }
            if (margin == std::string_view::npos && indent != std::string_view::npos) {
                margin = indent;
            }
            line.remove_prefix(std::min(std::min(margin, line.size()), line.size()));
            if (!whole.empty()) { whole += joined ? ' ' : '\n'; }
            whole += line;
        }
        into.push_back(whole);
    }

    /// A flow list, which may go on over lines.
    void read_flow(std::string_view text, std::vector<std::string>& into) {
        std::string whole(text);
        while (!failed_) {
            std::size_t i = 1;
            std::vector<std::string> items;
            bool closed = false;
            std::size_t begin = i;
            bool any = false;
            auto const end_item = [&](std::size_t end) {
                std::string_view const item =
                    without_blanks(std::string_view(whole).substr(begin, end - begin));
                if (!item.empty()) { items.push_back(scalar(std::string(item))); }
                any = any || !item.empty();
                begin = end + 1;
            };
            for (; i < whole.size() && !closed; ++i) {
                char const c = whole[i];
                bool const starts =
                    without_blanks(std::string_view(whole).substr(begin, i - begin)).empty();
                if ((c == '"' || c == '\'') && starts) {
                    std::string_view const from = std::string_view(whole).substr(i);
                    std::size_t const length = quoted_length(from);
                    if (length == 0) { break; }
                    i += length - 1;
                } else if (c == '#' && i > 0 && whole[i - 1] == ' ') {
                    whole.erase(i); // a comment at the end of this line
                    break;
                } else if (c == '[' || c == '{') {
                    if (starts) {
                        return fail(errc::wrong_type,
                                    "nests lists or objects; give words, in quotes "
                                    "where they have brackets.");
                    }
                } else if (c == ',') {
                    end_item(i);
                } else if (c == ']') {
                    end_item(i);
                    closed = true;
                }
            }
            if (closed) {
                std::string_view const behind = without_blanks(std::string_view(whole).substr(i));
                if (!behind.empty() && behind[0] != '#') {
                    return fail(errc::malformed, "has text behind the list; end the line there.");
                }
                into = std::move(items);
                return;
            }
            if (whole.size() > 100'000 || !next_line()) {
                return fail(errc::malformed, "begins a list that is not closed; close it with ].");
            }
            whole += ' ';
            whole += without_blanks(line_);
        }
    }

    /// The value of a plain or quoted scalar.
    [[nodiscard]] std::string scalar(std::string_view text) {
        text = without_blanks(text);
        if (text.find("{{") != std::string_view::npos) {
            fail(errc::unsupported, "is a template; render the manifest first.");
            return {};
        }
        if (!text.empty() && (text[0] == '"' || text[0] == '\'')) {
            auto plain = unquoted(text);
            if (!plain) {
                fail(errc::malformed,
                     "has a quote that is not closed, text behind one, or an escape "
                     "that is not read; write the characters themselves in quotes.");
                return {};
            }
            return std::move(*plain);
        }
        if (!text.empty() && (text[0] == '&' || text[0] == '*' || text[0] == '!')) {
            fail(errc::unsupported, "has an anchor, alias or tag; write the value itself.");
            return {};
        }
        std::size_t const comment = text.find(" #");
        return std::string(without_blanks(text.substr(0, comment)));
    }

    std::string_view rest_{};
    std::string_view line_{};
    std::size_t indent_{};
    count number_{};
    bool held_{false};
    int lists_{};
    std::string variable_{};
    container_text found_{};
    possible_error failed_{};
};

} // namespace detail

/// The command, arguments, variables and devices of the one container in a manifest.
[[nodiscard]] inline result<container_text> read_container_text(std::string_view yaml) {
    return detail::manifest_reader(yaml).read();
}

} // namespace reckon::inline v0::io
