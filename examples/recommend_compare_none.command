recommend compare --model deepseek-r1 --context 32K --concurrency 64 --option "h100x8" --option "t4 4"
exit 1
