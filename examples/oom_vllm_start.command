oom h200-sxm "vllm serve mistralai/Mixtral-8x7B-Instruct-v0.1 --quantization fp8" tests/data/oom/vllm_start.log
