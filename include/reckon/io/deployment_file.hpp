// SPDX-License-Identifier: MIT
// The deployments of a file, each with the line where it begins: what a repository is checked for.
//
//   .json         one deployment (io/deployment_json.hpp)
//   .toml         the same fields, or an engine's command line: one deployment, or one in each section,
//                 whose name is the deployment's; accelerator and concurrency in front of them are for all
//   .yaml, .yml   Kubernetes manifests (io/kubernetes_reader.hpp), one container a document; documents
//                 without containers are passed over
//   any other     engine command lines, one to a line; a backslash at its end continues it
//
// Command lines and manifests do not say which accelerator they start on, nor their load. A comment does:
//
//   # reckon: accelerator=h200-sxm, concurrency=64, name=r1-prod
//
// It holds from its line (in a manifest: from its document) on; the name, for the next deployment alone.
// A manifest's label nvidia.com/gpu.product is as good as an accelerator.
//   [r1-prod]
//   command = "vllm serve deepseek-ai/DeepSeek-R1 --tensor-parallel-size 8"
//   accelerator = "h200-sxm"
//
// Deviations: what a comment after "# reckon:" does not know is refused; other comments are comments.
#pragma once
#include <reckon/catalog/find_gpu.hpp>
#include <reckon/io/deployment_json.hpp>
#include <reckon/io/kubernetes_reader.hpp>
#include <reckon/io/toml.hpp>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reckon::inline v0::io {

/// How a deployment was written, which is how its remedies are said.
enum class deployment_form : unsigned char { command_line, manifest, json, toml };

/// Whether it is said in fields, not in an engine's flags.
[[nodiscard]] constexpr bool in_fields(deployment_form form) noexcept {
    return form == deployment_form::json || form == deployment_form::toml;
}

/// A deployment of a file, or why it was refused.
struct written_deployment {
    count line{};       ///< where it begins; the first is 1
    std::string name{}; ///< as written, else the file's
    deployment_form form{};
    /// The engine shortens the context to what fits instead of refusing to start.
    bool shrinks_context{};
    result<serving::any_deployment> read = error{};
};

/// The file's name without folder and ending.
[[nodiscard]] inline std::string_view file_stem(std::string_view path) noexcept {
    path.remove_prefix(std::min(path.find_last_of("/\\") + 1, path.size()));
    return path.substr(0, path.rfind('.') == 0 ? path.size() : path.rfind('.'));
}

namespace detail {

/// A name on one line: control characters become '?'.
[[nodiscard]] inline std::string on_one_line(std::string_view name) {
    std::string shown(name);
    for (char& c : shown) {
        auto const byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F) { c = '?'; }
    }
    return shown;
}

/// What "# reckon:" says, from its line on.
struct launch_setting {
    std::string accelerator{};
    launch_load load{};
    std::string name{};
};

