// SPDX-License-Identifier: MIT
// llama.cpp itself, loaded from its shared library: a model, a context, and what it says of their memory.
//
// Only what this test sets is declared here. The two structs of parameters are given by their layout in
// release v0.5.0 (commit 0ad4a86); `load` refuses another release, and one whose defaults are not where
// that layout has them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <dlfcn.h>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>

namespace reckon::live {

enum class ggml_number : std::int32_t { f32 = 0, f16 = 1, q4_0 = 2, q5_1 = 7, q8_0 = 8, bf16 = 30 };

/// Tensors by a pattern of their names, and where they are put; the last of a list is empty.
struct tensor_override {
    char const* pattern;
    void* type;
};

struct model_params {
    void* devices;
    tensor_override const* overrides;
    std::int32_t gpu_layers;
    std::int32_t split_mode;
    std::int32_t load_mode; // -1 automatic, 0 read, 1 mapped
    std::int32_t lazy_mode;
    std::int32_t main_gpu;
    float const* tensor_split;
    void* progress;
    void* progress_data;
    void const* key_overrides;
    bool vocabulary_only;
    bool check_tensors;
    bool use_extra_buffers;
    bool no_host;
    bool no_alloc;
    bool load_mtp;
};
static_assert(sizeof(model_params) == 80);

struct context_params {
    std::uint32_t n_ctx;
    std::uint32_t n_batch;
    std::uint32_t n_ubatch;
    std::uint32_t n_seq_max;
    std::uint32_t n_rs_seq;
    std::uint32_t n_outputs_max;
    std::uint32_t n_outputs_per_sequence;
    std::int32_t threads;
    std::int32_t threads_batch;
    std::int32_t context_type;
    std::int32_t rope_scaling;
    std::int32_t pooling;
    std::int32_t attention;
    std::int32_t flash_attention; // -1 automatic, 0 off, 1 on
    float rope[8];
    void* eval;
    void* eval_data;
    std::int32_t type_k;
    std::int32_t type_v;
    void* abort;
    void* abort_data;
    bool embeddings;
    bool offload_kqv;
    bool no_perf;
    bool op_offload;
    bool swa_full;
    bool kv_unified;
    void* samplers;
    std::size_t n_samplers;
    void* other;
};
static_assert(sizeof(context_params) == 160);

/// Bytes of one kind of memory, as the engine counts them itself.
struct buffer_bytes {
    std::size_t model;
    std::size_t context;
    std::size_t compute;
};

class llama_cpp {
public:
    /// Loads the library in `folder`; an empty sentence when it can be used, else why not.
    std::string load(std::string const& folder) {
        folder_ = folder;
        void* const base = open("libggml-base");
        void* const ggml = open("libggml.");
        library_ = open("libllama.");
        if (base == nullptr || ggml == nullptr || library_ == nullptr) { return error_; }
        auto const load_backends =
            symbol<void (*)(char const*)>(ggml, "ggml_backend_load_all_from_path");
        auto const set_log = symbol<void (*)(log_callback, void*)>(library_, "llama_log_set");
        auto const version = symbol<char const* (*)()>(base, "ggml_commit");
        buft_name_ = symbol<char const* (*)(void*)>(base, "ggml_backend_buft_name");
        model_defaults_ = symbol<model_params (*)()>(library_, "llama_model_default_params");
        context_defaults_ = symbol<context_params (*)()>(library_, "llama_context_default_params");
        load_model_ =
            symbol<void* (*)(char const*, model_params)>(library_, "llama_model_load_from_file");
        make_context_ = symbol<void* (*)(void*, context_params)>(library_, "llama_init_from_model");
        devices_ = symbol<std::int32_t (*)(void const*)>(
            library_, "_Z21llama_model_n_devicesPK11llama_model");
        host_type_ = symbol<void* (*)()>(base, "ggml_backend_cpu_buffer_type");
        free_model_ = symbol<void (*)(void*)>(library_, "llama_model_free");
        free_context_ = symbol<void (*)(void*)>(library_, "llama_free");
        breakdown_ = symbol<std::map<void*, buffer_bytes> (*)(void const*)>(
            library_, "_Z26llama_get_memory_breakdownPK13llama_context");
        if (!error_.empty()) { return error_; }
        build_ = version();
        auto const m = model_defaults_();
        auto const c = context_defaults_();
        if (m.gpu_layers != -1 || m.split_mode != 1 || !m.use_extra_buffers || m.no_alloc ||
            c.n_ctx != 512 || c.n_batch != 2048 || c.n_ubatch != 512 || c.n_seq_max != 1 ||
            c.flash_attention != -1 || c.type_k != 1 || c.type_v != 1 || !c.offload_kqv ||
            !c.swa_full || c.kv_unified) {
            return "the parameters of this llama.cpp (" + build_ +
                   ") are laid out differently from v0.5.0's";
        }
        set_log(&llama_cpp::keep, this);
        load_backends(folder.c_str());
        return {};
    }
    /// The commit that the library was built from.
    [[nodiscard]] std::string const& build() const noexcept { return build_; }
    [[nodiscard]] model_params model_defaults() const { return model_defaults_(); }
    [[nodiscard]] context_params context_defaults() const { return context_defaults_(); }

