preflight "RTX 4090" "llama-server -hf unsloth/Qwen3-30B-A3B-GGUF:Q4_K_M -c 32768 --n-cpu-moe 20 -ctk q8_0 -ctv f16"
