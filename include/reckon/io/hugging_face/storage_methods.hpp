// SPDX-License-Identifier: MIT
// quantization_config: from a method and its parameters to a number format.
//
// Sources: transformers src/transformers/utils/quantization_config.py; vLLM
// vllm/model_executor/layers/quantization/; compressed-tensors quant_args.py. Shapes of the
// formats:
// precision/formats.hpp.
#pragma once
#include <reckon/io/json.hpp>
#include <reckon/precision/formats.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace reckon::inline v0::io::hugging_face {

/// What a quantization_config says: the format of the Linear modules, and which of them have it.
struct quantized_storage {
    any_precision format{};
    std::vector<std::string_view> left_alone{}; ///< patterns of modules that keep the model's dtype
    std::vector<std::string_view> only{}; ///< if not empty, patterns of those that are quantised
    bool experts_only{false};
    bool head{false}; ///< the head is a Linear like any other unless it is left alone
};

/// `base` under another block width: 4 bit integers on groups of 128, 64, 32, or whole rows.
[[nodiscard]] inline any_precision with_group(any_precision base, std::string_view stem,
                                              count group) {
    base.block = group > 0 ? block_shape{1, static_cast<int>(group)} : per_channel;
    base.name = precision_name(stem);
    if (group > 0) {
        base.name.append("-g").append(group);
    } else {
        base.name.append("-channel");
    }
    return base;
}

/// An integer format of `bits` on groups: AWQ, GPTQ, and packed compressed-tensors.
[[nodiscard]] inline any_precision grouped_integer(count bits, count group, bool zero_points,
                                                   count scale_bits, arithmetic operands) {
    if (bits == 4 && zero_points && scale_bits == 16) {
        any_precision const named[] = {int4_g128, int4_g64, int4_g32};
        for (any_precision const& known : named) {
            if (known.block == block_shape{1, static_cast<int>(group)} &&
                known.operands == operands) {
                return known;
            }
        }
    }
    if (bits == 4 && group == 32 && !zero_points && operands == arithmetic::bf16) {
        return int4_g32_symmetric;
    }
    any_precision p = int4_g128;
    p.payload_bits = bits;
    p.block_bits = scale_bits + (zero_points ? bits : 0);
    p.operands = operands;
    text<8> stem{"int"};
    p = with_group(p, stem.append(bits).view(), group);
    if (!zero_points) { p.name.append("-sym"); }
    return p;
}

/// group_size as the tools write it: a positive number, or -1 for a whole row.
[[nodiscard]] inline count read_group(json_fields& q, std::string_view name, count otherwise) {
    count const group = q.integer_or(name, otherwise, -1, 65536);
    if (group == 0) {
        q.refuse(errc::out_of_range, name,
                 "is 0; it must be -1 (a whole row) or from 1 to 65,536.");
    }
    return group;
}

/// [128, 128]: the tile under one scale, or nothing where the field is absent.
[[nodiscard]] inline block_shape read_tile(json_fields& q, std::string_view name) {
    nlohmann::json const* const value = q.find(name);
    if (value == nullptr) { return per_tensor; }
    bool right = value->is_array() && value->size() == 2;
    for (auto const& side : right ? *value : nlohmann::json::array()) {
        right = right && side.is_number_integer() && side.get<count>() >= 1 &&
                side.get<count>() <= 65536;
    }
    if (right) { return {(*value)[0].get<int>(), (*value)[1].get<int>()}; }
    q.refuse(errc::wrong_type, name, "is ", detail::shown(*value),
             "; it must be two whole numbers such as [128, 128].");
    return per_tensor;
}

/// FP8 with one scale a tile.
[[nodiscard]] inline any_precision fp8_tiles(block_shape tile) {
    any_precision p = fp8_block128;
    if (tile == p.block) { return p; }
    if (tile == per_tensor) { return fp8_per_tensor; }
    p.block = tile;
    p.name = precision_name("fp8-block");
    p.name.append(tile.rows).append("x").append(tile.cols);
    return p;
}

/// DeepSeek's method: e4m3 in tiles, or one scale a tensor where the file names no tile.
[[nodiscard]] inline quantized_storage read_fp8(json_fields& q) {
    std::string_view const format = q.text_or("fmt", "e4m3");
    if (format != "e4m3" && format != "float8_e4m3fn") {
        q.refuse(errc::unsupported, "fmt", "is ", detail::in_quotes(format),
                 "; only e4m3 is modelled.");
    }
    quantized_storage s{.format = fp8_tiles(read_tile(q, "weight_block_size"))};
    s.left_alone = q.texts_or_none("modules_to_not_convert");
    for (auto const more : q.texts_or_none("ignored_layers")) {
        s.left_alone.push_back(more);
    }
    return s;
}