    void* load_model(std::string const& path, model_params const& params) {
        return load_model_(path.c_str(), params);
    }
    void* make_context(void* model, context_params const& params) {
        return make_context_(model, params);
    }
    /// Devices that a model's layers are divided over.
    [[nodiscard]] std::int32_t devices(void const* model) const { return devices_(model); }
    /// Where tensors of the host are put, for overrides.
    [[nodiscard]] void* host_type() const { return host_type_(); }
    void free_model(void* model) { free_model_(model); }
    void free_context(void* context) { free_context_(context); }
    /// Exact bytes by buffer type ("CPU", "CPU_Mapped", ...).
    [[nodiscard]] std::map<std::string, buffer_bytes> breakdown(void const* context) const {
        std::map<std::string, buffer_bytes> named;
        for (auto const& [type, size] : breakdown_(context)) {
            named[buft_name_(type)] = size;
        }
        return named;
    }
    /// What the engine has printed since the last call.
    [[nodiscard]] std::string take_log() {
        std::string taken;
        taken.swap(log_);
        return taken;
    }

private:
    using log_callback = void (*)(int, char const*, void*);
    static void keep(int, char const* text, void* self) {
        static_cast<llama_cpp*>(self)->log_ += text;
    }
    // The library whose name begins so; the rest of it is the release and the kind of device.
    void* open(std::string_view begin) {
        for (auto const& entry : std::filesystem::directory_iterator(folder_)) {
            if (!entry.path().filename().string().starts_with(begin)) { continue; }
            void* const handle = dlopen(entry.path().c_str(), RTLD_NOW | RTLD_GLOBAL);
            if (handle == nullptr && error_.empty()) { error_ = dlerror(); }
            return handle;
        }
        if (error_.empty()) { error_ = "no " + std::string(begin) + "*.so in " + folder_; }
        return nullptr;
    }
    template <class Function> Function symbol(void* library, char const* name) {
        void* const found = dlsym(library, name);
        if (found == nullptr && error_.empty()) { error_ = std::string("no symbol ") + name; }
        return reinterpret_cast<Function>(found);
    }

    std::string folder_{};
    std::string build_{};
    std::string error_{};
    std::string log_{};
    void* library_{};
    char const* (*buft_name_)(void*){};
    model_params (*model_defaults_)(){};
    context_params (*context_defaults_)(){};
    void* (*load_model_)(char const*, model_params){};
    void* (*make_context_)(void*, context_params){};
    std::int32_t (*devices_)(void const*){};
    void* (*host_type_)(){};
    void (*free_model_)(void*){};
    void (*free_context_)(void*){};
    std::map<void*, buffer_bytes> (*breakdown_)(void const*){};
};

} // namespace reckon::live
