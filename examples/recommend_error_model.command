recommend --model deepseek-r2 --context 32K --concurrency 64
exit 2
