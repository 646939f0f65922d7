recommend --model qwen3-32b --prompt 2000 --output 500 --requests-per-second 10.5 --precision bf16,fp8,int4-g128 --gpus h100,l40s --max-tpot 40ms --objective gpus
