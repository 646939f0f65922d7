// SPDX-License-Identifier: MIT
// quantization_config in every combination that tools write: the format that it means, or why it is not calculated.
#include <reckon/io/hugging_face.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

reckon::result<reckon::any_model> read(std::string_view quantization) {
    return reckon::io::parse_hugging_face(
        std::string(R"({"model_type": "llama", "hidden_size": 256, "intermediate_size": 512,
            "num_attention_heads": 4, "num_key_value_heads": 2, "num_hidden_layers": 8,
            "vocab_size": 512, "torch_dtype": "bfloat16", "quantization_config": {)")
            .append(quantization)
            .append("}}"));
}

struct means {
    std::string_view given;
    std::string_view matrices;
    std::string_view head;
};
constexpr means accepted[] = {
    {R"("quant_method": "fp8", "fmt": "float8_e4m3fn")", "fp8-tensor", "bf16"},
    {R"("quant_method": "fp8", "ignored_layers": ["mlp"])", "bf16", "bf16"},
    {R"("quant_method": "gptq", "bits": 2)", "int2-g128", "bf16"},
    {R"("quant_method": "gptq", "bits": 3, "group_size": 64)", "int3-g64", "bf16"},
    {R"("quant_method": "gptq", "bits": 4, "dynamic": {}, "modules_in_block_to_quantize": [])",
     "int4-g128", "bf16"},
    {R"("quant_method": "gptq", "bits": 4, "lm_head": true)", "int4-g128", "int4-g128"},
    {R"("quant_method": "bitsandbytes", "_load_in_8bit": true)", "int8", "bf16"},
    {R"("quant_method": "modelopt", "quant_algo": "FP8_PB_WO")", "fp8-block128", "fp8-block128"},
    {R"("quant_method": "modelopt", "quant_algo": "FP8_PER_CHANNEL_PER_TOKEN", "exclude_modules": ["lm_head"])",
     "fp8-channel", "bf16"},
    {R"("quant_method": "compressed-tensors", "sparsity_config": {"format": "dense"}, "config_groups": {"g": {"weights": {"num_bits": 4, "group_size": 128}}})",
     "int4-g128-sym", "int4-g128-sym"},
    {R"("quant_method": "compressed-tensors", "config_groups": {"g": {"targets": ["re:.*mlp.*"], "weights": {"num_bits": 4, "group_size": 128}}})",
     "int4-g128-sym", "bf16"},
    {R"("quant_method": "compressed-tensors", "config_groups": {"group_0": {"targets": ["Linear"], "input_activations": null, "weights": {"num_bits": 8, "type": "float", "strategy": "group", "group_size": 32}}})",
     "mxfp8", "mxfp8"},
    {R"("quant_method": "compressed-tensors", "config_groups": {"group_0": {"targets": ["Linear"], "input_activations": null, "weights": {"num_bits": 8, "type": "float", "strategy": "block", "block_structure": [128, 128]}}})",
     "fp8-block128", "fp8-block128"},
    {R"("quant_method": "compressed-tensors", "config_groups": {"group_0": {"targets": ["Linear"], "input_activations": null, "weights": {"num_bits": 4, "type": "float", "strategy": "group", "group_size": 32}}})",
     "mxfp4", "mxfp4"},
    {R"("quant_method": "compressed-tensors", "config_groups": {"group_0": {"targets": ["Linear"], "input_activations": null, "weights": {"num_bits": 4, "type": "float", "strategy": "group", "group_size": 16}}})",
     "nvfp4", "nvfp4"},
    {R"("quant_method": "compressed-tensors", "config_groups": {"group_0": {"targets": ["Linear"], "input_activations": {}, "weights": {"num_bits": 4, "type": "float", "strategy": "tensor_group", "group_size": 16}}})",
     "nvfp4", "nvfp4"},
    {R"("quant_method": "compressed-tensors", "config_groups": {"group_0": {"targets": ["Linear"], "input_activations": {}, "weights": {"num_bits": 8, "type": "int", "strategy": "channel"}}})",
     "int8", "int8"},
    {R"("quant_method": "compressed-tensors", "config_groups": {"group_0": {"targets": ["Linear"], "input_activations": null, "weights": {"num_bits": 8, "type": "int", "strategy": "channel"}}})",
     "int8-channel-sym", "int8-channel-sym"},
    {R"("quant_method": "compressed-tensors", "config_groups": {"group_0": {"targets": ["Linear"], "input_activations": null, "weights": {"num_bits": 4, "type": "int", "strategy": "group", "group_size": 32}}})",
     "int4-g32-sym", "int4-g32-sym"},
    {R"("quant_method": "compressed-tensors", "config_groups": {"group_0": {"targets": ["Linear"], "input_activations": null, "weights": {"num_bits": 4, "type": "int", "strategy": "group", "group_size": 128, "symmetric": false}}})",
     "int4-g128", "int4-g128"},
    {R"("quant_method": "compressed-tensors", "config_groups": {"group_0": {"targets": ["Linear"], "input_activations": {}, "weights": {"num_bits": 4, "type": "int", "strategy": "group", "group_size": 128}}})",
     "int4-g128-sym", "int4-g128-sym"},
    {R"("quant_method": "compressed-tensors", "config_groups": {"group_0": {"targets": ["Linear"], "input_activations": null, "weights": {"num_bits": 4, "type": "int", "strategy": "channel"}}})",
     "int4-channel-sym", "int4-channel-sym"},
    {R"("quant_method": "awq", "bits": 4, "group_size": 96)", "int4-g96", "bf16"},
};

struct refusal {
    std::string_view given;
    std::string_view says; ///< after `config.json: "quantization_config.`
};
constexpr refusal refused[] = {
    {R"("quant_method": "fp8", "fmt": "e5m2")", R"(fmt" is "e5m2"; only e4m3 is modelled.)"},
    {R"("quant_method": "fp8", "weight_block_size": [128])",
     R"(weight_block_size" is a list of 1; it must be two whole numbers such as [128, 128].)"},
    {R"("quant_method": "fp8", "weight_block_size": [128, 0])",
     R"(weight_block_size" is a list of 2; it must be two whole numbers such as [128, 128].)"},
    {R"("quant_method": "fp8", "weight_block_size": [128, 65537])",
     R"(weight_block_size" is a list of 2; it must be two whole numbers such as [128, 128].)"},
    {R"("quant_method": "fp8", "weight_block_size": [128, "a"])",
     R"(weight_block_size" is a list of 2; it must be two whole numbers such as [128, 128].)"},
    {R"("quant_method": "fp8", "weight_block_size": 128)",
     R"(weight_block_size" is 128; it must be two whole numbers such as [128, 128].)"},
    {R"("quant_method": "gptq", "bits": 5)", R"(bits" is 5; GPTQ has 2, 3, 4 and 8.)"},
    {R"("quant_method": "gptq", "bits": 4, "group_size": 0)",
     R"(group_size" is 0; it must be -1 (a whole row) or from 1 to 65,536.)"},
    {R"("quant_method": "gptq", "bits": 4, "dynamic": {"a": 1})",
     R"(dynamic" overrides single modules, which is not modelled yet.)"},
    {R"("quant_method": "gptq", "bits": 4, "modules_in_block_to_quantize": [["a"]])",
     R"(modules_in_block_to_quantize" chooses single modules, which is not modelled yet.)"},
    {R"("quant_method": "bitsandbytes", "load_in_4bit": true, "load_in_8bit": true)",
     R"(load_in_4bit" and load_in_8bit are both true; one of them must be true.)"},
    {R"("quant_method": "bitsandbytes")",
     R"(load_in_4bit" and load_in_8bit are both false; one of them must be true.)"},
    {R"("quant_method": "bitsandbytes", "load_in_4bit": true, "bnb_4bit_quant_type": "int4")",
     R"(bnb_4bit_quant_type" is "int4"; known are nf4 and fp4.)"},
    {R"("quant_method": "modelopt", "quant_algo": "NVFP4", "group_size": 32)",
     R"(group_size" is not 16, which NVFP4 has.)"},
    {R"("quant_method": "modelopt", "quant_algo": "W4A8_AWQ")",
     R"(quant_algo" is "W4A8_AWQ"; known are FP8, NVFP4, FP8_PB_WO and FP8_PER_CHANNEL_PER_TOKEN, for the whole model.)"},
    {R"("quant_method": "compressed-tensors", "config_groups": {})",
     R"(config_groups" is missing or empty; it says how the weights are stored.)"},
    {R"("quant_method": "compressed-tensors", "config_groups": {"g": 3})",
     R"(config_groups" holds 3; each group must be an object.)"},
    {R"("quant_method": "compressed-tensors", "config_groups": {"g": {"targets": ["Linear"]}})",
     R"(config_groups.g.weights" is missing; it says how the weights are stored.)"},
    {R"("quant_method": "compressed-tensors", "config_groups": {"g": {"weights": {"num_bits": 4, "group_size": 128}}, "h": {"weights": {"num_bits": 8, "strategy": "channel"}}})",
     R"(config_groups" has groups in int4-g128-sym and in int8-channel-sym; mixtures by module are not modelled yet.)"},
    {R"("quant_method": "compressed-tensors", "sparsity_config": {"format": "sparse-24-bitmask"}, "config_groups": {"g": {"weights": {"num_bits": 4, "group_size": 128}}})",
     R"(sparsity_config" has format "sparse-24-bitmask"; sparse weights are not modelled.)"},
    {R"("quant_method": "compressed-tensors", "config_groups": {"group_0": {"targets": ["Linear"], "input_activations": null, "weights": {"num_bits": 8, "type": "float", "strategy": "group", "group_size": 64}}})",
     R"(config_groups.group_0.weights.num_bits" is 8 with type "float" and strategy "group"; that combination is not modelled.)"},
    {R"("quant_method": "compressed-tensors", "config_groups": {"group_0": {"targets": ["Linear"], "input_activations": null, "weights": {"num_bits": 8, "type": "float", "strategy": "token"}}})",
     R"(config_groups.group_0.weights.num_bits" is 8 with type "float" and strategy "token"; that combination is not modelled.)"},
    {R"("quant_method": "compressed-tensors", "config_groups": {"group_0": {"targets": ["Linear"], "input_activations": null, "weights": {"num_bits": 4, "type": "float", "strategy": "group", "group_size": 64}}})",
     R"(config_groups.group_0.weights.num_bits" is 4 with type "float" and strategy "group"; that combination is not modelled.)"},
    {R"("quant_method": "compressed-tensors", "config_groups": {"group_0": {"targets": ["Linear"], "input_activations": null, "weights": {"num_bits": 4, "type": "float", "strategy": "tensor_group", "group_size": 32}}})",
     R"(config_groups.group_0.weights.num_bits" is 4 with type "float" and strategy "tensor_group"; that combination is not modelled.)"},
    {R"("quant_method": "compressed-tensors", "config_groups": {"group_0": {"targets": ["Linear"], "input_activations": null, "weights": {"num_bits": 8, "type": "int", "strategy": "tensor"}}})",
     R"(config_groups.group_0.weights.num_bits" is 8 with type "int" and strategy "tensor"; that combination is not modelled.)"},
    {R"("quant_method": "compressed-tensors", "config_groups": {"group_0": {"targets": ["Linear"], "input_activations": null, "weights": {"num_bits": 16, "type": "int", "strategy": "channel"}}})",
     R"(config_groups.group_0.weights.num_bits" is 16 with type "int" and strategy "channel"; that combination is not modelled.)"},
    {R"("quant_method": "compressed-tensors", "config_groups": {"group_0": {"targets": ["Linear"], "input_activations": null, "weights": {"num_bits": 4, "type": "nf", "strategy": "channel"}}})",
     R"(config_groups.group_0.weights.num_bits" is 4 with type "nf" and strategy "channel"; that combination is not modelled.)"},
};

} // namespace

