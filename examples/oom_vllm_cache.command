oom h100 "vllm serve openai/gpt-oss-120b --max-model-len 131072" tests/data/oom/vllm_pool.log
