oom l40s "ollama run llama3" tests/data/oom/vllm_start.log
exit 2
