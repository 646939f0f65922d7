recommend --model mistral-large-2407 --context 8K --concurrency 8 --commercial
exit 2
