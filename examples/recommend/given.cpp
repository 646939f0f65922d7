// SPDX-License-Identifier: MIT
#include "recommend/given.hpp"
#include "recommend/options.hpp"

#include <reckon/detail/nearest.hpp>
#include <reckon/io/json.hpp>
#include <reckon/io/read_file.hpp>
#include <reckon/io/toml.hpp>
#include <reckon/version.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <deque>
#include <iostream>

namespace recommend {
namespace {

using reckon::errc;
using reckon::error;
using reckon::sentence;

std::string_view trimmed(std::string_view s) {
    while (!s.empty() && s.front() == ' ') {
        s.remove_prefix(1);
    }
    while (!s.empty() && s.back() == ' ') {
        s.remove_suffix(1);
    }
    return s;
}

/// The line on which a setting of that name begins; 0 where none does.
std::size_t line_of(std::string_view text, std::string_view name) {
    std::size_t line = 1;
    while (!text.empty()) {
        std::size_t const end = std::min(text.find('\n'), text.size());
        std::string_view here = text.substr(0, end);
        std::size_t const begin = here.find_first_not_of(" \t{,\"'");
        here.remove_prefix(std::min(begin, here.size()));
        std::string_view const behind = here.substr(std::min(name.size(), here.size()));
        std::size_t const next = behind.find_first_not_of(" \t\"'");
        if (here.starts_with(name) && next != std::string_view::npos &&
            (behind[next] == '=' || behind[next] == ':')) {
            return line;
        }
        text.remove_prefix(std::min(end + 1, text.size()));
        ++line;
    }
    return 0;
}

/// A text, a number or true as it would be typed; nothing where it is none of them.
std::optional<std::string> typed_text(nlohmann::json const& value) {
    if (value.is_string()) { return value.get<std::string>(); }
    if (value.is_number() || value.is_boolean()) { return value.dump(); }
    return std::nullopt;
}

error wrong_value(std::string_view place, nlohmann::json const& value, option const& o) {
    sentence why{place};
    why.append(" is ").append(reckon::io::detail::shown(value)).append("; write ");
    why.append(o.kind == option_kind::flag      ? "true or false"
               : o.kind == option_kind::several ? "a text, a number or a list of them"
                                                : "a text or a number");
    return {errc::wrong_type, why};
}

reckon::result<given::entry> entry_of(std::string const& place, nlohmann::json const& value,
                                      option const& o) {
    given::entry e{{}, place};
    if (o.kind == option_kind::flag) {
        if (!value.is_boolean()) { return wrong_value(place, value, o); }
        if (value.get<bool>()) { e.texts.emplace_back("true"); }
        return e;
    }
    if (value.is_array() && o.kind == option_kind::several) {
        for (nlohmann::json const& one : value) {
            auto const text = typed_text(one);
            if (!text || one.is_boolean()) { return wrong_value(place, one, o); }
            e.texts.push_back(*text);
        }
        return e;
    }
    auto const text = typed_text(value);
    if (!text || value.is_boolean()) { return wrong_value(place, value, o); }
    e.texts.push_back(*text);
    return e;
}

verb verb_of(std::string_view word, bool& named) {
    constexpr std::string_view words[] = {"recommend", "plan", "compare", "buy-or-rent", "share"};
    auto const* const found = std::ranges::find(words, word);
    named = found != std::end(words);
    return static_cast<verb>(named ? found - words : 0);
}

constexpr std::string_view purpose_of(verb v) {
    constexpr std::string_view purposes[] = {
        "Recommends accelerators to serve a large language model, with the reasons.",
        "Plans a fleet over a day: replicas by hour, cold start, machines, room and cost.",
        "Holds two or more choices side by side under one load.",
        "What owning machines costs against renting them, and against a seller of tokens.",
        "Puts several services on the machines of one fleet, small ones on parts of an "
        "accelerator."};
    return purposes[static_cast<int>(v)];
}

constexpr std::string_view example_of(verb v) {
    constexpr std::string_view examples[] = {
        "recommend --model deepseek-r1 --context 32768 --concurrency 64 --gpus h100,h200,b200\n"
        "\nOther verbs: recommend plan, compare, buy-or-rent and share; each has --help.",
        "recommend plan --model qwen3-32b --prompt 2000 --output 500 --curve 20 --max-ttft 2s "
        "--gpus h100",
        "recommend compare --model deepseek-r1 --context 32K --concurrency 64 --option \"h200x8\" "
        "--option \"mi300x x8\"",
        "recommend buy-or-rent --purchase 120000 --power 8 --tariff 0.12 --maintenance 5% "
        "--instance p4de.24xlarge --utilisation 60%",
        "recommend share --gpu h100 --service chat.toml --service search.toml\n"
        "\nA service is a file of options of recommend plan: model, prompt, output, curve, "
        "limits."};
    return examples[static_cast<int>(v)];
}

/// Where CLI11 writes what it reads.
struct slots {
    std::deque<std::string> one{};
    std::deque<std::vector<std::string>> several{};
    std::deque<bool> flags{};
    std::vector<std::pair<option const*, CLI::Option*>> known{};
    std::string file{};
    CLI::Option* from_file{};
};

void describe(CLI::App& app, verb v, slots& s) {
    app.set_help_flag(); // Listed last, so made last.
    s.from_file = app.add_option("--file", s.file, "TOML or JSON with options by their names here")
                      ->type_name("PATH")
                      ->group("What to serve");
    for (option const& o : all_options()) {
        if (!o.belongs_to(v)) { continue; }
        std::string const name = "--" + std::string(o.name);
        CLI::Option* made = nullptr;
        switch (o.kind) {
        case option_kind::one: made = app.add_option(name, s.one.emplace_back()); break;
        case option_kind::several:
            made = app.add_option(name, s.several.emplace_back())->expected(1)->take_all();
            break;
        case option_kind::flag: made = app.add_flag(name, s.flags.emplace_back()); break;
        }
        made->description(std::string(o.help))->group(std::string(o.group));
        if (o.kind != option_kind::flag) { made->type_name(std::string(o.shown)); }
        s.known.emplace_back(&o, made);
    }
    app.set_help_flag("-h,--help", "Print this help")->group("Other");
    app.set_version_flag("--version",
                         std::to_string(reckon::version_major) + "." +
                             std::to_string(reckon::version_minor) + "." +
                             std::to_string(reckon::version_patch),
                         "Print the version")
        ->group("Other");
    app.footer("\nExample:\n  " + std::string(example_of(v)) +
               (v == verb::buy_or_rent
                    ? "\n\nExit status: 0 with an answer, 2 when the question cannot be read."
                    : "\n\nExit status: 0 with a plan, 1 without one, 2 when the question cannot "
                      "be read."));
    app.allow_extras(); // refused by no_option, which suggests
}

} // namespace

bool given::has(std::string_view name) const { return entries_.find(name) != entries_.end(); }

std::string given::text(std::string_view name) const {
    auto const found = entries_.find(name);
    return found == entries_.end() || found->second.texts.empty() ? "" : found->second.texts[0];
}

std::vector<std::string> given::texts(std::string_view name) const {
    auto const found = entries_.find(name);
    return found == entries_.end() ? std::vector<std::string>{} : found->second.texts;
}

std::vector<std::string> given::list(std::string_view name) const {
    std::vector<std::string> parts;
    for (std::string const& one : texts(name)) {
        std::size_t begin = 0;
        while (begin <= one.size()) {
            std::size_t const end = std::min(one.find(',', begin), one.size());
            parts.emplace_back(trimmed(std::string_view(one).substr(begin, end - begin)));
            begin = end + 1;
        }
    }
    return parts;
}

std::string given::place(std::string_view name) const {
    auto const found = entries_.find(name);
    return found == entries_.end() ? "--" + std::string(name) : found->second.place;
}

void complain(error const& why) {
    std::string_view sentence = why.message.view();
    if (sentence.ends_with('.')) { sentence.remove_suffix(1); }
    std::cerr << "recommend: " << sentence << '\n';
}

reckon::result<given> read_file_of_options(std::string const& path, verb asked) {
    auto const text = reckon::io::read_text_file(path);
    if (!text) { return text.error(); }
    std::string const source = reckon::io::detail::shown_path(path);
    std::size_t const first = text->find_first_not_of(" \t\r\n");
    bool const json = first != std::string::npos && (*text)[first] == '{';
    auto const read =
        json ? reckon::io::parse_json(*text, source) : reckon::io::parse_toml(*text, source);
    if (!read) { return read.error(); }
    given g;
    g.asked = asked;
    for (auto const& [name, value] : read->items()) {
        std::size_t const line = line_of(*text, name);
        std::string const at = source + (line > 0 ? ":" + std::to_string(line) : "") + ": ";
        if (value.is_object() && find_option(name) == nullptr) {
            sentence why{at};
            reckon::detail::append_typed(why, name);
            return error{errc::unknown_name,
                         why.append(" is a section; options stand at the top, without one")};
        }
        option const* const o = find_option(name);
        if (o == nullptr || !o->belongs_to(asked)) { return no_option(at, name, asked); }
        auto const e = entry_of(at + name, value, *o);
        if (!e) { return e.error(); }
        if (!e->texts.empty()) { g.set(name, *e); }
    }
    return g;
}

command_line read_command_line(int argc, char const* const* argv) {
    bool named = false;
    verb const v = verb_of(argc > 1 ? argv[1] : "", named);
    slots s;
    CLI::App app{std::string(purpose_of(v)), std::string(command_of(v))};
    describe(app, v, s);
    try {
        app.parse(named ? argc - 1 : argc, named ? argv + 1 : argv);
    } catch (CLI::ParseError const& e) {
        if (e.get_exit_code() == 0) { return {{}, app.exit(e)}; }
        for (auto const& [o, made] : s.known) {
            if (o->kind != option_kind::one || made->count() < 2) { continue; }
            sentence why{"--"};
            complain(
                {errc::contradiction, why.append(o->name).append(" is given twice; give one")});
            return {{}, 2};
        }
        std::cerr << "recommend: " << e.what() << "; " << command_of(v)
                  << " --help lists the options\n";
        return {{}, 2};
    }
    for (std::string const& word : app.remaining()) {
        if (word == "--") { continue; }
        std::string_view const name = std::string_view(word).substr(word.starts_with("--") ? 2 : 0);
        if (word.starts_with("--")) {
            complain(no_option("", name.substr(0, name.find('=')), v));
        } else {
            sentence why{};
            reckon::detail::append_typed(why, word);
            complain({errc::unknown_name,
                      why.append(" is no verb and no option; verbs are recommend, plan, compare, "
                                 "buy-or-rent and share, and come first")});
        }
        return {{}, 2};
    }
    given g;
    g.asked = v;
    if (s.from_file->count() > 0) {
        auto const from_file = read_file_of_options(s.file, v);
        if (!from_file) {
            complain(from_file.error());
            return {{}, 2};
        }
        g = *from_file;
    }
    std::size_t one = 0;
    std::size_t several = 0;
    for (auto const& [o, made] : s.known) {
        std::string const name(o->name);
        given::entry e{{}, "--" + name};
        if (o->kind == option_kind::one) { e.texts = {s.one[one++]}; }
        if (o->kind == option_kind::several) { e.texts = s.several[several++]; }
        if (o->kind == option_kind::flag) { e.texts = {"true"}; }
        if (made->count() > 0) { g.set(name, std::move(e)); }
    }
    return {std::move(g), 0};
}

} // namespace recommend
