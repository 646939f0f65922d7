recommend compare --model deepseek-r1 --context 8K --concurrency 4 --option "h100x8" --option "h100x8 fp9"
exit 2
