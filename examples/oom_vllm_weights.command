oom "RTX 4090" "vllm serve Qwen/Qwen3-32B --max-model-len 8192" tests/data/oom/vllm_weights.log