/// Rows under one scale each (FBGEMM).
[[nodiscard]] inline quantized_storage read_fbgemm_fp8(json_fields& q) {
    return {.format = fp8_per_channel, .left_alone = q.texts_or_none("modules_to_not_convert")};
}

/// AutoAWQ, GEMM packing; zero points are stored even for symmetric weights.
[[nodiscard]] inline quantized_storage read_awq(json_fields& q) {
    count const bits = q.integer("bits", "w_bit", 4, 4);
    count const older = read_group(q, "q_group_size", 128);
    count const group = read_group(q, "group_size", older);
    return {.format = grouped_integer(bits, group, true, 16, arithmetic::fp16),
            .left_alone = q.texts_or_none("modules_to_not_convert")};
}

/// GPTQ; zero points are stored even with sym. Not counted: the int32 group index of each input
/// column (32 / rows bits a weight). `dynamic` (overrides by module) is refused.
[[nodiscard]] inline quantized_storage read_gptq(json_fields& q) {
    count const bits = q.integer("bits", 2, 8);
    if (bits != 2 && bits != 3 && bits != 4 && bits != 8) {
        q.refuse(errc::out_of_range, "bits", "is ", std::to_string(bits),
                 "; GPTQ has 2, 3, 4 and 8.");
    }
    count const group = read_group(q, "group_size", 128);
    if (nlohmann::json const* const overrides = q.find("dynamic");
        overrides != nullptr && !overrides->empty()) {
        q.refuse(errc::unsupported, "dynamic",
                 "overrides single modules, which is not modelled yet.");
    }
    if (nlohmann::json const* const listed = q.find("modules_in_block_to_quantize");
        listed != nullptr && !listed->empty()) {
        q.refuse(errc::unsupported, "modules_in_block_to_quantize",
                 "chooses single modules, which is not modelled yet.");
    }
    quantized_storage s{.format = grouped_integer(bits, group, true, 16, arithmetic::fp16)};
    s.left_alone = q.texts_or_none("modules_to_not_convert");
    s.head = q.flag_or("lm_head", false);
    return s;
}

/// bitsandbytes: NF4 and FP4 share a layout; 8 bit has an absmax for each row.
[[nodiscard]] inline quantized_storage read_bitsandbytes(json_fields& q) {
    bool const four = q.flag_or("load_in_4bit", q.flag_or("_load_in_4bit", false));
    bool const eight = q.flag_or("load_in_8bit", q.flag_or("_load_in_8bit", false));
    if (four == eight) {
        q.refuse(errc::contradiction, "load_in_4bit", "and load_in_8bit are both ",
                 four ? "true" : "false", "; one of them must be true.");
    }
    std::string_view const kind = q.text_or("bnb_4bit_quant_type", "fp4");
    if (kind != "nf4" && kind != "fp4") {
        q.refuse(errc::unsupported, "bnb_4bit_quant_type", "is ", detail::in_quotes(kind),
                 "; known are nf4 and fp4.");
    }
    bool const twice = q.flag_or("bnb_4bit_use_double_quant", false);
    any_precision const narrow = twice ? any_precision(nf4_double) : any_precision(nf4);
    return {.format = four ? narrow : any_precision(int8),
            .left_alone = q.texts_or_none("llm_int8_skip_modules")};
}

/// gpt-oss: only the experts are quantised.
[[nodiscard]] inline quantized_storage read_mxfp4(json_fields& q) {
    return {.format = mxfp4,
            .left_alone = q.texts_or_none("modules_to_not_convert"),
            .experts_only = true};
}

/// NVIDIA's Model Optimizer, in config.json or in hf_quant_config.json ("quantization").
[[nodiscard]] inline quantized_storage read_modelopt(json_fields& q) {
    quantized_storage s{.head = true};
    std::string_view const algorithm = q.text_or("quant_algo", "");
    if (algorithm == "FP8") {
        s.format = fp8_per_tensor;
    } else if (algorithm == "NVFP4") {
        s.format = nvfp4;
        if (read_group(q, "group_size", 16) != 16) {
            q.refuse(errc::unsupported, "group_size", "is not 16, which NVFP4 has.");
        }
    } else if (algorithm == "FP8_PB_WO" || algorithm == "FP8_PER_CHANNEL_PER_TOKEN") {
        s.format =
            algorithm == "FP8_PB_WO" ? any_precision(fp8_block128) : any_precision(fp8_per_channel);
    } else {
        q.refuse(errc::unsupported, "quant_algo", "is ", detail::in_quotes(algorithm),
                 "; known are FP8, NVFP4, FP8_PB_WO and FP8_PER_CHANNEL_PER_TOKEN, for the whole "
                 "model.");
    }
    s.left_alone = q.texts_or_none("ignore");
    for (auto const more : q.texts_or_none("exclude_modules")) {
        s.left_alone.push_back(more);
    }
    return s;
}

} // namespace reckon::inline v0::io::hugging_face
