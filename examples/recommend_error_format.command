recommend --model deepseek-r1 --context 8K --concurrency 4 --format yaml
exit 2
