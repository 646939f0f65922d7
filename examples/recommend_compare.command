recommend compare --model deepseek-r1 --context 32K --concurrency 64 --option "h200x8" --option "mi300x x8" --option "h100x8"
