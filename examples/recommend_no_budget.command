recommend --model llama-3.1-70b --context 8192 --concurrency 64 --budget 26 --max-latency 90s --gpus h100,h200
exit 1
