speed --model qwen3-30b-a3b --gpu h100 --precision fp8 --prompt 1000 --output 300 --sweep 1,8,64 --format markdown
