preflight "L40S" "vllm serve Qwen/Qwen3-14B --max-model-len 40960 --speculative-config.model Qwen/Qwen3-4B --speculative-config.num_speculative_tokens 3"
exit 1
