preflight h200-sxm "vllm serve google/gemma-4-31B-it --max-model-len 32768"
