// SPDX-License-Identifier: MIT
// Everything that a line of llama-server or llama-cli says of memory, as the laws of memory/llama_cpp/ ask
// it: layers, experts and caches on the host, uneven devices, keys and values in formats of their own.
//
//   constexpr auto line = reckon::read_llama_cpp_line("llama-server -hf unsloth/Qwen3-8B-GGUF:Q4_K_M "
//                                                     "-c 32768 -ngl 20 -ctk q8_0 -ctv q8_0");
//   static_assert(reckon::fits(line, reckon::gpus::rtx_3060_12gb));
//
//   context    -c in all; without it the model's own, and --fit may shorten it
//   sequences  -np slots with a cache each, or sharing one (-kvu); without -np four that share one
//   outputs    one row of logits a slot
//   placement  -ngl, --n-cpu-moe, --cpu-moe, -ot with a pattern that is all routed experts, -nkvo
//   devices    as --tensor-split or --device name them, else one; --split-mode none: one
//   free       what the driver reports less the context that CUDA keeps (engines::llama_cpp)
//
// Sources: ggml-org/llama.cpp tools/server/README.md @00dc8057ab28; common/arg.cpp.
// Not modelled: --split-mode row and tensor; patterns of -ot beside all experts; draft models, projectors,
//          adapters, and the rest that llama_cpp_flags.hpp refuses by name.
#pragma once
#include <reckon/io/command_line.hpp>
#include <reckon/memory/llama_cpp/adapt.hpp>

namespace reckon::inline v0 {

/// A line of llama.cpp.
struct llama_cpp_line {
    label name{}; ///< --alias
    any_model model{};
    recipe weights{};
    llama_cpp_settings settings{};
    llama_cpp_latitude latitude{};
    bool server{true};                 ///< llama-server, not llama-cli
    io::command::flag_list ignored{};  ///< read, without effect on memory
    io::command::flag_list repeated{}; ///< given more than once; the last one counts

