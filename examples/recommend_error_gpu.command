recommend --model deepseek-r1 --context 32K --concurrency 64 --gpus h300
exit 2
