recommend --model deepseek-r1 --context 32K --concurrency 64 --requests-per-second 2
exit 2
