preflight "RTX 4090" "llama-server -hf unsloth/gpt-oss-120b-GGUF:MXFP4 -c 65536"
