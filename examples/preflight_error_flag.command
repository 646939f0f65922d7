preflight h100 "vllm serve Qwen/Qwen3-8B --tensor-paralel-size 2"
exit 2
