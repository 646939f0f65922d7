// SPDX-License-Identifier: MIT
// quantization_config: which format, for which tensors.
#include "support/processor_time.hpp"

#include <reckon/io/hugging_face.hpp>
#include <reckon/memory/weights.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using reckon::tensor_role;

constexpr std::string_view dense =
    R"("model_type": "llama", "hidden_size": 256, "intermediate_size": 512, "num_attention_heads": 4,
    "num_key_value_heads": 2, "num_hidden_layers": 8, "vocab_size": 512, "torch_dtype": "bfloat16")";
constexpr std::string_view mixture =
    R"("model_type": "deepseek_v3", "hidden_size": 256, "intermediate_size": 512, "kv_lora_rank": 128,
    "moe_intermediate_size": 128, "n_routed_experts": 8, "n_shared_experts": 1, "num_attention_heads": 4, "num_experts_per_tok": 2,
    "num_hidden_layers": 8, "first_k_dense_replace": 2, "q_lora_rank": 128, "qk_nope_head_dim": 32, "qk_rope_head_dim": 32,
    "v_head_dim": 32, "vocab_size": 512, "torch_dtype": "bfloat16")";

reckon::result<reckon::any_model> read(std::string_view body, std::string_view quantization) {
    return reckon::io::parse_hugging_face(std::string("{")
                                              .append(body)
                                              .append(", \"quantization_config\": {")
                                              .append(quantization)
                                              .append("}}"));
}
reckon::recipe recipe_of(std::string_view quantization, std::string_view body = dense) {
    auto const model = read(body, quantization);
    if (!model) { FAIL(std::string(model.error().message.view())); }
    return model->published;
}
std::string format_of(reckon::recipe const& r, tensor_role role) {
    return std::string(r[role].name.view());
}
std::string refusal(std::string_view quantization, std::string_view body = dense) {
    auto const model = read(body, quantization);
    return model ? "accepted" : std::string(model.error().message.view());
}

} // namespace

TEST_CASE("methods and their formats") {
    auto const linear = [](std::string_view q) {
        return format_of(recipe_of(q), tensor_role::ffn_up);
    };
    CHECK(linear(R"("quant_method": "fp8", "weight_block_size": [128, 128])") == "fp8-block128");
    CHECK(linear(R"("quant_method": "fp8", "weight_block_size": [64, 32])") == "fp8-block64x32");
    CHECK(linear(R"("quant_method": "fp8", "activation_scheme": "static")") == "fp8-tensor");
    CHECK(linear(R"("quant_method": "fbgemm_fp8")") == "fp8-channel");
    CHECK(
        linear(
            R"("quant_method": "awq", "bits": 4, "group_size": 128, "zero_point": true, "version": "gemm")") ==
        "int4-g128");
    CHECK(linear(R"("quant_method": "awq", "w_bit": 4, "q_group_size": 64)") == "int4-g64");
    CHECK(
        linear(
            R"("quant_method": "gptq", "bits": 4, "group_size": 32, "desc_act": true, "sym": true)") ==
        "int4-g32");
    CHECK(linear(R"("quant_method": "gptq", "bits": 8, "group_size": -1)") == "int8-channel");
    CHECK(
        linear(
            R"("quant_method": "bitsandbytes", "load_in_4bit": true, "bnb_4bit_quant_type": "nf4")") ==
        "nf4");
    CHECK(
        linear(
            R"("load_in_4bit": true, "load_in_8bit": false, "bnb_4bit_use_double_quant": true)") ==
        "nf4-double");
    CHECK(linear(R"("quant_method": "bitsandbytes", "load_in_8bit": true)") == "int8");
    CHECK(linear(R"("quant_method": "modelopt", "quant_algo": "NVFP4", "ignore": ["lm_head"])") ==
          "nvfp4");
    CHECK(linear(R"("quant_algo": "FP8", "producer": {"name": "modelopt"})") == "fp8-tensor");
}

