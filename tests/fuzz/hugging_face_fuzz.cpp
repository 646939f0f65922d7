// SPDX-License-Identifier: MIT
// Any bytes as a config.json: a sentence or a sound model, never a crash, a hang or a wrapped
// count.
//
// With clang: -fsanitize=fuzzer,address,undefined (tests/fuzz/CMakeLists.txt). replay.cpp drives
// the same
// entry over files with any compiler. The first byte chooses whether the text is a config.json, or
// a
// hf_quant_config.json beside a sound config.json.
#include "demand.hpp"

#include <reckon/io/hugging_face.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace {

using reckon::fuzz::demand;
using reckon::fuzz::demand_sentence;

constexpr std::string_view sound_config =
    R"({"model_type": "deepseek_v3", "hidden_size": 64, "intermediate_size": 128,
    "kv_lora_rank": 16, "moe_intermediate_size": 32, "n_routed_experts": 8, "num_attention_heads": 4,
    "num_experts_per_tok": 2, "num_hidden_layers": 4, "first_k_dense_replace": 1, "q_lora_rank": 24,
    "qk_nope_head_dim": 8, "qk_rope_head_dim": 4, "v_head_dim": 8, "vocab_size": 512, "torch_dtype": "bfloat16"})";

void inspect(reckon::result<reckon::any_model> const& read) {
    if (!read) {
        demand_sentence(read.error());
        return;
    }
    demand(!reckon::defect_of(*read));
    reckon::parameter_counts const n = reckon::parameters_of(*read);
    demand(n.total > 0 && n.active > 0 && n.active <= n.total && n.mtp >= 0);
    for (reckon::recipe_exception const& e : read->published.exceptions) {
        demand(e.format < read->published.palette.size());
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    if (size == 0) { return 0; }
    // A copy of the exact size, so that reading one byte too far is seen.
    std::string const text(data + 1, data + size);
    if (data[0] == '#') {
        inspect(reckon::io::parse_hugging_face(sound_config, "fuzz", "config.json", text));
    } else {
        inspect(reckon::io::parse_hugging_face(text));
    }
    return 0;
}
