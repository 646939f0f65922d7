local_server --device 1GiB --host 1GiB --margin 0GiB tests/data/weights/tiny-llama-q8_0.gguf@256
