recommend --model deepseek-r1 --context -5 --concurrency 64
exit 2
