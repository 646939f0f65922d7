recommend --model deepseek-r1 --context 32K --concurrency 0
exit 2
