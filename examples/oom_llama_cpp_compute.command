oom "RTX 4090" "llama-server -hf unsloth/Qwen3-32B-GGUF:Q4_K_M -c 32768 -ts 3,1 -fa off" tests/data/oom/llama_cpp_compute.log
