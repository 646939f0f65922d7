train --model llama-2-7b --gpu a100-sxm-40gb --gpus 4 --deepspeed tests/data/training/deepspeed.json --recompute full
