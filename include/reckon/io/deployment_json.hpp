// SPDX-License-Identifier: MIT
// A whole deployment as JSON, accelerator and load included, and back: the same deployment.
//
//   {"name": "r1-prod", "model": "deepseek-r1", "accelerator": "h200-sxm-141gb",
//    "layout": {"tensor": 8}, "weights": "fp8-block128", "cache": {"keys_and_values": "bf16"},
//    "max_context": 32768, "concurrency": 16, "engine": {"name": "vLLM", "version": "0.21"}}
//
// Model and accelerator are the catalogue's, formats go by the names that precision/ gives them, and
// members of the engine are written where they differ from its release. What has no name is refused.
#pragma once
#include <reckon/catalog/find_gpu.hpp>
#include <reckon/io/command_line/write.hpp>
#include <reckon/io/json.hpp>
#include <reckon/precision/find_precision.hpp>

#include <string>
#include <string_view>

namespace reckon::inline v0::io {

namespace detail {

/// Every format that a state is kept in, by its own name.
inline constexpr any_precision state_formats[] = {bf16,
                                                  fp16,
                                                  fp32,
                                                  fp8,
                                                  fp8_e5m2,
                                                  int8,
                                                  nvfp4,
                                                  mxfp4,
                                                  mxfp8,
                                                  fp8_latent,
                                                  fp8_latent_v4,
                                                  fp8_index_keys,
                                                  mxfp4_index_keys,
                                                  reckon::gguf::q8_0,
                                                  reckon::gguf::q5_1,
                                                  reckon::gguf::q5_0,
                                                  reckon::gguf::q4_1,
                                                  reckon::gguf::q4_0,
                                                  reckon::gguf::iq4_nl};

[[nodiscard]] inline std::optional<any_precision> state_format(std::string_view name) {
    for (any_precision const& format : state_formats) {
        if (format.name.view() == name) { return format; }
    }
    return {};
}

inline constexpr std::string_view state_keys[] = {"keys_and_values", "index", "recurrent",
                                                  "convolution"};

/// The recipe of that name for a model: as published, a GGUF mixture, or a format.
[[nodiscard]] inline result<recipe> named_recipe(any_model const& m, std::string_view name) {
    if (name == m.published.name.view()) { return m.published; }
    // In capitals it is a GGUF file's type: "BF16" is not "bf16", whose norms are 16 bit as well.
    if (auto const mixture = gguf_recipe_for(m, name); mixture && mixture->name.view() == name) {
        return *mixture;
    }
    return find_recipe(name, gguf_facts_of(m));
}

/// An engine's members that can be told, by name.
template <class Engine, class Visit> void for_each_told(Engine& e, Visit&& visit) {
    visit("memory_utilization", e.memory_utilization);
    visit("batched_tokens", e.batched_tokens);
    visit("sequences", e.sequences);
    visit("unchunked", e.unchunked);
    visit("block_tokens", e.block_tokens);
    visit("cache_bytes", e.cache_bytes);
    visit("graphs", e.graphs);
    visit("captured", e.captured);
    visit("prediction_modules", e.prediction_modules);
    visit("exchanged_tokens", e.exchanged_tokens);
    visit("adapters", e.adapters);
    visit("adapter_rank", e.adapter_rank);
    visit("images", e.images);
    visit("reserves_for_images", e.reserves_for_images);
    visit("host_weights", e.host_weights);
}

/// The engine of a name and release, with its own settings.
[[nodiscard]] inline result<engine> released_engine(std::string_view name, engine_version version) {
    engine e{};
    if (name == "vLLM") {
        e = engines::vllm_release(version);
    } else if (name == "SGLang") {
        e = engines::sglang_release(version);
    } else if (name == "TensorRT-LLM") {
        e = engines::tensorrt_llm;
    } else if (name == "llama.cpp") {
        e = engines::llama_cpp;
    } else if (name == "on paper") {
        e = engines::on_paper;
    } else {
        sentence why{};
        why.append("the engine ");
        reckon::detail::append_typed(why, name);
        return error{errc::unknown_name,
                     why.append(" is not known; known are vLLM, SGLang, TensorRT-LLM, "
                                "llama.cpp and on paper.")};
    }
    if (e.version != version) {
        sentence why{};
        why.append(name).append(" is known as of ").append(e.version.major).append(".");
        return error{errc::unsupported,
                     why.append(e.version.minor).append(" alone; write that version.")};
    }
    return e;
}

[[nodiscard]] inline error not_json(std::string_view member, std::string_view remedy) {
    sentence why{};
    why.append("the deployment's ").append(member).append(" has no name that JSON could say; ");
    return {errc::unsupported, why.append(remedy).append(".")};
}

/// A number, without ".0" where it is whole.
[[nodiscard]] inline nlohmann::ordered_json number(double value) {
    if (value >= 0 && value < 9e15 && value == reckon::detail::floor(value)) {
        return static_cast<count>(value);
    }
    return value;
}
inline void put(nlohmann::ordered_json& into, std::string_view key, bytes value) {
    into[std::string(key)] = number(in_bytes(value));
}
inline void put(nlohmann::ordered_json& into, std::string_view key, double value) {
    into[std::string(key)] = number(value);
}
inline void put(nlohmann::ordered_json& into, std::string_view key,
                std::same_as<count> auto value) {
    into[std::string(key)] = value;
}
inline void put(nlohmann::ordered_json& into, std::string_view key, std::same_as<bool> auto value) {
    into[std::string(key)] = value;
}

} // namespace detail

/// The deployment as JSON, indented by two.
/// \param named  what the reader calls the model; empty: its name in the catalogue, which must be this model
template <model M, gpu G>
[[nodiscard]] result<std::string> write_json(serving::deployment<M, G> const& d,
                                             std::string_view named = {}) {
    using nlohmann::ordered_json;
    any_model const model = d.model;
    any_gpu const device = d.gpu;
    ordered_json out;
    if (!d.name.empty()) { out["name"] = std::string(d.name.view()); }
    std::string_view const called = named.empty() ? command::detail::name_of_stored(model) : named;
    if (named.empty()) {
        auto const known = find_model(called);
        if (!known || !(*known == model)) {
            return detail::not_json("model", "use a model of the catalogue as it is");
        }
    }
    out["model"] = std::string(called);
    auto const known_device = find_gpu(device.id.view());
    if (!known_device || !(*known_device == device)) {
        return detail::not_json("accelerator", "use one of the catalogue as it is");
    }
    out["accelerator"] = std::string(device.id.view());
    ordered_json layout = ordered_json::object();
    reckon::layout const one{};
    auto const degree = [&](char const* key, count value, count standard) {
        if (value != standard) { layout[key] = value; }
    };
    degree("tensor", d.layout.tensor, one.tensor);
    degree("pipeline", d.layout.pipeline, one.pipeline);
    degree("data", d.layout.data, one.data);
    degree("expert", d.layout.expert, one.expert);
    degree("context", d.layout.context, one.context);
    degree("redundant_experts", d.layout.redundant_experts, one.redundant_experts);
    out["layout"] = layout;
    auto const weights = detail::named_recipe(model, d.weights.name.view());
    if (!weights || !(*weights == d.weights)) {
        return detail::not_json("weights", "use a format or mixture by its name");
    }
    out["weights"] = std::string(d.weights.name.view());
    ordered_json cache = ordered_json::object();
    for (int kind = 0; kind < state_kinds; ++kind) {
        auto const format = detail::state_format(d.kv_cache.of[kind].name.view());
        if (!format || !(*format == d.kv_cache.of[kind])) {
            return detail::not_json("cache", "use formats by their names");
        }
        cache[std::string(detail::state_keys[kind])] = std::string(format->name.view());
    }
    out["cache"] = cache;
    out["max_context"] = detail::number(in_tokens(d.max_context));
    out["concurrency"] = d.concurrency;
    if (!(d.request == serving::request_shape{})) {
        out["request"] = {{"prompt", detail::number(in_tokens(d.request.prompt))},
                          {"output", detail::number(in_tokens(d.request.output))}};
    }
    engine told = d.engine;
    auto const standard = detail::released_engine(told.name.view(), told.version);
    if (!standard) { return standard.error(); }
    ordered_json engine_text = ordered_json::object();
    engine_text["name"] = std::string(told.name.view());
    engine_text["version"] =
        std::to_string(told.version.major) + "." + std::to_string(told.version.minor);
    engine remade = *standard;
    detail::for_each_told(told, [&](std::string_view key, auto const& value) {
        detail::for_each_told(remade, [&](std::string_view other, auto& own) {
            if constexpr (std::same_as<std::remove_cvref_t<decltype(own)>,
                                       std::remove_cvref_t<decltype(value)>>) {
                if (key != other || own == value) { return; }
                detail::put(engine_text, key, value);
                own = value;
            }
        });
    });
    if (!(remade == d.engine)) {
        return detail::not_json("engine", "change only what an engine can be told");
    }
    out["engine"] = engine_text;
    return out.dump(2) + "\n";
}

namespace detail {

inline void read_number(json_fields& from, std::string_view key, double& into) {
    nlohmann::json const* const value = from.find(key);
    if (value == nullptr) { return; }
    if (!value->is_number() || !(value->get<double>() >= 0) || value->get<double>() > 1e18) {
        from.refuse(errc::out_of_range, key, "is ", shown(*value),
                    "; it must be a number, 0 or more.");
        return;
    }
    into = value->get<double>();
}

inline void read_told(json_fields& from, engine& e) {
    for_each_told(e, [&](std::string_view key, auto& value) {
        using value_type = std::remove_cvref_t<decltype(value)>;
        if constexpr (std::same_as<value_type, bool>) {
            value = from.flag_or(key, value);
        } else if constexpr (std::same_as<value_type, count>) {
            value = from.integer_or(key, value, 0, count{1} << 48);
        } else if constexpr (std::same_as<value_type, double>) {
            read_number(from, key, value);
            if (value > 1) {
                from.refuse(errc::out_of_range, key, "is above 1; it must be a fraction.");
            }
        } else {
            double amount = in_bytes(value);
            read_number(from, key, amount);
            value = bytes{amount};
        }
    });
}

/// Refuses fields that nobody asked for.
inline void refuse_unknown(json_fields& from) {
    for (auto const& [key, value] : from.object().items()) {
        if (!from.seen(key)) {
            from.refuse(errc::unknown_name, key, "is no field of a deployment; leave it out.");
        }
    }
}

[[nodiscard]] inline engine_version read_version(json_fields& from) {
    std::string_view const text = from.text_or("version", "");
    std::size_t const point = text.find('.');
    auto const major = command::read_plain_count(text.substr(0, point));
    auto const minor = point == std::string_view::npos
                           ? std::optional<count>{}
                           : command::read_plain_count(text.substr(point + 1));
    if (!major || !minor || *major < 0 || *minor < 0 || *major > 9999 || *minor > 9999) {
        from.refuse(errc::missing_field, "version", "must be a release, such as \"0.21\".");
        return {};
    }
    return {static_cast<int>(*major), static_cast<int>(*minor)};
}

} // namespace detail

/// The deployment that an object describes, wherever it was read from. `source` names it in errors.
[[nodiscard]] inline result<serving::any_deployment>
read_deployment(nlohmann::json const& document, std::string_view source = "the deployment") {
    json_fields from(document, source);
    serving::any_deployment d{};
    constexpr count most = count{1} << 40;
    std::string_view const called = from.text_or("name", "");
    if (called.size() > 63) {
        from.refuse(errc::out_of_range, "name", "is longer than 63 characters; shorten it.");
    }
    d.name = label(called.substr(0, 63));
    for (char const* key : {"model", "accelerator", "max_context"}) {
        if (!from.contains(key)) {
            from.refuse(errc::missing_field, key, "is missing; a deployment needs it.");
        }
    }
    if (from.failure()) { return *from.failure(); }
    auto const model = find_model(from.text_or("model", ""));
    if (!model) { from.fail(model.error()); }
    auto const device = find_gpu(from.text_or("accelerator", ""));
    if (!device) { from.fail(device.error()); }
    if (from.failure()) { return *from.failure(); }
    d.model = *model;
    d.gpu = *device;
    nlohmann::json const none = nlohmann::json::object();
    auto const part = [&](std::string_view key) {
        nlohmann::json const* const object = from.object_or_none(key);
        return json_fields(object == nullptr ? none : *object, source, std::string(key) + ".");
    };
    json_fields layout = part("layout");
    d.layout.tensor = layout.integer_or("tensor", 1, 1, most);
    d.layout.pipeline = layout.integer_or("pipeline", 1, 1, most);
    d.layout.data = layout.integer_or("data", 1, 1, most);
    d.layout.expert = layout.integer_or("expert", 1, 1, most);
    d.layout.context = layout.integer_or("context", 1, 1, most);
    d.layout.redundant_experts = layout.integer_or("redundant_experts", 0, 0, most);
    d.weights = d.model.published;
    if (std::string_view const format = from.text_or("weights", ""); !format.empty()) {
        auto const weights = detail::named_recipe(d.model, format);
        if (!weights) {
            from.fail(weights.error());
        } else {
            d.weights = *weights;
        }
    }
    json_fields cache = part("cache");
    for (int kind = 0; kind < state_kinds; ++kind) {
        std::string_view const key = detail::state_keys[kind];
        std::string_view const format = cache.text_or(key, "");
        if (format.empty()) { continue; }
        auto const known = detail::state_format(format);
        if (!known) {
            cache.refuse(
                errc::unknown_name, key, "is ", detail::in_quotes(format),
                ", no format that states are kept in; write bf16, fp16, fp32, fp8 or q8_0.");
            continue;
        }
        // The cache's own format decides those that are not written.
        if (kind == 0) { d.kv_cache = cache_recipe(*known); }
        d.kv_cache = d.kv_cache.with(static_cast<state_kind>(kind), *known);
    }
    double context = 0;
    detail::read_number(from, "max_context", context);
    d.max_context = tokens{context};
    d.concurrency = from.integer_or("concurrency", 1, 0, most);
    json_fields request = part("request");
    double prompt = 0;
    double output = 0;
    detail::read_number(request, "prompt", prompt);
    detail::read_number(request, "output", output);
    d.request = {tokens{prompt}, tokens{output}};
    json_fields engine_text = part("engine");
    std::string_view const name = engine_text.text_or("name", "vLLM");
    bool const versioned = engine_text.contains("version");
    auto const base = detail::released_engine(name, versioned || name != "vLLM"
                                                        ? detail::read_version(engine_text)
                                                        : engines::vllm.version);
    if (!base) {
        engine_text.fail(base.error());
    } else {
        d.engine = *base;
    }
    detail::read_told(engine_text, d.engine);
    for (json_fields* fields : {&from, &layout, &cache, &request, &engine_text}) {
        detail::refuse_unknown(*fields);
        if (fields->failure()) { return *fields->failure(); }
    }
    return d;
}

/// The deployment that a JSON text describes. `source` names the text in errors.
[[nodiscard]] inline result<serving::any_deployment>
read_deployment_json(std::string_view text, std::string_view source = "the deployment") {
    auto const document = parse_json(text, source);
    if (!document) { return document.error(); }
    return read_deployment(*document, source);
}

} // namespace reckon::inline v0::io