    friend constexpr bool operator==(llama_cpp_line const&,
                                     llama_cpp_line const&) noexcept = default;
};

namespace io::command {

namespace detail {

[[nodiscard]] constexpr result<any_precision> cache_type_of(std::string_view flag,
                                                            std::string_view type) noexcept {
    if (type.empty()) { return any_precision(reckon::gguf::f16); }
    for (cache_type const& known : cache_types) {
        if (known.name == type) { return known.format(); }
    }
    return unknown_value(flag, type, "f32, f16, bf16, q8_0, q4_0, q4_1, iq4_nl, q5_0 and q5_1");
}

/// The GGUF formats by their own names, so that laws and reports say q8_0 and f16 alike.
[[nodiscard]] constexpr any_precision as_stored(any_precision const& format) noexcept {
    if (format == any_precision(fp16)) { return reckon::gguf::f16; }
    if (format == any_precision(bf16)) { return reckon::gguf::bf16; }
    if (format == any_precision(fp32)) { return reckon::gguf::f32; }
    return format;
}

/// Whether a pattern of -ot stands for the routed experts of all layers: "exps", ".ffn_.*_exps.", and the
/// like, with what regular expressions add to it.
[[nodiscard]] constexpr bool means_all_experts(std::string_view pattern) noexcept {
    text<63> plain{};
    for (char const c : pattern) {
        constexpr std::string_view syntax = ".*\\^$()+?";
        if (syntax.find(c) == std::string_view::npos) { plain.append(std::string_view(&c, 1)); }
    }
    return is_one_of(plain.view(), "exps|_exps|ffn_exps|ffn__exps|ffn_exps_weight|exps_weight|"
                                   "ffn__expsweight|expsweight|_expsweight|blkffn__exps|"
                                   "blkffn__expsweight|blkffn_exps");
}

[[nodiscard]] constexpr possible_error fill_split(llama_cpp_settings& to,
                                                  settings const& s) noexcept {
    sentence why{};
    if (s.split_mode == "row" || s.split_mode == "tensor") {
        why.append("--split-mode ").append(s.split_mode);
        return error{errc::unsupported, why.append(" is not modelled; layers are split.")};
    }
    if (!is_one_of(s.split_mode, "|layer|none")) {
        return unknown_value("--split-mode", s.split_mode, "none, layer, row and tensor");
    }
    count devices = entries_of(s.devices == "none" ? std::string_view{} : s.devices);
    std::string_view rest = s.split_shares;
    count shares = 0;
    double sum = 0;
    while (!rest.empty()) {
        // ',' and '/' stand between shares.
        std::size_t const at = rest.find_first_of(",/");
        auto const share = read_decimal(rest.substr(0, at));
        if (!share || shares == llama_cpp_most_devices) {
            why.append("--tensor-split ");
            reckon::detail::append_typed(why, s.split_shares);
            return error{errc::out_of_range,
                         why.append(" must be up to 16 shares such as 3,1, 0 or more.")};
        }
        to.split.shares[shares++] = *share;
        sum += *share;
        rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
    }
    if (shares > 0 && !(sum > 0)) {
        return error{errc::out_of_range, "--tensor-split gives no device anything."};
    }
    devices = reckon::detail::max(devices, shares);
    to.split.devices = s.split_mode == "none" || devices == 0 ? 1 : devices;
    if (s.split_mode == "none") { to.split = {}; }
    if (to.split.devices > llama_cpp_most_devices) {
        why.append(to.split.devices).append(" devices are named");
        return error{errc::out_of_range, why.append("; llama.cpp divides layers over 16 at most.")};
    }
    if (!is_one_of(s.main_device, "|0") && to.split.devices > 1) {
        return error{errc::unsupported,
                     "--main-gpu has no meaning where layers are split; leave it out."};
    }
    return {};
}

[[nodiscard]] constexpr possible_error fill_placement(llama_cpp_line& l,
                                                      settings const& s) noexcept {
    llama_cpp_settings& to = l.settings;
    sentence why{};
    count const layers = layer_count(l.model);
    std::string_view const n = s.layers_on_device;
    bool const chosen = !is_one_of(n, "|auto|-1");
    if (!chosen || n == "all" || n == "-2") {
        to.gpu_layers = -1;
    } else {
        auto const number = read_plain_count(n);
        if (!number || *number < 0) {
            why.append("--gpu-layers ");
            reckon::detail::append_typed(why, n);
            return error{errc::out_of_range,
                         why.append(" must be a number of layers, auto or all.")};
        }
        to.gpu_layers = *number;
        to.idle_device = *number == 0;
    }
    if (s.devices == "none") {
        to.gpu_layers = 0;
        to.idle_device = false;
    }
    to.host_experts = s.all_experts_on_host ? layers : s.experts_on_host.value_or(0);
    if (!s.placed_tensors.empty()) {
        std::size_t const at = s.placed_tensors.rfind('=');
        bool const host = at != std::string_view::npos && s.placed_tensors.substr(at) == "=CPU";
        if (!host || !means_all_experts(s.placed_tensors.substr(0, at))) {
            why.append("--override-tensor ");
            reckon::detail::append_typed(why, s.placed_tensors);
            return error{errc::unsupported,
                         why.append(" is not modelled: of patterns only all routed experts on the "
                                    "CPU are, 'exps=CPU'; give --n-cpu-moe for some.")};
        }
        to.host_experts = layers;
    }
    to.host_experts = reckon::detail::min(to.host_experts, layers);
    to.cache_on_host = !s.cache_on_device.value_or(true);
    to.lends = s.lends.value_or(true);
    l.latitude.layers =
        !chosen && to.host_experts == 0 && s.devices != "none" && s.split_shares.empty();
    return {};
}

} // namespace detail

/// What the words of a llama.cpp line say; null: the model is found by its name.
[[nodiscard]] constexpr result<llama_cpp_line> read_llama_cpp(words& from,
                                                              any_model const* model) noexcept {
    constexpr engine_kind engine = engine_kind::llama_cpp;
    auto const line = parse_line(from, &engine, model);
    if (!line) { return line.error(); }
    settings const& s = line->flags;
    llama_cpp_line l{.name = label(s.name), .model = line->model, .server = line->server};
    l.ignored = s.ignored;
    l.repeated = s.repeated;
    l.model.sides = detail::without_towers(l.model.sides); // a projector has a file of its own
    auto const stored = detail::recipe_of_type(l.model, line->type);
    if (!stored) { return stored.error(); }
    l.weights = *stored;
    llama_cpp_settings& to = l.settings;
    count const chosen = s.context.value_or(0);
    to.context = chosen > 0 ? chosen : 0;
    l.latitude.adapts = s.fit.value_or(true);
    l.latitude.context = !s.context.has_value(); // -c 0 asks for all of it
    l.latitude.least_context = s.fit_context.value_or(l.latitude.least_context);
    if (s.fit_margin) { l.latitude.margin = mebibytes(static_cast<double>(*s.fit_margin)); }
    constexpr count shared_slots = 4;
    to.sequences = line->server ? s.slots.value_or(shared_slots) : 1;
    to.unified = s.unified.value_or(!s.slots.has_value());
    to.outputs = to.sequences;
    to.batch = s.logical_batch.value_or(to.batch);
    to.micro_batch = s.batched_tokens.value_or(to.micro_batch);
    auto const keys = detail::cache_type_of("--cache-type-k", s.cache_format);
    if (!keys) { return keys.error(); }
    auto const values = detail::cache_type_of("--cache-type-v", s.cache_format_values);
    if (!values) { return values.error(); }
    to.keys = detail::as_stored(*keys);
    to.values = detail::as_stored(*values);
    if (!detail::is_one_of(s.flash_attention, "|on|off|auto|1|0|true|false|-1")) {
        return detail::unknown_value("--flash-attn", s.flash_attention, "on, off and auto");
    }
    to.flash_attention = !detail::is_one_of(s.flash_attention, "off|0|false");
    to.full_window = s.whole_windows;
    if (auto const wrong = detail::fill_split(to, s)) { return *wrong; }
    if (auto const wrong = detail::fill_placement(l, s)) { return *wrong; }
    if (auto const wrong = check_llama_cpp(l.model, to)) { return *wrong; }
    return l;
}

} // namespace io::command

/// What a line of llama-server or llama-cli says.
[[nodiscard]] constexpr result<llama_cpp_line> read_llama_cpp_line(std::string_view line) noexcept {
    io::command::words from(line);
    return io::command::read_llama_cpp(from, nullptr);
}
/// The same with the model that -m stands for, whose recipe is the file's.
[[nodiscard]] constexpr result<llama_cpp_line>
read_llama_cpp_line(std::string_view line, any_model const& model) noexcept {
    io::command::words from(line);
    return io::command::read_llama_cpp(from, &model);
}

/// Bytes that a device has for llama.cpp: what the driver reports less what its library keeps. Unknown
/// where the memory is not known.
template <gpu G> [[nodiscard]] constexpr figure<bytes>
free_for_llama_cpp(G const& device) noexcept {
    figure<bytes> const capacity = serving::capacity_of(device, engines::llama_cpp);
    if (!capacity.known()) { return unknown; }
    return {capacity.value() - engines::llama_cpp.context, provenance::assumed};
}

/// What the line becomes on devices of which each has `free` bytes: as asked, or as --fit changes it.
[[nodiscard]] constexpr result<llama_cpp_settings>
settings_on(llama_cpp_line const& l, bytes free, llama_cpp_alignment const& at = {}) noexcept {
    return llama_cpp_adapted(l.model, l.weights, free, l.settings, l.latitude, at);
}

/// Whether the engine starts on such devices, by itself changed or not. False also where the memory of the
/// device is not known.
template <gpu G> [[nodiscard]] constexpr bool fits(llama_cpp_line const& l,
                                                   G const& device) noexcept {
    figure<bytes> const free = free_for_llama_cpp(device);
    if (!free.known()) { return false; }
    auto const started = settings_on(l, free.value());
    if (!started) { return false; }
    auto const memory = llama_cpp_memory_of(l.model, l.weights, *started);
    return memory.has_value() && memory->device.total() <= free.value();
}
/// The same of a line just read. A refused one stops a constant expression.
template <gpu G>
[[nodiscard]] constexpr bool fits(result<llama_cpp_line> const& read, G const& device) noexcept {
    return fits(read.value(), device);
}

} // namespace reckon::inline v0
