autoscaler h200-sxm "vllm serve Qwen/Qwen3-32B --tensor-parallel-size 1 --max-model-len 32768" --max-tpot 5ms tests/data/load/morning.csv
exit 2
