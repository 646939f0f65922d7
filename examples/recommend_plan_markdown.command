recommend plan --model qwen3-32b --precision fp8 --prompt 2000 --output 500 --curve 2,8 --max-ttft 2s --gpus h100,l40s --format markdown
