recommend --model qwen3-8b --context 8K --concurrency 8 --gpus rtx-4090,l40s,h100 --sellers marketplace
