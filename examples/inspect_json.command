inspect tests/data/weights/tiny-qwen3/model-00001-of-00002.safetensors --format json
