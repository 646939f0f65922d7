train --gpu h100-sxm --gpus 1024 --megatron tests/data/training/gpt3_175b.args
