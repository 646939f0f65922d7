recommend --model llama-3.1-70b --context 8192 --concurrency 64 --budget 60 --max-latency 2min --max-power 20kW --objective energy --top 3