/// Reads the text behind "# reckon:" into `s`.
[[nodiscard]] inline possible_error read_setting(std::string_view text, launch_setting& s) {
    while (!text.empty()) {
        std::size_t const end = std::min(text.find(','), text.size());
        std::string_view const part = without_blanks(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        std::size_t const equals = std::min(part.find('='), part.size());
        std::string_view const key = without_blanks(part.substr(0, equals));
        std::string_view const value =
            equals < part.size() ? without_blanks(part.substr(equals + 1)) : std::string_view{};
        sentence why{};
        reckon::detail::append_typed(why, key);
        if (key == "accelerator" && !value.empty()) {
            s.accelerator = value;
        } else if (key == "name" && !value.empty()) {
            s.name = value;
        } else if (key == "concurrency") {
            auto const number = command::read_plain_count(value);
            if (!number || *number < 1 || *number > count{1} << 40) {
                return error{errc::out_of_range,
                             why.append(" after \"# reckon:\" must be a number of requests, as in "
                                        "concurrency=64.")};
            }
            s.load.concurrency = *number;
        } else {
            return error{errc::unknown_name,
                         why.append(" after \"# reckon:\" is not understood; write accelerator=.., "
                                    "concurrency=.. or name=.., with commas between.")};
        }
    }
    return {};
}

/// What stands behind "# reckon:" in a line, or nothing.
[[nodiscard]] inline std::optional<std::string_view> setting_of(std::string_view line) noexcept {
    line = without_blanks(line);
    if (line.empty() || line[0] != '#') { return {}; }
    line = without_blanks(line.substr(1));
    constexpr std::string_view mark = "reckon:";
    if (line.substr(0, mark.size()) != mark) { return {}; }
    return without_blanks(line.substr(mark.size()));
}

/// The lines of a text, without their ends.
[[nodiscard]] inline std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        std::size_t const end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        if (!line.empty() && line.back() == '\r') { line.remove_suffix(1); }
        lines.push_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

/// Collects the deployments of one file.
class deployment_reader {
public:
    deployment_reader(std::string_view path, std::string_view accelerator) : path_(path) {
        setting_.accelerator = accelerator;
    }

    void read_command_lines(std::string_view text) {
        std::string whole;
        count line = 0;
        count begins = 0;
        for (std::string_view const raw : lines_of(text)) {
            ++line;
            std::string_view part = without_blanks(raw);
            if (whole.empty()) {
                begins = line;
                if (read_comment(part, line)) { continue; }
            }
            bool const goes_on = !part.empty() && part.back() == '\\';
            if (goes_on) { part.remove_suffix(1); }
            whole.append(part).append(goes_on ? " " : "");
            if (goes_on) { continue; }
            launched(begins, deployment_form::command_line, read_command_line(whole), {});
            whole.clear();
        }
        if (!whole.empty()) {
            launched(begins, deployment_form::command_line, read_command_line(whole), {});
        }
    }

    void read_manifests(std::string_view text) {
        auto const lines = lines_of(text);
        for (std::size_t begin = 0; begin < lines.size();) {
            std::size_t end = begin;
            while (end < lines.size() && (end == begin || lines[end].substr(0, 3) != "---")) {
                ++end;
            }
            read_manifest(lines, begin, end);
            begin = end;
        }
    }

    void read_json(std::string_view text) {
        std::size_t const opens = std::min(text.find('{'), text.size());
        count const line =
            1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(opens), '\n');
        auto read = read_deployment_json(text, file_stem(path_));
        std::string name =
            on_one_line(read && !read->name.empty() ? read->name.view() : file_stem(path_));
        found_.push_back({line, std::move(name), deployment_form::json, false, std::move(read)});
    }

    void read_toml(std::string_view text) {
        auto const document = parse_toml_document(text, file_stem(path_));
        if (!document) { return refused(1, deployment_form::toml, document.error()); }
        nlohmann::json const& all = document->values;
        auto const line_of = [&](std::string const& key) { return document->lines.at(key); };
        if (all.contains("model") || all.contains("command")) {
            count first = std::numeric_limits<count>::max();
            for (auto const& member : document->lines) {
                first = std::min(first, member.second);
            }
            return read_section(all, first, file_stem(path_));
        }
        // What stands in front of the sections is for all of them.
        nlohmann::json common = nlohmann::json::object();
        std::vector<std::pair<count, std::string>> sections;
        for (auto const& [key, value] : all.items()) {
            if (value.is_object()) {
                sections.emplace_back(line_of(key), key);
            } else if (key == "accelerator" || key == "concurrency") {
                common[key] = value;
            } else {
                sentence why{};
                reckon::detail::append_typed(why, key);
                refused(line_of(key), deployment_form::toml,
                        {errc::unknown_name,
                         why.append(" is not understood here; write a [section] for each "
                                    "deployment, and accelerator or concurrency in front.")});
            }
        }
        std::sort(sections.begin(), sections.end());
        for (auto const& [line, key] : sections) {
            nlohmann::json section = all[key];
            for (auto const& [name, value] : common.items()) {
                if (!section.contains(name)) { section[name] = value; }
            }
            read_section(section, line, key);
        }
    }

    [[nodiscard]] std::vector<written_deployment> take() { return std::move(found_); }

private:
    /// Whether the line is blank or a comment; one that is meant for us is read.
    bool read_comment(std::string_view content, count line) {
        if (auto const setting = setting_of(content)) {
            if (auto const wrong = read_setting(*setting, setting_)) {
                refused(line, deployment_form::command_line, *wrong);
            }
        }
        return content.empty() || content[0] == '#';
    }

    /// One deployment of a TOML file, called `called` where it does not say its name.
    void read_section(nlohmann::json section, count line, std::string_view called) {
        std::string const known = on_one_line(called);
        if (!section.contains("accelerator") && !setting_.accelerator.empty()) {
            section["accelerator"] = setting_.accelerator;
        }
        if (section.contains("command")) {
            json_fields from(section, known);
            std::string_view const command = from.text_or("command", "");
            if (!from.contains("accelerator")) {
                from.refuse(errc::missing_field, "accelerator",
                            "is missing; a command does not say what it starts on.");
            }
            launch_setting const common = setting_;
            setting_.accelerator = from.text_or("accelerator", "");
            setting_.load.concurrency = from.integer_or("concurrency", 0, 1, count{1} << 40);
            setting_.name = from.text_or("name", "");
            for (auto const& [key, value] : section.items()) {
                if (!from.seen(key)) {
                    from.refuse(errc::contradiction, key,
                                "stands beside a command, which says it in a flag; leave it out.");
                }
            }
            if (auto const wrong = from.failure()) {
                refused(line, deployment_form::toml, *wrong, known);
            } else {
                launched(line, deployment_form::command_line, read_command_line(command), known);
            }
            setting_ = common;
            return;
        }
        auto read = read_deployment(section, known);
        std::string name = read && !read->name.empty() ? on_one_line(read->name.view()) : known;
        found_.push_back({line, std::move(name), deployment_form::toml, false, std::move(read)});
    }

    void read_manifest(std::vector<std::string_view> const& lines, std::size_t begin,
                       std::size_t end) {
        // The document alone, on the lines where it stands in the file.
        std::string document(begin, '\n');
        std::string_view called{};
        std::string_view product{};
        count line = 0;
        bool has_containers = false;
        for (std::size_t i = begin; i < end; ++i) {
            std::string_view content = without_blanks(lines[i]);
            document.append(lines[i]).append("\n");
            if (auto const setting = setting_of(content)) {
                if (auto const wrong = read_setting(*setting, setting_)) {
                    return refused(static_cast<count>(i) + 1, deployment_form::manifest, *wrong);
                }
            }
            if (content.substr(0, 2) == "- ") { content = without_blanks(content.substr(1)); }
            auto const value_of = [content](std::string_view key) {
                return content.substr(0, key.size()) == key
                           ? unquoted_word(content.substr(key.size()))
                           : std::string_view{};
            };
            has_containers = has_containers || content.substr(0, 11) == "containers:";
            if (called.empty()) { called = value_of("name:"); }
            if (product.empty()) { product = value_of("nvidia.com/gpu.product:"); }
            bool const list = content.substr(0, 5) == "args:" || content.substr(0, 8) == "command:";
            if (line == 0 && list) { line = static_cast<count>(i) + 1; }
        }
        if (line == 0 && !has_containers) { return; }
        line = line == 0 ? static_cast<count>(begin) + 1 : line;
        launched(line, deployment_form::manifest, read_container(document), called, product);
    }

    [[nodiscard]] static std::string_view unquoted_word(std::string_view value) noexcept {
        value = without_blanks(value.substr(0, value.find(" #")));
        bool const quoted =
            value.size() > 1 && (value[0] == '"' || value[0] == '\'') && value.back() == value[0];
        return quoted ? value.substr(1, value.size() - 2) : value;
    }

    void launched(count line, deployment_form form, result<launch> const& read,
                  std::string_view called, std::string_view product = {}) {
        if (!read) { return refused(line, form, read.error(), called); }
        std::string_view const wanted = product.empty() ? setting_.accelerator : product;
        if (wanted.empty()) {
            return refused(line, form,
                           {errc::missing_field,
                            "no accelerator is said that it starts on; write a comment "
                            "\"# reckon: accelerator=h200-sxm\" above it."},
                           called);
        }
        auto const gpu = find_gpu(wanted);
        if (!gpu) { return refused(line, form, gpu.error(), called); }
        auto d = read->on(*gpu, setting_.load);
        std::string name = take_name(!called.empty() ? called : d.name.view());
        found_.push_back({line, std::move(name), form, read->shrinks_context, std::move(d)});
    }

    void refused(count line, deployment_form form, error const& why, std::string_view called = {}) {
        found_.push_back({line, take_name(called), form, false, why});
    }

    /// The comment's name, else the deployment's own, else the file's.
    [[nodiscard]] std::string take_name(std::string_view own) {
        std::string name = std::exchange(setting_.name, {});
        if (name.empty()) { name = own.empty() ? file_stem(path_) : own; }
        return on_one_line(name);
    }

    std::string_view path_;
    launch_setting setting_{};
    std::vector<written_deployment> found_{};
};

} // namespace detail

/// The deployments of a file's text, in their order. `path` says by its ending what the text is, and names
/// deployments without a name; `accelerator`: where nothing in the text says one. Domain: any text.
[[nodiscard]] inline std::vector<written_deployment>
read_deployments(std::string_view text, std::string_view path, std::string_view accelerator = {}) {
    detail::deployment_reader reader(path, accelerator);
    if (path.ends_with(".json")) {
        reader.read_json(text);
    } else if (path.ends_with(".toml")) {
        reader.read_toml(text);
    } else if (path.ends_with(".yaml") || path.ends_with(".yml")) {
        reader.read_manifests(text);
    } else {
        reader.read_command_lines(text);
    }
    return reader.take();
}

} // namespace reckon::inline v0::io
