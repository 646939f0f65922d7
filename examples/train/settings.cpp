// SPDX-License-Identifier: MIT
#include "train/settings.hpp"

#include <reckon/io/read_file.hpp>
#include <reckon/io/training/megatron.hpp>
#include <reckon/io/training/peft.hpp>
#include <reckon/io/training/torchtitan.hpp>
#include <reckon/io/training/training_arguments.hpp>

#include <string_view>

namespace train {

namespace {

using namespace reckon;
using training::any_run;

error at(std::string_view option, error const& why) {
    return {why.code, sentence(option).append(": ").append(why.message.view())};
}

/// The text of a file, handed to `read` with its name.
template <class Read>
auto from_file(std::string_view option, std::string const& file, Read const& read)
    -> decltype(read(std::string_view{}, std::string_view{})) {
    auto const text = io::read_text_file(file);
    if (!text) { return at(option, text.error()); }
    auto const r = read(*text, file);
    if (!r) { return at(option, r.error()); }
    return r;
}

} // namespace

bool has_settings(typed const& t) {
    return !(t.megatron.empty() && t.torchtitan.empty() && t.deepspeed.empty() &&
             t.trainer.empty() && t.peft.empty());
}

result<any_run> read_settings(typed const& t, any_run r) {
    int const whole =
        int{!t.megatron.empty()} + int{!t.torchtitan.empty()} + int{!t.trainer.empty()};
    if (whole > 1 || (!t.deepspeed.empty() && whole > 0)) {
        return error{errc::contradiction,
                     "--megatron, --torchtitan, --deepspeed and --hf are settings of "
                     "different frameworks; give one of them."};
    }
    bool const degrees =
        t.tensor > 0 || t.pipeline > 0 || t.expert > 0 || t.batch > 0 || t.zero >= 0;
    if (whole > 0 && degrees) {
        return error{errc::contradiction,
                     "--tensor, --pipeline, --expert, --batch and --zero are in the settings "
                     "already; change them there, or leave the settings out."};
    }
    if (!t.peft.empty()) {
        auto const a =
            from_file("--peft", t.peft, [](std::string_view text, std::string_view file) {
                return io::training::read_peft(text, file);
            });
        if (!a) { return a.error(); }
        recipe const base = r.adapter.frozen_base() ? r.adapter.base : recipe(bf16);
        r.adapter = *a;
        r.adapter.base = base;
    }
    if (!t.megatron.empty()) {
        bool const line = t.megatron.find("--") != std::string::npos;
        if (line) {
            auto const with = io::training::read_megatron(t.megatron, r);
            return with ? with : result<any_run>(at("--megatron", with.error()));
        }
        return from_file("--megatron", t.megatron, [&](std::string_view text, std::string_view) {
            return io::training::read_megatron(text, r);
        });
    }
    using reader = result<any_run> (*)(std::string_view, std::string_view, any_run);
    struct kind {
        std::string_view option;
        std::string const& file;
        reader read;
    };
    kind const kinds[] = {{"--torchtitan", t.torchtitan, io::training::read_torchtitan},
                          {"--deepspeed", t.deepspeed, io::training::read_deepspeed},
                          {"--hf", t.trainer, io::training::read_training_arguments}};
    for (kind const& k : kinds) {
        if (k.file.empty()) { continue; }
        return from_file(k.option, k.file, [&](std::string_view text, std::string_view file) {
            return k.read(text, file, r);
        });
    }
    return r;
}

result<std::string> settings_of(question const& q) {
    struct kind {
        std::string_view name;
        result<std::string> (*write)(any_run const&);
    };
    constexpr kind kinds[] = {{"megatron", io::training::write_megatron},
                              {"torchtitan", io::training::write_torchtitan},
                              {"deepspeed", io::training::write_deepspeed},
                              {"hf", io::training::write_training_arguments}};
    for (kind const& k : kinds) {
        if (k.name != q.write) { continue; }
        auto const text = k.write(q.run);
        if (text && (text->empty() || text->back() != '\n')) { return *text + "\n"; }
        return text;
    }
    sentence s{};
    reckon::detail::append_typed(s, q.write);
    return error{errc::unknown_name,
                 s.append(" is none of megatron, torchtitan, deepspeed and hf.")};
}

} // namespace train
