recommend compare --model deepseek-r1 --context 8K --concurrency 4 --option "h100x8"
exit 2
