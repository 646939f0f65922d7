recommend --model qwen3-32b --context 32K --concurrency 64 --gpus l40s --max-gpus 4 --all-refusals
exit 1
