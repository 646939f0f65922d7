preflight h200-sxm "vllm serve deepseek-ai/DeepSeek-R1 -tp 8 --max-model-len 131072 --max-num-seqs 64"
