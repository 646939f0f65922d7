oom l40s "vllm serve Qwen/Qwen3-8B" README.md
exit 2
