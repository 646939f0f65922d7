recommend --model deepseek-r1 --context 1M --concurrency 1
exit 2
