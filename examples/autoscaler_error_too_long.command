autoscaler h200-sxm "vllm serve Qwen/Qwen3-32B --tensor-parallel-size 1 --max-model-len 32768" --max-ttft 2s --max-tpot 50ms --storage 3GB/s --start 40s --warm-up 60s tests/data/load/too_long.csv
exit 2
