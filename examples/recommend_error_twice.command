recommend --model qwen3-8b --context 8K --context 16K --concurrency 8
exit 2
