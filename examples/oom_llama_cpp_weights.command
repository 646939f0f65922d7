oom "RTX 4090" "llama-server -hf unsloth/Qwen3-32B-GGUF:Q4_K_M -c 16384 -ngl 99" tests/data/oom/llama_cpp_weights.log
