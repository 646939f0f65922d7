recommend --model deepseek-r1 --context 32K --concurrency 64 --gpus h100,h200,t4 --format csv