TEST_CASE("compressed-tensors schemes") {
    auto const scheme = [](std::string_view weights, std::string_view activations = "null") {
        return std::string(
                   R"("quant_method": "compressed-tensors", "ignore": ["lm_head"], "config_groups": {"group_0": {"targets": ["Linear"],
            "input_activations": )")
            .append(activations)
            .append(", \"weights\": {")
            .append(weights)
            .append("}}}");
    };
    auto const linear = [&](std::string_view weights, std::string_view activations = "null") {
        return recipe_of(scheme(weights, activations))[tensor_role::ffn_up];
    };
    reckon::any_precision const w8a8 =
        linear(R"("num_bits": 8, "type": "float", "strategy": "channel")", R"({"num_bits": 8})");
    CHECK(w8a8 == reckon::any_precision(reckon::fp8_per_channel));
    CHECK(linear(R"("num_bits": 8, "type": "float", "strategy": "tensor")").operands ==
          reckon::arithmetic::bf16); // weight-only
    CHECK(
        linear(
            R"("num_bits": 8, "type": "float", "strategy": "block", "block_structure": [128, 128])",
            R"({"num_bits": 8})") == reckon::any_precision(reckon::fp8_block128));
    CHECK(linear(R"("num_bits": 8, "type": "int", "strategy": "channel")", R"({"num_bits": 8})") ==
          reckon::any_precision(reckon::int8));
    CHECK(
        linear(
            R"("num_bits": 4, "type": "int", "strategy": "group", "group_size": 32, "symmetric": true)") ==
        reckon::any_precision(reckon::int4_g32_symmetric));
    reckon::any_precision const w4 = linear(
        R"("num_bits": 4, "type": "int", "strategy": "group", "group_size": 128, "symmetric": true)");
    CHECK(reckon::bits_per_weight(w4) == 4 + 16.0 / 128);
    CHECK(w4.name.view() == "int4-g128-sym");
    CHECK(linear(R"("num_bits": 4, "type": "float", "strategy": "tensor_group", "group_size": 16)",
                 R"({"num_bits": 4})") == reckon::any_precision(reckon::nvfp4));
    CHECK(refusal(scheme(R"("num_bits": 3, "type": "float", "strategy": "channel")"))
              .find("\"quantization_config.config_groups.group_0.weights.num_bits\" is 3 with type "
                    "\"float\"") != std::string::npos);
    CHECK(refusal(R"("quant_method": "compressed-tensors")")
              .find("\"quantization_config.config_groups\" is missing or empty") !=
          std::string::npos);
    CHECK(refusal(R"("quant_method": "compressed-tensors", "config_groups": {"a": {}})")
              .find("config_groups.a.weights\" is missing") != std::string::npos);
}

TEST_CASE("embeddings, norms and routers stay wide, and the head where the tool leaves it alone") {
    reckon::recipe const fp8 =
        recipe_of(R"("quant_method": "fp8", "weight_block_size": [128, 128])", mixture);
    for (tensor_role const wide :
         {tensor_role::embedding, tensor_role::head, tensor_role::norm, tensor_role::router}) {
        CHECK(format_of(fp8, wide) == "bf16");
    }
    CHECK(format_of(fp8, tensor_role::expert_up) == "fp8-block128");
    CHECK(format_of(fp8, tensor_role::router_bias) == "fp32");
    CHECK(format_of(recipe_of(R"("quant_method": "modelopt", "quant_algo": "FP8")"),
                    tensor_role::head) == "fp8-tensor");
    CHECK(
        format_of(
            recipe_of(R"("quant_method": "modelopt", "quant_algo": "FP8", "ignore": ["lm_head"])"),
            tensor_role::head) == "bf16");
}

