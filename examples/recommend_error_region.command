recommend --model qwen3-8b --context 8K --concurrency 8 --region us-east-11
exit 2
