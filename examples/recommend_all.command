recommend --model deepseek-r1 --context 32768 --concurrency 64 --all
