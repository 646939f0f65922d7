// SPDX-License-Identifier: MIT
#include "accuracy/serving_launch.hpp"
#include "accuracy/serving_llama_cpp.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace accuracy {

using namespace reckon;

namespace {

/// The size of the file that a format names: "gguf Q4_K - Medium (16.493 GiB)".
std::optional<double> file_gib(std::string_view format) {
    auto const open = format.find('(');
    auto const unit = format.find(" GiB)");
    if (open == std::string_view::npos || unit == std::string_view::npos) { return std::nullopt; }
    return number(format.substr(open + 1, unit - open - 1));
}

constexpr char const* unknown_split = "how llama.cpp split the layers is not stated";

} // namespace

llama_launch::llama_launch(record const& row, found<shared_model> model)
    : row_(row), model_(std::move(model)) {
    std::string const notes = lower(row["notes"]);
    partial_ = contains(notes, "partial offload");
    settings_.split.devices = std::max<count>(1, whole_number(row["pp"]).value_or(1));
    settings_.context = static_cast<count>(number(row["max_model_len"]).value_or(2048));
    settings_.micro_batch = static_cast<count>(number(row["max_num_batched_tokens"]).value_or(512));
    settings_.batch = std::max(settings_.batch, settings_.micro_batch);
    settings_.flash_attention = contains(notes, "flash_attn=1");
    settings_.gpu_layers = -1;
    // The fork keeps windowed layers whole.
    settings_.full_window = contains(lower(row["engine"]), "ik_llama");
    weights_ = found<recipe>::none(model_.reason);
    if (!model_) { return; }
    weights_ = format_named(row["weight_format"], **model_, vendor::nvidia);
    // A file of known size: its mixture only says which part of it lies where.
    if (auto const file = file_gib(row["weight_format"])) {
        if (!weights_) { weights_ = {recipe(bf16), {}}; }
        llama_cpp_settings all_on_host = settings_;
        all_on_host.gpu_layers = 0;
        auto const described = llama_cpp_memory_of(**model_, *weights_, all_on_host);
        if (described) { file_scale_ = *file / in_gibibytes(described->host.weights); }
    }
    if (auto const cache = cache_named(row["kv_dtype"])) {
        settings_.keys = settings_.values = *cache;
    }
    if (!is_latent(**model_)) { return; }
    // The fork's modes for latent attention: 0 keeps keys and values, 1 the latent twice, 2 and 3 once.
    auto const* latent = reckon::get_if<mla>(&(*model_)->groups.list[0].attention.family);
    auto const mode = flag(notes, "mla_attn=");
    if (!contains(notes, "mla_attn=") || latent == nullptr) {
        latent_reason_ = "how llama.cpp caches latent attention is not stated";
        return;
    }
    double const once = static_cast<double>(latent->kv_lora_rank + latent->qk_rope_dim);
    bool const transposed = mode == 1 || contains(notes, "transposed cache (mla=1)");
    if (transposed) {
        latent_scale_ = (once + static_cast<double>(latent->kv_lora_rank)) / once;
    } else if (!mode || mode == 0) {
        latent_scale_ =
            static_cast<double>(latent->query_heads *
                                (latent->qk_nope_dim + latent->qk_rope_dim + latent->v_dim)) /
            once;
    }
}

prediction llama_launch::cells() const {
    count const longest = model_ ? longest_context(**model_) : 0;
    if (settings_.context == 0 && longest == 0) {
        return prediction::none("the context asked for is not stated");
    }
    return prediction::of(static_cast<double>(extent_of(settings_, longest).context()));
}

found<llama_cpp_memory> llama_launch::memory(recipe const& stored,
                                             llama_cpp_settings const& s) const {
    if (!model_) { return found<llama_cpp_memory>::none(model_.reason); }
    if (contains(row_["gpu"], ";")) {
        return found<llama_cpp_memory>::none("a mix of accelerators");
    }
    if (settings_.split.devices > llama_cpp_most_devices) {
        return found<llama_cpp_memory>::none("more devices than llama.cpp takes");
    }
    auto const all = llama_cpp_memory_of(**model_, stored, s);
    if (!all) { return found<llama_cpp_memory>::none(std::string(all.error().message.view())); }
    return {*all, {}};
}

prediction llama_launch::weights() const {
    if (partial_) {
        return prediction::none("which tensors llama.cpp kept on the host is not stated");
    }
    if (settings_.split.devices > 1) { return prediction::none(unknown_split); }
    if (model_ && !weights_) { return prediction::none(weights_.reason); }
    auto const all = memory(weights_ ? *weights_ : recipe(bf16), settings_);
    if (!all) { return prediction::none(all.reason); }
    return prediction::of(in_gibibytes(all->device.weights) * file_scale_);
}

prediction llama_launch::compute() const {
    if (model_ && is_latent(**model_)) {
        return prediction::none("the fork's workspace for latent attention is not modelled");
    }
    if (settings_.split.devices > 1) { return prediction::none(unknown_split); }
    // The fork computes experts where they lie, and no weight's format decides the rest.
    auto const all = memory(recipe(bf16), settings_);
    if (!all) { return prediction::none(all.reason); }
    return prediction::of(in_gibibytes(all->device.compute));
}

prediction llama_launch::cache() const {
    if (!latent_reason_.empty()) { return prediction::none(latent_reason_); }
    if (settings_.split.devices > 1) { return prediction::none(unknown_split); }
    auto const all = memory(recipe(bf16), settings_);
    if (!all) { return prediction::none(all.reason); }
    return prediction::of(in_gibibytes(all->device.cache.attention()) * latent_scale_);
}

prediction llama_launch::tokens_of(double cache_gib) const {
    prediction const all = cache();
    prediction const asked = cells();
    if (!all.value || !asked.value) { return all.value ? asked : all; }
    return prediction::of(*asked.value * cache_gib / *all.value);
}

found<any_gpu> llama_launch::device() const { return device_of(row_); }

prediction llama_launch::fits() const {
    if (model_ && !weights_) { return prediction::none(weights_.reason); }
    // Who leaves tensors on the host leaves experts there first; which ones is never said. Shares are equal,
    // as the engine makes them on equal devices.
    llama_cpp_settings s = settings_;
    if (model_ && partial_) { s.host_experts = layer_count(**model_); }
    auto const all = memory(weights_ ? *weights_ : recipe(bf16), s);
    if (!all) { return prediction::none(all.reason); }
    auto const gpu = device();
    if (!gpu) { return prediction::none(gpu.reason); }
    auto const capacity = serving::capacity_of(*gpu, engines::llama_cpp);
    if (!capacity.known()) { return prediction::none("the accelerator's memory is not known"); }
    llama_cpp_part const& fullest = all->device;
    bytes const needed = fullest.weights * file_scale_ + fullest.cache.total() * latent_scale_ +
                         fullest.compute + engines::llama_cpp.context;
    return prediction::of(needed <= capacity.value() ? 1 : 0);
}

} // namespace accuracy
