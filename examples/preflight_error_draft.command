preflight h200 "vllm serve Qwen/Qwen3-32B --speculative-config '{\"model\": \"Qwen/Qwen3-0.6C\", \"num_speculative_tokens\": 5}'"
exit 2
