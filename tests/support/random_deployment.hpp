// SPDX-License-Identifier: MIT
// Deployments at random, for properties that must hold for all of them.
#pragma once
#include "support/property.hpp"

#include <reckon/catalog/gpus.hpp>
#include <reckon/catalog/models.hpp>
#include <reckon/serving.hpp>

#include <algorithm>
#include <cstdint>

namespace reckon::test {

/// Every kind of attention and feed-forward, of sizes from a phone's to a rack's.
inline any_model const chosen_models[] = {
    models::deepseek_r1,  models::deepseek_llm_67b, models::deepseek_v2_lite,
    models::llama_3_1_8b, models::qwen3_30b_a3b,    models::mistral_7b_v0_1,
    models::gpt_oss_20b,  models::gemma_3_12b,      models::llama_4_maverick_17b_128e,
    models::gpt_2_xl,
};
inline any_gpu const chosen_gpus[] = {gpus::h200_sxm, gpus::h100_sxm_80gb, gpus::a100_sxm_80gb,
                                      gpus::rtx_4090, gpus::mi300x,        gpus::t4};
inline recipe const chosen_precisions[] = {bf16, fp8_block128, int4_g128};
inline engine const chosen_engines[] = {engines::vllm, engines::sglang, engines::on_paper};

template <class T, std::size_t N> T const& one_of(T const (&all)[N]) {
    return all[*rc::gen::arbitrary<std::uint32_t>() % N];
}
inline count below(count n) { return static_cast<count>(*rc::gen::arbitrary<std::uint32_t>()) % n; }

/// A deployment whose layout divides and whose context the model takes.
inline serving::any_deployment random_deployment() {
    serving::any_deployment d{.model = one_of(chosen_models), .gpu = one_of(chosen_gpus)};
    d.weights = one_of(chosen_precisions);
    d.engine = one_of(chosen_engines);
    d.layout = {count{1} << below(4), 1 + below(std::min<count>(9, layer_count(d.model))), 1, 1};
    if (d.model.groups.list[1].feed_forward.experts().experts > 0) {
        d.layout.data = count{1} << below(4);
        d.layout.expert = d.layout.data > 1 ? d.layout.layer_group() : 1;
    }
    RC_PRE(check(d.model, d.layout).ok());
    d.max_context = tokens{static_cast<double>(
        1 + below(static_cast<count>(in_tokens(d.model.max_context.value_or(tokens{4096})))))};
    d.concurrency = 1 + below(300);
    return d;
}

} // namespace reckon::test
