recommend --model deepseek-r1 --context 32K --concurrency 8 --gpus a100-80gb --max-gpus 8 --precision published,bf16,int8,int4-g128
