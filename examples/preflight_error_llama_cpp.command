preflight "RTX 4090" "llama-server -hf unsloth/Qwen3-8B-GGUF:Q4_K_M -ngl many"
exit 2