TEST_CASE("lists of modules that stay wide are honoured") {
    auto const fp8 = [](std::string_view list, std::string_view body = mixture) {
        return recipe_of(std::string(R"("quant_method": "fp8", "modules_to_not_convert": [)")
                             .append(list)
                             .append("]"),
                         body);
    };
    CHECK(format_of(fp8(R"("gate", "lm_head")"), tensor_role::ffn_gate) ==
          "fp8-tensor"); // the router's gate, not gate_proj
    CHECK(format_of(fp8(R"("self_attn")"), tensor_role::latent_up_kv) == "bf16");
    CHECK(format_of(fp8(R"("self_attn")"), tensor_role::expert_up) == "fp8-tensor");
    CHECK(format_of(fp8(R"("model.layers.*.mlp.shared_experts")"), tensor_role::shared_down) ==
          "bf16");
    CHECK(format_of(fp8(R"("model.layers.*.mlp.shared_experts")"), tensor_role::expert_down) ==
          "fp8-tensor");
    reckon::recipe const first = fp8(R"("model.layers.0", "model.layers.1.*")");
    CHECK(format_of(first, tensor_role::expert_up) == "fp8-tensor");
    CHECK(format_of(first, tensor_role::ffn_up) ==
          "bf16");                       // only the first two layers have a dense block
    CHECK(first.exceptions.size() == 4); // of the attention roles, layers 0 and 1
    CHECK(first.exceptions[0].layers.chooses(1, 8));
    CHECK(!first.exceptions[0].layers.chooses(2, 8));
    reckon::recipe const ends = fp8(R"("model.layers.0", "model.layers.7")", dense);
    REQUIRE(ends.exceptions.size() == 7);
    CHECK(ends.exceptions[0].layers.chooses(0, 8));
    CHECK(ends.exceptions[0].layers.chooses(7, 8));
    CHECK(!ends.exceptions[0].layers.chooses(6, 8));
    CHECK(refusal(R"("quant_method": "fp8", "modules_to_not_convert": ["model.layers.3"])")
              .find("in some layers only") != std::string::npos);
    CHECK(
        refusal(
            R"("quant_method": "fp8", "modules_to_not_convert": ["model.layers.5.mlp.experts.3.up_proj"])",
            mixture)
            .find("\"quantization_config\" leaves a single expert") != std::string::npos);
}

TEST_CASE("experts in int4, the rest in 16 bit, as Kimi-K2-Thinking is stored") {
    reckon::recipe const r =
        recipe_of(R"("quant_method": "compressed-tensors", "format": "pack-quantized",
        "ignore": ["lm_head", "re:.*self_attn.*", "re:.*shared_experts.*", "re:.*mlp\\.(gate|up|gate_up|down)_proj.*"],
        "config_groups": {"group_0": {"input_activations": null, "targets": ["Linear"], "weights": {"group_size": 32, "num_bits": 4,
        "strategy": "group", "symmetric": true, "type": "int"}}})",
                  mixture);
    CHECK(format_of(r, tensor_role::expert_gate) == "int4-g32-sym");
    for (tensor_role const wide :
         {tensor_role::latent_down, tensor_role::latent_up_q, tensor_role::latent_up_kv,
          tensor_role::attention_output, tensor_role::ffn_gate, tensor_role::ffn_down,
          tensor_role::shared_up, tensor_role::head}) {
        CHECK(format_of(r, wide) == "bf16");
    }
}

TEST_CASE("targets choose the modules that are quantised") {
    reckon::recipe const r = recipe_of(
        R"("quant_method": "compressed-tensors", "config_groups": {"group_0": {"targets": ["re:.*mlp.*"],
        "input_activations": null, "weights": {"num_bits": 8, "strategy": "channel", "type": "float"}}})");
    CHECK(format_of(r, tensor_role::ffn_down) == "fp8-channel");
    CHECK(format_of(r, tensor_role::attention_q) == "bf16");
    CHECK(format_of(r, tensor_role::head) == "bf16");
}

