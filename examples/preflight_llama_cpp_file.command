preflight "RTX 4090" "llama-server -m tests/data/weights/tiny-llama-q8_0.gguf -c 512 -np 1 -ngl 1"
