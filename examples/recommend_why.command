recommend --model deepseek-r1 --context 32768 --concurrency 64 --why --top 3
