// SPDX-License-Identifier: MIT
#include "accuracy/csv.hpp"
#include "accuracy/names.hpp"

#include <reckon/catalog/find_gpu.hpp>
#include <reckon/catalog/find_model.hpp>
#include <reckon/model/gguf_facts.hpp>
#include <reckon/parallel/validate.hpp>
#include <reckon/precision/storage.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <vector>

namespace accuracy {

namespace {

using namespace reckon;

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos;
         at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
    return text;
}

std::string without_parentheses(std::string text) {
    for (std::size_t open = text.find('('); open != std::string::npos; open = text.find('(')) {
        std::size_t const close = text.find(')', open);
        text.erase(open, close == std::string::npos ? std::string::npos : close - open + 1);
    }
    while (!text.empty() && text.back() == ' ') {
        text.pop_back();
    }
    return text;
}

/// Names for models of the same shape: a successor without new dimensions, an older spelling, a
/// fine-tune under a name of its own.
constexpr std::pair<std::string_view, std::string_view> same_shape[] = {
    {"llama2-70b", "llama-2-70b"},
    {"llama2-7b", "llama-2-7b"},
    {"llama-7b", "llama-2-7b"}, // Llama 1: same layers, width and vocabulary
    {"llama-13b", "llama-2-13b"},
    {"vicuna-7b", "llama-2-7b"},
    {"vicuna-13b", "llama-2-13b"},
    {"openbuddy-llama-3.3-70b", "llama-3.3-70b"},
    {"mistral-7b", "mistral-7b-v0.3"},
    {"mistral-7b-openorca", "mistral-7b-v0.1"},
    {"mixtral-8x7b-v0.1", "mixtral-8x7b"},
    {"mixtral-8x22b-v0.1", "mixtral-8x22b"},
    {"qwen2-7b", "qwen2.5-7b"}, // Qwen2.5 keeps Qwen2's dimensions
    {"qwen2-72b", "qwen2.5-72b"},
    {"qwen2-1.5b", "qwen2.5-1.5b"},
    {"qwen2-0.5b", "qwen2.5-0.5b"},
    {"qwen2.5-coder-7b", "qwen2.5-7b"},
    {"qwen2.5-coder-32b", "qwen2.5-32b"},
    {"qwq-32b", "qwen2.5-32b"},
    {"qwen3-coder-30b-a3b", "qwen3-30b-a3b"},
    {"deepseek-v3-671b", "deepseek-v3"},
    {"deepseek-r1-671b", "deepseek-r1"},
    {"deepseek-r1:671b", "deepseek-r1"},
    {"deepseek-v3.1-terminus", "deepseek-v3.1"},
    {"deepseek-coder-v2", "deepseek-v2"},
    {"deepseek-coder-v2-lite", "deepseek-v2-lite"},
    {"llama-4-maverick", "llama-4-maverick-17b-128e"},
    {"llama-4-scout", "llama-4-scout-17b-16e"},
    {"kimi-k2", "kimi-k2-instruct"},
    {"phi-4", "phi-4-14b"},
};

/// What checkpoints and files append to a model's name.
constexpr std::string_view suffixes[] = {
    "-instruct", "-chat",   "-it",     "-base",   "-hf",          "-thinking", "-fp8",
    "-fp4",      "-bf16",   "-fp16",   "-f16",    "-dynamic",     "-block",    "-awq",
    "-gptq",     "-int4",   "-int8",   "-nvfp4",  "-mxfp4",       "-w4a16",    "-w8a8",
    "-w4a8",     "-w4afp8", "-quarot", "-mindie", "-per-channel", "-bnb-4bit", "-4bit",
    "-8bit",     "-gguf",   "-mtp",    "-qat",    "-99.9",        "-99",       "-int4-int4",
    "-v2",       "-q2-k",   "-q3-k-s", "-q3-k-m", "-q4-k-m",      "-q4-k-s",   "-q5-k-m",
    "-q6-k",     "-q8-0",   "-q4-0",   ".q4-0",   ".q8-0",        "-latest"};
constexpr std::string_view prefixes[] = {"meta-",      "unsloth-",     "nvidia-",
                                         "mistralai-", "deepseek-ai-", "openai-"};

/// "Qwen2.5-7B class (28 layers x 4 kv heads)", "32B dense (QwQ/Qwen2.5-32B class)": the model that a class
/// is named after; empty where a name names no class.
std::string model_of_class(std::string_view name) {
    auto const at = name.find(" class");
    if (at == std::string_view::npos) { return {}; }
    auto const from = name.find_last_of("(/", at);
    return std::string(name.substr(from == std::string_view::npos ? 0 : from + 1,
                                   from == std::string_view::npos ? at : at - from - 1));
}

std::vector<std::string> spellings(std::string_view name) {
    std::string plain = model_of_class(name);
    if (plain.empty()) { plain = without_parentheses(std::string(name)); }
    // Two models of one shape in one breath.
    plain = replaced(replaced(plain, "V3 / R1", "V3"), "V3/R1", "V3");
    if (auto const slash = plain.rfind('/'); slash != std::string::npos) {
        plain.erase(0, slash + 1);
    }
    plain = replaced(replaced(lower(plain), "_", "-"), " ", "-");
    std::vector<std::string> all;
    auto const offer = [&](std::string const& candidate) {
        if (!candidate.empty() && std::find(all.begin(), all.end(), candidate) == all.end()) {
            all.push_back(candidate);
        }
    };
    offer(plain);
    // Each spelling yields shorter ones until nothing is left to take away.
    for (std::size_t i = 0; i < all.size() && all.size() < 64; ++i) {
        std::string const here = all[i];
        for (auto const& [alias, shape] : same_shape) {
            if (here == alias) { offer(std::string(shape)); }
        }
        for (std::string_view const suffix : suffixes) {
            if (here.size() > suffix.size() && here.ends_with(suffix)) {
                offer(here.substr(0, here.size() - suffix.size()));
            }
        }
        // Dynamic GGUF mixtures carry their file type in the name: -ud-q8-k-xl.
        if (auto const dynamic = here.find("-ud-"); dynamic != std::string::npos) {
            offer(here.substr(0, dynamic));
        }
        // A date: four digits of year and month, as in -2507 and -0324.
        if (here.size() > 5 && here[here.size() - 5] == '-' &&
            std::all_of(here.end() - 4, here.end(), [](char c) { return c >= '0' && c <= '9'; })) {
            offer(here.substr(0, here.size() - 5));
        }
        for (std::string_view const prefix : prefixes) {
            if (here.starts_with(prefix)) { offer(here.substr(prefix.size())); }
        }
    }
    return all;
}

found<shared_model> look_up(std::string_view name) {
    std::string reason;
    for (std::string const& candidate : spellings(name)) {
        auto const model = find_model(candidate);
        if (model) { return {std::make_shared<any_model const>(*model), {}}; }
        if (model.error().code == errc::unsupported && reason.empty()) {
            std::string_view message = model.error().message;
            auto const needs = message.find("needs ");
            auto const end = message.find(", not modelled yet");
            reason = "the model needs " + std::string(message.substr(needs + 6, end - needs - 6)) +
                     ", not modelled yet";
        }
    }
    if (reason.empty()) { reason = "the catalogue has no model '" + std::string(name) + "'"; }
    return found<shared_model>::none(reason);
}

/// "gguf Q4_K - Medium (379.030 GiB)" -> "Q4_K_M"; empty where no file type is named.
std::string gguf_type(std::string_view format) {
    std::string text = without_parentheses(std::string(format));
    if (auto const gguf = lower(text).find("gguf"); gguf != std::string::npos) {
        text.erase(0, gguf + 4);
    }
    text =
        replaced(replaced(replaced(text, " - Medium", "_M"), " - Small", "_S"), " - Large", "_L");
    if (auto const dash = text.find(" - "); dash != std::string::npos) { text.erase(dash); }
    while (!text.empty() && text.front() == ' ') {
        text.erase(0, 1);
    }
    while (!text.empty() && text.back() == ' ') {
        text.pop_back();
    }
    std::transform(text.begin(), text.end(), text.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return text == "Q2_K_M" ? "Q2_K" : text;
}

recipe with_linear(recipe const& from, any_precision const& format, auto&& chosen) {
    recipe out = from;
    for (int r = 0; r < tensor_roles; ++r) {
        auto const role = static_cast<tensor_role>(r);
        if (chosen(role)) { out = out.with(role, format); }
    }
    return out;
}

bool is_latent(any_model const& m) {
    bool latent = false;
    m.groups.for_each([&](auto const& group) { latent = latent || keeps_latent(group.attention); });
    return latent;
}

/// Whether an indexer stands beside latents.
bool is_indexed(any_model const& m) {
    bool indexed = false;
    m.groups.for_each([&](auto const& group) {
        group.attention.for_each_state(
            [&](cached_state const& s) { indexed = indexed || s.kind == state_kind::index; });
    });
    return indexed && is_latent(m);
}

/// What ModelSlim leaves in 16 bit, the quantiser of Huawei's NPUs: up-projections of latents, which absorbed
/// decoding multiplies with; beside delta nets all outputs and shared experts; in dense models the feed-forward's
/// down projections.
/// Source: MindStudio-ModelSlim lab_practice: glm_5_w8a8, qwen3-next-80b-a3b-w8a8, qwen3-32b-w8a8-no-pdmix.
recipe modelslim(recipe const& from, any_model const& m, vendor maker) {
    if (maker != vendor::huawei) { return from; }
    if (is_latent(m)) { return from.with(tensor_role::latent_up_kv, bf16); }
    if (has_delta_net(m)) {
        return with_linear(from, bf16, [](tensor_role r) {
            return r == tensor_role::mixer_out || r == tensor_role::attention_output ||
                   is_shared_expert(r);
        });
    }
    return has_experts(m) ? from : from.with(tensor_role::ffn_down, bf16);
}

} // namespace

bool has_experts(any_model const& m) {
    bool experts = false;
    m.groups.for_each(
        [&](auto const& group) { experts = experts || group.feed_forward.experts().experts > 0; });
    return experts;
}

bool has_delta_net(any_model const& m) {
    bool delta = false;
    m.groups.for_each([&](any_layers const& group) {
        delta = delta || reckon::holds<gated_delta_net>(group.attention.family);
    });
    return delta;
}

found<shared_model> model_named(std::string_view name) {
    static std::map<std::string, found<shared_model>, std::less<>> known;
    auto const at = known.find(name);
    if (at != known.end()) { return at->second; }
    return known.emplace(std::string(name), look_up(name)).first->second;
}

found<any_gpu> gpu_named(std::string_view name) {
    static std::map<std::string, found<any_gpu>, std::less<>> known;
    if (auto const at = known.find(name); at != known.end()) { return at->second; }
    auto const answer = [&]() -> found<any_gpu> {
        if (name.empty()) { return found<any_gpu>::none("the accelerator is not stated"); }
        if (contains(name, ";")) { return found<any_gpu>::none("a mix of accelerators"); }
        std::string const plain = without_parentheses(std::string(name));
        std::vector<std::string> tries{std::string(name), plain};
        // "A100 (40GB class)" says in its remark which of the variants it is.
        if (auto const remark = name.find('('); remark != std::string_view::npos) {
            std::string_view const size = name.substr(remark + 1);
            if (auto const unit = size.find("GB class"); unit != std::string_view::npos) {
                tries[1] += " " + std::string(size.substr(0, unit + 2));
            }
        }
        // Cooling, memory generation and rack names change no figure that is used here.
        for (std::string_view const part :
             {"-CTS", "-HBM3e", "-HBM3", "-NVL72", "-SE", "DGX-Spark-"}) {
            std::string const shorter = replaced(tries.back(), part, "");
            if (shorter != tries.back()) { tries.push_back(shorter); }
        }
        // Editions of this card differ in cooling and power; the one for workstations is the usual one.
        if (plain.ends_with("RTX-PRO-6000-Blackwell")) { tries.push_back(plain + "-Workstation"); }
        // A size behind the name, which a variant already implies.
        std::string const last = tries.back();
        if (auto const at = last.find_last_of(" -");
            at != std::string::npos && last.ends_with("GB") && last.size() - at <= 6) {
            tries.push_back(last.substr(0, at));
        }
        for (std::string const& candidate : tries) {
            auto const gpu = find_gpu(candidate);
            if (gpu) { return {*gpu, {}}; }
        }
        return found<any_gpu>::none("the catalogue has no accelerator '" + std::string(name) + "'");
    }();
    return known.emplace(std::string(name), answer).first->second;
}

found<any_gpu> gpu_of_size(std::string_view text) {
    for (auto at = text.find("GB"); at != std::string_view::npos; at = text.find("GB", at + 1)) {
        auto const digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
        std::size_t end = at;
        while (end > 0 && text[end - 1] == ' ') {
            --end;
        }
        std::size_t from = end;
        while (from > 0 && digit(from - 1)) {
            --from;
        }
        auto const size = whole_number(text.substr(from, end - from));
        if (!size || *size < 4) { continue; }
        // What drivers report of the catalogue's devices of that size, the middle one; else GiB.
        std::vector<double> reported;
        for (any_gpu const& g : catalog::gpus) {
            if (!g.memory.known() || !g.memory_usable.known() || g.unified_memory) { continue; }
            bool const same =
                std::abs(in_bytes(g.memory.value()) / 1e9 - static_cast<double>(*size)) < 0.5;
            if (same) { reported.push_back(in_gibibytes(g.memory_usable.value())); }
        }
        std::sort(reported.begin(), reported.end());
        double const usable =
            reported.empty() ? static_cast<double>(*size) : reported[reported.size() / 2];
        any_gpu device{};
        device.memory = bytes{gibibytes(static_cast<double>(*size))};
        device.memory_usable = {bytes{gibibytes(usable)}, provenance::assumed};
        return {device, {}};
    }
    return found<any_gpu>::none("the size of the accelerator is not stated");
}

found<any_gpu> gpu_for_memory(std::string_view name) {
    auto known = gpu_named(name);
    if (known || name.empty() || contains(name, ";")) { return known; }
    // Editions of one card whose memory is the same.
    for (auto const& [family, member] :
         {std::pair<std::string_view, std::string_view>{"RTX PRO 6000", "RTX PRO 6000 Server"}}) {
        if (name.starts_with(family)) { return gpu_named(member); }
    }
    // What decides a launch is in the name: "RTX 4000 Ada 20GB", "80GB class".
    auto sized = gpu_of_size(name);
    return sized ? sized : known;
}

found<recipe> format_named(std::string_view format, any_model const& model, vendor maker) {
    std::string name = lower(format);
    if (name.starts_with("(")) { name.erase(0, 1); } // "(native)"
    recipe const& published = model.published;
    bool const narrow_experts = bits_per_weight(published[tensor_role::expert_up]) < 8;
    bool const native_fp8 = published[tensor_role::attention_output].operands == arithmetic::fp8;
    auto const starts = [&](std::string_view with) { return name.starts_with(with); };
    auto const any_of = [&](auto... parts) { return (contains(name, parts) || ...); };

    if (name.empty() || starts("unstated") || starts("checkpoint default") || starts("auto") ||
        starts("native")) {
        return {published, {}};
    }
    if (any_of("unpinned", "kt_", "mixed")) {
        return found<recipe>::none("weight format '" + std::string(format) +
                                   "' does not define its bytes");
    }
    std::string const type = gguf_type(format);
    if (auto const mixture = gguf_recipe_for(model, type);
        mixture && (contains(name, "gguf") || type == "F16" || type.starts_with("Q") ||
                    type.starts_with("IQ"))) {
        return {*mixture, {}};
    }
    if (contains(name, "gguf")) {
        return found<recipe>::none("GGUF mixture '" + type + "' is not described");
    }
    if (starts("fp32")) { return {recipe(fp32), {}}; }
    if (starts("bf16") || starts("fp16/bf16")) { return {recipe(bf16), {}}; }
    if (starts("fp16") || starts("f16")) { return {recipe(fp16), {}}; }
    if (starts("fp4 (nvfp4/mxfp4)")) {
        return narrow_experts         ? found<recipe>{published, {}}
               : maker == vendor::amd ? found<recipe>{recipe(mxfp4), {}}
                                      : format_named("nvfp4", model, maker);
    }
    if (starts("nvfp4")) {
        bool const narrow_attention = bits_per_weight(published[tensor_role::attention_output]) < 8;
        if (narrow_experts && !(narrow_attention && is_latent(model))) {
            return {published, {}}; // a checkpoint whose experts are fp4 already
        }
        // GLM-5 in NVFP4 is routed experts alone: attention, leading dense blocks and shared experts stay in
        // 16 bit (card of lukealonso/GLM-5.1-NVFP4, the checkpoint that people serve).
        if (is_indexed(model)) { return {experts_in(nvfp4, bf16), {}}; }
        // NVIDIA's checkpoints of DeepSeek's family quantise feed-forward blocks and leave
        // attention at 16 bit.
        recipe const rest = recipe(bf16);
        if (is_latent(model)) {
            return {with_linear(rest, nvfp4,
                                [](tensor_role r) { return is_linear(r) && !is_attention(r); }),
                    {}};
        }
        // Gated delta nets stay in 16 bit, as cards of Qwen3.6 say (Infatoshi, AEON-7).
        recipe const all = nvfp4;
        return {has_delta_net(model)
                    ? all.with(tensor_role::mixer_in, bf16).with(tensor_role::mixer_out, bf16)
                    : all,
                {}};
    }
    if (starts("mxfp4")) {
        return {narrow_experts       ? published
                : has_experts(model) ? experts_in(mxfp4, bf16)
                                     : recipe(mxfp4),
                {}};
    }
    if (any_of("w4a8")) {
        constexpr block_scaled<integer<4>, per_channel, e8m23> int4_channel{"int4-channel",
                                                                            arithmetic::int8};
        return {modelslim(experts_in(int4_channel, int8), model, maker), {}};
    }
    if (any_of("bnb-4bit", "nf4", "bitsandbytes")) { return {recipe(nf4_double), {}}; }
    if (any_of("w8a8", "int8")) { return {modelslim(recipe(int8), model, maker), {}}; }
    if (any_of("int4", "awq", "gptq", "w4a16", "w4")) {
        return {narrow_experts ? published : recipe(int4_g128), {}};
    }
    if (any_of("fp8", "w8a16")) {
        if (native_fp8) { return {published, {}}; }
        return {any_of("block") ? recipe(fp8_block128) : recipe(fp8_per_channel), {}};
    }
    return found<recipe>::none("weight format '" + std::string(format) + "' is not described");
}

found<any_precision> cache_named(std::string_view format) {
    std::string const name = lower(format);
    auto const starts = [&](std::string_view with) { return name.starts_with(with); };
    if (contains(name, "ds_mla")) { return {any_precision(fp8_latent), {}}; }
    if (name.empty() || starts("auto") || starts("bf16") || starts("fp16") || starts("f16")) {
        return {any_precision(bf16), {}};
    }
    if (starts("fp8")) { return {any_precision(fp8), {}}; }
    if (starts("q8_0")) { return {any_precision(gguf::q8_0), {}}; }
    if (starts("q4_0")) { return {any_precision(gguf::q4_0), {}}; }
    if (starts("fp32") || starts("f32")) { return {any_precision(fp32), {}}; }
    return found<any_precision>::none("cache format '" + std::string(format) +
                                      "' is not described");
}

bool ships_prediction_module(std::string_view model) {
    std::string const name = lower(model);
    if (contains(name, "distill")) { return false; }
    for (std::string_view const family :
         {"deepseek-v3",      "deepseek-r1", "deepseek-v4", "kimi",       "glm-4.5",
          "glm-4.6",          "glm-4.7",     "glm-5",       "qwen3-next", "qwen3-coder-next",
          "qwen3.5",          "qwen3.6",     "qwen3.8",     "mimo",       "nemotron-3-super",
          "nemotron-3-ultra", "step-3",      "longcat",     "minimax-m3", "ernie-4.5",
          "deepseek-math-v2"}) {
        if (contains(name, family)) { return true; }
    }
    auto const known = model_named(model);
    return known && (*known)->mtp.layers > 0;
}

found<stated_layout> layout_of(std::string_view n_gpus, std::string_view tp, std::string_view pp,
                               std::string_view dp, std::string_view ep, any_model const& model) {
    auto const degree = [](std::string_view cell) -> count {
        return whole_number(cell).value_or(1);
    };
    auto const devices = whole_number(n_gpus);
    stated_layout out{};
    out.layout.pipeline = degree(pp);
    out.layout.tensor = degree(tp);
    if (!whole_number(tp)) {
        // One device needs no mapping; several without one are the benchmark's choice, not a fact.
        bool const other = whole_number(pp) || whole_number(dp);
        if (devices && *devices > 1 && !other) {
            return found<stated_layout>::none("the parallel layout is not stated");
        }
        if (!devices && !other) {
            return found<stated_layout>::none("the parallel layout is not stated");
        }
    }
    count groups = dp == "attn-dp" ? out.layout.tensor : degree(dp);
    if (groups > 1 && has_experts(model)) {
        // SGLang and TensorRT-LLM divide the ranks that `tp` names into attention groups; vLLM
        // counts data-parallel ranks beside them.
        count const named = out.layout.tensor * out.layout.pipeline;
        bool const inside = !devices || *devices < named * groups;
        if (inside && out.layout.tensor % groups == 0) { out.layout.tensor /= groups; }
        out.layout.data = groups;
    } else if (groups > 1) {
        out.replicas = groups;
    }
    count const experts_over = degree(ep);
    if (has_experts(model) && experts_over > 1 && out.layout.layer_group() > 1) {
        out.layout.expert = out.layout.layer_group();
    }
    count const used = out.layout.devices() * out.replicas;
    if (devices && *devices != used) {
        if (*devices % out.layout.devices() != 0 || *devices < used) {
            return found<stated_layout>::none(
                "the devices stated do not agree with the layout stated");
        }
        out.replicas = *devices / out.layout.devices();
    }
    auto const checked = check(model, out.layout);
    if (!checked.ok()) {
        // Engines fall back to dividing the width of experts that do not go into the ranks whole.
        reckon::layout divided = out.layout;
        divided.expert = 1;
        if (out.layout.expert > 1 && check(model, divided).ok()) {
            out.layout = divided;
        } else {
            return found<stated_layout>::none("the layout does not divide the model: " +
                                              std::string(explain(checked).view()));
        }
    }
    return {out, {}};
}

} // namespace accuracy
