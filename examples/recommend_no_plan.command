recommend --model deepseek-r1 --context 32K --concurrency 64 --gpus t4,rtx-4090
exit 1
