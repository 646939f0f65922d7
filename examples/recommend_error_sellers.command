recommend --model qwen3-8b --context 8K --concurrency 8 --sellers friends
exit 2
