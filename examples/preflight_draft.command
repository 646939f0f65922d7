preflight h200 "vllm serve Qwen/Qwen3-32B --max-model-len 32768 --speculative-config '{\"model\": \"Qwen/Qwen3-0.6B\", \"num_speculative_tokens\": 5, \"method\": \"draft_model\"}'"
