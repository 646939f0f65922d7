recommend --model qwen3-32b --context 8K --concurrency 16 --gpus h100,h200 --format html
