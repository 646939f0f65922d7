speed --model llama-3.1-70b --gpu h100 --gpus 4 --prompt 2000 --output 500 --concurrency 32
