// SPDX-License-Identifier: MIT
// Holds the laws of memory/llama_cpp/ against llama.cpp itself: it loads header-only files of models of full
// size, makes contexts, and says what it would allocate.
//
//   llama_cpp FOLDER [--device]   FOLDER has libllama*.so; --device: on its devices, one or several, with all
//                                 layers there and with some, or experts, or caches, on the host
//
// Exit status 0 when every case agrees, 1 when one does not, 2 when the engine cannot be used.
#include "live/llama_cpp/engine.hpp"
#include "live/llama_cpp/model_file.hpp"
#include "support/llama_cpp_cases.hpp"

#include <reckon/catalog/models.hpp>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace reckon;
using namespace reckon::live;
using reckon::test::recipe_of_file;
using reckon::test::small_dense;
using reckon::test::small_hybrid;
using reckon::test::small_latent;
using reckon::test::small_mixture;
using reckon::test::small_windowed;
using reckon::test::tried_settings;
using placement = reckon::test::llama_cpp_placement;

struct model_case {
    std::string_view architecture;
    any_model model;
};

/// A model as only its first layers are. Recurrent state is allocated even where the rest is simulated, and
/// that of Nemotron-H would be 3.5 GiB.
any_model first_layers(any_model m, count n) {
    for (any_layers& group : m.groups.list) {
        group.at = group.at & layer_set::range(0, n);
    }
    return m;
}

std::vector<model_case> models_of_full_size() {
    return {{"llama", models::llama_2_7b},
            {"llama", models::llama_3_1_8b},
            {"qwen2", models::qwen2_5_7b},
            {"qwen3", models::qwen3_8b},
            {"qwen3moe", models::qwen3_30b_a3b},
            {"gemma2", models::gemma_2_9b},
            {"gemma3", models::gemma_3_12b},
            {"gpt-oss", models::gpt_oss_20b},
            {"deepseek2", models::deepseek_v2_lite},
            {"deepseek2", models::deepseek_r1},
            {"jamba", models::jamba_1_5_mini},
            {"granitehybrid", models::granite_4_0_h_small},
            {"nemotron_h", first_layers(models::nemotron_h_56b, 24)},
            {"qwen3next", models::qwen3_next_80b_a3b}};
}

ggml_number number_of(any_precision const& p) {
    std::string_view const name = p.name.view();
    return name == "Q8_0"   ? ggml_number::q8_0
           : name == "Q4_0" ? ggml_number::q4_0
           : name == "Q5_1" ? ggml_number::q5_1
           : name == "BF16" ? ggml_number::bf16
           : name == "F32"  ? ggml_number::f32
                            : ggml_number::f16;
}

std::string text_of(llama_cpp_settings const& s) {
    std::string text = "-c " + std::to_string(s.context);
    if (s.sequences > 1) { text += " -np " + std::to_string(s.sequences); }
    if (!s.unified) { text += " --no-kv-unified"; }
    if (s.batch != 2048) { text += " -b " + std::to_string(s.batch); }
    if (s.micro_batch != 512) { text += " -ub " + std::to_string(s.micro_batch); }
    if (!(s.keys == any_precision(gguf::f16))) {
        text += " -ctk " + std::string(s.keys.name.view());
    }
    if (!(s.values == any_precision(gguf::f16))) {
        text += " -ctv " + std::string(s.values.name.view());
    }
    if (!s.flash_attention) { text += " -fa off"; }
    if (s.full_window) { text += " --swa-full"; }
    if (s.gpu_layers != 0 || s.idle_device) { text += " -ngl " + std::to_string(s.gpu_layers); }
    if (s.split.devices > 1) { text += " on " + std::to_string(s.split.devices) + " devices"; }
    if (s.host_experts > 0) { text += " --n-cpu-moe " + std::to_string(s.host_experts); }
    if (s.cache_on_host) { text += " -nkvo"; }
    if (s.outputs == 0) { text += " (all logits)"; }
    return text;
}

