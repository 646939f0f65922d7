train --model llama-3.1-70b --gpu h100-sxm --gpus 256 --torchtitan tests/data/training/llama3_70b.toml --write torchtitan
