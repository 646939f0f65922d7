recommend --model qwen3-8b --context 8K --concurrency 8 --licences apache2
exit 2
