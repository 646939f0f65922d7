autoscaler l40s "vllm serve Qwen/Qwen3-32B" tests/data/load/morning.csv
exit 2
