recommend --model llama-3.1-70b --context 8K --concurrency 64 --gpus h100,h200 --max-latency 40s --budget 26
exit 1