TEST_CASE("what is understood") {
    for (means const& m : accepted) {
        CAPTURE(m.given);
        auto const model = read(m.given);
        REQUIRE(model.has_value());
        CHECK(model->published[reckon::tensor_role::ffn_up].name.view() == m.matrices);
        CHECK(model->published[reckon::tensor_role::head].name.view() == m.head);
    }
}

TEST_CASE("what is not, in one sentence") {
    for (refusal const& r : refused) {
        CAPTURE(r.given);
        auto const model = read(r.given);
        CHECK_FALSE(model.has_value());
        if (model.has_value()) { continue; }
        CHECK(std::string(model.error().message.view()) ==
              "config.json: \"quantization_config." + std::string(r.says));
    }
}

TEST_CASE("products run in 8 bit only where activations are quantised too") {
    using reckon::arithmetic;
    constexpr std::string_view weights =
        R"("weights": {"num_bits": 4, "type": "int", "strategy": "group", "group_size": 128}}})";
    std::string const group = R"("quant_method": "compressed-tensors", "config_groups": {"g": {)";
    auto const operands = [&](std::string const& activations) {
        return read(group + activations + std::string(weights))
            ->published[reckon::tensor_role::ffn_up]
            .operands;
    };
    CHECK(operands("") == arithmetic::bf16);
    CHECK(operands(R"("input_activations": null, )") == arithmetic::bf16);
    CHECK(operands(R"("input_activations": {"num_bits": 8}, )") == arithmetic::int8);
}
