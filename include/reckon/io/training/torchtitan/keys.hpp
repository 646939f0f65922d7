// SPDX-License-Identifier: MIT
// The sections and keys of torchtitan's configuration that are known; source as in torchtitan.hpp.
#pragma once
#include <string_view>

namespace reckon::inline v0::io::training::titan {

inline constexpr std::string_view sections[] = {
    "model",           "optimizer", "training",          "parallelism",  "activation_checkpoint",
    "fault_tolerance", "job",       "profiling",         "metrics",      "lr_scheduler",
    "checkpoint",      "comm",      "memory_estimation", "experimental", "validation",
    "float8",          "mx",        "quantize",          "compile",      "debug"};
inline constexpr std::string_view model_keys[] = {"name",           "flavor",
                                                  "tokenizer_path", "hf_assets_path",
                                                  "converters",     "print_after_conversion",
                                                  "norm_type"};
inline constexpr std::string_view optimizer_keys[] = {
    "name",           "lr",    "beta1",
    "beta2",          "eps",   "weight_decay",
    "implementation", "fused", "early_step_in_backward"};
inline constexpr std::string_view training_keys[] = {"dataset",
                                                     "dataset_path",
                                                     "local_batch_size",
                                                     "batch_size",
                                                     "global_batch_size",
                                                     "seq_len",
                                                     "max_norm",
                                                     "steps",
                                                     "enable_cpu_offload",
                                                     "mixed_precision_param",
                                                     "mixed_precision_reduce",
                                                     "compile",
                                                     "gc_freq",
                                                     "gc_debug",
                                                     "seed",
                                                     "deterministic",
                                                     "dtype",
                                                     "debug_moe_force_load_balance"};
inline constexpr std::string_view parallelism_keys[] = {"data_parallel_replicate_degree",
                                                        "enable_compiled_autograd",
                                                        "data_parallel_shard_degree",
                                                        "fsdp_reshard_after_forward",
                                                        "tensor_parallel_degree",
                                                        "disable_loss_parallel",
                                                        "enable_async_tensor_parallel",
                                                        "pipeline_parallel_degree",
                                                        "pipeline_parallel_split_points",
                                                        "module_fqns_per_model_part",
                                                        "pipeline_parallel_layers_per_stage",
                                                        "pipeline_parallel_first_stage_less_layers",
                                                        "pipeline_parallel_last_stage_less_layers",
                                                        "pipeline_parallel_schedule",
                                                        "pipeline_parallel_schedule_csv",
                                                        "pipeline_parallel_microbatch_size",
                                                        "context_parallel_degree",
                                                        "context_parallel_rotate_method",
                                                        "expert_parallel_degree",
                                                        "expert_tensor_parallel_degree"};
inline constexpr std::string_view checkpoint_keys[] = {
    "mode",       "selective_ac_option", "per_op_sac_force_recompute_mm_shapes_by_fqns",
    "early_stop", "memory_budget",       "visualize_memory_budget_pareto"};
inline constexpr std::string_view tolerance_keys[] = {"enable",
                                                      "process_group",
                                                      "process_group_timeout_ms",
                                                      "replica_id",
                                                      "group_size",
                                                      "min_replica_size",
                                                      "semi_sync_method",
                                                      "sync_steps",
                                                      "should_quantize",
                                                      "fragment_sync_delay",
                                                      "fragment_update_alpha",
                                                      "module_fqns_per_model_fragment"};

} // namespace reckon::inline v0::io::training::titan