TEST_CASE("the format of NVIDIA's older models stands in a second file") {
    constexpr std::string_view second =
        R"({"producer": {"name": "modelopt"}, "quantization": {"quant_algo": "NVFP4", "kv_cache_quant_algo": "FP8",
        "group_size": 16, "exclude_modules": ["lm_head", "model.layers.*.self_attn.kv_a_proj_with_mqa", "model.layers.*.self_attn.q_a_proj"]}})";
    std::string const config = std::string("{").append(mixture).append("}");
    auto const model = reckon::io::parse_hugging_face(config, "m", "config.json", second);
    REQUIRE(model);
    CHECK(format_of(model->published, tensor_role::expert_up) == "nvfp4");
    CHECK(format_of(model->published, tensor_role::latent_down) == "bf16");
    CHECK(format_of(model->published, tensor_role::latent_up_q) == "nvfp4");
    CHECK(format_of(model->published, tensor_role::head) == "bf16");
    auto const broken = reckon::io::parse_hugging_face(config, "m", "config.json", "{\"a\": 1}");
    REQUIRE(!broken);
    CHECK(broken.error().message.view() == "hf_quant_config.json: \"quantization\" is missing; the "
                                           "file should say how the weights are stored.");
}

TEST_CASE("hostile lists are refused, and quickly") {
    std::string many = R"("quant_method": "fp8", "modules_to_not_convert": ["lm_head")";
    for (int i = 0; i < 1000; ++i) {
        many += ", \"re:.*.*.*.*.*.*.*" + std::to_string(i) + "x\"";
    }
    double const took = reckon::test::processor_seconds([&] {
        CHECK(refusal(many + "]").find("which is not understood here") != std::string::npos);
        CHECK(refusal(R"("quant_method": "fp8", "modules_to_not_convert": [")" +
                      std::string(1'000'000, '*') + "\"]")
                  .find("longer than 512 bytes") != std::string::npos);
    });
    CHECK(took < 5);
}

TEST_CASE("unknown methods are refused by name") {
    CHECK(refusal(R"("quant_method": "hqq")") ==
          "config.json: \"quantization_config.quant_method\" is \"hqq\"; modelled are fp8, "
          "fbgemm_fp8, awq, gptq, compressed-tensors, "
          "bitsandbytes, mxfp4 and modelopt.");
    CHECK(refusal(R"("bits": 4)")
              .find("\"quantization_config.quant_method\" is missing; it must be one of fp8") !=
          std::string::npos);
    CHECK(refusal(R"("quant_method": "awq", "bits": 3)")
              .find("it must be a whole number from 4 to 4.") != std::string::npos);
    CHECK(refusal(R"("quant_method": "gptq", "bits": 5)")
              .find("\"quantization_config.bits\" is 5; GPTQ has 2, 3, 4 and 8.") !=
          std::string::npos);
    CHECK(refusal(R"("quant_method": "gptq", "bits": 4, "group_size": 0)")
              .find("group_size\" is 0; it must be -1 (a whole row)") != std::string::npos);
    CHECK(refusal(R"("quant_method": "fp8", "weight_block_size": [128])")
              .find("it must be two whole numbers such as [128, 128].") != std::string::npos);
    CHECK(refusal(R"("quant_method": "bitsandbytes")")
              .find("are both false; one of them must be true.") != std::string::npos);
    CHECK(refusal(R"("quant_method": "modelopt", "quant_algo": "MIXED_PRECISION")")
              .find("quant_algo\" is \"MIXED_PRECISION\"") != std::string::npos);
    CHECK(
        refusal(
            R"("quant_method": "compressed-tensors", "ignore": ["re:(?!x).*"], "config_groups": {"g": {"weights": {"num_bits": 8, "type": "float",
          "strategy": "channel"}}})")
            .find("has the module pattern \"(?!x).*\", which is not understood here") !=
        std::string::npos);
    auto const mlx = reckon::io::parse_hugging_face(std::string("{").append(dense).append(
        R"(, "quantization": {"bits": 4, "group_size": 64}})"));
    REQUIRE(!mlx);
    CHECK(mlx.error().message.view().find("MLX formats are not modelled yet") !=
          std::string_view::npos);
}
