inspect tests/data/weights/tiny-llama-q8_0.gguf --cache q8_0