// All numbers in front of "MiB" behind `label`, added up over the lines that have it.
double mebibytes_after(std::string const& log, std::string_view line, std::string_view label) {
    double sum = 0;
    for (std::size_t at = log.find(line); at != std::string::npos; at = log.find(line, at + 1)) {
        std::size_t const end = log.find('\n', at);
        std::size_t const found = log.find(label, at);
        if (found == std::string::npos || found > end) { continue; }
        // "K (q8_0):  136.00 MiB": the number behind the colon; "output buffer size = 0.49 MiB": behind "=".
        std::size_t const number = log.find_first_of(":=", found + label.size()) + 1;
        sum += std::strtod(log.c_str() + number, nullptr);
    }
    return sum;
}

struct tally {
    int cases{};
    int refused{};
    int exact_compute{};
    int other_compute{};
    double worst_other{};
    int wrong{};
};

class checker {
public:
    checker(llama_cpp& engine, bool device, std::filesystem::path folder)
        : engine_(engine), device_(device), folder_(std::move(folder)) {}

    // Loads a model and tries the settings on it. With `real` the engine allocates what it says.
    void model(model_case const& c, std::vector<llama_cpp_settings> const& list, bool real,
               placement const& at = {}) {
        recipe const r = recipe_of_file(any_precision(gguf::q8_0));
        std::filesystem::path const path = folder_ / "model.gguf";
        auto const file = file_of(c.model, c.architecture, r);
        write_sparse(file, path);
        model_params p = engine_.model_defaults();
        p.no_alloc = !real;
        p.load_mode = real ? 1 : 0;
        p.use_extra_buffers = false; // repacked formats have the same size under another name
        p.gpu_layers =
            device_ ? static_cast<std::int32_t>(layer_count(c.model) + 1 - at.layers_less) : 0;
        std::vector<std::string> patterns;
        std::vector<tensor_override> overrides;
        for (count i = 0; i < at.host_experts; ++i) {
            patterns.push_back("blk\\." + std::to_string(i) + "\\.ffn_(up|down|gate)_exps");
        }
        for (std::string const& pattern : patterns) {
            overrides.push_back({pattern.c_str(), engine_.host_type()});
        }
        overrides.push_back({nullptr, nullptr});
        if (!patterns.empty()) { p.overrides = overrides.data(); }
        void* const loaded = engine_.load_model(path.string(), p);
        std::string const log = engine_.take_log();
        if (loaded == nullptr) {
            fail(c, "the engine does not load the file: " + last_line(log));
            return;
        }
        for (llama_cpp_settings s : list) {
            s.gpu_layers = p.gpu_layers;
            s.idle_device = device_;
            s.host_experts = at.host_experts;
            s.cache_on_host = at.cache_on_host;
            if (device_) { s.split = {engine_.devices(loaded)}; }
            one(c, r, s, loaded, real, static_cast<double>(file.tensor_bytes()));
        }
        engine_.free_model(loaded);
        (void)engine_.take_log();
        std::filesystem::remove(path);
    }
    [[nodiscard]] tally const& sums() const noexcept { return tally_; }

private:
    static std::string last_line(std::string const& log) {
        std::size_t const end = log.find_last_not_of('\n');
        std::size_t const begin = log.rfind('\n', end);
        return log.substr(begin == std::string::npos ? 0 : begin + 1, end - begin);
    }
    void fail(model_case const& c, std::string const& why) {
        ++tally_.wrong;
        std::printf("WRONG %s: %s\n", std::string(c.model.name.view()).c_str(), why.c_str());
    }
    void equal(model_case const& c, llama_cpp_settings const& s, char const* what, double engine,
               double law, double tolerance = 0) {
        if (std::abs(engine - law) <= tolerance) { return; }
        char numbers[160];
        std::snprintf(numbers, sizeof numbers, ": %s: engine %.2f, law %.2f, difference %.2f", what,
                      engine, law, law - engine);
        fail(c, text_of(s) + numbers);
    }
    void one(model_case const& c, recipe const& r, llama_cpp_settings const& s, void* loaded,
             bool real, double file_bytes) {
        ++tally_.cases;
        context_params p = engine_.context_defaults();
        p.n_ctx = static_cast<std::uint32_t>(s.context);
        p.n_batch = static_cast<std::uint32_t>(s.batch);
        p.n_ubatch = static_cast<std::uint32_t>(s.micro_batch);
        p.n_seq_max = static_cast<std::uint32_t>(s.sequences);
        p.n_outputs_max = static_cast<std::uint32_t>(s.outputs);
        p.kv_unified = s.unified;
        p.flash_attention = s.flash_attention ? 1 : 0;
        p.type_k = static_cast<std::int32_t>(number_of(s.keys));
        p.type_v = static_cast<std::int32_t>(number_of(s.values));
        p.swa_full = s.full_window;
        p.offload_kqv = !s.cache_on_host;
        void* const context = engine_.make_context(loaded, p);
        std::string const log = engine_.take_log();
        // Software Vulkan's: 64 bytes in host memory, 16 on the device.
        llama_cpp_alignment const alignment =
            device_ ? llama_cpp_alignment{64, 16} : llama_cpp_alignment{};
        auto const law = llama_cpp_memory_of(c.model, r, s, alignment);
        if (context == nullptr || !law) {
            if (context == nullptr && !law) {
                ++tally_.refused;
                std::printf("%-20s %-46s refused by both: %s\n",
                            std::string(c.model.name.view()).c_str(), text_of(s).c_str(),
                            std::string(law.error().message.view()).c_str());
            } else {
                fail(c, text_of(s) + (law ? ": only the engine refuses it: " + last_line(log)
                                          : ": only the law refuses it"));
            }
            if (context != nullptr) { engine_.free_context(context); }
            return;
        }
        buffer_bytes host{};
        std::vector<buffer_bytes> devices(law->devices.size());
        for (auto const& [name, size] : engine_.breakdown(context)) {
            bool const here = device_ && name.find("Host") == std::string::npos &&
                              name.find("CPU") == std::string::npos;
            // "Vulkan1": the number at the end.
            std::size_t const number = name.find_first_of("0123456789");
            auto const d = number == std::string::npos
                               ? std::size_t{0}
                               : static_cast<std::size_t>(std::atoi(name.c_str() + number));
            buffer_bytes& side = here && d < devices.size() ? devices[d] : host;
            side.model += size.model;
            side.context += size.context;
            side.compute += size.compute;
        }
        engine_.free_context(context);
        compare(c, s, *law, host, devices, real, file_bytes);
        printed(c, s, *law, log);
    }
    static double base(bytes b) { return in_bytes(b); }
    void compare(model_case const& c, llama_cpp_settings const& s, llama_cpp_memory const& law,
                 buffer_bytes const& host, std::vector<buffer_bytes> const& devices, bool real,
                 double file_bytes) {
        auto const of = [](std::size_t n) { return static_cast<double>(n); };
        // A mapped file is mapped from its first tensor to the padding of its last.
        double const mapped = real ? 4096 : 0;
        equal(c, s, "weights on the host", of(host.model), base(law.host.weights), mapped);
        if (!device_) { equal(c, s, "weights in the file", file_bytes, base(law.host.weights)); }
        equal(c, s, "cache on the host", of(host.context), base(law.host.cache.total()));
        double engine = of(host.compute);
        double ours = base(law.host.compute);
        double cache = of(host.context);
        for (std::size_t d = 0; d < devices.size(); ++d) {
            equal(c, s, "weights on a device", of(devices[d].model), base(law.devices[d].weights));
            equal(c, s, "cache on a device", of(devices[d].context),
                  base(law.devices[d].cache.total()));
            if (law.exact) {
                equal(c, s, "compute buffer on a device", of(devices[d].compute),
                      base(law.devices[d].compute));
            }
            engine += of(devices[d].compute);
            ours += base(law.devices[d].compute);
            cache += of(devices[d].context);
        }
        if (law.exact) {
            ++tally_.exact_compute;
            equal(c, s, "compute buffer on the host", of(host.compute), base(law.host.compute));
        } else {
            ++tally_.other_compute;
            tally_.worst_other = std::max(tally_.worst_other, std::abs(ours / engine - 1));
            // Devices refuse some operations, which are then computed on the host.
            equal(c, s, "estimated compute buffers", engine, ours, (device_ ? 0.6 : 0.4) * engine);
        }
        std::printf("%-20s %-46s cache %13.0f  compute %12.0f  law %+.1f %%%s%s\n",
                    std::string(c.model.name.view()).c_str(), text_of(s).c_str(), cache, engine,
                    100 * (ours / engine - 1), law.exact ? "" : " (estimate)",
                    real ? " (allocated)" : "");
    }
    // What the engine prints is rounded to 0.01 MiB, for each of its caches.
    void printed(model_case const& c, llama_cpp_settings const& s, llama_cpp_memory const& law,
                 std::string const& log) {
        constexpr double mebi = 1048576;
        llama_cpp_cache cache = law.host.cache;
        for (llama_cpp_part const& part : law.devices) {
            cache.keys += part.cache.keys;
            cache.values += part.cache.values;
            cache.recurrent += part.cache.recurrent;
            cache.convolution += part.cache.convolution;
        }
        equal(c, s, "keys as printed", mebibytes_after(log, "llama_kv_cache: size", " K ("),
              base(cache.keys) / mebi, 0.011);
        equal(c, s, "values as printed", mebibytes_after(log, "llama_kv_cache: size", " V ("),
              base(cache.values) / mebi, 0.011);
        equal(c, s, "recurrent state as printed",
              mebibytes_after(log, "llama_memory_recurrent: size", " S ("),
              base(cache.recurrent) / mebi, 0.0051);
        equal(c, s, "convolution state as printed",
              mebibytes_after(log, "llama_memory_recurrent: size", " R ("),
              base(cache.convolution) / mebi, 0.0051);
        equal(c, s, "logits as printed",
              mebibytes_after(log, "llama_context: ", "output buffer size"),
              base(law.host.logits) / mebi, 0.0051);
        equal(c, s, "cells as printed",
              mebibytes_after(log, "llama_context: n_ctx_seq  ", "n_ctx_seq"),
              static_cast<double>(law.extent.cells));
    }

