train --model llama-3.1-8b --gpu a100-sxm-80gb --gpus 8 --hf tests/data/training/trainer.json --peft tests/data/training/adapter_config.json
