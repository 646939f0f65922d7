recommend --model tests/data/config/deepseek-v2-lite.json --context 4K --concurrency 16 --gpus l4,l40s,rtx-4090 --objective hourly-cost --why
