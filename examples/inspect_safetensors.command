inspect tests/data/weights/tiny-qwen3/model.safetensors.index.json