    llama_cpp& engine_;
    bool device_;
    std::filesystem::path folder_;
    tally tally_{};
};

} // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::puts("usage: llama_cpp FOLDER [--device]");
        return 2;
    }
    llama_cpp engine;
    if (std::string const why = engine.load(argv[1]); !why.empty()) {
        std::printf("the engine cannot be used: %s\n", why.c_str());
        return 2;
    }
    bool const device = argc > 2 && std::string_view(argv[2]) == "--device";
    std::filesystem::path const folder = std::filesystem::current_path() / "llama_cpp_files";
    std::filesystem::create_directories(folder);
    checker check(engine, device, folder);
    if (device) { // software devices refuse tensors as large as those of the models below
        std::vector<llama_cpp_settings> list;
        for (llama_cpp_settings const& s : tried_settings()) {
            // Nor do they multiply with quantised keys.
            if (s.flash_attention || s.keys == any_precision(gguf::f16)) { list.push_back(s); }
        }
        placement const placements[] = {{},
                                        {.layers_less = 1},
                                        {.layers_less = 2},
                                        {.layers_less = 4},
                                        {.cache_on_host = true}};
        for (placement const& at : placements) {
            check.model({"llama", small_dense()}, list, false, at);
            check.model({"gemma2", small_windowed()}, list, false, at);
            check.model({"qwen3moe", small_mixture()}, list, false, at);
            check.model({"deepseek2", small_latent()}, list, false, at);
        }
        for (count const n : {1, 3, 4}) {
            check.model({"qwen3moe", small_mixture()}, list, false, {.host_experts = n});
        }
    } else {
        for (model_case const& c : models_of_full_size()) {
            check.model(c, tried_settings(), false);
        }
        // The engine's simulation of its allocations, which the cases above rest on, against the thing itself.
        std::vector<llama_cpp_settings> const small = {{.context = 1024, .outputs = 1},
                                                       {.context = 512, .flash_attention = false}};
        check.model({"llama", small_dense()}, small, true);
        check.model({"gemma2", small_windowed()}, small, true);
        check.model({"jamba", small_hybrid()}, small, true);
    }
    std::filesystem::remove_all(folder);
    tally const& t = check.sums();
    std::printf("llama.cpp %s: %d cases; weights and caches equal to the byte; compute buffers "
                "equal to the byte in "
                "%d, estimated in %d (worst %.0f %%); %d refused by both; %d wrong\n",
                engine.build().c_str(), t.cases, t.exact_compute, t.other_compute,
                100 * t.worst_other, t.refused, t.wrong);
    return t.wrong == 0 ? 0 : 1;
}
