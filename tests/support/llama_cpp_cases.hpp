// SPDX-License-Identifier: MIT
// What the laws of memory/llama_cpp/ are held against the engine on, and what it said: models, settings, places.
#pragma once
#include <reckon/memory/llama_cpp/memory.hpp>
#include <reckon/model/model_spec.hpp>
#include <reckon/precision/gguf.hpp>

#include <string_view>
#include <vector>

namespace reckon::test {

/// Small models of five kinds, for cases that really allocate and for devices.
inline any_model small_dense() {
    return model_spec<layers<gqa, gated>>{
        .name = "small dense",
        .hidden = 1024,
        .vocabulary = 32000,
        .max_context = tokens{8192},
        .groups = {{layer_set::range(0, 3),
                    {.query_heads = 8, .kv_heads = 4, .head_dim = 128},
                    {.intermediate = 2816}}}};
}
inline any_model small_windowed() {
    return model_spec<layers<windowed<gqa>, gated>, layers<gqa, gated>>{
        .name = "small windowed",
        .hidden = 1024,
        .vocabulary = 32000,
        .tied_embeddings = true,
        .max_context = tokens{8192},
        .groups = {{layer_set::every(2, 0, 4), {.inner = {8, 4, 128}, .window = 512}, {2816}, {4}},
                   {{layer_set::every(2, 1, 4), {8, 4, 128}, {2816}, {4}}}}};
}
inline any_model small_hybrid() {
    return model_spec<layers<mamba, gated>, layers<gqa, gated>>{
        .name = "small hybrid",
        .hidden = 1024,
        .vocabulary = 32000,
        .max_context = tokens{8192},
        .groups = {{layer_set::every(2, 0, 4),
                    {.inner = 2048, .state = 16, .time_rank = 64, .taps = 4},
                    {2816}},
                   {{layer_set::every(2, 1, 4), {8, 4, 128}, {2816}}}}};
}

inline any_model small_mixture() {
    return model_spec<layers<gqa, moe>>{
        .name = "small mixture",
        .hidden = 1024,
        .vocabulary = 32000,
        .max_context = tokens{8192},
        .groups = {{layer_set::range(0, 4),
                    {.query_heads = 8,
                     .kv_heads = 4,
                     .head_dim = 128,
                     .query_key_norm = qk_norm::per_head},
                    {.routed = 16, .per_token = 4, .intermediate = 512}}}};
}
inline any_model small_latent() {
    return model_spec<layers<mla, gated>, layers<mla, moe>>{
        .name = "small latent",
        .hidden = 1024,
        .vocabulary = 32000,
        .max_context = tokens{8192},
        .groups = {{layer_set::range(0, 1), {8, 512, 256, 64, 64, 64}, {2816}},
                   {{layer_set::range(1, 4),
                     {8, 512, 256, 64, 64, 64},
                     {.routed = 16,
                      .per_token = 4,
                      .intermediate = 512,
                      .shared_intermediate = 512,
                      .score_correction = true}}}}};
}

/// Matrices in `format`, everything that is a vector or small in fp32, as llama.cpp's converter does it.
inline recipe recipe_of_file(any_precision const& format) {
    recipe r(format);
    any_precision const f32(gguf::f32);
    for (tensor_role const role :
         {tensor_role::norm, tensor_role::bias, tensor_role::router, tensor_role::router_bias,
          tensor_role::convolution, tensor_role::wide}) {
        r = r.with(role, f32);
    }
    for (tensor_role const role : {tensor_role::embedding, tensor_role::head}) {
        r = r.with(role, format);
    }
    return r;
}

/// Contexts, formats of caches, sequences, batches.
inline std::vector<llama_cpp_settings> tried_settings() {
    any_precision const q8(gguf::q8_0);
    any_precision const q4(gguf::q4_0);
    return {
        {.context = 4096},
        {.context = 32768, .outputs = 1},
        {.context = 16384, .keys = q8, .values = q8, .outputs = 1},
        {.context = 16384, .keys = q4, .values = q4},
        {.context = 8192, .keys = q8, .flash_attention = false, .outputs = 1},
        {.context = 4096, .flash_attention = false},
        {.context = 20000, .sequences = 4, .unified = true, .outputs = 4},
        {.context = 20000, .sequences = 3, .unified = false, .outputs = 3},
        {.context = 8192, .batch = 4096, .micro_batch = 1024, .full_window = true},
        {.context = 1000,
         .sequences = 2,
         .unified = false,
         .micro_batch = 64,
         .flash_attention = false,
         .outputs = 2},
    };
}

/// What is not on the devices.
struct llama_cpp_placement {
    count layers_less{}; ///< so many layers stay on the host
    count host_experts{};
    bool cache_on_host{};
};

/// What the engine (release v0.5.0, commit 0ad4a86) said that it would allocate for a model under each of
/// `tried_settings()`: bytes of caches and of compute buffers, host and devices together. 0: the law only estimates it.
struct llama_cpp_recorded {
    std::string_view model{};
    std::vector<double> compute{};
    std::vector<double> caches{}; ///< where they were written down
};
/// On the host, models of full size; 0 also where engine and law refuse.
inline std::vector<llama_cpp_recorded> recorded_on_host() {
    return {
        {"Llama-2-7B",
         {105396224, 134754336, 109670432, 109672448, 604053536, 335554560, 121909280, 108489376,
          219181056, 13829152},
         {2147483648, 17179869184, 4563402752, 2415919104, 3288334336, 2147483648, 10603200512,
          10871635968, 4294967296, 536870912}},
        {"Llama-3.1-8B",
         {279447552, 155201568, 130117664, 287836160, 591470624, 322971648, 142356512, 128976544,
          558895104, 14812192},
         {536870912, 4294967296, 1140850688, 603979776, 822083584, 536870912, 2650800128,
          2717908992, 1073741824, 134217728}},
        {"Qwen2.5-7B",
         {326109184, 179318816, 155283488, 333449216, 518070304, 326109184, 166473760, 153140896,
          652218368, 17695776},
         {234881024, 1879048192, 499122176, 264241152, 359661568, 234881024, 1159725056, 1189085184,
          469762048, 58720256}},
        {"Qwen3-8B",
         {327944192, 142618656, 117534752, 336332800, 591470624, 327944192, 129773600, 116369056,
          655888384, 13239328},
         {603979776, 4831838208, 1283457024, 679477248, 924844032, 603979776, 2982150144,
          3057647616, 1207959552, 150994944}},
        {"Qwen3-30B-A3B",
         {319555584, 125841440, 109146144, 319555584, 576790560, 319555584, 112996384, 99559072,
          639111168, 10945568},
         {402653184, 3221225472, 855638016, 452984832, 616562688, 402653184, 1988100096, 2038431744,
          805306368, 100663296}},
        {"Gemma-2-9B",
         {538970112, 156782624, 140562464, 538970112, 342372384, 538970112, 156520480, 130560736,
          1077940224, 16123424},
         {1409286144, 6429868032, 1918500864, 1015676928, 1685913600, 1409286144, 6385827840,
          5945425920, 2818572288, 352321536}},
        {"Gemma-3-12B",
         {552732672, 161501216, 145281056, 552732672, 337653792, 560596992, 151801888, 135288544,
          1105465344, 17106464},
         {771751936, 2650800128, 837812224, 443547648, 796393472, 771751936, 2835349504, 2868903936,
          3221225472, 402653184}},
        {"gpt-oss-20b",
         {0, 131223584, 114511904, 0, 1122414624, 0, 118640672, 104951776, 0, 13420064},
         {119537664, 824180736, 223936512, 118554624, 168591360, 119537664, 522190848, 566231040,
          402653184, 37748736}},
        {"DeepSeek-V2-Lite",
         {251934720, 126885920, 110108704, 251934720, 0, 251934720, 114040864, 100605568, 503869440,
          10109984},
         {127401984, 1019215872, 270729216, 143327232, 0, 127401984, 629047296, 644972544,
          254803968, 31850496}},
        {"DeepSeek-R1",
         {432023552, 461381664, 444604448, 444606464, 0, 1509959680, 448536608, 435754624,
          872435712, 51512352},
         {287834112, 2302672896, 611647488, 323813376, 0, 287834112, 1421180928, 1457160192,
          575668224, 71958528}},
        {"Jamba-1.5-Mini",
         {0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
         {84541440, 554303488, 160038912, 92930048, 120193024, 84541440, 401080320, 392036352,
          151650304, 51642368}},
        {"Granite-4.0-H-Small",
         {0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
         {221753344, 691515392, 297250816, 230141952, 257404928, 221753344, 949927936, 803672064,
          288862208, 326066176}},
        {"Nemotron-H-56B",
         {0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
         {220807168, 455688192, 258555904, 225001472, 238632960, 220807168, 914685952, 731627520,
          254361600, 382894080}},
        {"Qwen3-Next-80B-A3B",
         {0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
         {179699712, 884342784, 292945920, 192282624, 233177088, 179699712, 813170688, 746717184,
          280363008, 183238656}},
    };
}
/// On software Vulkan devices with the reordering of graphs off, all layers there or as the placement says. Those of
/// `tried_settings()` that such a device takes: all but the fifth, with quantised keys and no flash attention.
struct llama_cpp_recorded_on_devices {
    std::string_view model{};
    count devices{1};
    llama_cpp_placement at{};
    std::vector<double> compute{};
};
inline std::vector<llama_cpp_recorded_on_devices> recorded_on_devices() {
    return {
        {"small dense",
         1,
         {},
         {76036096, 94918736, 59430992, 88700928, 100681728, 69228624, 42047872, 160460800,
          3999568}},
        {"small windowed",
         1,
         {},
         {77092864, 97032272, 61708368, 89839616, 109078528, 74487888, 44165664, 181448704,
          4787024}},
        {"small mixture",
         1,
         {},
         {76036096, 90200144, 54777936, 88700928, 100681728, 64510032, 37320064, 160460800,
          3417936}},
        {"small latent",
         1,
         {},
         {88713216, 93861968, 60307536, 99198976, 104876032, 68171856, 0, 181620736, 0}},
        {"small dense",
         1,
         {.layers_less = 1},
         {76036096, 147929152, 68909120, 88700928, 108081152, 96548928, 70387024, 167739392,
          6341952}},
        {"small windowed",
         1,
         {.layers_less = 1},
         {77092864, 98195520, 65853504, 91936768, 110182400, 82401344, 45263312, 177254400,
          6735680}},
        {"small mixture",
         1,
         {.layers_less = 1},
         {76036096, 147927104, 70990400, 88700928, 108079104, 96546880, 70384960, 160460800,
          12191552}},
        {"small latent",
         1,
         {.layers_less = 1},
         {88713216, 130588608, 66428928, 101296128, 110667776, 88842176, 0, 164646912, 0}},
        {"small dense",
         1,
         {.layers_less = 2},
         {76036096, 147929152, 72054848, 88700928, 108081152, 96548928, 70387024, 160460800,
          6341952}},
        {"small windowed",
         1,
         {.layers_less = 2},
         {77092864, 150100032, 72144960, 89839616, 114376704, 106518592, 72496592, 177254400,
          6735680}},
        {"small mixture",
         1,
         {.layers_less = 2},
         {76036096, 181481536, 71514688, 88700928, 108079104, 117256256, 91618624, 160460800,
          12191552}},
        {"small latent",
         1,
         {.layers_less = 2},
         {78129152, 151560000, 71802816, 90712064, 110667776, 101785408, 0, 185815040, 0}},
        {"small dense",
         1,
         {.layers_less = 4},
         {116013056, 147929152, 72054848, 128677888, 122300416, 96548928, 70387024, 198340608,
          6341952}},
        {"small windowed",
         1,
         {.layers_less = 4},
         {80156672, 150100032, 72144960, 95000576, 114376704, 106518592, 72496592, 186761216,
          6735680}},
        {"small mixture",
         1,
         {.layers_less = 4},
         {76036096, 181481536, 71514688, 90798080, 108079104, 117256256, 91618624, 160460800,
          12191552}},
        {"small latent",
         1,
         {.layers_less = 4},
         {78129152, 151560000, 71802816, 90712064, 107522048, 101785408, 0, 179326976, 0}},
        {"small dense",
         1,
         {.cache_on_host = true},
         {0, 146815040, 62044224, 0, 0, 95434816, 69272912, 0, 5244224}},
        {"small windowed",
         1,
         {.cache_on_host = true},
         {0, 148920384, 66328640, 0, 0, 103307328, 72426960, 0, 5769024}},
        {"small mixture",
         1,
         {.cache_on_host = true},
         {0, 146815040, 62044224, 0, 0, 95434816, 69272912, 0, 5244224}},
        {"small latent",
         1,
         {.cache_on_host = true},
         {0, 151004992, 65873920, 0, 0, 101230400, 0, 0, 0}},
        {"small mixture",
         1,
         {.host_experts = 1},
         {0, 99113024, 63690816, 0, 0, 73422912, 46232944, 0, 0}},
        {"small mixture",
         1,
         {.host_experts = 3},
         {0, 99113024, 63690816, 0, 0, 73422912, 46232944, 0, 0}},
        {"small mixture",
         1,
         {.host_experts = 4},
         {0, 99113024, 63690816, 0, 0, 73422912, 46232944, 0, 0}},
        {"small dense",
         2,
         {},
         {173162496, 462029120, 259588416, 320946176, 304185344, 307888448, 144593600, 446988288,
          12921152}},
        {"small windowed",
         2,
         {},
         {181616640, 470483264, 268697920, 330055680, 337772544, 328925504, 153064768, 581337088,
          16070976}},
        {"small mixture",
         2,
         {},
         {168443904, 457310528, 254935360, 316293120, 304185344, 303169856, 139865792, 437551104,
          12339520}},
        {"small latent",
         2,
         {},
         {183599104, 469320000, 267993408, 334594048, 295796736, 315179328, 0, 467861504, 0}},
        {"small dense",
         2,
         {.layers_less = 1},
         {109658112, 148061248, 69041216, 133922816, 175714304, 97077312, 70783312, 234979328,
          6606144}},
        {"small windowed",
         2,
         {.layers_less = 1},
         {105979904, 124944464, 75907152, 119775232, 196173824, 94208080, 54641168, 251772928,
          9226832}},
        {"small mixture",
         2,
         {.layers_less = 1},
         {106510336, 189880400, 96248400, 143344128, 194070528, 125655120, 85891968, 228683776,
          14682704}},
        {"small latent",
         2,
         {.layers_less = 1},
         {121776128, 180926416, 99989520, 146941952, 202950656, 126334928, 0, 259772416, 0}},
        {"small dense",
         2,
         {.layers_less = 2},
         {109658112, 148061248, 72186944, 133922816, 175714304, 97077312, 70783312, 234979328,
          6606144}},
        {"small windowed",
         2,
         {.layers_less = 2},
         {111828992, 150232128, 72277056, 137158656, 182009856, 107046976, 72892880, 272744448,
          6999872}},
        {"small mixture",
         2,
         {.layers_less = 2},
         {106510336, 181613632, 71646784, 143344128, 175712256, 117784640, 92014912, 228683776,
          12455744}},
        {"small latent",
         2,
         {.layers_less = 2},
         {109094912, 151692096, 71934912, 134260736, 178300928, 102313792, 0, 234409984, 0}},
        {"small dense",
         2,
         {.layers_less = 4},
         {116013056, 147929152, 72054848, 128677888, 122300416, 96548928, 70387024, 198340608,
          6341952}},
        {"small windowed",
         2,
         {.layers_less = 4},
         {80156672, 150100032, 72144960, 95000576, 114376704, 106518592, 72496592, 186761216,
          6735680}},
        {"small mixture",
         2,
         {.layers_less = 4},
         {76036096, 181481536, 71514688, 90798080, 108079104, 117256256, 91618624, 160460800,
          12191552}},
        {"small latent",
         2,
         {.layers_less = 4},
         {78129152, 151560000, 71802816, 90712064, 107522048, 101785408, 0, 179326976, 0}},
        {"small dense",
         2,
         {.cache_on_host = true},
         {0, 253771840, 103022656, 0, 0, 163856448, 125137760, 0, 9176640}},
        {"small windowed",
         2,
         {.cache_on_host = true},
         {0, 255877184, 107307072, 0, 0, 171728960, 128291808, 0, 9570368}},
        {"small mixture",
         2,
         {.cache_on_host = true},
         {0, 253771840, 103022656, 0, 0, 163856448, 125137760, 0, 9176640}},
        {"small latent", 2, {.cache_on_host = true}, {0, 0, 0, 0, 0, 0, 0, 0, 0}},
        {"small mixture",
         2,
         {.host_experts = 1},
         {0, 141066320, 88948816, 0, 0, 102531152, 61739952, 0, 0}},
        {"small mixture",
         2,
         {.host_experts = 3},
         {0, 141066320, 88948816, 0, 0, 102531152, 61739952, 0, 0}},
        {"small mixture", 2, {.host_experts = 4}, {0, 0, 0, 0, 0, 0, 0, 0, 0}},
    };
}

} // namespace reckon::test
